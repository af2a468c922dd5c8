"""The coordinate systems that receivers ask for, and the ground of a plan in them.

Every place is transformed once. In the plan's own system borders stay as they are to the last bit;
in another they are written in whole micrometres, whose check proves that they are a tiling still.
"""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from boundaries.export.geojson.ground import transformed
from boundaries.export.rounding import DECIMALS, RoundedTiling, fit_tiling, is_tiling
from layers.contract.errors import LayerCRSError, Named, quoted
from layers.location.area_of_use import OutOfUse, require_use
from layers.location.crs import parse_work_crs

__all__ = [
    "RECEIVER_CRS",
    "fitted",
    "points_in",
    "receiver_crs",
    "require_degrees",
    "require_reach",
]

RECEIVER_CRS = Named("Coordinate system of the files", "导出坐标系")
_FINE = {True: 11, False: 6}  # decimals by whether it is degrees: 1 micrometre
_COARSE = {True: DECIMALS, False: 2}  # where cracks of the plan have to be closed: 1 cm
_WGS84 = CRS("EPSG:4326")
_ALIASES = {"WGS84": _WGS84, "CRS84": _WGS84, "OGC:CRS84": _WGS84}


def receiver_crs(wanted: Any, *, own: Any) -> CRS:
    """Read which coordinate system a receiver wants.

    Parameters
    ----------
    wanted
        Anything pyproj understands, such as `"EPSG:4490"` or a number of EPSG; `"WGS84"`; None or
        "" for that of the plan.
    own
        Work CRS of the plan.

    Raises
    ------
    LayerCRSError
        If it is unknown, in a unit other than degrees and metres, or a Mercator map.
    """
    if wanted is None or wanted == "":
        return CRS.from_user_input(own)
    if isinstance(wanted, str):
        text = wanted.strip()
        wanted = _ALIASES.get(text.upper(), int(text) if text.isdecimal() else text)
    try:
        crs = CRS.from_user_input(wanted)
    except CRSError:
        raise LayerCRSError(
            f"{RECEIVER_CRS}: {wanted!r} is not a known coordinate system. Take EPSG:4326 (WGS84), "
            "EPSG:4490 (CGCS2000 longitude and latitude), or EPSG:4547 and its like in metres.",
            f"{RECEIVER_CRS.zh}：{quoted(str(wanted))}不是已知的坐标系。请用 EPSG:4326（WGS84）、"
            "EPSG:4490（CGCS2000 经纬度）或 EPSG:4547 等以米为单位的坐标系。",
        ) from None
    if crs == CRS("OGC:CRS84"):
        return _WGS84
    if crs.is_geographic and len(crs.axis_info) == 2 and _in_degrees(crs):
        return crs
    return parse_work_crs(crs, RECEIVER_CRS)


def fitted(
    crs: CRS, *, decimals: int | None = None, gcj02: bool = False
) -> Callable[[gpd.GeoSeries, bool], RoundedTiling]:
    """Give what brings the smallest ground of a plan into a coordinate system.

    Parameters
    ----------
    crs
        As `receiver_crs` gives it.
    decimals
        Of its unit; None for micrometres, and for the plan's own numbers in its own system.
    gcj02
        In degrees: shifted to where GCJ-02 maps draw it.
    """

    def fit(ground: gpd.GeoSeries, matched: bool) -> RoundedTiling:
        # Numbers as fine as the plan's show its cracks as they are; centimetres would close them.
        matched = matched or (decimals is None and is_tiling(ground.to_numpy()))
        if decimals is None and matched and not gcj02 and crs == CRS(ground.crs):
            nothing = np.zeros(len(ground), dtype=bool)
            return RoundedTiling(ground.to_numpy(), repaired=nothing, vanished=nothing)
        moved = transformed(ground, crs, gcj02=gcj02)
        _require_numbers(moved, crs)
        places = _decimals(crs, decimals, matched=matched)
        rounded = fit_tiling(moved, matched=matched, decimals=places)
        shapes = shapely.transform(rounded.shapes, lambda units: np.rint(units) / 10**places)
        return RoundedTiling(shapes, repaired=rounded.repaired, vanished=rounded.vanished)

    return fit


def points_in(
    shapes: gpd.GeoSeries, crs: CRS, *, decimals: int | None, gcj02: bool = False
) -> NDArray[np.object_]:
    """Give a point of each shape in a coordinate system; None where there is no shape."""
    points = gpd.GeoSeries(shapely.point_on_surface(shapes.to_numpy()), crs=shapes.crs)
    if decimals is None and not gcj02 and crs == CRS(shapes.crs):
        return np.asarray(points.to_numpy())
    places = _decimals(crs, decimals, matched=True)
    moved = transformed(points, crs, gcj02=gcj02)
    _require_numbers(moved, crs)
    return np.asarray(shapely.transform(moved, lambda there: np.round(there, places)))


def require_degrees(crs: CRS) -> None:
    """Refuse GCJ-02 in metres: it is a shift of longitudes and latitudes.

    Raises
    ------
    LayerCRSError
        If the CRS is no longitude and latitude.
    """
    if crs.is_geographic:
        return
    raise LayerCRSError(
        f"{RECEIVER_CRS}: a GCJ-02 copy is in longitude and latitude, not in {crs.name!r}. Take "
        "WGS84, or leave GCJ-02 out.",
        f"{RECEIVER_CRS.zh}：GCJ-02 副本只能用经纬度，不能用{quoted(crs.name)}。"
        "请改用 WGS84，或不选 GCJ-02。",
    )


def require_reach(grids: gpd.GeoDataFrame, crs: CRS) -> OutOfUse | None:
    """Refuse a projection of another part of the world, by the middle of the ground.

    Parameters
    ----------
    grids
        Grids of a plan in its work CRS, whose own system is never refused.
    crs
        As `receiver_crs` gives it.

    Returns
    -------
    What is to be told where the ground lies in a zone beside that of the CRS; else None.

    Raises
    ------
    LayerCRSError
        If the ground lies farther away than the next zone.
    """
    west, south, east, north = map(float, grids.total_bounds)
    return require_use((west, south, east, north), CRS(grids.crs), crs, RECEIVER_CRS)


def _decimals(crs: CRS, wanted: int | None, *, matched: bool) -> int:
    by_unit = _FINE if matched else _COARSE
    return by_unit[crs.is_geographic] if wanted is None else wanted


def _in_degrees(crs: CRS) -> bool:
    return {axis.unit_name for axis in crs.axis_info} == {"degree"}


def _require_numbers(shapes: NDArray[np.object_], crs: CRS) -> None:
    """Refuse a system that has no numbers for the place."""
    if np.isfinite(shapely.get_coordinates(shapes)).all():
        return
    raise LayerCRSError(
        f"{RECEIVER_CRS}: {crs.name!r} does not reach the town. Take the zone it lies in, or "
        "EPSG:4490 (CGCS2000 longitude and latitude).",
        f"{RECEIVER_CRS.zh}：{quoted(crs.name)}不适用于本镇所在位置。请改用当地分带，"
        "或用 EPSG:4490（CGCS2000 经纬度）。",
    )
