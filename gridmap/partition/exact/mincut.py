"""The cheapest set of patches, however large, by a minimum cut; the bound of `pricing`.

A set costs a price for every patch in it, another for every patch left out, and the border between
the two. The cheapest set of all is a minimum cut (L. Ford and D. Fulkerson, 1956; D. Greig,
B. Porteous and A. Seheult, 1989). What a flow leaves of all prices describes the same problem, so
that a bound is found again with little work after one patch more is decided.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmap.partition.model.graph import Graph
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["Flow", "Network", "Tracks", "lay_network", "lay_tracks", "push", "settle_prices"]

_NONE = 1e-9  # mean borders; less is what rounding leaves


class Network(NamedTuple):
    """The graph in compressed rows, the place of every edge's opposite, and whole loads."""

    ptr: Array
    nbr: Array
    back: Array
    wgt: Array
    load: Array


class Flow(NamedTuple):
    """What a flow has left of all prices.

    `room` is the border still to be paid where the patch of the row is in the set and its neighbour
    is not; `ins` and `outs` what is still to be paid for a patch in the set, or left out.
    """

    room: Array
    ins: Array
    outs: Array


class Tracks(NamedTuple):
    """Working arrays of searches: a queue, the edge every patch was found by, marks.

    `seen` has one place more than patches, which counts searches.
    """

    queue: Array
    via: Array
    seen: Array


@kernel()
def lay_tracks(patches: int) -> Tracks:
    """Make working arrays for so many patches."""
    return Tracks(
        np.empty(patches, np.int64), np.empty(patches, np.int64), np.zeros(patches + 1, np.int64)
    )


def lay_network(graph: Graph) -> Network:
    """Add the opposites of all edges to a graph."""
    ptr, nbr, wgt, load = graph
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
def _find_way(net: Network, flow: Flow, tracks: Tracks) -> int:
    """Find a way with room from a patch that costs when left out to one that costs when taken.

    Returns the patch where it ends, -1 if there is none. `via` leads back, -1 at its beginning.
    """
    queue, via, seen = tracks
    n = net.load.size
    seen[n] += 1
    tick = seen[n]
    write = 0
    for v in range(n):
        if flow.outs[v] > _NONE:
            queue[write] = v
            write += 1
            seen[v] = tick
            via[v] = -1
    read = 0
    while read < write:
        v = queue[read]
        read += 1
        for i in range(net.ptr[v], net.ptr[v + 1]):
            u = net.nbr[i]
            if seen[u] != tick and flow.room[i] > _NONE:
                seen[u] = tick
                via[u] = i
                if flow.ins[u] > _NONE:
                    return u
                queue[write] = u
                write += 1
    return -1


@kernel()
def push(net: Network, flow: Flow, bound: float, enough: float, tracks: Tracks) -> float:
    """Raise a bound by flow from patches that cost when left out to those that cost when taken.

    Parameters
    ----------
    flow
        What is still to be paid; less of it is left.
    bound, enough
        What all sets cost so far; pushing stops above `enough`.
    tracks
        Working arrays. Patches marked with the last count are the cheapest set.

    Returns
    -------
    The bound that no set is cheaper than.
    """
    via = tracks.via
    while bound <= enough:
        end = _find_way(net, flow, tracks)
        if end < 0:
            break
        most = flow.ins[end]
        v = end
        while via[v] >= 0:
            most = min(most, flow.room[via[v]])
            v = net.nbr[net.back[via[v]]]
        most = min(most, flow.outs[v])
        flow.outs[v] -= most
        flow.ins[end] -= most
        v = end
        while via[v] >= 0:
            i = via[v]
            flow.room[i] -= most
            flow.room[net.back[i]] += most
            v = net.nbr[net.back[i]]
        bound += most
    return bound
