"""Clean polygons out of whatever geometry a layer has; every change and every loss is a row."""

from collections.abc import Collection, Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contract.issues import Issue, make_issues

__all__ = ["KINDS_ZH", "clean_polygons", "has_areas"]

KINDS_ZH = {
    "Polygon": "面",
    "MultiPolygon": "多部件面",
    "LineString": "线",
    "MultiLineString": "多部件线",
    "Point": "点",
    "MultiPoint": "多点",
    "GeometryCollection": "混合图形",
    "LinearRing": "环",
    "none": "无图形",
}

# Repairs that move less ground than this are rounding noise and are not worth a row.
_NOISE_M2 = 0.01
# More lines and points than this are named together.
_MANY = 20
_LOOK_M2 = 1.0  # a repair that changed more is worth a look


def clean_polygons(
    gdf: gpd.GeoDataFrame, records: pd.Series, *, layer: str, named: Collection[str] = ()
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Keep the polygons of a layer, two-dimensional and valid.

    Parameters
    ----------
    gdf
        The layer in a metric CRS, indexed by row as a user counts it.
    records
        Id of each feature, on the same index, to name it in the issues.
    layer
        File name, to name the layer in the issues.
    named
        Rows that are told as lost already: no second issue says that they have no geometry.

    Returns
    -------
    The features that have ground, with valid polygons or multipolygons and all their columns, and
    an ISSUES frame: READ-1 feature without ground left out, READ-2 points and lines left out,
    READ-3 invalid polygon repaired (size: m² that the repairing changed).
    """
    given = np.asarray(shapely.force_2d(gdf.geometry.to_numpy()), dtype=object)
    empty = shapely.is_missing(given) | shapely.is_empty(given)
    broken = ~empty & ~_finite(given)
    usable = given.copy()
    usable[empty | broken] = None
    invalid = ~shapely.is_valid(usable) & ~(empty | broken)
    repaired = usable.copy()
    repaired[invalid] = shapely.make_valid(
        usable[invalid], method="structure", keep_collapsed=False
    )
    polygons = _polygonal(repaired)
    flat = ~empty & ~broken & (shapely.is_missing(polygons) | shapely.is_empty(polygons))
    other = flat & ~np.isin(shapely.get_type_id(given), (3, 6))
    many = bool(other.sum() > _MANY)
    rows = list(_other_kinds(gdf, given, other, layer)) if many else []
    for at in np.flatnonzero(empty | broken | flat | invalid):
        place = f"'{layer}' row {gdf.index[at]} (id {records.iloc[at]!r})"
        place_zh = f"“{layer}”第 {gdf.index[at]} 行（编号 {records.iloc[at]}）"
        found = shapely.get_type_id(given[at])
        issue: Issue | None
        if empty[at] and str(gdf.index[at]) in named:
            issue = None
        elif empty[at]:
            issue = _lost("READ-1", f"{place} has no geometry", f"{place_zh}没有图形")
        elif broken[at]:
            issue = _lost(
                "READ-1", f"{place} has coordinates that are not numbers", f"{place_zh}坐标不是数字"
            )
        elif flat[at] and found in (3, 6):
            issue = _lost("READ-1", f"{place} has no area", f"{place_zh}面积为零")
        elif flat[at] and many:
            issue = None
        elif flat[at]:
            kind = given[at].geom_type
            issue = _lost(
                "READ-2",
                f"{place} is a {kind}, not a polygon",
                f"{place_zh}是{KINDS_ZH[kind]}，不是面",
            )
        else:
            issue = _repaired(place, place_zh, given[at], polygons[at])
        if issue is not None:
            rows.append(
                Issue(**{**vars(issue), "code": layer, "other_code": str(records.iloc[at])})
            )
    kept = gdf[~(empty | broken | flat)].copy()
    kept = kept.set_geometry(
        gpd.GeoSeries(polygons[~(empty | broken | flat)], index=kept.index, crs=gdf.crs)
    )
    return kept, make_issues(rows, gdf.crs)


def _other_kinds(
    gdf: gpd.GeoDataFrame, given: np.ndarray, other: np.ndarray, layer: str
) -> Iterator[Issue]:
    """Name the lines, texts and points of a drawing or a mixed layer, one issue for each kind."""
    kinds = pd.Series([shape.geom_type for shape in given[other]], index=gdf.index[other])
    for kind, rows in kinds.groupby(kinds, sort=True):
        shown = _spans([int(row) for row in rows.index])
        yield Issue(
            "READ-2",
            "warning",
            f"'{layer}': {len(rows):,} features are {kind}s, not polygons, and are left out: rows "
            f"{', '.join(shown)}.",
            f"“{layer}”：{len(rows):,} 个要素是{KINDS_ZH[str(kind)]}，不是面，已略去："
            f"第 {'、'.join(shown)} 行。",
            code=layer,
            size=float(len(rows)),
            unit="features",
        )


def _spans(rows: list[int]) -> list[str]:
    """Write row numbers short: 3-7, 12."""
    spans: list[list[int]] = []
    for row in sorted(rows):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return [str(low) if low == high else f"{low}-{high}" for low, high in spans]


def _lost(rule: str, fault: str, fault_zh: str) -> Issue:
    return Issue(
        rule,
        "warning",
        f"{fault}: left out. Draw it again or take the row out.",
        f"{fault_zh}：已略去。请重画或删去该行。",
    )


def _repaired(
    place: str, place_zh: str, given: shapely.Geometry, polygon: shapely.Geometry
) -> Issue | None:
    reason = str(shapely.is_valid_reason(given)).split("[")[0].strip().lower()
    changed = abs(given.area - polygon.area)
    if changed < _NOISE_M2 and "repeated" in reason:
        return None
    return Issue(
        "READ-3",
        "warning" if changed > _LOOK_M2 else "info",
        f"{place} is not a valid polygon ({reason}): repaired, its area went from "
        f"{given.area:,.2f} to {polygon.area:,.2f} m². Look at it on the map.",
        f"{place_zh}图形无效：已修复，面积由 {given.area:,.2f} 变为 {polygon.area:,.2f} 平方米。"
        "请在图上核对。",
        size=float(changed),
        unit="m2",
        geometry=polygon,
    )


def _finite(geometries: np.ndarray) -> np.ndarray:
    coordinates, owner = shapely.get_coordinates(geometries, return_index=True)
    bad = owner[~np.isfinite(coordinates).all(axis=1)]
    result = np.ones(len(geometries), dtype=bool)
    result[bad] = False
    return result


def _polygonal(geometries: np.ndarray) -> np.ndarray:
    """Keep the polygons of mixed collections; geometries without any become empty."""
    result = geometries.copy()
    kinds = shapely.get_type_id(result)
    for at in np.flatnonzero((kinds == 7) | ((kinds >= 0) & ~np.isin(kinds, (3, 6, 7)))):
        parts = [
            part for part in _leaves(result[at]) if shapely.get_type_id(part) == 3 and part.area > 0
        ]
        result[at] = shapely.union_all(parts) if parts else shapely.Polygon()
    zero = np.isin(shapely.get_type_id(result), (3, 6)) & (shapely.area(result) == 0)
    result[zero] = shapely.Polygon()
    return result


def has_areas(shapes: np.ndarray) -> bool:
    """Tell whether there is a polygon among shapes, alone or in a collection of any depth."""
    parts = shapely.get_parts(shapes)
    while (shapely.get_type_id(parts) == 7).any() and len(parts):
        mixed = shapely.get_type_id(parts) == 7
        parts = np.concatenate([parts[~mixed], shapely.get_parts(parts[mixed])])
    return bool(np.isin(shapely.get_type_id(parts), (3, 6)).any())


def _leaves(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    if not hasattr(geometry, "geoms"):
        return [geometry]
    return [leaf for part in geometry.geoms for leaf in _leaves(part)]
