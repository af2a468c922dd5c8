"""A department's own areas in the grids: who holds which part of whom.

Shares are areas, nothing else: a department's area that lies half in a village has a share of one
half there. What of it lies outside the town is a row as well, so that its shares make one.
"""

from collections.abc import Collection
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.relations.overlay import NOTHING_M2, common_ground
from layers.contract.columns import CROSSWALK, with_dtypes

__all__ = ["OUTSIDE", "make_crosswalk"]

Array = np.ndarray[Any, Any]
OUTSIDE = ""  # grid_code of the part of an area that lies in no grid of a level


def make_crosswalk(
    areas: gpd.GeoDataFrame, grids: gpd.GeoDataFrame, *, levels: Collection[int] = (1, 2)
) -> pd.DataFrame:
    """Lay the areas of departments over the grids of some levels.

    Parameters
    ----------
    areas
        BUSINESS, polygons indexed by area_id, in the CRS of the grids.
    grids
        GRIDS or HIERARCHY in metres; grids without ground are passed over.
    levels
        Levels of the grids.

    Returns
    -------
    CROSSWALK: a row for every part of an area in a grid, by area, level and grid, with its m² and
    its share of both; and a row with `grid_code` "" for what lies in no grid of the level. The
    shares of an area at a level make 1.
    """
    whole = areas.geometry.to_numpy()
    size = shapely.area(whole)
    found = [_parts(whole, grids[grids["level"] == level]) for level in sorted(set(levels))]
    rows = []
    for level, (area, code, m2, of_grid) in zip(sorted(set(levels)), found, strict=True):
        inside = np.bincount(area, weights=m2, minlength=len(areas))
        left = np.maximum(size - inside, 0.0)
        out = np.flatnonzero(left > np.maximum(NOTHING_M2, size * 1e-12))
        rows.append(
            pd.DataFrame(
                {
                    "area_id": areas.index.to_numpy()[np.r_[area, out]],
                    "grid_code": np.r_[code, np.full(len(out), OUTSIDE, dtype=object)],
                    "level": level,
                    "area_m2": np.r_[m2, left[out]],
                    "share_of_area": np.r_[m2, left[out]] / size[np.r_[area, out]],
                    "share_of_grid": np.r_[of_grid, np.zeros(len(out))],
                }
            )
        )
    table = pd.concat(rows, ignore_index=True).sort_values(
        ["area_id", "level", "grid_code"], ignore_index=True
    )
    return with_dtypes(table, CROSSWALK)


def _parts(whole: Array, grids: gpd.GeoDataFrame) -> tuple[Array, Array, Array, Array]:
    """Give area, grid, m² and share of the grid of every part that an area has in a grid."""
    shapes = grids.geometry.to_numpy()
    common = common_ground(whole, shapes)
    of_grid = common.area_m2 / shapely.area(shapes[common.second])
    codes = grids.index.to_numpy(dtype=object)[common.second]
    return common.first, codes, common.area_m2, of_grid
