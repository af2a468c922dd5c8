"""The ground of a request: its graph, cut into components, without the patches that stand alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmap.partition.model.graph import build_rows, find_parts
from gridmap.partition.model.request import Request
from gridmap.partition.model.types import Array

__all__ = ["Ground", "lay_ground"]


@dataclass(frozen=True)
class Ground:
    """Components of the patches that are free to be planned.

    `order` lists these patches component by component, `ends` where each component ends in it;
    `alone` are the patches taken out: each is, or belongs to, a zone settled beforehand. `place` is
    the number of every patch within its component.
    """

    ptr: Array
    nbr: Array
    wgt: Array
    order: Array
    ends: Array
    sizes: Array
    totals: Array
    heaviest: Array
    alone: Array
    place: Array

    def members(self, c: int) -> Array:
        """Return the patches of component `c`."""
        return self.order[self.ends[c] - self.sizes[c] : self.ends[c]]


def lay_ground(request: Request, alone: Array) -> Ground:
    """Build the graph without the patches `alone` and find its components."""
    n = request.units.size
    group = request.group
    if alone.any():
        group = np.where(alone, -1, group)
    ptr, nbr, wgt = build_rows(n, request.head, request.tail, request.border_m, group)
    component, parts = find_parts(ptr, nbr, group)
    if parts == 1 and not alone.any():
        order = np.arange(n, dtype=np.int32)
    else:
        order = np.argsort(component, kind="stable")[int(alone.sum()) :].astype(np.int32)
    sizes = np.bincount(component[component >= 0], minlength=parts).astype(np.int64)
    ends = np.cumsum(sizes)
    begins = ends - sizes
    loads = request.units[order]
    if parts:
        totals = np.add.reduceat(loads, begins)
        heaviest = np.maximum.reduceat(loads, begins)
    else:
        totals = heaviest = np.empty(0, np.int64)
    place = np.zeros(n, np.int32)
    place[order] = np.arange(order.size) - np.repeat(begins, sizes)
    return Ground(ptr, nbr, wgt, order, ends, sizes, totals, heaviest, alone, place)
