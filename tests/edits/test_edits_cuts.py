"""Cutting patches along a line: pieces, measures, ids, neighbours, and the way back."""

import pytest
import shapely
from pandas.testing import assert_frame_equal
from redraw_plan import BY, W1, W2, code_of, draw, line

from gridmap import edits
from gridmap.store import load_plan, save_plan
from layers.contract.errors import PlanError


def tiles(plan):
    frames = [plan.patches, *(rows for _, rows in plan.grids.groupby("level"))]
    return all(shapely.coverage_is_valid(frame.geometry.to_numpy()) for frame in frames)


def test_a_cut_patch_becomes_two_pieces_in_its_place_with_new_ids():
    plan = draw()
    after = edits.apply(plan, edits.cut_patch(plan, "P11", line((1.25, 0), (1.25, 3))), **BY)
    ids = after.patches.index.tolist()
    assert ids[ids.index("P10") + 1 : ids.index("P12")] == ["P11-1", "P11-2"]
    pieces = after.patches.loc[["P11-1", "P11-2"]]
    assert pieces["area_m2"].tolist() == [2500.0, 7500.0]
    assert pieces["load_h"].tolist() == [0.5, 1.5]
    assert pieces["grid_code"].tolist() == [W1, W1]
    assert tiles(after)


def test_the_measures_of_a_cut_patch_are_shared_and_none_is_lost():
    plan = draw()
    plan = plan.with_tables(patches=plan.patches.assign(cases=3.0))
    wet = edits.apply(plan, edits.cut_patch(plan, "P30", line((3.4, 0), (3.4, 1))), **BY)
    assert wet.patches.loc[["P30-1", "P30-2"], "objects"].tolist() == [0, 1]  # with the larger one
    homes = edits.apply(wet, edits.cut_patch(wet, "P00", line((0, 1 / 3), (1, 1 / 3))), **BY)
    pieces = homes.patches.loc[["P00-1", "P00-2"]]
    assert sorted(pieces["households"]) == pytest.approx([3.0, 6.0])
    assert sorted(pieces["cases"]) == pytest.approx([1.0, 2.0])
    assert homes.patches["area_m2"].sum() == pytest.approx(180_000.0, abs=1e-6)
    ledger = homes.ledger
    assert ledger["patches_m2"].tolist() == pytest.approx([170_000.0, 10_000.0], abs=1e-6)


def test_neighbours_get_the_vertices_of_the_cut_and_keep_their_ground():
    plan = draw()
    after = edits.apply(plan, edits.cut_patch(plan, "P21", line((2, 1.5), (2.9, 1.5))), **BY)
    for side in ("P11", "P31"):
        before = plan.patches.geometry[side]
        assert shapely.get_num_coordinates(after.patches.geometry[side]) == 6
        assert after.patches.geometry[side].equals(before)
    untouched = after.patches.geometry[["P01", "P51"]]
    assert shapely.get_num_coordinates(untouched.to_numpy()).tolist() == [5, 5]


def test_a_cut_that_ends_on_the_edge_of_a_given_grid_keeps_all_levels_matched():
    plan = draw()
    # From the border of W and E, across P31 only: the edge of TVW and TVE gets a vertex.
    after = edits.apply(plan, edits.cut_patch(plan, "P31", line((3.1, 1.5), (3.9, 1.5))), **BY)
    assert tiles(after)
    assert after.grids.at["TVW", "patches"] == plan.grids.at["TVW", "patches"] + 1
    assert after.grids.at["T", "area_m2"] == pytest.approx(180_000.0)


def test_a_line_near_a_corner_goes_through_the_corner():
    plan = draw()
    after = edits.apply(plan, edits.cut_patch(plan, "P11", line((1.0001, 1), (2, 1.9999))), **BY)
    vertices = shapely.get_coordinates(after.patches.geometry["P11-1"]).tolist()
    assert len(vertices) == 4
    assert tiles(after)


def test_pieces_of_pieces_and_cuts_after_an_undo_never_use_an_id_again():
    plan = draw()
    upright = line((1.5, 0), (1.5, 3))
    once = edits.apply(plan, edits.cut_patch(plan, "P11", upright), **BY)
    undone = edits.undo(once, **BY)
    assert "P11" in undone.patches.index
    again = edits.apply(undone, edits.cut_patch(undone, "P11", upright), **BY)
    assert {"P11-3", "P11-4"} <= set(again.patches.index)
    level = line((1, 1.5), (2, 1.5))
    twice = edits.apply(again, edits.cut_patch(again, "P11-3", level), **BY)
    assert {"P11-3-1", "P11-3-2", "P11-4"} <= set(twice.patches.index)
    assert tiles(twice)


@pytest.mark.parametrize(
    "drawn",
    [line((5, 0.5), (6, 0.5)), line((1, 1.0009), (2, 1.0009)), line((1.5, 1.002), (1.6, 1.002))],
)
def test_a_line_beside_the_patch_or_along_its_edge_cuts_nothing_and_says_so(drawn):
    plan = draw()
    with pytest.raises(
        PlanError,
        match=r"does not cut the patch in Village, West \(farmland, 1.00 ha, P11\) into two",
    ):
        edits.preview(plan, edits.cut_patch(plan, "P11", drawn))


def test_a_line_of_one_point_is_refused():
    plan = draw()
    with pytest.raises(PlanError, match="two different points"):
        edits.preview(plan, edits.cut_patch(plan, "P11", line((1, 1), (1, 1))))


def test_a_split_with_cut_runs_exactly_along_the_line():
    plan = draw()
    edit = edits.split_grid(plan, W1, line((-1, 1.5), (3, 1.5)), cut=True)
    seen = edits.preview(plan, edit)
    assert seen.cut == ("P01", "P11")
    after = edits.apply(plan, edit, **BY)
    parts = after.micro_grids.loc[["TVW01", "TVW03"]]
    assert parts["area_m2"].tolist() == [30_000.0, 30_000.0]
    assert parts["patches"].tolist() == [4, 4]
    assert tiles(after)
    assert code_of(after, "P21") == [W2]  # only the micro-grid that was meant is cut


def test_a_slanting_split_through_many_corners_keeps_the_tiling():
    plan = draw()
    edit = edits.split_grid(plan, W2, line((1.9, -0.13), (4.07, 3.1)), cut=True)
    after = edits.apply(plan, edit, **BY)
    assert tiles(after)
    area = after.micro_grids.loc[[W2, "TVW03"], "area_m2"].sum()
    assert area == pytest.approx(60_000.0, abs=1e-6)


def test_undo_and_redo_of_a_cut_are_exact_to_the_byte_after_a_restart(tmp_path):
    plan = draw()
    edit = edits.split_grid(plan, W2, line((1.9, -0.13), (4.07, 3.1)), cut=True)
    after = edits.apply(plan, edit, **BY)
    save_plan(after, tmp_path / "t.gridmap.gpkg")
    undone = edits.undo(load_plan(tmp_path / "t.gridmap.gpkg"), **BY)
    for name in ("patches", "grids", "posts", "assignments", "issues"):
        assert_frame_equal(getattr(undone, name), getattr(plan, name))
    assert (undone.patches.to_wkb()["geometry"] == plan.patches.to_wkb()["geometry"]).all()
    save_plan(undone, tmp_path / "u.gridmap.gpkg")
    redone = edits.redo(load_plan(tmp_path / "u.gridmap.gpkg"), **BY)
    for name in ("patches", "grids", "posts", "assignments", "issues"):
        assert_frame_equal(getattr(redone, name), getattr(after, name))
