"""The two families of micro-grids: so many households, or so much ground of one kind.

Ground of the sub-classes that the rules name for household grids, where somebody lives, is home
ground. Blocks of it are shared out by households (`gridmap.split.household_zones`), all other
blocks by load. A micro-grid with home ground is of the household family, however much other ground
came along, unless a site of the town gives it its category.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from boundaries.tiling.build import kind_of
from boundaries.topology.connected import number_parts
from gridmap.partition import Partition, partition
from gridmap.partition.model.reasons import Reason
from gridmap.rules import Rules
from gridmap.split.household_zones import household_zones
from layers.contract.categories import RESIDUAL

__all__ = [
    "HOUSEHOLD",
    "TERRITORIAL",
    "Pieces",
    "divide_both",
    "families_of",
    "fewest_zones",
    "home_ground",
    "home_zones",
]

HOUSEHOLD, TERRITORIAL = "household", "territorial"
_NUMBERS = ("zones", "fewest", "most", "pieces")  # of a reason: micro-grids of all ground


def home_ground(patches: pd.DataFrame, rules: Rules) -> np.ndarray:
    """Mark the patches of home ground: of a sub-class for household grids, with households."""
    on = rules.household_grids.on
    if not on:
        return np.zeros(len(patches), dtype=bool)
    return (kind_of(patches).isin(on) & (patches["households"] > 0)).to_numpy()


def families_of(
    patches: pd.DataFrame, codes: pd.Series, categories: pd.Series, *, rules: Rules
) -> pd.Series:
    """Find the family of each micro-grid.

    Parameters
    ----------
    patches
        All patches of the micro-grids.
    codes, categories
        Micro-grid of each patch, and the category of that micro-grid.

    Returns
    -------
    "household" or "territorial", by code.
    """
    home = home_ground(patches, rules) & (categories == RESIDUAL.key).to_numpy()
    has = pd.Series(home, index=patches.index).groupby(codes).any()
    return has.map({True: HOUSEHOLD, False: TERRITORIAL}).astype("str")


@dataclass(frozen=True)
class Pieces:
    """What the engine is given: pieces that are never cut, and who borders whom."""

    load: np.ndarray
    family: np.ndarray
    edges: np.ndarray
    cost_m: np.ndarray
    links: np.ndarray | None

    def only(self, chosen: np.ndarray) -> "Pieces":
        """Take some of the pieces, numbered anew; no block is of both families."""
        place = np.cumsum(chosen) - 1
        inside = chosen[self.edges].all(axis=1)
        links = self.links
        links = None if links is None else place[links[chosen[links].all(axis=1)]]
        edges = place[self.edges[inside]]
        return Pieces(self.load[chosen], self.family[chosen], edges, self.cost_m[inside], links)

    def divided(self, rules: Rules, most: float, target: int | None) -> Partition:
        """Cut into zones under capacity."""
        return partition(
            self.load,
            self.edges,
            self.cost_m,
            capacity=most,
            zones=target,
            categories=self.family,
            seed=rules.split.seed,
            effort=rules.split.effort,
            links=self.links,
        )


def divide_both(
    pieces: Pieces, home: np.ndarray, households: np.ndarray, *, rules: Rules, most: float
) -> Partition:
    """Cut pieces of both families into zones.

    Parameters
    ----------
    pieces
        All pieces; no block is of both families.
    home
        (n,) mask of those in blocks of home ground.
    households
        (n,) households on each.
    rules, most
        The rules, and what one micro-grid of other ground can carry, in officer-hours a week.
    """
    target = rules.split.target
    if not home.any():
        return pieces.divided(rules, most, target)
    homes, land = pieces.only(home), pieces.only(~home)
    zone = home_zones(households[home], homes.load, homes.edges, homes.cost_m, rules=rules)
    made = int(zone.max()) + 1
    # What is asked for in all, less these; other ground needs one at least.
    rest = None if target is None or home.all() else max(target - made, 1)
    answer = land.divided(rules, most, rest)
    fewest = fewest_zones(households[home], homes.edges, rules)
    return _both(answer, np.flatnonzero(~home), np.flatnonzero(home), zone, fewest)


def fewest_zones(households: np.ndarray, edges: np.ndarray, rules: Rules) -> int:
    """Bound the household grids of pieces of home ground, which `edges` (m, 2) join, from below."""
    most = float(rules.household_grids.households[1])
    block = number_parts(len(households), *edges.T)
    total = np.bincount(block, weights=np.minimum(households, most))
    return int(np.maximum(np.ceil(total / most - 1e-9), 1).sum())


def home_zones(
    households: np.ndarray,
    load: np.ndarray,
    edges: np.ndarray,
    cost_m: np.ndarray,
    *,
    rules: Rules,
) -> np.ndarray:
    """Share home ground out by households; what officers could not carry is parted again by load.

    Parameters
    ----------
    households, load
        (n,) households and load in officer-hours a week of pieces that are never cut.
    edges, cost_m
        (m, 2) neighbours inside blocks of home ground, and (m,) what a border costs.
    rules
        The band of households, capacity, seed and effort.

    Returns
    -------
    (n,) zones, numbered from 0.
    """
    split, capacity = rules.split, rules.capacity
    least, most = rules.household_grids.households
    zone = household_zones(
        households,
        edges,
        cost_m,
        band=(float(least), float(most)),
        seed=split.seed,
        effort=split.effort,
    )
    hours = capacity.officer_hours * capacity.officers_max
    heavy = np.bincount(zone, weights=load) > hours
    some = np.flatnonzero(heavy[zone])
    if not some.size:
        return zone
    place = np.full(len(zone), -1)
    place[some] = np.arange(some.size)
    inside = (place[edges] >= 0).all(axis=1) & (zone[edges[:, 0]] == zone[edges[:, 1]])
    parted = partition(
        load[some],
        place[edges[inside]],
        cost_m[inside],
        capacity=hours,
        categories=zone[some],
        seed=split.seed,
        effort=split.effort,
    )
    zone[some] = zone.max() + 1 + parted.labels
    return np.unique(zone, return_inverse=True)[1]


def _both(
    answer: Partition, land: np.ndarray, home: np.ndarray, zone: np.ndarray, fewest: int
) -> Partition:
    """Put the zones of home ground beside those that the engine made of all other ground."""
    made = int(zone.max()) + 1
    label = np.empty(len(land) + len(home), dtype=np.int32)
    label[land] = answer.labels
    first = int(answer.labels.max(initial=-1)) + 1
    label[home] = first + zone
    return replace(
        answer,
        labels=label,
        zones=answer.zones + made,
        lower_bound=answer.lower_bound + fewest,
        status="feasible" if answer.status == "optimal" else answer.status,
        reasons=tuple(_of_all(one, land, made) for one in answer.reasons),
        notes=tuple(_of_all(one, land, made) for one in answer.notes),
    )


def _of_all(reason: Reason, land: np.ndarray, more: int) -> Reason:
    """Let a reason speak of the pieces and micro-grids of all ground."""
    numbers = tuple(
        (name, value + more if name in _NUMBERS else value) for name, value in reason.numbers
    )
    ways = tuple(
        replace(
            way,
            patches=tuple(land[list(way.patches)].tolist()),
            numbers=(way.numbers[0] + more, *way.numbers[1:])
            if way.kind == "zones"
            else way.numbers,
        )
        for way in reason.ways_out
    )
    return replace(
        reason, patches=tuple(land[list(reason.patches)].tolist()), numbers=numbers, ways_out=ways
    )
