"""Cells of an .xlsx as a spreadsheet program shows them, with every digit and with what is hidden.

The sheets are read from their XML in one pass, because the readers of libraries tell either the
value of a formula or that there is one, and neither what is hidden. Names, texts and dates are
those of openpyxl.
"""

import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.utils.datetime import from_excel
from openpyxl.xml.functions import fromstring

from layers.files.archives import require_no_bomb
from layers.sheets.number_formats import as_shown

__all__ = ["Book", "Grid", "Sheet", "opened"]

_STYLES = "xl/styles.xml"
# Formats of the Chinese edition that a file does not write out: dates such as 2024年12月31日.
_CHINESE_DATES = (*range(27, 37), *range(50, 59))
_YES = ("1", "true")
# How a file writes a sign that XML has no place for, such as the end of a line of some systems.
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
# A spreadsheet program keeps fifteen digits of a number.
_EXACT_BELOW = 1e15


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook and where it is kept."""

    name: str
    part: str
    hidden: bool


@dataclass
class Grid:
    """The cells of a sheet or a text table as texts, with what a reader of it should know."""

    rows: list[list[str]] = field(default_factory=list)  # of different lengths
    numbers: list[int] = field(default_factory=list)  # the row that a spreadsheet shows
    # First row, first column, last row and last column; rows as shown, columns from 0.
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck_rows: set[int] = field(default_factory=set)  # crossed out
    dated: dict[int, list[int]] = field(default_factory=dict)  # rows with dates, by column


@dataclass(frozen=True)
class Book:
    """An open workbook."""

    sheets: tuple[Sheet, ...]
    archive: Any
    texts: list[str]
    formats: list[Any]  # by style: None for a plain number, "date", or what writes it as shown
    epoch: Any
    struck: frozenset[str]  # styles that cross a text out

    def has_cells(self, sheet: Sheet) -> bool:
        """Tell whether anything stands on a sheet."""
        with self.archive.open(sheet.part) as stream:
            return any(any(cells) for _, cells in self._rows(stream, Grid()))

    def grid(self, sheet: Sheet) -> Grid:
        """Read all cells of a sheet; rows without any are left out."""
        grid = Grid()
        with self.archive.open(sheet.part) as stream:
            for number, cells in self._rows(stream, grid):
                if any(cells):
                    grid.rows.append(cells)
                    grid.numbers.append(number)
        return grid

    def _rows(self, stream: IO[bytes], grid: Grid) -> Iterator[tuple[int, list[str]]]:
        number = 0
        for _, element in iterparse(stream):
            tag = _local(element)
            if tag == "row":
                number = int(float(element.get("r") or number + 1))
                if element.get("hidden") in _YES or element.get("ht") == "0":
                    grid.hidden_rows.add(number)
                yield number, self._cells(element, number, grid)
                element.clear()
            elif tag == "mergeCell":
                left, top, right, bottom = range_boundaries(element.get("ref"))
                grid.merged.append((top, left - 1, bottom, right - 1))
            elif tag == "col" and element.get("hidden") in _YES:
                first, last = int(element.get("min", 1)), int(element.get("max", 1))
                grid.hidden_columns.update(range(first - 1, min(last, 16_384)))

    def _cells(self, row: Element, number: int, grid: Grid) -> list[str]:
        cells: list[str] = []
        for element in row:
            place = element.get("r")
            column = coordinate_to_tuple(place)[1] - 1 if place else len(cells)
            if self.struck and element.get("s") in self.struck and len(element):
                grid.struck_rows.add(number)
            if column > len(cells):
                cells += [""] * (column - len(cells))
            kind = element.get("t")
            value, formula = None, None
            for part in element:
                name = _local(part)
                if name == "v":
                    value = part.text
                elif name == "f":
                    formula = part
                elif name == "is":
                    value, kind = _inline(part), "str"
            if not value:
                # A formula that no program has worked out; one whose answer is no text has "str".
                bare = formula is not None and kind != "str"
                cells.append("=" + (formula.text or "") if bare and formula is not None else "")
            elif kind == "s":
                cells.append(_unescaped(self.texts[int(value)]))
            elif kind in (None, "n"):
                cells.append(self._number(value, element.get("s"), number, column, grid))
            elif kind == "b":
                cells.append("TRUE" if value == "1" else "FALSE")
            else:  # str, e for an error, d for a date in ISO
                if kind == "d":
                    grid.dated.setdefault(column, []).append(number)
                    value = value.removesuffix("T00:00:00").replace("T", " ")
                cells.append(_unescaped(value))
        return cells

    def _number(self, raw: str, style: str | None, row: int, column: int, grid: Grid) -> str:
        shape = self.formats[int(style)] if style else None
        if shape is None:
            return _plain(raw)
        if shape != "date":
            return str(shape(_plain(raw)))
        try:
            moment = from_excel(float(raw), self.epoch)
        except (ValueError, OverflowError, TypeError):
            return _plain(raw)
        grid.dated.setdefault(column, []).append(row)
        return str(moment).removesuffix(" 00:00:00")


@contextmanager
def opened(path: Path) -> Iterator[Book]:
    """Open a workbook.

    Raises
    ------
    LayerFileError
        If it would grow out of all proportion.
    ValueError, OSError, LookupError, TypeError, SyntaxError
        Whatever the readers of its parts raise for a damaged one.
    """
    require_no_bomb(path)
    with warnings.catch_warnings():
        # openpyxl warns about parts that it leaves out: cells are all we want.
        warnings.simplefilter("ignore")
        reader = ExcelReader(path, read_only=True, data_only=True, keep_links=False)
        with reader.archive:
            reader.read_manifest()
            reader.read_strings()
            reader.read_workbook()
            parts = set(reader.archive.namelist())
            sheets = tuple(
                Sheet(sheet.name, link.target, sheet.state != "visible")
                for sheet, link in reader.parser.find_sheets()
                if link.target in parts and "chartsheet" not in link.Type
            )
            styles = fromstring(reader.archive.read(_STYLES)) if _STYLES in parts else ()
            formats = _formats(styles) or [None]
            texts, epoch = reader.shared_strings, reader.wb.epoch
            yield Book(sheets, reader.archive, texts, formats, epoch, _struck(styles))


def _unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    return _ESCAPED.sub(_sign, text).replace("\r\n", "\n")


def _sign(found: re.Match[str]) -> str:
    """Give an escaped sign; one that no text can have, or that ends it for a database, stays."""
    sign = chr(int(found[1], 16))
    return found[0] if sign == "\0" or "\ud800" <= sign <= "\udfff" else sign


def _struck(root: Iterable[Element]) -> frozenset[str]:
    """List the styles whose font crosses the text out."""
    parts = {_local(part): part for part in root}
    fonts = [
        any(_local(one) == "strike" and one.get("val") not in ("0", "false") for one in font)
        for font in parts.get("fonts", ())
    ]
    styles = [int(one.get("fontId") or 0) for one in parts.get("cellXfs", ())]
    return frozenset(str(at) for at, font in enumerate(styles) if font < len(fonts) and fonts[font])


def _formats(root: Iterable[Element]) -> list[Any]:
    """Say for every style how it shows a number."""
    codes = dict(BUILTIN_FORMATS)
    styles: list[int] = []
    for part in root:
        if _local(part) == "numFmts":
            codes |= {int(one.get("numFmtId") or 0): one.get("formatCode") or "" for one in part}
        elif _local(part) == "cellXfs":
            styles = [int(one.get("numFmtId") or 0) for one in part if _local(one) == "xf"]
    return [_format(number, codes) for number in styles]


def _format(number: int, codes: dict[int, str]) -> Any:
    code = codes.get(number)
    if number in _CHINESE_DATES and code is None:
        return "date"
    if code is None or code == "General":
        return None
    if is_date_format(code):
        return "date"
    return partial(as_shown, code=code)


def _plain(raw: str) -> str:
    """Write a number with all its digits, or as the program shows one that has lost some."""
    if raw.isdigit() and len(raw) <= 15:
        return str(int(raw))
    value = float(raw)
    if abs(value) >= _EXACT_BELOW:
        return f"{value:.5E}"
    shown = f"{value:.15g}"
    return shown if shown.lstrip("-").isdigit() else repr(value)


def _inline(element: Element) -> str:
    """Give the text of a cell that holds it itself; the readings above Chinese are left out."""
    texts = [one.text or "" for one in element if _local(one) == "t"]
    runs = [part for one in element if _local(one) == "r" for part in one if _local(part) == "t"]
    return "".join([*texts, *(one.text or "" for one in runs)])


def _local(element: Element) -> str:
    return element.tag[element.tag.rfind("}") + 1 :]
