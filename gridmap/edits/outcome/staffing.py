"""Posts and people after an edit, changed as little as can be.

Whoever is on a micro-grid that stays, stays. Cadres of a micro-grid that is gone are free; posts
that are new or that nobody held are vacant. Nobody is sent anywhere: that is asked for separately
(`gridmap.workflow.workflow.reassign_cadres`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from gridmap.plan.plan import Plan
from gridmap.rules.roles import OFFICERS
from gridmap.staffing.posts import (
    in_post_order,
    officers_allowed,
    places_of,
    posts_of,
)
from gridmap.staffing.rows import assignment_frame, places_of_rows, rows_in_order
from layers.contract.columns import ASSIGNMENTS, POSTS, with_dtypes

__all__ = ["Staff", "adapt_staff", "staff_rows", "with_staff"]


@dataclass(frozen=True)
class Staff:
    """Posts of some micro-grids, who is on them, and people of theirs who have no post."""

    posts: pd.DataFrame
    assignments: pd.DataFrame

    def same_as(self, other: "Staff") -> bool:
        """Whether the rows are equal, in whatever order; a receipt changes nobody's post."""
        mine, theirs = (one.assignments.drop(columns="confirmed_on") for one in (self, other))
        return _bare(self.posts.reset_index()) == _bare(other.posts.reset_index()) and _bare(
            mine
        ) == _bare(theirs)

    def equals(self, other: "Staff") -> bool:
        """Whether the rows are the very same, in whatever order."""
        tables = ((self.posts.reset_index(), other.posts.reset_index()),
                  (self.assignments, other.assignments))  # fmt: skip
        return all(
            len(one) == len(two) and _bare(one[list(two.columns)]) == _bare(two)
            for one, two in tables
        )


def staff_rows(plan: Plan, places: Iterable[str], people: Iterable[str] = ()) -> Staff:
    """Pick the rows of some grids, groups and objects, and those of some people without a post."""
    places = set(places)
    posts = plan.posts[places_of(plan.posts).isin(places)]
    rows = plan.assignments
    free = (rows["status"] == "surplus") & rows["person_id"].isin(set(people))
    on_post = (rows["status"] != "surplus") & places_of_rows(rows).isin(places)
    return Staff(posts, rows[on_post | free])


def adapt_staff(
    plan: Plan, micro: pd.DataFrame, *, gone: Iterable[str], edit_id: str
) -> tuple[Staff, pd.Series]:
    """Work out posts and people of touched micro-grids.

    Parameters
    ----------
    plan
        Plan before the edit.
    micro
        Rows of the touched micro-grids after it: `kind`, `category`, `subclass` and `load_h`, by
        code.
    gone
        Micro-grids left without ground.
    edit_id
        Named in the reasons.

    Returns
    -------
    The rows, and the number of officers by code: what the load asks for, or more while people are
    on the posts.
    """
    old = staff_rows(plan, [*micro.index, *gone])
    filled = old.assignments[old.assignments["status"] == "filled"]
    officers_of = old.posts[old.posts["role"].isin(OFFICERS)]
    number_of = officers_of["number"].to_dict()
    held: dict[str, int] = {}
    for post, code in zip(filled["post_id"], filled["grid_code"], strict=True):
        held[code] = max(held.get(code, 0), int(number_of.get(post, 0)))
    officers = pd.Series(
        {
            code: max(officers_allowed(float(load), rules=plan.rules), held.get(str(code), 0))
            for code, load in micro.loc[micro["kind"] == "micro", "load_h"].items()
        },
        dtype="int64",
    )
    posts = _posts(plan, old.posts, micro, officers)
    rows = [*_on_posts(old.assignments, posts, edit_id)]
    rows += _set_free(plan, filled, set(gone), edit_id)
    return Staff(posts, assignment_frame(rows)), officers


def with_staff(plan: Plan, old: Staff, new: Staff) -> Plan:
    """Put rows of posts and assignments in the place of others; the tables keep their order."""
    if old.equals(new):
        return plan
    posts = pd.concat([plan.posts.drop(old.posts.index), new.posts])
    posts = in_post_order(posts)
    posts.index.name = plan.posts.index.name
    rows = pd.concat([plan.assignments.drop(old.assignments.index), new.assignments])
    free = rows["status"] == "surplus"
    on_posts = rows_in_order(rows[~free])
    rows = pd.concat([on_posts, rows[free].sort_values("person_id", kind="stable")])
    rows = rows.reset_index(drop=True)
    rows.index.name = plan.assignments.index.name
    return plan.with_tables(
        posts=with_dtypes(posts, POSTS), assignments=with_dtypes(rows, ASSIGNMENTS)
    )


def _bare(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    return sorted(frame.itertuples(index=False, name=None))


def _posts(plan: Plan, old: pd.DataFrame, micro: pd.DataFrame, officers: pd.Series) -> pd.DataFrame:
    """Posts of the touched micro-grids; those that stay keep their id."""
    posts = posts_of(micro, officers, rules=plan.rules)
    known = {key: post for post, key in zip(old.index, _keys_of(old), strict=True)}
    ids = [known.get(key, post) for post, key in zip(posts.index, _keys_of(posts), strict=True)]
    posts.index = pd.Index(ids, dtype="str", name=plan.posts.index.name)
    return posts


def _keys_of(posts: pd.DataFrame) -> list[tuple[str, str, int]]:
    """What makes a post of a grid the same one: its number, and its role beside the officers."""
    own = posts["role"].where(~posts["role"].isin(OFFICERS), "")
    return list(zip(posts["grid_code"], own, posts["number"], strict=True))


def _on_posts(old: pd.DataFrame, posts: pd.DataFrame, edit_id: str) -> list[dict[str, object]]:
    rows_of = {row["post_id"]: row for row in old.to_dict("records") if row["post_id"]}
    return [
        rows_of.get(
            post,
            {
                "status": "vacant",
                "post_id": post,
                "person_id": "",
                "grid_code": code,
                "role": role,
                "cost": 0.0,
                "reason": f"New post since edit {edit_id}. Assign people again to fill it.",
                "reason_zh": f"调整 {edit_id} 后新增岗位，待重新定人。",
            },
        )
        for post, code, role in zip(posts.index, posts["grid_code"], posts["role"], strict=True)
    ]


def _set_free(
    plan: Plan, filled: pd.DataFrame, gone: set[str], edit_id: str
) -> list[dict[str, object]]:
    first = filled[filled["grid_code"].isin(gone)].drop_duplicates("person_id")
    people, rows = first["person_id"], plan.assignments
    role_of = plan.people["role"][plan.people.index.isin(people)].to_dict()
    stays = (rows["status"] == "filled") & ~rows["grid_code"].isin(gone)
    busy = set(rows.loc[stays & rows["person_id"].isin(people), "person_id"])
    return [
        {
            "status": "surplus",
            "post_id": "",
            "person_id": person,
            "grid_code": "",
            "role": role_of.get(person, "cadre"),
            "cost": 0.0,
            "reason": f"Micro-grid {code} is gone since edit {edit_id}. Assign people again.",
            "reason_zh": f"微网格 {code} 在调整 {edit_id} 后撤销，待重新定岗。",
        }
        for person, code in zip(first["person_id"], first["grid_code"], strict=True)
        if person not in busy
    ]
