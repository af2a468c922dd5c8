"""Whole plans by their ids, wherever their files lie by now."""

import pytest
from redraw_plan import draw
from saved_plans import put_plan

from gridmap.plan_store import FilePlans, PlanConflictError, UnknownPlanError
from gridmap.versions.by_id import FileVersions, PlanVersions

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
        lambda: plans.freeze(entry.id, expected=entry.revision, **WHO),
        lambda: plans.delete(entry.id, expected=entry.revision, **WHO),
        lambda: plans.publish(
            entry.id, why="x", first_day="2026-01-01", expected=entry.revision, **WHO
        ),
    ):
        with pytest.raises(PlanConflictError):
            work()

    assert titles(store) == {entry.id: "甲"}


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
