"""The hard end of the capacity rule: splitting what is too heavy, joining what fits together.

Annealing treats capacity as a price. What is still too heavy afterwards is cut in two along a
spanning tree until nothing is; then neighbours that fit into one zone together are joined.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.graph import Graph, walk
from gridmap.partition.model.random import draw_below
from gridmap.partition.model.types import Array
from gridmap.partition.search.moves import zone_loads
from layers.contract.kernel import kernel

__all__ = ["join_fitting", "split_overloaded", "split_zone"]


_TREES = 6
"""Spanning trees tried for one cut, from roots drawn; each costs a search over the zone."""


@kernel()
def _grow_tree(
    graph: Graph, label: Array, root: int, mark: Array, parent: Array, queue: Array
) -> int:
    """Grow a breadth-first tree over the zone of `root`, into `queue`; returns its size.

    `mark` must be -1 on the zone; it is set to the place in the queue. `parent` is a place too.
    """
    ptr, nbr = graph.ptr, graph.nbr
    queue[0] = root
    mark[root] = 0
    size = walk(ptr, nbr, label, label[root], mark, 0, queue, 1)
    for at in range(size):
        mark[queue[at]] = at
    parent[0] = -1
    for at in range(1, size):
        # A patch is found from the neighbour that is first in the queue.
        first = at
        for i in range(ptr[queue[at]], ptr[queue[at] + 1]):
            u = nbr[i]
            if label[u] == label[root] and mark[u] < first:
                first = mark[u]
        parent[at] = first
    return size


@kernel()
def split_zone(
    graph: Graph, label: Array, members: Array, high: int, new: int, mark: Array, state: Array
) -> None:
    """Cut a connected zone in two connected ones, the second named `new`.

    Of all cuts of a few spanning trees the one is taken that leaves the least load above `high`
    on both sides together, and among those the most even one. `mark` is -1 all over, and left so.
    """
    load = graph.load
    size = members.size
    parent = np.empty(size, np.int32)
    queue = np.empty(size, np.int32)
    below = np.empty(size, np.int64)
    total = 0
    for i in range(size):
        total += load[members[i]]
    best_over = np.int64(-1)
    best_gap = np.int64(0)
    best = np.empty(0, np.int32)
    for _ in range(_TREES):
        root = members[draw_below(state, size)]
        _grow_tree(graph, label, root, mark, parent, queue)
        for i in range(size):
            below[i] = load[queue[i]]
        for i in range(size - 1, 0, -1):
            below[parent[i]] += below[i]
        choice = -1
        for i in range(1, size):
            rest = total - below[i]
            over = max(below[i] - high, 0) + max(rest - high, 0)
            gap = abs(rest - below[i])
            if best_over < 0 or over < best_over or (over == best_over and gap < best_gap):
                best_over, best_gap, choice = over, gap, i
        if choice >= 0:
            inside = np.zeros(size, np.bool_)
            inside[choice] = True
            for i in range(choice + 1, size):
                inside[i] = inside[parent[i]]
            best = queue[inside].copy()
        for i in range(size):
            mark[members[i]] = -1
    for i in range(best.size):
        label[best[i]] = new


@kernel()
def split_overloaded(graph: Graph, label: Array, zones: int, high: int, state: Array) -> int:
    """Split zones until none is above `high` (every patch alone must fit); returns zones."""
    load = graph.load
    n = load.size
    mark = np.full(n, -1, np.int32)
    total, _ = zone_loads(load, label, zones)
    waiting = [z for z in range(zones) if total[z] > high]
    while len(waiting) > 0:
        z = waiting.pop()
        members = np.flatnonzero(label == z).astype(np.int32)
        split_zone(graph, label, members, high, zones, mark, state)
        for part in (z, zones):
            weight = 0
            for i in range(members.size):
                if label[members[i]] == part:
                    weight += load[members[i]]
            if weight > high:
                waiting.append(part)
        zones += 1
    return zones


@kernel()
def join_fitting(graph: Graph, label: Array, zones: int, high: int, least: int) -> int:
    """Join neighbouring zones that fit under `high` together, lightest first, down to `least`.

    Returns the number of zones; labels are renumbered without holes.
    """
    ptr, nbr, wgt = graph.ptr, graph.nbr, graph.wgt
    total, _ = zone_loads(graph.load, label, zones)
    border = np.zeros(zones, np.float64)
    alive = np.ones(zones, np.bool_)
    count = int(zones)
    joined = True
    while joined and count > least:
        joined = False
        for z in np.argsort(total):
            if not alive[z] or count <= least or 2 * total[z] > high:
                continue
            best = -1
            members = np.flatnonzero(label == z)
            for v in members:
                for i in range(ptr[v], ptr[v + 1]):
                    y = label[nbr[i]]
                    if y != z and total[y] + total[z] <= high:
                        border[y] += wgt[i] + 1e-6
                        if best < 0 or border[y] > border[best]:
                            best = y
            border[:] = 0.0
            if best >= 0:
                for v in members:
                    label[v] = best
                total[best] += total[z]
                alive[z] = False
                count -= 1
                joined = True
    if count < zones:
        name = np.cumsum(alive) - 1
        for i in range(label.size):
            label[i] = name[label[i]]
    return count
