"""A city planned town by town: only what has changed, faults as rows, edits kept."""

import os
import shutil

import geopandas as gpd
import pandas as pd
import pytest
from drawn_city import in_place, town_rules, write_city

from gridmap.city import areas_of, catalogue, open_city, plan_city, read_catalogue
from gridmap.city.joined import DamagedTables
from gridmap.city.needs import look_at
from gridmap.city.outcomes import read_outcome, write_outcome
from gridmap.city.worker import NEXT
from gridmap.store import load_plan, save_plan
from layers.contract.errors import PlanError
from layers.disks import mounts
from layers.disks.local_only import NetworkDiskError

CODES = {"a": "410121001", "b": "410122001", "c": "410122002"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = write_city(tmp_path_factory.mktemp("city"), CODES)
    with pytest.MonkeyPatch.context() as patch, in_place(patch) as given:
        report = plan_city(open_city(folder))
    assert sorted(given) == ["a", "b", "c"]
    assert not report.failed
    return folder


@pytest.fixture
def city(made, tmp_path):
    """A copy of the city, which a test may change."""
    shutil.copytree(made, tmp_path / "city")
    return tmp_path / "city"


def bytes_of(folder):
    paths = [*folder.glob("plans/*.gpkg"), *folder.glob("catalogue/**/*.parquet")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


def run(folder, monkeypatch, **options):
    with in_place(monkeypatch) as given:
        plan_city(open_city(folder), **options)
    return given


def test_every_town_has_a_plan_and_a_row_with_its_figures(made):
    rows = read_catalogue(open_city(made)).set_index("town")
    assert rows["state"].tolist() == ["done"] * 3
    assert rows["area"].tolist() == ["410121", "410122", "410122"]
    assert rows.loc["a", "area_m2"] == pytest.approx(2e6)
    assert load_plan(made / "plans" / "b.gridmap.gpkg").rules.town.code == "410122001"


def test_figures_of_areas_have_the_keys_of_towns(made):
    areas = areas_of(open_city(made))
    rows = read_catalogue(open_city(made)).set_index("town")
    assert areas["towns"].to_dict() == {"410100": 3, "410121": 1, "410122": 2}
    assert areas.loc["410122", "area_m2"] == pytest.approx(4e6)
    assert areas.loc["410100", "micro_grids"] == rows["micro_grids"].sum()
    for key in ("covered_share", "load_mean_h", "load_cv", "load_index", "categories"):
        assert areas.loc["410121", key] == pytest.approx(rows.loc["a", key]), key


def test_what_has_not_changed_is_not_planned_again(city, monkeypatch):
    before = bytes_of(city)
    assert run(city, monkeypatch) == []
    assert bytes_of(city) == before


def test_a_changed_rule_plans_its_town_alone(city, monkeypatch):
    before = bytes_of(city)
    path = city / "towns" / "b" / "rules.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("12.0", "11.0"), encoding="utf-8")
    assert run(city, monkeypatch) == ["b"]
    after = bytes_of(city)
    assert {name for name in before if before[name] != after[name] and "/b" in name}
    assert before["plans/a.gridmap.gpkg"] == after["plans/a.gridmap.gpkg"]


def test_a_changed_page_plans_nothing_and_changed_logic_everything(city, monkeypatch):
    monkeypatch.setattr("gridmap.city.fingerprint.plan_logic", lambda: "another")
    assert sorted(run(city, monkeypatch)) == ["a", "b", "c"]


def test_a_town_that_fails_is_a_row_and_the_others_go_on(city, monkeypatch):
    (city / "towns" / "b" / "landuse.gpkg").unlink()
    (city / "towns" / "c" / "rules.toml").write_text("[town", encoding="utf-8")
    assert run(city, monkeypatch) == ["b"]
    rows = read_catalogue(open_city(city)).set_index("town")
    assert rows["state"].to_dict() == {"a": "done", "b": "failed", "c": "failed"}
    assert "landuse.gpkg" in rows.loc["b", "fault"]
    assert "landuse.gpkg" in rows.loc["b", "fault_zh"]
    assert (city / "plans" / "b.gridmap.gpkg").exists()  # of before


def test_a_fault_of_ours_is_a_row_with_its_traceback(city, monkeypatch):
    def broken(*_arguments, **_options):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("gridmap.city.worker.plan_town", broken)
    run(city, monkeypatch, anew=["a"])
    outcome = read_outcome(city / "catalogue" / "towns" / "a")
    assert outcome.state == "failed"
    assert "ZeroDivisionError" in outcome.log


def test_a_plan_edited_by_hand_is_kept_until_it_is_planned_anew_by_name(city, monkeypatch):
    path = city / "plans" / "a.gridmap.gpkg"
    plan = load_plan(path)
    people = plan.people.assign(office="改过")
    save_plan(plan.with_tables(people=people), path, overwrite=True)
    edited = path.read_bytes()
    assert run(city, monkeypatch) == ["a"]  # derived of alone
    assert path.read_bytes() == edited
    derived = pd.read_parquet(city / "catalogue" / "people.parquet")
    assert set(derived.loc[derived["town"] == "a", "office"]) == {"改过"}
    rules = city / "towns" / "a" / "rules.toml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("12.0", "11.0"), encoding="utf-8")
    assert run(city, monkeypatch) == []
    assert path.read_bytes() == edited
    with in_place(monkeypatch):
        needs = {one.town.name: one for one in plan_city(open_city(city)).needs}
    assert needs["a"].state == "stale"
    assert "--anew" in needs["a"].fault.zh
    assert run(city, monkeypatch, anew=["410121001"]) == ["a"]
    assert path.read_bytes() != edited


def test_who_was_killed_before_the_plan_was_in_its_place_is_finished(city, monkeypatch):
    plan, derived = city / "plans" / "a.gridmap.gpkg", city / "catalogue" / "towns" / "a"
    whole = plan.read_bytes()
    os.replace(plan, derived / NEXT)
    outcome = read_outcome(derived)
    write_outcome(derived, type(outcome)(**{**vars(outcome), "state": "placing"}))
    assert run(city, monkeypatch) == []
    assert plan.read_bytes() == whole
    assert read_outcome(derived).state == "done"


def test_a_table_that_is_missing_is_derived_anew(city):
    opened = open_city(city)
    (city / "catalogue" / "towns" / "b" / "names.parquet").unlink()
    needs = {town.name: look_at(opened, town) for town in opened.towns}
    assert {name: one.state for name, one in needs.items()} == {
        "a": "done", "b": "waiting", "c": "done",
    }  # fmt: skip
    assert needs["b"].task.derive_only


def test_who_was_killed_while_deriving_derives_again(city, monkeypatch):
    before = bytes_of(city)

    def killed(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, in_place(patch):
        patch.setattr("gridmap.city.worker.write_derived", killed)
        with pytest.raises(KeyboardInterrupt):
            plan_city(open_city(city), anew=["a"])
    assert run(city, monkeypatch) == ["a"]
    assert bytes_of(city) == before


def test_a_second_run_of_a_city_is_refused(city, monkeypatch):
    def second(_progress):
        with pytest.raises(PlanError, match="Another run"):
            plan_city(open_city(city))
        raise StopIteration

    with in_place(monkeypatch), pytest.raises(StopIteration):
        plan_city(open_city(city), anew=["a"], tell=second)


def test_a_city_on_a_disk_of_the_network_is_not_planned_there_and_stays_readable(city, monkeypatch):
    before = bytes_of(city)
    mountinfo = city.parent / "mountinfo"
    mountinfo.write_text(f"1 0 0:1 / / rw - ext4 a rw\n2 1 0:2 / {city} rw - nfs nas:/x rw\n")
    monkeypatch.setattr(mounts, "MOUNTINFO", mountinfo)
    with pytest.raises(NetworkDiskError, match="NFS"):
        run(city, monkeypatch)
    assert bytes_of(city) == before
    assert len(read_catalogue(open_city(city))) == len(CODES)


def test_no_phone_and_no_id_of_a_roster_is_derived(made):
    people = pd.read_parquet(made / "catalogue" / "people.parquet")
    assert "person_id" not in people
    assert "phone" not in people
    told = b"".join(path.read_bytes() for path in (made / "catalogue").rglob("*.json"))
    assert b"0000000" not in told
    texts = people.select_dtypes(include="str")
    assert len(texts.columns) > 5
    assert not (texts == texts.replace("0000000", "", regex=True)).eq(False).any(axis=None)


def test_common_rules_are_kept_in_the_plan_of_each_town(city, monkeypatch):
    text = town_rules(CODES["a"])
    at = text.index("[capacity]")
    (city / "common.toml").write_text(text[at:], encoding="utf-8")
    (city / "towns" / "a" / "rules.toml").write_text(text[:at], encoding="utf-8")
    settings = (city / "city.toml").read_text(encoding="utf-8")
    settings = settings.replace('name = "测试市"', 'name = "测试市"\nrules = "common.toml"')
    (city / "city.toml").write_text(settings, encoding="utf-8")
    assert run(city, monkeypatch, only=["a"]) == ["a"]
    assert "officer_hours = 12.0" in load_plan(city / "plans" / "a.gridmap.gpkg").rules_text


def test_a_town_whose_objects_have_no_place_is_in_the_catalogue(city, monkeypatch):
    path = city / "towns" / "a" / "rules.toml"
    text = path.read_text(encoding="utf-8")
    at = text.index("[[registers]]")
    path.write_text(text[:at] + text[text.index("[load]") :], encoding="utf-8")
    assert run(city, monkeypatch) == ["a"]
    objects = gpd.read_parquet(city / "catalogue" / "objects.parquet")
    assert set(objects["town"]) == {"b", "c"}


@pytest.mark.parametrize(
    ("table", "damage"), [("grids", b""), ("names", b"no table"), ("names", "half")]
)
def test_a_damaged_table_is_derived_anew_and_told(city, monkeypatch, table, damage):
    before = bytes_of(city)
    place = city / "catalogue" / "towns" / "b" / f"{table}.parquet"
    whole = place.read_bytes()
    place.write_bytes(whole[: len(whole) // 2] if damage == "half" else damage)
    with in_place(monkeypatch) as planned:
        report = plan_city(open_city(city))
    assert planned == []
    assert report.renewed.mended == ["b"]
    assert bytes_of(city) == before
    assert plan_city(open_city(city)).renewed.mended == []


def test_damaged_tables_of_a_plan_that_cannot_be_read_are_taken_away(city):
    plan = city / "plans" / "b.gridmap.gpkg"
    plan.write_bytes(b"no plan")
    (city / "catalogue" / "towns" / "b" / "grids.parquet").write_bytes(b"no table")
    report = plan_city(open_city(city))
    assert report.renewed.mended == ["b"]
    assert report.failed == ["b"]
    assert plan.read_bytes() == b"no plan"
    grids = gpd.read_parquet(city / "catalogue" / "grids.parquet")
    assert sorted(set(grids["town"])) == ["a", "c"]


def test_tables_that_cannot_be_read_anew_either_are_told_and_not_tried_for_ever(city, monkeypatch):
    def unreadable(_city):
        raise DamagedTables(["b"])

    monkeypatch.setattr(catalogue, "join_tables", unreadable)
    with pytest.raises(PlanError, match="'b' cannot be read, though they were made anew"):
        catalogue.write_catalogue(open_city(city))


def test_a_catalogue_that_cannot_be_read_is_made_anew(city):
    place = city / "catalogue" / "catalogue.parquet"
    whole = place.read_bytes()
    place.write_bytes(whole[:100])
    assert read_catalogue(open_city(city))["town"].tolist() == ["a", "b", "c"]
    assert place.read_bytes() == whole


def test_of_a_town_that_is_removed_the_plan_stays_and_nothing_that_is_derived(city, monkeypatch):
    before = bytes_of(city)
    shutil.move(city / "towns" / "b", city / "taken out")
    report = plan_city(open_city(city))
    assert report.renewed.gone == ["b"]
    assert (city / "plans" / "b.gridmap.gpkg").exists()
    assert not list((city / "catalogue" / "towns" / "b").glob("*.parquet"))
    for table in ("catalogue", "grids", "names", "figures"):
        rows = pd.read_parquet(city / "catalogue" / f"{table}.parquet", columns=["town"])
        assert sorted(set(rows["town"])) == ["a", "c"]
    assert plan_city(open_city(city)).renewed.gone == []
    shutil.move(city / "taken out", city / "towns" / "b")
    with in_place(monkeypatch):
        back = plan_city(open_city(city))
    assert list(back.outcomes) == ["b"]
    assert next(one for one in back.needs if one.town.name == "b").task.derive_only
    assert bytes_of(city) == before
