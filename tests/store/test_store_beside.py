"""A plan that another program has open or left something beside: nothing is lost or spoiled."""

import gc
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from other_program import end, leave_behind, other_program
from saved_plans import put_plan
from small_plan import small_plan

from gridmap.store import PlanChangedError, load_plan, plan_lock, save_plan
from gridmap.store.plan_lock import change_plan, saver_at
from layers.contract.errors import LayerFileError, UsageError
from layers.files import database_files
from layers.files.database_files import InUseError, leftovers_of

NOTE = ("CREATE TABLE notes (text TEXT)", "INSERT INTO notes VALUES ('theirs')")
# Rows of gridmap's own that are long enough to be in more pages than the program may keep.
UNFINISHED = (
    "BEGIN",
    "UPDATE people SET name = 'half', phone = hex(randomblob(9000))",
    "UPDATE rules SET text = hex(zeroblob(90000))",
)


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(database_files, "WAIT_S", 0.2)
    place = tmp_path / "town.gridmap.gpkg"
    put_plan(small_plan, place)
    return place


def signed(plan):
    return plan.with_tables(receipt={**plan.receipt, "signed": "yes"})


def state_of(folder):
    return {
        one.name: (one.stat().st_mtime_ns, one.read_bytes())
        for one in sorted(folder.iterdir())
        if not one.name.endswith(("-shm", ".lock"))
    }


def is_whole(path):
    with closing(sqlite3.connect(path)) as base:
        return base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_log_that_a_crash_left_is_part_of_the_plan_and_spoils_no_later_one(path):
    leave_behind(path, "WAL", *NOTE)
    assert [one.name for one in leftovers_of(path)] == ["town.gridmap.gpkg-wal"]
    before = state_of(path.parent)
    assert load_plan(path).receipt == small_plan().receipt
    assert state_of(path.parent) == before
    change_plan(path, signed)
    assert leftovers_of(path) == []
    assert is_whole(path)
    assert load_plan(path).receipt["signed"] == "yes"


def test_changes_to_our_tables_in_a_log_are_seen_and_never_run_over(path):
    leave_behind(path, "WAL", "UPDATE people SET phone = '139' WHERE fid = 1")
    with pytest.raises(PlanChangedError, match=r"outside gridmap: .* people \(phone\)"):
        load_plan(path)
    with pytest.raises(PlanChangedError):
        change_plan(path, signed)
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("SELECT phone FROM people WHERE fid = 1").fetchone() == ("139",)


@pytest.mark.parametrize("mode", ["DELETE", "TRUNCATE", "PERSIST"])
def test_a_change_that_a_crash_cut_short_is_rolled_back_and_the_plan_is_as_it_was(path, mode):
    whole = path.read_bytes()
    leave_behind(path, mode, *UNFINISHED)
    assert [one.name for one in leftovers_of(path)] == ["town.gridmap.gpkg-journal"]
    assert path.read_bytes() != whole  # half of it is in the file
    before = state_of(path.parent)
    assert load_plan(path).people["name"].tolist() == small_plan().people["name"].tolist()
    assert state_of(path.parent) == before
    change_plan(path, signed)
    assert leftovers_of(path) == []
    assert is_whole(path)
    assert load_plan(path).receipt["signed"] == "yes"


def test_a_plan_open_in_a_program_with_a_log_is_read_and_not_written(path):
    with other_program(path, "WAL", *NOTE) as program:
        before = state_of(path.parent)
        assert load_plan(path).receipt == small_plan().receipt
        with pytest.raises(InUseError, match="open in another program") as caught:
            change_plan(path, signed)
        assert "正被其他程序打开" in caught.value.zh
        with pytest.raises(InUseError):
            save_plan(signed(small_plan()), path, overwrite=True)
        assert state_of(path.parent) == before
        end(program)
    change_plan(path, signed)
    assert load_plan(path).receipt["signed"] == "yes"


