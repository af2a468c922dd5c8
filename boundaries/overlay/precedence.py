"""Overlay by precedence inside one grid: overlapping polygons become faces that tile it.

All lines are noded, the faces they enclose are found, and each goes to the first shape that covers
it. The unit of work is one grid, so that cost grows with the number of grids and not faster. The
answer is checked by area, shape by shape. It is the second way, by the geometry library, where
`boundaries.overlay.planar_overlay` has no answer it can prove.
"""

from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.topology.dissolve import join_shapes

__all__ = ["Overlay", "only_area", "overlay", "sound_area"]

_MARGIN_M = 10.0  # ground this far outside the grid is kept, so that no cut runs along its border
_AREA_NOISE_M = 0.01  # an area is trusted to a hair of this width along its border
_GRIDS_M = (0.0, 0.0001, 0.001)


class Overlay(NamedTuple):
    """Faces that tile a grid, and the position of the shape each belongs to (-1: none).

    `inside_m2` is the area of every shape inside the grid, whether it won that ground or not.
    """

    faces: np.ndarray
    owner: np.ndarray
    inside_m2: np.ndarray


def overlay(grid: BaseGeometry, shapes: np.ndarray) -> Overlay:
    """Lay shapes over each other inside a grid; the first one wins.

    Parameters
    ----------
    grid
        Polygon of the grid, in a metric CRS.
    shapes
        Valid polygons or multipolygons, in order of precedence, that may reach outside.

    Raises
    ------
    ArithmeticError
        If no way gives faces that agree with the input; no such ground is known.
    """
    if len(shapes) == 0:
        whole = shapely.get_parts(grid)
        return Overlay(whole, np.full(len(whole), -1), np.empty(0))
    west, south, east, north = shapely.bounds(grid)
    frame = shapely.box(west, south, east, north).buffer(_MARGIN_M, join_style="mitre")
    near = sound_area(shapely.clip_by_rect(shapes, *frame.bounds))
    inside = only_area(shapely.intersection(near, grid))
    lines = shapely.boundary(np.concatenate([[grid], near]))
    for size in _GRIDS_M:
        faces = _faces(grid, lines, size)
        point, shape = shapely.STRtree(near).query(
            shapely.point_on_surface(faces), predicate="intersects"
        )
        if _agrees(grid, inside, faces, point, shape):
            owner = np.full(len(faces), len(near))
            np.minimum.at(owner, point, shape)
            return Overlay(*_joined(faces, owner, none=len(near)), shapely.area(inside))
    raise ArithmeticError(
        f"The layers cannot be laid over each other near x {west:.0f} to {east:.0f}, "
        f"y {south:.0f} to {north:.0f}: their polygons cross in a way that loses ground."
    )


def _faces(grid: BaseGeometry, lines: np.ndarray, size: float) -> np.ndarray:
    """Faces that the lines enclose inside the grid; `size` is the grid of vertices in m, or 0."""
    noded = shapely.union_all(lines, grid_size=size) if size else shapely.union_all(lines)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    shapely.prepare(grid)
    return faces[shapely.covers(grid, shapely.point_on_surface(faces))]


def _agrees(
    grid: BaseGeometry, inside: np.ndarray, faces: np.ndarray, point: np.ndarray, shape: np.ndarray
) -> bool:
    """Check faces against the input by area: none is lost, none is fused across a shape's border.

    `point` and `shape` pair every face with each shape that covers a point of it. The faces of a
    shape must have the area of the shape.
    """
    area = shapely.area(faces)
    found = np.bincount(shape, weights=area[point], minlength=len(inside))
    noise = _AREA_NOISE_M * np.maximum(shapely.length(inside), 1.0)
    whole = abs(area.sum() - grid.area) <= _AREA_NOISE_M * grid.length
    return bool(whole and (np.abs(found - shapely.area(inside)) <= noise).all())


def _joined(faces: np.ndarray, owner: np.ndarray, *, none: int) -> tuple[np.ndarray, np.ndarray]:
    """Join the faces of each owner; polygons, and the owner of each."""
    order = np.argsort(owner, kind="stable")
    faces, owner = faces[order], owner[order]
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    joined = [
        join_shapes(faces[start:end])
        for start, end in zip(starts, np.append(starts[1:], len(faces)), strict=True)
    ]
    parts, which = shapely.get_parts(np.array(joined, dtype=object), return_index=True)
    owners = owner[starts][which]
    return parts, np.where(owners == none, -1, owners)


def sound_area(shapes: np.ndarray) -> np.ndarray:
    """Repair what crosses itself, and drop the lines and points that this leaves behind.

    Nearly all shapes are sound, and looking costs a tenth of repairing.
    """
    result = shapes.copy()
    wrong = ~shapely.is_valid(shapes)
    result[wrong] = shapely.make_valid(shapes[wrong])
    return only_area(result)


def only_area(shapes: np.ndarray) -> np.ndarray:
    """Drop the lines and points that clipping and repairing leave behind."""
    result = shapes.copy()
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    for row in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapes[row])
        result[row] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    result[shapely.get_dimensions(result) < 2] = shapely.Polygon()
    return result
