"""Staff of a department's own areas shared to the grids by the crosswalk."""

import numpy as np
import pandas as pd

from boundaries.hierarchy.crosswalk import OUTSIDE, share_out

__all__ = ["staff_of_grids"]


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