@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_plan_that_another_program_is_writing_is_never_called_damaged(path, begin, mode):
    with other_program(path, mode, begin, "UPDATE people SET name = 'half'") as program:
        try:
            assert load_plan(path).receipt == small_plan().receipt
        except InUseError:
            assert begin == "BEGIN EXCLUSIVE"
        with pytest.raises(InUseError):
            change_plan(path, signed)
        with pytest.raises(InUseError):
            save_plan(signed(small_plan()), path, overwrite=True)
        end(program)
    assert load_plan(path).receipt == small_plan().receipt


def test_a_plan_locked_before_anything_is_written_is_open_elsewhere(path):
    with other_program(path, "DELETE", "BEGIN EXCLUSIVE"):
        with pytest.raises(InUseError):
            load_plan(path)
        with pytest.raises(InUseError):
            change_plan(path, signed)
    assert load_plan(path).receipt == small_plan().receipt


def test_a_program_that_only_looks_does_not_stand_in_the_way(path):
    with other_program(path, "DELETE", "SELECT count(*) FROM people") as program:
        change_plan(path, signed)
        assert load_plan(path).receipt["signed"] == "yes"
        end(program)
    assert load_plan(path).receipt["signed"] == "yes"


def test_a_program_that_had_it_open_cannot_write_into_the_plan_that_took_its_place(path):
    script = "UPDATE people SET name = 'theirs'"
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("SELECT * FROM people").fetchall()
        change_plan(path, signed)
        with pytest.raises(sqlite3.OperationalError, match=r"readonly|moved"):
            base.execute(script)
    assert leftovers_of(path) == []
    assert load_plan(path).people["name"].tolist() == small_plan().people["name"].tolist()


def test_what_another_program_changes_between_reading_and_saving_is_not_run_over(path):
    def slowly(plan):
        with closing(sqlite3.connect(path)) as base:
            base.execute("CREATE TABLE notes (text TEXT)")
            base.commit()
        return signed(plan)

    with pytest.raises(LayerFileError, match="was changed by another program meanwhile"):
        change_plan(path, slowly)
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("SELECT count(*) FROM notes").fetchone() == (0,)
    assert "signed" not in load_plan(path).receipt


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_leftovers_of_a_file_that_is_gone_are_named_and_not_laid_beside_a_new_plan(path, mode):
    leave_behind(path, mode, *(NOTE if mode == "WAL" else UNFINISHED))
    left = leftovers_of(path)[0]
    path.unlink()
    with pytest.raises(
        LayerFileError, match=f"has left '{left.name}'.*move what it left"
    ) as caught:
        save_plan(small_plan(), path)
    assert left.name in caught.value.zh
    assert left.exists()
    assert not path.exists()
    left.rename(left.with_name("old"))  # the way out that is named
    save_plan(small_plan(), path)
    assert load_plan(path).receipt == small_plan().receipt


def test_a_journal_that_is_spent_stays_where_it_is(path):
    with other_program(path, "PERSIST", *NOTE) as program:
        end(program)
    spent = path.with_name(f"{path.name}-journal")
    assert spent.exists()
    change_plan(path, signed)
    assert load_plan(path).receipt["signed"] == "yes"
    assert is_whole(path)


def test_a_log_of_another_file_beside_the_plan_is_told_and_never_brought_into_it(path, tmp_path):
    other = tmp_path / "other.gpkg"
    shutil.copyfile(path, other)
    leave_behind(other, "WAL", "UPDATE people SET name = 'other'")
    stray = path.with_name(f"{path.name}-wal")
    shutil.copyfile(f"{other}-wal", stray)
    before = state_of(tmp_path)
    for open_it in (load_plan, lambda place: change_plan(place, signed)):
        with pytest.raises(PlanChangedError, match=f"not together with '{stray.name}'") as caught:
            open_it(path)
        assert stray.name in caught.value.zh
    assert {name: before[name] for name in before} == state_of(tmp_path)
    stray.rename(tmp_path / "moved")  # the way out that is named
    assert load_plan(path).people["name"].tolist() == small_plan().people["name"].tolist()


