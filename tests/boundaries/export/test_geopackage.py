"""The GeoPackage for other systems: standard, typed, described, styled, and the same every time."""

import json
import sqlite3
from contextlib import closing
from xml.etree import ElementTree as ET

import pandas as pd
import pyogrio
import pytest
from written_layers import layers_of, turned_plan

from boundaries.export.geopackage import Border, Fill, filled, geopackage_bytes, outlined

ABOUT = {
    "town": {"code": "041", "name": "小镇"}, "version": "2026-1", "state": "3:ab",
    "credit": "Drawn & <b>", "licence": "MIT", "disclaimer": "No legal borders.", "notice": "内部",
    "retired": [],
}  # fmt: skip
FILLS = [Fill("subclass", "village_res", "村庄居住", "#f6d3b3"),
         Fill("category", "farmland", "耕地", "#d9e8b0")]  # fmt: skip
STYLES = {
    "micro_grids": filled("micro_grids", FILLS, Border(1.8, "#111111"), size=9),
    "grids_2": outlined("grids_2", "二级网格", Border(1.3, "#3c424a", "9 4 2 4"), size=12),
}


def written(crs="EPSG:4490", **options):
    made = tuple(layers_of(crs=crs, with_patches=True, **options).values())
    return geopackage_bytes(made, about=ABOUT, day="2026-01-01", styles=STYLES)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("layers") / "town-layers.gpkg"
    path.write_bytes(written())
    return path


def ask(path, sql):
    with closing(sqlite3.connect(path)) as base:
        return base.execute(sql).fetchall()


def test_the_same_layers_give_the_same_bytes_without_a_clock(path):
    assert written() == path.read_bytes()
    assert set(ask(path, "SELECT last_change FROM gpkg_contents")) == {
        ("2026-01-01T00:00:00.000Z",)
    }
    assert set(ask(path, "SELECT timestamp FROM gpkg_metadata_reference")) == {
        ("2026-01-01T00:00:00.000Z",)
    }


def test_it_says_that_it_is_1_3_and_every_reference_in_it_is_kept(path):
    assert ask(path, "PRAGMA application_id") == [(0x47504B47,)]
    assert ask(path, "PRAGMA user_version") == [(10300,)]
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]
    assert ask(path, "PRAGMA foreign_key_check") == []
    tables = {name for (name,) in ask(path, "SELECT name FROM sqlite_master WHERE type='table'")}
    layers = {"grids_1", "grids_2", "micro_grids", "patches", "objects"}
    rest = {name for name in tables - layers if not name.startswith(("gpkg_", "rtree_"))}
    assert rest == {"layer_styles", "sqlite_sequence"}  # nothing that only gridmap would know


@pytest.mark.parametrize(
    ("crs", "number", "name"),
    [
        ("EPSG:4490", 4490, "China Geodetic Coordinate System 2000"),
        ("WGS84", 4326, "WGS 84"),
        ("EPSG:4547", 4547, "CGCS2000 / 3-degree Gauss-Kruger CM 114E"),
        ("EPSG:4526", 4526, "CGCS2000 / 3-degree Gauss-Kruger zone 38"),
        ("+proj=tmerc +lon_0=113.9 +x_0=500000 +ellps=GRS80", 100000, "unknown"),
    ],
)
def test_the_coordinate_system_is_told_as_gdal_understands_it(tmp_path, crs, number, name):
    path = tmp_path / "a.gpkg"
    path.write_bytes(written(crs))
    known = dict(ask(path, "SELECT srs_id, srs_name FROM gpkg_spatial_ref_sys"))
    assert {-1, 0, 4326, number} == set(known)
    assert known[number] == name
    frame = pyogrio.read_dataframe(path, layer="grids_1")
    assert frame.crs.equals(layers_of(crs=crs)["grids_1"].frame.crs, ignore_axis_order=True)


def test_columns_have_types_null_and_a_unique_text_key(path):
    frame = pyogrio.read_dataframe(path, layer="micro_grids", fid_as_index=True)
    assert frame.index.tolist() == [1, 2, 3]
    assert frame["grid_code"].tolist() == ["E01", "W01", "W02"]
    assert frame["valid_from"].iloc[0] == pd.Timestamp(2026, 1, 1)
    assert frame["valid_to"].isna().all()
    assert frame["population"].isna().all()
    kinds = {name: kind for _, name, kind, *_ in ask(path, "PRAGMA table_info(micro_grids)")}
    assert (kinds["geom"], kinds["valid_to"], kinds["spatial"], kinds["households"]) == (
        "MULTIPOLYGON", "DATE", "BOOLEAN", "INTEGER",
    )  # fmt: skip
    assert ask(path, "SELECT typeof(valid_to), typeof(valid_from) FROM micro_grids LIMIT 1") == [
        ("null", "text")
    ]
    ((_, index, *_),) = ask(path, "PRAGMA index_list(micro_grids)")
    assert [name for _, _, name in ask(path, f"PRAGMA index_info({index})")] == ["grid_code"]
    things = pyogrio.read_dataframe(path, layer="objects")
    assert things.geometry.geom_type.fillna("").tolist() == ["Point", ""]


