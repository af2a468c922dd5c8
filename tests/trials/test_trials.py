"""Trials: several divisions of one town, what is known of each, and the process that makes them."""

import os
import shutil
import sys
import time
from typing import get_args

import drawn_plan
import drawn_town
import firm_plan
import plan_fixtures
import pytest
from drawn_context import draw_context

from gridmap.maps.legend import EXCLUSIVE
from gridmap.maps.signs import CONTEXT_SIGNS
from gridmap.partition.explain.certificate import Limit
from gridmap.rules import parse_rules
from gridmap.split.certificate import prove
from gridmap.store import load_plan, save_plan
from gridmap.trials import Attempt, adopt_trial, background, drop_trial, read_trials, run_trials
from gridmap.trials.background import end_work, look_at_work, start_work
from gridmap.trials.ground_store import ground_of
from gridmap.trials.thumbnail import thumbnail
from gridmap.trials.work import start_trials
from gridmap.words import WORDS
from gridmap.workflow.steps import Step
from gridmap.workflow.workflow import make_plan
from layers.contract.errors import GridmapError, UsageError

SECONDS = 120


def quiet(_step, _share):
    pass


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return drawn_town.write_town(tmp_path_factory.mktemp("trials") / "town")


@pytest.fixture(scope="module")
def keep(tmp_path_factory):
    return tmp_path_factory.mktemp("keep")


@pytest.fixture(scope="module")
def made(town, keep, tmp_path_factory):
    store = tmp_path_factory.mktemp("store")
    attempts = [Attempt(), Attempt("fast", 18, 3), Attempt("fast", 9), Attempt("fast", 20)]
    run_trials(town, store, attempts, tell=quiet, keep=keep)
    return read_trials(store)


def test_a_trial_as_the_rules_say_is_the_plan_of_the_command_line_to_the_byte(
    town, keep, made, tmp_path
):
    save_plan(make_plan(town), tmp_path / "plan.gridmap.gpkg")
    expected = (tmp_path / "plan.gridmap.gpkg").read_bytes()
    assert made[0].path.read_bytes() == expected
    # From the ground that was kept as well.
    again = run_trials(town, tmp_path, [Attempt()], tell=quiet, keep=keep)
    assert again[0].path.read_bytes() == expected


def test_rules_that_come_after_the_tiling_take_the_ground_as_kept(town, keep, made, tmp_path):
    copy = shutil.copytree(town, tmp_path / "town")
    steps = []
    for change in (
        ("officers_max = 4", "officers_max = 3"),
        ("hectare = 0.2,", "hectare = 0.3,"),
        ("officer_hours = 12.0", "officer_hours = 11.0"),
        ('default = "absorb"', 'default = "absorb"\nstreets = "absorb"'),
    ):
        run_trials(copy, tmp_path, [Attempt()], tell=lambda step, _: steps.append(step), keep=keep)
        text = (copy / "rules.toml").read_text("utf-8").replace(*change)
        (copy / "rules.toml").write_text(text, "utf-8")
    before = steps.count(Step.TILE)
    ground = ground_of(copy, keep=keep, tell=lambda step, _: steps.append(step))
    assert (before, steps.count(Step.TILE)) == (1, 2)  # streets are part of the ground
    assert ground.town.rules.capacity.officers_max == 3


def test_a_trial_says_what_it_was_made_with_and_how_good_it_is(made):
    first = made[0]
    assert (first.number, first.attempt, first.status) == (1, Attempt(), "optimal")
    assert first.figures["micro_grids"] == 16  # blocks of one kind inside one grid
    assert first.figures["officers"] == load_plan(first.path).micro_grids["officers"].sum()
    assert (first.figures["gap"], first.figures["broken"], first.figures["over_capacity"]) == (
        0, 0, 0,
    )  # fmt: skip
    assert first.proof.lower_bound == 16
    # 95 h a week need two micro-grids of 48 h; 14 more because ground is not connected.
    assert first.proof.limits == (("pieces", 14),)
    second = made[1]
    assert second.figures["micro_grids"] == 18
    assert second.proof.gap == pytest.approx(18 / 16 - 1)
    assert load_plan(second.path).rules.split.target == 18
    assert load_plan(second.path).rules.split.seed == 3


