"""Codes that are no longer, in the head of boundaries: from the record where there is one."""

import json
from dataclasses import replace

import jsonschema
import pytest
from project import ROOT
from redraw_plan import BY, W1, W2, draw
from saved_plans import put_plan

from boundaries.changes.applying import applied_file
from boundaries.changes.features import read_state
from gridmap import edits
from gridmap.publications import plan_of, publish_plan, retired_of
from gridmap.publish import release
from gridmap.rules import parse_rules
from gridmap.store import load_plan
from gridmap.store.plan_lock import change_plan
from gridmap.versions.boundaries import boundary_files
from gridmap.versions.delta import delta_of

SCHEMA = json.loads((ROOT / "docs" / "geojson.schema.json").read_text(encoding="utf-8"))
WHO = {"who": "王五", "when": "2026-11-20T10:00:00"}
OPEN = '[publish]\nsource_classification = "public"\nlicence = "CC-BY-4.0"\n'


def merged(plan):
    return edits.apply(plan, edits.merge_grids(plan, [W1, W2], into=W1), **BY)


def public_draw():
    """Draw the plan with so many officers a grid that all of W may be one."""
    plan = draw(OPEN)
    text = plan.rules_text.replace("officers_max = 4", "officers_max = 8")
    return replace(plan, rules=parse_rules(text), rules_text=text)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Version 1 has TVW02, version 2 has it in TVW01; its log is older than both."""
    place = tmp_path_factory.mktemp("retired") / "t.gridmap.gpkg"
    put_plan(public_draw, place)
    publish_plan(place, why="建立", first_day="2026-01-01", number="1", **WHO)
    change_plan(place, merged)
    publish_plan(place, why="合并 西片", first_day="2026-07-01", number="2", **WHO)
    return place


def test_a_published_code_is_told_with_first_day_without_it_reason_and_shares(town):
    plan = load_plan(town)
    (row,) = retired_of(plan, town)
    assert (row["grid_code"], row["retired_on"], row["reason"]) == (W2, "2026-07-01", "merged")
    assert (row["version"], row["note"], row["successors"]) == ("2", "合并 西片", [W1])
    assert row["shares"] == [
        {"grid_code": W1, "area_share": 1.0, "households_share": 0.0, "load_share": 1.0}
    ]
    # For ever, also when the plan has no log of it any more.
    fresh = plan.with_tables(edits=plan.edits.iloc[:0])
    assert retired_of(fresh, town) == [row]
    assert retired_of(fresh, None) == []
    # As of version 1 nothing was retired.
    assert retired_of(plan_of(town, "1"), town) == []
    written = json.loads(boundary_files(release(plan), beside=town).grids)
    assert written["gridmap"]["retired"] == [row]
    jsonschema.validate(written, SCHEMA)


def test_the_public_gets_what_was_public_without_note_and_shares(town):
    public = release(load_plan(town), public=True)
    assert retired_of(public, town) == [
        {"grid_code": W2, "retired_on": "2026-07-01", "reason": "merged", "version": "2",
         "successors": [W1]}
    ]  # fmt: skip
    assert retired_of(public, town.with_name("other.gridmap.gpkg")) is None


def test_what_the_public_never_had_is_not_told(tmp_path):
    """TVW02 is sensitive ground in version 1: the public copy of that has no such grid."""
    place = tmp_path / "t.gridmap.gpkg"

    def hidden():
        plan = public_draw()
        layer = plan.patches["grid_code"].map({W2: "layer"}).fillna("")
        return plan.with_tables(patches=plan.patches.assign(sensitive_by=layer))

    put_plan(hidden, place)
    publish_plan(place, why="建立", first_day="2026-01-01", number="1", **WHO)
    assert W2 not in release(plan_of(place, "1"), public=True).grids.index
    change_plan(place, merged)
    publish_plan(place, why="合并", first_day="2026-07-01", number="2", **WHO)
    plan = load_plan(place)
    assert [row["grid_code"] for row in retired_of(plan, place)] == [W2]
    assert retired_of(release(plan, public=True), place) == []


def test_what_was_given_up_since_is_told_by_the_log_and_applied_deltas_keep_the_head(tmp_path):
    place = tmp_path / "t.gridmap.gpkg"
    put_plan(public_draw, place)
    publish_plan(place, why="建立", first_day="2026-01-01", number="1", **WHO)
    old = load_plan(place)
    change_plan(place, merged)
    new = load_plan(place)
    before, after = (boundary_files(plan, beside=place) for plan in (old, new))
    (row,) = after.head["retired"]
    assert (row["grid_code"], row["retired_on"], row["reason"]) == (W2, "2026-11-20", "merged")
    delta = delta_of(old, new, beside=(place, place))
    assert applied_file(read_state(before.grids), delta) == after.grids
