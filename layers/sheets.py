"""Tables from spreadsheets: every cell is text. Positions in them: see `layers.coordinates`."""

import csv
import io
import re
import warnings
import zipfile
import zlib
from itertools import islice
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from layers.archives import require_no_bomb
from layers.encoding import (
    DECLARED,
    Encoding,
    in_gb18030,
    shapefile_encoding,
    text_encoding,
)
from layers.errors import EmptyLayerError, LayerFileError, Named, quoted
from layers.formats import find_format
from layers.issues import Issue
from layers.paths import require_file
from layers.reader_faults import WideRowError, reader_fault

__all__ = ["TABLE_ENDINGS", "other_sheets", "read_table", "sheet_names", "table_encoding"]

TABLE_ENDINGS = (".csv", ".txt", ".xlsx", ".dbf")
# A title and notes may stand above the header of a sheet.
_HEADER_WITHIN = 10
# A note such as 填报人：张三; a header may hold a colon in brackets, as in 面积（单位：公顷）.
_NOTE = re.compile(r"[^（(]{1,10}[:：]")
_NUMBER = re.compile(r"[\d.,\-+ ]+")
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATORS = (",", "\t", ";", "|")
_EXCEL_TEXT = re.compile(r'="(.*)"')
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
_LOOKED_AT = 20_000  # characters, to find the separator


def read_table(
    path: Path, *, sheet: str | None = None, encoding: str | None = None
) -> pd.DataFrame:
    """Read a CSV, XLSX or DBF table; every cell is text, an empty one is "".

    The index is the row as a spreadsheet shows it: the header is row 1. Empty rows are left out.

    Parameters
    ----------
    path, sheet
        File, and the sheet of an .xlsx (when left out, the first one with cells).
    encoding
        Encoding of a .csv or .dbf when its bytes do not tell.

    Raises
    ------
    LayerFileError
        If the file is missing, unreadable or holds no rows.
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
        table = _read(path, sheet, encoding)
    except _FAULTS as error:
        if isinstance(error, LayerFileError):
            raise
        reason, reason_zh = reader_fault(error, path)
        raise LayerFileError(
            f"{path.name!r} cannot be read as a table: {reason}. "
            "Open it in a spreadsheet program and save it again as .xlsx or .csv.",
            f"{quoted(path.name)}无法作为表格读取：{reason_zh}。"
            "请用 WPS 或 Excel 打开，重新保存为 .xlsx 或 .csv。",
        ) from None
    table.columns = _unique([str(name).strip() for name in table.columns])
    table = table.apply(lambda column: column.astype("str").str.strip())
    table = table.replace(_EXCEL_TEXT, r"\1", regex=True)
    table = table[(table != "").any(axis=1)] if len(table) else table
    if table.empty:
        raise EmptyLayerError(
            f"{path.name!r} holds no rows under its header line. Fill it in or give another table.",
            f"{quoted(path.name)}的表头下没有数据。请填写，或换一个表格。",
        )
    return table


def table_encoding(path: Path) -> Encoding:
    """Find the encoding of a table's texts."""
    if path.suffix.lower() == ".xlsx":
        return Encoding(None, Named("XLSX is UTF-8", "XLSX 为 UTF-8"))
    return shapefile_encoding(path) if path.suffix.lower() == ".dbf" else text_encoding(path)


def sheet_names(path: Path) -> list[str]:
    """List the sheets of an .xlsx that have cells.

    Raises
    ------
    LayerFileError
        If the file cannot be read.
    """
    require_no_bomb(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True)
            filled = [sheet.title for sheet in book.worksheets if _has_cells(sheet)]
            book.close()
    except _FAULTS as error:
        reason, reason_zh = reader_fault(error, path)
        raise LayerFileError(
            f"{path.name!r} cannot be read as a table: {reason}. Open it in a spreadsheet program "
            "and save it again as .xlsx.",
            f"{quoted(path.name)}无法作为表格读取：{reason_zh}。"
            "请用 WPS 或 Excel 打开，重新保存为 .xlsx。",
        ) from None
    return filled


def other_sheets(path: Path, sheet: str | None) -> list[Issue]:
    """Say which sheets of an .xlsx are not read, when none was chosen."""
    if sheet is not None or path.suffix.lower() != ".xlsx":
        return []
    first, *others = sheet_names(path) or [""]
    if not others:
        return []
    shown = ", ".join(map(repr, others))
    return [
        Issue(
            "READ-8",
            "warning",
            f"{path.name!r}: only its sheet {first!r} is read, not {shown}. Name the right one "
            'with layer = "…", or put all rows on one sheet.',
            f"“{path.name}”：仅读取工作表“{first}”，未读取{quoted(*others)}。"
            "请用 layer 指明工作表，或将各行合并到一张表。",
            code=path.name,
        )
    ]


def _has_cells(sheet: object) -> bool:
    rows = islice(sheet.iter_rows(values_only=True), _HEADER_WITHIN * 5)  # type: ignore[attr-defined]
    return any(value is not None for row in rows for value in row)


def _read(path: Path, sheet: str | None, encoding: str | None) -> pd.DataFrame:
    ending = path.suffix.lower()
    if ending == ".xlsx":
        names = sheet_names(path) if sheet is None else [sheet]
        with warnings.catch_warnings():
            # openpyxl warns about styles and validation it leaves out: cells are all we want.
            warnings.simplefilter("ignore")
            cells = pd.read_excel(
                path, sheet_name=names[0] if names else 0, header=None, dtype=str, na_filter=False
            )
        # What a formula could not work out comes as a missing value in spite of all.
        cells = cells.fillna("#N/A")
        return _under_header(cells, _merged(path, names[0] if names else None))
    if ending == ".dbf":
        known = encoding or table_encoding(path).name
        with warnings.catch_warnings():
            # Numbers written with commas are warned of; as text they would be lost to GDAL anyway.
            warnings.simplefilter("ignore")
            frame = pyogrio.read_dataframe(path, read_geometry=False, encoding=known)
        return _numbered(frame.astype("object").where(frame.notna(), ""))
    found = Encoding(encoding, DECLARED) if encoding else table_encoding(path)
    return _under_header(_cells(path, found))


