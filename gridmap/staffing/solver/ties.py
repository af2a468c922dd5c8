"""Which of several equal staffings: lower id on lower post, and the one who fits best leads."""

import numpy as np

from gridmap.staffing.solver.costs import Costs
from gridmap.staffing.solver.request import Request

__all__ = ["settle"]


def settle(
    request: Request,
    costs: Costs,
    leaving: np.ndarray,
    minutes: np.ndarray,
    person_of_post: np.ndarray,
) -> np.ndarray:
    """Put equals in order; the cost does not change.

    Parameters
    ----------
    request
        The request.
    costs, leaving, minutes
        What counts for each person after pins and bans: costs of posts, of leaving, minutes left.
    person_of_post
        Person on each post, -1 where vacant.
    """
    posts, people = len(person_of_post), request.people
    pinned = np.array([post for _, post in request.pins], dtype=np.int64)
    person_of_post = person_of_post.copy()
    # Equal people may swap all they hold: lower id, lower post; without a post last.
    filled = np.flatnonzero(person_of_post >= 0)
    key = np.full(people, posts, dtype=np.int64)
    np.minimum.at(key, person_of_post[filled], filled)
    own = np.full(people, -1, dtype=np.int64)
    own[person_of_post[pinned]] = person_of_post[pinned]
    table = np.column_stack([costs.kind, leaving, minutes, own])
    group = np.unique(table, axis=0, return_inverse=True)[1].reshape(-1)
    new = np.empty(people, dtype=np.int64)
    new[np.lexsort((key, group))] = np.lexsort((np.arange(people), group))
    person_of_post[filled] = new[person_of_post[filled]]
    return _best_fit_first(request, costs, person_of_post, pinned)


def _best_fit_first(
    request: Request, costs: Costs, person_of_post: np.ndarray, pinned: np.ndarray
) -> np.ndarray:
    """On each target the cheapest person takes the first of the posts that cost the same."""
    filled = np.flatnonzero(person_of_post >= 0)
    held = np.bincount(person_of_post[filled], minlength=request.people)
    free = filled[
        (held[person_of_post[filled]] == 1)
        & (request.targets[filled] >= 0)
        & ~np.isin(filled, pinned)
    ]
    by_target = free[np.argsort(request.targets[free], kind="stable")]
    cuts = np.flatnonzero(np.diff(request.targets[by_target])) + 1
    for posts in np.split(by_target, cuts):
        if len(posts) < 2 or len(np.unique(request.minutes_of_post[posts])) > 1:
            continue
        who = person_of_post[posts]
        block = costs.block(who, posts)
        if (block == block[:, :1]).all():
            person_of_post[posts] = who[np.lexsort((who, block[:, 0]))]
    return person_of_post
