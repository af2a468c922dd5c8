"""Sealing: polygons that meet almost exactly get identical vertices, so that they tile exactly.

Only edges without a partner are looked at. Their vertices are drawn together within a millimetre,
and a vertex that lies on a neighbour's edge is put into that edge. No ground changes hands.
"""

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from boundaries.boxes import near_edges
from boundaries.neighbours import match_edges

__all__ = ["SNAP_M", "as_complex", "rebuilt", "seal", "unique_places"]

SNAP_M = 0.001  # vertices closer than this are one; far below any survey's accuracy
_NO_WIDTH_M = 1e-6
_ROUNDS = 4


def seal(shapes: np.ndarray, *, snap_m: float = SNAP_M) -> np.ndarray:
    """Give neighbouring polygons identical vertices along their borders.

    Parameters
    ----------
    shapes
        Polygons or multipolygons that tile the ground but for vertices that a neighbour lacks.
    snap_m
        Vertices closer than this are drawn together, and put into an edge they lie on.

    Returns
    -------
    The shapes in the same order. One thinner than `snap_m` may come back empty.
    """
    parts, part_owner = shapely.get_parts(shapes, return_index=True)
    # A sliver with no width to speak of keeps its two sides apart for ever: it closes first.
    wide = 2 * shapely.area(parts) > _NO_WIDTH_M * shapely.length(parts)
    parts, part_owner = parts[wide], part_owner[wide]
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    changed = not wide.all()
    for _ in range(_ROUNDS):
        edges = _open_edges(points, ring, ring_part)
        moved = _draw_together(points, edges, snap_m)
        if moved is not None:
            points = moved
            edges = _open_edges(points, ring, ring_part)
        points, ring, inserted = _put_in(points, ring, edges, snap_m)
        changed |= moved is not None or inserted
        if moved is None and not inserted:
            break
    if not changed:
        return shapes
    return rebuilt(points, ring, ring_part, part_owner, len(shapes))


def _open_edges(points: np.ndarray, ring: np.ndarray, ring_part: np.ndarray) -> np.ndarray:
    """Positions of the first point of every edge that no other polygon shares."""
    place = as_complex(points)
    first = np.flatnonzero((ring[:-1] == ring[1:]) & (place[:-1] != place[1:]))
    one, two = match_edges(points[first], points[first + 1], ring_part[ring[first]])
    alone = np.ones(len(first), dtype=bool)
    alone[one] = alone[two] = False
    return first[alone]


def _draw_together(points: np.ndarray, edges: np.ndarray, snap_m: float) -> np.ndarray | None:
    """Make vertices of open edges that lie within `snap_m` of each other one; None: none do."""
    spots = unique_places(points[_ends(edges, len(points))])[0]
    if len(spots) == 0:
        return None
    pairs = np.asarray(cKDTree(spots).query_pairs(snap_m, output_type="ndarray"))
    if len(pairs) == 0:
        return None
    links = coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(len(spots), len(spots)))
    group = connected_components(links, directed=False)[1]
    # The first spot of a group stands for it: an existing vertex, the same whatever the order.
    lead = np.full(group.max() + 1, len(spots))
    np.minimum.at(lead, group, np.arange(len(spots)))
    target = lead[group]
    away = np.flatnonzero(target != np.arange(len(spots)))
    # Places sort as complex numbers; `spots` are sorted, so that equal ones are found by bisection.
    left, all_points = as_complex(spots[away]), as_complex(points)
    at = np.minimum(np.searchsorted(left, all_points), len(left) - 1)
    same = left[at] == all_points
    result = points.copy()
    result[same] = spots[target[away[at[same]]]]
    return result


def _ends(edges: np.ndarray, count: int) -> np.ndarray:
    """Mask of the points at the ends of edges that begin at these."""
    ends = np.zeros(count, dtype=bool)
    ends[edges] = ends[edges + 1] = True
    return ends


def as_complex(points: np.ndarray) -> np.ndarray:
    """See places as complex numbers, x + iy: one number a place, which sorts by x, then y."""
    return np.ascontiguousarray(points + 0.0).view(np.complex128).ravel()


