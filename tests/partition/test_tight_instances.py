"""Requests that only one plan meets, or none: it is found, or the proof is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from partition_promises import assert_keeps_hard_rules, board, row
from test_partition_oracle import all_plans

from gridmap.partition import partition
from gridmap.partition.model.graph import Graph, build_rows
from gridmap.partition.search.tree import plan_tree

WHOLE = 1000


def exact_parts(sizes, rng):
    """Loads that sum to `WHOLE` over each run of patches, with no sum in common otherwise."""
    loads = []
    for size in sizes:
        cuts = np.sort(rng.choice(np.arange(1, WHOLE), size - 1, replace=False))
        loads.append(np.diff(np.r_[0, cuts, WHOLE]))
    return np.concatenate(loads)


def tree(zones, size, rng):
    """Random trees of `size` patches with loads of `WHOLE` in all, joined to one tree."""
    edges = []
    for z in range(zones):
        own = [(z * size + int(rng.integers(0, v)), z * size + v) for v in range(1, size)]
        edges += own
        if z:
            edges.append((int(rng.integers(0, z * size)), z * size + int(rng.integers(0, size))))
    return np.array(edges), exact_parts([size] * zones, rng)


def ring(count):
    return np.column_stack([np.arange(count), np.r_[np.arange(1, count), 0]])


def tiled_board(side, block, rng):
    """A board of square blocks that each weigh `WHOLE`."""
    load = np.zeros((side, side), int)
    for top in range(0, side, block):
        for left in range(0, side, block):
            part = exact_parts([block * block], rng).reshape(block, block)
            load[top : top + block, left : left + block] = part
    return board(side, side)[0], load.ravel()


def window(load, edges, zones, **options):
    return dict(
        load=load, edges=edges, border_m=np.ones(len(edges)), capacity=WHOLE, min_load=WHOLE,
        zones=zones, **options,
    )  # fmt: skip


@pytest.mark.parametrize(("zones", "size"), [(3, 6), (8, 12), (20, 10)])
@pytest.mark.parametrize("kind", ["row", "tree", "ring"])
def test_the_only_plan_of_simple_ground_is_found(kind, zones, size):
    rng = np.random.default_rng(zones)
    if kind == "tree":
        edges, load = tree(zones, size, rng)
    else:
        load = exact_parts([size] * zones, rng)
        edges = row(load.size)[0] if kind == "row" else ring(load.size)
    request = window(load, edges, zones)
    plan = partition(**request)
    assert plan.reasons == ()
    assert_keeps_hard_rules(plan, request)
    assert np.bincount(plan.labels, load).tolist() == [WHOLE] * zones


@pytest.mark.parametrize(("zones", "size"), [(3, 6), (8, 12), (20, 10)])
@pytest.mark.parametrize("kind", ["row", "tree", "ring"])
def test_that_simple_ground_has_no_plan_is_proven(kind, zones, size):
    """One more patch of load 1 at one end, and one less elsewhere: nothing adds up any more."""
    rng = np.random.default_rng(zones)
    edges, load = tree(zones, size, rng)
    if kind != "tree":
        edges = row(load.size)[0] if kind == "row" else ring(load.size)
    heavy = np.argsort(-load)
    load[heavy[0]] -= 1
    load[heavy[1] if heavy[1] // size != heavy[0] // size else heavy[-1]] += 1
    plan = partition(**window(load, edges, zones))
    assert plan.status == "infeasible"
    assert_keeps_hard_rules(plan, window(load, edges, zones))


@pytest.mark.parametrize(("side", "block"), [(4, 2), (6, 2), (8, 4)])
def test_the_only_tiling_of_a_board_is_found(side, block):
    edges, load = tiled_board(side, block, np.random.default_rng(side))
    zones = (side // block) ** 2
    plan = partition(**window(load, edges, zones, effort=3000))
    assert plan.reasons == ()
    assert np.bincount(plan.labels, load).tolist() == [WHOLE] * zones


def test_a_board_with_loads_that_never_add_up_is_proven_impossible():
    """Even loads never make an odd sum: six zones of 15 out of patches of 2, 4 and 6."""
    edges, border = board(6, 6)
    load = np.tile([2, 2, 4, 2, 2, 3], 6)
    plan = partition(load, edges, border, capacity=15, min_load=15, zones=6)
    assert plan.status in {"feasible", "optimal"}
    load = np.tile([2, 2, 4, 2, 2, 2], 6)
    plan = partition(load, edges, border, capacity=15, min_load=13, zones=6, effort="fast")
    assert plan.reasons == () or plan.status in {"infeasible", "unsolved"}
    odd = partition(load, edges, border, capacity=15, min_load=15, zones=6)
    assert odd.status == "infeasible"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_the_plan_of_a_tree_or_ring_is_that_of_all_plans(salt):
    rng = np.random.default_rng(salt)
    n, zones = int(rng.integers(2, 8)), int(rng.integers(1, 4))
    edges = np.array([(int(rng.integers(0, v)), v) for v in range(1, n)])
    known = {tuple(sorted(pair)) for pair in edges.tolist()}
    spare = [(a, b) for a in range(n) for b in range(a + 1, n) if (a, b) not in known]
    is_tree = not spare or rng.random() < 0.5
    if not is_tree:
        edges = np.vstack([edges, spare[int(rng.integers(len(spare)))]])
    load = rng.integers(0, 9, n)
    low, high = sorted(rng.integers(1, 20, 2).tolist())
    border = rng.integers(1, 6, len(edges)).astype(float)

    def cut(labels):
        return border[labels[edges[:, 0]] != labels[edges[:, 1]]].sum()

    fits = [
        cut(labels)
        for labels in all_plans(n, edges)
        if labels.max() + 1 == zones
        and np.bincount(labels, load).max() <= high
        and np.bincount(labels, load).min() >= low
    ]
    rows = build_rows(n, edges[:, 0].copy(), edges[:, 1].copy(), border, np.zeros(n, np.int64))
    found, complete = plan_tree(Graph(*rows, load), zones, low, high)
    assert complete
    assert (found is None) == (not fits)
    if fits and is_tree:
        assert cut(found) == min(fits)
