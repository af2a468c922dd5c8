"""Coordinates in the wrong order, with or without the number of their zone, or of nowhere at all.

Only what the numbers themselves prove is put right, and each time it is said: latitude in front of
longitude, northing in front of easting, a zone number that the coordinate system does not have.
"""

from collections.abc import Callable, Iterator
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from layers.contract.errors import Named
from layers.contract.issues import Issue
from layers.files.broken_shapes import without_parts

__all__ = [
    "find_far",
    "in_order",
    "old_datum",
    "out_of_area",
    "swapped",
    "without_impossible",
    "without_local",
]

# No system on earth has larger numbers; a zone number in front gives some 46 million.
_MOST = 1e8
_MOST_DEGREES = 360.0  # longitudes count to 180 or to 360; larger numbers are no degrees
# How far beyond its own area a system may still be meant, in degrees.
_MARGIN = 3.0
# Beyond that the next zone may still be used, at some cost; a local grid lies farther off.
_WIDE_MARGIN = 6.0
_OLD_DATUMS = ("xian 1980", "xian_1980", "xian80", "beijing 1954", "beijing_1954", "new beijing")
_FAR_M = 200_000.0  # several times the width of a county
_NAMED = 20  # rows named in a sentence

Severity = Literal["warning", "info"]
Change = Callable[[np.ndarray], np.ndarray]
_Repaired = tuple[Change, Named, Severity]


