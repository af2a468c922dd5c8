"""The command that relates two divisions: plans, versions, written files, others' layers."""

import csv
import json

import geopandas as gpd
import pytest
import shapely
from cli_runs import answer, run
from redraw_plan import CRS, W1, W2, at, draw, move, pend
from saved_plans import put_plan

from boundaries.export.geojson import Form
from gridmap.publications import publish_plan
from gridmap.store import save_plan
from gridmap.store.plan_lock import change_plan
from gridmap.versions.boundaries import boundary_files


def moved():
    return pend(draw(), move(W1, "P20", "P21"))[-1].after


def publish(path, first_day, number):
    by = {"who": "王五", "when": "2026-11-20T10:00:00"}
    publish_plan(path, why="党委会通过", first_day=first_day, number=number, **by)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A plan, a later one, both as versions 1 and 2 of a third, and a layer of another office."""
    place = tmp_path_factory.mktemp("crosswalk")
    put_plan(draw, place / "old.gridmap.gpkg")
    put_plan(draw, place / "town.gridmap.gpkg")
    save_plan(moved(), place / "new.gridmap.gpkg")
    publish(place / "town.gridmap.gpkg", "2026-01-01", "1")
    change_plan(
        place / "town.gridmap.gpkg", lambda plan: pend(plan, move(W1, "P20", "P21"))[-1].after
    )
    publish(place / "town.gridmap.gpkg", "2026-07-01", "2")
    shapes = [shapely.box(*at(-1, 0), *at(1, 3)), shapely.box(*at(1, 0), *at(7, 3)), None]
    other = gpd.GeoDataFrame(
        {"区号": ["007", "@2", "3"], "叫法": ["西片", "东片", "无"], "同": ["x"] * 3},
        geometry=shapes,
        crs=CRS,
    )
    other.to_crs(4326).to_file(place / "districts.geojson")
    return place


def pairs(told, level=4):
    return {
        (row["from_code"], row["to_code"]): row["area_m2"]
        for row in told["rows"]
        if row["from_level"] in (level, None)
    }


def test_two_plans_two_files_and_two_versions_give_the_same_table(folder):
    old, new, town = (folder / f"{name}.gridmap.gpkg" for name in ("old", "new", "town"))
    plans = pairs(answer("crosswalk", old, new))
    assert plans[W2, W1] == 20_000
    by_number = ["--from-version", "1", "--to-version", "2"]
    assert pairs(answer("crosswalk", town, *by_number)) == plans
    files = [folder / "old.geojson", folder / "new.geojsonl"]
    for plan, file, layout in zip((draw(), moved()), files, ("collection", "lines"), strict=True):
        file.write_bytes(boundary_files(plan, form=Form(layout=layout)).grids)
    written = pairs(answer("crosswalk", *files))
    assert written.keys() == plans.keys()
    assert all(written[pair] == pytest.approx(plans[pair], abs=5) for pair in plans)


def test_a_layer_of_another_office_is_related_by_its_own_codes(folder):
    table, parts = folder / "x.csv", folder / "x.geojson"
    options = ["--name", "叫法", "--level", "4", "--csv", table, "--geojson", parts]
    told = answer("crosswalk", folder / "old.gridmap.gpkg", folder / "districts.geojson",
                  "--code", "区号", *options)  # fmt: skip
    assert pairs(told)[W1, "007"] == pytest.approx(30_000, abs=1)
    assert {row["to_name"] for row in told["rows"]} == {"西片", "东片"}
    assert [one["rule"] for one in told["issues"] if one["severity"] != "info"] == ["READ-1"]
    raw = table.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert len(rows) == len(told["rows"])
    assert {row["to_code"] for row in rows} == {"007", "'@2"}  # a text, and no formula
    assert rows[0]["to_level"] == ""
    assert sum(float(row["from_area_share"]) for row in rows if row["from_code"] == W1) == 1
    frame = gpd.read_file(parts).to_crs(CRS)
    assert len(frame) == len(rows)
    assert frame.geometry.is_valid.all()
    areas = frame["area_m2"].astype(float)
    assert ((frame.area - areas).abs() < 10).all()
    head = json.loads(parts.read_text(encoding="utf-8"))["gridmap_relationship"]
    assert head["to"] == {"file": "districts.geojson", "units": 2}
    # The code is the only column that is different in every row, but for the names.
    guessed = run("crosswalk", folder / "old.gridmap.gpkg", folder / "districts.geojson")
    assert guessed.exit_code == 1
    assert "--code" in guessed.stderr


def test_the_public_gets_shares_of_area_alone_and_a_licence(folder):
    paths = folder / "old.gridmap.gpkg", folder / "new.gridmap.gpkg", "--public"
    assert run("crosswalk", *paths).exit_code == 2
    told = answer("crosswalk", *paths, "--licence", "CC-BY-4.0")
    assert (told["licence"], told["audience"]) == ("CC-BY-4.0", "public")
    assert not [key for key in told["rows"][0] if "household" in key or "load" in key]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["old.gridmap.gpkg"], 2, "--from-version"),
        (["districts.geojson", "old.gridmap.gpkg"], 1, "no file of boundaries"),
        (["old.gridmap.gpkg", "districts.geojson", "--code", "区"], 1, "has no column"),
        (["old.gridmap.gpkg", "new.gridmap.gpkg", "--level", "9"], 1, "share no ground"),
        (["town.gridmap.gpkg", "--from-version", "7"], 1, "no published version '7'"),
        (["none.geojson", "old.gridmap.gpkg"], 2, "There is no file"),
        (["old.gridmap.gpkg", "new.gridmap.gpkg", "--csv", "x.txt"], 2, "ending"),
    ],
)  # fmt: skip
def test_what_cannot_be_related_is_told(folder, monkeypatch, words, code, told):
    monkeypatch.chdir(folder)
    result = run("crosswalk", *words, "--lang", "en")
    assert result.exit_code == code, result.stderr
    assert told in " ".join(result.stderr.split())


def test_it_is_told_in_words(folder):
    shown = run("crosswalk", folder / "old.gridmap.gpkg", folder / "new.gridmap.gpkg",
                "--level", "4", "--lang", "zh").stdout  # fmt: skip
    assert "前一区划 3 个单元" in shown
    assert "2 个单元整体落在另一区划的一个单元内，1 个被分开" in shown
