"""Repair offers, certificates and least-change re-plans."""

import numpy as np
import pytest

from gridmap.partition import certify, match_labels, partition, repair_offers


def board(rows, columns):
    """A board of patches numbered row by row, borders of 1 m."""
    number = np.arange(rows * columns).reshape(rows, columns)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    down = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    edges = np.vstack([across, down])
    return edges, np.ones(len(edges))


def keeps_rules(load, edges, border, labels, capacity):
    found = certify(load, edges, border, labels, capacity=capacity)
    return not found.broken and not found.over_capacity


def test_a_cut_zone_is_offered_its_way_back_together():
    """Zones A A A / B B B; the user gives the middle of A to B: the left of A hangs loose.

    0 1 2      A B A
    3 4 5      B B B
    """
    edges, border = board(2, 3)
    labels = np.array([0, 1, 0, 1, 1, 1])
    offers = repair_offers(np.ones(6), edges, border, labels, capacity=5, edited=[1])
    assert offers
    assert len(offers[0].moves) == 1
    assert offers[0].moves[0][0] in (0, 2)
    assert "Move also patch" in str(offers[0])
    for offer in offers:
        repaired = labels.copy()
        for patch, old, new in offer.moves:
            assert patch != 1, "what the user moved stays"
            assert repaired[patch] == old
            repaired[patch] = new
        assert keeps_rules(np.ones(6), edges, border, repaired, 5)


def test_an_overloaded_zone_is_offered_the_lightest_move():
    """Row 0..5 with zones AAAA BB and capacity 3: patch 3 is the one to pass on."""
    edges, border = board(1, 6)
    labels = np.array([7, 7, 7, 7, 9, 9])
    offers = repair_offers(
        np.ones(6), edges, border, labels, capacity=3, area_m2=np.ones(6),
        perimeter_m=np.full(6, 4.0),
    )  # fmt: skip
    assert offers[0].moves == ((3, 7, 9),)
    assert offers[0].loads == ((7, 4.0, 3.0), (9, 2.0, 3.0))
    assert offers[0].compactness is not None


def test_a_plan_that_keeps_the_rules_needs_no_offer():
    edges, border = board(2, 2)
    assert repair_offers(np.ones(4), edges, border, [0, 0, 1, 1], capacity=2) == []


def test_the_certificate_names_what_is_wrong():
    edges, border = board(1, 5)
    found = certify([1, 1, 1, 9, 4], edges, border, [0, 1, 0, 2, 2], capacity=8)
    assert found.broken == (0,)
    assert found.over_capacity == (2,)
    assert found.heavy_patches == (3,)
    assert found.lower_bound == 3
    assert ("heavy", 1) in found.limits
    assert "above capacity, each a zone of its own: 1" in str(found)


def test_the_certificate_proves_the_fewest():
    edges, border = board(2, 2)
    found = certify(np.ones(4), edges, border, [0, 0, 1, 1], capacity=2)
    assert found.gap == 0
    assert found.tight == (0, 1)
    assert "the fewest possible (2)" in str(found)


def test_names_stay_with_the_zone_that_keeps_most_load():
    old = np.array([4, 4, 4, 8, 8, -1])
    new = np.array([1, 1, 0, 0, 0, 2])
    assert match_labels(old, new, np.ones(6)).tolist() == [4, 4, 8, 8, 8, 9]


@pytest.mark.parametrize("seed", [0, 1])
def test_five_percent_change_of_loads_moves_little(seed):
    """At most a tenth of what a plan from scratch moves, even with the best matching of names."""
    rng = np.random.default_rng(seed)
    edges, border = board(30, 30)
    load = rng.lognormal(0, 0.7, 900)
    capacity = load.mean() * 30
    plan = partition(load, edges, border, capacity=capacity)
    later = load * rng.lognormal(0, 0.05, 900)
    later *= load.sum() / later.sum()
    again = partition(later, edges, border, capacity=capacity, start=plan.labels)
    scratch = partition(later, edges, border, capacity=capacity, seed=seed + 1)
    renamed = match_labels(plan.labels, scratch.labels, later)
    moved = later[again.labels != plan.labels].sum()
    assert keeps_rules(later, edges, border, again.labels, capacity)
    assert moved <= 0.1 * later[renamed != plan.labels].sum()


def test_a_plan_that_still_fits_does_not_change():
    edges, border = board(4, 4)
    plan = partition(np.ones(16), edges, border, capacity=4)
    again = partition(np.ones(16), edges, border, capacity=5, start=plan.labels)
    assert again.labels.tolist() == plan.labels.tolist()


def test_one_officer_more_and_one_less_change_one_place():
    edges, border = board(6, 6)
    plan = partition(np.ones(36), edges, border, capacity=14, zones=3)
    more = partition(np.ones(36), edges, border, capacity=14, zones=4, start=plan.labels)
    assert more.zones == 4
    assert (more.labels != plan.labels).sum() <= 9
    less = partition(np.ones(36), edges, border, capacity=18, zones=2, start=plan.labels)
    assert less.zones == 2
    assert not less.reasons


def test_a_patch_can_be_held_in_its_zone():
    edges, border = board(1, 6)
    start = np.array([0, 0, 0, 0, 1, 1])
    fixed = np.array([False, False, False, True, False, False])
    plan = partition(np.ones(6), edges, border, capacity=4, start=start, fixed=fixed)
    assert plan.labels[3] == 0
    heavier = np.array([2, 1, 1, 1, 1, 1])
    plan = partition(heavier, edges, border, capacity=4, start=start, fixed=fixed)
    assert plan.labels[3] == 0
    assert keeps_rules(heavier, edges, border, plan.labels, 4)
