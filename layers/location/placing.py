"""A layer brought into the work CRS: its own system, one declared for it, or one its numbers tell.

Coordinates of shifted web maps (GCJ-02, BD-09) are undone here when the town declares them. Whether
an undeclared layer is shifted is the matter of `layers.location.datum_shift`.
"""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.contract.errors import EmptyLayerError, LayerCRSError, Named, quoted
from layers.contract.issues import Issue
from layers.location.axis_order import (
    find_far,
    in_order,
    old_datum,
    out_of_area,
    swapped,
    without_impossible,
    without_local,
)
from layers.location.crs import WORK_CRS, parse_work_crs, to_work_crs
from layers.location.crs_guess import NOWHERE, Guess, as_swapped, guess_crs
from layers.location.datum import bd_to_wgs, gcj_to_wgs
from layers.reading.features import Declared, Reading, read_features

__all__ = ["guess_either_way", "map_datum", "place", "read_placed", "undo_datum"]

_UNDO = {"gcj02": gcj_to_wgs, "bd09": bd_to_wgs}
_MAPS = {
    **dict.fromkeys(("gcj", "高德", "腾讯", "火星", "mars", "amap"), "gcj02"),
    **dict.fromkeys(("bd-09", "bd09", "bd_09", "百度", "baidu"), "bd09"),
}
_NAMES = {"gcj02": "GCJ-02", "bd09": "BD-09"}


