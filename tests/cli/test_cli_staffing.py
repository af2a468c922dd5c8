"""The commands about people on posts: why, staffing, rosters."""

import json

from cli_runs import answer, run, write_roster
from plan_fixtures import W1A, W2A, small_people, small_plan

from gridmap.store import save_plan
from gridmap.workflow.workflow import reassign_cadres


def test_why_and_staffing_answer_in_both_forms(tmp_path):
    one, two = tmp_path / "a.gridmap.gpkg", tmp_path / "b.gridmap.gpkg"
    save_plan(reassign_cadres(small_plan()), one)
    people = small_people().drop(index="C8")
    save_plan(reassign_cadres(small_plan(people=people)), two)
    told = answer("why", one, "C1", W2A)["answers"][0]
    assert told["cost"] == 32.0
    assert len(told["moves"]) == 2
    assert "留任现岗" in run("why", one, f"{W1A}-01", "--lang", "zh").stdout
    compared = answer("staffing", one, two)
    assert [row["state"] for row in compared["people"] if row["person_id"] == "C8"] == ["left"]
    assert (compared["before"]["vacant"], compared["after"]["vacant"]) == (0, 1)
    assert run("why", one, "nobody").exit_code == 1


def test_rosters_name_whoever_is_on_two_and_end_with_1(tmp_path):
    for name in ("a", "b"):
        write_roster(tmp_path / f"{name}.csv", f"X1,王五,{name},,,,,", f"{name},别人,,,,,,")
    result = run("rosters", tmp_path / "a.csv", tmp_path / "b.csv", "--lang", "en")
    assert result.exit_code == 1
    assert "People on more than one roster: 1." in result.stdout
    assert "王五" in result.stdout
    write_roster(tmp_path / "b.csv", "X2,王五,b,,,,,")
    assert run("rosters", tmp_path / "a.csv", tmp_path / "b.csv").exit_code == 0
    assert run("rosters", tmp_path / "a.csv").exit_code == 2


def test_all_posts_are_written_as_a_table_without_phones(tmp_path):
    plan_file, out = tmp_path / "a.gridmap.gpkg", tmp_path / "posts.csv"
    save_plan(reassign_cadres(small_plan()), plan_file)
    told = answer("staffing", plan_file, "--out", out)
    assert (told["posts"], told["filled"]) == (14, 14)
    text = out.read_text("utf-8-sig")
    assert text.splitlines()[0].startswith("post_id,on,place,place_name,role,role_name,hours")
    assert f"{W1A}-01,grid,{W1A}," in text
    assert "00000000000" not in text  # the phone of everybody in the drawn roster
    assert out.stat().st_mode & 0o077 == 0
    assert run("staffing", plan_file).exit_code == 2
    assert run("staffing", plan_file, "--out", out).exit_code == 2


def test_check_looks_at_terms_on_the_day_that_it_is_asked_for(tmp_path):
    plan = reassign_cadres(small_plan())
    ended = plan.assignments.assign(valid_to=["2026-06-30", *[""] * (len(plan.assignments) - 1)])
    save_plan(plan.with_tables(assignments=ended), tmp_path / "a.gridmap.gpkg")
    for words, found in (((), 0), (("--on", "2026-06-30"), 0), (("--on", "2026-07-01"), 1)):
        told = answer("check", tmp_path / "a.gridmap.gpkg", *words)["issues"]
        assert [row["rule"] for row in told].count("ASSIGN-11") == found


def test_look_ups_and_exports_name_nobody_whose_term_has_ended_on_the_day_asked_for(tmp_path):
    plan = reassign_cadres(small_plan())
    rows, plan_file = plan.assignments, tmp_path / "a.gridmap.gpkg"
    leader = (rows["grid_code"] == W1A) & (rows["role"] == "leader")
    ended = rows.assign(valid_to=rows["valid_to"].mask(leader, "2026-06-30"))
    save_plan(plan.with_tables(assignments=ended), plan_file)
    place = plan.grids.geometry[W1A].representative_point()
    point = ("--coordinates", "work", place.x, place.y)
    left = {len(ended[leader]): (), 0: ("--on", "2026-07-01")}
    for leaders, words in left.items():
        grids = answer("who", plan_file, W1A, *words)["answer"]["grids"]
        assert [one["role"] for one in grids[0]["people"]].count("leader") == leaders
        grids = answer("locate", plan_file, *point, *words)["answers"][0]["grids"]
        assert [one["role"] for one in grids[0]["people"]].count("leader") == leaders
        side = answer("meet", plan_file, W1A, W1A, *words)["sides"][0]
        assert [one["role"] for one in side["grids"][0]["people"]].count("leader") == leaders
        out = tmp_path / f"{leaders}.geojson"
        answer("export", plan_file, "--geojson", out, "--with-contacts", *words)
        found = json.loads(out.read_text("utf-8"))["features"]
        (grid,) = [one for one in found if one["properties"]["grid_code"] == W1A]
        assert (grid["properties"]["leader"] is not None) == (leaders > 0)
