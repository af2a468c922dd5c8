"""A command used wrongly, told in Chinese above the English words of the library."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

from gridmap.cli.terminal.screen import Screen, default_language
from gridmap.cli.terminal.words import WORDS
from gridmap.words import Language

__all__ = ["Program", "usage_zh"]

# typer shows only this child of the errors that it raises for wrong use.
WrongUse: Any = typer.BadParameter.__mro__[1]
WORDS_KEY = "gridmap.words"
# How the library says it, and what that means; {0} is what it names.
_SAID: Mapping[str, str] = {
    r"Missing argument '(.+?)'": "缺少参数“{0}”",
    r"Missing option '(.+?)'": "缺少选项“{0}”",
    r"Missing command": "缺少命令",
    r"No such command '(.+?)'": "没有命令“{0}”",
    r"No such option: ([^\s.]+)": "没有选项“{0}”",
    r"Invalid value for '(.+?)'": "“{0}”的取值不对",
    r"Option '(.+?)' requires an argument": "选项“{0}”后须有取值",
    r"unexpected extra argument(?:\(s\)|s)? \((.+)\)": "多余的参数“{0}”",
}


class Program(TyperGroup):
    """The list of commands; tells wrong use in the language that was asked for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Keep the words of the command line: when they are wrong, no option has been read."""
        ctx.meta[WORDS_KEY] = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except WrongUse as error:
            _tell(error.format_message(), ctx.meta.get(WORDS_KEY, ()))
            raise


def _tell(message: str, words: Sequence[str]) -> None:
    """Tell wrong use in Chinese, and to machines; typer tells it in English afterwards."""
    screen = Screen(_language(words), "--json" in words)
    chinese = usage_zh(message)
    screen.emit({"error": {"message": message, "message_zh": chinese, "kind": "UsageError"}})
    if screen.language == "zh":
        text = Text.assemble((WORDS["error"][0], "bold red"), chinese)
        Console(stderr=True, highlight=False).print(text, soft_wrap=True)


def _language(words: Sequence[str]) -> Language:
    asked = re.search(r"--lang[ =](zh|en)\b", " ".join(words))
    if asked is None:
        return default_language()
    return "zh" if asked[1] == "zh" else "en"


def usage_zh(message: str) -> str:
    """Say in Chinese what the library says of a command used wrongly."""
    for pattern, chinese in _SAID.items():
        found = re.search(pattern, message)
        if found:
            return f"{chinese.format(*found.groups())}。用 --help 查看用法。"
    return f"命令用法不对（{message}）。用 --help 查看用法。"
