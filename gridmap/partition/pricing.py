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

from gridmap.partition.kernel import kernel
from gridmap.partition.mincut import Network, push, settle_prices
from gridmap.partition.rest import rest_can_hold
from gridmap.partition.types import Array

__all__ = ["list_zones"]

_FIXED = 1e15  # the price of what may not be

_FREE, _IN, _OUT = 0, 1, 2
_TURNS = 14  # halvings of the multiplier of the load


class _Branches(NamedTuple):
    """The open branches: what is left of all prices, the bound, what is decided, the load."""

    room: Array
    ins: Array
    outs: Array
    bound: Array
    state: Array
    carried: Array


@kernel()
def _copy(source: Array, target: Array) -> None:
    """Copy a row."""
    for i in range(source.size):
        target[i] = source[i]


@kernel()
def _copy_branch(to: _Branches, one: int, other: int) -> None:
    """Copy an open branch."""
    _copy(to.room[one], to.room[other])
    _copy(to.ins[one], to.ins[other])
    _copy(to.outs[one], to.outs[other])
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
        if state[v] == _IN:
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
            if state[u] == _FREE and seen[u] != tick:
                seen[u] = tick
                queue[write] = u
                write += 1
    return total


@kernel()
def _within_reach(net: Network, root: int, used: Array, high: int, state: Array) -> int:
    """Free the patches that a way of light enough patches joins to `root`; returns their load."""
    n = net.load.size
    way = np.full(n, high + 1)
    way[root] = net.load[root]
    changed = True
    while changed:
        changed = False
        for v in range(n):
            if way[v] <= high:
                for i in range(net.ptr[v], net.ptr[v + 1]):
                    u = net.nbr[i]
                    if not used[u] and way[v] + net.load[u] < way[u]:
                        way[u] = way[v] + net.load[u]
                        changed = True
    total = 0
    for v in range(n):
        state[v] = _OUT
        if way[v] <= high:
            state[v] = _FREE
            total += net.load[v]
    state[root] = _IN
    return total


@kernel()
def _open_root(
    net: Network,
    prices: Array,
    each: float,
    low: int,
    high: int,
    to: _Branches,
    queue: Array,
    via: Array,
    seen: Array,
) -> None:
    """Find the multiplier of the load that gives the best bound; leave the branch at place 0."""
    n = net.load.size
    mean = max(net.wgt.sum(), 1e-9) / max(net.load.sum(), 1)
    least, most = -20 * mean, 20 * mean
    to.bound[0] = -_FIXED
    for _ in range(_TURNS):
        rate = 0.5 * (least + most)
        for i in range(net.wgt.size):
            to.room[1, i] = 0.5 * net.wgt[i]
        bound = -each - max(rate * high, rate * low)
        for v in range(n):
            worth = prices[v] - rate * net.load[v]
            to.ins[1, v] = max(-worth, 0.0)
            to.outs[1, v] = max(worth, 0.0)
            if to.state[0, v] == _OUT:
                to.ins[1, v], to.outs[1, v] = _FIXED, 0.0
            elif to.state[0, v] == _IN:
                to.ins[1, v], to.outs[1, v] = 0.0, _FIXED
                bound -= worth
            elif worth > 0.0:
                bound -= worth
        bound += settle_prices(to.ins[1], to.outs[1])
        bound = push(
            net.ptr, net.nbr, net.back, to.room[1], to.ins[1], to.outs[1], bound, _FIXED,
            queue, via, seen,
        )  # fmt: skip
        if bound > to.bound[0]:
            _copy(to.room[1], to.room[0])
            _copy(to.ins[1], to.ins[0])
            _copy(to.outs[1], to.outs[0])
            to.bound[0] = bound
        carried = 0
        for v in range(n):
            if seen[v] == seen[n]:
                carried += net.load[v]
        if carried > high:
            least = rate
        elif carried < low:
            most = rate
        else:
            break


@kernel()
def _heaviest_on_rim(net: Network, state: Array) -> int:
    """Find the heaviest free patch next to the set; -1 if there is none."""
    best = -1
    for v in range(net.load.size):
        if state[v] == _FREE and (best < 0 or net.load[v] > net.load[best]):
            for i in range(net.ptr[v], net.ptr[v + 1]):
                if state[net.nbr[i]] == _IN:
                    best = v
                    break
    return best


@kernel()
def _leave_out(
    net: Network, v: int, low: int, most: float, to: _Branches, at: int, queue: Array, via: Array,
    seen: Array,
) -> bool:  # fmt: skip
    """Leave patch `v` out of the set of a branch; returns whether anything is left to look for."""
    to.state[at, v] = _OUT
    if _spread(net, to.state[at], queue, seen) < low:
        return False
    tick = seen[net.load.size]
    bound = to.bound[at]
    for u in range(net.load.size):
        if u == v or (to.state[at, u] == _FREE and seen[u] != tick):
            to.state[at, u] = _OUT
            bound += to.outs[at, u]
            to.outs[at, u] = 0.0
            to.ins[at, u] = _FIXED
    to.bound[at] = push(
        net.ptr, net.nbr, net.back, to.room[at], to.ins[at], to.outs[at], bound, most,
        queue, via, seen,
    )  # fmt: skip
    return to.bound[at] <= most


@kernel()
def _take_in(
    net: Network, v: int, high: int, most: float, to: _Branches, at: int, queue: Array,
    via: Array, seen: Array,
) -> bool:  # fmt: skip
    """Take patch `v` into the set of a branch; returns whether anything is left to look for."""
    to.carried[at] += net.load[v]
    if to.carried[at] > high:
        return False
    to.state[at, v] = _IN
    bound = to.bound[at] + to.ins[at, v]
    to.ins[at, v] = 0.0
    to.outs[at, v] = _FIXED
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
    sets: Array,
    half: Array,
) -> tuple[int, int, bool]:
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
    sets, half
        Room for what is found, as in `Pool`.

    Returns
    -------
    How many were found, branches looked at, and whether the list is complete.
    """
    n = net.load.size
    depth = n + 3
    to = _Branches(
        np.empty((depth, net.nbr.size)),
        np.empty((depth, n)),
        np.empty((depth, n)),
        np.empty(depth),
        np.empty((depth, n), np.int8),
        np.empty(depth, np.int64),
    )
    queue = np.empty(n, np.int64)
    via = np.empty(n, np.int64)
    seen = np.zeros(n + 1, np.int64)
    used = np.zeros(n, np.bool_)
    count, looked = 0, 0
    complete = True
    for root in order:
        reach = _within_reach(net, root, used, high, to.state[0])
        used[root] = True
        if reach < low or net.load[root] > high:
            continue
        _open_root(net, prices, each, low, high, to, queue, via, seen)
        to.carried[0] = net.load[root]
        top = 1 if to.bound[0] <= most else 0
        stop = looked + share
        while top > 0:
            looked += 1
            if looked > limit or count >= half.size:
                return count, looked, False
            if looked > stop:
                complete = False
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
                border, paid = 0.0, each
                for u in range(n):
                    if state[u] == _IN:
                        paid += prices[u]
                        for i in range(net.ptr[u], net.ptr[u + 1]):
                            if state[net.nbr[i]] != _IN:
                                border += 0.5 * net.wgt[i]
                if border - paid <= most and rest_can_hold(
                    net, state, zones - 1, low, high, queue, seen
                ):
                    for u in range(n):
                        if state[u] == _IN:
                            sets[count, u >> 6] |= np.uint64(1) << np.uint64(u & 63)
                    half[count] = border
                    count += 1
    return count, looked, complete
