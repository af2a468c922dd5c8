"""Overlay of a whole town in one go: all borders noded, faces found, each given to its first shape.

Cost grows with the number of crossings, and threads play no part, so that the answer is the same
everywhere. It is proved by area, shape by shape; without proof there is no answer, and the overlay
of the geometry library, grid by grid, takes over (`boundaries.overlay.precedence`).
"""

from typing import NamedTuple

import numpy as np
import shapely

from boundaries.overlay.faces import borders, covered, find_faces
from boundaries.overlay.noding import HAIR_M, node
from boundaries.overlay.precedence import sound_area
from boundaries.overlay.tracing import trace
from boundaries.topology.grid_index import Boxes, boxes_of
from boundaries.topology.places import unique_places
from boundaries.topology.rings import Drawn, rings_of, west_to_east

__all__ = ["Laid", "planar_overlay"]

_MARGIN_M = 10.0  # ground this far outside the grids is kept, so that no cut runs along a border
_NOISE_M = 1e-5  # an area is trusted to a hair of this width along its border


class Laid(NamedTuple):
    """Pieces that tile the grids, with the shape (-1: none) and the grid of each.

    `inside_m2` is the area of every shape inside the grids, whether it won that ground or not.
    """

    pieces: np.ndarray
    source: np.ndarray
    parent: np.ndarray
    inside_m2: np.ndarray


class _Net(NamedTuple):
    """Noded borders of shapes.

    `given` of the places are vertices, the others crossings. Edges run from `one` to `two`; on the
    left of `walk` (see `boundaries.overlay.faces`) lies the shape `owner`, and these are sorted by
    shape.
    """

    points: np.ndarray
    given: int
    one: np.ndarray
    two: np.ndarray
    boxes: Boxes
    walk: np.ndarray
    owner: np.ndarray


def planar_overlay(shapes: np.ndarray, parents: np.ndarray) -> Laid | None:
    """Lay shapes over each other inside grids; the first one wins.

    Parameters
    ----------
    shapes
        Valid polygons or multipolygons in a metric CRS, in order of precedence.
    parents
        Grids that tile the ground.

    Returns
    -------
    The pieces in order of grid and shape; None when the areas do not add up.
    """
    rank = west_to_east(shapes)
    near, clipped = _near(shapes[rank], parents)
    rank = rank[near]
    ground = np.concatenate([parents, clipped])
    net = _net(ground)
    if net is None:
        return None
    points, given, one, two, boxes, walk, owner = net
    faces = find_faces(points, one, two, boxes)
    grids = owner < len(parents)
    nowhere = np.zeros(len(faces.area), dtype=bool)
    grid, grid_m2, _ = covered(faces, walk[grids], owner[grids], np.arange(len(parents)), nowhere)
    source, shape_m2, inside_m2 = covered(
        faces, walk[~grids], owner[~grids] - len(parents), rank, grid >= 0
    )
    found = np.concatenate([grid_m2, shape_m2])
    if not _near_enough(found, ground):
        return None
    none = len(shapes)
    label = np.where(grid < 0, -1, grid * (none + 1) + np.append(rank, none)[source])
    rings = trace(points, one, two, faces, label, given)
    if (np.bincount(rings.region[rings.shell], minlength=len(rings.label)) != 1).any():
        return None
    order = np.argsort(rings.label, kind="stable")
    pieces = _polygons(points, rings.places, rings.first, rings.region, rings.shell)[order]
    grid, source = np.divmod(rings.label[order], none + 1)
    if not _near_enough(np.bincount(grid, weights=shapely.area(pieces)), parents):
        return None
    inside = np.zeros(len(shapes))
    inside[rank] = inside_m2
    return Laid(pieces, np.where(source == none, -1, source), grid, inside)


def _near(shapes: np.ndarray, parents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shapes that may reach into a grid, without what lies far outside all of them."""
    reached = np.zeros(len(shapes), dtype=bool)
    reached[shapely.STRtree(shapes).query(parents)[1]] = True
    near = np.flatnonzero(reached)
    west, south, east, north = shapely.total_bounds(parents)
    frame = (west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M)
    result = shapes[near]
    bounds = shapely.bounds(result).reshape(-1, 4)
    far = (bounds[:, :2] < frame[:2]).any(axis=1) | (bounds[:, 2:] > frame[2:]).any(axis=1)
    result[far] = sound_area(shapely.clip_by_rect(result[far], *frame))
    return near, result


def _net(ground: np.ndarray) -> _Net | None:
    """Node the borders of shapes."""
    drawn = rings_of(ground)
    points, place = unique_places(drawn.points)
    first = np.flatnonzero(drawn.ring[:-1] == drawn.ring[1:])
    noded = node(points, place[first], place[first + 1])
    if noded is None:
        return None
    ring = drawn.ring[first][noded.origin]
    one, two, count = noded.one, noded.two, len(noded.one)
    forward = (noded.start < noded.end) == _ground_on_left(drawn)[ring]
    owner = drawn.part_owner[drawn.ring_part[ring]]
    # Where a shape runs along an edge both ways, a neck has closed: there is no border.
    owner, edge, back = borders(owner, noded.edge, forward, count)
    used = np.zeros(count, dtype=bool)
    used[edge] = True
    boxes = noded.boxes
    if not used.all():
        one, two, edge = one[used], two[used], (np.cumsum(used) - 1)[edge]
        boxes = boxes_of(noded.points, one, two, pad_m=4 * HAIR_M)
    return _Net(noded.points, len(points), one, two, boxes, 2 * edge + back, owner)


def _ground_on_left(drawn: Drawn) -> np.ndarray:
    """Whether each ring runs with its ground on the left: a shell to the left, a hole the other."""
    rings = len(drawn.ring_part)
    begins = np.searchsorted(drawn.ring, np.arange(rings))
    x, y = (drawn.points - drawn.points[np.minimum(begins, len(drawn.ring) - 1)[drawn.ring]]).T
    twice = np.where(drawn.ring[:-1] == drawn.ring[1:], x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    left = np.bincount(drawn.ring[:-1], weights=twice, minlength=rings) > 0
    shell = np.ones(rings, dtype=bool)
    shell[1:] = drawn.ring_part[1:] != drawn.ring_part[:-1]
    return left == shell


def _near_enough(found: np.ndarray, shapes: np.ndarray) -> bool:
    noise = _NOISE_M * (shapely.length(shapes) + 1.0)
    return len(found) == len(shapes) and bool((np.abs(found - shapely.area(shapes)) <= noise).all())


def _polygons(
    points: np.ndarray, places: np.ndarray, first: np.ndarray, region: np.ndarray, shell: np.ndarray
) -> np.ndarray:
    """Make a polygon of each region from its rings, the shell first."""
    number = np.repeat(np.arange(len(region)), np.diff(first))
    rings = shapely.linearrings(points[places], indices=number)
    order = np.lexsort((~shell, region))
    return np.asarray(shapely.polygons(rings[order], indices=region[order]))
