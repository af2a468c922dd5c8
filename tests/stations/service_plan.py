"""The small drawn plan with two stations, case counts and business areas."""

import geopandas as gpd
import pandas as pd
from small_plan import CRS, small_plan, square
from station_town import road_context, station_objects

from gridmap.plan.plan import Plan
from gridmap.workflow.departments import with_departments
from layers.contract.columns import BUSINESS, CASES, with_dtypes

__all__ = ["service_plan"]

ROADS = [("street", [(0, 0), (400, 0)]), ("street", [(200, 0), (200, 200)])]


def service_plan() -> Plan:
    cases = pd.DataFrame(
        {
            "grid_code": ["W", "W02", "E", "W", "Z"],
            "period": "2025",
            "class": "",
            "base": ["平台", "平台", "平台", "受理", "平台"],
            "found": [40.0, 7.0, 3.0, None, 9.0],
            "filed": [None, None, None, 500.0, None],
            **dict.fromkeys(("dispatched", "handled", "verified", "closed", "other"), float("nan")),
            "flag": "",
            "source": "cases.csv",
        },
        index=["2", "3", "4", "5", "6"],
    )
    areas = gpd.GeoDataFrame(
        {"department": "城管局", "name": ["东片", "西片"], "staff": [301, 261]},
        geometry=[square(150, 0, 250, 200), square(0, 0, 150, 200)],
        index=pd.Index(["X1", "X2"], name="area_id", dtype="str"),
        crs=CRS,
    )
    plan = small_plan().with_tables(
        objects=station_objects((50, 10), (60, 20), street=1), context=road_context(ROADS)
    )
    made, _ = with_departments(
        plan,
        gpd.GeoDataFrame(with_dtypes(cases, CASES), geometry=[None] * len(cases), crs=CRS),
        gpd.GeoDataFrame(with_dtypes(areas, BUSINESS)),
    )
    return made
