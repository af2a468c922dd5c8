"""Where a cadre disputes a border: degrees that a browser sent, as a place of the work CRS."""

import math

import shapely
from pyproj import Transformer

from gridmap.access.view import CadreView
from layers.contract.errors import UsageError

__all__ = ["place_in_work_crs"]

WGS84 = "EPSG:4326"


def place_in_work_crs(view: CadreView, lon: float, lat: float) -> shapely.Point:
    """Bring a point in degrees into the work CRS.

    Raises
    ------
    UsageError
        If the numbers are no place on earth, or far from where the work CRS holds.
    """
    if math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90:
        x, y = Transformer.from_crs(WGS84, view.crs, always_xy=True).transform(lon, lat)
        if math.isfinite(x) and math.isfinite(y):
            return shapely.Point(x, y)
    raise UsageError(
        f"{lon}, {lat} is no longitude and latitude of a place near the town. Give degrees, "
        "longitude first, such as 113.93 and 34.68.",
        f"{lon}、{lat} 不是本镇附近的经纬度。请填写度数，经度在前，如 113.93 和 34.68。",
    )
