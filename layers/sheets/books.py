"""The sheets of a workbook that make a table: those that are shown, put together or one of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from layers.contract.errors import EmptyLayerError, LayerFileError, quoted
from layers.contract.issues import Issue
from layers.contract.phrases import counted
from layers.files.encoding import Encoding
from layers.sheets.headers import under_header
from layers.sheets.table import Table, table_of
from layers.sheets.workbooks import Book, Grid, Sheet, opened

__all__ = ["Wanted", "table_of_book"]

# Gives for the columns of a sheet that belongs to the table that is wanted what they are called in
# all of its sheets, where that is another name; None for a sheet that does not belong to it.
Wanted = Callable[[Sequence[str]], Mapping[str, str] | None]


def table_of_book(
    path: Path,
    name: str | None,
    wanted: Wanted | None,
    *,
    encoding: Encoding,
    choosable: bool = True,
) -> Table:
    """Read one sheet of a workbook, or the sheets that belong together, as a table.

    Parameters
    ----------
    path, name
        The workbook, and a sheet of it.
    wanted
        Which sheets belong to the table when none is named; without it the first one that is shown.
    encoding
        What is said of its encoding.
    choosable
        Whether rules.toml has a key that names the sheet.

    Raises
    ------
    LayerFileError
        If there is no such sheet, or only hidden ones have cells.
    """
    with opened(path) as book:
        if name is not None:
            return table_of(book.grid(_named(book, name, path)), path.name, encoding)
        filled = [sheet for sheet in book.sheets if book.has_cells(sheet)]
        shown = [sheet for sheet in filled if not sheet.hidden]
        hidden = [sheet.name for sheet in filled if sheet.hidden]
        if not shown:
            _require_no_hidden(path, hidden)
            return Table(pd.DataFrame(), path.name, encoding, ())
        grids = {sheet.name: book.grid(sheet) for sheet in (shown if wanted else shown[:1])}
        names = {one: _columns(grids[one], wanted) for one in grids} if wanted else {}
        chosen = [one for one in grids if names.get(one) is not None] or [shown[0].name]
        parts = {one: table_of(grids[one], path.name, encoding) for one in chosen}
    others = [sheet.name for sheet in shown if sheet.name not in chosen]
    told = [
        *_joined_sheets(parts, path.name, choosable),
        *_other_sheets(chosen, others, hidden, path.name, choosable),
    ]
    if len(parts) == 1:
        (only,) = parts.values()
        return Table(only.frame, only.file, encoding, (*told, *only.issues), only.dated)
    parts = {one: _renamed(part, names[one] or {}) for one, part in parts.items()}
    return _joined(parts, told, path.name, encoding)


def _named(book: Book, name: str, path: Path) -> Sheet:
    for sheet in book.sheets:
        if sheet.name.strip() == name.strip():
            return sheet
    names = [sheet.name for sheet in book.sheets]
    raise LayerFileError(
        f"{path.name!r} has no sheet {name!r}. Found: {', '.join(map(repr, names))}. "
        'Name one of them with layer = "…".',
        f"{quoted(path.name)}中没有工作表{quoted(name)}。现有：{quoted(*names)}。"
        "请用 layer 指明其中之一。",
    )


def _require_no_hidden(path: Path, hidden: list[str]) -> None:
    if hidden:
        raise EmptyLayerError(
            f"{path.name!r}: its sheets that are shown are empty; only hidden ones have cells: "
            f"{', '.join(map(repr, hidden))}. Show the right one in the spreadsheet program, or "
            'name it with layer = "…".',
            f"{quoted(path.name)}中可见的工作表为空，只有隐藏的工作表{quoted(*hidden)}有内容。"
            "请在表格软件中取消隐藏，或用 layer 指明。",
        )


def _renamed(part: Table, names: Mapping[str, str]) -> Table:
    dated = {names.get(name, name): rows for name, rows in part.dated.items()}
    return replace(part, frame=part.frame.rename(columns=dict(names)), dated=dated)


def _columns(grid: Grid, wanted: Wanted) -> Mapping[str, str] | None:
    """Give what the columns of a sheet are called in the table; None for one that is no part."""
    top = Grid(grid.rows[:30], grid.numbers[:30], grid.merged)
    top.rows = [list(row) for row in top.rows]
    try:
        return wanted([str(name) for name in under_header(top)[0].columns])
    except ValueError:
        return wanted(grid.rows[0])  # reading it says what is wrong


def _joined(parts: dict[str, Table], told: list[Issue], file: str, encoding: Encoding) -> Table:
    """Put the rows of several sheets under each other."""
    frames: list[pd.DataFrame] = []
    dated: dict[str, list[object]] = {}
    for name, part in parts.items():
        label = {row: f"{name}!{row}" for row in part.frame.index}
        frames.append(part.frame.set_axis(list(label.values())))
        for column, rows in part.dated.items():
            dated.setdefault(column, []).extend(label[row] for row in rows if row in label)
    frame = pd.concat(frames).fillna("").astype("str")
    issues = [issue for part in parts.values() for issue in part.issues]
    return Table(frame, file, encoding, (*told, *issues), dated)


def _joined_sheets(parts: dict[str, Table], file: str, choosable: bool) -> list[Issue]:
    if len(parts) < 2:
        return []
    counts = {name: len(part.frame) for name, part in parts.items()}
    shown = ", ".join(
        f"{name!r} ({counted(count, 'row', 'rows')})" for name, count in counts.items()
    )
    shown_zh = "、".join(f"{quoted(name)}（{count} 行）" for name, count in counts.items())
    return [
        Issue(
            "READ-8",
            "info",
            f"{file!r}: its sheets {shown} are read as one table. If only one of them counts, "
            + ('name it with layer = "…".' if choosable else "take the others out."),
            f"“{file}”：工作表{shown_zh}合并读取。如只用其中一张，"
            + ("请用 layer 指明。" if choosable else "请删去其余工作表。"),
            code=file,
        )
    ]


def _other_sheets(
    read: list[str], others: list[str], hidden: list[str], file: str, choosable: bool
) -> list[Issue]:
    """Say which sheets with cells are not read, when none was chosen."""
    if not others and not hidden:
        return []
    one = len(read) == 1
    names = ", ".join(map(repr, read))
    rest = [*map(repr, others), *(f"{name!r} (hidden)" for name in hidden)]
    rest_zh = [*map(quoted, others), *(f"{quoted(name)}（已隐藏）" for name in hidden)]
    return [
        Issue(
            "READ-8",
            "warning",
            f"{file!r}: only its sheet{'' if one else 's'} {names} {'is' if one else 'are'} read, "
            f"not {', '.join(rest)}. "
            + ('Name the right one with layer = "…", or put' if choosable else "Put")
            + " all rows on one sheet.",
            f"“{file}”：仅读取工作表{quoted(*read)}，未读取{'、'.join(rest_zh)}。"
            + ("请用 layer 指明工作表，或将" if choosable else "请将")
            + "各行合并到一张表。",
            code=file,
        )
    ]
