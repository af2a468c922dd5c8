"""Plans in which every zone has a capacity of its own; labels are the numbers of the capacities."""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.bound import stands_alone
from gridmap.partition.model.components import Ground, lay_ground
from gridmap.partition.model.reasons import Reason, lacking_capacity, too_few_zones, too_many_zones
from gridmap.partition.model.request import Request
from gridmap.partition.model.types import Array
from gridmap.partition.search.plan import Outcome, limits_missed, plan_fewest
from gridmap.partition.search.sharing import share_capacities
from gridmap.partition.search.town import divide_components

__all__ = ["fit_capacities", "plan_by_capacities"]


def plan_by_capacities(request: Request) -> Outcome:
    """Plan a town whose zones have different capacities, all of them used."""
    alone = stands_alone(request.units, request.head, request.tail, request.group, request.cap)
    ground = lay_ground(request, alone)
    caps, parts, taken = request.caps, ground.ends.size, int(alone.sum())
    lower = _fewest_capacities(caps, int(request.units[~alone].sum()), parts) + taken
    if lower > caps.size:
        reasons = [too_few_zones(caps.size, lower, parts + taken, 0.0)]
        return _relaxed(request, ground, reasons)
    if caps.size > request.units.size:
        return _relaxed(request, ground, [too_many_zones(caps.size, request.units.size)])
    label = np.full(request.units.size, -1, np.int32)
    used = _seat_alone(request, alone, label)
    given, complete = share_capacities(caps, ground.totals, ground.sizes, used)
    reasons = _lacking(request, ground, given, complete and taken == 0)
    if reasons:
        return _relaxed(request, ground, reasons)
    limit = np.array(
        [ground.totals[c] / caps[z].sum() * caps[z].max() for c, z in enumerate(given)]
    )
    found = divide_components(
        request, ground, np.arange(parts), [caps[zones] for zones in given], 1.02 * limit
    )
    for c, zones in enumerate(given):
        members = ground.members(c)
        label[members] = zones[found.label[members]]
        if found.missed[c]:
            proven = bool(found.proven[c]) and parts == 1 and zones.size == 1
            reasons.append(limits_missed(request, c, members, label, proven))
    if reasons:
        # The zones may fit once they change their capacities among them.
        dealt = fit_capacities(request, label)
        if dealt.max() < caps.size and np.unique(dealt).size == caps.size:
            return dealt, lower, False, []
        return _relaxed(request, ground, reasons)
    return label, lower, False, []


def _seat_alone(request: Request, alone: Array, label: Array) -> Array:
    """Give the patches that stand alone the narrowest zones that hold them; mark zones used.

    Patches above every capacity take the widest.
    """
    caps = request.caps
    used = np.zeros(caps.size, np.bool_)
    patches = np.flatnonzero(alone)
    narrow = np.argsort(caps, kind="stable")
    for v in patches[np.argsort(-request.units[patches], kind="stable")].tolist():
        fits = [z for z in narrow.tolist() if not used[z] and caps[z] >= request.units[v]]
        z = fits[0] if fits else [z for z in narrow.tolist() if not used[z]][-1]
        label[v] = z
        used[z] = True
    return used


def _lacking(request: Request, ground: Ground, given: list[Array], proven: bool) -> list[Reason]:
    """Name the components that the zones given to them cannot carry."""
    reasons = []
    for c, zones in enumerate(given):
        room = int(request.caps[zones].sum())
        if room < ground.totals[c] or zones.size == 0:
            load = ground.totals[c] / request.scale
            reasons.append(
                lacking_capacity(c, ground.members(c), load, room / request.scale, proven)
            )
    return reasons


def _relaxed(request: Request, ground: Ground, reasons: list[Reason]) -> Outcome:
    """Plan without a limit on the number of zones; numbers beyond the capacities are extra."""
    label, lower, _, _ = plan_fewest(request, ground)
    return fit_capacities(request, label), lower, False, reasons


def fit_capacities(request: Request, label: Array, old: Array | None = None) -> Array:
    """Number the zones of a plan so that as many as possible have a capacity that holds them.

    Among such numberings the one is taken that leaves most load its number of `old`. Zones that no
    capacity is left for get numbers above all capacities.
    """
    from scipy.optimize import linear_sum_assignment

    caps = request.caps
    names, where = np.unique(label, return_inverse=True)
    loads = np.bincount(where, request.units)
    gain = np.zeros((names.size, caps.size))
    if old is not None:
        known = (old >= 0) & (old < caps.size)
        share = request.units[known] / max(int(request.units.sum()), 1)
        np.add.at(gain, (where[known], old[known]), share)
    gain = np.where(loads[:, None] <= caps[None, :], gain + 2.0, -1e3)
    name = np.full(names.size, -1, np.int32)
    for row, column in zip(*linear_sum_assignment(-gain), strict=True):
        if gain[row, column] > 0:
            name[row] = column
    rest = np.flatnonzero(name < 0)
    name[rest] = caps.size + np.arange(rest.size)
    return name[where]


def _fewest_capacities(caps: Array, total: int, parts: int) -> int:
    """Count the fewest zones that can carry the total, the widest first."""
    carried = np.cumsum(np.sort(caps)[::-1])
    if total == 0:
        return parts
    return max(int(np.searchsorted(carried, total)) + 1, parts)
