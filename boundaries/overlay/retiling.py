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
from boundaries.topology.neighbours import around, neighbours, open_m
from boundaries.topology.rings import rings_of
from boundaries.topology.same_shapes import new_shapes

__all__ = ["exact"]

_OPEN_M = 1e-6  # what adding up lengths may lose
_SHARE = 1e-12  # of the ground: what adding up areas may lose


def exact(
    pieces: gpd.GeoDataFrame, before: gpd.GeoDataFrame, *, is_sound: bool = True
) -> gpd.GeoDataFrame:
    """Make pieces an exact tiling, if they are none.

    Parameters
    ----------
    pieces
        Polygons with `parent_code`, in a metric CRS; some may be empty.
    before
        The exact tiling with `parent_code` that they were cut from. What is the same object in both
        is not looked at again.
    is_sound
        Whether all polygons of `before` are known to be valid; otherwise these are looked at too.

    Returns
    -------
    The pieces; rows keep their place. One that has no ground of its own is empty, and ground that
    is in none is with the piece it borders on most.
    """
    home, codes = pd.factorize(before["parent_code"], sort=True)
    grid = pd.Index(codes).get_indexer(pd.Index(pieces["parent_code"]))
    old, shapes = before.geometry.to_numpy(), pieces.geometry.to_numpy()
    area_m2 = np.bincount(home, weights=shapely.area(old), minlength=len(codes))
    change = _changed(old, home, shapes, grid, len(codes))
    asked = change.new if is_sound else np.ones(len(shapes), dtype=bool)
    wrong = _at_fault(shapes, grid, area_m2, change, asked)
    if not wrong.any():
        return pieces
    # The grids at fault alone, and all where these then no longer fit the grids around them.
    for again in (wrong, np.ones_like(wrong)):
        laid = _laid_again(pieces.geometry, grid, again, before[again[home]])
        if laid is None:
            continue
        if again.all():
            return pieces.set_geometry(laid)
        then = _changed(shapes, grid, laid.to_numpy(), grid, len(codes))
        both = _Change(change.area_m2 + then.area_m2, change.open_m + then.open_m, then.new)
        if not _at_fault(laid.to_numpy(), grid, area_m2, both, again[grid]).any():
            return pieces.set_geometry(laid)
    return pieces  # the checks of the plan say so


class _Change(NamedTuple):
    """What every grid has more than before, in area and in edges that no other polygon shares.

    `new` (n,) says which shapes were not there before.
    """

    area_m2: np.ndarray
    open_m: np.ndarray
    new: np.ndarray


def _changed(
    old: np.ndarray, home: np.ndarray, shapes: np.ndarray, grid: np.ndarray, grids: int
) -> _Change:
    """Compare shapes in grids with the `old` ones that were at `home` in the same grids.

    Only what is new or gone is measured, together with what lies around it.
    """
    new, gone = new_shapes(shapes, old), new_shapes(old, shapes)
    area_m2 = np.zeros(grids)  # counted, it would be whole numbers where nothing is new
    area_m2 += np.bincount(grid[new], weights=shapely.area(shapes[new]), minlength=grids)
    area_m2 -= np.bincount(home[gone], weights=shapely.area(old[gone]), minlength=grids)
    near = np.arange(len(shapes))
    if 2 * np.count_nonzero(new) < len(shapes):
        chosen = np.r_[new, np.ones(np.count_nonzero(gone), dtype=bool)]
        near = around(np.r_[shapes, old[gone]], chosen)
        near = near[near < len(shapes)]
    kept = near[~new[near]]
    had = open_m(rings_of(np.r_[old[gone], shapes[kept]]), np.r_[home[gone], grid[kept]], grids)
    has = open_m(rings_of(shapes[near]), grid[near], grids)
    return _Change(area_m2, has - had, new)


def _at_fault(
    shapes: np.ndarray, grid: np.ndarray, area_m2: np.ndarray, change: _Change, asked: np.ndarray
) -> np.ndarray:
    """Mask of the grids, of this area before, that their pieces do not tile.

    Sound pieces of the right area that share every edge but those of the outline make a tiling,
    which is found in a fraction of the time that the geometry library takes to look for crossings.
    Whether they are sound is looked at where `asked` (n,).
    """
    lost = np.abs(change.area_m2) > _SHARE * (area_m2 + area_m2.sum())
    wrong: np.ndarray = lost | (np.abs(change.open_m) > _OPEN_M)
    rows = np.flatnonzero(asked & ~wrong[grid])
    wrong[grid[rows[~shapely.is_valid(shapes[rows])]]] = True
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
    pairs = neighbours(gpd.GeoSeries(faces), of=lost)
    one, two = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    same = (grid[one] == grid[two]) & (lost[one] | lost[two])
    into = absorb(
        shapely.area(faces),
        np.where(lost, np.inf, 0.0),
        np.column_stack([one, two])[same],
        pairs["border_m"].to_numpy()[same],
    )
    return np.where(lost[into], -1, source[into])
