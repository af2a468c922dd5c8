"""Where the ground of every grid went from one version to the next, and how much of it.

Patches of both versions that are the same count as they are; where patches were cut or surveyed
anew, their pieces are measured, and households and load go with the area.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.ancestors import ancestors

__all__ = ["SLIVER_M2", "lineage_between", "same_ground", "successors"]

SLIVER_M2 = 1.0  # less ground in common is rounding
MEASURES = ("area_m2", "households", "load_h")
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
    pieces = _pieces(before, after)
    rows = []
    for level in sorted(set(grids_before["level"]) | set(grids_after["level"])):
        one = _codes_at(before, grids_before, int(level))
        two = _codes_at(after, grids_after, int(level))
        table = pieces[list(MEASURES)].assign(
            code=one.reindex(pieces["before"]).to_numpy(),
            successor=two.reindex(pieces["after"]).to_numpy(),
        )
        table = table[(table["code"] != "") & (table["successor"] != "")]
        rows.append(table.groupby(["code", "successor"], as_index=False).sum())
    found = pd.concat(rows, ignore_index=True).groupby(["code", "successor"], as_index=False).sum()
    whole = grids_before[list(MEASURES)].reindex(found["code"])
    for measure, share in SHARES.items():
        of = whole[measure].to_numpy(dtype=float)
        part = found[measure].to_numpy(dtype=float)
        ratio = np.divide(part, of, out=np.zeros(len(found)), where=of > 0)
        found[share] = ratio.clip(0.0, 1.0).round(9)
        found[measure] = part.round(6)
    return found[found["area_m2"] > SLIVER_M2].reset_index(drop=True)


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


def _pieces(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> pd.DataFrame:
    """Lay the patches of two versions over each other: ids of both, measures of the first."""
    both = before.index.intersection(after.index)
    same = both[(before.geometry[both].to_numpy() == after.geometry[both].to_numpy()).astype(bool)]
    rows = before.loc[same, list(MEASURES)].assign(before=same, after=same)
    first, second = before.drop(index=same), after.drop(index=same)
    if first.empty or second.empty:
        return rows
    one, two = shapely.STRtree(second.geometry.to_numpy()).query(
        first.geometry.to_numpy(), predicate="intersects"
    )
    shapes = first.geometry.to_numpy()[one]
    area = shapely.area(shapely.intersection(shapes, second.geometry.to_numpy()[two]))
    share = area / shapely.area(shapes)
    cut = first[list(MEASURES)].iloc[one].mul(share, axis=0)
    cut["area_m2"] = area
    cut = cut.assign(before=first.index[one], after=second.index[two])
    return pd.concat([rows, cut[area > 0]], ignore_index=True)


def _codes_at(patches: pd.DataFrame, grids: pd.DataFrame, level: int) -> pd.Series:
    """Give the grid of a level that every patch lies in; "" for none."""
    line = ancestors(grids)
    if level not in line.columns:
        return pd.Series("", index=patches.index)
    leaf = patches["grid_code"].where(patches["grid_code"] != "", patches["parent_code"])
    return leaf.map(line[level]).fillna("")