def unique_places(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sort out equal places: the places by x and y, and for each point which one it is."""
    places, which = np.unique(as_complex(points), return_inverse=True)
    return places.view(np.float64).reshape(-1, 2), which.ravel()


def _put_in(
    points: np.ndarray, ring: np.ndarray, edges: np.ndarray, snap_m: float
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Put vertices of open edges into the open edges of other polygons that they lie on."""
    if len(edges) == 0:
        return points, ring, False
    spots = unique_places(points[_ends(edges, len(points))])[0]
    spot, edge = near_edges(spots, points[edges], points[edges + 1], within_m=snap_m)
    start, end = points[edges[edge]], points[edges[edge] + 1]
    at = spots[spot]
    length = np.hypot(*(end - start).T)
    along = ((at - start) * (end - start)).sum(axis=1) / length**2
    inner = (at != start).any(axis=1) & (at != end).any(axis=1)
    inner &= (along > 0) & (along < 1)
    if not inner.any():
        return points, ring, False
    edge, at, along = edge[inner], at[inner], along[inner]
    order = np.lexsort((along, edge))
    after = edges[edge[order]] + 1
    return (
        np.insert(points, after, at[order], axis=0),
        np.insert(ring, after, ring[edges[edge[order]]]),
        True,
    )


def rebuilt(
    points: np.ndarray,
    ring: np.ndarray,
    ring_part: np.ndarray,
    part_owner: np.ndarray,
    count: int,
) -> np.ndarray:
    """Make polygons of changed rings again; a ring that has collapsed is left out.

    Parameters
    ----------
    points, ring
        (p, 2) vertices and (p,) the ring each belongs to, rings closed and in order.
    ring_part, part_owner
        Polygon of each ring, its shell first; and position of the shape of each polygon.
    count
        How many shapes there are; one without ground comes back as an empty polygon.
    """
    keep = np.ones(len(points), dtype=bool)
    place = as_complex(points)
    keep[1:] = (ring[1:] != ring[:-1]) | (place[1:] != place[:-1])
    points, ring = _without_spikes(points[keep], ring[keep])
    sizes = np.bincount(ring, minlength=len(ring_part))
    shell = np.r_[True, ring_part[1:] != ring_part[:-1]]
    # A ring needs four points; a part whose shell has collapsed loses its holes as well.
    gone = np.unique(ring_part[shell & (sizes < 4)])
    whole = (sizes >= 4) & ~np.isin(ring_part, gone)
    number = np.cumsum(whole) - 1
    kept = whole[ring]
    rings = shapely.linearrings(points[kept], indices=number[ring[kept]])
    shell, ring_part = shell[whole], ring_part[whole]
    parts = ring_part[shell]
    polygons = shapely.polygons(rings, indices=np.searchsorted(parts, ring_part))
    owner = part_owner[parts]
    result = np.full(count, shapely.Polygon(), dtype=object)
    several = np.isin(owner, np.flatnonzero(np.bincount(owner, minlength=count) > 1))
    result[owner[~several]] = polygons[~several]
    if several.any():
        rows, group = np.unique(owner[several], return_inverse=True)
        result[rows] = shapely.multipolygons(polygons[several], indices=group)
    pinched = ~shapely.is_valid(result)
    # Drawn together, a thin neck becomes a point or nothing; the two sides are parts then.
    result[pinched] = shapely.make_valid(result[pinched], method="structure", keep_collapsed=False)
    return result


def _without_spikes(points: np.ndarray, ring: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Remove vertices where a ring runs out and back on the same line (a, b, a)."""
    place = as_complex(points)
    back = (ring[:-2] == ring[2:]) & (place[:-2] == place[2:])
    first = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]])
    last = np.append(first[1:], len(ring)) - 1
    second, before = np.minimum(first + 1, last), np.maximum(last - 1, first)
    around = (last - first >= 2) & (place[second] == place[before])
    spiked = np.union1d(ring[:-2][back], ring[first[around]])
    if len(spiked) == 0:
        return points, ring
    untouched = ~np.isin(ring, spiked)
    new_points, new_ring = [points[untouched]], [ring[untouched]]
    for number in spiked:
        clean = _despiked([tuple(spot) for spot in points[ring == number][:-1]])
        new_points.append(np.array(clean, dtype=float).reshape(-1, 2))
        new_ring.append(np.full(len(clean), number))
    together = np.concatenate(new_ring)
    order = np.argsort(together, kind="stable")
    return np.concatenate(new_points)[order], together[order]


def _despiked(spots: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Close a ring of distinct vertices again after taking its spikes out."""
    while len(spots) >= 3:
        for at in range(len(spots)):
            before, after = spots[at - 1], spots[(at + 1) % len(spots)]
            if before == after:
                gone = {at, (at + 1) % len(spots)}
                spots = [spot for place, spot in enumerate(spots) if place not in gone]
                break
        else:
            return [*spots, spots[0]]
    return []
