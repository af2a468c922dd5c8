"""One piece of hidden ground, divided among the polygons that it borders.

The piece is triangulated; a line runs between corners that border different polygons, through the
middles of the triangles' sides, and ends where two of the polygons meet on the outline. Such lines
are in the piece by construction, whatever its shape; they are then drawn as straight as the tiling
allows.
"""

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["share_out"]

Shapes = NDArray[np.object_]
Point = tuple[float, float]
Edge = tuple[Point, Point]

NOBODY = -1  # beyond this side of the outline is none of those who may take ground
SAME_AREA = 1e-9  # share of the ground by which sums may differ


def share_out(part: shapely.Polygon, neighbours: Shapes) -> dict[int, shapely.Geometry]:
    """Divide a polygon among its neighbours, so that nothing of its outline shows between them.

    Parameters
    ----------
    part
        The ground to be hidden.
    neighbours
        Polygons around it, with the same vertices along common borders.

    Returns
    -------
    By position of a neighbour what it gets; together they are the part exactly. Empty when no
    neighbour has a side in common with it. A part that cannot be divided (its outline touches
    itself in a point) goes to the neighbour with the longest border.
    """
    outline = _Outline.of(part, neighbours)
    lengths = outline.lengths()
    if not lengths:
        return {}
    longest = max(sorted(lengths), key=lengths.__getitem__)
    if len(lengths) == 1 or outline.touches_itself:
        return {longest: part}
    pieces = _joined(_faces(part, outline))
    if pieces is None:
        return {longest: part}
    takers = sorted(pieces)
    given = np.array([pieces[taker] for taker in takers], dtype=object)
    # The larger the tolerance, the fewer corners are left in the new borders.
    plain = shapely.coverage_simplify(given, np.sqrt(part.area), simplify_boundary=False)
    for shapes in (plain, given):
        if _is_whole(shapes, part):
            return dict(zip(takers, shapes.tolist(), strict=True))
    return {longest: part}


@dataclass(frozen=True)
class _Outline:
    """The outline of a part: who lies beyond every side of it.

    Attributes
    ----------
    beyond
        Neighbour beyond each side, in the direction of its ring.
    of_corner
        Neighbour beyond the side that begins at a corner.
    touches_itself
        Whether a point is a corner twice.
    """

    beyond: dict[Edge, int]
    of_corner: dict[Point, int]
    touches_itself: bool

    @classmethod
    def of(cls, part: shapely.Polygon, neighbours: Shapes) -> "_Outline":
        owner: dict[frozenset[Point], int] = {}
        for place, shape in enumerate(neighbours):
            for edge in _edges(shape):
                owner[frozenset(edge)] = place
        beyond = {edge: owner.get(frozenset(edge), NOBODY) for edge in _edges(part)}
        of_corner = {edge[0]: place for edge, place in beyond.items()}
        return cls(beyond, of_corner, len(of_corner) != len(beyond))

    def lengths(self) -> dict[int, float]:
        """Length of the border with each neighbour."""
        found: dict[int, float] = {}
        for (one, two), place in self.beyond.items():
            if place != NOBODY:
                found[place] = found.get(place, 0.0) + float(
                    np.hypot(one[0] - two[0], one[1] - two[1])
                )
        return found


def _edges(shape: shapely.Geometry) -> list[Edge]:
    found = []
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        points = [(x, y) for x, y in shapely.get_coordinates(ring).tolist()]
        found += list(pairwise(points))
    return found


def _faces(part: shapely.Polygon, outline: _Outline) -> list[tuple[shapely.Polygon, int]] | None:
    """Cut a part along the new borders; each face with its neighbour, None where that fails."""
    borders = _borders(part, outline)
    # A side between the ends of a new border is the border itself: nothing lies between them.
    cut_off = {edge for edge in outline.beyond if frozenset(edge) in borders}
    lines = [*outline.beyond, *(tuple(sorted(border)) for border in borders)]
    unique = {frozenset(line): line for line in lines}
    drawn = shapely.linestrings(np.array(list(unique.values())))
    faces = shapely.get_parts(shapely.polygonize(drawn))
    found = []
    for face in faces[shapely.contains_properly(part, shapely.point_on_surface(faces))]:
        sides = [edge for edge in _edges(face)]
        places = {
            outline.beyond.get(side, outline.beyond.get(side[::-1]))
            for side in sides
            if side not in cut_off and side[::-1] not in cut_off
        } - {None}
        if len(places) != 1:
            return None
        found.append((face, int(places.pop() or 0)))
    return found


def _borders(part: shapely.Polygon, outline: _Outline) -> set[frozenset[Point]]:
    """Draw the new borders triangle by triangle."""
    borders: set[frozenset[Point]] = set()
    for triangle in shapely.get_parts(shapely.constrained_delaunay_triangles(part)):
        corners = [(x, y) for x, y in shapely.get_coordinates(triangle)[:3].tolist()]
        ends = [
            _crossing(one, two, outline)
            for one, two in combinations(corners, 2)
            if outline.of_corner[one] != outline.of_corner[two]
        ]
        if len(ends) == 2:
            borders.add(frozenset(ends))
        elif len(ends) == 3:
            middle = tuple(np.mean(corners, axis=0).tolist())
            borders |= {frozenset((middle, end)) for end in ends}
    return {border for border in borders if len(border) == 2}


def _crossing(one: Point, two: Point, outline: _Outline) -> Point:
    """Where a new border crosses a side of a triangle: on the outline at its end, else midway."""
    if (one, two) in outline.beyond:
        return two
    if (two, one) in outline.beyond:
        return one
    return ((one[0] + two[0]) / 2, (one[1] + two[1]) / 2)


def _joined(faces: list[tuple[shapely.Polygon, int]] | None) -> dict[int, shapely.Geometry] | None:
    """Join the faces of each neighbour; those beyond which nobody lies join the face beside."""
    if faces is None:
        return None
    whose = [place for _, place in faces]
    sides = [{frozenset(edge) for edge in _edges(face)} for face, _ in faces]
    while NOBODY in whose:
        shared = [
            (_length(sides[at] & sides[other]), -other, at)
            for at in range(len(faces))
            if whose[at] == NOBODY
            for other in range(len(faces))
            if whose[other] != NOBODY and sides[at] & sides[other]
        ]
        if not shared:
            return None
        _, other, at = max(shared)
        whose[at] = whose[-other]
    return {
        place: shapely.coverage_union_all(
            [face for (face, _), own in zip(faces, whose, strict=True) if own == place]
        )
        for place in sorted(set(whose))
    }


def _length(edges: set[frozenset[Point]]) -> float:
    return sum(shapely.LineString(sorted(edge)).length for edge in edges)


def _is_whole(shapes: Shapes, part: shapely.Polygon) -> bool:
    """Whether some shapes tile a part, which keeps its own corners."""
    return bool(
        shapely.is_valid(shapes).all()
        and not shapely.is_empty(shapes).any()
        and shapely.coverage_is_valid(shapes)
        and abs(shapely.area(shapes).sum() - part.area) <= SAME_AREA * part.area
    )
