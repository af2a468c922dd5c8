"""Sealing: polygons that meet almost exactly get identical vertices, so that they tile exactly.

Only edges without a partner are looked at. Their vertices are drawn together within a millimetre,
and a vertex that lies on a neighbour's edge is put into that edge. No ground changes hands.
"""

from operator import is_not

import numpy as np
import shapely
from scipy.spatial import cKDTree

from boundaries.overlay.lattice import CELL_M, on_lattice
from boundaries.topology.connected import number_parts
from boundaries.topology.grid_index import near_edges
from boundaries.topology.neighbours import match_places
from boundaries.topology.places import unique_places
from boundaries.topology.rings import draw_again, parts_of, rings_of

__all__ = ["SNAP_M", "seal"]

SNAP_M = 0.001  # vertices closer than this are one; far below any survey's accuracy
_NO_WIDTH_M = 1e-6  # a micrometre: above the last digit of coordinates, below all that is drawn
_AS_FAR_M = 8 * CELL_M  # what is exactly as far is near enough, wherever it lies
_AROUND_M = 0.01  # what touches a sliver is nearer
_ROUNDS = 4


def seal(shapes: np.ndarray, *, snap_m: float = SNAP_M, onto_lattice: bool = False) -> np.ndarray:
    """Give neighbouring polygons identical vertices along their borders.

    Parameters
    ----------
    shapes
        Polygons or multipolygons that tile the ground but for vertices that a neighbour lacks.
    snap_m
        Vertices closer than this are drawn together, and put into an edge they lie on.
    onto_lattice
        Whether all vertices are moved onto the lattice first, as computed ones have to be.

    Returns
    -------
    The shapes in the same order. One thinner than `snap_m` may come back empty.
    """
    result, rows = _sealed(shapes, snap_m, onto_lattice=onto_lattice)
    for _ in range(_ROUNDS):
        if len(rows) == 0:
            break
        tree, around = shapely.STRtree(shapes), shapes[rows]
        near = np.unique(tree.query(around, "dwithin", distance=_AROUND_M)[1])
        result = result.copy()
        result[near], again = _sealed(result[near], snap_m)
        rows = near[again]
    return result


def _is_wide(parts: np.ndarray) -> np.ndarray:
    """Mask of polygons that have a width to speak of."""
    return np.asarray(2 * shapely.area(parts) > _NO_WIDTH_M * shapely.length(parts))


def _collapsed(before: np.ndarray, after: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Rows of shapes that have closed here or there: what was matched with them is so no longer.

    What is left there may be a sliver that lies on either side of its own edges by the last digit.
    All its edges are shared, so that it would pass for ground. `points` have been put into each.
    """
    rows = np.flatnonzero(np.fromiter(map(is_not, after, before), bool, len(after)))
    parts, owner = parts_of(after[rows])
    found = shapely.get_num_coordinates(after[rows]) != points[rows]
    found[owner[~_is_wide(parts)]] = True
    return np.asarray(rows[found])


def _sealed(
    shapes: np.ndarray, snap_m: float, *, onto_lattice: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Seal once: the shapes, and the rows of those around which to look again."""
    drawn = rings_of(shapes)
    # A sliver with no width to speak of keeps its two sides apart for ever: it closes first.
    kept = _is_wide(drawn.parts)[drawn.ring_part[drawn.ring]]
    ring, ring_part = drawn.ring[kept], drawn.ring_part
    points = on_lattice(drawn.points) if onto_lattice else drawn.points
    spots, place = unique_places(points[kept])
    snap_m += _AS_FAR_M
    edges = _open_edges(place, ring, ring_part, len(spots))
    target = _drawn_together(spots, _ends(place, edges, len(spots)), snap_m)
    if target is not None:
        place = target[place]
        edges = _open_edges(place, ring, ring_part, len(spots))
    changed, fresh = target is not None or not kept.all() or onto_lattice, edges
    for _ in range(_ROUNDS):
        after, inner = _to_put_in(spots, place, _ends(place, edges, len(spots)), fresh, snap_m)
        if len(after) == 0:
            break
        changed = True
        ring, place = np.insert(ring, after, ring[after - 1]), np.insert(place, after, inner)
        edges = _open_edges(place, ring, ring_part, len(spots))
        fresh = np.intersect1d(edges, _pieces(after), assume_unique=True)
    if not changed:
        return shapes, np.empty(0, dtype=np.int64)
    result = draw_again(shapes, drawn, spots[place], ring)
    step = np.r_[True, (ring[1:] != ring[:-1]) | (place[1:] != place[:-1])][: len(ring)]
    owner = drawn.part_owner[ring_part[ring[step]]]
    return result, _collapsed(shapes, result, np.bincount(owner, minlength=len(shapes)))


def _open_edges(
    place: np.ndarray, ring: np.ndarray, ring_part: np.ndarray, places: int
) -> np.ndarray:
    """Positions of the first point of every edge that no other polygon shares."""
    first = np.flatnonzero((ring[:-1] == ring[1:]) & (place[:-1] != place[1:]))
    one, two = match_places(place[first], place[first + 1], ring_part[ring[first]], places)
    alone = np.ones(len(first), dtype=bool)
    alone[one] = alone[two] = False
    return first[alone]


def _ends(place: np.ndarray, edges: np.ndarray, places: int) -> np.ndarray:
    """Places at the ends of edges that begin at these points, in order."""
    ends = np.zeros(places, dtype=bool)
    ends[place[edges]] = ends[place[edges + 1]] = True
    return np.flatnonzero(ends)


def _drawn_together(spots: np.ndarray, ends: np.ndarray, snap_m: float) -> np.ndarray | None:
    """For every place the one it is drawn to, if any of `ends` lie within `snap_m` of each other.

    What is drawn together once stays so: what is left is farther apart, and no place is new.
    """
    if len(ends) == 0:
        return None
    pairs = np.asarray(cKDTree(spots[ends]).query_pairs(snap_m, output_type="ndarray"))
    if len(pairs) == 0:
        return None
    group = number_parts(len(ends), *pairs.T)
    # The first place of a group stands for it: an existing vertex, the same whatever the order.
    lead = np.full(group.max() + 1, len(ends))
    np.minimum.at(lead, group, np.arange(len(ends)))
    target = np.arange(len(spots))
    target[ends] = ends[lead[group]]
    return target


def _to_put_in(
    spots: np.ndarray, place: np.ndarray, ends: np.ndarray, edges: np.ndarray, snap_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Find which of the places `ends` lie on edges of other polygons.

    Returns the point that each is to be put before, and the place; along every edge.
    """
    first, last = place[edges], place[edges + 1]
    near, edge = near_edges(spots[ends], spots[first], spots[last], within_m=snap_m)
    near = ends[near]
    apart = (near != first[edge]) & (near != last[edge])
    near, edge = near[apart], edge[apart]
    start, end, at = spots[first[edge]], spots[last[edge]], spots[near]
    length = np.hypot(*(end - start).T)
    along = ((at - start) * (end - start)).sum(axis=1) / length**2
    inner = (along > 0) & (along < 1)
    near, edge, along = near[inner], edge[inner], along[inner]
    order = np.lexsort((along, edge))
    return edges[edge[order]] + 1, near[order]


def _pieces(after: np.ndarray) -> np.ndarray:
    """First points, as they are numbered afterwards, of the edges that putting points in made."""
    put = after + np.arange(len(after))
    return np.union1d(put - 1, put)
