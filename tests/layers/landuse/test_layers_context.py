"""Context that is drawn and units that stay whole, read from files as offices have them."""

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, box

from layers.contract.errors import LayerFileError, LayerSchemaError
from layers.landuse.context import read_context, read_units

CRS = "EPSG:4547"
X, Y = 500_000.0, 3_800_000.0


def written(path, shapes, **columns):
    gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS).to_file(path)
    return path


def lines(count):
    return [LineString([(X, Y + 10 * one), (X + 100, Y + 10 * one)]) for one in range(count)]


def test_road_classes_of_both_vocabularies_are_brought_to_ours(tmp_path):
    given = ["国道", "机耕路", "residential", "Living_Street", "motorway_link", ""]
    path = written(tmp_path / "路.gpkg", lines(6), 等级=given, 名称=list("甲乙丙丁戊己"))
    roads, issues = read_context(path, kind="road", crs=CRS, class_column="等级")
    expected = ["trunk", "track", "street", "lane", "motorway", "street"]
    assert roads["class"].tolist() == expected
    assert roads["name"].tolist() == list("甲乙丙丁戊己")
    assert set(roads["kind"]) == {"road"}
    assert issues.empty


def test_a_road_class_that_nobody_knows_is_told_and_counts_as_a_street(tmp_path):
    path = written(tmp_path / "roads.gpkg", lines(3), kind=["cartway", "cartway", "track"])
    roads, issues = read_context(path, kind="road", crs=CRS, class_column="kind")
    assert roads["class"].tolist() == ["street", "street", "track"]
    (row,) = issues.itertuples()
    assert (row.rule, row.size) == ("READ-19", 2)
    assert "cartway" in row.message_zh


def test_roads_drawn_as_areas_give_their_borders_and_points_are_no_roads(tmp_path):
    shapes = [box(X, Y, X + 10, Y + 10), Point(X, Y), *lines(1)]
    path = written(tmp_path / "roads.gpkg", shapes, name=["a", "b", "c"])
    roads, _ = read_context(path, kind="road", crs=CRS)
    assert roads.geometry.length.tolist() == [40.0, 100.0]
    assert roads["name"].tolist() == ["a", "c"]


def test_buildings_places_and_water_keep_their_geometry(tmp_path):
    house = written(tmp_path / "houses.gpkg", [box(X, Y, X + 10, Y + 8)], floors=["3"])
    place = written(tmp_path / "places.gpkg", [Point(X, Y)], name=["东村"], type=["Village"])
    assert read_context(house, kind="building", crs=CRS)[0].area.tolist() == [80.0]
    places, _ = read_context(place, kind="place", crs=CRS, class_column="type")
    assert (places["class"].item(), places["name"].item()) == ("village", "东村")


def test_a_layer_with_nothing_to_draw_is_refused_with_a_remedy(tmp_path):
    path = written(tmp_path / "roads.gpkg", [Point(X, Y)], name=["a"])
    with pytest.raises(LayerFileError, match="take it out of the rules"):
        read_context(path, kind="road", crs=CRS)


def test_a_column_that_is_not_there_is_named(tmp_path):
    path = written(tmp_path / "roads.gpkg", lines(1), name=["a"])
    with pytest.raises(LayerSchemaError, match="klass"):
        read_context(path, kind="road", crs=CRS, class_column="klass")


def test_units_are_numbered_and_equal_numbers_told_apart(tmp_path):
    shapes = [box(X + 20 * one, Y, X + 20 * one + 10, Y + 10) for one in range(3)]
    path = written(tmp_path / "小区.gpkg", shapes, id=["A", "A", "B"], name=["甲", "乙", "丙"])
    units, issues = read_units(path, kind="compound", crs=CRS, id_column="id")
    assert units.index.tolist() == ["compound/A", "compound/A (2)", "compound/B"]
    assert units["kind"].eq("compound").all()
    assert issues.empty


def test_units_without_ground_are_told_as_those_of_any_layer(tmp_path):
    path = written(tmp_path / "units.gpkg", [box(X, Y, X + 9, Y + 9), Point(X, Y)], id=["1", "2"])
    units, issues = read_units(path, kind="building", crs=CRS, id_column="id")
    assert units.index.tolist() == ["building/1"]
    assert issues["rule"].tolist() == ["READ-2"]


def test_households_and_stairwells_of_buildings_are_read_by_name_or_by_their_headers(tmp_path):
    shapes = [box(X + 20 * one, Y, X + 20 * one + 10, Y + 10) for one in range(3)]
    columns = {"id": ["1", "2", "3"], "户数": ["68", "12户", ""], "楼门": [4, 1, 0]}
    path = written(tmp_path / "楼.gpkg", shapes, **columns)
    named, issues = read_units(
        path, kind="building", crs=CRS, households_column="户数", stairwells_column="楼门"
    )
    assert named["households"].tolist() == [68, 12, 0]  # 0: not known
    assert named["stairwells"].tolist() == [4, 1, 0]
    assert set(issues["rule"]) <= {"READ-6"}
    found, _ = read_units(path, kind="building", crs=CRS, by_headers=True)
    assert found["households"].tolist() == [68, 12, 0]
    assert found["stairwells"].tolist() == [0, 0, 0]
    # A town without household grids shares households out as it always did.
    without, _ = read_units(path, kind="building", crs=CRS)
    assert without["households"].tolist() == [0, 0, 0]
    with pytest.raises(LayerSchemaError, match="楼栋户数"):
        read_units(path, kind="building", crs=CRS, households_column="楼栋户数")
