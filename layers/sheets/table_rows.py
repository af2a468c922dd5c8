"""Rows of a table that are no entries: totals, notes under it, its header once more.

A total that is taken for an entry gets a post of its own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from layers.contract.identifiers import find_errors, listed
from layers.contract.issues import Issue
from layers.contract.phrases import counted
from layers.contract.text import as_text, narrow, without_invisible

__all__ = [
    "TOTALS",
    "error_cells",
    "error_cells_of_layer",
    "find_totals",
    "is_total",
    "left_out",
    "lost_cells",
    "totals_without_id",
    "without_other_rows",
]

_SUM = (
    r"合计|总合计|合计数|总计|小计|共计|总和|累计|汇总|总数|总人数|总户数"
    r"|sum|sub-?total|grand ?total|totals?"
)
# What sums are of: 西村小计, 耕地合计; 张合计 may be a name.
_OF = (
    "(?:村|社区|镇|乡|街道|办事处|区|县|市|组|队|片|网格|类|项|户"
    "|部|科|局|所|站|公司|单位|地|月|季度|年度)"
)
# 合计, 合计：25人, 本页小计, 小计(西村), Total: 25. A longer text is a name.
_TOTAL = re.compile(
    rf"(?:本页|本表|全镇|全村|全县|全区)?(?:{_SUM})[:：]?(?:\([^)]*\))?[:：]?"
    r"(?:共?[\d,.]+[\u4e00-\u9fff]{0,2})?"
    r"|共[\d,]+(?:人|户|家|个|名|条|处|宗|块)"
    rf"|[\u4e00-\u9fff]{{1,12}}{_OF}(?:小计|合计|总计)[:：]?"
    r"|(?:平均|平均值|平均数|均值|户均|人均|average|mean)[:：]?",
    re.IGNORECASE,
)
# What such a cell has in it, in whatever width it is written.
_HINT = "[计和总共均SsＳｓTtＴｔAaＡａMmＭｍ]"
_NOTE = re.compile(
    r"(?:注|备注|说明|附注|填表人|填报人|制表人|制表|填表|审核人|审核|复核人|负责人|单位负责人|联系人"
    r"|填报单位|制表单位|填表单位|填报日期|填表日期|制表日期|填表时间|填报时间|日期|单位|数据来源"
    r"|notes?|source)[:：].*",
    re.IGNORECASE | re.DOTALL,
)
_TOO_LONG = r"[+-]?\d(?:\.\d+)?[eE]\+1[5-9]"
_LAST = 12  # rows under a table that may be notes


@dataclass(frozen=True)
class Kind:
    """A kind of rows that are no entries, in words."""

    one: str
    many: str
    zh: str


TOTALS = Kind("row of totals", "rows of totals", "合计行")
_HEADERS = Kind("row that repeats the header", "rows that repeat the header", "重复的表头行")
_NOTES = Kind("note under the table", "notes under the table", "表下的说明")


def find_totals(texts: pd.Series) -> np.ndarray:
    """Tell which cells of a column say that their row holds sums."""
    totals = texts.str.contains(_HINT, regex=True).to_numpy(dtype=bool, copy=True)
    totals[totals] = [is_total(text) for text in texts[totals]]
    return totals


def totals_without_id(table: pd.DataFrame, ids: pd.Series) -> np.ndarray:
    """Tell the rows whose id is 合计 or the like, or that have no id and such a word elsewhere."""
    totals = find_totals(ids)
    bare = (ids == "").to_numpy()
    if bare.any():
        rest = table[bare].apply(as_text)
        totals[bare] |= np.any([find_totals(rest[name]) for name in rest.columns], axis=0)
    return totals


def is_total(text: str) -> bool:
    """Tell a cell that says that its row holds sums: 合计, 小计, Total and the like alone."""
    return _TOTAL.fullmatch("".join(narrow(without_invisible(text)).split())) is not None


def without_other_rows(table: pd.DataFrame, *, file: str) -> tuple[pd.DataFrame, list[Issue]]:
    """Leave out the rows of a table that are no entries of it.

    Parameters
    ----------
    table
        The rows under the header, each cell a trimmed text.
    file
        Name of the file, for the issues.

    Returns
    -------
    The other rows, and a READ-8 issue for each kind that was left out, with the rows.
    """
    first = _first_filled(table)
    totals = find_totals(first)
    heads = _is_header(table)
    notes = np.zeros(len(table), dtype=bool)
    for at in range(len(table) - 1, max(-1, len(table) - 1 - _LAST), -1):
        if totals[at]:
            continue
        notes[at] = _NOTE.fullmatch(narrow(first.iloc[at])) is not None
        if not notes[at]:
            break
    issues = [
        *left_out(table, totals, first, file, TOTALS),
        *left_out(table, heads, first, file, _HEADERS),
        *left_out(table, notes, first, file, _NOTES),
    ]
    gone = totals | heads | notes
    return (table[~gone] if gone.any() else table), issues


def _first_filled(table: pd.DataFrame) -> pd.Series:
    """Give the first text of each row."""
    first = pd.Series("", index=table.index, dtype="str")
    for at in range(table.shape[1]):
        bare = first == ""
        if not bare.any():
            break
        first = first.where(~bare, table.iloc[:, at])
    return first


def _is_header(table: pd.DataFrame) -> np.ndarray:
    """Tell the rows that say the names of the columns again, as joined files do."""
    same = np.zeros(len(table), dtype="int64")
    filled = np.zeros(len(table), dtype="int64")
    for at, name in enumerate(table.columns):
        cells = table.iloc[:, at]
        filled += (cells != "").to_numpy()
        same += ((cells == str(name)) & (cells != "")).to_numpy()
    return (same == filled) & (same > 1)


def left_out(
    table: pd.DataFrame, which: np.ndarray, first: pd.Series, file: str, kind: Kind
) -> list[Issue]:
    """Say which rows are left out, with the text of the first, and what kind of rows they are."""
    if not which.any():
        return []
    shown, shown_zh = listed(table.index[which])
    text = first[which].iloc[0]
    return [
        Issue(
            "READ-8",
            "warning",
            f"{file!r}: {counted(int(which.sum()), kind.one, kind.many)} left out (row {shown}: "
            f"{text!r}). If one of them is an entry, write it otherwise.",
            f"“{file}”：略去 {int(which.sum())} 行{kind.zh}（第 {shown_zh} 行：“{text}”）。"
            "如其中有实际条目，请改写。",
            code=file,
        )
    ]


def lost_cells(table: pd.DataFrame, *, file: str) -> list[Issue]:
    """List, column by column, the numbers of more digits than a spreadsheet program keeps."""
    issues = []
    for name in table.columns:
        may_be = table[name].str.upper().str.contains("E+1", regex=False)
        lost = may_be & table[name].where(may_be, "").str.fullmatch(_TOO_LONG)
        if not lost.any():
            continue
        rows, value = table.index[lost.to_numpy()], table[name][lost].iloc[0]
        shown, shown_zh = listed(rows)
        issues.append(
            Issue(
                "READ-8",
                "warning",
                f"{file!r}, column {name!r}: {counted(len(rows), 'number', 'numbers')} of more "
                f"than 15 digits (row {shown}: {value!r}), whose last digits are gone. They are no "
                "ids: format the column as text and write them again.",
                f"“{file}”的“{name}”列：{len(rows)} 个单元格是超过 15 位的数字（第 {shown_zh} 行："
                f"“{value}”），末尾几位已丢失，不能作为编号。请把该列设为文本格式后重新填写。",
                code=file,
            )
        )
    return issues


def error_cells(table: pd.DataFrame, *, file: str) -> list[Issue]:
    """List, column by column, the cells that hold the error of a formula or one without a value."""
    issues = []
    for name in table.columns:
        texts = as_text(table[name])
        wrong = find_errors(texts)
        if not wrong.any():
            continue
        rows, value = table.index[wrong.to_numpy()], texts[wrong].iloc[0]
        shown, shown_zh = listed(rows)
        issues.append(
            Issue(
                "READ-6",
                "warning",
                f"{file!r}, column {name!r}: {counted(len(rows), 'cell', 'cells')} with a formula "
                f"without a valid result (row {shown}: {value!r}). Open the table in a spreadsheet "
                "program, repair them, and save it again.",
                f"“{file}”的“{name}”列：{len(rows)} 个单元格是没有有效结果的公式"
                f"（第 {shown_zh} 行：“{value}”）。请用 WPS 或 Excel 打开，更正后重新保存。",
                code=file,
            )
        )
    return issues


def error_cells_of_layer(
    layer: pd.DataFrame, columns: Iterable[str | None], path: Path
) -> list[Issue]:
    """List the errors of formulas in columns of a map layer; of a table its reader has told."""
    if path.suffix.lower() in (".csv", ".txt", ".xlsx", ".dbf"):
        return []
    names = dict.fromkeys(name for name in columns if name)
    return error_cells(pd.DataFrame({name: layer[name] for name in names}), file=path.name)
