"""Coordinates the wrong way round, with or without zone number, and single ones of nowhere."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from layers.contract.errors import LayerCRSError, Named
from layers.inspect.file import inspect_file
from layers.location.placing import read_placed
from layers.reading.features import Declared

WORK = "EPSG:4547"
X, Y = 493_000, 3_838_000


def drawn(crs=WORK):
    shapes = [box(X + 100 * i, Y, X + 100 * i + 100, Y + 100) for i in range(4)]
    return gpd.GeoDataFrame({"id": ["1", "2", "3", "4"]}, geometry=shapes, crs=WORK).to_crs(crs)


def handle(gdf):
    shapes = shapely.transform(gdf.geometry.to_numpy(), lambda points: points[:, ::-1])
    return gdf.set_geometry(gpd.GeoSeries(shapes, index=gdf.index, crs=gdf.crs))


def claimed(gdf, crs):
    return gdf.set_crs(crs, allow_override=True)


def placed(path, **declared):
    what = Named(f"Layer {path.name!r}", f"图层“{path.name}”")
    return read_placed(path, crs=WORK, what=what, declared=Declared(**declared))


def without_prj(gdf, path):
    claimed(gdf, WORK).to_file(path)
    path.with_suffix(".prj").unlink()
    return path


def is_in_place(gdf):
    corners = shapely.get_coordinates(gdf.geometry.to_numpy())
    truth = shapely.get_coordinates(drawn().geometry.to_numpy())
    return len(corners) == len(truth) and bool(
        np.abs(np.sort(corners, axis=0) - np.sort(truth, axis=0)).max() < 0.01
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (handle(drawn()), "northing stands in front of easting"),
        (handle(drawn("EPSG:4490")), "latitude stands in front of longitude"),
        (claimed(drawn("EPSG:4526"), WORK), "begin with the zone number 38"),
        (claimed(drawn(WORK), "EPSG:4526"), "lack the zone number 38"),
        (claimed(handle(drawn("EPSG:4526")), WORK), "northing stands in front of easting; the"),
    ],
)
def test_what_the_numbers_prove_is_put_right_and_told(tmp_path, given, words):
    given.to_file(tmp_path / "a.gpkg")
    gdf, issues = placed(tmp_path / "a.gpkg")
    assert is_in_place(gdf)
    assert [issue.rule for issue in issues] == ["READ-5"]
    assert words in issues[0].message
    looked = inspect_file(tmp_path / "a.gpkg").layers[0]
    assert not looked.crs_sure
    assert looked.middle == pytest.approx((113.9258, 34.6706), abs=0.001)
    assert words in looked.issues["message"].iloc[0]


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4526", "EPSG:4497"])
def test_turned_coordinates_without_a_system_find_their_place(tmp_path, crs):
    gdf, issues = placed(without_prj(handle(drawn(crs)), tmp_path / "a.shp"))
    assert is_in_place(gdf)
    assert "northing or latitude stands first" in issues[0].message


def test_a_declared_system_with_turned_coordinates(tmp_path):
    gdf, issues = placed(without_prj(handle(drawn()), tmp_path / "a.shp"), crs=WORK)
    assert is_in_place(gdf)
    assert "northing stands in front" in issues[0].message


def test_a_system_that_says_nothing_about_the_place_is_none(tmp_path):
    drawn().to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").write_text('LOCAL_CS["Unknown",UNIT["Meter",1]]')
    looked = inspect_file(tmp_path / "a.shp").layers[0]
    assert (looked.crs, looked.crs_sure) == ("", False)
    assert "'Unknown' is a local one" in looked.issues["message"].iloc[0]
    gdf, _ = placed(tmp_path / "a.shp", crs=WORK)
    assert is_in_place(gdf)


def test_a_layer_in_its_place_is_left_alone(tmp_path):
    drawn().to_file(tmp_path / "a.gpkg")
    gdf, issues = placed(tmp_path / "a.gpkg")
    assert is_in_place(gdf)
    assert issues == []


@pytest.mark.parametrize("crs", ["EPSG:2381", "EPSG:2434"])
def test_an_old_datum_is_told(tmp_path, crs):
    """Xi'an 1980 and Beijing 1954, zones of 114 E."""
    drawn(crs).to_file(tmp_path / "a.gpkg")
    _, issues = placed(tmp_path / "a.gpkg")
    assert "lies some 100 m from CGCS2000" in issues[0].message
    looked = inspect_file(tmp_path / "a.gpkg").layers[0]
    assert "lies some 100 m from CGCS2000" in looked.issues["message"].iloc[0]


def geojson(path, corners):
    features = [
        {
            "type": "Feature",
            "properties": {},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y]]],
            },
        }
        for x, y in corners
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_one_feature_of_nowhere_costs_only_itself(tmp_path):
    corners = [(113.9, 34.7), (1e300, 34.7), (113.92, 34.7)]
    gdf, issues = placed(geojson(tmp_path / "a.geojson", corners))
    assert shapely.is_missing(gdf.geometry.to_numpy()).tolist() == [False, True, False]
    assert [(issue.rule, issue.other_code) for issue in issues] == [("READ-6", "2")]
    assert "of no place on earth (such as x 1e+300" in issues[0].message


def test_a_feature_far_from_the_others_is_told(tmp_path):
    corners = [(113.9, 34.7), (113.91, 34.7), (113.92, 34.7), (0.001, 0.001)]
    path = geojson(tmp_path / "a.geojson", corners)
    _, issues = placed(path)
    assert [(issue.rule, issue.other_code) for issue in issues] == [("READ-12", "4")]
    looked = inspect_file(path).layers[0]
    assert looked.work_crs == "EPSG:4547"
    assert "READ-12" in looked.issues["rule"].tolist()


def test_a_system_that_no_way_leads_out_of_is_an_error_of_ours(tmp_path):
    """A damaged .prj: latitude of origin 4,000 degrees."""
    drawn().to_file(tmp_path / "a.shp")
    text = (tmp_path / "a.prj").read_text()
    assert '"Latitude_Of_Origin",0.0' in text
    (tmp_path / "a.prj").write_text(
        text.replace('"Latitude_Of_Origin",0.0', '"Latitude_Of_Origin",4000')
    )
    with pytest.raises(LayerCRSError, match=r"Layer 'a.shp'"):
        placed(tmp_path / "a.shp")
    assert inspect_file(tmp_path / "a.shp").layers[0].work_crs == ""
