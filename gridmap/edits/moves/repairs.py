"""Ways that may repair what an edit breaks, as labels; `gridmap.edits.moves.offers` judges them.

What lies apart can join a neighbour, go along, be bridged or stay behind; what is too heavy can be
split; and the partition engine knows chains of moves that bring both right.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridmap.edits.moves.ground import GroundArrays, pieces_of
from gridmap.edits.moves.violations import stray_parts
from gridmap.partition import partition, repair_offers

__all__ = ["Faults", "Situation", "Way", "find_faults", "ways_to_repair"]

Way = tuple[str, str, np.ndarray]  # what is done, in English and in Chinese, and the labels
Faults = dict[str, tuple[int, float]]  # parts and officer-hours over capacity, by code
_ROUNDS = 6


@dataclass(frozen=True)
class Situation:
    """The ground of the given grids concerned, labelled before and after an edit."""

    ground: GroundArrays
    before: np.ndarray
    after: np.ndarray
    moved: np.ndarray  # positions of the patches that the edit itself moves
    frozen: frozenset[str]  # locked micro-grids, and "" for ground left with its parent
    most_h: float  # that the most officers can carry
    count: Callable[[np.ndarray, set[str]], pd.DataFrame]  # totals of micro-grids under labels
    tokens: dict[str, str]  # code of a micro-grid to be made -> its token in the edit
    fresh: tuple[str, ...]  # further new codes that an offer may use
    fresh_tokens: tuple[str, ...]


def ways_to_repair(situation: Situation, before: Faults) -> Iterator[Way]:
    """Try the ways one after the other; some repair nothing, and some find the same.

    Parameters
    ----------
    situation
        The ground before and after the edit.
    before
        What was at fault before the edit: no way has to repair that.
    """
    yield (
        "Parts that lie apart join the neighbour with the longest border",
        "脱离部分并入共有边界最长的邻格",
        _strays_to_neighbours(situation, before),
    )
    for target in sorted(set(situation.after[situation.moved].tolist())):
        yield (
            f"Take along what would lie apart, to {target}",
            f"脱离部分一并划入 {target}",
            _strays_along(situation, before, target),
        )
        yield (
            f"Take along the ground between, to {target}",
            f"连同中间图斑一并划入 {target}",
            _bridge(situation, target),
        )
    yield (
        "Leave the patches that hold the micro-grid together",
        "保留维系连片的图斑",
        _swapped_back(situation),
    )
    yield from _by_engine(situation)
    faults = find_faults(situation, situation.after)
    for code, (_, over) in sorted(faults.items()):
        if over > before.get(code, (1, 0.0))[1] + 1e-6:
            yield f"Split {code} in two", f"将 {code} 拆分为两个", _divided(situation, code)


def find_faults(situation: Situation, label: np.ndarray) -> Faults:
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


def _torn(situation: Situation, label: np.ndarray, before: Faults) -> list[str]:
    """Micro-grids that fall into more parts than before."""
    faults = find_faults(situation, label)
    return [
        code for code, (parts, _) in sorted(faults.items()) if parts > before.get(code, (1, 0))[0]
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


def _strays_to_neighbours(situation: Situation, before: Faults) -> np.ndarray:
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


def _strays_along(situation: Situation, before: Faults, target: str) -> np.ndarray:
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


def _neighbour_lists(ground: GroundArrays) -> list[list[int]]:
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


def _by_engine(situation: Situation) -> Iterator[Way]:
    """Ask the partition engine for moves around the micro-grids concerned.

    The patches just moved stay where they were put, and if that does not help, may move again.
    """
    ground, label = situation.ground, situation.after
    concerned = set(label[situation.moved]) | set(situation.before[situation.moved])
    near = set(concerned)
    for code in sorted(concerned):
        near |= set(_borders(situation, label, np.flatnonzero(label == code), code))
    rows = np.flatnonzero(np.isin(label.astype(str), sorted(near - situation.frozen)))
    if len(rows) == 0:
        return
    place = np.full(len(label), -1)
    place[rows] = np.arange(len(rows))
    inner = (place[ground.edges] >= 0).all(axis=1) & ground.joins
    names, zone = np.unique(label[rows].astype(str), return_inverse=True)
    moved = place[situation.moved]
    for edited in (moved[moved >= 0], ()):
        offers = repair_offers(
            ground.load[rows],
            place[ground.edges[inner]],
            ground.border[inner],
            zone,
            capacity=situation.most_h,
            edited=edited,
        )
        for offer in offers:
            repaired = label.copy()
            for patch, _, to in offer.moves:
                repaired[rows[patch]] = names[to]
            count = len(offer.moves)
            goals = sorted({str(names[end]) for _, _, end in offer.moves})
            yield (
                f"Move {count} more, to {', '.join(goals)}",
                f"另外划转 {count} 个图斑至 {'、'.join(goals)}",
                repaired,
            )


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
