"""What a command shows: text and tables in one language, progress, or JSON and nothing else."""

import json
import locale
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from gridmap import words
from gridmap.cli.terminal.words import STEPS, WORDS
from gridmap.words import LANGUAGES, Language

__all__ = ["Screen", "default_language"]

WHOLE = frozenset({"grids", "categories", "objects", "posts", "people"})
M2_PER_HA = 10_000
LONGEST_CODE, LONGEST_WORD = 20, 10  # in a column that is not folded
PLAIN_WIDTH = 160  # of tables in a file or a pipe, where no terminal says its width
Tell = Callable[[str, float], None]


def default_language(environ: Mapping[str, str] = os.environ) -> Language:
    """Chinese when the locale of the user is Chinese, else English."""
    names = [environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    named = next((name for name in names if name), "") or locale.getlocale()[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"


@dataclass(frozen=True)
class Screen:
    """Where a command writes its answer."""

    language: Language
    json: bool = False
    remarks: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, lang: Language | None, json: bool) -> "Screen":
        """Open the screen as the options of a command ask for."""
        return cls(lang or default_language(), json)

    def say(self, key: str, **values: object) -> str:
        """Give a word of the table in the language of the screen."""
        return WORDS[key][LANGUAGES.index(self.language)].format(**values)

    def pick(self, zh: str, en: str) -> str:
        """Choose between two texts of the data; the other one when one is missing."""
        return (zh or en) if self.language == "zh" else (en or zh)

    def figure(self, value: float, unit: str) -> str:
        """Write a number with its unit."""
        if not math.isfinite(value):
            return "–"
        if unit == "share":
            text = f"{100 * value:.1f}"
        elif unit in WHOLE or (unit in ("m2", "households") and abs(value) >= 100):
            text = f"{value:,.0f}"
        else:
            text = f"{value:,.2f}"
        return words.say(f"unit.{unit}", self.language, value=text)

    def number(self, value: float, unit: str) -> str:
        """Write a number without its unit, which stands in the head: see `unit_head`."""
        if not math.isfinite(value):
            return "–"
        if unit == "share":
            return f"{100 * value:.1f}%"
        if unit == "m2":
            value /= M2_PER_HA
        return f"{value:,.0f}" if unit in WHOLE else f"{value:,.2f}"

    def unit_head(self, label: str, unit: str) -> str:
        """Write the head of a column of numbers."""
        key = f"unit.{unit}"
        return f"{label} ({self.say(key)})" if key in WORDS else label

    def line(self, text: str = "") -> None:
        """Print one line as it is, unless machines are listening."""
        if not self.json:
            _console().print(Text(text), soft_wrap=True)

    def remark(self, text: str) -> None:
        """Keep a line for the end of the answer, once; where the command fails it is not said."""
        if text not in self.remarks:
            self.remarks.append(text)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print a table; heads that begin with '>' stand to the right, as numbers do."""
        if self.json:
            return
        cells = [list(row) for row in rows]
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        for place, head in enumerate(heads):
            column = [row[place] for row in cells]
            table.add_column(
                head.removeprefix(">"),
                justify="right" if head.startswith(">") else "left",
                overflow="fold",
                width=_whole_width(column, head.removeprefix(">")),
            )
        for row in cells:
            # As Text, so that square brackets in names are not taken for markup.
            table.add_row(*(Text(cell) for cell in row))
        _console().print(table)

    def emit(self, data: Any) -> None:
        """End the answer: print what was kept for the end, or all of it for machines."""
        for text in self.remarks:
            self.line(text)
        if self.json:
            unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
            print(json.dumps(_plain(data), ensure_ascii=not unicode, indent=2, allow_nan=False))

    @contextmanager
    def progress(self) -> Iterator[Tell]:
        """Show a bar on the error stream while a block runs; silent for machines and pipes."""
        console = Console(stderr=True)
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=self.json or not console.is_terminal,
        ) as bar:
            task = bar.add_task("", total=1.0)

            def tell(text: str, share: float) -> None:
                zh = STEPS.get(text, text)
                bar.update(task, description=self.pick(zh, text), completed=share)

            yield tell


def _whole_width(cells: Sequence[str], head: str) -> int | None:
    """Width that breaks no code, no number and no word of the head; None for texts, which fold."""
    if any(" " in cell or cell_len(cell) > LONGEST_CODE for cell in cells):
        return None
    longest_word = max(map(cell_len, head.split()), default=0)
    return max([min(longest_word, LONGEST_WORD), *map(cell_len, cells)])


def _console() -> Console:
    # Made anew each time, so that it writes to what is the output at this moment.
    console = Console(highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Console(highlight=False, width=PLAIN_WIDTH)
    return console


def _plain(value: Any) -> Any:
    """Make plain JSON values: NaN becomes null, numbers of numpy become numbers."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
