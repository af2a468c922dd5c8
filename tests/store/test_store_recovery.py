"""A damaged plan: what is wrong is named, what can be read is saved, what is missing is told."""

import json
import os
import random
import sqlite3
from contextlib import closing

import pytest
from cli_runs import run
from redraw_plan import draw
from spoiled_plans import change, page_of, spoiled, zero_page

from gridmap import edits
from gridmap.edits import Edit, apply, state_id
from gridmap.plan.plan import CHECKED
from gridmap.store import load_plan, save_plan
from gridmap.store.log_recovery import read_log
from gridmap.store.recovery import recover_plan
from gridmap.store.verifying import verify_plan
from layers.contract.errors import GridmapError, LayerFileError, PlanError

BY = {"who": "王 =规划", "when": "2026-03-01T09:00:00", "why": "=1+1"}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A plan with five edits, two of which move ground."""
    plan = draw()
    first, second = plan.micro_grids.index[:2]
    for kind, code in (("lock", first), ("unlock", first), ("lock", second), ("unlock", second)):
        plan = apply(plan, Edit(kind=kind, grids=(code,), state=state_id(plan)), **BY)
    path = tmp_path_factory.mktemp("recovery") / "town.gridmap.gpkg"
    save_plan(plan, path)
    return path.read_bytes()


@pytest.fixture
def stored(tmp_path, written):
    path = tmp_path / "town.gridmap.gpkg"
    path.write_bytes(written)
    return path


def test_a_sound_plan_is_called_so_and_recovers_to_the_same_bytes(stored, tmp_path):
    assert verify_plan(stored).is_sound
    saved = recover_plan(stored)
    assert saved.losses == ()
    save_plan(saved.plan, tmp_path / "again.gpkg")
    assert (tmp_path / "again.gpkg").read_bytes() == stored.read_bytes()


@pytest.mark.parametrize(
    "spoil", ["UPDATE people SET hours = 1.0 WHERE fid = 2", "DELETE FROM issues WHERE fid = 1"]
)
def test_of_a_plan_that_was_changed_all_is_looked_at_again(stored, spoil):
    assert CHECKED in recover_plan(stored).plan.receipt
    change(stored, spoil)
    assert CHECKED not in recover_plan(stored).plan.receipt


def test_a_name_edited_in_a_gis_is_told_and_taken_over(stored, tmp_path):
    change(stored, "UPDATE people SET name = '新名字' WHERE fid = 2")
    found = verify_plan(stored)
    assert not found.is_sound
    assert {one.table: one.columns for one in found.tables if one.state != "written"} == {
        "people": ("name",)
    }
    saved = recover_plan(stored)
    assert saved.losses == ()
    save_plan(saved.plan, tmp_path / "new.gpkg")
    assert load_plan(tmp_path / "new.gpkg").people["name"].iloc[1] == "新名字"


@pytest.mark.parametrize("table", ["people", "posts", "assignments", "issues", "ledger", "edits",
                                   "versions", "receipt", "frame_columns", "digests"])  # fmt: skip
def test_without_any_one_table_the_rest_is_saved(stored, tmp_path, table):
    change(stored, f"DROP TABLE {table}")
    saved = recover_plan(stored)
    place = tmp_path / "new.gpkg"
    save_plan(saved.plan, place)
    plan, whole = load_plan(place), draw()
    assert plan.patches["grid_code"].tolist() == whole.patches["grid_code"].tolist()
    if table in ("people", "posts", "assignments", "issues", "ledger", "versions"):
        assert table in {loss.table for loss in saved.losses}
    kinds = ["lock", "unlock", "lock", "unlock"]  # with the number that each had
    assert plan.edits["kind"].tolist() == (["lost"] * 4 if table == "edits" else kinds)


@pytest.mark.parametrize("table", ["patches", "grids"])
def test_without_ground_there_is_no_plan_but_the_log_is_still_written(stored, table):
    zero_page(stored, page_of(stored, table))
    with pytest.raises(LayerFileError, match=f"table '{table}'.*copy of it from before") as caught:
        recover_plan(stored)
    assert table in caught.value.zh
    assert read_log(stored).entries["kind"].tolist() == ["lock", "unlock", "lock", "unlock"]


def test_given_grids_are_made_anew_though_no_level_can_be_read(stored, tmp_path):
    parents = set(draw().patches["parent_code"])
    with closing(sqlite3.connect(stored)) as base:
        triggers = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        base.executemany("DELETE FROM grids WHERE grid_code = ?", [(code,) for code in parents])
        base.execute("UPDATE grids SET level = NULL")
        base.commit()
    saved = recover_plan(stored)
    save_plan(saved.plan, tmp_path / "new.gpkg")
    assert parents <= set(load_plan(tmp_path / "new.gpkg").grids.index)


@pytest.mark.parametrize("table", ["patches", "grids"])
def test_a_table_of_ground_without_a_row_is_as_good_as_none(stored, table):
    with closing(sqlite3.connect(stored)) as base:
        triggers = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute(f"DELETE FROM {table}")
        base.commit()
    with pytest.raises(LayerFileError, match=f"table '{table}'.*copy of it from before"):
        recover_plan(stored)


def test_lost_rules_are_given_by_hand(stored, tmp_path):
    change(stored, "DELETE FROM rules")
    with pytest.raises(LayerFileError, match="--rules"):
        recover_plan(stored)
    rules = tmp_path / "rules.toml"
    rules.write_text(draw().rules_text, encoding="utf-8")
    assert recover_plan(stored, rules_file=rules).plan.rules == draw().rules


def test_a_lost_entry_of_the_log_keeps_its_number_and_cannot_be_undone(stored, tmp_path):
    change(stored, "DELETE FROM edits WHERE edit_id = 'E000004'")
    saved = recover_plan(stored)
    assert [loss.row for loss in saved.losses] == ["E000004"]
    assert saved.plan.edits["kind"].tolist() == ["lock", "unlock", "lock", "lost"]
    place = tmp_path / "new.gpkg"
    save_plan(saved.plan, place)
    plan = load_plan(place)
    with pytest.raises(PlanError, match="lost when the plan was recovered") as caught:
        edits.undo(plan, **BY)
    assert "丢失" in caught.value.zh
    with pytest.raises(PlanError, match="E000004 changed was lost"):
        edits.undo_one(plan, "E000003", **BY)
    after = apply(
        plan, Edit(kind="lock", grids=(plan.micro_grids.index[0],), state=state_id(plan)), **BY
    )
    assert after.edits.index[-1] == "E000005"
    assert len(edits.history(after)) == 5


def test_what_a_damaged_entry_replaced_is_left_out_and_its_undo_refused(stored):
    change(stored, "UPDATE edits SET rows = '{torn', kind = 'move' WHERE edit_id = 'E000004'")
    saved = recover_plan(stored)
    assert [loss.row for loss in saved.losses] == ["E000004"]
    with pytest.raises(PlanError, match="lost when the plan was recovered"):
        edits.undo(saved.plan, **BY)


def test_people_and_grids_that_are_there_twice_or_gone_are_named(stored, tmp_path):
    whole = draw()
    gone, free = whole.micro_grids.index[0], whole.people.index[0]
    change(
        stored,
        "INSERT INTO people SELECT NULL, person_id, 'zwei', office, role, skills, home_code, "
        "present_grid, phone, employment, hours, roles FROM people WHERE fid = 2",
        f"UPDATE grids SET geom = NULL WHERE grid_code = '{gone}'",
        "UPDATE patches SET load_h = 9e999 WHERE fid = 2",
        f"UPDATE assignments SET person_id = 'nobody' WHERE person_id = '{free}'",
    )
    found = verify_plan(stored)
    assert {fault.table for fault in found.faults} == {"people", "grids", "patches", "assignments"}
    saved = recover_plan(stored)
    save_plan(saved.plan, tmp_path / "new.gpkg")
    plan = load_plan(tmp_path / "new.gpkg")
    assert plan.people["name"].tolist() == whole.people["name"].tolist()
    assert plan.grids.geometry[gone].equals(whole.grids.geometry[gone])  # of its patches again
    assert plan.patches["load_h"].iloc[1] == 0
    told = " ".join(loss.en for loss in saved.losses)
    for words in ("2 rows with person_id", f"outline of '{gone}'", "load_h of", "'nobody'"):
        assert words in told
    assert all(loss.zh.endswith("。") for loss in saved.losses)


def test_a_given_grid_that_is_lost_is_made_anew_of_its_patches(stored, tmp_path):
    whole = draw()
    gone = whole.patches["parent_code"].iloc[0]
    with closing(sqlite3.connect(stored)) as base:
        triggers = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute("DELETE FROM grids WHERE grid_code = ?", (gone,))
        base.commit()
    saved = recover_plan(stored)
    save_plan(saved.plan, tmp_path / "new.gpkg")
    plan = load_plan(tmp_path / "new.gpkg")
    assert plan.grids.at[gone, "area_m2"] == pytest.approx(whole.grids.at[gone, "area_m2"])
    assert plan.patches["parent_code"].tolist() == whole.patches["parent_code"].tolist()
    assert any(loss.row == gone for loss in saved.losses)


def test_any_damage_is_verified_and_recovered_or_refused_in_words(tmp_path, written):
    rng = random.Random(11)
    path, place = tmp_path / "town.gridmap.gpkg", tmp_path / "new.gpkg"
    saved, refused = 0, []
    for _ in range(16):
        path.write_bytes(spoiled(written, rng))
        try:
            found = verify_plan(path)
            made = recover_plan(path)
        except GridmapError as error:
            refused.append(str(error))
            continue
        save_plan(made.plan, place, overwrite=True)
        load_plan(place)
        saved += 1
        if found.is_sound:
            assert made.losses == ()
            assert place.read_bytes() == written
    assert saved > 5
    assert refused
    assert all("Keep the file" in one or "--rules" in one for one in refused)


def test_commands_say_what_is_wrong_and_save_what_can_be_read(stored, tmp_path):
    assert run("verify", stored).exit_code == 0
    change(stored, "UPDATE people SET phone = '1' WHERE fid = 1")
    told = run("verify", stored, "--json")
    assert told.exit_code == 1
    answer = json.loads(told.stdout)
    assert answer["sound"] is False
    people = next(one for one in answer["tables"] if one["table"] == "people")
    assert (people["state"], people["columns"]) == ("changed", ["phone"])
    assert "无法读出" not in run("verify", stored, "--lang", "zh").stdout
    refused = run("check", stored)
    assert refused.exit_code == 1
    assert "people (phone)" in refused.stderr
    again = run("recover", stored, "--out", stored, "--overwrite")
    assert again.exit_code == 2
    assert "must stay" in again.stderr
    assert run("recover", stored).exit_code == 0
    assert run("check", tmp_path / "town-recovered.gridmap.gpkg").exit_code in (0, 1)
    change(stored, "DELETE FROM ledger WHERE fid = 1", "DROP TABLE issues")
    partly = run("recover", stored, "--out", tmp_path / "b.gpkg", "--json")
    assert partly.exit_code == 1
    assert {one["table"] for one in json.loads(partly.stdout)["missing"]} == {"issues", "ledger"}


def test_the_log_is_exported_for_spreadsheets_and_machines(stored, tmp_path):
    for name in ("log.csv", "log.json"):
        assert run("log", stored, "--out", tmp_path / name).exit_code == 0
        assert os.name == "nt" or (tmp_path / name).stat().st_mode & 0o777 == 0o600
    text = (tmp_path / "log.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith("edit_id,time,who,why,kind")
    assert ",'=1+1," in text  # no formula
    rows = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))["edits"]
    assert [row["kind"] for row in rows] == ["lock", "unlock", "lock", "unlock"]
    assert "锁定" in run("log", stored, "--lang", "zh").stdout
    assert run("log", stored, "--out", tmp_path / "log.txt").exit_code == 2
