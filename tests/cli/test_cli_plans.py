"""The command plans: what it lists, does, prints and refuses."""

import json
from pathlib import Path

import drawn_plan
import pytest
from saved_plans import put_plan
from typer.testing import CliRunner

from gridmap.cli import app

PLAN = "out/town/test.gridmap.gpkg"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    Path("out/town").mkdir(parents=True)
    put_plan(drawn_plan.draw_plan, Path(PLAN))


def run(*words):
    return CliRunner().invoke(app, ["plans", *words])


def answer(*words):
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def listed():
    return [(one["depth"], one["name"], one["state"]) for one in answer()["plans"]]


def test_plans_are_named_branched_frozen_deleted_and_brought_back(here):
    assert answer("rename", PLAN, "--name", "现行方案")["file"] == PLAN
    draft = answer("branch", PLAN, "--name", "村改社区")["file"]
    assert draft == "out/town/test-2.gridmap.gpkg"
    answer("freeze", PLAN, "--why", "会议通过")
    assert listed() == [(0, "现行方案", "in_force"), (1, "村改社区", "draft")]
    answer("delete", draft)
    [frozen, gone] = answer()["plans"]
    assert (gone["state"], gone["file"], gone["parent_id"]) == (
        "deleted", "town/test-2.gridmap.gpkg", frozen["id"],
    )  # fmt: skip
    assert frozen["frozen_by"]
    assert f"plans restore {gone['key']}" in run().stdout
    assert answer("restore", gone["key"])["file"] == draft
    answer("thaw", PLAN)
    assert listed() == [(0, "现行方案", "draft"), (1, "村改社区", "draft")]
    copy = answer("duplicate", draft)["file"]
    assert listed()[2] == (2, "村改社区（副本）", "draft")
    answer("delete", copy)
    assert answer("empty", "--days", "1")["thrown_away"] == []
    events = CliRunner().invoke(app, ["audit", "--json"])
    assert len(json.loads(events.stdout)["events"]) == 8


def test_a_plan_is_meant_by_its_id_wherever_its_file_lies(here):
    (told,) = answer()["plans"]
    id = told["store_id"]
    moved = Path("out/town/moved.gridmap.gpkg")
    Path(PLAN).rename(moved)
    assert answer("rename", id, "--name", "现行方案")["file"] == str(moved)
    assert [(one["store_id"], one["name"]) for one in answer()["plans"]] == [(id, "现行方案")]
    assert run("freeze", "0123456789abcdef").exit_code == 1


def test_what_somebody_has_changed_since_it_was_listed_is_left_alone(here):
    (seen,) = answer()["plans"]
    id, old = seen["store_id"], ("--expected", seen["revision"])
    answer("rename", id, "--name", "他人")
    before = Path(PLAN).read_bytes()
    publish = ["publish", id, "--why", "会议通过", "--from", "2026-12-01"]
    for words in (
        *(["plans", one, id] for one in ("rename", "duplicate", "branch", "freeze", "delete")),
        publish,
    ):
        result = CliRunner().invoke(app, [*words, *old])
        assert result.exit_code == 1, words
        assert "Somebody else has changed the plan" in " ".join(result.stderr.split()), words
    assert Path(PLAN).read_bytes() == before
    (now,) = answer()["plans"]
    answer("freeze", id, "--expected", now["revision"])
    assert answer()["plans"][0]["frozen_by"]


def test_a_frozen_plan_is_refused_by_the_commands_that_write_plans(here):
    answer("freeze", PLAN)
    before = Path(PLAN).read_bytes()
    for words in (
        ["plans", "delete", PLAN],
        ["classify", PLAN, "--source", "internal"],
        ["publish", PLAN, "--why", "x"],
        ["redact", PLAN, "--out", PLAN, "--overwrite"],
    ):
        result = CliRunner().invoke(app, words)
        assert result.exit_code != 0, words
        assert "frozen" in result.stderr, words
    assert Path(PLAN).read_bytes() == before


def test_what_is_asked_wrongly_is_told(here):
    for words, told in (
        (["branch"], "needs one more word: PLAN"),
        (["restore"], "needs one more word: KEY"),
        (["restore", "../town"], "no deleted plan"),
        (["branch", PLAN, "--step", "5"], "from step 0 to step 0"),
        (["rename", PLAN, "--name", "字" * 61], "at most 60 signs"),
    ):
        result = run(*words)
        assert result.exit_code in (1, 2)
        assert told in " ".join(result.stderr.split()), words
    assert [one["file"] for one in answer()["plans"]] == ["town/test.gridmap.gpkg"]
