"""Few zones within tight limits: many short annealings that remember the best plan within limits.

With loads far apart and limits a percent wide, plans within the limits are needles. Annealing with
a moderate price on missing the limits walks through plans with a short border, and passes needles
on its way; the best one passed is kept. Rounds begin from random cuts, or from one of the best
plans so far with two or three of its zones cut anew.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.exact.pool import Pool, note_zone
from gridmap.partition.model.random import draw_below, draw_share, start_stream
from gridmap.partition.model.types import Array
from gridmap.partition.search.bisection import join_parts
from gridmap.partition.search.moves import border_gain, move_over, zone_loads
from gridmap.partition.search.scatter import scatter, scatter_some
from layers.contract.kernel import kernel

__all__ = ["ELITE", "NEVER", "fits_somewhere", "search"]

ELITE = 8
"""How many of the best plans are kept to begin from."""

NEVER = 1e300
"""The cut of no plan."""


@kernel()
def fits_somewhere(
    ptr: Array, nbr: Array, load: Array, root: int, low: int, high: int, limit: int
) -> bool:
    """Tell whether any connected set of patches around `root` has a load within [low, high].

    Heavy patches have few neighbours they can take along, so that all sets are soon looked at. The
    answer False is exact; True may also mean that `limit` sets were not enough.
    """
    mark = np.zeros(load.size, np.int8)  # 1: in the set, 2: left out for good
    taken = np.empty(load.size, np.int32)
    chosen = np.empty(load.size, np.int32)
    taken[0] = root
    mark[root] = 1
    size, depth = 1, 0
    total = load[root]
    for _ in range(limit):
        if low <= total <= high:
            return True
        found = -1
        for i in range(size):
            for j in range(ptr[taken[i]], ptr[taken[i] + 1]):
                u = nbr[j]
                if mark[u] == 0 and total + load[u] <= high:
                    found = u
                    break
            if found >= 0:
                break
        if found >= 0:
            mark[found] = 1
            taken[size] = found
            chosen[depth] = found
            size += 1
            depth += 1
            total += load[found]
            continue
        while depth > 0 and mark[chosen[depth - 1]] == 2:
            depth -= 1
            mark[chosen[depth]] = 0
        if depth == 0:
            return False
        mark[chosen[depth - 1]] = 2
        total -= load[chosen[depth - 1]]
        size -= 1
    return True


@kernel(inline="always")
def _miss(load: int, low: int, high: int) -> int:
    """Measure how far a load is outside its limits."""
    return max(load - high, low - load, 0)


@kernel(fastmath=True)
def _walk(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    label: Array,
    low: Array,
    high: Array,
    movable: Array,
    steps: int,
    heats: tuple[float, float],
    prices: tuple[float, float],
    state: Array,
    best: Array,
    pool: Pool,
) -> tuple[float, int]:
    """Anneal `label` once; the best plan within limits that it passes goes to `best`.

    Zones within limits that it passes go to `pool`. Returns the cut of that plan (or `NEVER`) and
    the work done, in proposals at a border.
    """
    n = ptr.size - 1
    zones = low.size
    total, count = zone_loads(load, label, zones)
    unit = max(wgt.sum() / wgt.size, 1e-9)
    stamp = np.zeros(n + 1, np.int64)
    queue = np.empty(n, np.int32)
    cut = 0.0
    for v in range(n):
        for i in range(ptr[v], ptr[v + 1]):
            if label[nbr[i]] != label[v]:
                cut += 0.5 * wgt[i]
    missed = 0
    for z in range(zones):
        missed += _miss(total[z], low[z], high[z])
    gather = pool.half.size > 0
    key = np.zeros(zones, np.uint64)
    if gather:
        for v in range(n):
            key[label[v]] ^= pool.code[v]
    best_cut = NEVER
    if missed == 0:
        best_cut = cut
        best[:] = label
    rounds = 128
    heat = heats[0] * unit
    cooling = (heats[1] / heats[0]) ** (1.0 / (rounds - 1))
    price = prices[0] * unit * zones / max(total.sum(), 1)
    dearer = (prices[1] / prices[0]) ** (1.0 / (rounds - 1))
    work = 0
    for _ in range(rounds):
        for _ in range(steps // rounds + 1):
            v = draw_below(state, n)
            begin = ptr[v]
            end = ptr[v + 1]
            if begin == end:
                continue
            a = label[v]
            b = label[nbr[begin + draw_below(state, end - begin)]]
            if a == b:
                continue
            work += 1
            gain = border_gain(v, a, b, ptr, nbr, wgt, label)
            step = load[v]
            worse = (
                _miss(total[a] - step, low[a], high[a])
                + _miss(total[b] + step, low[b], high[b])
                - _miss(total[a], low[a], high[a])
                - _miss(total[b], low[b], high[b])
            )
            delta = price * worse - gain
            if delta > 0.0 and (delta > 12.0 * heat or draw_share(state) >= np.exp(-delta / heat)):
                continue
            if not move_over(v, b, ptr, nbr, load, label, total, count, movable, stamp, queue):
                continue
            cut -= gain
            missed += worse
            if gather:
                key[a] ^= pool.code[v]
                key[b] ^= pool.code[v]
                if low[a] <= total[a] <= high[a]:
                    note_zone(pool, key[a], label, a, ptr, nbr, wgt)
                if low[b] <= total[b] <= high[b]:
                    note_zone(pool, key[b], label, b, ptr, nbr, wgt)
            if missed == 0 and cut < best_cut - 1e-6 * unit:
                best_cut = cut
                best[:] = label
        heat *= cooling
        price *= dearer
    return best_cut, work + steps // 4


@kernel()
def _keep(
    ptr: Array, nbr: Array, label: Array, cut: float, elite: Array, cuts: Array, slack: float
) -> None:
    """Put a plan among the elite in place of the worst, unless one nearly the same is there."""
    worst = 0
    for e in range(cuts.size):
        if cuts[e] > cuts[worst]:
            worst = e
        if abs(cuts[e] - cut) <= slack:
            same = 0
            either = 0
            for v in range(label.size):
                for i in range(ptr[v], ptr[v + 1]):
                    one = elite[e, nbr[i]] != elite[e, v]
                    other = label[nbr[i]] != label[v]
                    either += one or other
                    same += one and other
            if same * 10 >= either * 9:
                return
    if cut < cuts[worst]:
        cuts[worst] = cut
        elite[worst] = label


@kernel()
def search(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    low: Array,
    high: Array,
    begin: Array,
    movable: Array,
    budget: int,
    seed: int,
    pool: Pool,
) -> tuple[Array, float]:
    """Find the plan with the shortest border within [low, high], in about `budget` proposals.

    Parameters
    ----------
    low, high
        Limits of every zone; their size is the number of zones.
    begin
        Labels that patches not `movable` keep; empty when all are movable.
    pool
        Gathers the zones within limits that are passed.

    Returns
    -------
    Labels and their cut; the cut is `NEVER` when no plan within the limits was met.
    """
    n = load.size
    zones = low.size
    state = start_stream(seed)
    slack = 1e-6 * max(wgt.sum() / max(wgt.size, 1), 1e-9)
    best = np.zeros(n, np.int32)
    best_cut = NEVER
    elite = np.zeros((ELITE, n), np.int32)
    cuts = np.full(ELITE, NEVER)
    found = np.zeros(n, np.int32)
    used = 0
    turn = 0
    hits = 0
    even = True
    for z in range(zones):
        even = even and low[z] == low[0] and high[z] == high[0]
    while used < budget:
        stretch = 1 if n < 150 else 2
        sweeps = stretch * (500 << (turn % 3))
        hot = 1.5
        pick = draw_below(state, ELITE)
        if begin.size:
            label = begin.copy()
            hot = 3.0
            if cuts[pick] < NEVER and turn % 2:
                label = elite[pick].copy()
                hot = 1.0
        elif turn < ELITE or turn % 3 == 0 or cuts[pick] == NEVER or zones == 2:
            label = scatter(ptr, nbr, load, zones, state)
        else:
            label = elite[pick].copy()
            some = 2 + draw_below(state, min(2, zones - 2))
            scatter_some(ptr, nbr, load, label, zones, some, state)
            hot = 0.9
        join_parts(ptr, nbr, wgt, load, label, zones)
        cut, work = _walk(
            ptr, nbr, wgt, load, label, low, high, movable, sweeps * n, (hot, 0.3),
            (20.0, 200.0), state, found, pool,
        )  # fmt: skip
        used += work
        turn += 1
        if cut < best_cut - slack:
            best_cut = cut
            best[:] = found
            hits = 1
        elif cut <= best_cut + slack and cut < NEVER:
            hits += 1
        if cut < NEVER:
            _keep(ptr, nbr, found, cut, elite, cuts, slack)
        # Found again and again from different beginnings: most likely nothing better exists.
        if hits >= 30 and turn >= 150:
            break
    return best, best_cut
