"""Every format gives the same layer, and a damaged file loses no row without a word."""

import gzip
import json
import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from project import TESTS
from shapely import LineString, box

from layers.contract.errors import LayerFileError
from layers.reading.features import layer_names, read_features

ISSUES = TESTS / "issues"
X, Y = 513_000, 3_838_000


def drawn(count=3):
    shapes = [box(X + 10 * i, Y, X + 10 * i + 10, Y + 10) for i in range(count)]
    return gpd.GeoDataFrame(
        {
            "DLBM": [f"010{i}" for i in range(count)],
            "DLMC": ["水田", "水浇地", "旱地"] * (count // 3),
        },
        geometry=shapes,
        crs="EPSG:4547",
    )


def zipped(path, folder):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    return path


@pytest.mark.parametrize("ending", ["gpkg", "shp", "fgb", "parquet", "gdb", "geojson"])
def test_every_format_gives_the_same_layer(tmp_path, ending):
    path = tmp_path / f"地类图斑.{ending}"
    given = drawn().to_crs("EPSG:4490") if ending == "geojson" else drawn()
    if ending == "parquet":
        given.to_parquet(path)
    else:
        given.to_file(path, driver="OpenFileGDB" if ending == "gdb" else None)
    frame = read_features(path).frame.sort_values("DLBM")
    assert frame["DLBM"].tolist() == ["0100", "0101", "0102"]
    assert frame["DLMC"].tolist() == ["水田", "水浇地", "旱地"]
    assert sorted(frame.index) == [1, 2, 3]
    assert frame.to_crs(4547).geometry.area.tolist() == pytest.approx([100, 100, 100], rel=1e-4)


@pytest.mark.parametrize("ending", ["shp", "gpkg", "gdb"])
def test_an_archive_gives_the_layer_in_it(tmp_path, ending):
    inner = tmp_path / "inner"
    inner.mkdir()
    driver = "OpenFileGDB" if ending == "gdb" else None
    drawn().to_file(inner / f"地类图斑.{ending}", driver=driver)
    reading = read_features(zipped(tmp_path / "a.zip", inner))
    assert reading.frame["DLMC"].tolist() == ["水田", "水浇地", "旱地"]
    assert reading.file == "a.zip"
    assert reading.format.startswith("zip with ")


def test_an_archive_with_several_layers_needs_a_choice(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    drawn().to_file(inner / "north.shp", encoding="UTF-8")
    drawn().iloc[:1].to_file(inner / "south.shp", encoding="UTF-8")
    path = zipped(tmp_path / "a.zip", inner)
    assert len(read_features(path, layer="south").frame) == 1
    assert layer_names(path) == ["north", "south"]
    with pytest.raises(LayerFileError, match=r"holds 2 layers: 'north.shp', 'south.shp'"):
        read_features(path)


def test_a_geojson_and_an_osm_file_may_be_gzipped(tmp_path):
    drawn().to_crs(4326).to_file(tmp_path / "a.geojson")
    packed = tmp_path / "a.geojson.gz"
    packed.write_bytes(gzip.compress((tmp_path / "a.geojson").read_bytes()))
    assert len(read_features(packed).frame) == 3


def test_topojson_is_read(tmp_path):
    """Two squares that share the arc in the middle."""
    topology = {
        "type": "Topology",
        "arcs": [
            [[1, 0], [1, 1]],
            [[1, 1], [0, 1], [0, 0], [1, 0]],
            [[1, 0], [2, 0], [2, 1], [1, 1]],
        ],
        "objects": {
            "grids": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"code": "001"}},
                    {"type": "Polygon", "arcs": [[2, -1]], "properties": {"code": "002"}},
                ],
            }
        },
    }
    (tmp_path / "a.topojson").write_text(json.dumps(topology))
    frame = read_features(tmp_path / "a.topojson").frame
    assert frame["code"].tolist() == ["001", "002"]
    assert frame.geometry.area.tolist() == [1, 1]


