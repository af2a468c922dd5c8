"""What comes back of a plan is what was written: any other content is told, by table and column."""

import os
import random
import sqlite3
import warnings
from contextlib import closing

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from drawn_plan import draw_plan
from redraw_plan import draw
from small_plan import small_plan
from spoiled_plans import change, spoiled

from gridmap.store import PlanChangedError, load_plan, save_plan
from gridmap.store.changed.rows import table_changes
from gridmap.store.contract import contract_faults, faults_of_changes
from layers.contract.errors import GridmapError, PlanError

MISLEADING = ("anew", "重新生成")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("proof") / "town.gridmap.gpkg"
    save_plan(small_plan(), path)
    return path.read_bytes()


@pytest.fixture
def stored(tmp_path, written):
    path = tmp_path / "town.gridmap.gpkg"
    path.write_bytes(written)
    return path


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE people SET name = '李四' WHERE fid = 1", "people (name)"),
        ("UPDATE people SET phone = '' WHERE phone <> ''", "people (phone)"),
        ("UPDATE people SET person_id = '0' || person_id WHERE fid = 4", "people (person_id)"),
        ("UPDATE patches SET load_h = load_h + 1e-9 WHERE fid = 1", "patches (load_h)"),
        ("UPDATE patches SET geom = (SELECT geom FROM patches WHERE fid = 2) WHERE fid = 1",
         "patches (geom)"),
        ("UPDATE grids SET officers = 3 WHERE officers = 2", "grids (officers)"),
        ("DELETE FROM issues WHERE fid = 1", "issues ("),
        ("DELETE FROM posts WHERE grid_code = 'X'; ", ""),
        ("DELETE FROM ledger WHERE fid = 1", "ledger ("),
        ("UPDATE rules SET text = text || ' '", "rules (text)"),
        ("INSERT INTO receipt (key, value) VALUES ('a', 'b')", "receipt ("),
        ("UPDATE versions SET note = ''", "versions (note)"),
        ("UPDATE frame_columns SET role = 'row' WHERE column_name = 'grid_code' AND role = 'index'",
         "frame_columns (role)"),
        ("UPDATE gpkg_spatial_ref_sys SET definition = definition || ' ' WHERE srs_id = 4547",
         "(crs)"),
        ("UPDATE digests SET sha256 = 'a' WHERE table_name = 'digests'", "digests (*)"),
        ("DELETE FROM digests WHERE table_name = 'people'", "people ("),
    ],
)  # fmt: skip
def test_any_other_content_is_told_by_table_and_column(stored, statement, told):
    change(stored, statement)
    if not told:  # nothing was changed
        load_plan(stored)
        return
    with pytest.raises(PlanChangedError) as caught:
        load_plan(stored)
    assert "changed outside gridmap" in str(caught.value)
    assert told in str(caught.value)
    assert told in caught.value.zh
    assert f"recover {stored}" in str(caught.value)
    assert not any(word in str(caught.value) + caught.value.zh for word in MISLEADING)


def test_two_people_exchanged_are_told_although_all_values_are_there(stored):
    change(
        stored,
        "UPDATE people SET fid = 99 WHERE fid = 2",
        "UPDATE people SET fid = 2 WHERE fid = 3",
        "UPDATE people SET fid = 3 WHERE fid = 99",
    )
    with pytest.raises(PlanChangedError, match="people"):
        load_plan(stored)


def test_a_plan_laid_out_otherwise_is_the_same_plan(stored):
    change(
        stored,
        "UPDATE people SET fid = fid + 100",
        "CREATE TABLE notes (text TEXT)",
        "CREATE INDEX by_name ON people (name)",
        "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('notes', 'attributes')",
    )
    with closing(sqlite3.connect(stored, isolation_level=None)) as base:
        base.execute("PRAGMA page_size = 8192")
        base.execute("VACUUM")
    assert load_plan(stored).people.equals(small_plan().people)


def test_a_digest_does_not_go_without_a_word(stored):
    change(stored, "DROP TABLE digests")
    with pytest.raises(GridmapError, match="lacks the tables 'digests'"):
        load_plan(stored)


