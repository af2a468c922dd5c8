"""The grids as given: one layer with the polygons of all levels.

Whether they fit together is the matter of `boundaries.hierarchy`.
"""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.columns import HIERARCHY, with_dtypes
from layers.crs import to_work_crs
from layers.errors import LayerSchemaError
from layers.files import read_layer, require_columns
from layers.text import as_counts, as_text

__all__ = ["read_hierarchy"]

_OPTIONAL = ("name_en", "households", "population")


def read_hierarchy(path: Path, *, crs: Any, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read the grid hierarchy of a town.

    Parameters
    ----------
    path, layer
        File with the columns `code`, `name`, `level`, `parent_code` and, if the town has them,
        `name_en`, `households` and `population`.
    crs
        Work CRS in metres.

    Returns
    -------
    A HIERARCHY frame, index `code`, sorted by level and code. Codes may still be doubled and
    polygons invalid: `boundaries.hierarchy.check_hierarchy` says so.

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the file cannot be read, lacks a column, or has a row without code or level.
    """
    path = Path(path)
    what = f"Hierarchy {path.name!r}"
    gdf = read_layer(path, layer=layer)
    needed = [name for name in HIERARCHY if name not in _OPTIONAL]
    require_columns(gdf, ["code", *needed], what)
    gdf = to_work_crs(gdf, crs, what)
    codes = as_text(gdf["code"])
    levels = pd.to_numeric(as_text(gdf["level"]), errors="coerce")
    faults = [f"row {row + 1} has no code" for row in gdf.index[codes == ""]]
    faults += [
        f"row {row + 1} ({codes[row]!r}) has level {as_text(gdf['level'])[row]!r}, not a whole "
        "number from 1"
        for row in gdf.index[levels.isna() | (levels < 1) | (levels % 1 != 0)]
    ]
    if faults:
        raise LayerSchemaError(f"{what} is faulty: {'; '.join(faults)}.")
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
    return gpd.GeoDataFrame(with_dtypes(frame, HIERARCHY))
