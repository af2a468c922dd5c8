"""Bounds from below on the number of zones, cheap enough to be taken for every component.

Whatever the borders, zones under capacity are bins into which the loads are packed; so the bound of
bin packing holds (L2 of S. Martello and P. Toth, "Lower bounds and reduction procedures for the bin
packing problem", 1990). Borders add one more: a patch that fits together with no neighbour is a
zone of its own in every plan, and the ground falls apart around it.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.model.types import Array

__all__ = ["fewest_of_parts", "packing_bound", "stands_alone"]


def packing_bound(load: Array, cap: int) -> int:
    """Bound the number of zones under `cap` that whole loads, none above `cap`, need.

    For every size up to one half: loads that leave no room for that size need a zone each, loads
    above one half as well, and what lies between must fit into the room they leave.
    """
    cap = max(int(cap), 1)
    best = max(-(-int(load.sum()) // cap), 1)
    large = load[2 * load > cap]
    if large.size == 0:
        return best
    small = np.sort(load[2 * load <= cap])[::-1]
    large = np.sort(large)[::-1]
    reach = np.concatenate([[0], np.cumsum(large)])
    carried = np.concatenate([[0], np.cumsum(small)])
    sizes = np.unique(np.append(small[small > 0], cap // 2 + 1))
    # Loads above cap - size take no other load of at least that size.
    closed = np.searchsorted(-large, -(cap - sizes), side="left")
    room = (large.size - closed) * cap - (reach[-1] - reach[closed])
    between = carried[np.searchsorted(-small, -sizes, side="right")]
    more = np.maximum(-(-(between - room) // cap), 0)
    return max(best, int((large.size + more).max()))


def stands_alone(load: Array, head: Array, tail: Array, group: Array, cap: int) -> Array:
    """Find the patches that are a zone of their own in every plan under `cap`.

    Returns a mask: patches above `cap`, and those that no neighbour not among them fits with.
    """
    alone = load > cap
    if not ((2 * load > cap) & ~alone).any():
        return alone
    inside = (group[head] == group[tail]) & (head != tail)
    one, two = head[inside], tail[inside]
    top = np.iinfo(np.int64).max // 4
    while True:
        free = ~(alone[one] | alone[two])
        one, two = one[free], two[free]
        lightest = np.full(load.size, top)
        np.minimum.at(lightest, one, load[two])
        np.minimum.at(lightest, two, load[one])
        # A patch without neighbours is a component of its own already.
        found = ~alone & (lightest < top) & (load + lightest > cap)
        if not found.any():
            return alone
        alone |= found


def fewest_of_parts(load: Array, order: Array, sizes: Array, cap: int) -> Array:
    """Bound the zones of every component; `order` lists patches component by component."""
    if sizes.size == 0:
        return np.empty(0, np.int64)
    loads = load[order]
    begins = np.cumsum(sizes) - sizes
    least = np.maximum(-(-np.add.reduceat(loads, begins) // max(cap, 1)), 1)
    large = np.add.reduceat((2 * loads > cap).astype(np.int64), begins)
    for c in np.flatnonzero(large).tolist():
        least[c] = packing_bound(loads[begins[c] : begins[c] + sizes[c]], cap)
    return least.astype(np.int64)
