"""Numbers shared out so that they add up exactly: the method of largest remainders."""

from typing import Any

import numpy as np

__all__ = ["share_out", "shares_within"]

Array = np.ndarray[Any, Any]


def share_out(total: int, shares: Array) -> Array:
    """Share a whole number out by shares so that the sum stays: by largest remainders.

    Parameters
    ----------
    total
        What is shared out, such as staff.
    shares
        Shares, 0 or more; those of a part of the whole are scaled to make one.

    Returns
    -------
    Whole numbers that make the total. Of equal remainders the first gets more.
    """
    exact = total * np.asarray(shares, dtype=float) / np.sum(shares)
    whole: Array = np.floor(exact + 1e-9).astype(np.int64)
    missing = int(total - whole.sum())
    order = np.argsort(-np.round(exact - whole, 9), kind="stable")
    whole[order[:missing]] += 1
    return whole


def shares_within(groups: Array, values: Array, *, unit: int) -> Array:
    """Give the share of each value in the sum of its group, in units of which one whole has `unit`.

    The shares of a group add up to one exactly; -1 where a group has nothing to share.
    """
    found = np.full(len(values), -1, dtype=np.int64)
    order = np.argsort(groups, kind="stable")
    _, starts = np.unique(groups[order], return_index=True)
    for rows in np.split(order, starts[1:]) if len(order) else []:
        if values[rows].sum() > 0:
            found[rows] = share_out(unit, values[rows])
    return found
