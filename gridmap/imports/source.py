"""Reading a division that was made elsewhere: its grids with code, name and ground.

A file of ours is known by its columns; of several levels only the lowest grids are taken, for the
grids above are those of the town.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.export.formats.fields import GRID_FIELDS, PATCH_FIELDS
from gridmap.imports.source_columns import TITLES_ZH, Found, find_columns
from layers.contract.errors import LayerCRSError, LayerFileError, Named, quoted
from layers.contract.identifiers import as_codes, require_digits, without_errors
from layers.contract.issues import Issue, join_issues, make_issues
from layers.contract.text import as_text
from layers.files.paths import file_hash
from layers.landuse.polygons import clean_polygons
from layers.location.datum_shift import Shift, drawn_on_maps, find_shift
from layers.location.placing import read_placed
from layers.reading.features import Declared, layer_names

__all__ = ["Source", "as_ours", "chosen_layer", "read_source"]

_OURS = frozenset({"grid_code", "level", "kind", "parent_code"})
_PATCHES = frozenset({"patch_id", "grid_code", "parent_code"})
_OF_PATCHES = {"code": "grid_code", "parent": "parent_code"}
_OF_GRIDS = {**_OF_PATCHES, "name": "name", "category": "category"}
# Facts of our own file that come back with a grid.
_FACTS = ("label", "valid_from", "valid_to", "leader", "members", "others")
_DAYS = ("valid_from", "valid_to")
_LOWEST_LAYER = "micro_grids"
_DATUMS = {"GCJ-02": "gcj02", "BD-09": "bd09"}
_NEAR_M = 20.0  # a shift of a web map is the same all over a town, but for metres


@dataclass(frozen=True)
class Source:
    """The grids of a file, each once, in the work CRS.

    `grids` is indexed from 0 in the order of code: `code`, `name`, `parent` and `category` as the
    file has them ("" where it does not), `rows` of the file separated by ",", for a file of ours
    its `label`, dates and names too; valid polygons, which may still overlap.
    """

    file: str
    grids: gpd.GeoDataFrame
    issues: gpd.GeoDataFrame
    found: tuple[Found, ...]
    ours: bool
    sha256: str
    above: pd.DataFrame = field(default_factory=pd.DataFrame)  # rows of higher levels, left out


def read_source(
    path: Path,
    *,
    crs: Any,
    outline: shapely.Geometry,
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
    declared: Declared | None = None,
) -> Source:
    """Read the grids of a division made elsewhere.

    Parameters
    ----------
    path, layer
        A layer of polygons in any format that `layers` reads; of a GeoPackage of ours the layer of
        micro-grids is taken.
    crs
        Work CRS of the town.
    outline
        Outline of the town, against which the place of the file is judged.
    columns
        Columns of the file by ours (`code`, `name`, `parent`, `category`), where the user names
        them; others are guessed by header.
    declared
        CRS, datum or encoding that the user declares for the file.

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the file cannot be read, holds no polygon or no codes, or lies elsewhere.
    """
    path = Path(path)
    what = Named(f"Division {path.name!r}", f"划分文件{quoted(path.name)}")
    chosen = layer if layer is not None else chosen_layer(path)
    try:
        gdf, notes = read_placed(path, crs=crs, what=what, layer=chosen, declared=declared)
    except LayerCRSError as error:
        raise LayerCRSError(
            f"{error} For an import it is declared with --crs or --datum.",
            f"{error.zh}导入时用 --crs 或 --datum 声明。",
        ) from None
    gdf, known = as_ours(gdf)
    ours = bool(known)
    table = pd.DataFrame(gdf.drop(columns=gdf.geometry.name))
    found, told = find_columns(table, columns or {}, what, known=known)
    texts = {ours_: without_errors(as_text(table[name])) for ours_, name in found.items()}
    codes = without_errors(as_codes(table[found["code"]]))
    require_digits(codes, what=what, name=found["code"])
    frame = gpd.GeoDataFrame(
        {
            **{name: texts.get(name, "") for name in ("name", "parent", "category")},
            "code": codes,
            **{name: _fact(table, name) for name in _FACTS if ours and name in table},
        },
        geometry=gdf.geometry,
        crs=gdf.crs,
    )
    lowest = _lowest(frame, table, ours)
    polygons, lost = clean_polygons(frame[lowest], codes[lowest], layer=path.name)
    if polygons.empty:
        raise LayerFileError(
            f"{what} holds no polygon: {len(gdf)} features were read. Give the layer with the "
            "areas of the grids.",
            f"{what.zh}中没有面（共读到 {len(gdf)} 个要素）。请给出网格的面图层。",
        )
    _require_place(polygons, outline, what, declared)
    grids, doubled = _each_once(polygons, path.name)
    above = pd.DataFrame(frame[~lowest].drop(columns="geometry")).assign(rows="")
    notes += [*_above_told(above, path.name), *_guessed(told, path.name)]
    if known is not _OF_PATCHES:  # of which there are many in a grid
        notes += doubled
    issues = join_issues([make_issues(notes, gdf.crs), lost], gdf.crs)
    return Source(path.name, grids, issues, told, ours, file_hash(path), above)


def chosen_layer(path: Path) -> str | None:
    """Choose the layer of micro-grids, or else the lowest level, of a file of ours with several.

    None leaves it to the reader, which takes the only layer of a file.
    """
    names = [name for name in layer_names(path) if name]
    if _LOWEST_LAYER in names:
        return _LOWEST_LAYER
    levels = sorted(name for name in names if name.startswith("grids_"))
    if levels:
        return levels[-1]
    return "grids" if "grids" in names else None


def as_ours(gdf: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, str]]:
    """Tell whether a layer is one of ours, and its columns by ours; none for another's.

    The short names of a shapefile become the long ones. Of patches those in a micro-grid are kept.
    """
    long = {field.short: name for name, field in {**GRID_FIELDS, **PATCH_FIELDS}.items()}
    named = gdf.rename(columns={name: long.get(str(name), name) for name in gdf.columns})
    if set(named.columns) >= _PATCHES:
        code, parent = as_text(named["grid_code"]), as_text(named["parent_code"])
        return gpd.GeoDataFrame(named[(code != "") & (code != parent)]), _OF_PATCHES
    if set(named.columns) >= _OURS:
        return named, {ours: name for ours, name in _OF_GRIDS.items() if name in named}
    return gdf, {}


def _fact(table: pd.DataFrame, name: str) -> pd.Series:
    """Give what a file of ours says of its grids; of a day without its hour."""
    texts = as_text(table[name])
    if name not in _DAYS:
        return texts
    return texts.str.slice(0, 10).str.replace("/", "-")


def _lowest(frame: gpd.GeoDataFrame, table: pd.DataFrame, ours: bool) -> pd.Series:
    """Mark the grids that have none below them."""
    if ours:
        micro = as_text(table["kind"]) == "micro"
        return micro if micro.any() else as_text(table["kind"]) == "patch"
    above = set(frame["parent"]) - {""}
    lowest: pd.Series = ~frame["code"].isin(above)
    return lowest if lowest.any() else lowest | True


def _require_place(
    polygons: gpd.GeoDataFrame, outline: shapely.Geometry, what: Named, declared: Declared | None
) -> None:
    """Refuse a file that lies elsewhere, or where a web map would draw it."""
    shapes = polygons.geometry.to_numpy()
    if declared is None or declared.datum is None:
        shift = find_shift(outline, shapes, polygons.crs)
        datum = _web_map(shift, outline, polygons.crs) if shift is not None else ""
        if shift is not None and datum:
            raise LayerCRSError(
                f"{what} lies {shift.distance_m:,.0f} m beside the town, as coordinates of a web "
                f"map do ({datum}). Give --datum {datum}: they are then brought back.",
                f"{what.zh}与本乡镇相差 {shift.distance_m:,.0f} 米，符合网络地图坐标的偏移"
                f"（{datum}）。请加 --datum {datum}，坐标会被还原。",
            )
        if shift is not None:
            raise LayerCRSError(
                f"{what} fits the town only when it is moved by {shift.distance_m:,.0f} m. Give "
                "its true coordinate system with --crs, such as EPSG:4547, or, if it was drawn on "
                "a web map, its shift with --datum gcj02 or --datum bd09.",
                f"{what.zh}须平移 {shift.distance_m:,.0f} 米才与本乡镇吻合。请用 --crs 指明真实"
                "坐标系，例如 EPSG:4547；如系在网络地图上绘制，请加 --datum gcj02 或 "
                "--datum bd09。",
            )
    if not shapely.intersects(shapes, outline).any():
        west, south, east, north = polygons.total_bounds
        raise LayerCRSError(
            f"{what} has no ground in the town: it lies at x {west:,.0f} to {east:,.0f}, y "
            f"{south:,.0f} to {north:,.0f} of the work CRS. Give the file of this town, or its "
            "true coordinate system with --crs.",
            f"{what.zh}在本乡镇内没有任何范围：位于工作坐标系 x {west:,.0f} 至 {east:,.0f}，"
            f"y {south:,.0f} 至 {north:,.0f}。请给出本乡镇的文件，或用 --crs 指明真实坐标系。",
        )


def _web_map(shift: Shift, outline: shapely.Geometry, crs: Any) -> str:
    """Tell which web map shifts the middle of the town so; "" for none."""
    middle = shapely.get_coordinates(shapely.centroid(outline))
    maps = drawn_on_maps(middle, crs)
    for name, datum in _DATUMS.items():
        if name not in maps:  # outside China
            continue
        east, north = (maps[name] - middle)[0]
        if np.hypot(east - shift.east_m, north - shift.north_m) < _NEAR_M:
            return datum
    return ""


def _each_once(polygons: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Make one grid of the rows of a code; rows without a code stay apart."""
    key = polygons["code"].where(
        polygons["code"] != "", pd.Series([f"\x00{row}" for row in polygons.index], polygons.index)
    )
    frame = polygons.assign(rows=polygons.index.astype("str"), key=key)
    issues = [
        _doubled(str(code), part, file) for code, part in frame.groupby("key") if len(part) > 1
    ]
    facts = [name for name in frame.columns if name not in ("geometry", "rows", "key")]
    grouped = frame.groupby("key", sort=True)
    table = grouped[facts].first()
    table["rows"] = grouped["rows"].agg(",".join)
    shapes = grouped["geometry"].agg(lambda part: shapely.union_all(part.to_numpy()))
    grids = gpd.GeoDataFrame(
        table.reset_index(drop=True), geometry=shapes.to_numpy(), crs=polygons.crs
    )
    bare = grids["code"] == ""
    if bare.any():
        issues.append(_without_code(grids[bare], file))
    return grids, issues


