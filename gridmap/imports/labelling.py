"""Labels of patches after an import: which imported grid every patch is in, and bare ground.

An imported grid that lies in two given grids becomes a micro-grid in each, for none crosses a given
grid. Ground that no grid of the source holds joins the grid beside it where it is too small for a
micro-grid, else it becomes one.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.topology.connected import number_parts
from boundaries.topology.neighbours import neighbours
from gridmap.imports.matching import NOWHERE, Match
from gridmap.rules import Rules

__all__ = ["BARE", "grid_of_key", "key_of", "label_patches"]

BARE = "bare"  # in keys: ground in no grid of the source


def key_of(grid: int, parent: str) -> str:
    """Name an imported grid inside a given grid."""
    return f"{grid:08d}/{parent}"


def grid_of_key(key: str) -> int:
    """Give the position of a grid by its key; `NOWHERE` for bare ground."""
    return NOWHERE if key.startswith(BARE) else int(key.partition("/")[0])


def label_patches(
    ground: gpd.GeoDataFrame, found: Match, *, rules: Rules
) -> tuple[pd.Series, pd.DataFrame]:
    """Label the patches of a plan with keys of imported grids.

    Parameters
    ----------
    ground
        Patches that may be in a micro-grid.
    found
        Where they lie in the source.
    rules
        Least area of a micro-grid.

    Returns
    -------
    The key of every patch, and a row for every connected piece of bare ground: `key` it got,
    `joined` whether that is the grid beside it, `m2`, `point`.
    """
    parent = ground["parent_code"].to_numpy(dtype=object)
    keys = np.array(
        [
            key_of(grid, code) if grid != NOWHERE else ""
            for grid, code in zip(found.best.tolist(), parent, strict=True)
        ],
        dtype=object,
    )
    bare = np.flatnonzero(found.best == NOWHERE)
    rows: list[tuple[str, bool, float, shapely.Point]] = []
    if len(bare):
        pairs = neighbours(ground.geometry)
        pairs = pairs[parent[pairs["left"]] == parent[pairs["right"]]]
        one, two, border = (pairs[name].to_numpy() for name in ("left", "right", "border_m"))
        apart = np.isin(one, bare) & np.isin(two, bare)
        part = number_parts(len(ground), one[apart], two[apart])
        area = shapely.area(ground.geometry.to_numpy())
        for number in np.unique(part[bare]).tolist():
            own = bare[part[bare] == number]
            m2 = float(area[own].sum())
            beside = _beside(own, keys, one, two, border) if m2 < _least(rules) else ""
            keys[own] = beside or f"{BARE}{len(rows):08d}/{parent[own[0]]}"
            largest = ground.geometry.iloc[own[area[own].argmax()]]
            rows.append((keys[own[0]], bool(beside), m2, shapely.point_on_surface(largest)))
    table = pd.DataFrame(rows, columns=["key", "joined", "m2", "point"])
    return pd.Series(keys, index=ground.index, dtype="str"), table


def _least(rules: Rules) -> float:
    return 10_000 * rules.split.min_area_ha_default


def _beside(
    own: np.ndarray, keys: np.ndarray, one: np.ndarray, two: np.ndarray, border: np.ndarray
) -> str:
    """Find the labelled grid with the longest border to some patches; "" where there is none."""
    length: dict[str, float] = {}
    for here, there in ((one, two), (two, one)):
        rows = np.isin(here, own) & (keys[there] != "") & ~np.isin(there, own)
        for key, metres in zip(keys[there[rows]], border[rows].tolist(), strict=True):
            if not str(key).startswith(BARE):
                length[str(key)] = length.get(str(key), 0.0) + metres
    return min(length, key=lambda key: (-round(length[key], 6), key)) if length else ""
