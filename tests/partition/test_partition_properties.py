"""What always holds, on random towns: each promise is a predicate of its own."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from partition_promises import (
    assert_fixed_kept,
    assert_keeps_hard_rules,
    assert_repeatable,
    assert_under_capacity,
    board,
    towns,
)

from gridmap.partition import partition


def request_of(town, capacity, **wishes):
    load, edges, border, kinds = town
    return dict(
        load=load, edges=edges, border_m=border, categories=kinds, capacity=capacity, **wishes
    )


@settings(max_examples=100, deadline=None)
@given(towns(), st.sampled_from([3.0, 8.0, 20.0]), st.integers(0, 3))
def test_the_fewest_zones_keep_every_rule(town, capacity, seed):
    request = request_of(town, capacity, seed=seed, effort="fast")
    plan = partition(**request)
    assert_keeps_hard_rules(plan, request)
    assert_repeatable(plan, request)
    assert plan.zones >= plan.lower_bound
    assert plan.reasons == ()


@settings(max_examples=100, deadline=None)
@given(towns(), st.integers(1, 30), st.sampled_from([3.0, 12.0, 1000.0]))
def test_a_given_number_is_met_or_refused_with_a_reason(town, zones, capacity):
    request = request_of(town, capacity, zones=zones, effort="fast")
    plan = partition(**request)
    assert_keeps_hard_rules(plan, request)
    assert (plan.zones == zones) == (not plan.reasons)


@settings(max_examples=40, deadline=None)
@given(towns(), st.integers(1, 6), st.sampled_from([1.0, 4.0]), st.sampled_from([9.0, 30.0]))
def test_least_loads_are_kept_or_named(town, zones, least, capacity):
    request = request_of(town, capacity, zones=zones, min_load=least, effort="fast")
    plan = partition(**request)
    assert_keeps_hard_rules(plan, request)
    if not plan.reasons:
        assert plan.zones == zones
        loads = np.bincount(plan.labels, town[0])
        assert np.delete(loads, list(plan.over_capacity)).min(initial=least) >= least - 1e-9


@settings(max_examples=80, deadline=None)
@given(towns(), st.sampled_from([8.0, 20.0]), st.integers(0, 10**6))
def test_a_plan_made_again_keeps_every_rule_and_its_locked_zones(town, capacity, salt):
    load, edges, _, kinds = town
    rng = np.random.default_rng(salt)
    first = partition(**request_of(town, capacity, effort="fast"))
    later = load * rng.lognormal(0, 0.3, load.size)
    start = np.where(rng.random(load.size) < 0.1, -1, first.labels)
    locked = np.bincount(first.labels, later) <= capacity
    locked &= rng.random(locked.size) < 0.3
    fixed = locked[first.labels] & (start >= 0)
    # Zones that lost a patch are not locked as a whole.
    fixed &= ~np.isin(first.labels, first.labels[~fixed])
    request = request_of(
        (later, edges, town[2], kinds), capacity, start=start, fixed=fixed, effort="fast"
    )
    plan = partition(**request)
    assert_keeps_hard_rules(plan, request)
    assert_fixed_kept(plan.labels, start, fixed)
    assert_under_capacity(plan.labels, later, capacity, plan.over_capacity)


@settings(max_examples=25, deadline=None)
@given(towns())
def test_the_order_of_edges_does_not_matter(town):
    load, edges, border, kinds = town
    turn = np.random.default_rng(1).permutation(len(edges))
    plan = partition(load, edges, border, capacity=9.0, categories=kinds)
    other = partition(load, edges[turn][:, ::-1], border[turn], capacity=9.0, categories=kinds)
    assert plan.labels.tolist() == other.labels.tolist()


def test_the_order_of_patches_changes_the_border_by_no_more_than_noise():
    """Renumbering moves the border by a few percent, as another seed does."""
    load = np.random.default_rng(2).lognormal(0, 0.7, 600)
    edges, border = board(20, 30)
    capacity = load.mean() * 25
    cuts = [partition(load, edges, border, capacity=capacity, seed=s).cut_m for s in range(4)]
    for salt in range(4):
        turn = np.random.default_rng(salt).permutation(600)
        place = np.argsort(turn)
        other = partition(load[turn], place[edges], border, capacity=capacity)
        assert min(cuts) * 0.95 <= other.cut_m <= max(cuts) * 1.05


PLAN_IN_A_PROCESS = """
import numpy as np
from gridmap.partition import partition
load = np.random.default_rng(4).lognormal(0, 0.7, 400)
number = np.arange(400).reshape(20, 20)
edges = np.vstack([
    np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
    np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
])
plan = partition(load, edges, np.ones(len(edges)), capacity=30.0)
window = partition(load, edges, np.ones(len(edges)), capacity=140.0, min_load=120.0, zones=4)
print(plan.labels.tolist(), window.labels.tolist())
"""


def test_labels_do_not_depend_on_the_process_or_its_number_of_workers():
    answers = set()
    for workers, salt in [("1", "0"), ("2", "77")]:
        settings_of_it = {"NUMBA_NUM_THREADS": workers, "PYTHONHASHSEED": salt}
        made = subprocess.run(
            [sys.executable, "-c", PLAN_IN_A_PROCESS],
            env={**os.environ, **settings_of_it, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        answers.add(made.stdout)
    assert len(answers) == 1
    assert "[" in answers.pop()


@pytest.mark.parametrize("effort", ["fast", "default", 600])
def test_the_same_request_gives_the_same_labels(effort):
    load = np.random.default_rng(3).lognormal(0, 0.7, 200)
    edges, border = board(10, 20)
    request = dict(load=load, edges=edges, border_m=border, capacity=30.0, effort=effort)
    assert_repeatable(partition(**request), request)
