"""Damage of odd kinds: what it is, is said; nothing runs on without end or goes in silence."""

import subprocess
import sys
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from cli_runs import run
from filelock import FileLock
from other_program import leave_behind, other_program
from redraw_plan import draw
from spoiled_plans import change

from gridmap import edits
from gridmap.edits import Edit, apply, state_id
from gridmap.store import load_plan, salvage, save_plan
from gridmap.store.faults import plan_changed
from gridmap.store.log_recovery import read_log
from gridmap.store.plan_lock import PlanBusyError, change_plan
from gridmap.store.recovery import recover_plan
from gridmap.store.verifying import verify_plan
from layers.contract.errors import LayerFileError, PlanError
from layers.files import database_files
from layers.files.database_files import InUseError

BY = {"who": "王", "when": "2026-03-01T09:00:00", "why": "x"}
ENDLESS = (
    "ALTER TABLE people RENAME TO others",
    "CREATE VIEW people AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
    "SELECT x AS fid, '' AS person_id FROM c",
)
CURVE = (  # a curve in a polygon, which this program cannot read
    "4750000100000000010A000000010000000108000000030000000000000000000000000000000000000000000000"
    "0000F03F000000000000F03F00000000000000000000000000000000"
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A plan with two edits, a line that no micro-grid crosses, and a road to know it by."""
    plan = draw()
    for kind in ("lock", "unlock"):
        edit = Edit(kind=kind, grids=(plan.micro_grids.index[0],), state=state_id(plan))
        plan = apply(plan, edit, **BY)
    line = shapely.LineString([(0, 0), (1, 1)])
    barriers = gpd.GeoDataFrame({"name": ["河"]}, geometry=[line], crs=plan.patches.crs)
    path = tmp_path_factory.mktemp("damage") / "town.gridmap.gpkg"
    road = {"kind": ["road"], "class": ["lane"], "name": ["西街"], "layer": ["roads.fgb"]}
    context = gpd.GeoDataFrame(road, geometry=[line], crs=plan.patches.crs)
    texts = {name: "str" for name in road}
    plan = replace(plan, barriers=barriers.astype({"name": "str"}), context=context.astype(texts))
    save_plan(plan, path)
    return path.read_bytes()


@pytest.fixture
def stored(tmp_path, written):
    path = tmp_path / "town.gridmap.gpkg"
    path.write_bytes(written)
    return path


def test_a_view_in_the_place_of_a_table_is_never_asked(stored):
    change(stored, *ENDLESS)
    with pytest.raises(LayerFileError, match="lacks the tables 'people'"):
        load_plan(stored)
    people = next(one for one in verify_plan(stored).tables if one.table == "people")
    assert (people.state, people.why) == ("unread", "it is a view, not a table")
    assert any("'people' is lost" in loss.en for loss in recover_plan(stored).losses)


def test_a_plan_of_a_newer_format_is_not_recovered_in_part(tmp_path, monkeypatch):
    monkeypatch.setattr("gridmap.store.writing.FORMAT", 5)
    monkeypatch.setattr("gridmap.store.writing.check_draft", lambda _draft: None)
    path = tmp_path / "town.gridmap.gpkg"
    save_plan(draw(), path)
    for read in (load_plan, recover_plan, read_log):
        with pytest.raises(LayerFileError, match=r"newer gridmap: format 5.*Update gridmap"):
            read(path)
    told = run("verify", path, "--lang", "en")
    assert told.exit_code == 1
    assert "Update gridmap" in told.stdout
    assert "recover" not in told.stdout


def test_a_format_that_became_another_by_damage_is_damage(stored):
    change(stored, "UPDATE receipt SET value = '5' WHERE key = 'store_format'")
    with pytest.raises(LayerFileError, match=r"receipt \(value\)"):
        load_plan(stored)
    assert recover_plan(stored).found.tables[1].columns == ("value",)


def test_a_log_that_is_lost_is_no_empty_log(stored, tmp_path):
    change(stored, "DROP TABLE edits")
    told = run("log", stored, "--out", tmp_path / "log.csv", "--lang", "en")
    assert told.exit_code == 1
    assert "The table 'edits' is lost" in told.stdout
    assert "Entries E000001 to E000002 of the log are lost: 2." in told.stdout


def test_a_log_that_was_changed_is_named(stored):
    change(stored, "UPDATE edits SET why = 'y' WHERE fid = 1")
    told = run("log", stored, "--lang", "en")
    assert told.exit_code == 1
    assert "not as written (why)" in told.stdout


@pytest.mark.parametrize(
    "damage",
    [
        {
            "DROP TABLE barriers": "'barriers' is lost",
            "DROP TABLE context": "'context' is lost",
            "DROP TABLE receipt": "The receipt is lost",
            "DROP TABLE digests": "The digests are lost",
        },
        {
            "UPDATE barriers SET geom = NULL": "'barriers' that are gone or cannot be read: 1",
            "UPDATE context SET geom = NULL": "'context' that are gone or cannot be read: 1",
            "UPDATE people SET name = 'a' || char(0) || 'b' WHERE fid = 1": "U+0000",
            "UPDATE grids SET parent_code = grid_code WHERE fid = 2": "lies in itself",
            f"UPDATE grids SET geom = x'{CURVE}' WHERE kind = 'micro'": "is dissolved again",
            "UPDATE edits SET edit_id = 'E999999' WHERE fid = 2": "Entry E000002",
            "DROP TABLE frame_columns": "'frame_columns' is lost",
        },
    ],
)
def test_what_is_lost_or_left_out_is_named_and_the_rest_opens(stored, tmp_path, damage):
    change(stored, *damage)
    with pytest.raises(LayerFileError):
        load_plan(stored)
    saved = recover_plan(stored)
    assert not saved.found.is_sound
    losses = " ".join(loss.en for loss in saved.losses)
    assert [told for told in damage.values() if told not in losses] == []
    save_plan(saved.plan, tmp_path / "new.gpkg")
    assert len(edits.history(load_plan(tmp_path / "new.gpkg"))) == 2


def test_a_number_of_rows_that_was_changed_is_not_believed(stored):
    change(stored, "UPDATE digests SET row_count = '999999999999'")
    assert len(recover_plan(stored).plan.people) == len(draw().people)


def test_a_text_that_no_file_can_hold_is_named_before_it_is_written(tmp_path):
    plan = draw()
    people = plan.people.assign(name=["a\0b", *plan.people["name"].iloc[1:]])
    with pytest.raises(PlanError, match=r"name of .* in the table 'people'.*U\+0000"):
        save_plan(replace(plan, people=people.astype({"name": "str"})), tmp_path / "a.gpkg")


@pytest.mark.parametrize("part", [0.0, 0.1])
def test_what_is_left_of_a_file_is_no_file_of_another_kind(stored, written, part):
    stored.write_bytes(written[: int(len(written) * part)])
    for read in (verify_plan, recover_plan, read_log):
        with pytest.raises(LayerFileError, match=r"Nothing can be read.*copy of it from before"):
            read(stored)


def test_names_that_no_file_can_have_are_told(tmp_path):
    with pytest.raises(LayerFileError, match="too long"):
        load_plan(tmp_path / ("网" * 90 + ".gridmap.gpkg"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_what_is_no_ordinary_file_is_not_called_missing():
    with pytest.raises(LayerFileError, match="not an ordinary file"):
        load_plan("/dev/null")


def test_a_file_that_another_program_holds_is_asked_once(stored, monkeypatch):
    monkeypatch.setattr(database_files, "WAIT_S", 0.05)
    asked = []
    rows = salvage._rows
    monkeypatch.setattr(salvage, "_rows", lambda *given: asked.append(given) or rows(*given))
    with other_program(stored, "DELETE", "BEGIN EXCLUSIVE"), pytest.raises(InUseError):
        verify_plan(stored)
    assert len(asked) <= 1


@pytest.mark.parametrize("ending", ["-journal", "-wal"])
def test_leftovers_that_cannot_be_read_are_named_and_the_plan_is_not_called_damaged(stored, ending):
    left = stored.with_name(stored.name + ending)
    left.mkdir()
    for read in (load_plan, verify_plan, recover_plan):
        with pytest.raises(LayerFileError, match=f"together with '{left.name}'") as caught:
            read(stored)
        assert "damaged" not in str(caught.value)
        assert left.name in caught.value.zh


def test_leftovers_that_spoil_the_file_are_verified_and_recovered_all_the_same(stored):
    """A program that wrote without a journal left half of it, and another one a log beside it."""
    leave_behind(stored, "WAL", "CREATE TABLE notes (a)", "PRAGMA wal_checkpoint")
    data = bytearray(stored.read_bytes())
    data[-4096:] = bytes(4096)
    stored.write_bytes(data[: len(data) - 4096 * 3])
    with pytest.raises(LayerFileError):
        load_plan(stored)
    assert not verify_plan(stored).is_sound


def test_who_comes_by_a_link_to_the_plan_waits_for_the_same_lock(stored, tmp_path):
    link = tmp_path / "other.gridmap.gpkg"
    link.symlink_to(stored)
    held = FileLock(stored.with_name("town.gridmap.lock"))
    with held, pytest.raises(PlanBusyError):
        change_plan(link, lambda plan: plan, wait_s=0)


@pytest.mark.skipif(sys.platform == "win32", reason="asks the shell of other systems")
@pytest.mark.parametrize("name", ["郑庵 (2).gpkg", "a&b.gpkg", "a'b.gpkg", 'a"b$c.gpkg', "a#1.gpkg",
                                  "郑庵镇.gpkg", "-x.gpkg", "a;b!.gpkg", "50%.gpkg"])  # fmt: skip
def test_a_command_that_is_named_can_be_typed(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(b"")
    told = str(plan_changed(tmp_path.relative_to(tmp_path) / name, "", ""))
    typed = told.partition("gridmap verify ")[2].partition("' says")[0]
    assert subprocess.run(f"cat {typed}", shell=True, check=False).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("name", ["城关!.gpkg", "a;b.gpkg", "a\nb.gpkg", "x.zip!y.gpkg",
                                  "file:x.gpkg", " a?#%41.gpkg"])  # fmt: skip
def test_names_that_the_file_library_takes_for_something_else_are_names(
    tmp_path, monkeypatch, name
):
    monkeypatch.chdir(tmp_path)
    save_plan(draw(), name)
    assert load_plan(name).people.equals(draw().people)
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_plan_that_nobody_may_read_is_told(stored, monkeypatch):
    def refused(_place):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("gridmap.store.reading.mark_of", refused)
    for read in (load_plan, verify_plan, recover_plan):
        with pytest.raises(LayerFileError, match=r"cannot be read: Permission denied\. Allow"):
            read(stored)
