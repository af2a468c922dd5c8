"""Coordinates as they come from phones, from web maps and from surveys, brought to the work CRS."""

from typing import Any, Literal, get_args

import numpy as np
from pyproj import Transformer

from layers.location.datum import bd_to_wgs, gcj_to_wgs

__all__ = ["SYSTEMS", "Coordinates", "to_degrees", "to_work"]

Array = np.ndarray[Any, Any]
# wgs84: a phone, and CGCS2000 to a metre; gcj02: Gaode, Tencent; bd09: Baidu; work: metres
Coordinates = Literal["wgs84", "gcj02", "bd09", "work"]
SYSTEMS = get_args(Coordinates)


def to_degrees(x: Array, y: Array, *, crs: Any, coordinates: Coordinates) -> tuple[Array, Array]:
    """Give longitude and latitude in WGS84.

    Parameters
    ----------
    x, y
        Degrees, longitude first; or metres of the work CRS, easting first.
    crs
        The work CRS.
    coordinates
        What they are.
    """
    if coordinates == "work":
        return _between(crs, "EPSG:4326", x, y)
    if coordinates == "gcj02":
        return gcj_to_wgs(x, y)
    if coordinates == "bd09":
        return bd_to_wgs(x, y)
    return x, y


def to_work(x: Array, y: Array, *, crs: Any, coordinates: Coordinates) -> tuple[Array, Array]:
    """Give metres in the work CRS; not finite where a place lies beyond its reach.

    The parameters are those of `to_degrees`.
    """
    if coordinates == "work":
        return x, y
    lon, lat = to_degrees(x, y, crs=crs, coordinates=coordinates)
    return _between("EPSG:4326", crs, lon, lat)


def _between(source: Any, target: Any, x: Array, y: Array) -> tuple[Array, Array]:
    turn = Transformer.from_crs(source, target, always_xy=True)
    turned_x, turned_y = turn.transform(x, y)
    return np.asarray(turned_x), np.asarray(turned_y)
