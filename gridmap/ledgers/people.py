"""Rows of the ledger by person: the posts that each holds, the hours they take, the load."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pandas as pd

from gridmap.coverage.workload import cadre_loads
from gridmap.ledgers.values import Row, day_of
from gridmap.plan.names import place_names
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_title
from gridmap.staffing.hours import hours_of_people, hours_of_plan
from gridmap.words import Language, say

__all__ = ["people_in_order", "person_rows"]


def people_in_order(plan: Plan, codes: Collection[str] | None) -> list[str]:
    """Put the people in the order of their first grid; those without one come last, by id.

    Parameters
    ----------
    plan
        A released plan.
    codes
        Only people on posts of these grids; None for everybody.
    """
    grid = {code: at for at, code in enumerate(plan.grids.index)}
    post = {name: at for at, name in enumerate(plan.posts.index)}
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    nowhere = (len(grid), len(post))
    first: dict[str, tuple[int, int]] = {}
    for person, name, code in zip(
        filled["person_id"], filled["post_id"], filled["grid_code"], strict=True
    ):
        if codes is None or code in codes:
            at = grid.get(code, len(grid)), post.get(name, len(post))
            first[person] = min(first.get(person, nowhere), at)
    asked = set(first) if codes is not None else {*plan.people.index}
    return sorted(asked, key=lambda person: (first.get(person, nowhere), person))


def person_rows(
    plan: Plan, people: Collection[str], *, contacts: Mapping[str, str], language: Language
) -> Iterator[Row]:
    """Give a row for each person, by the keys of its columns, in the order of `people`.

    Ids of the roster are not told: they may be numbers of identity cards.
    """
    comma = say("mark.list", language)
    held, loads = _held(plan, language), cadre_loads(plan)
    gives = dict(hours_of_people(plan.people, rules=plan.rules).items())
    load_h, used = (dict(loads[name].items()) for name in ("load_h", "used_share"))
    # Looked up in dictionaries: a column takes several times as long for each of many people.
    roster = {name: dict(plan.people[name].items()) for name in ("name", "office", "employment")}
    for person in people:
        known = person in roster["name"]
        own = held.get(person, [])
        grids = [one for one in own if one["grid"]]
        load = float(load_h.get(person, 0.0))
        employment = str(roster["employment"].get(person, ""))
        ends = sorted(one["until"] for one in own if one["until"])
        confirmed = sorted(one["confirmed"] for one in own if one["confirmed"])
        yield {
            "person": str(roster["name"].get(person, "")),
            "phone": contacts.get(person, ""),
            "office": str(roster["office"].get(person, "")),
            "employment": say(f"people.employment.{employment}", language) if employment else "",
            "roles": comma.join(dict.fromkeys(one["role"] for one in own)),
            "grids": comma.join(dict.fromkeys(one["grid"] for one in grids)),
            "grid_names": comma.join(dict.fromkeys(filter(None, (one["name"] for one in grids)))),
            "other_posts": comma.join(
                f"{one['name'] or one['place']}{say('mark.colon', language)}{one['role']}"
                for one in own
                if not one["grid"]
            ),
            "posts": len(own),
            "gives_h": float(gives[person]) if known else None,
            "asked_h": sum(one["hours"] for one in own),
            "load_h": round(load, 1) if load else None,
            "used": float(used.get(person, 0.0)) if load else None,
            "confirmed_on": day_of(confirmed[-1]) if confirmed else None,
            "until": day_of(ends[0]) if ends else None,
        }


def _held(plan: Plan, language: Language) -> dict[str, list[dict[str, Any]]]:
    """Gather the posts that each person is on, in the order of the posts."""
    names, hours = place_names(plan, language), dict(hours_of_plan(plan).items())
    named = dict(zip(names.index, names, strict=True))
    place = pd.Series(range(len(plan.posts)), index=plan.posts.index)
    rows = plan.assignments[plan.assignments["status"] == "filled"]
    rows = rows.iloc[rows["post_id"].map(place).fillna(len(place)).argsort(kind="stable")]
    posts = plan.posts.reindex(rows["post_id"])
    other = (posts["object_id"].fillna("") + posts["group_id"].fillna("")).to_numpy()
    held: dict[str, list[dict[str, Any]]] = {}
    for row, away in zip(rows.itertuples(index=False), other, strict=True):
        where = str(row.grid_code) or str(away)
        held.setdefault(str(row.person_id), []).append(
            {
                "grid": str(row.grid_code),
                "place": where,
                "name": str(named.get(where, "")),
                "role": role_title(plan.rules, str(row.role), language),
                "hours": float(hours.get(row.post_id, 0.0)),
                "until": str(row.valid_to),
                "confirmed": str(row.confirmed_on),
            }
        )
    return held
