"""Names of zones: which new zone carries on which old one."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridmap.partition.model.types import Array

__all__ = ["match_labels"]


def match_labels(old: Any, new: Any, load: Any) -> Array:
    """Rename the zones of a new plan so that as much load as possible keeps its zone number.

    The assignment of new zones to old numbers is optimal (J. Munkres, 1957; the shortest
    augmenting paths of D. Crouse, 2016, as in scipy).

    Parameters
    ----------
    old
        (n,) zone of every patch before, -1 for none.
    new
        (n,) zone of every patch now, from 0.
    load
        (n,) load of every patch, 0 or more.

    Returns
    -------
    (n,) int32, the zones of `new` under old numbers; zones that carry on none get numbers above
    all old ones.
    """
    from scipy.optimize import linear_sum_assignment

    old = np.asarray(old, dtype=np.int64)
    new = np.asarray(new, dtype=np.int64)
    # Patches without load count a little, so that zones of empty ground keep their numbers too.
    weight = np.asarray(load, dtype=np.float64)
    weight = weight + max(float(weight.sum()), 1.0) * 1e-9
    names, row = np.unique(new, return_inverse=True)
    known = old >= 0
    old_names, column = np.unique(old[known], return_inverse=True)
    result = np.full(names.size, -1, np.int64)
    if old_names.size:
        shared = np.zeros((names.size, old_names.size))
        np.add.at(shared, (row[known], column), weight[known])
        for r, c in zip(*linear_sum_assignment(-shared), strict=True):
            if shared[r, c] > 0:
                result[r] = old_names[c]
    fresh = np.flatnonzero(result < 0)
    result[fresh] = int(old.max(initial=-1)) + 1 + np.arange(fresh.size)
    return result[row].astype(np.int32)
