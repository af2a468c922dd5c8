"""The fewest zones that any re-plan must touch: a bound, as if ground flowed like water.

Touching a zone is free or not at all; between two touched neighbours any amount of load may flow.
Real patches cannot be divided and zones must stay whole, so no plan touches fewer.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, identity, kron

from benchmarks.worlds import World
from gridmap.partition.model.types import Array

__all__ = ["fewest_touched"]

SECONDS = 20.0


def fewest_touched(world: World, labels: Array, load: Array, limit: float) -> int:
    """Bound the number of zones that change when the loads do (HiGHS, mixed integers).

    Parameters
    ----------
    world
        The ground.
    labels
        The plan in force.
    load
        New load of each patch.
    limit
        Capacity of a zone.
    """
    pairs = np.sort(labels[world.edges], axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    zones, borders = int(labels.max()) + 1, len(pairs)
    # Unknowns: whether each zone is touched, then the flow over each border, there and back.
    leaves = csr_array(
        (
            np.tile([1.0, -1.0], borders),
            (pairs.ravel(), np.repeat(np.arange(borders), 2)),
        ),
        shape=(zones, borders),
    )
    flows = hstack([leaves, -leaves])
    total = np.bincount(labels, weights=load, minlength=zones)
    sheds = LinearConstraint(hstack([csr_array((zones, zones)), flows]), lb=total - limit)
    ends = csr_array(
        (np.ones(2 * borders), (np.arange(2 * borders), pairs.ravel())), shape=(2 * borders, zones)
    )
    both_ways = kron(np.ones((1, 2)), kron(identity(borders), np.ones((2, 1))))
    only_touched = LinearConstraint(hstack([-limit * ends, both_ways]), ub=0)
    must = np.concatenate([total > limit, np.zeros(2 * borders)])
    free = np.concatenate([np.ones(zones), np.full(2 * borders, np.inf)])
    counted = np.concatenate([np.ones(zones), np.zeros(2 * borders)])
    answer = milp(
        counted,
        integrality=counted,
        bounds=Bounds(must, free),
        constraints=[sheds, only_touched],
        options={"time_limit": SECONDS},
    )
    return int(np.ceil(answer.mip_dual_bound - 1e-6))
