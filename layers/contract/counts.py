"""Numbers of households and people as offices write them: 320户, 1,320, １３２０, 约300, 三百二十.

What is no number is told and never passes for 0 in silence.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from layers.contract.identifiers import listed
from layers.contract.issues import Issue
from layers.contract.phrases import counted
from layers.contract.text import as_text, narrow, without_invisible

__all__ = ["Count", "count_of", "read_counts"]

_UNITS = r"(?:户|人|口|家|个|名|级|households?|people|persons?|inhabitants?)"
_PLAIN = re.compile(rf"([+-]?)(\d+)(?:\.0+)?{_UNITS}?", re.IGNORECASE)
_GROUPED = re.compile(
    rf"([+-]?)(\d{{1,3}}(?:(?:,\d{{3}})+|(?:[\s'’]\d{{3}})+))(?:\.0+)?\s*{_UNITS}?", re.IGNORECASE
)
_DOTTED = re.compile(rf"\d{{1,3}}(?:\.\d{{3}})+{_UNITS}?", re.IGNORECASE)
_TEN_THOUSAND = re.compile(rf"(\d+(?:\.\d+)?)([万千])余?{_UNITS}?")
_ABOUT = re.compile(
    rf"(?:约|大约|近|共|计|合计|总计|共计|~|≈|>|<|≥|≤|>=|<=|about|ca\.?)?(?P<number>\d+(?:,\d{{3}})*)"
    rf"(?:余|多|左右|上下|以上|以内|\+|\?)?{_UNITS}?(?:左右|上下|以上|以内|\?)?",
    re.IGNORECASE,
)
_CHINESE = re.compile(rf"([零〇一二两三四五六七八九十百千万]+){_UNITS}?")
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_RANKS = {"十": 10, "百": 100, "千": 1000}
# What one counts in the one column and not in the other.
_OTHERS = {
    "households": re.compile("[人口]|people|person|inhabitant", re.IGNORECASE),
    "population": re.compile("[户家]|household", re.IGNORECASE),
}
_LARGEST = 10_000_000_000  # more people than there are


@dataclass(frozen=True)
class Count:
    """A whole number as read: what it is, and whether somebody should look at it."""

    value: int | None  # None when there is none to be read
    sure: bool


def count_of(text: str) -> Count:
    """Read a number of people or things.

    Returns
    -------
    The number; not sure where it is rounded, written in words, or in part a guess; no number at all
    for a share, a negative number, a range or any other text.
    """
    plain = narrow(without_invisible(text)).replace("−", "-")
    for pattern in (_PLAIN, _GROUPED):
        found = pattern.fullmatch("".join(plain.split()) if pattern is _PLAIN else plain)
        if found and not (pattern is _PLAIN and _odd_blanks(plain)):
            value = int(re.sub(r"\D", "", found[2]))
            none = (found[1] == "-" and value) or value > _LARGEST
            return Count(None, False) if none else Count(value, True)
    close = "".join(plain.split())
    if _DOTTED.fullmatch(close):
        return Count(int(re.sub(r"\D", "", close)), False)
    if found := _TEN_THOUSAND.fullmatch(close):
        size = {"万": 10_000, "千": 1_000}[found[2]]
        return Count(round(float(found[1]) * size), False)
    if found := _ABOUT.fullmatch(close):
        return Count(int(found["number"].replace(",", "")), False)
    if found := _CHINESE.fullmatch(close):
        return Count(_in_words(found[1]), False)
    if re.fullmatch(rf"\d+\.\d+{_UNITS}?", close):
        return Count(round(float(re.sub(r"[^\d.]", "", close))), False)
    return Count(None, False)


def _odd_blanks(text: str) -> bool:
    """Tell blanks inside a number that do not part its thousands, such as 1 32."""
    digits = re.sub(r"\D+$", "", text)
    return bool(re.search(r"\s", digits))


def _in_words(text: str) -> int | None:
    """Read a number in Chinese words; None when the words make no number."""
    if all(sign in _DIGITS for sign in text) and len(text) > 1:  # 三二〇
        return int("".join(str(_DIGITS[sign]) for sign in text))
    # 三百二 is 320 to one reader and 302 to another.
    if text[0] == "万" or re.search("[百千万][一二两三四五六七八九]$", text):
        return None
    total, part, digit = 0, 0, None
    for sign in text:
        if sign in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[sign]
        elif sign == "万":
            total, part, digit = (part + (digit or 0)) * 10_000, 0, None
        else:
            part += (1 if digit is None else digit) * _RANKS[sign]
            digit = None
    return total + part + (digit or 0)


def read_counts(
    column: pd.Series, *, file: str, name: str, of: str = "households"
) -> tuple[pd.Series, list[Issue]]:
    """Read a column of whole numbers of people or things.

    Parameters
    ----------
    column
        Numbers or texts; an empty cell says that the number is not known.
    file, name
        Name of the file and of the column, for the issues.
    of
        "households" or "population": a number of people is none of households.

    Returns
    -------
    Whole numbers, 0 where none is known, and a READ-6 issue each for the numbers that had to be
    interpreted and for what is no number.
    """
    texts = as_text(column)
    other = _OTHERS[of]
    known = {
        text: Count(None, False) if other.search(text) else count_of(text)
        for text in texts.unique()
    }
    known[""] = Count(0, True)
    counts = texts.map(known)
    values = pd.Series([one.value or 0 for one in counts], index=column.index, dtype="int64")
    lost = np.array([one.value is None for one in counts])
    doubtful = np.array([not one.sure for one in counts]) & ~lost
    return values, [
        *_lost(texts[lost], file, name),
        *_doubtful(texts, values, doubtful, file, name),
    ]


def _lost(texts: pd.Series, file: str, name: str) -> list[Issue]:
    if texts.empty:
        return []
    (shown, shown_zh), value = listed(texts.index), texts.iloc[0]
    return [
        Issue(
            "READ-6",
            "error",
            f"{file!r}, column {name!r}: {counted(len(texts), 'cell', 'cells')} without a number "
            f"of households or people (row {shown}: {value!r}). They are taken as not known, and "
            "count for no load; write a whole number such as 320.",
            f"“{file}”的{name}列：{len(texts)} 处不是户数或人数（第 {shown_zh} 行：“{value}”）。"
            "按未知处理，不计工作量；请填写整数，如 320。",
            code=file,
        )
    ]


def _doubtful(
    texts: pd.Series, values: pd.Series, which: np.ndarray, file: str, name: str
) -> list[Issue]:
    if not which.any():
        return []
    rows = texts.index[which]
    shown, shown_zh = listed(rows)
    text, value = texts[which].iloc[0], values[which].iloc[0]
    return [
        Issue(
            "READ-6",
            "warning",
            f"{file!r}, column {name!r}: {counted(len(rows), 'cell', 'cells')} without a plain "
            f"whole number (row {shown}: {text!r} is read as {value:,}). Write it "
            "as a whole number such as 320.",
            f"“{file}”的{name}列：{len(rows)} 处不是明确的整数（第 {shown_zh} 行：“{text}”"
            f"按 {value:,} 读取）。请填写整数，如 320。",
            code=file,
        )
    ]
