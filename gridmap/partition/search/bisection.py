"""A first plan without coordinates: recursive bisection along the longest way through the graph.

A breadth-first search from any patch ends at one far end of the piece, a second one at the other.
Patches sorted by the difference of their distances to the two ends lie across the longest
diameter; the piece is cut where the load is in proportion to the zones on either side (the
double-sweep level-set bisection of A. George and J. Liu's nested dissection, here by load).
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["bisect", "join_parts", "search", "settle", "sweep_order"]


@kernel()
def search(
    ptr: Array, nbr: Array, side: Array, name: int, root: int, dist: Array, queue: Array
) -> int:
    """Breadth-first distances inside one piece; returns how many patches were reached."""
    dist[root] = 0
    queue[0] = root
    read, write = 0, 1
    while read < write:
        v = queue[read]
        read += 1
        for i in range(ptr[v], ptr[v + 1]):
            u = nbr[i]
            if side[u] == name and dist[u] < 0:
                dist[u] = dist[v] + 1
                queue[write] = u
                write += 1
    return write


@kernel()
def sweep_order(ptr: Array, nbr: Array) -> Array:
    """Order the patches of a connected graph from one far end to the other."""
    n = ptr.size - 1
    side = np.zeros(n, np.int32)
    queue = np.empty(n, np.int32)
    near = np.full(n, -1, np.int32)
    far = np.full(n, -1, np.int32)
    search(ptr, nbr, side, 0, 0, near, queue)
    end = queue[n - 1]
    near[:] = -1
    search(ptr, nbr, side, 0, end, near, queue)
    search(ptr, nbr, side, 0, queue[n - 1], far, queue)
    return np.argsort(near * n - far * n + np.arange(n)).astype(np.int32)


@kernel()
def _cut_place(
    order: Array, lo: int, hi: int, load: Array, share: float, least: int, rest: int
) -> int:
    """Where to cut an ordered piece so that the left part has `share` of the load."""
    total = 0
    for i in range(lo, hi):
        total += load[order[i]]
    goal = share * total
    run = 0.0
    at = lo
    while at < hi:
        step = load[order[at]]
        if run + 0.5 * step > goal:
            break
        run += step
        at += 1
    return min(max(at, lo + least), hi - rest)


@kernel()
def bisect(ptr: Array, nbr: Array, load: Array, cap: Array) -> Array:
    """Label the patches of one component with ``cap.size`` zones, loads in proportion to ``cap``.

    Zones may come out in several parts; `join_parts` mends that.
    """
    n = ptr.size - 1
    zones = cap.size
    label = np.zeros(n, np.int32)
    if zones == 1:
        return label
    order = np.arange(n).astype(np.int32)
    spare = np.empty(n, np.int32)
    queue = np.empty(n, np.int32)
    near = np.full(n, -1, np.int32)
    far = np.full(n, -1, np.int32)
    side = np.zeros(n, np.int32)
    bucket = np.zeros(2 * n + 2, np.int32)
    stack = np.empty((4 * 64, 4), np.int64)
    stack[0] = (0, n, 0, zones)
    depth = 1
    names = 0
    while depth > 0:
        depth -= 1
        lo, hi, first, count = stack[depth]
        if count == 1:
            for i in range(lo, hi):
                label[order[i]] = first
            continue
        names += 1
        for i in range(lo, hi):
            side[order[i]] = names
            near[order[i]] = -1
        # A piece may itself be in parts: they are laid one after another.
        placed = lo
        for i in range(lo, hi):
            root = order[i]
            if near[root] >= 0:
                continue
            got = search(ptr, nbr, side, names, root, near, queue)
            end = queue[got - 1]
            for j in range(got):
                near[queue[j]] = -1
            search(ptr, nbr, side, names, end, near, queue)
            other = queue[got - 1]
            for j in range(got):
                far[queue[j]] = -1
            search(ptr, nbr, side, names, other, far, queue)
            reach = near[other]
            # Counting sort by near - far.
            for j in range(2 * reach + 2):
                bucket[j] = 0
            for j in range(got):
                v = queue[j]
                bucket[near[v] - far[v] + reach + 1] += 1
            for j in range(2 * reach + 1):
                bucket[j + 1] += bucket[j]
            for j in range(got):
                v = queue[j]
                key = near[v] - far[v] + reach
                spare[placed + bucket[key]] = v
                bucket[key] += 1
            placed += got
        for i in range(lo, hi):
            order[i] = spare[i]
        left = count // 2
        cap_left = 0.0
        cap_all = 0.0
        for z in range(first, first + count):
            cap_all += cap[z]
            if z < first + left:
                cap_left += cap[z]
        at = _cut_place(order, lo, hi, load, cap_left / cap_all, left, count - left)
        stack[depth] = (at, hi, first + left, count - left)
        depth += 1
        stack[depth] = (lo, at, first, left)
        depth += 1
    return label


@kernel()
def settle(ptr: Array, nbr: Array, wgt: Array, label: Array, zones: int) -> None:
    """Give patches without a zone (-1) to the zone they share most border with, from the rim in.

    Patches that no zone can reach stay at -1.
    """
    border = np.zeros(zones, np.float64)
    open_ones = np.flatnonzero(label < 0)
    while open_ones.size > 0:
        chosen = np.full(open_ones.size, -1, np.int32)
        for i in range(open_ones.size):
            v = open_ones[i]
            best = -1
            for j in range(ptr[v], ptr[v + 1]):
                z = label[nbr[j]]
                if z >= 0:
                    border[z] += wgt[j] + 1e-6
                    if best < 0 or border[z] > border[best]:
                        best = z
            for j in range(ptr[v], ptr[v + 1]):
                if label[nbr[j]] >= 0:
                    border[label[nbr[j]]] = 0.0
            chosen[i] = best
        settled = 0
        for i in range(open_ones.size):
            if chosen[i] >= 0:
                label[open_ones[i]] = chosen[i]
                settled += 1
        if settled == 0:
            break
        open_ones = open_ones[label[open_ones] < 0]


@kernel()
def join_parts(ptr: Array, nbr: Array, wgt: Array, load: Array, label: Array, zones: int) -> None:
    """Make every zone connected: keep its heaviest part, give the others to their neighbours.

    Changes `label`. A stray part goes, patch by patch from its rim, to the neighbouring zone it
    shares most border with. A zone that has patches keeps at least one.
    """
    n = ptr.size - 1
    part = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    heaviest = np.full(zones, -1, np.int64)
    keeps = np.full(zones, -1, np.int32)
    parts = 0
    for root in range(n):
        if part[root] >= 0:
            continue
        part[root] = parts
        queue[0] = root
        read, write = 0, 1
        weight = 0
        while read < write:
            v = queue[read]
            read += 1
            weight += load[v]
            for i in range(ptr[v], ptr[v + 1]):
                u = nbr[i]
                if part[u] < 0 and label[u] == label[v]:
                    part[u] = parts
                    queue[write] = u
                    write += 1
        z = label[root]
        if weight > heaviest[z]:
            heaviest[z] = weight
            keeps[z] = parts
        parts += 1
    if parts <= zones:
        return
    write = 0
    for v in range(n):
        if keeps[label[v]] == part[v]:
            continue
        queue[write] = v
        write += 1
    for i in range(write):
        label[queue[i]] = -1
    settle(ptr, nbr, wgt, label, zones)
