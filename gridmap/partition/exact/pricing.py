"""Pricing: every zone within limits that costs no more than so much above what its patches pay.

The master problem of column generation gives every patch a price. A zone costs half its border
less the prices of its patches; zones far above zero have no place in a short plan. They are listed
by branch and bound: a zone grows from its heaviest patch, the heaviest patch on its rim is taken or
left out for good, and a branch ends when the load, the load still within reach, or the cheapest set
of any load (`mincut`, with the load priced by a Lagrange multiplier) rules out what is asked for.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.exact.mincut import Network, push
from gridmap.partition.exact.rest import rest_can_hold
from gridmap.partition.exact.roots import (
    FIXED,
    FREE,
    IN,
    OUT,
    Branches,
    copy_row,
    half_border,
    lay_branches,
    open_root,
    within_reach,
)
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["list_zones"]


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
def _spread(net: Network, state: Array, queue: Array, seen: Array) -> int:
    """Mark what the set can still reach through free patches; returns its load with that."""
    n = net.load.size
    seen[n] += 1
    tick = seen[n]
    write = 0
    total = 0
    for v in range(n):
        if state[v] == IN:
            seen[v] = tick
            queue[write] = v
            write += 1
    read = 0
    while read < write:
        v = queue[read]
        read += 1
        total += net.load[v]
        for i in range(net.ptr[v], net.ptr[v + 1]):
            u = net.nbr[i]
            if state[u] == FREE and seen[u] != tick:
                seen[u] = tick
                queue[write] = u
                write += 1
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
def _leave_out(
    net: Network, v: int, low: int, most: float, to: Branches, at: int, queue: Array, via: Array,
    seen: Array,
) -> bool:  # fmt: skip
    """Leave patch `v` out of the set of a branch; returns whether anything is left to look for."""
    to.state[at, v] = OUT
    if _spread(net, to.state[at], queue, seen) < low:
        return False
    tick = seen[net.load.size]
    bound = to.bound[at]
    for u in range(net.load.size):
        if u == v or (to.state[at, u] == FREE and seen[u] != tick):
            to.state[at, u] = OUT
            bound += to.outs[at, u]
            to.outs[at, u] = 0.0
            to.ins[at, u] = FIXED
    to.bound[at] = push(
        net.ptr, net.nbr, net.back, to.room[at], to.ins[at], to.outs[at], bound, most,
        queue, via, seen,
    )  # fmt: skip
    return to.bound[at] <= most


@kernel()
def _take_in(
    net: Network, v: int, high: int, most: float, to: Branches, at: int, queue: Array,
    via: Array, seen: Array,
) -> bool:  # fmt: skip
    """Take patch `v` into the set of a branch; returns whether anything is left to look for."""
    to.carried[at] += net.load[v]
    if to.carried[at] > high:
        return False
    to.state[at, v] = IN
    bound = to.bound[at] + to.ins[at, v]
    to.ins[at, v] = 0.0
    to.outs[at, v] = FIXED
    to.bound[at] = push(
        net.ptr, net.nbr, net.back, to.room[at], to.ins[at], to.outs[at], bound, most,
        queue, via, seen,
    )  # fmt: skip
    return to.bound[at] <= most


@kernel()
def list_zones(
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
    todo: Array,
    sets: Array,
    half: Array,
    count: int,
) -> tuple[int, int]:
    """List the zones whose half border is at most `most` above the prices of their patches.

    Parameters
    ----------
    prices, each
        What every patch pays, and what every zone pays besides.
    zones, low, high
        Number of zones of a plan, and the limits of each; sets whose rest cannot be cut into the
        other zones are left out.
    order
        The patches, those first whose zones are listed first: the heaviest.
    limit, share
        Branches looked at before giving up: in all, and from one patch.
    todo
        The patches whose zones are asked for: those they are the first of. A patch is no longer
        marked when its list is complete.
    sets, half, count
        Room for what is found, as in `Pool`, and how much of it is taken.

    Returns
    -------
    How much of the room is taken now, and branches looked at.
    """
    n = net.load.size
    to = lay_branches(net, n + 3)
    queue = np.empty(n, np.int64)
    via = np.empty(n, np.int64)
    seen = np.zeros(n + 1, np.int64)
    used = np.zeros(n, np.bool_)
    looked = 0
    for root in order:
        if not todo[root]:
            used[root] = True
            continue
        reach = within_reach(net, root, used, high, to.state[0])
        used[root] = True
        if reach < low or net.load[root] > high:
            todo[root] = False
            continue
        open_root(net, prices, each, low, high, to, queue, via, seen)
        to.carried[0] = net.load[root]
        top = 1 if to.bound[0] <= most else 0
        stop = looked + share
        todo[root] = False
        while top > 0:
            looked += 1
            if looked > limit or count >= half.size:
                todo[root] = True
                return count, looked
            if looked > stop:
                todo[root] = True
                break
            at = top - 1
            v = _heaviest_on_rim(net, to.state[at])
            if v >= 0:
                _copy_branch(to, at, at + 1)
                taken = _take_in(net, v, high, most, to, at + 1, queue, via, seen)
                if taken:
                    taken = rest_can_hold(net, to.state[at + 1], zones - 1, low, high, queue, seen)
                left = _leave_out(net, v, low, most, to, at, queue, via, seen)
                if left:
                    left = rest_can_hold(net, to.state[at], zones - 1, low, high, queue, seen)
                if not left:
                    if taken:
                        _copy_branch(to, at + 1, at)
                    else:
                        top -= 1
                elif taken:
                    top += 1
                continue
            top -= 1
            state = to.state[at]
            if low <= to.carried[at] <= high:
                border, paid = half_border(net, state, prices)
                if border - paid - each <= most and rest_can_hold(
                    net, state, zones - 1, low, high, queue, seen
                ):
                    sets[count] = np.uint64(0)
                    for u in range(n):
                        if state[u] == IN:
                            sets[count, u >> 6] |= np.uint64(1) << np.uint64(u & 63)
                    half[count] = border
                    count += 1
    return count, looked
