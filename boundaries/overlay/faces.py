"""Faces: the ground that noded borders enclose, and what covers it.

Every edge is walked in both directions, with a face on its left. A shape covers the faces that one
reaches from the inner side of its border without crossing that border, so that nothing is asked
about points in polygons.
"""

from typing import NamedTuple

import numpy as np

from boundaries.topology.grid_index import Boxes
from boundaries.topology.grouping import NUMBER, grouped
from layers.contract.kernel import kernel

__all__ = ["Faces", "borders", "covered", "find_faces"]


class Faces(NamedTuple):
    """Faces of a net of edges; walk 2e runs along edge e, walk 2e + 1 against it.

    `ahead` is the walk before which one turns, clockwise around the end of each walk; `face` the
    face on its left, 0 outside of everything; `walks` lists the walks of each face from `first`.
    """

    ahead: np.ndarray
    face: np.ndarray
    first: np.ndarray
    walks: np.ndarray
    area: np.ndarray


def find_faces(points: np.ndarray, one: np.ndarray, two: np.ndarray, boxes: Boxes) -> Faces:
    """Find the faces of noded edges; `boxes` are laid over the same edges."""
    origin = np.column_stack([one, two]).ravel()  # of walk 2e and walk 2e + 1
    ahead, last = np.empty_like(origin), np.full(len(points), -1, NUMBER)
    _turns(points, origin, *grouped(origin, len(points)), ahead, last)
    cycle, area = np.full(len(origin), -1, NUMBER), np.empty(len(origin))
    area = area[: _cycles(points, origin, ahead, cycle, area)]
    outer = np.full(len(area), -1, NUMBER)
    net, west = np.arange(len(points), dtype=NUMBER), np.full(len(points), -1, NUMBER)
    _around(points, origin, last, cycle, boxes, net, west, outer)
    number, face_area = _joined_cycles(outer, area)
    face = number[cycle]
    return Faces(ahead, face, *grouped(face, len(face_area)), face_area)


