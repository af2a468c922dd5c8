"""Dates as offices write them, as ISO text: 2024-12-31, 2024/12/31, 2024年12月31日, 20241231."""

import re
from datetime import date

import pandas as pd

__all__ = ["as_dates"]

_DATE = re.compile(
    r"(?P<year>[12]\d{3})(?:\s*[-/.年]\s*(?P<month>\d{1,2})(?:\s*[-/.月]\s*(?P<day>\d{1,2}))?)?"
    r"\s*[年月日号]?(?:[T\s].*)?"
)
_DIGITS = re.compile(r"(?P<year>[12]\d{3})(?P<month>\d{2})(?P<day>\d{2})?(?:\d{6})?")


def as_dates(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Read a column of dates.

    Parameters
    ----------
    column
        Texts; the day, or the month and the day, may be missing.

    Returns
    -------
    ISO texts (2024-12-31, 2024-12 or 2024; "" where there is none), and which rows have a text
    that is no date.
    """
    known = {text: _iso(text) for text in column.unique()}
    dates = column.map(known).astype("str")
    return dates, (dates == "") & (column != "")


def _iso(text: str) -> str:
    match = _DIGITS.fullmatch(text) or _DATE.fullmatch(text)
    if match is None:
        return ""
    year, month, day = match["year"], match["month"], match["day"]
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)])
