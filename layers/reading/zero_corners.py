"""Shapes with a corner at 0, 0, as broken copies and registers without a position leave them."""

import geopandas as gpd
import numpy as np
import shapely

from layers.contract.errors import Named
from layers.contract.identifiers import listed
from layers.contract.phrases import counted

__all__ = ["without_zero_corners"]

# Coordinates in China, whichever stands first: the smaller and the larger of easting and northing
# (with or without the zone), or of longitude and latitude.
_CHINA = (((90_000.0, 6e6), (1.8e6, 46e6)), ((3.0, 60.0), (70.0, 140.0)))


def without_zero_corners(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Named | None]:
    """Take away shapes that reach to 0, 0 from ground in China: nobody has drawn them so.

    Returns
    -------
    The features, those without a shape that had such a corner; and a sentence that names them, or
    None when there is none.
    """
    shapes = frame.geometry.to_numpy()
    boxes = shapely.bounds(shapes)
    reach = (boxes[:, :2] <= 0).all(axis=1) & (boxes[:, 2:] >= 0).all(axis=1)
    if not reach.any():
        return frame, None
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    zero = (points == 0).all(axis=1)
    if not zero.any():
        return frame, None
    others = np.abs(points[~zero & np.isfinite(points).all(axis=1)])
    low, high = others.min(axis=1, initial=np.inf), others.max(axis=1, initial=0.0)
    if not len(others) or not _in_china(low, high):
        return frame, None
    which = np.unique(owner[zero])
    bare = shapes.copy()
    bare[which] = None
    count, (rows, rows_zh) = len(which), listed(frame.index[which])
    said = Named(
        f"{counted(count, 'shape has', 'shapes have')} a corner at 0, 0 (row {rows}), as a copy "
        "that was broken off or a missing position leaves it; left out. Draw it again",
        f"{count} 个图形有位于 0, 0 的点（第 {rows_zh} 行），是拷贝中断或缺坐标所致，已略去。"
        "请重画",
    )
    return frame.set_geometry(gpd.GeoSeries(bare, index=frame.index, crs=frame.crs)), said


def _in_china(low: np.ndarray, high: np.ndarray) -> bool:
    """Tell whether most points are as far from 0, 0 as those of China are."""
    smaller, larger = float(np.median(low)), float(np.median(high))
    return any(
        least <= smaller <= most and first <= larger <= last
        for (least, most), (first, last) in _CHINA
    )
