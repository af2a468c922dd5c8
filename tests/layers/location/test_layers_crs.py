"""Coordinate systems: what can be measured in, and what is refused with which words."""

import geopandas as gpd
import pytest
from shapely import Point, box

from layers.contract.errors import LayerCRSError, Named
from layers.location.crs import parse_work_crs, require_metric, to_work_crs

LAYER = Named("Layer 'a'", "图层“a”")
WHERE = Named("rules.toml, town.crs", "rules.toml 的 town.crs")


def layer(crs, *shapes):
    return gpd.GeoDataFrame(geometry=list(shapes), crs=crs)


def test_a_frame_in_metres_may_be_measured():
    require_metric(layer("EPSG:4547", box(513000, 3838000, 513100, 3838100)), LAYER)


def test_a_frame_without_crs_is_refused():
    with pytest.raises(LayerCRSError, match=r"Layer 'a' has no coordinate system"):
        require_metric(layer(None, Point(0, 0)), LAYER)


@pytest.mark.parametrize(
    ("crs", "words"),
    [
        ("EPSG:4326", "is in degrees"),
        ("EPSG:4490", "is in degrees"),
        ("EPSG:3857", "is a Mercator map: areas in it are far too large"),
        ("EPSG:3395", "is a Mercator map: areas in it are far too large"),
        ("EPSG:2249", "is in US survey foot, not in metres"),
        ("EPSG:99999", "is not a known coordinate system"),
        ("nowhere", "is not a known coordinate system"),
    ],
)
def test_a_work_crs_that_cannot_measure_is_refused(crs, words):
    with pytest.raises(LayerCRSError) as caught:
        parse_work_crs(crs, WHERE)
    assert words in str(caught.value)
    assert "EPSG:4547" in str(caught.value)


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:4526", "EPSG:32632", "EPSG:26986"])
def test_projected_metres_are_accepted(crs):
    assert parse_work_crs(crs, WHERE).is_projected


def test_degrees_with_a_known_crs_are_reprojected():
    moved = to_work_crs(layer("EPSG:4490", Point(114, 34)), "EPSG:4547", LAYER)
    assert moved.crs.to_epsg() == 4547
    assert moved.geometry.iloc[0].x == pytest.approx(500_000)


def test_the_input_is_not_changed():
    given = layer("EPSG:4490", Point(114, 34))
    to_work_crs(given, "EPSG:4547", LAYER)
    assert given.crs.to_epsg() == 4490
    assert given.geometry.iloc[0].x == 114


def test_a_layer_without_crs_names_its_bounds():
    with pytest.raises(LayerCRSError) as caught:
        to_work_crs(layer(None, box(513000, 3838000, 513100, 3838100)), "EPSG:4547", LAYER)
    assert "Layer 'a' has no coordinate system (found x 513000 to 513100" in str(caught.value)
    assert ".prj" in str(caught.value)


def test_metres_that_claim_to_be_degrees_are_refused():
    shifted = layer("EPSG:4326", box(513000, 3838000, 513100, 3838100))
    with pytest.raises(LayerCRSError, match=r"claims to be in degrees"):
        to_work_crs(shifted, "EPSG:4547", LAYER)


def test_degrees_that_claim_to_be_metres_are_refused():
    with pytest.raises(LayerCRSError, match=r"its coordinates look like degrees"):
        to_work_crs(layer("EPSG:4547", box(113.9, 34.6, 114, 34.7)), "EPSG:4547", LAYER)


def test_a_place_that_the_work_crs_cannot_show_is_refused():
    far = layer("EPSG:4326", Point(25, 0))
    with pytest.raises(LayerCRSError, match=r"cannot be brought from"):
        to_work_crs(far, "EPSG:4547", LAYER)


def test_an_empty_layer_passes():
    assert to_work_crs(layer("EPSG:4326"), "EPSG:4547", LAYER).empty
