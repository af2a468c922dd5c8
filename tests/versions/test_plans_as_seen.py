"""What is done with a whole plan is meant for the plan that somebody has seen."""

import pytest
from redraw_plan import draw
from saved_plans import put_plan
from stored_plans import titled

from gridmap.plan_store import FilePlans, PlanConflictError
from gridmap.publications import publish_plan, versions_of
from gridmap.store.glance import glance
from gridmap.store.plan_lock import change_plan
from gridmap.versions import delete_plan, freeze_plan, name_plan
from gridmap.versions.wastebasket import deleted_plans
from layers.disks import mounts
from layers.disks.local_only import NetworkDiskError

WHO = {"who": "王五", "when": "2026-11-20T10:00:00"}
WORK = {
    "name": lambda path, **seen: name_plan(path, "甲", folder=path.parent, who="王五", **seen),
    "freeze": lambda path, **seen: freeze_plan(path, folder=path.parent, **WHO, **seen),
    "publish": lambda path, **seen: publish_plan(
        path, why="会议通过", first_day="2026-01-01", **WHO, **seen
    ),
    "delete": lambda path, **seen: delete_plan(path, folder=path.parent, **WHO, **seen),
}


@pytest.fixture
def path(tmp_path):
    put_plan(draw, tmp_path / "t.gridmap.gpkg")
    return tmp_path / "t.gridmap.gpkg"


def seen_at(path):
    (entry,) = FilePlans(path.parent).list()
    return entry.revision


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_what_somebody_else_has_changed_since_is_left_as_it_is(path, work):
    seen = seen_at(path)
    change_plan(path, titled("theirs"))
    before = path.read_bytes()

    with pytest.raises(PlanConflictError, match="Nothing was saved"):
        work(path, expected=seen)

    assert path.read_bytes() == before
    assert versions_of(path) == deleted_plans(path.parent) == []

    work(path, expected=seen_at(path))

    assert not path.exists() or path.read_bytes() != before


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_on_a_disk_of_the_network_it_is_refused(path, monkeypatch, work):
    mountinfo = path.with_name("mountinfo")
    mountinfo.write_text(f"1 0 0:1 / / rw - ext4 a rw\n2 1 0:2 / {path.parent} rw - nfs4 s:/x rw\n")
    monkeypatch.setattr(mounts, "MOUNTINFO", mountinfo)

    with pytest.raises(NetworkDiskError):
        work(path)

    assert not glance(path).identity.is_frozen
    assert versions_of(path) == []
