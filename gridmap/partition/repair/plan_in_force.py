"""Plans in force: what is locked in them, and keeping them where zones have own capacities."""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.components import Ground, lay_ground
from gridmap.partition.model.graph import Graph, build_rows, find_parts
from gridmap.partition.model.random import start_stream
from gridmap.partition.model.reasons import Reason, lacking_capacity, locked_apart, locked_too_heavy
from gridmap.partition.model.request import Request
from gridmap.partition.model.types import Array
from gridmap.partition.repair.local_repair import repair_locally
from gridmap.partition.repair.zone_count_change import (
    cut_anew,
    settle_stray,
    split_heaviest,
    split_loose,
)
from gridmap.partition.search.capacities import fit_capacities, plan_by_capacities
from gridmap.partition.search.moves import Limits
from gridmap.partition.search.plan import Outcome, limits_missed
from gridmap.partition.search.town import component_of

__all__ = ["keep_capacities", "locked_patches", "locked_reasons", "old_zones"]


def locked_patches(old: Array, fixed: Array) -> Array:
    """Find the patches of zones that are fixed as a whole: these zones do not change at all."""
    loose = np.unique(old[~fixed & (old >= 0)])
    return fixed & ~np.isin(old, loose)


def old_zones(begin: Array) -> tuple[Array, Array]:
    """Number the old zones of a component from 0, -1 for patches without one; also their names.

    An old zone that lies in several components begins as a zone in each of them.
    """
    local = np.full(begin.size, -1, np.int32)
    known = begin >= 0
    names, where = np.unique(begin[known], return_inverse=True)
    local[known] = where
    return local, names


def locked_reasons(request: Request, label: Array) -> list[Reason]:
    """Name the zones that are above capacity, or in parts, because patches of theirs are fixed."""
    assert request.start is not None
    reasons = []
    for z in np.unique(request.start[request.fixed]).tolist():
        own_cap = not request.uniform and z < request.caps.size
        cap = int(request.caps[z]) if own_cap else request.cap
        members = np.flatnonzero(label == z)
        held = members[request.fixed[members]]
        load = int(request.units[members].sum())
        own = int(request.units[held].sum())
        if load > cap and members.size > 1:
            proven = own > cap
            shown, much = (held, own) if proven else (members, load)
            reasons.append(
                locked_too_heavy(z, shown, much / request.scale, cap / request.scale, proven)
            )
    return [*reasons, *_apart(request, label)] if request.fixed.any() else reasons


def _apart(request: Request, label: Array) -> list[Reason]:
    """Name the zones that are in parts because of what is fixed."""
    n = label.size
    ptr, nbr, _ = build_rows(n, request.head, request.tail, request.border_m, request.group)
    piece, pieces = find_parts(ptr, nbr, label)
    if pieces == np.unique(label).size:
        return []
    assert request.start is not None
    first = np.unique(piece, return_index=True)[1]
    reasons = []
    names, counts = np.unique(label[first], return_counts=True)
    for z in names[counts > 1].tolist():
        held = np.flatnonzero(request.fixed & (request.start == z))
        # Without all that is fixed elsewhere: if these patches do not hang together, none can.
        group = np.where(request.fixed & (request.start != z), -1, request.group)
        ptr, nbr, _ = build_rows(n, request.head, request.tail, request.border_m, group)
        component, _ = find_parts(ptr, nbr, group)
        own = np.unique(piece[label == z]).size
        reasons.append(locked_apart(z, held, own, np.unique(component[held]).size > 1))
    return reasons


