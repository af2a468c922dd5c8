"""Street ground joins the land beside it, up to the centre line.

Parcels leave streets open. Each open strip is cut along the centre lines, and every piece goes to
the frontage nearest to it on its own side, so that blocks meet in the middle of the street and
become neighbours across it.
"""

from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.overlay.slicing import slices
from boundaries.tiling.build import Tiling, merge_patches
from boundaries.tiling.cells import nearest_ground, shaken
from boundaries.tiling.slivers import thin
from boundaries.topology.dissolve import join_shapes
from boundaries.topology.neighbours import edges_of, neighbours

__all__ = ["split_streets", "with_gaps"]

FRONTAGE_STEP_M = 12.0  # distance of the points that stand for a frontage
_LOST_M2 = 0.001  # of a face: less is rounding


def split_streets(
    streets: gpd.GeoDataFrame, land: gpd.GeoDataFrame, *, centre_lines: gpd.GeoSeries
) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """Cut street ground into the pieces that belong to the land beside it.

    Parameters
    ----------
    streets
        Polygons of street ground with a column `parent_code`.
    land
        The other patches of the same tiling, with `parent_code`; exact neighbours of the streets.
    centre_lines
        Lines along the middle of the streets.

    Returns
    -------
    The pieces, with the attributes of their street, and for each the position in `land` of the
    patch it belongs to; -1 for a piece that touches no land of its grid.
    """
    faces, origin = _faces(streets, centre_lines)
    parent = streets["parent_code"].to_numpy()[origin]
    points, owners, face_of = _frontage(faces, parent, land)
    order = np.argsort(face_of, kind="stable")
    points, owners, face_of = points[order], owners[order], face_of[order]
    bounds = np.searchsorted(face_of, np.arange(len(faces) + 1))
    shapes: list[BaseGeometry] = []
    rows: list[int] = []
    owner: list[int] = []
    spans = [slice(*bounds[number : number + 2]) for number in range(len(faces))]
    with ThreadPoolExecutor() as workers:  # the geometry library lets threads run side by side
        shared = workers.map(
            _shared_out, faces, [points[span] for span in spans], [owners[span] for span in spans]
        )
    for number, found in enumerate(shared):
        for shape, who in found:
            shapes.append(shape)
            rows.append(int(origin[number]))
            owner.append(who)
    pieces = streets.iloc[rows].reset_index(drop=True)
    pieces = pieces.set_geometry(np.array(shapes, dtype=object), crs=streets.crs)
    return pieces, np.array(owner, dtype=np.int64)


def with_gaps(tiling: Tiling, street: np.ndarray, blank: np.ndarray, *, width_m: float) -> Tiling:
    """Join the gaps between street ground and the ground beside it to the street.

    Two files of two offices leave such gaps. A gap is no frontage: taken for land, it would get the
    half of the street that belongs to the ground behind it.

    Parameters
    ----------
    tiling
        Patches and ledger.
    street, blank
        Masks of street ground, and of ground in no layer.
    width_m
        A gap is below this width (2 x area / perimeter).
    """
    patches = tiling.patches
    gap = blank & ~street & thin(patches, width_m)
    if not gap.any():
        return tiling
    pairs = neighbours(patches.geometry)
    ends = pairs[["left", "right"]].to_numpy()
    both = np.concatenate([ends, ends[:, ::-1]])
    border = np.tile(pairs["border_m"].to_numpy(), 2)
    parent = patches["parent_code"].to_numpy()
    fits = gap[both[:, 0]] & street[both[:, 1]] & (parent[both[:, 0]] == parent[both[:, 1]])
    both, border = both[fits], border[fits]
    order = np.lexsort((-both[:, 1], border))
    into = np.arange(len(patches))
    into[both[order, 0]] = both[order, 1]  # the longest border comes last and stays
    return merge_patches(tiling, into)


def _faces(streets: gpd.GeoDataFrame, centre_lines: gpd.GeoSeries) -> tuple[np.ndarray, np.ndarray]:
    """Cut every street polygon by the centre lines that cross it."""
    shapes = streets.geometry.to_numpy()
    lines = shapely.get_parts(centre_lines.to_numpy())
    tree = shapely.STRtree(lines)
    faces: list[BaseGeometry] = []
    origin: list[int] = []
    for row, shape in enumerate(shapes):
        crossing = lines[np.sort(tree.query(shape, predicate="intersects"))]
        new = slices(shape, crossing)
        faces.extend(new)
        origin.extend([row] * len(new))
    return np.array(faces, dtype=object), np.array(origin, dtype=np.int64)


