"""Who is on which post as a table for others: places, roles, terms and reasons; never phones."""

import pandas as pd

from boundaries.export.csv_table import csv_bytes
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_title
from gridmap.staffing.hours import hours_of_plan
from gridmap.staffing.posts import in_post_order, places_of
from gridmap.words import Language

__all__ = ["staffing_csv", "staffing_table"]


def staffing_table(plan: Plan, language: Language) -> pd.DataFrame:
    """Give one row a post, in order, with whoever is on it.

    Returns
    -------
    By `post_id`: `on` (grid, group or object), `place` and `place_name`, `role` and `role_name`,
    `hours` a week, `skill`, `duties`, `status`, `person_id`, `name`, `office`, `employment`,
    `share`, `valid_from`, `valid_to`, `confirmed_on`, `reason` in the language. Texts are as the
    user's files have them.
    """
    posts = in_post_order(plan.posts)
    rows = plan.assignments[plan.assignments["post_id"] != ""].set_index("post_id")
    rows = rows.reindex(posts.index)
    people = plan.people.reindex(rows["person_id"])
    place, english = places_of(posts), language == "en"
    grids = plan.grids[~plan.grids.index.duplicated()]
    own = grids["name_en" if english else "name"].where(grids["label"] == "", grids["label"])
    names = pd.concat([own, plan.groups["name"], plan.objects["name"]])
    kind = pd.Series("grid", index=posts.index).where(posts["grid_code"] != "", "group")
    return pd.DataFrame(
        {
            "on": kind.where(posts["object_id"] == "", "object"),
            "place": place,
            "place_name": names.reindex(place).fillna("").to_numpy(),
            "role": posts["role"],
            "role_name": [role_title(plan.rules, one, language) for one in posts["role"]],
            "hours": hours_of_plan(plan).reindex(posts.index),
            "skill": posts["skill"],
            "duties": posts["duties"],
            "status": rows["status"].fillna("vacant"),
            "person_id": rows["person_id"].fillna(""),
            "name": people["name"].fillna("").to_numpy(),
            "office": people["office"].fillna("").to_numpy(),
            "employment": rows["employment"].fillna(""),
            "share": rows["share"].fillna(0.0),
            "valid_from": rows["valid_from"].fillna(""),
            "valid_to": rows["valid_to"].fillna(""),
            "confirmed_on": rows["confirmed_on"].fillna(""),
            "reason": rows["reason" if english else "reason_zh"].fillna(""),
        }
    )


def staffing_csv(plan: Plan, language: Language) -> bytes:
    """Write `staffing_table` as CSV that a spreadsheet program opens."""
    table = staffing_table(plan, language)
    rows = table.reset_index().itertuples(index=False, name=None)
    return csv_bytes(["post_id", *table.columns], rows)
