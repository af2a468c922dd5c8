"""Posts: how many officers every grid needs, and what each post asks for.

A given grid has one post, its leader. A micro-grid has as many posts as its load needs, number 1
the leader. Cadres beyond the need relieve the fullest micro-grids. The roles of the rules add posts
to grids, groups and objects; a role that leads stands in the place of the leader. Who takes a post
is decided in `gridmap.staffing.assign`.
"""

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from boundaries.tiling.build import kind_of
from gridmap.rules import Rules
from gridmap.rules.roles import LEADER, MEMBER, OFFICERS, Role, kinds_of_grids, roles_of
from layers.contract.categories import CATEGORY_KEYS
from layers.contract.columns import POSTS, with_dtypes

__all__ = [
    "HOURS_TOLERANCE",
    "count_cadres",
    "in_post_order",
    "make_posts",
    "officers_allowed",
    "officers_needed",
    "places_of",
    "posts_of",
]

_PLACES = ("grid_code", "group_id", "object_id")  # a post is on one of them

HOURS_TOLERANCE = 1e-6  # officer-hours a week; less is rounding noise, not work


def officers_needed(load_h: float, *, rules: Rules) -> int:
    """Officers that a load in officer-hours a week asks for, the rules' least at least.

    They may be more than the rules allow on one micro-grid: see `officers_allowed`.
    """
    capacity = rules.capacity
    needed = math.ceil((load_h - HOURS_TOLERANCE) / capacity.officer_hours)
    return max(needed, capacity.officers_min)


def officers_allowed(load_h: float, *, rules: Rules) -> int:
    """Officers that a micro-grid of such a load gets: those needed, the rules' most at most.

    Where they are fewer than the need the micro-grid is over capacity, which CAP-9 tells.
    """
    return min(officers_needed(load_h, rules=rules), rules.capacity.officers_max)


def count_cadres(people: pd.DataFrame) -> int:
    """People of the roster who can be posted on micro-grids; standing leaders are not among them.

    Parameters
    ----------
    people
        Roster (`layers.contract.columns.PEOPLE`).
    """
    own = people["role"].isin(["cadre", "member"])
    if "roles" in people and (people["roles"] != "").any():
        more = people["roles"].str.split(";")
        own |= np.array([bool({"cadre", "member"} & set(one)) for one in more], dtype=bool)
    return int(own.sum())


def make_posts(
    grids: pd.DataFrame,
    *,
    rules: Rules,
    cadres: int | None = None,
    groups: pd.DataFrame | None = None,
    objects: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.Series]:
    """Make the posts of all grids, groups and objects.

    Parameters
    ----------
    grids
        Grids of all levels (`layers.contract.columns.GRIDS`, by code); `kind`, `family`, `level`,
        `parent_code`, `category`, `subclass` and `load_h` are read.
    rules
        Rules of the town: capacity, roles, duties, use of surplus.
    cadres
        Cadres of the roster. None while there is no roster: posts follow the need alone.
    groups, objects
        GROUPS and OBJECTS on which roles of the rules may have posts; None for none.

    Returns
    -------
    The posts (`layers.contract.columns.POSTS`, by post id, in order of grid code and number, those
    of groups and objects behind) and the number of officers on each micro-grid, by code. When
    cadres are fewer than the need, the needed posts stay: they will be vacancies.
    """
    micro = grids[grids["kind"] == "micro"].sort_index()
    officers = pd.Series(
        [officers_allowed(load, rules=rules) for load in micro["load_h"]],
        index=micro.index,
        dtype="int64",
        name="officers",
    )
    if cadres is not None and rules.assignment.use_surplus:
        officers = _with_surplus(officers, micro["load_h"], cadres, rules.capacity.officers_max)
    posts = posts_of(grids, officers, rules=rules)
    others = [
        *_role_posts(groups, "group", "type", rules),
        *_role_posts(objects, "object", "class", rules),
    ]
    if others:
        posts = in_post_order(pd.concat([posts, _frame(others)]))
    return posts, officers


