"""A division as a map draws it: simplified ground, and the borders that come or go."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.topology.border_lines import border_pieces
from boundaries.topology.dissolve import dissolve
from gridmap.what_if.ground import PlanGround

__all__ = ["ground_shapes", "moved_borders"]

_STEPS_ACROSS = 3_000  # of detail: some metres in a town, so that a map can be looked into
_WHOLE_SIDES_M = 1e6


def ground_shapes(ground: PlanGround, zone: np.ndarray) -> gpd.GeoSeries:
    """Give the ground of each micro-grid of a division, thinned alike on both sides of a border.

    Parameters
    ----------
    ground
        Of a plan.
    zone
        (n,) micro-grid of each patch, -1 for none.

    Returns
    -------
    Polygons in the work CRS by number of micro-grid, in order.
    """
    labels = pd.Series(
        [f"{one:08d}" if one >= 0 else "" for one in zone], index=ground.patches.index
    )
    shapes = dissolve(ground.patches.geometry, labels)
    west, south, east, north = ground.patches.total_bounds
    step = max(east - west, north - south) / _STEPS_ACROSS
    thin = shapely.coverage_simplify(shapes.to_numpy(), step) if len(shapes) else shapes.to_numpy()
    index = pd.Index([int(code) for code in shapes.index], dtype="int64", name="zone")
    return gpd.GeoSeries(thin, index=index, crs=ground.plan.crs)


def moved_borders(ground: PlanGround, zone: np.ndarray) -> gpd.GeoSeries:
    """Give the borders that a division has and the plan has not, and the other way round.

    Returns
    -------
    Lines in the work CRS: `new` and `gone`; empty where there are none.
    """
    first, second = ground.graph.edges.T
    now = ground.zone[first] != ground.zone[second]
    then = zone[first] != zone[second]
    lines = [_lines(ground, then & ~now), _lines(ground, now & ~then)]
    return gpd.GeoSeries(lines, index=pd.Index(["new", "gone"]), crs=ground.plan.crs)


def _lines(ground: PlanGround, chosen: np.ndarray) -> shapely.Geometry:
    pairs = ground.graph.edges[chosen]
    if not len(pairs):
        return shapely.MultiLineString()
    pieces = border_pieces(ground.patches.geometry, pairs, step_m=_WHOLE_SIDES_M)
    return shapely.line_merge(shapely.multilinestrings([pieces.lines]))[0]
