"""Publishing: an immutable version beside the plan, closed by the next, refused with reasons."""

import sqlite3
from contextlib import closing

import geopandas as gpd
import pytest
from pandas.testing import assert_frame_equal
from redraw_plan import BY, E1, W1, W2, draw
from saved_plans import put_plan

from gridmap import edits
from gridmap.access.sidecar import is_private
from gridmap.edits.moves.log import issued_codes
from gridmap.plan.identity import FrozenPlanError, identity_of
from gridmap.publications import (
    PublishRefusedError,
    changes_between,
    check_record,
    lineage_of,
    next_number,
    plan_of,
    publish_plan,
    published_codes,
    version_on,
    versions_of,
    who_was,
)
from gridmap.publications.copies import forget_in_publications
from gridmap.publications.record import record_of
from gridmap.store import load_plan
from gridmap.store.plan_lock import change_plan
from gridmap.versions import branch_plan, delete_plan, duplicate_plan, freeze_plan, restore_plan
from layers.contract.errors import LayerFileError, PlanError, UsageError

WHO = {"who": "王五", "when": "2026-11-20T10:00:00"}
PHONE = "13912345678"
FIRST, SECOND, THIRD = "2026-01-01", "2026-07-01", "2026-12-01"


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "t.gridmap.gpkg"
    put_plan(draw, place)
    return place


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A plan with two versions: in the second half of TVW01 is a grid of its own."""
    place = tmp_path_factory.mktemp("two") / "t.gridmap.gpkg"
    put_plan(draw, place)
    publish(place, FIRST, "1")
    (place.parent / "first").write_bytes(record_of(place).read_bytes())
    change_plan(place, split)
    publish(place, SECOND, "2", why="拆分")
    return place


@pytest.fixture
def copied(two, tmp_path):
    place = tmp_path / "t.gridmap.gpkg"
    place.write_bytes(two.read_bytes())
    record_of(place).write_bytes(record_of(two).read_bytes())
    return place


def publish(path, first_day, number="", why="党委会通过"):
    return publish_plan(path, why=why, first_day=first_day, number=number, **WHO)


def split(plan):
    """Give the column P00, P01, P02 of TVW01 to a new micro-grid TVW03, and people to it."""
    apart = edits.apply(plan, edits.move_patches(plan, ["P00", "P01", "P02"], edits.NEW), **BY)
    return edits.assign_again(apart, **BY)


def merge(plan):
    return edits.apply(plan, edits.merge_grids(plan, ["TVW03", W1], into=W1), **BY)


def reasons(caught):
    return [one.en for one in caught.value.reasons]


def test_a_version_says_who_when_why_and_is_closed_by_the_next(two):
    one, second = versions_of(two)
    assert (one.serial, one.number, one.first_day, one.last_day) == (1, "1", FIRST, "2026-06-30")
    assert (one.who, one.time, one.why, one.predecessor) == (*WHO.values(), "党委会通过", "")
    assert (second.number, second.last_day, second.predecessor) == ("2", "", "1")
    plan = load_plan(two)
    assert second.state == edits.state_id(plan)
    assert second.plan_id == identity_of(plan).plan_id
    assert check_record(two) == []
    assert is_private(record_of(two))


def test_the_plan_bears_number_and_day_and_grids_on_the_same_ground_keep_theirs(two):
    plan = load_plan(two)
    assert (plan.rules.town.version, plan.rules.town.valid_from.isoformat()) == ("2", SECOND)
    since = plan.grids["valid_from"].to_dict()
    assert (since[W1], since["TVW03"], since[W2], since[E1]) == (SECOND, SECOND, FIRST, FIRST)
    assert plan.grids.at[W2, "version"] == "1"


def test_a_version_comes_back_as_the_plan_that_was_published(two):
    plan = plan_of(two, "1")
    drawn = draw()
    assert plan.patches.geometry.equals(drawn.patches.geometry)
    assert plan.patches["grid_code"].equals(drawn.patches["grid_code"])
    columns = [name for name in plan.grids if name not in ("version", "valid_from", "valid_to")]
    assert_frame_equal(plan.grids[columns], drawn.grids[columns], check_like=True)
    assert_frame_equal(plan.assignments, drawn.assignments)
    assert plan.grids["valid_to"].to_dict()[W1] == "2026-06-30"
    assert plan.grids["valid_to"].to_dict()[W2] == ""
    # A draft of it gives no code that was published since.
    assert "TVW03" in issued_codes(plan)


def test_what_is_the_same_stands_there_once_and_a_gis_opens_it(two):
    grids = gpd.read_file(record_of(two), layer="grids")
    assert grids.crs == draw().grids.crs
    rows = grids.groupby("row_key").size()
    assert (rows[W2], rows[W1], rows["TVW03"]) == (1, 2, 1)
    assert set(gpd.list_layers(record_of(two))["name"]) >= {"versions", "codes", "lineage"}


def test_codes_and_lineage_tell_where_ground_came_from_and_went(copied):
    codes = published_codes(copied)
    assert codes.at["TVW03", "split_from"] == W1
    row = lineage_of(copied, "TVW03").iloc[0]
    assert (row["code"], row["successor"], row["version"]) == (W1, "TVW03", 2)
    assert (row["area_share"], row["load_share"]) == (0.5, 0.5)
    assert (row["area_m2"], row["households_share"]) == (30_000.0, 1.0)  # P00 has all of them
    change_plan(copied, merge)
    publish(copied, THIRD, "3", why="合并")
    gone = published_codes(copied).loc["TVW03"]
    assert (gone["valid_from"], gone["valid_to"]) == (SECOND, "2026-11-30")
    assert (gone["reason"], gone["merged_into"]) == ("合并", W1)
    # Never again: neither by an edit of the plan, nor by publishing.
    assert "TVW03" in issued_codes(load_plan(copied))
    before = record_of(copied).read_bytes()
    change_plan(copied, lambda plan: edits.undo(plan, **{**BY, "why": "撤"}))
    with pytest.raises(PublishRefusedError) as caught:
        publish(copied, "2027-01-01", "4")
    assert [text for text in reasons(caught) if "'TVW03'" in text or "TVW03 was given up" in text]
    assert record_of(copied).read_bytes() == before


def test_the_same_again_adds_nothing_and_other_content_needs_another_number(copied):
    before = record_of(copied).read_bytes(), copied.read_bytes()
    assert publish(copied, SECOND, "2", why="拆分") == versions_of(copied)[1]
    assert (record_of(copied).read_bytes(), copied.read_bytes()) == before
    change_plan(copied, merge)
    with pytest.raises(PublishRefusedError) as caught:
        publish(copied, SECOND)
    assert len(caught.value.reasons) == 2
    assert "'2' was published" in reasons(caught)[0]
    assert "in force from 2026-07-01" in reasons(caught)[1]
    assert "首日须晚于此日" in caught.value.zh
    assert next_number(versions_of(copied), "2") == "3"
    assert next_number(versions_of(copied), "1") == "3"
    assert next_number([], "2026-1") == "2026-1"


def test_a_plan_with_errors_is_refused_with_their_list(path):
    change_plan(path, lambda plan: plan.with_tables(assignments=plan.assignments.iloc[3:]))
    before = path.read_bytes()
    with pytest.raises(PublishRefusedError) as caught:
        publish(path, FIRST)
    assert any(text.startswith("ASSIGN-1 T") for text in reasons(caught))
    assert not record_of(path).exists()
    assert path.read_bytes() == before


@pytest.mark.parametrize(("first_day", "why"), [("1.1.2026", "x"), (FIRST, " ")])
def test_a_day_that_is_none_and_no_reason_are_refused(path, first_day, why):
    with pytest.raises((UsageError, PlanError)):
        publish(path, first_day, why=why)
    assert versions_of(path) == []


def test_a_code_that_stands_for_other_ground_is_refused(copied):
    def swapped(plan):
        names = {W2: "TVW03", "TVW03": W2}
        label = plan.patches["grid_code"].replace(names)
        shapes = plan.grids.geometry.rename(index=names).reindex(plan.grids.index)
        figures = plan.grids.drop(columns=plan.grids.geometry.name).rename(index=names)
        grids = gpd.GeoDataFrame(figures.reindex(plan.grids.index), geometry=shapes)
        return plan.with_tables(patches=plan.patches.assign(grid_code=label), grids=grids)

    change_plan(copied, swapped)
    with pytest.raises(PublishRefusedError) as caught:
        publish(copied, THIRD, "3")
    assert sum("stood for other ground" in text for text in reasons(caught)) == 2


def test_no_phone_is_in_the_record_wherever_it_was_typed(path):
    def typed(plan):
        people = plan.people.assign(phone=PHONE, office=f"办公室 {PHONE}")
        return plan.with_tables(people=people)

    change_plan(path, typed)
    publish(path, FIRST, why=f"打 {PHONE} 询问")
    assert PHONE.encode() not in record_of(path).read_bytes()


def test_the_same_published_elsewhere_gives_the_same_bytes(two, tmp_path):
    place = tmp_path / "t.gridmap.gpkg"
    put_plan(draw, place)
    publish(place, FIRST, "1")
    assert record_of(place).read_bytes() == (two.parent / "first").read_bytes()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE grids SET name = 'x' WHERE row_key = 'TVW02'", "grids"),
        ("UPDATE grids SET to_version = 1 WHERE row_key = 'TVW02'", "grids"),
        ("UPDATE people SET name = 'x' WHERE fid = 1", "people"),
        ("UPDATE versions SET first_day = '2025-01-01' WHERE serial = 2", "number, days"),
    ],
)
def test_what_another_program_changes_is_told(copied, change, told):
    with closing(sqlite3.connect(record_of(copied))) as base:
        base.execute(change)
        base.commit()
    faults = check_record(copied)
    assert faults
    assert all(told in one.en for one in faults)
    if told != "number, days":
        with pytest.raises(LayerFileError, match="not as it was published"):
            plan_of(copied, "2")
        with pytest.raises(LayerFileError, match="not as it was published"):
            publish(copied, THIRD, "3")


def test_a_record_that_is_none_is_kept_and_told(path):
    record_of(path).write_bytes(b"no record")
    with pytest.raises(LayerFileError, match="Keep it"):
        versions_of(path)
    assert record_of(path).read_bytes() == b"no record"


def test_the_plan_of_a_day_and_who_was_responsible(copied):
    assert version_on(copied, "2026-06-30").number == "1"
    assert version_on(copied, "2031-01-01").number == "2"
    with pytest.raises(PlanError, match=r"No version was in force on 2025-12-31.*2026-01-01"):
        version_on(copied, "2025-12-31")
    point = draw().patches.geometry["P01"].centroid
    lines = [
        [one.code for one in found.line]
        for day in ("2026-06-30", "2026-07-01")
        for found in [who_was(copied, day, lon=point.x, lat=point.y, coordinates="work")]
    ]
    assert lines == [[W1, "TVW", "TV", "T"], ["TVW03", "TVW", "TV", "T"]]
    line = who_was(copied, "2026-03-01", lon=point.x, lat=point.y, coordinates="work").line
    assert [man.person_id for man in line[-1].people] == ["LT"]
    with pytest.raises(PlanError, match="in no grid"):
        who_was(copied, FIRST, lon=0, lat=0, coordinates="work")
    with pytest.raises(UsageError, match="either a point"):
        who_was(copied, FIRST)


def test_who_was_in_charge_of_an_object_and_terms_are_heeded(path):
    def with_object(plan):
        objects = gpd.GeoDataFrame(
            plan.objects.reindex(["O1"]).fillna({"staff": 0, "households": 0.0}),
            geometry=[plan.patches.geometry["P00"].centroid], crs=plan.crs,
        ).astype({"staff": "int64", "file_complete": "bool", "sensitive": "bool"})  # fmt: skip
        texts = objects.select_dtypes("str").columns
        objects[texts] = objects[texts].fillna("")
        objects = objects.assign(name="厂", grid_code=W1).rename_axis("object_id")
        rows = plan.assignments.copy()
        rows.loc[rows["person_id"] == "LT", "valid_to"] = "2026-02-28"
        return plan.with_tables(objects=objects, assignments=rows)

    change_plan(path, with_object)
    publish(path, FIRST)
    line = who_was(path, "2026-02-28", object_id="O1").line
    assert [(one.kind, one.code) for one in line[:2]] == [("object", "O1"), ("micro", W1)]
    assert [man.person_id for man in line[-1].people] == ["LT"]
    assert who_was(path, "2026-03-01", object_id="O1").line[-1].people == ()
    with pytest.raises(PlanError, match="no object 'O2'"):
        who_was(path, FIRST, object_id="O2")


def test_what_changed_between_two_versions(copied):
    changes = changes_between(copied, "1", "2")
    assert changes.at["TVW03", "change"].split(";")[0] == "new"
    assert changes.at[W1, "change"].split(";")[0] == "ground"
    assert (changes.at[W1, "area_before"], changes.at[W1, "area_after"]) == (60_000, 30_000)
    assert changes.at[W1, "successors"].split(";") in ([W1, "TVW03"], ["TVW03", W1])
    assert W2 not in changes.index
    with pytest.raises(PlanError, match="no published version '9'"):
        changes_between(copied, "1", "9")


def test_a_draft_of_a_version_goes_on_where_that_was(copied, tmp_path):
    draft = branch_plan(copied, folder=tmp_path, number="1", **WHO)
    plan = load_plan(draft)
    assert set(plan.micro_grids.index) == {W1, W2, E1}
    own = identity_of(plan)
    assert (own.parent_id, own.parent_state) == (
        identity_of(load_plan(copied)).plan_id, versions_of(copied)[0].state,
    )  # fmt: skip
    apart = edits.apply(plan, edits.move_patches(plan, ["P00", "P01", "P02"], edits.NEW), **BY)
    assert "TVW04" in apart.grids.index  # TVW03 was published
    assert publish(draft, THIRD, "3").predecessor == "2"
    assert published_codes(draft).at["TVW03", "merged_into"] == W1
    assert len(versions_of(copied)) == 2


def test_the_record_goes_along_when_the_plan_is_copied_deleted_and_restored(copied, tmp_path):
    copy = duplicate_plan(copied, folder=tmp_path, **WHO)
    assert versions_of(copy) == versions_of(copied)
    entry = delete_plan(copied, folder=tmp_path, **WHO)
    assert not record_of(copied).exists()
    restored = restore_plan(entry.key, folder=tmp_path, who="王五")
    assert versions_of(restored) == versions_of(copy)


def test_a_frozen_plan_is_not_published(path, tmp_path):
    freeze_plan(path, folder=tmp_path, **WHO)
    with pytest.raises(FrozenPlanError):
        publish(path, FIRST)
    assert versions_of(path) == []


def test_who_is_forgotten_is_a_number_in_all_versions_and_these_prove_themselves(copied):
    person = load_plan(copied).people.loc["LT", "name"]
    assert forget_in_publications(copied, {"LT": "left-00001"}, dry_run=True) == 1
    assert forget_in_publications(copied, {"LT": "left-00001", "nobody": "left-2"}) == 1
    assert check_record(copied) == []
    plan = plan_of(copied, "1")
    assert plan.people.loc["left-00001", "name"] == "left-00001"
    assert not plan.people["name"].eq(person).any()
    assert "left-00001" in plan.assignments["person_id"].tolist()
