"""A layer as an Arrow table: typed columns that say of themselves what they hold, and WKB."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import shapely

from boundaries.export.formats.fields import Field, Kind
from boundaries.export.formats.layers import Layer

__all__ = ["GEOMETRY", "arrow_table", "shape_type"]

GEOMETRY = "geometry"
_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "whole": pa.int64(),
    "number": pa.float64(),
    "day": pa.date32(),
    "flag": pa.bool_(),
}
Metadata = Callable[[Field], dict[str, str]]


def arrow_table(layer: Layer, about: Metadata) -> pa.Table:
    """Give a layer as a table.

    Parameters
    ----------
    layer
        Any.
    about
        Gives the metadata of a column.

    Returns
    -------
    Columns in their order, days as dates, null where nothing is known, and `geometry`, ISO WKB.
    """
    columns, fields = [], []
    for field in layer.fields:
        columns.append(pa.array(_values(layer, field), type=_TYPES[field.kind]))
        is_key = field.name == layer.key
        fields.append(
            pa.field(field.name, _TYPES[field.kind], metadata=about(field), nullable=not is_key)
        )
    wkb = pa.array(shapely.to_wkb(layer.frame.geometry.to_numpy(), flavor="iso"), type=pa.binary())
    return pa.Table.from_arrays([*columns, wkb], schema=pa.schema([*fields, (GEOMETRY, wkb.type)]))


def shape_type(layer: Layer) -> str:
    """Name the type of the shapes of a layer: MultiPolygon, or Point."""
    kinds = set(layer.frame.geometry.geom_type.dropna())
    return str(kinds.pop()) if len(kinds) == 1 else "MultiPolygon"


def _values(layer: Layer, field: Field) -> list[Any]:
    values = layer.frame[field.name]
    made = [None if gone else value for value, gone in zip(values, values.isna(), strict=True)]
    if field.kind == "day":
        return [None if day is None else day.date() for day in made]
    return made
