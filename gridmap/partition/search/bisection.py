"""A first plan without coordinates: recursive bisection along the longest way through the graph.

A breadth-first search from any patch ends at one far end of the piece, a second one at the other.
Patches sorted by the difference of their distances to the two ends lie across the longest
diameter; the piece is cut where the load is in proportion to the zones on either side (the
double-sweep level-set bisection of A. George and J. Liu's nested dissection, here by load).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.model.graph import Graph, find_parts, walk
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["bisect", "distances", "join_parts", "settle", "sweep_order"]


_DEPTH = 256
"""Pieces that wait to be cut, at most: halving leaves one for each power of two of their number."""


class _Sweep(NamedTuple):
    """Working arrays of `_lay_across`: names of pieces, distances to both ends, queue, places."""

    side: Array
    near: Array
    far: Array
    queue: Array
    bucket: Array


@kernel()
def distances(
    ptr: Array, nbr: Array, side: Array, name: int, root: int, dist: Array, queue: Array
) -> int:
    """Breadth-first distances inside one piece, -1 before; returns how many patches it has."""
    dist[root] = 0
    queue[0] = root
    return walk(ptr, nbr, side, name, dist, 1, queue, 1)


@kernel()
def sweep_order(ptr: Array, nbr: Array) -> Array:
    """Order the patches of a connected graph from one far end to the other."""
    n = ptr.size - 1
    side = np.zeros(n, np.int32)
    queue = np.empty(n, np.int32)
    near = np.full(n, -1, np.int32)
    far = np.full(n, -1, np.int32)
    distances(ptr, nbr, side, 0, 0, near, queue)
    end = queue[n - 1]
    near[:] = -1
    distances(ptr, nbr, side, 0, end, near, queue)
    distances(ptr, nbr, side, 0, queue[n - 1], far, queue)
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
def _lay_across(ptr: Array, nbr: Array, root: int, name: int, to: _Sweep, row: Array) -> int:
    """Write the connected part of `root` into `row`, from one far end to the other.

    Returns how many patches it has.
    """
    side, near, far, queue, bucket = to
    size = distances(ptr, nbr, side, name, root, near, queue)
    end = queue[size - 1]
    for j in range(size):
        near[queue[j]] = -1
    distances(ptr, nbr, side, name, end, near, queue)
    other = queue[size - 1]
    for j in range(size):
        far[queue[j]] = -1
    distances(ptr, nbr, side, name, other, far, queue)
    reach = near[other]
    # Counting sort by near - far.
    for j in range(2 * reach + 2):
        bucket[j] = 0
    for j in range(size):
        v = queue[j]
        bucket[near[v] - far[v] + reach + 1] += 1
    for j in range(2 * reach + 1):
        bucket[j + 1] += bucket[j]
    for j in range(size):
        v = queue[j]
        key = near[v] - far[v] + reach
        row[bucket[key]] = v
        bucket[key] += 1
    return size


@kernel()
def bisect(ptr: Array, nbr: Array, load: Array, cap: Array) -> Array:
    """Label the patches of one component with ``cap.size`` zones, loads in proportion to ``cap``.

    Zones may come out in several parts; `join_parts` repairs that.
    """
    n = ptr.size - 1
    zones = cap.size
    label = np.zeros(n, np.int32)
    if zones == 1:
        return label
    order = np.arange(n).astype(np.int32)
    spare = np.empty(n, np.int32)
    to = _Sweep(
        np.zeros(n, np.int32),
        np.full(n, -1, np.int32),
        np.full(n, -1, np.int32),
        np.empty(n, np.int32),
        np.zeros(2 * n + 2, np.int32),
    )
    stack = np.empty((_DEPTH, 4), np.int64)
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
            to.side[order[i]] = names
            to.near[order[i]] = -1
        # A piece may itself be in parts: they are laid one after another.
        placed = lo
        for i in range(lo, hi):
            if to.near[order[i]] < 0:
                placed += _lay_across(ptr, nbr, order[i], names, to, spare[placed:])
        for i in range(lo, hi):
            order[i] = spare[i]
        left = count // 2
        share = cap[first : first + left].sum() / cap[first : first + count].sum()
        at = _cut_place(order, lo, hi, load, share, left, count - left)
        stack[depth] = (at, hi, first + left, count - left)
        depth += 1
        stack[depth] = (lo, at, first, left)
        depth += 1
    return label


@kernel()
def settle(graph: Graph, label: Array, zones: int) -> None:
    """Give patches without a zone (-1) to the zone they share most border with, from the rim in.

    Patches that no zone can reach stay at -1.
    """
    ptr, nbr, wgt = graph.ptr, graph.nbr, graph.wgt
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
def join_parts(graph: Graph, label: Array, zones: int) -> None:
    """Make every zone connected: keep its heaviest part, give the others to their neighbours.

    Changes `label`. A stray part goes, patch by patch from its rim, to the neighbouring zone it
    shares most border with. A zone that has patches keeps at least one.
    """
    part, parts = find_parts(graph.ptr, graph.nbr, label)
    if parts <= zones:
        return
    weight = np.zeros(parts, np.int64)
    zone_of = np.zeros(parts, np.int64)
    for v in range(label.size):
        weight[part[v]] += graph.load[v]
        zone_of[part[v]] = label[v]
    keeps = np.full(zones, -1, np.int64)
    for one in range(parts):
        z = zone_of[one]
        if keeps[z] < 0 or weight[one] > weight[keeps[z]]:
            keeps[z] = one
    for v in range(label.size):
        if keeps[label[v]] != part[v]:
            label[v] = -1
    settle(graph, label, zones)
