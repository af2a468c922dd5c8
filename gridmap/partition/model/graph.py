"""The graph of patches in compressed rows: building it, its connected parts, its borders.

Every kernel of the engine reads one graph, `Graph`; where borders or loads are no matter, its rows
alone (``ptr``, ``nbr``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = [
    "Graph",
    "build_rows",
    "cut_length",
    "find_parts",
    "lay_out",
    "rows_cut",
    "take_component",
    "walk",
]


class Graph(NamedTuple):
    """A graph of patches in compressed rows.

    The neighbours of patch ``v`` are ``nbr[ptr[v]:ptr[v + 1]]``, the borders with them, in metres,
    the same places of ``wgt``; ``load`` are whole loads.
    """

    ptr: Array
    nbr: Array
    wgt: Array
    load: Array

    @property
    def size(self) -> int:
        """Number of patches."""
        return int(self.load.size)


@kernel()
def build_rows(
    n: int, head: Array, tail: Array, border: Array, group: Array
) -> tuple[Array, Array, Array]:
    """Build the compressed rows of an edge list, repeated pairs added up.

    Edges between different ``group`` values, from a patch to itself, and edges at a patch of
    group -1 (a patch taken out of the graph) are left out. Rows are sorted by neighbour, so that
    the order of the input edges has no influence on anything that follows.
    """
    count = np.zeros(n + 1, np.int64)
    for e in range(head.size):
        a, b = head[e], tail[e]
        if a != b and group[a] == group[b] and group[a] >= 0:
            count[a + 1] += 1
            count[b + 1] += 1
    for v in range(n):
        count[v + 1] += count[v]
    fill = count[:n].copy()
    by_first = np.empty(count[n], np.int32)
    by_first_w = np.empty(count[n], np.float32)
    for e in range(head.size):
        a, b = head[e], tail[e]
        if a != b and group[a] == group[b] and group[a] >= 0:
            by_first[fill[a]] = b
            by_first_w[fill[a]] = border[e]
            fill[a] += 1
            by_first[fill[b]] = a
            by_first_w[fill[b]] = border[e]
            fill[b] += 1
    # Reading the rows in order and writing into the transposed place sorts every row.
    nbr = np.empty(count[n], np.int32)
    wgt = np.empty(count[n], np.float32)
    fill[:] = count[:n]
    for v in range(n):
        for i in range(count[v], count[v + 1]):
            u = by_first[i]
            nbr[fill[u]] = v
            wgt[fill[u]] = by_first_w[i]
            fill[u] += 1
    ptr = np.zeros(n + 1, np.int64)
    out = 0
    for v in range(n):
        first = out
        for i in range(count[v], count[v + 1]):
            if out > first and nbr[out - 1] == nbr[i]:
                wgt[out - 1] += wgt[i]
            else:
                nbr[out] = nbr[i]
                wgt[out] = wgt[i]
                out += 1
        ptr[v + 1] = out
    return ptr, nbr[:out].copy(), wgt[:out].copy()


@kernel()
def walk(
    ptr: Array,
    nbr: Array,
    label: Array,
    zone: int,
    mark: Array,
    step: int,
    queue: Array,
    write: int,
) -> int:
    """Search breadth first through the patches of one label.

    Parameters
    ----------
    label, zone
        Only patches whose label is `zone` are entered.
    mark
        Patches marked lower than the first of the queue have not been seen. A patch found gets the
        mark of the patch it was found from plus `step`: with 0 all get the same, with 1 their
        distance.
    queue, write
        Room for what is found; its first `write` patches are where the search begins, and are
        marked already.

    Returns
    -------
    How many patches are in the queue now, in the order in which they were found.
    """
    seen = mark[queue[0]]
    read = 0
    while read < write:
        v = queue[read]
        read += 1
        new = mark[v] + step
        for i in range(ptr[v], ptr[v + 1]):
            u = nbr[i]
            if label[u] == zone and mark[u] < seen:
                mark[u] = new
                queue[write] = u
                write += 1
    return write


@kernel()
def find_parts(ptr: Array, nbr: Array, label: Array) -> tuple[Array, int]:
    """Number the connected parts of every label, in the order of their first patches.

    Returns the part of every patch, -1 where the label is below 0, and how many parts there are.
    """
    n = ptr.size - 1
    part = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    found = 0
    for root in range(n):
        if part[root] >= 0 or label[root] < 0:
            continue
        part[root] = found
        queue[0] = root
        walk(ptr, nbr, label, label[root], part, 0, queue, 1)
        found += 1
    return part, found


@kernel()
def take_component(
    ptr: Array, nbr: Array, wgt: Array, members: Array, place: Array
) -> tuple[Array, Array, Array]:
    """Copy the rows of one component; ``place`` maps a patch to its number in it."""
    n = members.size
    sub_ptr = np.zeros(n + 1, np.int64)
    for i in range(n):
        sub_ptr[i + 1] = sub_ptr[i] + ptr[members[i] + 1] - ptr[members[i]]
    sub_nbr = np.empty(sub_ptr[n], np.int32)
    sub_wgt = np.empty(sub_ptr[n], np.float32)
    for i in range(n):
        out = sub_ptr[i]
        for j in range(ptr[members[i]], ptr[members[i] + 1]):
            sub_nbr[out] = place[nbr[j]]
            sub_wgt[out] = wgt[j]
            out += 1
    return sub_ptr, sub_nbr, sub_wgt


@kernel()
def lay_out(graph: Graph, label: Array, zones: int) -> tuple[Array, Graph]:
    """Renumber the patches zone by zone, so that neighbours on the ground are so in memory.

    Returns the order (new to old number) and the renumbered graph.
    """
    n = graph.load.size
    fill = np.zeros(zones + 1, np.int64)
    for v in range(n):
        fill[label[v] + 1] += 1
    for z in range(zones):
        fill[z + 1] += fill[z]
    order = np.empty(n, np.int32)
    place = np.empty(n, np.int32)
    for v in range(n):
        place[v] = fill[label[v]]
        order[place[v]] = v
        fill[label[v]] += 1
    ptr, nbr, wgt = take_component(graph.ptr, graph.nbr, graph.wgt, order, place)
    return order, Graph(ptr, nbr, wgt, graph.load[order])


@kernel()
def rows_cut(graph: Graph, label: Array) -> float:
    """Sum the border between zones from compressed rows, in metres."""
    total = 0.0
    for v in range(graph.ptr.size - 1):
        for i in range(graph.ptr[v], graph.ptr[v + 1]):
            if label[graph.nbr[i]] != label[v]:
                total += graph.wgt[i]
    return 0.5 * total


@kernel()
def cut_length(head: Array, tail: Array, border: Array, group: Array, label: Array) -> float:
    """Sum the border between patches of one group and different zones, in metres."""
    total = 0.0
    for e in range(head.size):
        a, b = head[e], tail[e]
        if label[a] != label[b] and group[a] == group[b]:
            total += border[e]
    return total
