"""Sets of patches as bits of 64-bit words: the place of the lowest one."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["NONE", "ONE", "lowest"]

ONE = np.uint64(1)
NONE = np.uint64(0)
"""The set of the first patch, and the empty set.

Words, for words mixed with other numbers become floats in compiled code.
"""

# A de Bruijn sequence: any six of its bits in a row are different, so that a single bit times it
# names its own place in the six highest bits.
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)


def _bit_places() -> Array:
    """Build the table that finds the place of a single bit by a de Bruijn product."""
    table = np.zeros(64, np.int64)
    for place in range(64):
        product = (int(_DE_BRUIJN) << place) & (2**64 - 1)
        table[product >> 58] = place
    return table


_PLACES = _bit_places()


@kernel(inline="always")
def lowest(mask: Any) -> Any:
    """Find the place of the lowest bit of a mask that is not empty."""
    low = mask & (~mask + ONE)
    return _PLACES[(low * _DE_BRUIJN) >> np.uint64(58)]
