"""Polygons as rings of places, and back: what sealing and overlay work on.

Only polygons of which a ring has changed are made again; the others are given back as they are.
"""

from typing import NamedTuple

import numpy as np
import shapely

from boundaries.topology.places import as_complex

__all__ = [
    "Drawn",
    "draw_again",
    "parts_of",
    "rings_of",
    "west_to_east",
]

_POLYGON = 3  # as GEOS numbers the kinds of shapes


class Drawn(NamedTuple):
    """Vertices (p, 2) and the ring of each; polygon of each ring, its shell first; shape of each.

    Rings are closed and in order. `parts` are the single polygons.
    """

    points: np.ndarray
    ring: np.ndarray
    ring_part: np.ndarray
    part_owner: np.ndarray
    parts: np.ndarray


def parts_of(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the single polygons of shapes, and the shape of each; where all are single, themselves.

    The geometry library copies every part, which takes as long as measuring it.
    """
    if (shapely.get_type_id(shapes) == _POLYGON).all():
        return shapes, np.arange(len(shapes))
    parts, owner = shapely.get_parts(shapes, return_index=True)
    return parts, owner


def rings_of(shapes: np.ndarray) -> Drawn:
    """Take polygons and multipolygons apart."""
    parts, part_owner = parts_of(shapes)
    plain, number = parts is shapes, np.arange(len(shapes))
    holes, sizes = shapely.get_num_interior_rings(parts), shapely.get_num_coordinates(parts)
    if plain and not holes.any():
        return Drawn(
            shapely.get_coordinates(shapes), np.repeat(number, sizes), number, number, shapes
        )
    # The vertices of all rings follow each other. Only where a polygon has several, objects are
    # made of them to count those of each: making them of all takes most of the time.
    rings = np.where(sizes > 0, 1 + holes, 0)
    ring_part = np.repeat(np.arange(len(parts)), rings)
    sizes = np.repeat(sizes, rings)
    several = rings > 1
    sizes[several[ring_part]] = shapely.get_num_coordinates(shapely.get_rings(parts[several]))
    return Drawn(
        shapely.get_coordinates(parts), np.repeat(np.arange(len(sizes)), sizes), ring_part,
        part_owner, parts,
    )  # fmt: skip


def draw_again(
    shapes: np.ndarray, before: Drawn, points: np.ndarray, ring: np.ndarray
) -> np.ndarray:
    """Put changed rings into their shapes; one that has collapsed is left out.

    Parameters
    ----------
    shapes, before
        The shapes as they were, and taken apart.
    points, ring
        Vertices as they are now and the ring of each, in the order of `before`.

    Returns
    -------
    The shapes in the same order; one without ground comes back as an empty polygon.
    """
    sizes, now = (np.bincount(one, minlength=len(before.ring_part)) for one in (before.ring, ring))
    same = sizes == now
    alike = same[before.ring]
    moved = as_complex(before.points[alike]) != as_complex(points[same[ring]])
    other = ~same
    other[before.ring[alike][moved]] = True
    changed = np.zeros(len(shapes), dtype=bool)
    changed[before.part_owner[before.ring_part[other]]] = True
    if not changed.any():
        return shapes
    result = shapes.copy()
    result[changed] = shapely.Polygon()
    own = changed[before.part_owner[before.ring_part[ring]]]
    if own.any():
        result[changed] = _polygons(points[own], ring[own], before, len(shapes))[changed]
    return result


def west_to_east(shapes: np.ndarray) -> np.ndarray:
    """Order shapes by their western ends, as `unique_places` sorts places.

    Shapes that are near each other then have places that lie near each other in memory, which
    makes out half the time of a large town.
    """
    return np.argsort(shapely.bounds(shapes).reshape(-1, 4)[:, 0], kind="stable")


def _polygons(points: np.ndarray, ring: np.ndarray, drawn: Drawn, count: int) -> np.ndarray:
    """Make polygons of rings; shapes of which there is no ring are empty."""
    ring_part, part_owner = drawn.ring_part, drawn.part_owner
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
