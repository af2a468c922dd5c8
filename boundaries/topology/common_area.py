"""How much ground pairs of polygons have in common, measured without drawing it.

The ground below an edge, taken with the sign of its direction, adds up to the polygon. So what two
polygons share is a sum over pairs of their edges: the ground below both. No border is noded and no
polygon is made, which is several times as fast as intersecting, and nothing can fail.
"""

from typing import NamedTuple

import numpy as np
import shapely

from boundaries.topology.rings import rings_of
from layers.contract.kernel import kernel

__all__ = ["common_area"]


class _Edges(NamedTuple):
    """Edges of polygons that are not upright; where those of each polygon begin."""

    ends: np.ndarray  # (e, 4): x and y of the western end, x and y of the eastern end
    sign: np.ndarray  # (e,) 1 where the polygon lies below the edge, -1 where above
    begin: np.ndarray  # (n + 1,)


def common_area(
    first: np.ndarray, second: np.ndarray, one: np.ndarray, other: np.ndarray
) -> np.ndarray:
    """Measure the ground that polygons of two sets share, pair by pair.

    Parameters
    ----------
    first, second
        Sound polygons and multipolygons in a metric CRS; they may be empty.
    one, other
        (k,) positions in `first` and in `second`.

    Returns
    -------
    (k,) m2, exact but for what adding up loses: less than 1e-6 m2 for ground within 100 km.
    """
    if len(one) == 0:
        return np.zeros(0)
    corner = np.nanmin(
        np.vstack([shapely.bounds(np.asarray(shapes)) for shapes in (first, second)]), axis=0
    )[:2]
    used, one = np.unique(one, return_inverse=True)
    left, right = _edges_of(np.asarray(first)[used], corner), _edges_of(second, corner)
    area = np.empty(len(one))
    _measure(*left, *right, one.astype(np.int64), np.asarray(other, dtype=np.int64), area)
    return area


def _edges_of(shapes: np.ndarray, corner: np.ndarray) -> _Edges:
    """Take polygons apart into edges that say on which side of them the polygon lies."""
    drawn = rings_of(np.asarray(shapes))
    count = len(drawn.ring_part)
    shell = np.r_[True, drawn.ring_part[1:] != drawn.ring_part[:-1]][:count]
    begin = np.searchsorted(drawn.ring, np.arange(count + 1))
    ends, sign, size = _signed(drawn.points - corner, begin, shell)
    owner = drawn.part_owner[drawn.ring_part]
    of_shape = np.bincount(owner, weights=size, minlength=len(shapes)).astype(np.int64)
    return _Edges(ends, sign, np.concatenate([[0], np.cumsum(of_shape)]))


@kernel()
def _signed(points, begin, shell):
    """Turn rings into edges from west to east with a sign; how many each ring has."""
    ends, sign = np.empty((len(points), 4)), np.empty(len(points))
    size = np.zeros(len(shell), np.int64)
    made = 0
    for ring in range(len(shell)):
        below, first = 0.0, made
        for at in range(begin[ring], begin[ring + 1] - 1):
            x0, y0 = points[at]
            x1, y1 = points[at + 1]
            if x0 == x1:
                continue
            below += (x1 - x0) * (y0 + y1)
            if x0 < x1:
                ends[made, 0], ends[made, 1], ends[made, 2], ends[made, 3] = x0, y0, x1, y1
                sign[made] = 1.0
            else:
                ends[made, 0], ends[made, 1], ends[made, 2], ends[made, 3] = x1, y1, x0, y0
                sign[made] = -1.0
            made += 1
        # Below its edges a ring that runs clockwise has its area.
        if (below < 0.0) == shell[ring]:
            sign[first:made] = -sign[first:made]
        size[ring] = made - first
    return ends[:made], sign[:made], size


@kernel()
def _measure(ends, sign, begin, ends_2, sign_2, begin_2, one, other, area):
    """Sum up, for each pair of polygons, the ground below both of every pair of edges."""
    near = np.empty(len(sign_2), np.int64)  # edges of the other polygon where this one is
    for pair in range(len(one)):
        from_1, to_1 = begin[one[pair]], begin[one[pair] + 1]
        from_2, to_2 = begin_2[other[pair]], begin_2[other[pair] + 1]
        area[pair] = 0.0
        if from_1 == to_1 or from_2 == to_2:
            continue
        low_1 = low_2 = west = west_1 = np.inf
        east = east_1 = -np.inf
        for edge in range(from_1, to_1):
            low_1 = min(low_1, ends[edge, 1], ends[edge, 3])
            west_1, east_1 = min(west_1, ends[edge, 0]), max(east_1, ends[edge, 2])
        for edge in range(from_2, to_2):
            low_2 = min(low_2, ends_2[edge, 1], ends_2[edge, 3])
            west, east = min(west, ends_2[edge, 0]), max(east, ends_2[edge, 2])
        base = min(low_1, low_2)
        beside = 0
        for edge in range(from_2, to_2):
            u0, v0, u1, v1 = ends_2[edge]
            if u0 < east_1 and u1 > west_1 and max(v0, v1) > low_1:
                near[beside] = edge
                beside += 1
        total = 0.0
        for edge in range(from_1, to_1):
            x0, y0, x1, y1 = ends[edge]
            # Below an edge that is lower than all of the other polygon, that one cancels out.
            if x0 >= east or x1 <= west or max(y0, y1) <= low_2:
                continue
            slope = (y1 - y0) / (x1 - x0)
            for at in range(beside):
                edge_2 = near[at]
                u0, v0, u1, v1 = ends_2[edge_2]
                if u0 >= x1 or u1 <= x0:
                    continue
                slope_2 = (v1 - v0) / (u1 - u0)
                a, b = max(x0, u0), min(x1, u1)
                p = y0 + (a - x0) * slope - base
                q = y0 + (b - x0) * slope - base
                r = v0 + (a - u0) * slope_2 - base
                s = v0 + (b - u0) * slope_2 - base
                if p <= r and q <= s:
                    below = (p + q) * (b - a)
                elif p >= r and q >= s:
                    below = (r + s) * (b - a)
                else:
                    share = (p - r) / ((p - r) - (q - s))
                    height = p + (q - p) * share
                    below = (b - a) * (
                        share * (min(p, r) + height) + (1.0 - share) * (height + min(q, s))
                    )
                total += sign[edge] * sign_2[edge_2] * below
        area[pair] = max(total / 2.0, 0.0)
