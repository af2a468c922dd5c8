"""How much ground of each kind lies in micro-grids of its kind, and which large ground does not.

Built-up ground counts as one place: a shop lies in its own where it lies in a micro-grid of
housing. Sub-classes that the rules let others absorb have no micro-grids of their own to lie in.
"""

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.tiling.build import kind_of
from boundaries.topology.connected import number_parts
from gridmap.rules import Rules
from gridmap.split.blocks import undivided
from gridmap.split.micro_category import SETTLEMENT
from gridmap.split.split import graph_of
from layers.contract.categories import CATEGORY_KEYS, RESIDUAL_KEYS
from layers.contract.unchanged import while_unchanged

__all__ = ["find_strays", "own_ground"]

_BUILT = "built"  # what all built-up ground counts as


@while_unchanged
def own_ground(
    patches: gpd.GeoDataFrame,
    grids: pd.DataFrame,
    *,
    rules: Rules,
    barriers: gpd.GeoSeries | None = None,
) -> pd.DataFrame:
    """Sum up by kind how much ground lies in micro-grids of its kind.

    Parameters
    ----------
    patches
        The tiling with `grid_code`, "" for ground left with its parent, in a metric CRS.
    grids
        The grids of the plan.
    rules
        Least areas, contiguity and treatment of residual ground.
    barriers
        Lines that no micro-grid may cross.

    Returns
    -------
    By kind (category, or sub-class with micro-grids of its own) that has ground: `ground_m2` in
    micro-grids, `own_m2` of it in micro-grids of the kind, `large_m2` of it in connected ground not
    below the least area, and `large_own_m2` of that in micro-grids of the kind.
    """
    ground = _claimed(patches, grids, rules)
    large = _large(ground, patches, rules, barriers)
    area, own = ground["area_m2"], ground["own"].to_numpy()
    table = pd.DataFrame(
        {
            "ground_m2": area,
            "own_m2": area.where(own, 0.0),
            "large_m2": area.where(large, 0.0),
            "large_own_m2": area.where(large & own, 0.0),
        }
    )
    sums = table.groupby(ground["ground_kind"]).sum()
    found = [kind for kind in (*CATEGORY_KEYS, *RESIDUAL_KEYS) if kind in sums.index]
    return sums.loc[found].rename_axis("kind")


def find_strays(
    patches: gpd.GeoDataFrame,
    grids: pd.DataFrame,
    *,
    rules: Rules,
    barriers: gpd.GeoSeries | None = None,
) -> gpd.GeoDataFrame:
    """Find ground not below its least area of which a part lies in micro-grids of another kind.

    Parameters
    ----------
    patches, grids, rules, barriers
        As in `own_ground`.

    Returns
    -------
    One row for each such part in one micro-grid: `kind`, `grid_code`, `area_m2` of the part,
    `whole_m2` of the connected ground, `least_m2` of its kind, and its polygon.
    """
    ground = _claimed(patches, grids, rules)
    # Only where something lies elsewhere is it worth asking what hangs together with it.
    keys = ground["parent_code"] + "/" + ground["ground_kind"]
    ground = ground[keys.isin(keys[~ground["own"]])]
    piece = _pieces(ground, rules, barriers)
    whole = np.bincount(piece, weights=ground["area_m2"])[piece]
    ground = ground.assign(piece=piece, whole_m2=whole, least_m2=_least(ground, rules))
    away = ground[~ground["own"] & (ground["whole_m2"] >= ground["least_m2"])]
    columns = ["ground_kind", "grid_code", "area_m2", "whole_m2", "least_m2", "geometry"]
    first = dict.fromkeys(("whole_m2", "least_m2"), "first")
    parts = away[[*columns, "piece"]].dissolve(
        ["piece", "ground_kind", "grid_code"], aggfunc={"area_m2": "sum", **first}
    )
    return parts.reset_index().drop(columns="piece").rename(columns={"ground_kind": "kind"})


def _claimed(patches: gpd.GeoDataFrame, grids: pd.DataFrame, rules: Rules) -> gpd.GeoDataFrame:
    """Pick the ground in micro-grids whose kind has micro-grids, and say whether it is in one.

    `patch` is its position.
    """
    kind = kind_of(patches)
    claims = [*CATEGORY_KEYS, *(key for key in RESIDUAL_KEYS if rules.treatment(key) == "own")]
    there = patches["grid_code"].map(kind_of(grids))
    held = (patches["grid_code"] != "") & kind.isin(claims) & ~undivided(patches)
    built = dict.fromkeys(SETTLEMENT, _BUILT)
    own = kind.replace(built) == there.replace(built)
    numbered = patches.assign(ground_kind=kind, own=own, patch=np.arange(len(patches)))
    return gpd.GeoDataFrame(numbered[held])


def _least(ground: pd.DataFrame, rules: Rules) -> np.ndarray:
    kinds = ground["ground_kind"]
    least = {key: rules.min_area_m2(key) for key in kinds.unique()}
    return kinds.map(least).to_numpy(dtype=float)


def _large(
    ground: gpd.GeoDataFrame,
    patches: gpd.GeoDataFrame,
    rules: Rules,
    barriers: gpd.GeoSeries | None,
) -> np.ndarray:
    """Mark the ground, of these patches, that hangs together with enough of its kind."""
    # Neighbours of all patches, which whoever looks at a whole plan has asked for already.
    edges = graph_of(patches, rules=rules, barriers=barriers).edges
    place = np.full(len(patches), -1)
    place[ground["patch"]] = np.arange(len(ground))
    edges = place[edges]
    piece = _connected(ground, edges[(edges >= 0).all(axis=1)])
    return np.bincount(piece, weights=ground["area_m2"])[piece] >= _least(ground, rules)


def _pieces(ground: gpd.GeoDataFrame, rules: Rules, barriers: gpd.GeoSeries | None) -> np.ndarray:
    """Number the connected ground of one kind, as the rules say what hangs together."""
    if ground.empty:
        return np.zeros(0, dtype=np.int64)
    return _connected(ground, graph_of(ground, rules=rules, barriers=barriers).edges)


def _connected(ground: gpd.GeoDataFrame, edges: np.ndarray) -> np.ndarray:
    kind = pd.factorize(ground["ground_kind"])[0]
    same = kind[edges[:, 0]] == kind[edges[:, 1]]
    return number_parts(len(ground), *edges[same].T)
