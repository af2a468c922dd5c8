"""Patches that are to stay together in the split: small ground with what it joined.

The engine knows loads and borders, not areas. Where it would leave small ground for itself, or put
more absorbed ground into a micro-grid than what absorbed it, such patches are made one unit before
the cut. Works on patches by number; knows no geometry.
"""

import heapq

import numpy as np

__all__ = ["contracted", "glued"]


def glued(
    unit: np.ndarray,
    todo: np.ndarray,
    *,
    area: np.ndarray,
    own: np.ndarray,
    load: np.ndarray,
    least: np.ndarray,
    most: int | float,
    edges: np.ndarray,
    border_m: np.ndarray,
) -> np.ndarray:
    """Join units of patches until those that are too small, or outvoted, are so no longer.

    Parameters
    ----------
    unit
        (n,) the unit of each patch, called by its first patch.
    todo
        (n,) patches whose units are to be looked at.
    area, own
        (n,) area in m², and what of it is of the kind of the block the patch is in.
    load, most
        (n,) load, and the most that a unit may have.
    least
        (n,) least area in m² of a unit with this patch.
    edges, border_m
        (m, 2) patches that may be in one micro-grid, inside blocks, and (m,) their border.

    Returns
    -------
    (n,) the units. One that finds no neighbour with enough capacity left stays as it is.
    """
    count = len(unit)

    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(unit, weights=values, minlength=count)

    size, held, work = summed(area), summed(own), summed(load)
    need = np.zeros(count)
    np.maximum.at(need, unit, least)
    around: list[dict[int, float]] = [{} for _ in range(count)]
    for (one, other), length in zip(unit[edges].tolist(), border_m.tolist(), strict=True):
        if one != other:
            around[one][other] = around[one].get(other, 0.0) + max(length, 0.1)
            around[other][one] = around[other].get(one, 0.0) + max(length, 0.1)

    def is_wrong(one: int) -> bool:
        return bool(2 * held[one] <= size[one] or size[one] < need[one])

    head = np.arange(count)
    queue = [(size[one], one) for one in np.unique(unit[todo]).tolist() if is_wrong(one)]
    heapq.heapify(queue)
    while queue:
        known, one = heapq.heappop(queue)
        if head[one] != one or known != size[one] or not is_wrong(one):
            continue
        beside = [other for other in around[one] if work[one] + work[other] <= most]
        if not beside:
            continue

        def gain(other: int, one: int = one) -> tuple[bool, float, int]:
            both, mine = size[one] + size[other], held[one] + held[other]
            return bool(2 * mine > both), around[one][other], -other

        into = max(beside, key=gain)
        for other, length in around[one].items():
            del around[other][one]
            if other != into:
                around[other][into] = around[other].get(into, 0.0) + length
                around[into][other] = around[into].get(other, 0.0) + length
        head[one] = into
        for values in (size, held, work):
            values[into] += values[one]
        need[into] = max(need[into], need[one])
        if is_wrong(into):
            heapq.heappush(queue, (size[into], into))
    while (head[head] != head).any():
        head = head[head]
    ends = head[unit]
    first = np.full(count, count)
    np.minimum.at(first, ends, np.arange(count))
    return first[ends]


def contracted(
    unit: np.ndarray, edges: np.ndarray, border_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make each unit one patch.

    Returns
    -------
    The number of each patch's unit, and edges and borders between units; as given where every patch
    is a unit of its own.
    """
    if (unit == np.arange(len(unit))).all():
        return unit, edges, border_m
    number = np.unique(unit, return_inverse=True)[1]
    ends = np.sort(number[edges], axis=1)
    apart = ends[:, 0] != ends[:, 1]
    pairs, at = np.unique(ends[apart], axis=0, return_inverse=True)
    return number, pairs, np.bincount(at, weights=border_m[apart], minlength=len(pairs))
