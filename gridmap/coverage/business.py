"""A department's own areas: their staff shared to the grids by the crosswalk, and their file."""

import numpy as np
import pandas as pd

from boundaries.export.areas import areas_geojson
from boundaries.export.geojson import DISCLAIMER
from boundaries.relations.departments import OUTSIDE
from boundaries.relations.shares import share_out
from gridmap.plan.notice import notice_line
from gridmap.plan.plan import Plan

__all__ = ["business_geojson", "staff_of_grids"]


def staff_of_grids(business: pd.DataFrame, crosswalk: pd.DataFrame) -> pd.DataFrame:
    """Share the staff of every area to the grids that it lies in, by its ground in each.

    Parameters
    ----------
    business, crosswalk
        BUSINESS and CROSSWALK of a plan.

    Returns
    -------
    `level`, `grid_code` and `staff`: whole numbers that make the staff of all areas at every level.
    What of an area lies outside the town takes none of its staff; an area that is wholly outside
    keeps its staff under `grid_code` "".
    """
    parts = []
    for (area, level), rows in crosswalk.groupby(["area_id", "level"], sort=True):
        inside = rows[rows["grid_code"] != OUTSIDE]
        rows = inside if len(inside) else rows
        staff = share_out(int(business.at[area, "staff"]), rows["share_of_area"].to_numpy())
        parts.append(pd.DataFrame({"level": level, "grid_code": rows["grid_code"], "staff": staff}))
    if not parts:
        return pd.DataFrame({"level": [], "grid_code": [], "staff": []}).astype(
            {"level": np.int64, "grid_code": "str", "staff": np.int64}
        )
    whole = pd.concat(parts).groupby(["level", "grid_code"], sort=True)["staff"].sum()
    return whole.reset_index()


def business_geojson(plan: Plan) -> bytes:
    """Write the business areas as GeoJSON in WGS84, each with the level-2 grids that it lies in.

    Parameters
    ----------
    plan
        The plan; `grids` of an area names them with the share of the area in each.
    """
    town, rows = plan.rules.town, plan.crosswalk
    inside = rows[(rows["level"] == 2) & (rows["grid_code"] != OUTSIDE)]
    told = inside["grid_code"] + ":" + inside["share_of_area"].map("{:.4f}".format)
    grids = told.groupby(inside["area_id"]).agg(";".join).reindex(plan.business.index)
    areas = plan.business.assign(area_m2=plan.business.area, grids=grids.fillna(""))
    head = {
        "what": "business areas",
        "town": {"code": town.code, "name": town.name, "name_en": town.name_en},
        "version": town.version,
        "credit": town.credit,
        "notice": notice_line(plan),
        "disclaimer": DISCLAIMER,
    }
    return areas_geojson(areas, head=head)
