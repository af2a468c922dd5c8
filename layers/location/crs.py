"""Coordinate systems: everything is measured in one work CRS in metres, never in degrees.

Whether a layer lies in the right place is another question: see `layers.location.datum` and
`layers.location.datum_shift`.
"""

from typing import Any

import geopandas as gpd
import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

from layers.contract.errors import LayerCRSError, Named, quoted
from layers.contract.identifiers import listed
from layers.contract.phrases import counted

__all__ = ["WORK_CRS", "parse_work_crs", "require_metric", "to_work_crs"]

# Projections whose scale grows with latitude: at 35 degrees north areas are 1.5 times true.
_SCALELESS = ("popular visualisation pseudo mercator", "mercator (variant", "mercator (spherical)")
_PICK_ONE = (
    "Use a projected system in metres, such as EPSG:4547 (CGCS2000, 3-degree zone at 114 E) in "
    "Zhengzhou or the UTM zone of the place."
)
_PICK_ONE_ZH = (
    "请改用以米为单位的投影坐标系，如郑州一带用 EPSG:4547（CGCS2000 三度带，中央经线 114°），"
    "或当地的 UTM 分带。"
)
WORK_CRS = Named("Work CRS", "工作坐标系")


def parse_work_crs(crs: Any, what: Named) -> CRS:
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
            f"{what}: {crs!r} is not a known coordinate system. {_PICK_ONE}",
            f"{what.zh}：{quoted(crs)}不是已知的坐标系。{_PICK_ONE_ZH}",
        ) from None
    fault, fault_zh = _fault(parsed)
    if fault:
        raise LayerCRSError(
            f"{what}: {parsed.name!r} {fault}. {_PICK_ONE}",
            f"{what.zh}：{quoted(parsed.name)}{fault_zh}。{_PICK_ONE_ZH}",
        )
    return parsed


def require_metric(gdf: gpd.GeoDataFrame | gpd.GeoSeries, what: Named) -> None:
    """Refuse a frame in which lengths and areas would be meaningless.

    Parameters
    ----------
    gdf
        Any frame with geometry.
    what
        What the frame holds, for the error, such as layer 'roads.gpkg'.

    Raises
    ------
    LayerCRSError
        If there is no CRS, or one in degrees, feet or Web Mercator.
    """
    if gdf.crs is None:
        raise LayerCRSError(
            f"{what} has no coordinate system. {_PICK_ONE}",
            f"{what.zh}没有坐标系。{_PICK_ONE_ZH}",
        )
    parse_work_crs(gdf.crs, what)


def to_work_crs(gdf: gpd.GeoDataFrame, crs: Any, what: Named) -> gpd.GeoDataFrame:
    """Bring a layer into the work CRS.

    Parameters
    ----------
    gdf
        The layer as read, in any known CRS.
    crs
        The work CRS, in metres.
    what
        Name of the layer for errors, such as layer 'roads.gpkg'.

    Raises
    ------
    LayerCRSError
        If the layer has no CRS, if its coordinates cannot be in the CRS it claims, or if the work
        CRS does not reach the place.
    """
    target = parse_work_crs(crs, WORK_CRS)
    if gdf.crs is None:
        raise LayerCRSError(
            f"{what} has no coordinate system{_bounds_text(gdf)}. Add the .prj file of the "
            "shapefile or save the layer with its coordinate system; gridmap does not guess it.",
            f"{what.zh}没有坐标系{_bounds_text_zh(gdf)}。请补上 Shapefile 的 .prj 文件，"
            "或连同坐标系重新保存图层；gridmap 不作猜测。",
        )
    if gdf.empty or not np.isfinite(gdf.total_bounds).any():  # nothing that could be moved
        return gdf.set_crs(target, allow_override=True)
    _require_plausible(gdf, what)
    if CRS(gdf.crs) == target:
        return gdf.set_crs(target, allow_override=True)
    try:
        moved = gdf.to_crs(target)
    except ProjError:  # a damaged or fanciful system
        moved = None
    if moved is None or not np.isfinite(moved.total_bounds).all():
        raise LayerCRSError(
            f"{what} cannot be brought from {CRS(gdf.crs).name!r} into {target.name!r}"
            f"{_bounds_text(gdf)}. One of the two is not the right system for this place: check "
            "'crs' under [town] in rules.toml and the coordinate system of the layer.",
            f"{what.zh}无法从{quoted(CRS(gdf.crs).name)}转换到{quoted(target.name)}"
            f"{_bounds_text_zh(gdf)}。两者之一不适用于当地：请核对 rules.toml 中 [town] 的 crs "
            "和图层的坐标系。",
        )
    return moved


