"""Outlines of groups of pieces of a tiling: walked along the edges that no two pieces share.

A piece borders on the next one along edges that both have, so that what is left of these is the
outline of both together, and nothing is computed. Where that is not plain (holes, places in which
an outline touches itself) there is no answer, and the geometry library joins the pieces. What comes
out is the same to the last vertex and its place in the ring, whichever of the two has been at work.
"""

from typing import NamedTuple

import numpy as np
import shapely

from boundaries.topology.places import place_hash
from layers.contract.kernel import kernel

__all__ = ["Outlines", "outlines_of", "plain_rings", "polygons_of", "shapes_of", "twice_area"]

_POLYGON = 3  # as GEOS numbers the kinds of shapes
_FLAT_M2 = 1e-9  # a ring around less runs neither way


class Outlines(NamedTuple):
    """Rings (p, 2) that begin at `first`, clockwise and closed, and the group of each.

    `plain` (g,) says which groups are there: the others have holes, or outlines that touch.
    """

    points: np.ndarray
    first: np.ndarray
    group: np.ndarray
    plain: np.ndarray


def plain_rings(shapes: np.ndarray) -> np.ndarray:
    """Mask of polygons that have no holes."""
    plain = (shapely.get_type_id(shapes) == _POLYGON) & ~shapely.is_empty(shapes)
    return np.asarray(plain & (shapely.get_num_interior_rings(shapes) == 0))


def outlines_of(shapes: np.ndarray, first: np.ndarray) -> Outlines:
    """Walk the outlines of groups of polygons without holes, as they begin in `shapes`."""
    points = shapely.get_coordinates(shapes)
    ring = np.r_[0, np.cumsum(shapely.get_num_coordinates(shapes))]
    plain = np.zeros(len(first) - 1, np.bool_)
    made, begins = np.empty((len(points) + 1, 2)), np.empty(len(shapes) + 2, np.int64)
    group = np.empty(len(shapes) + 1, np.int64)
    most = int(np.diff(ring[first]).max(initial=1))
    rings = _walk(points + 0.0, ring, first, most, made, begins, group, plain)
    return Outlines(made[: begins[rings]], begins[: rings + 1], group[:rings], plain)


