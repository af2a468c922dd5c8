"""The command export in the formats of other systems."""

import json
import zipfile

import pyogrio
import pytest
from cli_runs import answer, files, run, sound_plan

from gridmap.store import SUFFIX, save_plan


@pytest.fixture
def path(tmp_path):
    path = tmp_path / f"town{SUFFIX}"
    plan = sound_plan()
    grids = plan.grids.assign(name=plan.grids["name"].replace("网格W01", "䶮村"))
    save_plan(plan.with_tables(grids=grids), path)
    return path


def test_files_are_written_where_they_were_asked_for_and_told(path, tmp_path):
    told = answer(
        "export", path, "--shp", tmp_path / "a.zip", "--kml", tmp_path / "a.kml",
        "--fgb", tmp_path / "fgb", "--parquet", tmp_path / "p.zip",
        "--topojson", tmp_path / "a.topojson", "--pmtiles", tmp_path / "a.pmtiles",
        "--crs", "EPSG:4490", "--with-patches", "--licence", "MIT",
    )  # fmt: skip
    assert told["licence"] == "MIT"
    assert told["fgb"] == str(tmp_path / "fgb")
    assert told["losses"] == []
    layers = ["grids_1", "grids_2", "micro_grids", "patches"]
    assert files(tmp_path / "fgb") == [f"town-{layer}.fgb" for layer in layers]
    with zipfile.ZipFile(tmp_path / "p.zip") as book:
        assert book.namelist() == [f"town-{layer}.parquet" for layer in layers]
    assert pyogrio.read_info(tmp_path / "fgb" / "town-patches.fgb")["crs"] == "EPSG:4490"
    assert json.loads((tmp_path / "a.topojson").read_bytes())["gridmap"]["licence"] == "MIT"
    # Whoever may read one of the files may read all of them.
    written = [tmp_path / name for name in ("a.zip", "a.kml", "p.zip", "fgb/town-grids_1.fgb")]
    assert len({file.stat().st_mode for file in written}) == 1
    again = run("export", path, "--kml", tmp_path / "a.kml", "--lang", "en")
    assert again.exit_code == 2
    assert "exists already" in again.stderr


def test_what_gbk_lacks_is_told_with_its_place(path, tmp_path):
    done = run("export", path, "--shp", tmp_path / "a.zip", "--encoding", "gbk", "--lang", "zh")
    assert done.exit_code == 0
    assert "micro_grids W01 name 䶮 U+4DAE" in done.stdout + done.stderr
    assert "文件头未写数据许可" in done.stdout
    told = answer(
        "export", path, "--shp", tmp_path / "a.zip", "--encoding", "gbk", "--overwrite",
    )  # fmt: skip
    assert told["losses"] == [
        {"layer": "micro_grids", "code": "W01", "property": "name", "lacking": "䶮"}
    ]


def test_a_copy_for_gcj02_maps_needs_a_name_that_says_so(path, tmp_path):
    refused = run("export", path, "--geojson", tmp_path / "a.geojson", "--gcj02", "--lang", "en")
    assert refused.exit_code == 2
    assert "Name it 'a-gcj02.geojson'" in refused.stderr
    done = run(
        "export", path, "--geojson", tmp_path / "a-gcj02.geojson", "--fgb", tmp_path / "f",
        "--gcj02",
    )  # fmt: skip
    assert done.exit_code == 0
    head = json.loads((tmp_path / "a-gcj02.geojson").read_bytes())["gridmap"]
    assert head["coordinates"].startswith("GCJ-02")
    assert files(tmp_path / "f")[0] == "town-gcj02-grids_1.fgb"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fgb", "a.fgb"], "name a folder, or a .zip"),
        (["--shp", "a.shp"], "a name that ends in .zip"),
        (["--kml", "gcj02.kml", "--gcj02"], "No GCJ-02 copy is made as kml"),
        (["--objects", "gcj02.csv", "--gcj02"], "nobody would see it"),
        (["--crs", "EPSG:4490", "--geojson", "a.geojson"], "name a file with --gpkg or --shp"),
        (["--shp", "a.zip", "--crs", "EPSG:3857"], "Mercator"),
        ([], "Name a file with --geojson, --gpkg or --shp"),
    ],
)
def test_wrong_use_is_refused_and_nothing_is_written(path, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    refused = run("export", path, *words, "--lang", "en")
    assert refused.exit_code in (1, 2)
    assert said in refused.stderr
    assert files(tmp_path) == [path.name]


def test_the_command_for_handing_over_has_the_same_choices(path, tmp_path):
    out = tmp_path / "out"
    done = run(
        "handover", path, "--what", "formats,boundaries", "--formats", "shp，topojson", "--gcj02",
        "--layout", "lines", "--multi", "--decimals", "6", "--encoding", "gbk", "--out", out,
    )  # fmt: skip
    assert done.exit_code == 0
    assert files(out) == [
        "manifest.json", "town-gcj02-shapefile.zip", "town-gcj02.geojsonl", "town-gcj02.topojson",
    ]  # fmt: skip
