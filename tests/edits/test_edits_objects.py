"""Objects follow redraws: their grid is that of their patch, after edits, cuts, undo, storing."""

import numpy as np
import pytest
from pandas.testing import assert_frame_equal
from redraw_objects import objects_frame, plan_with_objects
from redraw_plan import BY, W1, W2, line, square

from gridmap import edits
from gridmap.coverage.compare import compare_plans
from gridmap.plan.objects import objects_on
from gridmap.store import load_plan, save_plan

FIRMS = (
    {"id": "point", "place": (1.5, 1.5)},
    {"id": "site", "place": square(1, 0)},
    {"id": "record", "record": "r12"},
    {"id": "nowhere", "record": "r99"},
    {"id": "outside", "place": (40.0, 1.0)},
)


def where(plan):
    return dict(zip(plan.objects.index.str[6:], plan.objects["grid_code"], strict=True))


def test_an_object_lies_by_point_polygon_or_record_and_one_that_does_not_join_stays_listed():
    plan = plan_with_objects(*FIRMS)
    assert plan.objects["patch_id"].tolist() == ["P11", "P10", "P12", "", ""]
    assert where(plan) == {"point": W1, "site": W1, "record": W1, "nowhere": "", "outside": ""}


def test_on_a_border_the_western_patch_counts_however_patches_are_ordered():
    plan = plan_with_objects({"id": "corner", "place": (2.0, 1.0)})
    assert plan.objects["patch_id"].tolist() == ["P10"]
    for turned in (plan.patches.iloc[::-1], plan.patches.sample(frac=1, random_state=3)):
        assert objects_on(plan.objects, turned)["patch_id"].tolist() == ["P10"]


def test_objects_follow_a_move_and_its_undo_and_redo():
    plan = plan_with_objects(*FIRMS)
    moved = edits.apply(plan, edits.move_patches(plan, ["P11", "P12"], W2), **BY)
    assert where(moved) == where(plan) | {"point": W2, "record": W2}
    back = edits.undo(moved, **BY)
    assert_frame_equal(back.objects, plan.objects)
    assert_frame_equal(edits.redo(back, **BY).objects, moved.objects)


def test_objects_on_a_cut_patch_go_with_their_piece_and_those_of_a_record_with_the_largest():
    """P11 is cut at a quarter from the west; two points, and a record."""
    plan = plan_with_objects(
        {"id": "west", "place": (1.1, 1.5)},
        {"id": "east", "place": (1.5, 1.5)},
        {"id": "record", "record": "r11"},
        {"id": "unit", "place": (1.12, 1.5), "class": "unit", "category": ""},
    )
    counted = plan.patches["objects"].where(plan.patches.index != "P11", 3)
    plan = plan.with_tables(patches=plan.patches.assign(objects=counted))
    cut = edits.apply(plan, edits.cut_patch(plan, "P11", line((1.25, 0), (1.25, 3))), **BY)
    assert cut.objects["patch_id"].tolist() == ["P11-1", "P11-2", "P11-2", "P11-1"]
    # What the pieces count is what stands on them; an institution asks for no visits.
    assert cut.patches.loc[["P11-1", "P11-2"], "objects"].tolist() == [1, 2]
    assert_frame_equal(edits.undo(cut, **BY).objects, plan.objects)


def test_objects_come_back_from_the_file_as_they_were(tmp_path):
    plan = plan_with_objects(*FIRMS)
    moved = edits.apply(plan, edits.move_patches(plan, ["P11"], W2), **BY)
    save_plan(moved, tmp_path / "a.gridmap.gpkg")
    read = load_plan(tmp_path / "a.gridmap.gpkg")
    assert_frame_equal(read.objects, moved.objects)
    assert_frame_equal(edits.undo(read, **BY).objects, plan.objects)


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edits_the_grid_of_every_object_is_that_of_its_patch(seed):
    rng = np.random.default_rng(seed)
    places = rng.uniform([0, 0], [6, 3], (40, 2))
    plan = plan_with_objects(*({"id": str(n), "place": (x, y)} for n, (x, y) in enumerate(places)))
    for _ in range(6):
        micro = sorted(plan.micro_grids.index)
        own = plan.patches[plan.patches["grid_code"].str.startswith("TVW")]
        patch = str(rng.choice(own.index))
        to = str(rng.choice([code for code in micro if code.startswith("TVW")]))
        if own.at[patch, "grid_code"] == to:
            continue
        plan = edits.apply(plan, edits.move_patches(plan, [patch], to), check=False, **BY)
        assert plan.objects["grid_code"].tolist() == (
            plan.patches["grid_code"].reindex(plan.objects["patch_id"]).tolist()
        )
        anew = objects_on(objects_frame([{"id": "x", "place": (1.5, 1.5)}]), plan.patches)
        assert anew["grid_code"].item() == plan.patches.at["P11", "grid_code"]


def test_a_comparison_says_which_objects_change_their_grid():
    plan = plan_with_objects(*FIRMS)
    moved = edits.apply(plan, edits.move_patches(plan, ["P11"], W2), **BY)
    assert compare_plans(plan, moved).objects.reset_index().to_numpy().tolist() == [
        ["firms:point", "point", "enterprise", W1, W2]
    ]
