"""A table made of cells: below its header, without what is no entry, with what to say of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from layers.contract.errors import quoted
from layers.contract.identifiers import listed
from layers.contract.issues import Issue
from layers.contract.phrases import counted
from layers.files.encoding import Encoding
from layers.sheets.coordinates import position_names
from layers.sheets.headers import under_header
from layers.sheets.table_rows import error_cells, garbled_cells, lost_cells, without_other_rows
from layers.sheets.workbooks import Grid

__all__ = ["Table", "cleaned", "remark", "table_of"]

# What databases and programs write into a cell that has no value.
_NOTHING = ("<Null>", "<NULL>", "NULL", "null", "nan", "NaN", "<NA>", "None", "\\N")
_EXCEL_TEXT = r'^="([^"]*)"$'


@dataclass(frozen=True)
class Table:
    """A table as read: its cells as texts, and what there is to say of them."""

    frame: pd.DataFrame  # the index is the row as a spreadsheet shows it: the header is row 1
    file: str
    encoding: Encoding
    issues: tuple[Issue, ...]
    dated: dict[str, list[object]] = field(default_factory=dict)  # rows with dates, by column


def table_of(grid: Grid, file: str, encoding: Encoding, told: Sequence[Issue] = ()) -> Table:
    """Make a table of the cells of a sheet: below its header, without what is no entry.

    Parameters
    ----------
    grid, file, encoding
        The cells, the name of their file, and the encoding that its texts were read in.
    told
        Issues of reading the cells, which go first.

    Raises
    ------
    WideRowError
        If a row has cells beyond the header.
    """
    frame, doubled = under_header(grid)
    issues = [*told, *_hidden(grid, frame, file), *_struck(grid, frame, file)]
    issues += _hidden_columns(grid, frame, file)
    if doubled:
        names, names_zh = ", ".join(map(repr, doubled)), quoted(*doubled)
        issues.append(
            remark(
                file,
                f"column {names} stands there more than once; the first one that is shown counts",
                f"{names_zh}列出现多次，以可见的第一列为准",
            )
        )
    return cleaned(frame, grid, file, encoding, issues)


def _hidden(grid: Grid, frame: pd.DataFrame, file: str) -> list[Issue]:
    """Say that rows were read that a spreadsheet program does not show: they may be people."""
    rows = [row for row in frame.index if row in grid.hidden_rows]
    if not rows:
        return []
    shown, shown_zh = listed(rows)
    return [
        remark(
            file,
            f"{counted(len(rows), 'row', 'rows')} hidden or filtered out in the file, and read all "
            f"the same (row {shown}). Delete what does not count",
            f"有 {len(rows)} 行被隐藏或筛选掉，也已读取（第 {shown_zh} 行）。如不应计入，请删除",
        )
    ]


def _struck(grid: Grid, frame: pd.DataFrame, file: str) -> list[Issue]:
    """Say that rows were read that are crossed out: people who have left, mostly."""
    rows = [row for row in frame.index if row in grid.struck_rows]
    if not rows:
        return []
    shown, shown_zh = listed(rows)
    return [
        remark(
            file,
            f"{counted(len(rows), 'row', 'rows')} crossed out in whole or in part, and read all "
            f"the same (row {shown}). Delete what does not count",
            f"有 {len(rows)} 行带删除线，也已读取（第 {shown_zh} 行）。如不应计入，请删除",
        )
    ]


def _hidden_columns(grid: Grid, frame: pd.DataFrame, file: str) -> list[Issue]:
    """Say that columns were read that a spreadsheet program does not show."""
    hidden = [
        str(name)
        for at, name in enumerate(frame.columns)
        if at in grid.hidden_columns and name and (frame.iloc[:, at].str.strip() != "").any()
    ]
    if not hidden:
        return []
    return [
        Issue(
            "READ-8",
            "info",
            f"{file!r}: column {', '.join(map(repr, hidden))} hidden in the file, and read all the "
            "same.",
            f"“{file}”：{quoted(*hidden)}列在表中被隐藏，也已读取。",
            code=file,
        )
    ]


def cleaned(
    frame: pd.DataFrame, grid: Grid, file: str, encoding: Encoding, told: Sequence[Issue]
) -> Table:
    """Trim the cells of a table, leave out what is no entry, and list the errors of formulas.

    Parameters
    ----------
    frame
        The cells under the header, each a text.
    grid, file, encoding, told
        As for `table_of`.
    """
    places = dict(enumerate(map(str, frame.columns)))
    frame = frame.apply(lambda column: column.astype("str").str.strip())
    marked = [name for name in frame if frame[name].str.startswith('="').any()]
    if marked:
        frame[marked] = frame[marked].replace(_EXCEL_TEXT, r"\1", regex=True)
    frame, nothing = _without_nothing(frame, file)
    frame = frame[(frame != "").any(axis=1)] if len(frame) else frame
    if frame.empty:
        return Table(pd.DataFrame(), file, encoding, tuple(told))
    frame, left = without_other_rows(frame, file=file)
    # Of a position that cannot be read the reader of positions says so.
    others = frame.drop(columns=position_names(frame))
    issues = [
        *told,
        *nothing,
        *left,
        *error_cells(others, file=file),
        *lost_cells(others, file=file),
        *garbled_cells(frame, file=file),
    ]
    there = set(frame.index)
    dated: dict[str, list[object]] = {
        places[at]: [row for row in rows if row in there]
        for at, rows in grid.dated.items()
        if at in places
    }
    return Table(frame, file, encoding, tuple(issues), dated)


def _without_nothing(frame: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Issue]]:
    """Empty the cells that only say that they have no value."""
    cells = frame.isin(_NOTHING)
    count = int(cells.to_numpy().sum())
    if not count:
        return frame, []
    word = next(text for text in frame.to_numpy()[cells.to_numpy()])
    told = remark(
        file,
        f"{counted(count, 'cell', 'cells')} with {word!r} or the like, read as empty",
        f"{count} 个单元格写着“{word}”之类，按空值读取",
    )
    return frame.mask(cells, ""), [told]


def remark(file: str, text: str, text_zh: str) -> Issue:
    """Say something of a table as a READ-8 issue."""
    return Issue("READ-8", "warning", f"{file!r}: {text}.", f"“{file}”：{text_zh}。", code=file)
