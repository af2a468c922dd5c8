"""Exact answers from a mixed-integer program (HiGHS): zones by the inequalities of separators.

A zone is connected if, for any two of its patches, every set of patches that separates them has a
patch of the zone. Only the inequalities that a solution breaks are added, until none is broken
(the cut model of H. Validi and A. Buchanan, 2022). Nothing of the engine is used.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array


def neighbours_of(n, edges):
    near = [set() for _ in range(n)]
    for a, b in np.asarray(edges).tolist():
        near[a].add(b)
        near[b].add(a)
    return near


def reached(near, start, inside):
    seen, rim = {start}, [start]
    while rim:
        new = near[rim.pop()] & inside - seen
        seen |= new
        rim += new
    return seen


def separator(near, part, other, n):
    """A small set of patches between a part and a patch elsewhere: the far rim of its rim."""
    rim = set().union(*(near[v] for v in part)) - part
    beyond = reached(near, other, set(range(n)) - rim)
    return {c for c in rim if near[c] & beyond}


def shortest_border(load, edges, border, zones, low, high, *, seconds=60.0):
    """Least border of a plan with so many connected zones of loads in [low, high].

    Returns (border, labels); (None, None) when no such plan exists; raises when time runs out.
    """
    n, m = load.size, len(edges)
    near = neighbours_of(n, edges)
    size = n * zones + m
    own = np.arange(n * zones).reshape(n, zones)
    rows, columns, values, lows, highs = [], [], [], [], []

    def rule(terms, least, most):
        rows.extend([len(lows)] * len(terms))
        columns.extend(column for column, _ in terms)
        values.extend(value for _, value in terms)
        lows.append(least)
        highs.append(most)

    for v in range(n):
        rule([(own[v, z], 1.0) for z in range(zones)], 1, 1)
        for z in range(1, zones):
            # Zones are numbered in order of their first patches.
            rule([(own[v, z], 1.0), *((own[u, z - 1], -1.0) for u in range(v))], -np.inf, 0)
    for z in range(zones):
        rule([(own[v, z], float(load[v])) for v in range(n)], low, high)
        rule([(own[v, z], 1.0) for v in range(n)], 1, n)
        for e, (a, b) in enumerate(edges):
            for one, two in ((a, b), (b, a)):
                rule([(own[one, z], 1.0), (own[two, z], -1.0), (n * zones + e, -1.0)], -np.inf, 0)
    cost = np.concatenate([np.zeros(n * zones), border])
    whole = np.concatenate([np.ones(n * zones), np.zeros(m)])
    top = np.ones(size)
    for v in range(min(n, zones)):
        top[own[v, v + 1 :]] = 0
    while True:
        matrix = coo_array((values, (rows, columns)), shape=(len(lows), size)).tocsr()
        answer = milp(
            cost,
            constraints=LinearConstraint(matrix, lows, highs),
            integrality=whole,
            bounds=Bounds(0, top),
            options={"time_limit": seconds},
        )
        if answer.status == 2:
            return None, None
        if answer.status != 0:
            raise TimeoutError(answer.message)
        label = answer.x[: n * zones].reshape(n, zones).argmax(axis=1)
        broken = False
        for z in range(zones):
            members = set(np.flatnonzero(label == z).tolist())
            parts = []
            left = set(members)
            while left:
                parts.append(reached(near, min(left), left))
                left -= parts[-1]
            parts.sort(key=len)
            for part in parts[:-1]:
                broken = True
                a, b = min(part), min(parts[-1])
                between = separator(near, part, b, n)
                for k in range(zones):
                    terms = [(own[a, k], 1.0), (own[b, k], 1.0)]
                    rule([*terms, *((own[c, k], -1.0) for c in between)], -np.inf, 1)
        if not broken:
            return float(answer.fun), label


def fewest_zones(load, edges, capacity, *, most, seconds=60.0):
    """The fewest connected zones under capacity, looked for up to `most`."""
    for zones in range(max(1, int(np.ceil(load.sum() / capacity))), most + 1):
        found, _ = shortest_border(
            load, edges, np.zeros(len(edges)), zones, 0, capacity, seconds=seconds
        )
        if found is not None:
            return zones
    return most + 1
