"""The commands stations, cases and business: what they print and what they write."""

import csv
import json

import pytest
from cli_runs import answer, run
from service_plan import service_plan
from small_plan import small_plan

from gridmap.store import load_plan, save_plan

PLAN = "t.gridmap.gpkg"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    save_plan(service_plan(), PLAN)
    save_plan(small_plan(), "bare.gridmap.gpkg")


def test_stations_prints_reach_gaps_and_proposals() -> None:
    result = run("stations", PLAN, "--minutes", 1, "--mode", "walk")

    assert result.exit_code == 0
    assert "Stations: 2, of them at streets 1" in result.stdout
    assert "Within 1 minutes: 83 m on foot, 200 m by bicycle" in result.stdout
    assert "Grids with somebody out of reach On foot in 1 minutes: 1" in result.stdout
    assert "Where the next station helps most (greedy)" in result.stdout


def test_stations_writes_circles_and_replaces_them_only_when_told() -> None:
    assert run("stations", PLAN, "--circles", "c.geojson").exit_code == 0
    assert run("stations", PLAN, "--circles", "c.geojson").exit_code == 2
    assert run("stations", PLAN, "--circles", "c.geojson", "--overwrite").exit_code == 0

    with open("c.geojson", encoding="utf-8") as file:
        assert len(json.load(file)["features"]) == 2


def test_stations_answers_machines() -> None:
    data = answer("stations", PLAN)

    assert (data["stations"], data["on_street"], data["unplaced"]) == (2, 1, [])
    assert [row["mode"] for row in data["totals"]] == ["walk", "bicycle"]
    assert data["totals"][0]["people"] is None  # not known, and not 0


def test_a_plan_without_any_says_how_to_get_them() -> None:
    assert 'with kind = "station"' in run("stations", "bare.gridmap.gpkg").stdout
    assert "cases PLAN FILE" in run("cases", "bare.gridmap.gpkg").stdout
    assert "[[business]]" in run("business", "bare.gridmap.gpkg").stdout


def test_cases_shows_the_counts_of_a_level_and_says_what_is_above_and_lost() -> None:
    result = run("cases", PLAN, "--level", 2)

    assert result.exit_code == 0
    assert "47" in result.stdout
    assert "0 more rows belong to grids above this level, 1 to no grid" in result.stdout
    assert run("cases", PLAN, "--level", 9).exit_code == 2


def test_cases_adds_a_table_and_writes_the_plan_only_where_told(tmp_path) -> None:
    (tmp_path / "new.csv").write_text("网格编码,受理,办结\nT,33.04万,32.91件\n", "utf-8")

    assert run("cases", PLAN, "new.csv").exit_code == 2  # the plan is there already
    result = run("cases", PLAN, "new.csv", "--out", "new.gridmap.gpkg", "--csv", "table.csv")

    assert result.exit_code == 0
    assert "probably lacks its 万" in result.stdout
    assert len(load_plan(PLAN).cases) == 5
    assert len(load_plan("new.gridmap.gpkg").cases) == 6
    assert run("cases", PLAN, "new.csv", "--overwrite").exit_code == 0
    assert load_plan(PLAN).cases["closed"].tolist()[-1] == 32.91
    with open("table.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["grid_code"] for row in rows} == {"E", "W"}


def test_business_shows_shares_and_staff_and_writes_the_crosswalk() -> None:
    result = run("business", PLAN, "--csv", "crosswalk.csv")

    assert result.exit_code == 0
    assert "Business areas: 2, staff 562" in result.stdout
    data = answer("business", PLAN)
    assert sum(row["staff"] for row in data["staff_of_grids"] if row["level"] == 2) == 562
    with open("crosswalk.csv", encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(data["crosswalk"])
