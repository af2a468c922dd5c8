"""Lets griffe read the sections of our docstrings as they are meant.

Types stand in the signature only, so the section Returns holds plain sentences: griffe expects a
type on the first line there, and would show the sentences as types. Where parameters share a
description, it would give all of them the type of the first.
"""

import re
from typing import Any

import griffe

SECTION = re.compile(r"^(Returns|Yields)\n-+\n(.*?)(?=^\w[\w ]*\n-+$|\Z)", re.MULTILINE | re.DOTALL)

SHARED = re.compile(r"^(\w+(?:, \w+)+)\n((?: {4}.*(?:\n|\Z)|\n(?= {4}))+)", re.MULTILINE)


def each_alone(text: str) -> str:
    """Give every one of several parameters or errors in a line its own entry."""
    return SHARED.sub(
        lambda found: "\n".join(f"{name}\n{found[2]}" for name in found[1].split(", ")), text
    )


def with_type(text: str, annotation: str) -> str:
    """Put the type of the signature above sentences that say what a function returns."""

    def told(found: re.Match[str]) -> str:
        name, body = found[1], found[2].strip("\n")
        if re.search(r"^ ", body, re.MULTILINE):  # says a type or name itself
            return found[0]
        lines = "\n".join(f"    {line}".rstrip() for line in body.splitlines())
        return f"{name}\n{'-' * len(name)}\n{annotation}\n{lines}\n\n"

    return SECTION.sub(told, text)


class SectionsAsMeant(griffe.Extension):
    """Changes the docstring of every class and function before it is read."""

    def on_class(self, *, cls: griffe.Class, **_: Any) -> None:
        """Change the docstring of one class."""
        if cls.docstring:
            cls.docstring.value = each_alone(cls.docstring.value)

    def on_function(self, *, func: griffe.Function, **_: Any) -> None:
        """Change the docstring of one function."""
        if func.docstring:
            text = each_alone(func.docstring.value)
            func.docstring.value = with_type(text, str(func.returns or "object"))