def read_placed(
    path: Path,
    *,
    crs: Any,
    what: Named,
    layer: str | None = None,
    declared: Declared | None = None,
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Read a layer and bring it into the work CRS.

    Parameters
    ----------
    path, layer
        File and layer to read.
    crs
        Work CRS in metres.
    what
        Name of the layer for errors, such as layer 'roads.gpkg'.
    declared
        What the town says about the file: its CRS, a shifted datum, its encoding.

    Returns
    -------
    The features, indexed by their row in the file as a user counts it, and the issues of reading
    (READ-5: the CRS was told from the numbers; READ-6: a row that cannot be read; READ-7: a shift
    of web maps undone; READ-8: remarks).

    Raises
    ------
    LayerFileError, LayerCRSError
        If the layer cannot be read, or it stays open where it is.
    """
    declared = declared or Declared()
    reading = read_features(path, layer=layer, encoding=declared.encoding)
    lost = [issue for issue in reading.issues if issue.rule == "READ-6"]
    if lost and shapely.is_missing(reading.frame.geometry.to_numpy()).all():
        raise EmptyLayerError(
            f"{what}: none of its shapes can be read. {lost[0].message}",
            f"{what.zh}的图形都无法读取。{lost[0].message_zh}",
        )
    return place(reading, crs=crs, what=what, declared=declared)


def place(
    reading: Reading, *, crs: Any, what: Named, declared: Declared
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Bring a layer that was read into the work CRS; see `read_placed`."""
    work = parse_work_crs(crs, WORK_CRS)
    gdf, lost = without_impossible(reading.frame, reading.file)
    gdf, local = without_local(gdf, reading.file)
    issues = [*reading.issues, *lost, *local]
    if declared.crs is not None:
        gdf, said = _with_declared(gdf, declared.crs, what, reading.file)
        issues += said
    elif gdf.crs is None:
        gdf, told = _with_guess(gdf, work, what, reading.file)
        issues += told
    gdf, ordered = in_order(gdf, reading.file)
    issues += [*ordered, *out_of_area(gdf, reading.file), *old_datum(gdf, reading.file)]
    if declared.datum in _UNDO:
        gdf = undo_datum(gdf, declared.datum)
        name = _NAMES[declared.datum]
        issues.append(
            _note(
                "READ-7",
                "info",
                reading.file,
                f"its {name} coordinates were brought back to WGS 84",
                f"{name} 坐标已还原为 WGS 84",
            )
        )
    placed = to_work_crs(gdf, work, what)
    return placed, [*issues, *find_far(placed, reading.file)]


def undo_datum(gdf: gpd.GeoDataFrame, datum: str) -> gpd.GeoDataFrame:
    """Bring the coordinates of a shifted web map back to their true place.

    Parameters
    ----------
    gdf
        Layer with a CRS, in degrees or projected from shifted degrees.
    datum
        `"gcj02"` or `"bd09"`.
    """
    degrees = gdf if CRS(gdf.crs).is_geographic else gdf.to_crs(4490)
    shapes = degrees.geometry.to_numpy()
    undo = _UNDO[datum]

    def move(points: np.ndarray) -> np.ndarray:
        return np.column_stack(undo(points[:, 0], points[:, 1]))

    moved = shapely.transform(shapely.force_2d(shapes), move)
    return gdf.set_geometry(gpd.GeoSeries(moved, index=gdf.index, crs=degrees.crs))


def map_datum(name: str) -> str:
    """Give the datum that somebody means by the name of a web map or its shift; "" for others."""
    plain = name.lower()
    return next((datum for word, datum in _MAPS.items() if word in plain), "")


def _with_declared(
    gdf: gpd.GeoDataFrame, declared: str, what: Named, file: str
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    try:
        system = CRS.from_user_input(declared)
    except CRSError:
        datum = map_datum(declared)
        if datum:
            raise LayerCRSError(
                f"{what}: {declared!r} is no coordinate system but the shift of web maps. Write "
                f'datum = "{datum}" in rules.toml instead of crs; the coordinates are then '
                "converted back.",
                f"{what.zh}：{quoted(declared)}不是坐标系，而是网络地图的偏移。请在 rules.toml 中"
                f'改写为 datum = "{datum}"（不写 crs），坐标会被还原。',
            ) from None
        raise LayerCRSError(
            f"{what}: crs {declared!r} of rules.toml is not a known coordinate system. Write it as "
            "EPSG:4547 or the like.",
            f"{what.zh}：rules.toml 中的 crs {quoted(declared)}不是已知的坐标系。"
            "请写成 EPSG:4547 这样的形式。",
        ) from None
    notes = []
    if gdf.crs is not None and CRS(gdf.crs) != system:
        notes = [
            _note(
                "READ-5",
                "warning",
                file,
                f"it says {CRS(gdf.crs).name!r}, rules.toml says {system.name!r}; the rules count",
                f"文件自称 {CRS(gdf.crs).name}，规则声明为 {system.name}，以规则为准",
            )
        ]
    return gdf.set_crs(system, allow_override=True), notes


def _with_guess(
    gdf: gpd.GeoDataFrame, work: CRS, what: Named, file: str
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    gdf, guesses = guess_either_way(gdf, work_crs=work)
    bounds = gdf.total_bounds
    if guesses and guesses[0].sure:
        best = guesses[0]
        note = _note(
            "READ-5",
            "warning",
            file,
            f"it names no coordinate system; taken as {best.crs}, because {best.why}. "
            f'If that is wrong, declare crs = "…" for it in rules.toml',
            f"没有坐标系信息；{best.why_zh}，按 {best.crs} 处理。"
            "如有误，请在 rules.toml 中声明 crs",
        )
        return gdf.set_crs(best.crs), [note]
    west, south, east, north = bounds
    place = f"x {west:.10g} to {east:.10g}, y {south:.10g} to {north:.10g}"
    place_zh = f"x {west:.10g} 至 {east:.10g}，y {south:.10g} 至 {north:.10g}"
    hint = "".join(f"; {guess.why}" for guess in guesses) or f"; {NOWHERE}"
    hint_zh = "".join(f"；{guess.why_zh}" for guess in guesses) or f"；{NOWHERE.zh}"
    example = next((guess.crs for guess in guesses if guess.crs), "EPSG:4547")
    raise LayerCRSError(
        f"{what} has no coordinate system (found {place}{hint}). Put the .prj file beside the "
        f'shapefile, or declare the system with crs = "{example}" for this file in rules.toml if '
        "you know it; it is not guessed.",
        f"{what.zh}没有坐标系（{place_zh}{hint_zh}）。请把 .prj 文件放在 Shapefile 旁；"
        f'如确知其坐标系，请在 rules.toml 中为该文件声明 crs = "{example}"。gridmap 不作猜测。',
    )


def guess_either_way(
    gdf: gpd.GeoDataFrame, *, work_crs: CRS | None = None
) -> tuple[gpd.GeoDataFrame, list[Guess]]:
    """Guess the CRS of a layer; when only the other way round its numbers mean a place, turn them.

    Chinese surveyors write the northing first, and call it x.
    """
    bounds = gdf.total_bounds
    guesses = guess_crs(bounds, work_crs=work_crs)
    if guesses:
        return gdf, guesses
    other_way = guess_crs(bounds[[1, 0, 3, 2]], work_crs=work_crs)
    if not other_way:
        return gdf, []
    shapes = shapely.transform(shapely.force_2d(gdf.geometry.to_numpy()), swapped)
    turned = gdf.set_geometry(gpd.GeoSeries(shapes, index=gdf.index, crs=gdf.crs))
    return turned, [as_swapped(guess) for guess in other_way]


def _note(rule: str, severity: Any, file: str, text: str, text_zh: str) -> Issue:
    return Issue(rule, severity, f"{file!r}: {text}.", f"“{file}”：{text_zh}。", code=file)
