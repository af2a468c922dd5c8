"""Drawing ground onto the lines of its grid: what ends a hair beside the border ends on it.

Otherwise a strip thinner than a finger would run along the border and join parcels that are no
neighbours. Equal places move alike, so that parcels that fit each other still do.
"""

import numpy as np
import shapely

from boundaries.sealing import rebuilt

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
    parts, part_owner = shapely.get_parts(shapes, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    corners = np.unique(shapely.get_coordinates(lines), axis=0)
    moved = _onto(points, lines, corners, snap_m)
    points, ring = _with_corners(moved, ring, corners, snap_m)
    return rebuilt(points, ring, ring_part, part_owner, len(shapes))


def _onto(points: np.ndarray, lines: np.ndarray, corners: np.ndarray, snap_m: float) -> np.ndarray:
    """Move each near place to the nearest corner if that is near as well, else onto the line."""
    spots, which = np.unique(points, axis=0, return_inverse=True)
    result = spots.copy()
    spot, line = shapely.STRtree(lines).query(
        shapely.points(spots), predicate="dwithin", distance=snap_m
    )
    # With several lines near, the first one of the tree's order decides; they meet in a corner.
    spot, first = np.unique(spot, return_index=True)
    at = shapely.points(spots[spot])
    along = shapely.line_locate_point(lines[line[first]], at)
    result[spot] = shapely.get_coordinates(
        shapely.line_interpolate_point(lines[line[first]], along)
    )
    found, corner = shapely.STRtree(shapely.points(corners)).query(
        shapely.points(spots), predicate="dwithin", distance=snap_m
    )
    result[found] = corners[corner]
    return result[which.ravel()]


def _with_corners(
    points: np.ndarray, ring: np.ndarray, corners: np.ndarray, snap_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Put the corners of the lines into the sides that pass them within `snap_m`."""
    edges = np.flatnonzero((ring[:-1] == ring[1:]) & (points[:-1] != points[1:]).any(axis=1))
    sides = shapely.linestrings(np.stack([points[edges], points[edges + 1]], axis=1))
    corner, edge = shapely.STRtree(sides).query(
        shapely.points(corners), predicate="dwithin", distance=snap_m
    )
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
