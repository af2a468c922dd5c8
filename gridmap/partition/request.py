"""Checking a request and turning its loads into whole numbers.

Sums of floating-point loads depend on their order, so a zone could pass the capacity rule in one
place and fail it in another. Inside the engine all loads are integers.
"""

from __future__ import annotations

import numpy as np

from gridmap.partition.types import Array
from layers.errors import PlanError

_TOP = 2.0**51
"""Integer totals stay below this, so that they are exact as floating-point numbers too."""


def whole_loads(load: Array, limits: Array) -> tuple[Array, float]:
    """Turn loads into integers, and how many integer units one unit of load is.

    Decimal loads and limits of up to six places are kept exactly; others are rounded to about one
    part in 10^13 of the total.
    """
    total = max(float(load.sum()), float(limits.max(initial=0.0)), 1e-300)
    for places in range(7):
        scale = 10.0**places
        if total * scale > _TOP:
            break
        scaled = load * scale
        rounded = np.rint(scaled)
        bound = limits * scale
        if np.all(np.abs(scaled - rounded) <= 1e-9 * np.maximum(1.0, rounded)) and np.all(
            np.abs(bound - np.rint(bound)) <= 1e-9 * np.maximum(1.0, bound)
        ):
            return rounded.astype(np.int64), scale
    scale = 2.0 ** np.floor(np.log2(_TOP / total))
    return np.rint(load * scale).astype(np.int64), scale


def check_arrays(load: Array, edges: Array, border_m: Array) -> None:
    """Refuse arrays that are not a graph with loads, naming the first fault."""
    if load.ndim != 1:
        raise PlanError(f"load must have one dimension, found shape {load.shape}.")
    if not np.all(np.isfinite(load)) or np.any(load < 0):
        bad = int(np.flatnonzero(~(np.isfinite(load) & (load >= 0)))[0])
        raise PlanError(f"load of patch {bad} is {load[bad]!r}; loads must be 0 or more.")
    if edges.ndim != 2 or edges.shape[1] != 2:
        raise PlanError(f"edges must have shape (m, 2), found {edges.shape}.")
    if border_m.shape != (edges.shape[0],):
        raise PlanError(
            f"border_m must have one length per edge ({edges.shape[0]}), found {border_m.shape}."
        )
    if edges.size and (edges.min() < 0 or edges.max() >= load.size):
        raise PlanError(f"edges name patches outside 0..{load.size - 1}.")
    if not np.all(np.isfinite(border_m)) or np.any(border_m < 0):
        raise PlanError("border_m must be finite and 0 or more.")
