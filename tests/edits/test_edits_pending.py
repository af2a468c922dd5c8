"""Pending changes as a list, one past edit undone alone, and barriers kept with the plan.

The plan is the drawn one of `redraw_plan`: W1 holds P00 to P12, W2 P20 to P32, E1 P40 to P52.
"""

from dataclasses import replace

import geopandas as gpd
import pytest
import redraw_plan
from redraw_plan import BY, E1, W1, W2, ZHAO, code_of, move, pend

from gridmap import edits
from gridmap.store import load_plan, save_plan
from layers.contract.errors import PlanError
from layers.landuse.lines import empty_lines


def with_barrier(plan):
    """A river between the columns 2 and 3, along the borders of P20 P30, P21 P31 and P22 P32."""
    river = redraw_plan.line((3, -1), (3, 4))
    lines = gpd.GeoDataFrame({"name": ["河"]}, geometry=[river], crs=redraw_plan.CRS)
    return plan.with_tables(barriers=lines.astype({"name": "str"}))


def test_pending_changes_build_on_each_other_and_are_accepted_as_entries_of_the_log():
    plan = redraw_plan.draw()
    pending = pend(plan, move(edits.NEW, "P20", "P21"), move("TVW03", "P22"))

    assert code_of(pending[-1].after, "P20", "P22") == ["TVW03", "TVW03"]
    assert code_of(plan, "P20", "P22") == [W2, W2]
    accepted = edits.accept_pending(plan, plan, pending, **BY)

    assert code_of(accepted, "P20", "P21", "P22") == ["TVW03"] * 3
    assert accepted.edits["who"].tolist() == ["王五", "王五"]
    assert edits.edit_log(plan).empty


def test_dropping_a_pending_change_drops_what_cannot_stand_without_it():
    plan = redraw_plan.draw()
    pending = pend(
        plan,
        move(edits.NEW, "P20", "P21"),  # makes TVW03
        move(W1, "P20"),  # stands by itself
        move("TVW03", "P22"),  # does not
    )
    rest = [(change.edit, change.seen.created) for change in pending[1:]]

    kept, lost = edits.rebuild_pending(plan, (), rest)

    assert [change.edit.patches for change in kept] == [("P20",)]
    assert [edit.patches for edit in lost] == [("P22",)]


def test_codes_move_up_when_an_earlier_new_grid_is_dropped():
    plan = redraw_plan.draw()
    pending = pend(
        plan,
        move(edits.NEW, "P32"),  # TVW03
        move(edits.NEW, "P00"),  # TVW04
        move("TVW04", "P01"),
    )
    rest = [(change.edit, change.seen.created) for change in pending[1:]]

    kept, lost = edits.rebuild_pending(plan, (), rest)

    assert lost == ()
    assert code_of(kept[-1].after, "P00", "P01", "P32") == ["TVW03", "TVW03", W2]


def test_pending_changes_go_on_where_others_changed_other_ground_under_new_codes():
    plan = redraw_plan.draw()
    pending = pend(plan, move("+1", "P40"), move("TVE02", "P41"))
    other = edits.apply(plan, edits.move_patches(plan, ["P20"], W1), **ZHAO)

    moved = edits.transfer_pending(other, plan, pending)

    assert code_of(moved[-1].after, "P20", "P40", "P41") == [W1, "TVE02", "TVE02"]


def test_a_code_that_somebody_else_took_meanwhile_is_not_mixed_up():
    # W3 by the first is made from W1; the other has made W3 from W2 meanwhile.
    plan = redraw_plan.draw()
    pending = pend(plan, move("+1", "P00"), move("TVW03", "P01"))
    other = edits.apply(plan, edits.move_patches(plan, ["P32"], edits.NEW), **ZHAO)

    moved = edits.transfer_pending(other, plan, pending)

    assert code_of(moved[-1].after, "P32", "P00", "P01") == ["TVW03", "TVW04", "TVW04"]


