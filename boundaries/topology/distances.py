"""How far many places are from many polygons, each from each.

The geometry library takes both shapes of every pair apart anew; here each ring is walked along once
for all places. The figures are the library's own to the last bit.
"""

import numpy as np
import shapely

from boundaries.topology.rings import rings_of
from layers.contract.kernel import kernel

__all__ = ["distances"]

_RUN = 16  # edges that are left out together where they are too far
_LESS = 1.0 - 1e-9  # rounding of a squared distance
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def distances(places: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Measure how far places are from shapes.

    Parameters
    ----------
    places
        (p,) points; some may be empty.
    shapes
        (s,) shapes in the same metric CRS, None for no ground.

    Returns
    -------
    (p, s) m, 0 inside; nan where there is no ground, or no place.
    """
    table = np.full((len(places), len(shapes)), np.nan)
    areal = np.isin(shapely.get_type_id(shapes), _POLYGONS) & ~shapely.is_empty(shapes)
    table[:, ~areal] = shapely.distance(places[:, None], shapes[None, ~areal])
    if areal.any() and len(places):
        drawn = rings_of(shapes[areal])
        owner = drawn.part_owner[drawn.ring_part][drawn.ring]
        there = ~shapely.is_empty(places)  # an empty place has no coordinates
        spots = np.zeros((len(places), 2))
        spots[there] = shapely.get_coordinates(places[there])
        near = np.empty((len(spots), int(areal.sum())))
        _walk(spots, drawn.points, drawn.ring, owner, near)
        shape, place = shapely.STRtree(places).query(shapes[areal], predicate="intersects")
        near[place, shape] = 0.0
        near[~there] = np.nan
        table[:, areal] = near
    return table


@kernel()
def _runs(points, ring):
    """Cut the edges into runs of few, each within one ring: first place and bounds."""
    begin = np.empty(len(points), np.int64)
    bounds = np.empty((len(points), 4))
    count = -1
    for at in range(len(points)):
        x, y = points[at, 0], points[at, 1]
        if at == 0 or ring[at] != ring[at - 1] or at - begin[count] == _RUN:
            if at > 0 and ring[at] == ring[at - 1]:
                _widen(bounds[count], x, y)  # the next run begins where this one ends
            count += 1
            begin[count] = at
            bounds[count, 0] = bounds[count, 2] = x
            bounds[count, 1] = bounds[count, 3] = y
        else:
            _widen(bounds[count], x, y)
    return begin[: count + 1], bounds[: count + 1]


@kernel()
def _widen(bounds, x, y):
    bounds[0], bounds[1] = min(bounds[0], x), min(bounds[1], y)
    bounds[2], bounds[3] = max(bounds[2], x), max(bounds[3], y)


@kernel()
def _walk(spots, points, ring, owner, near):
    """Least distance of every spot from the edges of each owner."""
    begin, bounds = _runs(points, ring)
    near[:] = np.inf
    for spot in range(len(spots)):
        x, y = spots[spot, 0], spots[spot, 1]
        row = near[spot]
        for run in range(len(begin)):
            # What is farther than the nearest edge so far, by more than rounding, is not looked at.
            over = max(bounds[run, 0] - x, x - bounds[run, 2], 0.0)
            up = max(bounds[run, 1] - y, y - bounds[run, 3], 0.0)
            best = row[owner[begin[run]]]
            if (over * over + up * up) * _LESS > best * best:
                continue
            for edge in range(begin[run], min(begin[run] + _RUN, len(points) - 1)):
                if ring[edge] != ring[edge + 1]:
                    break
                best = min(best, _from_edge(x, y, points[edge], points[edge + 1]))
            row[owner[begin[run]]] = best


@kernel()
def _from_edge(x, y, one, two):
    """Distance of a place from an edge, computed as the geometry library does."""
    ax, ay, bx, by = one[0], one[1], two[0], two[1]
    dx, dy = bx - ax, by - ay
    length2 = dx * dx + dy * dy
    share = -1.0
    if length2 > 0.0:
        share = ((x - ax) * dx + (y - ay) * dy) / length2
    if share <= 0.0:
        return np.sqrt((x - ax) * (x - ax) + (y - ay) * (y - ay))
    if share >= 1.0:
        return np.sqrt((x - bx) * (x - bx) + (y - by) * (y - by))
    return abs(((ay - y) * dx - (ax - x) * dy) / length2) * np.sqrt(length2)
