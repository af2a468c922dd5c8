"""Two staffings side by side: who holds other posts, what each costs, what is vacant."""

from typing import NamedTuple

import pandas as pd

from gridmap.plan.plan import Plan
from gridmap.staffing.case import Case, make_case
from gridmap.staffing.places import Surroundings

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
    post), freed (has none any more) or moved. `skill`, `home`, `distance` and `change` are the
    points that the new posts cost more by reason, counted from the present posts of the rosters.
    In order of state and id.
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
    if len(table):
        cases = _from_roster(before), _from_roster(after)
        split = [
            _more(*cases, *row)
            for row in zip(table.index, table["before"], table["after"], strict=True)
        ]
        table[list(_REASONS)] = split
    else:
        table[list(_REASONS)] = 0.0
    rank = table["state"].map(_STATES.index)
    return table.iloc[rank.argsort(kind="stable")]


_REASONS = ("skill", "home", "distance", "change")
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


def _from_roster(plan: Plan) -> Case:
    """Ask for the staffing of a plan from what its roster says alone."""
    beside = Surroundings(plan.groups, plan.members, plan.objects)
    return make_case(plan.posts, plan.people, plan.grids, rules=plan.rules, beside=beside)


def _more(old: Case, new: Case, person: str, before: str, after: str) -> list[float]:
    """Points by reason that a person costs more on the new posts than on the old ones."""
    paid, pays = _points(old, person, before), _points(new, person, after)
    return [round(b - a, 3) for a, b in zip(paid, pays, strict=True)]


def _points(case: Case, person: str, posts: str) -> list[float]:
    """Points of a person on some posts by reason; those of standing leaders cost nothing."""
    who, found = case.person(person), [0.0] * len(_REASONS)
    if who < 0:
        return found
    if not posts:
        found[_REASONS.index("change")] = float(case.affinity.leaving_paid[who])
    for post in (case.post(one) for one in posts.split(";")):
        if post >= 0:
            parts = case.affinity.by_reason(who, post)
            found = [a + parts[reason] for a, reason in zip(found, _REASONS, strict=True)]
    return found
