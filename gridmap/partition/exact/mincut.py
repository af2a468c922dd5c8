"""The cheapest set of patches, however large, by a minimum cut; the bound of `pricing`.

A set costs a price for every patch in it, another for every patch left out, and the border between
the two. The cheapest set of all is a minimum cut (L. Ford and D. Fulkerson, 1956; D. Greig,
B. Porteous and A. Seheult, 1989). What a flow leaves of all prices describes the same problem, so
that a bound is found again with little work after one patch more is decided.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["Network", "lay_network", "push", "settle_prices"]

_NONE = 1e-9


class Network(NamedTuple):
    """The graph in compressed rows, the place of every edge's opposite, and whole loads."""

    ptr: Array
    nbr: Array
    back: Array
    wgt: Array
    load: Array


def lay_network(ptr: Array, nbr: Array, wgt: Array, load: Array) -> Network:
    """Add the opposites of all edges to a graph."""
    one = np.repeat(np.arange(load.size), np.diff(ptr))
    ahead, behind = np.lexsort((nbr, one)), np.lexsort((one, nbr))
    back = np.empty(nbr.size, np.int64)
    back[behind] = ahead
    return Network(ptr, nbr, back, wgt, load)


@kernel()
def settle_prices(ins: Array, outs: Array) -> float:
    """Take from every patch what it costs in any case; returns the sum."""
    sure = 0.0
    for v in range(ins.size):
        least = min(ins[v], outs[v])
        ins[v] -= least
        outs[v] -= least
        sure += least
    return sure


@kernel()
def push(
    ptr: Array,
    nbr: Array,
    back: Array,
    room: Array,
    ins: Array,
    outs: Array,
    bound: float,
    enough: float,
    queue: Array,
    via: Array,
    seen: Array,
) -> float:
    """Raise a bound by flow from patches that cost when left out to those that cost when taken.

    Parameters
    ----------
    back
        Place of every edge's opposite in `nbr`.
    room
        Border still to be paid where the patch of the row is in the set and `nbr` is not.
    ins, outs
        What is still to be paid for a patch in the set, or left out.
    bound, enough
        What all sets cost so far; pushing stops above `enough`.
    queue, via, seen
        Working arrays; `seen` has one place more, which counts calls. Patches marked with the last
        count are the cheapest set.

    Returns
    -------
    The bound that no set is cheaper than.
    """
    n = ptr.size - 1
    while bound <= enough:
        seen[n] += 1
        tick = seen[n]
        write = 0
        for v in range(n):
            if outs[v] > _NONE:
                queue[write] = v
                write += 1
                seen[v] = tick
                via[v] = -1
        read = 0
        end = -1
        while read < write and end < 0:
            v = queue[read]
            read += 1
            for i in range(ptr[v], ptr[v + 1]):
                u = nbr[i]
                if seen[u] != tick and room[i] > _NONE:
                    seen[u] = tick
                    via[u] = i
                    if ins[u] > _NONE:
                        end = u
                        break
                    queue[write] = u
                    write += 1
        if end < 0:
            break
        flow = ins[end]
        v = end
        while via[v] >= 0:
            flow = min(flow, room[via[v]])
            v = nbr[back[via[v]]]
        flow = min(flow, outs[v])
        outs[v] -= flow
        ins[end] -= flow
        v = end
        while via[v] >= 0:
            i = via[v]
            room[i] -= flow
            room[back[i]] += flow
            v = nbr[back[i]]
        bound += flow
    return bound
