"""The log: undo and redo that survive a restart, history, lineage, and two people at once."""

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from redraw_plan import BY, E1, W1, W2, code_of, draw, line, people_on

from gridmap import edits
from gridmap.store import load_plan, save_plan
from gridmap.workflow import reassign_cadres
from layers.columns import EDITS
from layers.errors import PlanError

TABLES = ("patches", "grids", "people", "posts", "assignments", "issues", "ledger", "versions")


def restarted(plan, folder):
    path = folder / "t.gridmap.gpkg"
    save_plan(plan, path, overwrite=True)
    return load_plan(path)


def assert_same(one, two):
    for name in TABLES:
        assert_frame_equal(getattr(one, name), getattr(two, name))


def test_an_entry_says_who_when_why_and_what():
    plan = draw()
    after = edits.apply(plan, edits.move_patches(plan, ["P11", "P12"], W2), **BY)
    row = after.edits.loc["E000001"]
    assert list(after.edits.columns) == list(EDITS)
    assert row[list(EDITS)[:-1]].to_dict() == {
        "time": "2026-11-20T10:00:00", "who": "王五", "why": "试", "kind": "move", "target": "",
        "patches": "P11;P12", "from_codes": "TVW01;TVW01", "to_codes": "TVW02;TVW02",
        "grids": "TVW01;TVW02", "created": "", "retired": "",
    }  # fmt: skip


def test_undo_and_redo_survive_a_restart_each(tmp_path):
    first = draw()
    second = edits.apply(first, edits.merge_grids(first, [W1, W2]), **BY)
    third = edits.apply(second, edits.divide_grid(second, E1, 2), **BY)
    plan = restarted(third, tmp_path)
    plan = restarted(edits.undo(plan, **BY), tmp_path)
    assert_same(plan, second)
    plan = restarted(edits.undo(plan, **BY), tmp_path)
    assert_same(plan, first)
    plan = restarted(edits.redo(plan, **BY), tmp_path)
    assert_same(plan, second)
    plan = restarted(edits.redo(plan, **BY), tmp_path)
    assert_same(plan, third)
    assert plan.edits["kind"].tolist() == ["merge", "divide", "undo", "undo", "redo", "redo"]
    assert plan.edits["target"].tolist() == ["", "", "E000002", "E000001", "E000001", "E000002"]


def test_there_is_nothing_to_undo_or_redo_in_a_plan_never_edited():
    with pytest.raises(PlanError, match="nothing to undo"):
        edits.undo(draw(), **BY)
    with pytest.raises(PlanError, match="nothing to redo") as error:
        edits.redo(draw(), **BY)
    assert error.value.zh == "没有可重做的调整（共 0 条记录）。"


def test_a_new_edit_ends_what_could_be_done_again():
    plan = draw()
    plan = edits.apply(plan, edits.move_patches(plan, ["P11"], W2), **BY)
    plan = edits.undo(plan, **BY)
    plan = edits.apply(plan, edits.move_patches(plan, ["P12"], W2), **BY)
    with pytest.raises(PlanError, match="nothing to redo"):
        edits.redo(plan, **BY)
    assert code_of(edits.undo(plan, **BY), "P12") == [W1]


def test_an_old_plan_without_a_log_can_be_edited():
    plan = draw().with_tables(edits=pd.DataFrame({"edit_id": pd.Series(dtype="str")}))
    after = edits.apply(plan, edits.move_patches(plan, ["P11"], W2), **BY)
    assert after.edits.index.tolist() == ["E000001"]


def test_locks_are_undone_and_done_again_like_other_edits():
    plan = draw()
    locked = edits.apply(plan, edits.lock_grids(plan, [W1]), **BY)
    undone = edits.undo(locked, **BY)
    assert edits.locked_grids(undone) == frozenset()
    assert edits.locked_grids(edits.redo(undone, **BY)) == {W1}


def test_the_history_reads_like_what_happened():
    plan = draw()
    plan = edits.apply(plan, edits.move_patches(plan, ["P11"], W2), **BY)
    plan = edits.apply(plan, edits.lock_grids(plan, [E1]), **BY)
    plan = edits.undo(plan, **BY)
    told = edits.history(plan)
    assert told["what"].tolist() == [
        "1 patch moved to TVW02",
        "locked: TVE01",
        "took back E000002",
    ]
    assert told["what_zh"].tolist() == ["划转 1 个图斑至 TVW02", "锁定：TVE01", "撤销 E000002"]
    assert told["in_force"].tolist() == [True, False, False]
    assert told["next_undo"].tolist() == [True, False, False]
    assert told["next_redo"].tolist() == [False, True, False]
    assert told["who"].unique().tolist() == ["王五"]