def test_too_few_micro_grids_are_named_with_ways_out_as_rule_values(made):
    trial = made[2]
    assert trial.status == "infeasible"
    assert trial.reasons[0].zh.startswith("9 个微网格不够：同一网格内连片的同类土地共 16 块")
    assert "16 pieces" in trial.reasons[0].en
    changes = [dict(way.changes) for way in trial.ways_out]
    assert {"split.target": 16} in changes
    assert {"split.target": None} in changes
    assert trial.is_plan  # a plan all the same, with the number that is possible


def test_more_micro_grids_than_cadres_are_a_plan_with_what_would_help(made):
    trial = made[3]
    assert trial.is_plan
    assert trial.figures["unstaffed"] == 2
    plan = load_plan(trial.path)
    assert len(plan.micro_grids) == 20
    assert (plan.assignments["status"] == "vacant").sum() >= 2
    assert "干部 18 人，微网格 20 个，有 2 个无人在岗" in trial.reasons[0].zh
    changes = [dict(way.changes) for way in trial.ways_out]
    assert changes == [{"split.target": 18}, {"split.target": None}]
    assert trial.ways_out[1].whole.zh.startswith(
        "不设目标个数，按承载力尽量少划。（微网格 20 → 16 个"
    )
    (told,) = plan.issues.loc[plan.issues["rule"] == "SPLIT-2", "message_zh"]
    assert "均已试算" in told
    assert trial.ways_out[1].whole.zh in told


def test_the_same_tried_again_takes_the_place_of_the_older_trial(town, keep, tmp_path):
    for attempt in (Attempt(), Attempt("fast"), Attempt()):
        run_trials(town, tmp_path, [attempt], tell=quiet, keep=keep)
    assert [(one.number, one.attempt.effort) for one in read_trials(tmp_path)] == [
        (2, "fast"), (3, "default"),
    ]  # fmt: skip
    assert len(list(tmp_path.glob("*.gpkg"))) == 2


def test_larger_least_areas_lead_to_the_number_they_are_named_for(town, keep, made, tmp_path):
    from gridmap.rules.changes import apply_changes

    way = next(one for one in made[2].ways_out if len(one.changes) > 1)
    copy = shutil.copytree(town, tmp_path / "town")
    text = (copy / "rules.toml").read_text("utf-8")
    (copy / "rules.toml").write_text(apply_changes(text, way.changes), "utf-8")
    again = run_trials(copy, tmp_path, [Attempt("fast", 9)], tell=quiet, keep=keep)[0]
    assert again.figures["micro_grids"] == 9  # what the way out was named for
    assert "微网格 16 → 9 个" in way.cost.zh
    assert "不再单独成格：问题楼盘、重点企业、已供未建用地、可开发用地" in way.cost.zh


def test_a_way_out_that_does_not_work_is_not_named(town, keep, tmp_path):
    """Five micro-grids: however large the least areas, what joins needs a neighbour with room."""
    trial = run_trials(town, tmp_path, [Attempt("fast", 5)], tell=quiet, keep=keep)[0]
    changes = [dict(way.changes) for way in trial.ways_out]
    assert changes == [{"split.target": 16}, {"split.target": None}]


def test_a_patch_above_capacity_asks_for_more_officers_or_hours(town, keep, tmp_path):
    copy = shutil.copytree(town, tmp_path / "town")
    text = (copy / "rules.toml").read_text("utf-8")
    text = text.replace("officers_max = 4", "officers_max = 2").replace(
        "object = 4.0", "object = 40.0"
    )
    (copy / "rules.toml").write_text(text, "utf-8")
    trial = run_trials(copy, tmp_path, [Attempt()], tell=quiet, keep=keep)[0]
    # The estate: 40 h for its object, 2 h for the patch, 0.5 h for each of its 1.5 ha.
    assert trial.proof.heavy
    assert {"capacity.officers_max": 4} in [dict(way.changes) for way in trial.ways_out]
    assert {"capacity.officer_hours": 21.4} in [dict(way.changes) for way in trial.ways_out]


