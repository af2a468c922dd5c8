"""A text table read piece by piece: one of any length takes no more memory than a short one.

Every row comes out, damaged ones too: with cells missing or left over, behind a quote that is never
closed, or with signs that no encoding explains. Each is told with its place in the file.
"""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from layers.contract.errors import LayerFileError, LayerSchemaError, quoted
from layers.files.encoding import texts_encoding
from layers.files.reader_faults import reason_zh
from layers.sheets.delimited import separator_of

__all__ = ["ROW_FAULTS", "RowPiece", "StreamedTable", "stream_table"]

_SAMPLE = 1 << 20  # bytes looked at for encoding and separator
_PIECE = 50_000  # rows
Line = tuple[int, str, bool]  # number, text, whether signs of it cannot be read
_LINES_A_CELL = 20  # lines that one quoted cell may run over
# What can be wrong with a row, English and Chinese.
ROW_FAULTS = {
    "cells": ("The row has not as many cells as the header.", "该行单元格数与表头不符。"),
    "quote": ("A quote is opened and not closed.", "引号未闭合。"),
    "signs": ("Some signs cannot be read in any encoding.", "有无法识别编码的字符。"),
}


@dataclass
class RowPiece:
    """Some rows, each with the line it begins in and its fault: a key in `ROW_FAULTS`, or ""."""

    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, line: int, row: list[str], fault: str) -> None:
        """Add a row."""
        self.lines.append(line)
        self.rows.append(row)
        self.faults.append(fault)


@dataclass(frozen=True)
class StreamedTable:
    """The header of a table, and its rows in pieces; they can be gone through once."""

    header: list[str]
    pieces: Iterator[RowPiece]


