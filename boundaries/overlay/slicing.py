"""Lines cut a polygon into faces, whatever the last digits of their crossings say.

Every cut of ground goes through here: streets along their centre lines, strips, patches along
roads, and what a hand draws. Lines and outline are noded together (`boundaries.overlay.noding`), so
that a line that runs along the outline but for a hair leaves no hair beside it.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import LineString, Polygon

from boundaries.overlay.lattice import Origin, on_lattice, origin_of
from boundaries.overlay.noding import HAIR_M, node
from boundaries.topology.places import unique_places

__all__ = ["slices"]


def slices(polygon: Polygon, lines: Sequence[LineString] | np.ndarray) -> list[Polygon]:
    """Cut a polygon along lines.

    Parameters
    ----------
    polygon
        A single polygon in a metric CRS.
    lines
        Lines, or several in one, that may end inside, run along the outline or reach far outside.

    Returns
    -------
    The faces, in no order that means anything, their vertices on the lattice; the polygon alone
    when the lines leave it whole, or when the faces do not have its area.
    """
    if len(lines) == 0:
        return [polygon]
    origin = origin_of(np.array([polygon]))
    # Vertices of the outline come first: a place of a line that is as good as one becomes it.
    places, outline = _sides(shapely.get_rings([polygon]), origin)
    others, cuts = _sides(shapely.get_parts(lines), origin)
    sides = np.concatenate([outline, cuts + len(places)])
    given = np.concatenate([places, on_lattice(others)])
    noded = node(given, *np.ascontiguousarray(sides.T))
    if noded is None:
        return [polygon]
    ends = np.concatenate([given, on_lattice(noded.points[len(given) :])]) + origin
    edges = shapely.linestrings(ends[np.column_stack([noded.one, noded.two])])
    faces = shapely.get_parts(shapely.polygonize(edges))
    shapely.prepare(polygon)
    faces = faces[shapely.contains(polygon, shapely.point_on_surface(faces))]
    lost = abs(shapely.area(faces).sum() - polygon.area)
    whole = len(faces) < 2 or lost > HAIR_M * (polygon.length + 1.0)
    return [polygon] if whole else faces.tolist()


def _sides(lines: np.ndarray, origin: Origin) -> tuple[np.ndarray, np.ndarray]:
    """Distinct places of lines, seen from an origin, and the two places of each side (s, 2)."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    places, place = unique_places(points - origin)
    first = np.flatnonzero(line[:-1] == line[1:])
    return places, np.column_stack([place[first], place[first + 1]])
