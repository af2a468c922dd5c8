"""Grouping: rows sorted by the number of their group, without comparing any of them.

Numbers of places, edges and walks take 32 bits: half the memory, which is what a large town waits
for. Large arrays are made by numpy, which asks the system for large pages.
"""

import numpy as np

from layers.contract.kernel import kernel

__all__ = ["NUMBER", "counted", "grouped"]

NUMBER = np.int32


def grouped(group: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Sort rows by group.

    Parameters
    ----------
    group
        (n,) number of the group of each row, below `groups`.

    Returns
    -------
    Where the rows of each group begin, and after the last where they end; and the rows, those of a
    group in the order given.
    """
    first = counted(group, groups, ahead=2)
    rows = np.empty(len(group), NUMBER)
    _fill(group, first, rows)
    return first[:-1], rows


def counted(group: np.ndarray, groups: int, *, ahead: int = 1) -> np.ndarray:
    """Say where the rows of each group will begin, after `ahead` - 1 more zeros, and the end."""
    first = np.zeros(groups + ahead, NUMBER)
    _count(group, first[ahead:])
    np.cumsum(first, dtype=NUMBER, out=first)
    return first


@kernel()
def _count(group, size):
    for row in range(len(group)):
        size[group[row]] += 1


@kernel()
def _fill(group, first, rows):
    """Put rows in their places; the beginning of each group moves on to the next one's."""
    for row in range(len(group)):
        rows[first[group[row] + 1]] = row
        first[group[row] + 1] += 1
