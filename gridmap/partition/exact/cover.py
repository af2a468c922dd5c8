"""Putting zones together: the plan of least cost that disjoint zones of a list make.

Set partitioning by depth-first search. Every zone of the list costs what it is above the prices of
its patches, so that a branch ends as soon as its zones have spent what a better plan may cost. The
patch that the fewest zones hold is covered next (D. Knuth's rule, "Dancing links", 2000).

One zone of the plan need not be in the list: where the list is complete up to one half of what may
be spent, no plan has two zones that are not in it. Then all zones but one are chosen, and the last
is the ground that remains.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["choose_zones", "members_of"]


def members_of(sets: Array, patches: int) -> Array:
    """Turn bits into a table of True and False: one row a zone, one column a patch."""
    flat = np.ascontiguousarray(sets).view(np.uint8).reshape(len(sets), 8 * sets.shape[1])
    return np.unpackbits(flat, axis=1, bitorder="little")[:, :patches].astype(np.bool_)


@kernel()
def _can_be_cut(
    ptr: Array, nbr: Array, load: Array, inside: Array, kept: Array, zones: int, low: int,
    high: int, queue: Array,
) -> bool:  # fmt: skip
    """Tell whether the patches marked 0 may be cut into so many zones, all kept ones in one.

    Marks them 2.
    """
    fewest, most, holds = 0, 0, 0
    for root in range(inside.size):
        if inside[root] != 0:
            continue
        inside[root] = 2
        queue[0] = root
        read, write, total = 0, 1, 0
        keeps = 0
        while read < write:
            v = queue[read]
            read += 1
            total += load[v]
            keeps |= kept[v]
            for i in range(ptr[v], ptr[v + 1]):
                if inside[nbr[i]] == 0:
                    inside[nbr[i]] = 2
                    queue[write] = nbr[i]
                    write += 1
        need = max((total + high - 1) // high, 1)
        fits = total // low if low > 0 else zones
        if need > fits:
            return False
        fewest += need
        most += fits
        holds += keeps
    return fewest <= zones <= most and holds <= 1


@kernel()
def _cost_of_rest(ptr: Array, nbr: Array, wgt: Array, prices: Array, inside: Array) -> float:
    """Measure what the patches marked 2 cost as one zone, above their prices."""
    cost = 0.0
    for v in range(inside.size):
        if inside[v] == 2:
            cost -= prices[v]
            for i in range(ptr[v], ptr[v + 1]):
                if inside[nbr[i]] != 2:
                    cost += 0.5 * wgt[i]
    return cost


@kernel()
def choose_zones(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    prices: Array,
    each: float,
    zones: int,
    low: int,
    high: int,
    member: Array,
    cost: Array,
    spend: float,
    spare: float,
    limit: int,
) -> tuple[Array, float, bool]:
    """Find the plan of zones of a list that costs least.

    Parameters
    ----------
    prices, each
        As in `list_zones`; only the zone that is not in the list is measured by them.
    member, cost
        The list, the cheapest first: patches of each zone, and its cost above their prices.
    spend
        Plans that cost as much or more are not looked for.
    spare
        The least that a zone outside the list costs; negative if all must be in it.
    limit
        Zones looked at before giving up, each counted as often as it is.

    Returns
    -------
    Labels (empty if there is no such plan), their cost, and whether the search was completed.
    """
    n = load.size
    depth = n + zones + 2
    listed = np.empty((depth, cost.size), np.int32)  # zones that still fit
    size = np.zeros(depth, np.int64)
    at = np.zeros(depth, np.int64)
    patch = np.full(depth, -1, np.int64)
    chosen = np.full(depth, -1, np.int64)  # the zone a level was entered with; -1: none
    spent = np.zeros(depth)
    picked = np.zeros(depth, np.int64)
    aside = np.zeros(depth, np.int64)  # load of the patches kept for the last zone
    kept = np.zeros(n, np.bool_)
    count = np.empty(n, np.int64)
    inside = np.empty(n, np.int8)
    queue = np.empty(n, np.int64)
    best = np.empty(0, np.int32)
    wanted = zones if spare < 0.0 else zones - 1
    room = spend - max(spare, 0.0)
    for i in range(cost.size):
        listed[0, i] = i
    size[0] = cost.size
    level = 0
    looked = 0
    while level >= 0:
        if patch[level] < 0:
            # A level is entered: which patches are covered, and which of the others comes next.
            for v in range(n):
                inside[v] = 0
                count[v] = 0
            for up in range(level + 1):
                if chosen[up] >= 0:
                    for v in range(n):
                        if member[chosen[up], v]:
                            inside[v] = 1
            left = zones - picked[level]
            if not _can_be_cut(ptr, nbr, load, inside, kept, left, low, high, queue):
                level -= 1
                continue
            if picked[level] == wanted:
                rest = 0.0
                if wanted < zones:
                    rest = _cost_of_rest(ptr, nbr, wgt, prices, inside) - each
                if spent[level] + rest < spend:
                    spend = spent[level] + rest
                    room = min(room, spend - max(spare, 0.0))
                    best = np.full(n, zones - 1, np.int32)
                    zone = 0
                    for up in range(level + 1):
                        if chosen[up] >= 0:
                            for v in range(n):
                                if member[chosen[up], v]:
                                    best[v] = zone
                            zone += 1
                level -= 1
                continue
            for i in range(size[level]):
                for v in range(n):
                    count[v] += member[listed[level, i], v]
            for v in range(n):
                rarer = patch[level] < 0 or count[v] < count[patch[level]]
                if inside[v] == 2 and not kept[v] and rarer:
                    patch[level] = v
            if patch[level] < 0:
                level -= 1
                continue
            at[level] = 0
        v = patch[level]
        if kept[v]:
            # Back from the branch that kept the patch for the last zone.
            kept[v] = False
            patch[level] = -1
            level -= 1
            continue
        while at[level] < size[level] and not member[listed[level, at[level]], v]:
            at[level] += 1
        new = -1
        if at[level] < size[level]:
            new = listed[level, at[level]]
            at[level] += 1
            if spent[level] + cost[new] >= room:
                at[level] = size[level]
                continue
        elif wanted < zones and aside[level] + load[v] <= high:
            kept[v] = True
        else:
            patch[level] = -1
            level -= 1
            continue
        looked += size[level] + n
        if looked > limit:
            return best, spend, False
        chosen[level + 1] = new
        spent[level + 1] = spent[level] + (cost[new] if new >= 0 else 0.0)
        picked[level + 1] = picked[level] + (new >= 0)
        aside[level + 1] = aside[level] + (load[v] if new < 0 else 0)
        patch[level + 1] = -1
        write = 0
        for i in range(size[level]):
            other = listed[level, i]
            if spent[level + 1] + cost[other] >= room:
                break
            fits = new >= 0 or not member[other, v]
            if new >= 0:
                for u in range(n):
                    if member[other, u] and member[new, u]:
                        fits = False
                        break
            if fits:
                listed[level + 1, write] = other
                write += 1
        size[level + 1] = write
        level += 1
    return best, spend, True
