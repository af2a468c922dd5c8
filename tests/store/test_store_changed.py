"""A changed plan is saved by its changed rows: the file then holds what one written whole holds."""

import sqlite3
from contextlib import closing

import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal
from redraw_plan import BY, E1, W1, W2, draw, line
from saved_plans import put_plan

from gridmap import edits
from gridmap.store import load_plan, save_plan, writing
from gridmap.store.changed import updating
from gridmap.store.changed.blobs import blobs_of, shapes_in
from gridmap.store.changed.rows import row_changes, table_changes
from gridmap.store.plan_lock import change_plan
from layers.contract.errors import LayerFileError
from layers.files.database_files import FileMark

TABLES = ("patches", "grids", "people", "posts", "assignments", "issues", "edits", "objects")
STEPS = {
    "move": lambda plan: edits.apply(plan, edits.move_patches(plan, ["P10"], W2), **BY),
    "new": lambda plan: edits.apply(plan, edits.move_patches(plan, ["P00"], edits.NEW), **BY),
    "cut": lambda plan: edits.apply(
        plan, edits.cut_patch(plan, "P41", line((3.9, 1.4), (5.1, 1.6))), **BY
    ),
    "merge": lambda plan: edits.apply(plan, edits.merge_grids(plan, [W1, W2]), **BY),
    "undo": lambda plan: edits.undo(plan, **BY),
    "redo": lambda plan: edits.redo(plan, **BY),
    "lock": lambda plan: edits.apply(plan, edits.lock_grids(plan, [E1]), **BY),
}


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "town.gridmap.gpkg"
    put_plan(draw, place)
    return place


@pytest.fixture
def by_rows(monkeypatch):
    """Every plan is saved by rows, however much differs."""
    monkeypatch.setattr(updating, "_MOST", 9.0)
    monkeypatch.setattr(writing, "_write_whole", lambda *_, **__: pytest.fail("written whole"))


def rows_in(path, query):
    with closing(sqlite3.connect(path)) as base:
        return base.execute(query).fetchall()


def digests_in(path):
    return rows_in(
        path, "SELECT table_name, column_name, row_count, sha256 FROM digests ORDER BY fid"
    )


def assert_holds(path, plan, tmp_path):
    """The file opens as the plan, and tells what a file written whole tells."""
    back = load_plan(path)
    for name in TABLES:
        assert_frame_equal(getattr(back, name), getattr(plan, name))
    assert back.receipt == plan.receipt
    whole = tmp_path / "whole.gridmap.gpkg"
    whole.unlink(missing_ok=True)
    save_plan(plan, whole)
    assert digests_in(path) == digests_in(whole)
    contents = "SELECT * FROM gpkg_contents ORDER BY table_name"
    assert rows_in(path, contents) == rows_in(whole, contents)
    for layer in ("patches", "grids", "issues"):
        counted = f"SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = '{layer}'"
        assert rows_in(path, counted) == rows_in(whole, counted)
        index = f"SELECT * FROM rtree_{layer}_geom ORDER BY id"
        assert rows_in(path, index) == rows_in(whole, index)
        assert rows_in(path, f"SELECT * FROM {layer}") == rows_in(whole, f"SELECT * FROM {layer}")
    assert rows_in(path, "PRAGMA integrity_check") == [("ok",)]


def test_edits_saved_by_rows_make_the_file_that_is_written_whole(
    path, tmp_path, by_rows, monkeypatch
):
    plan = load_plan(path)  # held, as the page does
    for step in ("move", "new", "undo", "redo", "cut", "lock", "merge"):
        plan = change_plan(path, STEPS[step], read=lambda _, plan=plan: plan)
    monkeypatch.undo()
    assert_holds(path, plan, tmp_path)


def test_little_is_written_of_a_large_plan_for_one_patch(path, by_rows):
    plan = load_plan(path)
    before = dict(rows_in(path, "SELECT fid, hex(geom) || grid_code FROM patches"))
    change_plan(path, STEPS["move"], read=lambda _: plan)
    after = dict(rows_in(path, "SELECT fid, hex(geom) || grid_code FROM patches"))
    assert [fid for fid in before if before[fid] != after[fid]] == [4]  # P10


def reshaped(plan):
    """Give every grid a new object of the same shape."""
    shapes = shapely.from_wkb(shapely.to_wkb(plan.grids.geometry.to_numpy()))
    return plan.with_tables(grids=plan.grids.set_geometry(shapes, crs=plan.crs))


def test_shapes_alone_are_saved_by_rows_where_no_columns_give_no_rows(path, by_rows, monkeypatch):
    plan, given = load_plan(path), pd.DataFrame.itertuples
    before = rows_in(path, "SELECT * FROM grids")

    def of_pandas_3_0(frame, index=True, name="Pandas"):
        return given(frame, index, name) if index or len(frame.columns) else iter(())

    monkeypatch.setattr(pd.DataFrame, "itertuples", of_pandas_3_0)
    change_plan(path, reshaped, read=lambda _: plan)
    assert rows_in(path, "SELECT * FROM grids") == before


