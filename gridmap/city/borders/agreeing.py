"""One border for two towns whose drawings differ: whose ground becomes whose.

The outlines of two towns are laid beside each other; the one border that counts is that of either
town, or a line. What follows is ground that one of them gives and the other takes, and ground
between them that one of them takes.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from boundaries.hierarchy.outlines import parts_of, polygonal
from gridmap.city.borders.checking import NEAR_M, Outlines, find_gaps
from layers.contract.errors import BoundaryError, quoted

__all__ = ["Agreement", "agree_on_line", "agree_on_town"]

FINE_M = 1e-5  # overlays then cannot fail over the last digits
_CRUMB_M2, _HAIRLINE_M = 0.01, 1e-3
_JOIN_M = 1e-4  # rounding leaves less between the edge of a gap and that of a town
_LEAST_SHARE = 0.5  # of its ground that a town keeps: less is a line drawn elsewhere


@dataclass(frozen=True)
class Agreement:
    """What two towns give and take, in the system of the outlines they were found in.

    Attributes
    ----------
    given, taken
        Polygons of each town, by name.
    """

    given: dict[str, shapely.Geometry]
    taken: dict[str, shapely.Geometry]


def agree_on_town(outlines: Outlines, one: str, other: str) -> Agreement:
    """Let the border of a town count: the other follows it.

    Parameters
    ----------
    outlines
        Of all towns.
    one
        The town whose drawing counts; it keeps its ground.
    other
        Loses what both claim, and gets what lies between them in neither.
    """
    shapes = dict(zip(outlines.names, outlines.shapes, strict=True))
    between = _between(outlines, one, other)
    new = _united([_without(shapes[other], shapes[one]), between])
    return _agreement(shapes, {one: shapes[one], other: new})


def agree_on_line(outlines: Outlines, one: str, other: str, line: shapely.Geometry) -> Agreement:
    """Let a line count: each town gets the ground on its side of it.

    Parameters
    ----------
    outlines, one, other
        Of all towns, and the two towns.
    line
        Drawn from edge to edge of the ground of both, in the system of the outlines.

    Raises
    ------
    BoundaryError
        If it does not divide their ground.
    """
    shapes = dict(zip(outlines.names, outlines.shapes, strict=True))
    whole = _united([shapes[one], shapes[other], _between(outlines, one, other)])
    rim = shapely.boundary(whole)
    edges = shapely.union_all([rim, line, *_to_the_rim(line, rim)], grid_size=FINE_M)
    faces = [
        face
        for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
        if shapely.intersects(whole, shapely.point_on_surface(face))
    ]
    owned = np.array(
        [[shapely.area(shapely.intersection(face, shapes[name])) for name in (one, other)]
         for face in faces]
    )  # fmt: skip
    is_other = owned[:, 1] > owned[:, 0]
    new = {
        one: _united([face for face, there in zip(faces, is_other, strict=True) if not there]),
        other: _united([face for face, there in zip(faces, is_other, strict=True) if there]),
    }
    for name, ground in new.items():
        if shapely.area(ground) < _LEAST_SHARE * shapely.area(shapes[name]):
            raise BoundaryError(
                f"The line does not divide the ground of {one!r} and {other!r}: {name!r} would "
                "lose most of its own. Draw it from edge to edge of the ground of both, along "
                "their whole border.",
                f"该线没有把{quoted(one, other)}分开：{quoted(name)}会失去大部分土地。"
                "请沿两镇的全部交界画线，两端都到边。",
            )
    return _agreement(shapes, new)


def _to_the_rim(line: shapely.Geometry, rim: shapely.Geometry) -> list[shapely.Geometry]:
    """Lead the ends of a line that nearly reach the edge of the ground up to it."""
    ends = shapely.points(shapely.get_coordinates(shapely.boundary(shapely.line_merge(line))))
    near = ends[shapely.distance(ends, rim) <= NEAR_M]
    return list(shapely.shortest_line(near, rim))


def _between(outlines: Outlines, one: str, other: str) -> shapely.Geometry:
    """Give the ground between two towns that lies in none, up to their very edges."""
    gaps = [
        part for *towns, part in find_gaps(outlines, grid_m=FINE_M) if set(towns) == {one, other}
    ]
    if not gaps:
        return shapely.Polygon()
    wider = shapely.union_all(shapely.buffer(gaps, _JOIN_M, join_style="mitre"))
    near = shapely.STRtree(outlines.shapes).query(wider)
    return _without(wider, shapely.union_all(outlines.shapes[near], grid_size=FINE_M))


def _agreement(
    before: dict[str, shapely.Geometry], after: dict[str, shapely.Geometry]
) -> Agreement:
    return Agreement(
        {name: _solid(_without(before[name], ground)) for name, ground in after.items()},
        {name: _solid(_without(ground, before[name])) for name, ground in after.items()},
    )


def _united(shapes: list[shapely.Geometry]) -> shapely.Geometry:
    return polygonal(shapely.union_all(shapes, grid_size=FINE_M))


def _without(shape: shapely.Geometry, ground: shapely.Geometry) -> shapely.Geometry:
    return polygonal(shapely.difference(shape, ground, grid_size=FINE_M))


def _solid(ground: shapely.Geometry) -> shapely.Geometry:
    """Leave out crumbs and hairlines, which rounding makes."""
    parts = [
        part
        for part in parts_of(ground)
        if part.area >= _CRUMB_M2 and not part.buffer(-_HAIRLINE_M / 2).is_empty
    ]
    return polygonal(shapely.MultiPolygon(parts))
