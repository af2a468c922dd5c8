"""Two staffings side by side: who holds other posts, what each costs, what is vacant."""

from typing import NamedTuple

import pandas as pd

from gridmap.plan.plan import Plan

__all__ = ["compare_staffing"]


def compare_staffing(before: Plan, after: Plan) -> pd.DataFrame:
    """List everybody who holds other posts in one plan than in another.

    Parameters
    ----------
    before, after
        Two plans of one town, such as before and after assigning people again. Posts are known by
        their ids: where the grids were divided anew, `gridmap.coverage.compare` matches them.

    Returns
    -------
    One row a person by `person_id`: `name`, `before` and `after` (ids of posts, separated by ";"),
    `cost_before` and `cost_after` in the points of the rules, `reason` and `reason_zh` of the new
    post, and `state`: joined (not on the first roster), left (not on the second), posted (had no
    post), freed (has none any more) or moved. In order of state and id.
    """
    one, two = _held(before), _held(after)
    rows = []
    for person in sorted({*before.people.index, *after.people.index, *one, *two}):
        old, new = one.get(person, _Held()), two.get(person, _Held())
        if old.posts == new.posts:
            continue
        roster = after.people if person in after.people.index else before.people
        rows.append(
            {
                "person_id": person,
                "name": str(roster["name"].get(person, "")),
                "state": _state(person, before, after, bool(old.posts), bool(new.posts)),
                "before": ";".join(old.posts),
                "after": ";".join(new.posts),
                "cost_before": old.cost,
                "cost_after": new.cost,
                "reason": " ".join(new.reasons),
                "reason_zh": "".join(new.reasons_zh),
            }
        )
    columns = ["person_id", "name", "state", "before", "after", "cost_before", "cost_after",
               "reason", "reason_zh"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns).set_index("person_id")
    rank = table["state"].map(_STATES.index)
    return table.iloc[rank.argsort(kind="stable")]


_STATES = ("joined", "left", "posted", "freed", "moved")


class _Held(NamedTuple):
    """What a person holds: posts in order, the sum of their costs, and the reasons."""

    posts: tuple[str, ...] = ()
    cost: float = 0.0
    reasons: tuple[str, ...] = ()
    reasons_zh: tuple[str, ...] = ()


def _state(person: str, before: Plan, after: Plan, had: bool, has: bool) -> str:
    if person not in before.people.index:
        return "joined"
    if person not in after.people.index:
        return "left"
    return "moved" if had and has else "posted" if has else "freed"


def _held(plan: Plan) -> dict[str, _Held]:
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    rows = filled.sort_values("post_id", kind="stable")
    return {
        str(person): _Held(
            tuple(own["post_id"]), float(own["cost"].sum()), tuple(own["reason"]),
            tuple(own["reason_zh"]),
        )
        for person, own in rows.groupby("person_id")
    }  # fmt: skip
