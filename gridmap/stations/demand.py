"""Where people and ground of a town are: places in patches, each with its share of both.

People live where households are counted. Their number comes from the population of the deepest
grid above that gives one; a town that gives none is measured in households.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.ancestors import ancestor_rows
from gridmap.plan.plan import Plan

__all__ = ["demand_places", "people_of_patches"]

Array = np.ndarray[Any, Any]
MOST_PLACES = 20_000
FINEST_M, COARSEST_M = 10.0, 100.0


def demand_places(plan: Plan) -> tuple[pd.DataFrame, float]:
    """Lay places over the patches of a plan.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    A frame with `x`, `y` (metres), `patch` (row of the patch), `area_m2`, `households` and
    `people` (nan where the town gives no population), and the distance between places in metres.
    Every patch has at least one place; the sums are those of the patches.
    """
    patches = plan.patches
    cell_m = _cell(float(patches["area_m2"].sum()))
    xy, row = _lattice(patches, cell_m)
    count = np.bincount(row, minlength=len(patches))
    share = 1.0 / count[row]
    people = people_of_patches(plan)
    frame = pd.DataFrame(
        {
            "x": xy[:, 0],
            "y": xy[:, 1],
            "patch": row,
            "area_m2": patches["area_m2"].to_numpy()[row] * share,
            "households": patches["households"].to_numpy()[row] * share,
            "people": people[row] * share,
        }
    )
    return frame, cell_m


def people_of_patches(plan: Plan) -> Array:
    """Share the population of the grids out over their patches, by households.

    Returns
    -------
    People of each patch. A patch takes the people a household of the deepest grid above it that
    gives a population; nan for all patches where no grid does.
    """
    grids, patches = plan.grids, plan.patches
    population = grids.get("population", pd.Series(0.0, index=grids.index)).to_numpy(dtype=float)
    population = np.nan_to_num(population)
    levels, lines = ancestor_rows(grids)
    code = patches["grid_code"].where(patches["grid_code"] != "", patches["parent_code"])
    own = grids.index.get_indexer(code)
    households = patches["households"].to_numpy(dtype=float)
    above = np.where(own[:, None] >= 0, lines[own], -1)
    sums = np.zeros(len(grids))
    for column in above.T:
        np.add.at(sums, column[column >= 0], households[column >= 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where((population > 0) & (sums > 0), population / sums, np.nan)
    each = np.append(each, np.nan)  # of nobody's row
    per_household = np.full(len(patches), np.nan)
    for place in np.argsort(levels, kind="stable"):  # the deepest has the last word
        found = each[above[:, place]]
        per_household = np.where(np.isnan(found), per_household, found)
    if np.isnan(per_household).all():
        return per_household
    return households * np.nan_to_num(per_household)


def _cell(area_m2: float) -> float:
    """Choose the distance of places so that a town has some twenty thousand."""
    side = np.ceil(np.sqrt(area_m2 / MOST_PLACES))
    return float(np.clip(side, FINEST_M, COARSEST_M))


def _lattice(patches: gpd.GeoDataFrame, cell_m: float) -> tuple[Array, Array]:
    """Give the middles of the cells that lie in each patch; one place in a patch without any."""
    low_x, low_y, high_x, high_y = patches.total_bounds
    x = np.arange(np.floor(low_x / cell_m) + 0.5, high_x / cell_m) * cell_m
    y = np.arange(np.floor(low_y / cell_m) + 0.5, high_y / cell_m) * cell_m
    middle = np.column_stack([np.repeat(x, len(y)), np.tile(y, len(x))])
    shapes = patches.geometry.to_numpy()
    place, row = patches.sindex.query(shapely.points(middle), predicate="intersects")
    # A place on a border belongs to the first of its patches.
    order = np.lexsort([row, place])
    place, row = place[order], row[order]
    once = np.r_[True, place[1:] != place[:-1]] if len(place) else np.zeros(0, dtype=bool)
    place, row = place[once], row[once]
    bare = np.setdiff1d(np.arange(len(patches)), row)
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes[bare]))
    return np.vstack([middle[place], inside]), np.r_[row, bare]
