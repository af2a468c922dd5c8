"""Sites of units that have grids of their own: polygons, or rows that name parcels or buildings."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contract.columns import SITES, with_dtypes
from layers.contract.counts import read_counts
from layers.contract.errors import LayerSchemaError, Named, quoted
from layers.contract.identifiers import (
    as_codes,
    code_of,
    repaired_codes,
    require_digits,
    without_errors,
)
from layers.contract.issues import Issue, join_issues, make_issues
from layers.contract.phrases import few
from layers.contract.text import as_text
from layers.landuse.polygons import clean_polygons
from layers.location.crs import WORK_CRS, parse_work_crs
from layers.location.placing import read_placed
from layers.reading.features import Declared
from layers.reading.layer import require_columns
from layers.sheets.known_columns import columns_by_header
from layers.sheets.reading import TABLE_ENDINGS, open_table
from layers.sheets.table_rows import TOTALS, left_out, totals_without_id

__all__ = ["HEADERS", "read_sites"]

# Header words by column; the first of each is what we write ourselves.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "site_id": ("编号", "单位编号", "场所编号", "site_id", "id"),
    "name": ("名称", "单位名称", "单位", "name"),
    "class": ("类型", "单位类型", "class"),
    "staff": ("职工人数", "员工人数", "职工数", "员工数", "staff"),
    "records": ("地块编号", "地块", "宗地编号", "records", "record"),
    "units": ("楼栋", "楼栋编号", "建筑", "建筑编号", "units", "unit"),
    "object": ("对象编号", "企业编号", "object"),
    "part_of": ("所属单位", "上级单位", "所属场所", "part_of"),
    "label": ("网格名称", "网格名", "label"),
}
_NEEDED = ("site_id", "name")
_LISTS = ("records", "units")
_IDS = ("site_id", "object", "part_of")
_SEPARATORS = re.compile("[;；、，,\n]")


def read_sites(
    path: Path,
    *,
    crs: Any,
    layer: str | None = None,
    declared: Declared | None = None,
    columns: Mapping[str, str] | None = None,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read the sites of units that get exclusive grids.

    Parameters
    ----------
    path, layer
        A map layer with a polygon for each site, or a table (.csv, .xlsx, .dbf) whose rows name
        parcels of the ground layers (`records`), buildings (`units`), an object of a register, or
        the site that they are a part of.
    crs
        Work CRS in metres.
    declared
        CRS, datum or encoding that the town declares for the file.
    columns
        Columns of the file by ours (`site_id`, `name` …), where the town names them itself; the
        others are known by their header (`HEADERS`). Only the id and the name must be there.

    Returns
    -------
    A SITES frame in the order of the file, and the ISSUES of reading: SITE-6 for a row without an
    id or with that of another row, which is left out. `spatial` is False where a row names nothing
    with ground. The geometry is a polygon in m², or None.

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the file cannot be read, lacks a column, or an id became a number.
    """
    path = Path(path)
    what = Named(f"Sites {path.name!r}", f"专属场所{quoted(path.name)}")
    declared = declared or Declared()
    if path.suffix.lower() in TABLE_ENDINGS:
        table = open_table(path, sheet=layer, encoding=declared.encoding)
        given, notes = table.frame, list(table.issues)
        bare = gpd.GeoSeries([None] * len(given), index=given.index, crs=_crs(crs))
        gdf = gpd.GeoDataFrame(given, geometry=bare)
    else:
        gdf, notes = read_placed(path, crs=crs, what=what, layer=layer, declared=declared)
    require_columns(gdf, list((columns or {}).values()), what)
    found = _columns(gdf, columns or {}, what)
    totals = totals_without_id(gdf.drop(columns=gdf.geometry.name), as_text(gdf[found["site_id"]]))
    notes += left_out(gdf, totals, as_text(gdf[found["name"]]), path.name, TOTALS)
    gdf = gpd.GeoDataFrame(gdf[~totals])
    texts, told = _texts(gdf, found, what, path.name)
    kept, faults = _once(texts["site_id"], gdf, path.name)
    shapes, repaired = _shapes(gdf[kept], texts["site_id"][kept], path.name)
    frame = gpd.GeoDataFrame(texts[kept].assign(layer=path.name), geometry=shapes, crs=gdf.crs)
    has_ground = ~shapely.is_missing(shapes) | (frame[[*_LISTS]] != "").any(axis=1)
    frame["spatial"] = has_ground | ((frame["object"] != "") & (frame["part_of"] == ""))
    frame.index = pd.Index(frame["site_id"], dtype="str", name="site_id")
    issues = [make_issues([*notes, *told, *faults], gdf.crs), repaired]
    return gpd.GeoDataFrame(with_dtypes(frame, SITES)), join_issues(issues, gdf.crs)


