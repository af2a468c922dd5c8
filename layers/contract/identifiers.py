"""Ids, codes and records: the same digits are the same id, and digits that are gone are refused.

What looks alike has to be alike: full-width digits, invisible signs and blanks are taken out, and
told. A spreadsheet program or a column of decimals keeps fifteen digits of a number; an id that
went through one is nobody's id any more.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from layers.contract.errors import LayerSchemaError, Named, quoted
from layers.contract.issues import Issue
from layers.contract.phrases import counted
from layers.contract.text import as_text, narrow, without_invisible

__all__ = [
    "as_codes",
    "code_of",
    "find_dates",
    "find_errors",
    "find_lost_digits",
    "find_rounded_identities",
    "full_codes",
    "listed",
    "odd_records",
    "repaired_codes",
    "require_digits",
    "unwrapped",
    "without_errors",
]

_NAMED = 10  # rows in one sentence
_FEWEST = 5  # rows that say something of a column
# 4.10122E+17 and 4.10122×10^17, as programs write a number that is too long for them.
_LOST = (
    r"[+-]?\d(?:\.\d+)?[eE]\+\d+|[+-]?\d\.\d+[eE]\d+"
    r"|\d(?:\.\d+)?\s*[×xX*]\s*10(?:\^\d+|[⁰¹²³⁴-⁹]+)"
)
# Place, day of birth, and three zeros.
_IDENTITY = r"\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d000"
# 3月1日, 1-Mar and 2026/3/1, as they write 3-1 when they take it for a date.
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE = (
    rf"(?:\d{{2,4}}年)?\d{{1,2}}月(?:\d{{1,2}}日)?|\d{{1,2}}-(?:{_MONTHS})(?:-\d{{2,4}})?"
    rf"|(?:{_MONTHS})-\d{{2,4}}|\d{{4}}/\d{{1,2}}/\d{{1,2}}"
    r"|\d{4}[-/]\d{1,2}[-/]\d{1,2}[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"
)
# Ids may look so too, such as number 5 of January; beside others they are dates.
_ISO_DATE = r"\d{4}-\d{2}-\d{2}"
# What formulas give when they fail, and a formula itself that no program has worked out.
_ERROR = (
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!"
    r"|GETTING_DATA|BUSY!)|Err:\d+|=.*|#{3,}"
)
# Whatever is no plain digit, letter or sign, or may be what a program adds: ' in front, .0 behind.
_ODD = r"[^!-&(-\-/-_a-~]"
_DASHES = {code: 0x2D for code in (*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63)}
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\U000e0100-\U000e01ef]")
_SPACED = re.compile(r"\d[\d\s]*\d")
_LENGTHS, _DIGITS = (12, 15, 18), re.compile(r"\d+[Xx]?")
_LEAST_SPACED = 7  # digits of a number that is set in groups
_TWO = tuple({length} for length in range(5, 20))  # of two numbers alike in length
_POINT_ZERO = re.compile(r"(\d{6,})\.0+")
_DECIMALS, _THOUSANDS = r"\d+(?:\.0+)?", r"\d{1,3}(?:,\d{3})*"
_MARKED = re.compile("['’‘`´′]([0-9A-Za-z].*?)['’‘`´′]?")
_OTHER_DIGITS = re.compile(r"[^\x00-\x7f]")


def code_of(text: str) -> str:
    """Write an id as plain digits, letters and signs: ００１, '001 and 001 with a blank are one."""
    lines = [line.strip() for line in unwrapped(text).splitlines() if line.strip()]
    text = ";".join(lines)  # two lines are two codes
    plain = _UNSEEN.sub("", narrow(without_invisible(text)).translate(_DASHES)).strip()
    if _SPACED.fullmatch(plain) and not _is_two(plain.split()):
        plain = "".join(plain.split())
    plain = _OTHER_DIGITS.sub(_digit, plain)
    for pattern in (_POINT_ZERO, _MARKED):
        found = pattern.fullmatch(plain)
        plain = found[1] if found else plain
    return plain


def unwrapped(text: str) -> str:
    """Write a code on one line that a narrow column has broken; two codes stay on two.

    Of one code the last line is the shortest, and all together are as long as one of an area, a
    grid or a person.
    """
    lines = [line.strip() for line in narrow(text).splitlines() if line.strip()]
    whole = "".join(lines)
    is_one = len(whole) in _LENGTHS and _DIGITS.fullmatch(whole) is not None
    if len(lines) < 2 or not is_one or len(lines[-1]) >= min(map(len, lines[:-1])):
        return text
    return whole


