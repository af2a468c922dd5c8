"""Objects on the small plan for redrawing (`redraw_plan`), boards for it, and its rules on both."""

import geopandas as gpd
import pandas as pd
import shapely
from redraw_plan import CRS, at, draw

from gridmap.plan.objects import objects_on
from gridmap.plan.plan import Plan
from layers.contract.columns import BOARDS, OBJECTS, with_dtypes

__all__ = ["FIELDS", "boards_of", "objects_frame", "plan_with_objects"]

FIELDS = """
[[registers]]
file = "firms.csv"
category = "key_enterprise"
kind = "enterprise"
id_column = "id"
fields = ["法人", "行业"]
"""


def objects_frame(rows: list[dict]) -> gpd.GeoDataFrame:
    """Lay out objects: id, class, and place as (x, y) or a shape, or a record."""
    table = [
        {
            "register": "firms.csv",
            "class": row.get("class", "enterprise"),
            "category": row.get("category", "key_enterprise"),
            "name": row.get("name", row["id"]),
            "record": row.get("record", ""),
            "file_complete": not row.get("missing"),
            "missing": row.get("missing", ""),
            "sensitive": row.get("sensitive", False),
        }
        for row in rows
    ]
    shapes = [
        shapely.Point(at(*row["place"]))
        if isinstance(row.get("place"), tuple)
        else row.get("place")
        for row in rows
    ]
    index = pd.Index([f"firms:{row['id']}" for row in rows], dtype="str", name="object_id")
    frame = gpd.GeoDataFrame(pd.DataFrame(table, index=index), geometry=shapes, crs=CRS)
    return with_dtypes(frame, OBJECTS)


def plan_with_objects(*rows: dict, extra: str = FIELDS) -> Plan:
    """Make the small plan with objects on its patches."""
    plan = draw(extra)
    return plan.with_tables(objects=objects_on(objects_frame(list(rows)), plan.patches))


def boards_of(*rows: dict) -> pd.DataFrame:
    """Lay out boards: grid or thing, and what differs from a hung one of version 1."""
    table = [
        {
            "grid_code": row.get("grid", ""),
            "object_id": row.get("thing", ""),
            "place": row.get("place", ""),
            "version": row.get("version", "1"),
            "hung_on": row.get("hung_on", "2025-12-01"),
        }
        for row in rows
    ]
    index = pd.Index([f"boards:{n}" for n in range(1, len(rows) + 1)], dtype="str", name="board_id")
    return with_dtypes(pd.DataFrame(table, index=index), BOARDS)
