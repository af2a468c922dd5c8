"""Sealing: polygons that meet almost exactly get identical vertices, so that they tile exactly.

Only edges without a partner are looked at. Their vertices are drawn together within a millimetre,
and a vertex that lies on a neighbour's edge is put into that edge. No ground changes hands.
"""

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from boundaries.boxes import near_edges
from boundaries.neighbours import match_edges
from boundaries.rings import as_complex, draw_again, rings_of, unique_places

__all__ = ["SNAP_M", "seal"]

SNAP_M = 0.001  # vertices closer than this are one; far below any survey's accuracy
_NO_WIDTH_M = 1e-6
_ROUNDS = 4


def seal(shapes: np.ndarray, *, snap_m: float = SNAP_M) -> np.ndarray:
    """Give neighbouring polygons identical vertices along their borders.

    Parameters
    ----------
    shapes
        Polygons or multipolygons that tile the ground but for vertices that a neighbour lacks.
    snap_m
        Vertices closer than this are drawn together, and put into an edge they lie on.

    Returns
    -------
    The shapes in the same order. One thinner than `snap_m` may come back empty.
    """
    drawn = rings_of(shapes)
    # A sliver with no width to speak of keeps its two sides apart for ever: it closes first.
    wide = 2 * shapely.area(drawn.parts) > _NO_WIDTH_M * shapely.length(drawn.parts)
    kept = wide[drawn.ring_part[drawn.ring]]
    points, ring, ring_part = drawn.points[kept], drawn.ring[kept], drawn.ring_part
    changed = not kept.all()
    for _ in range(_ROUNDS):
        edges = _open_edges(points, ring, ring_part)
        moved = _draw_together(points, edges, snap_m)
        if moved is not None:
            points = moved
            edges = _open_edges(points, ring, ring_part)
        points, ring, inserted = _put_in(points, ring, edges, snap_m)
        changed |= moved is not None or inserted
        if moved is None and not inserted:
            break
    if not changed:
        return shapes
    return draw_again(shapes, drawn, points, ring)


def _open_edges(points: np.ndarray, ring: np.ndarray, ring_part: np.ndarray) -> np.ndarray:
    """Positions of the first point of every edge that no other polygon shares."""
    place = as_complex(points)
    first = np.flatnonzero((ring[:-1] == ring[1:]) & (place[:-1] != place[1:]))
    one, two = match_edges(points[first], points[first + 1], ring_part[ring[first]])
    alone = np.ones(len(first), dtype=bool)
    alone[one] = alone[two] = False
    return first[alone]


def _draw_together(points: np.ndarray, edges: np.ndarray, snap_m: float) -> np.ndarray | None:
    """Make vertices of open edges that lie within `snap_m` of each other one; None: none do."""
    spots = unique_places(points[_ends(edges, len(points))])[0]
    if len(spots) == 0:
        return None
    pairs = np.asarray(cKDTree(spots).query_pairs(snap_m, output_type="ndarray"))
    if len(pairs) == 0:
        return None
    links = coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(len(spots), len(spots)))
    group = connected_components(links, directed=False)[1]
    # The first spot of a group stands for it: an existing vertex, the same whatever the order.
    lead = np.full(group.max() + 1, len(spots))
    np.minimum.at(lead, group, np.arange(len(spots)))
    target = lead[group]
    away = np.flatnonzero(target != np.arange(len(spots)))
    # Places sort as complex numbers; `spots` are sorted, so that equal ones are found by bisection.
    left, all_points = as_complex(spots[away]), as_complex(points)
    at = np.minimum(np.searchsorted(left, all_points), len(left) - 1)
    same = left[at] == all_points
    result = points.copy()
    result[same] = spots[target[away[at[same]]]]
    return result


def _ends(edges: np.ndarray, count: int) -> np.ndarray:
    """Mask of the points at the ends of edges that begin at these."""
    ends = np.zeros(count, dtype=bool)
    ends[edges] = ends[edges + 1] = True
    return ends


def _put_in(
    points: np.ndarray, ring: np.ndarray, edges: np.ndarray, snap_m: float
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Put vertices of open edges into the open edges of other polygons that they lie on."""
    if len(edges) == 0:
        return points, ring, False
    spots = unique_places(points[_ends(edges, len(points))])[0]
    spot, edge = near_edges(spots, points[edges], points[edges + 1], within_m=snap_m)
    start, end = points[edges[edge]], points[edges[edge] + 1]
    at = spots[spot]
    length = np.hypot(*(end - start).T)
    along = ((at - start) * (end - start)).sum(axis=1) / length**2
    inner = (at != start).any(axis=1) & (at != end).any(axis=1)
    inner &= (along > 0) & (along < 1)
    if not inner.any():
        return points, ring, False
    edge, at, along = edge[inner], at[inner], along[inner]
    order = np.lexsort((along, edge))
    after = edges[edge[order]] + 1
    return (
        np.insert(points, after, at[order], axis=0),
        np.insert(ring, after, ring[edges[edge[order]]]),
        True,
    )