def test_a_trial_becomes_the_plan_at_a_free_place_only(made, tmp_path):
    place = tmp_path / "town" / "town.gridmap.gpkg"
    adopt_trial(made[0], place)
    assert place.read_bytes() == made[0].path.read_bytes()
    with pytest.raises(UsageError):
        adopt_trial(made[1], place)
    assert place.read_bytes() == made[0].path.read_bytes()


def test_a_trial_that_was_cut_short_is_none(made, tmp_path):
    shutil.copy(made[0].path, tmp_path / "trial-001.gpkg")
    (tmp_path / "trial-002.json").write_text('{"number": 2', "utf-8")
    assert read_trials(tmp_path) == []
    shutil.copy(made[0].path.with_suffix(".json"), tmp_path / "trial-001.json")
    kept = read_trials(tmp_path)
    assert [trial.figures for trial in kept] == [made[0].figures]
    drop_trial(kept[0])
    assert read_trials(tmp_path) == []
    assert not (tmp_path / "trial-001.gpkg").exists()


def test_proof_recounts_a_plan_from_its_codes_alone():
    plan = plan_fixtures.small_plan()
    found = prove(plan.patches, rules=plan.rules, grids=plan.grids)
    # 80 h fit two micro-grids of 64 h, but the six grounds of one kind stay apart.
    assert (found.micro_grids, found.lower_bound, found.gap) == (6, 6, 0.0)
    assert found.limits == (("pieces", 4),)
    tight = prove(plan.patches, rules=plan_fixtures.small_rules(officers_max="1"), grids=plan.grids)
    # The eastern ones have 20 h in four patches of 5 h: 16 h hold three of them.
    assert tight.over_capacity == (plan_fixtures.E1A, plan_fixtures.E1B)
    broken = plan.patches.copy()
    broken["grid_code"] = plan_fixtures.W1A
    assert prove(broken, rules=plan.rules, grids=plan.grids).broken == (plan_fixtures.W1A,)


def test_every_limit_of_the_engine_has_a_word():
    assert [key for key in get_args(Limit) if f"split.limit.{key}" not in WORDS] == []
    assert sum(key.startswith("split.limit.") for key in WORDS) == len(get_args(Limit))


def test_a_thumbnail_has_one_shape_a_micro_grid_and_escapes_its_label():
    plan = plan_fixtures.small_plan()
    drawn = thumbnail(plan, label='<b>"')
    assert drawn.count('fill="#') == 6
    assert "aria-label='&lt;b&gt;\"'" in drawn
    assert thumbnail(plan, colour_by="load").count('fill="#') == 6
    # 20 h of 16 h: over capacity, with a rim of its own.
    tight = plan.with_tables(rules=plan_fixtures.small_rules(officers_max="1"))
    assert thumbnail(tight).count('stroke="#b00020"') == 2


@pytest.mark.parametrize("colour_by", ["category", "load"])
def test_a_thumbnail_shows_the_ground_of_units(colour_by):
    plan = firm_plan.firm_plan()
    drawn = thumbnail(plan, colour_by=colour_by)
    assert drawn.count(f'fill="{EXCLUSIVE.colour}"') == 2
    assert drawn.count('fill="#') == 2 + len(plan.micro_grids)


def test_a_thumbnail_shows_the_roads_that_are_seen_from_afar():
    plan = drawn_plan.draw_plan(context=draw_context(houses=50))
    drawn = thumbnail(plan)
    signs = {sign.key: sign for sign in CONTEXT_SIGNS}
    assert drawn.count(f'stroke="{signs["road.primary"].casing}"') == 1
    assert drawn.count(f'stroke="{signs["water.line"].fill}"') == 1
    assert "nan" not in drawn
    assert len(drawn) - len(thumbnail(drawn_plan.draw_plan())) < 2000


# ---- the process ---------------------------------------------------------------------------------
def wait_for(store, *states):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        found = look_at_work(store)
        if found is not None and found.state in states:
            return found
        time.sleep(0.05)
    pytest.fail(f"still {look_at_work(store)}")


