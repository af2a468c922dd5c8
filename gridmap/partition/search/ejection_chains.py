"""Mending overloads by ejection chains: few moves that together break nothing.

When a zone is a little too heavy, seldom a single patch of the right size lies on its rim. A chain
does it: one patch moves to a neighbouring zone, which passes one on to the next (or back), until a
zone has room. The search goes depth first, cheapest border first, with a bound on its length
(F. Glover, "Ejection chains, reference structures and alternating path methods", 1996).
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.types import Array
from gridmap.partition.search.moves import stays_whole, zone_loads
from layers.contract.kernel import kernel

__all__ = ["WIDTH", "mend_overloads", "mend_zone"]

WIDTH = 32
"""Candidate moves kept per link of a chain."""


@kernel()
def _list_zone(
    ptr: Array, nbr: Array, label: Array, root: int, mark: Array, tick: int, queue: Array
) -> int:
    """List the patches of the zone of `root` in `queue`; returns how many."""
    zone = label[root]
    queue[0] = root
    mark[root] = tick
    read, write = 0, 1
    while read < write:
        v = queue[read]
        read += 1
        for i in range(ptr[v], ptr[v + 1]):
            u = nbr[i]
            if label[u] == zone and mark[u] != tick:
                mark[u] = tick
                queue[write] = u
                write += 1
    return write


@kernel()
def _list_moves(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    label: Array,
    total: Array,
    low: Array,
    high: Array,
    movable: Array,
    members: Array,
    size: int,
    last: bool,
    spent: float,
    home: Array,
    found: Array,
    cost: Array,
) -> int:
    """List the moves that bring one zone under its limit, cheapest first.

    With `last`, only moves into a zone with room. The price of a move is the border it adds, or
    where `home` names the zones of a plan in force, the load it takes away from home. Returns
    their number; rows of `found` are (patch, zone).
    """
    kept = 0
    zone = label[members[0]]
    over = total[zone] - high[zone]
    for m in range(size):
        v = members[m]
        step = load[v]
        if step < over or step == 0 or not movable[v] or total[zone] - step < low[zone]:
            continue
        inside = 0.0
        for i in range(ptr[v], ptr[v + 1]):
            if label[nbr[i]] == zone:
                inside += wgt[i]
        for i in range(ptr[v], ptr[v + 1]):
            z = label[nbr[i]]
            if z == zone:
                continue
            beyond = total[z] + step - high[z]
            if (last and beyond > 0) or beyond > over + step:
                continue
            seen = False
            outside = 0.0
            for j in range(ptr[v], ptr[v + 1]):
                if label[nbr[j]] == z:
                    if j < i:
                        seen = True
                        break
                    outside += wgt[j]
            if seen:
                continue
            price = spent + inside - outside
            if home.size:
                price = spent + 1e-9 * (inside - outside)
                if home[v] == zone:
                    price += step
                elif home[v] == z:
                    price -= step
            if kept == WIDTH:
                if price >= cost[kept - 1]:
                    continue
                kept -= 1
            at = kept
            while at > 0 and cost[at - 1] > price:
                cost[at] = cost[at - 1]
                found[at, 0] = found[at - 1, 0]
                found[at, 1] = found[at - 1, 1]
                at -= 1
            cost[at] = price
            found[at, 0] = v
            found[at, 1] = z
            kept += 1
    return kept


@kernel()
def _move(
    v: int, z: int, ptr: Array, nbr: Array, load: Array, label: Array, total: Array, anchor: Array
) -> None:
    """Move a patch to a zone and keep loads and anchors up to date."""
    old = label[v]
    label[v] = z
    total[old] -= load[v]
    total[z] += load[v]
    if anchor[old] == v:
        for i in range(ptr[v], ptr[v + 1]):
            if label[nbr[i]] == old:
                anchor[old] = nbr[i]
                break


@kernel()
def mend_zone(
    zone: int,
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    label: Array,
    total: Array,
    anchor: Array,
    low: Array,
    high: Array,
    movable: Array,
    home: Array,
    depth: int,
    budget: int,
    mark: Array,
    stamp: Array,
    queue: Array,
) -> bool:
    """Bring one zone under its limit by the shortest chain of at most `depth` moves.

    Of the chains of that length looked at (about `budget` moves) the one that adds least border
    is taken. Changes `label`, `total` and `anchor` (one patch of every zone) when it succeeds.
    """
    found = np.empty((depth, WIDTH, 2), np.int64)
    cost = np.empty((depth, WIDTH), np.float64)
    size = np.zeros(depth, np.int64)
    at = np.zeros(depth, np.int64)
    origin = np.zeros(depth, np.int64)
    best = np.empty((depth, 2), np.int64)
    for limit in range(1, depth + 1):
        level = 0
        best_cost = np.inf
        left = budget
        mark[mark.size - 1] += 1
        m = _list_zone(ptr, nbr, label, anchor[zone], mark, mark[mark.size - 1], queue)
        size[0] = _list_moves(
            ptr, nbr, wgt, load, label, total, low, high, movable, queue, m,
            limit == 1, 0.0, home, found[0], cost[0],
        )  # fmt: skip
        at[0] = 0
        while level >= 0:
            if at[level] >= size[level]:
                level -= 1
                if level >= 0:
                    _move(
                        found[level, at[level], 0], origin[level],
                        ptr, nbr, load, label, total, anchor,
                    )  # fmt: skip
                    at[level] += 1
                continue
            left -= 1
            if left < 0 or cost[level, at[level]] >= best_cost:
                # Candidates are sorted by cost: nothing better follows on this level.
                at[level] = size[level]
                continue
            v = found[level, at[level], 0]
            z = found[level, at[level], 1]
            again = False
            for i in range(level):
                again = again or found[i, at[i], 0] == v
            if again or not stays_whole(v, ptr, nbr, label, stamp, queue, 2000):
                at[level] += 1
                continue
            origin[level] = label[v]
            _move(v, z, ptr, nbr, load, label, total, anchor)
            if total[z] <= high[z]:
                best_cost = cost[level, at[level]]
                for i in range(level + 1):
                    best[i] = found[i, at[i]]
            if total[z] <= high[z] or level + 1 == limit:
                _move(v, origin[level], ptr, nbr, load, label, total, anchor)
                at[level] += 1
                continue
            mark[mark.size - 1] += 1
            m = _list_zone(ptr, nbr, label, anchor[z], mark, mark[mark.size - 1], queue)
            level += 1
            size[level] = _list_moves(
                ptr, nbr, wgt, load, label, total, low, high, movable, queue, m,
                level + 1 == limit, cost[level - 1, at[level - 1]], home,
                found[level], cost[level],
            )  # fmt: skip
            at[level] = 0
        if best_cost < np.inf:
            for i in range(limit):
                _move(best[i, 0], best[i, 1], ptr, nbr, load, label, total, anchor)
                if total[best[i, 1]] <= high[best[i, 1]]:
                    break
            return True
    return False


@kernel()
def mend_overloads(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    label: Array,
    low: Array,
    high: Array,
    movable: Array,
    home: Array,
    depth: int,
    budget: int,
) -> int:
    """Mend every zone above its limit that a chain can mend; returns how many are left.

    `home` are the labels of a plan in force that should change as little as possible, or empty.
    """
    n = ptr.size - 1
    zones = high.size
    total, _ = zone_loads(load, label, zones)
    anchor = np.zeros(zones, np.int64)
    for v in range(n):
        anchor[label[v]] = v
    mark = np.zeros(n + 1, np.int64)
    stamp = np.zeros(n + 1, np.int64)
    queue = np.empty(n, np.int32)
    left = 0
    for zone in range(zones):
        if total[zone] > high[zone] and not mend_zone(
            zone, ptr, nbr, wgt, load, label, total, anchor, low, high, movable, home,
            depth, budget,
            mark, stamp, queue,
        ):  # fmt: skip
            left += 1
    return left
