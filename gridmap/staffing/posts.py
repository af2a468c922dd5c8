"""Posts: how many officers every grid needs, and what each post asks for.

A given grid has one post, its leader. A micro-grid has as many posts as its load needs, number 1
the leader. Cadres beyond the need relieve the fullest micro-grids; who takes a post is decided in
`gridmap.staffing.assign`.
"""

import heapq
import math

import pandas as pd

from boundaries.tiling.build import kind_of
from gridmap.rules import Rules
from layers.contract.categories import CATEGORY_KEYS
from layers.contract.columns import POSTS, with_dtypes

__all__ = [
    "HOURS_TOLERANCE",
    "count_cadres",
    "make_posts",
    "officers_allowed",
    "officers_needed",
    "posts_of",
]

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
    return int((people["role"] == "cadre").sum())


def make_posts(
    grids: pd.DataFrame, *, rules: Rules, cadres: int | None = None
) -> tuple[pd.DataFrame, pd.Series]:
    """Make the posts of all grids.

    Parameters
    ----------
    grids
        Grids of all levels (`layers.contract.columns.GRIDS`, by code); `kind`, `category`,
        `subclass` and `load_h` are read.
    rules
        Rules of the town: capacity, duties, use of surplus.
    cadres
        Cadres of the roster. None while there is no roster: posts follow the need alone.

    Returns
    -------
    The posts (`layers.contract.columns.POSTS`, by post id, in order of grid code and number) and
    the number of officers on each micro-grid, by code. When cadres are fewer than the need, the
    needed posts stay: they will be vacancies.
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
    return posts_of(grids, officers, rules=rules), officers


def posts_of(grids: pd.DataFrame, officers: pd.Series, *, rules: Rules) -> pd.DataFrame:
    """Lay out the posts of grids: a leader each, and as many on a micro-grid as it has officers.

    Parameters
    ----------
    grids
        Grids by code with `kind`, `category` and `subclass`.
    officers
        Officers of each micro-grid, by code.
    rules
        Rules of the town: duties.
    """
    rows = [
        (code, number, kind, ground)
        for code, kind, ground in zip(grids.index, grids["kind"], kind_of(grids), strict=True)
        for number in range(1, int(officers.get(code, 1)) + 1)
    ]
    rows.sort(key=lambda row: row[:2])
    posts = pd.DataFrame(
        {
            "grid_code": [row[0] for row in rows],
            "role": ["leader" if row[1] == 1 else "member" for row in rows],
            "number": [row[1] for row in rows],
            "skill": [_skill(row[2], row[3]) for row in rows],
            "duties": [_duties(row[3], rules) for row in rows],
        },
        index=pd.Index([f"{row[0]}-{row[1]:02d}" for row in rows], dtype="str", name="post_id"),
    )
    return with_dtypes(posts, POSTS)


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
