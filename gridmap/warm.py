"""Compile ahead: run once after installing, so that the first plan does not wait for it.

The kernels of the partition engine and of the neighbours are compiled on first use and kept on
disk. `python -m gridmap.warm` uses each of them on a drawn field of patches.
"""

import geopandas as gpd
import numpy as np
from shapely import box

from boundaries.neighbours import neighbours
from gridmap.partition import partition

__all__ = ["warm_up"]

SIDE = 12  # patches along the drawn field


def warm_up() -> None:
    """Run every kernel that a plan needs, on a field of 144 patches."""
    squares = [box(x, y, x + 1, y + 1) for y in range(SIDE) for x in range(SIDE)]
    pairs = neighbours(gpd.GeoSeries(squares))
    edges = pairs[["left", "right"]].to_numpy()
    border = pairs["border_m"].to_numpy()
    load = np.random.default_rng(0).lognormal(0.0, 0.7, SIDE * SIDE)
    categories = np.repeat([0, 1], SIDE * SIDE // 2)
    capacity = float(load.sum() / 12)
    for zones in (None, 16):
        for kinds in (None, categories):
            partition(load, edges, border, capacity=capacity, zones=zones, categories=kinds)


if __name__ == "__main__":
    warm_up()
