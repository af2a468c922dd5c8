"""Boundaries written as GeoJSON, and read back from the text alone."""

import json

import pandas as pd
import shapely

from boundaries.export.geojson import Source, geojson_bytes, geojson_files

SOURCE = Source(
    "041", "小镇", name_en="Small Town", version="2026-1", state="3:ab", credit="Drawn",
    licence="MIT",
)  # fmt: skip


def export(plan, **options):
    return geojson_bytes(
        plan.grids, plan.patches, plan.assignments, plan.people, source=SOURCE, **options
    )


def both(plan, **options):
    """The file of grids and that of patches."""
    tables = (plan.grids, plan.patches, plan.assignments, plan.people)
    made = geojson_files(*tables, source=SOURCE, with_patches=True, **options)
    return made.grids, made.patches


def code_of(feature):
    kind, _, code = feature["id"].partition(".")
    assert kind == ("patch" if feature["properties"]["kind"] == "patch" else "grid")
    return code


def features(data):
    return {code_of(feature): feature for feature in json.loads(data)["features"]}


def shapes_of(data, **wanted):
    """Read polygons back as any reader does, from the text alone."""
    chosen = [
        feature
        for feature in json.loads(data)["features"]
        if all(feature["properties"].get(key) == value for key, value in wanted.items())
        and feature["geometry"] is not None
    ]
    ids = [code_of(feature) for feature in chosen]
    return pd.Series([shapely.geometry.shape(f["geometry"]) for f in chosen], index=ids)


def assert_valid_as_written(data):
    """Every level tiles the same ground, and a parent is exactly the union of its children."""
    levels = {f["properties"].get("level") for f in json.loads(data)["features"]} - {None}
    rows = features(data)
    for level in levels:
        shapes = shapes_of(data, level=level)
        assert shapely.is_valid(shapes.to_numpy()).all()
        assert shapely.coverage_is_valid(shapes.to_numpy())
    for code, row in rows.items():
        children = [
            shapely.geometry.shape(other["geometry"])
            for other in rows.values()
            if other["properties"]["parent_code"] == code
            and "level" in other["properties"]
            and other["geometry"] is not None
        ]
        if children:
            union = shapely.union_all(children)
            assert shapely.equals(union, shapely.geometry.shape(row["geometry"]))
