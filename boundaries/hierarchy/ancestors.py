"""The line upwards: which grid of each level a grid belongs to, read from the parent codes."""

import numpy as np
import pandas as pd

__all__ = ["ancestor_rows", "ancestors"]


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
    levels, rows = ancestor_rows(grids)
    codes = np.append(grids.index.to_numpy(dtype=object), "")  # -1, nobody's row, is the last one
    return pd.DataFrame(
        codes[rows], index=grids.index, columns=pd.Index(levels, dtype="int64"), dtype="str"
    )


def ancestor_rows(grids: pd.DataFrame) -> tuple[list[int], np.ndarray]:
    """Find the lines upwards as row numbers.

    Parameters
    ----------
    grids
        Grids indexed by code, with `level` and `parent_code`.

    Returns
    -------
    The levels, and an array of one row a grid and one column a level; -1 where the line has none.
    """
    levels, column = np.unique(grids["level"].to_numpy(), return_inverse=True)
    first = np.flatnonzero(~grids.index.duplicated())
    known = grids.index[first]
    # -1 once more at the end, so that nobody's parent is nobody.
    start, parent = (
        np.append(first, -1)[known.get_indexer(codes)]
        for codes in (grids.index, grids["parent_code"])
    )
    parent = np.append(parent, -1)
    rows = np.full((len(grids), len(levels)), -1)
    here = start
    for _ in levels:
        there = np.flatnonzero(here >= 0)
        place = column[here[there]]
        new = rows[there, place] < 0
        rows[there[new], place[new]] = here[there[new]]
        here = parent[here]
    return [int(level) for level in levels], rows
