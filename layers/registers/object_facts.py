"""What a register tells of its objects beside place and name: code, staff, size, what it lacks."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from layers.contract.counts import Count, count_of
from layers.contract.dates import as_dates
from layers.contract.identifiers import as_codes, listed, without_errors
from layers.contract.issues import Issue
from layers.contract.phrases import counted
from layers.contract.text import as_text, narrow
from layers.registers.credit_codes import doubtful_credit_codes
from layers.registers.register_columns import FACTS
from layers.sheets.known_columns import columns_by_header

__all__ = ["read_facts"]

_SEPARATORS = re.compile("[;；、，,/\n]+")
_YES = {"是", "有", "涉密", "敏感", "yes", "y", "true", "1", "√"}
_NO = {"", "否", "无", "不涉密", "非涉密", "no", "n", "false", "0", "-", "—", "×"}
# What stands in a cell when nobody knew what to write.
_NOTHING = {"", "-", "--", "—", "——", "/", "\\", "不详", "未知", "待填", "待补", "待补充",
            "n/a", "na", "null", "none", "nan"}  # fmt: skip


def read_facts(
    table: pd.DataFrame,
    given: Mapping[str, str],
    fields: Sequence[str],
    *,
    file: str,
) -> tuple[pd.DataFrame, list[Issue]]:
    """Read what a register tells of its objects.

    Parameters
    ----------
    table
        The rows of the register, with the columns of the file.
    given
        Columns that the town names itself, by ours (`credit_code`, `staff` …); the others are known
        by their header (`layers.registers.register_columns.FACTS`).
    fields
        Columns of the file that a complete file of an object has.
    file
        Name of the file, for the issues.

    Returns
    -------
    The columns credit_code, staff, households, size, file_complete, missing, seen_on and sensitive
    of OBJECTS, on the rows of the table; and READ-20 issues for what is doubtful. Without `fields`
    no file is complete and nothing is missing: whether it is, is not known.
    """
    found = columns_by_header(table.columns, FACTS, given)
    empty = pd.Series("", index=table.index, dtype="str")
    cells = {
        column: without_errors(as_text(table[found[column]])) if column in found else empty
        for column in FACTS
    }
    issues: list[Issue] = []
    codes = cells["credit_code"]
    if "credit_code" in found:
        codes = as_codes(table[found["credit_code"]]).str.upper().str.replace(" ", "")
        codes = without_errors(codes).where(~codes.str.lower().isin(_NOTHING), "")
        issues += doubtful_credit_codes(codes, file=file, name=found["credit_code"])
    facts: dict[str, pd.Series] = {"credit_code": codes}
    for column in ("staff", "households"):
        facts[column], told = _counts(cells[column], file, found.get(column, ""))
        issues += told
    facts["households"] = facts["households"].astype(float)
    facts["size"] = cells["size"].map(_flags).astype("str")
    lacks = _lacking(table, fields)
    facts["file_complete"] = (lacks == "") & bool(fields)
    facts["missing"] = lacks
    facts["seen_on"], odd = as_dates(cells["seen_on"])
    issues += _odd(
        cells["seen_on"][odd], file, found.get("seen_on", ""),
        ("that is no date; it is left out", "write 2025-12-01"),
        ("不是日期，已略去", "请写成 2025-12-01"),
    )  # fmt: skip
    words = {text: narrow(text).lower() for text in cells["sensitive"].unique()}
    marked = cells["sensitive"].map(words).astype("str")
    facts["sensitive"] = ~marked.isin(_NO)
    issues += _odd(
        cells["sensitive"][~marked.isin(_NO | _YES)], file, found.get("sensitive", ""),
        ("that is neither yes nor no; the object counts as sensitive", "write 是 or 否"),
        ("既非“是”也非“否”，按涉密处理", "请写“是”或“否”"),
    )  # fmt: skip
    return pd.DataFrame(facts, index=table.index), issues


def _flags(text: str) -> str:
    """Bring flags such as 规上、链主 to one form, each once."""
    parts = [narrow(part) for part in _SEPARATORS.split(text)]
    return ";".join(dict.fromkeys(part for part in parts if part.lower() not in _NOTHING))


def _lacking(table: pd.DataFrame, fields: Sequence[str]) -> pd.Series:
    """Name for each row the fields in which nothing stands."""
    lacks = pd.Series("", index=table.index, dtype="str")
    for name in dict.fromkeys(fields):
        bare = table[name].isna() | without_errors(as_text(table[name])).str.lower().isin(_NOTHING)
        joined = lacks.where(lacks == "", lacks + ";") + name
        lacks = lacks.where(~bare, joined)
    return lacks.astype("str")


def _counts(texts: pd.Series, file: str, name: str) -> tuple[pd.Series, list[Issue]]:
    """Read whole numbers; what is none is 0, which stands for not known, and told."""
    known = {text: count_of(text) for text in texts.unique()}
    known |= {text: Count(0, True) for text in known if text.lower() in _NOTHING}
    counts = texts.map(known)
    values = pd.Series([one.value or 0 for one in counts], index=texts.index, dtype="int64")
    odd = pd.Series([not one.sure for one in counts], index=texts.index, dtype=bool)
    return values, _odd(
        texts[odd], file, name,
        ("that is no plain whole number; it is read as well as can be", "write 320"),
        ("不是明确的整数，按可读部分读取", "请写成 320"),
    )  # fmt: skip


def _odd(
    texts: pd.Series, file: str, name: str, what: tuple[str, str], what_zh: tuple[str, str]
) -> list[Issue]:
    if texts.empty:
        return []
    shown, shown_zh = listed(texts.index)
    return [
        Issue(
            "READ-20",
            "warning",
            f"{file!r}, column {name!r}: {counted(len(texts), 'cell', 'cells')} {what[0]} (row "
            f"{shown}: {texts.iloc[0]!r}). Please {what[1]}.",
            f"“{file}”的{name}列：{len(texts)} 处{what_zh[0]}"
            f"（第 {shown_zh} 行：“{texts.iloc[0]}”）。{what_zh[1]}。",
            code=file,
        )
    ]
