"""Plans that earlier versions have written: each is opened, checked, edited and written anew.

`tests/plans/` holds one plan of each state of the format, as the version of its time wrote it; the
name ends with the commit. `docs/promises.md` says for how long they are read.
"""

import gzip
import json
import sqlite3
from contextlib import closing

import pytest
from project import TESTS

from gridmap import edits
from gridmap.coverage.metrics import town_figures
from gridmap.store import load_plan, save_plan
from gridmap.store.recovery import recover_plan
from gridmap.versions.boundaries import boundary_files
from layers.contract.errors import LayerFileError

PLANS = TESTS / "plans"
OLD = sorted(PLANS.glob("*.gridmap.gpkg.gz"))
# By its name: how many patches and micro-grids, and which entries of the log of edits.
HOLDS = {
    "first": (16, 16, []),
    "edited": (19, 3, ["move", "cut", "lock", "undo"]),
    "posted": (19, 3, ["move", "cut", "lock", "undo", "free"]),
    "before": (19, 3, ["move", "cut", "lock", "undo", "free"]),
    "unclassed": (34, 16, ["move"]),
    "context": (34, 16, ["merge", "undo", "lock"]),
}


@pytest.fixture(params=OLD, ids=lambda path: path.name.split(".")[0])
def old(request, tmp_path):
    place = tmp_path / "town.gridmap.gpkg"
    place.write_bytes(gzip.decompress(request.param.read_bytes()))
    return request.param.name.split("-")[0], place


def test_there_is_a_plan_of_every_state_and_each_is_small():
    assert {path.name.split("-")[0] for path in OLD} == set(HOLDS)
    assert all(path.stat().st_size < 100_000 for path in OLD)


def test_an_old_plan_opens_with_all_that_was_in_it_and_stays_as_it_was(old):
    name, place = old
    before = place.read_bytes()
    plan = load_plan(place)
    patches, micro, kinds = HOLDS[name]
    assert (len(plan.patches), len(plan.micro_grids)) == (patches, micro)
    assert (plan.edits["kind"].tolist() if len(plan.edits) else []) == kinds
    assert set(plan.patches["date"]) == {""}  # which the first ones do not have
    residual = plan.micro_grids["category"] == "residual"
    assert (plan.grids["subclass"] != "").sum() == residual.sum()  # derived
    assert place.read_bytes() == before
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_an_old_plan_says_what_it_lacks_once_and_keeps_saying_it(old, tmp_path):
    plan = load_plan(old[1])
    rows = plan.issues[plan.issues["rule"] == "STORE-1"]
    assert rows["severity"].tolist() == ["info"]
    registers = len(plan.rules.registers)
    assert (f"its rules name {registers}" in rows["message"].iloc[0]) == bool(registers)
    assert (plan.objects.empty, plan.groups.empty, plan.cases.empty) == (True, True, True)
    assert set(plan.posts["group_id"]) == set(plan.posts["object_id"]) == {""}
    assert plan.grids["spatial"].all()
    assert set(plan.assignments["share"]) <= {1.0}
    again = tmp_path / "again.gridmap.gpkg"
    save_plan(plan, again)
    kept = load_plan(again).issues
    assert kept.loc[kept["rule"] == "STORE-1", "message"].tolist() == rows["message"].tolist()


def test_the_sub_class_of_residual_micro_grids_is_derived_where_an_old_plan_has_none(tmp_path):
    (packed,) = [path for path in OLD if path.name.startswith("unclassed")]
    place = tmp_path / "town.gridmap.gpkg"
    place.write_bytes(gzip.decompress(packed.read_bytes()))
    plan = load_plan(place)
    village = plan.grids.loc["41012210620000102"]
    assert (village["category"], village["subclass"]) == ("residual", "village_res")
    assert village["name"] == "西村第一网格·其他用地01"  # a name that people know stays
    assert recover_plan(place).plan.grids["subclass"].equals(plan.grids["subclass"])


def test_an_old_plan_is_used_as_one_of_today(old, tmp_path):
    name, place = old
    plan = load_plan(place)
    assert not town_figures(plan).empty
    assert boundary_files(plan).head["topology"]["valid_tiling"]
    if HOLDS[name][2]:
        by = {"who": "li", "when": "2026-11-29T08:00:00", "why": ""}
        undone = edits.undo(plan, **by)
        assert edits.history(undone)["kind"].tolist() == [*HOLDS[name][2], "undo"]
        plan = undone
    anew = tmp_path / "anew.gridmap.gpkg"
    save_plan(plan, anew)
    again = load_plan(anew)
    for table in ("patches", "grids", "people", "posts", "assignments", "edits"):
        assert getattr(again, table).equals(getattr(plan, table)), table


def test_a_plan_of_a_newer_format_is_refused_by_name_and_not_read_in_part(old):
    _, place = old
    with closing(sqlite3.connect(place)) as base:
        base.execute("UPDATE receipt SET value = '99' WHERE key = 'store_format'")
        base.execute("DROP TABLE IF EXISTS digests")  # or this would be a change by another hand
        base.commit()
    with pytest.raises(LayerFileError, match=r"newer gridmap: format 99.*Update gridmap") as told:
        load_plan(place)
    assert "格式 99" in told.value.zh
    assert "town.gridmap.gpkg" in str(told.value)


def test_files_beside_a_plan_of_the_version_before_are_read(tmp_path):
    """Links and answers as the version before this one wrote them; a newer kind is passed over."""
    from datetime import date

    from gridmap.access.answers import disputes
    from gridmap.access.links import links_of

    place = tmp_path / "town.gridmap.gpkg"
    lines = {
        "links": [
            {"day": "2026-11-20", "event": "made", "expires": "2027-05-19", "person": "GB008",
             "serial": "4cbbcc6f1cb9d9b1"},
            {"day": "2026-11-20", "event": "made", "expires": "2027-05-19", "person": "GB009",
             "serial": "5cbbcc6f1cb9d9b1"},
            {"day": "2026-11-21", "event": "revoked", "serial": "4cbbcc6f1cb9d9b1"},
            {"event": "renamed", "serial": "5cbbcc6f1cb9d9b1"},
        ],
        "answers": [
            {"event": "disputed", "grid": "W01", "id": "a1b2c3d4e5f6", "lat": 34.68, "lon": 113.93,
             "person": "GB008", "sentence": "路在东边", "state": "0123456789abcdef",
             "time": "2026-11-20T08:00:00"},
        ],
    }  # fmt: skip
    for kind, events in lines.items():
        text = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
        (tmp_path / f"town.gridmap.{kind}").write_text(text, encoding="utf-8")
    found = links_of(place)
    assert [(link.person_id, link.revoked) for link in found] == [("GB008", True), ("GB009", False)]
    assert found[0].expires == date(2027, 5, 19)
    assert disputes(place)["sentence"].tolist() == ["路在东边"]
