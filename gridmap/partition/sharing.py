"""Sharing zones out over components so that the fullest zone is as light as possible."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np

from gridmap.partition.types import Array

__all__ = ["share_capacities", "share_zones"]


def share_zones(
    fullest: Callable[[int, int], float], zones: int, least: Array, most: Array, floor: Array
) -> Array:
    """Give every component its number of zones.

    The next zone goes to the component whose fullest zone is the heaviest. Since more zones never
    make the fullest heavier, no other sharing has a lighter fullest zone: every one that has
    must give each component at least what it was given here up to that point.

    Parameters
    ----------
    fullest
        ``fullest(c, k)``: how light the fullest zone of component c can be with k zones.
    zones
        How many zones to share out, between ``least.sum()`` and ``most.sum()``.
    least, most
        The fewest and the most zones each component can have.
    floor
        Load of the heaviest patch of each component, under which no number of zones brings it.

    Returns
    -------
    Number of zones per component, summing to `zones`.
    """
    given = np.asarray(least, dtype=np.int64).copy()

    def entry(c: int) -> tuple[float, float, int]:
        weight = fullest(c, int(given[c]))
        # A component already down to its heaviest patch gains nothing from another zone.
        return (-weight if weight > floor[c] else 0.0, -weight, c)

    queue = [entry(c) for c in range(given.size) if given[c] < most[c]]
    heapq.heapify(queue)
    for _ in range(int(zones) - int(given.sum())):
        c = heapq.heappop(queue)[2]
        given[c] += 1
        if given[c] < most[c]:
            heapq.heappush(queue, entry(c))
    return given


def share_capacities(capacity: Array, load: Array, taken: Array) -> list[Array]:
    """Give zones of different capacity to components, the widest where most is still lacking.

    Parameters
    ----------
    capacity
        Capacity of every zone.
    load
        Total load of every component.
    taken
        True for zones that are already used.

    Returns
    -------
    Per component the numbers of its zones; at least one each while there are enough.
    """
    given: list[list[int]] = [[] for _ in range(load.size)]
    lacking = load.astype(np.float64).copy()
    for z in np.argsort(-capacity, kind="stable"):
        if taken[z]:
            continue
        c = int(np.argmax(lacking))
        given[c].append(int(z))
        lacking[c] -= capacity[z]
    empty = [c for c in range(load.size) if not given[c]]
    for c in empty:
        rich = max(range(load.size), key=lambda d: (len(given[d]) > 1, -lacking[d]))
        if len(given[rich]) > 1:
            given[c].append(given[rich].pop())
    return [np.array(sorted(zones), dtype=np.int64) for zones in given]
