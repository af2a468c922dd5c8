"""What one zone leaves of the ground: whether the other zones of a plan can be cut from it."""

from __future__ import annotations

import numpy as np

from gridmap.partition.exact.mincut import Network
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["possible_zones", "rest_can_hold"]

_FREE, _IN, _OUT = 0, 1, 2


@kernel()
def rest_can_hold(
    net: Network, state: Array, zones: int, low: int, high: int, queue: Array, seen: Array
) -> bool:
    """Tell whether the ground outside a set may be cut into `zones` zones.

    A part of it that the set can no longer grow into must have a load that whole zones can have; a
    part too light for a zone must be in the set as a whole.
    """
    n = net.load.size
    seen[n] += 1
    tick = seen[n]
    fewest, most = 0, 0
    for root in range(n):
        if state[root] == _IN or seen[root] == tick:
            continue
        queue[0] = root
        seen[root] = tick
        read, write, total = 0, 1, 0
        free, left_out = False, False
        while read < write:
            v = queue[read]
            read += 1
            total += net.load[v]
            free = free or state[v] == _FREE
            left_out = left_out or state[v] == _OUT
            for i in range(net.ptr[v], net.ptr[v + 1]):
                u = net.nbr[i]
                if state[u] != _IN and seen[u] != tick:
                    seen[u] = tick
                    queue[write] = u
                    write += 1
        fits = total // low if low > 0 else zones
        need = 1 if left_out else 0
        if not free:
            need = max((total + high - 1) // high, 1)
        if need > fits:
            return False
        fewest += need
        most += fits
    return fewest <= zones <= most


@kernel()
def possible_zones(net: Network, member: Array, zones: int, low: int, high: int) -> Array:
    """Tell which zones of a list leave ground that can be cut into the other zones."""
    n = net.load.size
    state = np.empty(n, np.int8)
    queue = np.empty(n, np.int64)
    seen = np.zeros(n + 1, np.int64)
    possible = np.empty(member.shape[0], np.bool_)
    for i in range(possible.size):
        for v in range(n):
            state[v] = _IN if member[i, v] else _OUT
        possible[i] = rest_can_hold(net, state, zones - 1, low, high, queue, seen)
    return possible
