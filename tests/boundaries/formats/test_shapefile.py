"""Shapefiles as ArcGIS, QGIS and old programs read them: alphabets, types, nulls, rings, .prj."""

import csv
import io
import struct
import zipfile
from dataclasses import replace

import pandas as pd
import pyogrio
import pytest
import shapely
from pyproj import CRS
from written_layers import layers_of

from boundaries.export.formats.shapefile import esri_wkt, shapefile_zip
from layers.reading.features import read_features

ABOUT = {"town": {"code": "041", "name": "小镇"}, "licence": "ODbL-1.0", "retired": []}
LONG = "网" * 100  # 300 bytes in UTF-8, 200 in GBK


def unpacked(folder, layers, **options):
    made = shapefile_zip(list(layers.values()), about=ABOUT, **options)
    zipfile.ZipFile(io.BytesIO(made.data)).extractall(folder)
    return made


def told(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def changed(layer, /, **values):
    """Layers of which the first row of one says something else."""
    layers = layers_of(crs="EPSG:4490", with_patches=True)
    frame = layers[layer].frame.copy()
    for column, value in values.items():
        frame.loc[0, column] = value
    return layers | {layer: replace(layers[layer], frame=frame)}


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_gdal_and_our_own_reader_give_back_what_was_written(tmp_path, encoding):
    layers = layers_of(crs="EPSG:4547", with_patches=True)
    assert unpacked(tmp_path, layers, encoding=encoding).losses == ()
    assert not (tmp_path / "lacking.csv").exists()
    for name, layer in layers.items():
        back = pyogrio.read_dataframe(tmp_path / f"{name}.shp")
        short = {one.short: one.name for one in layer.fields}
        assert [short[column] for column in back.columns[:-1]] == [one.name for one in layer.fields]
        back = back.rename(columns=short)
        for one in layer.fields:
            expected = [None if pd.isna(value) else value for value in layer.frame[one.name]]
            found = [None if pd.isna(value) else value for value in back[one.name]]
            assert found == expected, one.name
        shapes = layer.frame.geometry.to_numpy()
        assert shapely.equals(back.geometry.to_numpy(), shapes)[layer.frame.geometry.notna()].all()
        assert back.crs.equals("EPSG:4547")
    ours = read_features(tmp_path / "micro_grids.shp").frame
    assert ours["name"].tolist() == layers["micro_grids"].frame["name"].tolist()
    assert ours["grid_code"].tolist() == ["E01", "W01", "W02"]


def test_types_are_those_of_the_format(tmp_path):
    unpacked(tmp_path, layers_of(with_patches=True))
    info = pyogrio.read_info(tmp_path / "micro_grids.shp")
    types = dict(zip(info["fields"], info["ogr_types"], strict=True))
    kinds = ("grid_code", "level", "area_m2", "valid_from", "valid_to")
    assert [types[name] for name in kinds] == [
        "OFTString", "OFTInteger", "OFTReal", "OFTDate", "OFTDate",
    ]  # fmt: skip
    flags = dict(zip(info["fields"], info["ogr_subtypes"], strict=True))
    assert flags["spatial"] == "OFSTBoolean"


def test_exterior_rings_run_clockwise_and_holes_the_other_way(tmp_path):
    hollow = shapely.MultiPolygon(
        [
            shapely.orient_polygons(
                shapely.Point(114, 34).buffer(2) - shapely.Point(114, 34).buffer(1)
            )
        ]
    )
    unpacked(tmp_path, changed("micro_grids", geometry=hollow))
    data = (tmp_path / "micro_grids.shp").read_bytes()[100:]
    _, rings, count = struct.unpack_from("<i32xii", data, 8)
    points = [shapely.Point(*xy) for xy in struct.iter_unpack("<dd", data[60 : 60 + 16 * count])]
    second = struct.unpack_from("<i", data, 8 + 44 + 4)[0]
    assert rings == 2
    exterior, hole = points[:second], points[second:]
    assert [shapely.LinearRing(ring).is_ccw for ring in (exterior, hole)] == [False, True]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (4490, "GCS_China_Geodetic_Coordinate_System_2000"),
        (4547, "CGCS2000_3_Degree_GK_CM_114E"),
        (4526, "CGCS2000_3_Degree_GK_Zone_38"),
        (4326, "GCS_WGS_1984"),
    ],
)
def test_the_coordinate_system_has_the_name_that_arcgis_knows(tmp_path, code, name):
    assert f'"{name}"' in esri_wkt(CRS(code))
    unpacked(tmp_path, layers_of(crs=code))
    assert pyogrio.read_info(tmp_path / "grids_1.shp")["crs"] == f"EPSG:{code}"


