"""Pieces that should tile the ground, made to do so exactly.

Cutting and sealing leave neighbours with the same vertices, and in nearly all cases that is a
tiling. Where hairs cross all the same, the pieces are laid over each other once more, inside the
ground that they were cut from: noded borders cannot cross, and no ground is in two pieces.
"""

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.overlay.lattice import settled
from boundaries.overlay.planar_overlay import planar_overlay
from boundaries.overlay.precedence import sound_area
from boundaries.topology.absorb import absorb
from boundaries.topology.dissolve import dissolve, join_shapes
from boundaries.topology.neighbours import neighbours, open_m
from boundaries.topology.rings import rings_of

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
    home, codes = pd.factorize(before["parent_code"], sort=True)
    grid = pd.Index(codes).get_indexer(pd.Index(pieces["parent_code"]))
    nothing = np.zeros(len(codes), dtype=bool)
    given = _measured(before.geometry, home, len(codes))
    wrong = _at_fault(pieces.geometry, grid, given, known=nothing)
    if not wrong.any():
        return pieces
    # The grids at fault alone, and all where these then no longer fit the grids around them.
    for again in (wrong, np.ones_like(wrong)):
        shapes = _laid_again(pieces.geometry, grid, again, before[again[home]])
        if shapes is None:
            continue
        if again.all() or not _at_fault(shapes, grid, given, known=~again).any():
            return pieces.set_geometry(shapes)
    return pieces  # the checks of the plan say so


class _Measured(NamedTuple):
    """Area of every grid in m2, and the length in m of its edges that no other polygon shares."""

    area_m2: np.ndarray
    open_m: np.ndarray


def _measured(shapes: gpd.GeoSeries, grid: np.ndarray, grids: int) -> _Measured:
    """Measure polygons grid by grid."""
    given = shapes.to_numpy()
    return _Measured(
        np.bincount(grid, weights=shapely.area(given), minlength=grids),
        open_m(rings_of(given), grid, grids),
    )


def _at_fault(
    shapes: gpd.GeoSeries, grid: np.ndarray, given: _Measured, *, known: np.ndarray
) -> np.ndarray:
    """Mask of the grids that their pieces do not tile; `known` of them have sound pieces.

    Sound pieces of the right area that share every edge but those of the outline make a tiling,
    which is found in a fraction of the time that the geometry library takes to look for crossings.
    """
    found = _measured(shapes, grid, len(given.area_m2))
    lost = np.abs(found.area_m2 - given.area_m2) > _SHARE * (given.area_m2 + given.area_m2.sum())
    wrong = lost | (np.abs(found.open_m - given.open_m) > _OPEN_M)
    rows = np.flatnonzero(~(wrong | known)[grid])
    wrong[grid[rows[~shapely.is_valid(shapes.to_numpy()[rows])]]] = True
    return wrong


def _laid_again(
    pieces: gpd.GeoSeries, grid: np.ndarray, again: np.ndarray, before: gpd.GeoDataFrame
) -> gpd.GeoSeries | None:
    """Lay the pieces of the grids marked in `again` over each other, inside the ground `before`."""
    result = pieces.to_numpy().copy()
    rows = np.flatnonzero(again[grid] & ~shapely.is_empty(result))
    shapes = sound_area(result[rows])
    ground = dissolve(before.geometry, before["parent_code"])
    laid = planar_overlay(shapes, ground.to_numpy())
    if laid is None:
        return None
    owner = _owners(laid.pieces, laid.source, laid.parent, (np.cumsum(again) - 1)[grid[rows]])
    result[rows] = shapely.Polygon()
    order = np.argsort(owner, kind="stable")[np.count_nonzero(owner < 0) :]
    found, first, size = np.unique(owner[order], return_index=True, return_counts=True)
    result[rows[found]] = laid.pieces[order[first]]
    for at in np.flatnonzero(size > 1).tolist():
        faces = laid.pieces[order[first[at] : first[at] + size[at]]]
        result[rows[found[at]]] = join_shapes(faces)
    result[rows] = settled(result[rows])
    return gpd.GeoSeries(result, index=pieces.index, crs=pieces.crs)


def _owners(
    faces: np.ndarray, source: np.ndarray, grid: np.ndarray, home: np.ndarray
) -> np.ndarray:
    """Piece of every face; a face of none in its own grid (`home`) goes to one beside it."""
    lost = (source < 0) | (home[source] != grid)
    if not lost.any():
        return source
    pairs = neighbours(gpd.GeoSeries(faces))
    one, two = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    same = (grid[one] == grid[two]) & (lost[one] | lost[two])
    into = absorb(
        shapely.area(faces),
        np.where(lost, np.inf, 0.0),
        np.column_stack([one, two])[same],
        pairs["border_m"].to_numpy()[same],
    )
    return np.where(lost[into], -1, source[into])
