"""Plans behind one interface: listed, opened, changed and watched by ids that are no paths."""

import os
import shutil
import sqlite3
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from saved_plans import put_plan
from small_plan import small_plan

from gridmap.plan.identity import FrozenPlanError, identity_of, with_identity
from gridmap.plan_store import (
    FilePlans,
    PlanConflictError,
    PlanStore,
    UnknownPlanError,
    change_file,
    find_plans,
)
from gridmap.plan_store.heads import head_of
from gridmap.plan_store.plan_ids import RECORD
from gridmap.versions.actions import delete_plan, freeze_plan, restore_plan
from layers.disks import mounts
from layers.disks.local_only import NetworkDiskError

SUFFIX = ".gridmap.gpkg"


@cache
def drawn(name):
    """Give a function that draws a plan of its own id; saved once for all."""

    def draw():
        plan = small_plan()
        return with_identity(plan, replace(identity_of(plan), plan_id=f"P{name}"))

    return draw


def put(place, name="one"):
    place.parent.mkdir(parents=True, exist_ok=True)
    put_plan(drawn(name), place)
    return place


def titled(title):
    return lambda plan: with_identity(plan, replace(identity_of(plan), title=title))


def only_id(store):
    (entry,) = store.list()
    return entry.id


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


def test_an_id_says_nothing_of_the_path_and_stays_when_the_file_goes_elsewhere(tmp_path):
    store, path = FilePlans(tmp_path), put(tmp_path / f"secret{SUFFIX}")
    id = only_id(store)
    assert "secret" not in id
    assert id.isalnum()

    (tmp_path / "deep").mkdir()
    path.rename(tmp_path / "deep" / f"other{SUFFIX}")

    assert only_id(store) == only_id(FilePlans(tmp_path)) == id
    # The same plan at another place of another folder: nothing of the path is in it.
    put(tmp_path / "away" / "b" / f"x{SUFFIX}")
    assert only_id(FilePlans(tmp_path / "away")) == id


def test_a_copy_of_the_file_is_another_plan_and_leaves_the_first_its_id(tmp_path):
    store, path = FilePlans(tmp_path), put(tmp_path / f"m{SUFFIX}")
    id = only_id(store)

    shutil.copyfile(path, tmp_path / f"a{SUFFIX}")  # comes before it by name

    assert store.path_of(id) == path
    assert len(store.list()) == 2
    path.unlink()
    copy = only_id(FilePlans(tmp_path))
    assert copy != id
    with pytest.raises(UnknownPlanError):
        store.open(id)


def test_a_plan_that_is_renamed_is_not_taken_for_its_copy_that_is_gone(tmp_path):
    store, path = FilePlans(tmp_path), put(tmp_path / f"m{SUFFIX}")
    id = only_id(store)
    copy = tmp_path / f"copy{SUFFIX}"
    shutil.copyfile(path, copy)
    assert len(store.list()) == 2
    copy.unlink()
    assert only_id(store) == id

    path.rename(tmp_path / f"z{SUFFIX}")

    assert only_id(store) == id


def test_a_plan_made_anew_in_its_place_keeps_the_id_of_the_place(tmp_path):
    store, path = FilePlans(tmp_path), put(tmp_path / f"t{SUFFIX}")
    id, before = only_id(store), store.revision(only_id(store))

    put(path, "two")  # as `city plan` does when the data have changed

    assert only_id(store) == id
    assert store.revision(id) != before
    assert store.path_of(id) == path


def test_two_plans_that_change_places_take_their_ids_along(tmp_path):
    store = FilePlans(tmp_path)
    a, b = put(tmp_path / f"a{SUFFIX}", "one"), put(tmp_path / f"b{SUFFIX}", "two")
    ids = {path.name: store.id_of(path) for path in (a, b)}

    spare = tmp_path / "spare"
    a.rename(spare), b.rename(a), spare.rename(b)

    assert (store.id_of(a), store.id_of(b)) == (ids[b.name], ids[a.name])


