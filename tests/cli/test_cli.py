"""The commands one by one: what they print and what they write."""

import json
from pathlib import Path

import pytest
import shapely
from cli_runs import answer, files, run, sound_plan, write_roster
from redraw_objects import plan_with_objects
from small_plan import small_plan

from gridmap.publish.answering import answered
from gridmap.store import load_plan, save_plan
from gridmap.workflow import workflow

CENTRE = ("113.9334360", "34.6813982")  # in E01
OUTSIDE = ("113.9", "34.6")


# plan


def test_plan_writes_the_plan_and_shows_its_figures(made, here):
    result = run("plan", "somewhere", "--out", "new.gridmap.gpkg")
    assert result.exit_code == 0
    assert made == [Path("somewhere")]
    assert "Grids by level" in result.stdout
    assert "1 / 2 / 3" in result.stdout
    assert "The plan is in new.gridmap.gpkg" in result.stdout
    assert len(load_plan("new.gridmap.gpkg").grids) == 6


def test_plan_names_its_file_after_the_folder(made, here):
    (here / "小镇").mkdir()
    run("plan", "小镇")
    run("plan", here)
    assert {"小镇.gridmap.gpkg", f"{here.name}.gridmap.gpkg"} <= set(files(here))


def test_plan_refuses_a_file_that_exists_before_the_long_work(made, here):
    assert run("plan", "t").exit_code == 2
    assert made == []
    assert run("plan", "t", "--overwrite").exit_code == 0


def test_plan_ends_with_one_when_the_plan_has_errors(here, monkeypatch):
    monkeypatch.setattr(workflow, "make_plan", lambda _folder, **_: small_plan())
    assert run("plan", "x", "--out", "x.gpkg").exit_code == 1
    assert load_plan("x.gpkg").issues["severity"].tolist() == ["error", "warning"]


def test_plan_answers_machines(made, here):
    data = answer("plan", "x")
    assert data["plan"] == "x.gridmap.gpkg"
    assert data["grids"] == {"1": 1, "2": 2, "3": 3}
    # In the west two fields that meet in a corner and a lake, each by itself; the east is one park.
    assert (data["fewest"], data["tight"], data["heavy"]) == (4, 0, 0)
    assert data["cadres"] == 2
    assert data["uncovered_m2"] == 0
    assert data["tiling_work"] is True


# check


def test_check_lists_errors_first_and_ends_with_one(here):
    result = run("check", "t.gridmap.gpkg")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    listed = [line.split()[0] for line in lines if line.strip().startswith(("error", "warning"))]
    assert listed == sorted(listed)
    assert listed[0] == "error"
    assert "ASSIGN-2" in result.stdout
    assert " errors, " in result.stdout


def test_check_gives_machines_the_place_of_each_issue(here):
    data = answer("check", "t.gridmap.gpkg", "--severity", "error")
    assert {row["severity"] for row in data["issues"]} == {"error"}
    assert data["counts"]["error"] == len(data["issues"])
    vacant = next(row for row in data["issues"] if row["code"] == "W02")
    assert 113.930 < vacant["lon"] < 113.933
    assert 34.681 < vacant["lat"] < 34.683


def test_check_of_a_sound_plan_ends_with_nothing(here, monkeypatch):
    monkeypatch.setattr(workflow, "recheck", lambda _plan, **_: sound_plan())
    result = run("check", "t.gridmap.gpkg")
    assert result.exit_code == 0
    assert "No issue was found." in result.stdout


def test_check_never_changes_the_plan(here):
    before = Path("t.gridmap.gpkg").read_bytes()
    run("check", "t.gridmap.gpkg")
    assert Path("t.gridmap.gpkg").read_bytes() == before


# assign


