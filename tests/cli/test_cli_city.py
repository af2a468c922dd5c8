"""The command on many towns, as a user sees it."""

import json
import shutil

import pytest
from cli_runs import run
from drawn_city import in_place, write_city


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A city of two towns, one of them broken, and what the command says of it."""
    folder = write_city(tmp_path_factory.mktemp("city"), {"a": "410121001", "b": "410122001"})
    (folder / "towns" / "b" / "landuse.gpkg").unlink()
    with pytest.MonkeyPatch.context() as patch, in_place(patch):
        return folder, run("city", "plan", str(folder), "--lang", "en")


def test_a_broken_town_is_told_with_what_to_do_and_ends_with_1(told):
    _, result = told
    assert result.exit_code == 1
    assert "Failed: b: 'landuse.gpkg' of rules.toml is not in" in result.stdout
    assert "done in this run: 1; failed: 1; unchanged: 0" in result.stdout


def test_status_and_areas_answer_in_words_and_for_machines(told):
    folder, _ = told
    shown = run("city", "status", str(folder), "--lang", "zh").stdout
    assert "失败" in shown
    assert "410121001" in shown
    rows = json.loads(run("city", "areas", str(folder), "--json").stdout)
    assert [(row["code"], row["towns"], row["planned"]) for row in rows] == [
        ("410100", 2, 1), ("410121", 1, 1), ("410122", 1, 0),
    ]  # fmt: skip
    assert rows[0]["micro_grids"] == rows[1]["micro_grids"] > 10
    assert "micro_grids" not in rows[2]
    assert "甲县" in run("city", "areas", str(folder), "--lang", "zh").stdout


def test_a_folder_that_is_no_city_says_what_one_is(tmp_path):
    result = run("city", "plan", str(tmp_path), "--lang", "en")
    assert result.exit_code == 1
    assert "city.toml" in result.stderr


def test_cut_needs_a_file_and_says_so(told):
    folder, _ = told
    result = run("city", "cut", str(folder), "--lang", "zh")
    assert result.exit_code == 2
    assert "[landuse]" in result.stderr


def test_a_shared_roster_is_handed_out_and_who_has_no_town_is_told_with_the_row(told, tmp_path):
    folder, _ = told
    shutil.copytree(folder, tmp_path / "city")
    settings = tmp_path / "city" / "city.toml"
    text = settings.read_text(encoding="utf-8") + '\n[roster]\nfile = "all.csv"\n'
    settings.write_text(text, encoding="utf-8")
    rows = "编号,姓名,所属镇\n1,甲,410121001\n2,乙,别处\n"
    (tmp_path / "city" / "all.csv").write_text(rows, encoding="utf-8")
    result = run("city", "cut", str(tmp_path / "city"), "--lang", "zh")
    assert result.exit_code == 1
    assert "花名册中 1 人不属于任何镇" in result.stdout
    assert "没有名为“别处”的镇" in result.stdout
    found = json.loads(run("city", "cut", str(tmp_path / "city"), "--json").stdout)
    assert [(one["town"], one["people"], one["state"]) for one in found["roster"]] == [
        ("a", 1, "own"), ("b", 0, "own"),
    ]  # fmt: skip
    assert [one["row"] for one in found["faults"]] == ["3"]


def test_borders_and_people_are_told_with_counts(told):
    folder, _ = told
    result = run("city", "borders", str(folder), "--lang", "en")
    assert result.exit_code == 0
    assert "overlaps 0, gaps 0, drawn differently 0" in result.stdout
    result = run("city", "people", str(folder), "--lang", "zh")
    assert result.exit_code == 0
    assert "同时在多镇花名册上的 0 人" in result.stdout


def test_find_lists_hits_says_how_many_there_are_and_answers_machines(told):
    folder, _ = told
    result = run("city", "find", str(folder), "４１０１２１００１", "--limit", "2", "--lang", "zh")
    assert result.exit_code == 0
    assert "410121001" in result.stdout
    assert "以上为前 2 条" in result.stdout
    answer = json.loads(run("city", "find", str(folder), "410122001", "--json").stdout)
    assert answer["all"] == 1
    assert answer["found"][0]["kind"] == "town"
    assert answer["found"][0]["lon"] is None
    nothing = run("city", "find", str(folder), "[bold]没有", "--lang", "zh")
    assert (nothing.exit_code, nothing.stdout) == (
        0, "没有找到“[bold]没有”。可只写其中一段再试。\n",
    )  # fmt: skip


def test_compare_shows_towns_with_the_middle_and_without_a_town_who_lies_off(told):
    folder, _ = told
    shown = run("city", "compare", str(folder), "a", "--lang", "zh").stdout
    assert "100.0%（2,000,000 平方米）" in shown
    assert "中位数取自 1 个镇" in shown
    rows = json.loads(run("city", "compare", str(folder), "410121001", "--json").stdout)
    assert {row["town"] for row in rows} == {"a"}
    shown = run("city", "compare", str(folder), "--figure", "户数", "--lang", "en").stdout
    assert "Far from the others: 0" in shown


def test_words_too_few_or_too_many_are_told(told):
    folder, _ = told
    result = run("city", "find", str(folder), " ", "--lang", "en")
    assert (result.exit_code, "city find CITY TEXT" in result.stderr) == (2, True)
    result = run("city", "status", str(folder), "a", "--lang", "en")
    assert (result.exit_code, "one word too many" in result.stderr) == (2, True)


def test_settle_asks_for_two_towns_and_which_border_counts(told):
    folder, _ = told
    result = run("city", "settle", str(folder), "a", "--lang", "zh")
    assert result.exit_code == 2
    assert "--by" in result.stderr
    result = run("city", "settle", str(folder), "a", "b", "--by", "a", "--lang", "en")
    assert result.exit_code == 1
    assert "'b' is not planned" in result.stderr
