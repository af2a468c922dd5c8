"""The one call of the engine: `partition`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gridmap.partition.explain.infeasibility import with_ways
from gridmap.partition.explain.trials import moderate
from gridmap.partition.model.graph import cut_length
from gridmap.partition.model.reasons import LISTED, Reason, heavy_patch, too_many_zones
from gridmap.partition.model.request import Options, Request, read_request
from gridmap.partition.model.result import Partition
from gridmap.partition.model.types import Array
from gridmap.partition.repair.replan import plan_again
from gridmap.partition.search.capacities import plan_by_capacities
from gridmap.partition.search.moves import zone_loads
from gridmap.partition.search.plan import Outcome, plan_afresh

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
    links: Any = None,
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
    links
        (k, 2) pairs of patches that are not neighbours but could be made so, the nearest first.
        They are used for nothing but to name a way out when the request cannot be met.

    Returns
    -------
    Labels and how good they are; see `Partition`. A request that cannot be met is answered with
    reasons, not with an error.

    Raises
    ------
    PlanError
        If the arguments do not describe a graph with loads and limits.
    """
    options = Options(capacity, zones, min_load, categories, start, fixed, seed, effort, links)
    request = read_request(load, edges, border_m, options)
    if request.units.size == 0:
        missed = _no_ground(request)
        return Partition(
            np.empty(0, np.int32), 0, 0.0, 0, (), "infeasible" if missed else "optimal", missed
        )
    outcome = _plan(request)
    moderated = replace(request, effort=moderate(request.effort, request.units.size))
    if outcome[3] and moderated.effort != request.effort and not outcome[3][-1].proven:
        # Much work can end in another place than little work: take the plan where one is found.
        again = _plan(moderated)
        outcome = outcome if again[3] else again
    label, bound, proven, _ = outcome
    return _answer(request, label, bound, proven, tuple(with_ways(request, _plan, outcome)))


def _plan(request: Request) -> Outcome:
    """Plan again, by capacities, or from nothing."""
    if request.start is not None and (request.start >= 0).any():
        return plan_again(request)
    return plan_afresh(request) if request.uniform else plan_by_capacities(request)


def _no_ground(request: Request) -> tuple[Reason, ...]:
    """Give the reason when zones are asked for, but there are no patches."""
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
    zones = int((sizes > 0).sum())
    notes = _heavy(request)
    return Partition(label, zones, float(cut), int(bound), over, status, reasons, notes)


def _heavy(request: Request) -> tuple[Reason, ...]:
    """Name the patches that alone exceed every capacity."""
    cap = request.cap
    return tuple(
        heavy_patch(
            v,
            request.units[v] / request.scale,
            cap / request.scale,
            int(-(-request.units[v] // cap)),
        )
        for v in np.flatnonzero(request.units > cap)[:LISTED].tolist()
    )
