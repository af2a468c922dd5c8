"""The tables of all towns: only what has changed is encoded anew, and the bytes are the same."""

import shutil

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
from drawn_city import SETTINGS, town_rules
from shapely import box

from gridmap.city import joined, open_city
from gridmap.city.catalogue import town_grids
from gridmap.city.joined import join_tables

TABLES = ("grids.parquet", "figures.parquet", "names.parquet")


def derive(folder, name, at, *, rows=2, **more):
    place = folder / "catalogue" / "towns" / name
    place.mkdir(parents=True, exist_ok=True)
    shapes = [box(at, row, at + 1, row + 1) for row in range(rows)]
    frame = pd.DataFrame({"grid_code": [f"{name}{row}" for row in range(rows)], **more})
    frame = frame.astype({"grid_code": "str"})
    grids = gpd.GeoDataFrame(frame.assign(load_h=float(at)), geometry=shapes, crs="EPSG:4490")
    grids.to_parquet(
        place / "grids.parquet", index=False, compression="zstd", write_covering_bbox=True
    )
    figures = pd.DataFrame({"key": ["posts"], "value": [float(at)]}).astype({"key": "str"})
    figures.to_parquet(place / "figures.parquet", index=False, compression="zstd")


@pytest.fixture
def city(tmp_path):
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    for at, name in enumerate("abc"):
        place = tmp_path / "towns" / name
        place.mkdir(parents=True)
        (place / "rules.toml").write_text(town_rules(f"41012100{at}"), encoding="utf-8")
        derive(tmp_path, name, at)
    made = open_city(tmp_path)
    join_tables(made)
    return made


def bytes_of(city):
    return {
        name: (city.catalogue / name).read_bytes()
        for name in TABLES
        if (city.catalogue / name).exists()
    }


def made_anew(city):
    """Give the bytes of the tables as they are without anything of before."""
    shutil.rmtree(city.catalogue / "parts")
    for name in TABLES:
        (city.catalogue / name).unlink(missing_ok=True)
    join_tables(city)
    return bytes_of(city)


def told_of(city):
    return gpd.read_parquet(city.catalogue / "grids.parquet")


def test_all_towns_are_in_one_table_with_the_bounds_of_all(city):
    table = told_of(city)
    assert table["town"].tolist() == [*"aabbcc"]
    assert table["area"].tolist() == ["410121"] * 6
    assert table["grid_code"].tolist() == ["a0", "a1", "b0", "b1", "c0", "c1"]
    assert table.geometry.bounds["maxx"].tolist() == [1, 1, 2, 2, 3, 3]
    file = pq.ParquetFile(city.catalogue / "grids.parquet")
    assert file.num_row_groups == 3
    assert b'"bbox": [0.0, 0.0, 3.0, 2.0]' in file.schema_arrow.metadata[b"geo"]
    parts = town_grids(city.catalogue / "grids.parquet", ["b"], columns=["grid_code"])
    assert [(town, list(rows["grid_code"])) for town, rows in parts] == [("b", ["b0", "b1"])]


def test_of_a_changed_town_alone_the_table_is_read_again(city, monkeypatch):
    read, told = [], joined.read_footer
    monkeypatch.setattr(
        joined, "read_footer", lambda data: (found := told(data), read.append(len(found.groups)))[0]
    )
    before = (city.catalogue / "grids.parquet").stat().st_mtime_ns
    join_tables(city)
    assert read == []
    assert (city.catalogue / "grids.parquet").stat().st_mtime_ns == before
    derive(city.folder, "b", 7, rows=3)
    join_tables(city)
    assert told_of(city)["load_h"].tolist() == [0, 0, 7, 7, 7, 2, 2]
    # Of grids the town's own file and the columns in front, of figures all in one group.
    assert sorted(read) == [0, 0, 1, 1, 1, 1]
    assert bytes_of(city) == made_anew(city)


def test_a_table_of_other_columns_or_without_rows_is_fitted_in(city):
    derive(city.folder, "b", 1, note="x")
    derive(city.folder, "c", 2, rows=0)
    join_tables(city)
    assert told_of(city)["note"].fillna("-").tolist() == ["-", "-", "x", "x"]
    assert bytes_of(city) == made_anew(city)
    derive(city.folder, "b", 1)
    derive(city.folder, "c", 2)
    join_tables(city)
    assert "note" not in told_of(city)
    assert bytes_of(city) == made_anew(city)


def test_a_town_that_is_gone_or_lies_elsewhere_is_told_so(city):
    shutil.rmtree(city.folder / "towns" / "a")
    text = (
        SETTINGS + '[[towns]]\nfolder = "towns/b"\narea = "410122"\n[[towns]]\nfolder = "towns/c"\n'
    )
    (city.folder / "city.toml").write_text(text, encoding="utf-8")
    other = open_city(city.folder)
    join_tables(other)
    rows = told_of(other)
    assert list(zip(rows["town"], rows["area"], strict=True)) == [
        ("b", "410122"), ("b", "410122"), ("c", "410121"), ("c", "410121"),
    ]  # fmt: skip
    assert bytes_of(other) == made_anew(other)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"form": 1}'])
def test_notes_that_are_damaged_or_of_another_file_count_for_nothing(city, text):
    before = bytes_of(city)
    (city.catalogue / "parts" / "grids.json").write_text(text)
    (city.catalogue / "figures.parquet").write_bytes(b"another")
    join_tables(city)
    assert bytes_of(city) == before
