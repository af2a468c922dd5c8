"""Case counts of other systems: tables of grids or points, periods, classes and counts.

Nothing is computed here, and nothing is put right: counts stay as they are written, and what is
doubtful about them is marked. `gridmap.coverage.cases` finds the grid of each row.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.contract.columns import CASES, with_dtypes
from layers.contract.errors import LayerSchemaError, Named, quoted
from layers.contract.identifiers import as_codes, listed, without_errors
from layers.contract.issues import Issue
from layers.contract.phrases import counted, few
from layers.contract.text import as_text
from layers.departments.case_numbers import CaseNumber, case_number
from layers.location.crs import WORK_CRS, parse_work_crs
from layers.location.placing import place
from layers.reading.features import Declared, Reading
from layers.reading.layer import require_columns
from layers.sheets.coordinates import has_positions, position_names, table_features
from layers.sheets.known_columns import columns_by_header
from layers.sheets.reading import open_table

__all__ = ["CASE_HEADERS", "COUNTS", "STAGES", "count_shown", "read_cases"]

# The life of a case, in its order; `other` are counts of another kind, such as 随手记.
STAGES = ("found", "filed", "dispatched", "handled", "verified", "closed")
COUNTS = (*STAGES, "other")
# Header words by column; the first of each is what we write ourselves.
CASE_HEADERS: Mapping[str, tuple[str, ...]] = {
    "grid_code": (
        *("网格编码", "网格代码", "网格编号", "网格", "网格名称", "所属网格", "社区", "村社区"),
        *("grid_code", "gridcode", "grid"),
    ),
    "period": ("时段", "时期", "期间", "时间", "月份", "年月", "年度", "period", "month", "year"),
    "class": (
        "类别",
        "事件类别",
        "事件类型",
        "案件类别",
        "案件类型",
        "大类",
        "class",
        "event_class",
    ),
    "found": ("发现", "发现数", "上报", "上报数", "上报事件", "上报事件数", "found", "reported"),
    "filed": ("立案", "立案数", "受理", "受理数", "受理件数", "filed", "accepted"),
    "dispatched": ("派遣", "派遣数", "派单", "派单数", "dispatched"),
    "handled": ("处置", "处置数", "处理", "处理数", "handled"),
    "verified": ("核查", "核查数", "核实", "verified"),
    "closed": ("结案", "结案数", "办结", "办结数", "办结件数", "closed"),
    "other": ("其他", "其他数", "随手记", "other"),
    "base": ("统计口径", "口径", "base"),
}


def read_cases(
    path: Path,
    *,
    crs: Any,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    position: tuple[str, str] | None = None,
    declared: Declared | None = None,
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Read a table of case counts.

    Parameters
    ----------
    path, layer
        A .csv, .xlsx or .dbf file, and its sheet.
    crs
        Work CRS in metres that points are brought into.
    columns
        Columns of the file by ours, where the town names them itself; others are known by header.
    position
        Columns with x or longitude and y or latitude, where their headers do not say it.
    declared
        CRS, datum or encoding that the town declares for the file.

    Returns
    -------
    A CASES frame, a row a row of the table that has a count, with the grid as it is written in
    `grid_code` and the point of the row, or None; and the issues of reading: READ-6 for what is no
    number, CASE-2 for counts that are doubtful and stored as they are written.

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the table cannot be read, has neither grids nor points, or has no count.
    """
    path, declared = Path(path), declared or Declared()
    what = Named(f"Case counts {path.name!r}", f"案件统计表{quoted(path.name)}")
    table = open_table(path, sheet=layer, encoding=declared.encoding)
    require_columns(table.frame, [*(columns or {}).values(), *(position or ())], what)
    found = columns_by_header(table.frame.columns, CASE_HEADERS, columns)
    _require(found, table.frame, position, what)
    texts = pd.DataFrame(
        {key: as_text(table.frame[found[key]]) if key in found else "" for key in CASE_HEADERS},
        index=table.frame.index,
    )
    numbers = {key: texts[key].map({one: case_number(one) for one in texts[key].unique()})
               for key in COUNTS}  # fmt: skip
    issues = [*table.issues, *_unread(numbers, texts, found, path.name)]
    frame = pd.DataFrame(
        {key: [one.value for one in column] for key, column in numbers.items()}, index=texts.index
    )
    frame["flag"] = _flags(numbers)
    frame["grid_code"] = without_errors(as_codes(texts["grid_code"]))
    frame["source"] = path.name
    frame = frame.join(_plain_texts(texts[["period", "class", "base"]]))
    issues += _doubtful(frame, texts, path.name)
    lacking = table.frame[(frame["grid_code"] == "").to_numpy()]  # a row with a grid needs no place
    points, told = _points(lacking, position, path.name, what, crs, declared)
    points = gpd.GeoSeries(points.reindex(frame.index), crs=points.crs)
    counted_rows = frame[list(COUNTS)].notna().any(axis=1).to_numpy()
    issues += [*told, *_countless(frame[~counted_rows], path.name)]
    cases = with_dtypes(frame[counted_rows], CASES)
    cases.index = cases.index.astype("str")
    shapes = points.to_numpy()[counted_rows]
    return gpd.GeoDataFrame(cases, geometry=shapes, crs=points.crs), issues


