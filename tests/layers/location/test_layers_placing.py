"""Where a layer is: told from the numbers when only one place is possible, else asked for."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from project import TESTS
from pyproj import CRS
from shapely import box

from layers.contract.errors import LayerCRSError, LayerFileError, Named
from layers.inspect.file import inspect_file
from layers.location.crs_guess import guess_crs, misfit_of_work_crs, pick_work_crs
from layers.location.placing import read_placed, undo_datum
from layers.reading.features import Declared
from layers.sheets.coordinates import table_features

TOWNSHIPS = TESTS / "issues" / "townships"
WORK = "EPSG:4547"


def placed(path, **declared):
    what = Named(f"Layer {path.name!r}", f"图层“{path.name}”")
    return read_placed(path, crs=WORK, what=what, declared=Declared(**declared))


def truth():
    return gpd.read_file(TOWNSHIPS / "townships_wgs84_truth.geojson").to_crs(WORK)


def square(path):
    """Write a square kilometre of the town as a shapefile without .prj."""
    shape = box(513e3, 3838e3, 514e3, 3839e3)
    gpd.GeoDataFrame({"a": [1]}, geometry=[shape], crs=WORK).to_file(path)
    path.with_suffix(".prj").unlink()


def farthest_m(one, other):
    """Give the largest distance between the corners of two layers with equal corners."""
    a = shapely.get_coordinates(one.geometry.to_numpy())
    b = shapely.get_coordinates(other.geometry.to_numpy())
    return float(np.hypot(*(a - b).T).max())


def test_the_zone_in_front_of_the_easting_gives_the_place():
    gdf, issues = placed(TOWNSHIPS / "townships_zone38.shp")
    assert farthest_m(gdf, truth()) < 0.01
    assert [issue.rule for issue in issues] == ["READ-5"]
    assert "taken as EPSG:4526, because the eastings begin with 38" in issues[0].message
    assert 'declare crs = "…"' in issues[0].message


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_declared_shift_is_undone(datum):
    name = {"gcj02": "gcj02", "bd09": "bd09"}[datum]
    gdf, issues = placed(TOWNSHIPS / f"townships_{name}_labelled_as_wgs84.geojson", datum=datum)
    assert farthest_m(gdf, truth()) < 0.02
    assert issues[0].rule == "READ-7"


def test_a_shift_that_was_projected_is_undone_too():
    shifted = gpd.read_file(TOWNSHIPS / "townships_gcj02_labelled_as_wgs84.geojson").to_crs(WORK)
    assert farthest_m(undo_datum(shifted, "gcj02").to_crs(WORK), truth()) < 0.02


def test_six_digits_without_a_system_are_asked_for(tmp_path):
    path = tmp_path / "a.shp"
    gpd.GeoDataFrame({"a": [1]}, geometry=[box(513e3, 3838e3, 514e3, 3839e3)], crs=WORK).to_file(
        path
    )
    path.with_suffix(".prj").unlink()
    with pytest.raises(LayerCRSError) as caught:
        placed(path)
    words = str(caught.value)
    assert "Layer 'a.shp' has no coordinate system" in words
    assert "x 513000 to 514000, y 3838000 to 3839000" in words
    assert "it fits the work CRS EPSG:4547" in words
    assert 'declare the system with crs = "EPSG:4547"' in words
    gdf, issues = placed(path, crs="EPSG:4547")
    assert gdf.geometry.area.iloc[0] == 1e6
    assert issues == []


def test_a_declared_system_outweighs_a_wrong_one_and_says_so(tmp_path):
    """Metres in a GeoJSON, which then counts as degrees."""
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
        '{"type":"Polygon","coordinates":[[[513000,3838000],[514000,3838000],[514000,3839000],'
        "[513000,3838000]]]}}]}"
    )
    with pytest.raises(LayerCRSError, match=r"claims to be in degrees"):
        placed(path)
    gdf, issues = placed(path, crs="EPSG:4547")
    assert gdf.geometry.area.iloc[0] == 5e5
    assert "it says 'WGS 84', rules.toml says 'CGCS2000 / 3-degree" in issues[0].message


def test_a_declared_system_that_is_unknown_is_refused():
    with pytest.raises(LayerCRSError, match=r"crs 'zone 38' of rules.toml is not a known"):
        placed(TOWNSHIPS / "townships_zone38.shp", crs="zone 38")


@pytest.mark.parametrize(
    ("bounds", "crs", "sure"),
    [
        ((113.9, 34.6, 114, 34.7), "EPSG:4490", True),
        ((11.5, 49.9, 11.6, 50), "EPSG:4326", False),
        ((38_481_828, 3_830_000, 38_500_000, 3_850_000), "EPSG:4526", True),
        ((19_700_000, 3_830_000, 19_750_000, 3_850_000), "EPSG:4497", True),
        ((513_000, 3_838_000, 514_000, 3_839_000), "", False),
    ],
)
def test_what_the_numbers_allow(bounds, crs, sure):
    best = guess_crs(np.array(bounds, dtype=float))[0]
    assert (best.crs, best.sure) == (crs, sure)
    if crs:
        CRS(crs)


def test_numbers_of_nowhere_allow_nothing():
    assert guess_crs(np.array([0.0, 0.0, 2000.0, 2000.0])) == []
    assert guess_crs(np.array([np.nan] * 4)) == []


@pytest.mark.parametrize(
    ("lon", "lat", "crs"),
    [
        (113.93, 34.68, "EPSG:4547"),
        (117.0, 36.0, "EPSG:4548"),
        (75.9, 39.5, "EPSG:4534"),
        (11.58, 49.95, "EPSG:32632"),
        (-71.1, 42.4, "EPSG:32619"),
        (151.2, -33.9, "EPSG:32756"),
    ],
)
def test_the_work_crs_suits_the_place(lon, lat, crs):
    assert pick_work_crs(lon, lat) == crs


def test_a_work_crs_of_another_place_is_told_with_its_error():
    """Zheng'an in the zone of 126 E, twelve degrees away."""
    assert misfit_of_work_crs(CRS("EPSG:4547"), 493_000, 3_838_000) is None
    there = gpd.GeoSeries.from_xy([113.92], [34.67], crs=4490).to_crs(4551).iloc[0]
    issue = misfit_of_work_crs(CRS("EPSG:4551"), there.x, there.y)
    assert issue.rule == "READ-10"
    assert "are wrong by +3." in issue.message
    assert "If the town really lies there, EPSG:4547 suits it" in issue.message