def stream_table(path: Path | str, *, encoding: str | None = None) -> StreamedTable:
    """Open a text table whose first line is its header.

    Parameters
    ----------
    path
        A .csv or another text file; its separator is found by itself.
    encoding
        Name of its encoding; found by its bytes when left out. A line in another one is read as
        what it is.

    Returns
    -------
    Rows have as many cells as the header: what lacks is "", what is left over joins the last cell
    (and the row is told as damaged). Empty lines are left out.

    Raises
    ------
    LayerFileError
        If the file cannot be read.
    LayerSchemaError
        If it has no header.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            sample = file.read(_SAMPLE)
    except OSError as error:
        raise LayerFileError(
            f"Cannot read {str(path)!r}: {error}.",
            f"无法读取{quoted(path)}：{reason_zh(error)}。",
        ) from None
    name = _codec(sample, encoding, path)
    lines = _lines(path, name)
    first = next((text for _, text, _ in lines if text.strip()), "")
    sign = separator_of(sample.decode(name, "replace").lstrip("\ufeff"))
    header = next(csv.reader([first], delimiter=sign), [])
    if not any(cell.strip() for cell in header):
        raise LayerSchemaError(
            f"{path.name!r} has no header. Write the names of its columns into the first line.",
            f"{quoted(path.name)}没有表头。请在第一行写明各列名称。",
        )
    return StreamedTable([cell.strip() for cell in header], _pieces(lines, sign, len(header)))


def _codec(sample: bytes, encoding: str | None, path: Path) -> str:
    if encoding is None:
        if sample[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        # The last line of the sample may end within a sign.
        found = texts_encoding(sample[: sample.rfind(b"\n") + 1] or sample)
        return "utf-8" if found.name is None else found.name.lower()
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise LayerSchemaError(
            f"{path.name!r}: there is no encoding {encoding!r}. Use utf-8, gb18030 or big5.",
            f"{quoted(path.name)}：没有编码{quoted(encoding)}。请用 utf-8、gb18030 或 big5。",
        ) from None


def _lines(path: Path, name: str) -> Iterator[Line]:
    """Yield each line with its number, and whether it could not be read as it is."""
    if name.startswith("utf-16"):
        with path.open(encoding=name, errors="replace", newline="") as text:
            yield from ((at, line, "\ufffd" in line) for at, line in enumerate(text, start=1))
        return
    names = list(dict.fromkeys([name.removesuffix("-sig"), "utf-8", "gb18030"]))
    with path.open("rb") as file:
        for at, raw in enumerate(file, start=1):
            if at == 1:
                raw = raw.removeprefix(codecs.BOM_UTF8)
            yield at, *_decoded(raw, names)


def _decoded(raw: bytes, names: list[str]) -> tuple[str, bool]:
    for name in names:
        try:
            return raw.decode(name), False
        except UnicodeDecodeError:
            continue
    return raw.decode(names[0], "replace"), True


def _pieces(lines: Iterator[Line], sign: str, width: int) -> Iterator[RowPiece]:
    """Put lines together to rows, and rows to pieces."""
    rest: list[Line] = []
    while True:
        block = [*rest, *islice(lines, _PIECE)]
        if not block:
            return
        ended = len(block) - len(rest) < _PIECE
        piece = _plain_piece(block, sign, width)
        rest = []
        if piece is None:
            piece = RowPiece()
            at = 0
            # A cell at the end may go on in the next piece.
            while at < len(block) and (ended or at < len(block) - _LINES_A_CELL):
                at += _take(piece, block, at, sign, width)
            rest = block[at:]
        if piece.rows:
            yield piece


def _plain_piece(block: list[Line], sign: str, width: int) -> RowPiece | None:
    """Read lines that are rows as they stand; None when one of them is not."""
    if any('"' in text or strange for _, text, strange in block):
        return None
    try:
        rows = list(csv.reader([text for _, text, _ in block], delimiter=sign))
    except csv.Error:
        return None
    if len(rows) != len(block) or any(len(row) != width for row in rows):
        return None
    return RowPiece([at for at, _, _ in block], rows, [""] * len(rows))


def _take(piece: RowPiece, block: list[Line], place: int, sign: str, width: int) -> int:
    """Add the row that begins with a line of a block, and say how many lines it took."""
    at, text, strange = block[place]
    taken, closed = 1, text.count('"') % 2 == 0
    if not text.strip():
        return taken
    if not closed:
        text, more, closed = _joined(text, block[place + 1 : place + _LINES_A_CELL], sign, width)
        taken += more
        strange = strange or any(one[2] for one in block[place + 1 : place + taken])
    fault = "" if closed else "quote"
    row = _cells(text.rstrip("\r\n"), sign, quoted=closed)
    if len(row) != width:
        fault = fault or "cells"
        row = [*row[: width - 1], sign.join(row[width - 1 :]), *[""] * (width - len(row))][:width]
    piece.add(at, row, fault or ("signs" if strange else ""))
    return taken


def _joined(text: str, following: list[Line], sign: str, width: int) -> tuple[str, int, bool]:
    """Join a line with those that its quoted cell runs over; as it is when no row comes of it."""
    whole = text
    for taken, (_, line, _) in enumerate(following, start=1):
        whole += line
        if whole.count('"') % 2 == 0:
            fits = _is_one_row(whole, sign, width)
            return (whole, taken, True) if fits else (text, 0, False)
    return text, 0, False


def _is_one_row(text: str, sign: str, width: int) -> bool:
    """Tell whether lines make one row whose quotes stand around whole cells."""
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=sign, strict=True))
    except csv.Error:
        return False
    return [len(row) for row in rows] == [width]


def _cells(text: str, sign: str, *, quoted: bool) -> list[str]:
    lines = text.splitlines(keepends=True) if quoted else [text]
    try:
        if not quoted:
            return next(csv.reader(lines, delimiter=sign, quoting=csv.QUOTE_NONE), [])
        return next(csv.reader(lines, delimiter=sign), [])
    except csv.Error:  # a cell longer than the library takes, or a sign it has no place for
        return text.split(sign)
