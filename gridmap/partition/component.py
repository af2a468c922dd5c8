"""One connected component: from its graph, loads and limits to labels."""

from __future__ import annotations

from numba import njit

from gridmap.partition.bisection import bisect, join_parts
from gridmap.partition.capacity import join_fitting, split_overloaded
from gridmap.partition.moves import anneal
from gridmap.partition.random import start_stream
from gridmap.partition.types import Array

HOT, COLD, PENALTY = 1.0, 0.08, 60.0


@njit(cache=True)
def divide(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    low: Array,
    high: Array,
    aim: Array,
    begin: Array,
    movable: Array,
    sweeps: float,
    hot: float,
    seed: int,
) -> Array:
    """Labels with ``high.size`` zones: a first plan (or `begin`), joined up, then annealed.

    Loads are pushed under `aim`, at or a little below the hard limit `high`; nothing here is
    guaranteed but contiguity.
    """
    zones = high.size
    label = begin.copy() if begin.size else bisect(ptr, nbr, load, aim)
    join_parts(ptr, nbr, wgt, load, label, zones)
    if zones > 1:
        state = start_stream(seed)
        anneal(ptr, nbr, wgt, load, label, low, aim, movable, sweeps, hot, COLD, PENALTY, state)
        anneal(ptr, nbr, wgt, load, label, low, high, movable, 2.0, 0.01, 0.001, 1e6, state)
    return label


@njit(cache=True)
def finish(
    ptr: Array,
    nbr: Array,
    wgt: Array,
    load: Array,
    label: Array,
    zones: int,
    least: int,
    high: int,
    seed: int,
) -> int:
    """Split what is above `high`, join what fits, down to `least` zones; returns zones."""
    state = start_stream(seed + 7919)
    zones = split_overloaded(ptr, nbr, load, label, zones, high, state)
    return join_fitting(ptr, nbr, wgt, load, label, zones, high, least)
