"""A plan from nothing: sharing zones out, planning every component, saying what cannot be."""

from __future__ import annotations

import numpy as np

from gridmap.partition.exact.enumeration import LARGEST, prove
from gridmap.partition.model.bound import fewest_of_parts, stands_alone
from gridmap.partition.model.components import Ground, lay_ground
from gridmap.partition.model.reasons import (
    Reason,
    light_patch,
    no_number_fits,
    not_within_limits,
    too_few_zones,
    too_little_load,
    too_many_zones,
)
from gridmap.partition.model.request import Request
from gridmap.partition.model.types import Array
from gridmap.partition.search.bisection import sweep_order
from gridmap.partition.search.sharing import avoid_refused, share_zones
from gridmap.partition.search.tight import NEVER
from gridmap.partition.search.town import (
    component_of,
    cover_components,
    divide_components,
    lightest_fullest,
)
from gridmap.partition.search.tree import plan_tree

__all__ = ["SMALL", "Outcome", "limits_missed", "plan_afresh", "plan_fewest"]

SMALL = 14
"""Components up to this size are shared by their exact fullest zone, larger by their mean."""

_TURNS = 12  # times that zones are shared out again before that is given up
_BRANCHES = 300_000  # of the proof for a component without a plan: some hundredths of a second

Outcome = tuple[Array, int, bool, list[Reason]]
"""Labels, a lower bound of the number of zones, whether that is proven best, and reasons."""


def plan_afresh(request: Request) -> Outcome:
    """Plan a town with one capacity for all zones, without a plan in force."""
    alone = stands_alone(request.units, request.head, request.tail, request.group, request.cap)
    ground = lay_ground(request, alone)
    if request.zones is None:
        return plan_fewest(request, ground)
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


def plan_fewest(request: Request, ground: Ground) -> Outcome:
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
    reasons = _never_within(request, ground)
    if reasons:
        return reasons
    loads = np.bincount(label, request.units)
    for c in range(ground.ends.size):
        members = ground.members(c)
        if loads[np.unique(label[members])].min() < request.low:
            reasons.append(limits_missed(request, c, members, label, False))
    return reasons


