"""Tables put together from two programs: every text in its own encoding, and that is said."""

import geopandas as gpd
import pytest
import shapely

from layers.inspect.file import inspect_file
from layers.reading.features import read_features
from layers.sheets.reading import read_table

NAMES = ["刘巧村", "小庄村", "台前村", "郑油磨"]


def with_one_name_in(tmp_path, most, other):
    """A shapefile with all names in one encoding but for the second."""
    path = tmp_path / "村界.shp"
    squares = [shapely.box(at, 0, at + 1, 1) for at in range(4)]
    frame = gpd.GeoDataFrame({"MC": NAMES}, geometry=squares, crs="EPSG:4547")
    frame.to_file(path, encoding=most)
    path.with_suffix(".cpg").unlink()
    table = path.with_suffix(".dbf")
    raw = bytearray(table.read_bytes())
    raw[29] = 0
    at = raw.find(NAMES[1].encode(most))
    raw[at : at + 9] = NAMES[1].encode(other).ljust(9)
    table.write_bytes(raw)
    return path


@pytest.mark.parametrize(("most", "other"), [("gbk", "utf-8"), ("utf-8", "gbk")])
def test_a_shapefile_in_two_encodings_keeps_every_name(tmp_path, most, other):
    path = with_one_name_in(tmp_path, most, other)
    before = path.with_suffix(".dbf").read_bytes()
    reading = read_features(path)
    assert list(reading.frame["MC"]) == NAMES
    assert [issue.rule for issue in reading.issues] == ["READ-9"]
    assert path.with_suffix(".dbf").read_bytes() == before


def test_how_many_texts_are_in_which_encoding_is_said(tmp_path):
    (layer,) = inspect_file(with_one_name_in(tmp_path, "gbk", "utf-8")).layers
    assert "3 处文字为 GBK，1 处为 UTF-8" in layer.encoding_why_zh


@pytest.mark.parametrize(("first", "then"), [("gbk", "utf-8"), ("utf-8-sig", "gbk")])
def test_a_table_with_lines_of_two_encodings_keeps_every_name(tmp_path, first, then):
    path = tmp_path / "台账.csv"
    head = "企业名称,经度,纬度\n汽配城市场,113.91,34.69\n".encode(first)
    path.write_bytes(head + "建业春天里,113.92,34.70\n".encode(then))
    table = read_table(path)
    assert list(table["企业名称"]) == ["汽配城市场", "建业春天里"]
