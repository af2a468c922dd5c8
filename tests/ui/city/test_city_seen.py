"""What of a city is shown to whom: as `city.toml` says today, whatever the catalogue still has."""

import os
import threading

import pandas as pd
import pytest
from app_pages import app_page
from drawn_city import SETTINGS, town_rules

from gridmap.access import accounts
from gridmap.access.behalf import Behalf, acting
from gridmap.access.entrance import CITY_VARIABLE
from gridmap.access.scope import EVERYTHING, NOTHING, Scope
from gridmap.city import open_city
from gridmap.city.catalogue import CATALOGUE, write_catalogue
from gridmap.city.outcomes import Outcome, write_outcome
from gridmap.ui import start
from gridmap.ui.city import between_tab
from gridmap.ui.city.choice import WANTED, step_into
from gridmap.ui.city.city_data import as_today, city_data, names_apart
from gridmap.ui.city.city_page import read_ahead
from gridmap.ui.city.city_tables import towns_table
from gridmap.ui.city.seen_part import seen_now, seen_part
from gridmap.ui.shell import auth
from gridmap.ui.shell.i18n import Translator
from layers.contract.errors import Named, PlanError

SAY = Translator("zh")


@pytest.fixture
def city(tmp_path):
    """A catalogue of two towns, each in a county of its own; none is planned."""
    for name, code in (("a", "410121001"), ("b", "410122001")):
        place = tmp_path / "towns" / name
        place.mkdir(parents=True)
        (place / "rules.toml").write_text(town_rules(code), encoding="utf-8")
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "catalogue").mkdir()
    write_catalogue(open_city(tmp_path))
    return tmp_path


def test_an_account_that_sees_no_town_has_a_page_with_none(city):
    part = seen_part(city_data(city), NOTHING)
    assert part.towns_in(part.top).empty
    assert list(towns_table(part, part.top, SAY)["name"]) == []


def test_a_town_of_an_area_that_is_no_more_lies_in_the_city(city):
    settings = SETTINGS.replace('"410122"', '"410123"')
    (city / "city.toml").write_text(settings, encoding="utf-8")
    data = city_data(city)
    assert data.towns.loc["b", "area"] == data.top
    assert data.areas_of_town("b") == []
    assert step_into(data, data.top, "b") == (data.top, "b")
    assert data.areas["towns"].to_dict() == {"410100": 2, "410121": 1, "410123": 0}


def test_a_town_that_was_moved_is_seen_by_the_county_that_it_lies_in_now(city):
    moved = '\n[[towns]]\nfolder = "towns/a"\n[[towns]]\nfolder = "towns/b"\narea = "410121"\n'
    (city / "city.toml").write_text(SETTINGS + moved, encoding="utf-8")
    seen = {
        area: list(seen_part(city_data(city), Scope.named(areas=[area])).towns.index)
        for area in ("410121", "410122")
    }
    assert seen == {"410121": ["a", "b"], "410122": []}


def test_towns_of_one_name_are_told_apart_by_their_code(city):
    data = city_data(city)
    name = data.towns.loc["a", "name"]
    assert names_apart(data.towns, "zh") == {"a": f"{name} 410121001", "b": f"{name} 410122001"}
    assert names_apart(data.towns_in("410121"), "zh") == {"a": name}
    data.towns.loc["b", ["name", "name_en"]] = ["另一镇", ""]
    assert names_apart(data.towns, "zh") == {"a": name, "b": "另一镇"}
    assert names_apart(data.towns, "en")["b"] == "另一镇"


def test_tiles_that_are_asked_for_later_show_towns_that_may_be_seen_then(city):
    (city / "plans").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_HASHER", accounts.PasswordHasher(time_cost=1, memory_cost=64))
        county = Scope.named(areas=["410121"])
        li = ("li", "tea lamp river nine")
        accounts.add_account(city / "plans", *li, role="viewer", scope=county)
    (li,) = accounts.accounts_in(city / "plans")
    with acting(Behalf(city / "plans", "viewer", "li", li.mark)):
        seen = seen_now(seen_part(city_data(city), county), county)
    assert seen(["a", "b", "c"]) == ["a"]
    moved = '\n[[towns]]\nfolder = "towns/a"\narea = "410122"\n[[towns]]\nfolder = "towns/b"\n'
    (city / "city.toml").write_text(SETTINGS + moved, encoding="utf-8")
    assert seen(["a", "b"]) == []
    (city / "city.toml").write_text(SETTINGS, encoding="utf-8")
    assert seen(["a", "b"]) == ["a"]
    accounts.change_scope(city / "plans", "li", Scope.named(towns=["b"]))
    assert seen(["a", "b"]) == []


def test_a_town_that_has_another_code_is_seen_by_whom_that_code_allows(city):
    rules = city / "towns" / "b" / "rules.toml"
    rules.write_text(town_rules("410121002"), encoding="utf-8")
    data = city_data(city)
    assert list(seen_part(data, Scope.named(towns=["410122001"])).towns.index) == []
    part = seen_part(data, Scope.named(areas=["410121"]))
    assert list(part.towns.index) == ["a", "b"]
    assert list(towns_table(part, "410121", SAY)["code"]) == ["410121001", "410121002"]
    assert part.areas.loc["410121", "towns"] == 2


