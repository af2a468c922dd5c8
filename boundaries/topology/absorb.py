"""Small ground joins its neighbour: which group takes which, on a graph of shared borders.

Used for slivers of a tiling and for ground too small to be a micro-grid of its own. Knows no
geometry: areas, borders and what a group needs in order to stand alone.
"""

import heapq
from collections import defaultdict

import numpy as np

__all__ = ["absorb", "outvoted"]


def absorb(
    area: np.ndarray,
    need: np.ndarray,
    edges: np.ndarray,
    border_m: np.ndarray,
    *,
    kind: np.ndarray | None = None,
    affinity: np.ndarray | None = None,
    held: np.ndarray | None = None,
    camp: np.ndarray | None = None,
    family_from: int | None = None,
) -> np.ndarray:
    """Let every group that is too small join a neighbour, smallest first.

    Parameters
    ----------
    area
        (n,) area of each group in m².
    need
        (n,) least area in m² that the group needs to stand alone; 0 always stands, inf never.
    edges, border_m
        (m, 2) pairs of neighbours and (m,) their shared border in m.
    kind, affinity
        (n,) kind of each group and (k, k) how gladly a kind (row) joins a kind (column): a factor
        on the shared border. Without them the longest border decides.
    held, camp
        (n, c) area of each camp that a group holds, and (n,) the camp that it is of: a group takes
        another only while it would not be outvoted. Without them it takes whatever comes.
    family_from
        First camp of a family of camps, see `outvoted`.

    Returns
    -------
    (n,) position of the group that each one ends in. A group that takes others keeps its own kind
    and need; one without neighbours, or beside full ones alone, stays alone, however small.
    """
    count = len(area)
    # Who stands alone from the start never joins anybody; borders between two of them do nothing.
    alone = ~(area < need)
    edges = edges.reshape(-1, 2).astype(np.int64)
    counts = ~(alone[edges[:, 0]] & alone[edges[:, 1]])
    edges, border_m = edges[counts], border_m[counts]
    kind = np.zeros(count, dtype=np.int64) if kind is None else kind
    affinity = np.ones((1, 1)) if affinity is None else affinity
    total = area.astype(float).copy()
    around: defaultdict[int, dict[int, float]] = defaultdict(dict)  # most border on nothing small
    for (left, right), length in zip(edges.tolist(), border_m.tolist(), strict=True):
        around[left][right] = around[left].get(right, 0.0) + length
        around[right][left] = around[right].get(left, 0.0) + length
    taker = np.arange(count)
    room, waiting = _Room(held, camp, family_from), set[int]()
    queue = [(total[group], group) for group in np.flatnonzero(total < need).tolist()]
    heapq.heapify(queue)
    while queue:
        size, group = heapq.heappop(queue)
        if taker[group] != group or size != total[group]:
            continue
        beside = [other for other in around[group] if room.allows(group, other)]
        if not beside:
            waiting.add(group)  # until a neighbour has grown
            continue
        into = max(
            beside,
            key=lambda other: (affinity[kind[group], kind[other]] * around[group][other], -other),
        )
        _merge(group, into, around)
        room.merge(group, into)
        taker[group] = into
        total[into] += total[group]
        grown = waiting.intersection(around[into])
        waiting -= grown
        for other in (into, *sorted(grown)):
            if total[other] < need[other]:
                heapq.heappush(queue, (total[other], other))
    return _ends(taker)


def outvoted(held: np.ndarray, camp: np.ndarray, family_from: int | None = None) -> np.ndarray:
    """Say which groups hold more ground of others than of their own.

    Parameters
    ----------
    held, camp
        (n, c) area of each camp that a group holds, and (n,) the camp that it is of.
    family_from
        The camps from this one on are a family. They count together against all others; within
        the family the own camp has to outweigh the rest of it, unless it is the family's first,
        which has no claim of its own.
    """
    own, total = held[np.arange(len(held)), camp], held.sum(axis=1)
    if family_from is None:
        return 2 * own <= total
    family = held[:, family_from:].sum(axis=1)
    together = np.where(camp >= family_from, family, own)
    return (2 * together <= total) | ((camp > family_from) & (2 * own <= family))


class _Room:
    """Who may still take whom: a group is not outvoted by what it holds."""

    def __init__(
        self, held: np.ndarray | None, camp: np.ndarray | None, family_from: int | None
    ) -> None:
        self.family_from = family_from
        self.is_limited = held is not None and camp is not None
        self.held = np.zeros((0, 0)) if held is None else held.astype(float).copy()
        self.camp = np.zeros(0, np.int64) if camp is None else camp

    def allows(self, group: int, into: int) -> bool:
        if not self.is_limited:
            return True
        both = self.held[[group]] + self.held[[into]]
        return not outvoted(both, self.camp[[into]], self.family_from)[0]

    def merge(self, group: int, into: int) -> None:
        if self.is_limited:
            self.held[into] += self.held[group]


def _merge(group: int, into: int, around: dict[int, dict[int, float]]) -> None:
    """Hand the borders of `group` to `into`."""
    for other, length in around[group].items():
        del around[other][group]
        if other != into:
            around[other][into] = around[other].get(into, 0.0) + length
            around[into][other] = around[into].get(other, 0.0) + length
    around[group] = {}


def _ends(taker: np.ndarray) -> np.ndarray:
    """Follow every chain of takers to its end."""
    while True:
        further = taker[taker]
        if (further == taker).all():
            return taker
        taker = further
