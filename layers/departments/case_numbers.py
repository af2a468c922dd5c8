"""Numbers of cases as offices write them: 33.04万, 1,312件, 约300起; stored as they are written.

A number of cases is whole. One with decimals and without 万 is kept as written and marked, since
it is more likely to lack its 万 (32.91件 beside 33.04万) than to be a number of cases.
"""

import re
from dataclasses import dataclass
from typing import Literal

from layers.contract.counts import count_of
from layers.contract.text import narrow, without_invisible

__all__ = ["CaseNumber", "case_number"]

Mark = Literal["", "ten_thousand", "decimal", "about", "unread"]
_UNIT = re.compile(r"(?:件次|件|起|宗|例|条|次|个|cases?)$", re.IGNORECASE)
_DECIMAL = re.compile(r"\d+\.\d+")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+")  # 1.320 is a number with dotted thousands
_LARGE = re.compile("[万千]")


@dataclass(frozen=True)
class CaseNumber:
    """A number of cases as read, and what is to be said of it."""

    value: float  # nan where none is given, or none can be read
    mark: Mark


def case_number(text: str) -> CaseNumber:
    """Read a number of cases.

    Parameters
    ----------
    text
        The cell.

    Returns
    -------
    The number: 33.04万 is 330,400 and marked `ten_thousand`; 32.91件 is 32.91 and marked `decimal`;
    a rounded or worded number is marked `about`; what is no number is nan and marked `unread`; an
    empty cell is nan without a mark.
    """
    plain = _UNIT.sub("", "".join(narrow(without_invisible(text)).split()))
    if plain in ("", "-", "—", "/", "无"):
        return CaseNumber(float("nan"), "")
    if _DECIMAL.fullmatch(plain) and not _DOTTED.fullmatch(plain):
        value = float(plain)
        return CaseNumber(value, "" if value.is_integer() else "decimal")
    count = count_of(plain)
    if count.value is None:
        return CaseNumber(float("nan"), "unread")
    if count.sure:
        return CaseNumber(float(count.value), "")
    return CaseNumber(float(count.value), "ten_thousand" if _LARGE.search(plain) else "about")