def _cells(path: Path, encoding: Encoding) -> pd.DataFrame:
    """Read the cells of a text table as they stand."""
    raw = path.read_bytes()
    if encoding.mixed:
        raw = b"".join(map(in_gb18030, raw.splitlines(keepends=True)))
    text = raw.decode(
        encoding.name or "utf-8-sig", "replace" if encoding.mixed else "strict"
    ).removeprefix("\ufeff")
    if text[:4].lower() == "sep=":  # a line for Excel alone
        text = "\n" + text.partition("\n")[2]
    longest = csv.field_size_limit(2**31 - 1)  # a shape as text is long
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)))
    finally:
        csv.field_size_limit(longest)
    width = max(map(len, rows), default=0)
    return pd.DataFrame([row + [""] * (width - len(row)) for row in rows], dtype="str")


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """Number rows as a spreadsheet shows them under a header in row 1."""
    return table.set_axis(pd.RangeIndex(2, len(table) + 2))


def _merged(path: Path, sheet: str | None) -> list[tuple[int, int, int]]:
    """List cells merged over several rows: row and column from 0, and the last row."""
    with zipfile.ZipFile(path) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if sheet is None or not any(b"<mergeCell " in archive.read(part) for part in parts):
            return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
    try:
        ranges = book[sheet].merged_cells.ranges
        return [(one.min_row - 1, one.min_col - 1, one.max_row - 1) for one in ranges]
    finally:
        book.close()


def _filled_down(
    cells: pd.DataFrame, merged: list[tuple[int, int, int]], first: int
) -> pd.DataFrame:
    """Write the value of a merged cell into all of its rows below the header."""
    merged = [one for one in merged if one[0] >= first and one[2] > one[0]]
    if not merged:
        return cells
    filled = cells.copy()
    for row, column, last in merged:
        if column < cells.shape[1] and row < len(cells):
            filled.iloc[row : last + 1, column] = cells.iat[row, column]
    return filled


def _under_header(
    cells: pd.DataFrame, merged: list[tuple[int, int, int]] | None = None
) -> pd.DataFrame:
    """Take the names of the columns from the header, which may have two rows and a title above."""
    if cells.empty:
        return pd.DataFrame()
    texts = cells.head(_HEADER_WITHIN + 1).apply(lambda column: column.astype("str").str.strip())
    rows = [list(row) for row in texts.itertuples(index=False)]
    start = _header_at(rows)
    names, first = rows[start], start + 1
    if first < len(rows) and _is_second_header(names, rows[first]):
        names = [below or above for above, below in zip(names, rows[first], strict=True)]
        first += 1
    cells = _filled_down(cells, merged or [], first)
    table = cells.iloc[first:].set_axis(pd.RangeIndex(first + 1, len(cells) + 1))
    table = table.set_axis(names, axis=1)
    return _without_blank_columns(table)


def _header_at(rows: list[list[str]]) -> int:
    """Find the first row that is half filled, and neither a title alone in its row nor a note."""
    filled = [sum(cell != "" for cell in row) for row in rows[:_HEADER_WITHIN]]
    half = [at for at, count in enumerate(filled) if count and 2 * count >= max(filled)]
    if max(filled, default=0) == 2:
        # A title fills half of two columns; what stands below it must look like a header.
        wide = [at for at in half if filled[at] == 2]
        if not any(map(_NUMBER.fullmatch, rows[wide[0]])):
            half = wide
    plain = [
        at
        for at in half
        if 4 * filled[at] >= 3 * max(filled) or not any(map(_NOTE.match, rows[at]))
    ]
    return (plain or half or [0])[0]


def _is_second_header(above: list[str], below: list[str]) -> bool:
    """Tell a second row of a header: it names columns under a name that spans several."""
    spans = [bool(up) and at + 1 < len(above) and not above[at + 1] for at, up in enumerate(above)]
    named = [at for at, down in enumerate(below) if down]
    first = next((at for at, up in enumerate(above) if up), None)
    return (
        first is not None
        and not below[first]
        and any(not above[at] for at in named)
        and all(not above[at] or spans[at] for at in named)
        and not any(_NUMBER.fullmatch(below[at]) for at in named)
    )


def _without_blank_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out columns with neither name nor cell; refuse cells beside the header."""
    nameless = [at for at, name in enumerate(table.columns) if not str(name).strip()]
    for at in nameless:
        cells = table.iloc[:, at].astype("str").str.strip()
        beyond = not any(str(name).strip() for name in table.columns[at:])
        if beyond and (cells != "").any():
            row = table.index[(cells != "").to_numpy().argmax()]
            raise WideRowError(row, cells[row])
    empty = {at for at in nameless if (table.iloc[:, at].astype("str").str.strip() == "").all()}
    return table.iloc[:, [at for at in range(table.shape[1]) if at not in empty]]


def _separator(text: str) -> str:
    """Find what stands between the cells: the most frequent usual sign of the first lines."""
    lines = _QUOTED.sub("", text[:_LOOKED_AT]).splitlines()[:_HEADER_WITHIN]
    start = "\n".join(lines)
    best = max(_SEPARATORS, key=start.count)
    return best if best in start or "，" not in start else "，"


def _unique(names: list[str]) -> list[str]:
    """Number headers that come twice, as a spreadsheet program would."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return result
