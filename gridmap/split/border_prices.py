"""What borders between micro-grids run along, and what the engine is to pay for a metre of each.

An official draws a border where people see one: along a road, a river, a track. The engine keeps
borders short; with a lower price for such metres it keeps to them, and it still knows no geometry.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.topology.border_lines import BorderPieces, border_pieces, first_line_along
from gridmap.rules import Rules

__all__ = ["BORDER_KINDS", "VISIBLE", "Lines", "kinds_of_pieces", "priced_borders", "visible_lines"]

VISIBLE = ("road", "river", "track")
"""Kinds of lines that people see on the ground; a border near several counts to the first."""

BORDER_KINDS = (*VISIBLE, "parcel", "nothing")
"""What a border can run along: a line, a line of the given layers, or where ground was cut."""

_TRACKS = ("track", "path")
_STEP_M = 20.0  # borders are looked at in pieces of this length, or of what counts as near
_LEAST_STEP_M = 1.0
_MOST = 0.5  # share of a border along a banned line from which the border follows it


@dataclass(frozen=True)
class Lines:
    """Lines by kind, as arrays of geometry in the work CRS; `banned` ones are also roads."""

    road: np.ndarray
    river: np.ndarray
    track: np.ndarray
    banned: np.ndarray

    @property
    def visible(self) -> list[np.ndarray]:
        """Lines that people see, in the order of `VISIBLE`."""
        return [self.road, self.river, self.track]


def visible_lines(
    roads: gpd.GeoDataFrame, context: gpd.GeoDataFrame, *, banned: Sequence[str] = ()
) -> Lines:
    """Sort the lines of a town by what a border along them counts as.

    Parameters
    ----------
    roads
        Centre lines, with a road class in `class` where it is known.
    context
        CONTEXT: of kind road, rail and water; the shores of water polygons count as lines. A
        railway is as visible as a road and counts as one.
    banned
        Road classes that no border follows.
    """
    tables = [roads.assign(kind="road"), context]
    shapes = [shapely.get_parts(_outlines(one.geometry.to_numpy())) for one in tables]
    parts = [shapely.get_num_geometries(_outlines(one.geometry.to_numpy())) for one in tables]
    kind, road_class = (
        np.concatenate([_column(one, key).repeat(n) for one, n in zip(tables, parts, strict=True)])
        for key in ("kind", "class")
    )
    lines = np.concatenate(shapes)
    is_line = shapely.get_dimensions(lines) == 1
    is_road = is_line & np.isin(kind, ("road", "rail"))
    is_track = is_road & np.isin(road_class, _TRACKS)
    return Lines(
        road=lines[is_road & ~is_track],
        river=lines[is_line & (kind == "water")],
        track=lines[is_track],
        banned=lines[is_road & np.isin(road_class, list(banned))],
    )


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
    feature = patches["layer"].astype(str) + "\n" + patches["record"].astype(str)
    one, two = pd.factorize(feature)[0][pairs].T
    parcel = BORDER_KINDS.index("parcel")
    return np.where(along >= 0, along, np.where(one == two, parcel + 1, parcel)[pieces.pair])


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
    step = max(min(borders.near_m, _STEP_M), _LEAST_STEP_M)
    pieces = border_pieces(patches.geometry, pairs, step_m=step)
    length = pieces.length_m
    if len(known.banned):
        on = first_line_along(pieces, [known.banned], near_m=borders.near_m) == 0
        along = np.bincount(pieces.pair[on], weights=length[on], minlength=len(pairs))
        follows = along > _MOST * border_m
    if (price == 1.0).all():
        return border_m, follows
    kind = kinds_of_pieces(pieces, patches, pairs, known, borders.near_m)
    return np.bincount(pieces.pair, weights=length * price[kind], minlength=len(pairs)), follows


def _outlines(shapes: np.ndarray) -> np.ndarray:
    """Lines as they are, polygons as their outline."""
    return np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)


def _column(table: gpd.GeoDataFrame, name: str) -> np.ndarray:
    if name not in table:
        return np.full(len(table), "", dtype=object)
    return table[name].to_numpy(dtype=object)
