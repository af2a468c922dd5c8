"""What the borders of a tiling run along: roads, rivers, tracks, or no line at all."""

from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from boundaries.topology.grid_index import any_along
from boundaries.topology.neighbours import edges_of, match_edges

__all__ = ["BorderPieces", "border_pieces", "first_line_along", "pieces_of_sides"]

# A piece that turns from a line by more than this leads away from it, as a fence does from a road.
_TURN_DEG = 45.0
_STEPS_MOST = 10_000  # pieces of one straight side, whatever the step


class BorderPieces(NamedTuple):
    """Straight pieces of shared borders: ends (p, 2) in m, and the place of each one's pair."""

    start: np.ndarray
    end: np.ndarray
    pair: np.ndarray

    @property
    def length_m(self) -> np.ndarray:
        """(p,) the length of each piece in m."""
        return np.hypot(*(self.end - self.start).T)

    @property
    def lines(self) -> np.ndarray:
        """(p,) the pieces as lines."""
        return shapely.linestrings(np.stack([self.start, self.end], axis=1))


def border_pieces(geometry: gpd.GeoSeries, pairs: np.ndarray, *, step_m: float) -> BorderPieces:
    """Take the shared borders of pairs of polygons apart into short straight pieces.

    Parameters
    ----------
    geometry
        Polygons that tile the ground, in a metric CRS.
    pairs
        (m, 2) positions of neighbours in `geometry`; the order within a pair does not matter.
    step_m
        No piece is longer.

    Returns
    -------
    The pieces, in order of the pairs' borders on the ground; pairs without a shared side have none.
    """
    involved = np.unique(pairs)
    start, end, owner = edges_of(geometry.iloc[involved])
    one, other = match_edges(start, end, owner)
    count = len(involved)
    sides = np.sort(np.column_stack([owner[one], owner[other]]), axis=1)
    wanted = np.sort(np.searchsorted(involved, pairs), axis=1).reshape(-1, 2)
    keys = wanted @ np.array([count, 1])
    order = np.argsort(keys, kind="stable")
    side = sides @ np.array([count, 1])
    at = np.searchsorted(keys[order], side)
    found = at < len(keys)
    found[found] = keys[order][at[found]] == side[found]
    return pieces_of_sides(start[one[found]], end[one[found]], order[at[found]], step_m=step_m)


def pieces_of_sides(
    begin: np.ndarray, finish: np.ndarray, pair: np.ndarray, *, step_m: float
) -> BorderPieces:
    """Take straight sides apart into pieces that are no longer than `step_m`.

    Parameters
    ----------
    begin, finish
        Ends of the sides (s, 2) in m.
    pair
        (s,) what each side belongs to; its pieces belong to the same.
    step_m
        No piece is longer.
    """
    length = np.hypot(*(finish - begin).T)
    steps = np.clip(np.ceil(length / step_m), 1, _STEPS_MOST).astype(np.int64)
    row = np.repeat(np.arange(len(steps)), steps)
    step = np.arange(len(row)) - np.repeat(np.cumsum(steps) - steps, steps)
    way = (finish - begin)[row] / steps[row, None]
    first = begin[row] + way * step[:, None]
    return BorderPieces(first, first + way, pair[row])


def first_line_along(
    pieces: BorderPieces, kinds: Sequence[np.ndarray], *, near_m: float
) -> np.ndarray:
    """Say for each piece which kind of line it runs along; of several the first kind.

    Parameters
    ----------
    pieces
        Pieces of borders, no longer than about `near_m`.
    kinds
        Lines in the same CRS, one array for each kind.
    near_m
        A piece runs along a line when its middle lies within so many metres of it, and it does not
        turn from it by more than 45 degrees.

    Returns
    -------
    (p,) the position of the kind in `kinds`, -1 for none.
    """
    result = np.full(len(pieces.pair), -1)
    middle = (pieces.start + pieces.end) / 2
    way = _unit(pieces.end - pieces.start)
    for number, lines in enumerate(kinds):
        begin, finish = _sides(lines)
        rest = np.flatnonzero(result < 0)
        if len(begin) == 0 or rest.size == 0:
            continue
        along = any_along(
            middle[rest], way[rest], begin, finish, _unit(finish - begin), within_m=near_m,
            least_cosine=float(np.cos(np.radians(_TURN_DEG))),
        )  # fmt: skip
        result[rest[along]] = number
    return result


def _sides(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of every straight side of some lines."""
    points, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    inside = line[1:] == line[:-1]
    return points[:-1][inside], points[1:][inside]


def _unit(way: np.ndarray) -> np.ndarray:
    return way / np.maximum(np.hypot(*way.T), 1e-12)[:, None]
