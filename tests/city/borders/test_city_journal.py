"""Two plans and the border they agreed on change together: stopped at any step, all or none."""

import os
import shutil
import sqlite3
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from drawn_city import SETTINGS, town_rules

from gridmap.city import open_city, read_catalogue
from gridmap.city.borders import drafts, journal, settle_border, settling
from gridmap.city.borders.journal import (
    Part,
    draft_of,
    finish_settling,
    is_settling,
    put_in_place,
    sweep_settling,
)
from gridmap.city.borders.record import read_agreed, write_agreed
from gridmap.city.catalogue import write_catalogue
from gridmap.city.outcomes import Outcome, read_outcome, write_outcome
from gridmap.city.worker import digest_of
from layers.contract.errors import GridmapError, PlanError
from layers.disks import mounts
from layers.disks.local_only import NetworkDiskError
from layers.files import database_files
from layers.files.atomic import WriteWatch, watching_writes
from layers.files.database_files import InUseError

CODES = {"a": "410121001", "b": "410122001"}


class Killed(BaseException):
    """The process is gone: nothing after it is run."""


@pytest.fixture
def city(tmp_path):
    """A city of two towns, whose plans are a word each, with drafts of their new plans."""
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    for name, code in CODES.items():
        (tmp_path / "towns" / name).mkdir(parents=True)
        (tmp_path / "towns" / name / "rules.toml").write_text(town_rules(code), encoding="utf-8")
        (tmp_path / "catalogue" / "towns" / name).mkdir(parents=True)
    (tmp_path / "plans").mkdir()
    opened = open_city(tmp_path)
    sweep_settling(opened)
    for name in CODES:
        opened.plan_of(name).write_text(f"{name} old")
        draft_of(opened, name).write_text(f"{name} new")
    write_agreed(tmp_path, {"b": "older.parquet", "c": "other.parquet"})
    return opened


def parts_of(city):
    return [
        Part(name, code, "inputs", digest_of(city.plan_of(name)),
             digest_of(draft_of(city, name)), f"{name}.parquet")
        for name, code in CODES.items()
    ]  # fmt: skip


def kill_at(number, city, work):
    """Kill a run before or after its n-th write; say whether it was still at work."""
    left = [number]

    def step(_path):
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    with watching_writes(WriteWatch(step, step)):
        try:
            work(city)
        except Killed:
            return True
    return False


def plans(city):
    return [city.plan_of(name).read_text() for name in CODES]


def is_new(city):
    """Whether all is new, or nothing is; anything between fails."""
    new = plans(city) == ["a new", "b new"]
    agreed = read_agreed(city.folder)
    if new:
        assert agreed == {"a": "a.parquet", "b": "b.parquet", "c": "other.parquet"}
        for name in CODES:
            outcome = read_outcome(city.derived_of(name))
            assert (outcome.state, outcome.inputs) == ("done", "inputs")
            assert outcome.plan == digest_of(city.plan_of(name))
    else:
        assert plans(city) == ["a old", "b old"]
        assert agreed == {"b": "older.parquet", "c": "other.parquet"}
        assert read_outcome(city.derived_of("a")) is None
    assert not (city.folder / "settling.json").exists()
    return new


@pytest.mark.parametrize("again", [None, 1, 4])
def test_whoever_is_killed_at_any_step_is_finished_or_has_changed_nothing(city, tmp_path, again):
    seen = []
    for number in range(100):
        folder = tmp_path / f"{number}"
        shutil.copytree(city.folder, folder, ignore=shutil.ignore_patterns("[0-9]*"))
        copy = open_city(folder)
        parts = parts_of(copy)
        killed = kill_at(number, copy, lambda one, parts=parts: put_in_place(one, parts))
        mixed = plans(copy) in (["a new", "b old"], ["a old", "b new"])
        if again is not None:
            kill_at(again, copy, finish_settling)
        finish_settling(copy)
        seen.append((mixed, is_new(copy)))
        assert finish_settling(copy) is None
        if not killed:
            break
    assert seen[0] == (False, False)
    assert seen[-1] == (False, True)
    assert (True, True) in seen  # killed between the two plans, and finished
    answers = [new for _, new in seen]
    assert answers == sorted(answers)


