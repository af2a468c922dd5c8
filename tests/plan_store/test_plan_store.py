"""Plans behind one interface: listed, opened, changed and watched."""

import os

import pytest
from stored_plans import SUFFIX, only_id, put, titled

from gridmap.plan.identity import FrozenPlanError, identity_of
from gridmap.plan_store import (
    FilePlans,
    PlanConflictError,
    PlanStore,
    UnknownPlanError,
    change_file,
    find_plans,
)
from gridmap.versions.actions import freeze_plan
from layers.disks import mounts
from layers.disks.local_only import NetworkDiskError


def test_files_of_a_folder_are_a_store_of_plans(tmp_path):
    store: PlanStore = FilePlans(tmp_path)
    put(tmp_path / "east" / f"t{SUFFIX}")

    (entry,) = store.list()

    assert (entry.plan_id, entry.town, entry.folder) == ("Pone", "T", "east")
    assert entry.revision == store.revision(entry.id)
    assert identity_of(store.open(entry.id)).plan_id == "Pone"


def test_of_a_city_the_plans_of_its_towns_are_listed_and_no_plan_being_made(tmp_path):
    city = tmp_path / "zhengzhou"
    for place in (f"plans/east{SUFFIX}", f"catalogue/towns/east/next{SUFFIX}"):
        put(city / place)
    (city / "city.toml").write_text("", encoding="utf-8")

    (inside,) = FilePlans(city).list()
    (above,) = FilePlans(tmp_path).list()

    assert inside.folder == above.folder == "east"
    assert inside.id == above.id
    assert [path.name for path in find_plans(tmp_path)] == [f"east{SUFFIX}"]


def test_who_may_see_some_plans_alone_finds_no_others_by_any_way(tmp_path):
    put(tmp_path / "east" / f"t{SUFFIX}", "one"), put(tmp_path / "west" / f"t{SUFFIX}", "two")
    everything = FilePlans(tmp_path)
    theirs = next(entry.id for entry in everything.list() if entry.folder == "west")
    mine = FilePlans(
        tmp_path, seen=lambda paths: [path for path in paths if path.parent.name == "east"]
    )

    assert [entry.folder for entry in mine.list()] == ["east"]
    for ask in (mine.open, mine.revision, mine.path_of, lambda id: mine.change(id, titled("x"))):
        with pytest.raises(UnknownPlanError):
            ask(theirs)
    assert mine.id_named(theirs) == mine.id_named(f"west/t{SUFFIX}") == ""
    assert mine.id_of(everything.path_of(theirs)) == ""
    assert len(mine.watch({}).seen) == 1
    # What one may not see keeps its id all the same.
    assert theirs in {entry.id for entry in everything.list()}


def test_a_list_holds_while_another_thread_lists_what_is_left(tmp_path):
    a, b = put(tmp_path / f"a{SUFFIX}", "one"), put(tmp_path / f"b{SUFFIX}", "two")

    def seen(paths):
        paths = list(paths)
        if a.exists():
            a.unlink()
            store.list()
        return paths

    store = FilePlans(tmp_path, seen=seen)

    assert {entry.plan_id for entry in store.list()} == {"Pone", "Ptwo"}
    assert list(store.paths().values()) == [b]


def test_a_change_meant_for_an_earlier_revision_is_refused_and_names_who_was_faster(tmp_path):
    store, path = FilePlans(tmp_path), put(tmp_path / f"t{SUFFIX}")
    id = only_id(store)
    seen = store.revision(id)
    store.change(id, titled("first"), seen)
    kept = path.read_bytes()

    with pytest.raises(PlanConflictError, match="Look at the plan as it is now") as told:
        store.change(id, titled("second"), seen)

    assert "已被他人修改" in told.value.zh
    assert path.read_bytes() == kept
    store.change(id, titled("third"), store.revision(id))
    assert store.list()[0].title == "third"


def test_a_plan_that_took_the_place_of_another_is_not_changed_for_it(tmp_path):
    path = put(tmp_path / f"t{SUFFIX}", "two")

    with pytest.raises(PlanConflictError):
        change_file(path, titled("x"), plan_id="Pone")
    change_file(path, titled("x"), plan_id="Ptwo")


def test_a_frozen_plan_is_refused_and_a_fault_in_the_change_writes_nothing(tmp_path):
    store, path = FilePlans(tmp_path), put(tmp_path / f"t{SUFFIX}")
    id = only_id(store)
    kept = path.read_bytes()
    with pytest.raises(ZeroDivisionError):
        store.change(id, lambda plan: 1 / 0)
    assert store.change(id, lambda plan: plan).receipt
    assert path.read_bytes() == kept

    freeze_plan(path, folder=tmp_path, who="王五", when="2026-11-30T09:00:00")

    with pytest.raises(FrozenPlanError):
        store.change(id, titled("x"))


def test_watching_tells_what_is_new_changed_and_gone(tmp_path):
    store = FilePlans(tmp_path)
    a, b = put(tmp_path / f"a{SUFFIX}", "one"), put(tmp_path / f"b{SUFFIX}", "two")
    first = store.watch({})
    assert set(first.new) == {store.id_of(a), store.id_of(b)}
    assert not store.watch(first.seen)

    id_a, id_b = store.id_of(a), store.id_of(b)
    store.change(id_a, titled("x"))
    b.unlink()
    new = store.id_of(put(tmp_path / f"c{SUFFIX}", "three"))
    found = store.watch(first.seen)

    assert (found.new, found.changed, found.gone) == ((new,), (id_a,), (id_b,))
    os.utime(a)  # touched and not changed: nobody need look again
    assert not store.watch(found.seen)


def test_on_a_network_disk_plans_are_read_and_not_changed(tmp_path, monkeypatch):
    store, path = FilePlans(tmp_path), put(tmp_path / f"t{SUFFIX}")
    id, kept = only_id(store), path.read_bytes()
    file = tmp_path / "mountinfo"
    file.write_text(f"1 0 0:1 / / rw - ext4 a rw\n2 1 0:2 / {tmp_path} rw - nfs4 nas:/x rw\n")
    monkeypatch.setattr(mounts, "MOUNTINFO", file)

    with pytest.raises(NetworkDiskError, match="NFS"):
        store.change(id, titled("x"))

    assert path.read_bytes() == kept
    assert identity_of(store.open(id)).plan_id == "Pone"
    assert store.watch({}).new == (id,)
