"""Who borders whom: neighbours of a tiling, found by hashing the edges they share exactly.

In a tiling two neighbours hold the same vertices along their border, so an edge that occurs in two
polygons is border between them. That needs no geometric intersection, but it is silent on dirty
data: check the tiling first (`shapely.coverage_is_valid`).
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.topology.places import place_hash
from boundaries.topology.rings import Drawn
from layers.contract.kernel import kernel
from layers.contract.unchanged import while_unchanged

__all__ = [
    "around",
    "edges_of",
    "known_neighbours",
    "match_edges",
    "match_places",
    "neighbours",
    "open_m",
    "unshared_edges",
]

_POLYGON = 3  # as GEOS numbers the kinds of shapes
_EMPTY = -1  # mark of an empty place in the table of edges
_PAIRED = -2  # mark of an edge that has found its other side


def neighbours(geometry: gpd.GeoSeries, *, of: np.ndarray | None = None) -> pd.DataFrame:
    """Find the pairs of polygons that share a border, and its length.

    Parameters
    ----------
    geometry
        Polygons or multipolygons that tile the ground, in a metric CRS.
    of
        (n,) mask: only pairs with one of these; where they are few, little else is looked at.

    Returns
    -------
    One row per pair: `left` < `right`, positions (not index labels) in `geometry`, and `border_m`,
    the length of the shared border in m. Ordered by left, right. Polygons that touch in points
    only are not neighbours.
    """
    if of is not None:
        rows = around(geometry.to_numpy(), of)
        pairs = neighbours(geometry.iloc[rows])
        pairs["left"], pairs["right"] = rows[pairs["left"]], rows[pairs["right"]]
        return pairs[of[pairs["left"]] | of[pairs["right"]]].reset_index(drop=True)
    start, end, owner = edges_of(geometry)
    first, second = match_edges(start, end, owner)
    length = np.hypot(*(end[first] - start[first]).T)
    left = np.minimum(owner[first], owner[second])
    right = np.maximum(owner[first], owner[second])
    count = len(geometry)
    key = left * count + right
    pair, where = np.unique(key, return_inverse=True)
    return pd.DataFrame(
        {
            "left": pair // max(count, 1),
            "right": pair % max(count, 1),
            "border_m": np.bincount(where, weights=length, minlength=len(pair)),
        }
    )


@while_unchanged
def known_neighbours(geometry: gpd.GeoSeries) -> pd.DataFrame:
    """Answer `neighbours` for the ground of a plan: labels on patches change, the ground does not.

    The answer is kept with the shapes it was found for, so this is not for pieces on the way.
    """
    return neighbours(geometry)


def around(shapes: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Give the positions of the chosen shapes (a mask) and of all whose bounds meet theirs."""
    near = chosen.copy()
    near[shapely.STRtree(shapes[chosen]).query(shapes)[0]] = True
    return np.flatnonzero(near)


def edges_of(geometry: gpd.GeoSeries) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List every edge of every ring: start (e, 2), end (e, 2) and position of its polygon (e,)."""
    shapes = geometry.to_numpy()
    # One ring is the rule and needs no ring objects; making those is most of the time otherwise.
    single = (shapely.get_type_id(shapes) == _POLYGON) & (
        shapely.get_num_interior_rings(shapes) == 0
    )
    plain, other = np.flatnonzero(single), np.flatnonzero(~single)
    parts, of_part = shapely.get_parts(shapes[other], return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    points = np.concatenate(
        [shapely.get_coordinates(shapes[plain]), shapely.get_coordinates(rings)]
    )
    sizes = np.concatenate(
        [shapely.get_num_coordinates(shapes[plain]), shapely.get_num_coordinates(rings)]
    )
    owner = np.repeat(np.concatenate([plain, other[of_part[of_ring]]]), sizes)
    inside = np.ones(len(points), dtype=bool)
    inside[np.cumsum(sizes)[sizes > 0] - 1] = False  # no edge starts at the end of a ring
    inside[:-1] &= (points[1:, 0] != points[:-1, 0]) | (points[1:, 1] != points[:-1, 1])
    at = np.flatnonzero(inside)
    return points[at], points[at + 1], owner[at].astype(np.int64)


def match_edges(
    start: np.ndarray, end: np.ndarray, owner: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pair the edges that two polygons share exactly: positions of both edges of each pair.

    Parts of one polygon that share an edge are no pair.
    """
    # + 0.0 turns -0.0 into 0.0; equal places then have equal bits.
    first, second = _match((start + 0.0).view(np.int64), (end + 0.0).view(np.int64))
    other = owner[first] != owner[second]
    return first[other], second[other]