def test_copies_for_reading_are_gone_after_it_and_private_meanwhile(path, tmp_path, monkeypatch):
    own = tmp_path / "tmp"
    own.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(own))
    leave_behind(path, "WAL", *NOTE)
    with database_files.still(path) as copy:
        assert copy != path
        assert copy.is_relative_to(own)
        assert os.name == "nt" or copy.parent.stat().st_mode & 0o077 == 0
    assert list(own.iterdir()) == []


def test_a_change_that_changes_nothing_still_brings_the_leftovers_in(path):
    leave_behind(path, "WAL", *NOTE)
    change_plan(path, lambda plan: plan)
    assert leftovers_of(path) == []
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("SELECT text FROM notes").fetchall() == [("theirs",)]


def test_tables_of_other_programs_are_carried_over(path, tmp_path):
    roads = gpd.GeoDataFrame({"name": ["路"]}, geometry=[shapely.Point(500_000, 4e6)], crs=32650)
    roads.to_file(path, layer="roads", driver="GPKG")
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, style TEXT)")
        base.execute("INSERT INTO layer_styles VALUES (7, '<qml/>')")
        base.execute("INSERT INTO gpkg_contents (table_name, data_type) VALUES ('layer_styles', "
                     "'attributes')")  # fmt: skip
        base.execute("CREATE INDEX by_name ON people (name)")
        base.execute("CREATE VIEW names AS SELECT name FROM people")
        base.commit()
    for _ in range(2):
        change_plan(path, lambda plan: replace(plan, receipt={**plan.receipt, "n": "1"}))
    assert load_plan(path).receipt["n"] == "1"
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("SELECT * FROM layer_styles").fetchall() == [(7, "<qml/>")]
        assert len(base.execute("SELECT * FROM names").fetchall()) == 4
        assert base.execute("SELECT 1 FROM sqlite_master WHERE name = 'by_name'").fetchall()
    assert "layer_styles" in set(gpd.list_layers(path)["name"])
    back = gpd.read_file(path, layer="roads")
    assert back.crs == roads.crs
    assert back.geometry.equals(roads.geometry)
    assert is_whole(path)


def test_a_table_that_cannot_be_carried_over_is_not_lost(path):
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE VIRTUAL TABLE words USING fts5 (text, content='', tokenize='ascii')")
        base.commit()
    change_plan(path, signed)  # by its changed rows: all else is as it was
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("SELECT 1 FROM sqlite_master WHERE name = 'words'").fetchall()
    before = path.read_bytes()
    with pytest.raises(LayerFileError, match=r"table 'words.* another program keeps") as caught:
        change_plan(path, lambda plan: plan.with_tables(people=plan.people.assign(phone="")))
    assert "words" in caught.value.zh
    assert path.read_bytes() == before


def test_the_wait_for_another_program_is_bounded():
    assert database_files.WAIT_S <= 10
    assert plan_lock.WAIT_S >= database_files.WAIT_S


def test_a_file_that_cannot_be_read_is_not_held_afterwards(path):
    with closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE receipt SET value = CAST(x'ff00fe' AS TEXT) WHERE key = 'seed'")
        base.commit()
    gc.disable()
    try:
        with pytest.raises(LayerFileError):
            load_plan(path)
        with closing(sqlite3.connect(path, timeout=0)) as base:
            base.execute("DELETE FROM receipt WHERE key = 'seed'")
            base.commit()
    finally:
        gc.enable()


def test_a_plan_that_is_made_for_a_place_does_not_run_over_what_came_there_meanwhile(path):
    made, new = small_plan(), path.with_name("new.gridmap.gpkg")
    save, first = saver_at(path, overwrite=True), saver_at(new, overwrite=True)
    change_plan(path, signed)
    save_plan(made, new)
    before = path.read_bytes()
    with pytest.raises(LayerFileError, match="changed by another program meanwhile"):
        save(made)
    with pytest.raises(UsageError, match="exists already"):
        first(signed(made))
    assert path.read_bytes() == before
    assert load_plan(new).receipt == made.receipt
    saver_at(path, overwrite=True)(made)
    assert "signed" not in load_plan(path).receipt
