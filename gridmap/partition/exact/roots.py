"""The first branch of a patch: the zones it is the first of, and the best bound on their cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.exact.mincut import Flow, Network, Tracks, push, settle_prices
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = [
    "FIXED",
    "FREE",
    "IN",
    "OUT",
    "Asked",
    "Branches",
    "copy_row",
    "flow_of",
    "half_border",
    "lay_branches",
    "open_root",
    "within_reach",
]

FIXED = 1e15
"""The price of what may not be."""

FREE, IN, OUT = 0, 1, 2
"""What is decided about a patch."""

_TURNS = 14  # halvings of the multiplier of the load
_STEEPEST = 20  # times all borders over all loads: what the multiplier of the load is at most


class Asked(NamedTuple):
    """Which zones are asked for.

    `prices` is what every patch pays and `each` what every zone pays besides; `zones` the number of
    zones of a plan, `low` and `high` the limits of each; `most` what a zone may cost above what is
    paid.
    """

    prices: Array
    each: float
    zones: int
    low: int
    high: int
    most: float


class Branches(NamedTuple):
    """The open branches: what is left of all prices, the bound, what is decided, the load."""

    room: Array
    ins: Array
    outs: Array
    bound: Array
    state: Array
    carried: Array


@kernel()
def lay_branches(net: Network, depth: int) -> Branches:
    """Make room for so many open branches."""
    n = net.load.size
    return Branches(
        np.empty((depth, net.nbr.size)),
        np.empty((depth, n)),
        np.empty((depth, n)),
        np.empty(depth),
        np.empty((depth, n), np.int8),
        np.empty(depth, np.int64),
    )


@kernel()
def copy_row(source: Array, target: Array) -> None:
    """Copy a row."""
    for i in range(source.size):
        target[i] = source[i]


@kernel()
def within_reach(net: Network, root: int, used: Array, high: int, state: Array) -> int:
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
        state[v] = OUT
        if way[v] <= high:
            state[v] = FREE
            total += net.load[v]
    state[root] = IN
    return total


@kernel()
def flow_of(to: Branches, at: int) -> Flow:
    """Give what a branch has left of all prices."""
    return Flow(to.room[at], to.ins[at], to.outs[at])


@kernel()
def _price_load(net: Network, asked: Asked, rate: float, state: Array, flow: Flow) -> float:
    """Set all prices with the load priced at `rate`; returns what every set costs at least."""
    for i in range(net.wgt.size):
        flow.room[i] = 0.5 * net.wgt[i]
    bound = -asked.each - max(rate * asked.high, rate * asked.low)
    for v in range(net.load.size):
        worth = asked.prices[v] - rate * net.load[v]
        flow.ins[v] = max(-worth, 0.0)
        flow.outs[v] = max(worth, 0.0)
        if state[v] == OUT:
            flow.ins[v], flow.outs[v] = FIXED, 0.0
        elif state[v] == IN:
            flow.ins[v], flow.outs[v] = 0.0, FIXED
            bound -= worth
        elif worth > 0.0:
            bound -= worth
    return bound + settle_prices(flow.ins, flow.outs)


@kernel()
def open_root(net: Network, asked: Asked, to: Branches, tracks: Tracks) -> float:
    """Leave the branch with the best bound at place 0; returns its multiplier of the load."""
    n = net.load.size
    mean = max(net.wgt.sum(), 1e-9) / max(net.load.sum(), 1)
    least, most = -_STEEPEST * mean, _STEEPEST * mean
    to.bound[0] = -FIXED
    best = 0.0
    flow = flow_of(to, 1)
    for _ in range(_TURNS):
        rate = 0.5 * (least + most)
        bound = _price_load(net, asked, rate, to.state[0], flow)
        bound = push(net, flow, bound, FIXED, tracks)
        if bound > to.bound[0]:
            copy_row(to.room[1], to.room[0])
            copy_row(to.ins[1], to.ins[0])
            copy_row(to.outs[1], to.outs[0])
            to.bound[0] = bound
            best = rate
        carried = 0
        for v in range(n):
            if tracks.seen[v] == tracks.seen[n]:
                carried += net.load[v]
        if carried > asked.high:
            least = rate
        elif carried < asked.low:
            most = rate
        else:
            break
    return best


@kernel()
def half_border(net: Network, state: Array, prices: Array) -> tuple[float, float]:
    """Measure half the border of a set, and what its patches pay."""
    border, paid = 0.0, 0.0
    for u in range(state.size):
        if state[u] == IN:
            paid += prices[u]
            for i in range(net.ptr[u], net.ptr[u + 1]):
                if state[net.nbr[i]] != IN:
                    border += 0.5 * net.wgt[i]
    return border, paid
