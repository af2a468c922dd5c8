"""The commands publish and published: exit codes, words, JSON."""

import json

import pytest
from redraw_plan import W2, draw
from saved_plans import put_plan
from typer.testing import CliRunner

from gridmap.cli.program import app
from gridmap.publications import versions_of
from gridmap.publications.record import record_of
from gridmap.store import load_plan

DAY = "2026-12-01"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    place = tmp_path_factory.mktemp("published") / "t.gridmap.gpkg"
    put_plan(draw, place)
    told = answer("publish", place, "--why", "党委会通过", "--from", DAY, "--number", "7")
    assert (told["number"], told["first_day"], told["why"]) == ("7", DAY, "党委会通过")
    return place


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def answer(*words):
    result = run(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_versions_are_listed_and_proven(path):
    assert [one["number"] for one in answer("published", "list", path)["versions"]] == ["7"]
    assert "党委会通过" in run("published", "list", path, "--lang", "zh").stdout
    assert answer("published", "verify", path) == {"versions": 1, "faults": []}
    assert answer("published", "codes", path)["codes"][0]["valid_from"] == DAY


def test_who_was_responsible_is_told_by_longitude_and_latitude(path):
    point = draw().grids.geometry.to_crs(4326)[W2].centroid
    where = ("--lon", point.x, "--lat", point.y)
    told = answer("published", "who", path, "--on", DAY, *where)
    assert [one["code"] for one in told["line"]] == [W2, "TVW", "TV", "T"]
    assert told["line"][-1]["people"][0]["person_id"] == "LT"
    shown = run("published", "who", path, "--on", DAY, *where, "--lang", "zh").stdout
    assert f"{DAY} 生效的是版本 7" in shown
    early = run("published", "who", path, "--on", "2026-11-30", *where)
    assert early.exit_code == 1
    assert "No version was in force" in " ".join(early.stderr.split())


def test_a_version_is_saved_as_a_plan(path, tmp_path):
    out = tmp_path / "seven.gridmap.gpkg"
    assert answer("published", "save", path, "--on", DAY, "--out", out)["version"] == "7"
    assert load_plan(out).rules.town.version == "7"
    assert run("published", "save", path).exit_code == 2


def test_what_changed_needs_two_numbers(path):
    same = ("--number", "7", "--number", "7")
    assert answer("published", "changes", path, *same)["changes"] == []
    assert run("published", "changes", path, "--number", "7").exit_code == 2


def test_a_refusal_ends_with_1_and_a_spoiled_record_too(path, tmp_path):
    before = record_of(path).read_bytes()
    refused = run("publish", path, "--why", "x", "--from", "2026-12-02", "--lang", "en")
    assert refused.exit_code == 1
    assert "Give this one a new number" in " ".join(refused.stderr.split())
    assert (record_of(path).read_bytes(), len(versions_of(path))) == (before, 1)
    spoiled = tmp_path / "t.gridmap.gpkg"
    record_of(spoiled).write_bytes(before.replace("党委会通过".encode(), "村委会通过".encode()))
    found = run("published", "verify", spoiled, "--lang", "en")
    assert found.exit_code == 1
    assert "is not as it was published" in " ".join(found.stdout.split())
