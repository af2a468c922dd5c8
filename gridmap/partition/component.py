"""One connected component: from its graph, loads and limits to labels.

A first plan by bisection; patches laid out in memory zone by zone; annealing with capacity as a
price; overloads mended by chains of moves; a last annealing that may not overload anything. What
is still too heavy is split.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from gridmap.partition.bisection import bisect, join_parts
from gridmap.partition.capacity import join_fitting, split_overloaded
from gridmap.partition.graph import lay_out, take_component
from gridmap.partition.mend import mend_overloads
from gridmap.partition.moves import anneal, zone_loads
from gridmap.partition.random import start_stream
from gridmap.partition.types import Array

FORBIDDEN = 1e12
"""A price at which no overload is ever worth a shorter border."""


@njit(cache=True)
def overload(load: Array, label: Array, low: Array, high: Array) -> int:
    """Sum the load of all zones outside their limits."""
    total, _ = zone_loads(load, label, high.size)
    return int((np.maximum(total - high, 0) + np.maximum(low - total, 0)).sum())


@njit(cache=True)
def divide(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    low: Array,
    high: Array,
    aim: Array,
    begin: Array,
    movable: Array,
    sweeps: int,
    seed: int,
) -> Array:
    """Cut one component into ``high.size`` connected zones, within [low, high] if it can.

    Parameters
    ----------
    ptr, nbr, wgt, load
        The graph in compressed rows, and whole loads.
    low, high
        Limits of every zone.
    aim
        The load every zone is pushed under while there is choice; at most `high`.
    begin
        Labels to begin from, or an empty array.
    movable
        False where a patch must keep its label of `begin`.
    sweeps
        Annealing sweeps.
    seed
        Seed of the random moves.
    """
    zones = high.size
    first = begin.copy() if begin.size else bisect(ptr, nbr, load, aim)
    if zones == 1:
        return first
    join_parts(ptr, nbr, wgt, load, first, zones)
    order, ptr, nbr, wgt, load = lay_out(ptr, nbr, wgt, load, first, zones)
    label = first[order]
    movable = movable[order]
    state = start_stream(seed)
    soft = np.maximum((aim * 0.999).astype(np.int64), 1)
    hot = 0.4 if begin.size else 1.2
    anneal(
        ptr, nbr, wgt, load, label, low, soft, movable, sweeps, (hot, 0.1), (40.0, 200.0), state
    )  # fmt: skip
    close = np.maximum((aim * 0.9995).astype(np.int64), 1)
    brief = 2 + sweeps // 40
    anneal(
        ptr, nbr, wgt, load, label, low, close, movable, brief, (0.1, 0.05), (1e3, 3e3), state
    )  # fmt: skip
    mend_overloads(ptr, nbr, wgt, load, label, low, high, movable, 3, 4000)
    total, _ = zone_loads(load, label, zones)
    limit = np.maximum(np.maximum(aim, total), 1)
    floor = np.minimum(low, total)
    brief = 2 + sweeps // 12
    anneal(
        ptr, nbr, wgt, load, label, floor, limit, movable, brief, (0.3, 0.05),
        (FORBIDDEN, FORBIDDEN), state,
    )  # fmt: skip
    first[order] = label
    return first


@njit(cache=True)
def cover(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    cap: int,
    begin: Array,
    movable: Array,
    sweeps: int,
    seed: int,
) -> tuple[Array, int, int]:
    """Cut one component into the fewest zones found under `cap`.

    Returns labels, their number of zones, and a lower bound of it. No patch may exceed `cap`.
    """
    n = load.size
    total = load.sum()
    bound = max((total + cap - 1) // cap, 1)
    bound = max(bound, (2 * load > cap).sum())
    best = np.zeros(n, np.int32)
    if bound <= 1:
        return best, 1, 1
    fewest = n + 1
    spare = bound + (bound * 17 + 500) // 1000
    state = start_stream(seed + 7919)
    none = np.empty(0, np.int32)
    for turn in range(4):
        if turn < 2:
            if bound > 40 and turn == 0:
                continue
            ask = bound if turn == 0 else spare
        else:
            ask = spare + (turn - 1) * (1 + spare // 400)
        if ask >= fewest or ask > n:
            break
        high = np.full(ask, cap)
        low = np.zeros(ask, np.int64)
        label = divide(ptr, nbr, wgt, load, low, high, high, none, movable, sweeps, seed + turn)
        got = split_overloaded(ptr, nbr, load, label, ask, cap, state)
        if got > ask:
            got = join_fitting(ptr, nbr, wgt, load, label, got, cap, ask)
        if got < fewest:
            fewest = got
            best = label
        if got <= ask or got * 1000 <= bound * 1019:
            break
    return best, fewest, bound


@njit(cache=True)
def divide_evenly(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    zones: int,
    low: int,
    cap: int,
    begin: Array,
    movable: Array,
    sweeps: int,
    seed: int,
) -> Array:
    """Cut one component into a given number of zones, the fullest about as light as can be.

    Zones above `cap` are left where no plan without was found.
    """
    n = load.size
    if zones == 1:
        return np.zeros(n, np.int32)
    if zones == n:
        return np.arange(n).astype(np.int32)
    mean = load.sum() / zones
    lows = np.full(zones, low)
    highs = np.full(zones, cap)
    best = np.zeros(n, np.int32)
    least = -1
    for turn, share in enumerate((1.03, 1.06, 1.12, 1.25, 1.5, 1e9)):
        limit = cap
        if share < 1e8:
            limit = min(cap, max(int(mean * share) + 1, int(load.max())))
        limits = np.full(zones, limit)
        label = divide(
            ptr, nbr, wgt, load, lows, limits, limits, begin, movable, sweeps, seed + turn
        )
        miss = overload(load, label, lows, limits)
        if miss == 0:
            return label
        miss = overload(load, label, lows, highs)
        if least < 0 or miss < least:
            least = miss
            best = label
        if limit == cap:
            break
    return best


@njit(cache=True)
def plan_components(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    order: Array,
    ends: Array,
    wanted: Array,
    low: int,
    cap: int,
    begin: Array,
    movable: Array,
    sweeps: int,
    seed: int,
) -> tuple[Array, Array, Array]:
    """Plan every component by itself; nothing of one has an influence on another.

    Parameters
    ----------
    order, ends
        Patches sorted by component, and where each component ends in that order.
    wanted
        Number of zones per component, 0 for the fewest.
    begin
        Per patch its number within the zones of its component to begin from; or empty.

    Returns
    -------
    Per patch its zone within its component; per component the number of zones and a lower bound
    of it.
    """
    n = ptr.size - 1
    label = np.zeros(n, np.int32)
    place = np.empty(n, np.int32)
    got = np.ones(ends.size, np.int64)
    bound = np.ones(ends.size, np.int64)
    lo = 0
    for c in range(ends.size):
        members = order[lo : ends[c]]
        lo = ends[c]
        for i in range(members.size):
            place[members[i]] = i
        local = load[members]
        bound[c] = max((local.sum() + cap - 1) // max(cap, 1), 1)
        if members.size == 1 or (wanted[c] == 0 and bound[c] == 1) or wanted[c] == 1:
            continue
        p, q, w = take_component(ptr, nbr, wgt, members, place)
        old = begin[members] if begin.size else begin
        free = movable[members]
        if wanted[c] == 0:
            part, got[c], bound[c] = cover(p, q, w, local, cap, old, free, sweeps, seed)
        else:
            got[c] = wanted[c]
            part = divide_evenly(p, q, w, local, wanted[c], low, cap, old, free, sweeps, seed)
        for i in range(members.size):
            label[members[i]] = part[i]
    return label, got, bound
