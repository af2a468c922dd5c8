"""Random first plans: straight cuts in random directions, anew or inside an old plan."""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.graph import Graph
from gridmap.partition.model.random import draw_below, draw_share
from gridmap.partition.model.types import Array
from gridmap.partition.search.bisection import distances
from layers.contract.kernel import kernel

__all__ = ["scatter", "scatter_some"]


@kernel()
def scatter(ptr: Array, nbr: Array, load: Array, zones: int, state: Array) -> Array:
    """Cut a component at random into zones of about equal load.

    Every cut orders a piece by the difference of the distances to two random patches, which lays
    the cut across the line between them. Zones may be in parts.
    """
    n = load.size
    label = np.zeros(n, np.int32)
    queue = np.empty(n, np.int32)
    near = np.empty(n, np.int32)
    far = np.empty(n, np.int32)
    stack = [(0, zones)]
    while len(stack) > 0:
        zone, count = stack.pop()
        if count == 1:
            continue
        members = np.flatnonzero(label == zone)
        size = members.size
        near[:] = -1
        far[:] = -1
        one = draw_below(state, size)
        other = (one + 1 + draw_below(state, size - 1)) % size
        distances(ptr, nbr, label, zone, members[one], near, queue)
        distances(ptr, nbr, label, zone, members[other], far, queue)
        key = np.empty(size, np.float64)
        total = 0
        for i in range(size):
            v = members[i]
            key[i] = near[v] - far[v] + 0.5 * draw_share(state)
            total += load[v]
        order = np.argsort(key)
        left = 1 + draw_below(state, count - 1)
        goal = total * left / count
        run = 0
        taken = 0
        while taken < size - (count - left):
            step = load[members[order[taken]]]
            if taken >= left and run + 0.5 * step > goal:
                break
            run += step
            taken += 1
        for i in range(taken, size):
            label[members[order[i]]] = zone + left
        stack.append((zone, left))
        stack.append((zone + left, count - left))
    return label


@kernel()
def scatter_some(graph: Graph, label: Array, zones: int, pick: int, state: Array) -> None:
    """Merge `pick` neighbouring zones of a plan and cut their ground anew at random.

    The recombination step of D. DeFord, M. Duchin and J. Solomon ("Recombination: a family of
    Markov chains for redistricting", 2021), with a random cut in the place of a spanning tree.
    """
    ptr, nbr, load = graph.ptr, graph.nbr, graph.load
    n = load.size
    chosen = np.zeros(zones, np.bool_)
    chosen[label[draw_below(state, n)]] = True
    have = 1
    for _ in range(50 * n):
        if have == pick:
            break
        v = draw_below(state, n)
        degree = ptr[v + 1] - ptr[v]
        if chosen[label[v]] and degree > 0:
            z = label[nbr[ptr[v] + draw_below(state, degree)]]
            if not chosen[z]:
                chosen[z] = True
                have += 1
    names = np.flatnonzero(chosen)
    members = np.empty(n, np.int32)
    place = np.empty(n, np.int32)
    size = 0
    for v in range(n):
        if chosen[label[v]]:
            members[size] = v
            place[v] = size
            size += 1
    sub_ptr = np.zeros(size + 1, np.int64)
    sub_nbr = np.empty(nbr.size, np.int32)
    out = 0
    for i in range(size):
        v = members[i]
        for j in range(ptr[v], ptr[v + 1]):
            if chosen[label[nbr[j]]]:
                sub_nbr[out] = place[nbr[j]]
                out += 1
        sub_ptr[i + 1] = out
    part = scatter(sub_ptr, sub_nbr[:out], load[members[:size]], names.size, state)
    for i in range(size):
        label[members[i]] = names[part[i]]