def _is_two(groups: list[str]) -> bool:
    """Tell digits apart that are two numbers (10001 10002) and not one set wide."""
    lengths = set(map(len, groups))
    return len("".join(groups)) < _LEAST_SPACED or (len(groups) == 2 and lengths in _TWO)


def _digit(found: re.Match[str]) -> str:
    """Write a digit of another script, or of a set of bold ones, as a plain one."""
    value = unicodedata.decimal(found[0], None)
    return found[0] if value is None else str(value)


def as_codes(column: pd.Series) -> pd.Series:
    """Return a column of ids, codes or records as texts that can be compared."""
    texts = _whole(as_text(column))
    odd = texts.str.contains(_ODD, regex=True)
    if not odd.any():
        return texts
    known = {text: code_of(text) for text in texts[odd].unique()}
    return texts.where(~odd, texts[odd].map(known)).astype("str")


def _whole(texts: pd.Series) -> pd.Series:
    """Write a column of whole numbers without the .0 and the commas that programs add."""
    filled = texts[texts != ""]
    if not len(filled):
        return texts
    for sign, pattern, added in ((".0", _DECIMALS, r"\.0+$"), (",", _THOUSANDS, ",")):
        has = filled.str.contains(sign, regex=False)
        if has.any() and filled.str.fullmatch(pattern).all():
            return texts.str.replace(added, "", regex=True)
    return texts


def find_lost_digits(codes: pd.Series) -> pd.Series:
    """Tell which ids were turned into a number such as 4.10122E+17."""
    return _matches(codes, ("e", "E", "10"), _LOST)


def find_rounded_identities(codes: pd.Series) -> pd.Series:
    """Tell identity numbers whose last three digits a spreadsheet program has made zeros.

    The check digit at their end says that they were others.
    """
    found = codes.str.fullmatch(_IDENTITY)
    return found & codes.where(found, "").map(_has_wrong_check).astype("bool")


def _has_wrong_check(number: str) -> bool:
    weighed = sum(int(sign) * 2 ** (17 - at) for at, sign in enumerate(number[:17]))
    return bool(number) and "10X98765432"[weighed % 11] != number[17]


def find_dates(codes: pd.Series) -> pd.Series:
    """Tell which ids were turned into a date such as 3月1日."""
    found = _matches(codes, ("月", "-", "/"), _DATE)
    iso = _matches(codes, ("-",), _ISO_DATE)
    return found | iso if (~iso & (codes != "")).any() else found


def find_errors(texts: pd.Series) -> pd.Series:
    """Tell which cells hold the error of a formula (#N/A), or a formula without a value."""
    return _matches(texts, ("#", "=", "Err:"), _ERROR)


def _matches(texts: pd.Series, signs: Sequence[str], pattern: str) -> pd.Series:
    """Tell which texts a pattern fits that one of these signs stands in; most have none."""
    may_be = np.any([texts.str.contains(sign, regex=False).to_numpy() for sign in signs], axis=0)
    found = np.zeros(len(texts), dtype=bool)
    if may_be.any():
        found[may_be] = texts[may_be].str.fullmatch(pattern)
    return pd.Series(found, index=texts.index)


def without_errors(texts: pd.Series) -> pd.Series:
    """Take out what is only the error of a formula, such as a name #N/A."""
    errors = find_errors(texts)
    return texts.where(~errors, "") if errors.any() else texts


def repaired_codes(column: pd.Series, codes: pd.Series, *, file: str, name: str) -> list[Issue]:
    """Say in which rows of a column ids were written with signs that were taken out."""
    given = column.fillna("").astype("str").str.strip() if _is_text(column) else codes
    rows = codes.index[(given != codes).to_numpy()]
    if not len(rows):
        return []
    before, after = given[rows[0]], codes[rows[0]]
    shown, shown_zh = listed(rows)
    return [
        Issue(
            "READ-8",
            "warning",
            f"{file!r}, column {name!r}: {counted(len(rows), 'id', 'ids')} with full-width or "
            f"invisible signs, blanks, commas or .0 (row {shown}: {before!r} is read as "
            f"{after!r}). Write them in plain digits and letters.",
            f"“{file}”的{quoted(name)}列：{len(rows)} 个编号含全角字符、不可见字符、空格、逗号或 .0"
            f"（第 {shown_zh} 行：{quoted(before)}按{quoted(after)}读取）。请改用半角数字和字母。",
            code=file,
        )
    ]


