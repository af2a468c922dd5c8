"""The category of a micro-grid: one rule for the split, for edits and for what is shown of them.

It follows from the ground that a micro-grid holds now, not from how it came to be:

1. A site of the town gives its category, however much other ground came along, as a person is to
   visit it: connected ground of a category of `SITES`, not below the least area of its kind. Of
   several kinds the first by the precedence of the rules counts.
2. Without a site a micro-grid with home ground (`gridmap.split.homes`) is residual ground of the
   sub-class with most of its homes: who lives there is counted, however much other ground came
   along.
3. Else it is the category with most ground, residual ground counted together; in a tie the first
   by precedence, residual ground last.

A micro-grid of residual ground has the sub-class with most of that ground too. Built-up ground
counts together: a village with its shops and school is one settlement, and beside a smaller wood it
stays one; what most of the settlement is gives the sub-class. In a tie the first in the order of
`layers.contract.categories.SUBCLASSES` counts.
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.tiling.build import kind_of
from boundaries.topology.connected import number_parts
from boundaries.topology.neighbours import neighbours
from gridmap.rules import Rules
from gridmap.split.homes import home_ground
from layers.contract.categories import CATEGORY_KEYS, RESIDUAL, RESIDUAL_KEYS

__all__ = [
    "SETTLEMENT",
    "SITES",
    "category_number",
    "category_of",
    "decide_categories",
    "decide_subclasses",
    "kind_number",
    "subclass_of",
]

# Registers and lists of the town: a named place with a duty.
SITES = ("problem_estate", "key_enterprise", "supplied_unbuilt", "developable")
SETTLEMENT = ("village_res", "urban_res", "market_commerce", "industry_other", "public_service")
"""Sub-classes of built-up ground: side by side they make one place, and one micro-grid."""
# Kinds of ground by number: the categories, then the sub-classes of residual ground.
_KINDS = (*CATEGORY_KEYS, *RESIDUAL_KEYS)
_NAMELESS = _KINDS.index("other_land")  # residual ground of which nobody says what it is
# What a micro-grid can be, by number: sub-classes are one.
_MICRO_KINDS = (*CATEGORY_KEYS, RESIDUAL.key)
_RESIDUAL = len(CATEGORY_KEYS)
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
        home_ground(patches, rules),
        count=len(names),
        rules=rules,
    )
    by_patch = np.array(decided, dtype=object)[number]
    return pd.Series(np.where(codes == "", "", by_patch), index=patches.index, dtype="str")


def subclass_of(
    patches: pd.DataFrame,
    codes: pd.Series,
    categories: pd.Series,
    *,
    rules: Rules | None = None,
) -> pd.Series:
    """Find the sub-class of the residual micro-grid that each patch is in.

    Parameters
    ----------
    patches
        All patches of the micro-grids, with category, subclass and area_m2.
    codes, categories
        Micro-grid of each patch, and the category of that micro-grid.
    rules
        What is home ground; without them nothing is.

    Returns
    -------
    By patch; "" where the micro-grid is of one of the seven categories, or `codes` is "".
    """
    number, names = pd.factorize(codes)
    category = pd.Series(categories.to_numpy()).groupby(number).first().to_list()
    decided = decide_subclasses(
        number,
        kind_number(patches),
        patches["area_m2"].to_numpy(),
        np.zeros(len(patches), dtype=bool) if rules is None else home_ground(patches, rules),
        category,
    )
    by_patch = np.array(decided, dtype=object)[number] if len(names) else []
    return pd.Series(np.where(codes == "", "", by_patch), index=patches.index, dtype="str")


def kind_number(patches: pd.DataFrame) -> np.ndarray:
    """Number the kind of each patch: its category, or the sub-class of residual ground."""
    kinds = pd.Index(_KINDS).get_indexer(kind_of(patches)).astype(np.int64)
    return np.where(kinds < 0, _NAMELESS, kinds)


def category_number(category: str) -> int:
    """Number a category as `kind_number` does; that of any residual ground is the first of it."""
    return _MICRO_KINDS.index(category)


def decide_categories(
    grid: np.ndarray,
    kind: np.ndarray,
    area_m2: np.ndarray,
    touches: np.ndarray,
    home: np.ndarray,
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
        (n,) its kind, see `kind_number`.
    area_m2
        (n,) its area.
    touches
        (m, 2) patches that share a border, however short; pairs of one site category suffice.
    home
        (n,) mask of home ground, see `gridmap.split.homes.home_ground`.
    count
        How many micro-grids there are.
    rules
        Precedence and least areas.
    """
    order = [*rules.precedence, RESIDUAL.key]
    place = np.array([_MICRO_KINDS.index(key) for key in order])
    inside = grid >= 0
    category = np.minimum(kind, _RESIDUAL)
    ground = np.zeros((count, len(_MICRO_KINDS)))
    np.add.at(ground, (grid[inside], category[inside]), area_m2[inside])
    ground = ground[:, place]
    # The first that has as much as any: precedence decides a tie.
    first = (ground >= ground.max(axis=1, keepdims=True) - _NOISE_M2).argmax(axis=1)
    least = np.array([rules.min_area_m2(key) if key in SITES else np.inf for key in order])
    sites = _largest_piece(grid, category, area_m2, touches, count)[:, place]
    is_site = (sites > 0) & (sites >= least - _NOISE_M2)
    lived_in = np.zeros(count, dtype=bool)
    lived_in[grid[inside & home]] = True
    chosen = np.where(lived_in, order.index(RESIDUAL.key), first)
    chosen = np.where(is_site.any(axis=1), is_site.argmax(axis=1), chosen)
    return [order[at] for at in chosen.tolist()]


