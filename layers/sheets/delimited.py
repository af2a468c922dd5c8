"""Rows of a text table: the sign between its cells, and quotes that are opened and never closed.

A quote that was typed by mistake makes every reader take the rows below it for one cell. Such rows
are brought back here, and told.
"""

import csv
import io
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from layers.sheets.workbooks import Grid

__all__ = ["Quote", "read_rows", "separator_of", "short_rows"]

_QUOTED = re.compile(r'"[^"]*"')
_SEPARATORS = (",", "\t", ";", "|", "，")
_LOOKED_AT = 20_000  # characters, to find the separator
_FIRST_LINES = 10  # looked at for the separator
_LONGEST = 2**31 - 1  # a shape as text is long
_LIMITING = threading.Lock()  # one at a time raises the limit and puts it back


@dataclass(frozen=True)
class Quote:
    """A quote that does not end in its row: where, how many rows it hides, and if they are back."""

    row: int
    rows: int
    repaired: bool


def read_rows(text: str) -> tuple[Grid, list[Quote]]:
    """Read the rows of a text table.

    Parameters
    ----------
    text
        The table; cells may be separated by commas, tabs, semicolons, bars or wide commas.

    Returns
    -------
    The cells, and the quotes that were not closed. Empty rows are left out.
    """
    if text[:4].lower() == "sep=":  # a line for a spreadsheet program alone
        text = "\n" + text.partition("\n")[2]
    sign = separator_of(text)
    grid, quotes = Grid(), []
    with _long_cells():
        for number, row, quote in _records(text, sign):
            if any(row):
                grid.rows.append(row)
                grid.numbers.append(number)
            if quote is not None:
                quotes.append(quote)
    return grid, quotes


def short_rows(grid: Grid) -> list[int]:
    """Number the rows with fewer cells than the others: one is missing in them, or broken off.

    A row of one cell is a title, a note or the name of a group.
    """
    widths = Counter(map(len, grid.rows))
    usual, count = widths.most_common(1)[0] if widths else (0, 0)
    if usual < 3 or 2 * count < len(grid.rows):
        return []
    first = next(at for at, row in enumerate(grid.rows) if len(row) == usual)
    return [
        number
        for row, number in zip(grid.rows[first:], grid.numbers[first:], strict=True)
        if 1 < len(row) < usual
    ]


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be long for a while; `csv` has one limit for all threads."""
    with _LIMITING:
        before = csv.field_size_limit(_LONGEST)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _records(text: str, sign: str) -> Iterator[tuple[int, list[str], Quote | None]]:
    """Yield each row with its number, as one who counts the rows of a spreadsheet does."""
    if '"' not in text:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
        yield from ((number, row, None) for number, row in enumerate(rows, start=1))
        return
    lines = list(io.StringIO(text, newline=""))
    width = _usual_width(lines, sign)
    at, number = 0, 0
    doubtful = 0  # the lines before this one lay behind a lost quote; it may end in one of them
    while at < len(lines):
        reader = csv.reader(map(lines.__getitem__, range(at, len(lines))), delimiter=sign)
        before = at
        for row in reader:
            number += 1
            taken = lines[at : before + reader.line_num]
            at = before + reader.line_num
            if len(taken) == 1 and at <= doubtful:
                row = _bare(taken[0], sign)
            short = len(row) < width and '"' in taken[0]
            if len(taken) == 1 and at < len(lines) and not short:
                yield number, row, None
                continue
            lost = _is_lost(taken, row, sign, width)
            if not lost:
                told = None if lost is None else Quote(number, len(taken) - 1, repaired=False)
                yield number, row, told
                continue
            quote = Quote(number, len(taken) - 1, repaired=True)
            yield number, _bare(taken[0], sign), quote
            doubtful = at
            # The rest is read anew: rows with sound quotes of their own may be among it.
            at -= len(taken) - 1
            break


def _is_lost(lines: list[str], row: list[str], sign: str, width: int) -> bool | None:
    """Tell whether the quote of a row over several lines is lost; None when it is as it should be.

    False means that nobody can say: the row is not sound, and its lines are no rows either.
    """
    sound = _is_sound(lines, sign)
    if sound and len(lines) == 1:
        return None
    if not sound:
        first = len(_bare(lines[0], sign)) == width
        return first if len(lines) > 1 else (first and len(row) < width) or None
    if width < 2 or any(len(_bare(line, sign)) != width for line in lines):
        return None
    # Of two columns, a text over two lines with one separator in each looks alike.
    return width > 2 or len(row) != width


def _is_sound(lines: list[str], sign: str) -> bool:
    try:
        return len(list(csv.reader(lines, delimiter=sign, strict=True))) == 1
    except csv.Error:
        return False


def _bare(line: str, sign: str) -> list[str]:
    """Read one line by itself: quotes around whole cells count, a lone one is left out."""
    cells = next(csv.reader([line.rstrip("\r\n")], delimiter=sign, quoting=csv.QUOTE_NONE), [])
    joined: list[str] = []
    while cells:
        cell = cells.pop(0)
        closing = _closing(cell, cells)
        if closing is not None:
            cell = sign.join([cell, *cells[:closing]])
            cells = cells[closing:]
            joined.append(cell.strip()[1:-1].replace('""', '"'))
        elif cell.count('"') == 1 and (cell[:1] == '"' or cell.rstrip()[-1:] == '"'):
            joined.append(cell.replace('"', ""))
        else:
            joined.append(cell)
    return joined


def _closing(cell: str, rest: list[str]) -> int | None:
    """Say with how many of the next cells a quoted one ends in the same line."""
    if cell[:1] != '"':
        return None
    text = cell[1:]
    for count in range(len(rest) + 1):
        text = text if count == 0 else f"{text},{rest[count - 1]}"
        inner = text.rstrip().replace('""', "")
        if '"' in inner:
            return count if inner.index('"') == len(inner) - 1 else None
    return None


def _usual_width(lines: list[str], sign: str) -> int:
    """Count the cells of most lines."""
    widths = Counter(len(_bare(line, sign)) for line in lines[:1000] if line.strip())
    return max(widths, key=lambda width: (widths[width], width)) if widths else 0


def separator_of(text: str) -> str:
    """Find what stands between the cells: the sign that comes as often in each of the first lines.

    A comma in numbers, such as 113,92, is in some lines only; that between cells is in the header.
    """
    lines = _QUOTED.sub("", text[:_LOOKED_AT]).splitlines()[:_FIRST_LINES]
    best, score = ",", (0, 0)
    for sign in _SEPARATORS:
        counts = Counter(count for line in lines if (count := line.count(sign)))
        if not counts:
            continue
        usual = max(counts, key=lambda count: (counts[count], count))
        if (counts[usual], usual) > score:
            best, score = sign, (counts[usual], usual)
    return best
