"""The one call of the engine: `partition`."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridmap.partition.graph import cut_length
from gridmap.partition.moves import zone_loads
from gridmap.partition.plan import plan_afresh
from gridmap.partition.reasons import Reason
from gridmap.partition.replan import plan_again
from gridmap.partition.request import Request, read_request
from gridmap.partition.result import Partition
from gridmap.partition.types import Array

__all__ = ["partition"]


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
        (m, 2) pairs of neighbouring patches, numbered from 0; the borders of repeated pairs add up.
    border_m
        (m,) length of their shared border in metres; 0 is an allowed link (across a road): it
        connects, but leaving it costs no border.
    capacity
        What one zone can carry, in the unit of `load`: one number, or one per zone.
    zones
        How many zones in all; None for the fewest that keep the capacity. A given number is shared
        out over the components so that the fullest zone is as light as possible.
    min_load
        The least a zone should carry. Given together with `zones`, loads between it and
        `capacity` are equally good, and the border is made as short as possible.
    categories
        (n,) integers; a zone never mixes categories.
    start
        (n,) zone of every patch in the plan in force, -1 for none. The new plan moves as little
        load as possible, and zones keep their numbers.
    fixed
        (n,) True where a patch must keep its zone of `start`; a zone with only fixed patches does
        not change at all.
    seed
        Chooses among equally good plans. Same request and seed, same labels.
    effort
        ``"fast"``, ``"default"``, ``"best"`` (seconds, for plans that stay for years) or a number
        of annealing sweeps.

    Returns
    -------
    Labels and how good they are; see `Partition`. A request that cannot be met is answered with
    reasons, not with an error.

    Raises
    ------
    PlanError
        If the arguments do not describe a graph with loads and limits.
    """
    request = read_request(
        load, edges, border_m, capacity, zones, min_load, categories, start, fixed, seed, effort
    )
    if request.units.size == 0:
        missed = _no_ground(request)
        return Partition(
            np.empty(0, np.int32), 0, 0.0, 0, (), "infeasible" if missed else "optimal", missed
        )
    plan = plan_afresh if request.start is None else plan_again
    label, bound, proven, reasons = plan(request)
    return _answer(request, label, bound, proven, tuple(reasons))


def _no_ground(request: Request) -> tuple[Reason, ...]:
    """Give the reason when zones are wished for, but there are no patches."""
    from gridmap.partition.reasons import too_many_zones

    return (too_many_zones(request.zones, 0),) if request.zones else ()


def _answer(
    request: Request, label: Array, bound: int, proven: bool, reasons: tuple[Reason, ...]
) -> Partition:
    """Measure a plan and put it into words."""
    count = int(label.max()) + 1
    loads, sizes = zone_loads(request.units, label, count)
    caps = np.full(count, request.cap)
    if not request.uniform:
        caps[: request.caps.size] = request.caps[:count]
    cut = cut_length(request.head, request.tail, request.border_m, request.group, label)
    if reasons:
        status = "infeasible" if any(reason.proven for reason in reasons) else "unsolved"
    else:
        status = "optimal" if proven else "feasible"
    over = tuple(int(z) for z in np.flatnonzero(loads > caps))
    return Partition(label, int((sizes > 0).sum()), float(cut), int(bound), over, status, reasons)
