"""Pricing: every zone within limits that costs no more than so much above what its patches pay.

The master problem of column generation gives every patch a price. A zone costs half its border
less the prices of its patches; zones far above zero have no place in a short plan. They are listed
by branch and bound: a zone grows from its heaviest patch, the heaviest patch on its rim is taken or
left out for good, and a branch ends when the load, the load still within reach, or the cheapest set
of any load (`mincut`, with the load priced by a Lagrange multiplier) rules out what is asked for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.exact.mincut import Network, Tracks, lay_tracks, push
from gridmap.partition.exact.rest import rest_can_hold
from gridmap.partition.exact.roots import (
    FIXED,
    FREE,
    IN,
    OUT,
    Asked,
    Branches,
    copy_row,
    flow_of,
    half_border,
    lay_branches,
    open_root,
    within_reach,
)
from gridmap.partition.model.graph import walk
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["Found", "list_zones", "note_found"]


class Found(NamedTuple):
    """Room for zones that are found: bits and half borders; ``size[0]`` rows count."""

    sets: Array
    half: Array
    size: Array


@kernel()
def _copy_branch(to: Branches, one: int, other: int) -> None:
    """Copy an open branch."""
    copy_row(to.room[one], to.room[other])
    copy_row(to.ins[one], to.ins[other])
    copy_row(to.outs[one], to.outs[other])
    for v in range(to.state.shape[1]):
        to.state[other, v] = to.state[one, v]
    to.bound[other] = to.bound[one]
    to.carried[other] = to.carried[one]


@kernel()
def _spread(net: Network, state: Array, tracks: Tracks) -> int:
    """Mark what the set can still reach through free patches; returns its load with that."""
    queue, seen = tracks.queue, tracks.seen
    n = net.load.size
    seen[n] += 1
    write = 0
    for v in range(n):
        if state[v] == IN:
            seen[v] = seen[n]
            queue[write] = v
            write += 1
    total = 0
    for v in queue[: walk(net.ptr, net.nbr, state, FREE, seen, 0, queue, write)]:
        total += net.load[v]
    return total


@kernel()
def _heaviest_on_rim(net: Network, state: Array) -> int:
    """Find the heaviest free patch next to the set; -1 if there is none."""
    best = -1
    for v in range(net.load.size):
        if state[v] == FREE and (best < 0 or net.load[v] > net.load[best]):
            for i in range(net.ptr[v], net.ptr[v + 1]):
                if state[net.nbr[i]] == IN:
                    best = v
                    break
    return best


@kernel()
def _leave_out(net: Network, v: int, asked: Asked, to: Branches, at: int, tracks: Tracks) -> bool:
    """Leave patch `v` out of the set of a branch; returns whether anything is left to look for."""
    to.state[at, v] = OUT
    if _spread(net, to.state[at], tracks) < asked.low:
        return False
    tick = tracks.seen[net.load.size]
    bound = to.bound[at]
    for u in range(net.load.size):
        if u == v or (to.state[at, u] == FREE and tracks.seen[u] != tick):
            to.state[at, u] = OUT
            bound += to.outs[at, u]
            to.outs[at, u] = 0.0
            to.ins[at, u] = FIXED
    to.bound[at] = push(net, flow_of(to, at), bound, asked.most, tracks)
    return to.bound[at] <= asked.most and rest_can_hold(net, to.state[at], asked, tracks)


@kernel()
def _take_in(net: Network, v: int, asked: Asked, to: Branches, at: int, tracks: Tracks) -> bool:
    """Take patch `v` into the set of a branch; returns whether anything is left to look for."""
    to.carried[at] += net.load[v]
    if to.carried[at] > asked.high:
        return False
    to.state[at, v] = IN
    bound = to.bound[at] + to.ins[at, v]
    to.ins[at, v] = 0.0
    to.outs[at, v] = FIXED
    to.bound[at] = push(net, flow_of(to, at), bound, asked.most, tracks)
    return to.bound[at] <= asked.most and rest_can_hold(net, to.state[at], asked, tracks)


@kernel()
def _split(net: Network, v: int, asked: Asked, to: Branches, top: int, tracks: Tracks) -> int:
    """Split the last branch by whether patch `v` is in the set; returns how many are open then."""
    at = top - 1
    _copy_branch(to, at, at + 1)
    taken = _take_in(net, v, asked, to, at + 1, tracks)
    left = _leave_out(net, v, asked, to, at, tracks)
    if not left and taken:
        _copy_branch(to, at + 1, at)
    return top - 1 + left + taken


@kernel()
def note_found(net: Network, state: Array, asked: Asked, tracks: Tracks, found: Found) -> None:
    """Note a set, if its rest can be cut and it costs no more than is asked."""
    border, paid = half_border(net, state, asked.prices)
    if border - paid - asked.each > asked.most or not rest_can_hold(net, state, asked, tracks):
        return
    row = found.size[0]
    found.sets[row] = np.uint64(0)
    for u in range(net.load.size):
        if state[u] == IN:
            found.sets[row, u >> 6] |= np.uint64(1) << np.uint64(u & 63)
    found.half[row] = border
    found.size[0] = row + 1


@kernel()
def list_zones(
    net: Network, asked: Asked, order: Array, limit: int, share: int, todo: Array, found: Found
) -> int:
    """List the zones that cost at most what is asked; returns the branches looked at.

    Sets whose rest cannot be cut into the other zones are left out.

    Parameters
    ----------
    order
        The patches, those first whose zones are listed first: the heaviest.
    limit, share
        Branches looked at before giving up: in all, and from one patch.
    todo
        The patches whose zones are asked for: those they are the first of. A patch is no longer
        marked when its list is complete.
    found
        Room for what is found.
    """
    n = net.load.size
    to = lay_branches(net, n + 3)
    tracks = lay_tracks(n)
    used = np.zeros(n, np.bool_)
    looked = 0
    for root in order:
        if not todo[root]:
            used[root] = True
            continue
        reach = within_reach(net, root, used, asked.high, to.state[0])
        used[root] = True
        todo[root] = False
        if reach < asked.low or net.load[root] > asked.high:
            continue
        open_root(net, asked, to, tracks)
        to.carried[0] = net.load[root]
        top = 1 if to.bound[0] <= asked.most else 0
        stop = looked + share
        while top > 0:
            looked += 1
            if looked > limit or found.size[0] >= found.half.size:
                todo[root] = True
                return looked
            if looked > stop:
                todo[root] = True
                break
            v = _heaviest_on_rim(net, to.state[top - 1])
            if v >= 0:
                top = _split(net, v, asked, to, top, tracks)
                continue
            top -= 1
            if asked.low <= to.carried[top] <= asked.high:
                note_found(net, to.state[top], asked, tracks, found)
    return looked
