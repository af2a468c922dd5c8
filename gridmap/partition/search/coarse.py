"""Coarser graphs: clusters of neighbouring patches as patches of their own.

Large zones are shaped on clusters first, where a few moves carry much ground; patches then only
settle the rims (the multilevel idea of B. Hendrickson and R. Leland, 1995). Clusters also lie in
memory as they lie on the ground, which makes the first bisection of large towns fast.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["cluster", "contract"]


@kernel()
def cluster(ptr: Array, nbr: Array, load: Array, size: int, heaviest: int) -> tuple[Array, int]:
    """Group the patches of a component into connected clusters of about `size` patches.

    Clusters grow breadth first, one beside the other, and stay under the load `heaviest`. Scraps
    that find no ground left join the cluster they touch first.

    Returns the cluster of every patch, and how many there are.
    """
    n = ptr.size - 1
    group = np.full(n, -1, np.int32)
    front = np.empty(n, np.int32)  # patches beside finished clusters, in order of discovery
    queued = np.zeros(n, np.bool_)
    queue = np.empty(size + 1, np.int32)
    weight = np.zeros(n, np.int64)
    count = np.zeros(n, np.int32)
    front[0] = 0
    queued[0] = True
    read, write = 0, 1
    found = 0
    while read < write:
        seed = front[read]
        read += 1
        if group[seed] >= 0:
            continue
        group[seed] = found
        queue[0] = seed
        got = 1
        total = load[seed]
        at = 0
        while at < got:
            v = queue[at]
            at += 1
            for i in range(ptr[v], ptr[v + 1]):
                u = nbr[i]
                if group[u] < 0:
                    if got < size and total + load[u] <= heaviest:
                        group[u] = found
                        total += load[u]
                        queue[got] = u
                        got += 1
                    elif not queued[u]:
                        queued[u] = True
                        front[write] = u
                        write += 1
        home = -1
        if 3 * got < size:
            for j in range(got):
                for i in range(ptr[queue[j]], ptr[queue[j] + 1]):
                    g = group[nbr[i]]
                    if g < 0 or g == found or weight[g] + total > 2 * heaviest:
                        continue
                    if home < 0 or count[g] < count[home]:
                        home = g
        if home >= 0:
            for j in range(got):
                group[queue[j]] = home
            weight[home] += total
            count[home] += got
        else:
            weight[found] = total
            count[found] = got
            found += 1
    return group, found


@kernel()
def contract(
    ptr: Array, nbr: Array, wgt: Array, load: Array, group: Array, count: int
) -> tuple[Array, Array, Array, Array]:
    """Build the graph whose patches are the clusters: rows, borders added up, loads."""
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
    return new_ptr, new_nbr[:out].copy(), new_wgt[:out].copy(), new_load
