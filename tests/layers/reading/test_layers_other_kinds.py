"""Files under an ending that is not theirs: the answer says what they are and what to do."""

import json

import pytest

from layers.contract.errors import LayerFileError
from layers.files.formats import find_format
from layers.inspect.file import inspect_file


@pytest.mark.parametrize(
    ("name", "start", "kind", "advice"),
    [
        ("图斑.zip", b"Rar!\x1a\x07", "而是 RAR 压缩包", "请解压"),
        ("图斑.shp", b"7z\xbc\xaf\x27\x1c", "而是 7z 压缩包", "请解压"),
        ("台账.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1", "旧版 Excel", "另存为 .xlsx"),
        ("台账.csv", b"PK\3\4", ".xlsx 表格", "扩展名"),
        ("图.dxf", b"AC1027", "而是 DWG 图纸", "另存为 .dxf"),
        ("a.geojson", b"<!doctype HTML><html>", "网页", "重新导出"),
        ("a.kmz", b"<?xml version='1.0'?><kml/>", "而是 XML 文本，如 KML", "扩展名"),
    ],
)
def test_a_changed_ending_is_told_by_the_first_bytes(tmp_path, name, start, kind, advice):
    path = tmp_path / name
    path.write_bytes(start + bytes(200))
    with pytest.raises(LayerFileError) as caught:
        find_format(path)
    assert kind in caught.value.zh
    assert advice in caught.value.zh


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_parcel_corners_as_text_are_known_for_what_they_are(tmp_path, encoding):
    path = tmp_path / "地块.txt"
    text = "[属性描述]\n带号=38\n[地块坐标]\n4,1.0,1,地块一,面,,,,@\nJ1,1,3840000,38491000\n"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(LayerFileError) as caught:
        find_format(path)
    assert "界址点坐标交换文件" in caught.value.zh


def test_a_json_of_another_program_is_not_said_to_be_in_wgs_84_by_default(tmp_path):
    ring = [[491000, 3840000], [491000, 3840100], [491100, 3840100], [491000, 3840000]]
    path = tmp_path / "a.json"
    content = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 4547},
        "fields": [{"name": "DLBM", "type": "esriFieldTypeString"}],
        "features": [{"attributes": {"DLBM": "0101"}, "geometry": {"rings": [ring]}}],
    }
    path.write_text(json.dumps(content))
    (layer,) = inspect_file(path).layers
    assert (layer.crs, layer.crs_why_zh) == ("EPSG:4547", "文件已注明")
