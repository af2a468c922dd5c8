"""Dividing one connected component into a given number of zones.

A first plan by bisection; patches laid out in memory zone by zone; annealing with capacity as a
price; overloads mended by chains of moves; a last annealing that may not overload anything.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.bisection import bisect, join_parts
from gridmap.partition.coarse import cluster, contract
from gridmap.partition.graph import lay_out
from gridmap.partition.mend import mend_overloads
from gridmap.partition.moves import anneal, zone_loads
from gridmap.partition.random import start_stream
from gridmap.partition.types import Array

__all__ = ["FORBIDDEN", "LARGE_ZONE", "divide"]

LARGE_ZONE = 120
"""Zones of more patches than this are shaped on clusters first."""

FORBIDDEN = 1e12
"""A price at which no overload is ever worth a shorter border."""


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
    first = begin.copy()
    if not begin.size:
        first = _first_plan(ptr, nbr, wgt, load, low, aim, sweeps, seed)
    if zones == 1:
        return first
    join_parts(ptr, nbr, wgt, load, first, zones)
    order, ptr, nbr, wgt, load = lay_out(ptr, nbr, wgt, load, first, zones)
    label = first[order]
    movable = movable[order]
    state = start_stream(seed)
    none = np.empty(0, np.int32)
    soft = np.maximum((aim * 0.999).astype(np.int64), 1)
    large = not begin.size and load.size > LARGE_ZONE * zones
    hot = 0.4 if begin.size else (0.8 if large else 1.2)
    if large:
        sweeps = max(sweeps // (10 if load.size < 600 * zones else 14), 20)
    anneal(ptr, nbr, wgt, load, label, low, soft, movable, sweeps, (hot, 0.1), (40.0, 200.0), state)
    close = np.maximum((aim * 0.9995).astype(np.int64), 1)
    brief = 2 + sweeps // 40
    anneal(ptr, nbr, wgt, load, label, low, close, movable, brief, (0.1, 0.05), (1e3, 3e3), state)
    for deep in range(3):
        depth, reach = 3 + (deep > 0), 4000 + 30000 * deep
        left = mend_overloads(ptr, nbr, wgt, load, label, low, high, movable, none, depth, reach)
        if not left:
            break
        # A little shaking lays other patches on the rims of the zones that are stuck.
        anneal(ptr, nbr, wgt, load, label, low, close, movable, 4, (0.4, 0.1), (1e3, 3e3), state)
    total, _ = zone_loads(load, label, zones)
    limit = np.maximum(np.maximum(aim, total), 1)
    floor = np.minimum(low, total)
    brief = 2 + sweeps // 12
    anneal(
        ptr,
        nbr,
        wgt,
        load,
        label,
        floor,
        limit,
        movable,
        brief,
        (0.3, 0.05),
        (FORBIDDEN, FORBIDDEN),
        state,
    )
    mend_overloads(ptr, nbr, wgt, load, label, low, high, movable, none, 4, 30000)
    first[order] = label
    return first


def _first_plan(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    low: Array,
    aim: Array,
    sweeps: int,
    seed: int,
) -> Array:
    """Make a first plan: by bisection, of clusters where there are many patches.

    Large zones are also annealed on the clusters, about thirty of them a zone.
    """
    n, zones = load.size, aim.size
    aim = np.maximum(aim, 1)
    if zones == 1:
        return np.zeros(n, np.int32)
    large = n > LARGE_ZONE * zones
    if not large and (n < 20_000 or n < 24 * zones):
        return bisect(ptr, nbr, load, aim)
    size = n // (zones * 30) if large else 4
    group, count = cluster(ptr, nbr, load, size, max(int(aim.min()) // 12, 1))
    if count < 4 * zones:
        return bisect(ptr, nbr, load, aim)
    rows = contract(ptr, nbr, wgt, load, group, count)
    label = bisect(rows[0], rows[1], rows[3], aim)
    if large:
        join_parts(*rows, label, zones)
        order, p, q, w, u = lay_out(*rows, label, zones)
        local = label[order]
        anneal(
            p, q, w, u, local, low, (aim * 0.998).astype(np.int64), np.ones(count, np.bool_),
            max(sweeps // 2, 100), (1.2, 0.1), (40.0, 100.0), start_stream(seed + 31),
        )  # fmt: skip
        label[order] = local
    return label[group]
