"""Whether grids that fitted together without a fault still do, from those that were redrawn alone.

Two polygons of a level can only gap, overlap or differ in vertices where they are no further apart
than `Limits.edge_gap_m`, and a grid can only leave its own parent. So a level without faults has
none after an edit when the redrawn grids and those beside them have none.
"""

import geopandas as gpd
import numpy as np
import shapely

from boundaries.validate.limits import Limits
from boundaries.validate.topology_checks import Fit, is_sound
from boundaries.validate.touched.differences import Differences

__all__ = ["still_fits"]


def still_fits(found: Differences) -> bool:
    """Say whether the plan after has no gap, overlap, overhang or unmatched edge.

    The plan before has none. False means that it has one or that it cannot be told from the grids
    that were redrawn: then everything has to be looked at.
    """
    tables = found.after
    grids = gpd.GeoDataFrame(tables.grids[tables.grids["spatial"]])
    shapes = grids.geometry.to_numpy()
    redrawn = grids.index.isin(list(found.shapes))
    if not is_sound(shapes[redrawn]).all():
        return False
    before = found.before.grids
    was = before[before.index.isin(list(found.shapes)) & before["spatial"]]
    for level in np.union1d(grids["level"][redrawn], was["level"]):
        here = (grids["level"] == level).to_numpy()
        gone = was.geometry[was["level"] == level].to_numpy()
        if not _match(shapes[here], redrawn[here], gone, tables.limits, tables.limits.edge_gap_m):
            return False
    return _families_filled(found, grids) and _patches_match(found)


def _match(
    shapes: np.ndarray, redrawn: np.ndarray, gone: np.ndarray, limits: Limits, gap_m: float
) -> bool:
    """Whether redrawn polygons of a level, and those beside them, share their vertices."""
    boxes, reach = shapely.bounds(shapes), 2 * limits.edge_gap_m + 1.0  # more than any rule looks
    near = _near(boxes, np.concatenate([boxes[redrawn], shapely.bounds(gone)]), reach)
    rows = np.flatnonzero(_near(boxes, boxes[near], reach))
    if not is_sound(shapes[rows]).all():
        return False
    edges = shapely.coverage_invalid_edges(shapes[rows], gap_width=gap_m)
    return bool(shapely.is_empty(edges[near[rows]]).all())


def _near(boxes: np.ndarray, others: np.ndarray, reach: float) -> np.ndarray:
    """Mask of the boxes within reach of one of the others."""
    hit = np.zeros(len(boxes), dtype=bool)
    if not len(others):
        return hit
    west, south, east, north = (boxes + np.array([-reach, -reach, reach, reach])).T
    left, bottom = others[:, :2].min(axis=0)
    right, top = others[:, 2:].max(axis=0)
    some = np.flatnonzero((west <= right) & (east >= left) & (south <= top) & (north >= bottom))
    wide = shapely.box(west[some], south[some], east[some], north[some])
    hit[some[shapely.STRtree(shapely.box(*others.T)).query(wide)[0]]] = True
    return hit


def _families_filled(found: Differences, grids: gpd.GeoDataFrame) -> bool:
    """Whether the grids above what changed are filled, and nothing reaches outside them."""
    tables = found.after
    redrawn = grids.index.isin(list(found.shapes))
    parents = set(grids["parent_code"][redrawn]) | found.families
    parents |= set(grids.index[redrawn & (grids["kind"] != "micro")])
    own = grids[grids.index.isin(list(parents)) | grids["parent_code"].isin(list(parents))]
    ground = tables.patches[tables.patches["parent_code"].isin(list(parents))]
    fit = Fit(gpd.GeoDataFrame(own), gpd.GeoDataFrame(ground), tables.limits)
    mine = [parent for _, parent, _ in fit.outside if parent in parents]
    return not mine and not [code for code, *_ in fit.uncovered if code in parents]


def _patches_match(found: Differences) -> bool:
    """Whether patches that were cut, and those beside them, share their vertices."""
    if not found.redrawn:
        return True
    patches, before = found.after.patches, found.before.patches
    redrawn = patches.index.isin(list(found.redrawn))
    gone = before.geometry.to_numpy()[before.index.isin(list(found.redrawn))]
    return _match(patches.geometry.to_numpy(), redrawn, gone, found.after.limits, 0.0)
