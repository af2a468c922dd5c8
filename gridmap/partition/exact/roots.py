"""The first branch of a patch: the zones it is the first of, and the best bound on their cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.exact.mincut import Network, push, settle_prices
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = [
    "FIXED",
    "FREE",
    "IN",
    "OUT",
    "Branches",
    "copy_row",
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
def open_root(
    net: Network,
    prices: Array,
    each: float,
    low: int,
    high: int,
    to: Branches,
    queue: Array,
    via: Array,
    seen: Array,
) -> float:
    """Leave the branch with the best bound at place 0; returns its multiplier of the load."""
    n = net.load.size
    mean = max(net.wgt.sum(), 1e-9) / max(net.load.sum(), 1)
    least, most = -20 * mean, 20 * mean
    to.bound[0] = -FIXED
    best = 0.0
    for _ in range(_TURNS):
        rate = 0.5 * (least + most)
        for i in range(net.wgt.size):
            to.room[1, i] = 0.5 * net.wgt[i]
        bound = -each - max(rate * high, rate * low)
        for v in range(n):
            worth = prices[v] - rate * net.load[v]
            to.ins[1, v] = max(-worth, 0.0)
            to.outs[1, v] = max(worth, 0.0)
            if to.state[0, v] == OUT:
                to.ins[1, v], to.outs[1, v] = FIXED, 0.0
            elif to.state[0, v] == IN:
                to.ins[1, v], to.outs[1, v] = 0.0, FIXED
                bound -= worth
            elif worth > 0.0:
                bound -= worth
        bound += settle_prices(to.ins[1], to.outs[1])
        bound = push(
            net.ptr, net.nbr, net.back, to.room[1], to.ins[1], to.outs[1], bound, FIXED,
            queue, via, seen,
        )  # fmt: skip
        if bound > to.bound[0]:
            copy_row(to.room[1], to.room[0])
            copy_row(to.ins[1], to.ins[0])
            copy_row(to.outs[1], to.outs[0])
            to.bound[0] = bound
            best = rate
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
