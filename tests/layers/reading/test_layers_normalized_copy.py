"""Text formats in GBK and UTF-16, and the Chinese names of KML fields."""

import json
import zipfile

import pytest

from layers.contract.errors import LayerFileError
from layers.reading.features import layer_names, read_features

RING = [[113.9, 34.7], [113.91, 34.7], [113.91, 34.71], [113.9, 34.7]]
KML = (
    '<?xml version="1.0" encoding="{encoding}"?><kml xmlns="http://www.opengis.net/kml/2.2">'
    "<Document>{places}</Document></kml>"
)
PLACE = (
    "<Placemark><name>{name}</name><ExtendedData>"
    '<Data name="网格编号"><value>001</value></Data>'
    '<Data name="负责人员"><value>张三</value></Data>'
    '<Data name="phone"><value>1</value></Data></ExtendedData>'
    "<Polygon><outerBoundaryIs><LinearRing>"
    "<coordinates>113.9,34.7 113.91,34.7 113.91,34.71 113.9,34.7</coordinates></LinearRing>"
    "</outerBoundaryIs></Polygon></Placemark>"
)


def collection(**columns):
    feature = {
        "type": "Feature",
        "properties": columns,
        "geometry": {"type": "Polygon", "coordinates": [RING]},
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig"])
def test_a_geojson_of_an_old_program_is_read(tmp_path, encoding):
    (tmp_path / "a.geojson").write_bytes(collection(名称="郑庵镇刘巧村").encode(encoding))
    reading = read_features(tmp_path / "a.geojson")
    assert reading.frame["名称"].tolist() == ["郑庵镇刘巧村"]
    assert reading.issues == ()


def test_one_damaged_sign_does_not_garble_the_others(tmp_path):
    text = collection(名称="郑庵镇红色网格党建引领基层治理").encode()
    (tmp_path / "a.geojson").write_bytes(text.replace("红".encode(), b"\xe7\xba"))
    reading = read_features(tmp_path / "a.geojson")
    assert reading.frame["名称"][1] == "郑庵镇\ufffd色网格党建引领基层治理"
    assert "UTF-8 but for 1 damaged signs" in reading.issues[0].message


@pytest.mark.parametrize(
    ("says", "is_in"), [("GBK", "gbk"), ("UTF-8", "gbk"), ("UTF-16", "utf-16")]
)
def test_a_kml_in_another_encoding_is_read(tmp_path, says, is_in):
    text = KML.format(encoding=says, places=PLACE.format(name="一号微网格"))
    (tmp_path / "a.kml").write_bytes(text.encode(is_in))
    reading = read_features(tmp_path / "a.kml")
    assert reading.frame["Name"].tolist() == ["一号微网格"]
    assert reading.frame["负责人员"].tolist() == ["张三"]


def test_chinese_names_of_kml_fields_do_not_fall_together(tmp_path):
    """Both names have four signs, which the reader makes the same twelve underscores of."""
    text = KML.format(encoding="UTF-8", places=PLACE.format(name="a"))
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.writestr("doc.kml", text)
        archive.writestr("files/照片.jpg", b"\xff\xd8")
    row = read_features(tmp_path / "a.kmz").frame.iloc[0]
    assert (row["网格编号"], row["负责人员"], row["phone"]) == ("001", "张三", "1")


def test_folders_of_a_kml_in_gbk_are_listed(tmp_path):
    places = "".join(
        f"<Folder><name>{name}</name>{PLACE.format(name=name)}</Folder>" for name in "东西"
    )
    (tmp_path / "a.kml").write_bytes(KML.format(encoding="GBK", places=places).encode("gbk"))
    assert layer_names(tmp_path / "a.kml") == ["东", "西"]
    assert read_features(tmp_path / "a.kml", layer="西").frame["Name"].tolist() == ["西"]


def test_entities_hidden_by_an_encoding_are_refused(tmp_path):
    text = KML.format(encoding="UTF-16", places="&a;").replace(
        "<kml", '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/hostname">]><kml', 1
    )
    (tmp_path / "a.kml").write_bytes(text.encode("utf-16"))
    with pytest.raises(LayerFileError, match=r"'a.kml'"):
        read_features(tmp_path / "a.kml")


def test_a_declared_encoding_that_is_wrong_is_told(tmp_path):
    (tmp_path / "a.geojson").write_bytes(collection(名称="郑").encode("gbk"))
    with pytest.raises(LayerFileError, match=r"its texts are not utf-8"):
        read_features(tmp_path / "a.geojson", encoding="utf-8")


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}, "says 'urn:ogc"),
        (None, "unless it says otherwise"),
    ],
)
def test_the_system_that_a_geojson_names_is_told(tmp_path, member, words):
    content = {**json.loads(collection()), **({"crs": member} if member else {})}
    (tmp_path / "a.geojson").write_text(json.dumps(content))
    assert words in str(read_features(tmp_path / "a.geojson").crs_why)


def test_a_system_that_nobody_knows_is_not_taken_for_wgs84_in_silence(tmp_path):
    content = {
        **json.loads(collection()),
        "crs": {"type": "name", "properties": {"name": "urn:town:local"}},
    }
    (tmp_path / "a.geojson").write_text(json.dumps(content))
    reading = read_features(tmp_path / "a.geojson")
    assert reading.frame.crs is None
    assert "names the coordinate system 'urn:town:local', which nobody knows" in (
        reading.issues[0].message
    )


def test_coordinates_with_four_numbers_and_open_rings_are_read(tmp_path):
    ring = [[x, y, 87.5, 1] for x, y in RING]
    content = json.loads(collection())
    content["features"][0]["geometry"]["coordinates"] = [ring]
    (tmp_path / "a.geojson").write_text(json.dumps(content))
    assert read_features(tmp_path / "a.geojson").frame.geometry[1].area > 0
    content["features"][0]["geometry"]["coordinates"] = [[*RING[:-1], [113.9, 34.71]]]
    (tmp_path / "b.geojson").write_text(json.dumps(content))
    reading = read_features(tmp_path / "b.geojson")
    assert reading.frame.geometry[1].area > 0
    assert "were closed in 1 row (1)" in reading.issues[0].message
