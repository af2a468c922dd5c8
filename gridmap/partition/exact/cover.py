"""Putting zones together: the plan of least cost that disjoint zones of a list make.

Set partitioning by depth-first search. Every zone of the list costs what it is above the prices of
its patches, so that a branch ends as soon as its zones have spent what a better plan may cost. The
patch that the fewest zones hold is covered next (D. Knuth's rule, "Dancing links", 2000).

One zone of the plan need not be in the list: where the list is complete up to one half of what may
be spent, no plan has two zones that are not in it. Then all zones but one are chosen, and the last
is the ground that remains.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.exact.mincut import Network
from gridmap.partition.exact.rest import take_part, zones_of_load
from gridmap.partition.exact.roots import Asked
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["choose_zones", "members_of"]

_OPEN, _COVERED, _REST = 0, 1, 2  # patches: not looked at yet, in a chosen zone, outside of them


class _Levels(NamedTuple):
    """The levels of the search: each has chosen one zone more, or kept one patch for the last zone.

    `listed` are the zones that still fit, the first ``size`` of a row; `at` is the place of the
    next to be tried, `patch` the patch to be covered (-1 where a level has not begun). A level was
    entered with the zone `chosen` (-1 for none); `spent` is what the zones cost so far, `picked`
    how many they are, `aside` the load kept for the last zone.
    """

    listed: Array
    size: Array
    at: Array
    patch: Array
    chosen: Array
    spent: Array
    picked: Array
    aside: Array


class _Marks(NamedTuple):
    """Of every patch: whether it is kept for the last zone, where it lies, how many zones hold it.

    `queue` is a working array.
    """

    kept: Array
    inside: Array
    holders: Array
    queue: Array


def members_of(sets: Array, patches: int) -> Array:
    """Turn bits into a table of True and False: one row a zone, one column a patch."""
    flat = np.ascontiguousarray(sets).view(np.uint8).reshape(len(sets), 8 * sets.shape[1])
    return np.unpackbits(flat, axis=1, bitorder="little")[:, :patches].astype(np.bool_)


@kernel()
def _can_be_cut(net: Network, asked: Asked, zones: int, marks: _Marks) -> bool:
    """Tell whether the open patches may be cut into so many zones, all kept ones in one.

    Marks them as the rest.
    """
    fewest, most, holds = 0, 0, 0
    for root in range(marks.inside.size):
        if marks.inside[root] != _OPEN:
            continue
        total, keeps = 0, 0
        for v in marks.queue[: take_part(net.ptr, net.nbr, marks.inside, root, marks.queue)]:
            total += net.load[v]
            keeps |= marks.kept[v]
        need, fits = zones_of_load(total, zones, asked.low, asked.high)
        if need > fits:
            return False
        fewest += need
        most += fits
        holds += keeps
    return fewest <= zones <= most and holds <= 1


@kernel()
def _cost_of_rest(net: Network, asked: Asked, inside: Array) -> float:
    """Measure what the rest costs as one zone, above the prices of its patches."""
    cost = 0.0
    for v in range(inside.size):
        if inside[v] == _REST:
            cost -= asked.prices[v]
            for i in range(net.ptr[v], net.ptr[v + 1]):
                if inside[net.nbr[i]] != _REST:
                    cost += 0.5 * net.wgt[i]
    return cost - asked.each


@kernel()
def _lay_levels(depth: int, cost: Array) -> _Levels:
    """Make room for so many levels; all zones fit on the first."""
    to = _Levels(
        np.empty((depth, cost.size), np.int32),
        np.zeros(depth, np.int64),
        np.zeros(depth, np.int64),
        np.full(depth, -1, np.int64),
        np.full(depth, -1, np.int64),
        np.zeros(depth),
        np.zeros(depth, np.int64),
        np.zeros(depth, np.int64),
    )
    for i in range(cost.size):
        to.listed[0, i] = i
    to.size[0] = cost.size
    return to


@kernel()
def _lay_marks(patches: int) -> _Marks:
    """Make room for the marks of so many patches; none is kept."""
    return _Marks(
        np.zeros(patches, np.bool_),
        np.empty(patches, np.int8),
        np.empty(patches, np.int64),
        np.empty(patches, np.int64),
    )


@kernel()
def _cover_chosen(to: _Levels, level: int, member: Array, inside: Array) -> None:
    """Mark the patches of the zones chosen so far; all others are open."""
    n = inside.size
    for v in range(n):
        inside[v] = _OPEN
    for up in range(level + 1):
        if to.chosen[up] >= 0:
            for v in range(n):
                if member[to.chosen[up], v]:
                    inside[v] = _COVERED


@kernel()
def _rarest(to: _Levels, level: int, member: Array, marks: _Marks) -> int:
    """Find the patch of the rest that the fewest zones hold; -1 if all are kept."""
    n = marks.inside.size
    for v in range(n):
        marks.holders[v] = 0
    for i in range(to.size[level]):
        for v in range(n):
            marks.holders[v] += member[to.listed[level, i], v]
    best = -1
    for v in range(n):
        rarer = best < 0 or marks.holders[v] < marks.holders[best]
        if marks.inside[v] == _REST and not marks.kept[v] and rarer:
            best = v
    return best


@kernel()
def _label_chosen(to: _Levels, level: int, member: Array, zones: int) -> Array:
    """Number the zones chosen, in order; the rest is the last zone."""
    n = member.shape[1]
    label = np.full(n, zones - 1, np.int32)
    zone = 0
    for up in range(level + 1):
        if to.chosen[up] >= 0:
            for v in range(n):
                if member[to.chosen[up], v]:
                    label[v] = zone
            zone += 1
    return label


@kernel()
def _goes_with(member: Array, other: int, new: int, v: int) -> bool:
    """Tell whether a zone may be chosen after `new`, or without patch `v` if `new` is none."""
    if new < 0:
        return not member[other, v]
    u = 0
    while u < member.shape[1] and not (member[other, u] and member[new, u]):
        u += 1
    return u == member.shape[1]


@kernel()
def _enter(
    to: _Levels, level: int, new: int, load: Array, member: Array, cost: Array, room: float
) -> None:
    """Enter the next level with zone `new`, or with its patch kept where `new` is none (-1)."""
    v, below = to.patch[level], level + 1
    to.chosen[below] = new
    to.spent[below] = to.spent[level] + (cost[new] if new >= 0 else 0.0)
    to.picked[below] = to.picked[level] + (new >= 0)
    to.aside[below] = to.aside[level] + (load[v] if new < 0 else 0)
    to.patch[below] = -1
    write = 0
    for i in range(to.size[level]):
        other = to.listed[level, i]
        if to.spent[below] + cost[other] >= room:
            break
        if _goes_with(member, other, new, v):
            to.listed[below, write] = other
            write += 1
    to.size[below] = write


@kernel()
def choose_zones(
    net: Network, asked: Asked, member: Array, cost: Array, spare: float, limit: int
) -> tuple[Array, float, bool]:
    """Find the plan of zones of a list that costs least.

    Parameters
    ----------
    asked
        Plans that cost as much as its `most` or more are not looked for; only the zone that is not
        in the list is measured by its prices.
    member, cost
        The list, the cheapest first: patches of each zone, and its cost above their prices.
    spare
        The least that a zone outside the list costs; negative if all must be in it.
    limit
        Zones looked at before giving up, each counted as often as it is.

    Returns
    -------
    Labels (empty if there is no such plan), their cost, and whether the search was completed.
    """
    n = net.load.size
    to = _lay_levels(n + asked.zones + 2, cost)
    marks = _lay_marks(n)
    best = np.empty(0, np.int32)
    wanted = asked.zones if spare < 0.0 else asked.zones - 1
    spend = asked.most
    room = spend - max(spare, 0.0)
    level = 0
    looked = 0
    while level >= 0:
        if to.patch[level] < 0:
            # A level is entered: which patches are covered, and which of the others comes next.
            _cover_chosen(to, level, member, marks.inside)
            if not _can_be_cut(net, asked, asked.zones - to.picked[level], marks):
                level -= 1
                continue
            if to.picked[level] == wanted:
                rest = _cost_of_rest(net, asked, marks.inside) if wanted < asked.zones else 0.0
                if to.spent[level] + rest < spend:
                    spend = to.spent[level] + rest
                    room = min(room, spend - max(spare, 0.0))
                    best = _label_chosen(to, level, member, asked.zones)
                level -= 1
                continue
            to.patch[level] = _rarest(to, level, member, marks)
            if to.patch[level] < 0:
                level -= 1
                continue
            to.at[level] = 0
        v = to.patch[level]
        if marks.kept[v]:
            # Back from the branch that kept the patch for the last zone.
            marks.kept[v] = False
            to.patch[level] = -1
            level -= 1
            continue
        while to.at[level] < to.size[level] and not member[to.listed[level, to.at[level]], v]:
            to.at[level] += 1
        new = -1
        if to.at[level] < to.size[level]:
            new = to.listed[level, to.at[level]]
            to.at[level] += 1
            if to.spent[level] + cost[new] >= room:
                to.at[level] = to.size[level]
                continue
        elif wanted < asked.zones and to.aside[level] + net.load[v] <= asked.high:
            marks.kept[v] = True
        else:
            to.patch[level] = -1
            level -= 1
            continue
        looked += to.size[level] + n
        if looked > limit:
            return best, spend, False
        _enter(to, level, new, net.load, member, cost, room)
        level += 1
    return best, spend, True
