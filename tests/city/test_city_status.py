"""How each town stands: told without planning, and without reading again what was read before."""

import os
import shutil

import pytest
from drawn_city import SETTINGS, in_place, write_city

from gridmap.city import open_city, plan_city, read_catalogue
from gridmap.city.outcomes import read_outcome, write_outcome
from gridmap.city.running import PROGRESS, alone_in
from gridmap.city.status import KnownDigests, changed_since_cut, town_states
from gridmap.store import load_plan, save_plan


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = write_city(tmp_path_factory.mktemp("city"), {"a": "410121001", "b": "410122001"})
    with pytest.MonkeyPatch.context() as patch, in_place(patch):
        plan_city(open_city(folder), only=["a"])
    return folder


@pytest.fixture
def city(made, tmp_path):
    shutil.copytree(made, tmp_path / "city")
    return tmp_path / "city"


def states(folder):
    return town_states(open_city(folder)).set_index("town")["state"].to_dict()


def change_rules(folder, name):
    path = folder / "towns" / name / "rules.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("12.0", "11.0"), encoding="utf-8")


def test_a_town_whose_rules_changed_is_stale_and_one_never_planned_waits(city):
    assert states(city) == {"a": "done", "b": "waiting"}
    change_rules(city, "a")
    assert states(city) == {"a": "stale", "b": "waiting"}
    rows = town_states(open_city(city))
    assert "规则" in rows["fault_zh"][0]
    assert rows.loc[0, "micro_grids"] > 10
    assert read_catalogue(open_city(city))["state"].tolist() == ["done", "waiting"]  # of the run


def test_an_edited_plan_is_told_until_its_tables_are_made_anew(city, monkeypatch):
    path = city / "plans" / "a.gridmap.gpkg"
    plan = load_plan(path)
    save_plan(plan.with_tables(people=plan.people.assign(office="改过")), path, overwrite=True)
    assert states(city)["a"] == "stale"
    with in_place(monkeypatch):
        plan_city(open_city(city), only=["a"])
    assert states(city)["a"] == "done"
    change_rules(city, "a")
    row = town_states(open_city(city)).iloc[0]
    assert (row["state"], "--anew" in row["fault"]) == ("stale", True)


def test_a_town_that_failed_says_why_until_its_files_change(city, monkeypatch):
    (city / "towns" / "b" / "landuse.gpkg").unlink()
    with in_place(monkeypatch):
        plan_city(open_city(city))
    row = town_states(open_city(city)).iloc[1]
    assert (row["state"], "landuse.gpkg" in row["fault_zh"]) == ("failed", True)
    shutil.copy(city / "towns" / "a" / "landuse.gpkg", city / "towns" / "b")
    assert states(city)["b"] == "waiting"


def test_what_a_run_works_on_is_told_and_left_alone(city):
    opened = open_city(city)
    derived = opened.derived_of("a")
    outcome = read_outcome(derived)
    write_outcome(derived, type(outcome)(**{**vars(outcome), "state": "placing"}))
    (opened.catalogue / PROGRESS).write_text('{"running": ["b"]}', encoding="utf-8")
    with alone_in(opened):
        assert states(city) == {"a": "placing", "b": "running"}
    assert states(city) == {"a": "placing", "b": "waiting"}
    assert read_outcome(derived).state == "placing"


def test_a_file_is_read_again_only_if_its_marks_changed(tmp_path, monkeypatch):
    path, place = tmp_path / "file", tmp_path / "digests.json"
    path.write_bytes(b"one")
    read = []
    monkeypatch.setattr(
        "gridmap.city.status.file_hash", lambda one: read.append(one) or one.read_text()
    )

    def ask():
        known = KnownDigests(place)
        found = known(path)
        known.keep()
        return found

    assert [ask(), ask()] == ["one", "one"]
    assert len(read) == 2  # too young to be sure
    monkeypatch.setattr("gridmap.city.status._YOUNG_NS", -1)
    assert [ask(), ask(), ask()] == ["one"] * 3
    assert len(read) == 3
    before = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # of the same size and time
    assert ask() == "two"
    place.write_text("[", encoding="utf-8")
    assert ask() == "two"


def test_a_city_that_was_never_planned_has_waiting_towns(tmp_path):
    folder = write_city(tmp_path / "city", {"a": "410121001"})
    assert states(folder) == {"a": "waiting"}


def test_a_shared_file_that_changed_since_it_was_cut_is_told(city):
    opened = open_city(city)
    assert changed_since_cut(opened) == []
    (city / "city.toml").write_text(
        SETTINGS + '\n[landuse]\nfile = "all.parquet"\n[roster]\nfile = "all.csv"\n',
        encoding="utf-8",
    )
    opened = open_city(city)
    assert len(changed_since_cut(opened)) == 2
    (city / "all.csv").write_text("编号,姓名,所属镇\n1,甲,a\n", encoding="utf-8")
    from gridmap.city.shared.roster import cut_roster

    cut_roster(opened)
    assert ["all.parquet" in told.zh for told in changed_since_cut(opened)] == [True]
    (city / "all.csv").write_text("编号,姓名,所属镇\n2,甲,a\n", encoding="utf-8")
    assert len(changed_since_cut(opened)) == 2
