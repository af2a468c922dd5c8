"""Tables from spreadsheets and text files: every cell is text.

One reader for roster, registers and layers. What a spreadsheet program shows is what is read: the
sheets that are not hidden, the digits of a number, the zeros of its format. Whatever was left out,
repaired, or read although it is hidden is an issue.
"""

import csv
import warnings
import zipfile
import zlib
from pathlib import Path

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from layers.contract.errors import EmptyLayerError, LayerFileError, Named, quoted
from layers.contract.identifiers import listed
from layers.contract.issues import Issue
from layers.contract.phrases import counted
from layers.contract.text import as_text
from layers.files.encoding import (
    DECLARED,
    Encoding,
    in_gb18030,
    shapefile_encoding,
    text_encoding,
    unsure,
)
from layers.files.formats import find_format
from layers.files.long_numbers import with_long_numbers
from layers.files.paths import require_file
from layers.files.reader_faults import reader_fault
from layers.sheets.books import Wanted, table_of_book
from layers.sheets.delimited import Quote, read_rows, short_rows
from layers.sheets.table import Table, cleaned, remark, table_of
from layers.sheets.table_rows import is_total
from layers.sheets.workbooks import Grid, opened

__all__ = [
    "TABLE_ENDINGS",
    "Table",
    "hidden_sheets",
    "open_table",
    "read_table",
    "sheet_names",
    "table_encoding",
]

TABLE_ENDINGS = (".csv", ".txt", ".xlsx", ".dbf")
# What the readers of tables, and the parsers under them, raise for data they cannot read.
_FAULTS = (
    ValueError,
    OSError,
    LookupError,
    TypeError,
    AttributeError,
    SyntaxError,  # the parser of XML
    csv.Error,
    DataSourceError,
    DataLayerError,
    zipfile.BadZipFile,
    zlib.error,
)

_LONGEST_SIGN = 4  # bytes
_MOST_QUOTES = 20  # that are told one by one


def open_table(
    path: Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    wanted: Wanted | None = None,
    choosable: bool = True,
) -> Table:
    """Read a CSV, XLSX or DBF table; every cell is text, an empty one is "".

    Parameters
    ----------
    path, sheet
        File, and the sheet of an .xlsx.
    encoding
        Encoding of a .csv or .dbf when its bytes do not tell.
    wanted
        When no sheet is named: which sheets belong to the table, by their columns, and the names
        that these have in all of them; they are read as one. Without it the first sheet that is
        shown and has cells is read.
    choosable
        Whether rules.toml has a key that names the sheet.

    Returns
    -------
    The table without empty rows, totals, repeated headers and notes under it, and the issues:
    READ-6 for the errors of formulas, READ-8 for what was left out, repaired or not read, READ-9
    for an encoding that is not sure. The rows of several sheets are named like 村!3.

    Raises
    ------
    LayerFileError
        If the file is missing, unreadable, has no such sheet or holds no rows.
    """
    path = Path(path)
    require_file(path)
    if path.suffix.lower() not in TABLE_ENDINGS:
        raise LayerFileError(
            f"{path.name!r} is not a table that can be read. Save it as .xlsx or as .csv.",
            f"{quoted(path.name)}不是可读取的表格。请另存为 .xlsx 或 .csv。",
        )
    find_format(path)
    try:
        if path.suffix.lower() == ".xlsx":
            table = table_of_book(
                path, sheet, wanted, encoding=table_encoding(path), choosable=choosable
            )
        else:
            table = _from_plain(path, sheet, encoding)
    except _FAULTS as error:
        if isinstance(error, LayerFileError):
            raise
        raise _unreadable(error, path) from None
    if table.frame.empty:
        raise EmptyLayerError(
            f"{path.name!r} holds no rows under its header line. Fill it in or give another table.",
            f"{quoted(path.name)}的表头下没有数据。请填写，或换一个表格。",
        )
    return table


def read_table(
    path: Path, *, sheet: str | None = None, encoding: str | None = None
) -> pd.DataFrame:
    """Read the cells of a table alone; see `open_table`."""
    return open_table(path, sheet=sheet, encoding=encoding).frame


def table_encoding(path: Path) -> Encoding:
    """Find the encoding of a table's texts."""
    if path.suffix.lower() == ".xlsx":
        return Encoding(None, Named("XLSX is UTF-8", "XLSX 为 UTF-8"))
    return shapefile_encoding(path) if path.suffix.lower() == ".dbf" else text_encoding(path)


def sheet_names(path: Path) -> list[str]:
    """List the sheets of an .xlsx that are shown and have cells.

    Raises
    ------
    LayerFileError
        If the file cannot be read.
    """
    try:
        with opened(path) as book:
            return [one.name for one in book.sheets if not one.hidden and book.has_cells(one)]
    except _FAULTS as error:
        if isinstance(error, LayerFileError):
            raise
        raise _unreadable(error, path) from None


