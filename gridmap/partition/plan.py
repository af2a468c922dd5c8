"""A plan from nothing: sharing zones out, planning every component, saying what cannot be."""

from __future__ import annotations

import numpy as np

from gridmap.partition.ground import Ground, lay_ground
from gridmap.partition.reasons import (
    Reason,
    lacking_capacity,
    not_within_limits,
    too_few_zones,
    too_little_load,
    too_many_zones,
)
from gridmap.partition.request import Request
from gridmap.partition.sharing import share_capacities, share_zones
from gridmap.partition.town import (
    component_of,
    cover_components,
    divide_components,
    lightest_fullest,
)
from gridmap.partition.types import Array

__all__ = ["SMALL", "Outcome", "limits_missed", "plan_afresh"]

SMALL = 14
"""Components up to this size are shared by their exact fullest zone, larger by their mean."""

Outcome = tuple[Array, int, bool, list[Reason]]
"""Labels, a lower bound of the number of zones, whether that is proven best, and reasons."""


def plan_afresh(request: Request) -> Outcome:
    """Plan a town without a plan in force."""
    ground = lay_ground(request, request.units > request.cap)
    if not request.uniform:
        return _plan_by_capacities(request, ground)
    if request.zones is None:
        return _plan_fewest(request, ground)
    return _plan_number(request, ground)


def _number_through(ground: Ground, label: Array, got: Array) -> Array:
    """Turn numbers within components into numbers of the town, in order of first patches."""
    full = np.full(label.size, -1, np.int32)
    base = np.cumsum(got) - got
    full[ground.order] = label[ground.order] + np.repeat(base, ground.sizes)
    alone = np.flatnonzero(ground.alone)
    full[alone] = int(got.sum()) + np.arange(alone.size)
    first = np.full(int(full.max()) + 1, label.size, np.int64)
    np.minimum.at(first, full, np.arange(label.size))
    rank = np.empty(first.size, np.int32)
    rank[np.argsort(first, kind="stable")] = np.arange(first.size, dtype=np.int32)
    return rank[full]


def _plan_fewest(request: Request, ground: Ground) -> Outcome:
    """Plan with as few zones as can be found under capacity."""
    found = cover_components(request, ground)
    lower = int(found.bound.sum() + ground.alone.sum())
    proven = bool((found.zones == found.bound).all())
    label = _number_through(ground, found.label, found.zones)
    return label, lower, proven, _light_zones(request, ground, label)


def _light_zones(request: Request, ground: Ground, label: Array) -> list[Reason]:
    """Name the components that have zones under the least load."""
    if request.low == 0:
        return []
    loads = np.bincount(label, request.units)
    reasons = []
    for c in range(ground.ends.size):
        members = ground.members(c)
        here = loads[np.unique(label[members])]
        if here.min() >= request.low:
            continue
        if ground.totals[c] < request.low:
            reasons.append(
                too_little_load(
                    c, members, ground.totals[c] / request.scale, request.low / request.scale
                )
            )
        else:
            reasons.append(limits_missed(request, c, members, label, False))
    return reasons


