"""Proof for small components: every plan within limits, cut off where it cannot be better.

Zones are grown one after another from the first patch not yet in one, in an order that sweeps over
the ground. Each patch on the rim of the growing zone is either taken in or left out for good;
branches end where the load, the load still within reach, the loads left over or the border already
cut rule out a better plan. Sets of patches are bits of one 64-bit word.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gridmap.partition.exact.bits import NONE, ONE, lowest
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


@kernel()
def _can_hold(near: Array, load: Array, rest: Any, zones: int, low: int, high: int) -> bool:
    """Tell whether the parts of the rest have loads that `zones` zones could have in all."""
    fewest = 0
    most = 0
    while rest != NONE:
        part = _reach(near, rest & (~rest + ONE), rest)
        rest &= ~part
        weight = _weigh(load, part)
        need = max((weight + high - 1) // high, 1)
        room = weight // low if low > 0 else zones
        if need > room:
            return False
        fewest += need
        most += room
        if fewest > zones:
            return False
    return fewest <= zones <= most


@kernel()
def prove(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    order: Array,
    zones: int,
    low: int,
    high: int,
    best_cut: float,
    limit: int,
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
    n = load.size
    place = np.empty(n, np.int64)
    for i in range(n):
        place[order[i]] = i
    near = np.zeros(n, np.uint64)
    weight = load[order]
    border = np.zeros((n, n), np.float64)
    for i in range(n):
        v = order[i]
        for j in range(ptr[v], ptr[v + 1]):
            near[i] |= ONE << np.uint64(place[nbr[j]])
            border[i, place[nbr[j]]] += wgt[j]
    slack = 1e-6 * max(wgt.sum() / max(wgt.size, 1), 1e-9)
    depth = 2 * n + 4
    rest_of = np.zeros(depth, np.uint64)  # patches not in a closed zone
    taken_of = np.zeros(depth, np.uint64)  # patches of the growing zone
    left_of = np.zeros(depth, np.uint64)  # patches left out of it for good
    load_of = np.zeros(depth, np.int64)
    cut_of = np.zeros(depth, np.float64)
    zone_of = np.zeros(depth, np.int64)
    closed = np.zeros((depth, zones), np.uint64)
    best = np.zeros(zones, np.uint64)
    found = False
    everything = NONE
    for i in range(n):
        everything |= ONE << np.uint64(i)
    rest_of[0] = everything
    taken_of[0] = ONE
    load_of[0] = weight[0]
    top = 1
    if weight.max() > high or not _can_hold(near, weight, everything, zones, low, high):
        return np.empty(0, np.int32), best_cut, True
    steps = 0
    while top > 0:
        steps += 1
        if steps > limit:
            break
        top -= 1
        rest, taken, left = rest_of[top], taken_of[top], left_of[top]
        carried, cut, zone = load_of[top], cut_of[top], zone_of[top]
        if cut >= best_cut - slack:
            continue
        rim = NONE
        scan = taken
        while scan != NONE:
            rim |= near[lowest(scan)]
            scan &= scan - ONE
        rim &= rest & ~taken & ~left
        if rim != NONE and zone < zones - 1:
            u = lowest(rim)
            bit = ONE << np.uint64(u)
            to_taken = 0.0
            to_left = 0.0
            scan = near[u] & rest
            while scan != NONE:
                x = lowest(scan)
                scan &= scan - ONE
                if taken & (ONE << np.uint64(x)):
                    to_taken += border[u, x]
                elif left & (ONE << np.uint64(x)):
                    to_left += border[u, x]
            without = left | bit
            # Leaving u out is possible if enough is still within reach.
            if cut + to_taken < best_cut - slack:
                within = _reach(near, taken, rest & ~without)
                if _weigh(weight, within) >= low:
                    rest_of[top], taken_of[top], left_of[top] = rest, taken, without
                    load_of[top], cut_of[top], zone_of[top] = carried, cut + to_taken, zone
                    closed[top + 1] = closed[top]
                    top += 1
            if carried + weight[u] <= high and cut + to_left < best_cut - slack:
                rest_of[top], taken_of[top], left_of[top] = rest, taken | bit, left
                load_of[top], cut_of[top], zone_of[top] = carried + weight[u], cut + to_left, zone
                top += 1
            continue
        if zone == zones - 1:
            # The last zone takes all that is left.
            if _reach(near, taken, rest) == rest and low <= _weigh(weight, rest) <= high:
                best_cut = cut
                found = True
                best[:] = closed[top]
                best[zone] = rest
            continue
        after = rest & ~taken
        if carried < low or carried > high or after == NONE:
            continue
        if not _can_hold(near, weight, after, zones - zone - 1, low, high):
            continue
        closed[top, zone] = taken
        rest_of[top] = after
        taken_of[top] = after & (~after + ONE)
        left_of[top] = NONE
        load_of[top] = weight[lowest(after)]
        cut_of[top] = cut
        zone_of[top] = zone + 1
        top += 1
    label = np.empty(0, np.int32)
    if found:
        label = np.zeros(n, np.int32)
        for z in range(zones):
            for i in range(n):
                if best[z] & (ONE << np.uint64(i)):
                    label[order[i]] = z
    return label, best_cut, steps <= limit