def test_shapes_come_back_as_they_were(path):
    for name, layer in layers_of(crs="EPSG:4490", with_patches=True).items():
        read = pyogrio.read_dataframe(path, layer=name)
        assert [shape and shape.wkb for shape in read.geometry] == [
            shape and shape.wkb for shape in layer.frame.geometry
        ]


def test_every_column_has_an_alias_and_keys_their_meaning(path):
    for name, layer in layers_of(with_patches=True).items():
        told = ask(
            path, "SELECT column_name, name, title, description FROM gpkg_data_columns "
            f"WHERE table_name = '{name}' ORDER BY rowid"
        )  # fmt: skip
        assert told == [(one.name, one.title, one.title_en, one.note) for one in layer.fields]
    meant = ask(
        path, "SELECT k.description FROM gpkg_data_columns c JOIN gpkg_data_column_constraints k "
        "USING (constraint_name) WHERE table_name='micro_grids' AND column_name='category' "
        "AND value='farmland'"
    )  # fmt: skip
    assert meant == [("耕地",)]


def test_what_the_file_is_stands_in_it_for_gdal_for_qgis_and_as_json(path):
    rows = ask(path, "SELECT mime_type, md_standard_uri, metadata FROM gpkg_metadata ORDER BY id")
    assert json.loads(rows[0][2]) == ABOUT
    told = {item.get("key"): item.text for item in ET.fromstring(rows[1][2]).iter("MDI")}
    assert (told["LICENCE"], told["STATE"], told["CREDIT"]) == ("MIT", "3:ab", "Drawn & <b>")
    one = ET.fromstring(rows[2][2])
    assert (one.findtext("license"), one.findtext("rights")) == ("MIT", "Drawn & <b>")
    assert one.findtext("title") == "小镇 一级网格 2026-1"


def test_a_gis_opens_the_layers_in_our_colours(path):
    rows = ask(path, "SELECT f_table_name, styleQML, styleSLD, useAsDefault FROM layer_styles")
    styles = {name: (ET.fromstring(qml), ET.fromstring(sld)) for name, qml, sld, _ in rows}
    assert set(styles) == {"micro_grids", "grids_2"}
    assert {default for *_, default in rows} == {1}
    qml, sld = styles["micro_grids"]
    renderer = qml.find("renderer-v2")
    assert renderer.get("attr") == 'coalesce("subclass", "category")'
    drawn = {one.get("value"): one.get("symbol") for one in renderer.iter("category")}
    colours = {
        one.get("name"): one.find("layer[@class='SimpleFill']/prop[@k='color']").get("v")
        for one in renderer.iter("symbol")
    }
    assert colours[drawn["farmland"]] == "217,232,176,255"
    assert qml.find("labeling/settings/text-style").get("fieldName").startswith("coalesce")
    # A grid around others is no obstacle to their labels, and long names have two lines.
    assert qml.find("labeling/settings/rendering").get("obstacle") == "0"
    assert qml.find("labeling/settings/text-format").get("wrapChar") == "·"
    names = {one.get("field"): one.get("name") for one in qml.find("aliases")}
    assert names["grid_code"] == "网格编码"  # QGIS before 3.28 reads them here alone
    assert [one.text for one in sld.iter("{http://www.opengis.net/ogc}Literal")] == [
        "village_res", "farmland",
    ]  # fmt: skip
    dash = styles["grids_2"][0].find(".//prop[@k='customdash']")
    assert dash.get("v") == "9;4;2;4"


def test_the_spatial_index_finds_what_lies_in_a_window(path):
    frame = pyogrio.read_dataframe(path, layer="patches")
    west, south, east, north = frame.geometry.iloc[0].bounds
    inside = ask(
        path, f"SELECT id FROM rtree_patches_geom WHERE maxx > {west} AND minx < {east} AND "
        f"maxy > {south} AND miny < {north}"
    )  # fmt: skip
    there = frame.index[frame.intersects(frame.geometry.iloc[0].envelope)] + 1
    assert {row for (row,) in inside} >= set(there)
    assert len(ask(path, "SELECT id FROM rtree_patches_geom")) == len(frame)
    extensions = ask(path, "SELECT table_name, extension_name FROM gpkg_extensions")
    assert ("patches", "gpkg_rtree_index") in extensions


def test_no_name_and_no_phone_is_in_any_byte_unless_names_are_asked_for():
    plan = turned_plan()
    without, told = written(), written(with_contacts=True)
    for name in plan.people["name"]:
        assert name.encode() not in without
    assert "张三".encode() in told
    for phone in ("13800000000", *filter(None, plan.people["phone"])):
        assert phone.encode() not in told
