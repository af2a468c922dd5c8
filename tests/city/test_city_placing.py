"""A new plan takes the place of the plan that was looked at, and of no other."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from drawn_city import SETTINGS, town_rules

from gridmap.city import open_city, worker
from gridmap.city.needs import look_at
from gridmap.city.outcomes import Outcome, read_outcome, write_outcome
from gridmap.city.worker import NEXT, carry_out, digest_of
from layers.files import database_files

CODE = "410121001"


@pytest.fixture
def city(tmp_path, monkeypatch):
    """A city of one town, planned of older data; its plans are a word each."""
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "towns" / "a").mkdir(parents=True)
    (tmp_path / "towns" / "a" / "rules.toml").write_text(town_rules(CODE), encoding="utf-8")
    opened = open_city(tmp_path)
    opened.derived_of("a").mkdir(parents=True)
    opened.plans.mkdir()
    opened.plan_of("a").write_text("made")
    made = digest_of(opened.plan_of("a"))
    write_outcome(opened.derived_of("a"), Outcome("a", CODE, "done", "older", made, made))
    monkeypatch.setattr(worker, "draft_plan", lambda _task, draft: draft.write_text("new"))
    monkeypatch.setattr(worker, "load_plan", Path.read_text)
    monkeypatch.setattr(worker, "write_derived", lambda _plan, _derived: None)
    return opened


def need_of(city):
    return look_at(city, city.town("a"))


def test_a_plan_that_was_edited_while_its_town_waited_is_kept_and_told(city):
    need = need_of(city)
    assert not need.task.derive_only
    city.plan_of("a").write_text("edited")
    done = carry_out(need.task)
    assert city.plan_of("a").read_text() == "edited"
    assert (done.state, done.derived_of) == ("done", digest_of(city.plan_of("a")))
    assert "--anew" in done.fault.zh
    assert not (city.derived_of("a") / NEXT).exists()
    after = need_of(city)
    assert after.task is None or after.task.derive_only
    assert after.fault is not None


def test_the_plan_that_was_looked_at_is_replaced(city):
    done = carry_out(need_of(city).task)
    assert city.plan_of("a").read_text() == "new"
    assert (done.state, done.fault, done.plan) == ("done", None, digest_of(city.plan_of("a")))
    assert carry_out(look_at(city, city.town("a"), anew=True).task).fault is None


def killed(city):
    """Leave what a worker leaves that is killed when all is made."""
    draft, before = city.derived_of("a") / NEXT, digest_of(city.plan_of("a"))
    draft.write_text("new")
    digest = digest_of(draft)
    write_outcome(
        city.derived_of("a"),
        Outcome("a", CODE, "placing", "inputs", digest, digest, before=before),
    )


def test_a_plan_that_was_edited_after_a_kill_is_not_run_over(city):
    killed(city)
    city.plan_of("a").write_text("edited")
    need = need_of(city)
    assert city.plan_of("a").read_text() == "edited"
    assert need.task.derive_only
    assert "--anew" in str(need.fault)


def test_a_plan_that_was_not_edited_after_a_kill_is_replaced(city):
    killed(city)
    need_of(city)
    assert city.plan_of("a").read_text() == "new"
    assert read_outcome(city.derived_of("a")).state == "done"


def test_a_plan_that_another_program_has_open_is_replaced_when_it_is_closed(city, monkeypatch):
    monkeypatch.setattr(database_files, "WAIT_S", 0.1)
    place = city.plan_of("a")
    place.unlink()
    with closing(sqlite3.connect(place, isolation_level=None)) as base:
        base.execute("CREATE TABLE t (x)")
    killed(city)
    with closing(sqlite3.connect(place, isolation_level=None)) as base:
        base.execute("BEGIN IMMEDIATE")
        base.execute("INSERT INTO t VALUES (1)")
        need = need_of(city)
        assert (need.state, need.task) == ("failed", None)
        assert "open in another program" in str(need.fault)
        base.execute("ROLLBACK")
    assert place.read_bytes().startswith(b"SQLite")
    need_of(city)
    assert place.read_text() == "new"
