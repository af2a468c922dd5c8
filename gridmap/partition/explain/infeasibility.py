"""Ways out of a request that cannot be met: each is tried before it is named.

A way out changes one thing: the number of zones, a limit, a link, a patch that is cut or set free.
It is named only if a plan was found with it; so whoever follows it gets one. The number of trials
depends on the size of the request alone, never on a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from gridmap.partition.explain.relaxations import limited, rounded, wider_limits
from gridmap.partition.explain.trials import Plan, Trials
from gridmap.partition.model.bound import stands_alone
from gridmap.partition.model.components import lay_ground
from gridmap.partition.model.links import candidate_links, choose_links
from gridmap.partition.model.reasons import Reason, WayOut, plural
from gridmap.partition.model.request import Request
from gridmap.partition.search.plan import Outcome

__all__ = ["with_ways"]

_MOST_PARTS = 16  # of a patch: hundreds of pieces are no advice, and trying them takes hours


def with_ways(request: Request, plan: Plan, outcome: Outcome) -> list[Reason]:
    """Give the reasons of an outcome, the last of them with the ways out."""
    reasons = outcome[3]
    if not reasons:
        return []
    trials = Trials(request, plan, int(np.clip(400_000 // request.units.size, 3, 40)))
    ways: list[WayOut] = []
    for look in (_other_zones, wider_limits, _links, _cuts, _freed):
        ways.extend(look(request, trials, outcome))
    if not ways:
        ways.extend(_as_found(request, trials, outcome))
    return [*reasons[:-1], replace(reasons[-1], ways_out=tuple(ways))]


def _other_zones(request: Request, trials: Trials, outcome: Outcome) -> Iterator[WayOut]:
    """Ask for another number of zones, the nearest that works."""
    kinds = {reason.kind for reason in outcome[3]}
    if request.zones is None or kinds & {"locked_too_heavy", "locked_apart"}:
        return
    zones = request.zones
    if not request.uniform:
        yield from _more_capacities(request, trials, outcome)
        return
    found = int(np.unique(outcome[0]).size)
    tried = [found]
    if request.low or found == zones:
        tried = [zones + 1, zones - 1, zones + 2, zones - 2, found]
    for one in dict.fromkeys(tried):
        if one > 0 and one != zones and trials.works(replace(request, zones=one)):
            yield _zones_way(one, zones, "")
            return


def _zones_way(one: int, zones: int, what: str) -> WayOut:
    """Say how many officers more, or zones fewer."""
    if one > zones:
        text = f"{plural(one - zones, 'more officer')}{what} ({one} zones)"
    else:
        text = f"{plural(zones - one, 'zone')} fewer"
    return WayOut("zones", (one,), (), text)


def _more_capacities(request: Request, trials: Trials, outcome: Outcome) -> Iterator[WayOut]:
    """Ask for further zones with the widest capacity, or for none of the narrowest ones."""
    size = request.caps.size
    if outcome[3][-1].kind == "too_many_zones":
        most = int(dict(outcome[3][-1].numbers)["most"])
        caps = request.caps[np.sort(np.argsort(-request.caps, kind="stable")[:most])]
        if trials.works(replace(request, caps=caps, zones=most)):
            yield _zones_way(most, size, "")
        return
    extra = max(int(outcome[0].max()) + 1 - size, 1)
    for more in dict.fromkeys((1, 2, extra, extra + 1)):
        caps = np.append(request.caps, np.full(more, request.cap))
        if trials.works(replace(request, caps=caps, zones=caps.size)):
            yield _zones_way(size + more, size, f" with capacity {request.cap / request.scale:.6g}")
            return


def _as_found(request: Request, trials: Trials, outcome: Outcome) -> Iterator[WayOut]:
    """Ask for what the nearest plan found has: where two things stand against the request."""
    if request.zones is None or "fixed" in {r.rule for r in outcome[3]}:
        return
    if not request.uniform:
        zones = int(np.unique(outcome[0]).size)
        if trials.works(replace(request, zones=zones, caps=np.array([request.cap]))):
            cap = request.cap / request.scale
            text = f"{plural(zones, 'zone')} with capacity {cap:.6g} each"
            yield WayOut("zones", (zones, 0.0, cap), (), text)
        return
    loads = np.bincount(outcome[0], request.units)
    zones = int((np.bincount(outcome[0]) > 0).sum())
    lightest = min(int(loads[np.unique(outcome[0])].min()), request.low)
    low = rounded(request, lightest, up=False)
    asked = replace(limited(request, "low", low), zones=zones)
    if trials.works(asked):
        text = f"{zones} zones" + (f" with min_load {low:.6g}" if request.low else "")
        yield WayOut("zones", (zones, low), (), text)


def _links(request: Request, trials: Trials, outcome: Outcome) -> Iterator[WayOut]:
    """Ask for links between pieces of ground that are not connected."""
    kinds = {reason.kind for reason in outcome[3]}
    alone = stands_alone(request.units, request.head, request.tail, request.group, request.cap)
    ground = lay_ground(request, alone)
    if request.start is not None or ground.ends.size < 2 or not request.uniform:
        return
    goal = request.zones if "too_few_zones" in kinds or not request.low else None
    pairs = choose_links(request, ground, candidate_links(request, ground), goal)
    if not pairs:
        return
    one, two = np.array(pairs).T
    linked = replace(
        request,
        head=np.concatenate([request.head, one]),
        tail=np.concatenate([request.tail, two]),
        border_m=np.concatenate([request.border_m, np.zeros(one.size)]),
    )
    if trials.works(linked):
        named = " and ".join(f"{a}-{b}" for a, b in pairs)
        text = f"{'a link' if one.size == 1 else 'links'} between patches {named}"
        yield WayOut("link", (), tuple(v for pair in pairs for v in pair), text)


def _cuts(request: Request, trials: Trials, outcome: Outcome) -> Iterator[WayOut]:
    """Ask for a heavy patch to be cut into a few parts."""
    if request.start is not None or not request.uniform:
        return
    label, _, _, reasons = outcome
    last = reasons[-1]
    if last.kind == "too_many_zones" and not request.low:
        parts = [int(request.zones or 0) - int(dict(last.numbers)["most"]) + 1]
    else:
        parts = [2, 3]
    members = np.flatnonzero(label == np.argmax(np.bincount(label, request.units)))
    heavy = [int(np.argmax(request.units)), int(members[np.argmax(request.units[members])])]
    for v in dict.fromkeys(heavy):
        for count in [one for one in parts if one <= _MOST_PARTS]:
            if request.units[v] >= count and trials.works(_cut(request, v, count)):
                yield WayOut("cut", (count,), (v,), f"cutting patch {v} into {count}")
                return


def _cut(request: Request, v: int, count: int) -> Request:
    """Cut a patch into equal parts that touch each other and all neighbours of the patch."""
    n = request.units.size
    new = np.arange(n, n + count - 1)
    units = np.concatenate([request.units * count, np.full(count - 1, request.units[v])])
    units[v] = request.units[v]
    at = np.flatnonzero((request.head == v) | (request.tail == v))
    beside = np.where(request.head[at] == v, request.tail[at], request.head[at])
    joined = float(request.border_m[at].sum())
    border = request.border_m.copy()
    border[at] /= count
    one = np.concatenate([np.repeat(new, at.size), np.append(v, new[:-1])])
    two = np.concatenate([np.tile(beside, count - 1), new])
    return replace(
        request,
        units=units,
        scale=request.scale * count,
        caps=request.caps * count,
        low=request.low * count,
        head=np.concatenate([request.head, one]),
        tail=np.concatenate([request.tail, two]),
        border_m=np.concatenate(
            [border, np.tile(border[at], count - 1), np.full(count - 1, joined / 4)]
        ),
        group=np.append(request.group, np.full(count - 1, request.group[v])),
        fixed=np.append(request.fixed, np.zeros(count - 1, np.bool_)),
    )


def _freed(request: Request, trials: Trials, outcome: Outcome) -> Iterator[WayOut]:
    """Ask for some patches of zones that are too heavy not to be fixed any more."""
    start = request.start
    if start is None:
        return
    free: list[int] = []
    for reason in outcome[3]:
        if reason.rule != "fixed":
            continue
        zone = int(dict(reason.numbers)["zone"])
        held = np.flatnonzero(request.fixed & (start == zone))
        if reason.kind == "locked_apart":
            free.extend(held.tolist())
            continue
        held = held[np.argsort(-request.units[held], kind="stable")]
        over = int(request.units[held].sum()) - request.caps[min(zone, request.caps.size - 1)]
        carried = np.cumsum(request.units[held])
        count = int(np.searchsorted(carried, over)) + 1 if over > 0 else held.size
        free.extend(held[:count].tolist())
    if free:
        fixed = request.fixed.copy()
        fixed[free] = False
        if not trials.works(replace(request, fixed=fixed)):
            zones = np.unique(start[free])
            fixed &= ~np.isin(start, zones)
            free = np.flatnonzero(request.fixed & ~fixed).tolist()
            if not trials.works(replace(request, fixed=fixed)):
                return
        named = ", ".join(str(v) for v in free[:10]) + (" …" if len(free) > 10 else "")
        text = f"freeing {'patch' if len(free) == 1 else 'patches'} {named}"
        yield WayOut("free", (), tuple(free), text)