def without_impossible(gdf: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Empty the features whose coordinates are of nowhere, so that they do not cost the others.

    When that is true of half of the features or more, the layer as a whole is misunderstood, and
    nothing is changed. Heights are left out: a plan needs none, and a ring that ends at another
    height than it began at would stop the change of coordinates.
    """
    shapes = gdf.geometry.to_numpy()
    if shapely.has_z(shapes).any():
        shapes = np.asarray(shapely.force_2d(shapes), dtype=object)
        gdf = gdf.set_geometry(gpd.GeoSeries(shapes, index=gdf.index, crs=gdf.crs))
    most = _MOST
    if gdf.crs is not None and CRS(gdf.crs).is_geographic:
        most = _MOST_DEGREES
    bad = np.flatnonzero(_beyond(shapes, most))
    there = int((~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)).sum())
    whole = np.array([bool(_beyond(shapely.get_parts(shapes[at]), most).all()) for at in bad], bool)
    if not len(bad) or 2 * int(whole.sum()) >= there:
        return gdf, []
    kept = shapes.copy()
    for at in bad:
        kept[at] = without_parts(shapes[at], _beyond(shapely.get_parts(shapes[at]), most))
    rest = gdf.set_geometry(gpd.GeoSeries(kept, index=gdf.index, crs=gdf.crs))
    lost = [*_impossible(gdf, bad[whole], file), *_impossible_parts(gdf, kept, bad[~whole], file)]
    return rest, lost


def _beyond(shapes: np.ndarray, most: float) -> np.ndarray:
    """Tell which shapes have a coordinate of no place on earth, or one that is no number."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    found = np.zeros(len(shapes), dtype=bool)
    found[owner[~(np.abs(coordinates) <= most).all(axis=1)]] = True
    return found


def _impossible_parts(
    gdf: gpd.GeoDataFrame, kept: np.ndarray, rows: np.ndarray, file: str
) -> Iterator[Issue]:
    for at in rows:
        row, count = gdf.index[at], shapely.get_num_geometries(gdf.geometry.iloc[at])
        lost = int(count - shapely.get_num_geometries(kept[at]))
        yield Issue(
            "READ-6",
            "warning",
            f"{file!r} row {row}: {lost} of its {count} parts {'has' if lost == 1 else 'have'} "
            f"coordinates of no place on earth and {'is' if lost == 1 else 'are'} left out; the "
            "rest is kept. Draw it again.",
            f"“{file}”第 {row} 行：{count} 个部件中有 {lost} 个坐标不在地球上，已略去，其余保留。"
            "请重画。",
            code=file,
            other_code=str(row),
            size=float(lost),
            unit="parts",
        )


def _impossible(gdf: gpd.GeoDataFrame, bad: np.ndarray, file: str) -> Iterator[Issue]:
    for at in bad:
        row = gdf.index[at]
        x, y = shapely.get_coordinates(gdf.geometry.iloc[at])[0]
        yield Issue(
            "READ-6",
            "warning",
            f"{file!r} row {row}: its coordinates are of no place on earth (such as x {x:.6g}, "
            f"y {y:.6g}). It is left out; correct it.",
            f"“{file}”第 {row} 行：坐标不在地球上（如 x {x:.6g}，y {y:.6g}），已略去。请更正。",
            code=file,
            other_code=str(row),
            size=1.0,
            unit="rows",
        )


def without_local(gdf: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Take a system that says nothing about the place on earth as none."""
    if gdf.crs is None or CRS(gdf.crs).is_geographic or CRS(gdf.crs).is_projected:
        return gdf, []
    name = CRS(gdf.crs).name
    note = _note(
        file,
        Named(
            f"its coordinate system {name!r} is a local one that says nothing about the place",
            f"坐标系 {name} 为局部坐标系，未说明所在位置",
        ),
    )
    return gpd.GeoDataFrame(gdf.set_crs(None, allow_override=True)), [note]


def in_order(gdf: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Put coordinates right that cannot be in their system as they stand, but can after one change.

    Parameters
    ----------
    gdf
        A layer with a CRS.
    file
        Its file name, for the issue.
    """
    crs, bounds = CRS(gdf.crs), gdf.total_bounds
    if not np.isfinite(bounds).all():
        return gdf, []
    # Halves first: the sum of two numbers of a damaged file may be too large for one.
    middle = np.array([bounds[:2] / 2 + bounds[2:] / 2])
    if crs.is_geographic:
        wrong = (np.abs(bounds[[1, 3]]) > 90).all() and (np.abs(bounds[[0, 2]]) <= 90).all()
        changes: list[_Repaired] = [(swapped, _LATITUDE_FIRST, "warning")] if wrong else []
    elif crs.is_projected and not _fits(crs, middle):
        changes = [one for one in _changes(crs, middle) if _fits(crs, one[0](middle))]
    else:
        changes = []
    if not changes:
        return gdf, []
    change, said, severity = changes[0]
    moved = shapely.transform(shapely.force_2d(gdf.geometry.to_numpy()), change)
    ordered = gdf.set_geometry(gpd.GeoSeries(moved, index=gdf.index, crs=gdf.crs))
    return ordered, [_note(file, said, severity)]


_LATITUDE_FIRST = Named(
    "latitude stands in front of longitude; they were exchanged", "纬度写在经度之前，已对调"
)
_NORTHING_FIRST = Named(
    "northing stands in front of easting; they were exchanged", "纵坐标写在横坐标之前，已对调"
)


def swapped(points: np.ndarray) -> np.ndarray:
    """Exchange x and y."""
    return points[:, ::-1]


def _changes(crs: CRS, middle: np.ndarray) -> Iterator[_Repaired]:
    """List what may be wrong with projected coordinates: their order, or the number of the zone.

    A zone number that is the one of the system leaves nobody anything to look at: an info.
    """
    yield swapped, _NORTHING_FIRST, "warning"
    meridian, zones = _meridian_and_zones(crs)
    if meridian is None:
        return
    for order, said in ((None, None), (swapped, _NORTHING_FIRST)):
        easting = float((middle if order is None else order(middle))[0, 0])
        zone = int(easting // 1e6)
        for shift, fits in ((-1e6 * zone, zone in zones), (_prefix(crs), zone == 0)):
            if not fits or not shift:
                continue
            text = _without_zone(zone) if shift < 0 else _with_zone(int(shift // 1e6))
            if said is None:
                yield _shifting(order, shift), text, "info"
            else:
                both = Named(f"{said}; {text}", f"{said.zh}；{text.zh}")
                yield _shifting(order, shift), both, "warning"


def _shifting(order: Change | None, shift: float) -> Change:
    def change(points: np.ndarray) -> np.ndarray:
        ordered = points if order is None else order(points)
        return ordered + np.array([shift, 0.0])

    return change


def _without_zone(zone: int) -> Named:
    return Named(
        f"the eastings begin with the zone number {zone}, which its system does not have; it was "
        "taken away",
        f"横坐标带有带号 {zone}，而其坐标系不含带号，已去除",
    )


def _with_zone(zone: int) -> Named:
    return Named(
        f"the eastings lack the zone number {zone} that its system has; it was put in front",
        f"其坐标系的横坐标应带带号 {zone}，已补上",
    )


def _meridian_and_zones(crs: CRS) -> tuple[float | None, set[int]]:
    """Give the central meridian of a Gauss-Kruger system, and the numbers its zone can have."""
    values = _parameters(crs)
    meridian = values.get("longitude of natural origin")
    if meridian is None:
        return None, set()
    zones = {round(meridian / 3)} if meridian % 3 == 0 else set()
    return meridian, zones | ({round((meridian + 3) / 6)} if (meridian + 3) % 6 == 0 else set())


def _prefix(crs: CRS) -> float:
    """Give what a system with a zone number has in front of its eastings; 0 for none."""
    easting = _parameters(crs).get("false easting", 0.0)
    return float(easting // 1e6 * 1e6)


def _parameters(crs: CRS) -> dict[str, float]:
    operation = crs.to_2d().coordinate_operation
    return {one.name.lower(): float(one.value) for one in operation.params} if operation else {}


def _fits(crs: CRS, middle: np.ndarray, margin: float = _MARGIN) -> bool:
    """Tell whether a place lies where a projected system is meant to be used, or near to it."""
    try:
        degrees = Transformer.from_crs(crs, crs.geodetic_crs or 4326, always_xy=True)
        lon, lat = degrees.transform(*middle[0])
    except ProjError:
        return True
    if not np.isfinite([lon, lat]).all():
        return False
    area = crs.area_of_use
    if area is not None and area.west <= area.east:
        across = area.west - margin <= lon <= area.east + margin
        return bool(across and area.south - margin <= lat <= area.north + margin)
    meridian, _ = _meridian_and_zones(crs)
    return meridian is None or bool(abs(lon - meridian) <= 2 * margin)


def out_of_area(gdf: gpd.GeoDataFrame, file: str) -> list[Issue]:
    """Say that coordinates mean a place where their system is not used: those of a local grid.

    Cities keep grids of their own and export them under the name of a national system, and some
    leave out the millions or a constant of the coordinates.
    """
    crs, bounds = CRS(gdf.crs), gdf.total_bounds
    middle = np.array([bounds[:2] / 2 + bounds[2:] / 2])
    if not crs.is_projected or not np.isfinite(bounds).all():
        return []
    if _fits(crs, middle, _WIDE_MARGIN):
        return []
    x, y = middle[0]
    text = Named(
        f"its coordinates (x {x:.10g}, y {y:.10g}) mean a place far outside of where its system "
        f"{crs.name!r} is used. They seem to be those of a local grid, or shortened by a constant. "
        "Ask for the layer in CGCS2000",
        f"按其坐标系 {crs.name}，坐标（x {x:.10g}，y {y:.10g}）远在该坐标系的适用范围之外，"
        "疑为地方独立坐标系，或去掉了常数。请索取 CGCS2000 成果",
    )
    return [_note(file, text)]


def old_datum(gdf: gpd.GeoDataFrame, file: str) -> list[Issue]:
    """Say that a layer is in a Chinese datum from which no public way leads to CGCS2000."""
    geodetic = CRS(gdf.crs).geodetic_crs
    datum = geodetic.datum.name if geodetic is not None and geodetic.datum is not None else ""
    if not any(word in datum.lower().replace("'", "") for word in _OLD_DATUMS):
        return []
    text = Named(
        f"its datum is {datum}, which lies some 100 m from CGCS2000; the way between them is not "
        "public, so its coordinates are taken as they are. Ask for the layer in CGCS2000",
        f"基准为 {datum}，与 CGCS2000 相差约百米，转换参数不公开，坐标按原样使用。"
        "请索取 CGCS2000 成果",
    )
    return [_note(file, text)]


def find_far(gdf: gpd.GeoDataFrame, file: str) -> list[Issue]:
    """Name the features of a layer in metres that lie far away from the others."""
    bounds = gdf.bounds.to_numpy()
    centres = bounds[:, :2] / 2 + bounds[:, 2:] / 2
    there = np.isfinite(centres).all(axis=1)
    if there.sum() < 3:
        return []
    away = np.hypot(*(centres - np.median(centres[there], axis=0)).T)
    far = np.flatnonzero(there & (away > _FAR_M))
    if not len(far) or 2 * len(far) > there.sum():
        return []
    rows = [str(row) for row in gdf.index[far[:_NAMED]]]
    more, more_zh = (" …", "等") if len(far) > _NAMED else ("", "")
    km = float(away[far].max() / 1000)
    return [
        Issue(
            "READ-12",
            "warning",
            f"{file!r}: {len(far)} features lie up to {km:,.0f} km away from the others (row "
            f"{', '.join(rows)}{more}). Look at them on the map.",
            f"“{file}”：{len(far)} 个要素远离其余要素，最远 {km:,.0f} 公里"
            f"（第 {'、'.join(rows)}{more_zh} 行）。请在图上核对。",
            code=file,
            other_code=rows[0],
            size=float(len(far)),
            unit="rows far away",
        )
    ]


def _note(file: str, text: Named, severity: Severity = "warning") -> Issue:
    return Issue("READ-5", severity, f"{file!r}: {text}.", f"“{file}”：{text.zh}。", code=file)