def posts_of(grids: pd.DataFrame, officers: pd.Series, *, rules: Rules) -> pd.DataFrame:
    """Lay out the posts of grids: a leader each, as many on a micro-grid as it has officers.

    Roles of the rules that are `on` such grids add theirs.

    Parameters
    ----------
    grids
        Grids by code with `kind`, `category` and `subclass`; `family`, `level` and `parent_code`
        where roles are on some of them only.
    officers
        Officers of each micro-grid, by code.
    rules
        Rules of the town: roles and duties.
    """
    roles = roles_of(rules)
    added = [role for key, role in roles.items() if key in rules.roles and key not in OFFICERS]
    led = frozenset(kind for role in added if role.leads for kind in role.on)
    rows = []
    grounds = zip(grids.index, grids["kind"], kind_of(grids), kinds_of_grids(grids), strict=True)
    for code, kind, ground, kinds in grounds:
        here = {"grid_code": code}
        for number in range(1, int(officers.get(code, 1)) + 1):
            role = LEADER if number == 1 and not led & kinds else MEMBER
            if role == MEMBER and kind != "micro":
                continue  # somebody else leads it
            own = roles[role]
            rows.append(here | {
                "post_id": f"{code}-{number:02d}",
                "role": role,
                "number": number,
                "skill": own.skill or _skill(kind, ground),
                "duties": ";".join(own.duties) or _duties(ground, rules),
                "hours": own.hours,
            })  # fmt: skip
        for more in (one for one in added if kinds & set(one.on)):
            rows += _of_role(more, code, here)
    return in_post_order(_frame(rows))


def places_of(posts: pd.DataFrame) -> pd.Series:
    """Name what each post is on: the code of its grid, the id of its group or object."""
    place = posts["grid_code"]
    for column in _PLACES[1:]:
        place = place.where(place != "", posts[column])
    return place


def in_post_order(posts: pd.DataFrame) -> pd.DataFrame:
    """Put posts in order: grids by code, groups, objects; officers by number, then other roles."""
    own = posts["role"].isin(OFFICERS)
    keys = pd.DataFrame(
        {
            "rank": (posts["grid_code"] == "").astype(int) + (posts["object_id"] != "").astype(int),
            "place": places_of(posts),
            "other": ~own,
            "number": posts["number"].where(own, 0),
            "id": posts.index.where(~own, ""),
        },
        index=posts.index,
    )
    order = keys.reset_index(drop=True).sort_values(list(keys.columns), kind="stable").index
    return posts.iloc[order]


def _role_posts(
    places: pd.DataFrame | None, word: str, column: str, rules: Rules
) -> Iterator[dict[str, object]]:
    """Make the posts that roles of the rules have on groups or objects."""
    if places is None or not rules.roles:
        return
    added = [role for key, role in roles_of(rules).items() if key in rules.roles]
    for key, kind in zip(places.index, places[column], strict=True):
        for role in added:
            if f"{word}:{kind}" in role.on:
                yield from _of_role(role, key, {f"{word}_id": key})


def _of_role(role: Role, place: str, here: Mapping[str, object]) -> Iterator[dict[str, object]]:
    for number in range(1, role.number + 1):
        yield {
            **here,
            "post_id": f"{place}-{role.key}-{number:02d}",
            "role": role.key,
            "number": number,
            "skill": role.skill,
            "duties": ";".join(role.duties),
            "hours": role.hours,
        }


def _frame(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    blank = {name: "" if kind == "str" else 0 for name, kind in POSTS.items()}
    filled = [blank | dict(row) for row in rows]
    table = pd.DataFrame(filled, columns=["post_id", *POSTS]).set_index("post_id")
    table.index = table.index.astype("str")
    return with_dtypes(table, POSTS)


def _with_surplus(
    officers: pd.Series, load_h: pd.Series, cadres: int, officers_max: int
) -> pd.Series:
    """Give people beyond the need, one at a time, to the highest load per officer."""
    counts: dict[str, int] = {str(code): int(count) for code, count in officers.items()}
    loads = {str(code): float(load) for code, load in load_h.items()}

    def entry(code: str) -> tuple[float, str]:
        # Rounded, so that equal loads summed in another order still tie and the code decides.
        return -round(loads[code] / counts[code], 6), code

    heap = [entry(code) for code in counts if counts[code] < officers_max]
    heapq.heapify(heap)
    for _ in range(cadres - sum(counts.values())):
        if not heap:
            break
        _, code = heapq.heappop(heap)
        counts[code] += 1
        if counts[code] < officers_max:
            heapq.heappush(heap, entry(code))
    return pd.Series(counts, index=officers.index, dtype="int64", name="officers")


def _skill(kind: str, ground: str) -> str:
    """Skill that a post asks for: that of a category; residual ground asks for none."""
    return ground if kind == "micro" and ground in CATEGORY_KEYS else ""


def _duties(ground: str, rules: Rules) -> str:
    by_kind: dict[str, tuple[str, ...]] = {str(key): value for key, value in rules.duties.items()}
    return ";".join(by_kind.get(ground, by_kind.get("default", ())))
