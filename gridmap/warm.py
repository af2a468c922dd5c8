"""Compile ahead: run once after installing, so that the first plan does not wait for it.

The kernels of the partition engine, the overlay, the neighbours and the staffing are compiled on
first use and kept on disk. `python -m gridmap.warm` uses each of them on a drawn field of patches.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import geopandas as gpd
import numpy as np
import shapely
from numba.core import event
from numba.core.dispatcher import Dispatcher
from shapely import box

from boundaries.overlay.clipping import joined_inside
from boundaries.overlay.match_vertices import seal
from boundaries.overlay.planar_overlay import planar_overlay
from boundaries.topology.border_lines import border_pieces, first_line_along
from boundaries.topology.common_area import common_area
from boundaries.topology.distances import distances
from boundaries.topology.neighbours import neighbours, open_m, unshared_edges
from boundaries.topology.rings import rings_of
from gridmap.partition import partition, repair_offers
from gridmap.split.household_zones import share_exactly
from gridmap.staffing.solver.costs import TableOfCosts
from gridmap.staffing.solver.pairs import match_all

__all__ = ["count_kernels", "warm_up"]

SIDE = 12  # patches along the drawn field
ROOMS = ("boundaries", "gridmap")


def warm_up() -> None:
    """Run every kernel that a plan needs, on a field of 144 patches."""
    squares = [box(x, y, x + 1, y + 1) for y in range(SIDE) for x in range(SIDE)]
    drawn = seal(np.array([*squares[::2], box(1.0004, 0, 2, 1.5)], dtype=object))
    planar_overlay(drawn, np.array([box(0.5, 0.5, SIDE, SIDE)], dtype=object))
    joined_inside(
        np.array(squares), np.array([0, 2, len(squares)]), np.array([box(0.5, -1, 9.5, 9.5)]),
        np.array([0, 0]),
    )  # fmt: skip
    field = rings_of(np.array(squares))
    open_m(field, np.arange(len(squares)) % 2, 2)
    unshared_edges(field)
    pairs = neighbours(gpd.GeoSeries(squares))
    # Copies: the engine gets arrays it may write to, and compiles for those.
    edges = pairs[["left", "right"]].to_numpy(copy=True)
    border = pairs["border_m"].to_numpy(copy=True)
    along = border_pieces(gpd.GeoSeries(squares), edges, step_m=1.0)
    first_line_along(along, [shapely.boundary(np.array(squares[:3]))], near_m=0.1)
    common_area(np.array(squares), drawn, np.arange(9), np.arange(9))
    distances(shapely.centroid(np.array(squares[:2])), np.array(squares))
    load = np.random.default_rng(0).lognormal(0.0, 0.7, SIDE * SIDE)
    halves = np.repeat([0, 1], SIDE * SIDE // 2)
    rows = np.repeat(np.arange(SIDE), SIDE)  # small components, which are solved exactly
    for zones, kinds, share in (
        (None, None, 12),
        (None, halves, 12),
        (16, halves, 12),
        (None, rows, 30),
        (None, rows, 45),
        (60, rows, 45),
    ):
        capacity = float(max(load.sum() / share, load.max()))
        partition(load, edges, border, capacity=capacity, zones=zones, categories=kinds)
    # Few zones within tight limits, which are listed and put together: on the first three rows.
    few = edges.max(axis=1) < 3 * SIDE
    part, mean = load[: 3 * SIDE], float(load[: 3 * SIDE].sum()) / 3
    partition(
        part, edges[few], border[few], capacity=1.02 * mean, min_load=0.98 * mean, zones=3,
        effort=5_000,
    )  # fmt: skip
    # Household grids: a few buildings, shared out exactly.
    share_exactly(np.full(4, 30.0), np.array([[0, 1], [1, 2], [2, 3]]), np.ones(3), (50.0, 70.0))
    # More of them than that, where one is too heavy for any zone within the limits.
    line = np.column_stack([np.arange(SIDE - 1), np.arange(1, SIDE)])
    partition(
        np.full(SIDE, 5.0), line, np.ones(SIDE - 1), capacity=9.0, min_load=6.0, zones=7,
        effort="fast",
    )  # fmt: skip
    # What the preview of an edit needs: moves that repair what it has torn.
    torn = np.arange(SIDE * SIDE) // 5 % 3
    repair_offers(load, edges, border, torn, capacity=float(load.sum()), edited=np.array([0]))
    # Staffing on the pairs that matter: where not everybody may take every post.
    costs = TableOfCosts(np.arange(6, dtype=np.int64).reshape(2, 3))
    one = np.ones(2, dtype=np.int64)
    match_all(costs, 0 * one, rank=np.arange(3), room=one)


def count_kernels() -> int:
    """Count the functions of ours that are loaded and compiled when they are used."""
    modules = [module for name, module in sys.modules.items() if name.split(".")[0] in ROOMS]
    found = {id(one) for module in modules for one in vars(module).values() if _is_ours(one)}
    return len(found)


def _is_ours(one: object) -> bool:
    return isinstance(one, Dispatcher) and one.py_func.__module__.split(".")[0] in ROOMS


class _Compiled(event.Listener):
    """Hears from numba which kernel is compiled; a second signature of one is no new step."""

    def __init__(self, progress: Callable[[int, str], None]) -> None:
        self.progress = progress
        self.names: set[str] = set()

    def on_start(self, event: event.Event) -> None:
        pass

    def on_end(self, event: event.Event) -> None:
        kernel = event.data["dispatcher"]
        if _is_ours(kernel):
            self.names.add(f"{kernel.py_func.__module__}.{kernel.py_func.__name__}")
            self.progress(len(self.names), kernel.py_func.__name__)


@contextmanager
def _told(progress: Callable[[int, str], None]) -> Iterator[None]:
    listener = _Compiled(progress)
    event.register("numba:compile", listener)
    try:
        yield
    finally:
        event.unregister("numba:compile", listener)


if __name__ == "__main__":
    kernels = count_kernels()
    with _told(lambda done, name: print(f"{done} of {kernels} {name}", flush=True)):
        warm_up()
