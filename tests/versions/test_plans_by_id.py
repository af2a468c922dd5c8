"""Whole plans by their ids, wherever their files lie by now."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

import pytest
from redraw_plan import draw
from saved_plans import put_plan

from gridmap.plan.identity import identity_of
from gridmap.plan_store import FilePlans, PlanConflictError, UnknownPlanError, store_with
from gridmap.plan_store.plan_ids import RECORD
from gridmap.publications import versions_of
from gridmap.remarks.comments import comments, pin
from gridmap.store import load_plan
from gridmap.versions import actions
from gridmap.versions.by_id import FileVersions, PlanVersions
from layers.contract.errors import LayerFileError, PlanError

WHEN = datetime(2026, 11, 20, 10)
WHO = {"who": "王五", "when": "2026-11-20T10:00:00"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "east").mkdir()
    put_plan(draw, tmp_path / "east" / "t.gridmap.gpkg")
    return tmp_path


def whole(folder, **options):
    store = FilePlans(folder, **options)
    return store, FileVersions(store, folder)


def titles(store):
    return {entry.id: entry.title for entry in store.list()}


def test_a_plan_is_named_copied_branched_published_deleted_and_brought_back_by_its_id(folder):
    store, plans = whole(folder)
    kept: PlanVersions = plans
    (entry,) = store.list()
    # Somebody moves the file after the page was drawn.
    (folder / "east" / "t.gridmap.gpkg").rename(folder / "east" / "moved.gridmap.gpkg")

    kept.name(entry.id, "甲", who="王五")
    copy = kept.duplicate(entry.id, title="乙", **WHO)
    made = kept.publish(entry.id, why="会议通过", first_day="2026-01-01", **WHO)
    draft = kept.branch(entry.id, title="丙", number=made.number, **WHO)
    assert titles(store) == {entry.id: "甲", copy: "乙", draft: "丙"}

    kept.freeze(copy, **WHO)
    kept.thaw(copy, who="王五")
    key = kept.delete(copy, **WHO)
    assert set(titles(store)) == {entry.id, draft}
    assert kept.restore(key, who="王五") == copy
    assert titles(store)[copy] == "乙"


def test_what_is_meant_for_an_earlier_plan_is_refused_by_id_too(folder):
    store, plans = whole(folder)
    (entry,) = store.list()
    plans.name(entry.id, "甲", who="赵六", expected=entry.revision)

    for work in (
        lambda: plans.name(entry.id, "乙", who="王五", expected=entry.revision),
        lambda: plans.duplicate(entry.id, expected=entry.revision, **WHO),
        lambda: plans.branch(entry.id, expected=entry.revision, **WHO),
        lambda: plans.branch(entry.id, expected=entry.revision, change=lambda one: one, **WHO),
        lambda: plans.freeze(entry.id, expected=entry.revision, **WHO),
        lambda: plans.thaw(entry.id, who="王五", expected=entry.revision),
        lambda: plans.delete(entry.id, expected=entry.revision, **WHO),
        lambda: plans.publish(
            entry.id, why="x", first_day="2026-01-01", expected=entry.revision, **WHO
        ),
    ):
        with pytest.raises(PlanConflictError):
            work()

    assert titles(store) == {entry.id: "甲"}


def test_a_draft_holds_a_change_and_is_not_there_without_it(folder):
    store, plans = whole(folder)
    (entry,) = store.list()
    pin(store.path_of(entry.id), lon=112.6, lat=28.3, text="注意", by="李四", when=WHEN)
    before = sorted(folder.rglob("*.gridmap.*"))

    def refused(_plan):
        raise PlanError("no", "否")

    def signed(plan):
        return plan.with_tables(receipt={**plan.receipt, "signed": "yes"})

    with pytest.raises(PlanError, match="no"):
        plans.branch(entry.id, change=refused, **WHO)
    left = [one for one in sorted(folder.rglob("*.gridmap.*")) if one.suffix != ".lock"]
    assert left == before

    made = plans.branch(entry.id, title="新", change=signed, **WHO)
    draft = store.open(made)
    assert draft.receipt["signed"] == "yes"
    assert identity_of(draft).parent_id == entry.plan_id
    assert identity_of(draft).title == "新"


class Killed(BaseException):
    """The process is killed."""


def test_killed_at_any_step_a_draft_is_whole_or_not_there(folder, monkeypatch):
    store, plans = whole(folder)
    (entry,) = store.list()
    pin(store.path_of(entry.id), lon=112.6, lat=28.3, text="注意", by="李四", when=WHEN)
    plans.publish(entry.id, why="会议通过", first_day="2026-01-01", **WHO)
    drafts, steps, made = [], 0, ""
    while not made:
        left = [steps]

        def killed(real, left=left):
            def step(*told, **more):
                left[0] -= 1
                if left[0] < 0:
                    raise Killed
                return real(*told, **more)

            return step

        with monkeypatch.context() as patched, suppress(Killed):
            for name in ("link", "replace", "unlink"):
                patched.setattr(os, name, killed(getattr(os, name)))
            made = plans.branch(entry.id, **WHO)
        now = [one for one in FilePlans(folder).list() if one.id != entry.id]
        new = [one.id for one in now if one.id not in drafts]
        for id in new:
            path = FilePlans(folder).path_of(id)
            assert (len(comments(path)), len(versions_of(path))) == (1, 1)
            assert load_plan(path).receipt == load_plan(store.path_of(entry.id)).receipt
        drafts += new
        steps += 1
    assert steps > 3


def test_two_drafts_made_at_once_are_two_each_with_all_that_belongs_to_it(folder):
    store, plans = whole(folder)
    (entry,) = store.list()
    pin(store.path_of(entry.id), lon=112.6, lat=28.3, text="注意", by="李四", when=WHEN)
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(lambda n: plans.branch(entry.id, title=f"稿{n}", **WHO), range(3)))
    assert len(set(made)) == 3
    assert [titles(store)[id] for id in made] == ["稿0", "稿1", "稿2"]
    assert [len(comments(store.path_of(id))) for id in made] == [1, 1, 1]


def test_what_somebody_else_puts_beside_the_place_of_a_draft_meanwhile_is_not_thrown_away(
    folder, monkeypatch
):
    store, plans = whole(folder)
    (entry,) = store.list()
    pin(store.path_of(entry.id), lon=112.6, lat=28.3, text="注意", by="李四", when=WHEN)
    theirs = []

    def move(source, target, real=actions.move_to_free):
        if not theirs:
            target.write_text("theirs", encoding="utf-8")
            theirs.append(target)
        real(source, target)

    monkeypatch.setattr(actions, "move_to_free", move)
    made = plans.branch(entry.id, **WHO)
    assert [one.read_text("utf-8") for one in theirs] == ["theirs"]
    assert len(comments(store.path_of(made))) == 1


def test_a_plan_from_elsewhere_has_an_id_beside_its_drafts_and_nothing_is_noted_there(
    folder, tmp_path_factory
):
    elsewhere = tmp_path_factory.mktemp("stick")
    place = elsewhere / "town.gpkg"  # opened by its path, whatever it is called
    put_plan(draw, place)
    (elsewhere / "deep").mkdir()
    put_plan(draw, elsewhere / "deep" / "other.gridmap.gpkg")

    store, id = store_with(place, folder)
    made = FileVersions(store, elsewhere).branch(id, title="稿", **WHO)

    assert store.path_of(made).parent == elsewhere
    assert {one.title for one in store.list()} == {"", "稿"}
    assert not (elsewhere / RECORD).exists()
    assert store_with(folder / "east" / "t.gridmap.gpkg", folder)[0].folder == folder
    (entry,) = FilePlans(folder).list()
    assert store_with(entry.id, folder)[1] == entry.id
    with pytest.raises(LayerFileError, match="nowhere"):
        store_with("nowhere.gridmap.gpkg", folder)


def test_who_may_not_see_a_plan_does_nothing_with_it(folder):
    (entry,) = FilePlans(folder).list()
    _, plans = whole(folder, seen=lambda _paths: [])

    for work in (
        lambda: plans.name(entry.id, "x", who="王五"),
        lambda: plans.duplicate(entry.id, **WHO),
        lambda: plans.branch(entry.id, **WHO),
        lambda: plans.freeze(entry.id, **WHO),
        lambda: plans.thaw(entry.id, who="王五"),
        lambda: plans.publish(entry.id, why="x", first_day="2026-01-01", **WHO),
        lambda: plans.delete(entry.id, **WHO),
    ):
        with pytest.raises(UnknownPlanError):
            work()

    assert FilePlans(folder).revision(entry.id) == entry.revision