def test_closed_lines_of_a_drawing_are_areas(tmp_path):
    ring = LineString([(X, Y), (X + 10, Y), (X + 10, Y + 10), (X, Y + 10), (X, Y)])
    road = LineString([(X, Y), (X + 50, Y)])
    lines = gpd.GeoDataFrame({"Layer": ["ZD", "DL"]}, geometry=[ring, road], crs=4547)
    pyogrio.write_dataframe(lines, tmp_path / "a.dxf", driver="DXF")
    reading = read_features(tmp_path / "a.dxf")
    assert reading.frame.geom_type.tolist() == ["Polygon", "LineString"]
    assert reading.frame.crs is None
    assert "1 closed lines of the drawing are taken as areas" in reading.issues[0].message


def test_osm_ground_gets_its_most_telling_tag(tmp_path):
    (tmp_path / "a.osm").write_text(
        """<?xml version="1.0"?><osm version="0.6">
        <node id="1" lat="34.0" lon="114.0"/><node id="2" lat="34.0" lon="114.1"/>
        <node id="3" lat="34.1" lon="114.1"/>
        <way id="9"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/>
        <tag k="landuse" v="farmland"/><tag k="natural" v="scrub"/></way></osm>"""
    )
    frame = read_features(tmp_path / "a.osm").frame
    assert frame["osm_tag"].tolist() == ["landuse=farmland"]


@pytest.mark.parametrize("name", ["townships_wgs84.kml", "townships_wgs84.kmz"])
def test_kml_and_kmz_give_the_townships(name):
    frame = read_features(ISSUES / "townships" / name).frame
    assert len(frame) == 20
    assert frame["Name"][1] == "谢庄镇"
    assert frame.crs.to_epsg() == 4326


def test_a_kml_with_folders_needs_a_choice():
    path = ISSUES / "kml" / "testLayers.kml"
    assert len(layer_names(path)) == 8
    with pytest.raises(LayerFileError, match=r"holds 8 layers: 'l0', 'l1'"):
        read_features(path)


def test_a_shapefile_without_index_is_read_and_left_as_it_was(tmp_path):
    drawn().to_file(tmp_path / "a.shp", encoding="UTF-8")
    (tmp_path / "a.shx").unlink()
    before = sorted(file.name for file in tmp_path.iterdir())
    reading = read_features(tmp_path / "a.shp")
    assert reading.frame["DLBM"].tolist() == ["0100", "0101", "0102"]
    assert "the .shx file is missing" in reading.issues[0].message
    assert sorted(file.name for file in tmp_path.iterdir()) == before


def test_a_table_cut_short_costs_only_the_attributes_of_its_last_rows(tmp_path):
    drawn(30).to_file(tmp_path / "a.shp", encoding="UTF-8")
    table = (tmp_path / "a.dbf").read_bytes()
    (tmp_path / "a.dbf").write_bytes(table[: len(table) - 400])
    reading = read_features(tmp_path / "a.shp")
    assert len(reading.frame) == 30
    assert reading.frame["DLBM"][27] == "01026"
    assert "it is damaged (fread(161) failed on DBF file)" in reading.issues[0].message
    assert [issue.other_code for issue in reading.issues[1:]] == ["28", "29", "30"]
    assert "'a.shp' row 30: its attributes cannot be read" in reading.issues[-1].message


def test_bad_features_of_a_geojson_are_named_and_cost_only_themselves(tmp_path):
    good = json.loads(drawn().to_crs(4326).to_json())
    features = good["features"]
    bad = {"type": "Feature", "id": 7, "properties": {}}
    features.insert(1, bad | {"geometry": {"type": "Polygon", "coordinates": [[["a", 1], [2, 3]]]}})
    features.insert(2, None)
    features.insert(3, bad | {"geometry": {"type": "Polygom", "coordinates": []}})
    (tmp_path / "a.geojson").write_text(json.dumps(good))
    reading = read_features(tmp_path / "a.geojson")
    assert reading.frame.geometry.notna().sum() == 3
    assert [issue.other_code for issue in reading.issues] == ["2", "3", "4"]
    assert "'a.geojson' row 2 cannot be read: (id 7)" in reading.issues[0].message
    assert "row 3 cannot be read: is null, not a feature" in reading.issues[1].message