def _plan_number(request: Request, ground: Ground) -> Outcome:
    """Plan with a given number of zones in all."""
    assert request.zones is not None
    parts = ground.ends.size
    taken = int(ground.alone.sum())
    least = np.maximum(-(-ground.totals // request.cap), 1)
    most = ground.sizes.copy()
    if request.low:
        # A component cannot have more zones than it has loads of the least size.
        most = np.maximum(np.minimum(most, ground.totals // request.low), least)
    lower = int(least.sum()) + taken
    fullest = _Fullest(request, ground)
    wanted = np.zeros(parts, np.int64)
    label = np.zeros(request.units.size, np.int32)
    missed = np.ones(parts, np.bool_)
    proven = np.zeros(parts, np.bool_)
    reasons: list[Reason] = []
    room = request.zones - taken
    changed = np.arange(parts)
    for _ in range(12):
        if room < least.sum() or room > most.sum():
            break
        new = share_zones(fullest, room, least, most, ground.heaviest)
        changed = np.flatnonzero(new != wanted)
        wanted = new
        limit = _limits(request, ground, fullest, wanted)
        high = [np.full(k, request.cap) for k in wanted.tolist()]
        found = divide_components(request, ground, changed, high, limit)
        for c in changed.tolist():
            members = ground.members(c)
            label[members] = found.label[members]
        missed[changed], proven[changed] = found.missed[changed], found.proven[changed]
        short = np.flatnonzero(missed)
        if short.size == 0 or request.low or least.sum() + short.size > room:
            break
        # These components need a zone more than their load says: share out again.
        least[short] = wanted[short] + 1
        if (least > most).any():
            break
    if wanted.any() and not missed.any() and int(wanted.sum()) == room:
        return _number_through(ground, label, wanted), lower, bool(proven.all()), reasons
    if room > ground.sizes.sum():
        reasons.append(too_many_zones(request.zones, int(ground.sizes.sum()) + taken))
        return _nearest(request, ground, ground.sizes, lower, reasons)
    if room < lower - taken:
        reasons.append(_shortfall(request, ground, lower, parts, taken, fullest))
        return _nearest(request, ground, np.zeros(parts, np.int64), lower, reasons)
    numbered = _number_through(ground, label, np.maximum(wanted, 1))
    for c in np.flatnonzero(missed).tolist() if wanted.any() else []:
        sure = bool(proven[c]) and parts == 1
        reasons.append(limits_missed(request, int(c), ground.members(c), numbered, sure))
    if request.low and (room > most.sum() or not wanted.any()):
        reasons.extend(_light_components(request, ground))
        if not reasons:
            reasons.append(too_many_zones(request.zones, int(most.sum()) + taken))
        return _nearest(request, ground, np.zeros(parts, np.int64), lower, reasons)
    over = (np.bincount(numbered, request.units) > request.cap).sum() > taken
    if over or not reasons:
        other = _nearest(request, ground, np.zeros(parts, np.int64), lower, reasons)
        # The fewest zones found may be just as many as were asked for.
        met = np.unique(other[0]).size == request.zones and not request.low
        return (other[0], lower, False, []) if met else other
    return numbered, lower, False, reasons


class _Fullest:
    """How light the fullest zone of a component can be: exact if small, else by its mean."""

    def __init__(self, request: Request, ground: Ground) -> None:
        self.request, self.ground = request, ground
        self.known: dict[tuple[int, int], int] = {}

    def __call__(self, c: int, zones: int) -> int:
        ground = self.ground
        mean = int(-(-ground.totals[c] // zones))
        bound = max(mean, int(ground.heaviest[c]))
        if zones == 1 or zones == ground.sizes[c] or ground.sizes[c] > SMALL:
            return bound
        if (c, zones) not in self.known:
            self.known[c, zones] = int(
                lightest_fullest(
                    component_of(self.request, ground, c), zones, 20_000, self.request.seed
                )
            )
        return self.known[c, zones]


def _limits(request: Request, ground: Ground, fullest: _Fullest, wanted: Array) -> Array:
    """Say how full a zone of each component should be at most while there is choice.

    No fuller than needed where the fullest zone of the town lies; elsewhere up to 15 % above the
    mean, for shorter borders.
    """
    need = np.array([fullest(c, int(k)) for c, k in enumerate(wanted)], dtype=np.float64)
    mean = ground.totals / np.maximum(wanted, 1)
    large = ground.sizes > SMALL
    grain = ground.totals / np.maximum(ground.sizes, 1)
    need[large] = np.maximum(need[large], (1.03 * mean + 0.25 * grain)[large])
    top = need.max(initial=0.0)
    return np.maximum(need, np.minimum(top, 1.15 * mean)).astype(np.int64)


def _nearest(
    request: Request, ground: Ground, wanted: Array, lower: int, reasons: list[Reason]
) -> Outcome:
    """Plan with the number of zones that is possible instead of the one asked for."""
    if wanted.any():
        high = [np.full(k, request.cap) for k in wanted.tolist()]
        limit = np.full(wanted.size, request.cap)
        found = divide_components(request, ground, np.arange(wanted.size), high, limit)
        zones = wanted
    else:
        found = cover_components(request, ground)
        zones = found.zones
    return _number_through(ground, found.label, zones), lower, False, reasons


def _shortfall(
    request: Request, ground: Ground, lower: int, parts: int, taken: int, fullest: _Fullest
) -> Reason:
    """Say that there are too few zones, and which capacity would be enough for them."""
    assert request.zones is not None
    enough = 0
    room = request.zones - taken
    if parts <= room:
        one = np.ones(parts, np.int64)
        given = share_zones(fullest, room, one, ground.sizes, ground.heaviest)
        enough = max(fullest(c, int(k)) for c, k in enumerate(given))
    return too_few_zones(request.zones, lower, parts + taken, enough / request.scale)


def _light_components(request: Request, ground: Ground) -> list[Reason]:
    """Name the components lighter than one zone should be."""
    return [
        too_little_load(
            c, ground.members(c), ground.totals[c] / request.scale, request.low / request.scale
        )
        for c in np.flatnonzero(ground.totals < request.low).tolist()
    ]


def limits_missed(request: Request, c: int, members: Array, label: Array, proven: bool) -> Reason:
    """Say how near the best plan of a component comes to its limits."""
    zones, where = np.unique(label[members], return_inverse=True)
    loads = np.bincount(where, request.units[members])
    full = members[where == int(np.argmax(loads))]
    return not_within_limits(
        c,
        members,
        zones.size,
        request.low / request.scale,
        request.cap / request.scale,
        loads.max() / request.scale,
        loads.min() / request.scale,
        int(full[np.argmax(request.units[full])]),
        proven,
    )


def _plan_by_capacities(request: Request, ground: Ground) -> Outcome:
    """Plan with one capacity per zone; labels are the numbers of the capacities."""
    parts = ground.ends.size
    caps = request.caps
    used = np.zeros(caps.size, np.bool_)
    alone = np.flatnonzero(ground.alone)
    label = np.full(request.units.size, -1, np.int32)
    reasons: list[Reason] = []
    lower = _fewest_capacities(caps, int(request.units.sum()), parts + alone.size)
    if parts + alone.size > caps.size or request.zones != caps.size:
        reasons.append(too_few_zones(caps.size, parts + alone.size, parts + alone.size, 0.0))
        relaxed = _plan_fewest(request, ground)
        return relaxed[0], relaxed[1], False, reasons
    for v, z in zip(alone, np.argsort(-caps, kind="stable"), strict=False):
        label[v] = z
        used[z] = True
    given = share_capacities(caps, ground.totals, used)
    for c, zones in enumerate(given):
        room = int(caps[zones].sum())
        if room < ground.totals[c]:
            reasons.append(
                lacking_capacity(
                    c, ground.members(c), ground.totals[c] / request.scale, room / request.scale
                )
            )
    limit = np.array(
        [ground.totals[c] / max(caps[z].sum(), 1) * caps[z].max() for c, z in enumerate(given)]
    )
    found = divide_components(
        request, ground, np.arange(parts), [caps[zones] for zones in given], 1.02 * limit
    )
    for c, zones in enumerate(given):
        members = ground.members(c)
        label[members] = zones[found.label[members]]
        if found.missed[c] and not reasons:
            reasons.append(limits_missed(request, c, members, label, False))
    return label, lower, False, reasons


def _fewest_capacities(caps: Array, total: int, parts: int) -> int:
    """Count the fewest zones that can carry the total, the widest first."""
    carried = np.cumsum(np.sort(caps)[::-1])
    return max(int(np.searchsorted(carried, total)) + 1, parts)
