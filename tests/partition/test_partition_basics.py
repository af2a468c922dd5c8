"""The engine's promises on small worlds counted by hand."""

import numpy as np
import pytest

from gridmap.partition import partition


def path(n):
    """A row of patches 0 - 1 - 2 - ... with borders of 1 m."""
    edges = np.column_stack([np.arange(n - 1), np.arange(1, n)]) if n > 1 else np.empty((0, 2), int)
    return edges, np.ones(len(edges))


def grid(rows, columns):
    """A board of patches numbered row by row, borders of 1 m."""
    number = np.arange(rows * columns).reshape(rows, columns)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    down = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    edges = np.vstack([across, down])
    return edges, np.ones(len(edges))


def test_no_patches_make_an_empty_plan():
    plan = partition([], np.empty((0, 2)), [], capacity=5)
    assert plan.labels.size == 0
    assert plan.zones == 0


def test_one_patch_is_one_zone():
    plan = partition([3.5], np.empty((0, 2)), [], capacity=5)
    assert plan.labels.tolist() == [0]
    assert plan.status == "optimal"


def test_a_row_of_four_is_cut_in_the_middle():
    plan = partition([1, 1, 1, 1], *path(4), capacity=2)
    assert plan.zones == 2
    assert plan.labels[0] == plan.labels[1] != plan.labels[2] == plan.labels[3]
    assert plan.cut_m == 1.0


def test_a_patch_above_capacity_is_alone_and_named():
    plan = partition([1, 9, 1], *path(3), capacity=5)
    assert plan.zones == 3
    assert plan.over_capacity == (int(plan.labels[1]),)


def test_categories_never_share_a_zone():
    plan = partition([1, 1, 1, 1], *path(4), capacity=10, categories=[5, 5, 7, 7])
    assert plan.labels[0] == plan.labels[1] != plan.labels[2] == plan.labels[3]
    assert plan.zones == 2
    assert plan.cut_m == 0.0


def test_a_wished_number_over_two_components_goes_where_the_load_is():
    """Two rows of four, loads 3 each and 1 each: of 4 zones the heavy row gets 3."""
    edges, border = path(4)
    edges = np.vstack([edges, edges + 4])
    plan = partition([3] * 4 + [1] * 4, edges, np.r_[border, border], capacity=12, zones=4)
    assert plan.zones == 4
    assert len(set(plan.labels[:4])) == 3
    assert len(set(plan.labels[4:])) == 1


def test_too_few_zones_are_refused_with_a_reason():
    plan = partition([1, 1, 1, 1], *path(4), capacity=2, zones=1)
    assert plan.status == "infeasible"
    assert "No plan with 1 zone exists" in str(plan.reasons[0])
    assert "capacity to 4" in str(plan.reasons[0])
    assert plan.zones == 2


def test_same_seed_same_labels():
    rng = np.random.default_rng(5)
    load = rng.integers(1, 50, 600)
    first = partition(load, *grid(20, 30), capacity=700, seed=3)
    again = partition(load, *grid(20, 30), capacity=700, seed=3)
    assert first.labels.tolist() == again.labels.tolist()


def test_loads_of_a_zone_never_pass_capacity_on_a_board():
    rng = np.random.default_rng(6)
    load = rng.lognormal(0, 0.7, 600)
    plan = partition(load, *grid(20, 30), capacity=30.0)
    assert np.bincount(plan.labels, load).max() <= 30.0 + 1e-9
    assert plan.over_capacity == ()


def test_wholly_fixed_zones_do_not_change():
    start = np.array([0, 0, 1, 1, 2, 2])
    plan = partition(
        [1, 1, 1, 1, 1, 3], *path(6), capacity=3, start=start, fixed=start == 1, seed=1
    )
    assert np.flatnonzero(plan.labels == 1).tolist() == [2, 3]


def test_negative_loads_are_named():
    with pytest.raises(ValueError, match="load of patch 1"):
        partition([1, -2], *path(2), capacity=3)
