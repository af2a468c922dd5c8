"""Copies that were broken off: what is missing is told, and no shape reaches to 0, 0 for it."""

import json
import shutil
import sqlite3

import geopandas as gpd
import pytest
from shapely import Point, Polygon, box

from layers.contract.errors import LayerCRSError, LayerFileError
from layers.landuse.grids import read_hierarchy
from layers.landuse.ground import read_ground
from layers.reading.features import read_features

CRS = "EPSG:4547"


def squares(count, **columns):
    shapes = [
        box(513_000 + 100 * at, 3_838_000, 513_090 + 100 * at, 3_838_090) for at in range(count)
    ]
    return gpd.GeoDataFrame({"DLBM": ["0102"] * count, **columns}, geometry=shapes, crs=CRS)


def read(path):
    reading = read_features(path)
    return reading.frame, [issue.message for issue in reading.issues]


@pytest.mark.parametrize("crs", [CRS, "EPSG:4490", "EPSG:4526"])
def test_a_shape_that_reaches_to_zero_is_left_out_and_told(tmp_path, crs):
    frame = squares(4).to_crs(crs)
    x, y = frame.geometry[1].exterior.xy
    frame.geometry = [frame.geometry[0], Polygon([(x[0], y[0]), (x[1], y[1]), (0, 0)]),
                      Point(0, 0), frame.geometry[3]]  # fmt: skip
    frame.to_file(tmp_path / "a.gpkg")
    kept, told = read(tmp_path / "a.gpkg")
    assert kept.geometry.isna().to_list() == [False, True, True, False]
    assert "2 shapes have a corner at 0, 0 (row 2, 3)" in told[0]


def test_a_drawing_around_zero_keeps_its_shapes(tmp_path):
    drawn = gpd.GeoDataFrame(geometry=[box(0, 0, 2000, 1000), box(0, 0, 1, 1)], crs=CRS)
    drawn.to_file(tmp_path / "a.gpkg")
    kept, told = read(tmp_path / "a.gpkg")
    assert not kept.geometry.isna().any()
    assert not any("corner" in text for text in told)


def test_a_table_of_zero_bytes_in_whole_or_in_part_is_told(tmp_path):
    squares(4).to_file(tmp_path / "a.shp")
    table = tmp_path / "a.dbf"
    raw = table.read_bytes()
    size = int.from_bytes(raw[10:12], "little")
    table.write_bytes(raw[: -2 * size - 1] + bytes(2 * size))
    _, told = read(tmp_path / "a.shp")
    assert any("2 rows of its table (.dbf) from row 3 on hold zero bytes" in text for text in told)
    table.write_bytes(b"")
    kept, told = read(tmp_path / "a.shp")
    assert len(kept) == 4
    assert any(".dbf file with the attributes is empty (0 bytes)" in text for text in told)


def test_areas_written_as_texts_tell_a_table_of_another_export(tmp_path):
    squares(6, TBMJ=[str(8100 * at) for at in range(1, 7)]).to_file(tmp_path / "a.shp")
    _, told = read(tmp_path / "a.shp")
    assert any("column 'TBMJ' does not go with the shapes" in text for text in told)


def test_a_feature_on_every_line_of_which_one_is_cut_off(tmp_path):
    path = tmp_path / "a.geojsonl"
    squares(3).to_crs(4326).to_file(path, driver="GeoJSONSeq")
    assert read(path)[1] == []
    path.write_bytes(path.read_bytes()[:-30])
    kept, told = read(path)
    assert len(kept) == 2
    assert "1 line that is cut off or damaged (line 3) left out" in told[0]


def test_a_database_copied_without_its_log_is_told(tmp_path):
    squares(2).to_file(tmp_path / "a.gpkg", layer="a")
    base = sqlite3.connect(tmp_path / "a.gpkg")
    base.execute("PRAGMA journal_mode = wal")
    base.execute("CREATE TABLE notes (text)")
    base.commit()
    alone, beside = tmp_path / "alone.gpkg", tmp_path / "beside.gpkg"
    shutil.copy(tmp_path / "a.gpkg", alone)
    shutil.copy(tmp_path / "a.gpkg", beside)
    shutil.copy(tmp_path / "a.gpkg-wal", tmp_path / "beside.gpkg-wal")
    base.close()
    assert "its log (-wal) is not beside it" in read(alone)[1][0]
    assert read(beside)[1] == []