def test_trials_made_by_a_process_are_there_when_one_comes_back(town, keep, tmp_path):
    store = tmp_path / "store"
    start_trials(town, store, [Attempt()], keep=keep)
    with pytest.raises(background.WorkBusyError):
        start_trials(town, store, [Attempt()], keep=keep)
    found = wait_for(store, *background.FINAL)
    assert (found.state, found.share, found.fault) == ("done", 1.0, None)
    background._started.clear()  # as another server sees it
    assert look_at_work(store).state == "done"
    assert len(read_trials(store)) == 1


def test_a_fault_of_the_town_is_told_in_both_languages(tmp_path):
    (tmp_path / "town").mkdir()
    start_trials(tmp_path / "town", tmp_path / "store", [Attempt()], keep=tmp_path)
    found = wait_for(tmp_path / "store", *background.FINAL)
    assert found.state == "failed"
    assert "rules.toml" in found.fault.en
    assert "没有规则文件" in found.fault.zh


@pytest.fixture
def sleeper(tmp_path, monkeypatch):
    """A module that works for ever, and takes its draft with it when asked to end."""
    (tmp_path / "sleeper.py").write_text(
        "import sys, time\nfrom pathlib import Path\n"
        "from gridmap.trials.background import carry_out\n"
        "from layers.files.atomic import replacing\n"
        "folder = Path(sys.argv[1])\n"
        "def work(task, tell):\n"
        "    with replacing(folder / 'result.gpkg') as draft:\n"
        "        draft.write_text('half')\n"
        "        tell('Half way', 0.5)\n"
        "        while True:\n"
        "            time.sleep(0.1)\n"  # a signal just before a sleep is heard after it
        "sys.exit(carry_out(folder, sys.argv[2], work))\n",
        "utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    yield tmp_path / "work"
    end_work(tmp_path / "work")


def wait_for_half(folder):
    end = time.monotonic() + SECONDS
    while look_at_work(folder).step != "Half way":
        assert time.monotonic() < end, look_at_work(folder)
        time.sleep(0.02)


@pytest.mark.parametrize("forgotten", [False, True], ids=["own child", "child of another server"])
def test_work_that_is_ended_leaves_no_half_file(sleeper, forgotten):
    start_work(sleeper, "sleeper", {})
    wait_for_half(sleeper)
    assert list(sleeper.glob(".gridmap-*"))
    child = background._started[str(sleeper.resolve())]
    if forgotten:
        background._started.clear()
        assert look_at_work(sleeper).state == "running"
    end_work(sleeper)
    child.wait(SECONDS)
    assert look_at_work(sleeper).state == "ended"
    assert look_at_work(sleeper).ended > 0
    assert not list(sleeper.glob(".gridmap-*"))
    assert not list(sleeper.glob("result*"))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_process_that_is_killed_has_crashed_and_the_next_one_may_start(sleeper):
    start_work(sleeper, "sleeper", {})
    wait_for_half(sleeper)
    child = background._started[str(sleeper.resolve())]
    os.kill(child.pid, 9)
    child.wait(SECONDS)
    found = look_at_work(sleeper)
    assert (found.state, found.step, found.is_running) == ("crashed", "Half way", False)
    left = list(sleeper.glob(".gridmap-*"))
    assert left
    start_work(sleeper, "sleeper", {})
    assert not any(draft.exists() for draft in left)
    assert look_at_work(sleeper).is_running


def test_a_crash_shows_the_last_lines_of_its_log(tmp_path):
    start_work(tmp_path / "work", "no_such_module", {})
    found = wait_for(tmp_path / "work", "crashed")
    assert "no_such_module" in found.log


def test_an_attempt_writes_only_the_values_that_differ(town, made):
    text = (town / "rules.toml").read_text("utf-8")
    assert load_plan(made[0].path).rules_text == text
    changed = load_plan(made[1].path).rules_text
    assert changed != text
    assert parse_rules(changed).split.effort == "fast"


def test_no_town_no_trials(tmp_path):
    with pytest.raises(GridmapError):
        run_trials(tmp_path / "none", tmp_path, [Attempt()], tell=quiet)
