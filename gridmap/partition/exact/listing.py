"""Listing zones: branch and bound, and growth for patches it takes too long for.

Growth is quicker where zones have few patches; of many patches too many sets can be grown.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.exact.bits import NONE, ONE
from gridmap.partition.exact.growing import grow_zones, near_bits
from gridmap.partition.exact.mincut import Network
from gridmap.partition.exact.pricing import list_zones
from gridmap.partition.exact.rest import rest_can_hold
from gridmap.partition.exact.roots import (
    FREE,
    IN,
    OUT,
    half_border,
    lay_branches,
    open_root,
    within_reach,
)
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["grow_cheap", "list_cheap"]

_FEW = 10  # patches a zone: of more, too many sets grow
_SOON = 2_000  # branches from a patch before growth is tried
_QUICKER = 240  # branches of growth that are worth trying for one of the others
_PACE = 100  # branches of growth in the time of one of the others


@kernel()
def grow_cheap(
    net: Network,
    prices: Array,
    each: float,
    zones: int,
    low: int,
    high: int,
    most: float,
    order: Array,
    limit: int,
    todo: Array,
    sets: Array,
    half: Array,
    count: int,
) -> tuple[int, int]:
    """List zones as `list_zones` does, by `growing`; `limit` holds for each patch."""
    n = net.load.size
    to = lay_branches(net, 2)
    queue = np.empty(n, np.int64)
    via = np.empty(n, np.int64)
    seen = np.zeros(n + 1, np.int64)
    used = np.zeros(n, np.bool_)
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)
    near = near_bits(net, place)
    load = net.load[order]
    border = np.zeros((n, n))
    pays = np.zeros(n)
    grown = np.empty((half.size, 2), np.uint64)
    looked = 0
    for root in order:
        if not todo[root]:
            used[root] = True
            continue
        within_reach(net, root, used, high, to.state[0])
        used[root] = True
        rate = open_root(net, prices, each, low, high, to, queue, via, seen)
        base = to.bound[0] + max(rate * high, rate * low) - rate * net.load[root]
        state = to.state[0]
        open_to = np.zeros(2, np.uint64)
        for v in range(n):
            for i in range(net.ptr[v], net.ptr[v + 1]):
                border[place[v], place[net.nbr[i]]] = to.room[0, i]
            if state[v] == FREE:
                base += to.outs[0, v]
                pays[place[v]] = to.outs[0, v] - to.ins[0, v] + rate * net.load[v]
                open_to[place[v] >> 6] |= ONE << np.uint64(place[v] & 63)
        size, steps, complete = grow_zones(
            load, near, border, pays, base, open_to, place[root], low, high, most, limit, grown
        )
        looked += steps
        if not complete:
            continue
        todo[root] = False
        for row in range(size):
            if count == half.size:
                todo[root] = True
                return count, looked
            sets[count] = np.uint64(0)
            for v in range(n):
                word = grown[row, place[v] >> 6]
                state[v] = OUT
                if (word >> np.uint64(place[v] & 63)) & ONE != NONE:
                    state[v] = IN
                    sets[count, v >> 6] |= ONE << np.uint64(v & 63)
            half[count], paid = half_border(net, state, prices)
            if half[count] - paid - each <= most and rest_can_hold(
                net, state, zones - 1, low, high, queue, seen
            ):
                count += 1
    return count, looked


def list_cheap(
    net: Network,
    prices: Array,
    each: float,
    zones: int,
    low: int,
    high: int,
    most: float,
    order: Array,
    limit: int,
    share: int,
    sets: Array,
    half: Array,
) -> tuple[int, int, bool]:
    """List zones by branch and bound, those of stubborn patches by growth first.

    Parameters are those of `list_zones`. Returns how many were found (some perhaps twice), the
    work done in branches, and whether the list is complete.
    """
    asked = (net, prices, each, zones, low, high, most, order)
    todo = np.ones(net.load.size, np.bool_)
    grows = share > _SOON and net.load.size < _FEW * zones
    soon = _SOON if grows else share
    count, looked = list_zones(*asked, limit, soon, todo, sets, half, 0)
    if grows and looked <= limit and todo.any():
        count, steps = grow_cheap(*asked, _QUICKER * share, todo, sets, half, count)
        looked += steps // _PACE
        if looked <= limit and todo.any():
            count, steps = list_zones(*asked, limit - looked, share, todo, sets, half, count)
            looked += steps
    return count, looked, not todo.any()
