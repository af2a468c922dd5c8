"""The state of a city's towns on its page, and the run that goes on without it."""

import shutil
import time

import pytest
from app_pages import app_page, captions
from drawn_city import write_city

from gridmap.access import accounts
from gridmap.access.behalf import Behalf
from gridmap.city import open_city, read_catalogue
from gridmap.city.outcomes import Outcome, write_outcome
from gridmap.city.overview import background
from gridmap.city.running import Progress
from gridmap.trials.background import Work
from gridmap.ui.city import run_tab
from gridmap.ui.shell import auth
from layers.contract.errors import Named

CODES = {"a": "410121001", "b": "410122001"}
LONG_S = 60


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A city of which nothing is planned: a file is missing in b, c has rules that are none."""
    folder = write_city(tmp_path_factory.mktemp("city"), CODES)
    (folder / "towns" / "c").mkdir()
    (folder / "towns" / "c" / "rules.toml").write_text("[town]\nname = 3\n", encoding="utf-8")
    city = open_city(folder)
    derived = city.derived_of("b")
    derived.mkdir(parents=True)
    lost = Outcome("b", CODES["b"], "failed", "", fault=Named("killed", "进程被终止"))
    write_outcome(derived, lost)
    return folder


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path / "city")
    return tmp_path / "city"


def page_of(folder):
    app = app_page(folder / "plans", "city", folder / "plans", folder)
    app.session_state["city-tab-wanted"] = "run"
    app.run()
    assert not app.exception
    return app


def test_a_run_is_started_for_all_that_need_it_or_for_those_that_failed(folder, monkeypatch):
    given = []
    monkeypatch.setattr(run_tab, "start_run", lambda _city, only, anew: given.append((only, anew)))
    app = page_of(folder)
    table = app.dataframe[0].value
    assert table["state"].tolist() == ["失败", "待处理", "待处理"]
    assert "失败 1、待处理 2" in [one.value for one in app.markdown]
    app.button(key="city-start").click().run()
    app.button(key="city-retry").click().run()
    assert given == [([], []), (["c"], [])]


def test_a_town_is_planned_from_scratch_by_name_by_whom_its_edits_may_be_lost(folder, monkeypatch):
    given = []
    monkeypatch.setattr(run_tab, "start_run", lambda _city, only, anew: given.append((only, anew)))
    (folder / "plans").mkdir(exist_ok=True)
    (folder / "plans" / "a.gridmap.gpkg").touch()
    app = page_of(folder)
    (towns,) = app.multiselect
    assert towns.options == ["测试镇 410121001（待更新）"]  # its plan is not as it was made
    assert app.button(key="city-anew").disabled
    towns.select("a").run()
    assert app.button(key="city-anew").disabled
    app.checkbox(key="city-anew-lose").check().run()
    app.button(key="city-anew").click().run()
    assert given == [(["a"], ["a"])]


def test_a_run_tells_how_far_it_is_and_is_cancelled(folder, monkeypatch):
    ended = []
    work = Work("running", {"what": "plan"}, "plan", 0.3, time.time(), 0.0, None, "")
    now = Progress(3, 1, 10, ("a",), 75.0, waiting=("b",))
    for module in (background, run_tab):
        monkeypatch.setattr(module, "read_progress", lambda _city: now)
        monkeypatch.setattr(module, "look_at_run", lambda _city: work)
    monkeypatch.setattr(run_tab, "cancel_run", ended.append)
    app = page_of(folder)
    assert app.dataframe[0].value["state"].tolist() == ["处理中", "失败", "待处理"]
    assert "大约还需 1 分 15 秒。" in captions(app)
    app.button(key="city-cancel").click().run()
    assert len(ended) == 1
    # One that a command has started ends where it was started.
    for module in (background, run_tab):
        monkeypatch.setattr(module, "look_at_run", lambda _city: None)
    app.run()
    assert "由命令行启动，请在那里停止。" in captions(app)
    assert not [one for one in app.button if one.key == "city-cancel"]


def test_who_only_looks_sees_how_towns_stand_and_starts_and_ends_nothing(folder, monkeypatch):
    quick = accounts.PasswordHasher(time_cost=1, memory_cost=64)
    monkeypatch.setattr(accounts, "_HASHER", quick)
    accounts.add_account(folder / "plans", "li", "tea lamp river nine", role="viewer")
    (li,) = accounts.accounts_in(folder / "plans")
    app = app_page(folder / "plans", "city", folder / "plans", folder)
    viewer = Behalf(folder / "plans", "viewer", "li", li.mark)
    app.session_state[auth.SESSION] = auth.LoginSession(viewer, 9e9, 9e9)
    app.session_state["city-tab-wanted"] = "run"
    app.run()
    assert not app.exception
    assert app.dataframe[0].value["state"].tolist() == ["失败", "失败", "待处理"]
    assert not {"city-start", "city-retry"} & {one.key for one in app.button}
    work = Work("running", {"what": "plan"}, "plan", 0.3, time.time(), 0.0, None, "")
    monkeypatch.setattr(run_tab, "look_at_run", lambda _city: work)
    app.run()
    assert not app.exception
    assert "city-cancel" not in {one.key for one in app.button}


def test_what_is_to_be_planned_from_scratch_is_told_to_the_run(folder, monkeypatch):
    asked = []
    monkeypatch.setattr(background, "plan_city", lambda _city, **given: asked.append(given))
    monkeypatch.setattr(background, "renew_city_tiles", lambda _city: None)
    task = background._task(open_city(folder), "plan", ["a"], ["a"])
    background._work(task, lambda _step, _share: None)
    assert (asked[0]["only"], asked[0]["anew"]) == (["a"], ["a"])


def test_a_run_goes_on_in_a_process_of_its_own_and_leaves_the_catalogue_when_cancelled(folder):
    city = open_city(folder)
    background.cancel_run(city)  # of nothing: nothing is begun
    assert background.look_at_run(city) is None
    background.start_run(city, only=["c"])
    assert background.look_at_run(city).is_running
    background.cancel_run(city)
    work = background.look_at_run(city)
    assert work.task["what"] == "tables"
    end = time.monotonic() + LONG_S
    while (work := background.look_at_run(city)).is_running and time.monotonic() < end:
        time.sleep(0.05)
    assert work.state == "done"
    assert background.read_progress(city) is None
    states = read_catalogue(city).set_index("town")["state"]
    assert states.to_dict() == {"a": "waiting", "b": "failed", "c": "failed"}
