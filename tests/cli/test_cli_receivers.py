"""Layers for other systems and their manifest by command."""

import json
import shutil

import pytest
from cli_runs import run
from small_plan import small_plan

from gridmap.store import SUFFIX, save_plan


@pytest.fixture(scope="module")
def handed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    path = folder / f"town{SUFFIX}"
    save_plan(small_plan(), path)
    (folder / "out").mkdir()
    done = run(
        "export", path, "--gpkg", folder / "out" / "a.gpkg", "--geojson",
        folder / "out" / "a.geojson", "--crs", "4490", "--with-patches", "--manifest", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return path, folder / "out", json.loads(done.stdout)


def test_layers_are_written_in_the_coordinates_asked_for_and_told(handed):
    _, out, told = handed
    assert (told["crs"], told["gpkg"], told["manifest"]) == (
        "EPSG:4490", str(out / "a.gpkg"), str(out / "manifest.json"),
    )  # fmt: skip
    done = run("manifest", out, "--lang", "en")
    assert done.exit_code == 0
    assert "2 files, all there and as they were; grids checked without a fault: 2 sets." in (
        done.stdout
    )
    assert "Management lines, not legal borders" in done.stdout


def test_a_changed_file_ends_with_1_and_is_named_in_the_language_asked_for(handed, tmp_path):
    folder = shutil.copytree(handed[1], tmp_path / "out")
    (folder / "a.geojson").write_bytes(b"{}")
    done = run("manifest", folder, "--lang", "zh")
    assert done.exit_code == 1
    assert "不是当初交付的文件" in done.stdout or "无法读取" in done.stdout
    told = json.loads(run("manifest", folder, "--json").stdout)
    assert (told["sound"], told["files"]) == (False, 2)
    assert run("manifest", tmp_path, "--lang", "en").exit_code == 2


def test_a_zone_beside_the_town_is_written_and_told_with_the_one_that_fits(handed, tmp_path):
    done = run("export", handed[0], "--gpkg", tmp_path / "b.gpkg", "--crs", "4548", "--lang", "zh")
    assert done.exit_code == 0, done.output
    assert "请用 EPSG:4547（" in "".join(done.output.split("\n"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--gpkg", "OUT/b.gpkg", "--crs", "EPSG:1"], "not a known coordinate system"),
        (["--gpkg", "OUT/b.gpkg", "--crs", "EPSG:3857"], "Mercator"),
        (["--gpkg", "OUT/b.gpkg", "--crs", "EPSG:32631"], "Take EPSG:32649"),
        (["--gpkg", "OUT/b.shp"], ".gpkg"),
        (["--gpkg", "OUT/b.gridmap.gpkg"], "name of plans"),
        (["--gpkg", "OUT/a.gpkg"], "--overwrite"),
        (["--geojson", "OUT/b.geojson", "--crs", "4490"], "name a file with --gpkg"),
        (["--gpkg", "OUT/b.gpkg", "--geojson", "OUT/../b.geojson", "--manifest"], "one folder"),
        (["--gpkg", "OUT/b.gpkg", "--public"], "have no licence"),
    ],
)
def test_what_cannot_be_written_is_refused_with_what_to_do(handed, words, said):
    path, out, _ = handed
    done = run("export", path, *[word.replace("OUT", str(out)) for word in words], "--lang", "en")
    assert done.exit_code in (1, 2)
    assert said in " ".join(done.output.split())
    assert not (out / "b.gpkg").exists()