def test_a_plan_brought_back_from_the_wastebasket_has_the_id_it_had(tmp_path):
    store, path = FilePlans(tmp_path), put(tmp_path / f"t{SUFFIX}")
    id = only_id(store)
    entry = delete_plan(path, folder=tmp_path, who="王五", when="2026-11-30T09:00:00")
    assert store.list() == ()
    new = put(path, "two")  # takes the free name
    assert store.id_of(new) != id

    back = restore_plan(entry.key, folder=tmp_path, who="王五")

    assert store.path_of(id) == back


def test_a_folder_that_cannot_be_written_has_the_same_ids(tmp_path, monkeypatch):
    put(tmp_path / f"t{SUFFIX}")
    noted = only_id(FilePlans(tmp_path))
    (tmp_path / RECORD).unlink()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gridmap.access.sidecar._append", full)

    assert only_id(FilePlans(tmp_path)) == noted
    assert not (tmp_path / RECORD).exists()


def test_a_spoiled_record_or_plan_keeps_no_plan_from_the_list(tmp_path):
    put(tmp_path / f"t{SUFFIX}")
    id = only_id(FilePlans(tmp_path))
    (tmp_path / f"broken{SUFFIX}").write_bytes(b"SQLite format 3\0 and then rubbish")
    (tmp_path / RECORD).write_bytes(b"\xff\xfe{]\n" + b'{"event": "plan", "id": 7}\n')

    entries = FilePlans(tmp_path).list()

    assert {entry.plan_id for entry in entries} == {"Pone", ""}
    assert len({entry.id for entry in entries}) == 2
    assert id in {entry.id for entry in entries}


@pytest.mark.parametrize("fault", [OSError(24, "Too many open files"), sqlite3.OperationalError()])
def test_a_plan_that_could_not_be_looked_at_once_is_looked_at_again(tmp_path, monkeypatch, fault):
    path = put(tmp_path / f"t{SUFFIX}")

    def refused(*_, **__):
        raise fault

    with monkeypatch.context() as now:
        now.setattr("gridmap.plan_store.heads.connect_to", refused)
        assert head_of(path).plan_id == ""

    assert head_of(path).plan_id == "Pone"


def test_a_plan_that_is_damaged_is_looked_at_once(tmp_path, monkeypatch):
    path = tmp_path / f"broken{SUFFIX}"
    path.write_bytes(b"SQLite format 3\0 and then rubbish")
    found = head_of(path)
    monkeypatch.setattr("gridmap.plan_store.heads.still", None)  # a second look would end here

    assert head_of(path) == found


def test_a_record_that_cannot_be_read_is_not_added_to(tmp_path, monkeypatch):
    put(tmp_path / f"t{SUFFIX}")
    only_id(FilePlans(tmp_path))
    record = tmp_path / RECORD
    record.write_bytes(record.read_bytes() + b"\n" * 2**20)
    kept = record.read_bytes()
    put(tmp_path / f"u{SUFFIX}", "two")
    monkeypatch.setattr("gridmap.access.sidecar.MOST_MB", 1)

    assert len(FilePlans(tmp_path).list()) == 2

    assert record.read_bytes() == kept


def test_a_record_that_has_grown_is_written_anew_with_the_same_ids(tmp_path, monkeypatch):
    monkeypatch.setattr("gridmap.plan_store.plan_ids._MOST_BYTES", 300)
    path = put(tmp_path / f"t{SUFFIX}")
    id = only_id(FilePlans(tmp_path))
    for name in "abcdefgh":
        path = path.rename(tmp_path / f"{name}{SUFFIX}")
        assert only_id(FilePlans(tmp_path)) == id

    assert (tmp_path / RECORD).stat().st_size <= 300


def test_an_old_address_with_a_path_still_leads_to_its_plan(tmp_path):
    store, path = FilePlans(tmp_path), put(tmp_path / "east" / f"t{SUFFIX}")
    id = store.id_of(path)

    assert store.id_named(f"east/t{SUFFIX}") == store.id_named(id) == id
    assert store.id_named(f"../t{SUFFIX}") == store.id_named("") == ""
    assert store.id_of(tmp_path / f"none{SUFFIX}") == ""


