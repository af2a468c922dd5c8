"""Tables as an XLSX workbook that offices open in Excel and WPS, filter, print and pass on.

Every text is written as text, whatever it begins with; codes keep their zeros, days are days. The
same tables give the same bytes: no hour of writing stands in the file.
"""

import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain, islice
from typing import IO, Any, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.xml.constants import DCTERMS_NS, DCTERMS_PREFIX
from openpyxl.xml.functions import register_namespace

from boundaries.export.packages import clean_text, settled
from layers.contract.errors import PlanError

__all__ = ["MOST_ROWS", "Column", "Form", "Sheet", "workbook_bytes"]

Form = Literal["text", "code", "whole", "one", "two", "share", "day", "any"]
MOST_ROWS = 1_048_000  # a sheet of the format holds 1,048,576, with its head
_FORMATS: Mapping[Form, str] = {
    # "_ " leaves the width of a blank between a number and the text beside it.
    "text": "@", "code": "@", "whole": "#,##0_ ", "one": "#,##0.0_ ", "two": "#,##0.00_ ",
    "share": "0.0%_ ", "day": "yyyy-mm-dd", "any": "General",
}  # fmt: skip
_WIDTHS = {"whole": 6.5, "one": 8.0, "two": 9.5, "share": 8.0, "day": 11.5}
_LEAST, _MOST = 6.0, 40.0  # of a column, in signs; longer texts go on in the next line
_WIDE = 1.12  # what a sign of Chinese takes beside the digit that columns are measured by
_SEEN = 2_000  # rows that decide how wide a column is
_LINE, _HIGHEST = 15.0, 405.0  # points: one line, and the highest that a row can be
_BUTTON = 4.0  # signs that the button of the filter takes from a head
_WRAPPED = ("text", "any")
_CHUNK = 2**20  # bytes copied at once
_FORMULA = re.compile(rb"<f>([^<]*)</f><v\s*(?:/>|></v>)")


@dataclass(frozen=True)
class Column:
    """One column: its head, what its cells are, and its width; 0 for as wide as its texts are."""

    head: str
    form: Form = "text"
    width: float = 0.0
    summed: bool = False  # the last row has a formula with the sum


