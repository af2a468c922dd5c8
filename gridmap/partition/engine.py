"""The one call of the engine: `partition`."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridmap.partition.component import plan_components
from gridmap.partition.graph import build_rows, cut_length, find_components
from gridmap.partition.moves import zone_loads
from gridmap.partition.request import check_arrays, whole_loads
from gridmap.partition.result import Partition, Reason
from gridmap.partition.sharing import share_zones
from gridmap.partition.types import Array
from layers.errors import PlanError

SWEEPS = {"fast": 100, "default": 500, "best": 4000}


def partition(
    load: Any,
    edges: Any,
    border_m: Any,
    *,
    capacity: Any,
    zones: int | None = None,
    min_load: float | None = None,
    categories: Any = None,
    start: Any = None,
    fixed: Any = None,
    seed: int = 0,
    effort: str | float = "default",
) -> Partition:
    """Cut a graph of patches into connected zones that officers can carry.

    Parameters
    ----------
    load
        (n,) what every patch asks, 0 or more, in any one unit.
    edges
        (m, 2) pairs of neighbouring patches, each pair once, numbered from 0.
    border_m
        (m,) length of their shared border in metres; 0 is an allowed link (across a road): it
        connects, but shortens no border.
    capacity
        What one zone can carry, in the unit of `load`: one number, or one per zone.
    zones
        How many zones in all; None for the fewest that keep the capacity.
    min_load
        The least a zone should carry.
    categories
        (n,) integers; a zone never mixes categories.
    start
        (n,) zone of every patch in the plan in force, -1 for none.
    fixed
        (n,) True where a patch must keep its zone of `start`; a zone with only fixed patches does
        not change at all.
    seed
        Chooses among equally good plans. Same request and seed, same labels.
    effort
        ``"fast"``, ``"default"``, ``"best"`` or a number of annealing sweeps.

    Returns
    -------
    Labels and how good they are; see `Partition`.

    Raises
    ------
    PlanError
        If the arrays do not describe a graph with loads.
    """
    load = np.asarray(load, dtype=np.float64)
    edges = np.asarray(edges, dtype=np.int64)
    if edges.size == 0:
        edges = np.empty((0, 2), np.int64)
    border_m = np.asarray(border_m, dtype=np.float64)
    check_arrays(load, edges, border_m)
    n = load.size
    caps = np.atleast_1d(np.asarray(capacity, dtype=np.float64))
    floor = 0.0 if min_load is None else float(min_load)
    units, scale = whole_loads(load, np.append(caps, floor))
    cap = int(np.floor(caps.max() * scale * (1 + 1e-12)))
    low = int(np.ceil(floor * scale * (1 - 1e-12)))
    if n == 0:
        return Partition(np.empty(0, np.int32), 0, 0.0, 0, status="optimal")
    group = np.zeros(n, np.int64) if categories is None else _groups(categories, n)
    frozen, label, taken = _frozen_zones(units, cap, start, fixed, n)
    group[frozen] = -1
    sweeps = SWEEPS[effort] if isinstance(effort, str) else float(effort)

    head, tail = edges[:, 0], edges[:, 1]
    ptr, nbr, wgt = build_rows(n, head, tail, border_m, group)
    component, parts = find_components(ptr, nbr, group)
    order = np.argsort(component, kind="stable").astype(np.int32)
    order = order[frozen.sum() :]
    sizes = np.bincount(component[component >= 0], minlength=parts)
    ends = np.cumsum(sizes)
    totals = np.zeros(parts, np.int64)
    np.add.at(totals, component[order], units[order])
    heaviest = np.zeros(parts, np.int64)
    np.maximum.at(heaviest, component[order], units[order])
    least = np.maximum(1, -(-totals // max(cap, 1)))
    lower_bound = int(taken + least.sum())

    reasons: list[Reason] = []
    wanted = None
    if zones is not None:
        room = int(zones) - taken
        if room < least.sum() or room > sizes.sum():
            reasons.append(_wrong_number(int(zones), lower_bound, int(taken + sizes.sum())))
            room = int(min(max(room, least.sum()), sizes.sum()))
        wanted = share_zones(totals, room, least, sizes, heaviest)

    locked = np.zeros(n, np.bool_) if fixed is None else np.asarray(fixed, dtype=bool)
    none = np.empty(0, np.int32)
    asked = np.zeros(parts, np.int64) if wanted is None else wanted
    local, got, bound = plan_components(
        ptr, nbr, wgt, units, order, ends, asked, low, cap, none, ~locked, int(sweeps), seed
    )
    lower_bound = int(taken + bound.sum())
    base = np.cumsum(got) - got
    label[order] = (local[order] + np.repeat(base, sizes) + taken).astype(np.int32)

    if start is not None:
        label = _keep_names(label, np.asarray(start), units)
    loads, _ = zone_loads(units, label, int(label.max()) + 1)
    over = tuple(int(z) for z in np.flatnonzero(loads > cap))
    found = int(np.unique(label).size)
    status = "infeasible" if reasons else ("optimal" if found == lower_bound else "feasible")
    cut = float(
        cut_length(head, tail, np.where(_same(group, head, tail, categories), border_m, 0.0), label)
    )
    return Partition(label, found, cut, lower_bound, over, status, tuple(reasons))


def _same(group: Array, head: Array, tail: Array, categories: Any) -> Array:
    """Tell which edges join patches of one category."""
    if categories is None:
        return np.ones(head.size, np.bool_)
    kind = np.asarray(categories)
    return kind[head] == kind[tail]


def _groups(categories: Any, n: int) -> Array:
    """Return categories as numbers from 0."""
    kind = np.asarray(categories)
    if kind.shape != (n,):
        raise PlanError(f"categories must have one entry per patch ({n}), found {kind.shape}.")
    return np.unique(kind, return_inverse=True)[1].astype(np.int64)


def _frozen_zones(
    units: Array, cap: int, start: Any, fixed: Any, n: int
) -> tuple[Array, Array, int]:
    """Find patches taken out beforehand: wholly locked zones, and patches above capacity."""
    frozen = np.zeros(n, np.bool_)
    label = np.full(n, -1, np.int32)
    taken = 0
    if start is not None and fixed is not None:
        begin = np.asarray(start, dtype=np.int64)
        held = np.asarray(fixed, dtype=bool)
        free_zones = np.unique(begin[~held])
        whole = held & (begin >= 0) & ~np.isin(begin, free_zones)
        names, where = np.unique(begin[whole], return_inverse=True)
        label[whole] = where
        frozen |= whole
        taken = names.size
    for v in np.flatnonzero((units > cap) & ~frozen):
        label[v] = taken
        frozen[v] = True
        taken += 1
    return frozen, label, taken


def _keep_names(label: Array, start: Array, units: Array) -> Array:
    """Rename zones so that each keeps the old name with which it shares most load."""
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_matrix

    old_names = np.unique(start[start >= 0])
    new_names, new = np.unique(label, return_inverse=True)
    known = start >= 0
    old = np.searchsorted(old_names, start[known])
    shared = coo_matrix(
        (units[known] + 1.0, (new[known], old)), shape=(new_names.size, old_names.size)
    ).toarray()
    rows, columns = linear_sum_assignment(-shared)
    name = np.full(new_names.size, -1, np.int64)
    for r, c in zip(rows, columns, strict=True):
        if shared[r, c] > 0:
            name[r] = old_names[c]
    top = int(old_names.max(initial=-1)) + 1
    for r in np.flatnonzero(name < 0):
        name[r] = top
        top += 1
    return name[new].astype(np.int32)


def _wrong_number(zones: int, fewest: int, most: int) -> Reason:
    """Give the reason when `zones` is outside what capacity and the patches allow."""
    if zones < fewest:
        return Reason(
            "zones",
            -1,
            (),
            (("zones", zones), ("fewest", fewest)),
            (f"{fewest - zones} more zones",),
            f"{zones} zones are too few: the loads need at least {fewest}",
        )
    return Reason(
        "zones",
        -1,
        (),
        (("zones", zones), ("most", most)),
        (f"{zones - most} zones fewer",),
        f"{zones} zones are too many: there are patches for at most {most}",
    )
