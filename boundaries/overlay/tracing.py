"""Tracing: faces with equal labels are joined, and the outline of each piece of ground is walked.

Neighbours get the same places along their border, as it is walked on both sides. A crossing of
borders that have vanished under other ground is left out.
"""

from typing import NamedTuple

import numpy as np

from boundaries.overlay.faces import Faces
from layers.contract.kernel import kernel

__all__ = ["Rings", "trace"]


class Rings(NamedTuple):
    """Outlines of joined faces: places of all rings, where each begins, and its region.

    Regions are connected ground of one label, given by `label`; each has one ring that runs
    counter-clockwise (`shell`), the others are its holes.
    """

    places: np.ndarray
    first: np.ndarray
    region: np.ndarray
    shell: np.ndarray
    label: np.ndarray


def trace(
    points: np.ndarray,
    one: np.ndarray,
    two: np.ndarray,
    faces: Faces,
    label: np.ndarray,
    given: int,
) -> Rings:
    """Join faces with equal labels, and trace the outline of what comes out.

    Parameters
    ----------
    label
        (faces,) label of each face; ground below 0 is left out.
    given
        Places from this number on are crossings; where no border meets another they are left out.
    """
    origin = np.column_stack([one, two]).ravel()
    region, of_region = _regions(faces.face, faces.first, faces.walks, label)
    drop = _needless(points, origin, faces.face, region, given)
    places, first, of_ring, twice = _rings(points, origin, faces.ahead, faces.face, region, drop)
    return Rings(places, first, of_ring, twice > 0, of_region)


@kernel()
def _regions(face, first, walks, label):
    """Number connected faces of one label, -1 for ground left out; and the label of each region."""
    region = np.full(len(label), -1, np.int32)
    of_region = np.empty(len(label), np.int64)
    waiting = np.empty(len(label), np.int32)
    count = 0
    for begin in range(len(label)):
        if region[begin] >= 0 or label[begin] < 0:
            continue
        region[begin] = count
        of_region[count] = label[begin]
        waiting[0], size = begin, 1
        while size:
            size -= 1
            here = waiting[size]
            for at in range(first[here], first[here + 1]):
                there = face[walks[at] ^ 1]
                if region[there] < 0 and label[there] == label[here]:
                    region[there] = count
                    waiting[size] = there
                    size += 1
        count += 1
    return region, of_region[:count]


@kernel()
def _needless(points, origin, face, region, given):
    """Mask of crossings that lie straight on one border between two others of its places."""
    count = np.zeros(len(points), np.int32)
    beside = np.full((len(points), 2), -1, np.int32)
    for walk in range(len(origin)):
        here = origin[walk]
        if here >= given and region[face[walk]] != region[face[walk ^ 1]]:
            if count[here] < 2:
                beside[here, count[here]] = origin[walk ^ 1]
            count[here] += 1
    drop = np.zeros(len(points), np.bool_)
    for here in range(given, len(points)):
        if count[here] == 2:
            a, b = beside[here, 0], beside[here, 1]
            dx, dy = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1]
            px, py = points[here, 0] - points[a, 0], points[here, 1] - points[a, 1]
            drop[here] = np.abs(px * dy - py * dx) <= 1e-7 * np.sqrt(dx * dx + dy * dy)
    return drop


@kernel()
def _rings(points, origin, ahead, face, region, drop):
    """Trace the outlines of regions; a ring that comes to a place twice is parted there."""
    walks = len(origin)
    done = np.zeros(walks, np.bool_)
    places, first = np.empty(2 * walks, np.int32), np.empty(walks + 1, np.int32)
    of_ring, twice = np.empty(walks, np.int32), np.empty(walks, np.float64)
    path = np.empty(walks, np.int32)
    position = np.full(len(points), -1, np.int32)
    count, used = 0, 0
    for begin in range(walks):
        own = region[face[begin]]
        if done[begin] or own < 0 or own == region[face[begin ^ 1]]:
            continue
        walk, size = begin, 0
        while True:
            here = origin[walk]
            if position[here] >= 0:  # close the loop that began here
                low = position[here]
                first[count], of_ring[count] = used, own
                used, twice[count] = _written(points, path, low, size, places, used, drop)
                if used - first[count] >= 3:
                    count += 1
                else:
                    used = first[count]
                for at in range(low, size):
                    position[path[at]] = -1
                size = low
            if done[walk]:
                break
            done[walk] = True
            position[here] = size
            path[size] = here
            size += 1
            walk = ahead[walk]
            while region[face[walk ^ 1]] == own:  # no border between faces of one region
                walk = ahead[walk ^ 1]
        for at in range(size):
            position[path[at]] = -1
    first[count] = used
    return places[:used], first[: count + 1], of_ring[:count], twice[:count]


@kernel()
def _written(points, path, low, high, places, used, drop):
    """Write a loop without its needless places; where it ends, and twice its area."""
    x, y = points[path[low], 0], points[path[low], 1]
    twice, start = 0.0, used
    for at in range(low, high):
        if not drop[path[at]]:
            places[used] = path[at]
            used += 1
    for at in range(start, used):
        a, b = places[at], places[at + 1 if at + 1 < used else start]
        twice += (points[a, 0] - x) * (points[b, 1] - y) - (points[b, 0] - x) * (points[a, 1] - y)
    return used, twice