def test_pending_changes_on_ground_that_others_changed_are_refused_by_name():
    plan = redraw_plan.draw()
    pending = pend(plan, move(W1, "P20"))
    other = edits.apply(plan, edits.move_patches(plan, ["P21"], W1), **ZHAO)

    with pytest.raises(PlanError, match=r"changed meanwhile: TVW01.*赵六"):
        edits.transfer_pending(other, plan, pending)
    with pytest.raises(PlanError, match=r"E000001 \(move\) by 赵六"):
        edits.accept_pending(other, plan, pending, **BY)


def test_pending_changes_do_not_go_onto_a_plan_made_anew():
    plan = redraw_plan.draw()
    pending = pend(plan, move(W1, "P20"))
    anew = plan.with_tables(
        patches=plan.patches.assign(grid_code=plan.patches["grid_code"].replace({E1: "TVE09"}))
    )

    with pytest.raises(PlanError, match="made anew"):
        edits.transfer_pending(anew, plan, pending)


def test_a_plan_that_took_another_way_from_the_same_beginning_is_another_plan():
    """Both have one entry; then the other one has more: neither goes on from what was seen."""
    plan = redraw_plan.draw()
    base = edits.apply(plan, edits.lock_grids(plan, [E1]), **BY, check=False)
    pending = pend(base, move(W1, "P20"))
    other = edits.apply(plan, edits.move_patches(plan, ["P50"], edits.NEW), **ZHAO, check=False)
    longer = edits.apply(other, edits.move_patches(other, ["P51"], "TVE02"), **ZHAO, check=False)
    for now in (other, longer, plan):
        with pytest.raises(PlanError, match="made anew"):
            edits.transfer_pending(now, base, pending)
    on = edits.apply(base, edits.unlock_grids(base, [E1]), **ZHAO, check=False)
    assert code_of(edits.transfer_pending(on, base, pending)[-1].after, "P20") == [W1]


def test_what_was_done_and_undone_meanwhile_stands_in_nobodys_way():
    plan = redraw_plan.draw()
    pending = pend(plan, move(W1, "P20"), move(W1, "P21"))
    now = edits.apply(plan, edits.move_patches(plan, ["P20"], W1), **ZHAO, check=False)
    now = edits.undo(now, **ZHAO, check=False)
    moved = edits.transfer_pending(now, plan, pending)
    assert [change.edit.state.partition(":")[0] for change in moved] == ["2", "3"]
    accepted = edits.accept_pending(now, plan, pending, **BY)
    assert code_of(accepted, "P20", "P21") == [W1, W1]
    assert accepted.edits["kind"].tolist() == ["move", "undo", "move", "move"]


def test_a_clash_of_the_last_pending_change_leaves_none_of_them_moved():
    plan = redraw_plan.draw()
    pending = pend(plan, move("+1", "P50"), move("TVE02", "P51"), move(W1, "P20"))
    now = edits.apply(plan, edits.move_patches(plan, ["P32"], edits.NEW), **ZHAO, check=False)
    with pytest.raises(PlanError, match=r"changed meanwhile: TVW02: E000001 \(move\) by 赵六"):
        edits.transfer_pending(now, plan, pending)
    assert code_of(pending[-1].after, "P50", "P51", "P20") == ["TVE02", "TVE02", W1]


def test_accepting_looks_for_issues_anew_and_all_entries_have_the_reason():
    plan = redraw_plan.draw()
    pending = pend(plan, move(edits.NEW, "P11"), move("TVW03", "P22"))  # lie apart
    accepted = edits.accept_pending(plan, plan, pending, **BY)
    assert accepted.edits["why"].tolist() == ["试", "试"]
    assert accepted.issues["code"].str.contains("TVW03").any()
    assert not pending[-1].after.issues["code"].str.contains("TVW03").any()


def three_edits():
    """E000001 W2 to W1, E000002 in the east, E000003 W2 to W1 again."""
    plan = redraw_plan.draw()
    for make in (move(W1, "P20"), move(edits.NEW, "P50"), move(W1, "P21")):
        plan = edits.apply(plan, make(plan), **BY)
    return plan