def table(**columns):
    return pd.DataFrame(columns, dtype="str").set_axis(range(2, 2 + len(columns.popitem()[1])))


def test_a_table_in_degrees_minutes_and_seconds():
    frame, _, issues = table_features(
        table(经度=["113°55′30″"], 纬度=["34°41'15\"N"]), file="a.csv"
    )
    point = frame.geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((113.925, 34.6875))
    assert frame.crs.to_epsg() == 4326
    assert issues == []


def test_northings_in_the_x_column_are_seen():
    frame, why, _ = table_features(
        table(X=["3838000", "3838100"], Y=["513000", "513100"]), file="a.csv"
    )
    assert frame.geometry.iloc[0].x == 513_000
    assert "the other way round" in str(why)
    assert "两列对调" in why.zh
    assert frame.crs is None


def test_latitude_in_the_place_of_longitude_is_seen():
    frame, why, _ = table_features(table(lon=["34.7"], lat=["113.9"]), file="a.csv")
    assert frame.geometry.iloc[0].x == 113.9
    assert "the other way round" in str(why)
    assert "两列对调" in why.zh


def test_wkt_in_a_table():
    frame, _, issues = table_features(
        table(wkt=["POLYGON ((0 0, 1 0, 1 1, 0 0))", "POLYGON ((0"]), file="a.csv"
    )
    assert frame.geometry.iloc[0].area == 0.5
    assert frame.geometry.iloc[1] is None
    assert issues[0].other_code == "3"


def test_a_table_without_positions_says_what_to_name():
    with pytest.raises(LayerFileError, match=r"has no columns with positions. Found: 'a'"):
        table_features(table(a=["1"]), file="a.csv")


def test_inspecting_tells_encoding_system_and_shift():
    outline = truth()
    zone = inspect_file(TOWNSHIPS / "townships_zone38.shp", outline=outline).layers[0]
    assert (zone.encoding, zone.crs, zone.crs_sure) == ("GB18030", "EPSG:4526", True)
    assert zone.work_crs == "EPSG:4547"
    assert zone.features == 20
    assert zone.shift is None
    assert zone.area_ha == pytest.approx(truth().area.sum() / 10_000, rel=1e-6)
    assert zone.columns.loc["乡镇名称", "example"] == "谢庄镇"
    for name, kind in (("gcj02", "GCJ-02"), ("bd09", "BD-09")):
        path = TOWNSHIPS / f"townships_{name}_labelled_as_wgs84.geojson"
        shift = inspect_file(path, outline=outline).layers[0].shift
        assert shift.kind == kind
    facts = zone.facts().set_index("key")["value"]
    assert facts["datum"] == "China 2000"
    assert facts["shift"] == "none seen"
    assert facts["crs"].startswith("EPSG:4526 CGCS2000 / 3-degree Gauss-Kruger zone 38 (sure:")


