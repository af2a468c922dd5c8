"""The whole way on a drawn town, command by command, and what bad input says to a user."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import drawn_town
import geopandas as gpd
import numpy as np
import pytest
import shapely
from project import ROOT
from typer.testing import CliRunner

from gridmap.cli import app
from layers.location.datum import wgs_to_gcj

PLAN = "town.gridmap.gpkg"


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)


def answer(*words):
    return json.loads(run(*words, "--json").stdout)


@pytest.fixture(scope="module")
def journey(tmp_path_factory):
    """Make the plan of the drawn town once, in a folder of its own."""
    folder = tmp_path_factory.mktemp("journey")
    town = drawn_town.write_town(folder / "drawn")
    result = run("plan", town, "--out", folder / PLAN, "--lang", "en")
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def here(journey, tmp_path, monkeypatch):
    shutil.copy(journey / PLAN, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    return tmp_path


def test_the_plan_is_sound_and_every_grid_has_its_people(here):
    assert run("check", PLAN).exit_code == 0
    figures = {row["key"]: row["value"] for row in answer("coverage", PLAN)["figures"]}
    assert figures["covered_share"] == 1.0
    assert figures["grids_level_3"] == 4
    assert figures["leaders_on_post"] >= 7  # of the given grids; micro-grids have theirs too


def test_boundaries_and_map_are_written_and_agree(here):
    topology = answer("export", PLAN, "--geojson", "town.geojson")["topology"]
    assert topology["valid_tiling"]
    assert topology["valid_tiling_before_rounding"]
    grids = gpd.read_file("town.geojson")
    page = answer("map", PLAN)
    assert page["micro_grids"] == (grids["kind"] == "micro").sum()
    text = Path("town.html").read_text(encoding="utf-8")
    assert all(code in text for code in grids["grid_code"])


def test_a_point_in_a_micro_grid_is_found_in_it(here):
    run("export", PLAN, "--geojson", "town.geojson")
    grids = gpd.read_file("town.geojson")
    micro = grids[grids["kind"] == "micro"].iloc[::4]
    for code, point in zip(micro["grid_code"], micro.representative_point(), strict=True):
        found = answer("locate", PLAN, point.x, point.y)["answers"]
        chosen = next(one for one in found if one["chosen"])
        assert chosen["grids"][0]["code"] == code
        assert chosen["in_charge"]["person"]["name"]


def test_the_same_roster_changes_nobody_and_a_smaller_one_names_the_shortfall(here):
    drawn_town.write_town(here / "town")
    again = answer("assign", PLAN, "--roster", "town/roster.xlsx", "--out", "again.gridmap.gpkg")
    before = answer("coverage", PLAN)["figures"]
    assert answer("coverage", "again.gridmap.gpkg")["figures"] == before
    assert again["filled"] >= 7 + 18
    heads = "person_id,name,office,role,skills,home_code,present_grid,phone"
    Path("few.csv").write_text(f"{heads}\n1,甲,干部,cadre,,,,\n", encoding="utf-8")
    result = run("assign", PLAN, "--roster", "few.csv", "--out", "few.gridmap.gpkg")
    assert result.exit_code == 1
    assert "The roster has 1 cadre for" in result.stdout
    assert Path("few.gridmap.gpkg").exists()  # with vacancies that are named


def test_a_file_is_looked_into_before_it_is_used(here):
    town = drawn_town.write_town(here / "town")
    result = run("inspect", town / "supplied.gpkg", "--outline", town / "hierarchy.gpkg")
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "CRS EPSG:4547" in said
    assert "PZWH text 1 1 S1" in said
    data = answer("inspect", town / "supplied.gpkg")
    assert data["layers"][0]["features"] == 1
    assert data["layers"][0]["crs"] == "EPSG:4547"
    assert [row["column"] for row in data["layers"][0]["columns"]] == ["PZWH", "名称"]
    (here / "bad.gpkg").write_bytes(b"nothing")
    assert run("inspect", "bad.gpkg", "--json").exit_code == 1
    said = run("inspect", "bad.gpkg", "--lang", "zh")
    assert said.exit_code == 1
    assert "错误：“bad.gpkg”的内容不是 GeoPackage" in said.stdout + said.stderr


# bad input: each drawn town has exactly one fault


def without_layer(folder):
    drawn_town.write_town(folder)
    (folder / "supplied.gpkg").unlink()


def empty_layer(folder):
    drawn_town.write_town(folder, layers={"supplied": drawn_town.draw_layers()["supplied"].head(0)})


def layer_without_crs(folder):
    rules = drawn_town.rules_text().replace("supplied.gpkg", "supplied.shp")
    drawn_town.write_town(folder, rules=rules)
    drawn_town.draw_layers()["supplied"].to_file(folder / "supplied.shp", encoding="GBK")
    (folder / "supplied.prj").unlink()


def degrees_for_metres(folder):
    drawn_town.write_town(folder, rules=drawn_town.rules_text().replace("EPSG:4547", "EPSG:4490"))


def hierarchy_with_gap(folder):
    grids = drawn_town.draw_hierarchy()
    grids.loc[grids.index[-1], "geometry"] = grids.geometry.iloc[-1].buffer(-20)
    drawn_town.write_town(folder, hierarchy=grids)


def hierarchy_with_overlap(folder):
    grids = drawn_town.draw_hierarchy()
    grids.loc[grids.index[-1], "geometry"] = grids.geometry.iloc[-1].buffer(20)
    drawn_town.write_town(folder, hierarchy=grids)


def hierarchy_with_orphan(folder):
    grids = drawn_town.draw_hierarchy()
    grids.loc[grids.index[-1], "parent_code"] = "410122106999"
    drawn_town.write_town(folder, hierarchy=grids)


def grid_outside_its_village(folder):
    grids = drawn_town.draw_hierarchy()
    grids.loc[grids.index[-1], "parent_code"] = f"{drawn_town.TOWN_CODE}200"
    drawn_town.write_town(folder, hierarchy=grids)


def outline_in_gcj02(folder):
    grids = drawn_town.draw_hierarchy().to_crs("EPSG:4490")
    shapes = shapely.transform(
        grids.geometry.to_numpy(), lambda points: np.column_stack(wgs_to_gcj(*points.T))
    )
    shifted = gpd.GeoSeries(shapes, index=grids.index, crs=grids.crs).to_crs(drawn_town.CRS)
    drawn_town.write_town(folder, hierarchy=drawn_town.draw_hierarchy().set_geometry(shifted))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (without_layer, "'supplied.gpkg' of rules.toml is not in 'town'"),
        (empty_layer, "'supplied.gpkg' holds no features"),
        (layer_without_crs, "'supplied.shp' has no coordinate system"),
        (degrees_for_metres, "is in degrees"),
        (hierarchy_with_gap, "lie in none of its"),
        (hierarchy_with_overlap, "overlap by"),
        (hierarchy_with_orphan, "is an orphan"),
        (grid_outside_its_village, "lie outside its parent"),
        (outline_in_gcj02, "GCJ-02"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_bad_input_is_one_clear_message_and_leaves_nothing(tmp_path, monkeypatch, spoil, said):
    monkeypatch.chdir(tmp_path)
    spoil(tmp_path / "town")
    result = run("plan", "town")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert os.listdir(tmp_path) == ["town"]


def test_too_few_people_are_a_plan_with_vacancies_that_ends_with_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    drawn_town.write_town(tmp_path / "town", roster=drawn_town.draw_roster().head(9))
    result = run("plan", "town", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["cadres"] == 2
    issues = run("check", told["plan"], "--json", "--lang", "zh").stdout
    assert "花名册有干部 2 人，微网格 16 个，有 14 个无人在岗" in issues
    assert run("map", told["plan"]).exit_code == 0


@pytest.mark.skipif(os.name == "nt", reason="needs the limits of POSIX")
def test_a_full_disk_is_one_clear_message_and_leaves_nothing(here):
    script = (
        "import resource; from gridmap.cli import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "main()"
    )
    orders = [
        ["export", PLAN, "--geojson", "big.geojson"],
        ["map", PLAN, "--out", "big.html"],
    ]
    for order in orders:
        done = subprocess.run(
            [sys.executable, "-c", script, *order],
            # Byte code cut short by the limit would spoil every later start.
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr.startswith("Error: Cannot write 'big.")
        assert "the disk is full" in done.stderr
        assert os.listdir(here) == [PLAN]
