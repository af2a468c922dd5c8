"""Dividing one connected component into a given number of zones.

A first plan by bisection; patches laid out in memory zone by zone; annealing with capacity as a
price; overloads mended by chains of moves; a last annealing that may not overload anything.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.graph import lay_out
from gridmap.partition.model.random import start_stream
from gridmap.partition.model.types import Array
from gridmap.partition.search.bisection import bisect, join_parts
from gridmap.partition.search.coarse import cluster, contract
from gridmap.partition.search.ejection_chains import mend_overloads
from gridmap.partition.search.moves import anneal, zone_loads

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
    if zones == 1:
        return np.zeros(load.size, np.int32)
    graph = (ptr, nbr, wgt, load)
    if begin.size:
        order, graph, label = _lay_zones(graph, begin, zones)
    else:
        order, graph, label = _first_plan(graph, low, np.maximum(aim, 1), sweeps, seed)
    join_parts(*graph, label, zones)
    large = not begin.size and load.size > LARGE_ZONE * zones
    if large:
        sweeps = max(sweeps // (10 if load.size < 600 * zones else 14), 20)
    # Small zones end warm: what is frozen too early cannot be mended cheaply.
    heats = (0.4, 0.1) if begin.size else ((0.8, 0.1) if large else (0.8, 0.3))
    _settle_loads(graph, label, low, high, aim, movable[order], sweeps, heats, start_stream(seed))
    out = np.empty_like(label)
    out[order] = label
    return out


Rows = tuple[Array, Array, Array, Array]
"""A graph in compressed rows: ptr, nbr, wgt, load."""


def _lay_zones(graph: Rows, label: Array, zones: int) -> tuple[Array, Rows, Array]:
    """Lay the patches out zone by zone: their order, the graph and the labels in it."""
    order, ptr, nbr, wgt, load = lay_out(*graph, label, zones)
    return order, (ptr, nbr, wgt, load), label[order]


def _settle_loads(
    graph: Rows,
    label: Array,
    low: Array,
    high: Array,
    aim: Array,
    movable: Array,
    sweeps: int,
    heats: tuple[float, float],
    state: Array,
) -> None:
    """Anneal `label` in place, mend what is overloaded, and anneal again without overloads."""
    none = np.empty(0, np.int32)
    soft = np.maximum((aim * 0.999).astype(np.int64), 1)
    anneal(*graph, label, low, soft, movable, sweeps, heats, (40.0, 200.0), state)
    close = np.maximum((aim * 0.9995).astype(np.int64), 1)
    brief = 2 + sweeps // 40
    anneal(*graph, label, low, close, movable, brief, (0.1, 0.05), (1e3, 3e3), state)
    # Room that is left lies anywhere: between attempts it is spread over all zones.
    filled = min(graph[3].sum() / max(aim.sum(), 1), 0.999)  # ground without load has no aim
    spread = np.maximum(aim * (0.5 + 0.5 * filled), 1)
    for turn in range(5):
        depth, reach = 3 + (turn > 0), 4000 + 30000 * min(turn, 2)
        if not mend_overloads(*graph, label, low, high, movable, none, depth, reach):
            break
        # A little shaking lays other patches on the rims of the zones that are stuck.
        under = close if turn < 1 else spread.astype(np.int64)
        anneal(*graph, label, low, under, movable, 4 + 4 * turn, (0.4, 0.2), (1e3, 3e3), state)
    total, _ = zone_loads(graph[3], label, high.size)
    limit = np.maximum(np.maximum(aim, total), 1)
    floor = np.minimum(low, total)
    # What much shaking left ragged is smoothed for longer.
    brief = 2 + sweeps // 8 + 8 * turn
    prices = (FORBIDDEN, FORBIDDEN)
    anneal(*graph, label, floor, limit, movable, brief, (0.3, 0.05), prices, state)
    mend_overloads(*graph, label, low, high, movable, none, 4, 30000)


def _first_plan(
    graph: Rows, low: Array, aim: Array, sweeps: int, seed: int
) -> tuple[Array, Rows, Array]:
    """Make a first plan: by bisection, of clusters where there are many patches.

    Large zones are also annealed on the clusters, about thirty of them a zone. Returns the patches
    laid out zone by zone; zones may be in parts.
    """
    n, zones = graph[3].size, aim.size
    large = n > LARGE_ZONE * zones
    if large or (n >= 3_000 and n >= 24 * zones):
        size = n // (zones * 30) if large else 4
        group, count = cluster(*graph[:2], graph[3], size, max(int(aim.min()) // 12, 1))
        if count >= 4 * zones:
            # Clusters lie in memory as on the ground: all that follows is faster for it.
            order, graph, group = _lay_zones(graph, group, count)
            coarse = contract(*graph, group, count)
            label = _plan_clusters(coarse, low, aim, sweeps if large else 0, seed)
            again, graph, label = _lay_zones(graph, label[group], zones)
            return order[again], graph, label
    return _lay_zones(graph, bisect(*graph[:2], graph[3], aim), zones)


def _plan_clusters(coarse: Rows, low: Array, aim: Array, sweeps: int, seed: int) -> Array:
    """Cut the graph of clusters; with `sweeps`, anneal it too."""
    label = bisect(*coarse[:2], coarse[3], aim)
    if sweeps:
        join_parts(*coarse, label, aim.size)
        order, graph, local = _lay_zones(coarse, label, aim.size)
        anneal(
            *graph, local, low, (aim * 0.998).astype(np.int64), np.ones(local.size, np.bool_),
            max(sweeps // 2, 100), (1.2, 0.1), (40.0, 100.0), start_stream(seed + 31),
        )  # fmt: skip
        label[order] = local
    return label
