"""What systems get that hold earlier boundaries: since the last version, or an earlier plan."""

import json
from datetime import date

import pytest
from redraw_plan import W1, W2, draw, move, pend
from saved_plans import put_plan

from gridmap.handover import Order, carry_out
from gridmap.publications import publish_plan
from gridmap.store import load_plan
from gridmap.store.plan_lock import change_plan
from layers.contract.errors import UsageError

DAY = date(2026, 12, 1)
KINDS = ("delta", "crosswalk")


def made(path, *kinds, **options):
    order = Order(kinds or KINDS, licence="CC-BY-4.0", **options)
    return list(carry_out(order, load_plan(path), source=path, printed=DAY))


def test_changes_are_told_since_the_last_version_that_is_not_this_state(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    put_plan(draw, path)
    with pytest.raises(UsageError, match="Publish one first") as caught:
        made(path)
    assert "请先发布" in caught.value.zh
    by = {"who": "王五", "when": "2026-11-20T10:00:00", "why": "党委会通过"}
    publish_plan(path, first_day="2026-01-01", number="1", **by)
    with pytest.raises(UsageError):
        made(path)  # the plan is that version
    change_plan(path, lambda plan: pend(plan, move(W1, "P20", "P21"))[-1].after)
    delta, table, crosswalk = made(path)
    assert [one.name for one in (delta, table, crosswalk)] == [
        "t-delta.geojson", "t-delta.csv", "t-crosswalk.csv"
    ]  # fmt: skip
    assert "published version 1" in delta.remarks[0].en
    head = json.loads(delta.data)["gridmap_delta"]
    assert head["from"]["gridmap"]["version"] == "1"
    rows = crosswalk.data.decode("utf-8-sig").splitlines()
    assert any(row.startswith(f"{W2},") and f",{W1}," in row for row in rows)
    put_plan(draw, tmp_path / "before.gridmap.gpkg")
    (since,) = made(path, "crosswalk", audience="public", since="before.gridmap.gpkg")
    assert "before.gridmap.gpkg" in since.remarks[0].en
    assert b"household" not in since.data
