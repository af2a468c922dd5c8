"""The terms of assignments: who is on a post on a day.

A term holds from its first day to its last, both included; a side without a date is open.
"""

import pandas as pd

__all__ = ["has_begun", "has_ended", "in_force"]


def has_begun(rows: pd.DataFrame, day: str) -> pd.Series:
    """Tell which terms (ASSIGNMENTS) have begun on an ISO date."""
    return (rows["valid_from"] == "") | (rows["valid_from"] <= day)


def has_ended(rows: pd.DataFrame, day: str) -> pd.Series:
    """Tell which terms (ASSIGNMENTS) have ended before an ISO date."""
    return (rows["valid_to"] != "") & (rows["valid_to"] < day)


def in_force(rows: pd.DataFrame, day: str = "") -> pd.Series:
    """Tell which assignments put somebody on a post.

    Parameters
    ----------
    rows
        ASSIGNMENTS.
    day
        ISO date on which the terms have to hold; "" does not look at them.
    """
    filled = rows["status"] == "filled"
    return filled & has_begun(rows, day) & ~has_ended(rows, day) if day else filled