def odd_records(records: pd.Series, *, file: str, name: str) -> Iterator[Issue]:
    """Say that a column of records tells the ground of a layer not apart.

    Parameters
    ----------
    records
        The records, as `as_codes` gives them.
    file, name
        Name of the file and of the column.

    Yields
    ------
    A READ-8 issue for a record that most rows have, and one for the rows without a record: a
    register cannot find their ground.
    """
    filled = records[records != ""]
    bare = records.index[(records == "").to_numpy()]
    if len(bare):
        shown, shown_zh = listed(bare)
        yield Issue(
            "READ-8",
            "info",
            f"{file!r}, column {name!r}: {counted(len(bare), 'row', 'rows')} without a record (row "
            f"{shown}). No register can name that ground.",
            f"“{file}”的{quoted(name)}列：{len(bare)} 行没有编号（第 {shown_zh} 行），"
            "台账无法对应。",
            code=file,
        )
    counts = filled.value_counts()
    if len(filled) >= _FEWEST and counts.iloc[0] > len(filled) / 2:
        yield Issue(
            "READ-8",
            "warning",
            f"{file!r}, column {name!r}: {counts.iloc[0]:,} of {len(records):,} rows have the same "
            f"record {str(counts.index[0])!r}. A register would join all of them; name the column "
            "with the ids of parcels as record_column in rules.toml.",
            f"“{file}”的{quoted(name)}列：{len(records):,} 行中有 {counts.iloc[0]:,} 行编号相同"
            f"（{quoted(counts.index[0])}），台账会对应到全部。请在 rules.toml 中用 record_column "
            "指明图斑编号所在的列。",
            code=file,
        )


def _is_text(column: pd.Series) -> bool:
    return bool(pd.api.types.is_string_dtype(column) or column.dtype == object)


def require_digits(
    codes: pd.Series, *, what: Named, name: str, dated: Sequence[object] = ()
) -> None:
    """Refuse a column of ids that were turned into numbers or dates.

    Parameters
    ----------
    codes
        The ids, as `as_codes` gives them.
    what, name
        What the file is, for the error, and the name of its column.
    dated
        Rows whose cell holds a date.

    Raises
    ------
    LayerSchemaError
        Naming the column, the rows, what was found and what to do.
    """
    for rows, kind, kind_zh in (
        (codes.index[find_lost_digits(codes).to_numpy()],
         "a number, and its last digits are gone", "数字，末尾几位已丢失"),
        (codes.index[find_dates(codes).to_numpy() | codes.index.isin(dated)], "a date", "日期"),
        (codes.index[find_errors(codes).to_numpy()],
         "a formula without a valid result", "没有有效结果的公式"),
    ):  # fmt: skip
        if not len(rows):
            continue
        shown, shown_zh = listed(rows)
        value = codes[rows[0]]
        raise LayerSchemaError(
            f"{what}: column {name!r} holds ids that became {kind} (row {shown}: {value!r}). Get "
            "the ids from where they were written first, format the column as text, and write "
            "them again.",
            f"{what.zh}：{quoted(name)}列的编号变成了{kind_zh}"
            f"（第 {shown_zh} 行：{quoted(value)}）。"
            "请从原始资料取得编号，把该列设为文本格式后重新填写。",
        )


def full_codes(column: pd.Series, *, what: Named, need: Named) -> pd.Series:
    """Read a column of ids none of which may be missing.

    Parameters
    ----------
    column
        The cells; the index numbers their rows.
    what, need
        What the file is, and what has to have an id, for the error.

    Raises
    ------
    LayerSchemaError
        If ids were turned into numbers or dates, or some are empty.
    """
    codes = without_errors(as_codes(column))
    require_digits(codes, what=what, name=str(column.name))
    empty = codes.index[codes == ""]
    if len(empty):
        shown, shown_zh = listed(empty)
        raise LayerSchemaError(
            f"{what}: column {str(column.name)!r} is empty in row {shown}. {need}.",
            f"{what.zh}：第 {shown_zh} 行的{quoted(column.name)}列为空。{need.zh}。",
        )
    return codes


def listed(rows: Iterable[object]) -> tuple[str, str]:
    """List the first rows in both languages."""
    texts = [str(row) for row in rows]
    more, more_zh = (" …", "等") if len(texts) > _NAMED else ("", "")
    return ", ".join(texts[:_NAMED]) + more, "、".join(texts[:_NAMED]) + more_zh
