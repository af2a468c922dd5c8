"""Ground shared out among the buildings on it, so that no border between two of them cuts one.

Every building gets the ground that is nearer to it than to any other; where two share a wall, the
wall is the border. A long building can be sliced across first, stairwell by stairwell.
"""

import geopandas as gpd
import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from boundaries.overlay.match_vertices import seal
from boundaries.overlay.slicing import slices
from boundaries.tiling.cutting import CUT_NOISE_M
from boundaries.topology.absorb import absorb
from boundaries.topology.dissolve import join_shapes
from boundaries.topology.neighbours import neighbours

__all__ = ["cells", "cut_into_cells", "nearest_ground", "shaken", "sliced"]

_STEP_M = 1.5  # distance of the points that stand for an outline
_INSIDE_M = 0.2  # they lie so far inside, so that a shared wall is between them
_SHAKE_M = 0.02  # so much they are moved, each another way
_GRAIN_M = 1e-4
_BEND_M = 0.5  # a border between two buildings is drawn as straight as this allows
_AWAY = 4.0  # of the diagonal of the ground: so far from its middle a point has no part of it
_AROUND = np.array([[0.2, 0.98], [-0.95, -0.31], [0.75, -0.66]])  # of no row with anything drawn
_TRACE_M2 = 0.5  # of a building on a patch: less is its outline, drawn by another hand


def cut_into_cells(
    patches: gpd.GeoDataFrame, shapes: np.ndarray, *, chosen: np.ndarray
) -> gpd.GeoDataFrame:
    """Cut patches so that each of the shapes on one has a piece of its own.

    Parameters
    ----------
    patches
        Single polygons in a metric CRS.
    shapes
        (m,) polygons that do not overlap but for noise: buildings, compounds, slices of buildings.
    chosen
        (n,) mask of the patches that are cut.

    Returns
    -------
    All patches in the form of `boundaries.tiling.cutting.cut_patches`: pieces in the place of the
    patch they come from, and `cut`, which rows are pieces. A patch with fewer than two shapes on it
    stays whole.
    """
    grounds = patches.geometry.to_numpy()
    shape, ground = shapely.STRtree(grounds).query(shapes, predicate="intersects")
    part = shapely.intersection(shapes[shape], grounds[ground])
    seen = (shapely.area(part) > _TRACE_M2) & chosen[ground]
    order = np.lexsort((shape[seen], ground[seen]))
    ground, part = ground[seen][order], part[seen][order]
    bounds = np.searchsorted(ground, np.arange(len(grounds) + 1))
    made: list[Polygon] = []
    origin: list[int] = []
    for row, polygon in enumerate(grounds):
        inside = part[bounds[row] : bounds[row + 1]]
        pieces = cells(polygon, inside) if len(inside) > 1 else [polygon]
        made.extend(pieces)
        origin.extend([row] * len(pieces))
    table = patches.iloc[origin].reset_index(drop=True)
    is_cut = (np.bincount(origin, minlength=len(grounds)) > 1)[origin]
    return table.assign(cut=is_cut).set_geometry(np.array(made, dtype=object), crs=patches.crs)


def cells(polygon: Polygon, shapes: np.ndarray) -> list[Polygon]:
    """Cut a polygon into one piece for each shape on it.

    Parameters
    ----------
    polygon
        A single polygon in a metric CRS.
    shapes
        (m,) polygons inside it, m of 2 or more; they may touch.

    Returns
    -------
    Pieces that tile the polygon, each shape on one of them but for noise. Fewer than the shapes
    where one is too small to be told from its neighbour; ground that is cut off from its own shape
    goes to the piece it borders on most.
    """
    fields, shapes = _fields(polygon, shapes)
    faces = np.array(slices(polygon, shapely.get_parts(shapely.boundary(fields))), dtype=object)
    whose = _nearest(shapely.point_on_surface(faces), fields)
    owners = np.unique(whose)
    joined = np.array([join_shapes(faces[whose == one]) for one in owners], dtype=object)
    parts, which = shapely.get_parts(joined, return_index=True)
    return _connected(parts, shapes[owners[which]], which)


def sliced(polygon: Polygon, count: int) -> np.ndarray:
    """Cut a building across its long side into slices of equal length, one end to the other.

    Returns
    -------
    (count,) polygons, or several in one where the building has wings; fewer when some are empty.
    """
    corners = np.asarray(polygon.minimum_rotated_rectangle.exterior.coords)[:4]
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(*sides.T)
    # Of equal sides the first by direction, wherever the ring begins.
    longest = min(range(4), key=lambda one: (-round(float(lengths[one]), 6), *sides[one].tolist()))
    start, along = corners[longest], sides[longest] / count
    across = np.array([-sides[longest][1], sides[longest][0]]) * (1 + lengths.sum())
    across /= max(lengths[longest], 1e-9)
    bands = [
        shapely.polygons(
            [start + along * at - across, start + along * (at + 1) - across,
             start + along * (at + 1) + across, start + along * at + across]
        )
        for at in range(count)
    ]  # fmt: skip
    found = shapely.intersection(polygon, np.array(bands, dtype=object))
    return found[shapely.area(found) > 0]


