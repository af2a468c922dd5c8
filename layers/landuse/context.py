"""Layers drawn to recognise the place, such as roads and names, and units that stay whole."""

from pathlib import Path
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contract.columns import CONTEXT, UNITS, with_dtypes
from layers.contract.counts import read_counts
from layers.contract.errors import LayerFileError, Named, quoted
from layers.contract.issues import Issue, join_issues, make_issues
from layers.contract.phrases import few
from layers.contract.text import as_text
from layers.landuse.ground import read_ground_and_issues
from layers.location.placing import read_placed
from layers.reading.features import Declared
from layers.reading.layer import require_columns

__all__ = [
    "CONTEXT_KINDS",
    "ROAD_CLASSES",
    "UNIT_KINDS",
    "ContextKind",
    "RoadClass",
    "UnitKind",
    "read_context",
    "read_units",
]

ContextKind = Literal["road", "rail", "water", "building", "place", "point"]
UnitKind = Literal["building", "compound", "village_group"]
RoadClass = Literal[
    "motorway", "trunk", "primary", "secondary", "tertiary",
    "street", "lane", "service", "track", "path",
]  # fmt: skip
CONTEXT_KINDS: tuple[ContextKind, ...] = get_args(ContextKind)
UNIT_KINDS: tuple[UnitKind, ...] = get_args(UnitKind)
# From the widest road to the narrowest.
ROAD_CLASSES: tuple[RoadClass, ...] = get_args(RoadClass)

_NAME_COLUMNS = ("name", "名称", "NAME", "MC")
_HOUSEHOLDS = ("户数", "住户数", "households", "HOUSEHOLDS")
_STAIRWELLS = ("单元数", "楼道数", "stairwells", "STAIRWELLS")
_LINES = ("road", "rail")
_OTHER_ROAD: RoadClass = "street"  # a road of no known class is one all the same
_NAMED = 6  # unknown classes in one sentence
# What layers call the classes: tags of OpenStreetMap and the words of Chinese road layers.
_CLASS_NAMES: dict[RoadClass, tuple[str, ...]] = {
    "motorway": ("motorway_link", "高速", "高速公路"),
    "trunk": ("trunk_link", "国道", "快速路"),
    "primary": ("primary_link", "省道", "主干路", "主干道"),
    "secondary": ("secondary_link", "县道", "次干路", "次干道"),
    "tertiary": ("tertiary_link", "乡道", "支路"),
    "street": ("residential", "unclassified", "road", "村道", "街道", "街"),
    "lane": ("living_street", "pedestrian", "巷", "巷道", "胡同", "里弄"),
    "service": ("内部路", "内部道路"),
    "track": ("机耕路", "机耕道", "田间道", "生产路"),
    "path": ("footway", "cycleway", "bridleway", "steps", "小路", "人行道"),
}
_CLASS_OF: dict[str, RoadClass] = {
    name: road for road, names in _CLASS_NAMES.items() for name in (road, *names)
}


