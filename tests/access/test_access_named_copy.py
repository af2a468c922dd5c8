"""A town that comes later and is named as the file of a copy is: the copy stays what it was."""

import pytest
from drawn_city import SETTINGS, town_rules
from saved_plans import put_plan
from small_plan import small_plan

from gridmap.access.scope import Scope, copied_from, in_scope, town_at
from gridmap.city import open_city, plan_city
from gridmap.city.people import shared_people
from gridmap.city.status import town_states
from gridmap.postgis.publishing import town_plans
from gridmap.store import load_plan, save_plan
from gridmap.versions import duplicate_plan

WHO = {"who": "li", "when": "2026-11-30T10:00:00"}


def add_town(folder, name, code):
    place = folder / "towns" / name
    place.mkdir(parents=True)
    (place / "rules.toml").write_text(town_rules(code), encoding="utf-8")


@pytest.fixture
def city(tmp_path):
    """A city whose town `east` has a plan with a copy and a copy of that; then `east-2` comes."""
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    add_town(tmp_path, "east", "T")
    plans = tmp_path / "plans"
    plans.mkdir()
    put_plan(small_plan, plans / "east.gridmap.gpkg")
    copy = duplicate_plan(plans / "east.gridmap.gpkg", folder=plans, **WHO)
    assert copy.name == "east-2.gridmap.gpkg"
    assert duplicate_plan(copy, folder=plans, **WHO).name == "east-2-2.gridmap.gpkg"
    add_town(tmp_path, "east-2", "410121002")
    return tmp_path


def test_a_copy_stays_one_of_its_town(city):
    plans = city / "plans"
    files = [plans / f"{name}.gridmap.gpkg" for name in ("east-2", "east-2-2")]
    assert [town_at(one, plans).folder for one in files] == ["east", "east"]
    assert town_at(plans / "east-2.gridmap.links", plans).folder == "east"
    new = Scope.named(towns=["east-2"])
    assert [in_scope(new, one, plans) for one in files] == [False, False]
    assert [copied_from(one) for one in (*files, plans / "east.gridmap.gpkg")] == ["east", "", ""]
    assert town_at(city / "towns" / "east-2" / "rules.toml", plans).folder == "east-2"


def test_a_town_in_whose_place_a_copy_lies_is_told_and_the_copy_is_never_planned_over(city):
    place = city / "plans" / "east-2.gridmap.gpkg"
    before = place.read_bytes()
    report = plan_city(open_city(city), only=["east-2"], anew=["east-2"])
    assert report.failed == ["east-2"]
    (fault,) = [one.fault for one in report.needs if one.town.name == "east-2"]
    assert "'east'" in str(fault)
    assert "另取名称" in fault.zh
    assert place.read_bytes() == before
    states = town_states(open_city(city)).set_index("town")["state"]
    assert states["east-2"] == "failed"


def test_what_a_copy_says_is_not_told_of_the_town_that_bears_its_name(city):
    assert shared_people(open_city(city)).empty
    (told,) = [one for one in town_plans(city) if one.town == "east-2"]
    assert told.fault is not None


def test_the_own_plan_of_a_town_is_its_own_whatever_its_name(city):
    place = city / "plans" / "east-2.gridmap.gpkg"
    plan = load_plan(city / "plans" / "east.gridmap.gpkg")  # made from nothing
    place.unlink()
    save_plan(plan, place)
    assert copied_from(place) == ""
    assert open_city(city).town("east-2").fault is None