def test_missing_and_empty_text_are_one_where_the_contract_says_so_and_two_elsewhere(tmp_path):
    versions = pd.DataFrame({"version": ["1", "2"], "note": pd.Series(["", None], dtype="str")})
    save_plan(small_plan().with_tables(versions=versions), tmp_path / "t.gpkg")
    assert load_plan(tmp_path / "t.gpkg").versions["note"].isna().tolist() == [False, True]


def test_numbers_and_shapes_at_the_edge_are_no_change(tmp_path):
    plan = small_plan()
    odd = plan.issues.assign(size=[-0.0, float("nan")])
    odd = odd.set_geometry([shapely.Point(), shapely.MultiPoint([[0, 0], [-0.0, 1e-300]])])
    save_plan(plan.with_tables(issues=odd), tmp_path / "t.gpkg")
    assert np.isnan(load_plan(tmp_path / "t.gpkg").issues["size"].iloc[1])


def test_damage_is_told_or_changes_nothing_and_nobody_is_sent_to_make_the_plan_anew(
    tmp_path, written
):
    rng = random.Random(9)
    path = tmp_path / "town.gridmap.gpkg"
    told = []
    for _ in range(60):
        path.write_bytes(spoiled(written, rng))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the file library, on what it skips
            try:
                plan = load_plan(path)
            except GridmapError as error:
                told.append(str(error) + error.zh)
                continue
        # Unused bytes of the file, or its index: the content is as it was.
        for name in ("patches", "grids", "people", "posts", "assignments", "ledger", "issues"):
            assert getattr(plan, name).equals(getattr(small_plan(), name))
        assert plan.rules_text == small_plan().rules_text
    assert len(told) > 30
    assert [one for one in told if any(word in one for word in MISLEADING)] == []


def doubled(rows, **more):
    return lambda frame: pd.concat([frame, frame[rows]], **more)


def put(**values):
    return lambda frame: frame.assign(**values)


def drawn(shape):
    return lambda frame: frame.assign(geometry=[shape, *frame.geometry[1:]])


def named(column, old, new):
    return lambda frame: frame.assign(**{column: frame[column].replace(old, new)})


FIRST, LAST = slice(1), slice(-1, None)
LINE = shapely.LineString([[0, 0], [1, 1]])
FAR = shapely.Polygon([[0, 0], [1, 0], [np.inf, 1]])
FAULTS = [
    ("people", doubled(FIRST), "has 2 rows with person_id '001'"),
    ("grids", doubled(LAST), "has 2 rows with grid_code 'W02'"),
    ("patches", doubled(LAST), "has 2 rows with patch_id 'p7'"),
    ("posts", doubled(FIRST), "has 2 rows with post_id 'T-1'"),
    ("people", lambda frame: frame.rename(index={"003": ""}), "Row 3 of the table 'people' has no"),
    ("assignments", doubled(FIRST, ignore_index=True), "has 2 rows for post_id 'T-1'"),
    ("assignments", doubled(LAST, ignore_index=True), "has 2 rows for person_id '004'"),
    ("issues", doubled(FIRST), "has 2 rows with row '0'"),
    ("grids", drawn(None), "'T' in the table 'grids' has no outline"),
    ("patches", drawn(shapely.Polygon()), "'p0' in the table 'patches' has no outline"),
    ("patches", drawn(LINE), "'p0' in the table 'patches' is a LineString"),
    ("patches", drawn(FAR), "a corner that is no finite number"),
    ("patches", put(load_h=np.inf), "load_h of 'p0' in the table 'patches' is inf"),
    ("grids", put(area_m2=np.nan), "area_m2 of 'T' in the table 'grids' is nan"),
    ("grids", put(load_h=-1.0), "load_h of 'T' in the table 'grids' is -1"),
    ("assignments", put(cost=-np.inf), "cost of '0' in the table 'assignments' is -inf"),
    ("patches", put(grid_code="?"), "grid_code of 'p0' in the table 'patches' is '?'"),
    ("patches", put(parent_code=""), "parent_code of 'p0' in the table 'patches' is ''"),
    ("assignments", named("person_id", "002", "9"), "is '9', which is not in the table 'people'"),
    ("posts", lambda frame: frame[1:], "is 'T-1', which is not in the table 'posts'"),
    ("assignments", put(status="full"), "is 'full'; it must be one of filled"),
    ("posts", put(role="Chief 1"), "is 'Chief 1'; it must be 'leader'"),
    ("assignments", named("person_id", "002", ""), "is filled and has no person_id"),
]


