"""Planning again with a plan in force: as little as possible changes.

The old plan is kept as it stands and repaired: new patches join the zone beside them, zones that
are too many are dissolved and missing ones split off, and overloads are passed on to as few zones
as can take them. Where that fails, an overloaded zone and some of its neighbours are cut anew, and
only they.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.bound import packing_bound
from gridmap.partition.model.components import Ground, lay_ground
from gridmap.partition.model.graph import Graph
from gridmap.partition.model.matching import match_labels
from gridmap.partition.model.random import start_stream
from gridmap.partition.model.reasons import (
    Reason,
    too_few_zones,
    too_little_load,
    too_many_zones,
)
from gridmap.partition.model.request import Request
from gridmap.partition.model.types import Array
from gridmap.partition.repair.local_repair import repair_locally
from gridmap.partition.repair.plan_in_force import (
    keep_capacities,
    locked_patches,
    locked_reasons,
    old_zones,
)
from gridmap.partition.repair.zone_count_change import (
    TRIED,
    cut_anew,
    dissolve_one,
    settle_stray,
    split_heaviest,
    split_loose,
)
from gridmap.partition.search.capacity import split_overloaded
from gridmap.partition.search.min_zones import cover
from gridmap.partition.search.moves import Limits
from gridmap.partition.search.plan import Outcome, limits_missed
from gridmap.partition.search.town import component_of

__all__ = ["plan_again"]


def plan_again(request: Request) -> Outcome:
    """Plan a town that has a plan in force (`request.start`)."""
    assert request.start is not None
    if not request.uniform:
        return keep_capacities(request)
    old = request.start
    locked = locked_patches(old, request.fixed)
    alone = locked | ((request.units > request.cap) & ~request.fixed)
    ground = lay_ground(request, alone)
    label, free_name = _name_alone(old, locked, alone)
    taken = np.unique(label[alone]).size
    begun = [old_zones(old[ground.members(c)])[0] for c in range(ground.ends.size)]
    bound = np.array(
        [packing_bound(part, request.cap) for part in _loads_of(request, ground)], dtype=np.int64
    )
    counts = np.array([int(local.max(initial=-1)) + 1 for local in begun], dtype=np.int64)
    lower = int(bound.sum()) + taken
    wanted, reasons = _wanted(request, ground, counts, bound, taken, lower)
    for c in range(ground.ends.size):
        members = ground.members(c)
        part = component_of(request, ground, c)
        hold = request.fixed[members]
        local = _repair_component(request, part, begun[c], int(wanted[c]), ~hold)
        names, free_name = _names(local, old[members], part.load, hold, label, free_name)
        label[members] = names
        if request.zones is not None and np.unique(local).size > wanted[c] > 0:
            reasons.append(limits_missed(request, c, members, label, False))
    reasons.extend(locked_reasons(request, label))
    reasons.extend(_light_zones(request, label) if not reasons else [])
    return label.astype(np.int32), lower, False, reasons


def _name_alone(old: Array, locked: Array, alone: Array) -> tuple[Array, int]:
    """Name the locked zones and the patches too heavy for any; also give the next free name."""
    label = np.full(old.size, -1, np.int64)
    label[locked] = old[locked]
    free_name = int(old.max()) + 1
    for v in np.flatnonzero(alone & ~locked).tolist():
        sole = old[v] >= 0 and int((old == old[v]).sum()) == 1
        label[v] = old[v] if sole else free_name
        free_name += not sole
    return label, free_name


def _loads_of(request: Request, ground: Ground) -> list[Array]:
    """List the loads of every component."""
    return [request.units[ground.members(c)] for c in range(ground.ends.size)]


def _wanted(
    request: Request, ground: Ground, counts: Array, bound: Array, taken: int, lower: int
) -> tuple[Array, list[Reason]]:
    """Say how many zones every component should have; 0 leaves the number free."""
    if request.zones is None:
        return np.zeros(counts.size, np.int64), []
    room = request.zones - taken
    least, most = np.maximum(bound, 1), ground.sizes
    if room < least.sum():
        parts = counts.size + taken
        return np.zeros(counts.size, np.int64), [too_few_zones(request.zones, lower, parts, 0.0)]
    if room > most.sum():
        return most.copy(), [too_many_zones(request.zones, int(most.sum()) + taken)]
    wanted = np.clip(counts, least, most)
    while wanted.sum() < room:
        mean = np.where(wanted < most, ground.totals / wanted, -1.0)
        wanted[int(np.argmax(mean))] += 1
    while wanted.sum() > room:
        mean = np.where(wanted > least, ground.totals / np.maximum(wanted - 1, 1), np.inf)
        wanted[int(np.argmin(mean))] -= 1
    return wanted, []


def _repair_component(
    request: Request, part: Graph, begin: Array, wanted: int, movable: Array
) -> Array:
    """Bring the old zones of one component within the limits; 0 wanted leaves the number free."""
    cap, state = request.cap, start_stream(request.seed)
    if (begin < 0).all() and not wanted:
        return cover(part, request.low, cap, request.effort, request.seed).label
    label = np.maximum(begin, 0) if (begin < 0).all() else begin.copy()
    zones = int(label.max()) + 1
    settle_stray(part, label, zones, movable)
    home = np.where(begin >= 0, begin, label).astype(np.int32)
    while wanted and zones > wanted:
        tried = max(TRIED // (zones - wanted), 1)
        fewer = dissolve_one(part, label, zones, np.full(zones, cap), movable, home, tried=tried)
        if fewer is None:
            break
        (label, home), zones = fewer, zones - 1
    need = max(wanted, packing_bound(part.load, cap))
    while zones < need and split_heaviest(part, label, zones, cap, movable, state):
        zones += 1
    for _ in range(3):
        limits = Limits(np.zeros(zones, np.int64), np.full(zones, cap), movable)
        if not repair_locally(part, label, limits, home):
            return label
        cut_anew(request, part, label, limits.high, movable)
        if np.bincount(label, part.load, zones).max() <= cap:
            return label
        if not wanted:
            if not split_heaviest(part, label, zones, cap, movable, state):
                break
            zones += 1
    if movable.all():
        split_overloaded(part, label, zones, cap, state)
    else:
        split_loose(part, label, limits.high, movable, state)
    return label


def _names(
    local: Array, old: Array, load: Array, hold: Array, label: Array, free_name: int
) -> tuple[Array, int]:
    """Name the zones of a component after the old ones they share most load with.

    Names already given in `label` are not given twice. Returns names and the next free one.
    """
    known = old.copy()
    known[np.isin(old, label[label >= 0])] = -1
    weight = load.astype(np.float64)
    # A zone with fixed patches must keep its name, whatever the loads.
    weight[hold] += weight.sum() + 1.0
    names = match_labels(known, local, weight).astype(np.int64)
    fresh = names > int(known.max(initial=-1))
    if fresh.any():
        new, where = np.unique(names[fresh], return_inverse=True)
        names[fresh] = free_name + where
        free_name += new.size
    for z in np.unique(local[hold]).tolist():
        # What is fixed keeps its name even where another component has it too.
        names[local == z] = old[hold & (local == z)][0]
    return names, free_name


def _light_zones(request: Request, label: Array) -> list[Reason]:
    """Name the zones under the least load."""
    loads = np.bincount(label, request.units)
    light = np.flatnonzero((loads < request.low) & (np.bincount(label) > 0))
    return [
        too_little_load(
            -1, np.flatnonzero(label == z), loads[z] / request.scale, request.low / request.scale
        )
        for z in light.tolist()
    ]
