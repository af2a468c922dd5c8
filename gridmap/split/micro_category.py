"""The category of a micro-grid: one rule for the split, for edits and for what is shown of them.

It follows from the ground that a micro-grid holds now, not from how it came to be:

1. A site of the town gives its category, however much other ground came along, as a person is to
   visit it: connected ground of a category of `SITES`, not below the least area of its kind. Of
   several kinds the first by the precedence of the rules counts.
2. Without a site it is the category with most ground, residual ground counted together; in a tie
   the first by precedence, residual ground last.
"""

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.topology.connected import number_parts
from boundaries.topology.neighbours import neighbours
from gridmap.rules import Rules
from layers.contract.categories import CATEGORY_KEYS

__all__ = ["MICRO_KINDS", "SITES", "category_of", "decide_categories", "kind_number"]

# Registers and lists of the town: a named place with a duty.
SITES = ("problem_estate", "key_enterprise", "supplied_unbuilt", "developable")
# What a micro-grid can be, by number.
MICRO_KINDS = (*CATEGORY_KEYS, "residual")
_NOISE_M2 = 1e-6  # what adding areas up leaves: a tie is a tie all the same


def category_of(patches: gpd.GeoDataFrame, codes: pd.Series, *, rules: Rules) -> pd.Series:
    """Find the category of the micro-grid that each patch is in.

    Parameters
    ----------
    patches
        All patches of the micro-grids, with category and area_m2, in a metric CRS.
    codes
        Micro-grid of each patch; "" for ground left with its parent.
    rules
        Precedence and least areas.

    Returns
    -------
    By patch; "" where `codes` is "".
    """
    number, names = pd.factorize(codes)
    site = np.flatnonzero(patches["category"].isin(SITES))
    pairs = neighbours(patches.geometry.iloc[site])[["left", "right"]].to_numpy(dtype=np.int64)
    decided = decide_categories(
        number,
        kind_number(patches),
        patches["area_m2"].to_numpy(),
        site[pairs],
        count=len(names),
        rules=rules,
    )
    by_patch = np.array(decided, dtype=object)[number]
    return pd.Series(np.where(codes == "", "", by_patch), index=patches.index, dtype="str")


def kind_number(patches: pd.DataFrame) -> np.ndarray:
    """Position of each patch's category in `MICRO_KINDS`."""
    return pd.Categorical(patches["category"], categories=list(MICRO_KINDS)).codes.astype(np.int64)


def decide_categories(
    grid: np.ndarray,
    kind: np.ndarray,
    area_m2: np.ndarray,
    touches: np.ndarray,
    *,
    count: int,
    rules: Rules,
) -> list[str]:
    """Decide the category of each micro-grid.

    Parameters
    ----------
    grid
        (n,) number of the micro-grid of each patch, -1 for none.
    kind
        (n,) position of its category in `MICRO_KINDS`.
    area_m2
        (n,) its area.
    touches
        (m, 2) patches that share a border, however short; pairs of one site category suffice.
    count
        How many micro-grids there are.
    rules
        Precedence and least areas.
    """
    order = [*rules.precedence, "residual"]
    place = np.array([MICRO_KINDS.index(key) for key in order])
    inside = grid >= 0
    ground = np.zeros((count, len(MICRO_KINDS)))
    np.add.at(ground, (grid[inside], kind[inside]), area_m2[inside])
    ground = ground[:, place]
    # The first that has as much as any: precedence decides a tie.
    first = (ground >= ground.max(axis=1, keepdims=True) - _NOISE_M2).argmax(axis=1)
    least = np.array([rules.min_area_m2(key) if key in SITES else np.inf for key in order])
    sites = _largest_piece(grid, kind, area_m2, touches, count)[:, place]
    is_site = (sites > 0) & (sites >= least - _NOISE_M2)
    chosen = np.where(is_site.any(axis=1), is_site.argmax(axis=1), first)
    return [order[at] for at in chosen.tolist()]


def _largest_piece(
    grid: np.ndarray, kind: np.ndarray, area_m2: np.ndarray, touches: np.ndarray, count: int
) -> np.ndarray:
    """Area of the largest connected ground of each kind in each micro-grid."""
    inside, patches = grid >= 0, len(grid)
    one, two = touches.T
    own = inside[one] & (grid[one] == grid[two]) & (kind[one] == kind[two])
    piece = number_parts(patches, one[own], two[own])
    size = np.bincount(piece, weights=area_m2, minlength=patches)[piece]
    largest = np.zeros((count, len(MICRO_KINDS)))
    np.maximum.at(largest, (grid[inside], kind[inside]), size[inside])
    return largest