def borders(
    owner: np.ndarray, edge: np.ndarray, forward: np.ndarray, edges: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Leave out edges along which a shape runs both ways.

    Parameters
    ----------
    owner, edge
        Shape and edge of each piece of border, sorted by shape.
    forward
        Whether the ground of the shape is on the left of the edge.

    Returns
    -------
    Shape and edge of each border, sorted by both, and whether the ground is on the right.
    """
    of_shape, found = np.empty(len(edge), NUMBER), np.empty(len(edge), NUMBER)
    back = np.empty(len(edge), np.bool_)
    turns = np.zeros(edges, np.int16)
    count = _borders(owner, edge, forward, turns, of_shape, found, back)
    return of_shape[:count], found[:count], back[:count]


@kernel()
def _borders(owner, edge, forward, turns, of_shape, found, back):
    """Add up, shape by shape, how often it runs along each edge; write down where that is not 0."""
    count, begin = 0, 0
    while begin < len(owner):
        stop, low = begin, count
        while stop < len(owner) and owner[stop] == owner[begin]:
            turns[edge[stop]] += 1 if forward[stop] else -1
            stop += 1
        for at in range(begin, stop):
            if turns[edge[at]] != 0:
                # Twice the edge and the direction in one number, so that both are sorted at once.
                found[count] = 2 * edge[at] + (turns[edge[at]] < 0)
                turns[edge[at]] = 0
                count += 1
        found[low:count] = np.sort(found[low:count])
        of_shape[low:count] = owner[begin]
        for at in range(low, count):
            back[at] = found[at] % 2 == 1
            found[at] //= 2
        begin = stop
    return count


def covered(
    faces: Faces, walk: np.ndarray, owner: np.ndarray, rank: np.ndarray, inside: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Say which faces each shape covers.

    Parameters
    ----------
    walk, owner
        Walks with the ground of the shape `owner` on their left, sorted by owner.
    rank
        Place of each shape in the order of precedence.
    inside
        (faces,) mask of the faces of which the area is also summed apart.

    Returns
    -------
    The first shape that covers each face, -1 for none; and the area that every shape covers, in
    all and inside.
    """
    first = np.searchsorted(owner, np.arange(len(rank) + 1))
    return _flood(faces.face, faces.first, faces.walks, faces.area, walk, first, rank, inside)


@kernel()
def _turns(points, origin, first, around, ahead, last):
    """Find for each walk the next one around the face on its left, and the last of each place.

    Those that leave a place stand in `around`, from `first`; they are sorted by direction there.
    """
    for place in range(len(points)):
        low, high = first[place], first[place + 1]
        for at in range(low + 1, high):  # few walks begin in one place
            walk, to = around[at], at
            while to > low and _before(points, origin, place, walk, around[to - 1]):
                around[to] = around[to - 1]
                to -= 1
            around[to] = walk
        for at in range(low, high):
            before = at - 1 if at > low else high - 1
            ahead[around[at] ^ 1] = around[before]
        if high > low:
            last[place] = around[high - 1]


@kernel()
def _before(points, origin, place, walk, other):
    """Whether a walk leaves a place at a smaller angle than another, from -180 to 180 degrees."""
    ax = points[origin[walk ^ 1], 0] - points[place, 0]
    ay = points[origin[walk ^ 1], 1] - points[place, 1]
    bx = points[origin[other ^ 1], 0] - points[place, 0]
    by = points[origin[other ^ 1], 1] - points[place, 1]
    upper = ay > 0.0 or (ay == 0.0 and ax < 0.0)
    if upper != (by > 0.0 or (by == 0.0 and bx < 0.0)):
        return not upper
    return ax * by - ay * bx > 0.0


@kernel()
def _cycles(points, origin, ahead, cycle, area):
    """Number the cycles that walks run in, and their areas: below 0 for the outside of a net."""
    count = 0
    for begin in range(len(ahead)):
        if cycle[begin] >= 0:
            continue
        x, y = points[origin[begin], 0], points[origin[begin], 1]
        twice, walk = 0.0, begin
        while cycle[walk] < 0:
            cycle[walk] = count
            a, b = origin[walk], origin[walk ^ 1]
            twice += (points[a, 0] - x) * (points[b, 1] - y)
            twice -= (points[b, 0] - x) * (points[a, 1] - y)
            walk = ahead[walk]
        area[count] = twice / 2
        count += 1
    return count


@kernel()
def _root(parent, item):
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = parent[item]
    return item


@kernel()
def _around(points, origin, last, cycle, boxes, net, west, outer):
    """For the outer cycle of every net the cycle it lies in, as many as there are for none.

    `net` becomes a place of the net of each place, `west` the westernmost place of each net.
    """
    for walk in range(0, len(origin), 2):
        one, two = _root(net, origin[walk]), _root(net, origin[walk + 1])
        net[max(one, two)] = min(one, two)
    for place in range(len(points)):
        if last[place] >= 0:
            root = _root(net, place)
            best = west[root]
            if best < 0 or (points[place, 0], points[place, 1]) < (
                points[best, 0], points[best, 1]
            ):  # fmt: skip
                west[root] = place
    for root in range(len(points)):
        if west[root] >= 0:
            hit = _to_the_west(points, origin, net, root, west[root], boxes)
            outer[cycle[last[west[root]]]] = len(outer) if hit < 0 else cycle[hit]


@kernel()
def _to_the_west(points, origin, net, root, place, boxes):
    """Find the walk down the first edge of another net west of a place; -1: there is none."""
    x, y = points[place, 0], points[place, 1]
    row = min(max(int((y - boxes.south) / boxes.size), 0), boxes.up - 1)
    column = min(max(int((x - boxes.west) / boxes.size), 0), boxes.across - 1)
    hit, best, lean = -1, -np.inf, 0.0
    while column >= 0:
        box = column * boxes.up + row
        for at in range(boxes.first[box], boxes.first[box + 1]):
            walk = 2 * boxes.items[at]
            a, b = origin[walk], origin[walk + 1]
            if (points[a, 1] <= y) == (points[b, 1] <= y) or _root(net, a) == root:
                continue
            if points[a, 1] < points[b, 1]:  # walk down it: the ground to the east is on the left
                walk, a, b = walk + 1, b, a
            slope = (points[a, 0] - points[b, 0]) / (points[a, 1] - points[b, 1])
            meets = points[b, 0] + slope * (y - points[b, 1])
            if meets < x and (meets > best or (meets == best and slope > lean)):
                hit, best, lean = walk, meets, slope
        if hit >= 0 and best >= boxes.west + column * boxes.size:
            break
        column -= 1
    return hit


@kernel()
def _joined_cycles(outer, area):
    """Number the faces, outside first, and their areas: a cycle with the nets that lie in it."""
    cycles = len(outer)
    number = np.full(cycles, -1, np.int32)
    count = 1
    for cycle in range(cycles):
        if outer[cycle] < 0:
            number[cycle] = count
            count += 1
    total = np.zeros(count, np.float64)
    for cycle in range(cycles):
        inner = cycle
        while inner < cycles and outer[inner] >= 0:
            inner = outer[inner]
        number[cycle] = number[inner] if inner < cycles else 0
        total[number[cycle]] += area[cycle]
    return number, total


@kernel()
def _flood(face, first, walks, area, border, begins, rank, inside):
    """Spread every shape from its border over the faces it covers."""
    shapes = len(begins) - 1
    owner = np.full(len(area), -1, np.int64)
    ground, within = np.zeros(shapes), np.zeros(shapes)
    crossed = np.full(len(face) // 2, -1, np.int32)
    seen = np.full(len(area), -1, np.int32)
    waiting = np.empty(len(area), np.int32)
    for shape in range(shapes):
        for at in range(begins[shape], begins[shape + 1]):
            crossed[border[at] // 2] = shape
        size = 0
        for at in range(begins[shape], begins[shape + 1]):
            here = face[border[at]]
            if seen[here] != shape:
                seen[here] = shape
                waiting[size] = here
                size += 1
        while size:
            size -= 1
            here = waiting[size]
            ground[shape] += area[here]
            if inside[here]:
                within[shape] += area[here]
            if owner[here] < 0 or rank[shape] < rank[owner[here]]:
                owner[here] = shape
            for at in range(first[here], first[here + 1]):
                walk = walks[at]
                there = face[walk ^ 1]
                if crossed[walk // 2] != shape and seen[there] != shape:
                    seen[there] = shape
                    waiting[size] = there
                    size += 1
    return owner, ground, within
