"""Requests that cannot be met: the reason, and ways out that really lead out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from partition_promises import (
    assert_keeps_hard_rules,
    assert_repeatable,
    board,
    followed,
    row,
    towns,
)

from gridmap.partition import partition


def ways(plan):
    return {way.kind: way for way in plan.ways_out}


def assert_ways_lead_out(plan, request):
    assert plan.ways_out
    for way in plan.ways_out:
        repaired = partition(**followed(request, way))
        assert not repaired.reasons, f"{way} does not help"
        assert_keeps_hard_rules(repaired, followed(request, way))


def test_too_few_officers_are_answered_with_officers_capacity_and_a_link():
    """Two rows, loads 15 and 2, capacity 10: two zones are enough only if the rows are linked.

    0 1 2   3 4
    5 5 5   1 1
    """
    edges = np.array([[0, 1], [1, 2], [3, 4]])
    request = dict(load=[5, 5, 5, 1, 1], edges=edges, border_m=np.ones(3), capacity=10, zones=2)
    plan = partition(**request, links=[[2, 3]])
    assert plan.status == "infeasible"
    assert str(plan.reasons[0]) == (
        "No plan with 2 zones exists: the loads need at least 3 under capacity; ways out: 1 more "
        "officer (3 zones), or capacity to 15, or a link between patches 2-3."
    )
    assert_ways_lead_out(plan, request)


def test_islands_that_a_barrier_makes_are_linked_over_the_nearest_pairs():
    """A board of 3 x 6 with a barrier after every second column; two zones for three islands."""
    edges, border = board(3, 6)
    column = np.arange(18) % 6
    parted = column[edges[:, 0]] // 2 != column[edges[:, 1]] // 2
    request = dict(
        load=np.ones(18), edges=edges[~parted], border_m=border[~parted], capacity=12, zones=2
    )
    plan = partition(**request, links=edges[parted])
    assert "falls into 3 pieces" in plan.reasons[0].text
    assert ways(plan)["link"].patches == (1, 2)
    assert ways(plan)["zones"].numbers == (3,)
    assert "capacity" not in ways(plan)
    assert_ways_lead_out(plan, request)


def test_without_candidates_the_link_runs_over_the_least_ground_of_others():
    """Fields parted by a road; only one patch of road lies between 2 and 4.

    field 0 1 2 | road 3 | field 4 5, and a long way round over road 6 7 from 0 to 5
    """
    edges = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [0, 6], [6, 7], [7, 5]])
    request = dict(
        load=[1] * 8, edges=edges, border_m=np.ones(8), capacity=9, zones=3,
        categories=[1, 1, 1, 2, 1, 1, 2, 2],
    )  # fmt: skip
    plan = partition(**request)
    assert ways(plan)["link"].patches == (2, 4)
    assert_ways_lead_out(plan, request)


def test_more_zones_than_patches_are_answered_with_a_cut():
    request = dict(load=[1, 4], edges=[[0, 1]], border_m=[1.0], capacity=5, zones=4)
    plan = partition(**request)
    assert plan.status == "infeasible"
    assert ways(plan)["zones"].numbers == (2,)
    assert str(ways(plan)["cut"]) == "cutting patch 1 into 3"
    assert_ways_lead_out(plan, request)


def test_hundreds_of_zones_of_a_few_patches_are_answered_at_once_without_a_cut():
    edges = np.array([[0, 1], [1, 2]])
    plan = partition(load=[4, 400, 4], edges=edges, border_m=np.ones(2), capacity=500, zones=300)
    assert (plan.status, plan.zones) == ("infeasible", 3)
    assert "cut" not in ways(plan)


def test_a_piece_lighter_than_a_zone_should_be_is_named_with_its_neighbour():
    edges = np.array([[0, 1], [1, 2], [3, 4]])
    request = dict(load=[3, 3, 3, 1, 1], edges=edges, border_m=np.ones(3), capacity=12, min_load=4)
    plan = partition(**request, links=[[2, 3]])
    (reason,) = plan.reasons
    assert reason.kind == "too_little_load"
    assert reason.proven
    assert reason.patches == (3, 4)
    assert ways(plan)["min_load"].numbers == (2,)
    assert ways(plan)["link"].patches == (2, 3)
    assert_ways_lead_out(plan, request)


def test_a_piece_too_heavy_for_one_zone_and_too_light_for_two_is_proven_impossible():
    """Load 12, zones of 7 to 10: one carries too much, two too little."""
    request = dict(load=[2] * 6, edges=row(6)[0], border_m=row(6)[1], capacity=10, min_load=7)
    plan = partition(**request, zones=2)
    assert plan.status == "infeasible"
    assert "too much for 1 zone under capacity 10, too little for 2" in plan.reasons[0].text
    assert ways(plan)["min_load"].numbers == (6,)
    assert_ways_lead_out(plan, dict(request, zones=2))


def test_a_window_that_no_cut_meets_names_the_window_that_one_does():
    """Loads 5 1 5 in a row and two zones: 6 and 5 at best, never 5.5 each."""
    request = dict(
        load=[5, 1, 5], edges=row(3)[0], border_m=row(3)[1], capacity=5.75, min_load=5.25, zones=2
    )
    plan = partition(**request)
    assert plan.status == "infeasible"
    assert ways(plan)["limits"].numbers == (5, 6)
    assert_ways_lead_out(plan, request)


def test_what_is_fixed_above_capacity_names_the_patch_to_free():
    """Zone 0 holds 6 + 1 + 1 fixed with capacity 7: freeing one light patch is not enough for 8."""
    request = dict(
        load=[1, 6, 1, 1], edges=row(4)[0], border_m=row(4)[1], capacity=7,
        start=np.array([0, 0, 0, 1]), fixed=np.array([True, True, True, False]),
    )  # fmt: skip
    plan = partition(**request)
    assert plan.status == "infeasible"
    assert plan.labels.tolist() == [0, 0, 0, 1]
    assert plan.over_capacity == (0,)
    assert plan.reasons[0].rule == "fixed"
    assert ways(plan)["capacity"].numbers == (8,)
    assert "free" in ways(plan)
    assert_ways_lead_out(plan, request)


def test_what_is_fixed_in_two_places_is_proven_never_to_be_one_zone():
    """Patch 1 is fixed in zone 1, and parts what is fixed in zone 0."""
    request = dict(
        load=[1, 1, 1], edges=row(3)[0], border_m=row(3)[1], capacity=5,
        start=np.array([0, 1, 0]), fixed=np.array([True, True, True]),
    )  # fmt: skip
    plan = partition(**request)
    assert plan.status == "infeasible"
    assert plan.reasons[0].kind == "locked_apart"
    assert plan.labels.tolist() == [0, 1, 0]
    assert_ways_lead_out(plan, request)


def test_a_patch_above_capacity_is_no_fault_of_the_plan_but_a_note():
    plan = partition([1, 9, 1], *row(3), capacity=4)
    assert plan.reasons == ()
    (note,) = plan.notes
    assert str(note) == (
        "Patch 1 alone carries 9, above capacity 4, and is a zone of its own; ways out: cutting "
        "patch 1 into 3, or capacity to 9."
    )


def test_too_little_capacity_of_single_officers_is_answered():
    request = dict(load=[4, 4, 4], edges=row(3)[0], border_m=row(3)[1], capacity=[4, 5])
    plan = partition(**request)
    assert plan.status == "infeasible"
    assert plan.zones == 3
    assert_keeps_hard_rules(plan, request)
    assert ways(plan)["zones"].numbers == (3,)
    assert ways(plan)["capacity"].numbers == (8,)
    assert_ways_lead_out(plan, request)


def test_links_are_checked():
    with pytest.raises(ValueError, match="links name patches outside"):
        partition([1, 1], *row(2), capacity=1, links=[[0, 2]])


@st.composite
def wishes(draw):
    """A random town, and a wish that may well be impossible."""
    load, edges, border, kinds = draw(towns())
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    request = dict(
        load=load, edges=edges, border_m=border, categories=kinds,
        capacity=draw(st.sampled_from([3.0, 8.0, 20.0, 50.0])),
    )  # fmt: skip
    kind = draw(st.sampled_from(["number", "window", "least", "fixed", "capacities"]))
    if kind in {"number", "window"}:
        request["zones"] = draw(st.integers(1, load.size + 3))
    if kind in {"window", "least"}:
        request["min_load"] = round(request["capacity"] * rng.random(), 2)
    if kind == "fixed":
        first = partition(**request, effort="fast").labels
        start = np.where(rng.random(load.size) < 0.1, -1, first)
        request.update(start=start, fixed=(rng.random(load.size) < 0.5) & (start >= 0))
        request["load"] = load * rng.lognormal(0, 0.5, load.size)
    if kind == "capacities":
        request["capacity"] = rng.choice([3.0, 8.0, 20.0, 40.0], rng.integers(2, 6))
    return request


@settings(max_examples=150, deadline=None)
@given(wishes())
def test_every_answer_keeps_the_hard_rules_and_every_way_out_leads_out(request):
    plan = partition(**request)
    assert_keeps_hard_rules(plan, request)
    if plan.reasons:
        assert_repeatable(plan, request)
        assert_ways_lead_out(plan, request)
