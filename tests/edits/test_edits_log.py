"""The log: undo and redo that survive a restart, history, lineage, and two people at once."""

import re

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from redraw_plan import BY, E1, W1, W2, code_of, draw, line, people_on

from gridmap import edits
from gridmap.edits.moves.log import edit_log
from gridmap.edits.moves.retired import retired_codes
from gridmap.store import load_plan, save_plan
from gridmap.versions.boundaries import boundary_files
from gridmap.workflow.workflow import reassign_cadres
from layers.contract.columns import EDITS
from layers.contract.errors import PlanError

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


def test_what_a_plan_says_of_families_comes_back_with_undo():
    """Of a plan of an earlier version no micro-grid says its family."""
    first = draw()
    first = first.with_tables(grids=first.grids.assign(family=""))
    second = edits.apply(first, edits.divide_grid(first, E1, 2), **BY, check=False)
    third = edits.apply(second, edits.merge_grids(second, [W1, W2]), **BY, check=False)
    plan = edits.undo(third, **BY, check=False)
    assert_frame_equal(plan.grids, second.grids)
    assert_frame_equal(edits.undo(plan, **BY, check=False).grids, first.grids)
    assert_frame_equal(edits.redo(plan, **BY, check=False).grids, third.grids)


def test_an_entry_of_an_earlier_version_says_no_family_and_leaves_it_to_the_ground():
    plan = draw()
    merged = edits.apply(plan, edits.merge_grids(plan, [W1, W2]), **BY, check=False)
    bare = merged.edits["rows"].str.replace(r',"(subclass|family)":"[a-z]*"', "", regex=True)
    assert "family" not in bare.iloc[0]
    before = edits.undo(merged.with_tables(edits=merged.edits.assign(rows=bare)), **BY, check=False)
    assert_frame_equal(before.grids, plan.grids)


def test_two_edits_come_back_one_by_one_and_the_history_says_which_is_next():
    def marks(plan):
        told = edits.history(plan)
        return [told.index[told[name]].tolist() for name in ("in_force", "next_undo", "next_redo")]

    one, two, three = "E000001", "E000002", "E000003"
    plan = draw()
    for patch in ("P11", "P12", "P10"):
        plan = edits.apply(plan, edits.move_patches(plan, [patch], W2), **BY, check=False)
    assert marks(plan) == [[one, two, three], [three], []]
    plan = edits.undo(edits.undo(plan, **BY, check=False), **BY, check=False)
    assert marks(plan) == [[one], [one], [two]]
    plan = edits.redo(plan, **BY, check=False)
    assert marks(plan) == [[one, two], [two], [three]]
    assert code_of(plan, "P11", "P12", "P10") == [W2, W2, W1]
    plan = edits.redo(plan, **BY, check=False)
    assert marks(plan) == [[one, two, three], [three], []]
    assert code_of(plan, "P11", "P12", "P10") == [W2, W2, W2]
    with pytest.raises(PlanError, match="nothing to redo: the log has 7 entries"):
        edits.redo(plan, **BY)


def test_the_entries_of_undo_and_redo_tell_what_each_put_where():
    plan = draw()
    plan = edits.apply(plan, edits.merge_grids(plan, [W1, W2]), **BY, check=False)
    for turn in (edits.undo, edits.redo, edits.undo, edits.redo):
        plan = turn(plan, **BY, check=False)
    told = plan.edits[["from_codes", "to_codes", "created", "retired"]].to_numpy().tolist()
    done, back = told[0], told[1]
    assert done[2:] == ["", W2]
    assert back == [done[1], done[0], W2, ""]
    assert told == [done, back, done, back, done]


def test_a_second_redo_leaves_people_assigned_meanwhile_where_they_are():
    """People are assigned anew between two undos: both edits come back around them."""
    first = draw()
    second = edits.apply(first, edits.merge_grids(first, [W1, W2]), **BY, check=False)
    third = edits.apply(second, edits.divide_grid(second, E1, 2), **BY, check=False)
    back = edits.undo(edits.undo(third, **BY, check=False), **BY, check=False)
    moved = people_on(back, W1)
    staffed = reassign_cadres(back)
    again = edits.redo(edits.redo(staffed, **BY, check=False), **BY, check=False)
    assert again.patches["grid_code"].equals(third.patches["grid_code"])
    assert people_on(again, W1) >= people_on(staffed, W1) == moved
    rows = again.assignments
    assert set(rows["person_id"]) - {""} == set(again.people.index)
    codes = [W1, E1, "TVE02"]
    posts = again.posts["grid_code"].value_counts()[codes]
    assert posts.tolist() == again.grids.loc[codes, "officers"].tolist()


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


