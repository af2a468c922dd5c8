"""The small drawn plan with roads as context and stations as objects."""

import geopandas as gpd
import pandas as pd
import shapely
from small_plan import CRS, EAST, NORTH

from layers.contract.columns import CONTEXT, OBJECTS, with_dtypes


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


def station_objects(*places, street=0):
    """Make OBJECTS of class station at places from the town's corner; None for none."""
    rows = pd.DataFrame(
        {
            "register": "stations.csv",
            "class": "station",
            "category": "public_service",
            "name": [f"驿站{number}" for number in range(len(places))],
            "record": "",
            "size": ["临街" if number < street else "院内" for number in range(len(places))],
        },
        index=pd.Index([f"stations:{one}" for one in range(len(places))], name="object_id"),
    )
    shapes = [one and shapely.Point(EAST + one[0], NORTH + one[1]) for one in places]
    frame = gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS)
    return gpd.GeoDataFrame(with_dtypes(frame, OBJECTS))
