"""A department's own division of the town, such as the patrol areas of the city bureau."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from layers.contract.columns import BUSINESS, with_dtypes
from layers.contract.counts import read_counts
from layers.contract.errors import LayerFileError, Named, quoted
from layers.contract.identifiers import full_codes, without_errors
from layers.contract.issues import Issue, join_issues, make_issues
from layers.contract.text import as_text
from layers.landuse.polygons import clean_polygons
from layers.location.placing import read_placed
from layers.reading.features import Declared
from layers.reading.layer import require_columns
from layers.sheets.known_columns import columns_by_header

__all__ = ["BUSINESS_HEADERS", "read_business"]

BUSINESS_HEADERS: Mapping[str, tuple[str, ...]] = {
    "area_id": ("编号", "责任区编号", "业务网格编号", "area_id", "id", "bsm"),
    "department": ("部门", "单位", "主管部门", "department"),
    "name": ("名称", "责任区", "业务网格", "name", "mc"),
    "staff": ("人数", "专业人员", "人员数", "staff"),
}


def read_business(
    path: Path,
    *,
    crs: Any,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    declared: Declared | None = None,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read the areas of a department.

    Parameters
    ----------
    path, layer
        A layer of polygons; features of one id are one area.
    crs
        Work CRS in metres.
    columns
        Columns of the layer by ours (`area_id`, `department`, `name`, `staff`), where the town
        names them itself; others are known by header. Without an id the row serves.
    declared
        CRS, datum or encoding that the town declares for the file.

    Returns
    -------
    A BUSINESS frame with valid polygons, by area_id, and the ISSUES of reading.

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the layer cannot be read, lacks a column, an id is missing, or it holds no polygon.
    """
    path = Path(path)
    what = Named(f"Business areas {path.name!r}", f"业务网格图层{quoted(path.name)}")
    gdf, notes = read_placed(path, crs=crs, what=what, layer=layer, declared=declared)
    require_columns(gdf, list((columns or {}).values()), what)
    found = columns_by_header(gdf.columns, BUSINESS_HEADERS, columns)
    ids = _ids(gdf, found.get("area_id"), what)
    polygons, lost = clean_polygons(gdf, ids, layer=path.name)
    if polygons.empty:
        raise LayerFileError(
            f"{what} holds no polygon: {len(gdf)} features were read. The areas of a department "
            "are polygons.",
            f"{what.zh}中没有面（共读到 {len(gdf)} 个要素）。部门的业务网格须为面图层。",
        )
    staff, told = _staff(polygons, found.get("staff"), path.name)
    texts = {
        key: without_errors(as_text(polygons[found[key]])) if key in found else ""
        for key in ("department", "name")
    }
    frame = gpd.GeoDataFrame(
        {**texts, "staff": staff, "area_id": ids.reindex(polygons.index)},
        geometry=polygons.geometry,
        crs=gdf.crs,
    )
    whole = frame.dissolve(
        by="area_id", aggfunc={"department": "first", "name": "first", "staff": "sum"}
    )
    whole.index = pd.Index(whole.index.astype("str"), dtype="str", name="area_id")
    whole.geometry = shapely.make_valid(whole.geometry.to_numpy())
    issues = join_issues([make_issues([*notes, *told], gdf.crs), lost], gdf.crs)
    return gpd.GeoDataFrame(with_dtypes(whole, BUSINESS)), issues


def _ids(gdf: gpd.GeoDataFrame, column: str | None, what: Named) -> pd.Series:
    if column is None:
        return pd.Series(gdf.index.astype("str"), index=gdf.index)
    need = Named("Every area needs an id", "每个业务网格都要有编号")
    return full_codes(gdf[column], what=what, need=need)


def _staff(
    polygons: gpd.GeoDataFrame, column: str | None, file: str
) -> tuple[pd.Series, list[Issue]]:
    if column is None:
        return pd.Series(0, index=polygons.index, dtype="int64"), []
    return read_counts(polygons[column], file=file, name=column, of="population")
