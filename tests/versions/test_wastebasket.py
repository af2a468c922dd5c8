"""Deleted plans: all that lies beside them goes along and comes back, whenever a crash strikes."""

import json
import os
from datetime import date

import pytest
from redraw_plan import draw
from saved_plans import put_plan

from gridmap.access.audit import audit_events
from gridmap.plan.identity import FrozenPlanError
from gridmap.store import save_plan
from gridmap.versions import (
    branch_plan,
    delete_plan,
    empty_wastebasket,
    freeze_plan,
    plan_tree,
    restore_plan,
)
from gridmap.versions.places import throw_away
from gridmap.versions.wastebasket import FOLDER, deleted_plans
from layers.contract.errors import LayerFileError, UsageError

WHO = {"who": "王五", "when": "2026-11-20T10:00:00+08:00"}
TODAY = date(2026, 11, 21)
BESIDE = {"t.gridmap.links": b"links", "t.gridmap.answers": b"answers", "t.gridmap.secret": b"s",
          "t.gridmap.boards": b"boards", "t.gridmap.photos/0123.jpg": b"photo",
          "t.gridmap.comments": b"comments", "t.gridmap.pending-local-0123abcd": b"edits",
          "t.gridmap.pending-0123456789ab-0123abcd.aside-1": b"damaged"}  # fmt: skip
NOT_MINE = {"t-2.gridmap.links": b"of another", "t.txt": b"notes", "t.gridmap.lock": b""}


class Crash(BaseException):
    """The power fails."""


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "out"
    (made / "town").mkdir(parents=True)
    for name, content in (BESIDE | NOT_MINE).items():
        (made / "town" / name).parent.mkdir(exist_ok=True)
        (made / "town" / name).write_bytes(content)
    return made


@pytest.fixture
def path(folder):
    place = folder / "town" / "t.gridmap.gpkg"
    put_plan(draw, place)
    return place


def visible(folder):
    """Give the files that are not hidden, with their content; the lock of a new place is none."""
    files = [one for one in folder.rglob("*") if one.is_file() and one.name != "t-3.gridmap.lock"]
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in files
        if FOLDER not in one.parts and not one.name.startswith("audit")
    }


def test_a_plan_is_deleted_with_all_beside_it_and_comes_back_to_the_byte(folder, path):
    before = visible(folder)
    entry = delete_plan(path, folder=folder, **WHO)
    assert visible(folder) == {f"town/{name}": text for name, text in NOT_MINE.items()}
    [node] = plan_tree(folder, today=TODAY)
    assert (node.state, node.glance.micro_grids, node.deleted.who) == ("deleted", 3, "王五")
    assert node.deleted.place == "town/t.gridmap.gpkg"
    assert restore_plan(entry.key, folder=folder, who="李四") == path
    assert visible(folder) == before
    assert deleted_plans(folder) == []
    kinds = [(event["event"], event["who"]) for event in audit_events(folder)][::-1]
    assert kinds == [("plan-deleted", "王五"), ("plan-restored", "李四")]


def test_what_a_window_writes_while_its_plan_is_deleted_goes_along(folder, path, monkeypatch):
    before, replace = visible(folder), os.replace
    late = path.with_name("t.gridmap.pending-local-0badcafe")

    def renamed(source, target):
        if source == path:
            late.write_bytes(b"late")
        replace(source, target)

    monkeypatch.setattr(os, "replace", renamed)
    entry = delete_plan(path, folder=folder, **WHO)
    assert not late.exists()
    restore_plan(entry.key, folder=folder, who="李四")
    assert visible(folder) == before | {f"town/{late.name}": b"late"}


def test_a_name_that_is_taken_gives_way_to_another_for_all_that_comes_back(folder, path):
    entry = delete_plan(path, folder=folder, **WHO)
    save_plan(draw(cadres=2), path)
    other = path.read_bytes()
    back = restore_plan(entry.key, folder=folder, who="王五")
    assert back.name == "t-3.gridmap.gpkg"  # links of another lie beside t-2
    assert path.read_bytes() == other
    assert {name: text for name, text in visible(folder).items() if "t-3" in name} == {
        "town/t-3.gridmap.gpkg": back.read_bytes(),
        **{f"town/{name.replace('t.', 't-3.')}": text for name, text in BESIDE.items()},
    }


def test_a_plan_that_is_written_to_the_place_meanwhile_stays_and_so_does_the_deleted_one(
    folder, path, monkeypatch
):
    entry = delete_plan(path, folder=folder, **WHO)
    before, link = visible(folder), os.link

    def taken(source, target):
        if target == path:
            path.write_bytes(b"made by a command")
        link(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "link", taken)
        with pytest.raises(LayerFileError, match="cannot be moved"):
            restore_plan(entry.key, folder=folder, who="王五")
    assert visible(folder) == before | {"town/t.gridmap.gpkg": b"made by a command"}
    path.unlink()
    assert restore_plan(entry.key, folder=folder, who="王五") == path