def test_assign_puts_the_people_of_another_roster_on_the_posts(here):
    rows = [
        "001,张三,镇长,leader,,,T,",
        "002,李,村支书,leader,,,W,",
        "003,王,村支书,leader,,,E,",
        *(f"01{number},干部{number},干部,cadre,,,," for number in range(5)),
    ]
    write_roster(here / "new.csv", *rows)
    result = run("assign", "t.gridmap.gpkg", "--roster", "new.csv", "--out", "u.gpkg")
    assert "The plan is in u.gpkg" in result.stdout
    plan = load_plan("u.gpkg")
    assert len(plan.people) == 8
    assert "vacant" not in set(plan.assignments["status"])
    assert len(load_plan("t.gridmap.gpkg").people) == 4


# coverage


def test_coverage_shows_the_figures_of_the_town(here):
    result = run("coverage", "t.gridmap.gpkg")
    assert result.exit_code == 0
    figures = " ".join(result.stdout.split())
    assert "Ground covered 75.0%" in figures
    assert "Area as computed 0.08 km²" in figures


def test_coverage_shows_the_three_100_percent_with_what_misses(here):
    plan = plan_with_objects({"id": "A", "place": (0.5, 0.5)}, {"id": "B", "place": (99, 0)},
                             {"id": "C", "place": (0.5, 0.5), "missing": "法人"})  # fmt: skip
    save_plan(plan, "o.gpkg")
    result = run("coverage", "o.gpkg", "--misses", "m.csv")
    text = " ".join(result.stdout.split())
    assert "Division: objects in exactly one grid 66.7 objects 2 of 3" in text
    assert "Division, missing 1: B (in no grid)" in text
    assert "File, missing 1: C (lacks 法人)" in text
    assert "Publication: not known: the rules name no list of boards" in text
    rows = Path("m.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[:3] for row in rows[1:]] == [
        ["division", "object", "firms:B"], ["file", "object", "firms:C"],
    ]  # fmt: skip
    rates = {rate["key"]: rate for rate in answer("coverage", "o.gpkg")["rates"]}
    assert rates["division"]["share"] == pytest.approx(2 / 3)
    assert rates["publication"]["share"] is None
    zh = run("coverage", "o.gpkg", "--lang", "zh").stdout
    assert "未知：规则中没有公示牌清单" in zh


def test_coverage_shows_each_grid_of_a_level(here):
    rows = answer("coverage", "t.gridmap.gpkg", "--level", "3")["grids"]
    assert [row["grid_code"] for row in rows] == ["E01", "W01", "W02"]
    assert [row["covered_share"] for row in rows] == [1.0, 1.0, 0.0]
    assert rows[0]["objects_covered_share"] is None  # no objects: no share, and no NaN in JSON
    text = run("coverage", "t.gridmap.gpkg", "--level", "3").stdout
    assert "Grid W02" in text
    assert "(ha)" in text
    assert "4.00" in text


def test_codes_are_never_broken_over_lines_on_a_narrow_terminal(here, monkeypatch):
    monkeypatch.setenv("COLUMNS", "70")
    plan, long = answered(small_plan(), source="public"), {"E01": "41012210620600101"}
    others = {
        name: getattr(plan, name).replace({"grid_code": long})
        for name in ("patches", "posts", "assignments")
    }
    save_plan(plan.with_tables(grids=plan.grids.rename(index=long), **others), "long.gpkg")
    text = run("coverage", "long.gpkg", "--level", "3").stdout
    assert "41012210620600101" in text
    assert all(len(line) <= 70 for line in text.splitlines())


# map and export


def test_map_writes_one_page_beside_the_plan(here):
    result = run("map", "t.gridmap.gpkg")
    assert result.exit_code == 0
    page = Path("t.html").read_text(encoding="utf-8")
    assert "W02" in page
    assert "13800000000" not in page
    assert run("map", "t.gridmap.gpkg").exit_code == 2


