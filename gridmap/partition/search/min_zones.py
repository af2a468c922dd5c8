"""The fewest zones under capacity: trying numbers of zones until one is found that is clean."""

from __future__ import annotations

import numpy as np

from gridmap.partition.exact.enumeration import LARGEST
from gridmap.partition.model.graph import Graph
from gridmap.partition.model.random import start_stream
from gridmap.partition.model.request import Effort
from gridmap.partition.model.types import Array
from gridmap.partition.search.capacity import join_fitting, split_overloaded
from gridmap.partition.search.component import (
    FEW,
    SMALL,
    TINY,
    Division,
    fewest_zones,
    improve,
    overload,
    prove_cut,
    shortest,
)
from gridmap.partition.search.divide import divide
from gridmap.partition.search.moves import Limits
from gridmap.partition.search.tight import NEVER

__all__ = ["cover"]


def cover(part: Graph, low: int, cap: int, effort: Effort, seed: int) -> Division:
    """Cut one component into the fewest zones found under `cap`; no patch may exceed it."""
    load = part.load
    n = part.size
    bound = fewest_zones(load, cap)
    if bound == 1:
        return Division(np.zeros(n, np.int32), 1, 1, bool(load.sum() < low), True)
    search = _ZoneCountSearch(part, low, cap, effort, seed, bound)
    many = bound > 40
    wider = bound + (bound * 17 + 500) // 1000
    asks = [wider, wider] if many else [bound, bound, max(wider, bound + 1)]
    asks += [asks[-1] + (1 + wider // 400) * i for i in range(1, 4)]
    for turn, ask in enumerate(asks):
        search.ask(ask, effort.sweeps if turn < 2 or not many else effort.sweeps // 6)
        if search.clean or (many and search.zones * 1000 <= bound * 1019):
            break
    else:
        search.narrow(asks[-1])
    search.again()
    best, fewest, bound = search.label, search.zones, search.bound
    missed, proven = False, False
    limits = Limits(np.full(fewest, low), np.full(fewest, cap), np.ones(n, np.bool_))
    if fewest <= FEW and n <= SMALL and (effort.budget or n <= TINY):
        best, missed, proven = improve(part, best, limits, effort, seed)
    elif low:
        missed = overload(load, best, limits.low, limits.high) > 0
    return Division(best, fewest, bound, missed, proven)


class _ZoneCountSearch:
    """The search for the fewest zones of one component: the best plan so far, and the bound.

    `clean` tells that the best plan was cut into its number of zones at once. A number reached only
    by splitting zones is worth another try from the start: that is shapelier.
    """

    def __init__(
        self, part: Graph, low: int, cap: int, effort: Effort, seed: int, bound: int
    ) -> None:
        self.part, self.low, self.cap, self.effort, self.seed = part, low, cap, effort, seed
        self.bound, self.zones, self.clean = bound, part.size, False
        self.label = np.arange(part.size, dtype=np.int32)
        self.turn = 0
        self.state = start_stream(seed + 7919)

    def ask(self, zones: int, sweeps: int) -> None:
        """Try a number of zones; keep the plan if it has fewer than the best, or is cleaner."""
        if zones < self.bound or zones > self.zones or (zones == self.zones and self.clean):
            return
        label, got = self._attempt(zones, sweeps)
        clean = got <= zones
        better = got < self.zones or (got == self.zones and clean)
        if better and sweeps < self.effort.sweeps:
            slower, fewer = self._attempt(zones, self.effort.sweeps)
            clean = fewer <= got and fewer <= zones
            if fewer <= got:
                label, got = slower, fewer
        if got < self.zones or (got == self.zones and clean):
            self.label, self.zones, self.clean = label, got, clean

    def narrow(self, known: int) -> None:
        """Halve the numbers between one that failed and the fewest zones found."""
        while self.zones - known > 1 + known // 100:
            zones = (known + self.zones) // 2
            self.ask(zones, self.effort.sweeps // 6)
            if self.zones > zones:
                known = zones
        self.ask(self.zones, self.effort.sweeps)

    def again(self) -> None:
        """Cut the ground a few times more into the number found, and keep the shortest border."""
        if not self.clean or self.effort.plans == 1:
            return
        tried = (
            self._attempt(self.zones, self.effort.sweeps) for _ in range(self.effort.plans - 1)
        )
        alike = [label for label, got in tried if got == self.zones]
        low, high = np.full(self.zones, self.low), np.full(self.zones, self.cap)
        self.label = shortest(self.part, [self.label, *alike], low, high)

    def _attempt(self, ask: int, sweeps: int) -> tuple[Array, int]:
        """Divide, repair what is too heavy by proof or by splitting; return labels and zones."""
        part, cap = self.part, self.cap
        high = np.full(ask, cap)
        limits = Limits(np.full(ask, self.low), high, np.ones(part.size, np.bool_))
        label = divide(part, limits, high, np.empty(0, np.int32), sweeps, self.seed + self.turn)
        self.turn += 1
        if overload(part.load, label, np.zeros(ask, np.int64), high) == 0:
            return label, ask
        if ask == self.bound and part.size <= LARGEST:
            branches = max(self.effort.branches, 5000)
            found, complete = prove_cut(part, 0, cap, ask, NEVER, branches)
            if found is not None:
                label = found
            elif complete:
                self.bound += 1
        got = int(split_overloaded(part, label, ask, cap, self.state))
        if got > ask:
            got = int(join_fitting(part, label, got, cap, ask))
        return label, got