def open_m(drawn: Drawn, group: np.ndarray, groups: int) -> np.ndarray:
    """Length in m of the edges that no other polygon shares, by group of polygons.

    Parameters
    ----------
    drawn
        Polygons of a tiling, taken apart (`boundaries.topology.rings.rings_of`).
    group
        (n,) number of the group of each polygon, below `groups`.
    """
    owner, length = drawn.part_owner[drawn.ring_part], np.zeros(groups)
    points = np.ascontiguousarray(drawn.points + 0.0)  # equal places then have equal bits
    _open(points, points.view(np.int64), drawn.ring, owner, group, length)
    return length


def unshared_edges(drawn: Drawn) -> tuple[np.ndarray, np.ndarray]:
    """Find the edges that no other polygon has on its other side: their ends (e, 2) and (e, 2).

    Parameters
    ----------
    drawn
        Sound polygons, taken apart (`boundaries.topology.rings.rings_of`).
    """
    rings = len(drawn.ring_part)
    owner = drawn.part_owner[drawn.ring_part]
    shell = np.r_[True, drawn.ring_part[1:] != drawn.ring_part[:-1]][:rings]
    points = np.ascontiguousarray(drawn.points + 0.0)  # equal places then have equal bits
    begin = np.searchsorted(drawn.ring, np.arange(rings + 1))
    at = np.flatnonzero(_unshared(points, points.view(np.int64), drawn.ring, begin, owner, shell))
    return points[at], points[at + 1]


