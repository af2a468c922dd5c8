"""Shapes of a whole town as one run of bytes: whole steps of 1e-7 degree, small ones in few bytes.

All is done on arrays, for a city has a million vertices. `assets/shapes.js` reads it back. Seven
decimals of a degree are a centimetre, as in GeoJSON; a step takes two bytes where text takes ten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer

from gridmap.maps.geometry import STEPS_A_DEGREE, WGS84

__all__ = [
    "NO_LINES",
    "Lines",
    "Rings",
    "borders",
    "bounds_of",
    "lines",
    "one_line",
    "pack",
    "points",
    "rings",
]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Lines:
    """Lines one after the other: their points, and how many points each has."""

    xy: Array  # (n, 2) whole steps
    points: Array  # of each line

    def numbers(self) -> Array:
        """Write the lines as numbers: how many, the points of each, and the steps."""
        return np.concatenate([[len(self.points)], self.points, _steps(self.xy, self.points)])


@dataclass(frozen=True)
class Rings(Lines):
    """Polygons as rings, each without its closing point; which is a hole follows from the rest."""

    rings: Array  # of each polygon

    def numbers(self) -> Array:
        """Write how many polygons there are, the rings of each, and then the rings as lines."""
        return np.concatenate([[len(self.rings)], self.rings, super().numbers()])


NO_LINES = Lines(np.zeros((0, 2), dtype=np.int64), np.zeros(0, dtype=np.int64))


def rings(polygons: Array, crs: Any) -> Rings:
    """Take polygons of a CRS apart into rings in whole steps.

    Points that fall on the one before them are left out, and rings of which less than three remain.
    """
    lines, owner = _lines_of(polygons)
    xy, ring = _whole(shapely.get_coordinates(lines), crs), _line_numbers(lines)
    moved = np.ones(len(xy), dtype=bool)
    moved[1:] = (np.diff(xy, axis=0) != 0).any(axis=1) | (np.diff(ring) != 0)
    xy, ring = xy[moved], ring[moved]
    count = np.bincount(ring, minlength=len(lines))
    kept = count >= 4  # the first point comes again at the end
    closing = np.zeros(len(ring), dtype=bool)
    closing[np.cumsum(count)[count > 0] - 1] = True
    stays = kept[ring] & ~closing
    return Rings(
        xy[stays], count[kept] - 1, rings=np.bincount(owner[kept], minlength=len(polygons))
    )


def _lines_of(polygons: Array) -> tuple[Array, Array]:
    """Take polygons apart into rings; gives what holds the points of each, and whose it is."""
    plain = shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON
    if (plain & (shapely.get_num_interior_rings(polygons) == 0)).all():
        # Each is one ring already, and there is no need to make rings of their own of a city.
        there = np.flatnonzero(~shapely.is_empty(polygons))
        return polygons[there], there
    parts, of_part = shapely.get_parts(polygons, return_index=True)
    lines, of_ring = shapely.get_rings(parts, return_index=True)
    return lines, of_part[of_ring]


def lines(shapes: Array, crs: Any) -> Lines:
    """Take lines or single points of a CRS, each as a line in whole steps."""
    if not len(shapes):
        return NO_LINES
    whole = _whole(shapely.get_coordinates(shapes), crs)
    return Lines(whole, shapely.get_num_coordinates(shapes).astype(np.int64))


def points(places: Array, crs: Any) -> Lines:
    """Take points of a CRS as one line of whole steps."""
    xy = _whole(shapely.get_coordinates(places), crs)
    return Lines(xy, np.array([len(xy)]))


def bounds_of(polygons: Rings) -> Lines:
    """Give the south-west and the north-east of every polygon, in turn."""
    if not len(polygons.xy):
        return Lines(np.zeros((0, 2), dtype=np.int64), np.array([0]))
    first = np.concatenate([[0], np.cumsum(polygons.points)[:-1]])
    ring = np.concatenate([[0], np.cumsum(polygons.rings)[:-1]])
    ring = np.minimum(ring, len(first) - 1)
    low = np.minimum.reduceat(np.minimum.reduceat(polygons.xy, first), ring)
    high = np.maximum.reduceat(np.maximum.reduceat(polygons.xy, first), ring)
    both = np.stack([low, high], axis=1).reshape(-1, 2)
    return Lines(both, np.array([len(both)]))


def one_line(lines: Iterable[Lines]) -> Lines:
    """Put lines end to end."""
    xy = np.concatenate([line.xy for line in lines])
    return Lines(xy, np.array([len(xy)]))


def borders(polygons: Rings) -> Lines:
    """Draw the borders of neighbouring polygons, every shared border only once.

    Drawn ring by ring a shared border would lie twice on the map and dashes would run together.
    """
    xy = polygons.xy
    if not len(xy):
        return NO_LINES
    ring = np.repeat(np.arange(len(polygons.points)), polygons.points)
    last = np.cumsum(polygons.points) - 1
    after = np.arange(1, len(xy) + 1)
    after[last] = last - polygons.points + 1
    # A point fits into one number, and so does an edge between two numbered points.
    _, point = np.unique((xy[:, 0] << 32) + xy[:, 1], return_inverse=True)
    low, high = np.minimum(point, point[after]), np.maximum(point, point[after])
    _, first = np.unique(low * (point.max() + 1) + high, return_index=True)
    kept = np.sort(first)
    # Edges that follow each other in one ring make one line.
    begins = np.ones(len(kept), dtype=bool)
    begins[1:] = (np.diff(kept) != 1) | (np.diff(ring[kept]) != 0)
    line = np.cumsum(begins) - 1
    ends = np.stack([xy[kept], xy[after[kept]]], axis=1).astype(float)
    edges = np.concatenate([np.flatnonzero(begins), [len(kept)]])
    runs = np.concatenate([ends[:, 0], ends[edges[1:] - 1, 1]])
    order = np.argsort(np.concatenate([line, np.arange(len(edges) - 1)]), kind="stable")
    drawn = shapely.linestrings(
        runs[order], indices=np.sort(np.concatenate([line, np.arange(len(edges) - 1)]))
    )
    merged = shapely.get_parts(
        shapely.normalize(shapely.line_merge(shapely.multilinestrings(drawn)))
    )
    whole = np.rint(shapely.get_coordinates(merged)).astype(np.int64)
    return Lines(whole, np.bincount(_line_numbers(merged), minlength=len(merged)))


def pack(parts: Iterable[Lines]) -> bytes:
    """Write shapes one after the other: 7 bits a byte, the sign in the lowest bit."""
    numbers = np.concatenate([part.numbers() for part in parts]).astype(np.int64)
    plain = ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)
    length = np.ones(len(plain), dtype=np.int64)
    for bits in range(7, 64, 7):
        length += plain >= np.uint64(1 << bits)
    start = np.cumsum(length) - length
    packed = np.empty(int(length.sum()), dtype=np.uint8)
    for place in range(int(length.max(initial=0))):
        here = np.flatnonzero(length > place)
        more = (length[here] > place + 1).astype(np.uint64) << np.uint64(7)
        packed[start[here] + place] = (
            (plain[here] >> np.uint64(7 * place)) & np.uint64(127)
        ) | more
    return packed.tobytes()


def _whole(coordinates: Array, crs: Any) -> Array:
    """Bring coordinates to degrees and to whole steps."""
    x, y = _turn(CRS.from_user_input(crs).to_wkt()).transform(coordinates[:, 0], coordinates[:, 1])
    return np.rint(np.column_stack([x, y]) * STEPS_A_DEGREE).astype(np.int64)


@cache
def _turn(crs: str) -> Transformer:
    return Transformer.from_crs(crs, WGS84, always_xy=True)


def _line_numbers(lines: Array) -> Array:
    return np.repeat(np.arange(len(lines)), shapely.get_num_coordinates(lines))


def _steps(xy: Array, count: Array) -> Array:
    """Steps from point to point; the first of a line counts from the first of the one before."""
    if not len(xy):
        return np.zeros(0, dtype=np.int64)
    steps = np.diff(xy, axis=0, prepend=0)
    first = (np.cumsum(count) - count)[count > 0]
    steps[first] = np.diff(xy[first], axis=0, prepend=0)
    return steps.ravel()