def _plain_texts(texts: pd.DataFrame) -> pd.DataFrame:
    """Empty the cells that hold the error of a formula; their reader has told of them."""
    return texts.apply(without_errors)


def count_shown(cases: pd.DataFrame) -> tuple[str, str]:
    """Choose the count that stands for all: found where any is given, of the base with most of it.

    Returns
    -------
    The column of the count and its base; ("", "") where no row has a count. Counts of different
    kinds or bases are never added up.
    """
    for key in COUNTS:
        sums = cases.groupby("base")[key].sum(min_count=1).dropna()
        if len(sums):
            return key, str(sums.sort_values(ascending=False, kind="stable").index[0])
    return "", ""


def _require(
    found: Mapping[str, str], table: pd.DataFrame, position: tuple[str, str] | None, what: Named
) -> None:
    shown = few(list(table.columns), 12)
    if not any(key in found for key in COUNTS):
        raise LayerSchemaError(
            f"{what} has no column with counts, such as 发现 (found), 立案 (filed) or 结案 "
            f"(closed). Found: {shown.en}. Name the column so in the header of the table, or say "
            'which it is with found_column = "…" in rules.toml.',
            f"{what.zh}没有数量列，如“发现”“立案”“结案”。现有列：{shown.zh}。"
            '请在表头中这样命名，或在 rules.toml 中用 found_column = "…" 等指明。',
        )
    if "grid_code" not in found and position is None and not has_positions(table):
        raise LayerSchemaError(
            f"{what} has neither a column with the grid, such as 网格编码 (grid_code), nor columns "
            f"with the position, such as 经度 and 纬度. Found: {shown.en}. Name one so in the "
            "header of the table.",
            f"{what.zh}既没有网格列（如“网格编码”），也没有坐标列（如“经度”“纬度”）。"
            f"现有列：{shown.zh}。请在表头中这样命名。",
        )


def _points(
    table: pd.DataFrame,
    position: tuple[str, str] | None,
    file: str,
    what: Named,
    crs: Any,
    declared: Declared,
) -> tuple[gpd.GeoSeries, list[Issue]]:
    """Give the point of each row in the work CRS; None where the table has no positions."""
    work = parse_work_crs(crs, WORK_CRS)
    none = gpd.GeoSeries([None] * len(table), index=table.index, crs=work)
    names = list(position or position_names(table))
    filled = (table[names] != "").any(axis=1) if names else pd.Series(False, index=table.index)
    table = table[filled.to_numpy()]
    if table.empty:
        return none, []
    frame, why, issues = table_features(table, file=file, position=position)
    if frame.geometry.isna().all():
        return none, list(issues)
    reading = Reading(frame, file, "table", "", "", why, why, tuple(issues))
    placed, told = place(reading, crs=crs, what=what, declared=declared)
    return gpd.GeoSeries(placed.geometry.reindex(table.index), crs=placed.crs), told


