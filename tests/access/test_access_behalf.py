"""Whoever may write is looked up at every write, as the account or the link is at that moment."""

import json
import os
import shutil
import tempfile
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import drawn_plan
import pytest
from project import ROOT
from pyproj import Transformer
from saved_plans import put_plan

from gridmap.access import accounts as room
from gridmap.access.accounts import FILE, accounts_in, add_account, change_role, remove_account
from gridmap.access.answers import confirm, dispute, disputes
from gridmap.access.audit import audit_events
from gridmap.access.behalf import (
    AccessEndedError,
    Behalf,
    acting,
    behalf_in_environment,
    for_child,
    is_valid,
)
from gridmap.access.links import links_of, make_link, make_view_link, revoke
from gridmap.access.view import cadre_view
from gridmap.rules.text import change_rules
from gridmap.store import save_plan
from gridmap.store.plan_lock import change_plan
from gridmap.trials.background import carry_out, look_at_work, start_work
from gridmap.ui.data import town_files
from gridmap.ui.shell import towns
from layers.disks import mounts
from layers.disks.local_only import NetworkDiskError
from layers.files.atomic import watching_writes, write_atomically

PASSWORD = "tea lamp river nine"
TODAY = date.today()
SOON = TODAY + timedelta(days=9)  # opens also where midnight falls into the run
PERSON, CODE = "P008", f"{drawn_plan.WEST_1}01"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    monkeypatch.setattr(room, "_HASHER", room.PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture
def folder(tmp_path):
    add_account(tmp_path, "li", PASSWORD, role="planner")
    add_account(tmp_path, "wu", PASSWORD, role="planner")
    return tmp_path


def behalf_of(folder, name="li", **more):
    account = next(one for one in accounts_in(folder) if one.name == name)
    return Behalf(folder, account.role, name, account.mark, **more)


ENDS = {
    "removed": lambda folder: remove_account(folder, "li"),
    "demoted": lambda folder: change_role(folder, "li", "viewer"),
    "other password": lambda folder: add_account(
        folder, "li", "seven cups of plum wine", role="planner"
    ),
    "file gone": lambda folder: (folder / FILE).unlink(),
    "file damaged": lambda folder: (folder / FILE).write_text("{"),
}


@cache
def plan_bytes():
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "test.gridmap.gpkg"
        put_plan(drawn_plan.draw_plan, place)
        return place.read_bytes()


def plan_in(folder):
    place = folder / "test.gridmap.gpkg"
    place.write_bytes(plan_bytes())
    return place


def other_version(plan):
    return plan.with_tables(receipt={**plan.receipt, "note": "changed"})


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_change_that_was_begun_by_a_planner_is_not_written_when_the_account_has_ended(
    folder, end
):
    place = plan_in(folder)
    before = place.read_bytes()

    def change(plan):
        with watching_writes(None):  # somebody else, while the new plan is worked out
            end(folder)
        return other_version(plan)

    with acting(behalf_of(folder)), pytest.raises(AccessEndedError, match="Nothing was saved"):
        change_plan(place, change)
    assert place.read_bytes() == before


def test_a_planner_writes_and_the_audit_says_who_and_what(folder):
    place = plan_in(folder)
    with acting(behalf_of(folder, address="10.0.0.7")):
        change_plan(place, other_version)
    (event,) = audit_events(folder)
    assert (event["event"], event["who"], event["address"], event["file"]) == (
        "written", "li", "10.0.0.7", "test.gridmap.gpkg",
    )  # fmt: skip


def test_somebody_else_of_the_same_name_is_somebody_else(folder):
    before = behalf_of(folder)
    remove_account(folder, "li")
    add_account(folder, "li", PASSWORD, role="planner")
    assert not is_valid(before)
    assert is_valid(behalf_of(folder))


def test_the_planner_at_this_machine_is_one_until_there_are_accounts(tmp_path):
    local = Behalf(tmp_path, "planner")
    with acting(local):
        write_atomically(tmp_path / "a", b"1")
        add = tmp_path / "later"
        with watching_writes(None):
            add_account(tmp_path, "li", PASSWORD, role="planner")
        with pytest.raises(AccessEndedError):
            write_atomically(add, b"2")
    assert not add.exists()


def writes(folder, place):
    """Every way in which a page writes, each with what it would leave."""
    town = folder / "towns" / "a"
    town.mkdir(parents=True, exist_ok=True)
    source = folder / "water.geojson"
    source.write_text("{}")
    rules = town / "rules.toml"
    rules.write_text((towns.TEMPLATE).read_text(encoding="utf-8"), encoding="utf-8")
    (town / "old.geojson").write_text("{}")
    return {
        "plan": lambda: change_plan(place, other_version),
        "new plan": lambda: save_plan(drawn_plan.draw_plan(), folder / "new.gridmap.gpkg"),
        "link": lambda: make_link(place, PERSON, expires=SOON, today=TODAY),
        "town": lambda: towns.make_town(
            folder / "towns", "新镇", "410122109", today=TODAY
        ),
        "sample": lambda: towns.copy_sample(ROOT / "data" / "zhengan",
                                            folder / "towns"),
        "file": lambda: town_files.put_in_path(town, source),
        "file away": lambda: town_files.put_aside(town, "old.geojson"),
        "rules": lambda: change_rules(rules, lambda text: text + "\n# more\n"),
        "work": lambda: start_work(folder / "trials", "nothing", {}),
    }  # fmt: skip


def tree(folder):
    """All files of a folder with their bytes; locks hold nothing."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
        if path.suffix != ".lock" and not path.name.startswith("audit.")
    }


@pytest.mark.parametrize("who", ["removed", "viewer"])
@pytest.mark.parametrize("way", ["plan", "new plan", "link", "town", "sample", "file", "file away",
                                 "rules", "work"])  # fmt: skip
def test_no_way_of_writing_is_open_to_who_is_no_planner(folder, way, who):
    write = writes(folder, plan_in(folder))[way]
    if who == "viewer":
        change_role(folder, "li", "viewer")
        behalf = behalf_of(folder)
    else:
        behalf = behalf_of(folder)
        remove_account(folder, "li")
    before = tree(folder)
    with acting(behalf), pytest.raises(AccessEndedError):
        write()
    after = tree(folder)
    secret = "test.gridmap.secret"  # what would sign links, made before the first, opens nothing
    assert {name for name in after if after[name] != before.get(name)} - {secret} == set()
    assert links_of(folder / "test.gridmap.gpkg") == []


def test_every_way_is_open_to_a_planner(folder):
    ways = writes(folder, plan_in(folder))
    del ways["work"]
    with acting(behalf_of(folder)):
        for write in ways.values():
            write()
    told = {event["file"] for event in audit_events(folder)}
    assert {"test.gridmap.gpkg", "new.gridmap.gpkg", "test.gridmap.links", "towns/新镇",
            "towns/a/rules.toml", "towns/a/water.geojson"} <= told  # fmt: skip
    assert not any(name.startswith("audit.") for name in told)


def test_a_viewer_may_have_drafts_of_the_app_and_nothing_else(folder, tmp_path):
    change_role(folder, "li", "viewer")
    with tempfile.TemporaryDirectory(prefix="gridmap-") as drafts, acting(behalf_of(folder)):
        write_atomically(Path(drafts) / "a", b"1")
        with pytest.raises(AccessEndedError, match="look at this plan but not change"):
            write_atomically(folder / "a", b"1")
    assert audit_events(folder) == []


# cadres


@pytest.fixture
def cadre(folder):
    place = plan_in(folder)
    _, token = make_link(place, PERSON, expires=SOON, today=TODAY)
    return Behalf(folder, "cadre", token=token, plan_path=place)


def test_a_cadre_writes_answers_of_the_own_plan_alone(folder, cadre):
    plan = drawn_plan.draw_plan()
    view = cadre_view(plan, PERSON)
    centre = view.grids[0].outline.centroid
    lon, lat = Transformer.from_crs(plan.crs, "EPSG:4326", always_xy=True).transform(
        centre.x, centre.y
    )
    now = datetime.now()
    other = Path(shutil.copy2(cadre.plan_path, folder / "other.gridmap.gpkg"))
    with acting(cadre):
        confirm(cadre.plan_path, view, CODE, when=now)
        dispute(cadre.plan_path, view, CODE, lon=lon, lat=lat, sentence="x", when=now)
        for write in (
            lambda: change_plan(cadre.plan_path, other_version),
            lambda: confirm(other, view, CODE, when=now),
            lambda: make_link(cadre.plan_path, PERSON, expires=SOON, today=TODAY),
        ):
            with pytest.raises(AccessEndedError):
                write()
    revoke(cadre.plan_path, person_id=PERSON, today=TODAY)
    with acting(cadre), pytest.raises(AccessEndedError):
        dispute(cadre.plan_path, view, CODE, lon=lon, lat=lat, sentence="y", when=now)
    assert len(disputes(cadre.plan_path)) == 1


# long work in a process of its own


def test_a_process_acts_for_who_started_it_and_knows_no_password(folder):
    behalf = behalf_of(folder, address="10.0.0.7")
    assert for_child() == {}
    with acting(behalf):
        given = for_child()
    assert "argon2" not in json.dumps(given)
    with behalf_in_environment(given) as still_may:
        still_may()
        write_atomically(folder / "a", b"1")
        with watching_writes(None):
            remove_account(folder, "li")
        with pytest.raises(AccessEndedError):
            still_may()
        with pytest.raises(AccessEndedError):
            write_atomically(folder / "b", b"1")
    assert (folder / "a").exists()
    assert not (folder / "b").exists()


def test_a_process_acts_for_a_link_to_look_at_until_it_is_revoked(folder):
    place = folder / "town.gridmap.gpkg"
    link, token = make_view_link(place, "张书记", expires=SOON, today=TODAY)
    with acting(Behalf(folder, "viewer", token=token, plan_path=place)):
        given = for_child()
    with behalf_in_environment(given) as still_may:
        still_may()
        with watching_writes(None):
            revoke(place, today=TODAY, serial=link.serial)
        with pytest.raises(AccessEndedError):
            still_may()


def test_work_ends_at_its_next_step_when_who_started_it_is_removed(folder, monkeypatch):
    trials = folder / "trials"
    with acting(behalf_of(folder)):
        start_work(trials, "this", {})  # the module of that name does nothing that matters here
        given = for_child()
    name = json.loads((trials / "task.json").read_text())["name"]
    for key, value in given.items():
        monkeypatch.setitem(os.environ, key, value)
    steps = []

    def work(_task, tell):
        tell("one", 0.1)
        steps.append(1)
        with watching_writes(None):
            remove_account(folder, "li")
        tell("two", 0.2)
        steps.append(2)

    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert carry_out(trials, name, work) == 1
    assert steps == [1]
    found = look_at_work(trials)
    assert found.state == "failed"
    assert "访问权限已结束" in found.fault.zh


def test_a_plan_on_a_disk_of_the_network_is_written_for_nobody(folder, monkeypatch):
    path, kept = plan_in(folder), plan_in(folder).read_bytes()
    mountinfo = folder / "mountinfo"
    mountinfo.write_text(f"1 0 0:1 / / rw - ext4 a rw\n2 1 0:2 / {folder} rw - cifs //s/x rw\n")
    monkeypatch.setattr(mounts, "MOUNTINFO", mountinfo)
    with acting(behalf_of(folder)), pytest.raises(NetworkDiskError, match="SMB"):
        change_plan(path, other_version)
    assert path.read_bytes() == kept
