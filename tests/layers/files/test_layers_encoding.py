"""Encodings are found by rule: what the file says, else what its bytes are."""

import shutil

import geopandas as gpd
import pytest
from project import TESTS
from shapely import Point

from layers.files.encoding import shapefile_encoding, text_encoding
from layers.reading.features import read_features
from layers.sheets.reading import read_table

TABLES = TESTS / "issues" / "encodings"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gbk", "简体国语"),
        ("gb2312", "简体国语"),
        ("big5", "繁體國語"),
        ("utf8", "国语國語"),
        ("latin1", "Peçeña México"),
        ("chinese", "简体"),
        ("declared_big5", "國語"),
    ],
)
def test_tables_of_many_encodings_are_no_mojibake(name, text):
    assert text in read_table(TABLES / f"{name}.dbf").iloc[0].tolist()


def test_traditional_chinese_without_a_mark_is_read_but_not_sure():
    assert not shapefile_encoding(TABLES / "big5.dbf").sure
    assert shapefile_encoding(TABLES / "gbk.dbf").sure


def write(tmp_path, texts, encoding="GBK", cpg=None):
    path = tmp_path / "a.shp"
    gpd.GeoDataFrame({"名称": texts}, geometry=[Point(1, 2)] * len(texts)).set_crs(4547).to_file(
        path, encoding=encoding
    )
    path.with_suffix(".cpg").unlink()
    if cpg:
        path.with_suffix(".cpg").write_text(cpg)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = 0
    path.with_suffix(".dbf").write_bytes(table)
    return path


@pytest.mark.parametrize("cpg", ["UTF-8", "ISO-8859-1", None])
def test_a_mark_that_lies_is_seen_through(tmp_path, cpg):
    reading = read_features(write(tmp_path, ["郑庵镇", "刘巧村"], cpg=cpg))
    assert reading.frame["名称"].tolist() == ["郑庵镇", "刘巧村"]
    assert reading.encoding == "GB18030"
    told = [issue.rule for issue in reading.issues]
    assert told == (["READ-9"] if cpg else [])


def test_a_text_cut_in_the_middle_of_a_character_is_still_utf8(tmp_path):
    path = write(tmp_path, ["郑庵镇红色网格" * 3, "刘"], encoding="UTF-8")
    raw = path.with_suffix(".dbf").read_bytes()
    texts = ("郑庵镇红色网格" * 3).encode()
    assert texts in raw
    path.with_suffix(".dbf").write_bytes(raw.replace(texts, texts[:-1] + b" "))
    assert shapefile_encoding(path).name == "UTF-8"


def test_an_encoding_that_is_declared_counts(tmp_path):
    shutil.copy(TABLES / "shiftjis.dbf", tmp_path / "a.dbf")
    table = read_table(tmp_path / "a.dbf", encoding="shift_jis")
    assert any("ひ" in str(value) for value in table.iloc[0])


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("编号,姓名".encode("gbk"), "GB18030"),
        ("編號,姓名".encode("big5"), "Big5"),
        ("编号".encode("utf-16"), "utf-16"),
        ("编号".encode(), "utf-8-sig"),
        (b"id,name", "utf-8-sig"),
    ],
)
def test_the_bytes_of_a_text_file_decide(tmp_path, raw, name):
    (tmp_path / "a.csv").write_bytes(raw)
    assert text_encoding(tmp_path / "a.csv").name == name
