"""Registers: lists of what an officer has to visit by name, joined to ground by record or point."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from layers.columns import OBJECTS, with_dtypes
from layers.crs import parse_work_crs, to_work_crs
from layers.errors import LayerSchemaError
from layers.files import TABLE_ENDINGS, read_layer, read_table, require_columns
from layers.text import as_text

__all__ = ["read_register"]


def read_register(
    path: Path,
    *,
    category: str,
    id_column: str,
    crs: Any,
    layer: str | None = None,
    name_column: str | None = None,
    record_column: str | None = None,
) -> gpd.GeoDataFrame:
    """Read a register of objects.

    Parameters
    ----------
    path, layer
        A table (.csv, .xlsx) or a map layer.
    category
        Category or sub-class of the objects.
    id_column, name_column
        Columns with the id of an object, which must be unique, and its name.
    record_column
        Column with the record of the ground layer that the object lies on. A table needs it; a map
        layer without it places each object by a point inside its geometry.
    crs
        Work CRS in metres.

    Returns
    -------
    An OBJECTS frame with index `object_id` = `<file>:<id>`, so that two registers may number their
    objects alike. The geometry is a point, or None for an object placed by record.

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the register cannot be read, lacks a column, or has an id twice or not at all.
    """
    path = Path(path)
    what = f"Register {path.name!r}"
    columns = [id_column, name_column, record_column]
    if path.suffix.lower() in TABLE_ENDINGS:
        table: pd.DataFrame = read_table(path, sheet=layer)
        require_columns(table, columns, what)
        if record_column is None:
            raise LayerSchemaError(
                f"{what} is a table without positions. Name the column that holds the record of "
                'the ground layer with record_column = "…" in rules.toml.'
            )
        points = [None] * len(table)
    else:
        gdf = read_layer(path, layer=layer)
        require_columns(gdf, columns, what)
        table = to_work_crs(gdf, crs, what)
        table.index = pd.RangeIndex(1, len(table) + 1)
        points = list(_points(table.geometry))
    ids = as_text(table[id_column])
    _require_ids(ids, what, id_column)
    frame = gpd.GeoDataFrame(
        {
            "register": path.name,
            "category": category,
            "name": as_text(table[name_column]) if name_column else "",
            "record": as_text(table[record_column]) if record_column else "",
        },
        index=table.index,
        geometry=gpd.GeoSeries(points, index=table.index),
        crs=parse_work_crs(crs, "Work CRS"),
    )
    frame.index = pd.Index(path.stem + ":" + ids, dtype="str", name="object_id")
    return gpd.GeoDataFrame(with_dtypes(frame, OBJECTS))


def _points(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    """Give a point on the ground of each object, inside its polygon when it has one."""
    flat = geometry.force_2d()
    return gpd.GeoSeries(shapely.point_on_surface(flat.to_numpy()), index=flat.index, crs=flat.crs)


def _require_ids(ids: pd.Series, what: str, id_column: str) -> None:
    empty = [str(row) for row in ids.index[ids == ""]]
    if empty:
        raise LayerSchemaError(
            f"{what}: column {id_column!r} is empty in row {', '.join(empty[:10])}. "
            "Every object needs an id."
        )
    for value, rows in ids.groupby(ids):
        if len(rows) > 1:
            places = " and ".join(str(row) for row in rows.index)
            raise LayerSchemaError(
                f"{what}: id {value!r} stands in rows {places}. Give each object an id of its own."
            )
