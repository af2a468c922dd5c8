"""The errors of gridmap: each says what is wrong, where, what was found and what to do.

Every error says it twice, in English and in Chinese, with the same values: `str(error)` is the
English text, `error.zh` the Chinese one.

An error means that work cannot go on. Faults in a user's data that can be listed are issues, rows
of a table (`layers.contract.columns.ISSUES`), never exceptions. Anything else that escapes is our
own bug.
"""

from dataclasses import dataclass
from typing import Any, Literal

__all__ = [
    "BoundaryError",
    "GridmapError",
    "LayerCRSError",
    "LayerFileError",
    "LayerSchemaError",
    "Named",
    "PlanError",
    "UsageError",
    "printable",
    "quoted",
    "shortened",
]

_LONGEST = 5_000  # signs of an error: lists name a few and count the rest long before


@dataclass(frozen=True)
class Named:
    """A part of an error text in both languages, such as what it is about; alone it is English."""

    en: str  # Layer 'roads.gpkg'
    zh: str  # 图层“roads.gpkg”

    def __str__(self) -> str:
        return self.en


def quoted(*values: object) -> str:
    """Quote found values the Chinese way; signs that a screen would obey are shown as codes."""
    return "、".join(f"“{printable(str(value))}”" for value in values)


def printable(text: str) -> str:
    """Show signs that a screen would obey, as damaged files have them, as codes."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def shortened(text: str, most: int) -> str:
    """Cut a text that no screen can show; its end, which says what to do, is kept."""
    if len(text) <= most:
        return text
    tail = most // 4
    return f"{text[: most - tail - 5].rstrip()} […] {text[-tail:].lstrip()}"


class GridmapError(ValueError):
    """Base of all errors that a user can repair. The command line ends with code 1.

    Parameters
    ----------
    message
        English text: what is wrong, where, what was found, what to do.
    zh
        The same in Chinese, with the same values.
    """

    def __init__(self, message: str, zh: str) -> None:
        super().__init__(shortened(message, _LONGEST))
        self.zh = shortened(zh, _LONGEST)

    def text(self, language: Literal["zh", "en"]) -> str:
        """Give the text in one language."""
        return self.zh if language == "zh" else str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        # Both texts travel when the error comes from another process.
        return type(self), (str(self), self.zh)


class LayerFileError(GridmapError):
    """A file is missing, empty, unreadable or in a format that is not known."""


class EmptyLayerError(LayerFileError):
    """A layer can be read, but there is nothing in it."""


class LayerSchemaError(GridmapError):
    """A table lacks a column, or a value in it is not allowed."""


class LayerCRSError(GridmapError):
    """A layer has no coordinate system, one in degrees, or lies in the wrong place."""


class BoundaryError(GridmapError):
    """The grids of the hierarchy do not fit together."""


class PlanError(GridmapError):
    """The rules, the roster and the ground do not allow the plan that was asked for."""


class UsageError(GridmapError):
    """The command itself was wrong: a bad option, a file in the way. Ends with code 2."""