def nearest_ground(
    points: np.ndarray, ground: BaseGeometry | np.ndarray, of: np.ndarray | None = None
) -> np.ndarray:
    """Give the cell of each of (n, 2) different points: what is nearer to it than to any other.

    The cells reach beyond the ground. Of points in rows some may be unsound (see `shaken`). With
    several grounds, `of` (n,) says in which each point lies, in order; they know nothing of others.
    """
    if of is not None:
        return _nearest_grounds(points, ground, of)
    places = shapely.multipoints(points, indices=np.zeros(len(points), int))
    reach = shapely.envelope(np.atleast_1d(ground))
    return shapely.get_parts(shapely.voronoi_polygons(places, extend_to=reach, ordered=True))


def _nearest_grounds(points: np.ndarray, grounds: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Give the cells of the points (n, 2) on each of several grounds, every one of which has some.

    Cells of the outermost points have no end, and the library cuts each to a frame, which takes
    longer than all cells. Three points are put around each ground, so far away that nothing on the
    ground is near to them: theirs are then the only cells without an end.
    """
    number, first = np.arange(len(grounds)), np.searchsorted(of, np.arange(len(grounds)))
    bounds = shapely.bounds(grounds)
    low = np.minimum(bounds[:, :2], np.minimum.reduceat(points, first))
    high = np.maximum(bounds[:, 2:], np.maximum.reduceat(points, first))
    away = _AWAY * np.hypot(*(high - low).T)[:, None, None] * _AROUND
    guards = ((low + high) / 2)[:, None] + away
    owner = np.concatenate([of, np.repeat(number, len(_AROUND))])
    order = np.argsort(owner, kind="stable")
    places = np.concatenate([points, guards.reshape(-1, 2)])[order]
    places = shapely.multipoints(places, indices=owner[order])
    found = shapely.get_parts(shapely.voronoi_polygons(places, ordered=True))
    return np.asarray(found[order < len(points)])


def shaken(points: np.ndarray) -> np.ndarray:
    """Move (n, 2) points by some centimetres, each another way.

    Points in rows and columns, as houses of one kind have them, make unsound cells.
    """
    turn = 2.4 * np.arange(len(points))
    return points + _SHAKE_M * np.column_stack([np.cos(turn), np.sin(turn)])


def _fields(polygon: Polygon, shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ground nearest to each shape, the shapes themselves whole; and those that have some."""
    inner = shapely.buffer(shapes, -_INSIDE_M, join_style="mitre")
    inner = np.where(shapely.is_empty(inner), shapely.point_on_surface(shapes), inner)
    lines = np.where(shapely.get_dimensions(inner) == 2, shapely.boundary(inner), inner)
    places, owner = shapely.get_coordinates(shapely.segmentize(lines, _STEP_M), return_index=True)
    places, first = np.unique(shaken(places), axis=0, return_index=True)
    # Points in one line make the library add lines of no area to some cells.
    parts, cell = shapely.get_parts(nearest_ground(places, polygon), return_index=True)
    ground = shapely.get_dimensions(parts) == 2
    parts, whose = parts[ground], owner[first][cell[ground]]
    fields = np.array([_joined(parts[whose == one]) for one in np.unique(whose)], dtype=object)
    shapes = shapes[np.unique(whose)]
    fields = shapely.coverage_simplify(fields, _BEND_M)
    free = shapely.difference(fields, shapely.union_all(shapes))
    return shapely.union(free, shapes), shapes


def _joined(parts: np.ndarray) -> BaseGeometry:
    """Join cells; where the library has drawn one that crosses itself, as near as can be."""
    try:
        return join_shapes(parts)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapely.make_valid(parts), grid_size=_GRAIN_M)


def _nearest(points: np.ndarray, fields: np.ndarray) -> np.ndarray:
    """(n,) the first field that each point lies in; in none (noise): the nearest."""
    tree = shapely.STRtree(fields)
    result = np.full(len(points), len(fields))
    point, field = tree.query(points, predicate="intersects")
    np.minimum.at(result, point, field)
    lost = np.flatnonzero(result == len(fields))
    result[lost] = tree.nearest(points[lost]) if len(lost) else 0
    return result


def _connected(parts: np.ndarray, shapes: np.ndarray, which: np.ndarray) -> list[Polygon]:
    """Let ground that is cut off from its shape join the piece it borders on most."""
    held = shapely.area(shapely.intersection(parts, shapes))
    most = np.zeros(which.max() + 1)
    np.maximum.at(most, which, held)
    is_main = (held > 0) & (held >= most[which])
    if is_main.all() or not is_main.any():
        return parts.tolist()
    noded = seal(parts, snap_m=CUT_NOISE_M)
    series = gpd.GeoSeries(noded)
    pairs = neighbours(series)
    into = absorb(
        series.area.to_numpy(),
        np.where(is_main, 0.0, np.inf),
        pairs[["left", "right"]].to_numpy(),
        pairs["border_m"].to_numpy(),
    )
    joined = [join_shapes(noded[into == end]) for end in np.unique(into)]
    return [part for shape in joined for part in shapely.get_parts(shape)]