def test_a_download_that_has_not_ended_says_so(tmp_path):
    (tmp_path / "a.gpkg.crdownload").write_bytes(b"SQLite")
    with pytest.raises(LayerFileError, match="download has not ended"):
        read(tmp_path / "a.gpkg.crdownload")


def test_degrees_among_metres_are_left_out_and_told_even_when_they_are_half(tmp_path):
    frame = squares(4)
    frame.geometry = [*frame.geometry[:2], *frame.to_crs(4490).geometry[2:]]
    frame.to_file(tmp_path / "a.gpkg")
    kept, told = read(tmp_path / "a.gpkg")
    assert kept.geometry.isna().to_list() == [False, False, True, True]
    assert "2 shapes are in degrees among others in metres (row 3, 4)" in told[0]


RING = [[114.144, 34.67], [114.145, 34.67], [114.145, 34.671], [114.144, 34.67]]
SWAPPED = [[y, x] for x, y in RING]


def geojson(path, *geometries):
    features = [
        {"type": "Feature", "properties": {"DLBM": "0102"}, "geometry": one} for one in geometries
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [("MultiPolygon", [RING]), ("Polygon", [[f"{x},{y}" for x, y in RING]])],
)
def test_a_shape_that_is_written_oddly_is_read_and_told(tmp_path, kind, coordinates):
    path = geojson(tmp_path / "a.geojson", {"type": kind, "coordinates": coordinates})
    kept, told = read(path)
    assert kept.geometry[1].equals(Polygon(RING))
    assert len(told) == 1


def test_a_layer_of_which_nothing_could_be_read_says_why_and_not_that_its_system_is_wrong(tmp_path):
    path = geojson(tmp_path / "a.geojson", {"type": "Polygon", "coordinates": [[*RING, None]]})
    with pytest.raises(LayerFileError, match=r"none of its shapes can be read.*are not numbers"):
        read_ground(path, crs=CRS, category="farmland")


def test_rows_with_latitude_first_are_named(tmp_path):
    shapes = [{"type": "Polygon", "coordinates": [ring]} for ring in (RING, RING, SWAPPED)]
    path = geojson(tmp_path / "a.geojson", *shapes)
    with pytest.raises(LayerCRSError, match=r"each other's place \(row 3\)"):
        read_ground(path, crs=CRS, category="farmland")


@pytest.mark.parametrize("none", ["无", "0", "/"])
def test_the_highest_grid_has_no_parent_whatever_stands_there(tmp_path, none):
    columns = {"code": ["41", "4101"], "name": ["镇", "村"], "level": [1, 2]}
    squares(2, **columns, parent_code=[none, "41"]).to_file(tmp_path / "h.gpkg")
    grids, _ = read_hierarchy(tmp_path / "h.gpkg", crs=CRS)
    assert grids["parent_code"].to_list() == ["", "41"]


def test_signs_that_end_a_line_elsewhere_break_no_line_of_features(tmp_path):
    path = tmp_path / "a.geojsonl"
    one = {"type": "Feature", "properties": {"DLBM": "0102", "name": "a\u2028b\x85c"},
           "geometry": {"type": "Polygon", "coordinates": [RING]}}  # fmt: skip
    path.write_text(f"{json.dumps(one, ensure_ascii=False)}\n" * 2, encoding="utf-8")
    kept, told = read(path)
    assert len(kept) == 2
    assert told == []
    path.write_text(f"{json.dumps(one)}\n{'[' * 100_000}\n{json.dumps(one)}\n", encoding="utf-8")
    assert "(line 2) left out" in read(path)[1][0]


def test_rows_of_a_table_with_another_mark_are_no_zero_bytes(tmp_path):
    squares(4).to_file(tmp_path / "a.shp")
    raw = bytearray((tmp_path / "a.dbf").read_bytes())
    start, size = (int.from_bytes(raw[at : at + 2], "little") for at in (8, 10))
    raw[start : start + 4 * size : size] = bytes(4)
    (tmp_path / "a.dbf").write_bytes(raw)
    kept, told = read(tmp_path / "a.shp")
    assert kept["DLBM"].to_list() == ["0102"] * 4
    assert told == []
