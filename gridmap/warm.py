"""Compile ahead: run once after installing, so that the first plan does not wait for it.

The kernels of the partition engine, the overlay and the neighbours are compiled on first use and
kept on disk. `python -m gridmap.warm` uses each of them on a drawn field of patches.
"""

import geopandas as gpd
import numpy as np
from shapely import box

from boundaries.arrangement import lay_over
from boundaries.neighbours import neighbours
from boundaries.sealing import seal
from gridmap.edits.ground import count_pieces
from gridmap.partition import partition, repair_offers

__all__ = ["warm_up"]

SIDE = 12  # patches along the drawn field


def warm_up() -> None:
    """Run every kernel that a plan needs, on a field of 144 patches."""
    squares = [box(x, y, x + 1, y + 1) for y in range(SIDE) for x in range(SIDE)]
    drawn = seal(np.array([*squares[::2], box(1.0004, 0, 2, 1.5)], dtype=object))
    lay_over(drawn, np.array([box(0.5, 0.5, SIDE, SIDE)], dtype=object))
    pairs = neighbours(gpd.GeoSeries(squares))
    # Copies: the engine gets arrays it may write to, and compiles for those.
    edges = pairs[["left", "right"]].to_numpy(copy=True)
    border = pairs["border_m"].to_numpy(copy=True)
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
    # What the preview of an edit needs: pieces of micro-grids, and moves that mend them.
    joins, torn = border > 0, np.arange(SIDE * SIDE) // 5 % 3
    count_pieces(np.ascontiguousarray(edges), joins, torn)
    repair_offers(load, edges, border, torn, capacity=float(load.sum()), edited=np.array([0]))


if __name__ == "__main__":
    warm_up()
