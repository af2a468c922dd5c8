"""Posts that one person may not hold together: two on one target, two leading posts in one line."""

import numpy as np

from gridmap.staffing.solver.request import Request

__all__ = ["cliques", "in_conflict"]


def in_conflict(request: Request, post: int) -> np.ndarray:
    """Whether each post may not be held beside a given one, which counts as not.

    Parameters
    ----------
    request
        The request: targets, leading posts, and which target is above which.
    post
        Position of the post.
    """
    targets = request.targets
    found = (targets == targets[post]) & (targets[post] >= 0)
    if request.leads is not None and request.leads[post] and targets[post] >= 0:
        leading = np.asarray(request.leads, dtype=bool)
        upwards = _above(request, int(targets[post]))
        found |= leading & np.isin(targets, upwards)
        for other in np.flatnonzero(leading & (targets >= 0)):
            found[other] |= int(targets[post]) in _above(request, int(targets[other]))
    found[post] = False
    return found


def cliques(request: Request, posts: np.ndarray) -> list[np.ndarray]:
    """List sets of posts of which a person holds one at most, as positions in `posts`.

    They are the posts of each target, and the leading posts from each target up to the top; sets
    within another set are left out.
    """
    targets = request.targets[posts]
    found = {
        tuple(np.flatnonzero(targets == one).tolist()) for one in np.unique(targets[targets >= 0])
    }
    if request.leads is not None:
        leading = np.asarray(request.leads, dtype=bool)[posts] & (targets >= 0)
        for one in np.unique(targets[leading]):
            line = np.isin(targets, _above(request, int(one)))
            found.add(tuple(np.flatnonzero(leading & line).tolist()))
    sets = sorted((one for one in found if len(one) > 1), key=lambda one: (-len(one), one))
    kept: list[set[int]] = []
    for one in sets:
        if not any(set(one) <= other for other in kept):
            kept.append(set(one))
    return [np.array(sorted(one)) for one in kept]


def _above(request: Request, target: int) -> list[int]:
    """The target itself and those above it."""
    line = [target]
    if request.parent is not None:
        while (up := int(request.parent[line[-1]])) >= 0 and up not in line:
            line.append(up)
    return line