@pytest.mark.parametrize(
    "spoil",
    [
        "CREATE TRIGGER mine AFTER UPDATE ON grids BEGIN DELETE FROM notes; END",
        "UPDATE posts SET fid = fid + 5000",
        "DELETE FROM frame_columns WHERE fid = 1",
    ],
)
def test_a_file_that_is_laid_out_otherwise_is_written_whole(path, tmp_path, by_rows, spoil):
    plan = load_plan(path)
    known = {name: getattr(plan, name) for name in digest_tables(path)}
    after = STEPS["new"](plan)
    frames = {name: getattr(after, name) for name in known}
    texts = writing._texts(after, frames)
    draft = tmp_path / "draft.gpkg"
    given = (path, draft, known, frames, texts, table_changes(known, frames))
    assert updating.update_copy(*given, stamp="2026-01-01")
    draft.unlink()
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE notes (text)")
        base.execute(spoil)
        base.commit()
    assert not updating.update_copy(*given, stamp="2026-01-01")
    assert not draft.exists()


def digest_tables(path):
    texts = {"rules", "receipt", "frame_columns", "digests"}
    return [name for name in dict.fromkeys(row[0] for row in digests_in(path)) if name not in texts]


def test_a_file_that_nobody_has_read_or_that_holds_other_people_is_written_whole(path, monkeypatch):
    whole, write = [], writing._write_whole
    monkeypatch.setattr(writing, "_write_whole", lambda *a, **k: whole.append(1) or write(*a, **k))
    plan = load_plan(path)
    renamed = plan.with_tables(people=plan.people.assign(name="某人"))
    mark = FileMark(0, 0, 0, b"")
    monkeypatch.setattr(writing, "known_content", lambda _: None)
    change_plan(path, STEPS["move"], read=lambda _: plan)
    assert whole == [1]
    monkeypatch.undo()
    monkeypatch.setattr(writing, "_write_whole", lambda *a, **k: whole.append(2) or write(*a, **k))
    plan = load_plan(path)
    change_plan(path, lambda _: renamed, read=lambda _: plan)
    assert whole == [1, 2]
    assert (load_plan(path).people["name"] == "某人").all()
    assert writing.known_content(mark) is None


def test_what_does_not_come_back_as_it_went_in_is_written_whole(path, tmp_path, monkeypatch):
    plan = load_plan(path)
    put, whole, write = updating._put, [], writing._write_whole

    def losing(base, table, *args):
        done = put(base, table, *args)
        base.execute("UPDATE patches SET grid_code = '' WHERE fid = 4")
        return done

    monkeypatch.setattr(updating, "_put", losing)
    monkeypatch.setattr(updating, "_MOST", 9.0)
    monkeypatch.setattr(writing, "_write_whole", lambda *a, **k: whole.append(1) or write(*a, **k))
    after = change_plan(path, STEPS["move"], read=lambda _: plan)
    assert whole == [1]
    monkeypatch.undo()
    assert_holds(path, after, tmp_path)
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".gridmap-")] == []


def test_a_plan_whose_shapes_another_program_named_otherwise_is_saved(path, tmp_path):
    with closing(sqlite3.connect(path)) as base:
        base.execute("ALTER TABLE grids RENAME COLUMN geom TO the_geom")
        for table in ("gpkg_geometry_columns", "gpkg_extensions"):
            base.execute(f"UPDATE {table} SET column_name = 'the_geom' WHERE table_name = 'grids'")
        base.execute("ALTER TABLE rtree_grids_geom RENAME TO rtree_grids_the_geom")
        base.commit()
    plan = load_plan(path)
    after = change_plan(path, lambda now: STEPS["new"](reshaped(now)), read=lambda _: plan)
    assert_holds(path, after, tmp_path)


def test_a_plan_saved_again_as_it_is_keeps_its_bytes(path, by_rows):
    plan, before = load_plan(path), path.read_bytes()
    change_plan(path, lambda now: now.with_tables(receipt=dict(now.receipt)), read=lambda _: plan)
    assert path.read_bytes() == before


def test_a_key_that_is_no_text_is_told_as_damage(path):
    with closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE posts SET post_id = CAST(x'5456ff2f32' AS TEXT) WHERE fid = 1")
        base.commit()
    with pytest.raises(LayerFileError):
        load_plan(path)


def test_shapes_are_laid_out_as_the_file_library_does():
    square = shapely.box(1, 2, 3, 5)
    shapes = np.array([square, None, shapely.Point(7, 8)], dtype=object)
    one, none, point = blobs_of(shapes, 4547, multi=False)
    assert one[:8] == b"GP\x00\x03\xc3\x11\x00\x00"
    assert np.frombuffer(one[8:40], "<f8").tolist() == [1, 3, 2, 5]
    assert none is None
    assert point[3] == 1
    back = shapes_in([one, none, point])
    assert back[0].equals_exact(square)
    assert back[1] is None
    assert back[2].equals_exact(shapely.Point(7, 8))
    with pytest.raises(ValueError, match="empty"):
        blobs_of(np.array([shapely.Polygon()]), 4547, multi=True)


def test_rows_that_differ_are_found_by_place():
    one = pd.DataFrame({"a": [1.0, np.nan, 3.0], "b": ["x", "", "z"]}, index=["p", "q", "r"])
    two = one.copy()
    assert not row_changes(one, one)
    assert not row_changes(one, two)
    two.loc["q", "b"] = "y"
    change = row_changes(one, two)
    assert (change.rows.tolist(), change.columns, change.tail) == ([1], ("b",), None)
    longer = pd.concat([two, pd.DataFrame({"a": [0.0], "b": ["w"]}, index=["s"])])
    assert row_changes(two, longer).tail == 3
    assert row_changes(one, longer).tail == 1
    assert row_changes(one, one.rename(columns={"a": "c"})) is None
    assert row_changes(one, one.assign(a=1)) is None
