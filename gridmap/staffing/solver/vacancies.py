"""Why a post is vacant, and what would fill it at the least cost: each way out is tried.

A way out is the lifting of a ban, more hours of somebody, or one more person. None is told that was
not solved again with: the post is filled then, and no tier has fewer posts filled than before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gridmap.staffing.solver.costs import FORBIDDEN, TableOfCosts, WithOneMore, pair_costs
from gridmap.staffing.solver.lines import in_conflict
from gridmap.staffing.solver.request import MINUTES, Request, Staffing
from gridmap.staffing.solver.solve import solve_staffing
from gridmap.staffing.solver.vacant import minutes_left, who_may

__all__ = ["Remedy", "Vacancy", "explain_vacancies"]

_TRIED = 4  # people whose hours, and bans, are tried for a post


@dataclass(frozen=True)
class Remedy:
    """One way to fill a vacant post, tried.

    Attributes
    ----------
    kind
        ``ban``: lift the ban of `person` on `post`. ``hours``: `person` gives `hours` a week more.
        ``person``: one more person who may take the post.
    person, post, hours
        Whom and what it is about; -1 and 0 where it does not apply.
    cost
        By how much the total cost changes, in whole thousandths; other people may move.
    filled
        How many more posts are filled, of all tiers.
    """

    kind: str
    person: int
    post: int
    hours: float
    cost: int
    filled: int


@dataclass(frozen=True)
class Vacancy:
    """A vacant post: the reason as a code, who may take it, what they hold, and the ways out.

    Attributes
    ----------
    post, reason
        Position of the post; the reason as in `Staffing`.
    allowed
        People who may take it.
    rivals
        Filled posts that these people hold.
    hours_left
        The most hours that one of them has left.
    remedies
        Ways out that were tried, those that change least first: a ban, hours, one more person; of
        one kind the cheapest first. Empty beyond the first posts of most need.
    """

    post: int
    reason: str
    allowed: np.ndarray
    rivals: np.ndarray
    hours_left: float
    remedies: tuple[Remedy, ...]


def explain_vacancies(
    request: Request, staffing: Staffing, *, limit: int = 20, nodes: int = 100
) -> tuple[Vacancy, ...]:
    """Say of each vacant post why it is vacant, and of the first ones what would help.

    Parameters
    ----------
    request, staffing
        A request, and what `solve_staffing` found for it.
    limit
        For how many posts, those of most need first, ways out are tried: each is solved again.
    nodes
        Most branches of each such search.

    Returns
    -------
    The vacancies in order of need.
    """
    vacant = np.flatnonzero(staffing.person_of_post < 0)
    vacant = vacant[np.argsort(request.rank[vacant])]
    left = minutes_left(request, staffing.person_of_post)
    found = []
    for number, post in enumerate(vacant.tolist()):
        allowed = who_may(request.allowed, post)
        held = staffing.person_of_post
        remedies = (
            _remedies(request, staffing, post, allowed, left, nodes) if number < limit else ()
        )
        found.append(
            Vacancy(
                post=post,
                reason=str(staffing.reason[post]),
                allowed=allowed,
                rivals=np.flatnonzero((held >= 0) & np.isin(held, allowed)),
                hours_left=float(left[allowed].max(initial=0)) / MINUTES,
                remedies=tuple(remedies),
            )
        )
    return tuple(found)


def _remedies(
    request: Request,
    staffing: Staffing,
    post: int,
    allowed: np.ndarray,
    left: np.ndarray,
    nodes: int,
) -> list[Remedy]:
    """Try the ways out for one post; those that work, in order."""
    ways = [
        *_bans(request, staffing, post, allowed),
        *_hours(request, staffing, post, allowed, left),
        _one_more(request, post),
    ]
    found = []
    for way, changed in ways:
        then = solve_staffing(changed, nodes=nodes)
        more = np.array(then.filled) - np.array(staffing.filled)
        if then.person_of_post[post] >= 0 and tuple(then.filled) > tuple(staffing.filled):
            cost = then.cost - staffing.cost
            found.append(replace(way, cost=cost, filled=int(more.sum())))
    kinds = ("ban", "hours", "person")
    return sorted(found, key=lambda one: (kinds.index(one.kind), one.hours, one.cost, one.person))


def _bans(
    request: Request, staffing: Staffing, post: int, allowed: np.ndarray
) -> Iterator[tuple[Remedy, Request]]:
    """Lift a ban on this post; or one on a post whose holder could then take this one."""
    tried = 0
    held = staffing.person_of_post
    bans = [(int(person), int(other)) for person, other in request.bans]
    for person, other in sorted(bans, key=lambda one: (one[1] != post, one)):
        near = other == post or held[other] in allowed
        known = pair_costs(request.costs, np.array([person]), np.array([other]))[0] != FORBIDDEN
        if near and known and tried < _TRIED:
            tried += 1
            fewer = [one for one in bans if one != (person, other)]
            yield Remedy("ban", person, other, 0.0, 0, 0), replace(request, bans=fewer)


def _hours(
    request: Request, staffing: Staffing, post: int, allowed: np.ndarray, left: np.ndarray
) -> Iterator[tuple[Remedy, Request]]:
    """Let somebody who may take the post give the hours that are missing, those who lack least."""
    if request.hours_of_person is None or request.minutes_of_post[post] == 0:
        return
    barred = staffing.person_of_post[in_conflict(request, post)]
    able = allowed[~np.isin(allowed, barred)]
    missing = request.minutes_of_post[post] - left[able]
    cost = pair_costs(request.costs, able, np.full(len(able), post))
    for place in np.lexsort((able, cost, missing))[:_TRIED]:
        hours = np.array(request.hours_of_person, dtype=float)
        more = float(missing[place]) / MINUTES
        if more > 0:
            hours[able[place]] = hours[able[place]] + more
            way = Remedy("hours", int(able[place]), post, round(more, 2), 0, 0)
            yield way, replace(request, hours_of_person=hours)


def _one_more(request: Request, post: int) -> tuple[Remedy, Request]:
    """Add somebody who may take this post alone and costs nothing there."""
    more: Any = WithOneMore(request.costs, post)
    if isinstance(request.costs, TableOfCosts):
        everybody, posts = (np.arange(size) for size in more.shape)
        more = more.block(everybody, posts)
    hours = request.hours_of_person
    if hours is not None:
        own = request.minutes_of_post[post] / MINUTES or 1.0
        hours = np.append(hours, own)
    changed = replace(
        request, cost=more, leaving=np.append(request.leaving, 0), hours_of_person=hours
    )
    return Remedy("person", -1, post, 0.0, 0, 0), changed
