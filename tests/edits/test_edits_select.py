"""Selecting patches on the map and by what they are."""

import pytest
import shapely
from redraw_plan import W1, at, draw

from gridmap.edits import select_by, select_grid, select_in
from layers.contract.errors import PlanError


def box(west, south, east, north):
    return shapely.box(*at(west, south), *at(east, north))


def test_a_box_selects_the_patches_of_which_most_lies_in_it():
    assert select_in(draw(), box(-1, -1, 1.6, 1.4)) == ["P00", "P10"]
    touched = select_in(draw(), box(-1, -1, 1.6, 1.4), touching=True)
    assert touched == ["P00", "P01", "P10", "P11"]


def test_a_box_that_only_meets_a_patch_along_its_edge_does_not_select_it():
    assert select_in(draw(), box(0, 0, 1, 1), touching=True) == ["P00"]


def test_a_lasso_that_crosses_itself_selects_both_its_loops():
    bow = shapely.Polygon([at(-1, -1), at(7, 4), at(7, -1), at(-1, 4)])
    found = select_in(draw(), bow)
    assert "P51" in found
    assert "P01" in found
    assert "P32" not in found


def test_a_selection_may_be_limited_to_a_given_grid():
    everywhere = box(-1, -1, 9, 9)
    assert len(select_in(draw(), everywhere)) == 18
    assert len(select_in(draw(), everywhere, within="TVE")) == 6
    assert len(select_in(draw(), everywhere, within="TV")) == 18
    with pytest.raises(PlanError, match="no given grid 'X'"):
        select_in(draw(), everywhere, within="X")


def test_ground_is_selected_by_category_sub_class_and_part_of_a_name():
    plan = draw()
    assert select_by(plan, category="water") == ["P30"]
    assert len(select_by(plan, category=["water", "farmland"])) == 18
    assert select_by(plan, name_contains="meng") == ["P30"]
    assert select_by(plan, name_contains="孟湖") == ["P30"]
    assert select_by(plan, category="farmland", name_contains="孟湖") == []
    assert select_by(plan, subclass="village_res") == []
    assert select_by(plan, name_contains=".*") == []


def test_selecting_without_a_condition_is_refused():
    with pytest.raises(PlanError, match="Say what to select"):
        select_by(draw())


def test_the_patches_of_a_micro_grid_or_a_given_grid_are_selected():
    plan = draw()
    assert select_grid(plan, W1) == ["P00", "P01", "P02", "P10", "P11", "P12"]
    assert len(select_grid(plan, "TVW")) == 12
    assert select_grid(plan, "X") == []