def polygons_of(points: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Make polygons of closed rings (p, 2) that begin at `first`."""
    number = np.repeat(np.arange(len(first) - 1), np.diff(first))
    return np.asarray(shapely.polygons(shapely.linearrings(points, indices=number)))


def shapes_of(found: Outlines) -> np.ndarray:
    """Make a polygon, or several in one, of every group that is there."""
    if len(found.group) == 0:
        return np.empty(0, dtype=object)
    polygons = polygons_of(found.points, found.first)
    _, begin, size = np.unique(found.group, return_index=True, return_counts=True)
    result = polygons[begin]
    several = size > 1
    if several.any():
        number = np.repeat(np.arange(len(size)), size)
        own = several[number]
        result[several] = shapely.multipolygons(
            polygons[own], indices=(np.cumsum(several) - 1)[number[own]]
        )
    return result


@kernel(nogil=True)
def twice_area(points, low, high):
    """Twice the area of a closed ring, above 0 where it runs counter-clockwise."""
    x, y, twice = points[low, 0], points[low, 1], 0.0
    for at in range(low, high - 1):
        twice += (points[at, 0] - x) * (points[at + 1, 1] - y)
        twice -= (points[at + 1, 0] - x) * (points[at, 1] - y)
    return twice


@kernel(nogil=True)
def _walk(points, ring, first, most, made, begins, group, plain):
    """Write the outlines of all groups; returns how many rings there are."""
    bits = points.view(np.int64)
    size = 16
    while size < 2 * most:
        size *= 2
    edge_at, place_at = np.empty(size, np.int64), np.empty(size, np.int64)
    edge_of, place_of = np.full(size, -1, np.int64), np.full(size, -1, np.int64)
    is_open, paired = np.zeros(len(points), np.bool_), np.zeros(len(points), np.bool_)
    used, back = np.zeros(len(points), np.bool_), np.zeros(len(points), np.bool_)
    begins[0], rings = 0, 0
    for here in range(len(first) - 1):
        low, high = first[here], first[here + 1]
        before = rings
        if _opened(
            points, bits, ring, low, high, here, edge_at, edge_of, is_open, paired, back
        ) and _placed(bits, ring, low, high, here, place_at, place_of, is_open, back):
            rings = _rings(
                points, bits, ring, low, high, here, place_at, place_of, is_open, used, back,
                made, begins, rings,
            )  # fmt: skip
        plain[here] = rings > before
        group[before:rings] = here
    return rings


@kernel(nogil=True)
def _opened(points, bits, ring, low, high, here, edge_at, edge_of, is_open, paired, back):
    """Find the edges that no other piece shares, and the rings that run counter-clockwise.

    False where an edge occurs more than twice or has both pieces on one side, which then lie over
    each other, or where a piece has no width.
    """
    mask = len(edge_at) - 1
    for number in range(low, high):
        twice = twice_area(points, ring[number], ring[number + 1])
        if np.abs(twice) < _FLAT_M2:
            return False
        for at in range(ring[number], ring[number + 1] - 1):
            ax, ay, bx, by = bits[at, 0], bits[at, 1], bits[at + 1, 0], bits[at + 1, 1]
            if ax == bx and ay == by:
                return False
            back[at], is_open[at], paired[at] = twice > 0.0, True, False
            key = place_hash(ax, ay) + place_hash(bx, by)
            slot = (key ^ (key >> 21)) & mask
            while edge_of[slot] == here:
                other = edge_at[slot]
                cx, cy, dx, dy = (
                    bits[other, 0], bits[other, 1], bits[other + 1, 0], bits[other + 1, 1]
                )  # fmt: skip
                against = ax == dx and ay == dy and bx == cx and by == cy
                if against or (ax == cx and ay == cy and bx == dx and by == dy):
                    if paired[other] or against != (back[at] == back[other]):
                        return False
                    paired[other] = True
                    is_open[other] = is_open[at] = False
                    break
                slot = (slot + 1) & mask
            if is_open[at]:
                edge_at[slot], edge_of[slot] = at, here
    return True


@kernel(nogil=True)
def _placed(bits, ring, low, high, here, place_at, place_of, is_open, back):
    """Put each open edge where it begins when walked clockwise; False where two do."""
    mask = len(place_at) - 1
    for number in range(low, high):
        for at in range(ring[number], ring[number + 1] - 1):
            if not is_open[at]:
                continue
            begin = at + 1 if back[at] else at
            key = place_hash(bits[begin, 0], bits[begin, 1])
            slot = (key ^ (key >> 21)) & mask
            while place_of[slot] == here:
                other = place_at[slot]
                other += back[other]
                if bits[other, 0] == bits[begin, 0] and bits[other, 1] == bits[begin, 1]:
                    return False
                slot = (slot + 1) & mask
            place_at[slot], place_of[slot] = at, here
    return True


@kernel(nogil=True)
def _rings(
    points, bits, ring, low, high, here, place_at, place_of, is_open, used, back, made, begins,
    rings,
):  # fmt: skip
    """Walk the outlines of a group; returns the number of rings, as before where one is a hole."""
    before, mask = rings, len(place_at) - 1
    for number in range(low, high):
        stop = ring[number + 1] - 1
        used[ring[number] : stop] = False
    for number in range(low, high):
        at, stop = ring[number], ring[number + 1] - 1
        while at < stop:
            if not is_open[at] or used[at]:
                at += 1
                continue
            # A ring begins after the first edge of a run; against the ring, after the last one.
            last = at
            while last + 1 < stop and is_open[last + 1]:
                last += 1
            edge = begin = last if back[at] else at
            count = begins[rings]
            while True:
                used[edge] = True
                place = edge if back[edge] else edge + 1
                made[count, 0], made[count, 1] = points[place, 0], points[place, 1]
                count += 1
                key = place_hash(bits[place, 0], bits[place, 1])
                slot = (key ^ (key >> 21)) & mask
                edge = -1
                while place_of[slot] == here:
                    other = place_at[slot]
                    spot = other + back[other]
                    if bits[spot, 0] == bits[place, 0] and bits[spot, 1] == bits[place, 1]:
                        edge = other
                        break
                    slot = (slot + 1) & mask
                if edge == begin:
                    break
                if edge < 0 or used[edge]:
                    return before
            made[count] = made[begins[rings]]
            count += 1
            if twice_area(made, begins[rings], count) > -_FLAT_M2:
                return before
            rings += 1
            begins[rings] = count
            at = last + 1
    return rings
