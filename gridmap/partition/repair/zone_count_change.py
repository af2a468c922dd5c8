"""Zones more or fewer: the change of a plan in force when officers come or go.

Also what is done before and after: stray ground joins the zones beside it, and zones that stay too
heavy are cut anew with their neighbours.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.graph import Graph, find_parts, take_component
from gridmap.partition.model.request import Request
from gridmap.partition.model.types import Array
from gridmap.partition.repair.bridge import shortest_way
from gridmap.partition.repair.local_repair import repair_locally
from gridmap.partition.search.bisection import join_parts, settle
from gridmap.partition.search.capacity import split_zone
from gridmap.partition.search.divide import divide
from gridmap.partition.search.moves import Limits

__all__ = ["cut_anew", "dissolve_one", "settle_stray", "split_heaviest", "split_loose"]

TRIED = 6
"""Of so many zones the one is dissolved whose loss changes least."""


def settle_stray(part: Graph, label: Array, zones: int, movable: Array) -> None:
    """Give patches without a zone, and stray parts, to zones beside them; fixed patches stay.

    Where fixed patches keep a zone in parts, a way between them joins the zone.
    """
    settle(part, label, zones)
    held = label[~movable].copy()
    join_parts(part, label, zones)
    if movable.all():
        return
    for _ in range(4):
        label[~movable] = held
        if not _bridge_parts(part, label, movable):
            return
        # A way may part what it crosses.
        join_parts(part, label, zones)
    label[~movable] = held


def _bridge_parts(part: Graph, label: Array, movable: Array) -> bool:
    """Join the parts of zones that fixed patches keep apart, over the fewest movable patches."""
    piece, pieces = find_parts(part.ptr, part.nbr, label)
    if pieces == np.unique(label).size:
        return False
    first = np.unique(piece, return_index=True)[1]
    joined = False
    for z in np.flatnonzero(np.bincount(label[first]) > 1).tolist():
        root = np.flatnonzero((label == z) & (piece == piece[np.flatnonzero(label == z)[0]]))
        others = label == z
        others[root] = False
        way = shortest_way(part, root, movable, others)
        label[way] = z
        joined |= len(way) > 0
    return joined


def dissolve_one(
    part: Graph,
    label: Array,
    zones: int,
    high: Array,
    movable: Array,
    home: Array,
    *,
    tried: int = TRIED,
) -> tuple[Array, Array] | None:
    """Give the ground of a zone without fixed patches to its neighbours, the one that costs least.

    Returns labels, repaired where a single taker can do it, and the plan in force under the same
    numbers: the last zone now has that of the one dissolved. None when every zone has fixed
    patches.
    """
    total = np.bincount(label, part.load, zones)
    total[np.unique(label[~movable])] = np.inf
    best: tuple[tuple[float, ...], Array, Array] | None = None
    for z in np.argsort(total, kind="stable")[:tried].tolist():
        if zones == 1 or not np.isfinite(total[z]):
            break
        fewer = np.where(label == z, -1, np.where(label == zones - 1, z, label)).astype(np.int32)
        settle(part, fewer, zones - 1)
        was = np.where(home == z, fewer, np.where(home == zones - 1, z, home)).astype(np.int32)
        limits = Limits(np.zeros(zones - 1, np.int64), high[: zones - 1], movable)
        left = repair_locally(part, fewer, limits, was, far=False)
        over = np.maximum(np.bincount(fewer, part.load, zones - 1) - limits.high, 0).sum()
        away = fewer != was
        touched = np.unique(np.concatenate([fewer[away], was[away], fewer[label == z]])).size
        price = (float(left > 0), float(over), float(touched), float(part.load[away].sum()))
        if best is None or price < best[0]:
            best = price, fewer, was
    return None if best is None else best[1:]


def split_heaviest(
    part: Graph,
    label: Array,
    zones: int,
    cap: int,
    movable: Array,
    state: Array,
    high: Array | None = None,
) -> bool:
    """Cut the fullest zone that can be cut in two; the half without fixed patches is the new one.

    `high` are the limits of the zones where they differ. Returns False when no zone can be cut.
    """
    total = np.bincount(label, part.load, zones).astype(np.float64)
    if high is not None:
        total /= np.maximum(high, 1)
    total[np.bincount(label, minlength=zones) < 2] = -1
    mark = np.full(label.size, -1, np.int32)
    for z in np.argsort(-total, kind="stable").tolist():
        if total[z] < 0:
            break
        members = np.flatnonzero(label == z).astype(np.int32)
        for _ in range(4 if movable[members].all() else 16):
            split_zone(part, label, members, cap, zones, mark, state)
            new = label[members] == zones
            if movable[members[~new]].all():
                # All that is fixed came into the new half: let the halves change names.
                label[members] = np.where(new, z, zones)
            if movable[members[label[members] == zones]].all():
                return True
            label[members] = z
    return False


def split_loose(part: Graph, label: Array, high: Array, movable: Array, state: Array) -> int:
    """Take what may move out of zones above their limits, into zones of their own.

    Returns the number of zones; what is fixed together stays together.
    """
    zones = high.size
    mark = np.full(label.size, -1, np.int32)
    for z in range(zones):
        while True:
            members = np.flatnonzero(label == z).astype(np.int32)
            if part.load[members].sum() <= high[z] or movable[members].sum() == 0:
                break
            if members.size < 2:
                break
            for _ in range(32):
                split_zone(part, label, members, int(high[z]), zones, mark, state)
                new = label[members] == zones
                if movable[members[~new]].all():
                    label[members] = np.where(new, z, zones)
                apart = members[label[members] == zones]
                if movable[apart].all() and part.load[apart].sum() <= high.max():
                    zones += 1
                    break
                label[members] = z
            else:
                break
    return zones


def cut_anew(request: Request, part: Graph, label: Array, high: Array, movable: Array) -> None:
    """Cut every zone still above its limit anew, with as few of its neighbours as it takes."""
    zones = high.size
    rows = np.repeat(np.arange(label.size), np.diff(part.ptr))
    for z in range(zones):
        region = np.zeros(zones, np.bool_)
        region[z] = True
        for _ in range(3):
            total = np.bincount(label, part.load, zones)
            if total[z] <= high[z]:
                break
            inside = region[label]
            beside = np.unique(label[part.nbr[inside[rows] & ~inside[part.nbr]]])
            if beside.size == 0:
                break
            if region.sum() == 1:
                region[beside[np.argsort(total[beside] - high[beside])[:2]]] = True
            else:
                region[beside] = True
            if total[region].sum() > high[region].sum():
                continue
            members = np.flatnonzero(region[label]).astype(np.int32)
            names = np.flatnonzero(region)
            begin = np.searchsorted(names, label[members]).astype(np.int32)
            limits = Limits(np.zeros(names.size, np.int64), high[names], movable[members])
            fresh = divide(
                _cut_out(part, members), limits, high[names], begin, request.effort.sweeps,
                request.seed,
            )  # fmt: skip
            if (np.bincount(fresh, part.load[members], names.size) <= high[names]).all():
                label[members] = names[fresh]


def _cut_out(part: Graph, members: Array) -> Graph:
    """Copy some patches, without their borders to others."""
    place = np.full(part.size, -1, np.int32)
    place[members] = np.arange(members.size)
    rows = np.repeat(np.arange(part.size), np.diff(part.ptr))
    keep = (place[rows] >= 0) & (place[part.nbr] >= 0)
    ptr = np.concatenate([[0], np.cumsum(np.bincount(rows[keep], minlength=part.size))])
    nbr, wgt = part.nbr[keep], part.wgt[keep]
    return Graph(*take_component(ptr, nbr, wgt, members, place), part.load[members])
