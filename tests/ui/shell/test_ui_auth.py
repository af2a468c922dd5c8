"""Log-ins on a page: they end after a while without work and after a long day, and are noted."""

import time

import drawn_plan
import pytest
from app_pages import app_page
from saved_plans import put_plan

from gridmap.access import accounts as room
from gridmap.access.accounts import add_account, remove_account
from gridmap.access.audit import audit_events
from gridmap.ui.shell import auth

PASSWORD = "tea lamp river nine"


@pytest.fixture
def clock(monkeypatch):
    """Hours that go by when the test says so."""
    now = [time.time()]
    monkeypatch.setattr(auth.time, "time", lambda: now[0])
    return now


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "_HASHER", room.PasswordHasher(time_cost=1, memory_cost=64))
    auth.attempts.clear()
    put_plan(drawn_plan.draw_plan, tmp_path / "test.gridmap.gpkg")
    add_account(tmp_path, "li", PASSWORD, role="planner")
    add_account(tmp_path, "wu", PASSWORD, role="viewer")
    return tmp_path


def log_in(app, name="li", password=PASSWORD):
    app.text_input[0].set_value(name)
    app.text_input[1].set_value(password)
    app.button[0].click().run()
    assert not app.exception
    return app


def is_in(app):
    assert not app.exception
    return bool(app.title)


def kinds(folder):
    return [(event["event"], event["who"]) for event in audit_events(folder)]


def test_without_work_a_log_in_ends_and_what_was_begun_is_there_for_the_same_person(folder, clock):
    app = log_in(app_page(folder, "home").run())
    app.session_state["something begun"] = "by li"
    for _ in range(4):
        clock[0] += 25 * 60
        assert is_in(app.run())
    clock[0] += 31 * 60
    assert not is_in(app.run())
    assert "有一段时间没有操作" in app.info[0].value
    assert not is_in(app.run())  # and the next click is none either
    assert is_in(log_in(app))
    assert app.session_state["something begun"] == "by li"
    assert kinds(folder) == [("log-in", "li"), ("timed-out", "li"), ("log-in", "li")]


def test_who_logs_in_instead_finds_nothing_of_the_one_before(folder, clock):
    app = log_in(app_page(folder, "home").run())
    app.session_state["something begun"] = "by li"
    clock[0] += 31 * 60
    app.run()
    assert is_in(log_in(app, "wu"))
    assert "something begun" not in app.session_state


def test_a_long_day_ends_whoever_works(folder, clock):
    app = log_in(app_page(folder, "home").run())
    for _ in range(35):
        clock[0] += 20 * 60
        assert is_in(app.run())
    clock[0] += 29 * 60
    assert not is_in(app.run())


def test_what_runs_by_itself_keeps_nobody_in(folder, clock):
    app = log_in(app_page(folder, "home").run())
    for _ in range(3):
        clock[0] += 9 * 60
        app.session_state[auth.BY_ITSELF] = True
        assert is_in(app.run())
    clock[0] += 4 * 60
    app.session_state[auth.BY_ITSELF] = True
    assert not is_in(app.run())


@pytest.mark.parametrize(("told", "minutes"), [("5", 5), ("x", 30), ("0", 30), ("", 30)])
def test_the_time_is_the_one_that_the_app_was_started_with(
    folder, clock, monkeypatch, told, minutes
):
    monkeypatch.setenv("GRIDMAP_IDLE_MINUTES", told)
    app = log_in(app_page(folder, "home").run())
    clock[0] += 60 * minutes - 1
    assert is_in(app.run())
    clock[0] += 60 * minutes + 1
    assert not is_in(app.run())


def test_a_removed_account_is_out_with_all_that_it_had_begun(folder):
    app = log_in(app_page(folder, "home").run())
    app.session_state["something begun"] = "by li"
    remove_account(folder, "li")
    assert not is_in(app.run())
    assert "something begun" not in app.session_state
    assert kinds(folder) == [("ended", "li"), ("log-in", "li")]


def test_failures_are_noted_without_what_was_typed_for_a_name(folder):
    app = log_in(app_page(folder, "home").run(), "li", "wrong password")
    log_in(app, PASSWORD, "li")  # the two fields taken for each other
    told = audit_events(folder)
    assert [(event["event"], event["who"]) for event in told] == [
        ("log-in-failed", ""),
        ("log-in-failed", "li"),
    ]
    assert PASSWORD not in str(told)
    assert "wrong password" not in str(told)


def test_who_guesses_too_often_is_told_to_wait_and_the_password_is_not_looked_at(
    folder, monkeypatch
):
    monkeypatch.setattr("gridmap.access.attempts.LONGEST_WAIT_S", 0.0)
    app = app_page(folder, "home").run()
    for _ in range(4):
        log_in(app, "li", "wrong password")
    log_in(app)
    assert "秒后再试" in app.error[0].value
    assert not is_in(app)