def _frontage(
    faces: np.ndarray, parent: np.ndarray, land: gpd.GeoDataFrame
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points along every border of land and street: place, position of the land, face."""
    start, end, owner = edges_of(land.geometry)
    # The long borders ask for the points, not the points for them: who asks is indexed.
    middle = shapely.STRtree(shapely.points((start + end) / 2))
    face, edge = middle.query(shapely.boundary(faces), predicate="dwithin", distance=0.002)
    order = np.lexsort((face, edge))
    edge, face = edge[order], face[order]
    own = land["parent_code"].to_numpy()[owner[edge]] == parent[face]
    edge, face = edge[own], face[own]
    length = np.hypot(*(end[edge] - start[edge]).T)
    steps = np.maximum(np.ceil(length / FRONTAGE_STEP_M).astype(np.int64), 1)
    which = np.repeat(np.arange(len(edge)), steps)
    number = np.arange(len(which)) - np.repeat(np.cumsum(steps) - steps, steps)
    share = ((number + 0.5) / steps[which])[:, None]
    first, last = start[edge][which], end[edge][which]
    points = first + (last - first) * share
    kept = _thinned(owner[edge][which], face[which], (length / steps)[which])
    return points[kept], owner[edge][which][kept], face[which][kept]


def _thinned(owner: np.ndarray, face: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Keep one point for each step of frontage: curves have many short edges.

    Returns the positions kept; edges follow each other as they do in their ring.
    """
    if len(owner) == 0:
        return np.empty(0, dtype=np.int64)
    order = np.lexsort((np.arange(len(owner)), owner, face))
    along = np.cumsum(length[order])
    first = np.r_[True, (np.diff(owner[order]) != 0) | (np.diff(face[order]) != 0)]
    begin = np.maximum.accumulate(np.where(first, along - length[order], 0.0))
    bucket = ((along - length[order] / 2 - begin) / FRONTAGE_STEP_M).astype(np.int64)
    new = first | np.r_[True, np.diff(bucket) != 0]
    return np.sort(order[new])


def _shared_out(
    face: BaseGeometry, points: np.ndarray, owners: np.ndarray
) -> list[tuple[BaseGeometry, int]]:
    """Cut a face by nearest frontage point."""
    if len(points) == 0:
        return [(face, -1)]
    different = np.unique(owners)
    if len(different) == 1:
        return [(face, int(different[0]))]
    spots, first = np.unique(points, axis=0, return_index=True)
    try:
        found = _from_cells(face, spots, owners[first])
    except shapely.errors.GEOSException:
        found = []
    # Points in straight rows make unsound cells: some that cannot be joined, and some that overlap.
    if abs(sum(shape.area for shape, _ in found) - face.area) > _LOST_M2:
        found = _from_slices(face, spots, owners[first])
    return found


def _from_cells(
    face: BaseGeometry, spots: np.ndarray, owners: np.ndarray
) -> list[tuple[BaseGeometry, int]]:
    """Cut the cells of each owner to the face."""
    cells = nearest_ground(spots, face)
    different = np.unique(owners)
    # The cells fit exactly, so joining them first is cheap and leaves few to cut to the face.
    fields = [shapely.coverage_union_all(cells[owners == who]) for who in different]
    shapes = shapely.intersection(np.array(fields, dtype=object), face)
    parts, which = shapely.get_parts(shapes, return_index=True)
    ground = shapely.get_dimensions(parts) == 2
    return list(zip(parts[ground], different[which[ground]].tolist(), strict=True))


def _from_slices(
    face: BaseGeometry, spots: np.ndarray, owners: np.ndarray
) -> list[tuple[BaseGeometry, int]]:
    """Slice the face along all borders of cells, and give each slice to the nearest point."""
    lines = shapely.get_parts(shapely.boundary(nearest_ground(shaken(spots), face)))
    pieces = np.array(slices(face, lines[shapely.intersects(lines, face)]), dtype=object)
    nearest = shapely.STRtree(shapely.points(spots)).nearest(shapely.point_on_surface(pieces))
    whose = owners[nearest]
    return [
        (part, int(who))
        for who in np.unique(whose)
        for part in shapely.get_parts(join_shapes(pieces[whose == who]))
    ]
