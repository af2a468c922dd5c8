"""Layers of lines: roads, and barriers that no micro-grid may cross."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from layers.contract.errors import LayerFileError, Named, quoted
from layers.contract.issues import make_issues
from layers.contract.text import as_text
from layers.location.placing import read_placed
from layers.reading.features import Declared

__all__ = ["empty_lines", "read_lines"]

_NAME_COLUMNS = ("name", "名称", "NAME", "MC")


def read_lines(
    path: Path, *, crs: Any, layer: str | None = None, declared: Declared | None = None
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read a layer of lines; borders of polygons count as lines, points are left out.

    Parameters
    ----------
    path, layer
        File and layer to read.
    crs
        Work CRS in metres that the lines are brought into.
    declared
        CRS, datum or encoding that the town declares for the file.

    Returns
    -------
    A frame with `name` and the lines, index 0, 1, …, in the work CRS, and the ISSUES of reading.

    Raises
    ------
    LayerFileError, LayerCRSError
        If the layer cannot be read or holds no lines.
    """
    path = Path(path)
    what = Named(f"Layer {path.name!r}", f"图层{quoted(path.name)}")
    gdf, notes = read_placed(path, crs=crs, what=what, layer=layer, declared=declared)
    shapes = gdf.geometry.to_numpy()
    gdf = gdf[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    flat = gdf.geometry.force_2d()
    shapes = flat.where(~flat.geom_type.isin(["Polygon", "MultiPolygon"]), flat.boundary)
    column = next((name for name in _NAME_COLUMNS if name in gdf), None)
    names = as_text(gdf[column]) if column else pd.Series("", index=gdf.index)
    lines = gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=gdf.crs)
    lines = lines[lines.geometry.geom_type.isin(["LineString", "MultiLineString"])]
    if lines.empty:
        raise LayerFileError(
            f"{what} holds no lines. Give a layer of lines.",
            f"{what.zh}中没有线。请给出线图层。",
        )
    return gpd.GeoDataFrame(lines.reset_index(drop=True)), make_issues(notes, gdf.crs)


def empty_lines(crs: Any) -> gpd.GeoDataFrame:
    """Make the frame of a town that gives no lines."""
    return gpd.GeoDataFrame({"name": pd.Series(dtype="str")}, geometry=[], crs=crs)
