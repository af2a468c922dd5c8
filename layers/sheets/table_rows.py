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
from layers.contract.text import as_text, bare_header, narrow, without_invisible

__all__ = [
    "TOTALS",
    "error_cells",
    "error_cells_of_layer",
    "find_totals",
    "garbled_cells",
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
    # A name ends so only with two signs before it at most: 干部小计, 人数合计, 村两委小计.
    r"|[\u4e00-\u9fff]{2}(?:小计|总计|共计)[:：]?|[\u4e00-\u9fff]{3,14}(?:小计|合计|总计|共计)[:：]?"
    r"|(?:人数|户数|面积|数量|金额)合计[:：]?"
    r"|(?:小计|合计|总计|共计)(?:人数|户数|面积|数量|金额|数)[:：]?(?:[\d,.]+[\u4e00-\u9fff]{0,2})?"
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
# Who made a table and when, as its last rows say it, with the name in a cell of its own. What may
# be a post (负责人, 联系人) is not among it.
_SIGNED = re.compile(
    r"注|备注|说明|附注|填表说明|填报说明|填表人|填报人|制表人|制表|填表|审核人|审核|复核人|复核|领导签字|签字|签章|盖章"
    r"|填报单位|制表单位|填表单位|填报日期|填表日期|制表日期|填表时间|填报时间|制表时间|日期|数据来源|以下空白"
    r"|此表.{0,30}"
)
_LABEL = re.compile(
    ".*(?:电话|手机|日期|时间|签字|签名|盖章|单位|负责人|联系人)(?:[:(].*)?|.{2,8}[:].*"
)
_FEW = 2  # cells of a row that says one thing
# How a numbering begins: 一、 （一） 1. 2、
_NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.]|\((?:[一二三四五六七八九十]{1,3}|\d{1,2})\)"
)
# What a form says of its columns in the row below their names, or shows as an example.
_FORM = re.compile(
    r"(?:填写|填报|填表)?(?:示例|样例|范例|举例|例子|要求|须知|说明)[\d一二三]?(?:[:：].*)?|例如?(?:[:：].*)?",
    re.DOTALL,
)
_FORM_WORDS = ("必填", "选填", "可选", "非必填", "可不填", "必填项", "选填项", "文本", "文本格式")
_TOO_LONG = r"[+-]?\d(?:\.\d+)?[eE]\+1[5-9]"
# 2.本表由党政办填写, *本表保密, (盖章): a text alone in its row.
_REMARK = re.compile(r"(?:\d{1,2}[.、]|\(\d{1,2}\)|[*※●])[^\d]{4,}|\(?(?:公章|盖章|签章)\)?")
_LONGEST_HEADER = 20  # signs; a text is not compared with the name of its column
_FIRST = 3  # rows under the header that may be of the form
# What stands for signs that a program could not read: �, or that written in GBK, or ????.
_GARBLED = "\ufffd|锟斤拷|锟斤|烫烫烫|屯屯屯|^[?？]{2,}$"
_SHOWN = 20  # signs of a text
_LAST = 12  # rows under a table that may be notes


@dataclass(frozen=True)
class Kind:
    """A kind of rows that are no entries, in words."""

    one: str
    many: str
    zh: str


TOTALS = Kind("row of totals", "rows of totals", "合计行")
_HEADERS = Kind("row that repeats the header", "rows that repeat the header", "重复的表头行")
_FORMS = Kind("row of the form itself", "rows of the form itself", "填写示例或说明行")
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
    close = "".join(narrow(without_invisible(text)).split())
    numbered = _NUMBERED.match(close)
    return _TOTAL.fullmatch(close[numbered.end() :] if numbered else close) is not None


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
    forms = _is_form(table, first) & ~heads
    notes = np.zeros(len(table), dtype=bool)
    for at in range(len(table) - 1, max(-1, len(table) - 1 - _LAST), -1):
        if totals[at]:
            continue
        notes[at] = _is_note(table.iloc[at], first.iloc[at])
        if not notes[at]:
            break
    issues = [
        *left_out(table, totals, first, file, TOTALS),
        *left_out(table, heads, first, file, _HEADERS),
        *left_out(table, forms, first, file, _FORMS),
        *left_out(table, notes, first, file, _NOTES),
    ]
    gone = totals | heads | notes | forms
    return (table[~gone] if gone.any() else table), issues


def _is_note(row: pd.Series, text: str) -> bool:
    """Tell a row under a table that says who made it and when, or how it is to be read."""
    plain = narrow(without_invisible(text))
    close = "".join(plain.split()).rstrip(":")
    if _NOTE.fullmatch(plain):
        return True
    filled = row[row != ""]
    if _SIGNED.fullmatch(close):
        # A row with more in it may be an entry, such as one with the duty 审核人 in front.
        return len(filled) <= _FEW or any(map(_is_label, filled.iloc[1:]))
    return len(row) > 2 and len(filled) == 1 and _REMARK.match(close) is not None


def _is_label(cell: str) -> bool:
    close = "".join(narrow(without_invisible(cell)).split()).rstrip(":")
    return _SIGNED.fullmatch(close) is not None or _LABEL.fullmatch(close) is not None


def _is_form(table: pd.DataFrame, first: pd.Series) -> np.ndarray:
    """Tell the rows below the header that belong to the form: an example, or what is to be said."""
    forms = np.zeros(len(table), dtype=bool)
    for at in range(min(len(table), _FIRST)):
        cells = [narrow(cell).strip("()* ") for cell in table.iloc[at] if cell]
        forms[at] = _FORM.fullmatch(narrow(first.iloc[at]).strip("()* ")) is not None or all(
            cell in _FORM_WORDS for cell in cells
        )
    return forms


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
        alike = (cells == str(name)) & (cells != "")
        rest = ~alike & cells.str.len().le(_LONGEST_HEADER) & (cells != "")
        bare = bare_header(str(name))
        if rest.any() and bare:
            alike |= rest & cells.where(rest, "").map(bare_header).eq(bare)
        same += alike.to_numpy()
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


def garbled_cells(table: pd.DataFrame, *, file: str) -> list[Issue]:
    """List, column by column, the texts whose signs an earlier program could not read."""
    issues = []
    for name in table.columns:
        garbled = table[name].str.contains(_GARBLED, regex=True)
        if not garbled.any():
            continue
        rows, value = table.index[garbled.to_numpy()], table[name][garbled].iloc[0]
        shown, shown_zh = listed(rows)
        issues.append(
            Issue(
                "READ-8",
                "warning",
                f"{file!r}, column {name!r}: {counted(len(rows), 'text', 'texts')} with signs that "
                f"were lost before (row {shown}: {value[:_SHOWN]!r}). Get them from where they "
                "were written first.",
                f"“{file}”的“{name}”列：{len(rows)} 处文字在此前转换编码时已丢失"
                f"（第 {shown_zh} 行：“{value[:_SHOWN]}”）。请从原始资料重新填写。",
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
