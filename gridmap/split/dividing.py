"""Dividing a town: its tiled ground cut into patches, and the patches into micro-grids.

Ground without parcels (blank ground, a large field) is cut by us, at first into pieces that one
officer can carry. Where these are so coarse that more micro-grids come out than the load asks for,
or that small ground finds no room beside it, such ground is cut again: into as many equal parts as
there must be micro-grids, then ever finer.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from boundaries.tiling.build import Tiling, kind_of
from gridmap.rules import Rules
from gridmap.split.split import Split, split_patches
from gridmap.town.load import weights_by_row
from gridmap.town.patches import (
    LEAST_DIVISIBLE,
    cut_oversize,
    cut_to_load,
    finished,
    indivisible_h,
    measured_for,
)
from gridmap.town.town import Town
from gridmap.town.visible_lines import visible_lines

__all__ = ["Division", "divide", "fewest_by_load", "fewest_by_parent"]

# Pieces of the second and later attempts: so many to what one micro-grid can carry.
_FINENESS = (16, 32, 64)
_WHOLE = -1  # cut as load alone asks for


@dataclass(frozen=True)
class Division:
    """The patches of a town and how they are split.

    `ground` is the tiling before patches were cut, `tiling` that of the patches, which carry
    `origin` (see `gridmap.town.patches.cut_oversize`); `rules` are those it was made under.
    """

    ground: Tiling
    tiling: Tiling
    answer: Split
    rules: Rules
    first: Tiling  # cut as load alone asks for, for further attempts


def divide(town: Town, ground: Tiling, *, like: Division | None = None) -> Division:
    """Cut the ground of a town and split it, with no more micro-grids than it takes.

    Parameters
    ----------
    town
        The town, with the rules to be used.
    ground
        What `gridmap.town.patches.tile_ground` gave for it.
    like
        Another division of this ground, whose first cut serves again where the rules on load and
        hours are the same.
    """
    attempt = np.full(len(ground.patches), _WHOLE)
    first = like.first if like and _same_load(like.rules, town.rules) else cut_to_load(ground, town)
    best = _divided(town, ground, first, first)
    if not _wanting(best).any():
        return best
    measured = measured_for(ground.patches, town)
    for turn in range(1 + len(_FINENESS)):
        chosen = _ours(best, measured)
        if chosen.size == 0:
            break
        finer = attempt.copy()
        finer[chosen] = turn
        pieces, parts = _cuts(measured, finer, town.rules)
        cut = cut_oversize(ground.patches, town, pieces=pieces, parts=parts)
        found = _divided(town, ground, finished(ground, cut, town), first)
        if _merit(found) < _merit(best):
            best, attempt = found, finer
    return best


def fewest_by_load(division: Division, rules: Rules) -> pd.Series:
    """Bound the micro-grids of every block by its load alone, as if all its ground could be cut.

    Returns
    -------
    By number of block, without ground left with its parent and without home ground.
    """
    block = division.answer.block
    load = _load_of_whole(division, rules).groupby(block).sum()
    most = rules.capacity.officer_hours * rules.capacity.officers_max
    # Blocks of home ground are shared out by households.
    others = ~load.index.isin([-1, *block[division.answer.is_home]])
    fewest = np.ceil(load[others] / most - 1e-9)
    return fewest.clip(lower=1).astype("int64")


def fewest_by_parent(division: Division, rules: Rules) -> int:
    """Bound the micro-grids of a town whatever the least areas: each given grid has its own.

    Parameters
    ----------
    division
        A division of the town.
    rules
        With other least areas, target or capacity than those of the division.

    Returns
    -------
    No division has fewer. A unit that nobody can carry counts as one micro-grid; home ground, and
    what joins it, is shared out by households, so its given grids count as one each.
    """
    patches, answer = division.tiling.patches, division.answer
    kept = (answer.block >= 0).to_numpy()
    most = rules.capacity.officer_hours * rules.capacity.officers_max
    load = np.bincount(answer.unit, _load_of_whole(division, rules)[kept])
    parent = patches["parent_code"][kept].iloc[answer.first_of_unit]
    fewest = np.ceil(pd.Series(load.clip(max=most)).groupby(parent.to_numpy()).sum() / most - 1e-6)
    homes = patches["parent_code"][answer.is_home.to_numpy()].unique()
    return int(fewest.clip(lower=1).mask(fewest.index.isin(homes), 1).sum())


def _load_of_whole(division: Division, rules: Rules) -> pd.Series:
    """Give the load of patches without the visits that cuts add; whole ground asks for one."""
    patches, block = division.tiling.patches, division.answer.block
    pieces = block.groupby([block, patches["origin"]]).transform("size")
    return patches["load_h"] - weights_by_row(kind_of(patches), rules)["patch"] * (1 - 1 / pieces)


def _same_load(one: Rules, other: Rules) -> bool:
    """Whether patches ask for the same hours, and are cut for the same."""
    return (
        one.load == other.load
        and one.household_grids == other.household_grids
        and one.households == other.households
        and one.capacity.officer_hours == other.capacity.officer_hours
    )


def _divided(town: Town, ground: Tiling, tiling: Tiling, first: Tiling) -> Division:
    answer = split_patches(
        tiling.patches,
        rules=town.rules,
        barriers=town.barriers.geometry,
        lines=visible_lines(town.roads, town.context, banned=town.rules.borders.banned),
        units=town.units,
        issued=town.issued,
    )
    return Division(ground, tiling, answer, town.rules, first)


def _merit(division: Division) -> tuple[int, int]:
    """Count micro-grids, and small ones that only lack a neighbour with capacity left."""
    alone = division.answer.alone
    return division.answer.partition.zones, int((alone["why"] == "full").sum())


def _wanting(division: Division) -> np.ndarray:
    """Mark the patches that should be cut finer.

    Those of blocks with more micro-grids than their load asks for, where fewer are wanted; and
    those beside small ground that is left alone because what is beside it is full.
    """
    answer, rules, patches = division.answer, division.rules, division.tiling.patches
    target = rules.split.target
    wanting = np.zeros(len(patches), dtype=bool)
    if target is None or answer.partition.zones > target:
        fewest = fewest_by_load(division, rules)
        made = answer.grid_code.groupby(answer.block).nunique().reindex(fewest.index)
        wanting |= answer.block.isin(made.index[made > fewest]).to_numpy()
    full = answer.alone.loc[answer.alone["why"] == "full", "code"]
    small = np.flatnonzero(answer.grid_code.isin(full))
    if small.size:
        shapes, parent = patches.geometry.to_numpy(), patches["parent_code"].to_numpy()
        reach = division.rules.contiguity.max_gap_m
        one, two = shapely.STRtree(shapes).query(
            shapes[small], predicate="dwithin", distance=max(reach, 1e-3)
        )
        wanting[two[parent[small[one]] == parent[two]]] = True
    return wanting


def _ours(division: Division, measured: pd.DataFrame) -> np.ndarray:
    """Rows of the ground to be cut finer that may be: cut by us already, or in no layer."""
    rules = division.rules
    rows = division.tiling.patches["origin"].to_numpy()[_wanting(division)]
    load, fixed = measured["load_h"].to_numpy(), indivisible_h(measured, rules)
    divisible = load - fixed >= LEAST_DIVISIBLE * load
    ours = (load > rules.capacity.officer_hours) | (measured["layer"] == "").to_numpy()
    rows = np.unique(rows)
    homes = kind_of(measured).isin(rules.household_grids.on).to_numpy()  # cut by households
    return rows[(ours & divisible & (load > 0) & ~homes)[rows]]


def _cuts(
    measured: pd.DataFrame, attempt: np.ndarray, rules: Rules
) -> tuple[np.ndarray, np.ndarray]:
    """Say for each row of the ground how many pieces it is cut into, and how many parts before."""
    pieces = np.ones(len(measured), dtype=np.int64)
    parts = np.ones(len(measured), dtype=np.int64)
    hours = rules.capacity.officer_hours
    most = hours * rules.capacity.officers_max
    load, fixed = measured["load_h"].to_numpy(), indivisible_h(measured, rules)
    for row in np.flatnonzero(attempt > _WHOLE).tolist():
        divisible = float(load[row] - fixed[row])
        if attempt[row] == 0 and load[row] > most:
            parts[row], each = _equal_parts(divisible, float(fixed[row]), hours, most)
            pieces[row] = parts[row] * each
        else:
            fineness = _FINENESS[max(attempt[row] - 1, 0)]
            pieces[row] = math.ceil(divisible * fineness / most)
    return pieces, parts


def _equal_parts(divisible: float, fixed: float, hours: float, most: float) -> tuple[int, int]:
    """Fewest equal parts within `most`, and pieces of each within `hours`; a piece adds `fixed`."""
    parts = max(math.ceil(divisible / most - 1e-9), 1)
    room = max(hours - fixed, 0.25 * hours)
    while True:
        each = math.ceil(divisible / parts / room - 1e-9)
        if divisible / parts + each * fixed <= most or each <= 1:
            return parts, each
        parts += 1
