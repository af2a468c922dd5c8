"""Coarser graphs: clusters of neighbouring patches as patches of their own.

Large zones are shaped on clusters first, where a few moves carry much ground; patches then only
settle the rims (the multilevel idea of B. Hendrickson and R. Leland, 1995). Clusters also lie in
memory as they lie on the ground, which makes the first bisection of large towns fast.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.model.graph import Graph
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["cluster", "contract"]


class _Front(NamedTuple):
    """Clusters while they grow: patches beside finished ones in order of discovery, and how many.

    `group` is the cluster of every patch, `weight` and `size` the load and patches of clusters.
    """

    group: Array
    front: Array
    queued: Array
    ends: Array
    weight: Array
    size: Array


@kernel()
def _grow(graph: Graph, size: int, heaviest: int, name: int, to: _Front, queue: Array) -> int:
    """Grow a cluster from the first of the queue; returns how many patches it has."""
    total = graph.load[queue[0]]
    got = 1
    at = 0
    write = to.ends[1]
    while at < got:
        v = queue[at]
        at += 1
        for i in range(graph.ptr[v], graph.ptr[v + 1]):
            u = graph.nbr[i]
            if to.group[u] < 0:
                if got < size and total + graph.load[u] <= heaviest:
                    to.group[u] = name
                    total += graph.load[u]
                    queue[got] = u
                    got += 1
                elif not to.queued[u]:
                    to.queued[u] = True
                    to.front[write] = u
                    write += 1
    to.ends[1] = write
    to.weight[name], to.size[name] = total, got
    return got


@kernel()
def _home_of_scrap(graph: Graph, name: int, heaviest: int, to: _Front, scrap: Array) -> int:
    """Find the cluster beside a scrap that has fewest patches and room; -1 where there is none."""
    home = -1
    for v in scrap:
        for i in range(graph.ptr[v], graph.ptr[v + 1]):
            g = to.group[graph.nbr[i]]
            if g < 0 or g == name or to.weight[g] + to.weight[name] > 2 * heaviest:
                continue
            if home < 0 or to.size[g] < to.size[home]:
                home = g
    return home


@kernel()
def cluster(graph: Graph, size: int, heaviest: int) -> tuple[Array, int]:
    """Group the patches of a component into connected clusters of about `size` patches.

    Clusters grow breadth first, one beside the other, and stay under the load `heaviest`. Scraps,
    which find no ground for a third of that, join the smallest cluster they touch.

    Returns the cluster of every patch, and how many there are.
    """
    n = graph.load.size
    to = _Front(
        np.full(n, -1, np.int32),
        np.empty(n, np.int32),
        np.zeros(n, np.bool_),
        np.array([0, 1]),
        np.zeros(n, np.int64),
        np.zeros(n, np.int32),
    )
    queue = np.empty(size + 1, np.int32)
    to.front[0] = 0
    to.queued[0] = True
    found = 0
    while to.ends[0] < to.ends[1]:
        seed = to.front[to.ends[0]]
        to.ends[0] += 1
        if to.group[seed] >= 0:
            continue
        to.group[seed] = found
        queue[0] = seed
        got = _grow(graph, size, heaviest, found, to, queue)
        home = -1
        if 3 * got < size:
            home = _home_of_scrap(graph, found, heaviest, to, queue[:got])
        if home < 0:
            found += 1
            continue
        for j in range(got):
            to.group[queue[j]] = home
        to.weight[home] += to.weight[found]
        to.size[home] += got
    return to.group, found


@kernel()
def contract(graph: Graph, group: Array, count: int) -> Graph:
    """Build the graph whose patches are the clusters: rows, borders added up, loads."""
    ptr, nbr, wgt, load = graph
    n = ptr.size - 1
    start = np.zeros(count + 1, np.int64)
    for v in range(n):
        start[group[v] + 1] += 1
    for g in range(count):
        start[g + 1] += start[g]
    fill = start[:count].copy()
    members = np.empty(n, np.int32)
    for v in range(n):
        members[fill[group[v]]] = v
        fill[group[v]] += 1
    new_ptr = np.zeros(count + 1, np.int64)
    new_nbr = np.empty(nbr.size, np.int32)
    new_wgt = np.empty(nbr.size, np.float32)
    new_load = np.zeros(count, np.int64)
    slot = np.full(count, -1, np.int64)
    out = 0
    for g in range(count):
        first = out
        for m in range(start[g], start[g + 1]):
            v = members[m]
            new_load[g] += load[v]
            for i in range(ptr[v], ptr[v + 1]):
                h = group[nbr[i]]
                if h == g:
                    continue
                if slot[h] < first:
                    slot[h] = out
                    new_nbr[out] = h
                    new_wgt[out] = wgt[i]
                    out += 1
                else:
                    new_wgt[slot[h]] += wgt[i]
        new_ptr[g + 1] = out
    return Graph(new_ptr, new_nbr[:out].copy(), new_wgt[:out].copy(), new_load)