def test_lineage_names_where_the_ground_of_new_micro_grids_came_from():
    plan = draw()
    plan = edits.apply(plan, edits.move_patches(plan, ["P12", "P22"], edits.NEW), **BY)
    plan = edits.apply(plan, edits.divide_grid(plan, E1, 2), **BY)
    plan = edits.undo(plan, **BY)
    told = edits.lineage(plan)
    assert told["supersedes"].to_dict() == {"TVW03": "TVW01;TVW02"}


def test_people_assigned_since_stay_where_they_are_when_an_edit_is_undone():
    plan = draw()
    merged = edits.apply(plan, edits.merge_grids(plan, [W1, W2]), **BY)
    staffed = reassign_cadres(merged)
    undone = edits.undo(staffed, **BY)
    assert undone.patches["grid_code"].equals(plan.patches["grid_code"])
    filled = undone.assignments[undone.assignments["status"] == "filled"]
    assert filled["person_id"].is_unique
    everybody = undone.assignments["person_id"]
    assert set(everybody[everybody != ""]) == set(plan.people.index)
    assert people_on(undone, W1) == people_on(staffed, W1)
    redone = edits.redo(undone, **BY)
    assert redone.patches["grid_code"].equals(merged.patches["grid_code"])
    assert sorted(redone.assignments["person_id"]) == sorted(staffed.assignments["person_id"])


def test_an_edit_on_a_stale_plan_is_refused_with_what_changed_by_whom():
    seen = draw()
    edit = edits.move_patches(seen, ["P11"], W2)
    now = edits.apply(seen, edits.lock_grids(seen, [E1]), who="李四", when="2026-11-20T09:30")
    with pytest.raises(PlanError) as error:
        edits.apply(now, edit, **BY)
    assert "E000001 (lock) by 李四 at 2026-11-20T09:30 on TVE01" in str(error.value)
    assert "E000001（锁定），李四，2026-11-20T09:30，涉及 TVE01" in error.value.zh
    with pytest.raises(PlanError, match="has changed since"):
        edits.preview(now, edit)
    with pytest.raises(PlanError, match="has changed since"):
        edits.undo(now, **BY, state=edits.state_id(seen))


def test_an_edit_on_other_ground_is_applied_again_and_nobodys_work_is_lost():
    seen = draw()
    mine = edits.move_patches(seen, ["P11"], W2)
    theirs = edits.apply(seen, edits.divide_grid(seen, E1, 2), who="李四", when="2026-11-20")
    both = edits.apply(theirs, edits.reapply(theirs, mine), **BY)
    assert code_of(both, "P11") == [W2]
    assert "TVE02" in both.grids.index


@pytest.mark.parametrize(
    "theirs",
    [
        lambda plan: edits.move_patches(plan, ["P11"], edits.NEW),
        lambda plan: edits.move_patches(plan, ["P02"], edits.NEW),
        lambda plan: edits.lock_grids(plan, [W2]),
        lambda plan: edits.merge_grids(plan, [W1, W2]),
    ],
)
def test_an_edit_on_the_same_ground_is_not_applied_again(theirs):
    seen = draw()
    mine = edits.move_patches(seen, ["P11"], W2)
    now = edits.apply(seen, theirs(seen), who="李四", when="2026-11-20")
    with pytest.raises(PlanError, match=r"The same ground was changed meanwhile: .*李四"):
        edits.reapply(now, mine)


def test_an_edit_undone_meanwhile_is_no_change():
    seen = draw()
    mine = edits.move_patches(seen, ["P11"], W2)
    other = edits.apply(seen, edits.merge_grids(seen, [W1, W2]), **BY)
    back = edits.undo(other, **BY)
    assert code_of(edits.apply(back, mine, **BY), "P11") == [W2]


def test_a_plan_made_anew_is_another_plan():
    seen = draw()
    mine = edits.move_patches(seen, ["P11"], W2)
    label = seen.patches["grid_code"].where(seen.patches.index != "P00", W2)
    other = seen.with_tables(patches=seen.patches.assign(grid_code=label))
    with pytest.raises(PlanError, match="it was made anew or is another one"):
        edits.apply(other, mine, **BY)


def test_a_state_names_labels_locks_and_version():
    plan = draw()
    names = {edits.state_id(plan)}
    names.add(edits.state_id(edits.apply(plan, edits.move_patches(plan, ["P11"], W2), **BY)))
    names.add(edits.state_id(edits.apply(plan, edits.lock_grids(plan, [W2]), **BY)))
    cut = edits.cut_patch(plan, "P11", line((1.5, 0), (1.5, 3)))
    names.add(edits.state_id(edits.apply(plan, cut, **BY)))
    assert len({name.partition(":")[2] for name in names}) == 4
