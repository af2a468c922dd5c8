"""Cutting a patch that is too much for one officer into workable pieces.

Roads that cross the patch cut it first, as people on the ground would; what is still too big is
halved across its long side until the pieces are even. No piece is a sliver, and the number of
pieces is the one asked for unless roads make more.
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from boundaries.overlay.match_vertices import seal
from boundaries.overlay.slicing import slices
from boundaries.tiling.keep_whole import LARGE, with_whole_units
from boundaries.topology.absorb import absorb
from boundaries.topology.dissolve import join_shapes
from boundaries.topology.neighbours import neighbours

__all__ = ["CUT_NOISE_M", "cut_patches", "cut_polygon"]

CUT_NOISE_M = 1e-5  # a cut meets its neighbours to the noise of computing; nothing else may move

# A road face smaller than this share of a wanted piece joins its neighbour face.
_LEAST_SHARE = 0.4
_HALVING_STEPS = 40  # a width of 100 km is halved to less than a micrometre


def cut_patches(
    patches: gpd.GeoDataFrame,
    pieces: np.ndarray,
    *,
    parts: np.ndarray | None = None,
    roads: gpd.GeoSeries | None = None,
    units: gpd.GeoSeries | None = None,
    least_width_m: float = 0.0,
) -> gpd.GeoDataFrame:
    """Cut patches into pieces of about equal area.

    Parameters
    ----------
    patches
        Single polygons in a metric CRS.
    pieces
        (n,) how many pieces each patch should become; 1 leaves it whole.
    parts
        (n,) into how many parts of equal area it is cut before anything else; none: it is not. The
        pieces are shared out over the parts, and none of them lies in two.
    roads
        Lines that cut first where they cross a patch; none: cut by area alone.
    units
        Polygons that cuts go around, where there is room for that: buildings, compounds.
    least_width_m
        No piece is narrower than this (2 x area / perimeter).

    Returns
    -------
    All patches, the pieces in the place of the patch they come from, with its attributes and the
    index 0, 1, …; the column `cut` says which rows are pieces. Neighbours of a cut patch lack its
    new vertices until `tiling.sealed`.
    """
    shapes = patches.geometry.to_numpy()
    wanted = np.flatnonzero(pieces > 1)
    lines = np.array([], dtype=object) if roads is None else roads.to_numpy()
    whole = np.array([], dtype=object) if units is None else units.to_numpy()
    tree, near = shapely.STRtree(lines), shapely.STRtree(whole)
    cut: list[BaseGeometry] = []
    origin: list[int] = []
    at = 0
    for row in wanted.tolist():
        cut.extend(shapes[at:row])
        origin.extend(range(at, row))
        crossing = lines[np.sort(tree.query(shapes[row], predicate="intersects"))]
        inside = whole[np.sort(near.query(shapes[row], predicate="intersects"))]
        count = 1 if parts is None else int(parts[row])
        each = max(-(-int(pieces[row]) // count), 1)
        new = [
            piece
            for part in cut_polygon(shapes[row], count, units=inside, least_width_m=least_width_m)
            for piece in cut_polygon(
                part, each, lines=crossing, units=inside, least_width_m=least_width_m
            )
        ]
        cut.extend(new)
        origin.extend([row] * len(new))
        at = row + 1
    cut.extend(shapes[at:])
    origin.extend(range(at, len(shapes)))
    table = patches.iloc[origin].reset_index(drop=True).assign(cut=(pieces > 1)[origin])
    return table.set_geometry(np.array(cut, dtype=object), crs=patches.crs)


def cut_polygon(
    polygon: Polygon,
    pieces: int,
    *,
    lines: Sequence[BaseGeometry] | np.ndarray = (),
    units: np.ndarray | tuple[()] = (),
    least_width_m: float = 0.0,
) -> list[Polygon]:
    """Cut one polygon along the lines that cross it, then by area into `pieces` or a few more.

    Pieces much smaller than the others, or narrower than `least_width_m`, join their neighbour. A
    unit that is a large part of a piece cuts along its outline; the others stay on one piece.
    """
    if pieces > 1 and len(units):
        units = np.asarray(units)
        large = units[shapely.area(units) >= LARGE * polygon.area / pieces]
        lines = [*lines, *shapely.get_parts(shapely.boundary(large))]
    least = _LEAST_SHARE * polygon.area / pieces
    result: list[Polygon] = []
    for face in _faces(polygon, lines, least, least_width_m):
        share = max(round(pieces * face.area / polygon.area), 1)
        result.extend(_halved(face, share))
    if len(units):
        result = with_whole_units(polygon, result, np.asarray(units), snap_m=CUT_NOISE_M)
    return _without_crumbs(result, least, least_width_m)


def _faces(
    polygon: Polygon, lines: Sequence[BaseGeometry] | np.ndarray, least: float, least_width_m: float
) -> list[Polygon]:
    """Faces that lines cut from a polygon; small ones joined to their neighbours."""
    return _without_crumbs(slices(polygon, lines), least, least_width_m)


def _without_crumbs(parts: list[Polygon], least: float, least_width_m: float) -> list[Polygon]:
    """Join pieces that are too small or too narrow to the neighbour with the longest border."""
    if len(parts) < 2:
        return parts
    noded = seal(np.array(parts, dtype=object), snap_m=CUT_NOISE_M)
    series = gpd.GeoSeries(noded)
    area = series.area.to_numpy()
    pairs = neighbours(series)
    into = absorb(
        area,
        np.where(2 * area < least_width_m * series.length.to_numpy(), np.inf, least),
        pairs[["left", "right"]].to_numpy(),
        pairs["border_m"].to_numpy(),
    )
    joined = [join_shapes(noded[into == end]) for end in np.unique(into)]
    return [part for shape in joined for part in shapely.get_parts(shape)]


def _halved(polygon: Polygon, pieces: int) -> list[Polygon]:
    """Cut a polygon across its long side into `pieces` of equal area."""
    if pieces < 2:
        return [polygon]
    first = pieces // 2
    near, far = _cut_across(polygon, first / pieces)
    if near.is_empty or far.is_empty:
        return [polygon]
    result: list[Polygon] = []
    for half, count in ((near, first), (far, pieces - first)):
        for part in shapely.get_parts(half):
            if isinstance(part, Polygon):
                result.extend(_halved(part, max(round(count * part.area / half.area), 1)))
    return result


def _cut_across(polygon: Polygon, share: float) -> tuple[BaseGeometry, BaseGeometry]:
    """Cut by a line square to the long side so that the near part has `share` of the area."""
    corners = np.asarray(polygon.minimum_rotated_rectangle.exterior.coords)[:4]
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(*sides.T)
    longest = int(np.argmax(lengths))
    along = sides[longest] / lengths[longest]
    across = np.array([-along[1], along[0]])
    reach = float(lengths.sum())
    low, high, wanted = 0.0, float(lengths[longest]), share * polygon.area
    for _ in range(_HALVING_STEPS):
        middle = (low + high) / 2
        slab = _slab(corners[longest], along, across, middle, reach)
        if shapely.area(shapely.intersection(polygon, slab)) < wanted:
            low = middle
        else:
            high = middle
    cutter = LineString(
        [corners[longest] + along * high + across * way * reach for way in (-1.0, 1.0)]
    )
    near_faces: list[BaseGeometry] = []
    far_faces: list[BaseGeometry] = []
    for face in slices(polygon, [cutter]):
        point = np.asarray(face.representative_point().coords)[0]
        side = near_faces if (point - corners[longest]) @ along < high else far_faces
        side.append(face)
    return shapely.union_all(near_faces), shapely.union_all(far_faces)


def _slab(
    corner: np.ndarray, along: np.ndarray, across: np.ndarray, depth: float, reach: float
) -> Polygon:
    """Half plane up to `depth` m along the long side, as a box wide enough for the polygon."""
    back, front = corner - along * reach, corner + along * depth
    wide = across * reach
    # By the array: the class would look at every corner in Python, forty times a cut.
    slab: Polygon = shapely.polygons(
        np.array([back - wide, front - wide, front + wide, back + wide])
    )
    return slab
