"""Moving patches across borders: simulated annealing with an exact test of contiguity.

One proposal takes a random patch and a random neighbour in another zone, and moves the patch over
if that shortens the border or repairs a load (always), or with the Metropolis probability when it
does not. The patch must leave its zone in one piece: its neighbours in the zone are first joined
through their own borders, then by a search through the zone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.model.graph import Graph
from gridmap.partition.model.random import draw_below, draw_share
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = [
    "SEARCH_LIMIT",
    "Limits",
    "anneal",
    "border_gain",
    "move_over",
    "stays_whole",
    "zone_loads",
]

SEARCH_LIMIT = 400
"""Patches one contiguity search looks at before it gives up and forbids the move.

A zone that holds together only by a longer way is a ring; there another proposal serves as well.
"""

_HOPELESS = 9.0  # heats of loss: what is taken with a chance below exp(-9), one in 8,000
_REFRESH = 6  # sweeps after which the patches near borders are looked up again
_DEEP = 60  # patches a zone, from which most lie far from any border


class Limits(NamedTuple):
    """What a plan must keep: least and greatest load of every zone, and which patches may move."""

    low: Array
    high: Array
    movable: Array


@kernel()
def stays_whole(
    v: int, ptr: Array, nbr: Array, label: Array, stamp: Array, queue: Array, limit: int
) -> bool:
    """Tell whether the zone of `v` is still one piece, and not empty, without `v`.

    `stamp` holds marks, one place more than patches; its last entry counts calls. The answer True
    is exact; False may also mean that `limit` patches were searched without an end.
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


@kernel()
def zone_loads(load: Array, label: Array, zones: int) -> tuple[Array, Array]:
    """Sum load and number of patches of every zone."""
    total = np.zeros(zones, np.int64)
    count = np.zeros(zones, np.int64)
    for v in range(load.size):
        total[label[v]] += load[v]
        count[label[v]] += 1
    return total, count


@kernel()
def border_gain(v: int, a: int, b: int, ptr: Array, nbr: Array, wgt: Array, label: Array) -> float:
    """Measure how much shorter the border gets when patch `v` moves from zone `a` to `b`."""
    gain = 0.0
    for i in range(ptr[v], ptr[v + 1]):
        z = label[nbr[i]]
        if z == b:
            gain += wgt[i]
        elif z == a:
            gain -= wgt[i]
    return gain


@kernel()
def move_over(
    v: int, b: int, ptr: Array, nbr: Array, load: Array, label: Array, total: Array, count: Array,
    stamp: Array, queue: Array,
) -> bool:  # fmt: skip
    """Move patch `v` to zone `b`, if it leaves its own zone in one piece.

    Keeps `label` and the loads and numbers of patches of the zones (`total`, `count`).
    """
    a = label[v]
    if count[a] == 1 or not stays_whole(v, ptr, nbr, label, stamp, queue, SEARCH_LIMIT):
        return False
    label[v] = b
    total[a] -= load[v]
    total[b] += load[v]
    count[a] -= 1
    count[b] += 1
    return True


@kernel()
def _near_borders(ptr: Array, nbr: Array, label: Array) -> Array:
    """List the patches at a border between zones, and their neighbours, in order."""
    n = ptr.size - 1
    near = np.zeros(n, np.bool_)
    for v in range(n):
        for i in range(ptr[v], ptr[v + 1]):
            if label[nbr[i]] != label[v]:
                near[v] = True
                for j in range(ptr[v], ptr[v + 1]):
                    near[nbr[j]] = True
                break
    return np.flatnonzero(near).astype(np.int32)


@kernel(inline="always")
def _more_outside(
    a: int, b: int, step: int, total: Array, low: Array, high: Array, floor: bool
) -> int:
    """Measure how much more load lies outside the limits when `step` goes from zone `a` to `b`."""
    worse = (
        max(total[a] - step - high[a], 0)
        + max(total[b] + step - high[b], 0)
        - max(total[a] - high[a], 0)
        - max(total[b] - high[b], 0)
    )
    if floor:
        worse += (
            max(low[a] - total[a] + step, 0)
            + max(low[b] - total[b] - step, 0)
            - max(low[a] - total[a], 0)
            - max(low[b] - total[b], 0)
        )
    return worse


@kernel(fastmath=True)
def anneal(
    graph: Graph,
    label: Array,
    limits: Limits,
    sweeps: int,
    heats: tuple[float, float],
    prices: tuple[float, float],
    state: Array,
) -> None:
    """Improve `label` in place by sweeps over all patches, cooling down.

    Energy: border between zones in units of the mean border, plus a price × the load outside
    the limits in units of the mean zone load. Heat and price go geometrically from their first
    to their second value. Patches are visited in order: they lie in memory as they lie on the
    ground, which is several times faster than visiting them at random and serves as well.
    """
    # Calls in the loop get single arrays: a bundle passed on there costs time.
    ptr, nbr, wgt, load = graph
    low, high, movable = limits
    n = load.size
    zones = low.size
    if n < 2 or zones < 2 or wgt.size == 0 or sweeps < 1:
        return
    total, count = zone_loads(load, label, zones)
    stamp = np.zeros(n + 1, np.int64)
    queue = np.empty(n, np.int32)
    unit = max(wgt.sum() / wgt.size, 1e-9)
    steps = max(sweeps - 1, 1)
    heat = heats[0] * unit
    cooling = (heats[1] / heats[0]) ** (1.0 / steps)
    price = prices[0] * unit / max(total.sum() / zones, 1.0)
    dearer = (prices[1] / prices[0]) ** (1.0 / steps)
    floor = low.max() > 0
    # In large zones most patches lie far from any border; they are looked up now and then.
    sparse = n > _DEEP * zones
    active: Array = np.arange(n).astype(np.int32)
    for sweep in range(sweeps):
        if sparse and sweep % _REFRESH == 0:
            active = _near_borders(ptr, nbr, label)
        for v in active:
            a = label[v]
            begin = ptr[v]
            end = ptr[v + 1]
            if begin == end:
                continue
            b = label[nbr[begin + draw_below(state, end - begin)]]
            if a == b:
                continue
            gain = border_gain(v, a, b, ptr, nbr, wgt, label)
            worse = _more_outside(a, b, load[v], total, low, high, floor)
            delta = price * worse - gain
            if delta > 0.0 and (
                delta > _HOPELESS * heat or draw_share(state) >= np.exp(-delta / heat)
            ):
                continue
            if movable[v]:
                move_over(v, b, ptr, nbr, load, label, total, count, stamp, queue)
        heat *= cooling
        price *= dearer