def stopped_between(city):
    """Stop a run when the plan of a is in its place, and that of b is not."""

    def step(path):
        if path == city.plan_of("b"):
            raise Killed

    watch = WriteWatch(step, lambda _path: None)
    with watching_writes(watch), pytest.raises(Killed):
        put_in_place(city, parts_of(city))
    assert plans(city) == ["a new", "b old"]


def stopped_and_edited(city):
    """Stop a run as above; then somebody edits the plan that was not moved."""
    stopped_between(city)
    city.plan_of("b").write_text("b edited")


def test_a_plan_edited_before_it_was_moved_takes_the_other_back(city):
    stopped_and_edited(city)
    assert finish_settling(city) is False
    assert plans(city) == ["a old", "b edited"]
    assert read_agreed(city.folder) == {"b": "older.parquet", "c": "other.parquet"}


def test_a_run_is_finished_though_the_catalogue_was_deleted(city):
    stopped_between(city)
    shutil.rmtree(city.catalogue)
    assert finish_settling(city) is True
    assert plans(city) == ["a new", "b new"]


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_what_an_earlier_program_left_in_the_catalogue_is_taken_up(city, monkeypatch, steps):
    stopped_between(city)
    for name in ("settling", "settling.json"):
        shutil.move(city.folder / name, city.catalogue / name)
    moved, replace = [], os.replace

    def once(source, target):
        if "settling" in Path(target).name and len(moved) == steps:
            raise Killed
        moved.append(target)
        replace(source, target)

    if steps < 2:  # killed on the way: before the drafts are moved, or before the record is
        with monkeypatch.context() as patch:
            patch.setattr(journal.os, "replace", once)
            with pytest.raises(Killed):
                finish_settling(city)
    assert is_settling(city)
    assert finish_settling(city) is True
    assert is_new(city)
    assert not list(city.catalogue.glob("settling*"))


def test_taking_back_may_be_stopped_too(city, tmp_path):
    stopped_and_edited(city)
    for number in range(4):
        kill_at(number, city, finish_settling)
    assert finish_settling(city) in (False, None)
    assert plans(city) == ["a old", "b edited"]


def test_what_was_taken_back_is_not_half_done_again(city):
    stopped_and_edited(city)

    def step(path):
        if path.name == "settling.json":
            raise Killed

    with watching_writes(WriteWatch(step, lambda _path: None)), pytest.raises(Killed):
        finish_settling(city)
    assert plans(city) == ["a old", "b edited"]
    assert finish_settling(city, anew=["b"]) is False
    assert plans(city) == ["a old", "b edited"]


def test_a_plan_edited_after_it_was_moved_keeps_its_edit_on_the_new_border(city):
    stopped_between(city)
    city.plan_of("a").write_text("a new and edited")
    assert finish_settling(city) is True
    assert plans(city) == ["a new and edited", "b new"]
    assert read_outcome(city.derived_of("a")).plan != digest_of(city.plan_of("a"))


def test_both_edited_is_refused_until_somebody_says_whose_edits_go(city):
    stopped_between(city)
    city.plan_of("a").write_text("a new and edited")
    city.plan_of("b").write_text("b edited")
    with pytest.raises(PlanError, match="--anew"):
        finish_settling(city)
    assert plans(city) == ["a new and edited", "b edited"]
    assert finish_settling(city, anew=["b"]) is True
    assert plans(city) == ["a new and edited", "b new"]


def test_a_draft_that_is_not_whole_is_not_put_in_place(city):
    stopped_between(city)
    draft_of(city, "b").write_text("b ne")
    assert finish_settling(city) is False
    assert plans(city) == ["a old", "b old"]


def test_a_plan_that_was_edited_while_drafts_were_made_is_refused(city):
    parts = parts_of(city)
    city.plan_of("b").write_text("b edited")
    with pytest.raises(PlanError, match="edited meanwhile"):
        put_in_place(city, parts)
    assert plans(city) == ["a old", "b edited"]
    assert finish_settling(city) is None