@pytest.mark.parametrize(
    ("mine", "theirs", "named"),
    [
        # The patch itself, a micro-grid that is named, one that the ground comes from.
        ("move P11 TVW02", "move P11 +1", "P11"),
        ("move P11 TVW02", "move P11 TVW02", "P11, TVW02"),
        ("move P11 TVW02", "move P02 +1", "TVW01"),
        ("move P11 TVW02", "lock TVW02", "TVW02"),
        ("merge TVW01 TVW02", "move P31 +1", "TVW02"),
        ("divide TVW01", "move P02 +1", "TVW01"),
        ("cut P11", "move P02 TVW02", "TVW01"),
        ("move P40 +1 also P11 TVW02", "move P11 +1", "P11"),
        ("move P40 +1 also P11 TVW02", "lock TVW02", "TVW02"),
        ("move P40 +1 also P11 TVW02", "move P02 +1", "TVW01"),
    ],
)
def test_a_clash_names_the_ground_that_both_touch_and_no_other(mine, theirs, named):
    def make(plan, told):
        verb, what, *to = told.partition(" also ")[0].split()
        also = told.partition(" also ")[2].split()
        edit = {
            "move": lambda: edits.move_patches(plan, [what], *to),
            "cut": lambda: edits.cut_patch(plan, what, line((1, 1.4), (2, 1.6))),
            "lock": lambda: edits.lock_grids(plan, [what]),
            "merge": lambda: edits.merge_grids(plan, [what, *to]),
            "divide": lambda: edits.divide_grid(plan, what, 2),
        }[verb]()
        return edits.with_moves(edit, dict([also])) if also else edit

    seen = draw()
    edit = make(seen, mine)
    elsewhere = edits.apply(seen, edits.lock_grids(seen, ["TVE01"]), **BY, check=False)
    now = edits.apply(seen, make(seen, theirs), who="李四", when="2026-11-20", check=False)
    with pytest.raises(PlanError) as error:
        edits.reapply(now, edit)
    for text, before, after in (
        (str(error.value), "ground was changed meanwhile: ", ": E000001 ("),
        (error.value.zh, "同一范围已被他人调整：", "：E000001（"),
    ):
        said = text.partition(before)[2].partition(after)[0]
        assert set(re.findall(r"TV[WE]\d\d|P\d\d", said)) == set(named.split(", "))
    if "P40" not in mine:
        assert edits.reapply(elsewhere, edit).state == edits.state_id(elsewhere)


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        (lambda plan: edits.lock_grids(plan, [W1]), "Micro-grid 'TVW01' is locked"),
        (
            lambda plan: edits.cut_patch(plan, "P11", line((1.5, 0), (1.5, 3))),
            r"not in this plan \(P11\)",
        ),
    ],
)
def test_an_edit_that_is_no_longer_possible_is_refused_with_the_reason(theirs, told):
    seen = draw()
    mine = edits.move_patches(seen, ["P11"], W2)
    now = edits.apply(seen, theirs(seen), **BY, check=False)
    with pytest.raises(PlanError, match=told):
        edits.reapply(now, mine)


def test_every_change_meanwhile_counts_and_those_before_do_not():
    """W1 was locked and unlocked before the edit was made, and two others follow."""
    seen = draw()
    seen = edits.apply(seen, edits.lock_grids(seen, [W1]), **BY, check=False)
    seen = edits.apply(seen, edits.unlock_grids(seen, [W1]), **BY, check=False)
    mine = edits.move_patches(seen, ["P11"], W2)
    now = edits.apply(seen, edits.divide_grid(seen, E1, 2), **BY, check=False)
    assert edits.reapply(now, mine).state == edits.state_id(now)
    for change in (edits.lock_grids, edits.unlock_grids):
        now = edits.apply(now, change(now, [W2]), **BY, check=False)
    now = edits.apply(now, edits.lock_grids(now, [E1]), **BY, check=False)
    assert edits.edits_since(now, mine.state).index.tolist() == [f"E00000{n}" for n in (3, 4, 5, 6)]
    with pytest.raises(PlanError, match="changed meanwhile: TVW02: E000003"):
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


def test_the_empty_log_of_a_plan_is_no_other_plans():
    plan = draw()
    log = edit_log(plan)
    log["note"] = ""
    assert "note" not in edit_log(plan)


def test_what_is_given_to_a_micro_grid_by_hand_comes_back_with_it(tmp_path):
    """Merged away and taken back, after a restart: none of it follows from the ground."""
    plan = draw()
    grids = plan.grids.copy()
    given = {"label": "第五网格", "headcount": 12, "host_object": "firms:F1", "population": 431.0}
    grids.loc[W1, list(given)] = list(given.values())
    plan = plan.with_tables(grids=grids)
    edit = edits.merge_grids(plan, [W1, W2], into=W2)
    merged = restarted(edits.apply(plan, edit, **BY), tmp_path)
    assert W1 not in merged.grids.index
    back = edits.undo(merged, **BY)
    assert back.grids.loc[W1, list(given)].to_dict() == given
    assert edits.undo(edits.redo(back, **BY), **BY).grids.loc[W1, list(given)].to_dict() == given


def test_codes_that_are_no_longer_are_listed_with_day_reason_and_successors():
    plan = draw()
    assert retired_codes(plan) == []
    merged = edits.apply(plan, edits.merge_grids(plan, [W1, W2]), **BY)
    (gone,) = {W1, W2} - set(merged.grids.index)
    (kept,) = {W1, W2} - {gone}
    assert retired_codes(merged) == [
        {"grid_code": gone, "retired_on": "2026-11-20", "reason": "merged", "successors": [kept]}
    ]
    head = boundary_files(merged).head
    assert head["retired"] == retired_codes(merged)
    assert head["state"] != boundary_files(plan).head["state"]
    assert retired_codes(edits.undo(merged, **BY)) == []
