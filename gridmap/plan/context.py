"""The part of a town's context that a plan keeps: roads, water, buildings and names in and near it.

A plan is opened where the town's files are not: on another office's PC, on a cadre's phone. What
makes a place recognisable on its maps therefore lies in the plan itself.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gridmap.town.surroundings import empty_context
from layers.contract.columns import CONTEXT, with_dtypes

__all__ = ["NEAR_M", "context_near"]

NEAR_M = 300.0  # how far beyond the border of the town the context is kept
WHOLE = ("building", "place", "point")  # kept as they are or left out, never cut


def context_near(
    context: gpd.GeoDataFrame, town: shapely.Geometry, *, metres: float = NEAR_M
) -> gpd.GeoDataFrame:
    """Keep what lies in a town or near it.

    Lines and areas are cut at the distance; a building is kept whole or left out, as half a
    building would be recognised by nobody.

    Parameters
    ----------
    context
        CONTEXT in the work CRS, in metres.
    town
        Outline of the town in the same CRS.
    metres
        How far from the outline, in metres.

    Returns
    -------
    CONTEXT with rows 0, 1, …, in the order given; without heights, and without rows of which
    nothing lies near.
    """
    if context.empty:
        return empty_context(context.crs)
    shapes = shapely.force_2d(context.geometry.to_numpy())
    reach = shapely.buffer(town, metres)
    shapely.prepare(reach)
    near = shapely.intersects(reach, shapes)
    across = near & ~context["kind"].isin(WHOLE).to_numpy() & ~shapely.contains(reach, shapes)
    shapes = shapes.copy()
    # What is cut in the plane of its own dimension alone: touching the edge leaves no point behind.
    cut = shapely.make_valid(shapes[across])
    cut = shapely.intersection(cut, reach)
    shapes[across] = _of_dimension(cut, shapely.get_dimensions(shapes[across]))
    near &= ~shapely.is_empty(shapes)
    kept = with_dtypes(context[near], CONTEXT).reset_index(drop=True)
    kept.index.name = "row"
    return gpd.GeoDataFrame(kept[[*CONTEXT]], geometry=shapes[near], crs=context.crs)


def _of_dimension(shapes: np.ndarray[Any, Any], wanted: Any) -> np.ndarray[Any, Any]:
    """Leave out what a cut has left of a lower dimension."""
    result = shapes.copy()
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    mixed |= shapely.get_dimensions(shapes) != wanted
    for place in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapes[place])
        parts = parts[shapely.get_dimensions(parts) == wanted[place]]
        result[place] = shapely.union_all(parts)
    return result
