"""On which day people confirmed their posts, written into the assignments of a plan."""

from pathlib import Path

import pandas as pd

from gridmap.access.answers import with_receipts
from gridmap.plan.plan import Plan
from gridmap.receipts.place_posts import place_responses

__all__ = ["with_all_receipts"]


def with_all_receipts(plan: Plan, plan_path: Path) -> Plan:
    """Write the days of all receipts into the assignments: of grids, groups and objects.

    Parameters
    ----------
    plan, plan_path
        The plan, and its file: the record of answers lies beside it.

    Returns
    -------
    The plan with `confirmed_on` as the receipts say; a receipt for an earlier state is none.

    Raises
    ------
    LayerFileError
        If the record cannot be read.
    """
    plan = with_receipts(plan, plan_path)
    told = place_responses(plan, plan_path)
    keys = zip(told["place"], told["person_id"], strict=True)
    days = dict(zip(keys, told["confirmed_on"], strict=True))
    rows = plan.assignments
    posts = plan.posts.reindex(rows["post_id"])
    places = (posts["group_id"] + posts["object_id"]).fillna("")
    pairs = zip(places, rows["person_id"], rows["confirmed_on"], strict=True)
    confirmed = [days.get((place, person), day) if place else day for place, person, day in pairs]
    column = pd.Series(confirmed, index=rows.index, dtype="str")
    return plan.with_tables(assignments=rows.assign(confirmed_on=column))
