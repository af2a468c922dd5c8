"""Who takes which post: exact least-cost assignment of people to posts.

Leading posts are filled first, then the others by need, the fullest micro-grids first. Among all
ways to do that, the one with the least sum of costs is found exactly. Costs are in
`gridmap.staffing.affinity`, what is asked in `gridmap.staffing.case`, the sentences that say why in
`gridmap.staffing.reasons`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from gridmap.rules import Rules
from gridmap.rules.roles import CADRE, LEADER, role_name, roles_of
from gridmap.staffing.case import Case, make_case
from gridmap.staffing.eligibility import taken_roles
from gridmap.staffing.places import Surroundings
from gridmap.staffing.posts import in_post_order, places_of
from gridmap.staffing.reasons import (
    filled_reason,
    leader_reason,
    pinned_reason,
    role_vacant_reason,
    standing_reason,
    surplus_reason,
    surplus_role_reason,
    vacant_leader_reason,
    vacant_reason,
)
from gridmap.staffing.rows import assignment_frame
from gridmap.staffing.solver.request import Staffing
from gridmap.staffing.solver.solve import solve_staffing
from layers.contract.columns import ASSIGNMENTS
from layers.contract.errors import Named

__all__ = ["assign_cadres"]

Row = dict[str, object]
_NOTHING = Surroundings()


def assign_cadres(
    posts: pd.DataFrame,
    people: pd.DataFrame,
    grids: pd.DataFrame,
    *,
    rules: Rules,
    beside: Surroundings = _NOTHING,
    keep: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put the people of the roster on posts.

    Standing leaders (role `leader`, present grid a given grid) stay on their grid, and so does
    everybody with a standing role. Others go where the total cost is least; what a pair costs is
    said in `gridmap.staffing.affinity`. Somebody with hours for several posts may take several.

    Parameters
    ----------
    posts
        Posts of grids, groups and objects (`layers.contract.columns.POSTS`).
    people
        Roster (`layers.contract.columns.PEOPLE`). Unknown grids and villages in it are told in the
        reasons.
    grids
        Grids of all levels (`layers.contract.columns.GRIDS`) with geometry in metres.
    rules
        Rules of the town: costs, roles, pins and bans.
    beside
        Groups and objects that posts are on.
    keep
        Filled rows of assignments that stand as they are, where post and person still exist; the
        others are assigned around them.

    Returns
    -------
    Assignments (`layers.contract.columns.ASSIGNMENTS`): one row a post in order of grid and number,
    then those of groups and objects, filled or vacant; then one row for every person left over, in
    order of id. The order of the input rows makes no difference. The sum of `cost` is the least
    there is, where the solver can prove it.

    References
    ----------
    D. F. Crouse, "On implementing 2D rectangular assignment algorithms", IEEE Transactions on
    Aerospace and Electronic Systems 52, 2016: the exact assignment, as SciPy has it.
    """
    posts, people = in_post_order(posts), people.sort_index()
    kept = _still_there(keep, posts, people)
    pairs = list(zip(kept["person_id"], kept["post_id"], strict=True))
    case = make_case(posts, people, grids, rules=rules, beside=beside, keep=pairs)
    chosen = solve_staffing(case.request)
    held: dict[object, Row] = {row["post_id"]: row for row in kept.to_dict("records")}
    told = held | _standing_rows(posts, case, people, grids, rules, held)
    told |= {row["post_id"]: row for row in _open_rows(case, chosen, rules, held)}
    rows: list[Row] = [told[post] for post in posts.index]
    placed = {str(row["person_id"]) for row in rows if row["person_id"]}
    rows += _surplus_rows(people[~people.index.isin(placed)], people, case, grids, rules, pairs)
    return assignment_frame(rows)


def _still_there(
    keep: pd.DataFrame | None, posts: pd.DataFrame, people: pd.DataFrame
) -> pd.DataFrame:
    """Rows to keep whose post and person there still are."""
    if keep is None:
        return pd.DataFrame(columns=list(ASSIGNMENTS))
    known = keep["post_id"].isin(posts.index) & keep["person_id"].isin(people.index)
    return keep.loc[known, list(ASSIGNMENTS)]


def _row(status: str, cost: float, reason: tuple[str, str], **names: object) -> Row:
    told = {"status": status, "cost": cost, "reason": reason[0], "reason_zh": reason[1]}
    return {"post_id": "", "person_id": "", "grid_code": "", **told, **names}


def _names(post: str, row: pd.Series) -> dict[str, object]:
    return {"post_id": post, "grid_code": row["grid_code"], "role": row["role"]}


def _word(rules: Rules, role: str) -> Named:
    return Named(role_name(rules, role, "en"), role_name(rules, role, "zh"))


