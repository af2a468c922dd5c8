"""Ground layers: classified, valid polygons with their records; what is lost is a row."""

import geopandas as gpd
import pytest
from shapely import GeometryCollection, LineString, Point, Polygon, box

from layers.contract.columns import GROUND, ISSUES
from layers.contract.errors import LayerCRSError, LayerFileError, LayerSchemaError
from layers.landuse.ground import read_ground, read_ground_and_issues

CRS = "EPSG:4547"
X, Y = 513_000, 3_838_000


def square(x, y, side=10):
    return box(X + x, Y + y, X + x + side, Y + y + side)


def write(path, shapes, crs=CRS, **columns):
    gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(path)
    return path


def test_a_layer_of_one_category(tmp_path):
    path = write(tmp_path / "farm.gpkg", [square(0, 0)], TBBH=["T1"], 名称=["一号地"])
    ground = read_ground(
        path, crs=CRS, category="farmland", record_column="TBBH", name_column="名称"
    )
    assert list(ground.columns) == [*GROUND, "geometry"]
    row = ground.iloc[0]
    assert (row.category, row.subclass, row.layer) == ("farmland", "", "farm.gpkg")
    assert (row.record, row["name"]) == ("T1", "一号地")
    assert ground.crs.to_epsg() == 4547


def test_a_layer_of_one_sub_class_is_residual(tmp_path):
    ground = read_ground(
        write(tmp_path / "a.gpkg", [square(0, 0)]), crs=CRS, subclass="village_res"
    )
    assert ground["category"].tolist() == ["residual"]
    assert ground["subclass"].tolist() == ["village_res"]
    assert ground["record"].tolist() == ["1"]


def test_a_layer_with_codes(tmp_path):
    path = write(tmp_path / "a.gpkg", [square(0, 0), square(10, 0)], DLBM=["0102", "0702"])
    ground = read_ground(path, crs=CRS, codes="gbt21010", code_column="DLBM")
    assert ground["category"].tolist() == ["farmland", "residual"]
    assert ground["subclass"].tolist() == ["", "village_res"]


def test_degrees_are_brought_into_the_work_crs(tmp_path):
    given = gpd.GeoSeries([square(0, 0)], crs=CRS).to_crs("EPSG:4490")
    path = write(tmp_path / "a.gpkg", list(given), crs="EPSG:4490")
    ground = read_ground(path, crs=CRS, category="water")
    assert ground.geometry.area.iloc[0] == pytest.approx(100, abs=1e-4)


def test_an_unknown_code_is_other_land_and_a_row(tmp_path):
    path = write(tmp_path / "a.gpkg", [square(0, 0), square(10, 0)], DLBM=["0102", "77"])
    ground, issues = read_ground_and_issues(path, crs=CRS, codes="gbt21010", code_column="DLBM")
    assert ground["subclass"].tolist() == ["", "other_land"]
    assert list(issues.columns) == [*ISSUES, "geometry"]
    row = issues.iloc[0]
    assert (row.rule, row.severity, row.code, row.other_code) == (
        "READ-4", "warning", "a.gpkg", "77",
    )  # fmt: skip
    assert "code '77' is not known to 'gbt21010'; 1 record (2) taken as other land" in (row.message)
    assert "地类编码“77”" in row.message_zh
    assert row["size"] == pytest.approx(100)


def test_a_column_without_any_known_code_is_refused(tmp_path):
    path = write(tmp_path / "a.gpkg", [square(0, 0)], DLMC=["水浇地"])
    with pytest.raises(LayerSchemaError) as caught:
        read_ground(path, crs=CRS, codes="gbt21010", code_column="DLMC")
    assert "none of the codes in column 'DLMC' is known to 'gbt21010'" in str(caught.value)
    assert "Found: '水浇地'" in str(caught.value)


def test_a_missing_code_column_is_refused(tmp_path):
    path = write(tmp_path / "a.gpkg", [square(0, 0)], DLMC=["水浇地"])
    with pytest.raises(
        LayerSchemaError, match=r"has no column 'DLBM'. Did you mean 'DLMC'\? Found: 'DLMC'"
    ):
        read_ground(path, crs=CRS, codes="gbt21010", code_column="DLBM")


def test_faulty_features_cost_themselves_alone_and_are_named(tmp_path):
    """Row 1 good, 2 a bow-tie of two triangles, 3 nothing, 4 a line, 5 flat, 6 mixed."""
    bow_tie = Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10), (X, Y)])
    flat = Polygon([(X, Y), (X + 10, Y), (X + 5, Y), (X, Y)])
    mixed = GeometryCollection([square(30, 0), Point(X, Y)])
    shapes = [square(0, 0), bow_tie, None, LineString([(X, Y), (X + 1, Y)]), flat, mixed]
    path = write(tmp_path / "a.gpkg", shapes, TBBH=["A", "B", "C", "D", "E", "F"])
    ground, issues = read_ground_and_issues(path, crs=CRS, category="water", record_column="TBBH")
    assert ground["record"].tolist() == ["A", "B", "F"]
    assert ground.geometry.is_valid.all()
    assert ground.geometry.area.tolist() == pytest.approx([100, 50, 100])
    assert issues[["rule", "other_code"]].to_numpy().tolist() == [
        ["READ-3", "B"], ["READ-1", "C"], ["READ-2", "D"], ["READ-1", "E"],
    ]  # fmt: skip
    assert (
        "'a.gpkg' row 2 (id 'B') is not a valid polygon (self-intersection)"
        in (issues["message"][0])
    )
    assert "row 3 (id 'C') has no geometry: left out" in issues["message"][1]
    assert "row 4 (id 'D') is a LineString, not a polygon" in issues["message"][2]
    assert "第 3 行（编号 C）没有图形" in issues["message_zh"][1]


def test_a_layer_without_any_polygon_is_refused(tmp_path):
    path = write(tmp_path / "a.gpkg", [Point(X, Y)])
    with pytest.raises(LayerFileError, match=r"holds no polygon with ground: 1 features were read"):
        read_ground(path, crs=CRS, category="water")


def test_a_layer_without_crs_is_refused(tmp_path):
    path = write(tmp_path / "a.shp", [square(0, 0)], id=[1])
    path.with_suffix(".prj").unlink()
    with pytest.raises(LayerCRSError, match=r"Layer 'a.shp' has no coordinate system"):
        read_ground(path, crs=CRS, category="water")


def test_many_lines_and_points_of_a_drawing_are_named_together(tmp_path):
    shapes = [Point(513_000 + i, 3_838_000) for i in range(30)]
    shapes = [*shapes[:10], box(513_000, 3_838_000, 513_010, 3_838_010), *shapes[10:]]
    gpd.GeoDataFrame({"a": range(31)}, geometry=shapes, crs="EPSG:4547").to_file(
        tmp_path / "a.gpkg"
    )
    ground, issues = read_ground_and_issues(
        tmp_path / "a.gpkg", crs="EPSG:4547", category="farmland"
    )
    assert len(ground) == 1
    assert issues["rule"].tolist() == ["READ-2"]
    assert (
        "30 features are Points, not polygons, and are left out: rows 1-10, 12-31."
        in (issues["message"][0])
    )
