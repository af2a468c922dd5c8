"""Objects of the registers handed to others: GeoJSON in WGS84, or CSV with degrees in columns."""

import json
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.export.csv_table import csv_bytes
from boundaries.export.rounding import DECIMALS

__all__ = ["objects_csv", "objects_geojson"]

_WGS84 = "EPSG:4326"


def objects_geojson(objects: gpd.GeoDataFrame, head: Mapping[str, Any]) -> bytes:
    """Write objects as RFC 7946 GeoJSON, one feature a line.

    Parameters
    ----------
    objects
        Rows with an id as index and plain values in their columns; a point, a polygon or nothing.
    head
        What the file says of itself, under `gridmap`.
    """
    shapes = _degrees(objects)
    plain = pd.DataFrame(objects.drop(columns=objects.geometry.name))
    rows = plain.astype(object).where(plain.notna(), None).to_dict("records")
    features = [
        _json(
            {
                "type": "Feature",
                "id": str(name),
                "properties": row,
                "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
            }
        )
        for name, row, shape in zip(objects.index, rows, shapes, strict=True)
    ]
    body = ",\n".join(features)
    text = f'{{"type":"FeatureCollection","gridmap":{_json(head)},"features":[\n{body}\n]}}\n'
    return text.encode()


def objects_csv(objects: gpd.GeoDataFrame) -> bytes:
    """Write objects as CSV: id, all columns, and lon and lat of a point in each."""
    shapes = gpd.GeoSeries(_degrees(objects), index=objects.index, crs=_WGS84)
    points = shapely.point_on_surface(shapes.to_numpy())
    plain = pd.DataFrame(objects.drop(columns=objects.geometry.name))
    lon, lat = (np.round(of(points), DECIMALS) for of in (shapely.get_x, shapely.get_y))
    table = plain.assign(lon=lon, lat=lat).astype(object)
    table = table.where(table.notna(), "")
    rows = zip(objects.index, *(table[name] for name in table.columns), strict=True)
    return csv_bytes([objects.index.name or "id", *table.columns], rows)


def _degrees(objects: gpd.GeoDataFrame) -> np.ndarray:
    """Give the shapes in degrees, to the decimals of the other files, rings by the right hand."""
    if objects.empty:
        return np.array([], dtype=object)
    shapes = objects.geometry.to_crs(_WGS84).to_numpy()
    rounded = shapely.transform(shapes, lambda places: np.round(places, DECIMALS))
    return np.asarray(shapely.orient_polygons(rounded))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
