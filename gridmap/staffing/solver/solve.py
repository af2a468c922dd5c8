"""The staffing of least cost: as many posts as possible in order, pins and bans kept, proven.

Pins are taken out first; what is left falls into parts that share neither people nor posts. A
part where everybody takes one post is a matching: of a full table by SciPy, else on the pairs that
matter (`pairs`). Where hours, lines or targets bind, the matching is a bound, and often feasible;
if not, the part is solved as an integer programme (`integer`).
"""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from gridmap.staffing.solver.costs import (
    FORBIDDEN,
    Costs,
    PartOfCosts,
    TableOfCosts,
    fitting,
    pair_costs,
    with_bans,
)
from gridmap.staffing.solver.integer import Answer, solve_integer
from gridmap.staffing.solver.lines import cliques, in_conflict
from gridmap.staffing.solver.pairs import match_all
from gridmap.staffing.solver.request import Part, Request, Staffing
from gridmap.staffing.solver.ties import settle
from gridmap.staffing.solver.vacant import why_vacant

__all__ = ["solve_staffing"]

_LARGEST_TABLE = 16_000_000  # pairs: 128 MB, seconds


def solve_staffing(request: Request, *, nodes: int = 200) -> Staffing:
    """Find who takes which post.

    Of each tier in turn as many posts as possible are filled, the earlier in the order of need
    first; of all ways to do that the one with the least sum of costs is taken. Too few people are
    never an error: posts stay vacant.

    Parameters
    ----------
    request
        People, posts, costs, and what binds them.
    nodes
        Most branches of the search where hours or lines bind; beyond, the best found is given with
        its bound (status ``gap``).

    Returns
    -------
    The staffing, the same for the same request on every machine.

    Raises
    ------
    PlanError
        If a pin or ban names what is not there, or costs are too large to be added up exactly.
    """
    request.check()
    person_of_post = np.full(request.posts, -1, dtype=np.int64)
    left, leaving = request.minutes_of_person.copy(), np.array(request.leaving, dtype=np.int64)
    for person, post in request.pins:
        person_of_post[post] = person
        left[person] -= int(request.minutes(np.array(person), np.array(post)))
        leaving[person] = 0
    left = left.clip(0)
    costs = with_bans(request.allowed, _barred_by_pins(request, left))
    if request.hours_of_person is not None:
        costs = fitting(costs, left, request.minutes)
    bound, most, proven = 0, np.zeros(request.tiers.max(initial=-1) + 1, dtype=np.int64), True
    np.add.at(most, request.tiers[person_of_post >= 0], 1)
    for people, posts, complete in _parts(costs, left, person_of_post < 0):
        mine = PartOfCosts(costs, people, posts)
        part = Part(request, people, posts, mine, leaving[people], left[people])
        answer = _solve_part(part, complete, nodes)
        filled = answer.person_of_post >= 0
        person_of_post[part.posts[filled]] = part.people[answer.person_of_post[filled]]
        bound += answer.cost - answer.lower_bound
        most[: len(answer.most_filled)] += answer.most_filled
        proven &= answer.proven
    person_of_post = settle(request, costs, leaving, left, person_of_post)
    filled = person_of_post >= 0
    cost = _cost(request, person_of_post)
    return Staffing(
        person_of_post=person_of_post,
        cost=cost,
        lower_bound=cost - bound,
        filled=tuple(np.bincount(request.tiers[filled], minlength=len(most)).tolist()),
        most_filled=tuple(most.tolist()),
        status="proven" if proven else "gap",
        reason=why_vacant(request, person_of_post),
    )


def _cost(request: Request, person_of_post: np.ndarray) -> int:
    """Sum the costs of all pairs, pinned ones too, and of leaving; forbidden pins cost nothing."""
    filled = np.flatnonzero(person_of_post >= 0)
    pairs = pair_costs(request.costs, person_of_post[filled], filled)
    idle = np.ones(request.people, dtype=bool)
    idle[person_of_post[filled]] = False
    return int(pairs[pairs != FORBIDDEN].sum()) + int(np.asarray(request.leaving)[idle].sum())


def _barred_by_pins(request: Request, left: np.ndarray) -> list[tuple[int, int]]:
    """Pairs that are out because a pin holds a post on the same target or in the same line."""
    return sorted(
        {
            (person, int(other))
            for person, post in request.pins
            if left[person] > 0
            for other in np.flatnonzero(in_conflict(request, post))
        }
    )


def _parts(
    costs: Costs, left: np.ndarray, vacant: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray, bool]]:
    """Take apart what shares neither people nor posts; whether all may take every post."""
    people, posts = np.flatnonzero(left > 0), np.flatnonzero(vacant)
    if not len(people) or not len(posts):
        return
    if not isinstance(costs, TableOfCosts):
        yield people, posts, False
        return
    allowed = costs.table[np.ix_(people, posts)] != FORBIDDEN
    if allowed.all():
        yield people, posts, True
        return
    size = sum(allowed.shape)
    row, column = np.nonzero(allowed)
    graph = csr_array((np.ones(len(row)), (row, column + len(people))), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    for one in np.unique(label[row]):
        mine, theirs = label[: len(people)] == one, label[len(people) :] == one
        yield people[mine], posts[theirs], bool(allowed[np.ix_(mine, theirs)].all())


def _solve_part(part: Part, complete: bool, nodes: int) -> Answer:
    """Solve a part as simply as it allows."""
    room, matching = _room(part), None
    if complete and room.max() <= 1 and len(part.left) * len(part.posts) <= _LARGEST_TABLE:
        found = _table(part)
    else:
        matching = match_all(part.costs, part.leaving, rank=part.rank, room=room)
        found = matching.person
    cost = part.cost_of(found)
    filled = np.bincount(part.tiers[found >= 0], minlength=part.tiers.max() + 1)
    relaxed = Answer(found, cost, cost, filled, proven=True)
    if room.max() <= 1 or _fits(part, found):
        return relaxed
    return solve_integer(part, relaxed, matching, nodes)


def _table(part: Part) -> np.ndarray:
    """Match a full table: the first posts in order, as many as there are people."""
    people, posts = part.costs.shape
    first = np.sort(np.argsort(part.rank)[:people])
    table = part.costs.block(np.arange(people), first) - part.leaving[:, None]
    # Whole numbers below 2**53 are exact in float64, and so are their sums.
    rows, columns = linear_sum_assignment(table.astype(np.float64))
    person = np.full(posts, -1, dtype=np.int64)
    person[first[columns]] = rows
    return person


def _room(part: Part) -> np.ndarray:
    """How many posts each person could take at most, by the least hours that posts ask for."""
    least = part.request.minutes_of_post[part.posts]
    if not least.any():
        return np.ones(len(part.left), dtype=np.int64)
    by_least = np.sort(least[least > 0])
    room = np.searchsorted(np.cumsum(by_least), part.left, side="right")
    return np.maximum(room, int((least == 0).any())).astype(np.int64)


def _fits(part: Part, found: np.ndarray) -> bool:
    """Whether a matching keeps to hours, targets and lines."""
    filled = np.flatnonzero(found >= 0)
    used = np.zeros(len(part.left), dtype=np.int64)
    np.add.at(used, found[filled], part.minutes(found[filled], filled))
    if (used > part.left).any():
        return False
    for clique in cliques(part.request, part.posts):
        who = found[clique]
        who = who[who >= 0]
        if len(np.unique(who)) < len(who):
            return False
    return True
