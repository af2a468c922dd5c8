"""The grids as given: one layer with the polygons of all levels.

Whether they fit together is the matter of `boundaries.hierarchy`.
"""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.columns import HIERARCHY, with_dtypes
from layers.errors import LayerSchemaError, Named, quoted
from layers.files import require_columns
from layers.issues import make_issues
from layers.placing import read_placed
from layers.reading import Declared
from layers.text import as_counts, as_text

__all__ = ["read_hierarchy"]

_OPTIONAL = ("name_en", "households", "population")


def read_hierarchy(
    path: Path, *, crs: Any, layer: str | None = None, declared: Declared | None = None
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read the grid hierarchy of a town.

    Parameters
    ----------
    path, layer
        File with the columns `code`, `name`, `level`, `parent_code` and, if the town has them,
        `name_en`, `households` and `population`.
    crs
        Work CRS in metres.
    declared
        CRS, datum or encoding that the town declares for the file.

    Returns
    -------
    A HIERARCHY frame, index `code`, sorted by level and code, and the ISSUES of reading. Codes may
    still be doubled and polygons invalid: `boundaries.hierarchy.check_hierarchy` says so.

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the file cannot be read, lacks a column, or has a row without code or level.
    """
    path = Path(path)
    what = Named(f"Hierarchy {path.name!r}", f"网格体系{quoted(path.name)}")
    gdf, notes = read_placed(path, crs=crs, what=what, layer=layer, declared=declared)
    needed = [name for name in HIERARCHY if name not in _OPTIONAL]
    require_columns(gdf, ["code", *needed], what)
    codes = as_text(gdf["code"])
    levels = pd.to_numeric(as_text(gdf["level"]), errors="coerce")
    _require_codes_and_levels(gdf, codes, levels, what)
    frame = gpd.GeoDataFrame(
        {
            "name": as_text(gdf["name"]),
            "name_en": as_text(gdf["name_en"]) if "name_en" in gdf else "",
            "level": levels.astype("int64"),
            "parent_code": as_text(gdf["parent_code"]),
            "households": as_counts(gdf["households"]) if "households" in gdf else 0,
            "population": as_counts(gdf["population"]) if "population" in gdf else 0,
        },
        geometry=gdf.geometry.force_2d(),
        crs=gdf.crs,
    )
    frame.index = pd.Index(codes, dtype="str", name="code")
    frame = frame.iloc[frame.reset_index().sort_values(["level", "code"], kind="stable").index]
    return gpd.GeoDataFrame(with_dtypes(frame, HIERARCHY)), make_issues(notes, gdf.crs)


def _require_codes_and_levels(
    gdf: gpd.GeoDataFrame, codes: pd.Series, levels: pd.Series, what: Named
) -> None:
    bare = list(gdf.index[codes == ""])
    odd = list(gdf.index[levels.isna() | (levels < 1) | (levels % 1 != 0)])
    if not bare and not odd:
        return
    given = as_text(gdf["level"])
    faults = [f"row {row} has no code" for row in bare]
    faults += [
        f"row {row} ({codes[row]!r}) has level {given[row]!r}, not a whole number from 1"
        for row in odd
    ]
    faults_zh = [f"第 {row} 行没有编码" for row in bare]
    faults_zh += [
        f"第 {row} 行（{quoted(codes[row])}）的级别为{quoted(given[row])}，应为从 1 起的整数"
        for row in odd
    ]
    raise LayerSchemaError(
        f"{what} is faulty: {'; '.join(faults)}.", f"{what.zh}有误：{'；'.join(faults_zh)}。"
    )