def test_map_prints_a_pdf_at_the_scale_that_was_asked_for(here):
    result = run("map", "t.gridmap.gpkg", "--pdf", "t.pdf", "--scale", "1:2000", "--paper", "a4")
    assert result.exit_code == 0
    assert "A4 paper, scale 1:2000, sheets: 1" in result.stdout
    assert Path("t.pdf").read_bytes().startswith(b"%PDF")
    assert not Path("t.html").exists()
    assert "--pdf" in run("map", "t.gridmap.gpkg", "--scale", "1:2000").stderr
    assert not Path("t.html").exists()
    assert run("map", "t.gridmap.gpkg", "--pdf", "t.pdf").exit_code == 2
    assert run("map", "t.gridmap.gpkg", "--pdf", "u.pdf", "--scale", "large").exit_code == 2


def test_export_writes_boundaries_and_says_that_they_are_a_tiling(here):
    result = run("export", "t.gridmap.gpkg", "--geojson", "t.geojson", "--licence", "ODbL 1.0")
    assert result.exit_code == 0
    assert "6 grids, a valid tiling after rounding." in result.stdout
    collection = json.loads(Path("t.geojson").read_text(encoding="utf-8"))
    assert collection["gridmap"]["licence"] == "ODbL 1.0"
    assert collection["gridmap"]["credit"] == "Drawn for tests"
    assert len(collection["features"]) == 6


def test_export_gives_names_and_patches_only_when_asked(here):
    data = answer("export", "t.gridmap.gpkg", "--geojson", "a.json")
    assert "patches" not in data["topology"]
    assert "张三" not in Path("a.json").read_text(encoding="utf-8")
    order = ("export", "t.gridmap.gpkg", "--geojson", "b.json")
    data = answer(*order, "--patches", "p.json", "--with-contacts", "--multi", "--decimals", "6")
    assert data["topology"]["patches"] == 8
    assert (data["patches"], data["licence"]) == ("p.json", None)
    assert data["bytes"] == Path("b.json").stat().st_size
    assert "张三" in Path("b.json").read_text(encoding="utf-8")
    made = [json.loads(Path(name).read_text(encoding="utf-8")) for name in ("b.json", "p.json")]
    assert [len(one["features"]) for one in made] == [6, 8]
    assert {one["gridmap"]["decimals"] for one in made} == {6}
    assert made[0]["features"][0]["geometry"]["type"] == "MultiPolygon"
    assert made[0]["gridmap"]["state"] == data["state"]


def test_export_refuses_patches_among_the_grids_and_boundaries_for_the_public_without_licence(here):
    order = ("export", "t.gridmap.gpkg", "--lang", "en")
    for more in (["--patches", "p.json"], ["--geojson", "p.json", "--patches", "p.json"],
                 ["--geojson", "a.json", "--patches", "p.geojsonl"]):  # fmt: skip
        assert run(*order, *more).exit_code == 2
    assert "5 decimals" in run(*order, "--geojson", "a.json", "--decimals", "5").stderr
    refused = run(*order, "--geojson", "a.json", "--public")
    assert refused.exit_code == 2
    assert "licence" in refused.stderr
    assert not Path("a.json").exists()
    told = run(*order, "--geojson", "a.geojsonl")
    assert "The head names no licence" in told.stdout
    assert len(Path("a.geojsonl").read_text(encoding="utf-8").splitlines()) == 6
    answer("classify", "t.gridmap.gpkg", "--licence", "CC-BY-4.0")
    answer(*order[:2], "--geojson", "a.json", "--public")
    assert (
        json.loads(Path("a.json").read_text(encoding="utf-8"))["gridmap"]["licence"] == "CC-BY-4.0"
    )


