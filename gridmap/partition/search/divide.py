"""Dividing one connected component into a given number of zones.

A first plan by bisection; patches laid out in memory zone by zone; annealing with capacity as a
price; overloads repaired by chains of moves; a last annealing that may not overload anything.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.graph import Graph, lay_out
from gridmap.partition.model.random import start_stream
from gridmap.partition.model.types import Array
from gridmap.partition.search.bisection import bisect, join_parts
from gridmap.partition.search.coarse import cluster, contract
from gridmap.partition.search.ejection_chains import repair_overloads
from gridmap.partition.search.moves import Limits, anneal, zone_loads

__all__ = ["FORBIDDEN", "LARGE_ZONE", "divide"]

LARGE_ZONE = 120
"""Zones of more patches than this are shaped on clusters first."""

FORBIDDEN = 1e12
"""A price at which no overload is ever worth a shorter border."""


def divide(graph: Graph, limits: Limits, aim: Array, begin: Array, sweeps: int, seed: int) -> Array:
    """Cut one component into connected zones, within their limits if it can.

    Parameters
    ----------
    graph
        The component.
    limits
        Limits of every zone, and where a patch must keep its label of `begin`.
    aim
        The load every zone is pushed under while there is choice; at most the greatest allowed.
    begin
        Labels to begin from, or an empty array.
    sweeps
        Annealing sweeps.
    seed
        Seed of the random moves.
    """
    zones, size = limits.high.size, graph.size
    if zones == 1:
        return np.zeros(size, np.int32)
    if begin.size:
        order, graph = lay_out(graph, begin, zones)
        label = begin[order]
    else:
        order, graph, label = _first_plan(graph, limits.low, np.maximum(aim, 1), sweeps, seed)
    join_parts(graph, label, zones)
    large = not begin.size and size > LARGE_ZONE * zones
    if large:
        sweeps = max(sweeps // (10 if size < 600 * zones else 14), 20)
    # Small zones end warm: what is frozen too early cannot be repaired cheaply.
    heats = (0.4, 0.1) if begin.size else ((0.8, 0.1) if large else (0.8, 0.3))
    laid = limits._replace(movable=limits.movable[order])
    _settle_loads(graph, label, laid, aim, sweeps, heats, start_stream(seed))
    out = np.empty_like(label)
    out[order] = label
    return out


def _settle_loads(
    graph: Graph,
    label: Array,
    limits: Limits,
    aim: Array,
    sweeps: int,
    heats: tuple[float, float],
    state: Array,
) -> None:
    """Anneal `label` in place, repair what is overloaded, and anneal again without overloads."""
    none = np.empty(0, np.int32)
    # Aimed a little lower, loads come to lie under the limit and not astride it.
    soft = np.maximum((aim * 0.999).astype(np.int64), 1)
    anneal(graph, label, limits._replace(high=soft), sweeps, heats, (40.0, 200.0), state)
    close = np.maximum((aim * 0.9995).astype(np.int64), 1)
    brief = 2 + sweeps // 40
    anneal(graph, label, limits._replace(high=close), brief, (0.1, 0.05), (1e3, 3e3), state)
    # Room that is left lies anywhere: between attempts it is spread over all zones.
    filled = min(graph.load.sum() / max(aim.sum(), 1), 0.999)  # ground without load has no aim
    spread = np.maximum(aim * (0.5 + 0.5 * filled), 1)
    for turn in range(5):
        depth, reach = 3 + (turn > 0), 4000 + 30000 * min(turn, 2)
        if not repair_overloads(graph, label, limits, none, depth, reach):
            break
        # A little shaking lays other patches on the rims of the zones that are stuck.
        under = limits._replace(high=close if turn < 1 else spread.astype(np.int64))
        anneal(graph, label, under, 4 + 4 * turn, (0.4, 0.2), (1e3, 3e3), state)
    total, _ = zone_loads(graph.load, label, limits.high.size)
    kept = Limits(
        np.minimum(limits.low, total), np.maximum(np.maximum(aim, total), 1), limits.movable
    )
    # What much shaking left ragged is smoothed for longer.
    brief = 2 + sweeps // 8 + 8 * turn
    anneal(graph, label, kept, brief, (0.3, 0.05), (FORBIDDEN, FORBIDDEN), state)
    repair_overloads(graph, label, limits, none, 4, 30000)


def _first_plan(
    graph: Graph, low: Array, aim: Array, sweeps: int, seed: int
) -> tuple[Array, Graph, Array]:
    """Make a first plan: by bisection, of clusters where there are many patches.

    Large zones are also annealed on the clusters, about thirty of them a zone. Returns the patches
    laid out zone by zone, their graph and labels; zones may be in parts.
    """
    n, zones = graph.size, aim.size
    large = n > LARGE_ZONE * zones
    if large or (n >= 3_000 and n >= 24 * zones):
        size = n // (zones * 30) if large else 4
        group, count = cluster(graph, size, max(int(aim.min()) // 12, 1))
        if count >= 4 * zones:
            # Clusters lie in memory as on the ground: all that follows is faster for it.
            order, graph = lay_out(graph, group, count)
            group = group[order]
            coarse = contract(graph, group, count)
            label = _plan_clusters(coarse, low, aim, sweeps if large else 0, seed)[group]
            again, graph = lay_out(graph, label, zones)
            return order[again], graph, label[again]
    label = bisect(graph.ptr, graph.nbr, graph.load, aim)
    order, graph = lay_out(graph, label, zones)
    return order, graph, label[order]


def _plan_clusters(coarse: Graph, low: Array, aim: Array, sweeps: int, seed: int) -> Array:
    """Cut the graph of clusters; with `sweeps`, anneal it too."""
    label = bisect(coarse.ptr, coarse.nbr, coarse.load, aim)
    if sweeps:
        join_parts(coarse, label, aim.size)
        order, graph = lay_out(coarse, label, aim.size)
        local = label[order]
        under = Limits(low, (aim * 0.998).astype(np.int64), np.ones(local.size, np.bool_))
        anneal(
            graph, local, under, max(sweeps // 2, 100), (1.2, 0.1), (40.0, 100.0),
            start_stream(seed + 31),
        )  # fmt: skip
        label[order] = local
    return label
