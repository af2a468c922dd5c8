"""What reading told of a roster goes and comes back with the roster."""

import geopandas as gpd
import pandas as pd

from gridmap.plan.plan import Plan
from layers.contract.issues import join_issues

__all__ = ["remarks_apart", "with_remarks"]


def remarks_apart(one: Plan, two: Plan) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Give what reading told in the first plan alone, and in the second; None for the same."""
    before, after = (
        pd.DataFrame(plan.issues)[plan.issues["rule"].str.startswith("READ-")]
        for plan in (one, two)
    )
    gone, come = before[~_among(before, after)], after[~_among(after, before)]
    return (gone, come) if len(gone) or len(come) else None


def with_remarks(plan: Plan, remarks: tuple[pd.DataFrame, pd.DataFrame] | None) -> Plan:
    """Put what was told of one roster in the place of what was told of the other.

    Parameters
    ----------
    plan
        The plan.
    remarks
        ISSUES that go and ISSUES that come, neither with a place.
    """
    if remarks is None:
        return plan
    gone, come = remarks
    left = plan.issues[~_among(pd.DataFrame(plan.issues), gone)]
    told = gpd.GeoDataFrame(come, geometry=[None] * len(come), crs=plan.crs)
    return plan.with_tables(issues=join_issues([left, told], plan.crs))


def _among(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Tell which issues of one table are in another."""
    known = set(zip(others["rule"], others["code"], others["message"], strict=True))
    own = zip(rows["rule"], rows["code"], rows["message"], strict=True)
    return pd.Series([one in known for one in own], index=rows.index, dtype=bool)
