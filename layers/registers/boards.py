"""Lists of public boards (公示牌): where each hangs, for which grid or object, and since when."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from layers.contract.columns import BOARDS, with_dtypes
from layers.contract.dates import as_dates
from layers.contract.errors import LayerSchemaError, Named, quoted
from layers.contract.identifiers import as_codes, listed, repaired_codes, require_digits
from layers.contract.issues import Issue
from layers.contract.phrases import counted, few
from layers.contract.text import as_text
from layers.reading.layer import require_columns
from layers.registers.register_columns import BOARD_HEADERS
from layers.sheets.known_columns import columns_by_header, names_in_all_sheets
from layers.sheets.reading import open_table
from layers.sheets.table_rows import TOTALS, left_out, totals_without_id

__all__ = ["read_boards"]

_CODES = ("board_id", "grid_code", "object_id")
_SHOWN = 40  # columns named in the error


def read_boards(
    path: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, list[Issue]]:
    """Read a list of boards.

    Parameters
    ----------
    path, layer, encoding
        A table (.csv, .xlsx, .dbf), its sheet, and the encoding where its bytes do not tell.
    columns
        Columns of the file by ours (`board_id`, `grid_code` …) where the town names them itself;
        the others are known by their header: 编号, 网格编码, 对象编号, 位置, 版本, 悬挂日期.

    Returns
    -------
    A BOARDS frame, index `board_id` = `<file>:<id>`, in the order of the file; and the issues of
    reading: days that are no days, boards of neither a grid nor an object, or of both.

    Raises
    ------
    LayerFileError, LayerSchemaError
        If the table cannot be read, has no column for the grid or the object, or lost the digits of
        its codes.
    """
    path = Path(path)
    given = dict(columns or {})
    table = open_table(
        path,
        sheet=layer,
        encoding=encoding,
        wanted=lambda names: _common(names, given),
    )
    what = Named(f"List of boards {path.name!r}", f"公示牌清单{quoted(path.name)}")
    require_columns(table.frame, list(given.values()), what)
    found = columns_by_header(table.frame.columns, BOARD_HEADERS, given)
    if not _is_list(found):
        raise _no_target(list(map(str, table.frame.columns)), what)
    rows = table.frame
    empty = pd.Series("", index=rows.index, dtype="str")
    texts = {one: as_text(rows[found[one]]) if one in found else empty for one in BOARD_HEADERS}
    totals = totals_without_id(rows, texts["board_id"]) if "board_id" in found else rows.index < 0
    issues = [*table.issues, *left_out(rows, totals, texts["board_id"], path.name, TOTALS)]
    boards = pd.DataFrame(texts)[~totals]
    for column in _CODES:
        if column in found:
            boards[column] = as_codes(rows[found[column]])[~totals]
            dated = table.dated.get(found[column], [])
            require_digits(boards[column], what=what, name=found[column], dated=dated)
            issues += repaired_codes(
                rows[found[column]][~totals], boards[column], file=path.name, name=found[column]
            )
    boards["hung_on"], odd = as_dates(boards["hung_on"])
    issues += _odd_days(texts["hung_on"][~totals][odd], path.name, found.get("hung_on", ""))
    issues += _odd_targets(boards, path.name)
    boards.index = pd.Index(path.stem + ":" + _ids(boards), dtype="str", name="board_id")
    return with_dtypes(boards, BOARDS), issues


def _is_list(found: Mapping[str, str]) -> bool:
    """Whether a table says for which grids or objects its boards are."""
    return "grid_code" in found or "object_id" in found


def _common(names: Sequence[str], given: Mapping[str, str]) -> dict[str, str] | None:
    """Give what the columns of a sheet are called in all sheets; None for one that is no list."""
    found = columns_by_header(names, BOARD_HEADERS, given)
    return names_in_all_sheets(found, BOARD_HEADERS, given) if _is_list(found) else None


def _ids(boards: pd.DataFrame) -> pd.Series:
    """Give every board an id: its own where nobody else has it, else that with its row."""
    ids = boards["board_id"]
    own = (ids != "") & ~ids.duplicated()
    rows = "row" + pd.Series(boards.index.astype("str"), index=boards.index)
    return ids.where(own, rows.where(ids == "", ids + "@" + rows))


def _no_target(names: list[str], what: Named) -> LayerSchemaError:
    shown = few(names, _SHOWN)
    return LayerSchemaError(
        f"{what} has no column '网格编码' (grid_code) or '对象编号' (object_id). Found: "
        f"{shown.en}. Name the column so in the header of the table, or say which one it is with "
        'grid_column = "…" or object_column = "…" under [[boards]] in rules.toml.',
        f"{what.zh}没有“网格编码”列（grid_code）或“对象编号”列（object_id）。现有列：{shown.zh}。"
        '请在表头写上该列名，或在 rules.toml 的 [[boards]] 中用 grid_column = "…" 或 '
        'object_column = "…" 指明。',
    )


def _odd_days(texts: pd.Series, file: str, name: str) -> list[Issue]:
    if texts.empty:
        return []
    shown, shown_zh = listed(texts.index)
    return [
        Issue(
            "READ-20",
            "warning",
            f"{file!r}, column {name!r}: {counted(len(texts), 'cell', 'cells')} that is no date "
            f"(row {shown}: {texts.iloc[0]!r}). These boards count as not hung; write 2025-12-01.",
            f"“{file}”的{name}列：{len(texts)} 处不是日期（第 {shown_zh} 行：“{texts.iloc[0]}”）。"
            "这些公示牌按未悬挂处理；请写成 2025-12-01。",
            code=file,
        )
    ]


def _odd_targets(boards: pd.DataFrame, file: str) -> list[Issue]:
    grid, thing = (boards["grid_code"] != "", boards["object_id"] != "")
    found = []
    for which, text, text_zh in (
        (~grid & ~thing, "of neither a grid nor an object; they count for nothing",
         "既无网格也无对象，不计入公示"),
        (grid & thing, "of a grid and an object at once; they count for the object",
         "同时写有网格和对象，按对象计"),
    ):  # fmt: skip
        if which.any():
            shown, shown_zh = listed(boards.index[which.to_numpy()])
            count = int(which.sum())
            found.append(
                Issue(
                    "BOARD-4",
                    "warning",
                    f"{file!r}: {counted(count, 'board', 'boards')} {text} (row {shown}). Write "
                    "the code of one grid or the id of one object in each row.",
                    f"“{file}”：{count} 块公示牌{text_zh}（第 {shown_zh} 行）。"
                    "请每行填写一个网格编码或一个对象编号。",
                    code=file,
                )
            )
    return found
