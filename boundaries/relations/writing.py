"""A relationship as a table, and its parts as GeoJSON; codes are texts in both."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from boundaries.export.csv_table import csv_bytes

__all__ = ["public_columns", "relationship_csv", "relationship_geojson", "rows_of"]

FORMAT = 1
WGS84 = "OGC:CRS84"
_DECIMALS = 7
# What the public may not have: how many live where, and how much work they are.
_INSIDE = ("households", "load")


def public_columns(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leave out households and load, which no file for the public has."""
    inside = [name for name in table.columns if any(word in str(name) for word in _INSIDE)]
    return gpd.GeoDataFrame(table.drop(columns=inside))


def rows_of(table: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Give the rows as plain values, null where nothing is known."""
    plain = pd.DataFrame(table.drop(columns=table.geometry.name)).astype(object)
    rows = plain.where(plain.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def relationship_csv(table: gpd.GeoDataFrame) -> bytes:
    """Write the rows of `boundaries.relations.relationship.relate` as a table."""
    names = [str(name) for name in table.columns if name != table.geometry.name]
    return csv_bytes(names, _cells(rows_of(table)))


def relationship_geojson(table: gpd.GeoDataFrame, head: Mapping[str, Any]) -> bytes:
    """Write every row with its ground as RFC 7946 GeoJSON, one a line.

    Parameters
    ----------
    table
        Rows with their ground, in any coordinate system.
    head
        Member `gridmap_relationship` of the collection: whose divisions they are.

    Returns
    -------
    UTF-8 text. Each part is valid on the 7 decimals that are written; that neighbours meet to the
    last of them is not promised.
    """
    ground = shapely.set_precision(
        table.geometry.to_crs(WGS84).to_numpy(), grid_size=10.0**-_DECIMALS
    )
    turned = shapely.orient_polygons(shapely.normalize(ground))
    lines = [
        _compact({"type": "Feature", "properties": row, "geometry": _geometry(shape)})
        for row, shape in zip(rows_of(table), turned, strict=True)
    ]
    member = _compact({"format": FORMAT, **head})
    body = ",\n".join(lines)
    start = '{"type":"FeatureCollection","gridmap_relationship":'
    return f'{start}{member},"features":[\n{body}\n]}}\n'.encode()


def _cells(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[object]]:
    for row in rows:
        yield [_cell(str(name), value) for name, value in row.items()]


def _cell(name: str, value: Any) -> object:
    if value is None:
        return ""
    return f"{value:.9f}" if name.endswith("_share") else value


def _geometry(shape: shapely.Geometry) -> Any:
    if shape.is_empty:
        return None
    parts = [one for one in shapely.get_parts([shape]) if one.geom_type == "Polygon"]
    rings = [[_ring(ring) for ring in (one.exterior, *one.interiors)] for one in parts]
    return {"type": "MultiPolygon", "coordinates": rings}


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    return [[round(x, _DECIMALS), round(y, _DECIMALS)] for x, y in ring.coords]


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
