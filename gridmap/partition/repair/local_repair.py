"""Repairing overloads of a plan in force so that few zones change, and little load.

Every zone above its limit must change, and one beside it must take what is too much. So a zone is
repaired together with a single taker wherever that is possible, by moves between the two alone, and
takers are chosen that can serve several (a greedy cover). What is left is repaired by chains
through more and more zones.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gridmap.partition.model.graph import Graph
from gridmap.partition.model.types import Array
from gridmap.partition.search.ejection_chains import Repairing, repair_zone
from gridmap.partition.search.moves import Limits, zone_loads

__all__ = ["repair_locally"]

_CLOSED = -(1 << 60)
"""The limit of a zone that no chain may touch."""

_STAGES = ((2, 1_500), (4, 3_000))
"""Length of chains between two zones, and moves looked at."""

_FAR = ((3, 20_000), (4, 100_000))
"""Length of chains through any zones, and moves looked at."""


def repair_locally(
    part: Graph, label: Array, limits: Limits, home: Array, *, far: bool = True
) -> int:
    """Repair the zones above their limits in place, changing few zones; returns how many are left.

    `home` are the labels of the plan in force. Without `far`, each zone is repaired with one taker
    or not at all.
    """
    mender = _Mender(part, label, limits, home)
    for stage in _STAGES:
        mender.repair_with_takers(stage)
    if far:
        mender.repair_with_many()
    return len(mender.heavy())


class _Mender:
    """A plan being repaired: loads, one patch of every zone, and which zones have changed."""

    def __init__(self, part: Graph, label: Array, limits: Limits, home: Array) -> None:
        self.part, self.label, self.home = part, label, home
        self.limits, self.high = limits, limits.high
        zones = limits.high.size
        self.total, self.count = zone_loads(part.load, label, zones)
        order = np.argsort(label, kind="stable")
        self.own = np.split(order, np.cumsum(self.count)[:-1])
        self.anchor = np.array([mine[0] if mine.size else 0 for mine in self.own], np.int64)
        self.moved: set[int] = set()
        away = np.flatnonzero(label != home)
        self.changed = set(label[away].tolist()) | set(home[away].tolist())
        self.work = (
            np.zeros(part.size + 1, np.int64),
            np.zeros(part.size + 1, np.int64),
            np.empty(part.size, np.int32),
        )

    def heavy(self) -> list[int]:
        """List the zones above their limit."""
        return np.flatnonzero(self.total > self.high).tolist()

    def beside(self, z: int) -> list[int]:
        """List the zones that touch a zone."""
        ptr, nbr = self.part.ptr, self.part.nbr
        mine = self._region([z])
        mine = mine[self.label[mine] == z]
        near = [self.label[nbr[ptr[v] : ptr[v + 1]]] for v in mine.tolist()]
        return [y for y in np.unique(np.concatenate([*near, [z]])).tolist() if y != z]

    def repair_with_takers(self, stage: tuple[int, int]) -> None:
        """Repair heavy zones with one taker each, takers that serve many first."""
        options: dict[int, dict[int, float]] = {}
        for z in self.heavy():
            over = self.total[z] - self.high[z]
            takers = [y for y in self.beside(z) if self.high[y] - self.total[y] >= over]
            costs = {y: self.repair(z, (y,), stage, keep=False) for y in takers}
            options[z] = {y: cost for y, cost in costs.items() if cost is not None}
        while any(options.values()):
            serves: dict[int, list[int]] = {}
            for z, takers_of in options.items():
                for y in takers_of:
                    serves.setdefault(y, []).append(z)
            best = max(
                serves,
                key=lambda y: (
                    y in self.changed,
                    len(serves[y]),
                    -min(options[z][y] for z in serves[y]),
                    -y,
                ),
            )
            for z in sorted(serves[best], key=lambda z: (len(options[z]), options[z][best], z)):
                if self.repair(z, (best,), stage, keep=True) is None:
                    del options[z][best]
                else:
                    del options[z]

    def repair_with_many(self) -> None:
        """Repair what is left with zones that have changed already, those beside, then all."""
        for circle in range(3):
            for z in self.heavy():
                near = self.beside(z)
                if circle == 0:
                    with_ = [y for y in near if y in self.changed]
                elif circle == 1:
                    with_ = sorted({*near, *self.changed})
                else:
                    with_ = list(range(self.high.size))
                for stage in _FAR:
                    if self.repair(z, with_, stage, keep=True) is not None:
                        break

    def repair(
        self, z: int, takers: Iterable[int], stage: tuple[int, int], *, keep: bool
    ) -> float | None:
        """Repair one zone with moves between it and `takers` alone; the price is load moved away.

        Returns None where that fails; without `keep` nothing changes.
        """
        allowed = [z, *takers]
        region = self._region(allowed)
        before = self.label[region].copy()
        total, anchor = self.total.copy(), self.anchor.copy()
        high = np.full(self.high.size, _CLOSED)
        high[allowed] = self.high[allowed]
        plan = Repairing(
            self.label, self.total, self.anchor, self.limits._replace(high=high), self.home,
            *self.work,
        )  # fmt: skip
        if not repair_zone(z, self.part, plan, *stage):
            return None
        after = self.label[region]
        load, home = self.part.load[region], self.home[region]
        price = float(load[after != home].sum() - load[before != home].sum())
        if keep:
            now = region[after != before]
            self.moved.update(now.tolist())
            self.changed.update(after[after != before].tolist())
            self.changed.update(before[after != before].tolist())
        else:
            self.label[region] = before
            self.total, self.anchor = total, anchor
        return price

    def _region(self, zones: list[int]) -> Array:
        """List the patches that are, or were, in some zones, and all that have moved."""
        moved = np.fromiter(self.moved, np.int64, len(self.moved))
        return np.unique(np.concatenate([*(self.own[z] for z in zones), moved]))
