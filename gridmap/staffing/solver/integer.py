"""Staffing where hours, targets or lines bind: an integer programme, solved by HiGHS.

One unknown a pair. First as many posts as can be, tier by tier and by need, then the least cost
with those filled; each step's bound is kept. Of very many pairs only those enter that the prices
of the matching without hours say are cheap: what is left out is proven to be worth nothing where
the gap to the bound is smaller than what such a pair costs.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from gridmap.staffing.solver.lines import cliques
from gridmap.staffing.solver.pairs import Matching, cheap_pairs
from gridmap.staffing.solver.request import Part

__all__ = ["Answer", "solve_integer"]

_MOST_PAIRS = 150_000
_EXACT_PAIRS = 4_000  # up to so many the search goes on until the last point is proven
_GAP = 1e-3  # of larger ones the search ends so near to the bound
_NEED_GAP = 1e-2  # the same while it looks which posts of most need can be filled


@dataclass(frozen=True)
class Answer:
    """Who takes which post of a part; `most_filled` of a tier, given those before it."""

    person_of_post: np.ndarray
    cost: int
    lower_bound: int
    most_filled: np.ndarray
    proven: bool


@dataclass(frozen=True)
class _Model:
    """Pairs and the rows that bind them."""

    person: np.ndarray
    post: np.ndarray
    cost: np.ndarray  # of each pair, then of leaving each person of `idle`
    rows: csr_array
    low: np.ndarray
    high: np.ndarray
    limit: int  # pairs left out cost at least so much more; -1 when none is left out


@dataclass(frozen=True)
class _Found:
    """What a run of HiGHS found: chosen pairs (None: nothing), and a bound of its objective."""

    chosen: np.ndarray | None
    bound: float
    status: int


def solve_integer(part: Part, relaxed: Answer, matching: Matching | None, nodes: int) -> Answer:
    """Solve a part of a request in which people hold several posts.

    Parameters
    ----------
    part
        The part.
    relaxed, matching
        Its best staffing without hours, and the prices of that, which choose among very many pairs.
    nodes
        Most branches of each search.
    """
    model = _model(part, matching)
    fillable = np.zeros(len(part.posts), dtype=bool)
    fillable[model.post] = True
    most = np.bincount(part.tiers[fillable], minlength=int(part.tiers.max()) + 1)
    proven = model.limit < 0
    found = _run(model, model.cost, [_all_of(model, fillable)], nodes)
    if found.chosen is None:
        extra: list[LinearConstraint] = []
        best = None
        for tier in np.unique(part.tiers):
            mine = fillable & (part.tiers == tier)
            most[tier], sure, best = _fill(model, mine, part.rank, extra, nodes)
            proven = proven and sure
        if best is not None and len(model.post) > _EXACT_PAIRS:
            # Many sets of posts are worth as much; of a large part one of them is kept.
            filled = np.isin(np.arange(len(part.posts)), model.post[best])
            extra, proven = [_all_of(model, filled)], False
        found = _run(model, model.cost, extra, nodes)
        if found.chosen is None:
            found = _Found(best, found.bound, found.status)
    if model.limit >= 0:  # what few pairs fill is no bound
        most = np.bincount(part.tiers[fillable], minlength=len(most))
    if found.chosen is None:
        person = _by_hand(part, model)
        return Answer(person, cost := part.cost_of(person), min(0, cost), most, proven=False)
    person = np.full(len(part.posts), -1, dtype=np.int64)
    person[model.post[found.chosen]] = model.person[found.chosen]
    cost, bound = part.cost_of(person), _whole(found.bound)
    if model.limit >= 0:
        # With a pair that was left out, a staffing of all posts costs so much more than the bound.
        whole = (person[fillable] >= 0).all() and (relaxed.person_of_post[fillable] >= 0).all()
        bound = min(bound, relaxed.cost + model.limit) if whole else 0
        proven = bool(whole)
    proven = proven and bound >= cost
    return Answer(person, cost, cost if proven else min(bound, cost), most, proven)


def _model(part: Part, matching: Matching | None) -> _Model:
    """Lay out pairs and rows: one person a post, hours, one post a target and line, who is idle."""
    person, post, cost, limit = cheap_pairs(part.costs, matching, _MOST_PAIRS)
    left, leaving, posts = part.left, part.leaving, len(part.posts)
    idle = np.flatnonzero(leaving > 0)
    pairs, width = len(person), len(person) + len(idle)
    number = np.arange(pairs)
    minutes = part.minutes(person, post).astype(float)
    parts = [_matrix(post, number, np.ones(pairs), posts, width)]
    parts.append(_matrix(person, number, minutes, len(left), width))
    low = [np.zeros(posts), np.zeros(len(left))]
    high = [np.ones(posts), left.astype(float)]
    for clique in cliques(part.request, part.posts):
        inside = np.flatnonzero(np.isin(post, clique))
        parts.append(_matrix(person[inside], inside, np.ones(len(inside)), len(left), width))
        low.append(np.zeros(len(left)))
        high.append(np.ones(len(left)))
    place = np.full(len(left), -1)
    place[idle] = np.arange(len(idle))
    mine = np.flatnonzero(place[person] >= 0)
    row = np.concatenate([place[person[mine]], np.arange(len(idle))])
    column = np.concatenate([mine, pairs + np.arange(len(idle))])
    parts.append(_matrix(row, column, np.ones(len(row)), len(idle), width))
    low.append(np.ones(len(idle)))
    high.append(np.full(len(idle), np.inf))
    rows, lower, upper = vstack(parts, format="csr"), np.concatenate(low), np.concatenate(high)
    # A row that one pair at most is in says nothing: pairs that do not fit alone are not listed.
    some = (np.diff(rows.indptr) > 1) | (lower > 0)
    whole_cost = np.concatenate([cost, leaving[idle]]).astype(float)
    return _Model(person, post, whole_cost, rows[some], lower[some], upper[some], limit)


def _whole(bound: float) -> int:
    """Round a bound of whole costs up; without one nothing is said, for costs are never below 0."""
    return int(np.ceil(bound - 1e-3)) if np.isfinite(bound) else 0


def _matrix(
    row: np.ndarray, column: np.ndarray, value: np.ndarray, rows: int, width: int
) -> csr_array:
    return csr_array((value, (row, column)), shape=(rows, width))


def _all_of(model: _Model, posts: np.ndarray) -> LinearConstraint:
    """Every one of these posts is filled."""
    wanted = np.flatnonzero(posts)
    place = np.full(len(posts), -1)
    place[wanted] = np.arange(len(wanted))
    inside = np.flatnonzero(place[model.post] >= 0)
    width = len(model.cost)
    rows = _matrix(place[model.post[inside]], inside, np.ones(len(inside)), len(wanted), width)
    return LinearConstraint(rows, np.ones(len(wanted)), np.full(len(wanted), np.inf))


def _fill(
    model: _Model, posts: np.ndarray, rank: np.ndarray, extra: list[LinearConstraint], nodes: int
) -> tuple[int, bool, np.ndarray | None]:
    """Fill as many of these posts as can be, then those of most need; binds the steps after it.

    Gives the most that can be filled, whether both answers are proven, and the pairs of the last.
    """
    wanted = np.flatnonzero(posts)
    worth = np.zeros(len(posts))
    sure = True
    for need in (False, True):
        worth[wanted] = len(wanted) - np.argsort(np.argsort(rank[wanted])) if need else 1.0
        value = np.concatenate([worth[model.post], np.zeros(len(model.cost) - len(model.post))])
        found = _run(model, -value, extra, nodes, _NEED_GAP)
        if found.chosen is None:
            return len(wanted), False, None
        reached = float(value[: len(model.post)][found.chosen].sum())
        limit = int(np.floor(-found.bound + 1e-4))
        sure = sure and reached >= limit
        extra.append(LinearConstraint(csr_array(value[None, :]), reached - 0.5, np.inf))
        if not need:
            most = max(limit, round(reached))
            if reached == len(wanted):
                break
    return most, sure, found.chosen


def _run(
    model: _Model,
    objective: np.ndarray,
    extra: list[LinearConstraint],
    nodes: int,
    gap: float = _GAP,
) -> _Found:
    """Minimise an objective with HiGHS; the same answer on every run, for branches are counted."""
    pairs = len(model.post)
    exact = pairs <= _EXACT_PAIRS
    whole = np.zeros(len(objective))
    whole[:pairs] = 1
    answer = milp(
        objective,
        integrality=whole,
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(model.rows, model.low, model.high), *extra],
        options={"node_limit": nodes, "mip_rel_gap": 0.0 if exact else gap},
    )
    bound = answer.mip_dual_bound
    if answer.x is None:
        return _Found(None, -np.inf if bound is None else float(bound), answer.status)
    chosen = np.flatnonzero(answer.x[:pairs] > 0.5)
    return _Found(chosen, float(answer.fun if bound is None else bound), answer.status)


def _by_hand(part: Part, model: _Model) -> np.ndarray:
    """Fill post after post with the cheapest person who has room: when the search found nothing."""
    left = part.left.copy()
    found = np.full(len(part.posts), -1, dtype=np.int64)
    barred = np.zeros((len(left), len(part.posts)), dtype=bool)
    sets = cliques(part.request, part.posts)
    for post in np.argsort(part.rank):
        mine = np.flatnonzero(model.post == post)
        who = model.person[mine]
        need = part.minutes(who, np.full(len(who), post))
        free = (left[who] >= need) & ~barred[who, post]
        if not free.any():
            continue
        best = np.flatnonzero(free)[np.argmin(model.cost[mine[free]])]
        found[post] = who[best]
        left[who[best]] -= need[best]
        for clique in sets:
            if post in clique:
                barred[who[best], clique] = True
    return found
