"""Invented ground for the benchmark: overlapping layers, and a city of patches."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from layers.contract.categories import CATEGORY_KEYS

__all__ = ["CRS", "HECTARE_M", "bricks", "cells", "patch_table", "seven_layers"]

CRS = "EPSG:4547"
HECTARE_M = 100.0


def cells(count: int, side: float, rng: np.random.Generator) -> np.ndarray:
    """Draw Voronoi cells of random points, cut to a square, with vertices on millimetres."""
    frame = shapely.box(0, 0, side, side)
    points = shapely.multipoints(rng.uniform(0, side, (count, 2)))
    drawn = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    return shapely.set_precision(shapely.intersection(drawn, frame), 0.001)


def seven_layers(polygons: int, seed: int = 0) -> tuple[gpd.GeoDataFrame, gpd.GeoSeries]:
    """Draw seven overlapping layers, each half of a Voronoi map; and the one grid around them."""
    rng = np.random.default_rng(seed)
    per_layer = polygons // len(CATEGORY_KEYS)
    side = float(HECTARE_M * np.sqrt(2 * per_layer))
    layers = []
    for category in CATEGORY_KEYS:
        drawn = cells(2 * per_layer, side, rng)
        chosen = drawn[rng.permutation(len(drawn))[:per_layer]]
        columns = {"category": category, "subclass": "", "layer": category, "record": ""}
        frame = gpd.GeoDataFrame(columns, geometry=chosen, crs=CRS, index=range(per_layer))
        layers.append(frame.assign(name=""))
    town = gpd.GeoSeries({"1": shapely.box(0, 0, side, side)}, crs=CRS)
    return pd.concat(layers, ignore_index=True), town


def bricks(count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw a wall of crooked bricks, mostly with six neighbours, that tile a rectangle exactly.

    Corners lie every half brick along the courses, shifted at random by less than would let sides
    cross, on millimetres. Far quicker than a Voronoi map of a million cells.
    """
    across = next(one for one in range(int(np.sqrt(count)), 0, -1) if count % one == 0)
    up, steps = count // across, 2 * across + 1
    away = rng.uniform(-1.0, 1.0, (up + 1, steps, 2)) * [0.17 * HECTARE_M, 0.4 * HECTARE_M]
    away[:, [0, -1], 0] = 0.0
    away[[0, -1], :, 1] = 0.0
    step, course = np.meshgrid(np.arange(steps) * HECTARE_M / 2, np.arange(up + 1) * HECTARE_M)
    places = np.round(np.dstack([step, course]) + away, 3).reshape(-1, 2)
    row, column = np.divmod(np.arange(count), across)
    # Every other course begins half a brick later; its first brick is longer, its last one shorter.
    low = 2 * column + row % 2 * (column > 0)
    high = np.minimum(2 * column + 2 + row % 2, steps - 1)
    along = low[:, None] + np.arange(4)
    below = row[:, None] * steps + along
    corner = np.hstack([below, below[:, ::-1] + steps])
    used = np.hstack([along <= high[:, None], (along <= high[:, None])[:, ::-1]])
    brick = np.repeat(np.arange(count), used.sum(axis=1))
    return np.asarray(shapely.polygons(shapely.linearrings(places[corner[used]], indices=brick)))


def patch_table(count: int) -> gpd.GeoDataFrame:
    """Draw a city of patches in level-3 grids of about 2,000, seven correlated categories."""
    rng = np.random.default_rng(1)
    patches = bricks(count, rng)
    side = shapely.total_bounds(patches)[2:]
    centres = shapely.get_coordinates(shapely.centroid(patches))
    kind = cKDTree(rng.uniform(0, side, (max(count // 40, 1), 2))).query(centres)[1] % 7
    rows = max(int(np.sqrt(count / 2000)), 1)
    place = np.minimum((centres / side * rows).astype(int), rows - 1) @ [rows, 1]
    return gpd.GeoDataFrame(
        {
            "parent_code": [f"41012210{at:07d}" for at in place],
            "category": np.array(CATEGORY_KEYS)[kind],
            "subclass": "",
            "area_m2": shapely.area(patches),
            "households": 0.0,
            "objects": 0,
            "load_h": np.minimum(rng.lognormal(-0.7, 0.7, len(patches)), 6.0),
        },
        geometry=patches,
        crs=CRS,
        index=pd.Index([f"P{at:07d}" for at in range(len(patches))], dtype="str"),
    )