def hidden_sheets(path: Path) -> list[str]:
    """List the hidden sheets of an .xlsx that have cells; what they hold is not read unasked."""
    with opened(path) as book:
        return [one.name for one in book.sheets if one.hidden and book.has_cells(one)]


def _unreadable(error: BaseException, path: Path) -> LayerFileError:
    reason, reason_zh = reader_fault(error, path)
    return LayerFileError(
        f"{path.name!r} cannot be read as a table: {reason}. "
        "Open it in a spreadsheet program and save it again as .xlsx or .csv.",
        f"{quoted(path.name)}无法作为表格读取：{reason_zh}。"
        "请用 WPS 或 Excel 打开，重新保存为 .xlsx 或 .csv。",
    )


def _from_plain(path: Path, sheet: str | None, declared: str | None) -> Table:
    encoding = Encoding(declared, DECLARED) if declared else table_encoding(path)
    told = [] if encoding.sure else [unsure(path.name, encoding)]
    if sheet is not None:
        told.append(
            remark(
                path.name,
                f"it has no sheets: layer = {sheet!r} is not used",
                f"没有工作表，layer {quoted(sheet)}不起作用",
            )
        )
    if path.suffix.lower() == ".dbf":
        with warnings.catch_warnings():
            # Numbers written with commas are warned of; as text they would be lost to GDAL anyway.
            warnings.simplefilter("ignore")
            frame = pyogrio.read_dataframe(path, read_geometry=False, encoding=encoding.name)
        frame = with_long_numbers(frame, path)
        frame = frame.apply(as_text)  # beside an empty row whole numbers are decimals
        frame = frame.set_axis(pd.RangeIndex(2, len(frame) + 2))
        return cleaned(frame, Grid(), path.name, encoding, told)
    raw = path.read_bytes()
    if encoding.mixed:
        raw = b"".join(map(in_gb18030, raw.splitlines(keepends=True)))
    errors = "replace" if encoding.mixed else "strict"
    try:
        text = raw.decode(encoding.name or "utf-8-sig", errors).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        if declared is not None:
            raise _not_so_encoded(path, declared) from None
        if isinstance(error, LookupError) or len(raw) - error.start >= _LONGEST_SIGN:
            raise
        text = raw[: error.start].decode(error.encoding).removeprefix("\ufeff")
        told.append(
            remark(
                path.name,
                "it breaks off within a sign: rows are missing at its end. Copy or export it again",
                "文件在一个字的中间中断，末尾缺行。请重新拷贝或导出",
            )
        )
    if "\0" in text:
        told.append(
            remark(
                path.name,
                f"{counted(text.count(chr(0)), 'zero byte', 'zero bytes')} between its signs left "
                "out, as a copy that was broken off leaves them. Look at its last rows",
                f"其中有 {text.count(chr(0)):,} 个零字节（拷贝中断所致），已略去。请核对末尾几行",
            )
        )
        text = text.replace("\0", "")
    grid, quotes = read_rows(text)
    told += [_lost_quote(path.name, quote) for quote in quotes[:_MOST_QUOTES]]
    told += _short(path.name, grid)
    return table_of(grid, path.name, encoding, told)


def _not_so_encoded(path: Path, declared: str) -> LayerFileError:
    return LayerFileError(
        f"{path.name!r}: its texts are not {declared}, as rules.toml says. Take encoding out of "
        "rules.toml, or write the right one, such as UTF-8 or GB18030.",
        f"{quoted(path.name)}的文字不是规则中声明的 {declared} 编码。请在 rules.toml 中去掉 "
        "encoding，或改为正确的编码，如 UTF-8、GB18030。",
    )


def _short(file: str, grid: Grid) -> list[Issue]:
    sums = {number for row, number in zip(grid.rows, grid.numbers, strict=True) if is_total(row[0])}
    rows = [number for number in short_rows(grid) if number not in sums]
    if not rows:
        return []
    shown, shown_zh = listed(rows)
    return [
        remark(
            file,
            f"{counted(len(rows), 'row', 'rows')} with fewer cells than the others (row {shown}): "
            "a separator is missing, or the file breaks off there. Compare with the original",
            f"有 {len(rows)} 行的单元格少于其他行（第 {shown_zh} 行）：缺分隔符，或文件在此中断。"
            "请与原表核对",
        )
    ]


def _lost_quote(file: str, quote: Quote) -> Issue:
    if quote.repaired:
        return remark(
            file,
            f"row {quote.row} opens a quote that nothing closes; it is left out, so that the rows "
            "below are read. Take the quote out of the file",
            f"第 {quote.row} 行有未闭合的引号，已略去，以免吞掉下面的行。请在文件中删去该引号",
        )
    return remark(
        file,
        f"row {quote.row} holds a quoted text over {quote.rows + 1} lines that may be rows of "
        "their own. If so, take the quote out of the file",
        f"第 {quote.row} 行有一段跨 {quote.rows + 1} 行的引号文字，其中可能是独立的行。"
        "如是，请在文件中删去引号",
    )
