"""Lines that somebody draws over the ground: what lies on which side, and cutting polygons there.

The line ends where the hand stopped; it is made longer at both ends, so that it reads as a border
from edge to edge. Cutting adds vertices to neighbours, exactly where the cut meets them.
"""

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from boundaries.overlay.slicing import slices
from boundaries.topology.absorb import absorb
from boundaries.topology.dissolve import join_shapes
from boundaries.topology.neighbours import neighbours

__all__ = ["cut_along", "far_line", "far_side", "side_of", "with_vertices"]

_SNAP_M = 0.05  # a line that passes a vertex closer than this goes through it
_ON_EDGE_M = 1e-6  # a micrometre: above the last digit of coordinates, below all that is drawn


def far_line(line: LineString, frame: tuple[float, float, float, float]) -> LineString:
    """Make a line longer at both ends until it leaves the frame; a closed line stays as it is."""
    # A double click ends a line with the same point twice.
    line = shapely.remove_repeated_points(shapely.force_2d(line))
    points = shapely.get_coordinates(line)
    if line.is_closed:
        return line
    west, south, east, north = shapely.union(shapely.box(*frame), shapely.envelope(line)).bounds
    reach = 2 * (east - west + north - south) + 1.0
    ends = []
    for end, before in ((points[0], points[1]), (points[-1], points[-2])):
        along = end - before
        ends.append(end + along / np.hypot(*along) * reach)
    return LineString([ends[0], *points, ends[1]])


def far_side(line: LineString, frame: tuple[float, float, float, float]) -> shapely.Geometry:
    """Find the ground on one side of a line that crosses the frame, as an area.

    Faces that meet along the line lie on different sides, so a line may wind and cross itself.
    """
    around = shapely.box(*frame).buffer(1.0, join_style="mitre")
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([around.boundary, line])]))
    pairs = neighbours(gpd.GeoSeries(faces))
    side = np.full(len(faces), -1)
    beside: dict[int, list[int]] = {row: [] for row in range(len(faces))}
    for one, two in zip(pairs["left"].tolist(), pairs["right"].tolist(), strict=True):
        beside[one].append(two)
        beside[two].append(one)
    for first in range(len(faces)):
        waiting = [first] if side[first] < 0 else []
        side[waiting] = 0
        while waiting:
            here = waiting.pop()
            for there in beside[here]:
                if side[there] < 0:
                    side[there] = 1 - side[here]
                    waiting.append(there)
    return shapely.union_all(faces[side == 1])


def side_of(shapes: np.ndarray, area: shapely.Geometry) -> np.ndarray:
    """Share of each shape that lies in an area, between 0 and 1."""
    shapely.prepare(area)
    share = np.zeros(len(shapes))
    share[shapely.contains(area, shapes)] = 1.0
    crossed = shapely.intersects(area, shapes) & (share == 0)
    share[crossed] = shapely.area(shapely.intersection(shapes[crossed], area))
    share[crossed] /= shapely.area(shapes[crossed])
    return share


def cut_along(
    polygon: Polygon, line: BaseGeometry, *, least_m2: float, least_width_m: float
) -> list[Polygon]:
    """Cut a polygon along a line.

    Parameters
    ----------
    polygon
        A single polygon in a metric CRS.
    line
        Line, or several in one, that runs right through it; vertices of the polygon nearly on it
        are met exactly.
    least_m2, least_width_m
        Pieces smaller or narrower (2 x area / perimeter) join the piece beside them.

    Returns
    -------
    The pieces, or the polygon alone when the line leaves it whole. They share its vertices and
    those of each other.
    """
    vertices = shapely.multipoints(shapely.get_coordinates(polygon))
    # The whole line, not its part inside: the ends of that would miss the outline by a hair.
    faces = np.array(slices(polygon, [shapely.snap(line, vertices, _SNAP_M)]), dtype=object)
    if len(faces) < 2:
        return [polygon]
    area = shapely.area(faces)
    crumb = (area < least_m2) | (2 * area < least_width_m * shapely.length(faces))
    pairs = neighbours(gpd.GeoSeries(faces))
    into = absorb(
        area,
        np.where(crumb, np.inf, 0.0),
        pairs[["left", "right"]].to_numpy(),
        pairs["border_m"].to_numpy(),
    )
    pieces = [join_shapes(faces[into == end]) for end in np.unique(into)]
    return sorted(pieces, key=lambda piece: piece.bounds) if len(pieces) > 1 else [polygon]


def with_vertices(shape: shapely.Geometry, points: np.ndarray) -> shapely.Geometry:
    """Put points that lie on the edges of a polygon into these edges; its ground stays the same."""
    known = set(map(tuple, shapely.get_coordinates(shape).tolist()))
    new = np.array([spot for spot in points.tolist() if tuple(spot) not in known]).reshape(-1, 2)
    if len(new) == 0:
        return shape
    rings, part = shapely.get_rings(shapely.get_parts(shape), return_index=True)
    done = [_ring_with(ring, new) for ring in rings]
    if all(after is before for after, before in zip(done, rings, strict=True)):
        return shape
    parts = []
    for number in np.unique(part):
        own = [done[row] for row in np.flatnonzero(part == number)]
        parts.append(Polygon(own[0], own[1:]))
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _ring_with(ring: shapely.LinearRing, points: np.ndarray) -> shapely.LinearRing:
    """Put points that lie on a ring into it."""
    corners = shapely.get_coordinates(ring)
    edges = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
    spots = shapely.points(points)
    spot, edge = shapely.STRtree(edges).query(spots, predicate="dwithin", distance=_ON_EDGE_M)
    if len(spot) == 0:
        return ring
    # A point near two edges belongs to the nearest one.
    order = np.lexsort((edge, shapely.distance(spots[spot], edges[edge]), spot))
    spot, edge = spot[order], edge[order]
    first = np.r_[True, spot[1:] != spot[:-1]]
    spot, edge = spot[first], edge[first]
    along = np.hypot(*(points[spot] - corners[edge]).T)
    order = np.lexsort((along, edge))
    result = np.insert(corners, edge[order] + 1, points[spot[order]], axis=0)
    return shapely.linearrings(result)