def test_a_layer_without_a_coordinate_system_gets_no_prj(tmp_path):
    layer = layers_of()["grids_1"]
    bare = replace(layer, frame=layer.frame.set_crs(None, allow_override=True))
    unpacked(tmp_path, {"grids_1": bare}, mark="-gcj02")
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "about.csv", "fields.csv", "grids_1-gcj02.cpg", "grids_1-gcj02.dbf",
        "grids_1-gcj02.shp", "grids_1-gcj02.shx",
    ]  # fmt: skip


def test_a_character_that_gbk_lacks_is_marked_and_listed_with_its_place(tmp_path):
    layers = changed("micro_grids", name="=䶮村𫖯庄", label="好")
    made = unpacked(tmp_path, layers, encoding="gbk")
    (loss,) = made.losses
    assert (loss.layer, loss.key, loss.field) == ("micro_grids", "E01", "name")
    assert loss.lacking == "䶮𫖯"
    back = pyogrio.read_dataframe(tmp_path / "micro_grids.shp")
    assert back["name"][0] == "=〓村〓庄"
    assert back["label"][0] == "好"
    (row,) = told(tmp_path / "lacking.csv")
    assert list(row.values()) == [
        "micro_grids", "E01", "name", "'=䶮村𫖯庄", "䶮 U+4DAE 𫖯 U+2B5AF",
    ]  # fmt: skip
    assert unpacked(tmp_path, layers).losses == ()
    assert pyogrio.read_dataframe(tmp_path / "micro_grids.shp")["name"][0] == "=䶮村𫖯庄"


def test_a_text_is_cut_between_characters_where_the_format_ends_and_that_is_listed(tmp_path):
    layers = changed("micro_grids", name=LONG)
    (loss,) = unpacked(tmp_path, layers).losses
    assert (loss.key, loss.field, loss.lacking) == ("E01", "name", "")
    assert pyogrio.read_dataframe(tmp_path / "micro_grids.shp")["name"][0] == LONG[:84]
    assert told(tmp_path / "lacking.csv")[0]["lacking 缺字"] == "cut 过长截断"
    assert unpacked(tmp_path, layers, encoding="gbk").losses == ()
    assert pyogrio.read_dataframe(tmp_path / "micro_grids.shp")["name"][0] == LONG


def test_signs_that_would_end_a_text_become_blanks(tmp_path):
    unpacked(tmp_path, changed("micro_grids", name="东\x00村\r\n一\x1a格"))
    assert pyogrio.read_dataframe(tmp_path / "micro_grids.shp")["name"][0] == "东 村  一 格"


def test_the_table_of_columns_travels_along_and_fits_the_files(tmp_path):
    layers = layers_of(with_patches=True)
    unpacked(tmp_path, layers, encoding="gbk")
    rows = told(tmp_path / "fields.csv")
    assert len(rows) == sum(len(layer.fields) for layer in layers.values())
    assert [list(row.values()) for row in told(tmp_path / "about.csv")] == [
        ["town", "小镇 041"], ["licence", "ODbL-1.0"],
    ]  # fmt: skip
    first = rows[0]
    assert list(first.values())[:7] == [
        "grids_1", "grid_code", "grid_code", "网格编码", "Grid code", "C 1", "blank 空白",
    ]  # fmt: skip
    assert "Stable key" in list(first.values())[7]
    for name in layers:
        written = pyogrio.read_info(tmp_path / f"{name}.shp")["fields"].tolist()
        assert [row["column 列名"] for row in rows if row["layer 图层"] == name] == written


def test_a_whole_number_of_any_size_fits_its_column(tmp_path):
    unpacked(tmp_path, changed("micro_grids", officers=12_345_678_901))
    assert pyogrio.read_dataframe(tmp_path / "micro_grids.shp")["officers"][0] == 12_345_678_901


def test_the_same_layers_give_the_same_bytes_and_the_files_know_no_day(tmp_path):
    layers = layers_of()
    one, other = (unpacked(tmp_path, layers).data for _ in range(2))
    assert one == other
    assert (tmp_path / "grids_1.dbf").read_bytes()[1:4] == bytes([80, 1, 1])
    days = {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(one)).infolist()}
    assert days == {(1980, 1, 1, 0, 0, 0)}
