"""Any other division of the ground: a layer of polygons with codes and names of its own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from layers.contract.errors import LayerFileError, LayerSchemaError, Named, quoted
from layers.contract.identifiers import as_codes, full_codes, listed, without_errors
from layers.contract.issues import join_issues, make_issues
from layers.contract.text import as_text
from layers.landuse.polygons import clean_polygons
from layers.location.placing import read_placed
from layers.reading.layer import missing_columns
from layers.sheets.known_columns import columns_by_header

__all__ = ["DIVISION_HEADERS", "read_division"]

DIVISION_HEADERS: Mapping[str, tuple[str, ...]] = {
    "code": ("编码", "代码", "编号", "网格编码", "网格代码", "grid_code", "code", "geoid", "id",
             "area_id", "bsm"),
    "name": ("名称", "网格名称", "name", "mc"),
}  # fmt: skip


def read_division(
    path: Path, *, crs: Any, layer: str | None = None, code: str = "", name: str = ""
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read a division that another system has made.

    Parameters
    ----------
    path, layer
        A layer of polygons in any known format; features of one code are one unit.
    crs
        Work CRS in metres.
    code, name
        Columns of the codes and names; "" to know them by header, or the code as the only column
        whose cells are all filled and different.

    Returns
    -------
    Valid polygons by code, sorted, with `name`; and the ISSUES of reading.

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the layer cannot be read, a column is not there or not to be told, a code is missing, or
        it holds no polygon.
    """
    path = Path(path)
    what = Named(f"Division {path.name!r}", f"区划图层{quoted(path.name)}")
    gdf, notes = read_placed(path, crs=crs, what=what, layer=layer)
    names = [str(one) for one in gdf.columns if one != gdf.geometry.name]
    given = {key: column for key, column in (("code", code), ("name", name)) if column}
    missing = [column for column in given.values() if column not in names]
    if missing:
        fault = missing_columns(missing, [*names], what)
        raise LayerSchemaError(f"{fault.en} Name another.", f"{fault.zh}请改用其中的列。")
    found = columns_by_header(names, DIVISION_HEADERS, given)
    column = gdf[found.get("code") or _only_id(gdf, names, what)]
    codes = full_codes(
        column, what=what, need=Named("Every unit needs a code", "每个单元都要有编码")
    )
    polygons, lost = clean_polygons(gdf, codes, layer=path.name)
    if polygons.empty:
        raise LayerFileError(
            f"{what} holds no polygon: {len(gdf)} features were read. The units of a division are "
            "polygons.",
            f"{what.zh}中没有面（共读到 {len(gdf)} 个要素）。区划的单元须为面。",
        )
    texts = without_errors(as_text(polygons[found["name"]])) if "name" in found else ""
    units = gpd.GeoDataFrame(
        {"name": texts, "code": codes.reindex(polygons.index)}, geometry=polygons.geometry,
        crs=gdf.crs,
    ).dissolve(by="code", aggfunc={"name": "first"})  # fmt: skip
    units.index = pd.Index(units.index.astype("str"), dtype="str", name="code")
    units.geometry = shapely.make_valid(units.geometry.to_numpy())
    issues = join_issues([make_issues(notes, gdf.crs), lost], gdf.crs)
    return units.sort_index(), issues


def _only_id(gdf: gpd.GeoDataFrame, names: Sequence[str], what: Named) -> str:
    """Find the one column that can only be the codes."""
    found = [name for name in names if _is_id(without_errors(as_codes(gdf[name])))]
    if len(found) == 1:
        return found[0]
    shown, shown_zh = listed(found or names)
    raise LayerSchemaError(
        f"{what}: which column holds the codes cannot be told; it may be one of {shown or 'none'}. "
        "Name it with --code.",
        f"{what.zh}：无法判断哪一列是编码，可能是{shown_zh or '无'}。请用 --code 指明。",
    )


def _is_id(values: pd.Series) -> bool:
    return bool((values != "").all() and values.is_unique)
