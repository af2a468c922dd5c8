"""A plan made again: after changes of loads, of staff, of single capacities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from partition_promises import assert_contiguous, assert_keeps_hard_rules, board, row, towns

from gridmap.partition import match_labels, partition


def touched(before, after):
    """Zones that gained or lost ground."""
    moved = before != after
    return set(before[moved].tolist()) | set(after[moved].tolist())


def test_only_the_zone_that_breaks_and_one_beside_it_change():
    """Row of zones 000 111 222 with capacity 4; patch 0 grows by 1.5: zone 0 passes patch 2 on."""
    edges, border = row(9)
    start = np.repeat([0, 1, 2], 3)
    load = np.array([2.5, 1, 1, 1, 1, 1, 1, 1, 1])
    plan = partition(load, edges, border, capacity=4, start=start)
    assert plan.labels.tolist() == [0, 0, 1, 1, 1, 1, 2, 2, 2]


def test_one_taker_serves_two_zones_where_it_can():
    """Row 0000 1111 2222: both ends are too heavy by one patch, the middle has room for two."""
    edges, border = row(12)
    start = np.repeat([5, 6, 7], 4)
    load = np.array([2, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 1, 1, 1, 2])
    plan = partition(load, edges, border, capacity=4, start=start)
    assert plan.labels.tolist() == [5, 5, 5, 6, 6, 6, 6, 6, 6, 7, 7, 7]


@pytest.mark.parametrize("seed", [0, 1])
def test_after_a_change_of_loads_hardly_more_cadres_change_than_must(seed):
    """Every zone over capacity must change, and somebody must take it; that is nearly all."""
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
    must = int((np.bincount(plan.labels, later) > capacity).sum())
    changed = touched(plan.labels, again.labels)
    assert must <= len(changed) <= 2 * must + 1
    assert len(changed) < len(touched(plan.labels, renamed))
    assert again.zones == plan.zones


def test_an_officer_more_takes_ground_of_one_zone_only():
    edges, border = board(6, 6)
    plan = partition(np.ones(36), edges, border, capacity=14, zones=3)
    more = partition(np.ones(36), edges, border, capacity=14, zones=4, start=plan.labels)
    new = set(np.unique(more.labels)) - set(np.unique(plan.labels))
    assert len(new) == 1
    assert len(touched(plan.labels, more.labels) - new) == 1


def test_an_officer_less_leaves_ground_to_the_zones_beside_only():
    """Row of five zones of three; the third is given up, and its two neighbours share it."""
    edges, border = row(15)
    start = np.repeat([0, 1, 2, 3, 4], 3)
    load = np.array([2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2], float)
    plan = partition(load, edges, border, capacity=8, zones=4, start=start)
    assert plan.reasons == ()
    assert plan.labels.tolist() == [0, 0, 0, 1, 1, 1, 1, 3, 3, 3, 3, 3, 4, 4, 4] or (
        len(touched(start, plan.labels)) == 3
    )
    assert set(np.unique(plan.labels)) < set(start.tolist())


def test_an_officer_who_can_carry_less_passes_ground_on_and_the_others_stay():
    """Zones 0 to 2 of four patches each; the officer of zone 0 now carries 3 only."""
    edges, border = row(12)
    start = np.repeat([0, 1, 2], 4)
    plan = partition(np.ones(12), edges, border, capacity=[3, 5, 5], start=start)
    assert plan.reasons == ()
    assert plan.labels.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2]


def test_a_new_officer_of_own_capacity_relieves_the_fullest():
    edges, border = row(8)
    start = np.repeat([0, 1], 4)
    load = np.array([1, 1, 1, 1, 2, 2, 2, 2], float)
    plan = partition(load, edges, border, capacity=[4, 5, 4], start=start)
    assert plan.reasons == ()
    assert plan.labels.tolist() in ([0] * 4 + [1, 1, 2, 2], [0] * 4 + [2, 2, 1, 1])


def test_an_officer_who_leaves_gives_the_number_up():
    """Capacities of zones 0 and 1 only: zone 2 of the plan in force has none any more."""
    edges, border = row(6)
    start = np.array([0, 0, 1, 1, 2, 2])
    plan = partition(np.ones(6), edges, border, capacity=[2, 4], start=start)
    assert plan.reasons == ()
    assert plan.labels.tolist() == [0, 0, 1, 1, 1, 1]


def test_a_locked_zone_keeps_its_officer_whatever_the_capacities():
    edges, border = row(9)
    start = np.repeat([0, 1, 2], 3)
    fixed = start == 1
    plan = partition(np.ones(9), edges, border, capacity=[2, 3, 3, 3], start=start, fixed=fixed)
    assert plan.reasons == ()
    assert np.flatnonzero(plan.labels == 1).tolist() == [3, 4, 5]


@settings(max_examples=60, deadline=None)
@given(towns(), st.integers(0, 10**6))
def test_changes_of_staff_keep_every_rule(town, salt):
    load, edges, border, kinds = town
    rng = np.random.default_rng(salt)
    first = partition(load, edges, border, capacity=20.0, categories=kinds, effort="fast")
    capacity = 20.0 * rng.choice([0.7, 1.0, 1.2], first.zones + int(rng.integers(-1, 3)) or 1)
    request = dict(
        load=load, edges=edges, border_m=border, capacity=capacity, categories=kinds,
        start=first.labels, effort="fast",
    )  # fmt: skip
    plan = partition(**request)
    assert_keeps_hard_rules(plan, request)
    loads = np.bincount(plan.labels, load, capacity.size)
    assert (loads[: capacity.size] <= capacity * (1 + 1e-9)).all()


@settings(max_examples=60, deadline=None)
@given(towns(), st.integers(-2, 3))
def test_more_or_fewer_officers_keep_every_rule(town, more):
    load, edges, border, kinds = town
    first = partition(load, edges, border, capacity=20.0, categories=kinds, effort="fast")
    request = dict(
        load=load, edges=edges, border_m=border, capacity=20.0, categories=kinds,
        start=first.labels, zones=max(first.zones + more, 1), effort="fast",
    )  # fmt: skip
    plan = partition(**request)
    assert_keeps_hard_rules(plan, request)
    assert (plan.zones == request["zones"]) == (not plan.reasons)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_codes_stay_with_the_optimal_matching(salt):
    """No other way to give the old numbers keeps more load, counted over all of them."""
    from itertools import permutations

    rng = np.random.default_rng(salt)
    n, count = int(rng.integers(2, 12)), int(rng.integers(1, 5))
    old = rng.integers(0, count, n)
    new = np.unique(rng.integers(0, count, n), return_inverse=True)[1]
    load = rng.integers(0, 9, n)
    kept = load[match_labels(old, new, load) == old].sum()
    names = [*range(count), *range(count, 2 * count)]
    ways = permutations(names, int(new.max()) + 1)
    assert kept == max(load[np.array(way)[new] == old].sum() for way in ways)


def test_mixed_demands_by_hand():
    """A field parted by a road with a link, a barrier, and a patch of two parts.

    field 0 1 | road | 2 3 field, 4 a pond in two parts that touches 0 and 3 alone
    """
    edges = np.array([[0, 1], [1, 2], [2, 3], [0, 4], [3, 4]])
    border = np.array([10.0, 0.0, 10.0, 5.0, 5.0])
    kinds = [1, 1, 1, 1, 2]
    linked = partition(np.ones(5), edges, border, capacity=4, categories=kinds)
    assert linked.labels.tolist() == [0, 0, 0, 0, 1]
    barrier = np.delete(edges, 1, axis=0), np.delete(border, 1)
    parted = partition(np.ones(5), *barrier, capacity=4, categories=kinds)
    assert parted.labels.tolist() == [0, 0, 1, 1, 2]
    # As one kind of ground the pond joins both sides, for it is one patch.
    around = partition(np.ones(5), *barrier, capacity=5)
    assert around.zones == 1


def test_a_given_number_is_balanced_softly_and_the_border_decides_the_rest():
    """Board of 4 x 4 in four zones: 4 each is lightest, and squares have the shortest border."""
    edges, border = board(4, 4)
    plan = partition(np.ones(16), edges, border, capacity=16, zones=4)
    assert np.bincount(plan.labels).tolist() == [4, 4, 4, 4]
    assert plan.cut_m == 8
    assert_contiguous(plan.labels, edges)
