"""Copies that were broken off: what is missing is told, and no shape reaches to 0, 0 for it."""

import shutil
import sqlite3

import geopandas as gpd
import pytest
from shapely import Point, Polygon, box

from layers.contract.errors import LayerFileError
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