def test_rules_and_agreed_borders_are_looked_at_wherever_they_lie(city):
    deep = city / "parts" / "north" / "a"
    deep.parent.mkdir(parents=True)
    (city / "towns" / "a").rename(deep)
    listed = 'rules = "shared/all.toml"\n\n[[towns]]\nfolder = "parts/north/a"\n\n[[levels]]'
    (city / "city.toml").write_text(SETTINGS.replace("\n[[levels]]", listed, 1), encoding="utf-8")
    (city / "shared").mkdir()
    (city / "shared" / "all.toml").write_text("", encoding="utf-8")
    county = Scope.named(areas=["410121"])
    assert list(seen_part(city_data(city), county).towns.index) == ["a"]
    (deep / "rules.toml").write_text(town_rules("410122002"), encoding="utf-8")
    assert list(seen_part(city_data(city), county).towns.index) == []
    (city / "agreed-borders.json").write_text('{"a": "x.parquet"}', encoding="utf-8")
    assert city_data(city).whole.town("a").rules.agreed_borders.file == "x.parquet"
    (city / "shared" / "all.toml").write_text("[split]\nseed = 77\n", encoding="utf-8")
    assert "seed = 77" in city_data(city).whole.town("a").rules_text


def test_the_map_of_all_towns_waits_for_no_rules(city, monkeypatch):
    def read(_folder):
        raise AssertionError

    for name in ("towns_of_city", "open_city"):
        monkeypatch.setattr(f"gridmap.ui.city.city_data.{name}", read)
    data = seen_part(city_data(city), EVERYTHING)
    assert dict(data.towns["area"]) == {"a": "410121", "b": "410122"}
    with pytest.raises(AssertionError):
        seen_part(data, Scope.named(areas=["410121"]))


def test_what_the_first_visitor_would_wait_for_is_read_when_the_app_starts(city, monkeypatch):
    monkeypatch.setenv(CITY_VARIABLE, str(city))
    start.read_ahead()
    for thread in threading.enumerate():
        if thread.name == "read-ahead":
            thread.join()
    monkeypatch.setattr("gridmap.ui.city.city_data.towns_of_city", None)
    assert list(as_today(city_data(city)).towns["code"]) == ["410121001", "410122001"]
    (city / "city.toml").write_text("[city]\n", encoding="utf-8")
    read_ahead(city)  # whoever looks is told what is wrong


def test_whatever_time_a_file_has_its_change_is_seen(city):
    rules = city / "towns" / "b" / "rules.toml"
    os.utime(city / "city.toml", (4e9, 4e9))  # a clock that was wrong
    as_today(city_data(city))
    rules.write_text(town_rules("410121002"), encoding="utf-8")
    assert as_today(city_data(city)).towns.loc["b", "code"] == "410121002"
    rules.write_text(town_rules("410122001"), encoding="utf-8")
    os.utime(rules, (1e9, 1e9))  # put back as it was
    assert as_today(city_data(city)).towns.loc["b", "code"] == "410122001"


def test_the_catalogue_tells_of_a_run_when_all_tables_are_there(city, monkeypatch):
    (city / "catalogue" / CATALOGUE).unlink()
    was_there = []
    monkeypatch.setattr(
        "gridmap.city.catalogue.write_outlines",
        lambda city: was_there.append((city.catalogue / CATALOGUE).exists()),
    )
    write_catalogue(open_city(city))
    assert was_there == [False]
    assert (city / "catalogue" / CATALOGUE).exists()


FILE_OF_B = "/srv/towns/b/secret.shp"


def words_for(city, role, tab, area="", town="", scope=EVERYTHING):
    """Give all that a page tells an account, with the cells and heads of its tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_HASHER", accounts.PasswordHasher(time_cost=1, memory_cost=64))
        accounts.add_account(city / "plans", "li", "tea lamp river nine", role=role, scope=scope)
    (li,) = accounts.accounts_in(city / "plans")
    app = app_page(city / "plans", "city", city / "plans", city)
    behalf = Behalf(city / "plans", role, "li", li.mark)
    app.session_state[auth.SESSION] = auth.LoginSession(behalf, 9e9, 9e9)
    app.session_state[WANTED] = tab
    app.session_state["city-area-open"], app.session_state["city-town-open"] = area, town
    app.run()
    assert not app.exception
    told = [str(one.value) for kind in (app.error, app.warning, app.info) for one in kind]
    return "\n".join([*told, *(one.value.to_csv() for one in app.dataframe)])


@pytest.fixture
def faulty(city):
    """Of one town a file is missing."""
    (city / "plans").mkdir()
    catalogue = city / "catalogue" / CATALOGUE
    told = {"state": "failed", "fault": FILE_OF_B, "fault_zh": FILE_OF_B}
    pd.read_parquet(catalogue).assign(**told).to_parquet(catalogue)
    derived = open_city(city).derived_of("b")
    derived.mkdir(parents=True)
    fault = Named(FILE_OF_B, FILE_OF_B)
    write_outcome(derived, Outcome("b", "410122001", "failed", "", fault=fault))
    return city


@pytest.mark.parametrize(("tab", "town"), [("map", "b"), ("towns", ""), ("run", "")])
@pytest.mark.parametrize("role", ["planner", "viewer"])
def test_files_of_a_town_are_named_to_planners_alone(faulty, role, tab, town):
    told = words_for(faulty, role, tab, "410122", town)
    assert (FILE_OF_B in told) == (role == "planner")


@pytest.mark.parametrize(
    ("role", "scope"), [("viewer", EVERYTHING), ("planner", Scope.named(towns=["a"]))]
)
def test_a_fault_of_the_whole_city_is_told_to_its_planners_alone(city, monkeypatch, role, scope):
    def damaged(_city):
        raise PlanError(FILE_OF_B, FILE_OF_B)

    monkeypatch.setattr(between_tab, "check_borders", damaged)
    told = words_for(city, role, "between", scope=scope)
    assert FILE_OF_B not in told
    assert "暂时无法比对" in told


def test_who_only_looks_is_not_told_what_is_wrong_with_the_settings(city):
    (city / "city.toml").write_text("[city]\n", encoding="utf-8")
    assert words_for(city, "viewer", "map") == "城市暂时无法读取。请告知管理本市数据的人员。"
