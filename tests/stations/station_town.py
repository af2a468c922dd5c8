"""The small drawn plan with roads as context and stations as objects."""

import geopandas as gpd
import shapely
from small_plan import CRS, EAST, NORTH

from layers.contract.columns import CONTEXT, with_dtypes


def road_context(roads, *, crs=CRS, moved=True):
    """Make CONTEXT of roads: pairs of a class and the points of a line, from the town's corner."""
    east, north = (EAST, NORTH) if moved else (0.0, 0.0)
    frame = gpd.GeoDataFrame(
        {
            "kind": ["road"] * len(roads),
            "class": [one for one, _ in roads],
            "name": [""] * len(roads),
            "layer": ["roads.gpkg"] * len(roads),
        },
        geometry=[
            shapely.LineString([(x + east, y + north) for x, y in points]) for _, points in roads
        ],
        crs=crs,
    )
    return gpd.GeoDataFrame(with_dtypes(frame, CONTEXT))
