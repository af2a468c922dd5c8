"""Repair offers: the few smallest sets of further moves that repair what an edit broke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmap.partition.model.graph import Graph, build_rows, find_parts, rows_cut
from gridmap.partition.model.request import Options, Request, read_request
from gridmap.partition.model.types import Array
from gridmap.partition.repair.bridge import shortest_way
from gridmap.partition.search.ejection_chains import repair_overloads
from gridmap.partition.search.moves import Limits

__all__ = ["DEPTHS", "LONGEST_BRIDGE", "Offer", "repair_offers"]

LONGEST_BRIDGE = 5
"""Patches a bridge between two parts of a zone may take."""

DEPTHS = ((1, 300), (2, 6_000), (3, 9_000), (4, 15_000))
"""Length of chains, and moves looked at in all."""


@dataclass(frozen=True)
class Offer:
    """One way to repair an edited plan.

    Parameters
    ----------
    moves
        Moves still to make: (patch, from zone, to zone).
    loads
        For every zone the moves touch: (zone, load as edited, load after), in the unit of `load`.
    border_m
        Border between zones as edited and after, in metres: shorter is more compact.
    compactness
        Mean Polsby-Popper figure of the zones touched as edited and after, 1 for a circle; None
        when areas and perimeters were not given.
    moved_load
        Load of the patches that move.
    """

    moves: tuple[tuple[int, int, int], ...]
    loads: tuple[tuple[int, float, float], ...]
    border_m: tuple[float, float]
    compactness: tuple[float, float] | None
    moved_load: float

    def __str__(self) -> str:
        """Say in one sentence what to move and what it does."""
        many = f"patches {', '.join(str(v) for v, _, _ in self.moves)}"
        what = f"patch {self.moves[0][0]}" if len(self.moves) == 1 else many
        zones = ", ".join(f"zone {z} {old:.6g} to {new:.6g}" for z, old, new in self.loads)
        return (
            f"Move also {what}: loads {zones}; border {self.border_m[0]:.6g} m to "
            f"{self.border_m[1]:.6g} m."
        )


def repair_offers(
    load: Any,
    edges: Any,
    border_m: Any,
    labels: Any,
    *,
    capacity: Any,
    categories: Any = None,
    fixed: Any = None,
    edited: Any = (),
    area_m2: Any = None,
    perimeter_m: Any = None,
    most: int = 3,
) -> list[Offer]:
    """Offer the smallest sets of moves that make an edited plan keep the rules again.

    Parameters
    ----------
    load, edges, border_m, capacity, categories
        As in `partition`.
    labels
        (n,) zone of every patch after the edit; a zone may be in parts or above capacity.
    fixed
        (n,) True for patches that no offer may move.
    edited
        Patches the user has just moved: they stay where they were put.
    area_m2, perimeter_m
        (n,) area and whole perimeter of every patch, for the compactness figure.
    most
        How many offers at most.

    Returns
    -------
    Offers, fewest moves first, then least load moved. Empty when the plan keeps the rules, or when
    no offer was found.
    """
    options = Options(
        capacity, None if np.ndim(capacity) == 0 else len(capacity), categories=categories,
        start=labels, fixed=fixed,
    )  # fmt: skip
    request = read_request(load, edges, border_m, options)
    shapes = None
    if area_m2 is not None and perimeter_m is not None:
        shapes = (np.asarray(area_m2, np.float64), np.asarray(perimeter_m, np.float64))
    plan = _lay_edited(request, np.asarray(edited, dtype=np.int64), shapes)
    found: dict[tuple[tuple[int, int, int], ...], Offer] = {}
    starts = list(_joined(plan.part, plan.label, plan.limits))
    for depth, reach in DEPTHS:
        if len(found) >= most:
            # Longer chains would come after these anyway.
            break
        for whole in starts:
            for home in (np.empty(0, np.int32), plan.label):
                done = whole.copy()
                repair_overloads(plan.part, done, plan.limits, home, depth, reach // len(starts))
                if _keeps_rules(plan.part, done, plan.limits.high):
                    offer = _offer(plan, done)
                    if offer.moves:
                        found.setdefault(offer.moves, offer)
    ranked = sorted(found.values(), key=lambda one: (len(one.moves), one.moved_load, one.moves))
    return ranked[:most]


@dataclass(frozen=True)
class _Edited:
    """An edited plan: its graph, zones from 0 and their names, limits, scale of the loads.

    `shapes` are areas and perimeters of the patches, where they are known.
    """

    part: Graph
    label: Array
    names: Array
    limits: Limits
    scale: float
    shapes: tuple[Array, Array] | None


def _lay_edited(request: Request, edited: Array, shapes: tuple[Array, Array] | None) -> _Edited:
    """Number the zones of an edited plan from 0 and set what an offer must keep."""
    assert request.start is not None
    names, where = np.unique(request.start, return_inverse=True)
    label = where.astype(np.int32)
    part = Graph(
        *build_rows(label.size, request.head, request.tail, request.border_m, request.group),
        request.units,
    )
    high = np.full(names.size, request.cap)
    if not request.uniform:
        high = request.caps[np.clip(names, 0, request.caps.size - 1)]
    movable = ~request.fixed
    movable[edited] = False
    # A patch that alone exceeds capacity is no fault of the edit.
    total = np.bincount(label, request.units, names.size).astype(np.int64)
    count = np.bincount(label, minlength=names.size)
    high = np.where((count == 1) & (total > high), total, high)
    limits = Limits(np.zeros(names.size, np.int64), high, movable)
    return _Edited(part, label, names, limits, request.scale, shapes)


def _keeps_rules(part: Graph, label: Array, high: Array) -> bool:
    """Tell whether all zones are connected and under their limits."""
    total = np.bincount(label, part.load, high.size)
    if (total > high).any():
        return False
    return int(find_parts(part.ptr, part.nbr, label)[1]) == np.unique(label).size


def _joined(part: Graph, label: Array, limits: Limits) -> Iterator[Array]:
    """Yield plans whose zones are connected: parts given away, or bridged, or the plan itself."""
    piece, pieces = find_parts(part.ptr, part.nbr, label)
    if pieces == np.unique(label).size:
        yield label
        return
    zone_of = np.zeros(pieces, np.int64)
    zone_of[piece] = label
    stuck = np.zeros(pieces, np.bool_)
    np.logical_or.at(stuck, piece[~limits.movable], True)
    weight = np.bincount(piece, part.load, pieces)
    # The part with patches that may not move stays, else the heaviest.
    rank = np.lexsort((-weight, ~stuck, zone_of))
    keeps = np.ones(pieces, np.bool_)
    keeps[rank[1:][zone_of[rank[1:]] == zone_of[rank[:-1]]]] = False
    for choice in range(3):
        done = label.copy()
        for p in np.flatnonzero(~keeps).tolist():
            members = np.flatnonzero(piece == p)
            if not stuck[p]:
                _give_away(part, done, members, limits.high, choice)
        yield done
    done = label.copy()
    for p in np.flatnonzero(~keeps).tolist():
        members = np.flatnonzero(piece == p)
        zone = done[members[0]]
        goal = (done == zone) & (piece != p)
        done[shortest_way(part, members, limits.movable, goal, LONGEST_BRIDGE)] = zone
    yield done
    # The other way round: the small part stays where it is, the main part of the zone goes.
    swap = label.copy()
    for p in np.flatnonzero(~keeps).tolist():
        mains = np.flatnonzero(keeps & (zone_of == zone_of[p]))
        members = np.flatnonzero(np.isin(piece, mains))
        if not stuck[mains].any() and members.size <= LONGEST_BRIDGE:
            _give_away(part, swap, members, limits.high, 0)
    yield swap


def _give_away(part: Graph, label: Array, members: Array, high: Array, choice: int) -> None:
    """Give a part to one of the zones beside it: with room first, then by border."""
    inside = np.zeros(label.size, np.bool_)
    inside[members] = True
    border: dict[int, float] = {}
    for v in members.tolist():
        for i in range(part.ptr[v], part.ptr[v + 1]):
            if not inside[part.nbr[i]]:
                z = int(label[part.nbr[i]])
                border[z] = border.get(z, 0.0) + float(part.wgt[i])
    border.pop(int(label[members[0]]), None)
    total = np.bincount(label, part.load, high.size)
    weight = part.load[members].sum()
    ranked = sorted(border, key=lambda z: (total[z] + weight > high[z], -border[z], z))
    if ranked:
        label[members] = ranked[min(choice, len(ranked) - 1)]


def _offer(plan: _Edited, after: Array) -> Offer:
    """Describe the way from an edited plan to another."""
    part, before, names = plan.part, plan.label, plan.names
    moved = np.flatnonzero(before != after)
    touched = np.unique(np.concatenate([before[moved], after[moved]]))
    old = np.bincount(before, part.load, names.size) / plan.scale
    new = np.bincount(after, part.load, names.size) / plan.scale
    compactness = None
    if plan.shapes is not None:
        compactness = (
            _mean_compactness(part, before, touched, *plan.shapes),
            _mean_compactness(part, after, touched, *plan.shapes),
        )
    return Offer(
        tuple((int(v), int(names[before[v]]), int(names[after[v]])) for v in moved),
        tuple((int(names[z]), float(old[z]), float(new[z])) for z in touched),
        (float(rows_cut(part, before)), float(rows_cut(part, after))),
        compactness,
        float(part.load[moved].sum() / plan.scale),
    )


def _mean_compactness(
    part: Graph, label: Array, zones: Array, area_m2: Array, perimeter_m: Array
) -> float:
    """Average the Polsby-Popper figures of some zones."""
    inside = np.flatnonzero(np.isin(label, zones))
    rows = np.repeat(np.arange(label.size), np.diff(part.ptr))
    shared = np.bincount(rows, part.wgt * (label[rows] == label[part.nbr]), label.size)
    count = int(label.max()) + 1
    area = np.bincount(label[inside], area_m2[inside], count)[zones]
    rim = np.bincount(label[inside], (perimeter_m - shared)[inside], count)[zones]
    used = (area > 0) & (rim > 0)
    return float((4 * np.pi * area[used] / rim[used] ** 2).mean()) if used.any() else 0.0
