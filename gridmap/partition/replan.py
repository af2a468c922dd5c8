"""Planning again with a plan in force: as little load as possible changes its zone.

The old plan is kept as it stands and mended: new patches join the zone beside them, zones that are
too many are dissolved and missing ones split off, and overloads are passed on by the chains of
moves that take the least load away from home. Where chains fail, an overloaded zone and some of
its neighbours are cut anew, and only they.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.bisection import join_parts, settle
from gridmap.partition.capacity import split_overloaded, split_zone
from gridmap.partition.component import Component, cover, fewest_zones
from gridmap.partition.divide import divide
from gridmap.partition.graph import take_component
from gridmap.partition.ground import Ground, lay_ground
from gridmap.partition.matching import match_labels
from gridmap.partition.mend import mend_overloads
from gridmap.partition.plan import Outcome, limits_missed, plan_afresh
from gridmap.partition.random import start_stream
from gridmap.partition.reasons import Reason, locked_too_heavy, too_few_zones, too_many_zones
from gridmap.partition.request import Request
from gridmap.partition.town import component_of
from gridmap.partition.types import Array

__all__ = ["plan_again"]


def plan_again(request: Request) -> Outcome:
    """Plan a town that has a plan in force (`request.start`)."""
    assert request.start is not None
    old = request.start
    if not request.uniform or not (old >= 0).any():
        label, lower, proven, reasons = plan_afresh(request)
        return match_labels(old, label, request.units), lower, proven, reasons
    locked = _locked_patches(old, request.fixed)
    alone = locked | (request.units > request.cap)
    ground = lay_ground(request, alone)
    label = np.full(old.size, -1, np.int64)
    label[locked] = old[locked]
    free_name = int(old.max()) + 1
    taken = np.unique(old[locked]).size
    for v in np.flatnonzero(alone & ~locked).tolist():
        sole = old[v] >= 0 and int((old == old[v]).sum()) == 1
        label[v] = old[v] if sole else free_name
        free_name += not sole
        taken += 1
    parts = ground.ends.size
    begun = _old_zones(ground, old)
    bound = np.array(
        [fewest_zones(request.units[ground.members(c)], request.cap) for c in range(parts)],
        dtype=np.int64,
    )
    counts = np.array([int(local.max(initial=-1)) + 1 for local in begun], dtype=np.int64)
    lower = int(bound.sum()) + taken
    wanted, reasons = _wanted(request, ground, counts, bound, taken, lower)
    for c in range(parts):
        members = ground.members(c)
        part = component_of(request, ground, c)
        hold = request.fixed[members]
        local = _mend_component(request, part, begun[c], int(wanted[c]), ~hold)
        names, free_name = _names(local, old[members], part.load, hold, label, free_name)
        label[members] = names
        if request.zones is not None and np.unique(local).size > wanted[c] > 0:
            reasons.append(limits_missed(request, c, members, local, False))
    reasons.extend(_locked_reasons(request, old, label))
    return label.astype(np.int32), lower, False, reasons


def _locked_patches(old: Array, fixed: Array) -> Array:
    """Find the patches of zones that are fixed as a whole: these zones do not change at all."""
    loose = np.unique(old[~fixed & (old >= 0)])
    return fixed & ~np.isin(old, loose)


def _old_zones(ground: Ground, old: Array) -> list[Array]:
    """Number the old zones of every component from 0; -1 for patches without one.

    An old zone that lies in several components begins as a zone in each of them.
    """
    out = []
    for c in range(ground.ends.size):
        begin = old[ground.members(c)]
        local = np.full(begin.size, -1, np.int32)
        known = begin >= 0
        local[known] = np.unique(begin[known], return_inverse=True)[1]
        out.append(local)
    return out


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


def _mend_component(
    request: Request, part: Component, begin: Array, wanted: int, movable: Array
) -> Array:
    """Bring the old zones of one component within the limits; 0 wanted leaves the number free."""
    cap, state = request.cap, start_stream(request.seed)
    label = begin.copy()
    if (label < 0).all():
        return cover(part, request.low, cap, request.effort, request.seed).label
    zones = int(label.max()) + 1
    settle(part.ptr, part.nbr, part.wgt, label, zones)
    home = np.where(begin >= 0, begin, label).astype(np.int32)
    _join_stray(part, label, zones, movable)
    while wanted and zones > wanted:
        if not _dissolve_lightest(part, label, zones, movable):
            break
        zones -= 1
        home = np.where(home == zones, label, home)
    need = max(wanted, fewest_zones(part.load, cap))
    while zones < need and _split_heaviest(part, label, zones, cap, movable, state):
        zones += 1
    for _ in range(3):
        high, low = np.full(zones, cap), np.zeros(zones, np.int64)
        left = 1
        for depth, reach in ((2, 2_000), (3, 20_000), (4, 100_000)):
            left = mend_overloads(
                part.ptr, part.nbr, part.wgt, part.load, label, low, high, movable, home, depth,
                reach,
            )  # fmt: skip
            if not left:
                return label
        _cut_anew(request, part, label, zones, movable)
        total = np.bincount(label, part.load, zones)
        if total.max() <= cap:
            return label
        if not wanted:
            if not _split_heaviest(part, label, zones, cap, movable, state):
                break
            zones += 1
    if movable.all():
        split_overloaded(part.ptr, part.nbr, part.load, label, zones, cap, state)
    return label


def _join_stray(part: Component, label: Array, zones: int, movable: Array) -> None:
    """Make zones connected: stray parts go to their neighbours, fixed patches stay."""
    held = label[~movable].copy()
    join_parts(part.ptr, part.nbr, part.wgt, part.load, label, zones)
    label[~movable] = held


def _dissolve_lightest(part: Component, label: Array, zones: int, movable: Array) -> bool:
    """Give the ground of the lightest zone without fixed patches to its neighbours."""
    total = np.bincount(label, part.load, zones)
    total[np.unique(label[~movable])] = np.inf
    z = int(np.argmin(total))
    if zones == 1 or not np.isfinite(total[z]):
        return False
    label[label == z] = -1
    label[label == zones - 1] = z if z < zones - 1 else -1
    settle(part.ptr, part.nbr, part.wgt, label, zones - 1)
    return True


def _split_heaviest(
    part: Component, label: Array, zones: int, cap: int, movable: Array, state: Array
) -> bool:
    """Cut the heaviest zone that can be cut in two; the half without fixed patches is the new one.

    Returns False when no zone can be cut.
    """
    total = np.bincount(label, part.load, zones)
    total[np.bincount(label, minlength=zones) < 2] = -1
    mark = np.full(label.size, -1, np.int32)
    for z in np.argsort(-total, kind="stable").tolist():
        if total[z] < 0:
            break
        members = np.flatnonzero(label == z).astype(np.int32)
        for _ in range(4 if movable[members].all() else 16):
            split_zone(part.ptr, part.nbr, part.load, label, members, cap, zones, mark, state)
            new = label[members] == zones
            if movable[members[~new]].all():
                # All that is fixed came into the new half: let the halves change names.
                label[members] = np.where(new, z, zones)
            if movable[members[label[members] == zones]].all():
                return True
            label[members] = z
    return False


def _cut_anew(request: Request, part: Component, label: Array, zones: int, movable: Array) -> None:
    """Cut every zone still above capacity anew, with as few of its neighbours as it takes."""
    cap = request.cap
    for z in range(zones):
        region = np.zeros(zones, np.bool_)
        region[z] = True
        for _ in range(3):
            total = np.bincount(label, part.load, zones)
            if total[z] <= cap:
                break
            inside = region[label]
            rows = np.repeat(np.arange(label.size), np.diff(part.ptr))
            beside = np.unique(label[part.nbr[inside[rows] & ~inside[part.nbr]]])
            if beside.size == 0:
                break
            if region.sum() == 1:
                region[beside[np.argsort(total[beside])[:2]]] = True
            else:
                region[beside] = True
            if total[region].sum() > cap * region.sum():
                continue
            members = np.flatnonzero(region[label]).astype(np.int32)
            names = np.flatnonzero(region)
            place = np.full(label.size, -1, np.int32)
            place[members] = np.arange(members.size)
            sub = _cut_out(part, members, place)
            begin = np.searchsorted(names, label[members]).astype(np.int32)
            high = np.full(names.size, cap)
            fresh = divide(
                *sub, part.load[members], np.zeros(names.size, np.int64), high, high, begin,
                movable[members], request.effort.sweeps, request.seed,
            )  # fmt: skip
            if np.bincount(fresh, part.load[members], names.size).max() <= cap:
                label[members] = names[fresh]


def _cut_out(part: Component, members: Array, place: Array) -> tuple[Array, Array, Array]:
    """Copy the rows of some patches, without their borders to others."""
    rows = np.repeat(np.arange(part.size), np.diff(part.ptr))
    keep = (place[rows] >= 0) & (place[part.nbr] >= 0)
    ptr = np.concatenate([[0], np.cumsum(np.bincount(rows[keep], minlength=part.size))])
    nbr, wgt = part.nbr[keep], part.wgt[keep]
    return take_component(ptr, nbr, wgt, members, place)


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
    return names, free_name


def _locked_reasons(request: Request, old: Array, label: Array) -> list[Reason]:
    """Name the zones that are above capacity because patches of theirs are fixed."""
    reasons = []
    cap = request.cap / request.scale
    for z in np.unique(old[request.fixed]).tolist():
        members = np.flatnonzero(label == z)
        held = members[request.fixed[members]]
        load = int(request.units[members].sum())
        own = int(request.units[held].sum())
        if load > request.cap and members.size > 1:
            proven = own > request.cap
            shown = (held, own) if proven else (members, load)
            reasons.append(locked_too_heavy(z, shown[0], shown[1] / request.scale, cap, proven))
    return reasons