def test_one_past_edit_is_taken_back_and_the_others_stay():
    plan = three_edits()

    back = edits.undo_one(plan, "E000002", **ZHAO)

    assert code_of(back, "P50", "P20", "P21") == [E1, W1, W1]
    assert edits.history(back)["in_force"].tolist() == [True, False, True, False]
    # What comes back next is that edit; what is undone next is the last one still in force.
    again = edits.redo(back, **BY)
    assert code_of(again, "P50") == ["TVE02"]
    assert again.patches.equals(plan.patches)
    twice = edits.undo(back, **BY)
    assert code_of(twice, "P21", "P20", "P50") == [W2, W1, E1]


def test_an_edit_that_later_ones_built_on_is_not_taken_back_alone():
    plan = three_edits()

    with pytest.raises(PlanError, match=r"E000003 \(move\) by 王五") as refused:
        edits.undo_one(plan, "E000001", **BY)
    assert "E000002" not in str(refused.value)
    assert "E000003（划转，王五）" in refused.value.text("zh")
    with pytest.raises(PlanError, match="not in force"):
        edits.undo_one(plan, "E000009", **BY)


def test_a_cut_holds_on_to_the_neighbours_that_it_gave_vertices():
    plan = redraw_plan.draw()
    cut = edits.cut_patch(plan, "P10", redraw_plan.line((1, 0.5), (2, 0.5)))
    plan = edits.apply(plan, cut, **BY)  # P20 gets a vertex on its western border
    plan = edits.apply(plan, edits.move_patches(plan, ["P20"], edits.NEW), **BY)

    with pytest.raises(PlanError, match="P20"):
        edits.undo_one(plan, "E000001", **BY)


def test_ground_across_a_barrier_does_not_hang_together_in_previews_and_checks():
    plan = with_barrier(redraw_plan.draw())
    request = edits.move_patches(plan, ["P32"], edits.NEW)

    # W2 lies on both banks, as the barrier was not there when it was drawn.
    seen = edits.preview(plan, request)
    assert seen.before.at[W2, "parts"] == 2
    assert seen.before.at[W2, "perimeter_m"] == pytest.approx(1_000.0)
    assert seen.is_sound
    # To take ground from beyond the river breaks; without the river it does not.
    over = edits.move_patches(plan, ["P30", "P31", "P32"], W1)
    assert [found.code for found in edits.preview(plan, over).violations if found.new] == [W1, W1]
    bare = plan.with_tables(barriers=empty_lines(None))
    kinds = [found.kind for found in edits.preview(bare, replace(over)).violations]
    assert kinds == ["contiguity", "capacity"]

    accepted = edits.apply(plan, edits.move_patches(plan, ["P30"], edits.NEW), **BY)
    assert accepted.grids.at[W2, "parts"] == 2
    assert "COV-7" in accepted.issues["rule"].tolist()


def test_dividing_keeps_each_part_on_one_side_of_a_barrier():
    plan = with_barrier(redraw_plan.draw())

    done = edits.apply(plan, edits.divide_grid(plan, W2, 2), **BY)

    west, east = set(code_of(done, "P20", "P21", "P22")), set(code_of(done, "P30", "P31", "P32"))
    assert len(west) == len(east) == 1
    assert west != east


def test_barriers_are_saved_with_the_plan_and_old_files_have_none(tmp_path):
    bare = redraw_plan.draw()
    save_plan(bare, tmp_path / "bare.gridmap.gpkg")
    save_plan(with_barrier(bare), tmp_path / "river.gridmap.gpkg")

    assert load_plan(tmp_path / "bare.gridmap.gpkg").barriers.empty
    read = load_plan(tmp_path / "river.gridmap.gpkg")
    assert read.barriers.equals(with_barrier(bare).barriers)
    assert read.barriers.crs == bare.crs