def _never_within(request: Request, ground: Ground) -> list[Reason]:
    """Name patches and components that no number of zones brings within the limits."""
    low, cap, scale = request.low, request.cap, request.scale
    if low == 0:
        return []
    light = np.flatnonzero(ground.alone & (request.units < low))
    reasons = [
        light_patch(v, request.units[v] / scale, low / scale, cap / scale) for v in light.tolist()
    ]
    for c in np.flatnonzero(-(-ground.totals // cap) > ground.totals // low).tolist():
        load, members = ground.totals[c] / scale, ground.members(c)
        if ground.totals[c] < low:
            reasons.append(too_little_load(c, members, load, low / scale))
        else:
            reasons.append(no_number_fits(c, members, load, low / scale, cap / scale))
    return reasons


def _plan_number(request: Request, ground: Ground) -> Outcome:
    """Plan with a given number of zones in all."""
    assert request.zones is not None
    taken = int(ground.alone.sum())
    least = fewest_of_parts(request.units, ground.order, ground.sizes, request.cap)
    most = ground.sizes.copy()
    if request.low:
        most = np.minimum(most, ground.totals // request.low)
    lower = int(least.sum()) + taken
    room = request.zones - taken
    fullest = _Fullest(request, ground)
    reasons: list[Reason] = []
    if room > ground.sizes.sum():
        reasons = [too_many_zones(request.zones, int(ground.sizes.sum()) + taken)]
        return _each_alone(request, ground), lower, False, reasons
    if room < least.sum():
        reasons = [_shortfall(request, ground, lower, taken, fullest)]
    else:
        reasons = _never_within(request, ground)
        if not reasons and room > most.sum():
            low = request.low / request.scale
            reasons = [too_many_zones(request.zones, int(most.sum()) + taken, low)]
    if reasons:
        return _nearest(request, ground, lower, reasons)
    return _Sharing(request, ground, fullest, least, most).plan()


class _Sharing:
    """The search for a sharing-out of zones under which every component has a plan."""

    def __init__(
        self, request: Request, ground: Ground, fullest: _Fullest, least: Array, most: Array
    ) -> None:
        self.request, self.ground, self.fullest = request, ground, fullest
        self.least, self.most = least, most
        parts = ground.ends.size
        self.wanted = np.zeros(parts, np.int64)
        self.label = np.zeros(request.units.size, np.int32)
        self.missed = np.ones(parts, np.bool_)
        self.proven = np.zeros(parts, np.bool_)
        self.refused: list[set[int]] = [set() for _ in range(parts)]
        self.sure = True  # every refusal so far is proven

    def plan(self) -> Outcome:
        """Share out, plan, and share out again around what has no plan."""
        request, ground = self.request, self.ground
        taken = int(ground.alone.sum())
        room = int(request.zones or 0) - taken
        lower = int(self.least.sum()) + taken
        sharing = share_zones(self.fullest, room, self.least, self.most, ground.heaviest)
        for _ in range(_TURNS):
            self._divide(np.flatnonzero(sharing != self.wanted), sharing)
            short = np.flatnonzero(self.missed)
            if short.size == 0:
                label = _number_through(ground, self.label, self.wanted)
                return label, lower, bool(self.proven.all()), []
            self.sure &= bool(self.proven[short].all())
            if self.sure and not request.low:
                # No plan with so many zones under capacity: none with fewer either.
                lower = max(lower, int(np.where(self.missed, self.wanted + 1, self.least).sum()))
            again = self._share_again(short, room)
            if again is None:
                return self._failed(short, lower, proven=self.sure)
            sharing = again
        return self._failed(np.flatnonzero(self.missed), lower, proven=False)

    def _divide(self, changed: Array, sharing: Array) -> None:
        """Plan the components whose number of zones has changed."""
        request, ground = self.request, self.ground
        self.wanted = sharing
        high = [np.full(k, request.cap) for k in sharing.tolist()]
        limit = self._limits()
        found = divide_components(request, ground, changed, high, limit)
        for c in changed.tolist():
            members = ground.members(c)
            self.label[members] = found.label[members]
            self.missed[c], self.proven[c] = found.missed[c], found.proven[c]
            if self.missed[c] and not self.proven[c]:
                self._settle(c, members)

    def _settle(self, c: int, members: Array) -> None:
        """Look for a plan of a small or simple component, or the proof that there is none."""
        part = component_of(self.request, self.ground, c)
        zones, low, cap = int(self.wanted[c]), self.request.low, self.request.cap
        found, complete = plan_tree(part, zones, low, cap)
        if found is None and not complete and members.size <= LARGEST:
            order = sweep_order(part.ptr, part.nbr)
            found, _, complete = prove(part, order, zones, low, cap, NEVER, _BRANCHES)
            found = found if found.size else None
        if found is not None:
            self.label[members] = found
            self.missed[c] = False
        else:
            self.proven[c] = complete

    def _share_again(self, short: Array, room: int) -> Array | None:
        """Share out anew without the numbers that were refused; None when nothing is left."""
        if not self.request.low:
            # Under capacity alone, a component without a plan needs a zone more.
            self.least[short] = self.wanted[short] + 1
            if (self.least > self.most).any() or self.least.sum() > room:
                return None
            return share_zones(self.fullest, room, self.least, self.most, self.ground.heaviest)
        for c in short.tolist():
            self.refused[c].add(int(self.wanted[c]))
        again, complete = avoid_refused(self.wanted, self.least, self.most, self.refused)
        self.sure &= complete or again is not None
        return again

    def _failed(self, short: Array, lower: int, *, proven: bool) -> Outcome:
        """Name the components without a plan, and give the nearest plan that keeps hard rules."""
        request, ground = self.request, self.ground
        numbered = _number_through(ground, self.label, self.wanted)
        reasons = [
            limits_missed(request, c, ground.members(c), numbered, proven) for c in short.tolist()
        ]
        over = (np.bincount(numbered, request.units) > request.cap).sum() > (
            request.units > request.cap
        ).sum()
        if request.low and not over:
            return numbered, lower, False, reasons
        other = _nearest(request, ground, lower, reasons)
        # The fewest zones found may be just as many as were asked for.
        met = np.unique(other[0]).size == request.zones and not request.low
        return (other[0], lower, False, []) if met else other

    def _limits(self) -> Array:
        """Say how full a zone of each component should be at most while there is choice.

        No fuller than needed where the fullest zone of the town lies; elsewhere up to 15 % above
        the mean, for shorter borders. Between two limits every load is equally good.
        """
        ground, wanted = self.ground, self.wanted
        if self.request.low:
            return np.full(wanted.size, self.request.cap)
        need = np.array([self.fullest(c, int(k)) for c, k in enumerate(wanted)], dtype=np.float64)
        mean = ground.totals / np.maximum(wanted, 1)
        large = ground.sizes > SMALL
        grain = ground.totals / np.maximum(ground.sizes, 1)
        need[large] = np.maximum(need[large], (1.03 * mean + 0.25 * grain)[large])
        top = need.max(initial=0.0)
        return np.maximum(need, np.minimum(top, 1.15 * mean)).astype(np.int64)


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


def _nearest(request: Request, ground: Ground, lower: int, reasons: list[Reason]) -> Outcome:
    """Plan with the fewest zones found, in the place of the number asked for."""
    found = cover_components(request, ground)
    return _number_through(ground, found.label, found.zones), lower, False, reasons


def _each_alone(request: Request, ground: Ground) -> Array:
    """Make every patch a zone of its own."""
    label = ground.place.astype(np.int32)
    return _number_through(ground, label, ground.sizes)


def _shortfall(
    request: Request, ground: Ground, lower: int, taken: int, fullest: _Fullest
) -> Reason:
    """Say that there are too few zones, and which capacity they would need at least."""
    assert request.zones is not None
    enough, parts = 0, ground.ends.size
    room = request.zones - taken
    if parts <= room:
        one = np.ones(parts, np.int64)
        given = share_zones(fullest, room, one, ground.sizes, ground.heaviest)
        enough = max(fullest(c, int(k)) for c, k in enumerate(given))
    return too_few_zones(request.zones, lower, parts + taken, enough / request.scale)


def limits_missed(request: Request, c: int, members: Array, label: Array, proven: bool) -> Reason:
    """Say how near the best plan of a component comes to its limits."""
    zones, where = np.unique(label[members], return_inverse=True)
    loads = np.bincount(where, request.units[members])
    return not_within_limits(
        c,
        members,
        zones.size,
        request.low / request.scale,
        request.cap / request.scale,
        loads.max() / request.scale,
        loads.min() / request.scale,
        proven,
    )
