"""Which blocks of one kind lie close together: where a link would let them be one micro-grid.

Only asked when a request for a number of micro-grids cannot be met, to name the place of a way out.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

__all__ = ["REACH_M", "block_links"]

REACH_M = 100.0
"""Blocks farther apart than this are no candidates: an officer walks around."""

_COLUMNS = {"one": "int64", "other": "int64", "gap_m": "float64", "barrier": "bool"}


def block_links(
    patches: gpd.GeoDataFrame,
    block: np.ndarray,
    family: np.ndarray,
    *,
    barriers: gpd.GeoSeries | None = None,
) -> pd.DataFrame:
    """Find the nearest pair of patches of every two blocks of one family.

    Parameters
    ----------
    patches
        The tiling.
    block
        Number of the block of every patch, -1 for none.
    family
        Blocks may be joined within a family only: one grid and one kind of ground.
    barriers
        Lines that no micro-grid may cross.

    Returns
    -------
    `one` and `other`, positions of patches; `gap_m`; `barrier`, whether a barrier lies between.
    The nearest come first, those across a barrier last.
    """
    shapes = patches.geometry.to_numpy()
    own = np.flatnonzero(block >= 0)
    tree = shapely.STRtree(shapes[own])
    one, other = tree.query(shapes[own], predicate="dwithin", distance=REACH_M)
    one, other = own[one], own[other]
    keep = (block[one] < block[other]) & (family[one] == family[other])
    one, other = one[keep], other[keep]
    if one.size == 0:
        return pd.DataFrame({key: np.empty(0) for key in _COLUMNS}).astype(_COLUMNS)
    between = shapely.shortest_line(shapes[one], shapes[other])
    across = np.zeros(one.size, dtype=bool)
    if barriers is not None and len(barriers):
        lines = shapely.union_all(barriers.to_numpy())
        shapely.prepare(lines)
        across = shapely.intersects(lines, between)
    found = pd.DataFrame(
        {"one": one, "other": other, "gap_m": shapely.length(between), "barrier": across}
    )
    pair = pd.DataFrame({"a": block[one], "b": block[other]})
    found = found.sort_values(["barrier", "gap_m", "one", "other"], kind="stable")
    return found[~pair.loc[found.index].duplicated()].reset_index(drop=True)
