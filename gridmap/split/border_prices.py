"""What borders between micro-grids run along, and what the engine is to pay for a metre of each.

An official draws a border where people see one: along a road, a river, a track. The engine keeps
borders short; with a lower price for such metres it keeps to them, and it still knows no geometry.
"""

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.topology.border_lines import BorderPieces, border_pieces, first_line_along
from gridmap.rules import Rules
from gridmap.town.visible_lines import VISIBLE, Lines

__all__ = ["BORDER_KINDS", "border_metres", "kinds_of_pieces", "priced_borders"]

BORDER_KINDS = (*VISIBLE, "parcel", "nothing")
"""What a border can run along: a line, a line of the given layers, or where ground was cut."""

_STEP_M = 20.0  # borders are looked at in pieces of this length, or of what counts as near
_LEAST_STEP_M = 1.0
_MOST = 0.5  # share of a border along a banned line from which the border follows it


def kinds_of_pieces(
    pieces: BorderPieces, patches: gpd.GeoDataFrame, pairs: np.ndarray, lines: Lines, near_m: float
) -> np.ndarray:
    """Say what each piece of a border between patches runs along: a position in `BORDER_KINDS`.

    Parameters
    ----------
    pieces
        Borders of the pairs.
    patches
        With `layer` and `record`: two pieces of one record were cut by us.
    pairs
        (m, 2) positions of patches.
    lines, near_m
        Visible lines, and how near one has to be in m.
    """
    along = first_line_along(pieces, lines.visible, near_m=near_m)
    same = np.ones(len(pairs), dtype=bool)
    for name in ("layer", "record"):
        one, two = pd.factorize(patches[name].astype(str))[0][pairs].T
        same &= one == two
    parcel = BORDER_KINDS.index("parcel")
    return np.where(along >= 0, along, np.where(same, parcel + 1, parcel)[pieces.pair])


def border_metres(
    patches: gpd.GeoDataFrame, pairs: np.ndarray, *, near_m: float, lines: Lines
) -> np.ndarray:
    """Measure the borders of pairs of patches by what they run along, before any price.

    Parameters
    ----------
    patches, pairs
        As in `priced_borders`.
    near_m, lines
        How near a visible line has to be in m, and those lines.

    Returns
    -------
    (m, 5) metres of each pair's border, a column for each of `BORDER_KINDS`.
    """
    pieces = border_pieces(patches.geometry, pairs, step_m=_step(near_m))
    kind = kinds_of_pieces(pieces, patches, pairs, lines, near_m)
    kinds = len(BORDER_KINDS)
    place = pieces.pair * kinds + kind
    flat = np.bincount(place, weights=pieces.length_m, minlength=len(pairs) * kinds)
    return flat.reshape(len(pairs), kinds)


def priced_borders(
    patches: gpd.GeoDataFrame,
    pairs: np.ndarray,
    border_m: np.ndarray,
    *,
    rules: Rules,
    lines: Lines | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Weigh the borders of pairs of patches by what they run along.

    Parameters
    ----------
    patches
        The tiling.
    pairs, border_m
        (m, 2) positions of neighbours and (m,) their shared border in m, 0 for a link.
    rules
        Prices, and what counts as near.
    lines
        Visible lines of the town; none: only parcel lines and cuts are told apart.

    Returns
    -------
    (m,) the border in m times its price, which is the border itself where all prices are 1; and
    (m,) whether most of it follows a banned line.
    """
    borders = rules.borders
    price = np.array([getattr(borders, kind) for kind in BORDER_KINDS])
    known = lines or Lines(*(np.empty(0, dtype=object) for _ in range(4)))
    follows = np.zeros(len(pairs), dtype=bool)
    if ((price == 1.0).all() and not len(known.banned)) or not len(pairs):
        return border_m, follows
    pieces = border_pieces(patches.geometry, pairs, step_m=_step(borders.near_m))
    length = pieces.length_m
    if len(known.banned):
        on = first_line_along(pieces, [known.banned], near_m=borders.near_m) == 0
        along = np.bincount(pieces.pair[on], weights=length[on], minlength=len(pairs))
        follows = along > _MOST * border_m
    if (price == 1.0).all():
        return border_m, follows
    kind = kinds_of_pieces(pieces, patches, pairs, known, borders.near_m)
    return np.bincount(pieces.pair, weights=length * price[kind], minlength=len(pairs)), follows


def _step(near_m: float) -> float:
    return max(min(near_m, _STEP_M), _LEAST_STEP_M)
