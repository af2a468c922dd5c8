"""Few zones within tight limits: many short annealings that remember the best plan within limits.

With loads far apart and limits a percent wide, plans within the limits are needles. Annealing with
a moderate price on missing the limits walks through plans with a short border, and passes needles
on its way; the best one passed is kept. Rounds begin from random cuts, or from one of the best
plans so far with two or three of its zones cut anew.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.exact.pool import Pool, note_zone
from gridmap.partition.model.graph import Graph, rows_cut
from gridmap.partition.model.random import draw_below, draw_share, start_stream
from gridmap.partition.model.types import Array
from gridmap.partition.search.bisection import join_parts
from gridmap.partition.search.moves import (
    Limits,
    border_gain,
    move_over,
    zone_loads,
)
from gridmap.partition.search.scatter import scatter, scatter_some
from layers.contract.kernel import kernel

__all__ = ["ELITE", "NEVER", "fits_somewhere", "search"]

ELITE = 8
"""How many of the best plans are kept to begin from."""

NEVER = 1e300
"""The cut of no plan."""

_ROUNDS = 128  # steps in which heat falls and the price rises
_HOPELESS = 12.0  # heats of loss: what is taken with a chance below exp(-12), one in 160,000
_ENOUGH_HITS, _ENOUGH_TURNS = 30, 150  # a cut met so often is taken for the shortest


@kernel()
def fits_somewhere(graph: Graph, root: int, low: int, high: int, limit: int) -> bool:
    """Tell whether any connected set of patches around `root` has a load within [low, high].

    Heavy patches have few neighbours they can take along, so that all sets are soon looked at. The
    answer False is exact; True may also mean that `limit` sets were not enough.
    """
    ptr, nbr, load = graph.ptr, graph.nbr, graph.load
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


class _Elite(NamedTuple):
    """The best plans so far and their cuts, `NEVER` where there is none."""

    label: Array
    cut: Array


class _Heat(NamedTuple):
    """How a walk cools: heat and price of missing the limits, each from first to last value."""

    hot: float
    cold: float
    cheap: float
    dear: float


@kernel(inline="always")
def _miss(load: int, low: int, high: int) -> int:
    """Measure how far a load is outside its limits."""
    return max(load - high, low - load, 0)


@kernel(inline="always")
def _more_missed(a: int, b: int, step: int, total: Array, low: Array, high: Array) -> int:
    """Measure how much more load is outside its limits when `step` goes from zone `a` to `b`."""
    return (
        _miss(total[a] - step, low[a], high[a])
        + _miss(total[b] + step, low[b], high[b])
        - _miss(total[a], low[a], high[a])
        - _miss(total[b], low[b], high[b])
    )


@kernel()
def _missed_in_all(total: Array, low: Array, high: Array) -> int:
    """Sum how far all zones are outside their limits."""
    missed = 0
    for z in range(total.size):
        missed += _miss(total[z], low[z], high[z])
    return missed


@kernel()
def _zone_keys(label: Array, zones: int, pool: Pool) -> Array:
    """Give the keys of all zones of a plan, as in `Pool`."""
    key = np.zeros(zones, np.uint64)
    if pool.half.size > 0:
        for v in range(label.size):
            key[label[v]] ^= pool.code[v]
    return key


@kernel()
def _gather(
    v: int, a: int, b: int, key: Array, graph: Graph, label: Array, total: Array, limits: Limits,
    pool: Pool,
) -> None:  # fmt: skip
    """Note what patch `v` has made of zones `a` and `b`, where they are within limits."""
    key[a] ^= pool.code[v]
    key[b] ^= pool.code[v]
    for z in (a, b):
        if limits.low[z] <= total[z] <= limits.high[z]:
            note_zone(pool, key[z], label, z, graph)


@kernel(fastmath=True)
def _walk(
    graph: Graph, label: Array, limits: Limits, steps: int, heats: _Heat, state: Array,
    best: Array, pool: Pool,
) -> tuple[float, int]:  # fmt: skip
    """Anneal `label` once; the best plan within limits that it passes goes to `best`.

    Zones within limits that it passes go to `pool`. Returns the cut of that plan (or `NEVER`) and
    the work done, in proposals at a border.
    """
    # Calls in the loop get single arrays: a bundle passed on there costs time.
    ptr, nbr, wgt, load = graph
    low, high, movable = limits
    n = load.size
    zones = low.size
    total, count = zone_loads(load, label, zones)
    stamp = np.zeros(n + 1, np.int64)
    queue = np.empty(n, np.int32)
    unit = max(wgt.sum() / wgt.size, 1e-9)
    cut = rows_cut(graph, label)
    missed = _missed_in_all(total, low, high)
    gather = pool.half.size > 0
    key = _zone_keys(label, zones, pool)
    best_cut = NEVER
    if missed == 0:
        best_cut = cut
        best[:] = label
    heat = heats.hot * unit
    cooling = (heats.cold / heats.hot) ** (1.0 / (_ROUNDS - 1))
    price = heats.cheap * unit * zones / max(total.sum(), 1)
    dearer = (heats.dear / heats.cheap) ** (1.0 / (_ROUNDS - 1))
    work = 0
    for _ in range(_ROUNDS):
        for _ in range(steps // _ROUNDS + 1):
            v = draw_below(state, n)
            a = label[v]
            begin = ptr[v]
            end = ptr[v + 1]
            if begin == end:
                continue
            b = label[nbr[begin + draw_below(state, end - begin)]]
            if a == b:
                continue
            work += 1
            gain = border_gain(v, a, b, ptr, nbr, wgt, label)
            worse = _more_missed(a, b, load[v], total, low, high)
            delta = price * worse - gain
            if delta > 0.0 and (
                delta > _HOPELESS * heat or draw_share(state) >= np.exp(-delta / heat)
            ):
                continue
            if not movable[v]:
                continue
            if not move_over(v, b, ptr, nbr, load, label, total, count, stamp, queue):
                continue
            cut -= gain
            missed += worse
            if gather:
                _gather(v, a, b, key, graph, label, total, limits, pool)
            if missed == 0 and cut < best_cut - 1e-6 * unit:
                best_cut = cut
                best[:] = label
        heat *= cooling
        price *= dearer
    return best_cut, work + steps // 4


@kernel()
def _keep(graph: Graph, label: Array, cut: float, elite: _Elite, slack: float) -> None:
    """Put a plan among the elite in place of the worst, unless one nearly the same is there."""
    worst = 0
    for e in range(elite.cut.size):
        if elite.cut[e] > elite.cut[worst]:
            worst = e
        if abs(elite.cut[e] - cut) <= slack:
            same = 0
            either = 0
            for v in range(label.size):
                for i in range(graph.ptr[v], graph.ptr[v + 1]):
                    u = graph.nbr[i]
                    one = elite.label[e, u] != elite.label[e, v]
                    other = label[u] != label[v]
                    either += one or other
                    same += one and other
            if same * 10 >= either * 9:
                return
    if cut < elite.cut[worst]:
        elite.cut[worst] = cut
        elite.label[worst] = label


@kernel()
def _begin_turn(
    turn: int, graph: Graph, zones: int, begin: Array, elite: _Elite, state: Array
) -> tuple[Array, float]:
    """Give labels to begin a turn from, in whole zones, and the heat that suits them."""
    hot = 1.5
    pick = draw_below(state, ELITE)
    if begin.size:
        label = begin.copy()
        hot = 3.0
        if elite.cut[pick] < NEVER and turn % 2:
            label = elite.label[pick].copy()
            hot = 1.0
    elif turn < ELITE or turn % 3 == 0 or elite.cut[pick] == NEVER or zones == 2:
        label = scatter(graph.ptr, graph.nbr, graph.load, zones, state)
    else:
        label = elite.label[pick].copy()
        some = 2 + draw_below(state, min(2, zones - 2))
        scatter_some(graph, label, zones, some, state)
        hot = 0.9
    join_parts(graph, label, zones)
    return label, hot


@kernel()
def search(
    graph: Graph, limits: Limits, begin: Array, budget: int, seed: int, pool: Pool
) -> tuple[Array, float]:
    """Find the plan with the shortest border within limits, in about `budget` proposals.

    Parameters
    ----------
    limits
        Limits of every zone; their size is the number of zones.
    begin
        Labels that patches not movable keep; empty when all are movable.
    pool
        Gathers the zones within limits that are passed.

    Returns
    -------
    Labels and their cut; the cut is `NEVER` when no plan within the limits was met.
    """
    n = graph.load.size
    zones = limits.low.size
    state = start_stream(seed)
    slack = 1e-6 * max(graph.wgt.sum() / max(graph.wgt.size, 1), 1e-9)
    best = np.zeros(n, np.int32)
    best_cut = NEVER
    elite = _Elite(np.zeros((ELITE, n), np.int32), np.full(ELITE, NEVER))
    found = np.zeros(n, np.int32)
    used = 0
    turn = 0
    hits = 0
    while used < budget:
        stretch = 1 if n < 150 else 2
        sweeps = stretch * (500 << (turn % 3))
        label, hot = _begin_turn(turn, graph, zones, begin, elite, state)
        heats = _Heat(hot, 0.3, 20.0, 200.0)
        cut, work = _walk(graph, label, limits, sweeps * n, heats, state, found, pool)
        used += work
        turn += 1
        if cut < best_cut - slack:
            best_cut = cut
            best[:] = found
            hits = 1
        elif cut <= best_cut + slack and cut < NEVER:
            hits += 1
        if cut < NEVER:
            _keep(graph, found, cut, elite, slack)
        # Found again and again from different beginnings: most likely nothing better exists.
        if hits >= _ENOUGH_HITS and turn >= _ENOUGH_TURNS:
            break
    return best, best_cut
