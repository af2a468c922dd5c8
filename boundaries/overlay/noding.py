"""Noding: borders are cut wherever they cross or touch, so that they meet in common vertices only.

The places and edges are numbers, not geometries. Edges near each other are found on a grid of
boxes; crossings become new places, a place on an edge is put into it, places closer than a hair
become one, and the work is repeated until nothing is left to do.
"""

from typing import NamedTuple

import numpy as np

from boundaries.topology.grid_index import Boxes, boxes_of, more_room
from boundaries.topology.grouping import NUMBER, counted, grouped
from layers.contract.kernel import kernel

__all__ = ["HAIR_M", "Noded", "node"]

HAIR_M = 1e-6  # a micrometre: far above the noise of computing, far below any survey
_ROUNDS = 12


class Noded(NamedTuple):
    """Edges that meet in common places only.

    `points` holds the given places first, then the crossings. Piece `row` runs from `start` to
    `end` and is of the given edge `origin`, in its direction. Pieces that lie on each other are
    one `edge`, from its lower place `one` to its higher place `two`, sorted into `boxes`.
    """

    points: np.ndarray
    start: np.ndarray
    end: np.ndarray
    origin: np.ndarray
    edge: np.ndarray
    one: np.ndarray
    two: np.ndarray
    boxes: Boxes


