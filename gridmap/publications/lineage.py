"""Where the ground of every grid went from one version to the next, and how much of it.

Measured as every relation of two divisions (`boundaries.relations`).
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.relations.divisions import plan_division
from boundaries.relations.relationship import OUTSIDE, measure_parts, parts_at

__all__ = ["SLIVER_M2", "lineage_between", "same_ground", "successors"]

SLIVER_M2 = 1.0  # less ground in common is rounding
SHARES = {"area_m2": "area_share", "households": "households_share", "load_h": "load_share"}


def lineage_between(
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    grids_before: pd.DataFrame,
    grids_after: pd.DataFrame,
) -> pd.DataFrame:
    """Measure what the grids of two versions have in common.

    Parameters
    ----------
    before, after
        PATCHES of both.
    grids_before, grids_after
        GRIDS of both.

    Returns
    -------
    One row for each grid of the first and grid of the same level of the second that share ground:
    `code`, `successor`, and of the first one's `area_m2`, `households`, `load_h` what they share,
    with `area_share`, `households_share`, `load_share` of it (0 where the grid has none). Rows of
    grids that stay as they are are there too.
    """
    one, two = plan_division(grids_before, before), plan_division(grids_after, after)
    parts = measure_parts(one.ground, two.ground)
    found = pd.concat(
        [parts_at(parts, one, two, level, level) for level in {*one.levels, *two.levels}],
        ignore_index=True,
    ).rename(columns={"from_code": "code", "to_code": "successor"})
    found[list(SHARES)] = found[list(SHARES)].fillna(0.0)
    whole = found.groupby("code")[list(SHARES)].transform("sum")
    for measure, share in SHARES.items():
        of, part = (frame[measure].to_numpy(dtype=float) for frame in (whole, found))
        found[share] = np.divide(part, of, out=np.zeros(len(found)), where=of > 0).round(9)
        found[measure] = part.round(6)
    shared = (found["code"] != OUTSIDE) & (found["successor"] != OUTSIDE)
    found = found[shared & (found["area_m2"] > SLIVER_M2)]
    return found.sort_values(["code", "successor"], ignore_index=True)


def successors(lineage: pd.DataFrame, code: str) -> list[str]:
    """Name the grids that got ground of a grid, who got most of it first."""
    rows = lineage[lineage["code"] == code]
    return [str(one) for one in rows.sort_values("area_m2", ascending=False)["successor"]]


def same_ground(before: pd.DataFrame, after: pd.DataFrame) -> set[str]:
    """Name the grids that two versions have on the same ground, under the same grid above."""
    both = before.index.intersection(after.index)
    one, two = before.loc[both], after.loc[both]
    same = (one["parent_code"] == two["parent_code"]) & (one["kind"] == two["kind"])
    first, second = (_normal(frame.geometry.to_numpy()) for frame in (one, two))
    same &= (first == second) | (shapely.is_missing(first) & shapely.is_missing(second))
    return {str(code) for code in both[same.to_numpy(dtype=bool)]}


def _normal(shapes: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.normalize(shapes), dtype=object)
