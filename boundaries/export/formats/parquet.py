"""A layer as GeoParquet 1.1, for DuckDB, pandas and Spark: typed columns, nulls, a box a feature.

References
----------
GeoParquet 1.1.0, https://geoparquet.org/releases/v1.1.0/
"""

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from boundaries.export.formats.arrow import GEOMETRY, arrow_table
from boundaries.export.formats.fields import Field
from boundaries.export.formats.layers import Layer

__all__ = ["parquet_bytes"]

_BOX = "bbox"
_SIDES = ("xmin", "ymin", "xmax", "ymax")
_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
_ROWS = 10_000  # a group: a reader that wants a box skips the others


def parquet_bytes(layer: Layer, *, about: Mapping[str, Any]) -> bytes:
    """Write a layer.

    Parameters
    ----------
    layer
        Its titles and notes become metadata of the columns (`title`, `title_en`, `description`).
    about
        What is said of the plan: JSON in the metadata, under `gridmap`.

    Returns
    -------
    The file: WKB, exterior rings counter-clockwise, PROJJSON (null where the layer has no CRS) and
    a covering box for each row. The same layer gives the same bytes.
    """
    shapes = layer.frame.geometry.to_numpy()
    table = arrow_table(layer, _about).append_column(_BOX, _boxes(shapes))
    titles = {"layer": layer.name, "title": layer.title, "title_en": layer.title_en}
    table = table.replace_schema_metadata(
        {"geo": _json(_geo(layer, shapes)), "gridmap": _json(about), **titles}
    )
    out = io.BytesIO()
    pq.write_table(table, out, row_group_size=_ROWS, compression="zstd")
    return out.getvalue()


def _about(field: Field) -> dict[str, str]:
    return {"title": field.title, "title_en": field.title_en, "description": field.note}


def _boxes(shapes: NDArray[np.object_]) -> pa.StructArray:
    bounds = shapely.bounds(shapes)
    none = np.isnan(bounds).any(axis=1)
    sides = [pa.array(bounds[:, at], mask=none) for at in range(4)]
    return pa.StructArray.from_arrays(sides, _SIDES, mask=pa.array(none))


def _geo(layer: Layer, shapes: NDArray[np.object_]) -> dict[str, Any]:
    solid = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    crs = layer.frame.crs
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in solid}),
        "crs": None if crs is None else CRS(crs).to_json_dict(),
        "edges": "planar",
        "orientation": "counterclockwise",
        "covering": {"bbox": {side: [_BOX, side] for side in _SIDES}},
    }
    if len(solid):
        column["bbox"] = [float(side) for side in shapely.total_bounds(solid)]
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
