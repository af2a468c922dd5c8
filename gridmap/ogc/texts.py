"""The features of a published version as ready texts, each made once: for the house, or the public.

They are those of the GeoJSON of boundaries: the same ids, properties and rounded ground, so that a
page of features and a file agree to the last decimal. Names of people and phones are in none.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from boundaries.export.geojson.ground import rounded_ground
from boundaries.export.geojson.properties import grid_properties, public_part
from boundaries.export.geojson.text import lines_of
from boundaries.export.rounding import DECIMALS
from gridmap.ogc.queryables import FILTERS, MICRO_GRIDS, OBJECTS, of_level
from gridmap.plan.objects import may_be_public
from gridmap.plan.plan import Plan
from layers.contract.phones import phones_of, without_phones

__all__ = ["FeatureText", "texts_of"]

WGS84 = "OGC:CRS84"
_OF_OBJECTS = ("class", "category", "name", "grid_code")
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True)
class FeatureText:
    """One feature.

    Attributes
    ----------
    collection, key
        Where it belongs, and its code there.
    text
        GeoJSON in WGS84, UTF-8.
    bounds
        West, south, east, north in degrees; None without ground.
    filters
        Values that it is found by, for every name of `FILTERS` of its collection.
    """

    collection: str
    key: str
    text: bytes
    bounds: tuple[float, float, float, float] | None
    filters: Mapping[str, str | None]


def texts_of(plan: Plan) -> Iterator[FeatureText]:
    """Write the features of a plan, grids first, each collection in order of its codes.

    Parameters
    ----------
    plan
        As it may go out (`gridmap.publish.release`). A copy for the public gives grids alone, with
        the properties that the public may have: ids of its objects are other ones in each version.

    Raises
    ------
    BoundaryError
        If the grids are so far from a tiling that rounding cannot give one.
    """
    grids, patches = plan.grids.sort_index(), plan.patches.sort_index()
    ground = rounded_ground(grids, patches, by_patch=False, decimals=DECIMALS)
    rows = grid_properties(grids, patches, plan.assignments)
    if plan.is_redacted:
        rows = public_part(rows)
    lines = lines_of(rows, ground.shapes, prefix="grid", decimals=DECIMALS, multi=True)
    for (code, row), line in zip(rows.items(), lines, strict=True):
        collection = MICRO_GRIDS if row["kind"] == "micro" else of_level(row["level"])
        bounds = _bounds(ground.shapes.get(code), 10**DECIMALS)
        yield FeatureText(collection, code, line, bounds, _filters(collection, row))
    if not plan.is_redacted:
        yield from _objects(plan)


def _objects(plan: Plan) -> Iterator[FeatureText]:
    """Write the objects that any list may show, as points, without what is private of them."""
    known = plan.objects[may_be_public(plan.objects)].sort_index()
    if not len(known):
        return
    names = without_phones(known["name"].astype("str"), phones_of(plan.people))
    known = known.assign(name=names)
    for (code, row), point in zip(
        known[list(_OF_OBJECTS)].to_dict("index").items(), _points(known, plan.patches), strict=True
    ):
        told = {"object_id": code, **{name: value or None for name, value in row.items()}}
        lon, lat = (f"{value:.{DECIMALS}f}" for value in point)
        solid = all(math.isfinite(value) for value in point)
        head = _json({"type": "Feature", "id": f"object.{code}", "properties": told})[:-1]
        place = f'{{"type":"Point","coordinates":[{lon},{lat}]}}' if solid else "null"
        bounds = (float(lon), float(lat), float(lon), float(lat)) if solid else None
        text = f'{head},"geometry":{place}}}'.encode()
        yield FeatureText(OBJECTS, str(code), text, bounds, _filters(OBJECTS, told))


def _points(objects: gpd.GeoDataFrame, patches: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    """Give longitude and latitude of a point in each object; no numbers where it has no place.

    One that is known by the record of its ground lies on its patch.
    """
    ground = patches.geometry.reindex(objects["patch_id"]).to_numpy()
    given = objects.geometry.to_numpy()
    points = shapely.point_on_surface(np.where(shapely.is_missing(given), ground, given))
    x, y = (np.asarray(values, dtype=float) for values in (shapely.get_x(points),
                                                           shapely.get_y(points)))  # fmt: skip
    lon, lat = Transformer.from_crs(objects.crs, WGS84, always_xy=True).transform(x, y)
    return list(zip(map(float, lon), map(float, lat), strict=True))


def _bounds(shape: shapely.Geometry | None, units: int) -> tuple[float, float, float, float] | None:
    if shape is None or shape.is_empty:
        return None
    west, south, east, north = (round(value) / units for value in shape.bounds)
    return west, south, east, north


def _filters(collection: str, row: Mapping[str, Any]) -> dict[str, str | None]:
    return {
        name: None if row.get(name) is None else str(row[name])
        for name in FILTERS[collection == OBJECTS]
    }