def read_context(
    path: Path,
    *,
    kind: ContextKind,
    crs: Any,
    layer: str | None = None,
    class_column: str | None = None,
    name_column: str | None = None,
    declared: Declared | None = None,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read a layer that is drawn under and over the grids.

    Parameters
    ----------
    path, layer
        File and layer to read.
    kind
        What it holds.
    crs
        Work CRS in metres that it is brought into.
    class_column, name_column
        Columns with the class of a road, water line or place, and with names; a column that is
        called name, 名称 or MC needs no telling.
    declared
        CRS, datum or encoding that the town declares for the file.

    Returns
    -------
    A CONTEXT frame in the order of the file; roads and rails as lines, borders of polygons among
    them. And the ISSUES of reading (READ-19: a road class that is not known).

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the layer cannot be read, lacks a column, or holds nothing to draw.
    """
    path = Path(path)
    what = Named(f"Layer {path.name!r}", f"图层{quoted(path.name)}")
    gdf, notes = read_placed(path, crs=crs, what=what, layer=layer, declared=declared)
    require_columns(gdf, [one for one in (class_column, name_column) if one], what)
    flat = gdf.geometry.force_2d()
    if kind in _LINES:
        areas = flat.geom_type.isin(["Polygon", "MultiPolygon"])
        flat = flat.where(~areas, flat.boundary)
    shapes = flat.to_numpy()
    drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if kind in _LINES:
        drawn &= np.isin(shapely.get_type_id(shapes), (1, 2, 5))
    if not drawn.any():
        raise LayerFileError(
            f"{what} holds nothing to draw as {kind}. Give a layer with features, or take it out "
            "of the rules.",
            f"{what.zh}中没有可绘制的要素（{kind}）。请给出有要素的图层，或从规则中去掉。",
        )
    name = name_column or next((one for one in _NAME_COLUMNS if one in gdf), None)
    given = _texts(gdf, class_column)[drawn]
    classes, unknown = (
        _road_classes(given, path.name) if kind == "road" else (given.str.lower(), [])
    )
    columns = {
        "kind": kind,
        "class": classes.to_numpy(),
        "name": _texts(gdf, name)[drawn].to_numpy(),
        "layer": path.name,
    }
    frame = gpd.GeoDataFrame(columns, geometry=shapes[drawn], crs=gdf.crs)
    frame.index.name = "row"
    return gpd.GeoDataFrame(with_dtypes(frame, CONTEXT)), make_issues([*notes, *unknown], gdf.crs)


def read_units(
    path: Path,
    *,
    kind: UnitKind,
    crs: Any,
    layer: str | None = None,
    id_column: str | None = None,
    name_column: str | None = None,
    households_column: str | None = None,
    stairwells_column: str | None = None,
    by_headers: bool = False,
    declared: Declared | None = None,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read a layer of buildings, compounds or village groups that no border of ours cuts.

    Parameters
    ----------
    path, layer, crs, declared
        As in `read_context`.
    kind
        What it holds.
    id_column, name_column
        Columns with the number and the name of a unit; without the first the row serves.
    households_column, stairwells_column
        Columns with the households of a unit and the stairwells of a building; an empty cell, or
        no column, says that the number is not known.
    by_headers
        Whether a column that says it itself (户数, households; 单元数, stairwells) needs no naming.

    Returns
    -------
    A UNITS frame with valid polygons, and the ISSUES of reading, as
    `layers.landuse.ground.read_ground_and_issues` tells them.

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the layer cannot be read or holds no polygons.
    """
    ground, issues = read_ground_and_issues(
        path,
        crs=crs,
        layer=layer,
        subclass="other_land",
        record_column=id_column,
        name_column=name_column,
        declared=declared,
        kept={
            key: column or headers
            for key, column, headers in (
                ("households", households_column, _HOUSEHOLDS),
                ("stairwells", stairwells_column, _STAIRWELLS),
            )
            if column or by_headers
        },
    )
    file, notes = Path(path).name, []
    counts: dict[str, Any] = {"households": 0, "stairwells": 0}
    for key, column in (("households", households_column), ("stairwells", stairwells_column)):
        if key in ground:
            counts[key], told = read_counts(ground[key], file=file, name=column or key)
            notes += told
    ids = _unique(f"{kind}/" + ground["record"].astype("str"))
    units = gpd.GeoDataFrame(
        {
            "kind": kind,
            "name": ground["name"].to_numpy(),
            "layer": file,
            **{key: np.asarray(values) for key, values in counts.items()},
        },
        geometry=ground.geometry.to_numpy(),
        index=pd.Index(ids, name="unit_id", dtype="str"),
        crs=ground.crs,
    )
    told_of = [issues, make_issues(notes, ground.crs)]
    return gpd.GeoDataFrame(with_dtypes(units, UNITS)), join_issues(told_of, ground.crs)


def _texts(gdf: gpd.GeoDataFrame, column: str | None) -> pd.Series:
    """Read the texts of a column; empty ones where there is none."""
    return as_text(gdf[column]).str.strip() if column else pd.Series("", index=gdf.index)


def _road_classes(given: pd.Series, layer: str) -> tuple[pd.Series, list[Issue]]:
    """Bring the classes of roads to those we know; the others are told once, with their number."""
    lower = given.str.lower()
    classes = lower.map(_CLASS_OF)
    odd = given[classes.isna() & (lower != "")]
    classes = classes.fillna(_OTHER_ROAD)
    if odd.empty:
        return classes, []
    names = sorted(odd.unique())
    listed = few(names, _NAMED)
    issue = Issue(
        rule="READ-19",
        severity="info",
        code=layer,
        size=float(len(odd)),
        unit="rows",
        message=f"{layer!r}: {len(odd)} roads are of a class that is not known ({listed.en}); they "
        "count as streets.",
        message_zh=f"“{layer}”中有 {len(odd)} 条道路的等级无法识别（{listed.zh}），按街道处理。",
    )
    return classes, [issue]


def _unique(ids: pd.Series) -> list[str]:
    """Tell equal ids apart by their number."""
    number = ids.groupby(ids.to_numpy()).cumcount()
    return [
        one if again == 0 else f"{one} ({again + 1})"
        for one, again in zip(ids, number, strict=True)
    ]
