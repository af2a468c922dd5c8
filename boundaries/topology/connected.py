"""What hangs together: the connected parts of anything that is joined in pairs."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

__all__ = ["number_parts"]


def number_parts(count: int, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Number the connected parts of `count` things that are joined in pairs.

    Parameters
    ----------
    one, two
        (pairs,) the numbers of the things joined, from 0; a pair may come twice, and either way
        round.

    Returns
    -------
    (count,) the part of each thing, from 0 in the order of their first things.
    """
    joined = coo_array((np.ones(len(one)), (one, two)), shape=(count, count))
    return connected_components(joined, directed=False)[1].astype(np.int64)
