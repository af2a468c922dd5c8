"""The table of a Shapefile, dBASE III: text of fixed width in bytes, and a report of what is lost.

A name that the encoding lacks a character for is written with 〓 in its place, and a text that is
too long for a column is cut between two characters; both are listed with their place.
"""

import struct
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from boundaries.export.formats.layers import Field, Layer

__all__ = ["CODE_PAGES", "MISSING", "Column", "Encoding", "Loss", "dbf_bytes"]

Encoding = Literal["utf-8", "gbk"]
# What the .cpg file says, and the language byte of the table (0: none for UTF-8).
CODE_PAGES: dict[Encoding, tuple[str, int]] = {"utf-8": ("UTF-8", 0x00), "gbk": ("936", 0x4D)}
MISSING = "〓"  # what Chinese print sets for a character that it lacks
_WIDEST = 254  # bytes of a text
_DECIMALS = 6
_NUMBER, _WHOLE, _WIDE_WHOLE = 20, 9, 18
_DAY = (80, 1, 1)  # 1980: no clock, so that bytes are the same again
_FIELD_END, _FILE_END, _ROW = b"\r", b"\x1a", b" "


@dataclass(frozen=True)
class Column:
    """A column of the table: its field, its type (C, N, D, L), its width in bytes, decimals."""

    field: Field
    sign: str
    width: int
    decimals: int = 0


@dataclass(frozen=True)
class Loss:
    """A text that is not written as it is: where, and which characters; "" where it was cut."""

    layer: str
    key: str
    field: str
    text: str
    lacking: str

    @property
    def characters(self) -> str:
        """Name the characters, as 䶮 U+4DAE."""
        return " ".join(f"{one} U+{ord(one):04X}" for one in self.lacking)


def dbf_bytes(layer: Layer, encoding: Encoding) -> tuple[bytes, tuple[Column, ...], list[Loss]]:
    """Write the rows of a layer.

    Parameters
    ----------
    layer
        With its fields; the short names become names of columns.
    encoding
        Of texts.

    Returns
    -------
    The file, its columns, and what is not written as it is.
    """
    losses: list[Loss] = []
    cells, columns = [], []
    for field in layer.fields:
        column, written = _written(layer, field, encoding, losses)
        columns.append(column)
        cells.append(written)
    rows = b"".join(_ROW + b"".join(row) for row in zip(*cells, strict=True))
    size = 1 + sum(column.width for column in columns)
    names = b"".join(
        struct.pack("<11sc4xBB14x", one.field.short.encode("ascii"), one.sign.encode(),
                    one.width, one.decimals)
        for one in columns
    )  # fmt: skip
    head = struct.pack(
        "<B3BIHH17xB2x", 0x03, *_DAY, len(layer.frame), 33 + len(names), size,
        CODE_PAGES[encoding][1],
    )  # fmt: skip
    return head + names + _FIELD_END + rows + _FILE_END, tuple(columns), losses


def _written(
    layer: Layer, field: Field, encoding: Encoding, losses: list[Loss]
) -> tuple[Column, list[bytes]]:
    """Write the cells of a field, each as wide as its column."""
    values = layer.frame[field.name]
    if field.kind == "text":
        texts = _texts(layer, field, encoding, losses)
        width = max((len(text) for text in texts), default=0) or 1
        return Column(field, "C", width), [text.ljust(width) for text in texts]
    if field.kind == "day":
        return Column(field, "D", 8), _cells(values, lambda day: f"{day:%Y%m%d}", 8)
    if field.kind == "flag":
        return Column(field, "L", 1), _cells(values, lambda flag: "T" if flag else "F", 1, b"?")
    if field.kind == "whole":
        longest = max((len(str(int(one))) for one in values.dropna()), default=1)
        width = _WHOLE if longest <= _WHOLE else _WIDE_WHOLE
        return Column(field, "N", width), _cells(values, lambda one: str(int(one)), width)
    return (
        Column(field, "N", _NUMBER, _DECIMALS),
        _cells(values, lambda one: f"{one:.{_DECIMALS}f}", _NUMBER),
    )


def _cells(
    values: "pd.Series[Any]", say: Callable[[Any], str], width: int, none: bytes = b" "
) -> list[bytes]:
    """Write values that end at the right of their column; blanks stand for null."""
    blank = none.rjust(width)
    return [
        blank if missing else say(value).encode("ascii").rjust(width)
        for value, missing in zip(values, values.isna(), strict=True)
    ]


def _texts(layer: Layer, field: Field, encoding: Encoding, losses: list[Loss]) -> list[bytes]:
    values: Sequence[Any] = layer.frame[field.name].tolist()
    keys: Sequence[Any] = layer.frame[layer.key].tolist()
    made = []
    for key, value in zip(keys, values, strict=True):
        given = "" if pd.isna(value) else _one_line(str(value))
        text, lacking = _within(given, encoding)
        data = text.encode(encoding)
        if lacking:
            losses.append(Loss(layer.name, str(key), field.name, given, lacking))
        if len(data) > _WIDEST:
            data = _cut(text, encoding)
            losses.append(Loss(layer.name, str(key), field.name, given, ""))
        made.append(data)
    return made


def _one_line(text: str) -> str:
    """Put a blank in place of signs that no table shows; a NUL would end the text for readers."""
    return "".join(" " if unicodedata.category(one) == "Cc" else one for one in text)


def _within(text: str, encoding: Encoding) -> tuple[str, str]:
    """Put `MISSING` in place of what an encoding lacks; gives also which characters these are."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        lacking = [one for one in dict.fromkeys(text) if not _has(one, encoding)]
        for one in lacking:
            text = text.replace(one, MISSING)
        return text, "".join(lacking)
    return text, ""


def _has(character: str, encoding: Encoding) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _cut(text: str, encoding: Encoding) -> bytes:
    while len(data := text.encode(encoding)) > _WIDEST:
        text = text[:-1]
    return data
