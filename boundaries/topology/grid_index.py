"""Edges on a grid of boxes: which are near a place, and which can meet each other at all.

The grid has about as many boxes as there are edges, so that a box holds few. Everything is arrays;
what is near what does not depend on the boxes, only how soon it is found.
"""

from typing import NamedTuple

import numpy as np

from boundaries.topology.grouping import NUMBER
from layers.contract.kernel import kernel

__all__ = ["Boxes", "any_along", "boxes_of", "more_room", "near_edges"]


class Boxes(NamedTuple):
    """Grid of boxes over a map, and which edges run through each (`items` from `first`).

    Boxes are counted from the south to the north, column by column: places are sorted by x, and so
    what is worked on together lies together in memory.
    """

    west: float
    south: float
    size: float
    across: int
    up: int
    first: np.ndarray
    items: np.ndarray


def boxes_of(points: np.ndarray, one: np.ndarray, two: np.ndarray, *, pad_m: float) -> Boxes:
    """Lay a grid of boxes over edges.

    Parameters
    ----------
    points
        (p, 2) places in m.
    one, two
        (e,) places at the ends of each edge.
    pad_m
        An edge is in every box that it runs through or passes this close.
    """
    x0, y0, x1, y1 = _extent(points, one, two) if len(one) else (0.0, 0.0, 0.0, 0.0)
    west, south = x0 - pad_m - 1.0, y0 - pad_m - 1.0
    width, height = x1 + pad_m + 1.0 - west, y1 + pad_m + 1.0 - south
    size = float(np.sqrt(width * height / max(len(one), 1)))
    size = max(size, width / 4096, height / 4096)
    across, up = int(width / size) + 1, int(height / size) + 1
    grid = (float(west), float(south), size, across, up)
    first = np.zeros(across * up + 2, NUMBER)
    _fill(points, one, two, grid, pad_m, first, np.empty(0, NUMBER), True)
    np.cumsum(first, dtype=NUMBER, out=first)
    items = np.empty(first[-1], NUMBER)
    _fill(points, one, two, grid, pad_m, first, items, False)
    return Boxes(*grid, first[:-1], items)


