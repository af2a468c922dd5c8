"""Who borders whom: neighbours of a tiling, found by hashing the edges they share exactly.

In a tiling two neighbours hold the same vertices along their border, so an edge that occurs in two
polygons is border between them. That needs no geometric intersection, but it is silent on dirty
data: check the tiling first (`shapely.coverage_is_valid`).
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numba import njit

__all__ = ["edges_of", "match_edges", "neighbours"]

_EMPTY = -1
_PAIRED = -2


def neighbours(geometry: gpd.GeoSeries) -> pd.DataFrame:
    """Find the pairs of polygons that share a border, and its length.

    Parameters
    ----------
    geometry
        Polygons or multipolygons that tile the ground, in a metric CRS.

    Returns
    -------
    One row per pair: `left` < `right`, positions (not index labels) in `geometry`, and `border_m`,
    the length of the shared border in m. Ordered by left, right. Polygons that touch in points
    only are not neighbours.
    """
    start, end, owner = edges_of(geometry)
    first, second = match_edges(start, end, owner)
    length = np.hypot(*(end[first] - start[first]).T)
    left = np.minimum(owner[first], owner[second])
    right = np.maximum(owner[first], owner[second])
    count = len(geometry)
    pair, where = np.unique(left * count + right, return_inverse=True)
    return pd.DataFrame(
        {
            "left": pair // max(count, 1),
            "right": pair % max(count, 1),
            "border_m": np.bincount(where, weights=length, minlength=len(pair)),
        }
    )


def edges_of(geometry: gpd.GeoSeries) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List every edge of every ring: start (e, 2), end (e, 2) and position of its polygon (e,)."""
    parts, part_owner = shapely.get_parts(geometry.to_numpy(), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    inside = ring[:-1] == ring[1:]
    start, end = points[:-1][inside], points[1:][inside]
    owner = part_owner[ring_part[ring[:-1][inside]]]
    moved = (start != end).any(axis=1)
    return start[moved], end[moved], owner[moved].astype(np.int64)


def match_edges(
    start: np.ndarray, end: np.ndarray, owner: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pair the edges that two polygons share exactly: positions of both edges of each pair.

    Parts of one polygon that share an edge are no pair.
    """
    first, second = _match(*_keys(start, end))
    other = owner[first] != owner[second]
    return first[other], second[other]


def _keys(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each edge the same two ends whichever way it runs, as raw 64-bit patterns."""
    back = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    low = np.where(back[:, None], end, start) + 0.0  # + 0.0 turns -0.0 into 0.0
    high = np.where(back[:, None], start, end) + 0.0
    return np.ascontiguousarray(low).view(np.int64), np.ascontiguousarray(high).view(np.int64)


@njit(cache=True)
def _match(low, high):
    """Pair equal edges in an open-addressing table; returns the positions of both edges."""
    count = len(low)
    size = 16
    while size < 2 * count:
        size *= 2
    table = np.full(size, _EMPTY, np.int64)
    first = np.empty(count, np.int64)
    second = np.empty(count, np.int64)
    found = 0
    for edge in range(count):
        key = low[edge, 0] * np.int64(-7046029254386353131) ^ low[edge, 1]
        key = key * np.int64(-4417276706812531889) ^ high[edge, 0]
        key = key * np.int64(-7046029254386353131) ^ high[edge, 1]
        key = key * np.int64(-4417276706812531889)
        slot = ((key >> 20) ^ (key >> 41)) & (size - 1)
        while True:
            other = table[slot]
            if other == _EMPTY:
                table[slot] = edge
                break
            if (
                other != _PAIRED
                and low[other, 0] == low[edge, 0]
                and low[other, 1] == low[edge, 1]
                and high[other, 0] == high[edge, 0]
                and high[other, 1] == high[edge, 1]
            ):
                first[found] = other
                second[found] = edge
                found += 1
                table[slot] = _PAIRED
                break
            slot = (slot + 1) & (size - 1)
    return first[:found], second[:found]
