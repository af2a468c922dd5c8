"""Phones that somebody chose to print: of the office alone, or of the people on some posts.

No file has a phone by itself: `release` takes them out of the plan. What is printed with phones
gets them beside the plan, from here, and only after somebody chose so.
"""

from collections.abc import Collection, Mapping
from typing import Literal, cast, get_args

import pandas as pd

from gridmap.plan.plan import Plan
from gridmap.publish.release import require_release
from gridmap.rules.roles import role_name
from layers.contract.errors import UsageError
from layers.contract.terms import in_force

__all__ = ["CHOICES", "NONE", "OFFICE", "POSTS", "Choice", "contacts_of", "roles_with_posts"]

Choice = Literal["none", "office", "posts"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
NONE, OFFICE_ALONE, POSTS = CHOICES
OFFICE = ""  # in place of a person's id: the number of the office


def contacts_of(
    plan: Plan,
    choice: str = NONE,
    *,
    roles: Collection[str] | None = None,
    day: str = "",
    released: Plan | None = None,
) -> Mapping[str, str]:
    """Give the phones that somebody chose to print.

    Parameters
    ----------
    plan
        The plan as it is in the house: a released one has no phones.
    choice
        "none"; "office": `[town] office_phone` of the rules alone; "posts": that, and the phones of
        the people on posts.
    roles
        Keys of the roles whose people are meant; None for all. Heeded for "posts" alone.
    day
        ISO date on which the people have to be on post; "" does not look at dates.
    released
        The copy of the plan that is printed, where people have other ids: those of a file for the
        public. Whom it does not name has no phone either.

    Returns
    -------
    Phones by the id of the person, that of the office by `OFFICE`. Empty for "none".

    Raises
    ------
    UsageError
        For a choice or a role that there is not.
    PlanError
        If the layers are state secrets.
    """
    _require(plan, choice, roles)
    if choice == NONE:
        return {}
    require_release(plan)
    office = plan.rules.town.office_phone.strip()
    found = {OFFICE: office} if office else {}
    if cast(Choice, choice) == POSTS:
        found |= _of_posts(plan, roles, day, released)
    return found


def roles_with_posts(plan: Plan) -> list[str]:
    """Give the keys of the roles that have posts, for somebody to choose from."""
    return sorted(set(plan.posts["role"]))


def _require(plan: Plan, choice: str, roles: Collection[str] | None) -> None:
    if choice not in CHOICES:
        there = ", ".join(CHOICES)
        raise UsageError(
            f"There is no choice of phones {choice!r}: take one of {there}.",
            f"没有“{choice}”这种电话选项，请从 {there} 中选择。",
        )
    unknown = sorted(set(roles or ()) - set(plan.posts["role"]))
    if unknown:
        keys = roles_with_posts(plan)
        names = ", ".join(f"{key} ({role_name(plan.rules, key, 'en')})" for key in keys)
        names_zh = "、".join(f"{key}（{role_name(plan.rules, key, 'zh')}）" for key in keys)
        raise UsageError(
            f"No post has the role {unknown[0]!r}: take one of {names or '(there are no posts)'}.",
            f"没有岗位的角色是“{unknown[0]}”，请从 {names_zh or '（没有岗位）'} 中选择。",
        )


def _of_posts(
    plan: Plan, roles: Collection[str] | None, day: str, released: Plan | None
) -> dict[str, str]:
    rows = plan.assignments[in_force(plan.assignments, day)]
    rows = rows[rows["person_id"].isin(plan.people.index)]
    if roles is not None:
        rows = rows[rows["role"].isin(list(roles))]
    phones = rows["person_id"].map(plan.people["phone"]).str.strip()
    rows = rows.assign(phone=phones)[phones != ""]
    if released is not None and released.is_redacted:
        return _in_copy(plan, rows, released)
    return dict(zip(rows["person_id"], rows["phone"], strict=True))


def _in_copy(plan: Plan, rows: pd.DataFrame, released: Plan) -> dict[str, str]:
    """Find the people of a copy by post and name: their ids are others there."""
    names = rows["person_id"].map(plan.people["name"])
    known = dict(zip(zip(rows["post_id"], names, strict=True), rows["phone"], strict=True))
    told = released.assignments[in_force(released.assignments)]
    called = told["person_id"].map(released.people["name"])
    posts = zip(told["person_id"], told["post_id"], called, strict=True)
    found = {person: known.get((post, name), "") for person, post, name in posts}
    return {person: phone for person, phone in found.items() if phone}
