"""What became of every square metre of an imported division.

Of every grid of the source: its area is what lies outside the town, what an earlier grid had
already, what the rules leave with given grids or sites, what it kept, and what went to others. The
ground it received from others and from nowhere makes it the micro-grid that it is.
"""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.imports.labelling import grid_of_key
from gridmap.imports.source import Source

__all__ = ["ACCOUNT", "account_of"]

ACCOUNT = ("area_m2", "outside_m2", "overlap_m2", "left_m2", "kept_m2", "away_m2", "received_m2")


def account_of(
    source: Source,
    shapes: np.ndarray,
    patches: gpd.GeoDataFrame,
    after: pd.Series,
    codes: Mapping[str, str],
    bare: pd.DataFrame,
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Account for the ground of a source.

    Parameters
    ----------
    source
        The division.
    shapes
        Its grids without overlaps, in the same order.
    patches, after
        All patches of the town, and the micro-grid of each after the import.
    codes
        Code of each imported grid, by key.
    bare
        Ground that was in no grid (`gridmap.imports.labelling`).

    Returns
    -------
    One row a grid of the source: `source_code`, `name`, `grid_codes` with ";" between, and the
    columns of `ACCOUNT`, where area = outside + overlap + left + kept + away; and their sums, with
    `bare_m2`, ground of the town in none of them.
    """
    codes_of: dict[int, list[str]] = {}
    for key, code in sorted(codes.items()):
        codes_of.setdefault(grid_of_key(key), []).append(code)
    ground = patches.geometry.to_numpy()
    patch, grid = shapely.STRtree(shapes).query(ground, predicate="intersects")
    m2 = shapely.area(shapely.intersection(ground[patch], shapes[grid]))
    label = after.to_numpy(dtype=object)
    left = (label == "") | (label == patches["parent_code"].to_numpy(dtype=object))
    owner = {code: at for at, own in codes_of.items() for code in own}
    owners = np.array([owner.get(code, -1) for code in label])
    mine = owners[patch] == grid
    count = len(shapes)

    def summed(rows: np.ndarray) -> np.ndarray:
        return np.bincount(grid[rows], weights=m2[rows], minlength=count)

    raw, flat = shapely.area(source.grids.geometry.to_numpy()), shapely.area(shapes)
    kept = summed(mine & ~left[patch])
    own = owners >= 0
    size = np.bincount(owners[own], weights=shapely.area(ground)[own], minlength=count)
    inside = np.bincount(grid, weights=m2, minlength=count)
    table = pd.DataFrame(
        {
            "source_code": source.grids["code"],
            "name": source.grids["name"],
            "grid_codes": [";".join(codes_of.get(at, ())) for at in range(count)],
            "area_m2": raw,
            "outside_m2": flat - inside,
            "overlap_m2": raw - flat,
            "left_m2": summed(left[patch]),
            "kept_m2": kept,
            "away_m2": summed(~mine & ~left[patch]),
            "received_m2": size - kept,
        }
    )
    totals = {name: float(table[name].sum()) for name in ACCOUNT}
    totals["bare_m2"] = float(bare["m2"].sum())
    return table, totals
