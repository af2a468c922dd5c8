"""Listing zones: branch and bound, and growth for patches it takes too long for.

Growth is quicker where zones have few patches; of many patches too many sets can be grown.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.exact.bits import NONE, ONE
from gridmap.partition.exact.growing import Rooted, grow_zones, near_bits
from gridmap.partition.exact.mincut import Network, Tracks, lay_tracks
from gridmap.partition.exact.pricing import Found, list_zones, note_found
from gridmap.partition.exact.roots import (
    FREE,
    IN,
    OUT,
    Asked,
    Branches,
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


class _Places(NamedTuple):
    """The ground by place in an order: the place of every patch, loads, neighbours as bits.

    `border` and `pays` are those of a root at a time.
    """

    place: Array
    load: Array
    near: Array
    border: Array
    pays: Array


@kernel()
def _lay_root(
    net: Network, asked: Asked, root: int, to: Branches, ground: _Places, tracks: Tracks
) -> Rooted:
    """Describe what zones around a root cost, by what a flow has left of all prices."""
    rate = open_root(net, asked, to, tracks)
    place = ground.place
    base = to.bound[0] + max(rate * asked.high, rate * asked.low) - rate * net.load[root]
    open_to = np.zeros(2, np.uint64)
    for v in range(net.load.size):
        for i in range(net.ptr[v], net.ptr[v + 1]):
            ground.border[place[v], place[net.nbr[i]]] = to.room[0, i]
        if to.state[0, v] == FREE:
            base += to.outs[0, v]
            ground.pays[place[v]] = to.outs[0, v] - to.ins[0, v] + rate * net.load[v]
            open_to[place[v] >> 6] |= ONE << np.uint64(place[v] & 63)
    return Rooted(ground.load, ground.near, ground.border, ground.pays, base, open_to, place[root])


@kernel()
def grow_cheap(
    net: Network, asked: Asked, order: Array, limit: int, todo: Array, found: Found
) -> int:
    """List zones as `list_zones` does, by `growing`; `limit` holds for each patch."""
    n = net.load.size
    to = lay_branches(net, 2)
    tracks = lay_tracks(n)
    used = np.zeros(n, np.bool_)
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)
    ground = _Places(place, net.load[order], near_bits(net, place), np.zeros((n, n)), np.zeros(n))
    grown = np.empty((found.half.size, 2), np.uint64)
    state = to.state[0]
    looked = 0
    for root in order:
        if not todo[root]:
            used[root] = True
            continue
        within_reach(net, root, used, asked.high, state)
        used[root] = True
        around = _lay_root(net, asked, root, to, ground, tracks)
        size, steps, complete = grow_zones(around, asked, limit, grown)
        looked += steps
        if not complete:
            continue
        todo[root] = False
        for row in range(size):
            if found.size[0] == found.half.size:
                todo[root] = True
                return looked
            for v in range(n):
                word = grown[row, place[v] >> 6]
                state[v] = OUT
                if (word >> np.uint64(place[v] & 63)) & ONE != NONE:
                    state[v] = IN
            note_found(net, state, asked, tracks, found)
    return looked


def list_cheap(
    net: Network, asked: Asked, order: Array, limit: int, share: int, found: Found
) -> tuple[int, bool]:
    """List zones by branch and bound, those of stubborn patches by growth first.

    Parameters are those of `list_zones`; some zones may be found twice. Returns the work done in
    branches, and whether the list is complete.
    """
    todo = np.ones(net.load.size, np.bool_)
    grows = share > _SOON and net.load.size < _FEW * asked.zones
    soon = _SOON if grows else share
    looked = list_zones(net, asked, order, limit, soon, todo, found)
    if grows and looked <= limit and todo.any():
        looked += grow_cheap(net, asked, order, _QUICKER * share, todo, found) // _PACE
        if looked <= limit and todo.any():
            looked += list_zones(net, asked, order, limit - looked, share, todo, found)
    return looked, not todo.any()
