"""What a town registers beside its ground: sites, objects, groups, boards, cases.

A town or a plan that has none of them holds an empty frame in their place.
"""

from typing import Any

import geopandas as gpd
import pandas as pd

from layers.contract.columns import (
    BOARDS,
    BUSINESS,
    CASES,
    CROSSWALK,
    GROUPS,
    MEMBERS,
    OBJECTS,
    SITES,
    empty_frame,
)

__all__ = ["ROWS", "empty_business", "empty_objects", "empty_rows", "empty_sites"]

# Tables without shapes: their columns, and the name of their index where rows have an id.
ROWS = {
    "groups": (GROUPS, "group_id"),
    "members": (MEMBERS, None),
    "crosswalk": (CROSSWALK, None),
    "boards": (BOARDS, "board_id"),
    "cases": (CASES, None),
}


def empty_objects(crs: Any) -> gpd.GeoDataFrame:
    """Make the OBJECTS of a town without registers."""
    return _shapes(empty_frame(OBJECTS, index="object_id"), crs)


def empty_business(crs: Any) -> gpd.GeoDataFrame:
    """Make the BUSINESS areas of a town that names none."""
    return _shapes(empty_frame(BUSINESS, index="area_id"), crs)


def empty_sites(crs: Any) -> gpd.GeoDataFrame:
    """Make the SITES of a town without exclusive grids."""
    return _shapes(empty_frame(SITES, index="site_id"), crs)


def empty_rows(table: str) -> pd.DataFrame:
    """Make one of the tables of `ROWS` without rows."""
    columns, index = ROWS[table]
    frame = empty_frame(columns, index=index or "row")
    return frame if index else frame.set_index(pd.RangeIndex(0))


def _shapes(frame: pd.DataFrame, crs: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], index=frame.index, crs=crs))
