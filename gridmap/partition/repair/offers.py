"""Repair offers: the few smallest sets of further moves that mend what an edit broke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmap.partition.model.graph import build_rows, find_parts, rows_cut
from gridmap.partition.model.request import Request, read_request
from gridmap.partition.model.types import Array
from gridmap.partition.search.component import Component
from gridmap.partition.search.ejection_chains import mend_overloads

__all__ = ["DEPTHS", "LONGEST_BRIDGE", "Offer", "repair_offers"]

LONGEST_BRIDGE = 5
"""Patches a bridge between two parts of a zone may take."""

DEPTHS = ((1, 300), (2, 6_000), (3, 9_000), (4, 15_000))
"""Length of chains, and moves looked at in all."""


@dataclass(frozen=True)
class Offer:
    """One way to mend an edited plan.

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
    request = read_request(
        load, edges, border_m, capacity, None if np.ndim(capacity) == 0 else len(capacity), None,
        categories, labels, fixed, 0, "fast",
    )  # fmt: skip
    assert request.start is not None
    begin = np.unique(request.start, return_inverse=True)
    names, label = begin[0], begin[1].astype(np.int32)
    part = Component(
        *build_rows(label.size, request.head, request.tail, request.border_m, request.group),
        request.units,
    )
    high = np.full(names.size, request.cap)
    if not request.uniform:
        high = request.caps[np.clip(names, 0, request.caps.size - 1)]
    movable = ~request.fixed
    movable[np.asarray(edited, dtype=np.int64)] = False
    # A patch that alone exceeds capacity is no fault of the edit.
    total = np.bincount(label, request.units, names.size).astype(np.int64)
    count = np.bincount(label, minlength=names.size)
    high = np.where((count == 1) & (total > high), total, high)
    shapes = None
    if area_m2 is not None and perimeter_m is not None:
        shapes = (np.asarray(area_m2, np.float64), np.asarray(perimeter_m, np.float64))
    found: dict[tuple[tuple[int, int, int], ...], Offer] = {}
    starts = list(_joined(part, label, high, movable))
    for depth, reach in DEPTHS:
        if len(found) >= most:
            # Longer chains would come after these anyway.
            break
        for whole in starts:
            for home in (np.empty(0, np.int32), label):
                done = whole.copy()
                low = np.zeros(names.size, np.int64)
                mend_overloads(
                    part.ptr, part.nbr, part.wgt, part.load, done, low, high, movable, home, depth,
                    reach // len(starts),
                )  # fmt: skip
                if _keeps_rules(part, done, high):
                    offer = _offer(request, part, label, done, names, shapes)
                    if offer.moves:
                        found.setdefault(offer.moves, offer)
    ranked = sorted(found.values(), key=lambda one: (len(one.moves), one.moved_load, one.moves))
    return ranked[:most]


def _keeps_rules(part: Component, label: Array, high: Array) -> bool:
    """Tell whether all zones are connected and under their limits."""
    total = np.bincount(label, part.load, high.size)
    if (total > high).any():
        return False
    return int(find_parts(part.ptr, part.nbr, label)[1]) == np.unique(label).size


def _joined(part: Component, label: Array, high: Array, movable: Array) -> Iterator[Array]:
    """Yield plans whose zones are connected: parts given away, or bridged, or the plan itself."""
    piece, pieces = find_parts(part.ptr, part.nbr, label)
    if pieces == np.unique(label).size:
        yield label
        return
    zone_of = np.zeros(pieces, np.int64)
    zone_of[piece] = label
    stuck = np.zeros(pieces, np.bool_)
    np.logical_or.at(stuck, piece[~movable], True)
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
                _give_away(part, done, members, high, choice)
        yield done
    done = label.copy()
    for p in np.flatnonzero(~keeps).tolist():
        _bridge(part, done, np.flatnonzero(piece == p), piece, movable)
    yield done
    # The other way round: the small part stays where it is, the main part of the zone goes.
    swap = label.copy()
    for p in np.flatnonzero(~keeps).tolist():
        mains = np.flatnonzero(keeps & (zone_of == zone_of[p]))
        members = np.flatnonzero(np.isin(piece, mains))
        if not stuck[mains].any() and members.size <= LONGEST_BRIDGE:
            _give_away(part, swap, members, high, 0)
    yield swap


def _give_away(part: Component, label: Array, members: Array, high: Array, choice: int) -> None:
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


def _bridge(part: Component, label: Array, members: Array, piece: Array, movable: Array) -> None:
    """Take the fewest patches between a part and the rest of its zone into the zone."""
    zone = label[members[0]]
    own = piece[members[0]]
    came = dict.fromkeys(members.tolist(), -1)
    rim = members.tolist()
    for _ in range(LONGEST_BRIDGE + 1):
        new: list[int] = []
        for v in rim:
            for u in part.nbr[part.ptr[v] : part.ptr[v + 1]].tolist():
                if u in came:
                    continue
                if label[u] == zone and piece[u] != own:
                    while came[v] >= 0:
                        label[v] = zone
                        v = came[v]
                    return
                if movable[u]:
                    came[u] = v
                    new.append(u)
        rim = new


def _offer(
    request: Request,
    part: Component,
    before: Array,
    after: Array,
    names: Array,
    shapes: tuple[Array, Array] | None,
) -> Offer:
    """Describe the way from one plan to another."""
    moved = np.flatnonzero(before != after)
    touched = np.unique(np.concatenate([before[moved], after[moved]]))
    old = np.bincount(before, request.units, names.size) / request.scale
    new = np.bincount(after, request.units, names.size) / request.scale
    compactness = None
    if shapes is not None:
        compactness = (
            _mean_compactness(part, before, touched, *shapes),
            _mean_compactness(part, after, touched, *shapes),
        )
    return Offer(
        tuple((int(v), int(names[before[v]]), int(names[after[v]])) for v in moved),
        tuple((int(names[z]), float(old[z]), float(new[z])) for z in touched),
        (
            float(rows_cut(part.ptr, part.nbr, part.wgt, before)),
            float(rows_cut(part.ptr, part.nbr, part.wgt, after)),
        ),
        compactness,
        float(request.units[moved].sum() / request.scale),
    )


def _mean_compactness(
    part: Component, label: Array, zones: Array, area_m2: Array, perimeter_m: Array
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
