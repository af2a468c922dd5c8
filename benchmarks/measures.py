"""What a plan is judged by: overloads, broken zones, compactness, length of border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from benchmarks.worlds import Array, World


@dataclass(frozen=True)
class Figures:
    """Figures of one plan.

    ``over`` and ``broken`` count zones above capacity and zones in parts; ``compactness`` is the
    mean Polsby-Popper figure (1 for a circle); ``fullest`` is a share of capacity.
    """

    zones: int
    over: int
    broken: int
    compactness: float
    border_m: float
    fullest: float


def judge(world: World, labels: Array, capacity: float) -> Figures:
    """Measure a plan."""
    labels = np.unique(labels, return_inverse=True)[1]
    n, zones = labels.size, int(labels.max()) + 1
    a, b = world.edges[:, 0], world.edges[:, 1]
    cut = labels[a] != labels[b]
    inside = world.edges[~cut]
    graph = coo_matrix((np.ones(len(inside)), (inside[:, 0], inside[:, 1])), shape=(n, n))
    part = connected_components(graph, directed=False)[1]
    pairs = np.unique(np.column_stack([labels, part]), axis=0)[:, 0]
    loads = np.bincount(labels, world.load)
    area = np.bincount(labels, world.area_m2, zones)
    rim = np.bincount(labels, world.outer_m, zones)
    for side in (a, b):
        rim += np.bincount(labels[side[cut]], world.border_m[cut], zones)
    return Figures(
        zones,
        int((loads > capacity * (1 + 1e-9)).sum()),
        int((np.bincount(pairs) > 1).sum()),
        float((4 * np.pi * area / rim**2).mean()),
        float(world.border_m[cut].sum()),
        float(loads.max() / capacity),
    )
