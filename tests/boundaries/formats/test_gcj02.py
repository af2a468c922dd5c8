"""Copies for GCJ-02 maps: shifted by what these maps shift, labelled, a tiling still."""

import json

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from written_boundaries import SOURCE, shapes_of
from written_layers import as_chain, layers_of, turned_plan

from boundaries.export.geojson import Form, geojson_files
from layers.contract.errors import LayerCRSError
from layers.location.datum import gcj_to_wgs

ON_GROUND = ("grids_1", "grids_2", "micro_grids", "patches")


def away_m(shapes, given):
    """How far corners are from those of the plan, once the shift is undone."""
    plan = turned_plan()
    lon, lat = gcj_to_wgs(*shapely.get_coordinates(shapes).T)
    back = Transformer.from_crs(4326, plan.crs, always_xy=True).transform(lon, lat)
    points = shapely.points(*back)
    return max(shapely.distance(shapely.multipoints(shapely.get_coordinates(given)), points))


def test_layers_are_shifted_back_within_a_centimetre_and_say_so():
    plan = turned_plan()
    layers = layers_of(plan, "WGS84", with_patches=True, gcj02=True)
    true = layers_of(plan, "WGS84", with_patches=True)
    for name in ON_GROUND:
        frame, given = layers[name].frame, true[name].frame
        assert frame.crs is None
        assert frame["coord_type"].tolist() == ["gcj02"] * len(frame)
        assert layers[name].fields[-1].name == "coord_type"
        assert shapely.coverage_is_valid(frame.geometry.to_numpy())
        shift = (frame.bounds["minx"] - given.bounds["minx"]) * 91_000
        assert shift.between(500, 600).all()
        assert away_m(frame.geometry, given.geometry.to_crs(plan.crs)) < 1e-5
    children = layers["micro_grids"].frame.geometry
    assert as_chain(children) == as_chain(layers["grids_1"].frame.geometry)
    assert layers["objects"].frame["coord_type"].tolist() == ["gcj02"] * 2
    assert "coord_type" not in true["micro_grids"].frame
    assert true["micro_grids"].frame.crs is not None


def test_geojson_is_shifted_on_demand_and_says_so_in_every_feature_and_in_the_head():
    plan = turned_plan()
    tables = (plan.grids, plan.patches, plan.assignments, plan.people)
    made = geojson_files(*tables, source=SOURCE, form=Form(gcj02=True), with_patches=True)
    true = geojson_files(*tables, source=SOURCE, with_patches=True)
    for data in (made.grids, made.patches):
        whole = json.loads(data)
        assert {one["properties"]["coord_type"] for one in whole["features"]} == {"gcj02"}
        assert whole["gridmap"]["coordinates"].startswith("GCJ-02 (shifted")
        assert whole["gridmap"]["topology"]["valid_tiling"]
    shapes, given = shapes_of(made.grids), plan.grids.geometry
    assert away_m(shapes.to_numpy(), given.loc[shapes.index]) < 0.01
    assert "coord_type" not in json.loads(true.grids)["features"][0]["properties"]
    assert json.loads(true.grids)["gridmap"]["coordinates"].startswith("WGS84")
    assert np.isclose(shapes["T"].area, shapes_of(true.grids)["T"].area, rtol=1e-3)


def test_metres_have_no_gcj02():
    with pytest.raises(LayerCRSError, match="in longitude and latitude"):
        layers_of(crs="EPSG:4547", gcj02=True)
