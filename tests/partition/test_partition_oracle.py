"""The engine against exact answers: all plans counted out, and a mixed-integer program."""

from itertools import product

import numpy as np
import pytest
from counted_plans import count_plans, on_the_edge
from exact_oracle import fewest_zones, shortest_border
from hypothesis import given, settings
from hypothesis import strategies as st
from partition_promises import assert_keeps_hard_rules
from scipy.spatial import Delaunay

from gridmap.partition import certify, partition
from gridmap.partition.model.bound import packing_bound
from gridmap.partition.search.sharing import share_capacities, share_zones


def all_plans(n, edges):
    """Yield the labels of every division of n patches into connected zones."""
    near = [set() for _ in range(n)]
    for a, b in edges:
        near[a].add(b)
        near[b].add(a)

    def connected(members):
        members = set(members)
        seen = {next(iter(members))}
        rim = list(seen)
        while rim:
            new = near[rim.pop()] & members - seen
            seen |= new
            rim += new
        return seen == members

    def grow(labels, used):
        if len(labels) == n:
            zones = [[v for v in range(n) if labels[v] == z] for z in range(used)]
            if all(connected(zone) for zone in zones):
                yield np.array(labels)
            return
        for z in range(used + 1):
            yield from grow([*labels, z], max(used, z + 1))

    yield from grow([], 0)


@st.composite
def small_graphs(draw):
    n = draw(st.integers(2, 7))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    pairs = np.array([(a, b) for a in range(n) for b in range(a + 1, n)])
    edges = pairs[rng.random(len(pairs)) < draw(st.sampled_from([0.25, 0.45]))]
    return rng.integers(0, 9, n), edges, rng.integers(1, 6, len(edges)).astype(float)


def cut(labels, edges, border):
    return border[labels[edges[:, 0]] != labels[edges[:, 1]]].sum() if len(edges) else 0.0


@settings(max_examples=60, deadline=None)
@given(small_graphs(), st.integers(9, 16))
def test_no_plan_has_fewer_zones(graph, capacity):
    load, edges, border = graph
    fewest = min(
        labels.max() + 1
        for labels in all_plans(load.size, edges)
        if np.bincount(labels, load).max() <= capacity
    )
    plan = partition(load, edges, border, capacity=capacity)
    assert plan.zones == fewest
    assert plan.lower_bound <= fewest
    assert plan.status == "optimal"


@settings(max_examples=60, deadline=None)
@given(small_graphs(), st.integers(1, 7))
def test_the_fullest_of_a_given_number_is_as_light_as_can_be(graph, zones):
    load, edges, border = graph
    lightest = [
        np.bincount(labels, load).max()
        for labels in all_plans(load.size, edges)
        if labels.max() + 1 == zones
    ]
    plan = partition(load, edges, border, capacity=1000, zones=zones)
    if not lightest:
        assert plan.status == "infeasible"
        assert plan.reasons
    else:
        assert plan.zones == zones
        assert np.bincount(plan.labels, load).max() == min(lightest)


@settings(max_examples=60, deadline=None)
@given(small_graphs(), st.integers(2, 4), st.sampled_from([0.1, 0.3]))
def test_within_limits_no_plan_has_a_shorter_border(graph, zones, width):
    load, edges, border = graph
    low = int(np.ceil(load.sum() / zones * (1 - width)))
    high = max(int(load.sum() / zones * (1 + width)), low, 1)
    fits = [
        cut(labels, edges, border)
        for labels in all_plans(load.size, edges)
        if labels.max() + 1 == zones
        and np.bincount(labels, load).max() <= high
        and np.bincount(labels, load).min() >= low
    ]
    if load.max() > high:
        return
    plan = partition(load, edges, border, capacity=high, min_load=low, zones=zones)
    if not fits:
        assert plan.status == "infeasible"
    else:
        assert not plan.reasons
        if plan.status == "optimal" and plan.lower_bound == zones:
            assert plan.cut_m == pytest.approx(min(fits))
        loads = np.bincount(plan.labels, load, zones)
        assert loads.max() <= high
        assert loads.min() >= low


def planar_graph(patches, seed):
    """Random points joined to their neighbours, the longest tenth of the joins left out."""
    rng = np.random.default_rng(seed)
    place = rng.random((patches, 2))
    corners = Delaunay(place).simplices
    sides = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    edges = np.unique(np.sort(sides, axis=1), axis=0)
    length = np.linalg.norm(place[edges[:, 0]] - place[edges[:, 1]], axis=1)
    edges = edges[length < np.quantile(length, 0.9)]
    load = rng.integers(1, 60, patches)
    return load, edges, rng.integers(1, 20, len(edges)).astype(float)


@pytest.mark.parametrize(
    ("patches", "zones", "width"),
    [(58, 2, 0.01), (53, 2, 0.1), (40, 2, 0.01), (20, 3, 0.05)],
)
def test_no_program_finds_a_shorter_border_within_tight_limits(patches, zones, width):
    load, edges, border = planar_graph(patches, seed=patches)
    low = int(np.ceil(load.sum() / zones * (1 - width)))
    high = int(load.sum() / zones * (1 + width))
    plan = partition(load, edges, border, capacity=high, min_load=low, zones=zones, effort="best")
    shortest, _ = shortest_border(load, edges, border, zones, low, high)
    assert shortest is not None
    assert plan.cut_m == pytest.approx(shortest)
    assert plan.status == "optimal"


