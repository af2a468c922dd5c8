"""Rounding a tiling to the decimals of a file, so that it is a valid tiling there too.

Coordinates become whole units of the last decimal, and all work is done on whole numbers: what a
file says is then exact. A vertex shared by neighbours rounds the same way on both sides; where
rounding makes borders cross or collapse, the lines around are snapped together and the ground is
shared out anew between the same polygons.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.contract.errors import BoundaryError
from layers.contract.phrases import counted

__all__ = [
    "DECIMALS",
    "FEWEST",
    "RoundedTiling",
    "fit_tiling",
    "is_tiling",
    "require_decimals",
    "round_tiling",
]

DECIMALS = 7  # of a degree: 1.1 cm along a meridian
FEWEST = 6  # 11 cm; after snapping what that breaks
_ROUNDS = 4  # times that the ground around a break is widened before all is snapped
_CRACK = 3.0  # units: wider holes come of no snapping
_CHUNK = 4096  # polygons rounded at a time: copies on the way to whole numbers stay small
_NEAR = 2.0  # units: snapping moves no line so far


@dataclass(frozen=True)
class RoundedTiling:
    """Polygons on whole units of the last decimal, in the order given."""

    shapes: NDArray[np.object_]
    repaired: NDArray[np.bool_]  # border changed by more than the rounding of its vertices
    vanished: NDArray[np.bool_]  # too small to have any ground left; the shape is empty


def round_tiling(
    shapes: NDArray[np.object_], *, matched: bool = True, decimals: int = DECIMALS
) -> RoundedTiling:
    """Round polygons that tile their ground, and repair what rounding breaks.

    Parameters
    ----------
    shapes
        Polygons or multipolygons in degrees. Where they overlap, the ground goes to the first.
    matched
        False when borders are not shared vertex by vertex: rounding vertices would open cracks, so
        all lines are snapped together in any case.
    decimals
        Of a degree: `DECIMALS`, or one fewer.

    Raises
    ------
    BoundaryError
        If no valid tiling comes out: then the polygons given were far from one, or there are too
        few decimals for them.
    """
    require_decimals(decimals)
    rounded = fit_tiling(shapes, matched=matched, decimals=decimals)
    gone = int(rounded.vanished.sum())
    if decimals < DECIMALS and gone:
        raise BoundaryError(
            f"With {decimals} decimals {counted(gone, 'piece', 'pieces')} of ground "
            f"would be gone: narrower than 11 cm. Take {DECIMALS} decimals.",
            f"取 {decimals} 位小数会有 {gone} 块地消失（宽不足 11 厘米）。请取 {DECIMALS} 位小数。",
        )
    return rounded


def fit_tiling(
    shapes: NDArray[np.object_], *, matched: bool = True, decimals: int
) -> RoundedTiling:
    """Round polygons that tile their ground to any decimals of any unit; else as `round_tiling`."""
    plain = np.empty(len(shapes), dtype=object)
    for start in range(0, len(shapes), _CHUNK):
        some = slice(start, start + _CHUNK)
        plain[some] = _round_vertices(_scaled(shapes[some], decimals))
    nothing = np.zeros(len(shapes), dtype=bool)
    if matched and is_tiling(plain):
        return RoundedTiling(plain, repaired=nothing, vanished=nothing)
    scaled = _scaled(shapes, decimals)
    snapped = _mended(scaled, plain) if matched else None
    if snapped is None:
        snapped = _snap_together(scaled)
    vanished = shapely.is_empty(snapped)
    if not is_tiling(snapped[~vanished]):
        raise BoundaryError(
            f"The grids do not fit together after rounding to {decimals} decimals. They overlap or "
            "have gaps already: run 'python -m gridmap check' and repair what it lists.",
            f"坐标取 {decimals} 位小数后，网格之间无法拼合：取整前已有重叠或缝隙。"
            "请运行 python -m gridmap check，并修正所列问题。",
        )
    changed = np.flatnonzero(snapped != plain)
    same = shapely.is_valid(plain[changed])
    same[same] = shapely.equals(plain[changed[same]], snapped[changed[same]])
    repaired = nothing.copy()
    repaired[changed[~same]] = True
    return RoundedTiling(snapped, repaired=repaired, vanished=vanished)


def require_decimals(decimals: int) -> None:
    """Refuse decimals with which borders would not be what they are.

    Raises
    ------
    BoundaryError
        With the reason.
    """
    if FEWEST <= decimals <= DECIMALS:
        return
    raise BoundaryError(
        f"Boundaries are not written with {decimals} decimals. With 5 or fewer a vertex moves by "
        "half a metre or more: narrow ground vanishes and borders no longer run along walls and "
        "streets. More than 7 say millimetres, which nobody has measured. Take 7 (1 cm), or 6 "
        "(11 cm) where a reader wants it.",
        f"边界坐标不能取 {decimals} 位小数。取 5 位或更少，界点会偏移半米以上，"
        "狭窄地块会消失，界线不再沿墙、沿路；多于 7 位已是毫米，没有实测依据。"
        "请取 7 位（1 厘米），接收方要求时可取 6 位（11 厘米）。",
    )


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


def _scaled(shapes: NDArray[np.object_], decimals: int) -> NDArray[np.object_]:
    return np.asarray(shapely.transform(shapes, lambda points: points * 10**decimals))


def _round_vertices(scaled: NDArray[np.object_]) -> NDArray[np.object_]:
    """Round every vertex by itself; vertices that fall together become one."""
    rounded = shapely.transform(scaled, np.rint)
    sound = shapely.is_valid(rounded)  # a ring that collapsed to a point cannot be cleaned
    rounded[sound] = shapely.remove_repeated_points(rounded[sound], 0.0)
    return rounded


def _mended(scaled: NDArray[np.object_], plain: NDArray[np.object_]) -> NDArray[np.object_] | None:
    """Snap what rounding broke with the ground around it, and leave the rest as it is.

    None where that does not fit what is left, however often more ground is taken.
    """
    tree = shapely.STRtree(scaled)
    result, taken = plain, np.zeros(len(plain), dtype=bool)
    broken = _broken(plain)
    for _ in range(_ROUNDS):
        taken |= broken
        taken[tree.query(scaled[taken], predicate="dwithin", distance=_NEAR)[1]] = True
        around = np.zeros(len(plain), dtype=bool)
        around[tree.query(scaled[taken], predicate="dwithin", distance=_NEAR)[1]] = True
        result = plain.copy()
        result[taken] = _snap_together(scaled[taken])
        looked_at = around & ~shapely.is_empty(result)
        places = np.flatnonzero(looked_at)
        broken = np.zeros(len(plain), dtype=bool)
        broken[places] = _broken(result[places])
        if not broken.any():
            return result
    return None


def _broken(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Say which polygons are unsound, or leave a crack or overlap with those beside them."""
    found = ~shapely.is_valid(shapes) | shapely.is_empty(shapes)
    sound = np.flatnonzero(~found)
    edges = shapely.coverage_invalid_edges(shapes[sound], gap_width=_CRACK)
    found[sound] = ~(shapely.is_missing(edges) | shapely.is_empty(edges))
    return found


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
    order = np.argsort(owner, kind="stable")
    mesh, owner = mesh[order], owner[order]
    numbers, starts = np.unique(owner, return_index=True)
    for number, part in zip(numbers, np.split(mesh, starts[1:]), strict=False):
        result[number] = shapely.coverage_union_all(meshes[part])
    return result
