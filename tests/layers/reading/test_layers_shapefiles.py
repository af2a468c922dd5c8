"""Shapefiles as they come from Windows: mixed case, cut characters, parts missing, lies."""

import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely import box

from layers.inspect.file import inspect_file
from layers.reading import ogr
from layers.reading.features import read_features
from layers.reading.layer import input_files
from layers.reading.shapefiles import whole_characters


def drawn(path, encoding="GBK", cpg=None, **columns):
    shapes = [box(0, 0, 1, 1), box(1, 0, 2, 1)]
    columns = columns or {"名称": ["郑庵镇", "刘巧村"]}
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4547).to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


@pytest.mark.parametrize(
    ("encoding", "cpg"),
    [
        ("GBK", "OEM"),
        ("GBK", "x?!"),
        ("GBK", "1252"),
        ("GBK", "BIG5"),
        ("GBK", "GB2312"),
        ("UTF-8", "GBK"),
        ("UTF-8", "936"),
        ("UTF-8", "65001"),
    ],
)
def test_a_cpg_file_is_believed_only_when_the_texts_agree(tmp_path, encoding, cpg):
    reading = read_features(drawn(tmp_path / "a.shp", encoding, cpg))
    assert reading.frame["名称"].tolist() == ["郑庵镇", "刘巧村"]


def test_big5_under_the_name_of_gbk_is_seen(tmp_path):
    given = {"名稱": ["農田", "學校", "醫院", "住宅區", "道路", "綠地"][:2]}
    reading = read_features(drawn(tmp_path / "a.shp", "BIG5", "GBK", **given))
    assert reading.frame["名稱"].tolist() == ["農田", "學校"]
    assert reading.issues[0].rule == "READ-9"


def test_a_language_byte_of_another_country_is_seen_through(tmp_path):
    path = drawn(tmp_path / "a.shp")
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = 0x03
    path.with_suffix(".dbf").write_bytes(table)
    assert read_features(path).frame["名称"][1] == "郑庵镇"


def test_a_name_cut_in_mid_character_costs_only_that_character(tmp_path):
    """Four Chinese signs are twelve bytes in UTF-8, of which a table keeps ten."""
    path = drawn(tmp_path / "a.shp", "UTF-8", "UTF-8", 地类名称=["水田", "旱地"])
    reading = read_features(path)
    assert reading.frame["地类名"].tolist() == ["水田", "旱地"]
    assert "1 names or texts end in the middle of a character" in reading.issues[0].message


def test_texts_are_cut_back_to_whole_characters(tmp_path):
    path = drawn(tmp_path / "a.shp", "UTF-8", "UTF-8", 名=["郑庵镇", "刘"])
    table = path.with_suffix(".dbf")
    raw = table.read_bytes()
    table.write_bytes(raw.replace("郑庵镇".encode(), "郑庵镇".encode()[:-1] + b" "))
    assert whole_characters(table, "utf-8") == 1
    assert len(table.read_bytes()) == len(raw)
    assert read_features(path).frame["名"].tolist() == ["郑庵", "刘"]


def test_parts_in_another_case_belong_to_the_shapefile(tmp_path):
    path = drawn(tmp_path / "DLTB.shp")
    path.with_suffix(".dbf").rename(tmp_path / "dltb.DBF")
    reading = read_features(path)
    assert reading.frame["名称"].tolist() == ["郑庵镇", "刘巧村"]
    assert "'dltb.DBF' are written in another case" in reading.issues[0].message
    assert "dltb.DBF" in [file.name for file in input_files(path)]


def test_parts_of_another_shapefile_are_left_to_it(tmp_path):
    drawn(tmp_path / "a.shp")
    other = drawn(tmp_path / "A.shp", 名称=["甲", "乙"])
    assert read_features(other).frame["名称"].tolist() == ["甲", "乙"]
    other.with_suffix(".dbf").unlink()
    reading = read_features(other)
    assert "名称" not in reading.frame
    assert "the .dbf file with the attributes is missing" in reading.issues[0].message


