"""Repairing overloads by ejection chains: few moves that together break nothing.

When a zone is a little too heavy, seldom a single patch of the right size lies on its rim. A chain
does it: one patch moves to a neighbouring zone, which passes one on to the next (or back), until a
zone has room. The search goes depth first, cheapest border first, with a bound on its length
(F. Glover, "Ejection chains, reference structures and alternating path methods", 1996).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.model.graph import Graph, walk
from gridmap.partition.model.types import Array
from gridmap.partition.search.moves import Limits, stays_whole, zone_loads
from layers.contract.kernel import kernel

__all__ = ["WIDTH", "Repairing", "repair_overloads", "repair_zone"]

WIDTH = 32
"""Candidate moves kept per link of a chain, the cheapest.

Chains of four links from so many are a million: more than any budget lets be looked at.
"""

_PATIENCE = 2_000  # patches a test of contiguity may look at: few tests, so each may take longer
_TIE = 1e-9  # what a metre of border counts beside a unit of load that leaves its home


class Repairing(NamedTuple):
    """A plan being repaired, and what it must keep.

    `total` is the load of every zone, `anchor` one patch of it; `home` are the labels of a plan in
    force that should change as little as possible, or empty. `mark`, `stamp`, whose last entries
    count, and `queue` are working arrays.
    """

    label: Array
    total: Array
    anchor: Array
    limits: Limits
    home: Array
    mark: Array
    stamp: Array
    queue: Array


class _Chain(NamedTuple):
    """The links of a chain: on each, the moves to choose from with their costs, and the choice."""

    found: Array
    cost: Array
    size: Array
    at: Array
    origin: Array
    best: Array


@kernel()
def _list_zone(root: int, ptr: Array, nbr: Array, label: Array, mark: Array, queue: Array) -> int:
    """List the patches of the zone of `root` in `queue`; returns how many."""
    mark[mark.size - 1] += 1
    mark[root] = mark[mark.size - 1]
    queue[0] = root
    return walk(ptr, nbr, label, label[root], mark, 0, queue, 1)


@kernel()
def _border_with(v: int, i: int, ptr: Array, nbr: Array, wgt: Array, label: Array) -> float:
    """Measure the border of a patch with the zone of its neighbour at place `i`.

    Returns -1 where an earlier neighbour is in that zone too.
    """
    zone = label[nbr[i]]
    border = 0.0
    for j in range(ptr[v], ptr[v + 1]):
        if label[nbr[j]] == zone:
            if j < i:
                return -1.0
            border += wgt[j]
    return border


@kernel(inline="always")
def _keep_cheap(v: int, z: int, price: float, kept: int, found: Array, cost: Array) -> int:
    """Put a move into the list, cheapest first, while it is among the `WIDTH` cheapest."""
    if kept == WIDTH:
        if price >= cost[kept - 1]:
            return kept
        kept -= 1
    at = kept
    while at > 0 and cost[at - 1] > price:
        cost[at] = cost[at - 1]
        found[at, 0] = found[at - 1, 0]
        found[at, 1] = found[at - 1, 1]
        at -= 1
    cost[at] = price
    found[at, 0] = v
    found[at, 1] = z
    return kept + 1


@kernel()
def _list_moves(
    zone: int, graph: Graph, plan: Repairing, last: bool, spent: float, found: Array, cost: Array
) -> int:
    """List the moves that bring one zone under its limit, cheapest first.

    With `last`, only moves into a zone with room. The price of a move is the border it adds, or
    where `home` names the zones of a plan in force, the load it takes away from home. Returns
    their number; rows of `found` are (patch, zone).
    """
    ptr, nbr, wgt, load = graph
    low, high, movable = plan.limits
    label, total, home = plan.label, plan.total, plan.home
    kept = 0
    over = total[zone] - high[zone]
    queue = plan.queue
    for at in range(_list_zone(plan.anchor[zone], ptr, nbr, label, plan.mark, queue)):
        v = queue[at]
        step = load[v]
        if step < over or step == 0 or not movable[v] or total[zone] - step < low[zone]:
            continue
        inside = 0.0
        for i in range(ptr[v], ptr[v + 1]):
            if label[nbr[i]] == zone:
                inside += wgt[i]
        for i in range(ptr[v], ptr[v + 1]):
            z = label[nbr[i]]
            if z == zone:
                continue
            beyond = total[z] + step - high[z]
            if (last and beyond > 0) or beyond > over + step:
                continue
            outside = _border_with(v, i, ptr, nbr, wgt, label)
            if outside < 0.0:
                continue
            price = spent + inside - outside
            if home.size:
                price = spent + _TIE * (inside - outside)
                if home[v] == zone:
                    price += step
                elif home[v] == z:
                    price -= step
            kept = _keep_cheap(v, z, price, kept, found, cost)
    return kept


@kernel()
def _move(
    v: int, z: int, ptr: Array, nbr: Array, load: Array, label: Array, total: Array, anchor: Array
) -> None:
    """Move a patch to a zone and keep loads and anchors up to date."""
    old = label[v]
    label[v] = z
    total[old] -= load[v]
    total[z] += load[v]
    if anchor[old] == v:
        for i in range(ptr[v], ptr[v + 1]):
            if label[nbr[i]] == old:
                anchor[old] = nbr[i]
                break


@kernel()
def _cheapest_chain(
    zone: int, graph: Graph, plan: Repairing, length: int, budget: int, to: _Chain
) -> bool:
    """Look for the cheapest chain of up to `length` moves, written to `best`; changes no plan."""
    ptr, nbr, _, load = graph
    label, total, anchor, high = plan.label, plan.total, plan.anchor, plan.limits.high
    found, cost, size, at, origin, best = to
    level = 0
    best_cost = np.inf
    size[0] = _list_moves(zone, graph, plan, length == 1, 0.0, found[0], cost[0])
    at[0] = 0
    while level >= 0:
        if at[level] >= size[level]:
            level -= 1
            if level >= 0:
                _move(
                    found[level, at[level], 0], origin[level], ptr, nbr, load, label, total, anchor
                )
                at[level] += 1
            continue
        budget -= 1
        spent = cost[level, at[level]]
        if budget < 0 or spent >= best_cost:
            # Candidates are sorted by cost: nothing better follows on this level.
            at[level] = size[level]
            continue
        v = found[level, at[level], 0]
        z = found[level, at[level], 1]
        again = False
        for i in range(level):
            again = again or found[i, at[i], 0] == v
        if again or not stays_whole(v, ptr, nbr, label, plan.stamp, plan.queue, _PATIENCE):
            at[level] += 1
            continue
        origin[level] = label[v]
        _move(v, z, ptr, nbr, load, label, total, anchor)
        if total[z] <= high[z]:
            best_cost = spent
            for i in range(level + 1):
                best[i] = found[i, at[i]]
        if total[z] <= high[z] or level + 1 == length:
            _move(v, origin[level], ptr, nbr, load, label, total, anchor)
            at[level] += 1
            continue
        level += 1
        size[level] = _list_moves(
            z, graph, plan, level + 1 == length, spent, found[level], cost[level]
        )
        at[level] = 0
    return best_cost < np.inf


@kernel()
def repair_zone(zone: int, graph: Graph, plan: Repairing, depth: int, budget: int) -> bool:
    """Bring one zone under its limit by the shortest chain of at most `depth` moves.

    Of the chains of that length looked at (about `budget` moves) the one that adds least border
    is taken. The plan changes only when it succeeds.
    """
    to = _Chain(
        np.empty((depth, WIDTH, 2), np.int64),
        np.empty((depth, WIDTH), np.float64),
        np.zeros(depth, np.int64),
        np.zeros(depth, np.int64),
        np.zeros(depth, np.int64),
        np.empty((depth, 2), np.int64),
    )
    ptr, nbr, _, load = graph
    label, total, anchor, high = plan.label, plan.total, plan.anchor, plan.limits.high
    for length in range(1, depth + 1):
        if _cheapest_chain(zone, graph, plan, length, budget, to):
            for i in range(length):
                v, z = to.best[i]
                _move(v, z, ptr, nbr, load, label, total, anchor)
                if total[z] <= high[z]:
                    break
            return True
    return False


@kernel()
def repair_overloads(
    graph: Graph, label: Array, limits: Limits, home: Array, depth: int, budget: int
) -> int:
    """Repair every zone above its limit that a chain can repair; returns how many are left.

    `home` are the labels of a plan in force that should change as little as possible, or empty.
    """
    n = graph.load.size
    zones = limits.high.size
    total, _ = zone_loads(graph.load, label, zones)
    anchor = np.zeros(zones, np.int64)
    for v in range(n):
        anchor[label[v]] = v
    mark, stamp = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    queue = np.empty(n, np.int32)
    plan = Repairing(label, total, anchor, limits, home, mark, stamp, queue)
    left = 0
    for zone in range(zones):
        if total[zone] > limits.high[zone] and not repair_zone(zone, graph, plan, depth, budget):
            left += 1
    return left
