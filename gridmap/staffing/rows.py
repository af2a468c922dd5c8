"""Rows of assignments: laid out as a frame, in order of their posts, by place, as on a day."""

from collections.abc import Iterable, Mapping

import pandas as pd

from gridmap.plan.plan import Plan
from layers.contract.columns import ASSIGNMENTS, with_dtypes
from layers.contract.terms import has_ended, in_force

__all__ = [
    "assignment_frame",
    "on_day",
    "places_of_rows",
    "rows_in_order",
    "with_present_posts",
    "with_terms",
]

_BLANK: Mapping[str, object] = {
    name: "" if kind == "str" else 0.0 for name, kind in ASSIGNMENTS.items()
} | {"share": 1.0}


def assignment_frame(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Lay rows out as ASSIGNMENTS; whatever a row does not say is empty, and its share whole."""
    filled = [{**_BLANK, **row} for row in rows]
    return with_dtypes(pd.DataFrame(filled, columns=list(ASSIGNMENTS)), ASSIGNMENTS)


def on_day(plan: Plan, day: str) -> Plan:
    """Give a plan as it is on a day: a post whose holder's term does not hold is vacant.

    Parameters
    ----------
    plan
        The plan; it stays as it is.
    day
        ISO date; "" looks at no terms and gives the plan itself.

    Returns
    -------
    For every look-up of who is in charge on that day. It is not meant to be kept: whoever loses
    the last post is nowhere in its assignments.
    """
    rows = plan.assignments
    over = in_force(rows) & ~in_force(rows, day)
    if not over.any():
        return plan
    ended = has_ended(rows, day)
    end, start = rows["valid_to"], rows["valid_from"]
    reason = ("The term ended on " + end + ".").where(ended, "The term begins on " + start + ".")
    reason_zh = ("任期已于 " + end + " 届满。").where(ended, "任期自 " + start + " 起。")
    now = {"status": "vacant", "person_id": "", "employment": "", "reason": reason,
           "reason_zh": reason_zh}  # fmt: skip
    return plan.with_tables(
        assignments=rows.assign(**{key: rows[key].where(~over, text) for key, text in now.items()})
    )


def places_of_rows(rows: pd.DataFrame) -> pd.Series:
    """Name what the post of each assignment is on; "" for people left over.

    A row on a group or an object has no grid: the id of its post begins with the place.
    """
    elsewhere = (rows["grid_code"] == "") & (rows["post_id"] != "")
    if not elsewhere.any():
        return rows["grid_code"]
    places = rows["grid_code"].copy()
    places.loc[elsewhere] = rows["post_id"][elsewhere].str.rsplit("-", n=2).str[0].to_numpy()
    return places


def rows_in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Put assignments to posts in the order of their posts: grids, then groups and objects."""
    keys = pd.DataFrame(
        {"elsewhere": rows["grid_code"] == "", "grid": rows["grid_code"], "post": rows["post_id"]}
    )
    order = keys.reset_index(drop=True).sort_values(list(keys.columns), kind="stable").index
    return rows.iloc[order]


def with_present_posts(people: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Let people of a roster who name no present grid hold the posts they have in a plan.

    Parameters
    ----------
    people
        A roster (`layers.contract.columns.PEOPLE`), perhaps newer than the plan.
    assignments
        Assignments of the plan in force (`layers.contract.columns.ASSIGNMENTS`).

    Returns
    -------
    The roster with `present_grid` filled in where it was empty, several places separated by ";";
    what the roster says itself stands. So a new assignment moves nobody without need.
    """
    filled = assignments[assignments["status"] == "filled"]
    holds = places_of_rows(filled).groupby(filled["person_id"]).agg(_joined)
    # A standing leader who names no grid is a fault of the roster, not somebody to be kept.
    empty = (people["present_grid"] == "") & (people["role"] != "leader")
    holder = pd.Series(people.index.map(holds), index=people.index, dtype="object")
    known = holder.fillna("").astype("str")
    return people.assign(present_grid=people["present_grid"].where(~empty, known))


def _joined(places: pd.Series) -> str:
    return ";".join(dict.fromkeys(places))


def with_terms(rows: pd.DataFrame, before: pd.DataFrame, *, since: str) -> pd.DataFrame:
    """Give the terms of assignments: whoever stays keeps the old one, the others begin anew.

    Parameters
    ----------
    rows
        New ASSIGNMENTS.
    before
        Those that they follow; empty for a first plan.
    since
        ISO date on which new terms begin; "" where it is not known.
    """
    terms = ["valid_from", "valid_to", "confirmed_on"]
    old = before[before["status"] == "filled"] if len(before) else before
    known = {
        (row.post_id, row.person_id): (row.valid_from, row.valid_to, row.confirmed_on)
        for row in old.itertuples()
    }
    filled = (rows["status"] == "filled").tolist()
    pairs = zip(rows["post_id"], rows["person_id"], rows[terms].to_numpy().tolist(), strict=True)
    told = [
        known.get((post, person), tuple(own) if own[0] else (since, "", "")) if on else ("", "", "")
        for on, (post, person, own) in zip(filled, pairs, strict=True)
    ]
    frame = pd.DataFrame(told, columns=terms, index=rows.index).astype("str")
    return rows.assign(**{name: frame[name] for name in terms})
