"""Coordinate systems: everything is measured in one work CRS in metres, never in degrees.

Whether a layer lies in the right place is another question: see `layers.datum` and
`layers.position`.
"""

from typing import Any

import geopandas as gpd
import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.errors import LayerCRSError

__all__ = ["parse_work_crs", "require_metric", "to_work_crs"]

# Projections whose scale grows with latitude: at 35 degrees north areas are 1.5 times true.
_SCALELESS = ("popular visualisation pseudo mercator", "mercator (variant", "mercator (spherical)")
_PICK_ONE = (
    "Use a projected system in metres, such as EPSG:4547 (CGCS2000, 3-degree zone at 114 E) in "
    "Zhengzhou or the UTM zone of the place."
)


def parse_work_crs(crs: Any, what: str) -> CRS:
    """Read a work CRS and make sure that lengths and areas can be measured in it.

    Parameters
    ----------
    crs
        Anything pyproj understands, such as `"EPSG:4547"`.
    what
        Where the CRS was given, for the error.

    Raises
    ------
    LayerCRSError
        If the CRS is unknown, in degrees, in a unit other than metres, or a Mercator map.
    """
    try:
        parsed = CRS.from_user_input(crs)
    except CRSError:
        raise LayerCRSError(
            f"{what}: {crs!r} is not a known coordinate system. {_PICK_ONE}"
        ) from None
    fault = _fault(parsed)
    if fault:
        raise LayerCRSError(f"{what}: {parsed.name!r} {fault}. {_PICK_ONE}")
    return parsed


def require_metric(gdf: gpd.GeoDataFrame | gpd.GeoSeries, what: str) -> None:
    """Refuse a frame in which lengths and areas would be meaningless.

    Parameters
    ----------
    gdf
        Any frame with geometry.
    what
        What the frame holds, for the error, such as `"Layer 'roads.gpkg'"`.

    Raises
    ------
    LayerCRSError
        If there is no CRS, or one in degrees, feet or Web Mercator.
    """
    if gdf.crs is None:
        raise LayerCRSError(f"{what} has no coordinate system. {_PICK_ONE}")
    parse_work_crs(gdf.crs, what)


def to_work_crs(gdf: gpd.GeoDataFrame, crs: Any, what: str) -> gpd.GeoDataFrame:
    """Bring a layer into the work CRS.

    Parameters
    ----------
    gdf
        The layer as read, in any known CRS.
    crs
        The work CRS, in metres.
    what
        Name of the layer for errors, such as `"Layer 'roads.gpkg'"`.

    Raises
    ------
    LayerCRSError
        If the layer has no CRS, if its coordinates cannot be in the CRS it claims, or if the work
        CRS does not reach the place.
    """
    target = parse_work_crs(crs, "Work CRS")
    if gdf.crs is None:
        raise LayerCRSError(
            f"{what} has no coordinate system{_bounds_text(gdf)}. Add the .prj file of the "
            "shapefile or save the layer with its coordinate system; gridmap does not guess it."
        )
    if gdf.empty:
        return gdf.to_crs(target)
    _require_plausible(gdf, what)
    if CRS(gdf.crs) == target:
        return gdf.set_crs(target, allow_override=True)
    moved = gdf.to_crs(target)
    if not np.isfinite(moved.total_bounds).all():
        raise LayerCRSError(
            f"{what} cannot be brought from {CRS(gdf.crs).name!r} into {target.name!r}"
            f"{_bounds_text(gdf)}. One of the two is not the right system for this place: check "
            "'crs' under [town] in rules.toml and the coordinate system of the layer."
        )
    return moved


def _fault(crs: CRS) -> str:
    if crs.is_geographic:
        return "is in degrees, so that lengths and areas cannot be measured in it"
    if not crs.is_projected:
        return "is not a map projection"
    units = {axis.unit_name for axis in crs.axis_info[:2]}
    if units != {"metre"}:
        return f"is in {' and '.join(sorted(units))}, not in metres"
    operation = crs.to_2d().coordinate_operation
    method = operation.method_name.lower() if operation else ""
    if method.startswith(_SCALELESS):
        return "is a Mercator map: areas in it are far too large away from the equator"
    return ""


def _require_plausible(gdf: gpd.GeoDataFrame, what: str) -> None:
    """Refuse metres that claim to be degrees, and degrees that claim to be metres."""
    bounds = gdf.total_bounds
    if not np.isfinite(bounds).all():
        return
    looks_geographic = bool(
        (np.abs(bounds[[0, 2]]) <= 360).all() and (np.abs(bounds[[1, 3]]) <= 90).all()
    )
    geographic = CRS(gdf.crs).is_geographic
    if geographic and not looks_geographic:
        raise LayerCRSError(
            f"{what} claims to be in degrees ({CRS(gdf.crs).name!r}), but its coordinates cannot be"
            f"{_bounds_text(gdf)}. They are probably metres of a projected system: save the layer "
            "with the system that it is really in."
        )
    if not geographic and looks_geographic and np.ptp(bounds[[0, 2]]) > 0:
        raise LayerCRSError(
            f"{what} claims to be in {CRS(gdf.crs).name!r}, but its coordinates look like degrees"
            f"{_bounds_text(gdf)}. Save the layer with the system that it is really in, such as "
            "EPSG:4490 for CGCS2000 longitude and latitude."
        )


def _bounds_text(gdf: gpd.GeoDataFrame) -> str:
    west, south, east, north = gdf.total_bounds
    if not np.isfinite([west, south, east, north]).all():
        return ""
    return f" (found x {west:.10g} to {east:.10g}, y {south:.10g} to {north:.10g})"