def _fault(crs: CRS) -> tuple[str, str]:
    """Say what is wrong with a work CRS, in English and Chinese; "" when nothing is."""
    if crs.is_geographic:
        return (
            "is in degrees, so that lengths and areas cannot be measured in it",
            "以度为单位，无法量算长度和面积",
        )
    if not crs.is_projected:
        return "is not a map projection", "不是投影坐标系"
    units = {axis.unit_name for axis in crs.axis_info[:2]}
    if units != {"metre"}:
        return (
            f"is in {' and '.join(sorted(units))}, not in metres",
            f"以 {'、'.join(sorted(units))} 为单位，不是米",
        )
    operation = crs.to_2d().coordinate_operation
    method = operation.method_name.lower() if operation else ""
    if method.startswith(_SCALELESS):
        return (
            "is a Mercator map: areas in it are far too large away from the equator",
            "是墨卡托投影，离赤道越远面积放大越多",
        )
    return "", ""


def _require_plausible(gdf: gpd.GeoDataFrame, what: Named) -> None:
    """Refuse metres that claim to be degrees, and degrees that claim to be metres."""
    bounds = gdf.total_bounds
    if not np.isfinite(bounds).all():
        return
    looks_geographic = bool(
        (np.abs(bounds[[0, 2]]) <= 360).all() and (np.abs(bounds[[1, 3]]) <= 90).all()
    )
    geographic = CRS(gdf.crs).is_geographic
    if geographic and not looks_geographic and (np.abs(bounds) <= 360).all():
        rows = gdf.index[(gdf.bounds[["miny", "maxy"]].abs() > 90).any(axis=1)]
        shown, shown_zh = listed(rows)
        raise LayerCRSError(
            f"{what} is in degrees, but {counted(len(rows), 'row has', 'rows have')} latitude and "
            f"longitude in each other's place (row {shown}). Exchange them there.",
            f"{what.zh}以度为单位，但有 {len(rows)} 行经度和纬度写反了（第 {shown_zh} 行）。"
            "请在这些行中对调。",
        )
    if geographic and not looks_geographic:
        raise LayerCRSError(
            f"{what} claims to be in degrees ({CRS(gdf.crs).name!r}), but its coordinates cannot be"
            f"{_bounds_text(gdf)}. They are probably metres of a projected system: save the layer "
            "with the system that it is really in.",
            f"{what.zh}自称以度为单位（{quoted(CRS(gdf.crs).name)}），但坐标值不可能是度"
            f"{_bounds_text_zh(gdf)}，多半是投影坐标系的米。请按实际坐标系重新保存图层。",
        )
    if not geographic and looks_geographic and np.ptp(bounds[[0, 2]]) > 0:
        raise LayerCRSError(
            f"{what} claims to be in {CRS(gdf.crs).name!r}, but its coordinates look like degrees"
            f"{_bounds_text(gdf)}. Save the layer with the system that it is really in, such as "
            "EPSG:4490 for CGCS2000 longitude and latitude.",
            f"{what.zh}自称坐标系为{quoted(CRS(gdf.crs).name)}，但坐标值像是度"
            f"{_bounds_text_zh(gdf)}。请按实际坐标系重新保存图层，如 CGCS2000 经纬度用 EPSG:4490。",
        )


def _bounds_text(gdf: gpd.GeoDataFrame) -> str:
    west, south, east, north = gdf.total_bounds
    if not np.isfinite([west, south, east, north]).all():
        return ""
    return f" (found x {west:.10g} to {east:.10g}, y {south:.10g} to {north:.10g})"


def _bounds_text_zh(gdf: gpd.GeoDataFrame) -> str:
    west, south, east, north = gdf.total_bounds
    if not np.isfinite([west, south, east, north]).all():
        return ""
    return f"（x {west:.10g} 至 {east:.10g}，y {south:.10g} 至 {north:.10g}）"
