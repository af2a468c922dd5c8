"""What one zone leaves of the ground: whether the other zones of a plan can be cut from it."""

from __future__ import annotations

import numpy as np

from gridmap.partition.exact.mincut import Network, Tracks, lay_tracks
from gridmap.partition.exact.roots import FREE, IN, OUT, Asked
from gridmap.partition.model.graph import walk
from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["possible_zones", "rest_can_hold", "take_part", "zones_of_load"]


@kernel()
def zones_of_load(total: int, zones: int, low: int, high: int) -> tuple[int, int]:
    """Give the fewest and the most zones a load can be, of `zones` where low loads are no limit."""
    return max((total + high - 1) // high, 1), total // low if low > 0 else zones


@kernel()
def take_part(ptr: Array, nbr: Array, ground: Array, root: int, queue: Array) -> int:
    """List the part of the ground marked 0 that `root` is in, and mark it 2; returns its size."""
    ground[root] = 2
    queue[0] = root
    return walk(ptr, nbr, ground, 0, ground, 0, queue, 1)


@kernel()
def rest_can_hold(net: Network, state: Array, asked: Asked, tracks: Tracks) -> bool:
    """Tell whether the ground outside a set may be cut into the other zones of a plan.

    A part of it that the set can no longer grow into must have a load that whole zones can have; a
    part too light for a zone must be in the set as a whole.
    """
    n = net.load.size
    zones = asked.zones - 1
    ground, queue = tracks.via, tracks.queue
    for v in range(n):
        ground[v] = 1 if state[v] == IN else 0
    fewest, most = 0, 0
    for root in range(n):
        if ground[root] != 0:
            continue
        total = 0
        free, left_out = False, False
        for v in queue[: take_part(net.ptr, net.nbr, ground, root, queue)]:
            total += net.load[v]
            free = free or state[v] == FREE
            left_out = left_out or state[v] == OUT
        need, fits = zones_of_load(total, zones, asked.low, asked.high)
        if free:
            need = 1 if left_out else 0
        if need > fits:
            return False
        fewest += need
        most += fits
    return fewest <= zones <= most


@kernel()
def possible_zones(net: Network, member: Array, asked: Asked) -> Array:
    """Tell which zones of a list leave ground that can be cut into the other zones."""
    n = net.load.size
    state = np.empty(n, np.int8)
    tracks = lay_tracks(n)
    possible = np.empty(member.shape[0], np.bool_)
    for i in range(possible.size):
        for v in range(n):
            state[v] = IN if member[i, v] else OUT
        possible[i] = rest_can_hold(net, state, asked, tracks)
    return possible