def keep_capacities(request: Request) -> Outcome:
    """Repair a plan whose zones have capacities of their own: zone numbers are numbers of them.

    Zones whose number has no capacity any more are dissolved; capacities that no zone has yet get
    a part of the fullest ones. Where that fails the town is planned from nothing, with what is
    fixed kept in any case.
    """
    assert request.start is not None
    begin = np.where(request.start < request.caps.size, request.start, -1)
    locked = locked_patches(begin, request.fixed)
    ground = lay_ground(request, locked)
    label = np.full(begin.size, -1, np.int64)
    label[locked] = begin[locked]
    towns = _Holdings(request, ground, begin)
    towns.hand_out()
    extra = request.caps.size
    reasons: list[Reason] = []
    for c in range(ground.ends.size):
        if towns.names[c].size == 0:
            members = ground.members(c)
            reasons.append(lacking_capacity(c, members, ground.totals[c] / request.scale, 0, False))
            towns.make_bare(c, extra)
            extra += 1
        local, names = towns.repaired(c)
        over = np.bincount(local, towns.parts[c].load, names.size) > towns.high(c)
        if over.any():
            members = ground.members(c)
            reasons.append(
                limits_missed(request, c, members, _spread(label, members, local), False)
            )
            grown = split_loose(
                towns.parts[c], local, towns.high(c), towns.movable(c), start_stream(request.seed)
            )
            names = np.append(names, extra + np.arange(grown - names.size))
            extra += grown - names.size if grown > names.size else 0
        extra = max(extra, int(names.max(initial=-1)) + 1)
        label[ground.members(c)] = names[local]
    whole = np.unique(label).size == request.caps.size and not reasons
    reasons = [*locked_reasons(request, label), *reasons]
    lower = int(np.searchsorted(np.cumsum(np.sort(request.caps)[::-1]), request.units.sum())) + 1
    if (whole and not reasons) or request.fixed.any():
        return label.astype(np.int32), lower, False, reasons
    fresh, lower, proven, reasons = plan_by_capacities(request)
    return fit_capacities(request, fresh, request.start), lower, proven, reasons


def _spread(label: Array, members: Array, local: Array) -> Array:
    """Write the zones of a component into an array of the town."""
    out = np.zeros(label.size, np.int64)
    out[members] = local
    return out


class _Holdings:
    """Which capacities every component has, and the zones there."""

    def __init__(self, request: Request, ground: Ground, begin: Array) -> None:
        self.request, self.ground = request, ground
        self.parts: list[Graph] = []
        self.local: list[Array] = []
        self.names: list[Array] = []
        self.home: list[Array] = []
        used: set[int] = set(begin[ground.alone].tolist())
        for c in range(ground.ends.size):
            mine = begin[ground.members(c)]
            # A zone in two components keeps its number where it comes first.
            mine = np.where(np.isin(mine, list(used)), -1, mine)
            local, names = old_zones(mine)
            used.update(names.tolist())
            self.parts.append(component_of(request, ground, c))
            self.local.append(local)
            self.names.append(names)
        spare = [z for z in range(request.caps.size) if z not in used]
        self.idle = sorted(spare, key=lambda z: (request.caps[z], -z))

    def high(self, c: int) -> Array:
        """Give the capacities of the zones of a component."""
        caps = self.request.caps
        own = caps[np.minimum(self.names[c], caps.size - 1)]
        return np.where(self.names[c] < caps.size, own, self.request.cap).astype(np.int64)

    def make_bare(self, c: int, name: int) -> None:
        """Make a component that no capacity is left for one zone, with a number beyond them."""
        self.names[c] = np.array([name])
        self.local[c][:] = 0
        self.home[c] = self.local[c].copy()

    def movable(self, c: int) -> Array:
        """Tell which patches of a component may move."""
        return ~self.request.fixed[self.ground.members(c)]

    def hand_out(self) -> None:
        """Give the idle capacities away: to bare components first, then where most is lacking."""
        for c, names in enumerate(self.names):
            if names.size == 0 and self.idle:
                self.names[c] = np.array([self.idle.pop()])
                self.local[c][:] = 0
        for c, names in enumerate(self.names):
            if names.size:
                settle_stray(self.parts[c], self.local[c], names.size, self.movable(c))
            self.home.append(self.local[c].copy())
        state = start_stream(self.request.seed)
        closed: set[int] = set()
        while self.idle and len(closed) < len(self.parts):
            lacking = [
                -np.inf if c in closed or self.names[c].size == 0
                else float(part.load.sum() - self.high(c).sum())
                for c, part in enumerate(self.parts)
            ]  # fmt: skip
            c = int(np.argmax(lacking))
            if not np.isfinite(lacking[c]):
                break
            cap = int(self.request.caps[self.idle[-1]])
            if split_heaviest(
                self.parts[c], self.local[c], self.names[c].size, cap, self.movable(c), state,
                self.high(c),
            ):  # fmt: skip
                self.names[c] = np.append(self.names[c], self.idle.pop())
            else:
                closed.add(c)

    def repaired(self, c: int) -> tuple[Array, Array]:
        """Repair the zones of a component; give them and their numbers."""
        part, local, high = self.parts[c], self.local[c], self.high(c)
        limits = Limits(np.zeros(high.size, np.int64), high, self.movable(c))
        if high.size and repair_locally(part, local, limits, self.home[c]):
            cut_anew(self.request, part, local, high, limits.movable)
        return local, self.names[c]