@pytest.mark.parametrize(("patches", "zones"), [(45, 2), (34, 2), (20, 3)])
def test_no_program_finds_a_plan_with_fewer_zones(patches, zones):
    load, edges, border = planar_graph(patches, seed=100 + patches)
    capacity = max(int(load.sum() / zones * 1.005), int(load.max()))
    plan = partition(load, edges, border, capacity=capacity, effort="best")
    assert plan.zones == fewest_zones(load, edges, capacity, most=plan.zones)
    assert plan.status == "optimal"


def test_no_program_finds_a_plan_where_none_is():
    """Loads of 7 each never make two zones of 64 to 69."""
    _, edges, border = planar_graph(19, seed=1)
    load = np.full(19, 7)
    plan = partition(load, edges, border, capacity=69, min_load=64, zones=2, effort="best")
    assert shortest_border(load, edges, border, 2, 64, 69) == (None, None)
    assert plan.status == "infeasible"


@pytest.mark.parametrize("seed", range(24))
def test_on_the_edge_of_the_possible_no_plan_is_missed_and_none_is_outside(seed):
    """The narrowest limits with a plan, and those one narrower at either end or both."""
    load, edges, border, zones, low, high = on_the_edge(seed)
    assert count_plans(load, edges, border, zones, low, high)[0] > 0
    for least, most in ((low, high), (low + 1, high), (low, high - 1), (low + 1, high - 1)):
        if least > most or load.max() > most:
            continue  # a patch above capacity is a zone of its own
        count, shortest = count_plans(load, edges, border, zones, least, most)
        for effort in ("fast", "default", "best"):
            request = dict(
                load=load, edges=edges, border_m=border, capacity=most, min_load=least,
                zones=zones, effort=effort, seed=seed,
            )  # fmt: skip
            plan = partition(**request)
            assert_keeps_hard_rules(plan, request)
            assert plan.status == ("optimal" if count else "infeasible")
            if count:
                loads = np.bincount(plan.labels, load, zones)
                assert (plan.zones, plan.cut_m) == (zones, pytest.approx(shortest))
                assert loads.min() >= least
                assert loads.max() <= most


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6))
def test_sharing_zones_out_is_as_light_as_the_best_of_all_sharings(salt):
    """Any figures that fall with the number of zones, against all ways to share."""
    rng = np.random.default_rng(salt)
    parts = int(rng.integers(1, 5))
    most = rng.integers(1, 6, parts)
    least = np.array([rng.integers(1, top + 1) for top in most])
    table = [np.sort(rng.integers(1, 30, top + 1))[::-1] for top in most]
    zones = int(rng.integers(least.sum(), most.sum() + 1))
    floor = np.array([row[-1] for row in table])
    given_out = share_zones(lambda c, k: table[c][k], zones, least, most, floor)
    assert given_out.sum() == zones
    assert (least <= given_out).all()
    assert (given_out <= most).all()

    def fullest(sharing):
        return max(table[c][k] for c, k in enumerate(sharing))

    ranges = [range(low, high + 1) for low, high in zip(least, most, strict=True)]
    best = min(fullest(one) for one in product(*ranges) if sum(one) == zones)
    assert fullest(given_out) == best


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6))
def test_capacities_are_dealt_out_if_any_dealing_carries_all_loads(salt):
    rng = np.random.default_rng(salt)
    parts = int(rng.integers(1, 4))
    zones = int(rng.integers(parts, 7))
    capacity, load = rng.integers(1, 20, zones), rng.integers(1, 40, parts)
    sizes = np.full(parts, 9)
    given_out, complete = share_capacities(capacity, load, sizes, np.zeros(zones, bool))

    def carries(dealt):
        dealt = np.array(dealt)
        room = np.bincount(dealt, capacity, parts)
        return (room >= load).all() and (np.bincount(dealt, minlength=parts) > 0).all()

    assert complete
    assert sorted(z for mine in given_out for z in mine) == list(range(zones))
    found = all(capacity[mine].sum() >= load[c] for c, mine in enumerate(given_out))
    assert found == any(carries(one) for one in product(range(parts), repeat=zones))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6))
def test_the_bound_of_packing_is_the_textbook_one_and_never_too_high(salt):
    """Martello and Toth's L2, written out size by size; and no plan has fewer zones."""
    rng = np.random.default_rng(salt)
    cap = int(rng.integers(1, 30))
    load = rng.integers(0, cap + 1, rng.integers(1, 14))
    textbook = 1
    for size in range(cap // 2 + 1):
        alone = load[load > cap - size]
        large = load[(load <= cap - size) & (2 * load > cap)]
        between = load[(2 * load <= cap) & (load >= size)]
        more = -(-(between.sum() - (large.size * cap - large.sum())) // cap)
        textbook = max(textbook, alone.size + large.size + max(int(more), 0))
    assert packing_bound(load, cap) == textbook


def test_patches_that_fit_with_no_neighbour_part_the_ground():
    """Row 2 6 2 with capacity 7: three zones, though the load of 10 would fit into two."""
    edges, border = np.array([[0, 1], [1, 2]]), np.ones(2)
    plan = partition([2, 6, 2], edges, border, capacity=7)
    assert (plan.zones, plan.lower_bound, plan.status) == (3, 3, "optimal")
    found = certify([2, 6, 2], edges, border, plan.labels, capacity=7)
    assert (found.lower_bound, found.gap) == (3, 0.0)
