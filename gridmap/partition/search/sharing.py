"""Sharing zones out over components so that the fullest zone is as light as possible."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np

from gridmap.partition.model.types import Array

__all__ = ["avoid_refused", "share_capacities", "share_zones"]

_STEPS = 50_000
"""Steps of the search for a sharing of capacities."""

_CELLS = 4_000_000
"""Cells of the table of `avoid_refused` at most."""


def share_zones(
    fullest: Callable[[int, int], float], zones: int, least: Array, most: Array, floor: Array
) -> Array:
    """Give every component its number of zones.

    The next zone goes to the component whose fullest zone is the heaviest. Since more zones never
    make the fullest heavier, no other sharing has a lighter fullest zone: every one that has
    must give each component at least what it was given here up to that point.

    Parameters
    ----------
    fullest
        ``fullest(c, k)``: how light the fullest zone of component c can be with k zones.
    zones
        How many zones to share out, between ``least.sum()`` and ``most.sum()``.
    least, most
        The fewest and the most zones each component can have.
    floor
        Load of the heaviest patch of each component, under which no number of zones brings it.

    Returns
    -------
    Number of zones per component, summing to `zones`.
    """
    given = np.asarray(least, dtype=np.int64).copy()

    def entry(c: int) -> tuple[float, float, int]:
        weight = fullest(c, int(given[c]))
        # A component already down to its heaviest patch gains nothing from another zone.
        return (-weight if weight > floor[c] else 0.0, -weight, c)

    queue = [entry(c) for c in range(given.size) if given[c] < most[c]]
    heapq.heapify(queue)
    for _ in range(int(zones) - int(given.sum())):
        c = heapq.heappop(queue)[2]
        given[c] += 1
        if given[c] < most[c]:
            heapq.heappush(queue, entry(c))
    return given


def avoid_refused(
    wanted: Array, least: Array, most: Array, refused: list[set[int]]
) -> tuple[Array | None, bool]:
    """Change a sharing as little as possible so that no component has a refused number.

    Solved exactly, by a table over components and zones given so far.

    Returns
    -------
    Numbers with the same sum, the least change from `wanted`, or None; and whether all sharings
    were looked at: then None means that there are none.
    """
    parts, total = wanted.size, int(wanted.sum())
    widths = most - least + 1
    complete = parts * total * int(widths.max(initial=1)) <= _CELLS
    if not complete:
        # Too large for the table: look close to what was asked for only.
        least = np.maximum(least, wanted - 3)
        most = np.minimum(most, wanted + 3)
    cost = np.full(total + 1, np.inf)
    cost[0] = 0.0
    choices = np.zeros((parts, total + 1), np.int64)
    for c in range(parts):
        best = np.full(total + 1, np.inf)
        for k in range(int(least[c]), min(int(most[c]), total) + 1):
            if k in refused[c]:
                continue
            price = cost[: total + 1 - k] + abs(k - int(wanted[c]))
            better = price < best[k:]
            best[k:][better] = price[better]
            choices[c, k:][better] = k
        cost = best
    if not np.isfinite(cost[total]):
        return None, complete
    given = np.zeros(parts, np.int64)
    for c in range(parts - 1, -1, -1):
        given[c] = choices[c, total]
        total -= int(given[c])
    return given, complete


def share_capacities(
    capacity: Array, load: Array, sizes: Array, taken: Array
) -> tuple[list[Array], bool]:
    """Give zones of different capacity to components so that each can carry its load.

    The widest zone goes where most is still lacking; where that leads nowhere the search steps
    back.

    Parameters
    ----------
    capacity
        Capacity of every zone.
    load, sizes
        Total load and number of patches of every component.
    taken
        True for zones that are already used.

    Returns
    -------
    Per component the numbers of its zones, and whether the search was completed: then, if some
    component lacks capacity, no sharing gives every one enough.
    """
    free = [int(z) for z in np.argsort(-capacity, kind="stable") if not taken[z]]
    search = _Dealing(capacity, load, sizes, free)
    met = load.size == 0 or search.deal()
    given = search.given if met else search.first
    complete = met or search.steps <= _STEPS
    return [np.array(sorted(zones), dtype=np.int64) for zones in given], complete


class _Dealing:
    """Depth-first search over which component gets the next widest zone."""

    def __init__(self, capacity: Array, load: Array, sizes: Array, free: list[int]) -> None:
        self.capacity, self.sizes, self.free = capacity, sizes, free
        self.lacking = load.astype(np.float64)
        self.given: list[list[int]] = [[] for _ in range(load.size)]
        self.first: list[list[int]] = []
        self.left = np.append(np.cumsum(capacity[free][::-1])[::-1], 0.0)
        self.steps = 0

    def deal(self) -> bool:
        """Deal the zones out; True when every component has enough. `first` is the first try."""
        stack = [self._choices(0)]
        while stack:
            at = len(stack) - 1
            if at == len(self.free):
                if (self.lacking <= 0).all() and all(self.given):
                    return True
                self.first = self.first or [list(zones) for zones in self.given]
            elif stack[at] and not (
                self.first and np.maximum(self.lacking, 0.0).sum() > self.left[at]
            ):
                self._give(stack[at].pop(0), self.free[at])
                stack.append(self._choices(at + 1))
                self.steps += 1
                continue
            stack.pop()
            if stack:
                self._take_back(self.free[at - 1])
            if self.steps > _STEPS:
                break
        self.first = self.first or self.given
        return False

    def _choices(self, at: int) -> list[int]:
        """List the components that may get the next zone, the one that lacks most first."""
        room = [c for c, zones in enumerate(self.given) if len(zones) < self.sizes[c]]
        bare = [c for c in room if not self.given[c]]
        if len(bare) >= len(self.free) - at:
            room = bare
        marks: dict[tuple[float, int, int], int] = {}
        for c in sorted(room, key=lambda c: (-self.lacking[c], c)):
            # Components alike in what they lack and have are the same choice.
            spare = min(int(self.sizes[c]) - len(self.given[c]), len(self.free))
            marks.setdefault((self.lacking[c], len(self.given[c]), spare), c)
        return list(marks.values())

    def _give(self, c: int, z: int) -> None:
        self.given[c].append(z)
        self.lacking[c] -= self.capacity[z]

    def _take_back(self, z: int) -> None:
        for c, zones in enumerate(self.given):
            if zones and zones[-1] == z:
                zones.pop()
                self.lacking[c] += self.capacity[z]
                return
