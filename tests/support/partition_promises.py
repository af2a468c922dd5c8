"""What the partition engine promises, as predicates; and random towns to try them on."""

import numpy as np
import pytest
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gridmap.partition import certify, partition


def row(n):
    """A row of patches 0 - 1 - 2 - ... with borders of 1 m."""
    edges = np.column_stack([np.arange(n - 1), np.arange(1, n)]) if n > 1 else np.empty((0, 2), int)
    return edges, np.ones(len(edges))


def board(rows, columns):
    """A board of patches numbered row by row, borders of 1 m."""
    number = np.arange(rows * columns).reshape(rows, columns)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    down = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    edges = np.vstack([across, down])
    return edges, np.ones(len(edges))


@st.composite
def towns(draw, most=42):
    """A board of patches with holes in its graph, some links, loads and categories."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, most // 6))
    edges, _ = board(rows, columns)
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    edges = edges[rng.random(len(edges)) < draw(st.sampled_from([0.6, 0.9, 1.0]))]
    n = rows * columns
    border = np.where(rng.random(len(edges)) < 0.1, 0.0, rng.integers(1, 20, len(edges)))
    load = rng.choice([0.0, 0.5, 1.0, 2.25, 7.0], n) if draw(st.booleans()) else rng.random(n) * 9
    kinds = rng.integers(0, draw(st.integers(1, 3)), n)
    return load, edges, border, kinds


def assert_complete(labels, n):
    assert labels.shape == (n,)
    assert labels.dtype == np.int32
    assert (labels >= 0).all()


def assert_contiguous(labels, edges):
    n = labels.size
    inside = edges[labels[edges[:, 0]] == labels[edges[:, 1]]]
    graph = coo_matrix((np.ones(len(inside)), (inside[:, 0], inside[:, 1])), shape=(n, n))
    parts, _ = connected_components(graph, directed=False)
    assert parts == np.unique(labels).size, "a zone is in parts"


def assert_under_capacity(labels, load, capacity, over):
    loads = np.bincount(labels, load)
    too_heavy = np.flatnonzero(loads > capacity * (1 + 1e-9))
    assert set(too_heavy) <= set(over)
    for zone in over:
        assert (labels == zone).sum() == 1, "only a single patch may exceed the capacity"


def assert_sums_conserved(labels, load):
    assert np.bincount(labels, load).sum() == pytest.approx(load.sum())
    assert np.bincount(labels).sum() == load.size


def assert_pure(labels, kinds):
    for zone in np.unique(labels):
        assert np.unique(kinds[labels == zone]).size == 1


def assert_cut(plan, edges, border, kinds):
    a, b = edges[:, 0], edges[:, 1]
    apart = (plan.labels[a] != plan.labels[b]) & (kinds[a] == kinds[b])
    assert plan.cut_m == pytest.approx(border[apart].sum())


def assert_fixed_kept(labels, start, fixed):
    """Fixed patches keep their zone; a zone that is fixed as a whole gains nothing either."""
    assert (labels[fixed] == start[fixed]).all()
    for zone in np.unique(start[fixed]):
        if fixed[start == zone].all():
            assert ((labels == zone) == (start == zone)).all()


def assert_repeatable(plan, request):
    again = partition(**request)
    assert again.labels.tolist() == plan.labels.tolist()
    assert [str(one) for one in again.reasons] == [str(one) for one in plan.reasons]


def assert_answer_is_honest(plan):
    assert (plan.status in {"infeasible", "unsolved"}) == bool(plan.reasons)
    assert (plan.status == "infeasible") == any(reason.proven for reason in plan.reasons)
    assert plan.zones == np.unique(plan.labels).size
    for reason in plan.reasons:
        assert reason.text
        assert reason.rule in {"zones", "capacity", "min_load", "fixed"}


def assert_keeps_hard_rules(plan, request):
    """All that holds for every answer, met or not."""
    load = np.asarray(request["load"], float)
    edges = np.asarray(request["edges"], int).reshape(-1, 2)
    kinds = np.asarray(request.get("categories", np.zeros(load.size)))
    assert_complete(plan.labels, load.size)
    inside = edges[kinds[edges[:, 0]] == kinds[edges[:, 1]]]
    if "locked_apart" not in {reason.kind for reason in plan.reasons}:
        assert_contiguous(plan.labels, inside)
    assert_pure(plan.labels, kinds)
    assert_sums_conserved(plan.labels, load)
    assert_cut(plan, edges, np.asarray(request["border_m"], float), kinds)
    assert_answer_is_honest(plan)
    caps = np.asarray(request["capacity"], float)
    if caps.ndim == 0 and request.get("fixed") is None:
        assert_under_capacity(plan.labels, load, caps, plan.over_capacity)
        found = certify(
            load, edges, request["border_m"], plan.labels, capacity=caps, categories=kinds
        )
        assert not found.broken
        assert plan.zones >= found.lower_bound
    if request.get("fixed") is not None:
        assert_fixed_kept(plan.labels, np.asarray(request["start"]), np.asarray(request["fixed"]))


def followed(request, way):
    """The request changed as a way out says."""
    changed = dict(request)
    edges = np.asarray(request["edges"], int).reshape(-1, 2)
    border = np.asarray(request["border_m"], float)
    load = np.asarray(request["load"], float)
    if way.kind == "zones":
        count = int(way.numbers[0])
        changed["zones"] = count
        if len(way.numbers) > 1:
            changed["min_load"] = way.numbers[1]
        if len(way.numbers) > 2:
            changed["capacity"] = way.numbers[2]
            return changed
        own = np.size(request["capacity"]) > 1
        if own and count < len(request["capacity"]):
            caps = np.array(request["capacity"])
            changed["capacity"] = caps[np.sort(np.argsort(-caps, kind="stable")[:count])].tolist()
        elif own:
            widest = max(request["capacity"])
            more = [widest] * (count - len(request["capacity"]))
            changed["capacity"] = [*request["capacity"], *more]
    elif way.kind == "capacity":
        changed["capacity"] = way.numbers[0]
        if np.size(request["capacity"]) > 1:
            changed["capacity"] = np.maximum(request["capacity"], way.numbers[0])
    elif way.kind == "min_load":
        changed["min_load"] = way.numbers[0]
    elif way.kind == "limits":
        changed["min_load"], changed["capacity"] = way.numbers
    elif way.kind == "link":
        pairs = np.array(way.patches).reshape(-1, 2)
        changed["edges"] = np.vstack([edges, pairs])
        changed["border_m"] = np.append(border, np.zeros(len(pairs)))
    elif way.kind == "free":
        changed["fixed"] = np.array(request["fixed"]).copy()
        changed["fixed"][list(way.patches)] = False
    else:
        assert way.kind == "cut"
        (patch,), (parts,) = way.patches, way.numbers
        new = range(load.size, load.size + int(parts) - 1)
        at = (edges == patch).any(axis=1)
        beside = edges[at].sum(axis=1) - patch
        pieces = [patch, *new]
        rows = [np.column_stack([np.full(len(beside), one), beside]) for one in new]
        chain = np.column_stack([pieces[:-1], pieces[1:]])
        changed["load"] = np.append(load, np.zeros(len(new)))
        changed["load"][pieces] = load[patch] / parts
        changed["edges"] = np.vstack([edges, *rows, chain])
        shares = np.where(at, border / parts, border)
        extra = [*[shares[at]] * len(new), np.ones(len(chain))]
        changed["border_m"] = np.concatenate([shares, *extra])
        if "categories" in request:
            kinds = np.asarray(request["categories"])
            changed["categories"] = np.append(kinds, np.full(len(new), kinds[patch]))
    return changed
