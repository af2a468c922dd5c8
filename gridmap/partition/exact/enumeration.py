"""Proof for small components: every plan within limits, cut off where it cannot be better.

Zones are grown one after another from the first patch not yet in one, in an order that sweeps over
the ground. Each patch on the rim of the growing zone is either taken in or left out for good;
branches end where the load, the load still within reach, the loads left over or the border already
cut rule out a better plan. Sets of patches are bits of one 64-bit word.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gridmap.partition.exact.bits import NONE, ONE, lowest
from gridmap.partition.exact.rest import zones_of_load
from gridmap.partition.model.graph import Graph
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["LARGEST", "prove"]

LARGEST = 64
"""Patches of the largest component the search takes: the bits of a word."""


@kernel()
def _reach(near: Array, root: Any, inside: Any) -> Any:
    """Find the patches of `inside` connected to the patches `root` of it."""
    seen = root
    rim = root
    while rim != NONE:
        v = lowest(rim)
        rim &= rim - ONE
        new = near[v] & inside & ~seen
        seen |= new
        rim |= new
    return seen


@kernel()
def _weigh(load: Array, mask: Any) -> int:
    """Sum the loads of a set of patches."""
    total = 0
    while mask != NONE:
        total += load[lowest(mask)]
        mask &= mask - ONE
    return total


class _Ground(NamedTuple):
    """A small graph, its patches in an order: neighbours as bits, loads, borders by two places."""

    near: Array
    weight: Array
    border: Array


class _Branches(NamedTuple):
    """Open branches: patches not in a closed zone, those of the growing zone and those left out.

    `load` is that of the growing zone, `cut` the border cut so far, `zone` the number of the zone;
    `closed` are the zones before it.
    """

    rest: Array
    taken: Array
    left: Array
    load: Array
    cut: Array
    zone: Array
    closed: Array


@kernel()
def _lay_ground(graph: Graph, order: Array) -> _Ground:
    """Lay the patches out in an order."""
    n = graph.load.size
    place = np.empty(n, np.int64)
    for i in range(n):
        place[order[i]] = i
    near = np.zeros(n, np.uint64)
    border = np.zeros((n, n), np.float64)
    for i in range(n):
        v = order[i]
        for j in range(graph.ptr[v], graph.ptr[v + 1]):
            near[i] |= ONE << np.uint64(place[graph.nbr[j]])
            border[i, place[graph.nbr[j]]] += graph.wgt[j]
    return _Ground(near, graph.load[order], border)


@kernel()
def _lay_branches(depth: int, zones: int) -> _Branches:
    """Make room for so many open branches."""
    return _Branches(
        np.zeros(depth, np.uint64),
        np.zeros(depth, np.uint64),
        np.zeros(depth, np.uint64),
        np.zeros(depth, np.int64),
        np.zeros(depth, np.float64),
        np.zeros(depth, np.int64),
        np.zeros((depth, zones), np.uint64),
    )


@kernel()
def _can_hold(near: Array, load: Array, rest: Any, zones: int, low: int, high: int) -> bool:
    """Tell whether the parts of the rest have loads that `zones` zones could have in all."""
    fewest = 0
    most = 0
    while rest != NONE:
        part = _reach(near, rest & (~rest + ONE), rest)
        rest &= ~part
        need, fits = zones_of_load(_weigh(load, part), zones, low, high)
        if need > fits:
            return False
        fewest += need
        most += fits
        if fewest > zones:
            return False
    return fewest <= zones <= most


@kernel()
def _rim_of(near: Array, taken: Any) -> Any:
    """Find the patches beside a set, some of the set among them."""
    rim = NONE
    while taken != NONE:
        rim |= near[lowest(taken)]
        taken &= taken - ONE
    return rim


@kernel()
def _borders(border: Array, u: int, beside: Any, taken: Any, left: Any) -> tuple[float, float]:
    """Sum the borders of a patch with those beside it that are taken, and that are left out."""
    to_taken, to_left = 0.0, 0.0
    while beside != NONE:
        x = lowest(beside)
        beside &= beside - ONE
        if taken & (ONE << np.uint64(x)):
            to_taken += border[u, x]
        elif left & (ONE << np.uint64(x)):
            to_left += border[u, x]
    return to_taken, to_left


@kernel()
def _try_all(
    ground: _Ground, zones: int, low: int, high: int, best_cut: float, slack: float, limit: int,
    best: Array,
) -> tuple[float, bool]:  # fmt: skip
    """Look at all plans that cut less than `best_cut`; the best goes to `best`, as bits of zones.

    Returns what it cuts, and whether all were looked at.
    """
    near, weight, border = ground
    rests, takens, lefts, loads, cuts, numbers, closed = _lay_branches(2 * weight.size + 4, zones)
    for i in range(weight.size):
        rests[0] |= ONE << np.uint64(i)
    takens[0] = ONE
    loads[0] = weight[0]
    top = 1
    steps = 0
    while top > 0:
        steps += 1
        if steps > limit:
            break
        top -= 1
        rest, taken, left = rests[top], takens[top], lefts[top]
        carried, cut, zone = loads[top], cuts[top], numbers[top]
        if cut >= best_cut - slack:
            continue
        rim = _rim_of(near, taken) & rest & ~taken & ~left
        if rim != NONE and zone < zones - 1:
            u = lowest(rim)
            bit = ONE << np.uint64(u)
            to_taken, to_left = _borders(border, u, near[u] & rest, taken, left)
            without = left | bit
            # Leaving u out is possible if enough is still within reach.
            if cut + to_taken < best_cut - slack:
                within = _reach(near, taken, rest & ~without)
                if _weigh(weight, within) >= low:
                    lefts[top] = without
                    cuts[top] = cut + to_taken
                    closed[top + 1] = closed[top]
                    top += 1
            if carried + weight[u] <= high and cut + to_left < best_cut - slack:
                rests[top], takens[top], lefts[top] = rest, taken | bit, left
                loads[top], cuts[top], numbers[top] = carried + weight[u], cut + to_left, zone
                top += 1
        elif zone == zones - 1:
            # The last zone takes all that is left.
            if _reach(near, taken, rest) == rest and low <= _weigh(weight, rest) <= high:
                best_cut = cut
                best[:] = closed[top]
                best[zone] = rest
        elif low <= carried <= high and rest != taken:
            after = rest & ~taken
            if _can_hold(near, weight, after, zones - zone - 1, low, high):
                closed[top, zone] = taken
                rests[top], takens[top], lefts[top] = after, after & (~after + ONE), NONE
                loads[top], numbers[top] = weight[lowest(after)], zone + 1
                top += 1
    return best_cut, steps <= limit


@kernel()
def _label_sets(sets: Array, order: Array) -> Array:
    """Number the patches by the set they are in."""
    label = np.zeros(order.size, np.int32)
    for z in range(sets.size):
        for i in range(order.size):
            if sets[z] & (ONE << np.uint64(i)):
                label[order[i]] = z
    return label


@kernel()
def prove(
    graph: Graph, order: Array, zones: int, low: int, high: int, best_cut: float, limit: int
) -> tuple[Array, float, bool]:
    """Find the plan with the shortest border below `best_cut`, or prove that there is none.

    Parameters
    ----------
    order
        The patches in an order that sweeps over the component (at most 64 of them).
    low, high
        Limits of every zone; `high` at least 1.
    best_cut
        Only plans with a shorter border are looked for.
    limit
        Branches looked at before giving up.

    Returns
    -------
    Labels (empty when none was found), their cut, and whether the search was completed: then
    nothing better exists.
    """
    ground = _lay_ground(graph, order)
    slack = 1e-6 * max(graph.wgt.sum() / max(graph.wgt.size, 1), 1e-9)
    everything = NONE
    for i in range(order.size):
        everything |= ONE << np.uint64(i)
    fits = ground.weight.max() <= high
    if not fits or not _can_hold(ground.near, ground.weight, everything, zones, low, high):
        return np.empty(0, np.int32), best_cut, True
    best = np.zeros(zones, np.uint64)
    cut, complete = _try_all(ground, zones, low, high, best_cut, slack, limit, best)
    label = np.empty(0, np.int32)
    if best[0] != NONE:
        label = _label_sets(best, order)
    return label, cut, complete