def test_an_id_that_is_not_there_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(UnknownPlanError, match="Choose one from the list") as told:
        FilePlans(tmp_path).change("x" * 500, titled("t"))

    assert len(str(told.value)) < 200


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


class Folder(RuleBasedStateMachine):
    """A folder of plans in which people work by a file manager and two writers by the store.

    The model knows of each file its id, its title and how often it was changed.
    """

    @initialize(folder=some.just(None))
    def begin(self, folder):
        self.folder = self.given / f"f{len(os.listdir(self.given))}"
        self.folder.mkdir()
        self.store, self.again = FilePlans(self.folder), FilePlans(self.folder)
        self.model, self.gone, self.number, self.seen = {}, {}, 0, {}
        self.put("one", 0)

    def place(self):
        self.number += 1
        sub = ("", "east", "east/a", "west")[self.number * 7 % 4]
        path = self.folder / sub / f"p{self.number * 37 % 101:03}{SUFFIX}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def pick(self, number):
        return sorted(self.model)[number % len(self.model)]

    @rule(name=some.sampled_from(["one", "two"]), number=some.integers(0, 5))
    def put(self, name, number):
        if any(one["name"] == name for one in (*self.model.values(), *self.gone.values())):
            return  # a copy is another rule
        path = put(self.place(), name)
        self.model[path] = {"name": name, "id": None, "title": "", "changes": 0}

    @precondition(lambda self: self.model)
    @rule(number=some.integers(0, 5))
    def rename(self, number):
        old, new = self.pick(number), self.place()
        old.rename(new)
        self.model[new] = self.model.pop(old)

    @precondition(lambda self: 0 < len(self.model) < 5)
    @rule(number=some.integers(0, 5))
    def copy(self, number):
        old, new = self.pick(number), self.place()
        shutil.copyfile(old, new)
        self.model[new] = {**self.model[old], "id": None}

    @precondition(lambda self: self.model and not self.gone)
    @rule(number=some.integers(0, 5))
    def take_away(self, number):
        old = self.pick(number)
        spare = self.folder / ".kept"
        old.rename(spare)
        self.gone[spare] = self.model.pop(old)

    @precondition(lambda self: self.gone)
    @rule()
    def bring_back(self):
        (spare,) = self.gone
        new = self.place()
        spare.rename(new)
        self.model[new] = self.gone.pop(spare)

    @precondition(lambda self: self.model)
    @rule(number=some.integers(0, 5), writer=some.sampled_from("ab"))
    def look(self, number, writer):
        one = self.model[self.pick(number)]
        self.seen[writer] = (one["id"], self.store.revision(one["id"]), one["changes"])

    @precondition(lambda self: self.seen)
    @rule(writer=some.sampled_from("ab"))
    def change(self, writer):
        if writer not in self.seen:
            return
        id, revision, changes = self.seen[writer]
        store = self.store if writer == "a" else self.again
        one = next((one for one in self.model.values() if one["id"] == id), None)
        self.number += 1
        change, title = titled(f"t{self.number}"), f"t{self.number}"
        if one is None:
            with pytest.raises(UnknownPlanError):
                store.change(id, change, revision)
        elif one["changes"] != changes:
            with pytest.raises(PlanConflictError):
                store.change(id, change, revision)
        else:
            store.change(id, change, revision)
            one["title"], one["changes"] = title, changes + 1

    @invariant()
    def the_store_knows_what_there_is(self):
        if not hasattr(self, "model"):
            return
        paths = {path: id for id, path in self.store.paths().items()}
        assert set(paths) == set(self.model)
        for path, one in self.model.items():
            one["id"] = one["id"] or paths[path]
            assert paths[path] == one["id"]
        ids = [one["id"] for one in (*self.model.values(), *self.gone.values())]
        assert len(set(ids)) == len(ids)
        titles = {entry.id: entry.title for entry in FilePlans(self.folder).list()}
        assert titles == {one["id"]: one["title"] for one in self.model.values()}


def test_ids_and_changes_are_those_of_the_model_whatever_is_done(tmp_path):
    class Here(Folder):
        given = tmp_path

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