@pytest.mark.parametrize("moved", [0.0, 550.0])
def test_of_sites_inside_the_town_no_shift_can_be_told_from_its_outline(tmp_path, moved):
    outline = truth()
    middle = outline.to_crs(WORK).union_all().representative_point()
    sites = [box(middle.x + x + moved, middle.y, middle.x + x + moved + 90, middle.y + 60)
             for x in (-300, 0, 250)]  # fmt: skip
    path = tmp_path / "estates.gpkg"
    gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=sites, crs=WORK).to_file(path)
    found = inspect_file(path, outline=outline).layers[0]
    assert found.shift is None
    told = found.facts().set_index("key").loc["shift"]
    assert told["value"].startswith("cannot be told")
    assert told["value_zh"].startswith("无法判断")


def test_inspecting_a_layer_of_unknown_place_says_so(tmp_path):
    path = tmp_path / "a.shp"
    gpd.GeoDataFrame({"a": [1]}, geometry=[box(513e3, 3838e3, 514e3, 3839e3)], crs=WORK).to_file(
        path
    )
    path.with_suffix(".prj").unlink()
    found = inspect_file(path).layers[0]
    assert (found.crs, found.crs_sure, found.work_crs, found.area_ha) == ("", False, "", None)
    assert "every 3-degree zone of China" in found.crs_why
    assert found.issues["rule"].tolist() == ["READ-5"]


def test_inspecting_metres_that_claim_to_be_degrees_says_so(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
        '{"type":"Polygon","coordinates":[[[0,0],[2000,0],[2000,900],[0,0]]]}}]}'
    )
    found = inspect_file(path).layers[0]
    assert (found.crs, found.crs_sure, found.area_ha) == ("", False, None)
    assert found.crs_why == "it says 'WGS 84', but its numbers cannot be in it"
    assert found.issues["severity"].tolist() == ["error"]


def test_inspecting_a_table_without_positions_tells_its_columns(tmp_path):
    table(编号=["001", "002"], 姓名=["甲", "乙"]).to_csv(
        tmp_path / "r.csv", index=False, encoding="gbk"
    )
    found = inspect_file(tmp_path / "r.csv").layers[0]
    assert found.format == "CSV table without positions"
    assert found.encoding == "GB18030"
    assert found.columns["example"].to_dict() == {"编号": "001", "姓名": "甲"}
    assert found.issues.empty


def test_inspecting_looks_into_every_layer_and_lists_those_without_features(tmp_path):
    squares = gpd.GeoDataFrame(geometry=[box(513e3, 3838e3, 514e3, 3839e3)], crs=WORK)
    squares.to_file(tmp_path / "a.gpkg", layer="north")
    squares.iloc[:0].to_file(tmp_path / "a.gpkg", layer="south")
    found = inspect_file(tmp_path / "a.gpkg")
    assert [layer.layer for layer in found.layers] == ["north"]
    assert (found.faults, str(found.remarks[0])) == ((), "layers without features: 'south'")
    with pytest.raises(LayerFileError, match=r"There is no file"):
        inspect_file(tmp_path / "b.gpkg")


def test_inspecting_tells_in_both_languages_what_reading_keeps(tmp_path):
    shapes = [box(513e3, 3838e3, 514e3, 3839e3), shapely.Point(513e3, 3838e3), None]
    gpd.GeoDataFrame(geometry=shapes, crs=WORK).to_file(tmp_path / "a.gpkg")
    facts = inspect_file(tmp_path / "a.gpkg").layers[0].facts().set_index("key")
    assert facts.loc["features", "value"] == "3 (1 Polygon, 1 Point, 1 none)"
    assert facts.loc["features", "value_zh"] == "3（1 个面、1 个点、1 个无图形）"
    assert facts.loc["usable", "value"] == "1, and leaves out 2"
    assert facts.loc["usable", "value_zh"] == "保留 1 个，略去 2 个"
    assert facts.loc["shift", "value"].startswith("not looked for")
    assert facts.loc["shift", "value_zh"].startswith("未检查")


def test_a_ring_that_ends_at_another_height_costs_nothing(tmp_path):
    """The last corner of the first parcel has no number for its height."""
    ring = "114,34.7,0 114.01,34.7,0 114.01,34.71,0 114,34.7,"
    places = "".join(
        "<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{ring}{height}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for height in ("NaN", "0")
    )
    path = tmp_path / "heights.kml"
    path.write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{places}</Document></kml>'
    )
    gdf, _ = read_placed(path, crs="EPSG:4547", what=Named("L", "图层"))
    assert gdf.area.tolist() == pytest.approx([916 * 1109.5 / 2] * 2, rel=1e-3)  # half of a box
    assert inspect_file(path).layers[0].area_ha == pytest.approx(101.6, rel=1e-3)
