"""The engine against exact answers: all plans counted out, and a mixed-integer program."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

from gridmap.partition import partition


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
        assert plan.status in {"infeasible", "unsolved"}
        assert plan.reasons
    else:
        assert not plan.reasons
        loads = np.bincount(plan.labels, load, zones)
        assert loads.max() <= high
        assert loads.min() >= low


def shortest_border_by_program(load, edges, zones, low, high):
    """Solve the whole problem as a mixed-integer program with flows for contiguity (HiGHS)."""
    n, m = load.size, len(edges)
    size = n * zones * 2 + m + 2 * m * zones
    own = np.arange(n * zones).reshape(n, zones)
    root = own + n * zones
    apart = 2 * n * zones + np.arange(m)
    flow = 2 * n * zones + m + np.arange(2 * m * zones).reshape(2, m, zones)
    rows, lows, highs = [], [], []

    def rule(terms, least, most):
        rows.append(terms)
        lows.append(least)
        highs.append(most)

    for v in range(n):
        rule([(own[v, z], 1) for z in range(zones)], 1, 1)
        for z in range(zones):
            rule([(root[v, z], 1), (own[v, z], -1)], -np.inf, 0)
    for z in range(zones):
        rule([(own[v, z], load[v]) for v in range(n)], low, high)
        rule([(root[v, z], 1) for v in range(n)], 1, 1)
        for e, (a, b) in enumerate(edges):
            rule([(own[a, z], 1), (own[b, z], -1), (apart[e], -1)], -np.inf, 0)
            rule([(own[b, z], 1), (own[a, z], -1), (apart[e], -1)], -np.inf, 0)
            for way in (0, 1):
                for v in (a, b):
                    rule([(flow[way, e, z], 1), (own[v, z], -n)], -np.inf, 0)
        for v in range(n):
            terms = [(own[v, z], -1), (root[v, z], n)]
            for e, (a, b) in enumerate(edges):
                if v in (a, b):
                    terms += [(flow[int(v == a), e, z], 1), (flow[int(v == b), e, z], -1)]
            rule(terms, 0, np.inf)
    matrix = lil_matrix((len(rows), size))
    for i, terms in enumerate(rows):
        for j, factor in terms:
            matrix[i, j] += factor
    cost = np.zeros(size)
    cost[apart] = 1
    whole = np.zeros(size)
    whole[: 2 * n * zones] = 1
    top = np.ones(size)
    top[flow.ravel()] = n
    answer = milp(
        cost,
        constraints=LinearConstraint(matrix.tocsr(), lows, highs),
        integrality=whole,
        bounds=Bounds(0, top),
        options={"time_limit": 60},
    )
    return None if answer.x is None else round(answer.fun)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_mixed_integer_program_finds_no_shorter_border(seed):
    rng = np.random.default_rng(seed)
    number = np.arange(16).reshape(4, 4)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    down = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    edges = np.vstack([across, down])
    load = rng.integers(1, 20, 16)
    low, high = int(0.85 * load.sum() / 3), int(1.15 * load.sum() / 3)
    plan = partition(
        load, edges, np.ones(len(edges)), capacity=high, min_load=low, zones=3, effort=2000
    )
    assert plan.cut_m == shortest_border_by_program(load, edges, 3, low, high)
    assert plan.status == "optimal"
