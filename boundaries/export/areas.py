"""Areas that are no tiling, such as service circles, as RFC 7946 GeoJSON for other systems."""

import json
import math
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import shapely

from boundaries.export.rounding import DECIMALS

__all__ = ["areas_geojson"]

_WGS84 = "OGC:CRS84"


def areas_geojson(areas: gpd.GeoDataFrame, *, head: Mapping[str, Any]) -> bytes:
    """Write polygons as GeoJSON; the same frame gives the same bytes.

    Parameters
    ----------
    areas
        Polygons by id, in any CRS, with plain columns. An area without ground has no geometry.
    head
        Member `gridmap` of the collection: what the areas are, their source and licence.

    Returns
    -------
    UTF-8 text with one feature a line, in WGS84 with 7 decimals, outer rings counter-clockwise.
    What is no number is null.
    """
    shapes = shapely.set_precision(areas.geometry.to_crs(_WGS84).to_numpy(), 10.0**-DECIMALS)
    shapes = shapely.orient_polygons(shapely.normalize(shapes))
    columns = [name for name in areas.columns if name != areas.geometry.name]
    features = []
    for (key, row), shape in zip(areas[columns].iterrows(), shapes, strict=True):
        solid = shape is not None and not shape.is_empty
        feature = {
            "type": "Feature",
            "id": str(key),
            "properties": {name: _plain(value) for name, value in row.items()},
            "geometry": _rounded(shapely.geometry.mapping(shape)) if solid else None,
        }
        features.append(_json(feature))
    body = ",\n".join(features)
    text = f'{{"type":"FeatureCollection","gridmap":{_json(head)},"features":[\n{body}\n]}}\n'
    return text.encode()


def _plain(value: Any) -> Any:
    """Give a value as JSON has it: numbers with two decimals, no NaN."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        return round(value, 2) + 0.0 if math.isfinite(value) else None
    return value


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(part) for part in value]
    return round(value, DECIMALS) if isinstance(value, float) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