def test_a_geojson_that_is_cut_off_names_the_line(tmp_path):
    drawn(30).to_crs(4326).to_file(tmp_path / "a.geojson")
    text = (tmp_path / "a.geojson").read_text(encoding="utf-8")
    (tmp_path / "a.geojson").write_text(text[: len(text) // 2], encoding="utf-8")
    with pytest.raises(LayerFileError, match=r"'a.geojson' cannot be read .*At line \d+"):
        read_features(tmp_path / "a.geojson")


def test_features_missing_from_a_flatgeobuf_are_named(tmp_path):
    drawn(300).to_file(tmp_path / "a.fgb")
    raw = (tmp_path / "a.fgb").read_bytes()
    (tmp_path / "a.fgb").write_bytes(raw[: len(raw) * 3 // 4])
    reading = read_features(tmp_path / "a.fgb")
    lost = [issue.other_code for issue in reading.issues if issue.rule == "READ-6"]
    assert 100 < len(reading.frame) < 300
    assert lost == [str(row) for row in range(len(reading.frame) + 1, 301)]
    assert "row 300 cannot be read: the record is damaged" in reading.issues[-1].message


def test_a_virtual_layer_under_another_ending_is_refused(tmp_path):
    drawn().to_file(tmp_path / "secret.gpkg")
    (tmp_path / "a.geojson").write_text(
        "<OGRVRTDataSource><OGRVRTLayer name='secret'><SrcDataSource>"
        f"{tmp_path / 'secret.gpkg'}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    with pytest.raises(LayerFileError, match=r"does not begin like GeoJSON"):
        read_features(tmp_path / "a.geojson")


def test_a_file_of_commands_is_refused(tmp_path):
    commands = {"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline read x"}
    (tmp_path / "a.json").write_text(json.dumps(commands))
    with pytest.raises(LayerFileError, match=r"holds commands for a program, not a layer"):
        read_features(tmp_path / "a.json")


def test_xml_entities_are_refused(tmp_path):
    (tmp_path / "a.kml").write_text(
        '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
        "<kml><Document><Placemark><name>&a;</name></Placemark></Document></kml>"
    )
    with pytest.raises(LayerFileError, match=r"'a.kml'"):
        read_features(tmp_path / "a.kml")


@pytest.mark.parametrize("path", ["/vsicurl/http://x/a.gpkg", "https://x/a.gpkg", "/vsizip/a.zip"])
def test_addresses_are_refused(path):
    with pytest.raises(LayerFileError, match=r"is an address, not a file"):
        read_features(path)


def test_an_unknown_ending_names_the_formats(tmp_path):
    (tmp_path / "a.xyz").write_bytes(b"x")
    with pytest.raises(LayerFileError, match=r"is of no format that can be read.*GeoPackage"):
        read_features(tmp_path / "a.xyz")


@pytest.mark.parametrize(
    ("ending", "advice"),
    [
        ("xls", "save it as .xlsx"),
        ("dwg", "Save it as .dxf"),
        ("rar", "pack it as .zip"),
        ("pdf", "ask for the layer that it was made from"),
        ("prj", "give the .shp file"),
        ("mxd", "give the layer itself"),
    ],
)
def test_files_of_offices_that_are_no_layers_get_advice(tmp_path, ending, advice):
    (tmp_path / f"a.{ending}").write_bytes(b"x")
    with pytest.raises(LayerFileError, match=advice):
        read_features(tmp_path / f"a.{ending}")


def test_reading_changes_no_input(tmp_path):
    copy = Path(shutil.copytree(ISSUES, tmp_path / "issues"))
    before = {file: file.read_bytes() for file in sorted(copy.rglob("*")) if file.is_file()}
    for file in before:
        try:
            read_features(file)
        except LayerFileError:
            continue
    after = {file: file.read_bytes() for file in sorted(copy.rglob("*")) if file.is_file()}
    assert after == before


def test_points_in_a_table_are_features(tmp_path):
    table = pd.DataFrame({"编号": ["1", "2"], "经度": ["114.1", "x"], "纬度": ["34.7", "34.8"]})
    table.to_csv(tmp_path / "a.csv", index=False, encoding="gbk")
    reading = read_features(tmp_path / "a.csv")
    assert shapely.get_x(reading.frame.geometry[2]) == 114.1
    assert reading.frame.geometry[3] is None
    assert "'a.csv' row 3: the position 'x / 34.8' cannot be read" in reading.issues[0].message