def node(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> Noded | None:
    """Cut edges at each other.

    Parameters
    ----------
    points
        (p, 2) distinct places in m.
    start, end
        (e,) places of each directed edge; edges may lie on each other.

    Returns
    -------
    The pieces; None in the case, not met yet, that cutting never comes to an end.
    """
    origin = np.arange(len(start), dtype=NUMBER)
    target = _together(points, HAIR_M)
    start, end = target[start], target[end]
    for _ in range(_ROUNDS):
        real = start != end
        if not real.all():
            start, end, origin = start[real], end[real], origin[real]
        one, two, edge = _undirected(start, end, len(points))
        boxes = boxes_of(points, one, two, pad_m=4 * HAIR_M)
        at, place = (np.empty(2 * len(one) + 8, NUMBER) for _ in range(2))
        new = np.empty((len(one) + 8, 2))
        at, place, new = _crossings(points, one, two, boxes, HAIR_M, at, place, new)
        if len(at) == 0:
            return Noded(points, start, end, origin, edge, one, two, boxes)
        if len(new):
            points = np.concatenate([points, new])
            target = _together(points, HAIR_M)
            place = target[place]
        first, place = _sorted_along(points, one, two, at, place)
        start, end, piece = _in_pieces(start, end, edge, one, first, place)
        start, end, origin = target[start], target[end], origin[piece]
    return None


def _undirected(
    start: np.ndarray, end: np.ndarray, places: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct edges whatever their direction: lower place, higher place; and which each one is."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    first, rows = grouped(low, places)
    edge = np.empty(len(start), NUMBER)
    found = _numbered(high, first, rows, edge)
    one, two = np.empty(found, NUMBER), np.empty(found, NUMBER)
    one[edge], two[edge] = low, high
    return one, two, edge


@kernel()
def _numbered(high, first, rows, edge):
    """Number distinct edges by lower and then higher place; how many there are."""
    found = 0
    for place in range(len(first) - 1):
        begin, stop = first[place], first[place + 1]
        for at in range(begin + 1, stop):  # few edges begin in one place
            row, to = rows[at], at
            while to > begin and high[rows[to - 1]] > high[row]:
                rows[to] = rows[to - 1]
                to -= 1
            rows[to] = row
        for at in range(begin, stop):
            if at > begin and high[rows[at]] != high[rows[at - 1]]:
                found += 1
            edge[rows[at]] = found
        if stop > begin:
            found += 1
    return found


@kernel()
def _together(points, within):
    """For each place the first of those closer than `within` to it, itself in most cases."""
    target = np.arange(len(points)).astype(NUMBER)
    order = np.argsort(points[:, 0], kind="mergesort")
    for left in range(len(order)):
        here = order[left]
        for right in range(left + 1, len(order)):
            there = order[right]
            if points[there, 0] - points[here, 0] > within:
                break
            if np.abs(points[there, 1] - points[here, 1]) <= within:
                one, two = here, there
                while target[one] != one:
                    one = target[one]
                while target[two] != two:
                    two = target[two]
                if one < two:
                    target[two] = one
                elif two < one:
                    target[one] = two
    for place in range(len(target)):
        root = place
        while target[root] != root:
            root = target[root]
        target[place] = root
    return target


@kernel()
def _lies_on(points, place, a, b, within):
    """Whether a place lies on the edge a-b, between its ends."""
    dx, dy = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1]
    px, py = points[place, 0] - points[a, 0], points[place, 1] - points[a, 1]
    length2 = dx * dx + dy * dy
    along = px * dx + py * dy
    if along <= 0.0 or along >= length2:
        return False
    side = px * dy - py * dx
    return side * side <= within * within * length2


@kernel()
def _crossings(points, one, two, boxes, within, at, place, new):
    """Find the places to be put into edges: the edge, the place, and new places (from `points`).

    They are written into `at`, `place` and `new` as long as there is room.
    """
    count, made = 0, 0
    for box in range(len(boxes.first) - 1):
        for left in range(boxes.first[box], boxes.first[box + 1]):
            i = boxes.items[left]
            a, b = one[i], two[i]
            ax, ay, bx, by = points[a, 0], points[a, 1], points[b, 0], points[b, 1]
            west, east = min(ax, bx) - within, max(ax, bx) + within
            south, north = min(ay, by) - within, max(ay, by) + within
            for right in range(left + 1, boxes.first[box + 1]):
                j = boxes.items[right]
                c, d = one[j], two[j]
                cx, cy, dx, dy = points[c, 0], points[c, 1], points[d, 0], points[d, 1]
                if (cx < west and dx < west) or (cx > east and dx > east):
                    continue
                if (cy < south and dy < south) or (cy > north and dy > north):
                    continue
                if count + 4 > len(at):
                    at, place = more_room(at), more_room(place)
                if made + 1 > len(new):
                    new = more_room(new)
                before = count
                for end in (c, d):
                    if end != a and end != b and _lies_on(points, end, a, b, within):
                        at[count], place[count] = i, end
                        count += 1
                for end in (a, b):
                    if end != c and end != d and _lies_on(points, end, c, d, within):
                        at[count], place[count] = j, end
                        count += 1
                if count > before or a in (c, d) or b in (c, d):
                    continue
                turn = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
                if turn == 0.0:
                    continue
                share = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / turn
                other = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / turn
                if 0.0 < share < 1.0 and 0.0 < other < 1.0:
                    new[made, 0] = ax + (bx - ax) * share
                    new[made, 1] = ay + (by - ay) * share
                    at[count], place[count] = i, len(points) + made
                    at[count + 1], place[count + 1] = j, len(points) + made
                    count += 2
                    made += 1
    return at[:count], place[:count], new[:made]


def _sorted_along(
    points: np.ndarray, one: np.ndarray, two: np.ndarray, at: np.ndarray, place: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sort the places put into each edge along it: where those of an edge begin, and the places."""
    first = counted(at, len(one))
    used, result = np.zeros(len(one), NUMBER), np.empty(len(at), NUMBER)
    kept = _sort_along(points, one, two, at, place, first, used, np.empty(len(at)), result)
    return first, result[:kept]


@kernel()
def _sort_along(points, one, two, at, place, first, used, share, result):
    """Sort into `result` and change `first`; `used` counts the places of each edge so far."""
    for row in range(len(at)):
        edge, here = at[row], place[row]
        a, b = one[edge], two[edge]
        along = (points[here, 0] - points[a, 0]) * (points[b, 0] - points[a, 0])
        along += (points[here, 1] - points[a, 1]) * (points[b, 1] - points[a, 1])
        low = first[edge]
        to = low + used[edge]
        known = here in (a, b)
        for other in range(low, to):  # few places come to lie on one edge
            known = known or result[other] == here
        if known:
            continue
        while to > low and (share[to - 1], result[to - 1]) > (along, here):
            share[to], result[to] = share[to - 1], result[to - 1]
            to -= 1
        share[to], result[to] = along, here
        used[edge] += 1
    kept = 0
    for edge in range(len(one)):
        low = first[edge]
        first[edge] = kept
        for other in range(low, low + used[edge]):
            result[kept] = result[other]
            kept += 1
    first[-1] = kept
    return kept


def _in_pieces(
    start: np.ndarray,
    end: np.ndarray,
    edge: np.ndarray,
    one: np.ndarray,
    first: np.ndarray,
    place: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put the places into the directed edges: start, end and given edge of each piece."""
    pieces = len(start) + int(np.diff(first)[edge].sum())
    begin, stop, piece = (np.empty(pieces, NUMBER) for _ in range(3))
    _cut(start, end, edge, one, first, place, begin, stop, piece)
    return begin, stop, piece


@kernel()
def _cut(start, end, edge, one, first, place, begin, stop, piece):
    """Write the pieces of every directed edge, one after the other."""
    at = 0
    for row in range(len(start)):
        low, high = first[edge[row]], first[edge[row] + 1]
        forward = start[row] == one[edge[row]]
        last = start[row]
        for step in range(high - low):
            here = place[low + step] if forward else place[high - 1 - step]
            begin[at], stop[at], piece[at] = last, here, row
            last = here
            at += 1
        begin[at], stop[at], piece[at] = last, end[row], row
        at += 1
