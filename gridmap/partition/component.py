"""One connected component: how many zones, by which method, and what is proven about the answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmap.partition.bisection import sweep_order
from gridmap.partition.capacity import join_fitting, split_overloaded
from gridmap.partition.divide import divide
from gridmap.partition.exact import LARGEST, prove
from gridmap.partition.graph import rows_cut
from gridmap.partition.random import start_stream
from gridmap.partition.request import Effort
from gridmap.partition.tight import NEVER, search
from gridmap.partition.types import Array

__all__ = [
    "FEW",
    "SMALL",
    "TINY",
    "Component",
    "Division",
    "cover",
    "divide_exactly",
    "fewest_zones",
    "improve",
    "overload",
]

FEW, SMALL, TINY = 12, 3000, 16
"""Up to so many zones and patches a search is worth it; up to so many patches, always a proof."""


@dataclass(frozen=True)
class Component:
    """A connected graph in compressed rows, with whole loads."""

    ptr: Array
    nbr: Array
    wgt: Array
    load: Array

    @property
    def size(self) -> int:
        """Number of patches."""
        return int(self.load.size)


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


def fewest_zones(load: Array, cap: int) -> int:
    """Bound the number of zones from below: by the total, and by the patches above one half."""
    total = -(-int(load.sum()) // max(cap, 1))
    return max(total, int((2 * load > cap).sum()), 1)


def cover(part: Component, low: int, cap: int, effort: Effort, seed: int) -> Division:
    """Cut one component into the fewest zones found under `cap`; no patch may exceed it."""
    load = part.load
    n = part.size
    bound = fewest_zones(load, cap)
    if bound == 1:
        return Division(np.zeros(n, np.int32), 1, 1, bool(load.sum() < low), True)
    free = np.ones(n, np.bool_)
    none = np.empty(0, np.int32)
    state = start_stream(seed + 7919)
    best, fewest, clean = np.arange(n, dtype=np.int32), n, False
    asks = [bound, bound] if bound <= 40 else []
    wider = bound + (bound * 17 + 500) // 1000
    asks += [max(wider, bound + 1) if bound <= 40 else wider]
    asks += [asks[-1] + (1 + wider // 400) * i for i in range(1, 4)]
    for turn, ask in enumerate(asks):
        # A number reached only by splitting is tried again from the start: that is shapelier.
        if ask < bound or ask > fewest or (ask == fewest and clean):
            continue
        high = np.full(ask, cap)
        lows = np.full(ask, low)
        label = divide(
            part.ptr, part.nbr, part.wgt, load, lows, high, high, none, free, effort.sweeps,
            seed + turn,
        )  # fmt: skip
        if overload(load, label, np.zeros(ask, np.int64), high):
            if ask == bound and n <= LARGEST:
                found, complete = _prove(part, 0, cap, ask, NEVER, max(effort.branches, 5000))
                if found is not None:
                    label = found
                elif complete:
                    bound += 1
            got = int(split_overloaded(part.ptr, part.nbr, load, label, ask, cap, state))
            if got > ask:
                got = int(join_fitting(part.ptr, part.nbr, part.wgt, load, label, got, cap, ask))
        else:
            got = ask
        if got < fewest or (got == fewest and got <= ask):
            fewest, best, clean = got, label, got <= ask
        if clean or (bound > 40 and got * 1000 <= bound * 1019):
            break
    missed, proven = False, False
    if fewest <= FEW and n <= SMALL and (effort.budget or n <= TINY):
        best, missed, proven = improve(part, best, low, cap, fewest, free, effort, seed)
    elif low:
        missed = overload(load, best, np.full(fewest, low), np.full(fewest, cap)) > 0
    return Division(best, fewest, bound, missed, proven)


def improve(
    part: Component,
    label: Array,
    low: int,
    high: int,
    zones: int,
    movable: Array,
    effort: Effort,
    seed: int,
) -> tuple[Array, bool, bool]:
    """Shorten the border of a plan with few zones, by search and by proof.

    Returns labels, whether they miss the limits, and whether the answer is proven.
    """
    lows, highs = np.full(zones, low), np.full(zones, high)
    best = NEVER
    if overload(part.load, label, lows, highs) == 0:
        best = float(rows_cut(part.ptr, part.nbr, part.wgt, label))
    free = bool(movable.all())
    proven = False
    # A proof alone is quickest for the smallest; what it leaves open is for the search.
    if free and part.size <= TINY:
        found, proven = _prove(part, low, high, zones, best, max(effort.branches, 4000))
        if found is not None:
            label = found
            best = float(rows_cut(part.ptr, part.nbr, part.wgt, label))
    if effort.budget and not proven:
        begin = np.empty(0, np.int32) if free else label
        found, cut = search(
            part.ptr, part.nbr, part.wgt, part.load, lows, highs, begin, movable, effort.budget,
            seed,
        )  # fmt: skip
        if cut < best:
            best, label = float(cut), found
    if free and not proven and part.size <= LARGEST and effort.branches:
        found, proven = _prove(part, low, high, zones, best, effort.branches)
        if found is not None:
            label, best = found, 0.0
    return label, best >= NEVER, proven


def _prove(
    part: Component, low: int, high: int, zones: int, best: float, branches: int
) -> tuple[Array | None, bool]:
    """Look for a plan with a border below `best`; also tell whether the search was completed."""
    order = sweep_order(part.ptr, part.nbr)
    found, _, complete = prove(
        part.ptr, part.nbr, part.wgt, part.load, order, zones, low, high, best, branches
    )
    return (found if found.size else None), bool(complete)


def divide_exactly(
    part: Component, low: int, high: Array, limit: int, effort: Effort, seed: int
) -> Division:
    """Cut one component into ``high.size`` zones within [low, high], evenly if there is choice.

    `limit` is the load the fullest zone should stay under; it is eased step by step where no plan
    under it is found.
    """
    load = part.load
    n, zones = part.size, int(high.size)
    lows = np.full(zones, low)
    cap = int(high.max())
    alike = bool((high == high[0]).all())
    bound = fewest_zones(load, cap)
    free = np.ones(n, np.bool_)
    none = np.empty(0, np.int32)
    if zones == 1 or (zones == n and alike):
        label = np.arange(n, dtype=np.int32) if zones > 1 else np.zeros(n, np.int32)
        return Division(label, zones, bound, overload(load, label, lows, high) > 0, True)

    def attempt(limits: Array, sweeps: int, turn: int) -> Array:
        return divide(
            part.ptr, part.nbr, part.wgt, load, lows, limits, limits, none, free, sweeps,
            seed + turn,
        )  # fmt: skip

    small = alike and zones <= FEW and n <= SMALL
    if low > 0 and small:
        # Limits on both sides are the wish: the shortest border within them.
        best = attempt(high, min(effort.sweeps, 200), 0)
        work = Effort(effort.sweeps, max(effort.budget, 4000 * n), effort.branches)
        best, missed, proven = improve(part, best, low, cap, zones, free, work, seed)
        return Division(best, zones, bound, missed, proven)
    least = -1
    best = none
    mean = load.sum() / high.sum()
    for turn, ease in enumerate((1.0, 1.03, 1.06, 1.12, 1.25, 1.5, 2.0, np.inf)):
        wish = np.maximum(limit * min(ease, 1e6) * (high / cap), np.ceil(mean * high * (1 - 1e-12)))
        limits = np.minimum(high, np.maximum(wish.astype(np.int64), int(load.max())))
        label = attempt(limits, effort.sweeps, turn)
        if alike and turn == 0 and n <= TINY and overload(load, label, lows, limits):
            found, _ = _prove(part, low, max(int(limits[0]), 1), zones, NEVER, 20_000)
            label = label if found is None else found
        miss = overload(load, label, lows, high)
        if least < 0 or miss < least:
            least, best = miss, label
        if overload(load, label, lows, limits) == 0:
            best = label
            break
        if (limits == high).all():
            break
    missed, proven = least > 0, False
    if small and (effort.budget or n <= TINY):
        total = np.zeros(zones, np.int64)
        np.add.at(total, best, load)
        fullest = max(min(max(int(total.max()), limit), cap), 1)
        best, missed, proven = improve(part, best, low, fullest, zones, free, effort, seed)
        proven = proven and (fullest == cap or not missed)
    return Division(best, zones, bound, missed, proven)
