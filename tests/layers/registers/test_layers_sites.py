"""Sites of units from polygons and from tables that name parcels, buildings and objects."""

import geopandas as gpd
import pandas as pd
import pytest
from drawn_town import CRS
from shapely import Point, box

from layers.contract.columns import GROUND, OBJECTS, SITES, UNITS, with_dtypes
from layers.contract.errors import LayerSchemaError
from layers.registers.site_ground import place_sites
from layers.registers.sites import read_sites

X, Y = 513_000, 3_838_000
CAMPUS = box(X, Y, X + 200, Y + 100)


def table(path, rows):
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def frame(columns, rows, shapes, index):
    blank = {"str": "", "bool": False}
    empty = {name: blank.get(kind, 0) for name, kind in columns.items()}
    data = pd.DataFrame([{**empty, **row} for row in rows])
    made = gpd.GeoDataFrame(data, geometry=shapes, crs=CRS)
    made.index = pd.Index(index, dtype="str")
    return with_dtypes(made, columns)


GROUND_ROWS = [
    {"category": "residual", "subclass": "public_service", "layer": "land.gpkg", "record": record}
    for record in ("D1", "D2", "D3")
]
LAND = frame(GROUND, GROUND_ROWS, [box(X + 100 * n, Y, X + 100 * n + 100, Y + 100)
                                   for n in range(3)], ["0", "1", "2"])  # fmt: skip
HOUSES = frame(UNITS, [{"kind": "building"}] * 2,
               [box(X, Y, X + 20, Y + 20), box(X + 40, Y, X + 60, Y + 20)],
               ["building/12", "building/13"])  # fmt: skip
FIRMS = frame(OBJECTS, [{"record": "D3"}, {}], [None, Point(X, Y)], ["firms:Q1", "firms:Q2"])


def placed(path):
    sites, issues = read_sites(path, crs=CRS)
    found, lost = place_sites(sites, ground=LAND, units=HOUSES, objects=FIRMS)
    return found, issues, lost


def test_polygons_with_chinese_headers(tmp_path):
    path = tmp_path / "sites.gpkg"
    gpd.GeoDataFrame(
        {"编号": ["A"], "单位名称": ["某大学"], "职工人数": ["1,200人"], "类型": ["学校"],
         "网格名称": ["第一专属网格"]},
        geometry=[CAMPUS], crs=CRS,
    ).to_file(path)  # fmt: skip
    sites, issues, lost = placed(path)
    assert list(sites.columns) == [*SITES, "geometry"]
    row = sites.loc["A"]
    assert (row["name"], row["staff"], row["class"]) == ("某大学", 1200, "学校")
    assert (row["label"], row["layer"], row["spatial"]) == ("第一专属网格", "sites.gpkg", True)
    assert row.geometry.area == pytest.approx(20_000)
    assert issues.empty
    assert lost.empty
    nothing = {"ground": LAND.iloc[:0], "units": HOUSES.iloc[:0], "objects": FIRMS.iloc[:0]}
    assert place_sites(sites, **nothing)[1].empty


def test_a_table_names_parcels_buildings_or_an_object(tmp_path):
    path = table(
        tmp_path / "sites.csv",
        {"编号": ["A", "B", "C", "D"], "名称": list("甲乙丙丁"), "地块编号": ["D1；D2", "", "", ""],
         "楼栋": ["", "12、building/13", "", ""], "对象编号": ["Q2", "", "Q1", ""],
         "所属单位": ["", "", "", "A"]},
    )  # fmt: skip
    sites, issues, lost = placed(path)
    assert sites.area[["A", "B", "C"]].round(6).tolist() == [20_000, 800, 10_000]
    assert sites["object"].tolist() == ["firms:Q2", "", "firms:Q1", ""]
    assert sites["spatial"].tolist() == [True, True, True, False]
    assert sites.geometry["D"] is None
    assert issues.empty
    assert lost.empty


def test_what_a_site_names_and_is_not_there_is_a_row(tmp_path):
    path = table(
        tmp_path / "sites.csv",
        {"编号": ["A", "B"], "名称": ["甲", "乙"], "地块编号": ["D1;D9;D8", ""],
         "楼栋": ["", "99"], "对象编号": ["Q7", ""]},
    )  # fmt: skip
    sites, _, lost = placed(path)
    assert list(zip(lost["rule"], lost["code"], strict=True)) == [("SITE-6", "A")] * 2 + [
        ("SITE-6", "B")
    ]
    assert "the parcel 'D9', 'D8'" in " ".join(lost["message"])
    assert "the object 'Q7'" in " ".join(lost["message"])
    assert "楼栋“99”" in lost["message_zh"].iloc[2]
    assert sites.geometry["A"].area == pytest.approx(10_000)
    assert sites.geometry["B"] is None
    assert sites["object"]["A"] == ""


def test_a_row_without_an_id_or_with_one_twice_is_left_out_and_said(tmp_path):
    path = table(tmp_path / "sites.csv", {"编号": ["A", "", "A"], "名称": ["甲", "乙", "丙"]})
    sites, issues, _ = placed(path)
    assert sites["name"].to_dict() == {"A": "甲"}
    assert issues["rule"].tolist() == ["SITE-6"] * 2
    assert "has no id" in issues["message"].iloc[0]
    assert "of another row" in issues["message"].iloc[1]


def test_a_table_without_a_name_column_says_how_to_name_it(tmp_path):
    path = table(tmp_path / "sites.csv", {"编号": ["A"], "甲方": ["x"]})
    with pytest.raises(LayerSchemaError, match='name_column = "…"'):
        read_sites(path, crs=CRS)
    assert read_sites(path, crs=CRS, columns={"name": "甲方"})[0]["name"].tolist() == ["x"]
