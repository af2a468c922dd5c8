"""Why posts are vacant, as codes: nobody may take them, nobody is left, too few hours, the line."""

import numpy as np

from gridmap.staffing.solver.costs import FORBIDDEN, Costs
from gridmap.staffing.solver.lines import in_conflict
from gridmap.staffing.solver.request import Request

__all__ = ["minutes_left", "who_may", "why_vacant"]

_AT_ONCE = 200  # vacant posts looked at together


def minutes_left(request: Request, person_of_post: np.ndarray) -> np.ndarray:
    """Minutes that each person has left beside the posts held; never below 0."""
    filled = np.flatnonzero(person_of_post >= 0)
    left = request.minutes_of_person.copy()
    np.subtract.at(left, person_of_post[filled], request.minutes(person_of_post[filled], filled))
    return left.clip(0)


def who_may(costs: Costs, post: int) -> np.ndarray:
    """Positions of the people who may take a post."""
    column = costs.block(np.arange(costs.shape[0]), np.array([post]))[:, 0]
    return np.flatnonzero(column != FORBIDDEN)


def why_vacant(request: Request, person_of_post: np.ndarray) -> np.ndarray:
    """Say why each post is vacant, "" where it is filled.

    Parameters
    ----------
    request
        The request.
    person_of_post
        Person on each post, -1 where vacant.
    """
    reason = np.full(request.posts, "", dtype=object)
    vacant = np.flatnonzero(person_of_post < 0)
    left = minutes_left(request, person_of_post)
    # Nobody with time left: all who may are elsewhere, or nobody may.
    spare = np.flatnonzero(left > 0)
    for begin in range(0, len(vacant), _AT_ONCE):
        some = vacant[begin : begin + _AT_ONCE]
        kinds = _kinds(request.allowed)
        allowed = (request.allowed.block(kinds, some) != FORBIDDEN).any(axis=0)
        reason[some] = np.where(allowed, "nobody_left", "nobody_allowed")
        if len(spare):
            free = request.allowed.block(spare, some) != FORBIDDEN
            reason[some[free.any(axis=0)]] = "hours"
            room = free & (left[spare, None] >= request.minutes(spare[:, None], some[None, :]))
            for post, fits in zip(some, room.T, strict=True):
                if fits.any():
                    reason[post] = _line_or_left(request, person_of_post, int(post), spare[fits])
    return reason


def _line_or_left(request: Request, person_of_post: np.ndarray, post: int, who: np.ndarray) -> str:
    """Whether all who have the time hold a post that bars them from this one."""
    barred = np.unique(person_of_post[in_conflict(request, post) & (person_of_post >= 0)])
    return "line" if np.isin(who, barred).all() else "nobody_left"


def _kinds(costs: Costs) -> np.ndarray:
    """One person of each kind."""
    return np.unique(costs.kind, return_index=True)[1]
