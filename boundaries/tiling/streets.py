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

from boundaries.overlay.clipping import joined_inside
from boundaries.overlay.slicing import slices
from boundaries.tiling.build import Tiling, merge_patches
from boundaries.tiling.cells import nearest_ground, shaken
from boundaries.tiling.slivers import thin
from boundaries.topology.dissolve import join_shapes
from boundaries.topology.grid_index import near_edges
from boundaries.topology.neighbours import edges_of, neighbours

__all__ = ["split_streets", "with_gaps"]

FRONTAGE_STEP_M = 12.0  # distance of the points that stand for a frontage
_LOST_M2 = 0.001  # of a face: less is rounding
_NEAR_M = 0.002  # a border is along a face when its middle is so near
_TOGETHER = 64  # faces that are shared out in one go
_SEVERAL = -2  # a face along which several own the frontage


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
    whole = _only_owners(owners, face_of, len(faces))
    several = np.flatnonzero(whole == _SEVERAL)
    points, owners, face_of = _different(points, owners, face_of)
    work = []
    for first in range(0, len(several), _TOGETHER):
        rows = several[first : first + _TOGETHER]
        low, high = np.searchsorted(face_of, [rows[0], rows[-1] + 1])
        mine = low + np.flatnonzero(np.isin(face_of[low:high], rows))
        work.append((faces[rows], points[mine], owners[mine], np.searchsorted(rows, face_of[mine])))
    with ThreadPoolExecutor() as workers:  # the geometry library lets threads run side by side
        shared = list(workers.map(lambda given: _shared_out(*given), work))
    one = np.flatnonzero(whole != _SEVERAL)
    found = [several[at * _TOGETHER + place] for at, (_, _, place) in enumerate(shared)]
    number = np.concatenate([one, *found])
    shapes = np.concatenate([faces[one], *(shapes for shapes, _, _ in shared)])
    owner = np.concatenate([whole[one], *(who for _, who, _ in shared)])
    order = np.argsort(number, kind="stable")
    pieces = streets.iloc[origin[number[order]]].reset_index(drop=True)
    return pieces.set_geometry(shapes[order], crs=streets.crs), owner[order]


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
    pairs = neighbours(patches.geometry, of=gap)
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
    begin, finish, of_face = edges_of(gpd.GeoSeries(faces))
    edge, side = near_edges((start + end) / 2, begin, finish, within_m=_NEAR_M)
    edge, face = np.divmod(np.unique(edge * len(faces) + of_face[side]), len(faces))
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


def _only_owners(owners: np.ndarray, face_of: np.ndarray, faces: int) -> np.ndarray:
    """Who owns all the frontage of each face: -1 for nobody, `_SEVERAL` for more than one."""
    low, high = np.full(faces, np.iinfo(np.int64).max), np.full(faces, -1)
    np.minimum.at(low, face_of, owners)
    np.maximum.at(high, face_of, owners)
    return np.where((high >= 0) & (low != high), _SEVERAL, high)


def _different(
    points: np.ndarray, owners: np.ndarray, face_of: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Keep the first of equal points of a face; by face, then from west to east and upwards."""
    order = np.lexsort((points[:, 1], points[:, 0], face_of))
    points, owners, face_of = points[order], owners[order], face_of[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(face_of) != 0) | (np.diff(points, axis=0) != 0).any(axis=1)
    return points[new], owners[new], face_of[new]


def _shared_out(
    faces: np.ndarray, spots: np.ndarray, owners: np.ndarray, face_of: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut faces by nearest frontage point: the pieces, who owns each, and the face of each.

    The points (p, 2) are different ones and in order of their face.
    """
    try:
        shapes, who, face = _from_cells(faces, spots, owners, face_of)
        held = np.bincount(face, weights=shapely.area(shapes), minlength=len(faces))
        # Points in straight rows make unsound cells: some cannot be joined, and some overlap.
        lost = np.flatnonzero(np.abs(held - shapely.area(faces)) > _LOST_M2)
        wrong = np.union1d(lost, face[~shapely.is_valid(shapes)])
    except shapely.errors.GEOSException:
        if len(faces) > 1:  # one of them is at fault: each is tried alone
            masks = [face_of == at for at in range(len(faces))]
            alone = [
                _shared_out(faces[[at]], spots[own], owners[own], face_of[own] - at)
                for at, own in enumerate(masks)
            ]
            shapes, who, _ = (np.concatenate(found) for found in zip(*alone, strict=True))
            return shapes, who, np.repeat(np.arange(len(faces)), [len(one[0]) for one in alone])
        shapes, who, face = np.empty(0, object), np.empty(0, np.int64), np.empty(0, np.int64)
        wrong = np.zeros(1, np.int64)
    right = ~np.isin(face, wrong)
    found = [(shapes[right], who[right], face[right])]
    for at in wrong.tolist():
        own = face_of == at
        sliced, whose = _from_slices(faces[at], spots[own], owners[own])
        found.append((sliced, whose, np.full(len(sliced), at)))
    shapes, who, face = (np.concatenate(one) for one in zip(*found, strict=True))
    order = np.argsort(face, kind="stable")
    return shapes[order], who[order], face[order]


def _from_cells(
    faces: np.ndarray, spots: np.ndarray, owners: np.ndarray, face_of: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut the cells of each owner to their face."""
    cells = nearest_ground(spots, faces, face_of)
    order = np.lexsort((owners, face_of))
    new = (np.diff(face_of[order]) != 0) | (np.diff(owners[order]) != 0)
    begin = np.flatnonzero(np.r_[True, new])
    face, owner = face_of[order][begin], owners[order][begin]
    # The cells fit exactly, so joining them first is cheap and leaves few to cut to the face.
    parts, which = joined_inside(cells[order], np.r_[begin, len(cells)], faces, face)
    ground = shapely.get_dimensions(parts) == 2
    return parts[ground], owner[which[ground]], face[which[ground]]


def _from_slices(
    face: BaseGeometry, spots: np.ndarray, owners: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Slice the face along all borders of cells, and give each slice to the nearest point."""
    lines = shapely.get_parts(shapely.boundary(nearest_ground(shaken(spots), face)))
    pieces = np.array(slices(face, lines[shapely.intersects(lines, face)]), dtype=object)
    nearest = shapely.STRtree(shapely.points(spots)).nearest(shapely.point_on_surface(pieces))
    whose = owners[nearest]
    different = np.unique(whose)
    joined = np.array([join_shapes(pieces[whose == who]) for who in different], dtype=object)
    parts, which = shapely.get_parts(joined, return_index=True)
    return parts, different[which]
