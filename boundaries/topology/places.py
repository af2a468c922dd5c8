"""Places: points that are equal to the last bit are one, numbered from west to east.

In a tiling every vertex is written down by each polygon that has it. Equal ones are found by their
bits in a table, so that only distinct places are sorted: half the time of sorting all of them.
"""

import numpy as np

from boundaries.topology.grouping import NUMBER
from layers.contract.kernel import kernel

__all__ = ["as_complex", "place_hash", "unique_places"]


def as_complex(points: np.ndarray) -> np.ndarray:
    """See places as complex numbers, x + iy: one number a place, which sorts by x, then y."""
    return np.ascontiguousarray(points + 0.0).view(np.complex128).ravel()


def unique_places(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sort out equal places: the places by x and y, and for each point which one it is."""
    points = np.ascontiguousarray(points + 0.0)  # equal places then have equal bits
    number, first = np.empty(len(points), NUMBER), np.empty(len(points), NUMBER)
    places = points[first[: _number(points.view(np.int64), number, first)]]
    order = np.argsort(as_complex(places))
    rank = np.empty(len(places), NUMBER)
    rank[order] = np.arange(len(places), dtype=NUMBER)
    return places[order], rank[number]


@kernel(nogil=True)
def place_hash(x, y):
    """Hash of a place from its raw 64-bit patterns."""
    key = (x * np.int64(-7046029254386353131)) ^ (y * np.int64(-4417276706812531889))
    key = (key ^ (key >> 29)) * np.int64(-4658895280553007687)
    return key ^ (key >> 32)


@kernel(nogil=True)
def _number(bits, number, first):
    """Number places in the order in which they first occur, and tell how many there are."""
    size = 16
    while size < 2 * len(bits):
        size *= 2
    table = np.full(size, -1, NUMBER)
    count = 0
    for row in range(len(bits)):
        x, y = bits[row, 0], bits[row, 1]
        key = place_hash(x, y)
        slot = (key ^ (key >> 21)) & (size - 1)
        while table[slot] >= 0:
            other = first[table[slot]]
            if bits[other, 0] == x and bits[other, 1] == y:
                break
            slot = (slot + 1) & (size - 1)
        if table[slot] < 0:
            table[slot], first[count] = count, row
            count += 1
        number[row] = table[slot]
    return count
