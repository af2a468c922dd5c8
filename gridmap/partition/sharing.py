"""Sharing zones out over components so that the fullest zone is as light as possible."""

from __future__ import annotations

import heapq

import numpy as np

from gridmap.partition.types import Array


def share_zones(load: Array, zones: int, least: Array, most: Array, heaviest: Array) -> Array:
    """Give every component its number of zones.

    The zones of component i with k zones weigh at least ``max(load[i] / k, heaviest[i])``. Giving
    the next zone always to the component where this is greatest makes the greatest as small as
    any sharing can (exchange argument; the rule of Jefferson's divisors).

    Parameters
    ----------
    load, heaviest
        Total load of every component, and the load of its heaviest patch.
    zones
        How many zones to share out; between ``least.sum()`` and ``most.sum()``.
    least, most
        The fewest and the most zones each component can have.

    Returns
    -------
    Number of zones per component, summing to `zones`.
    """
    given = np.asarray(least, dtype=np.int64).copy()
    spare = int(zones) - int(given.sum())

    def entry(i: int) -> tuple[float, float, int]:
        mean = load[i] / given[i] if given[i] else float("inf")
        # A component already down to its heaviest patch gains nothing from another zone.
        helped = mean > heaviest[i]
        return (-mean if helped else 0.0, -mean, i)

    queue = [entry(i) for i in range(given.size) if given[i] < most[i]]
    heapq.heapify(queue)
    for _ in range(spare):
        if not queue:
            break
        i = heapq.heappop(queue)[2]
        given[i] += 1
        if given[i] < most[i]:
            heapq.heappush(queue, entry(i))
    return given
