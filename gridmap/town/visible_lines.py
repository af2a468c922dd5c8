"""Lines that people see on the ground, and that borders may follow: roads, rivers, tracks."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

__all__ = ["VISIBLE", "Lines", "visible_lines"]

VISIBLE = ("road", "river", "track")
"""Kinds of lines that people see on the ground; a border near several counts to the first."""

_TRACKS = ("track", "path")


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


def _outlines(shapes: np.ndarray) -> np.ndarray:
    """Lines as they are, polygons as their outline."""
    return np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)


def _column(table: gpd.GeoDataFrame, name: str) -> np.ndarray:
    if name not in table:
        return np.full(len(table), "", dtype=object)
    return table[name].to_numpy(dtype=object)
