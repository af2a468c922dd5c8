"""A pool of zones: every connected set of patches within limits that a search has passed.

A search seldom meets a plan whose zones are all within tight limits, but it meets single zones
within them all the time. Zones of many plans, put together anew, make plans that it never met.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.model.graph import Graph
from gridmap.partition.model.random import draw_bits, start_stream
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = [
    "Pool",
    "note_zone",
    "open_pool",
]


class Pool(NamedTuple):
    """Zones as bits of 64-bit words, with half their border; the first ``size[0]`` rows count.

    `key` of a zone is the exclusive or of the `code` of its patches; `slot` is a hash table of rows
    by key. A pool without rows takes nothing.
    """

    sets: Array
    half: Array
    key: Array
    slot: Array
    code: Array
    size: Array


@kernel()
def _patch_keys(count: int) -> Array:
    """Draw a 62-bit code for every patch."""
    state = start_stream(20_090)
    code = np.empty(count, np.uint64)
    for v in range(count):
        code[v] = (np.uint64(draw_bits(state)) << np.uint64(31)) | np.uint64(draw_bits(state))
    return code


def open_pool(patches: int, rows: int) -> Pool:
    """Make an empty pool for at most `rows` zones of so many patches."""
    slots = 1 << max(2 * rows, 1).bit_length()
    return Pool(
        np.zeros((rows, (patches + 63) // 64), np.uint64),
        np.zeros(rows),
        np.zeros(rows, np.uint64),
        np.full(slots, -1, np.int32),
        _patch_keys(patches),
        np.zeros(1, np.int64),
    )


@kernel()
def note_zone(pool: Pool, key: int, label: Array, zone: int, graph: Graph) -> None:
    """Put one zone of a plan into the pool, unless it is there or the pool is full."""
    row = pool.size[0]
    if row >= pool.half.size:
        return
    mask = pool.slot.size - 1
    at = np.int64(key & np.uint64(mask))
    while pool.slot[at] >= 0:
        if pool.key[pool.slot[at]] == key:
            return
        at = (at + 1) & mask
    border = 0.0
    for v in range(label.size):
        if label[v] == zone:
            pool.sets[row, v >> 6] |= np.uint64(1) << np.uint64(v & 63)
            for i in range(graph.ptr[v], graph.ptr[v + 1]):
                if label[graph.nbr[i]] != zone:
                    border += graph.wgt[i]
    pool.half[row] = 0.5 * border
    pool.key[row] = key
    pool.slot[at] = row
    pool.size[0] = row + 1