@dataclass(frozen=True)
class Sheet:
    """One table with what stands above it.

    Attributes
    ----------
    name
        Of the sheet: one of our words, never a text of a user.
    title
        The first line.
    columns, rows
        The table; a cell is a text, a number, a day, or None for an empty one.
    note
        A second line; "" for none.
    frozen
        How many columns stay when the others are scrolled.
    filtered
        Whether the head has buttons to filter by.
    total
        What the last row is called if there are columns to sum.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    note: str = ""
    frozen: int = 0
    filtered: bool = True
    total: str = ""

    @property
    def head_row(self) -> int:
        """Number of the row with the heads."""
        return 3 if self.note else 2


def workbook_bytes(
    sheets: Iterable[Sheet], *, printed: date | None = None, footer: str = "", title: str = ""
) -> bytes:
    """Write tables as a workbook.

    Parameters
    ----------
    sheets
        In order. Rows are taken one by one and not kept, so that there may be many.
    printed
        The day that the file says it was made on; None for none.
    footer
        Text at the foot of every printed page, with `{page}` and `{pages}` where their numbers
        stand; "" for the numbers alone.
    title
        Title in the properties of the file.

    Returns
    -------
    The content of an .xlsx file.

    Raises
    ------
    PlanError
        If a table has more rows than a sheet holds.
    """
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = clean_text(title), ""
    writers = [_Writer(book, sheet, footer or "{page} / {pages}") for sheet in sheets]
    for one in writers:
        one.write()
    drawn = io.BytesIO()
    # Other libraries of the process may have given the words of the properties another prefix.
    register_namespace(DCTERMS_PREFIX, DCTERMS_NS)
    book.save(drawn)
    finish = {
        f"xl/worksheets/sheet{at}.xml": partial(_finish, writer=one)
        for at, one in enumerate(writers, start=1)
    }
    return settled(drawn, printed, finish=finish)


class _Writer:
    """Writes one sheet, row by row."""

    def __init__(self, book: Workbook, sheet: Sheet, footer: str) -> None:
        self.sheet = sheet
        self._page = book.create_sheet(sheet.name)
        self._set_print(footer)
        edge = Side(style="thin", color="BFBFBF")
        self._border = Border(edge, edge, edge, edge)
        # A cell is written as soon as its row is, so that one a column is enough for all rows.
        self._cells = [self._cell(column, bold=False) for column in sheet.columns]
        self._most = [column.width or _MOST for column in sheet.columns]
        self._row = 0
        self.sums = {at: 0.0 for at, column in enumerate(sheet.columns) if column.summed}
        self.formulas: dict[str, float] = {}

    @property
    def area(self) -> str:
        """Cells of the sheet."""
        return f"A1:{get_column_letter(len(self.sheet.columns))}{self._row}"

    def write(self) -> None:
        """Write all rows."""
        sheet, rows = self.sheet, iter(self.sheet.rows)
        seen = [_cleaned(row) for row in islice(rows, _SEEN)]
        self._set_widths(seen)
        corner = f"{get_column_letter(sheet.frozen + 1)}{sheet.head_row + 1}"
        self._page.freeze_panes = corner
        self._write_head()
        for values in chain(seen, map(_cleaned, rows)):
            self._write_row(values)
        if sheet.filtered:
            last = f"{get_column_letter(len(sheet.columns))}{self._row}"
            self._page.auto_filter.ref = f"A{sheet.head_row}:{last}"
        if self.sums and sheet.total and self._row > sheet.head_row:
            self._write_sums()
        self._page.close()

    def _write_row(self, values: Sequence[Any]) -> None:
        if self._row >= MOST_ROWS:
            raise _too_long(self.sheet)
        lines = 1
        for at, (cell, value) in enumerate(zip(self._cells, values, strict=True)):
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula, whatever it begins with
                if len(value) * 2 > self._most[at]:
                    lines = max(lines, self._lines(at, value))
            elif at in self.sums and value is not None:
                self.sums[at] += value
        self._append(self._cells, lines * _LINE if lines > 1 else None)

    def _lines(self, at: int, text: str) -> int:
        if self.sheet.columns[at].form not in _WRAPPED:
            return 1
        return math.ceil(_width(text) / (self._most[at] - 1))

    def _append(self, cells: Sequence[Any], height: float | None = None) -> None:
        self._row += 1
        if height is not None:
            self._page.row_dimensions[self._row].height = min(height, _HIGHEST)
        self._page.append(cells)

    def _write_head(self) -> None:
        sheet = self.sheet
        self._append([self._text(sheet.title, Font(name="宋体", size=14, bold=True))], 1.6 * _LINE)
        if sheet.note:
            self._append([self._text(sheet.note, Font(name="宋体", size=9, color="595959"))])
        heads = []
        for column in sheet.columns:
            cell = self._text(column.head, Font(name="宋体", size=11, bold=True))
            cell.fill, cell.border = PatternFill("solid", fgColor="DCE6F1"), self._border
            cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
            heads.append(cell)
        self._append(heads, 2.2 * _LINE)

    def _write_sums(self) -> None:
        """Write the row of sums; the values follow when the file is settled."""
        cells, first = [], self.sheet.head_row + 1
        for at, column in enumerate(self.sheet.columns):
            cell = self._cell(column, bold=True)
            letter = get_column_letter(at + 1)
            if at in self.sums:
                formula = f"SUM({letter}{first}:{letter}{self._row})"
                cell.value = f"={formula}"
                self.formulas[formula] = self.sums[at]
            elif at == 0:
                cell.value = self.sheet.total
            cell.fill = PatternFill("solid", fgColor="F2F2F2")
            cells.append(cell)
        self._append(cells)

    def _cell(self, column: Column, *, bold: bool) -> Any:
        cell = self._text(None, Font(name="宋体", size=11, bold=bold))
        cell.number_format, cell.border = _FORMATS[column.form], self._border
        wrap = column.form in _WRAPPED
        cell.alignment = Alignment(wrap_text=wrap, vertical="center")
        return cell

    def _text(self, text: str | None, font: Font) -> Any:
        cell = WriteOnlyCell(self._page, None if text is None else clean_text(text))
        if text is not None:
            cell.data_type = "s"
        cell.font = font
        return cell

    def _set_widths(self, rows: Sequence[Sequence[Any]]) -> None:
        for at, column in enumerate(self.sheet.columns):
            widest = 1.5 + max((_width_of(row[at]) for row in rows), default=0)
            if column.summed:
                widest += 2  # the sum has more digits, and they are bold
            head = _head_width(column.head, _BUTTON if self.sheet.filtered else 1)
            own = max(widest, _WIDTHS.get(column.form, _LEAST), head)
            letter = get_column_letter(at + 1)
            self._page.column_dimensions[letter].width = column.width or min(own, _MOST)

    def _set_print(self, footer: str) -> None:
        """Set up paper: A4 across, all columns on one page, the head again on each."""
        page = self._page
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.print_title_rows = f"1:{self.sheet.head_row}"
        margins = page.page_margins
        margins.left = margins.right = 0.3
        margins.top, margins.bottom, margins.footer = 0.5, 0.7, 0.3
        told = clean_text(footer)[:200].replace("&", "&&")
        page.oddFooter.center.text = told.replace("{pages}", "&N").replace("{page}", "&P")


def _finish(source: IO[bytes], target: IO[bytes], writer: _Writer) -> None:
    """Copy a sheet of any length and put in what the library cannot write.

    That is the value beside each formula, for programs that calculate nothing, and the note that
    codes are texts on purpose, without which each has a mark in its corner. Both lie in the last
    row and behind it.
    """
    end = b""
    while chunk := source.read(_CHUNK):
        data = end + chunk
        target.write(data[:-_CHUNK])
        end = data[-_CHUNK:]
    end = _FORMULA.sub(
        lambda one: b"<f>%b</f><v>%.10g</v>" % (one[1], writer.formulas[one[1].decode()]), end
    )
    note = f'<ignoredError sqref="{writer.area}" numberStoredAsText="1"/>'
    told = f"<ignoredErrors>{note}</ignoredErrors></worksheet>"
    target.write(end.removesuffix(b"</worksheet>") + told.encode())


def _cleaned(row: Sequence[Any]) -> list[Any]:
    return [clean_text(value) if isinstance(value, str) else value for value in row]


def _width(text: str) -> float:
    """Say how wide a text is, in digits: signs of Chinese are twice as wide as others."""
    return len(text) + _WIDE * (len(text.encode("gbk", "replace")) - len(text))


def _head_width(head: str, button: float) -> float:
    """Say how wide a column must be for its head in two lines, whose words are not cut."""
    words = [_width(word) for word in head.split() if word.isascii()]
    return max(_width(head) / 2 + button, *(word + 3 for word in words), 0)


def _width_of(value: object) -> float:
    """Say how wide a cell is; a number that its column has no room for would be shown as ####."""
    if isinstance(value, str):
        return _width(value)
    return len(f"{value:,.2f}") if isinstance(value, int | float) else 0


def _too_long(sheet: Sheet) -> PlanError:
    return PlanError(
        f"The table {sheet.name!r} has more than {MOST_ROWS:,} rows, which no sheet of a workbook "
        "holds. Ask for fewer grids.",
        f"表“{sheet.name}”超过 {MOST_ROWS:,} 行，一张工作表放不下。请减少所选网格。",
    )