@pytest.mark.parametrize(("table", "spoil", "told"), FAULTS)
def test_tables_that_break_the_contract_are_named_with_table_and_row_and_not_written(
    table, spoil, told, tmp_path
):
    plan = small_plan().with_tables(**{table: spoil(getattr(small_plan(), table))})
    with pytest.raises(PlanError) as caught:
        save_plan(plan, tmp_path / "t.gpkg")
    assert told in str(caught.value)
    assert table in caught.value.zh
    assert os.listdir(tmp_path) == []
    sound, frames = frames_of(small_plan()), frames_of(plan)
    found = [fault.en for fault in faults_of_changes(frames, table_changes(sound, frames))]
    assert any(told in one for one in found)  # also by whoever looks at what has changed alone


def frames_of(plan):
    return {name: value for name, value in vars(plan).items() if isinstance(value, pd.DataFrame)}


def test_what_another_table_needs_and_a_line_upwards_are_looked_at_after_any_change():
    sound = frames_of(small_plan())
    grids = sound["grids"]
    for other, told in (
        (grids[grids.index != "E01"], "'E01', which is not in the table 'grids'"),
        (grids.assign(parent_code=grids["parent_code"].mask(grids.index == "T", "E01")), "lies in"),
        (grids.iloc[::-1], ""),
    ):
        frames = sound | {"grids": other}
        found = faults_of_changes(frames, table_changes(sound, frames))
        assert {fault.en for fault in found} == {fault.en for fault in contract_faults(frames)}
        assert any(told in fault.en for fault in found) == bool(told)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("INSERT INTO people SELECT NULL, person_id, name, office, role, skills, home_code, "
         "present_grid, phone, employment, hours, roles FROM people WHERE fid = 1",
         "has 2 rows with person_id '001'"),
        ("UPDATE grids SET geom = NULL WHERE fid = 4", "'E01' in the table 'grids' has no outline"),
        ("UPDATE patches SET load_h = 9e999 WHERE fid = 1", "load_h of 'p0'"),
        ("UPDATE patches SET load_h = NULL WHERE fid = 1", "load_h of 'p0'"),
        ("DELETE FROM grids WHERE grid_code = 'E01'", "'E01', which is not in the table 'grids'"),
        ("UPDATE assignments SET post_id = 'T-1' WHERE fid = 2", "2 rows for post_id 'T-1'"),
    ],
)  # fmt: skip
def test_a_plan_of_an_earlier_version_with_such_tables_is_refused_by_name(stored, statement, told):
    change(
        stored,
        "DROP TABLE digests",
        "UPDATE receipt SET value = '1' WHERE key = 'store_format'",
        *(["DROP TRIGGER IF EXISTS rtree_grids_geom_delete"] if "DELETE" in statement else []),
        statement,
    )
    with pytest.raises(PlanChangedError) as caught:
        load_plan(stored)
    assert told in str(caught.value)
    assert f"verify {stored}" in caught.value.zh


def test_plans_as_they_are_made_keep_the_contract():
    for plan in (small_plan(), draw_plan(), draw()):
        frames = frames_of(plan)
        assert isinstance(frames["grids"], gpd.GeoDataFrame)
        assert contract_faults(frames) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such marks")
def test_only_the_owner_may_read_a_plan_and_whom_the_owner_let_in(tmp_path):
    path = tmp_path / "t.gpkg"
    save_plan(small_plan(), path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o660)
    save_plan(small_plan(), path, overwrite=True)
    assert path.stat().st_mode & 0o777 == 0o660
    path.chmod(0o664)  # as earlier versions left it
    save_plan(small_plan(), path, overwrite=True)
    assert path.stat().st_mode & 0o777 == 0o600
