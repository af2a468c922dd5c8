"""A border between two towns settled on the page of a city: seen, tried, confirmed, told."""

import json
import time
from contextlib import contextmanager, nullcontext
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from app_pages import app_page
from drawn_city import SETTINGS, town_rules
from shapely import box

from gridmap.access import accounts
from gridmap.access.behalf import AccessEndedError, Behalf, acting
from gridmap.access.scope import EVERYTHING, Scope
from gridmap.city import open_city
from gridmap.city.borders import running, settling
from gridmap.city.borders.checking import BORDERS
from gridmap.city.borders.settling import Settled, Tried
from gridmap.city.catalogue import write_catalogue
from gridmap.trials.background import Work
from gridmap.ui.city import between_tab, settle_part
from gridmap.ui.city.choice import WANTED
from gridmap.ui.shell import auth
from layers.contract.errors import BoundaryError, Named
from layers.files.database_files import InUseError

MOVES = pd.DataFrame(
    [("a", 0.0, 0.0, False), ("b", 0.0, 12.5, True)],
    columns=["town", "given_m2", "taken_m2", "is_planned"],
)
FIGURES = pd.DataFrame(
    [("b", "micro_grids", 16.0, 17.0), ("b", "people_moved", 0.0, 3.0)],
    columns=["town", "key", "before", "after"],
)


@pytest.fixture
def city(tmp_path, monkeypatch):
    """A catalogue of two towns with a strip of some metres between them."""
    shapes = {"a": box(114, 34, 114.01, 34.01), "b": box(114.0101, 34, 114.02, 34.01)}
    codes = {"a": "410121001", "b": "410122001"}
    for name, code in codes.items():
        place = tmp_path / "towns" / name
        place.mkdir(parents=True)
        (place / "rules.toml").write_text(town_rules(code), encoding="utf-8")
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    for place in ("catalogue", "plans"):
        (tmp_path / place).mkdir()
    write_catalogue(open_city(tmp_path))
    rows = [(name, codes[name][:6], 1, shape) for name, shape in shapes.items()]
    grids = gpd.GeoDataFrame(rows, columns=["town", "area", "level", "geometry"], crs="EPSG:4490")
    grids.to_parquet(tmp_path / "catalogue" / "grids.parquet")
    for name in ("check_borders", "shared_people", "propose_loans"):
        columns = {"check_borders": BORDERS, "shared_people": ("name", "rosters")}
        none = pd.DataFrame(columns=columns.get(name, ("town", "other", "people", "km")))
        monkeypatch.setattr(between_tab, name, lambda _city, none=none: none)
    return tmp_path


def account(city, scope=EVERYTHING, role="planner"):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_HASHER", accounts.PasswordHasher(time_cost=1, memory_cost=64))
        accounts.add_account(city / "plans", "li", "tea lamp river nine", role=role, scope=scope)
    (li,) = accounts.accounts_in(city / "plans")
    return Behalf(city / "plans", role, "li", li.mark)


def page_of(city, behalf=None):
    app = app_page(city / "plans", "city", city / "plans", city)
    if behalf is not None:
        app.session_state[auth.SESSION] = auth.LoginSession(behalf, 9e9, 9e9)
    app.session_state[WANTED] = "between"
    app.run()
    assert not app.exception
    return app


def work_of(**task):
    asked = {"towns": ["a", "b"], "by": "a", "is_trial": True, "anew": []} | task
    return Work("done", asked, "", 1.0, time.time(), time.time(), None, "")


def keys(app):
    return {one.key for one in app.button}


def test_a_border_is_tried_seen_and_settled_by_whom_edits_may_be_lost(city, monkeypatch):
    asked, works = [], []
    result = {"moves": MOVES.to_dict("records"), "figures": FIGURES.to_dict("records")}
    monkeypatch.setattr(
        settle_part, "start_border", lambda _city, *pair, **how: asked.append((pair, how))
    )
    monkeypatch.setattr(settle_part, "look_at_border", lambda *_: works[-1] if works else None)
    monkeypatch.setattr(settle_part, "result_of", lambda *_: {**result, "losing": ["b"]})
    app = page_of(city)
    moves = app.dataframe[0].value
    assert moves["让出"].tolist() == [0, 0]
    assert moves["得到"].iloc[0] == 0
    assert moves["得到"].iloc[1] > 1000
    assert "settle-go" not in keys(app)
    app.button(key="settle-try").click().run()
    works.append(work_of())
    app.run()
    figures = app.dataframe[1].value.set_index("指标")["测试镇 410122001"]
    assert (figures["微网格"], figures["换岗人员"]) == ("16 → 17", "3")
    assert app.button(key="settle-go").disabled
    app.checkbox(key="settle-lose-a-b-b").check().run()
    app.button(key="settle-go").click().run()
    app.button(key="settle-again").click().run()
    trial = (("a", "b"), {"by": "a", "is_trial": True, "anew": []})
    assert asked == [trial, (("a", "b"), {"by": "a", "is_trial": False, "anew": ["b"]}), trial]
    works.append(work_of(is_trial=False))
    app.run()
    assert [one.value for one in app.success] == ["镇界已商定，两镇方案已更换。"]


def test_what_was_tried_by_one_drawing_says_nothing_of_the_other(city, monkeypatch):
    monkeypatch.setattr(settle_part, "look_at_border", lambda *_: work_of(by="b"))
    found = keys(page_of(city))
    assert "settle-try" in found
    assert "settle-go" not in found


