"""Rounding a tiling to the decimals of a file, so that it is a valid tiling there too.

Coordinates become whole units of the last decimal, and all work is done on whole numbers: what a
file says is then exact. A vertex shared by neighbours rounds the same way on both sides; where
rounding makes borders cross or collapse, all lines are snapped together and the ground is shared
out anew between the same polygons.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.contract.errors import BoundaryError

__all__ = ["DECIMALS", "UNITS", "RoundedTiling", "is_tiling", "round_tiling"]

DECIMALS = 7  # of a degree: 1.1 cm along a meridian
UNITS = 10**DECIMALS


@dataclass(frozen=True)
class RoundedTiling:
    """Polygons on whole units of 1e-7 degree, in the order given."""

    shapes: NDArray[np.object_]
    repaired: NDArray[np.bool_]  # border changed by more than the rounding of its vertices
    vanished: NDArray[np.bool_]  # too small to have any ground left; the shape is empty


def round_tiling(shapes: NDArray[np.object_], *, matched: bool = True) -> RoundedTiling:
    """Round polygons that tile their ground, and repair what rounding breaks.

    Parameters
    ----------
    shapes
        Polygons or multipolygons in degrees. Where they overlap, the ground goes to the first.
    matched
        False when borders are not shared vertex by vertex: rounding vertices would open cracks, so
        all lines are snapped together in any case.

    Raises
    ------
    BoundaryError
        If no valid tiling comes out; then the polygons given were far from one.
    """
    scaled = shapely.transform(shapes, lambda points: points * UNITS)
    plain = _round_vertices(scaled)
    nothing = np.zeros(len(shapes), dtype=bool)
    if matched and is_tiling(plain):
        return RoundedTiling(plain, repaired=nothing, vanished=nothing)
    snapped = _snap_together(scaled)
    if not is_tiling(snapped[~shapely.is_empty(snapped)]):
        raise BoundaryError(
            "The grids do not fit together after rounding to 7 decimals. They overlap or have gaps "
            "already: run 'python -m gridmap check' and repair what it lists.",
            "坐标取 7 位小数后，网格之间无法拼合：取整前已有重叠或缝隙。"
            "请运行 python -m gridmap check，并修正所列问题。",
        )
    same = shapely.is_valid(plain)
    same[same] = shapely.equals(plain[same], snapped[same])
    return RoundedTiling(snapped, repaired=~same, vanished=shapely.is_empty(snapped))


def is_tiling(shapes: NDArray[np.object_], *, gap_width: float = 0.0) -> bool:
    """Say whether polygons are sound and share their borders vertex by vertex.

    Parameters
    ----------
    shapes
        Polygons or multipolygons in any plane coordinates.
    gap_width
        Gaps narrower than this are faults too, in the unit of the coordinates.

    Returns
    -------
    True when every polygon is valid and not empty and no two overlap, cross or, along a shared
    border, differ in a vertex (GEOS coverage validity).
    """
    sound = shapely.is_valid(shapes) & ~shapely.is_empty(shapes)
    return bool(sound.all() and shapely.coverage_is_valid(shapes, gap_width=gap_width))


def _round_vertices(scaled: NDArray[np.object_]) -> NDArray[np.object_]:
    """Round every vertex by itself; vertices that fall together become one."""
    rounded = shapely.transform(scaled, np.rint)
    sound = shapely.is_valid(rounded)  # a ring that collapsed to a point cannot be cleaned
    rounded[sound] = shapely.remove_repeated_points(rounded[sound], 0.0)
    return rounded


def _snap_together(scaled: NDArray[np.object_]) -> NDArray[np.object_]:
    """Round all borders as one net of lines and give each mesh to the polygon it came from."""
    net = shapely.union_all(shapely.boundary(scaled), grid_size=1.0)
    meshes = np.asarray(shapely.get_parts(shapely.polygonize([net])))
    inside = shapely.point_on_surface(meshes)
    tree = shapely.STRtree(scaled)
    # Snapping moves a line by less than a unit and a half; a mesh farther away is a hole.
    mesh, owner = tree.query(inside, predicate="dwithin", distance=1.5)
    away = shapely.distance(inside[mesh], scaled[owner])
    order = np.lexsort((owner, away, mesh))
    mesh, owner = mesh[order], owner[order]
    first = np.r_[True, mesh[1:] != mesh[:-1]] if len(mesh) else np.zeros(0, dtype=bool)
    mesh, owner = mesh[first], owner[first]
    result = np.full(len(scaled), shapely.Polygon(), dtype=object)
    for number in np.unique(owner):
        result[number] = shapely.coverage_union_all(meshes[mesh[owner == number]])
    return result
