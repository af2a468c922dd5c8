"""The line upwards: which grid of each level a grid belongs to, read from the parent codes."""

import pandas as pd

__all__ = ["ancestors"]


def ancestors(grids: pd.DataFrame) -> pd.DataFrame:
    """Find the grid of every level that each grid lies in, itself included.

    Parameters
    ----------
    grids
        Grids indexed by code, with `level` and `parent_code`.

    Returns
    -------
    One row a grid, in the order given, one column a level (1, 2, …) holding codes; "" where the
    line upwards has no grid of that level. Orphans and circles give "" and never an endless loop.
    """
    levels = sorted(int(level) for level in grids["level"].unique())
    first = ~grids.index.duplicated()
    level_of = grids.loc[first, "level"]
    parent_of = grids.loc[first, "parent_code"]
    result = pd.DataFrame("", index=grids.index, columns=pd.Index(levels, dtype="int64"))
    here = pd.Series(grids.index, index=grids.index, dtype="str")
    for _ in levels:
        level_here = here.map(level_of)
        for level in levels:
            reached = ((level_here == level) & (result[level] == "")).to_numpy()
            result.loc[reached, level] = here[reached]
        here = here.map(parent_of).fillna("").astype("str")
    return result.astype("str")