def _crs(crs: Any) -> Any:
    return parse_work_crs(crs, WORK_CRS)


def _columns(gdf: gpd.GeoDataFrame, given: Mapping[str, str], what: Named) -> dict[str, str]:
    """Tell which column of the file is which."""
    names = [str(name) for name in gdf.columns if name != gdf.geometry.name]
    found = columns_by_header(names, HEADERS, given)
    lacks = [column for column in _NEEDED if column not in found]
    if lacks:
        shown = few(names)
        key = {"site_id": "id_column", "name": "name_column"}[lacks[0]]
        raise LayerSchemaError(
            f"{what} has no column {', '.join(HEADERS[one][0] for one in lacks)} "
            f"({', '.join(lacks)}). Found: {shown.en or 'no columns'}. Say which column it is with "
            f'{key} = "…" under [[sites]] in rules.toml.',
            f"{what.zh}缺少{'、'.join(f'“{HEADERS[one][0]}”' for one in lacks)}列。"
            f'现有列：{shown.zh or "无"}。请在 rules.toml 的 [[sites]] 中用 {key} = "…" 指明。',
        )
    return found


def _texts(
    gdf: gpd.GeoDataFrame, found: Mapping[str, str], what: Named, file: str
) -> tuple[pd.DataFrame, list[Issue]]:
    """Read the columns of a file as those of SITES."""
    texts = pd.DataFrame("", index=gdf.index, columns=list(HEADERS), dtype="str")
    notes: list[Issue] = []
    for column, name in found.items():
        if column == "staff":
            continue
        if column in _IDS:
            texts[column] = codes = as_codes(gdf[name])
            require_digits(codes, what=what, name=name)
            notes += repaired_codes(gdf[name], codes, file=file, name=name)
        elif column in _LISTS:
            parts = as_text(gdf[name]).map(_SEPARATORS.split)
            texts[column] = [";".join(filter(None, map(code_of, one))) for one in parts]
        else:
            texts[column] = without_errors(as_text(gdf[name]))
    staff = pd.Series(0, index=gdf.index, dtype="int64")
    if "staff" in found:
        staff, told = read_counts(gdf[found["staff"]], file=file, name=found["staff"],
                                  of="population")  # fmt: skip
        notes += told
    return texts.assign(staff=staff), notes


def _once(ids: pd.Series, gdf: gpd.GeoDataFrame, file: str) -> tuple[np.ndarray, list[Issue]]:
    """Mark the rows that have an id of their own; the others are left out, and said."""
    faults = []
    again = ids.duplicated() & (ids != "")
    for row in ids.index[(ids == "") | again]:
        site = ids[row]
        why = f"has the id {site!r} of another row" if site else "has no id"
        why_zh = f"编号“{site}”与另一行重复" if site else "没有编号"
        faults.append(
            Issue(
                "SITE-6",
                "error",
                f"{file!r}, row {row} {why}. It is left out; give each site an id of its own.",
                f"“{file}”第 {row} 行{why_zh}，未采用。请给每个场所唯一的编号。",
                code=file,
                other_code=site,
                geometry=gdf.geometry[row],
            )
        )
    return ~((ids == "") | again).to_numpy(), faults


def _shapes(
    gdf: gpd.GeoDataFrame, ids: pd.Series, file: str
) -> tuple[np.ndarray, gpd.GeoDataFrame]:
    """Give the valid polygon of each row, None where it has none."""
    shapes = np.full(len(gdf), None, dtype=object)
    given = np.flatnonzero(~shapely.is_missing(gdf.geometry.to_numpy()))
    if not len(given):
        return shapes, make_issues([], gdf.crs)
    clean, issues = clean_polygons(gdf.iloc[given], ids.iloc[given], layer=file)
    place = pd.Series(np.arange(len(gdf)), index=gdf.index)[clean.index]
    shapes[place.to_numpy()] = clean.geometry.to_numpy()
    return shapes, issues