def near_edges(
    places: np.ndarray, start: np.ndarray, end: np.ndarray, *, within_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Find all pairs of a place (p, 2) and an edge from `start` to `end` (e, 2) that are near.

    Returns
    -------
    Positions of place and edge, in order of place.
    """
    if len(places) == 0 or len(start) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    ends = np.arange(len(start))
    points = np.concatenate([start, end])
    boxes = boxes_of(points, ends, ends + len(start), pad_m=1.01 * within_m + 1e-6)
    place, edge = _near(places, points, len(start), boxes, within_m)
    order = np.lexsort((edge, place))
    return place[order], edge[order]


def any_along(
    places: np.ndarray,
    way: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    edge_way: np.ndarray,
    *,
    within_m: float,
    least_cosine: float,
) -> np.ndarray:
    """Say which places have an edge near that runs the same way, or the opposite one.

    Parameters
    ----------
    places, way
        (p, 2) places in m and the direction of each, of length 1.
    start, end, edge_way
        (e, 2) ends of edges, and the direction of each, of length 1.
    within_m
        How near an edge has to be.
    least_cosine
        Of the angle between both directions.
    """
    if len(places) == 0 or len(start) == 0:
        return np.zeros(len(places), dtype=bool)
    ends = np.arange(len(start))
    points = np.concatenate([start, end])
    boxes = boxes_of(points, ends, ends + len(start), pad_m=1.01 * within_m + 1e-6)
    return _any_along(places, way, points, len(start), edge_way, boxes, within_m, least_cosine)


@kernel()
def _extent(points, one, two):
    """Bounds of edges."""
    x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
    for edge in range(len(one)):
        for place in (one[edge], two[edge]):
            x0, y0 = min(x0, points[place, 0]), min(y0, points[place, 1])
            x1, y1 = max(x1, points[place, 0]), max(y1, points[place, 1])
    return x0, y0, x1, y1


@kernel()
def _columns(points, a, b, low, high, west, size, across, pad):
    """Range of columns in which an edge runs between two heights."""
    x0, y0, x1, y1 = points[a, 0], points[a, 1], points[b, 0], points[b, 1]
    if y0 > y1:
        x0, y0, x1, y1 = x1, y1, x0, y0
    enter, leave = 0.0, 1.0
    if y1 > y0:
        enter = min(max((low - pad - y0) / (y1 - y0), 0.0), 1.0)
        leave = min(max((high + pad - y0) / (y1 - y0), 0.0), 1.0)
    first, last = x0 + (x1 - x0) * enter, x0 + (x1 - x0) * leave
    if first > last:
        first, last = last, first
    begin = max(int(np.floor((first - pad - west) / size)), 0)
    return begin, min(int(np.floor((last + pad - west) / size)), across - 1)


@kernel()
def _fill(points, one, two, grid, pad, first, items, counting):
    """Count the edges of each box, or sort them in; until then `first` is one box behind."""
    west, south, size, across, up = grid
    for edge in range(len(one)):
        a, b = one[edge], two[edge]
        low, high = min(points[a, 1], points[b, 1]), max(points[a, 1], points[b, 1])
        bottom = max(int(np.floor((low - pad - south) / size)), 0)
        top = min(int(np.floor((high + pad - south) / size)), up - 1)
        for row in range(bottom, top + 1):
            floor = south + row * size
            begin, last = _columns(points, a, b, floor, floor + size, west, size, across, pad)
            for column in range(begin, last + 1):
                box = column * up + row
                if counting:
                    first[box + 2] += 1
                else:
                    items[first[box + 1]] = edge
                    first[box + 1] += 1


@kernel()
def more_room(values):
    """Copy of an array with twice the room."""
    result = np.empty((2 * len(values), *values.shape[1:]), values.dtype)
    result[: len(values)] = values
    return result


@kernel()
def _is_near(x, y, points, item, edges, within):
    """Whether a place is no further than `within` from an edge."""
    ax, ay = points[item, 0], points[item, 1]
    dx, dy = points[edges + item, 0] - ax, points[edges + item, 1] - ay
    length2 = dx * dx + dy * dy
    share = 0.0
    if length2 > 0.0:
        share = min(max(((x - ax) * dx + (y - ay) * dy) / length2, 0.0), 1.0)
    px, py = ax + dx * share - x, ay + dy * share - y
    return px * px + py * py <= within * within


@kernel()
def _box_of(x, y, boxes):
    """Number of the box that a place lies in, -1 outside all of them."""
    column, line = (x - boxes.west) / boxes.size, (y - boxes.south) / boxes.size
    if not (0.0 <= column < boxes.across and 0.0 <= line < boxes.up):
        return -1
    return int(column) * boxes.up + int(line)


@kernel()
def _near(places, points, edges, boxes, within):
    """Pairs of a place and an edge no further apart than `within`."""
    place = np.empty(len(places) + 8, np.int64)
    edge = np.empty(len(places) + 8, np.int64)
    count = 0
    for row in range(len(places)):
        x, y = places[row, 0], places[row, 1]
        box = _box_of(x, y, boxes)
        if box < 0:
            continue
        for at in range(boxes.first[box], boxes.first[box + 1]):
            item = boxes.items[at]
            if _is_near(x, y, points, item, edges, within):
                if count == len(place):
                    place, edge = more_room(place), more_room(edge)
                place[count], edge[count] = row, item
                count += 1
    return place[:count], edge[:count]


@kernel()
def _any_along(places, way, points, edges, edge_way, boxes, within, least):
    """Mark the places near an edge that does not turn from their direction."""
    found = np.zeros(len(places), np.bool_)
    for row in range(len(places)):
        x, y = places[row, 0], places[row, 1]
        box = _box_of(x, y, boxes)
        if box < 0:
            continue
        for at in range(boxes.first[box], boxes.first[box + 1]):
            item = boxes.items[at]
            turn = way[row, 0] * edge_way[item, 0] + way[row, 1] * edge_way[item, 1]
            if abs(turn) >= least and _is_near(x, y, points, item, edges, within):
                found[row] = True
                break
    return found
