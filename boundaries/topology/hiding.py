"""Ground taken out of a tiling so that its outline is gone and the tiling stays exact.

The ground is shared out among the polygons around it: borders that end at it run on through it and
meet inside. Of its outline only those vertices stay that another border passes or ends at.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.topology.hidden_part import share_out

__all__ = ["hide_ground"]

Shapes = NDArray[np.object_]
Rows = NDArray[np.intp]
Point = tuple[float, float]

STRAIGHT_M = 0.01  # a vertex this close to the line past it bends no border that anybody sees


def hide_ground(shapes: Shapes, rounds: Iterable[tuple[Rows, Rows]]) -> tuple[Shapes, Rows]:
    """Share the hidden polygons of a tiling out among those around them.

    Parameters
    ----------
    shapes
        Polygons that tile their ground, neighbours with identical vertices, in metres.
    rounds
        Which polygons are hidden, and which may take their ground, as positions: one entry a frame
        whose own outline stays, such as a given grid. Frames inside others come first.

    Returns
    -------
    The shapes, empty where hidden, and the positions of those that nobody can take: they are empty
    too, and their ground is in no shape.
    """
    result = shapes.copy()
    rounds = [(np.asarray(gone), np.asarray(takers)) for gone, takers in rounds]
    corners = shapely.get_coordinates([shapes[at] for gone, _ in rounds for at in gone])
    nobody: list[int] = []
    for gone, takers in rounds:
        if len(takers):
            _share_round(result, gone, takers)
        else:
            nobody += gone.tolist()
        result[gone] = shapely.Polygon()
    return _without_traces(result, {(x, y) for x, y in corners.tolist()}), np.array(nobody, int)


def _share_round(shapes: Shapes, gone: Rows, takers: Rows) -> None:
    """Give every part of some hidden ground to those of the takers that it touches, in place."""
    tree = shapely.STRtree(shapes[takers])
    ground = shapely.coverage_union_all(shapes[gone])
    for part in shapely.get_parts(shapely.normalize(ground)):
        near = takers[np.sort(tree.query(part, predicate="intersects"))]
        pieces = share_out(part, shapes[near]) if len(near) else {}
        if not pieces:  # an island: it becomes a part of the nearest
            near, pieces = takers[[int(tree.nearest(part))]], {0: part}
        for place, piece in pieces.items():
            shapes[near[place]] = shapely.coverage_union_all([shapes[near[place]], piece])


def _without_traces(shapes: Shapes, corners: set[Point]) -> Shapes:
    """Take out the vertices of hidden outlines that now lie on a straight border and end none."""
    if not corners:
        return shapes
    tree = shapely.STRtree(shapes)
    concerned = np.unique(tree.query(shapely.points(sorted(corners)), predicate="intersects")[1])
    beside: dict[Point, set[Point]] = {}
    for at in concerned:
        for ring in _rings(shapes[at]):
            for one, two in pairwise(ring):
                for here, there in ((one, two), (two, one)):
                    if here in corners:
                        beside.setdefault(here, set()).add(there)
    gone = _straight(beside)
    if not gone:
        return shapes
    result = shapes.copy()
    for at in concerned:
        result[at] = _rebuilt(shapes[at], gone)
    changed = result[concerned]
    sound = shapely.is_valid(changed).all() and shapely.coverage_is_valid(changed)
    return result if sound else shapes


def _straight(beside: dict[Point, set[Point]]) -> set[Point]:
    """Find vertices between exactly two others that the line between these passes."""
    gone: set[Point] = set()
    for here in sorted(beside):
        ends = beside[here]
        if len(ends) != 2:
            continue
        one, two = sorted(ends)
        if shapely.LineString([one, two]).distance(shapely.Point(here)) > STRAIGHT_M:
            continue
        gone.add(here)
        for end, other in ((one, two), (two, one)):
            if end in beside:
                beside[end] = (beside[end] - {here}) | {other}
    return gone


def _rings(shape: shapely.Geometry) -> list[list[Point]]:
    rings = shapely.get_rings(shapely.get_parts(shape))
    return [[(x, y) for x, y in shapely.get_coordinates(ring).tolist()] for ring in rings]


def _rebuilt(shape: shapely.Geometry, gone: set[Point]) -> shapely.Geometry:
    """Give a polygon without some of its vertices; a ring keeps three of them at least."""
    parts = [
        shapely.Polygon(_kept(part.exterior, gone), [_kept(hole, gone) for hole in part.interiors])
        for part in shapely.get_parts(shape)
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _kept(ring: shapely.LinearRing, gone: set[Point]) -> Sequence[Point]:
    points = [(x, y) for x, y in shapely.get_coordinates(ring)[:-1].tolist()]
    kept = [point for point in points if point not in gone]
    return kept if len(kept) >= 3 else points