@pytest.mark.parametrize(
    ("role", "scope", "told"),
    [
        ("planner", Scope.named(areas=["410121", "410122"]), True),
        ("planner", Scope.named(towns=["a"]), False),
        ("viewer", EVERYTHING, False),
    ],
)
def test_a_border_is_for_planners_of_both_towns(city, role, scope, told):
    assert ("settle-try" in keys(page_of(city, account(city, scope, role)))) == told


@pytest.mark.parametrize("is_trial", [True, False])
def test_work_on_a_border_asks_who_may_change_both_plans(city, monkeypatch, is_trial):
    done = []
    settled = Settled(MOVES, None)
    tried = Tried(MOVES, FIGURES, ("b",))
    monkeypatch.setattr(running, "try_border", lambda *_a, **_k: done.append("try") or tried)
    monkeypatch.setattr(running, "settle_border", lambda *_a, **_k: done.append("go") or settled)
    monkeypatch.setattr(running, "renew_city_tiles", lambda _city: None)
    monkeypatch.setattr(running, "start_work", lambda *given: done.append(given[2]))
    task = {"city": str(city), "towns": ["a", "b"], "by": "a", "is_trial": is_trial, "anew": []}
    opened = open_city(city)
    running.place_of(opened, "a").mkdir(parents=True)

    def refuse(_city, _task):
        raise BoundaryError("a third town", "第三个镇")

    @contextmanager
    def by(scope):
        behalf = account(city, scope)
        with acting(behalf):
            yield
        accounts_file = [one for one in (city / "plans").iterdir() if "account" in one.name]
        for one in accounts_file:
            one.unlink()

    with by(Scope.named(towns=["a"])):
        with pytest.raises(AccessEndedError):
            running._work(task, lambda _step, _share: None)
        with pytest.raises(AccessEndedError):
            running.start_border(opened, "b", "a", by="a", is_trial=is_trial)
    assert done == []
    with by(Scope.named(towns=["a", "b"])):
        running._work(task, lambda _step, _share: None)
        running.start_border(opened, "b", "a", by="a", is_trial=is_trial)
        monkeypatch.setattr(running, "_carry_out", refuse)
        with pytest.raises(BoundaryError, match="other towns"):
            running._work(task, lambda _step, _share: None)
    with by(EVERYTHING), pytest.raises(BoundaryError, match="third"):
        running._work(task, lambda _step, _share: None)
    assert done[0] == ("try" if is_trial else "go")
    assert done[1] == task
    told = running.result_of(opened, work_of(**task))
    assert told["moves"] == MOVES.to_dict("records")
    assert ("figures" in told) == is_trial
    opened.plan_of("b").write_bytes(b"edited since")
    told = running.result_of(opened, work_of(**task))
    assert told == {} or not is_trial  # what was seen is not what would become of it
    assert running.result_of(opened, work_of(by="b")) == {}


def test_a_stopped_settling_of_other_towns_is_told_to_a_planner_of_two_without_their_names(
    city, monkeypatch
):
    task = {"city": str(city), "towns": ["a", "b"], "by": "a", "is_trial": True, "anew": []}
    (city / "settling.json").write_text(json.dumps([{"town": "c"}, {"town": "d"}]))
    place = running.place_of(open_city(city), "a")
    place.mkdir(parents=True)
    kinds = {}

    def refused(*_given, **_more):
        raise InUseError(city / "plans" / "c.gridmap.gpkg")

    monkeypatch.setattr(settling, "finish_settling", refused)
    monkeypatch.setattr(settling, "alone_in", lambda _city: nullcontext())
    for scope in (EVERYTHING, Scope.named(towns=["a", "b"])):
        with acting(account(city, scope)):
            with pytest.raises(running.StoppedSettlingError) as caught:
                running._work(task, lambda _step, _share: None)
            fault = Named(str(caught.value), caught.value.zh)
            kinds[scope.everything] = fault
            # What somebody for all towns began and another looks at.
            kind = type(caught.value).__name__
            work = replace(work_of(), state="failed", fault=kinds[True], fault_kind=kind)
            monkeypatch.setattr(running, "look_at_work", lambda _place, work=work: work)
            seen = running.look_at_border(open_city(city), "b", "a")
            assert (str(seen.fault), seen.fault.zh) == (str(fault), fault.zh)
        for one in (city / "plans").iterdir():
            if "account" in one.name:
                one.unlink()
    assert "c.gridmap.gpkg" in str(kinds[True])
    assert "c.gridmap.gpkg" not in str(kinds[False]) + kinds[False].zh


def test_a_planner_whose_account_ends_while_plans_are_made_changes_none(city, monkeypatch):
    (city / "catalogue" / "towns" / "a" / "border").mkdir(parents=True)
    behalf = account(city, Scope.named(towns=["a", "b"]))

    @contextmanager
    def made(*_given):
        accounts.change_scope(city / "plans", "li", Scope.named(towns=["a"]))
        yield None

    monkeypatch.setattr(settling, "_drafted", made)
    task = {"city": str(city), "towns": ["a", "b"], "by": "a", "is_trial": False, "anew": []}
    with acting(behalf), pytest.raises(AccessEndedError):
        running._work(task, lambda _step, _share: None)


def test_work_that_failed_says_why_and_may_be_tried_again(city, monkeypatch):
    fault = Named("no", "界线不衔接")
    failed = Work("failed", dict(work_of().task), "", 0.0, 0.0, 1.0, fault, "")
    monkeypatch.setattr(settle_part, "look_at_border", lambda *_: failed)
    app = page_of(city)
    assert "界线不衔接" in app.error[0].value
    assert "settle-try" in keys(app)
