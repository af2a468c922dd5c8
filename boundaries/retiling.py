"""Pieces that should tile the ground, made to do so exactly.

Cutting and sealing leave neighbours with the same vertices, and in nearly all cases that is a
tiling. Where hairs cross all the same, the pieces are laid over each other once more, inside the
ground that they were cut from: noded borders cannot cross, and no ground is in two pieces.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.absorb import absorb
from boundaries.arrangement import lay_over
from boundaries.dissolve import dissolve, join_shapes
from boundaries.lattice import settled
from boundaries.neighbours import edges_of, match_edges, neighbours
from boundaries.overlay import only_area

__all__ = ["exact"]

_OPEN_M = 1e-6  # what adding up lengths may lose
_SHARE = 1e-12  # of the ground: what adding up areas may lose


def exact(pieces: gpd.GeoDataFrame, before: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make pieces an exact tiling, if they are none.

    Parameters
    ----------
    pieces
        Polygons with `parent_code`, in a metric CRS; some may be empty.
    before
        The exact tiling with `parent_code` that they were cut from.

    Returns
    -------
    The pieces; rows keep their place. One that has no ground of its own is empty, and ground that
    is in none is with the piece it borders on most.
    """
    shapes = pieces.geometry.to_numpy()
    whole = np.flatnonzero(~shapely.is_empty(shapes))
    if _same_ground(pieces, before) and _all_shared(pieces, before):
        return pieces
    grids = dissolve(before.geometry, before["parent_code"])
    given = only_area(shapely.make_valid(shapes[whole]))
    laid = lay_over(given, grids.to_numpy())
    if laid is None:
        return pieces  # the checks of the plan say so
    parent = pd.Index(grids.index).get_indexer(pieces["parent_code"].to_numpy()[whole])
    owner = _owners(laid.pieces, laid.source, laid.parent, parent)
    result = np.full(len(shapes), shapely.Polygon(), dtype=object)
    for row in np.unique(owner[owner >= 0]):
        result[whole[row]] = join_shapes(laid.pieces[owner == row])
    return pieces.set_geometry(settled(result), crs=pieces.crs)


def _same_ground(pieces: gpd.GeoDataFrame, before: gpd.GeoDataFrame) -> bool:
    """Whether pieces have the area of what they were cut from, grid by grid."""
    one, two = (frame.area.groupby(frame["parent_code"]).sum() for frame in (pieces, before))
    return bool(((one - two).abs() <= _SHARE * (two + before.area.sum())).all())


def _all_shared(pieces: gpd.GeoDataFrame, before: gpd.GeoDataFrame) -> bool:
    """Whether sound pieces share every edge but those of the outline, which `before` has too.

    With the same area that makes a tiling, and is found in a fraction of the time that the
    geometry library takes to look for crossings.
    """
    sound = shapely.is_valid(pieces.geometry.to_numpy()).all()
    one, two = (_open_m(frame.geometry) for frame in (pieces, before))
    return bool(sound and abs(one - two) <= _OPEN_M)


def _open_m(geometry: gpd.GeoSeries) -> float:
    """Length of the edges that no other polygon shares."""
    start, end, owner = edges_of(geometry)
    alone = np.ones(len(start), dtype=bool)
    for found in match_edges(start, end, owner):
        alone[found] = False
    return float(np.hypot(*(end - start)[alone].T).sum())


def _owners(
    faces: np.ndarray, source: np.ndarray, grid: np.ndarray, home: np.ndarray
) -> np.ndarray:
    """Piece of every face; a face of none in its own grid (`home`) goes to one beside it."""
    lost = (source < 0) | (home[source] != grid)
    if not lost.any():
        return source
    pairs = neighbours(gpd.GeoSeries(faces))
    one, two = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    same = grid[one] == grid[two]
    into = absorb(
        shapely.area(faces),
        np.where(lost, np.inf, 0.0),
        np.column_stack([one, two])[same],
        pairs["border_m"].to_numpy()[same],
    )
    return np.where(lost[into], -1, source[into])
