"""Patches that are to stay together in the split: small ground with what it joined.

The engine knows loads and borders, not areas. Where it would leave small ground for itself, or put
more absorbed ground into a micro-grid than what absorbed it, such patches are made one unit before
the cut. Works on patches by number; knows no geometry.
"""

import heapq

import numpy as np

from boundaries.topology.absorb import outvoted
from gridmap.split.blocks import RESIDUAL_CAMPS

__all__ = ["contracted", "glued"]


def glued(
    unit: np.ndarray,
    todo: np.ndarray,
    *,
    held: np.ndarray,
    camp: np.ndarray,
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
    held, camp
        (n, c) area in m² by camp, and (n,) the camp of the block the patch is in: see
        `gridmap.split.blocks.form_blocks`.
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

    work, ground = summed(load), np.zeros_like(held)
    np.add.at(ground, unit, held)
    size, kind = ground.sum(axis=1), np.zeros(count, dtype=np.int64)
    kind[unit] = camp
    need = np.zeros(count)
    np.maximum.at(need, unit, least)
    around: list[dict[int, float]] = [{} for _ in range(count)]
    for (one, other), length in zip(unit[edges].tolist(), border_m.tolist(), strict=True):
        if one != other:
            around[one][other] = around[one].get(other, 0.0) + max(length, 0.1)
            around[other][one] = around[other].get(one, 0.0) + max(length, 0.1)

    def is_wrong(one: int) -> bool:
        return bool(size[one] < need[one]) or lost(ground[one], one)

    def lost(whole: np.ndarray, one: int) -> bool:
        return bool(outvoted(whole[None], kind[[one]], RESIDUAL_CAMPS)[0])

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
            return not lost(ground[one] + ground[other], one), around[one][other], -other

        into = max(beside, key=gain)
        for other, length in around[one].items():
            del around[other][one]
            if other != into:
                around[other][into] = around[other].get(into, 0.0) + length
                around[into][other] = around[into].get(other, 0.0) + length
        head[one] = into
        for values in (size, ground, work):
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
