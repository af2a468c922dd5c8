"""Who takes which post: exact least-cost assignment of cadres to the posts of the micro-grids.

Every micro-grid gets its leader first; further posts are filled by need, the fullest micro-grids
first. Among all ways to do that, the one with the least sum of costs is found exactly. Costs are in
`gridmap.staffing.affinity`, the sentences that say why in `gridmap.staffing.reasons`.
"""

import numpy as np
import pandas as pd

from gridmap.rules import Rules
from gridmap.staffing.affinity import Affinity, make_affinity
from gridmap.staffing.reasons import (
    filled_reason,
    leader_reason,
    surplus_reason,
    vacant_leader_reason,
    vacant_reason,
)
from gridmap.staffing.solver.request import Request, Staffing
from gridmap.staffing.solver.solve import solve_staffing
from layers.contract.columns import ASSIGNMENTS, with_dtypes

__all__ = ["assign_cadres", "filling_order", "staffing_request", "with_present_posts"]

_LARGEST_TABLE = 16_000_000  # pairs of person and post: 128 MB


def assign_cadres(
    posts: pd.DataFrame,
    people: pd.DataFrame,
    grids: pd.DataFrame,
    *,
    rules: Rules,
    keep: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put the people of the roster on posts.

    Standing leaders (role `leader`, present grid a given grid) stay on their grid. Cadres go to
    micro-grids at the least total cost; what a pair costs is said in `gridmap.staffing.affinity`.

    Parameters
    ----------
    posts
        Posts of all grids (`layers.contract.columns.POSTS`).
    people
        Roster (`layers.contract.columns.PEOPLE`). Unknown grids and villages in it are told in the
        reasons.
    grids
        Grids of all levels (`layers.contract.columns.GRIDS`) with geometry in metres.
    rules
        Rules of the town; `rules.assignment` holds the costs.
    keep
        Filled rows of assignments that stand as they are, where post and person still exist; the
        others are assigned around them.

    Returns
    -------
    Assignments (`layers.contract.columns.ASSIGNMENTS`): one row a post in order of grid and number,
    filled or vacant, then one row for every person left over, in order of id. The order of the
    input rows makes no difference. The sum of `cost` is the least there is.

    References
    ----------
    D. F. Crouse, "On implementing 2D rectangular assignment algorithms", IEEE Transactions on
    Aerospace and Electronic Systems 52, 2016: the exact assignment, as SciPy has it.
    """
    posts = posts.sort_values(["grid_code", "number"], kind="stable")
    people = people.sort_index()
    kept = _still_there(keep, posts, people)
    posts = posts[~posts.index.isin(kept["post_id"])]
    people = people[~people.index.isin(kept["person_id"])]
    micro_codes = grids.index[grids["kind"] == "micro"]
    on_micro = posts["grid_code"].isin(micro_codes)

    standing = _standing_leaders(posts[~on_micro], people)
    cadres = people[people["role"] == "cadre"]
    affinity = make_affinity(cadres, posts[on_micro], grids, rules=rules)
    chosen = solve_staffing(staffing_request(affinity, posts[on_micro], grids["load_h"]))

    rows = _leader_rows(posts[~on_micro], standing, people, grids)
    rows += _micro_rows(posts[on_micro], chosen, cadres, affinity)
    rows += kept.to_dict("records")
    rows.sort(key=lambda row: (row["grid_code"], row["post_id"]))
    rows += _surplus_rows(people, standing, chosen, cadres, affinity, posts[on_micro], grids, rules)
    frame = pd.DataFrame(rows, columns=list(ASSIGNMENTS))
    return with_dtypes(frame, ASSIGNMENTS)


def staffing_request(affinity: Affinity, posts: pd.DataFrame, load_h: pd.Series) -> Request:
    """Ask for the cheapest staffing of the posts of micro-grids, one post a person.

    Parameters
    ----------
    affinity
        What people cost on these posts.
    posts
        Posts of micro-grids (`layers.contract.columns.POSTS`).
    load_h
        Load of each grid, by code.
    """
    people, count = affinity.shape
    # As a table while it is small; a county is looked at block by block.
    small = people * count <= _LARGEST_TABLE
    table = affinity.block(np.arange(people), np.arange(count)) if small else affinity
    return Request(
        cost=table,
        leaving=affinity.leaving,
        order=filling_order(posts, load_h),
        tier=np.where(posts["role"] == "leader", 0, 1),
        target=affinity.grid_of_post,
    )


def with_present_posts(people: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Let people of a roster who name no present grid hold the one they have in a plan.

    Parameters
    ----------
    people
        A roster (`layers.contract.columns.PEOPLE`), perhaps newer than the plan.
    assignments
        Assignments of the plan in force (`layers.contract.columns.ASSIGNMENTS`).

    Returns
    -------
    The roster with `present_grid` filled in where it was empty; what the roster says itself stands.
    So a new assignment moves nobody without need.
    """
    filled = assignments[assignments["status"] == "filled"].drop_duplicates("person_id")
    holds = filled.set_index("person_id")["grid_code"]
    # A standing leader who names no grid is a fault of the roster, not somebody to be kept.
    empty = (people["present_grid"] == "") & (people["role"] == "cadre")
    holder = pd.Series(people.index.map(holds), index=people.index, dtype="object")
    known = holder.fillna("").astype("str")
    return people.assign(present_grid=people["present_grid"].where(~empty, known))


def filling_order(posts: pd.DataFrame, load_h: pd.Series) -> np.ndarray:
    """Order in which posts are filled while people are few: by need.

    Parameters
    ----------
    posts
        Posts of micro-grids (`layers.contract.columns.POSTS`).
    load_h
        Load of each grid, by code.

    Returns
    -------
    Positions of the posts. All leaders come first, then the posts that relieve the fullest
    officers: post k of a grid is worth the load that each of its k - 1 officers would carry
    without it; of the leaders, those of the fullest micro-grids. Ties go to the lower number, then
    the lower code.
    """
    others = posts["number"].to_numpy() - 1
    load = load_h.reindex(posts["grid_code"]).to_numpy(dtype=float)
    relief = np.where(others > 0, np.round(load / np.maximum(others, 1), 6), np.inf)
    code = pd.factorize(posts["grid_code"], sort=True)[0]
    fullest = np.where(others > 0, 0.0, -np.round(load, 6))
    return np.lexsort((code, fullest, others, -relief))


def _standing_leaders(posts: pd.DataFrame, people: pd.DataFrame) -> dict[str, str]:
    """Person on each given grid's leader post; of two who claim one grid, the lower id."""
    leaders = people[people["role"] == "leader"]
    claims = leaders[leaders["present_grid"].isin(posts["grid_code"])]
    claims = claims[~claims["present_grid"].duplicated()]
    return dict(zip(claims["present_grid"], claims.index, strict=True))


def _still_there(
    keep: pd.DataFrame | None, posts: pd.DataFrame, people: pd.DataFrame
) -> pd.DataFrame:
    """Rows to keep whose post and person there still are."""
    if keep is None:
        return pd.DataFrame(columns=list(ASSIGNMENTS))
    known = keep["post_id"].isin(posts.index) & keep["person_id"].isin(people.index)
    return keep.loc[known, list(ASSIGNMENTS)]


def _row(status: str, cost: float, reason: tuple[str, str], **names: str) -> dict[str, object]:
    texts = {"post_id": "", "person_id": "", "grid_code": "", "role": ""} | names
    return {"status": status, "cost": cost, "reason": reason[0], "reason_zh": reason[1], **texts}


def _leader_rows(
    posts: pd.DataFrame, standing: dict[str, str], people: pd.DataFrame, grids: pd.DataFrame
) -> list[dict[str, object]]:
    rows = []
    for post_id, code, role in zip(posts.index, posts["grid_code"], posts["role"], strict=True):
        person = standing.get(code) if role == "leader" else None
        names = {"post_id": post_id, "grid_code": code, "role": role}
        if person is None:
            reason = vacant_leader_reason(code, *grids.loc[code, ["name_en", "name"]])
            rows.append(_row("vacant", 0.0, reason, **names))
        else:
            reason = leader_reason(code, people.at[person, "office"])
            rows.append(_row("filled", 0.0, reason, person_id=person, **names))
    return rows


def _micro_rows(
    posts: pd.DataFrame, chosen: Staffing, cadres: pd.DataFrame, affinity: Affinity
) -> list[dict[str, object]]:
    short = vacant_reason(posts=len(posts), cadres=len(cadres))
    rows = []
    for position, (post_id, code, role) in enumerate(
        zip(posts.index, posts["grid_code"], posts["role"], strict=True)
    ):
        names = {"post_id": post_id, "grid_code": code, "role": role}
        person = int(chosen.person_of_post[position])
        if person < 0:
            rows.append(_row("vacant", 0.0, short, **names))
            continue
        pair = affinity.pair(person, position)
        reason = filled_reason(pair)
        rows.append(_row("filled", pair.cost, reason, person_id=cadres.index[person], **names))
    return rows


def _surplus_rows(
    people: pd.DataFrame,
    standing: dict[str, str],
    chosen: Staffing,
    cadres: pd.DataFrame,
    affinity: Affinity,
    posts: pd.DataFrame,
    grids: pd.DataFrame,
    rules: Rules,
) -> list[dict[str, object]]:
    placed = set(standing.values()) | set(cadres.index[chosen.placed])
    leaving = dict(zip(cadres.index, affinity.leaving_paid, strict=True))
    rows = []
    for person, role, present in zip(
        people.index, people["role"], people["present_grid"], strict=True
    ):
        if person in placed:
            continue
        reason = surplus_reason(
            role=role,
            present=present,
            holder=standing.get(present, ""),
            known=present in grids.index,
            posts=len(posts),
            cadres=len(cadres),
            officers_max=rules.capacity.officers_max,
            use_surplus=rules.assignment.use_surplus,
        )
        rows.append(_row("surplus", leaving.get(person, 0.0), reason, person_id=person, role=role))
    return rows
