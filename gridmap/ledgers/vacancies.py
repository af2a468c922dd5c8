"""Rows of the ledger of vacancies: each post without a person, why, and who answers meanwhile."""

from collections.abc import Collection, Iterator

import pandas as pd

from gridmap.coverage.duty import Duties
from gridmap.ledgers.grids import villages_of
from gridmap.ledgers.values import Row
from gridmap.plan.names import place_names
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_title
from gridmap.rules.words import kind_name
from gridmap.staffing.hours import hours_of_plan
from gridmap.staffing.posts import places_of
from gridmap.words import Language, say

__all__ = ["vacancies_in_order", "vacancy_rows"]


def vacancies_in_order(plan: Plan, codes: Collection[str] | None) -> pd.DataFrame:
    """List the vacant posts (rows of ASSIGNMENTS) by grid and post.

    Parameters
    ----------
    plan
        A released plan.
    codes
        Only posts on these grids; None for all.
    """
    rows = plan.assignments[plan.assignments["status"] == "vacant"]
    if codes is not None:
        rows = rows[rows["grid_code"].isin(list(codes))]
    grid = {code: at for at, code in enumerate(plan.grids.index)}
    post = {name: at for at, name in enumerate(plan.posts.index)}
    order = pd.DataFrame(
        {
            "grid": rows["grid_code"].map(grid).fillna(len(grid)),
            "post": rows["post_id"].map(post).fillna(len(post)),
        }
    )
    return rows.loc[order.sort_values(["grid", "post"], kind="stable").index]


def vacancy_rows(plan: Plan, rows: pd.DataFrame, *, language: Language) -> Iterator[Row]:
    """Give a row for each vacancy, by the keys of its columns.

    Parameters
    ----------
    plan
        A released plan.
    rows
        What `vacancies_in_order` gives.
    language
        Of the words.
    """
    duties, hours = Duties(plan), hours_of_plan(plan)
    names, places = place_names(plan, language), places_of(plan.posts)
    villages, comma = villages_of(plan), say("mark.list", language)
    posts = plan.posts.reindex(rows["post_id"])
    for row, skill, work in zip(
        rows.itertuples(index=False),
        posts["skill"].fillna(""),
        posts["duties"].fillna(""),
        strict=True,
    ):
        code, place = str(row.grid_code), str(places.get(row.post_id, row.grid_code))
        above = duties.next_up(code) if code in plan.grids.index else None
        there = [one["name"] for one in duties.people(code)] if code else []
        yield {
            "place": place,
            "place_name": str(names.get(place, "")),
            "village": str(names.get(villages.get(code, ""), "")),
            "role": role_title(plan.rules, str(row.role), language),
            "skill": kind_name(skill, language) if skill else "",
            "hours": float(hours.get(row.post_id, 0.0)) or None,
            "there": comma.join(there),
            "next_up": comma.join(one["name"] for one in above["people"]) if above else "",
            "next_grid": above["code"] if above else "",
            "duties": str(work).replace(";", comma),
            "why": str(row.reason_zh if language == "zh" else row.reason),
        }