def decide_subclasses(
    grid: np.ndarray,
    kind: np.ndarray,
    area_m2: np.ndarray,
    home: np.ndarray,
    category: Sequence[str],
) -> list[str]:
    """Decide the sub-class of each micro-grid of residual ground.

    Parameters
    ----------
    grid, kind, area_m2, home
        As in `decide_categories`.
    category
        Category of each micro-grid, by number.

    Returns
    -------
    One for each micro-grid; "" for those of the seven categories.
    """
    inside = (grid >= 0) & (kind >= _RESIDUAL)
    ground = np.zeros((len(category), len(RESIDUAL_KEYS)))
    np.add.at(ground, (grid[inside], kind[inside] - _RESIDUAL), area_m2[inside])
    homes = np.zeros_like(ground)
    lived_on = inside & home
    np.add.at(homes, (grid[lived_on], kind[lived_on] - _RESIDUAL), area_m2[lived_on])
    lived_in = homes.sum(axis=1) > 0
    ground = np.where(lived_in[:, np.newaxis], homes, ground)
    built = np.isin(RESIDUAL_KEYS, SETTLEMENT)
    together = ground[:, built].sum(axis=1)
    is_built = (together > 0) & (together >= ground[:, ~built].max(axis=1) - _NOISE_M2)
    ground = np.where(built == is_built[:, None], ground, -np.inf)
    most = (ground >= ground.max(axis=1, keepdims=True) - _NOISE_M2).argmax(axis=1)
    return [
        RESIDUAL_KEYS[at] if key == RESIDUAL.key else ""
        for key, at in zip(category, most.tolist(), strict=True)
    ]


def _largest_piece(
    grid: np.ndarray, kind: np.ndarray, area_m2: np.ndarray, touches: np.ndarray, count: int
) -> np.ndarray:
    """Area of the largest connected ground of each kind in each micro-grid."""
    inside, patches = grid >= 0, len(grid)
    one, two = touches.T
    own = inside[one] & (grid[one] == grid[two]) & (kind[one] == kind[two])
    piece = number_parts(patches, one[own], two[own])
    size = np.bincount(piece, weights=area_m2, minlength=patches)[piece]
    largest = np.zeros((count, len(_MICRO_KINDS)))
    np.maximum.at(largest, (grid[inside], kind[inside]), size[inside])
    return largest
