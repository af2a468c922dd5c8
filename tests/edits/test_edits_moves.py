"""Edits as labels on patches: moves, merges, divisions, locks, and the rules none may break."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from redraw_plan import BY, E1, W1, W2, code_of, draw, line, people_on

from boundaries.topology.same_shapes import other_shapes
from gridmap import edits
from layers.contract.errors import PlanError


def accept(plan, edit, *, check=False):
    return edits.apply(plan, edit, **BY, check=check)


def test_a_moved_patch_belongs_to_the_other_micro_grid_and_both_polygons_follow():
    plan = draw()
    after = accept(plan, edits.move_patches(plan, ["P11"], W2))
    assert code_of(after, "P11", "P10") == [W2, W1]
    assert after.grids.loc[[W1, W2], "area_m2"].tolist() == [50_000.0, 70_000.0]
    assert after.grids.loc[[W1, W2], "load_h"].tolist() == [10.0, 14.0]
    assert after.grids.loc[[W1, W2], "officers"].tolist() == [3, 4]
    assert after.grids.loc[[W1, W2], "capacity_h"].tolist() == [12.0, 16.0]
    assert after.grids.geometry[W2].contains(plan.patches.geometry["P11"].centroid)
    # W1 is now a C of five squares: 12 sides; W2 six squares and one at its side: 12 as well.
    assert after.grids.loc[[W1, W2], "perimeter_m"].tolist() == [1200.0, 1200.0]


def test_the_plan_given_is_not_changed():
    plan = draw()
    before = plan.patches.copy(), plan.grids.copy(), plan.edits.copy()
    accept(plan, edits.move_patches(plan, ["P11"], W2))
    for table, old in zip((plan.patches, plan.grids, plan.edits), before, strict=True):
        assert_frame_equal(table, old)


def test_pending_changes_to_several_micro_grids_are_one_edit():
    plan = draw()
    edit = edits.move_patches(plan, ["P12", "P22", "P52"], {"P12": W2, "P22": W1, "P52": edits.NEW})
    after = accept(plan, edit)
    assert code_of(after, "P12", "P22", "P52") == [W2, W1, "TVE02"]
    assert len(after.edits) == 1


def test_a_new_micro_grid_gets_the_next_code_a_name_posts_and_no_people():
    plan = draw()
    after = accept(plan, edits.move_patches(plan, ["P20", "P30"], edits.NEW))
    grid = after.grids.loc["TVW03"]
    assert code_of(after, "P20", "P30") == ["TVW03", "TVW03"]
    assert (grid["level"], grid["parent_code"], grid["officers"]) == (4, "TVW", 1)
    assert grid["name"] == "西·水域01"  # one hectare each: the first of the seven in order
    assert after.posts.query("grid_code == 'TVW03'")["role"].tolist() == ["leader"]
    assert people_on(after, "TVW03") == set()
    assert set(after.assignments.query("status == 'vacant'")["cost"]) == {0.0}


def test_codes_go_upward_and_are_never_used_again():
    plan = draw()
    first = accept(plan, edits.move_patches(plan, ["P30"], edits.NEW))
    back = accept(first, edits.move_patches(first, ["P30"], W2))
    assert "TVW03" not in back.grids.index
    again = accept(back, edits.move_patches(back, ["P30"], edits.NEW))
    assert code_of(again, "P30") == ["TVW04"]


def test_a_code_that_was_only_undone_is_not_used_for_other_ground():
    plan = draw()
    made = accept(plan, edits.move_patches(plan, ["P30"], edits.NEW))
    undone = edits.undo(made, **BY)
    other = accept(undone, edits.move_patches(undone, ["P00"], edits.NEW))
    assert code_of(other, "P00") == ["TVW04"]


def test_codes_of_superseded_versions_are_not_used_again():
    plan = draw()
    old = plan.versions.assign(supersedes="TVW07;TVW08")
    plan = plan.with_tables(versions=old)
    after = accept(plan, edits.move_patches(plan, ["P30"], edits.NEW))
    assert code_of(after, "P30") == ["TVW09"]


def test_when_all_numbers_are_used_the_edit_is_refused():
    plan = draw("[numbering]\nmicro_digits = 2\n")
    old = plan.versions.assign(supersedes="TVW99")
    plan = plan.with_tables(versions=old)
    with pytest.raises(PlanError, match="has used all its 99 numbers"):
        accept(plan, edits.move_patches(plan, ["P30"], edits.NEW))


def test_merging_retires_the_emptied_code_and_sets_its_cadres_free():
    plan = draw()
    on_first = people_on(plan, W1)
    after = accept(plan, edits.merge_grids(plan, [W1, W2], into=W2))
    assert W1 not in after.grids.index
    assert after.grids.at[W2, "patches"] == 12
    free = after.assignments[after.assignments["status"] == "surplus"]
    assert on_first <= set(free["person_id"])
    rows = after.assignments  # posts by grid, and after them who is free
    assert (rows["status"] == "surplus").is_monotonic_increasing
    assert rows.loc[rows["status"] != "surplus", "grid_code"].is_monotonic_increasing
    assert people_on(plan, W2) <= people_on(after, W2)
    assert after.edits.iloc[-1]["retired"] == W1
    reason = free.set_index("person_id")["reason"][sorted(on_first)[0]]
    assert reason == "Micro-grid TVW01 is gone since edit E000001. Assign people again."


def test_merging_keeps_the_code_with_most_load_when_none_is_said():
    plan = draw()
    plan = accept(plan, edits.move_patches(plan, ["P11"], W2))
    after = accept(plan, edits.merge_grids(plan, [W1, W2]))
    assert W2 in after.grids.index


def test_a_division_makes_connected_parts_of_about_equal_load():
    plan = draw()
    after = accept(plan, edits.divide_grid(plan, W1, 3))
    micro = after.micro_grids[after.micro_grids["parent_code"] == "TVW"]
    assert micro.index.tolist() == ["TVW01", "TVW02", "TVW03", "TVW04"]
    assert micro.loc[["TVW01", "TVW03", "TVW04"], "load_h"].tolist() == [4.0, 4.0, 4.0]
    assert (micro["parts"] == 1).all()


def test_a_division_into_more_parts_than_patches_is_refused():
    plan = draw()
    with pytest.raises(PlanError, match="has 6 patches and cannot be split into 7 parts"):
        edits.preview(plan, edits.divide_grid(plan, W1, 7))


def test_people_stay_on_micro_grids_that_stay_and_new_posts_are_vacant():
    plan = draw()
    after = accept(plan, edits.move_patches(plan, ["P11", "P12"], W2))  # 8 and 16 hours
    for code in (W1, W2, E1):
        assert people_on(after, code) == people_on(plan, code)
    assert after.grids.loc[[W1, W2], "officers"].tolist() == [
        max(2, len(people_on(plan, W1))), 4,
    ]  # fmt: skip
    rows = after.assignments.query("grid_code == 'TVW02' and status == 'vacant'")
    assert "New post since edit E000001" in rows["reason"].iloc[-1]


def test_a_patch_never_goes_to_a_micro_grid_of_another_given_grid():
    plan = draw()
    with pytest.raises(
        PlanError, match="lies in grid 'TVW', micro-grid 'TVE01' in grid 'TVE'"
    ) as e:
        edits.preview(plan, edits.move_patches(plan, ["P30"], E1))
    assert "微网格不得跨越上级网格" in e.value.zh


def test_a_new_micro_grid_never_lies_in_two_given_grids():
    plan = draw()
    with pytest.raises(PlanError, match="never crosses a given grid"):
        edits.preview(plan, edits.move_patches(plan, ["P30", "P40"], edits.NEW))


def test_micro_grids_of_two_given_grids_are_not_merged():
    plan = draw()
    with pytest.raises(PlanError, match="never crosses a given grid"):
        edits.preview(plan, edits.merge_grids(plan, [W2, E1]))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda plan: edits.move_patches(plan, ["P99"], W1), r"is not in this plan \(P99\)"),
        (lambda plan: edits.move_patches(plan, ["P00"], "TVW77"), "There is no micro-grid 'TVW77'"),
        (lambda plan: edits.move_patches(plan, ["P00"], "TVW"), "There is no micro-grid 'TVW'"),
        (lambda plan: edits.move_patches(plan, ["P00"], ""), "There is no micro-grid ''"),
        (lambda plan: edits.merge_grids(plan, [W1, "X"]), "There is no micro-grid 'X'"),
        (lambda plan: edits.merge_grids(plan, [W1]), "at least two micro-grids, found 1"),
        (lambda plan: edits.merge_grids(plan, [W1, W2], into=E1), "is not among those"),
        (lambda plan: edits.divide_grid(plan, "X", 2), "There is no micro-grid 'X'"),
        (lambda plan: edits.move_patches(plan, ["P00"], W1), "changes nothing"),
        (lambda plan: edits.lock_grids(plan, ["X"]), "There is no micro-grid 'X'"),
        (lambda plan: edits.unlock_grids(plan, [W1]), "changes nothing"),
        (lambda plan: edits.split_grid(plan, W1, line((5, 0), (5, 3))), "on one side"),
        (lambda plan: edits.move_patches(plan, ["P40"], edits.NEW, within="TVW"), "outside grid"),
        (lambda plan: edits.move_patches(plan, ["P40"], edits.NEW, within="Q"), "no given grid"),
    ],
)
def test_what_is_not_there_or_not_allowed_is_refused_in_both_languages(make, words):
    plan = draw()
    edit = make(plan)
    with pytest.raises(PlanError, match=words) as error:
        edits.preview(plan, edit)
    assert error.value.zh
    with pytest.raises(PlanError, match=words):
        accept(plan, edit)


def test_an_edit_within_a_given_grid_may_be_limited_to_a_grid_above_it():
    plan = draw()
    after = accept(plan, edits.move_patches(plan, ["P11"], W2, within="TV"))
    assert code_of(after, "P11") == [W2]


def test_a_locked_micro_grid_neither_gives_nor_takes_until_it_is_unlocked():
    plan = draw()
    locked = accept(plan, edits.lock_grids(plan, [W2]))
    assert edits.locked_grids(locked) == {W2}
    for edit in (
        edits.move_patches(locked, ["P11"], W2),
        edits.move_patches(locked, ["P21"], W1),
        edits.merge_grids(locked, [W1, W2]),
        edits.divide_grid(locked, W2, 2),
        edits.cut_patch(locked, "P21", line((2.5, 0), (2.5, 3))),
    ):
        with pytest.raises(PlanError, match="'TVW02' is locked"):
            accept(locked, edit)
    free = accept(locked, edits.unlock_grids(locked, [W2]))
    assert edits.locked_grids(free) == frozenset()
    accept(free, edits.move_patches(free, ["P11"], W2))


def test_ground_left_with_its_parent_is_not_moved():
    plan = draw()
    left = plan.patches.copy()
    left.loc["P00", "grid_code"] = ""
    plan = plan.with_tables(patches=left)
    with pytest.raises(
        PlanError,
        match=r"in no micro-grid: Village, West \(farmland, 1.00 ha, P00\)",
    ):
        edits.preview(plan, edits.move_patches(plan, ["P00"], W1))


def test_a_split_by_a_line_gives_patches_to_the_side_where_most_of_them_lies():
    plan = draw()
    # The line passes 0.4 into the second row: P01 and P11 lie mostly above it.
    after = accept(plan, edits.split_grid(plan, W1, line((-0.5, 1.4), (2.5, 1.4))))
    assert code_of(after, "P00", "P10") == ["TVW03", "TVW03"]
    assert code_of(after, "P01", "P11", "P02", "P12") == [W1] * 4


def test_a_line_drawn_too_short_is_made_longer():
    plan = draw()
    after = accept(plan, edits.split_grid(plan, W1, line((0.6, 1.0), (1.4, 1.0))))
    assert code_of(after, "P00", "P10", "P01") == ["TVW03", "TVW03", W1]


def test_a_closed_line_takes_out_what_lies_inside():
    plan = draw()
    ring = line((-0.5, -0.5), (1.2, -0.5), (1.2, 1.2), (-0.5, 1.2), (-0.5, -0.5))
    after = accept(plan, edits.split_grid(plan, W1, ring))
    assert code_of(after, "P00", "P10", "P01", "P11") == ["TVW03", W1, W1, W1]


def test_the_log_needs_a_name_and_a_time():
    plan = draw()
    edit = edits.move_patches(plan, ["P11"], W2)
    with pytest.raises(PlanError, match="who changes the plan and when"):
        edits.apply(plan, edit, who=" ", when="2026-11-20")


def test_issues_are_looked_for_anew_unless_told_not_to():
    plan = draw()
    edit = edits.move_patches(plan, ["P01", "P11"], W2)  # P02 and P12 lie apart from P00 and P10
    found = accept(plan, edit, check=True).issues
    assert found.loc[found["rule"] == "COV-7", "code"].tolist() == [W1]
    assert_frame_equal(accept(plan, edit).issues, plan.issues)


def test_tables_and_columns_that_an_edit_does_not_change_are_taken_over_as_they_are():
    plan = draw()
    after = accept(plan, edits.move_patches(plan, ["P11"], W2))
    again = accept(after, edits.move_patches(after, ["P11"], W1))
    assert after.posts is not plan.posts  # W2 needs an officer more
    shapes = after.patches.geometry.to_numpy(), plan.patches.geometry.to_numpy()
    assert not other_shapes(*shapes).any()
    assert np.shares_memory(*shapes)
    assert_frame_equal(pd.DataFrame(again.grids), pd.DataFrame(plan.grids))
    cut = accept(plan, edits.cut_patch(plan, "P41", line((3.9, 1.4), (5.1, 1.6))))
    assert cut.posts is plan.posts
    assert cut.assignments is plan.assignments
    assert other_shapes(shapes[0][:2], np.array([shapes[0][0], None])).tolist() == [False, True]


def test_a_state_is_named_by_its_labels_whoever_holds_the_frame():
    plan = draw()
    copied = plan.with_tables(patches=plan.patches.copy())
    moved = accept(plan, edits.move_patches(plan, ["P11"], W2), check=False)
    assert edits.state_id(plan) == edits.state_id(plan) == edits.state_id(copied)
    assert edits.state_id(moved).partition(":")[2] != edits.state_id(plan).partition(":")[2]
    ids = "\x1f".join(plan.patches.index), "\x1f".join(plan.patches["grid_code"])
    told = "\x00".join([plan.rules.town.version, *ids, ""])
    assert edits.state_id(plan) == f"0:{hashlib.sha256(told.encode()).hexdigest()[:24]}"
