"""Drawing ground onto the lines of its grid: what ends a hair beside the border ends on it.

Otherwise a strip thinner than a finger would run along the border and join parcels that are no
neighbours. Equal places move alike, so that parcels that fit each other still do.
"""

import numpy as np
import shapely

from boundaries.topology.grid_index import near_edges
from boundaries.topology.places import as_complex, unique_places
from boundaries.topology.rings import draw_again, rings_of

__all__ = ["draw_onto"]


def draw_onto(shapes: np.ndarray, lines: np.ndarray, *, snap_m: float) -> np.ndarray:
    """Move vertices within `snap_m` of a line onto it, and take over the corners of the lines.

    Parameters
    ----------
    shapes
        Polygons or multipolygons.
    lines
        Outlines of the grids; they do not move.
    snap_m
        How far a vertex may move, in m.

    Returns
    -------
    The shapes in the same order.
    """
    if len(shapes) == 0:
        return shapes
    drawn = rings_of(shapes)
    corners, line = shapely.get_coordinates(lines, return_index=True)
    follows = line[:-1] == line[1:]
    sides = np.stack([corners[:-1][follows], corners[1:][follows]], axis=1)
    moved, on_line = _onto(drawn.points, sides, snap_m)
    points, ring = _with_corners(moved, drawn.ring, on_line, unique_places(corners)[0], snap_m)
    return draw_again(shapes, drawn, points, ring)


def _onto(points: np.ndarray, sides: np.ndarray, snap_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Move each place near a side (s, 2, 2) to its end if that is near as well, else onto it.

    Returns the points, and which of them lie on a side now.
    """
    spots, which = unique_places(points)
    spot, side = near_edges(spots, sides[:, 0], sides[:, 1], within_m=snap_m)
    start, end, at = sides[side, 0], sides[side, 1], spots[spot]
    length2 = np.maximum(((end - start) ** 2).sum(axis=1), 1e-12)
    share = np.clip(((at - start) * (end - start)).sum(axis=1) / length2, 0.0, 1.0)
    foot = start + (end - start) * share[:, None]
    for corner in (start, end):
        close = np.hypot(*(corner - at).T) <= snap_m
        foot[close] = corner[close]
    # Of several sides the nearest decides; equal ones meet in a corner.
    order = np.lexsort((side, np.hypot(*(foot - at).T), spot))
    first = order[np.r_[True, np.diff(spot[order]) != 0]] if len(order) else order
    result = spots.copy()
    result[spot[first]] = foot[first]
    on_line = np.zeros(len(spots), dtype=bool)
    on_line[spot] = True
    return result[which], on_line[which]


def _with_corners(
    points: np.ndarray,
    ring: np.ndarray,
    on_line: np.ndarray,
    corners: np.ndarray,
    snap_m: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Put the corners of the lines into the edges that run along them within `snap_m`."""
    along_line = on_line[:-1] & on_line[1:] & (ring[:-1] == ring[1:])
    place = as_complex(points)
    edges = np.flatnonzero(along_line & (place[:-1] != place[1:]))
    if len(edges) == 0:
        return points, ring
    corner, edge = near_edges(corners, points[edges], points[edges + 1], within_m=snap_m)
    start, end, at = points[edges[edge]], points[edges[edge] + 1], corners[corner]
    share = ((at - start) * (end - start)).sum(axis=1) / ((end - start) ** 2).sum(axis=1)
    inner = (at != start).any(axis=1) & (at != end).any(axis=1) & (share > 0) & (share < 1)
    edge, at, share = edge[inner], at[inner], share[inner]
    order = np.lexsort((share, edge))
    after = edges[edge[order]] + 1
    return (
        np.insert(points, after, at[order], axis=0),
        np.insert(ring, after, ring[edges[edge[order]]]),
    )
