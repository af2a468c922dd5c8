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
    column = {level: place for place, level in enumerate(levels)}
    first = grids[~grids.index.duplicated()]
    level_of = dict(zip(first.index, first["level"], strict=True))
    parent_of = dict(zip(first.index, first["parent_code"], strict=True))
    lines = [[""] * len(levels) for _ in range(len(grids))]
    for line, code in zip(lines, grids.index, strict=True):
        here = code
        for _ in levels:
            if here not in level_of:
                break
            place = column[level_of[here]]
            line[place] = line[place] or here
            here = parent_of[here]
    return pd.DataFrame(
        lines, index=grids.index, columns=pd.Index(levels, dtype="int64"), dtype="str"
    )