def _flags(numbers: Mapping[str, pd.Series]) -> list[str]:
    """Mark what is doubtful about the counts of each row, such as `closed:lacks_ten_thousand`."""
    flags = []
    for row in zip(*numbers.values(), strict=True):
        flags.append(";".join(_flags_of_row(dict(zip(numbers, row, strict=True)))))
    return flags


def _flags_of_row(row: Mapping[str, CaseNumber]) -> Iterator[str]:
    large = any(one.mark == "ten_thousand" for one in row.values())
    for key, one in row.items():
        if one.mark == "decimal":
            yield f"{key}:{'lacks_ten_thousand' if large else 'decimal'}"
        elif one.mark in ("about", "ten_thousand"):
            yield f"{key}:rounded"
        elif one.mark == "unread":
            yield f"{key}:unread"


def _unread(
    numbers: Mapping[str, pd.Series], texts: pd.DataFrame, found: Mapping[str, str], file: str
) -> Iterator[Issue]:
    for key, column in numbers.items():
        rows = column.index[[one.mark == "unread" for one in column]]
        if not len(rows):
            continue
        shown, shown_zh = listed(rows)
        value, name = texts.at[rows[0], key], found[key]
        yield Issue(
            "READ-6",
            "error",
            f"{file!r}, column {name!r}: {counted(len(rows), 'cell', 'cells')} without a number of "
            f"cases (row {shown}: {value!r}). They are taken as not given; write a whole number "
            "such as 320.",
            f"“{file}”的{name}列：{len(rows)} 处不是件数（第 {shown_zh} 行：“{value}”）。"
            "按未填写处理；请填写整数，如 320。",
            code=file,
        )


def _doubtful(frame: pd.DataFrame, texts: pd.DataFrame, file: str) -> Iterator[Issue]:
    """Name the counts that probably lack their 万, one by one: a rate over them would be wrong."""
    for at, flags in frame["flag"][frame["flag"] != ""].items():
        for key, _, mark in (flag.partition(":") for flag in flags.split(";")):
            text = texts.at[at, key]
            if mark == "lacks_ten_thousand":
                beside = next(one for one in COUNTS if "万" in texts.at[at, one])
                other = texts.at[at, beside]
                yield Issue(
                    "CASE-2",
                    "warning",
                    f"{file!r}, row {at}: {text!r} ({key}) beside {other!r} ({beside}) probably "
                    "lacks its 万 (ten thousand). It is stored as it is written, and no rate is "
                    "computed from it; ask the office that wrote it.",
                    f"“{file}”第 {at} 行：“{text}”与“{other}”并列，可能漏写了“万”。"
                    "已按原文保存，不用于计算比率；请向填报单位核实。",
                    code=file,
                )
            elif mark == "decimal":
                yield Issue(
                    "CASE-2",
                    "warning",
                    f"{file!r}, row {at}: {text!r} ({key}) is no whole number of cases. It is "
                    "stored as it is written, and no rate is computed from it; ask the office "
                    "that wrote it whether 万 (ten thousand) is missing.",
                    f"“{file}”第 {at} 行：“{text}”不是整数件数。已按原文保存，不用于计算比率；"
                    "请向填报单位核实是否漏写“万”。",
                    code=file,
                )


def _countless(rows: pd.DataFrame, file: str) -> list[Issue]:
    if rows.empty:
        return []
    shown, shown_zh = listed(rows.index)
    return [
        Issue(
            "READ-8",
            "info",
            f"{file!r}: {counted(len(rows), 'row', 'rows')} without any count left out "
            f"(row {shown}).",
            f"“{file}”：略去 {len(rows)} 行没有任何数量的记录（第 {shown_zh} 行）。",
            code=file,
        )
    ]
