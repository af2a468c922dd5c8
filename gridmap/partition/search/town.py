"""All components of a town, one after another; nothing of one has an influence on another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gridmap.partition.exact.enumeration import prove
from gridmap.partition.model.components import Ground
from gridmap.partition.model.graph import Graph, take_component
from gridmap.partition.model.request import Effort, Request
from gridmap.partition.model.types import Array
from gridmap.partition.search.bisection import sweep_order
from gridmap.partition.search.component import Division, divide_exactly
from gridmap.partition.search.divide import divide
from gridmap.partition.search.min_zones import cover
from gridmap.partition.search.moves import Limits
from gridmap.partition.search.tight import NEVER

__all__ = ["Divisions", "component_of", "cover_components", "divide_components", "lightest_fullest"]


_BRIEF = 20  # sweeps of a first guess that a proof improves on


@dataclass(frozen=True)
class Divisions:
    """Answers for some components, one entry each.

    `label` holds for every patch its zone within its component; `zones`, `bound`, `missed` and
    `proven` are as in `Division`.
    """

    label: Array
    zones: Array
    bound: Array
    missed: Array
    proven: Array


def component_of(request: Request, ground: Ground, c: int) -> Graph:
    """Copy one component out of the town."""
    members = ground.members(c)
    loads = request.units[members]
    if members.size == request.units.size:
        return Graph(ground.ptr, ground.nbr, ground.wgt, loads)
    return Graph(*take_component(ground.ptr, ground.nbr, ground.wgt, members, ground.place), loads)


def cover_components(request: Request, ground: Ground) -> Divisions:
    """Plan every component with the fewest zones found."""
    parts = ground.ends.size
    out = _blank(request, parts)
    out.bound[:] = np.maximum(-(-ground.totals // request.cap), 1)
    out.missed[:] = ground.totals < request.low
    for c in np.flatnonzero((out.bound > 1) | (request.low > 0)).tolist():
        part = component_of(request, ground, c)
        effort = _effort_of(request, part)
        _enter(out, ground, c, cover(part, request.low, request.cap, effort, request.seed))
    return out


def divide_components(
    request: Request, ground: Ground, which: Array, high: list[Array], limit: Array
) -> Divisions:
    """Plan the components `which`, one zone per entry of their `high`.

    `limit` is the load the fullest zone of each should stay under while there is choice.
    """
    parts = ground.ends.size
    out = _blank(request, parts)
    for c in which.tolist():
        if high[c].size == 1 and request.low == 0:
            out.missed[c] = ground.totals[c] > high[c][0]
            continue
        part = component_of(request, ground, c)
        answer = divide_exactly(
            part, request.low, high[c], int(limit[c]), _effort_of(request, part), request.seed
        )
        _enter(out, ground, c, answer)
    return out


def _effort_of(request: Request, part: Graph) -> Effort:
    """Share the work of a search out over the components by their size."""
    effort = request.effort
    return replace(effort, budget=effort.budget * part.size // request.units.size)


def _blank(request: Request, parts: int) -> Divisions:
    """Answer one zone for every component."""
    return Divisions(
        np.zeros(request.units.size, np.int32),
        np.ones(parts, np.int64),
        np.ones(parts, np.int64),
        np.zeros(parts, np.bool_),
        np.ones(parts, np.bool_),
    )


def _enter(out: Divisions, ground: Ground, c: int, answer: Division) -> None:
    """Write the division of one component into the town's."""
    out.label[ground.members(c)] = answer.label
    out.zones[c] = answer.zones
    out.bound[c] = answer.bound
    out.missed[c] = answer.missed
    out.proven[c] = answer.proven


def lightest_fullest(part: Graph, zones: int, branches: int, seed: int) -> int:
    """Find how light the fullest of `zones` zones of a small component can be.

    Exact when the proof ends within `branches`, as it does for up to about twenty patches.
    """
    load = part.load
    least = max(-(-int(load.sum()) // zones), int(load.max()))
    high = np.full(zones, least)
    limits = Limits(np.zeros(zones, np.int64), high, np.ones(part.size, np.bool_))
    label = divide(part, limits, high, np.empty(0, np.int32), _BRIEF, seed)
    fullest = int(np.bincount(label, load, zones).max())
    order = sweep_order(part.ptr, part.nbr)
    while fullest > least:
        found, _, _ = prove(part, order, zones, 0, fullest - 1, NEVER, branches)
        if found.size == 0:
            break
        fullest = int(np.bincount(found, load, zones).max())
    return fullest