def _standing_rows(
    posts: pd.DataFrame,
    case: Case,
    people: pd.DataFrame,
    grids: pd.DataFrame,
    rules: Rules,
    kept: dict[object, Row],
) -> dict[object, Row]:
    """Rows of the posts that only their holder takes."""
    rows: dict[object, Row] = {}
    still = posts[~posts.index.isin(case.posts.index)]
    for (post, row), place in zip(still.iterrows(), places_of(still), strict=True):
        if post in kept:
            continue
        person, names = case.standing.get(str(post)), _names(str(post), row)
        plain = row["role"] == LEADER and place in grids.index
        if person is None and plain:
            reason = vacant_leader_reason(place, *grids.loc[place, ["name_en", "name"]])
        elif person is None:
            reason = standing_reason(place, _word(rules, row["role"]), "")
        elif plain:
            reason = leader_reason(place, people.at[person, "office"])
        else:
            reason = standing_reason(
                place, _word(rules, row["role"]), people.at[person, "office"] or person
            )
        if person is None:
            rows[post] = _row("vacant", 0.0, reason, **names)
        else:
            employment = people.at[person, "employment"]
            rows[post] = _row(
                "filled", 0.0, reason, person_id=person, employment=employment, **names
            )
    return rows


def _open_rows(
    case: Case, chosen: Staffing, rules: Rules, kept: dict[object, Row]
) -> Iterator[Row]:
    """Rows of the posts that were given out, filled or vacant."""
    pinned = {post for _, post in case.request.pins}
    cadres = case.asked == CADRE
    kept_here = np.array([post in kept for post in case.posts.index], dtype=bool)
    taken = taken_roles(case.people, rules=rules)
    may = np.array([CADRE in own for own in taken], dtype=bool)
    busy = {row["person_id"] for row in kept.values()}
    free = int(np.sum(may & ~case.people.index.isin(busy)))
    able = Counter(role for own in taken for role in own)
    short = vacant_reason(posts=int((cadres & ~kept_here).sum()), cadres=free)
    person_of_post = np.asarray(chosen.person_of_post)
    filled = np.flatnonzero((person_of_post >= 0) & ~kept_here)
    pairs = dict(
        zip(filled.tolist(), case.affinity.pairs(person_of_post[filled], filled), strict=True)
    )
    ids, employment = case.people.index.tolist(), case.people["employment"].tolist()
    columns = (case.posts[name] for name in ("grid_code", "role"))
    for position, (post, grid, role) in enumerate(zip(case.posts.index, *columns, strict=True)):
        if post in kept:
            continue
        names = {"post_id": str(post), "grid_code": grid, "role": role}
        person = int(person_of_post[position])
        if person < 0:
            code = str(chosen.reason[position])
            plain = cadres[position] and code == "nobody_left" and case.is_plain
            reason = short if plain else _vacant(case, position, code, able, rules)
            yield _row("vacant", 0.0, reason, **names)
            continue
        pair = pairs[position]
        reason = pinned_reason(filled_reason(pair)) if position in pinned else filled_reason(pair)
        yield _row(
            "filled", pair.cost, reason, person_id=ids[person],
            employment=employment[person], share=case.share(person, position),
            **names,
        )  # fmt: skip


def _vacant(
    case: Case, position: int, code: str, able: Mapping[str, int], rules: Rules
) -> tuple[str, str]:
    role = str(case.asked[position])
    return role_vacant_reason(
        code, _word(rules, role), people=able.get(role, 0), hours=case.hours_asked(position)
    )


def _surplus_rows(
    left: pd.DataFrame,
    people: pd.DataFrame,
    case: Case,
    grids: pd.DataFrame,
    rules: Rules,
    kept: list[tuple[str, str]],
) -> list[Row]:
    """Rows of the people who have no post, each with the reason."""
    leaving = dict(zip(case.people.index, case.affinity.leaving_paid, strict=True))
    roles, taken = roles_of(rules), taken_roles(left, rules=rules)
    asked = pd.Series(case.asked, index=case.posts.index)
    kept_posts = {post for _, post in kept}
    cadre_posts = int((asked[~asked.index.isin(kept_posts)] == CADRE).sum())
    able = pd.Series(taken_roles(people, rules=rules), index=people.index, dtype=object)
    able = able[~able.index.isin({person for person, _ in kept})]
    able_to = Counter(role for own in able for role in own)
    posts_of = Counter(case.asked.tolist())
    led = {
        post.rsplit("-", 1)[0]: person
        for post, person in case.standing.items()
        if post.rsplit("-", 1)[0] in grids.index
    }
    rows = []
    columns = (left[name] for name in ("role", "present_grid", "employment"))
    for person, role, present, employment, own in zip(left.index, *columns, taken, strict=True):
        other = role in roles and role not in (CADRE, LEADER) and CADRE not in own
        if other:
            reason = surplus_role_reason(
                _word(rules, role),
                posts=posts_of[role],
                people=able_to[role],
            )
        else:
            reason = surplus_reason(
                role=CADRE if CADRE in own else role,
                present=present,
                holder=led.get(present, ""),
                known=present in grids.index,
                posts=cadre_posts,
                cadres=able_to[CADRE],
                officers_max=rules.capacity.officers_max,
                use_surplus=rules.assignment.use_surplus,
            )
        cost = leaving.get(person, 0.0)
        rows.append(
            _row("surplus", cost, reason, person_id=person, role=role, employment=employment)
        )
    return rows