def match_places(
    start: np.ndarray, end: np.ndarray, owner: np.ndarray, places: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pair edges as `match_edges` does; their ends are numbers of distinct places."""
    first, second = _match_numbered(np.minimum(start, end), np.maximum(start, end), places)
    other = owner[first] != owner[second]
    return first[other], second[other]


@kernel()
def _open(points, bits, ring, owner, group, length):
    """Add up the edges without a partner; edges of one polygon are no partners of each other."""
    size = 16
    while size < 2 * len(ring):
        size *= 2
    table = np.full(size, _EMPTY, np.int32)
    alone = np.zeros(len(ring), np.bool_)
    for edge in range(len(ring) - 1):
        ax, ay, bx, by = bits[edge, 0], bits[edge, 1], bits[edge + 1, 0], bits[edge + 1, 1]
        if ring[edge] != ring[edge + 1] or (ax == bx and ay == by):
            continue
        alone[edge] = True
        key = place_hash(ax, ay) + place_hash(bx, by)
        slot = (key ^ (key >> 21)) & (size - 1)
        while table[slot] != _EMPTY:
            other = table[slot]
            if other != _PAIRED:
                cx, cy, dx, dy = (
                    bits[other, 0], bits[other, 1], bits[other + 1, 0], bits[other + 1, 1]
                )  # fmt: skip
                if (ax == dx and ay == dy and bx == cx and by == cy) or (
                    ax == cx and ay == cy and bx == dx and by == dy
                ):
                    if owner[ring[edge]] != owner[ring[other]]:
                        alone[edge] = alone[other] = False
                    table[slot] = _PAIRED
                    break
            slot = (slot + 1) & (size - 1)
        if table[slot] == _EMPTY:
            table[slot] = edge
    for edge in range(len(ring)):
        if alone[edge]:
            dx, dy = points[edge + 1, 0] - points[edge, 0], points[edge + 1, 1] - points[edge, 1]
            length[group[owner[ring[edge]]]] += np.sqrt(dx * dx + dy * dy)


@kernel()
def _on_left(points, begin, shell):
    """Say of each ring whether its polygon lies to the left of its edges."""
    left = np.zeros(len(shell), np.bool_)
    for ring in range(len(shell)):
        x, y, twice = points[begin[ring], 0], points[begin[ring], 1], 0.0
        for at in range(begin[ring], begin[ring + 1] - 1):
            twice += (points[at, 0] - x) * (points[at + 1, 1] - y)
            twice -= (points[at + 1, 0] - x) * (points[at, 1] - y)
        left[ring] = (twice > 0.0) == shell[ring]
    return left


@kernel()
def _unshared(points, bits, ring, begin, owner, shell):
    """Mark the edges without a partner that has another polygon on the other side."""
    left = _on_left(points, begin, shell)
    size = 16
    while size < 2 * len(ring):
        size *= 2
    table = np.full(size, _EMPTY, np.int32)
    alone = np.zeros(len(ring), np.bool_)
    for edge in range(len(ring) - 1):
        ax, ay, bx, by = bits[edge, 0], bits[edge, 1], bits[edge + 1, 0], bits[edge + 1, 1]
        if ring[edge] != ring[edge + 1] or (ax == bx and ay == by):
            continue
        alone[edge] = True
        key = place_hash(ax, ay) + place_hash(bx, by)
        slot = (key ^ (key >> 21)) & (size - 1)
        while table[slot] != _EMPTY:
            other = table[slot]
            if other != _PAIRED:
                cx, cy, dx, dy = (
                    bits[other, 0], bits[other, 1], bits[other + 1, 0], bits[other + 1, 1]
                )  # fmt: skip
                back = ax == dx and ay == dy and bx == cx and by == cy
                if back or (ax == cx and ay == cy and bx == dx and by == dy):
                    opposite = back == (left[ring[edge]] == left[ring[other]])
                    if opposite and owner[ring[edge]] != owner[ring[other]]:
                        alone[edge] = alone[other] = False
                    table[slot] = _PAIRED
                    break
            slot = (slot + 1) & (size - 1)
        if table[slot] == _EMPTY:
            table[slot] = edge
    return alone


@kernel()
def _match_numbered(low, high, places):
    """Pair equal edges, listed by their lower place; returns the positions of both edges."""
    newest = np.full(places, _EMPTY, np.int64)  # edge without a partner at each lower place
    older = np.empty(len(low), np.int64)
    first = np.empty(len(low) // 2, np.int64)
    second = np.empty(len(low) // 2, np.int64)
    found = 0
    for edge in range(len(low)):
        here = low[edge]
        later, other = _EMPTY, newest[here]
        while other != _EMPTY and high[other] != high[edge]:
            later, other = other, older[other]
        if other == _EMPTY:
            older[edge] = newest[here]
            newest[here] = edge
            continue
        if later == _EMPTY:
            newest[here] = older[other]
        else:
            older[later] = older[other]
        first[found], second[found] = other, edge
        found += 1
    return first[:found], second[:found]


@kernel()
def _match(start, end):
    """Pair equal edges in an open-addressing table; returns the positions of both edges.

    An edge and its reverse are equal: the hash is a sum over both ends.
    """
    count = len(start)
    size = 16
    while size < 2 * count:
        size *= 2
    table = np.full(size, _EMPTY, np.int64)
    first = np.empty(count, np.int64)
    second = np.empty(count, np.int64)
    found = 0
    for edge in range(count):
        key = place_hash(start[edge, 0], start[edge, 1]) + place_hash(end[edge, 0], end[edge, 1])
        slot = (key ^ (key >> 21)) & (size - 1)
        while True:
            other = table[slot]
            if other == _EMPTY:
                table[slot] = edge
                break
            if other != _PAIRED and (
                (
                    start[other, 0] == end[edge, 0]
                    and start[other, 1] == end[edge, 1]
                    and end[other, 0] == start[edge, 0]
                    and end[other, 1] == start[edge, 1]
                )
                or (
                    start[other, 0] == start[edge, 0]
                    and start[other, 1] == start[edge, 1]
                    and end[other, 0] == end[edge, 0]
                    and end[other, 1] == end[edge, 1]
                )
            ):
                first[found] = other
                second[found] = edge
                found += 1
                table[slot] = _PAIRED
                break
            slot = (slot + 1) & (size - 1)
    return first[:found], second[:found]
