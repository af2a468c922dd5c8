"""One connected component: how many zones, by which method, and what is proven about the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gridmap.partition.exact.columns import MOST_PATCHES, Shortest, shorten
from gridmap.partition.exact.enumeration import LARGEST, prove
from gridmap.partition.exact.pool import open_pool
from gridmap.partition.model.bound import packing_bound
from gridmap.partition.model.graph import Graph, rows_cut
from gridmap.partition.model.request import Effort
from gridmap.partition.model.types import Array
from gridmap.partition.search.bisection import sweep_order
from gridmap.partition.search.divide import divide
from gridmap.partition.search.moves import Limits
from gridmap.partition.search.tight import NEVER, fits_somewhere, search

__all__ = [
    "FEW",
    "SMALL",
    "TINY",
    "Division",
    "divide_exactly",
    "fewest_zones",
    "improve",
    "overload",
    "prove_cut",
    "shortest",
]

LISTING = 100_000
"""From so many proposals a patch on, the zones within limits are listed where they are few."""

FEW, SMALL, TINY = 64, 3000, 16
"""Up to so many zones and patches a search is worth it; up to so many patches, always a proof."""

_POOL = 30_000  # zones a search may note for listing: half of what one listing may add
_SOON = 20_000  # branches of a proof that is only worth it where it ends soon
_EASES = (1.0, 1.03, 1.06, 1.12, 1.25, 1.5, 2.0, np.inf)  # of a wished load, in growing steps


@dataclass(frozen=True)
class Division:
    """Labels of one component, and what is known about them.

    `bound` is the fewest zones it can have under capacity; `missed` tells that a zone is outside
    its limits, `proven` that nothing better (if missed: nothing within the limits) exists.
    """

    label: Array
    zones: int
    bound: int
    missed: bool
    proven: bool


def overload(load: Array, label: Array, low: Array, high: Array) -> int:
    """Sum how far all zones are outside their limits."""
    total = np.zeros(high.size, np.int64)
    np.add.at(total, label, load)
    return int((np.maximum(total - high, 0) + np.maximum(low - total, 0)).sum())


def shortest(part: Graph, plans: Iterable[Array], low: Array, high: Array) -> Array:
    """Keep the plan with the shortest border of those nearest to their limits; the first of equals.

    On small ground several short annealings find shorter borders than one long.
    """

    def worth(label: Array) -> tuple[int, float]:
        border = float(rows_cut(part, label))
        return overload(part.load, label, low, high), border

    return min(plans, key=worth)


def fewest_zones(load: Array, cap: int) -> int:
    """Bound the number of zones from below, whatever the borders."""
    return packing_bound(load, cap)


def improve(
    part: Graph, label: Array, limits: Limits, effort: Effort, seed: int
) -> tuple[Array, bool, bool]:
    """Shorten the border of a plan with few zones, all of the same limits, by search and by proof.

    Returns labels, whether they miss the limits, and whether the answer is proven.
    """
    low, high, zones = int(limits.low[0]), int(limits.high[0]), limits.high.size
    best = NEVER
    if overload(part.load, label, limits.low, limits.high) == 0:
        best = float(rows_cut(part, label))
    free = bool(limits.movable.all())
    if low > 0 and best >= NEVER and not _all_fit(part, low, high):
        return label, True, True
    proven = False
    # A proof alone is quickest for the smallest; what it leaves open is for the search. A short
    # one is worth trying where the search would be long.
    first = max(effort.branches, 4000) if part.size <= TINY else effort.branches // 10
    if free and part.size <= LARGEST and (part.size <= TINY or effort.budget):
        found, proven = prove_cut(part, low, high, zones, best, first)
        if found is not None:
            label = found
            best = float(rows_cut(part, label))
    listed = free and low > 0 and part.size <= MOST_PATCHES
    listed = listed and effort.budget >= LISTING * part.size
    if effort.budget and not proven:
        begin = np.empty(0, np.int32) if free else label
        pool = open_pool(part.size, _POOL if listed else 0)
        budget = effort.budget // (4 if listed else 1)
        found, cut = search(part, limits, begin, budget, seed, pool)
        if cut < best:
            best, label = float(cut), found
        if listed:
            known = Shortest(label if best < NEVER else None, best, False)
            known = shorten(part, zones, low, high, known, pool, effort.budget)
            label = label if known.label is None else known.label
            return label, known.label is None, known.proven
    if free and not proven and part.size <= LARGEST and effort.branches:
        found, proven = prove_cut(part, low, high, zones, best, effort.branches)
        if found is not None:
            label, best = found, 0.0
    return label, best >= NEVER, proven


def _all_fit(part: Graph, low: int, high: int) -> bool:
    """Tell whether every heavy patch can be in a zone within limits; if not, there is no plan."""
    heavy = np.flatnonzero(2 * part.load >= low).tolist()
    return all(fits_somewhere(part, v, low, high, _SOON) for v in heavy)


def prove_cut(
    part: Graph, low: int, high: int, zones: int, best: float, branches: int
) -> tuple[Array | None, bool]:
    """Look for a plan with a border below `best`; also tell whether the search was completed."""
    order = sweep_order(part.ptr, part.nbr)
    found, _, complete = prove(part, order, zones, low, high, best, branches)
    return (found if found.size else None), bool(complete)


def divide_exactly(
    part: Graph, low: int, high: Array, limit: int, effort: Effort, seed: int
) -> Division:
    """Cut one component into ``high.size`` zones within [low, high], evenly if there is choice.

    `limit` is the load the fullest zone should stay under; it is eased step by step where no plan
    under it is found.
    """
    n, zones, cap = part.size, int(high.size), int(high.max())
    limits = Limits(np.full(zones, low), high, np.ones(n, np.bool_))
    alike = bool((high == high[0]).all())
    bound = fewest_zones(part.load, cap)
    if zones == 1 or (zones == n and alike):
        label = np.arange(n, dtype=np.int32) if zones > 1 else np.zeros(n, np.int32)
        missed = overload(part.load, label, limits.low, high) > 0
        return Division(label, zones, bound, missed, True)
    small = alike and zones <= FEW and n <= SMALL
    if low > 0 and small:
        # Limits on both sides are the request: the shortest border within them.
        best = _attempt(part, limits, high, min(effort.sweeps, 200), seed)
        work = Effort(effort.sweeps, max(effort.budget, 4000 * n), effort.branches)
        best, missed, proven = improve(part, best, limits, work, seed)
        return Division(best, zones, bound, missed, proven)
    best = _divide_evenly(part, limits, limit, effort, seed)
    missed, proven = overload(part.load, best, limits.low, high) > 0, False
    if small and (effort.budget or n <= TINY):
        total = np.zeros(zones, np.int64)
        np.add.at(total, best, part.load)
        fullest = max(min(max(int(total.max()), limit), cap), 1)
        under = limits._replace(high=np.full(zones, fullest))
        best, missed, proven = improve(part, best, under, effort, seed)
        proven = proven and (fullest == cap or not missed)
    return Division(best, zones, bound, missed, proven)


def _attempt(part: Graph, limits: Limits, high: Array, sweeps: int, seed: int) -> Array:
    """Divide a component from nothing, every zone under its `high`."""
    under = limits._replace(high=high)
    return divide(part, under, high, np.empty(0, np.int32), sweeps, seed)


def _divide_evenly(part: Graph, limits: Limits, limit: int, effort: Effort, seed: int) -> Array:
    """Divide a component so that its fullest zone stays under `limit`, or as little above it."""
    load, low, high = part.load, limits.low, limits.high
    zones, cap = high.size, int(high.max())
    best, least, asked = np.empty(0, np.int32), (-1, 0.0), high
    mean = load.sum() / high.sum()
    # With limits on both sides all loads within them are equally good.
    eases = (np.inf, np.inf) if low[0] > 0 else _EASES
    for turn, ease in enumerate(eases):
        wish = np.maximum(limit * min(ease, 1e6) * (high / cap), np.ceil(mean * high * (1 - 1e-12)))
        wish = np.minimum(wish, high).astype(np.int64)
        roof = np.minimum(high, np.maximum(wish, int(load.max())))
        label = _attempt(part, limits, roof, effort.sweeps, seed + turn)
        tiny = bool((high == high[0]).all()) and turn == 0 and part.size <= TINY
        if tiny and overload(load, label, low, roof):
            most = max(int(roof[0]), 1)
            found, _ = prove_cut(part, int(low[0]), most, zones, NEVER, _SOON)
            label = label if found is None else found
        # The plan nearest its limits; among those within, the one whose fullest zone is lightest.
        miss = overload(load, label, low, high)
        worth = (miss, float((np.bincount(label, load, zones) / high).max()))
        if turn == 0 or worth < least:
            least, best, asked = worth, label, roof
        if overload(load, label, low, roof) == 0 or (low[0] == 0 and (roof == high).all()):
            break
    roof = np.maximum(asked, np.minimum(np.ceil(least[1] * high).astype(np.int64), high))
    others = [
        _attempt(part, limits, roof, effort.sweeps, seed + len(_EASES) + other)
        for other in range(effort.plans - 1)
    ]
    return shortest(part, [best, *others], low, roof)
