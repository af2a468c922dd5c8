"""Towns of homes, for tests of household grids: parcels with buildings that are counted."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from blank_town import CRS, SOUTH, WEST, blank_town
from shapely import box

from layers.contract.columns import UNITS, with_dtypes

__all__ = ["HOMES", "home_town", "random_homes", "row_of_homes"]

HOMES = """[load.urban_res]
household = 0.1
[load.default]
hectare = 0.2
[capacity]
officer_hours = 8
[split]
min_area_ha_default = 0.5
warn_area_ha = [0.5, 60]
[households]
live_on = ["urban_res"]
[household_grids]
on = ["urban_res"]
households = [50, 70]
"""


def home_town(sizes, ground, units, *, rules=HOMES, households=0, cadres=0):
    """Lay `ground` (kind, polygon) and `units` (kind, households, stairwells, polygon) out.

    All polygons count from the south-west corner; the rest is as in `blank_town`.
    """
    town = blank_town(sizes, rules, ground=ground, households=households, cadres=cadres)
    frame = gpd.GeoDataFrame(
        {
            "kind": [kind for kind, *_ in units],
            "name": [f"{number}号" for number in range(1, len(units) + 1)],
            "layer": "units.gpkg",
            "households": [count for _, count, _, _ in units],
            "stairwells": [stairs for _, _, stairs, _ in units],
        },
        geometry=gpd.GeoSeries([shape for *_, shape in units], crs=CRS)
        .translate(WEST, SOUTH)
        .to_numpy(),
        index=pd.Index([f"U{number}" for number in range(1, len(units) + 1)], name="unit_id"),
        crs=CRS,
    )
    frame.index = frame.index.astype("str")
    return replace(town, units=gpd.GeoDataFrame(with_dtypes(frame, UNITS)))


def row_of_homes(*counts, stairwells=(), rules=HOMES, households=0, cadres=0):
    """One parcel in the middle of fields, with buildings of so many households side by side."""
    wide = 30 * len(counts)
    stairs = list(stairwells) or [1] * len(counts)
    units = [
        ("building", count, stair, box(105 + 30 * at, 115, 125 + 30 * at, 130))
        for at, (count, stair) in enumerate(zip(counts, stairs, strict=True))
    ]
    return home_town(
        [(wide + 200, 250)],
        [("urban_res", box(100, 100, 100 + wide, 150))],
        units,
        rules=rules,
        households=households,
        cadres=cadres,
    )


def random_homes(seed):
    """Draw blocks between fields: houses wall to wall, slabs, towers, courtyards."""
    rng = np.random.default_rng(seed)
    ground, units = [], []
    for block in range(int(rng.integers(1, 4))):
        west = 20 + 170 * block
        ground.append(("urban_res", box(west, 20, west + 150, 130)))
        for row in range(4):
            south = 24 + 26 * row
            use = rng.choice(["houses", "slab", "tower", "yard"], p=[0.5, 0.25, 0.1, 0.15])
            if use == "slab":
                stairs = int(rng.integers(2, 6))
                shape = box(west + 5, south, west + 145, south + 12)
                units.append(("building", stairs * int(rng.integers(12, 40)), stairs, shape))
                continue
            side = 28 if use == "tower" else 14
            for at in range(140 // side):
                left = west + 5 + at * side
                count = int(rng.integers(60, 100) if use == "tower" else rng.integers(3, 25))
                shape = box(left, south, left + (20 if use == "tower" else side), south + 14)
                units.append(("building", count, int(rng.integers(0, 2)), shape))
            if use == "yard":
                units.append(("compound", 0, 0, box(west + 4, south - 1, west + 62, south + 15)))
    return home_town([(560, 200)], ground, units)
