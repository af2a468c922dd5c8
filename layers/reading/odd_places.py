"""Shapes of no place among others that have one: with a corner at 0, 0, or in degrees among metres.

Broken copies and missing positions leave zeros; layers that were joined keep their own units.
"""

import geopandas as gpd
import numpy as np
import shapely

from layers.contract.errors import Named
from layers.contract.identifiers import listed
from layers.contract.phrases import counted

__all__ = ["without_odd_places"]

# Coordinates in China, whichever stands first: the smaller and the larger of easting and northing
# (with or without the zone), or of longitude and latitude.
_METRES = ((90_000.0, 6e6), (1.8e6, 46e6))
_DEGREES = ((3.0, 60.0), (70.0, 140.0))


def without_odd_places(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Named]]:
    """Take away shapes that cannot lie where the others of a layer do.

    Returns
    -------
    The features, such ones without a shape; and a sentence for each kind, with the rows.
    """
    shapes = frame.geometry.to_numpy()
    boxes = np.abs(shapely.bounds(shapes))
    first = np.sort(boxes[:, :2], axis=1)
    metres, degrees = _within(first, _METRES), _within(first, _DEGREES)
    zero = _at_zero(shapes) if metres.any() or degrees.any() else np.zeros(len(shapes), bool)
    strays = degrees & ~zero if metres.any() else np.zeros(len(shapes), bool)
    if not (zero.any() or strays.any()):
        return frame, []
    bare = shapes.copy()
    bare[zero | strays] = None
    told = [
        said(frame.index[which])
        for which, said in ((zero, _zero), (strays, _strays))
        if which.any()
    ]
    return frame.set_geometry(gpd.GeoSeries(bare, index=frame.index, crs=frame.crs)), told


def _within(corners: np.ndarray, ranges: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Tell whose corner lies in a range of the smaller and of the larger coordinate."""
    low, high = np.array(ranges).T
    return np.asarray(((corners >= low) & (corners <= high)).all(axis=1), dtype=bool)


def _at_zero(shapes: np.ndarray) -> np.ndarray:
    """Tell which shapes have a corner at 0, 0; only those that reach there are looked at."""
    boxes = shapely.bounds(shapes)
    found = (boxes[:, :2] <= 0).all(axis=1) & (boxes[:, 2:] >= 0).all(axis=1)
    reach = np.flatnonzero(found)
    points, owner = shapely.get_coordinates(shapes[reach], return_index=True)
    found[reach] = np.isin(np.arange(len(reach)), owner[(points == 0).all(axis=1)])
    return found


def _zero(rows: np.ndarray) -> Named:
    count, (shown, shown_zh) = len(rows), listed(rows)
    return Named(
        f"{counted(count, 'shape has', 'shapes have')} a corner at 0, 0 (row {shown}), as a copy "
        "that was broken off or a missing position leaves it; left out. Draw it again",
        f"{count} 个图形有位于 0, 0 的点（第 {shown_zh} 行），是拷贝中断或缺坐标所致，已略去。"
        "请重画",
    )


def _strays(rows: np.ndarray) -> Named:
    count, (shown, shown_zh) = len(rows), listed(rows)
    return Named(
        f"{counted(count, 'shape is', 'shapes are')} in degrees among others in metres (row "
        f"{shown}); left out. Bring them into one system",
        f"{count} 个图形以度为单位，其余以米为单位（第 {shown_zh} 行），已略去。请统一坐标系",
    )
