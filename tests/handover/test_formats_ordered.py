"""Orders of boundaries in the formats of other systems: options, marks, refusals, remarks."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date

import pyogrio
import pytest
from small_plan import small_plan

from gridmap.handover import Order, carry_out, check_order
from gridmap.handover.order import from_json, to_json
from gridmap.store import SUFFIX, save_plan
from gridmap.versions.formats import FORMATS, Wish, format_files
from layers.contract.errors import GridmapError

DAY = date(2026, 3, 1)
NAMES = ("张三", "王五", "赵六", "13800000000")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / f"town{SUFFIX}"
    save_plan(small_plan(), path)
    return path


def made(order, path, plan=None):
    files = carry_out(order, plan or small_plan(), source=path, printed=DAY)
    return {file.name: file for file in files}


def texts(data):
    """All that a file says, unpacked."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return b"".join(book.read(name) for name in book.namelist())
    return data


def test_each_format_is_a_file_or_one_for_each_layer(path):
    order = Order(("formats",), formats=FORMATS)
    assert list(made(order, path)) == [
        "town-shapefile.zip", "town.kml",
        *(f"town-{layer}.{ending}" for ending in ("fgb", "parquet")
          for layer in ("grids_1", "grids_2", "micro_grids")),
        "town.topojson", "town.pmtiles",
    ]  # fmt: skip
    assert list(made(replace(order, formats=("kml",)), path)) == ["town.kml"]


def test_files_lie_in_the_coordinate_system_that_was_chosen(path):
    order = Order(("formats",), formats=("fgb", "topojson"), crs="EPSG:4526")
    files = made(order, path)
    info = pyogrio.read_info(io.BytesIO(files["town-grids_1.fgb"].data))
    assert info["crs"] == "EPSG:4526"
    topology = json.loads(files["town.topojson"].data)
    assert topology["gridmap"]["crs"] == "EPSG:4326"
    assert 113 < topology["bbox"][0] < 115
    own = made(replace(order, crs=""), path)["town-grids_1.fgb"].data
    assert pyogrio.read_info(io.BytesIO(own))["crs"] == "EPSG:4547"


def test_a_copy_for_gcj02_maps_is_marked_in_names_rows_and_remarks(path):
    order = Order(
        ("formats", "boundaries"), formats=("shp", "fgb", "topojson"), gcj02=True, patches=True
    )
    files = made(order, path)
    assert all("gcj02" in name for name in files)
    assert {name.partition(".")[2] for name in files} == {"zip", "fgb", "topojson", "geojson"}
    with zipfile.ZipFile(io.BytesIO(files["town-gcj02-shapefile.zip"].data)) as book:
        inside = book.namelist()
    assert "grids_1-gcj02.shp" in inside
    assert not [name for name in inside if name.endswith(".prj")]
    for name in ("town-gcj02-grids_1.fgb", "town-gcj02.topojson", "town-gcj02.geojson"):
        assert b"gcj02" in files[name].data
        assert any("no true places" in one for one in map(str, files[name].remarks))
    topology = json.loads(files["town-gcj02.topojson"].data)
    assert topology["gridmap"]["crs"].startswith("GCJ-02")
    assert not any(b"coord_type" in one.data for one in
                   made(replace(order, gcj02=False), path).values())  # fmt: skip


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"formats": ("dxf",)}, "no format 'dxf'"),
        ({"formats": ()}, "Choose of: shp"),
        ({"encoding": "big5"}, "no encoding 'big5'"),
        ({"formats": ("kml",), "gcj02": True}, "No GCJ-02 copy is made as kml"),
        ({"gcj02": True, "crs": "EPSG:4547"}, "in longitude and latitude"),
        ({"crs": "EPSG:3857"}, "Mercator"),
        ({"crs": "EPSG:32631"}, "Take EPSG:32649"),
        ({"kinds": ("boundaries",), "decimals": 5}, "not written with 5 decimals"),
        ({"kinds": ("boundaries",), "layout": "rows"}, "no layout 'rows'"),
        ({"audience": "public"}, "have no licence"),
    ],
)
def test_what_no_file_can_be_is_refused_before_long_work(more, said):
    with pytest.raises(GridmapError, match=said) as refused:
        check_order(replace(Order(("formats",)), **more), small_plan())
    assert refused.value.zh


def test_the_geojson_has_the_form_that_was_chosen(path):
    order = Order(("boundaries",), layout="lines", decimals=6, multi=True)
    (file,) = made(order, path).values()
    assert file.name == "town.geojsonl"
    first = json.loads(file.data.splitlines()[0])
    assert first["gridmap"]["decimals"] == 6
    assert first["geometry"]["type"] == "MultiPolygon"
    assert from_json(json.loads(json.dumps(to_json(order)))) == order
    assert list(made(Order(("boundaries",), layout="sequence"), path)) == ["town.geojsons"]


def test_no_file_names_people_unless_asked_and_none_has_phones(path):
    order = Order(("formats",), formats=FORMATS)
    plain = {name: texts(file.data) for name, file in made(order, path).items()}
    for name, said in plain.items():
        assert [one for one in NAMES if one.encode() in said] == [], name
    named = made(replace(order, names=True), path)
    leader = "张三".encode()
    assert leader in texts(named["town-shapefile.zip"].data)
    assert leader in named["town.kml"].data
    for name, file in named.items():
        assert b"13800000000" not in texts(file.data), name


def test_what_gbk_lacks_is_told_with_its_place(path):
    plan = small_plan()
    grids = plan.grids.assign(name=plan.grids["name"].replace("网格W01", "䶮村"))
    order = Order(("formats",), encoding="gbk")
    (file,) = made(order, path, plan.with_tables(grids=grids)).values()
    assert any("micro_grids W01 name 䶮 U+4DAE" in str(one) for one in file.remarks)
    assert any("no licence" in str(one) for one in file.remarks)
    whole = made(replace(order, encoding="utf-8", licence="MIT"), path).values()
    assert [one.remarks for one in whole] == [()]


def test_the_same_order_gives_the_same_bytes(path):
    order = Order(("formats",), formats=FORMATS, patches=True)
    one, other = (made(order, path) for _ in range(2))
    assert {name: file.data for name, file in one.items()} == {
        name: file.data for name, file in other.items()
    }


def test_titles_on_phones_are_in_the_language_of_the_order():
    (zh,), (en,) = (
        list(format_files(small_plan(), ("kml",), Wish(language=one))) for one in ("zh", "en")
    )
    assert "<name>小镇</name>".encode() in zh.data
    assert b"<name>Small Town</name>" in en.data


def test_a_zone_beside_the_town_is_remarked_on_with_every_file_of_layers(path):
    order = Order(("geopackage", "formats"), formats=("fgb", "kml"), crs="EPSG:4548")
    for name, file in made(order, path).items():
        told = [one.en for one in file.remarks if "Take EPSG:4547" in one.en]
        assert len(told) == (not name.endswith(".kml")), name  # which is always in degrees
