"""One fault for every rule of posts, people and groups."""

from dataclasses import replace

import pandas as pd
from faulty_tables import LIMITS, MAKERS, loaded, renamed, with_value
from plan_fixtures import (
    CADRES,
    E1A,
    LEADERS,
    W1,
    W1A,
    W1B,
    W2,
    E,
    W,
    people_frame,
    small_assignments,
    small_people,
    vacate,
)

from boundaries.validate.limits import RoleFacts
from layers.contract.columns import ASSIGNMENTS, GROUPS, MEMBERS, POSTS, with_dtypes
from layers.contract.errors import Named

ROLES = RoleFacts(
    names={"service": Named("service officer", "专属网格服务官"), "police": Named("police", "民警")}
)


def person_on(post, person):
    assignments = small_assignments()
    assignments.loc[assignments["post_id"] == post, "person_id"] = person
    return assignments


def with_post(role, code, **tables):
    """One more post of a role, vacant, in tables that may be others than the sound ones."""
    posts, rows = (tables.get(name, MAKERS[name]()) for name in ("posts", "assignments"))
    post = f"{code}-{role}-01"
    more = pd.DataFrame(
        {"grid_code": code, "role": role, "number": 1, "skill": "", "duties": ""},
        index=pd.Index([post], name="post_id"),
    )
    row = pd.DataFrame(
        [{"status": "vacant", "post_id": post, "person_id": "", "grid_code": code, "role": role,
          "cost": 0.0, "reason": "Nobody.", "reason_zh": "无人。"}]
    )  # fmt: skip
    return tables | {
        "posts": with_dtypes(pd.concat([posts, with_dtypes(more, POSTS)]), POSTS),
        "assignments": with_dtypes(
            pd.concat([rows, with_dtypes(row, ASSIGNMENTS)], ignore_index=True), ASSIGNMENTS
        ),
        "roles": ROLES,
    }


def exclusive():
    """The grid W2 is that of a unit, and has a service officer's post."""
    code = f"{W}901"
    tables = renamed(W2, code)
    tables["posts"].index = tables["posts"].index.str.replace(W2, code)
    rows = tables["assignments"]
    rows["post_id"] = rows["post_id"].str.replace(W2, code)
    tables["grids"].loc[code, "kind"] = "exclusive"
    return with_post("service", code, **tables)


def with_hours(person, hours):
    return with_value(small_people(), person, "hours", hours)


def with_term(post, day):
    rows = small_assignments()
    rows.loc[rows["post_id"] == post, "valid_to"] = day
    return rows


def groups_of(*members):
    """A team A, and its members as pairs of kind and id."""
    groups = pd.DataFrame(
        {"type": ["team"], "name": ["服务队"], "name_en": [""]},
        index=pd.Index(["A"], name="group_id"),
    )
    rows = [{"group_id": "A", "kind": kind, "member_id": one} for kind, one in members]
    frame = pd.DataFrame(rows, columns=list(MEMBERS))
    return {"groups": with_dtypes(groups, GROUPS), "members": with_dtypes(frame, MEMBERS)}


# rule: (maker of tables that have exactly this fault, limits, grid named, word of the sentence)
PEOPLE_FAULTS = {
    "ASSIGN-1": (
        lambda: {"assignments": vacate(small_assignments(), f"{W1}-01")},
        LIMITS,
        W1,
        "has no leader on post",
    ),
    "ASSIGN-2": (
        lambda: {"assignments": vacate(small_assignments(), f"{E1A}-02")},
        LIMITS,
        E1A,
        "1 of 2 posts filled; 20.0 officer-hours a week fall to each, 16 are given. Add 1",
    ),
    "ASSIGN-3": (
        lambda: {"assignments": person_on(f"{W1B}-01", "C1")},
        LIMITS,
        W1A,
        "leads 2 micro-grids",
    ),
    "ASSIGN-4": (lambda: {"assignments": person_on(f"{W}-01", "L4")}, LIMITS, W1, "nobody is next"),
    "ASSIGN-5": (
        lambda: {"assignments": vacate(small_assignments(), f"{W1A}-01", f"{W1}-01")},
        LIMITS,
        W1A,
        "the leader of level-2 grid",
    ),
    "ASSIGN-6": (
        lambda: exclusive(),
        LIMITS,
        f"{W}901",
        "lacks 1 x service officer of its team of 2",
    ),
    "ASSIGN-7": (
        lambda: {"grids": loaded(**{W1A: 16.0})},
        replace(LIMITS, load_index_max=1.4),
        W1A,
        "16.0 officer-hours a week, 1.49 times the mean of 10.8; more than 1.4",
    ),
    "ASSIGN-8": (
        lambda: {"assignments": person_on(f"{W1A}-01", "C99")},
        LIMITS,
        W1A,
        "not in the roster. Found person: 'C99'",
    ),
    "ASSIGN-9": (
        lambda: with_post("police", W1),
        LIMITS,
        W1,
        f"1 post of 1 for police is vacant, the first on {W1!r}",
    ),
    "ASSIGN-10": (
        lambda: {"people": with_hours("C1", 12.0)},
        LIMITS,
        W1A,
        "'C1' holds 1 post that ask for 16.0 hours a week and gives 12.0",
    ),
    "ASSIGN-11": (
        lambda: {"assignments": with_term(f"{W1A}-01", "2025-12-31"), "on": "2026-01-01"},
        LIMITS,
        W1A,
        "ended on 2025-12-31; the post is vacant on 2026-01-01",
    ),
    "GROUP-1": (
        lambda: groups_of(("grid", W1A), ("grid", f"{W1A}9")),
        LIMITS,
        "",
        f"The grid '{W1A}9' of group 'A' (服务队) is not in this plan",
    ),
    "GROUP-2": (lambda: groups_of(), LIMITS, "", "Group 'A' (服务队) has no members"),
    "PEOPLE-1": (
        lambda: {
            "people": people_frame(*LEADERS, *CADRES[:-1], ("C8", "cadre", "flying", E, "gone"))
        },
        LIMITS,
        "",
        "present grid 'gone' is not in this plan; unknown skills ['flying']",
    ),
}