@pytest.mark.parametrize("work", ["delete", "restore", "restore elsewhere"])
def test_a_crash_at_any_step_leaves_the_old_state_or_the_new(folder, path, work, monkeypatch):
    there = visible(folder)
    gone = {f"town/{name}": text for name, text in NOT_MINE.items()}
    outcomes, steps = set(), 0
    while True:
        assert visible(folder) == there
        key = ""
        if work != "delete":
            key = delete_plan(path, folder=folder, **WHO).key
            if work == "restore elsewhere":
                path.write_bytes(b"other")
        crashed = struck(
            steps,
            monkeypatch,
            (lambda: delete_plan(path, folder=folder, **WHO))
            if work == "delete"
            else (lambda key=key: restore_plan(key, folder=folder, who="王五")),
        )
        deleted_plans(folder)  # the next look
        now = visible(folder)
        outcomes.add(state_of(now, there, gone, path, folder))
        again(folder, path, there)
        assert visible(folder) == there
        steps += 1
        if not crashed:
            break
    assert steps > 5
    assert outcomes == {"there", "gone"}


def state_of(now, there, gone, path, folder):
    """Say which of the two states a folder is in; any other fails."""
    extra = {"town/t.gridmap.gpkg": b"other"}
    if now in (gone, gone | extra):
        [(entry, _)] = deleted_plans(folder)
        home = folder / FOLDER / entry.key
        kept = {name: (home / name).read_bytes() for name in BESIDE}
        assert kept == BESIDE
        assert (home / path.name).read_bytes() == there["town/t.gridmap.gpkg"]
        return "gone"
    assert deleted_plans(folder) == []
    if now != there:
        moved = {
            name.replace("/t.gridmap", "/t-3.gridmap") if name not in gone else name: text
            for name, text in there.items()
        }
        assert now == moved | extra
    return "there"


def again(folder, path, there):
    """Bring the folder into the first state, by hand."""
    for entry, _ in deleted_plans(folder):
        if path.exists() and path.read_bytes() == b"other":
            path.unlink()
        restore_plan(entry.key, folder=folder, who="王五")
    for name, text in there.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text)
    for one in folder.rglob("t-3*"):
        throw_away(one)


def struck(step, monkeypatch, work):
    """Do some work and let the power fail at a step of it; say whether it came to that."""
    left = [step]

    def failing(real):
        def called(*args, **more):
            if left[0] == 0:
                raise Crash
            left[0] -= 1
            return real(*args, **more)

        return called

    with monkeypatch.context() as patched:
        for name in ("rename", "replace", "mkdir", "unlink", "rmdir", "link"):
            patched.setattr(os, name, failing(getattr(os, name)))
        try:
            work()
        except Crash:
            return True
    return False


def test_a_frozen_plan_and_one_elsewhere_are_not_deleted(folder, path, tmp_path):
    freeze_plan(path, folder=folder, **WHO)
    with pytest.raises(FrozenPlanError):
        delete_plan(path, folder=folder, **WHO)
    outside = tmp_path / "x.gridmap.gpkg"
    put_plan(draw, outside)
    link = folder / "y.gridmap.gpkg"
    link.symlink_to(outside)
    for one in (outside, folder / ".." / "x.gridmap.gpkg", link):
        with pytest.raises(UsageError):
            delete_plan(one, folder=folder, **WHO)
    assert outside.exists()
    assert path.exists()


def test_only_what_is_old_enough_is_thrown_away(folder, path):
    draft = branch_plan(path, folder=folder, **WHO)
    delete_plan(draft, folder=folder, **WHO)
    delete_plan(path, folder=folder, who="王五", when="2026-12-10T10:00:00+08:00")
    when = {"who": "王五", "when": "2026-12-20T10:00:00+08:00"}
    assert [one.place for one in empty_wastebasket(folder, **when)] == [f"town/{draft.name}"]
    assert [one.place for one, _ in deleted_plans(folder)] == ["town/t.gridmap.gpkg"]
    with pytest.raises(UsageError):
        empty_wastebasket(folder, days=0, **when)
    assert empty_wastebasket(folder, days=10, **when)
    assert deleted_plans(folder) == []
    assert [one.name for one in (folder / FOLDER).iterdir()] == [".lock"]


@pytest.mark.parametrize(
    "change",
    [
        {"place": "../../etc/x.gridmap.gpkg"},
        {"place": "/etc/x.gridmap.gpkg"},
        {"place": "town/.hidden/t.gridmap.gpkg"},
        {"place": "town/t.txt"},
        {"beside": ["../t.gridmap.links"]},
        {"beside": ["other.gridmap.links"]},
        {"when": "yesterday"},
        {"key": "20000101-000000-000"},
        {"state": "restoring", "restored_to": "../../x.gridmap.gpkg"},
    ],
)
def test_a_record_that_somebody_has_edited_leads_nowhere(folder, path, change, tmp_path):
    entry = delete_plan(path, folder=folder, **WHO)
    home = folder / FOLDER / entry.key
    record = json.loads((home / "record.json").read_text())
    (home / "record.json").write_text(json.dumps(record | change))
    before = {one: one.read_bytes() for one in home.rglob("*") if one.is_file()}
    assert deleted_plans(folder) == []
    with pytest.raises(UsageError):
        restore_plan(entry.key, folder=folder, who="王五")
    with pytest.raises(UsageError):
        restore_plan("../town", folder=folder, who="王五")
    assert {one: one.read_bytes() for one in home.rglob("*") if one.is_file()} == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out"]