def _doubled(code: str, part: gpd.GeoDataFrame, file: str) -> Issue:
    rows, names = ", ".join(part["rows"]), sorted(set(part["name"]) - {""})
    shapes = part.geometry.to_numpy()
    whole = shapely.union_all(shapes)
    twice = float(np.sum(shapely.area(shapes)) - whole.area)
    other = f" and the names {', '.join(map(repr, names))}" if len(names) > 1 else ""
    other_zh = f"，名称不一（{'、'.join(names)}）" if len(names) > 1 else ""
    return Issue(
        "IMPORT-5",
        "warning",
        f"{file!r}: rows {rows} have the code {code!r}{other}: they were taken as one grid; "
        f"{twice:,.0f} m2 are in several of them. If they are different grids, give each its code.",
        f"“{file}”：第 {rows.replace(', ', '、')} 行编码同为 {code}{other_zh}：已合并为一个网格，"
        f"其中 {twice:,.0f} 平方米重复。如为不同网格，请分别编码。",
        code=code,
        other_code=rows,
        size=twice,
        unit="m2",
        geometry=shapely.point_on_surface(whole),
    )


def _without_code(grids: gpd.GeoDataFrame, file: str) -> Issue:
    rows = ", ".join(grids["rows"])
    return Issue(
        "IMPORT-7",
        "warning",
        f"{file!r}: rows {rows} have no code: they are grids of their own, with new codes.",
        f"“{file}”：第 {rows.replace(', ', '、')} 行没有编码：各作一个网格，另编新码。",
        code=file,
        other_code=rows,
        size=float(len(grids)),
        unit="grids",
        geometry=shapely.MultiPoint(list(shapely.point_on_surface(grids.geometry.to_numpy()))),
    )


def _above_told(above: pd.DataFrame, file: str) -> list[Issue]:
    if above.empty:
        return []
    return [
        Issue(
            "IMPORT-11",
            "info",
            f"{file!r}: {len(above)} grids have others below them, or are given or exclusive ones: "
            "they are not imported, those of the town count.",
            f"“{file}”：{len(above)} 个网格为上级、给定或专属网格，未导入，以本乡镇的为准。",
            code=file,
            size=float(len(above)),
            unit="grids",
        )
    ]


def _guessed(found: tuple[Found, ...], file: str) -> list[Issue]:
    told = "; ".join(f"{one.ours} = {one.column!r} ({one.why}, {one.example!r})" for one in found)
    told_zh = "；".join(
        f"{TITLES_ZH[one.ours]}为“{one.column}”（{one.why.zh}，如“{one.example}”）" for one in found
    )
    return [
        Issue(
            "IMPORT-11",
            "info",
            f"{file!r}: columns were taken as {told}. If one is wrong, name it with --code, "
            "--name, --parent or --category.",
            f"“{file}”：列的识别结果：{told_zh}。如有误，请用 --code、--name、--parent、"
            "--category 指明。",
            code=file,
        )
    ]