def two(folder, count=2, x=0.0, codes="甲乙丙"):
    """A shapefile of several squares of different sizes, each with a name."""
    shapes = [box(x + 10 * at, 0, x + 10 * at + 1 + at, 1) for at in range(count)]
    path = folder / "a.shp"
    frame = gpd.GeoDataFrame({"名": list(codes[:count])}, geometry=shapes, crs=4547)
    frame.to_file(path, encoding="UTF-8")
    return path


@pytest.mark.parametrize(("shapes", "rows"), [(2, 3), (3, 2)])
def test_a_table_with_another_number_of_rows_is_an_error(tmp_path, shapes, rows):
    (tmp_path / "b").mkdir()
    path, other = two(tmp_path, shapes), two(tmp_path / "b", rows)
    path.with_suffix(".dbf").write_bytes(other.with_suffix(".dbf").read_bytes())
    found = inspect_file(path).layers[0].issues
    told = found["message"][(found["rule"] == "READ-8") & (found["severity"] == "error")].tolist()
    assert len(told) == 1
    assert f"(.dbf) has {rows} rows for {shapes} shapes (.shp)" in told[0]


def test_the_index_of_another_export_is_made_again(tmp_path):
    (tmp_path / "b").mkdir()
    path, other = two(tmp_path), two(tmp_path / "b", x=500.0)
    path.with_suffix(".shx").write_bytes(other.with_suffix(".shx").read_bytes())
    reading = read_features(path)
    assert reading.frame.geometry.area.tolist() == [1.0, 2.0]
    assert "its .shx file is of another export" in reading.issues[0].message
    shorter = two(tmp_path / "b", 1)
    path.with_suffix(".shx").write_bytes(shorter.with_suffix(".shx").read_bytes())
    assert len(read_features(path).frame) == 2


def test_a_whole_shapefile_is_read_without_a_word(tmp_path):
    assert read_features(two(tmp_path, 3)).issues == ()
    shapes = [shapely.MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)]), None, box(5, 0, 6, 1)]
    frame = gpd.GeoDataFrame({"a": ["1", "2", "3"]}, geometry=shapes, crs=4547)
    frame.to_file(tmp_path / "b.shp", encoding="UTF-8")
    assert read_features(tmp_path / "b.shp").issues == ()


@pytest.mark.parametrize("column", ["Shape_Area", "TBMJ", "SHAPE_LENG"])
@pytest.mark.parametrize("unit", [1, 1 / 10_000, 1.02])
def test_a_table_of_another_export_with_as_many_rows_is_told_by_its_areas(tmp_path, column, unit):
    shapes = [box(20 * n, 0, 20 * n + n, n) for n in range(1, 9)]
    area = [unit * (one.length if "LENG" in column else one.area) for one in shapes]
    for name, values in (("a", area), ("b", area[::-1])):
        frame = gpd.GeoDataFrame({"ID": range(8), column: values}, geometry=shapes, crs=4547)
        frame.to_file(tmp_path / f"{name}.shp")
    assert read_features(tmp_path / "a.shp").issues == ()
    shutil.copy(tmp_path / "b.dbf", tmp_path / "a.dbf")
    (issue,) = read_features(tmp_path / "a.shp").issues
    assert re.search(f"'{column}' does not go with the shapes in [68] of 8 rows", issue.message)
    assert "不是同一次导出" in issue.message_zh


def test_two_indexes_are_made_one_after_the_other(tmp_path, monkeypatch):
    """GDAL is told to for the whole process: who ends first must not take it from the other."""
    (tmp_path / "b").mkdir()
    paths, told, read = [two(tmp_path), two(tmp_path / "b")], [], ogr._read
    for path in paths:
        path.with_suffix(".shx").unlink()

    def slowly(*args):
        time.sleep(0.05)
        return read(*args)

    def noted(options, told_gdal=pyogrio.set_gdal_config_options):
        told.extend(options.values())
        told_gdal(options)

    monkeypatch.setattr(ogr, "_read", slowly)
    monkeypatch.setattr(pyogrio, "set_gdal_config_options", noted)
    with ThreadPoolExecutor() as both:
        found = [reading.frame.geometry.area.tolist() for reading in both.map(read_features, paths)]
    assert found == [[1.0, 2.0]] * 2
    assert told == [True, None] * 2
