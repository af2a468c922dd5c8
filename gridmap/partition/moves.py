"""Moving patches across borders: simulated annealing with an exact test of contiguity.

One proposal takes a random patch and a random neighbour in another zone, and moves the patch over
if that shortens the border or mends a load (always), or with the Metropolis probability when it
does not. The patch must leave its zone in one piece: its neighbours in the zone are first joined
through their own borders, then by a search through the zone.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from gridmap.partition.random import draw_below, draw_share
from gridmap.partition.types import Array

SEARCH_LIMIT = 400
"""Patches one contiguity search looks at before it gives up and forbids the move."""


@njit(cache=True)
def stays_whole(
    v: int, ptr: Array, nbr: Array, label: Array, stamp: Array, queue: Array, limit: int
) -> bool:
    """Tell whether the zone of `v` is still one piece, and not empty, without `v`.

    `stamp` holds marks; its last entry counts calls. The answer True is exact; False may also mean
    that `limit` patches were searched without an end.
    """
    zone = label[v]
    last = stamp.size - 1
    stamp[last] += 2
    wanted = stamp[last]
    seen = wanted + 1
    open_ones = 0
    first = -1
    for i in range(ptr[v], ptr[v + 1]):
        u = nbr[i]
        if label[u] == zone:
            stamp[u] = wanted
            open_ones += 1
            first = u
    if open_ones <= 1:
        return open_ones == 1
    stamp[v] = seen
    # First only through patches that touch v: that settles nearly all cases.
    queue[0] = first
    stamp[first] = seen
    read, write = 0, 1
    open_ones -= 1
    while read < write:
        x = queue[read]
        read += 1
        for i in range(ptr[x], ptr[x + 1]):
            u = nbr[i]
            if stamp[u] == wanted:
                stamp[u] = seen
                queue[write] = u
                write += 1
                open_ones -= 1
        if open_ones == 0:
            return True
    read = 0
    while read < write and write < limit:
        x = queue[read]
        read += 1
        for i in range(ptr[x], ptr[x + 1]):
            u = nbr[i]
            if label[u] == zone and stamp[u] != seen:
                if stamp[u] == wanted:
                    open_ones -= 1
                    if open_ones == 0:
                        return True
                stamp[u] = seen
                queue[write] = u
                write += 1
    return False


@njit(cache=True, inline="always")
def excess(load: int, low: int, high: int) -> int:
    """Measure how far a load is outside [low, high]."""
    if load > high:
        return load - high
    if load < low:
        return low - load
    return 0


@njit(cache=True)
def zone_loads(load: Array, label: Array, zones: int) -> tuple[Array, Array]:
    """Sum load and number of patches of every zone."""
    total = np.zeros(zones, np.int64)
    count = np.zeros(zones, np.int64)
    for v in range(load.size):
        total[label[v]] += load[v]
        count[label[v]] += 1
    return total, count


@njit(cache=True)
def anneal(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    label: Array,
    low: Array,
    high: Array,
    movable: Array,
    sweeps: float,
    hot: float,
    cold: float,
    penalty: float,
    state: Array,
) -> None:
    """Improve `label` in place by `sweeps` × n proposals, cooling from `hot` to `cold`.

    Energy: border between zones in units of the mean border, plus `penalty` × the load outside
    [low, high] in units of the mean zone load.
    """
    n = ptr.size - 1
    zones = low.size
    if n < 2 or zones < 2 or wgt.size == 0:
        return
    total, count = zone_loads(load, label, zones)
    mean_border = 0.0
    for i in range(wgt.size):
        mean_border += wgt[i]
    mean_border = max(mean_border / wgt.size, 1e-9)
    mean_load = 0.0
    for z in range(zones):
        mean_load += total[z]
    mean_load = max(mean_load / zones, 1.0)
    per_load = penalty * mean_border / mean_load
    stamp = np.zeros(n + 1, np.int64)
    queue = np.empty(n, np.int32)
    steps = int(sweeps * n)
    rounds = 64
    cooling = (cold / hot) ** (1.0 / (rounds - 1))
    heat = hot * mean_border
    for _ in range(rounds):
        for _ in range(max(steps // rounds, 1)):
            v = draw_below(state, n)
            degree = ptr[v + 1] - ptr[v]
            if degree == 0:
                continue
            b = label[nbr[ptr[v] + draw_below(state, degree)]]
            a = label[v]
            if a == b or not movable[v] or count[a] == 1:
                continue
            gain = 0.0
            for i in range(ptr[v], ptr[v + 1]):
                z = label[nbr[i]]
                if z == b:
                    gain += wgt[i]
                elif z == a:
                    gain -= wgt[i]
            step = load[v]
            worse = (
                excess(total[a] - step, low[a], high[a])
                + excess(total[b] + step, low[b], high[b])
                - excess(total[a], low[a], high[a])
                - excess(total[b], low[b], high[b])
            )
            delta = per_load * worse - gain
            if delta > 0.0 and draw_share(state) >= np.exp(-delta / heat):
                continue
            if not stays_whole(v, ptr, nbr, label, stamp, queue, SEARCH_LIMIT):
                continue
            label[v] = b
            total[a] -= step
            total[b] += step
            count[a] -= 1
            count[b] += 1
        heat *= cooling
