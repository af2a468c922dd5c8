"""Offers that mend what an edit breaks: the few smallest sets of further moves.

Every offer is tried before it is made: it leaves nothing broken that was whole before, keeps
locked micro-grids and given grids, and carries the totals it would lead to.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridmap.edits.breaks import stray_parts
from gridmap.edits.edit import Edit, with_moves
from gridmap.edits.ground import Ground, pieces_of
from gridmap.partition import partition

__all__ = ["Offer", "Situation", "find_offers"]

MOST_OFFERS = 4
_ROUNDS = 6
_MOST_GIVEN = 15  # patches an overloaded micro-grid gives away
_TRIED = 8


@dataclass(frozen=True)
class Offer:
    """One click: the whole edit with what mends it, and where it leads."""

    edit: Edit
    title: str
    title_zh: str
    patches: tuple[str, ...]  # that move besides, or stay behind
    before: pd.DataFrame  # totals of all micro-grids it touches
    after: pd.DataFrame


@dataclass(frozen=True)
class Situation:
    """The ground of the given grids concerned, labelled before and after an edit."""

    ground: Ground
    before: np.ndarray
    after: np.ndarray
    moved: np.ndarray  # positions of the patches that the edit itself moves
    frozen: frozenset[str]  # locked micro-grids, and "" for ground left with its parent
    most_h: float  # that the most officers can carry
    count: Callable[[np.ndarray, set[str]], pd.DataFrame]  # totals of micro-grids under labels
    tokens: dict[str, str]  # code of a micro-grid to be made -> its token in the edit
    fresh: tuple[str, ...]  # further new codes that an offer may use
    fresh_tokens: tuple[str, ...]


def find_offers(edit: Edit, situation: Situation) -> tuple[Offer, ...]:
    """Find ways to mend an edit, least ground first; none when nothing is newly broken."""
    before = _faults(situation, situation.before)
    if _no_worse(_faults(situation, situation.after), before):
        return ()
    seen: set[bytes] = set()
    offers = []
    for title, label in _tries(situation, before):
        key = "\x1f".join(label).encode()
        if key in seen or (label == situation.before).all():
            continue
        seen.add(key)
        if not _no_worse(_faults(situation, label), before):
            continue
        offers.append(_offer(edit, situation, title, label))
    offers.sort(key=lambda offer: (len(offer.patches), offer.title))
    return tuple(offers[:MOST_OFFERS])


def _tries(
    situation: Situation, before: dict[str, tuple[int, float]]
) -> Iterator[tuple[tuple[str, str], np.ndarray]]:
    """Ways that may mend the edit; each is judged by the caller."""
    yield (
        (
            "Parts that lie apart join the neighbour with the longest border",
            "脱离部分并入共有边界最长的邻格",
        ),
        _strays_to_neighbours(situation, before),
    )
    for target in sorted(set(situation.after[situation.moved].tolist())):
        yield (
            (f"Take along what would lie apart, to {target}", f"脱离部分一并划入 {target}"),
            _strays_along(situation, before, target),
        )
        yield (
            (f"Take along the ground between, to {target}", f"连同中间图斑一并划入 {target}"),
            _bridge(situation, target),
        )
    yield (
        ("Leave the patches that hold the micro-grid together", "保留维系连片的图斑"),
        _swapped_back(situation),
    )
    for code in _overloaded(situation, situation.after, before):
        for neighbour in _beside(situation, situation.after, code):
            yield (
                (f"{code} gives ground to {neighbour}", f"{code} 将部分图斑划给 {neighbour}"),
                _relieved(situation, code, neighbour),
            )
        yield (
            (f"Split {code} in two", f"将 {code} 拆分为两个"),
            _divided(situation, code),
        )


def _faults(situation: Situation, label: np.ndarray) -> dict[str, tuple[int, float]]:
    """Parts and officer-hours over capacity of every micro-grid of the ground."""
    ground = situation.ground
    codes, at = np.unique(label.astype(str), return_inverse=True)
    piece = pieces_of(ground, label)
    heads = np.unique(np.column_stack([at, piece]), axis=0)[:, 0]
    parts = np.bincount(heads, minlength=len(codes))
    patches = np.bincount(at)
    over = np.bincount(at, weights=ground.load) - situation.most_h
    over = np.where((over > 1e-6) & (patches > 1), over, 0.0)
    return {
        str(code): (int(parts[row]), float(over[row]))
        for row, code in enumerate(codes)
        if code and (parts[row] > 1 or over[row] > 0)
    }


def _no_worse(faults: dict[str, tuple[int, float]], before: dict[str, tuple[int, float]]) -> bool:
    return all(
        parts <= before.get(code, (1, 0.0))[0] and over <= before.get(code, (1, 0.0))[1] + 1e-6
        for code, (parts, over) in faults.items()
    )


def _torn(
    situation: Situation, label: np.ndarray, before: dict[str, tuple[int, float]]
) -> list[str]:
    """Micro-grids that fall into more parts than before."""
    faults = _faults(situation, label)
    return [
        code for code, (parts, _) in sorted(faults.items()) if parts > before.get(code, (1, 0))[0]
    ]


def _overloaded(
    situation: Situation, label: np.ndarray, before: dict[str, tuple[int, float]]
) -> list[str]:
    faults = _faults(situation, label)
    return [
        code
        for code, (_, over) in sorted(faults.items())
        if over > before.get(code, (1, 0.0))[1] + 1e-6
    ]


def _borders(
    situation: Situation, label: np.ndarray, rows: np.ndarray, code: str
) -> dict[str, float]:
    """Border of patches with the other micro-grids that may change, in m."""
    ground = situation.ground
    inside = np.zeros(len(label), dtype=bool)
    inside[rows] = True
    edges, border = ground.edges[ground.joins], ground.border[ground.joins]
    result: dict[str, float] = {}
    for here, there in ((0, 1), (1, 0)):
        out = inside[edges[:, here]] & ~inside[edges[:, there]]
        for other, length in zip(label[edges[out, there]], border[out], strict=True):
            if other != code and other not in situation.frozen:
                result[other] = result.get(other, 0.0) + float(length)
    return result


def _strays_to_neighbours(situation: Situation, before: dict[str, tuple[int, float]]) -> np.ndarray:
    label = situation.after.copy()
    for _ in range(_ROUNDS):
        torn = _torn(situation, label, before)
        if not torn:
            break
        for code in torn:
            for part in stray_parts(situation.ground, label, code):
                beside = _borders(situation, label, part, code)
                if beside:
                    label[part] = min(beside, key=lambda other: (-round(beside[other], 3), other))
    return label


def _strays_along(
    situation: Situation, before: dict[str, tuple[int, float]], target: str
) -> np.ndarray:
    label = situation.after.copy()
    parent = situation.ground.parent
    own = set(parent[label == target].tolist())
    for code in _torn(situation, label, before):
        for part in stray_parts(situation.ground, label, code):
            if code != target and set(parent[part].tolist()) <= own:
                label[part] = target
    return label


def _bridge(situation: Situation, target: str) -> np.ndarray:
    """Join the parts of the target by the shortest way through ground that may change."""
    label = situation.after.copy()
    beside = _neighbour_lists(situation.ground)
    for _ in range(_ROUNDS):
        strays = stray_parts(situation.ground, label, target)
        if not strays:
            break
        goal = (label == target) & ~np.isin(np.arange(len(label)), strays[-1])
        free = ~np.isin(label.astype(str), list(situation.frozen))
        way = _way(beside, strays[-1], goal, free)
        if way is None:
            break
        label[way] = target
    return label


def _swapped_back(situation: Situation) -> np.ndarray:
    """Let the fewest moved patches stay that keep their old micro-grids in one part."""
    label = situation.after.copy()
    beside = _neighbour_lists(situation.ground)
    moved = np.zeros(len(label), dtype=bool)
    moved[situation.moved] = True
    for code in sorted(set(situation.before[situation.moved].tolist())):
        for _ in range(_ROUNDS):
            strays = stray_parts(situation.ground, label, code)
            if not strays:
                break
            goal = (label == code) & ~np.isin(np.arange(len(label)), strays[-1])
            way = _way(beside, strays[-1], goal, moved & (situation.before == code))
            if way is None:
                break
            label[way] = code
    # What is left of the move may lie apart from its new micro-grid: it stays as well.
    for target in sorted(set(label[situation.moved].tolist())):
        for part in stray_parts(situation.ground, label, target):
            part = part[moved[part]]
            label[part] = situation.before[part]
    return label


def _neighbour_lists(ground: Ground) -> list[list[int]]:
    """Neighbours of every patch that it hangs together with, in order."""
    edges = ground.edges[ground.joins]
    both = np.concatenate([edges, edges[:, ::-1]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    ends = np.cumsum(np.bincount(both[:, 0], minlength=len(ground.ids))).tolist()
    there = both[:, 1].tolist()
    return [there[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def _way(
    beside: list[list[int]], start: np.ndarray, goal: np.ndarray, free: np.ndarray
) -> list[int] | None:
    """Fewest free patches that join a part to the goal; None when there is no way."""
    came = dict.fromkeys(start.tolist(), -1)
    waiting = deque(start.tolist())
    while waiting:
        here = waiting.popleft()
        for there in beside[here]:
            if there in came:
                continue
            if goal[there]:
                way = []
                while came[here] != -1:
                    way.append(here)
                    here = came[here]
                return way
            if free[there]:
                came[there] = here
                waiting.append(there)
    return None


def _beside(situation: Situation, label: np.ndarray, code: str) -> list[str]:
    """Neighbours with room, the longest border first; at most three."""
    ground = situation.ground
    border = _borders(situation, label, np.flatnonzero(label == code), code)
    room = {other: situation.most_h - float(ground.load[label == other].sum()) for other in border}
    names = [other for other in border if room[other] > 0]
    return sorted(names, key=lambda other: (-round(border[other], 3), other))[:3]


def _relieved(situation: Situation, code: str, neighbour: str) -> np.ndarray:
    """Give patches along the border to a neighbour until the load fits, both staying whole."""
    ground = situation.ground
    label = situation.after.copy()
    beside = _neighbour_lists(ground)
    parts = len(stray_parts(ground, label, code))
    over = float(ground.load[label == code].sum()) - situation.most_h
    room = situation.most_h - float(ground.load[label == neighbour].sum())
    given = 0
    while over > 1e-6:
        rim = [
            row
            for row in np.flatnonzero(label == code).tolist()
            if 0 < ground.load[row] <= room + 1e-6
            and any(label[there] == neighbour for there in beside[row])
        ]
        # The lightest patch that is enough, or else the heaviest there is.
        rim.sort(key=lambda row: (ground.load[row] < over, abs(ground.load[row] - over), row))
        for row in rim[:_TRIED] if given < _MOST_GIVEN else ():
            label[row] = neighbour
            if len(stray_parts(ground, label, code)) <= parts:
                over -= float(ground.load[row])
                room -= float(ground.load[row])
                given += 1
                break
            label[row] = code
        else:
            return situation.after  # a longer list is no offer for one click
    return label


def _divided(situation: Situation, code: str) -> np.ndarray:
    """Cut an overloaded micro-grid in two; the part with less load gets a new code."""
    ground, label = situation.ground, situation.after.copy()
    rows = np.flatnonzero(label == code)
    place = np.full(len(label), -1)
    place[rows] = np.arange(len(rows))
    inner = (place[ground.edges] >= 0).all(axis=1) & ground.joins
    load = ground.load[rows]
    found = partition(
        load,
        place[ground.edges[inner]],
        ground.border[inner],
        capacity=max(situation.most_h, float(load.sum())),
        zones=2,
        effort="fast",
    )
    if found.zones != 2:
        return label
    zone = np.unique(found.labels, return_inverse=True)[1]
    lighter = int(np.bincount(zone, weights=load).argmin())
    label[rows[zone == lighter]] = situation.fresh[0]
    return label


def _offer(edit: Edit, situation: Situation, title: tuple[str, str], label: np.ndarray) -> Offer:
    ground = situation.ground
    rows = np.flatnonzero(label != situation.after)
    token = dict(zip(situation.fresh, situation.fresh_tokens, strict=True)) | situation.tokens
    moves = {str(ground.ids[row]): token.get(label[row], label[row]) for row in rows.tolist()}
    changed = (label != situation.before) | (situation.after != situation.before)
    codes = set(situation.before[changed]) | set(label[changed]) | set(situation.after[changed])
    return Offer(
        with_moves(edit, moves),
        title[0],
        title[1],
        tuple(moves),
        situation.count(situation.before, codes),
        situation.count(label, codes),
    )
