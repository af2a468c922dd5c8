"""Ids of plans are no paths, and stay with their plan wherever its file goes."""

import shutil
import sqlite3

import pytest
from stored_plans import SUFFIX, only_id, put, titled

from gridmap.plan_store import (
    FilePlans,
    UnknownPlanError,
)
from gridmap.plan_store.heads import head_of
from gridmap.plan_store.plan_ids import RECORD
from gridmap.versions.actions import delete_plan, restore_plan


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
