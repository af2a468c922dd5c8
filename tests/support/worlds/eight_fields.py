"""Two villages of four fields of 1 ha side by side, with lines and units beside them."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
from blank_town import CRS, SOUTH, WEST, blank_town
from shapely import box
from shapely.affinity import translate

from layers.contract.columns import UNITS, with_dtypes

__all__ = ["context", "eight_fields", "place_of", "units"]

RULES = """
[load.default]
hectare = 10.0
[capacity]
officer_hours = 10.0
officers_max = {officers}
[borders]
near_m = 10.0
"""
# Two villages of four fields each; the last field of the second village is a pond.
FIELDS = [("farmland", box(x * 100, 0, x * 100 + 100, 100)) for x in range(7)]
FIELDS.append(("water", box(700, 0, 800, 100)))


def at(shape):
    return translate(shape, WEST, SOUTH)


def context(*rows):
    kinds, classes, shapes = zip(*rows, strict=True)
    columns = {"kind": list(kinds), "class": list(classes), "name": "", "layer": ""}
    return gpd.GeoDataFrame(columns, geometry=[at(shape) for shape in shapes], crs=CRS)


def units(*rows):
    kinds, shapes = zip(*rows, strict=True)
    columns = {"kind": list(kinds), "name": "", "layer": ""}
    index = pd.Index([f"U{number}" for number in range(len(rows))], name="unit_id", dtype="str")
    frame = gpd.GeoDataFrame(
        columns, geometry=[at(shape) for shape in shapes], index=index, crs=CRS
    )
    return gpd.GeoDataFrame(with_dtypes(frame, UNITS))


def eight_fields(rules="", *, officers=2, **frames):
    """The town, in which an officer carries one field; `frames` take the place of empty ones."""
    rules = RULES.format(officers=officers) + rules
    return replace(blank_town([(400, 100), (400, 100)], rules, ground=FIELDS), **frames)


def place_of(patches):
    """Metres from the western edge of the town to the middle of each field."""
    return (patches.geometry.centroid.x - WEST).round().astype(int)
