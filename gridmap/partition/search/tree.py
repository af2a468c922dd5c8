"""Exact plans of trees and rings: every way to cut them, told apart by what is still open.

Going from the leaves to the root, the only thing that matters of the ground below a patch is the
load of the zone that is still open there, and how many zones are closed. Limits leave few of these
figures, so that rows, trees and rings of some hundred patches are searched to the end.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.graph import Graph
from gridmap.partition.model.types import Array

__all__ = ["STEPS", "plan_tree"]

STEPS = 400_000
"""Pairs of figures looked at in all; beyond that the search gives up."""

_State = tuple[int, int]
"""Load of the open zone, zones closed below."""


def plan_tree(part: Graph, zones: int, low: int, high: int) -> tuple[Array | None, bool]:
    """Find a plan of a tree, or of one ring with trees on it, with all loads in [low, high].

    Returns labels or None, and whether the search was completed: then None means there is none.
    Of a tree it is the plan with the shortest border. Other graphs are not looked at.
    """
    n = part.size
    links = part.nbr.size // 2
    if links == n - 1:
        return _solve(part, zones, low, high, None, STEPS)
    ring = _ring(part) if links == n else []
    left = STEPS
    complete = bool(ring)
    for one, two in ring:
        # Every plan cuts the ring somewhere, or holds it whole: then any one link is not needed.
        label, done = _solve(part, zones, low, high, (one, two), left // len(ring))
        if label is not None:
            return label, True
        complete &= done
    return None, complete


def _ring(part: Graph) -> list[tuple[int, int]]:
    """List the links of the only ring of a graph: what is left when leaves are taken off."""
    degree = np.diff(part.ptr).astype(np.int64)
    gone = np.zeros(part.size, np.bool_)
    leaves = np.flatnonzero(degree == 1).tolist()
    while leaves:
        v = leaves.pop()
        gone[v] = True
        for u in part.nbr[part.ptr[v] : part.ptr[v + 1]].tolist():
            degree[u] -= 1
            if degree[u] == 1 and not gone[u]:
                leaves.append(u)
    rows = np.repeat(np.arange(part.size), np.diff(part.ptr))
    kept = ~gone[rows] & ~gone[part.nbr] & (rows < part.nbr)
    return [(int(a), int(b)) for a, b in zip(rows[kept], part.nbr[kept], strict=True)]


def _solve(
    part: Graph, zones: int, low: int, high: int, without: tuple[int, int] | None, most: int
) -> tuple[Array | None, bool]:
    """Find the plan of a tree with the shortest border; `without` is a link left out."""
    order, parent, border = _root(part, without)
    tables: list[dict[_State, float]] = [{} for _ in range(part.size)]
    # How each figure came about, child by child: (child, its figure, cut off or not, figure before)
    origin: list[list[tuple[int, dict[_State, tuple[_State, bool, _State]]]]] = [
        [] for _ in range(part.size)
    ]
    steps = 0
    for v in order:
        tables[v] = {(int(part.load[v]), 0): 0.0} if part.load[v] <= high else {}
    for v in reversed(order):
        up = parent[v]
        if up < 0:
            continue
        steps += len(tables[up]) * len(tables[v])
        if steps > most:
            return None, False
        table: dict[_State, float] = {}
        came: dict[_State, tuple[_State, bool, _State]] = {}
        for before, cost in tables[up].items():
            for mine, price in tables[v].items():
                whole = (before[0] + mine[0], before[1] + mine[1])
                apart = (before[0], before[1] + mine[1] + 1)
                if whole[0] <= high and cost + price < table.get(whole, np.inf):
                    table[whole], came[whole] = cost + price, (mine, False, before)
                far = cost + price + border[v]
                if low <= mine[0] <= high and apart[1] < zones and far < table.get(apart, np.inf):
                    table[apart], came[apart] = far, (mine, True, before)
        tables[up] = table
        origin[up].append((v, came))
    root = order[0]
    ends = [s for s in tables[root] if low <= s[0] <= high and s[1] == zones - 1]
    if not ends:
        return None, True
    best = min(ends, key=lambda state: (tables[root][state], state))
    return _read_back(part.size, root, best, origin), True


def _root(part: Graph, without: tuple[int, int] | None) -> tuple[list[int], list[int], list[float]]:
    """Order the patches from the root down; give parents, and borders to them."""
    parent, border = [-1] * part.size, [0.0] * part.size
    seen = {0}
    order = [0]
    for v in order:
        for i in range(part.ptr[v], part.ptr[v + 1]):
            u = int(part.nbr[i])
            if u not in seen and (without is None or {u, v} != set(without)):
                seen.add(u)
                parent[u], border[u] = v, float(part.wgt[i])
                order.append(u)
    return order, parent, border


def _read_back(
    n: int,
    root: int,
    end: _State,
    origin: list[list[tuple[int, dict[_State, tuple[_State, bool, _State]]]]],
) -> Array:
    """Follow the figures back down and number the zones."""
    label = np.zeros(n, np.int32)
    used = 1
    stack = [(root, end, 0)]
    while stack:
        v, state, zone = stack.pop()
        label[v] = zone
        for child, came in reversed(origin[v]):
            mine, cut, state = came[state]
            stack.append((child, mine, used if cut else zone))
            used += cut
    return label