def test_export_writes_objects_alone_and_needs_something_to_write(here):
    save_plan(
        plan_with_objects(
            {"id": "A", "place": (0.5, 0.5)}, {"id": "B", "place": (0.5, 0.5), "class": "estate"}
        ),
        "o.gpkg",
    )
    result = run("export", "o.gpkg", "--objects", "o.csv")
    assert result.exit_code == 0
    assert "1 objects are in o.csv; 1 that are not for the public are left out." in result.stdout
    assert Path("o.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith("firms:A,")
    data = answer("export", "o.gpkg", "--objects", "o.geojson", "--with-hidden")
    assert (data["objects"], data["count"]) == ("o.geojson", 2)
    assert "geojson" not in data
    assert run("export", "o.gpkg").exit_code == 2
    assert run("export", "o.gpkg", "--objects", "o.csv").exit_code == 2  # there already


def test_export_ends_with_one_when_the_grids_leave_a_gap(here):
    plan = small_plan()
    grids = plan.grids.copy()
    hole = shapely.box(*grids.geometry["W01"].centroid.buffer(10).bounds)
    grids.loc["W01", "geometry"] = grids.geometry["W01"].difference(hole)
    save_plan(plan.with_tables(grids=grids), "gap.gpkg")
    result = run("export", "gap.gpkg", "--geojson", "gap.geojson")
    assert result.exit_code == 1
    assert "do not tile the town (1 gaps)" in result.stdout
    assert Path("gap.geojson").exists()


# locate


def test_locate_names_grid_people_and_the_next_one_up(here):
    result = run("locate", "t.gridmap.gpkg", *CENTRE)
    assert result.exit_code == 0
    assert "Chosen: E01" in result.stdout
    assert "李<b>四" in result.stdout
    assert "A post is vacant" in result.stdout
    assert "13800000000" not in result.stdout


def test_locate_on_a_border_names_both_sides(here):
    data = answer("locate", "t.gridmap.gpkg", "113.9312528", "34.6818479")
    assert {row["grids"][0]["code"] for row in data["answers"]} == {"W01", "W02"}
    assert [row["chosen"] for row in data["answers"]] == [True, False]


def test_locate_takes_a_file_of_points_and_lists_what_is_wrong_with_it(here):
    lon, lat = CENTRE
    Path("p.csv").write_text(f"id,lon,lat\n1,{lon},{lat}\n2,x,y\n3,1,2\n", encoding="utf-8")
    result = run("locate", "t.gridmap.gpkg", "--points", "p.csv", "--out", "a.csv")
    assert result.exit_code == 1  # there are faults
    assert "3 rows, 1 of them located." in result.stdout
    assert "The coordinates are not numbers." in result.stdout
    assert Path("a.csv").read_text(encoding="utf-8-sig").count("\n") == 4
    data = answer("locate", "t.gridmap.gpkg", "--points", "p.csv", "--out", "b.csv")
    assert [(row["rows"], row["lines"]) for row in data["faults"]] == [(1, [3]), (1, [4])]
    Path("good.csv").write_text(f"lon,lat\n{lon},{lat}\n", encoding="utf-8")
    done = run("locate", "t.gridmap.gpkg", "--points", "good.csv", "--out", "c.csv")
    assert done.exit_code == 0


# who and meet


def test_who_names_the_person_in_charge_by_code_name_and_pinyin(here):
    for asked in ("E01", "李<b>四"):
        result = run("who", "t.gridmap.gpkg", asked)
        assert result.exit_code == 0, result.output
        assert "李<b>四" in result.stdout
        assert "13800000000" not in result.stdout
    data = answer("who", "t.gridmap.gpkg", "W01")
    assert data["answer"]["grids"][0]["code"] == "W01"


def test_who_ends_with_one_when_nothing_or_several_are_called_so(here):
    assert "Nothing in the plan is called" in run("who", "t.gridmap.gpkg", "zzz").stderr
    result = run("who", "t.gridmap.gpkg", "网格")
    assert result.exit_code == 1
    assert "may be one of several" in result.stderr


def test_meet_names_both_sides_and_the_common_leader(here):
    result = run("meet", "t.gridmap.gpkg", "W01", "E01")
    assert result.exit_code == 0
    assert "Grid: " in result.stdout
    data = answer("meet", "t.gridmap.gpkg", "W01", "W02")
    assert [side["id"] for side in data["sides"]] == ["W01", "W02"]
