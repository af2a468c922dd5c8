"""Files as offices and phones hand them over: nothing lost, nothing changed in the folder."""

import sqlite3
import zipfile

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from layers.contract.errors import LayerFileError
from layers.files.paths import input_files
from layers.inspect.file import inspect_file
from layers.reading.features import layer_names, read_features

SQUARES = gpd.GeoDataFrame(
    {"DLBM": ["0101", "0702"]},
    geometry=[shapely.box(at, 3_840_000, at + 100, 3_840_100) for at in (491_000, 491_100)],
    crs="EPSG:4547",
)
KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>{}</name>{}</Placemark>
</Document></kml>"""
POLYGON = """<Polygon><outerBoundaryIs><LinearRing><coordinates>113.9,34.7 113.91,34.7 113.91,34.71
113.9,34.7</coordinates></LinearRing></outerBoundaryIs></Polygon>"""


@pytest.fixture(scope="module")
def geodatabase(tmp_path_factory):
    path = tmp_path_factory.mktemp("gdb") / "DLTB.gdb"
    pyogrio.write_dataframe(SQUARES, path, layer="DLTB", driver="OpenFileGDB")
    return path


@pytest.mark.parametrize("inside", ["", "三调数据库/", "成果/三调/"])
def test_a_geodatabase_packed_without_its_ending_is_found(tmp_path, geodatabase, inside):
    path = tmp_path / "三调.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in geodatabase.iterdir():
            archive.write(file, inside + file.name)
    assert list(read_features(path).frame["DLBM"]) == ["0101", "0702"]


def test_parts_of_a_shapefile_without_the_shapes_are_named(tmp_path):
    path = tmp_path / "图斑.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("图斑.dbf", b"x")
        archive.writestr("图斑.shx", b"x")
    with pytest.raises(LayerFileError, match=r"no \.shp file") as caught:
        read_features(path)
    assert "没有 .shp" in caught.value.zh


@pytest.fixture
def logged(tmp_path):
    """A GeoPackage with its last rows in the log beside it, as a program leaves it open."""
    path = tmp_path / "图斑.gpkg"
    SQUARES.to_file(path, layer="a")
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode=wal")
    names = connection.execute("select name from sqlite_master where type='trigger'").fetchall()
    for (name,) in names:
        connection.execute(f'drop trigger "{name}"')
    connection.execute("insert into a(geom, DLBM) select geom, '0103' from a")
    connection.commit()
    yield path
    connection.close()


def test_rows_in_the_log_of_a_geopackage_are_read_and_the_log_stays(logged):
    before = {file.name: file.read_bytes() for file in logged.parent.iterdir()}
    assert layer_names(logged) == [None]
    assert list(read_features(logged).frame["DLBM"]) == ["0101", "0702", "0103", "0103"]
    after = {file.name: file.read_bytes() for file in logged.parent.iterdir()}
    assert after.keys() == before.keys()
    assert after["图斑.gpkg"] == before["图斑.gpkg"]
    assert after["图斑.gpkg-wal"] == before["图斑.gpkg-wal"]


def test_the_log_of_a_geopackage_belongs_to_it(logged):
    assert [file.name for file in input_files(logged)] == ["图斑.gpkg", "图斑.gpkg-wal"]


def test_a_prj_cut_short_is_none_and_said(tmp_path):
    path = tmp_path / "a.shp"
    SQUARES.to_file(path)
    path.with_suffix(".prj").write_text('PROJCS["CGCS2000_3_Degree_GK_CM_114E",GEOGCS["GCS_Chi')
    reading = read_features(path)
    assert reading.frame.crs is None
    assert ".prj 文件无法识别" in reading.issues[0].message_zh


def test_a_projection_of_no_known_kind_is_not_sure(tmp_path):
    path = tmp_path / "a.shp"
    SQUARES.to_file(path)
    prj = path.with_suffix(".prj")
    prj.write_text(prj.read_text().replace('"Transverse_Mercator"', '"Gauss_Own"'))
    prj.write_text(prj.read_text().replace('"Gauss_Kruger"', '"Gauss_Own"'))
    (layer,) = inspect_file(path).layers
    assert not layer.crs_sure
    assert list(layer.issues["severity"]) == ["error"]


def test_an_ampersand_in_a_name_does_not_cost_the_kml(tmp_path):
    path = tmp_path / "企业.kml"
    name = "A&B 企业 &amp; <![CDATA[C&D]]>"
    path.write_text(KML.format(name, POLYGON), encoding="utf-8")
    assert list(read_features(path).frame["Name"]) == ["A&B 企业 & C&D"]


def test_an_area_in_a_collection_is_measured(tmp_path):
    path = tmp_path / "塘.kml"
    point = "<Point><coordinates>113.905,34.705</coordinates></Point>"
    shape = f"<MultiGeometry>{POLYGON}{point}</MultiGeometry>"
    path.write_text(KML.format("塘", shape), encoding="utf-8")
    (layer,) = inspect_file(path).layers
    assert layer.area_ha == pytest.approx(50.82, abs=0.1)


def test_wkb_in_a_plain_parquet_is_found_without_a_warning(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"几何": SQUARES.to_crs(4490).geometry.to_wkb()}).to_parquet(path)
    (layer,) = inspect_file(path).layers
    assert layer.area_ha == pytest.approx(2.0, abs=1e-6)
