"""Grids that do not fit together made a tiling: overlaps cut, gaps given away, the rest named.

The deepest grids decide: a grid above is what those in it cover together.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.first_town.trees.changes import Change
from layers.contract.errors import Named

__all__ = ["fitted"]

_GAP_SHARE, _GAP_M2 = 0.05, 20_000.0  # of a parent: a larger gap is a grid of its own
_SNAP_M = 0.001


def fitted(grids: gpd.GeoDataFrame, changes: list[Change]) -> gpd.GeoDataFrame:
    """Make the children of every grid tile it, from the top down.

    Parameters
    ----------
    grids
        `code`, `parent_code`, `level`, `name` and areas in metres.
    changes
        Grows by what was done.
    """
    frame = grids.reset_index(drop=True)
    shapes = shapely.set_precision(frame.geometry.to_numpy(), _SNAP_M)
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=grids.crs))
    added = []
    for level in sorted(frame["level"].unique()):
        for at in np.flatnonzero(frame["level"] == level):
            parent = frame.iloc[at]
            below = np.flatnonzero(frame["parent_code"] == parent["code"])
            if len(below):
                added += _fit(frame, int(at), below, changes)
    whole = pd.concat([frame, *added], ignore_index=True) if added else frame
    return gpd.GeoDataFrame(whole[~whole.geometry.is_empty], crs=grids.crs)


def _fit(
    frame: gpd.GeoDataFrame, at: int, below: np.ndarray, changes: list[Change]
) -> list[gpd.GeoDataFrame]:
    parent = frame.geometry.iloc[at]
    name = str(frame["name"].iloc[at])
    shapes = frame.geometry.to_numpy().copy()
    left = parent
    for one in below:
        kept = _areas(shapely.intersection(shapes[one], left))
        lost = shapely.area(shapes[one]) - shapely.area(kept)
        if lost > 1.0:
            why = Named("cut where it overlaps or reaches out", "裁去重叠或超出上级的部分")
            size = f"−{lost / 10_000:,.2f} ha"
            changes.append(Change("ground", str(frame["name"].iloc[one]), "", size, why))
        left = _areas(shapely.difference(left, shapes[one]))
        shapes[one] = kept
    rest = shapely.area(left)
    added = []
    if rest > max(_GAP_M2, _GAP_SHARE * shapely.area(parent)):
        added.append(_rest_grid(frame, at, left))
        why = Named("ground of the parent in none of its grids", "上级范围内没有划给任何下级的部分")
        changes.append(Change("rest", f"{name}其余", "", f"{rest / 10_000:,.2f} ha", why))
    elif rest > 0:
        for piece in shapely.get_parts(left):
            near = below[shapely.length(shapely.intersection(shapes[below], piece)).argmax()]
            shapes[near] = _areas(shapely.union_all([shapes[near], piece]))
        if rest > 10.0:
            why = Named("small gaps given to the grid beside", "小缝隙并入相邻网格")
            changes.append(Change("ground", name, "", f"+{rest / 10_000:,.2f} ha", why))
    frame.geometry = gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)
    return added


def _rest_grid(frame: gpd.GeoDataFrame, at: int, ground: shapely.Geometry) -> gpd.GeoDataFrame:
    parent = frame.iloc[at]
    taken = set(frame["code"])
    number = 900
    while (code := f"{parent['code']}{number}") in taken:
        number += 1
    row = parent.to_dict() | {
        "code": code,
        "name": f"{parent['name']}其余",
        "level": int(parent["level"]) + 1,
        "parent_code": parent["code"],
        "households": "",
        "population": "",
        "geometry": ground,
    }
    return gpd.GeoDataFrame([row], geometry="geometry", crs=frame.crs)


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    """Keep the areas of a shape; lines and points that an overlay leaves are no ground."""
    parts = shapely.get_parts(shape)
    kept = parts[shapely.get_dimensions(parts) == 2]
    return shapely.union_all(kept) if len(kept) else shapely.Polygon()