def opened_elsewhere(path):
    """Open a plan as a GIS does, with a change that is still beside it."""
    path.unlink()
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA wal_autocheckpoint = 0")
    base.execute("CREATE TABLE t (x)")
    base.execute("INSERT INTO t VALUES ('edited')")
    return base


def test_a_plan_that_another_program_has_open_is_not_replaced(city, monkeypatch):
    monkeypatch.setattr(database_files, "WAIT_S", 0.1)
    with closing(opened_elsewhere(city.plan_of("b"))):
        with pytest.raises(InUseError):
            put_in_place(city, parts_of(city))
        assert city.plan_of("a").read_text() == "a old"
        assert finish_settling(city) is None  # nothing was begun
    with closing(sqlite3.connect(city.plan_of("b"))) as base:
        assert base.execute("SELECT x FROM t").fetchall() == [("edited",)]
    database_files.settle(city.plan_of("b"))
    put_in_place(city, parts_of(city))
    assert plans(city) == ["a new", "b new"]


@pytest.mark.parametrize("open_one", ["a", "b"])
def test_a_run_that_was_stopped_waits_for_other_programs(city, monkeypatch, open_one):
    monkeypatch.setattr(database_files, "WAIT_S", 0.1)
    stopped_between(city)
    with closing(opened_elsewhere(city.plan_of(open_one))), pytest.raises(InUseError):
        finish_settling(city)
    other = {"a": "b", "b": "a"}[open_one]
    assert finish_settling(city) is (open_one == "a")
    with closing(sqlite3.connect(city.plan_of(open_one))) as base:
        assert base.execute("SELECT x FROM t").fetchall() == [("edited",)]
    assert city.plan_of(other).read_text() == {"a": "a old", "b": "b new"}[other]


def test_a_record_that_cannot_be_read_is_no_record_of_nothing(city):
    (city.folder / "agreed-borders.json").write_text("[", encoding="utf-8")
    with pytest.raises(GridmapError, match="agreed-borders"):
        open_city(city.folder)


def test_outlines_are_those_of_the_plans_also_after_a_run_that_was_stopped(city, monkeypatch):
    write_catalogue(city)
    for name, code in CODES.items():
        done = Outcome(name, code, "done", "inputs", f"plan of {name}", f"plan of {name}")
        write_outcome(city.derived_of(name), done)
    seen = []

    def outlines_of(one):
        seen.extend(read_catalogue(one)["plan"])
        raise Killed

    monkeypatch.setattr(settling, "_require_planned", lambda _city, _town: None)
    monkeypatch.setattr(settling, "outlines_of", outlines_of)
    with pytest.raises(Killed):
        settle_border(city, "a", "b", by="a")
    assert seen == ["plan of a", "plan of b"]


class Lost(Executor):
    """A process that is killed at whatever it is given."""

    def submit(self, *_arguments):
        future = Future()
        future.set_exception(BrokenProcessPool())
        return future


def test_a_process_that_is_killed_at_a_new_plan_is_told_with_its_town(city, monkeypatch):
    @contextmanager
    def opened(_workers, _scheduler, _warm):
        yield Lost(), 1

    monkeypatch.setattr(drafts, "open_executor", opened)
    with pytest.raises(PlanError, match=r"'a' cannot be planned.*killed"):
        drafts.make_drafts(city, city, list(city.towns), lambda _text: None)
    assert plans(city) == ["a old", "b old"]


def test_a_border_is_not_settled_on_a_disk_of_the_network(city, monkeypatch):
    mountinfo = city.folder.parent / "mountinfo"
    mountinfo.write_text(f"1 0 0:1 / / rw - ext4 a rw\n2 1 0:2 / {city.folder} rw - nfs n:/x rw\n")
    monkeypatch.setattr(mounts, "MOUNTINFO", mountinfo)
    with pytest.raises(NetworkDiskError):
        settle_border(city, "a", "b", by="a")
