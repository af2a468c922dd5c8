"""The graph of patches in compressed rows: building it, its components, the parts of its zones.

Every kernel of the engine reads one graph as four arrays: ``ptr`` (n + 1,), ``nbr`` and ``wgt``
(one entry per patch and neighbour, border in metres) and ``load`` (n,).
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = [
    "build_rows",
    "cut_length",
    "find_components",
    "find_parts",
    "lay_out",
    "rows_cut",
    "take_component",
]


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
def find_components(ptr: Array, nbr: Array, group: Array) -> tuple[Array, int]:
    """Find the component of every patch, in order of their first patch; -1 where group is -1."""
    n = ptr.size - 1
    component = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    found = 0
    for root in range(n):
        if component[root] >= 0 or group[root] < 0:
            continue
        component[root] = found
        queue[0] = root
        read, write = 0, 1
        while read < write:
            v = queue[read]
            read += 1
            for i in range(ptr[v], ptr[v + 1]):
                u = nbr[i]
                if component[u] < 0:
                    component[u] = found
                    queue[write] = u
                    write += 1
        found += 1
    return component, found


@kernel()
def find_parts(ptr: Array, nbr: Array, label: Array) -> tuple[Array, int]:
    """Give every connected part of every zone its own number, on each of its patches."""
    n = ptr.size - 1
    part = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    found = 0
    for root in range(n):
        if part[root] >= 0:
            continue
        part[root] = found
        queue[0] = root
        read, write = 0, 1
        while read < write:
            v = queue[read]
            read += 1
            for i in range(ptr[v], ptr[v + 1]):
                u = nbr[i]
                if part[u] < 0 and label[u] == label[v]:
                    part[u] = found
                    queue[write] = u
                    write += 1
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
def lay_out(
    ptr: Array, nbr: Array, wgt: Array, load: Array, label: Array, zones: int
) -> tuple[Array, Array, Array, Array, Array]:
    """Renumber the patches zone by zone, so that neighbours on the ground are so in memory.

    Returns the order (new to old number) and the renumbered rows and loads.
    """
    n = ptr.size - 1
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
    new_ptr, new_nbr, new_wgt = take_component(ptr, nbr, wgt, order, place)
    return order, new_ptr, new_nbr, new_wgt, load[order]


@kernel()
def rows_cut(ptr: Array, nbr: Array, wgt: Array, label: Array) -> float:
    """Sum the border between zones from compressed rows, in metres."""
    total = 0.0
    for v in range(ptr.size - 1):
        for i in range(ptr[v], ptr[v + 1]):
            if label[nbr[i]] != label[v]:
                total += wgt[i]
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
