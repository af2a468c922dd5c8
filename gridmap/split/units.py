"""Units that no border of ours cuts: buildings, compounds, village groups, and their patches.

Patches are parcels, and parcels do not always end where a compound does. A patch is of the unit
that most of it lies in, and of one of which it holds a considerable part; the border between two
patches of a unit cuts it. What lies along the edge of a unit, within a tolerance, does not count:
the rest is its core.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.topology.common_area import common_area
from layers.contract.unchanged import while_unchanged
from layers.landuse.context import UNIT_KINDS

__all__ = ["WHOLE_KINDS", "cores", "ground_of_units", "members_of"]

WHOLE_KINDS = UNIT_KINDS[:2]
"""Buildings and compounds: these are never cut on ground of household grids, but by stairwells."""

# A border within so many metres of a unit's edge is the edge, drawn by another hand: houses are
# drawn to the decimetre, compounds and groups along the middle of streets or behind verges.
_EDGE_M = {"building": 1.0, "compound": 10.0, "village_group": 10.0}
# Of the core of a unit: with as much a patch is one of the unit's, wherever the rest of it lies. A
# building is cut by any border through its core; along compounds, parcels of others reach in.
_PART = {"building": 0.0, "compound": 1 / 3, "village_group": 1 / 3}
_DIGITS = 6  # of an area: what is lost in adding up decides nothing
_TRACE_M2 = 0.5  # of a core: less is noise of computing


def cores(units: gpd.GeoDataFrame) -> np.ndarray:
    """Take the tolerance of its kind off the edge of every unit; a small unit loses less.

    Returns
    -------
    (n,) polygons, in the order of `units`.
    """
    shapes = units.geometry.to_numpy()
    # A square loses an eighth of its side at most: three quarters of it are left.
    half = shapely.area(shapes) / np.maximum(2 * shapely.length(shapes), 1e-9)
    edge = np.minimum(units["kind"].map(_EDGE_M).to_numpy(dtype=float), half)
    return shapely.buffer(shapes, -edge, join_style="mitre")


def ground_of_units(patches: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Find where every unit lies that is on more than one patch.

    Parameters
    ----------
    patches
        The tiling.
    units
        UNITS in the same CRS.

    Returns
    -------
    One row for each patch that a unit has ground on: `patch` and `unit`, positions; `own`, whether
    most of the patch lies in the unit; `area_m2` of the unit's core on it; `is_member`, whether the
    patch is one of the unit's; `rank` of its kind: buildings come before compounds, and those
    before village groups, as one may hold others and the smaller is kept first. In order of rank
    and unit; the patch with most of a unit is its first.
    """
    return _ground_of_units(patches.geometry, units)


@while_unchanged
def _ground_of_units(ground: gpd.GeoSeries, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Answer `ground_of_units`; patches that are only labelled have the ground that they had."""
    shapes, whole = ground.to_numpy(), units.geometry.to_numpy()
    inner = cores(units)
    unit, patch = shapely.STRtree(shapes).query(whole)  # whose boxes meet
    inside = np.round(common_area(shapes, inner, patch, unit), _DIGITS)
    several = _on_several(shapes, whole, patch, unit, inside > 0.0)
    unit, patch, inside = unit[several], patch[several], inside[several]
    # Only what may be mostly inside but for the edge has to be looked at in full.
    size = shapely.area(shapes)[patch]
    own = 2 * inside > size
    open_ = np.flatnonzero(~own & (2 * _common_box(shapes[patch], whole[unit]) >= size))
    own[open_] = 2 * common_area(shapes, whole, patch[open_], unit[open_]) > size[open_]
    part = units["kind"].map(_PART).to_numpy(dtype=float)[unit] * shapely.area(inner)[unit]
    found = pd.DataFrame({"patch": patch, "unit": unit, "own": own, "area_m2": inside})
    found["is_member"] = own | (inside > np.maximum(part, _TRACE_M2))
    found["rank"] = units["kind"].map(UNIT_KINDS.index).to_numpy(dtype=np.int64)[unit]
    found = found[own | (inside > _TRACE_M2)]
    order = ["rank", "unit", "area_m2", "patch"]
    found = found.sort_values(order, ascending=[True, True, False, True], kind="stable")
    return found.reset_index(drop=True)


def _on_several(
    shapes: np.ndarray, whole: np.ndarray, patch: np.ndarray, unit: np.ndarray, sure: np.ndarray
) -> np.ndarray:
    """Mark the pairs of units that reach several patches; pairs that are `sure` do meet."""
    count = np.bincount(unit[sure], minlength=len(whole))
    asked = np.flatnonzero(~sure & (count[unit] < 2))
    meets = sure.copy()
    meets[asked] = shapely.intersects(whole[unit[asked]], shapes[patch[asked]])
    return np.bincount(unit[meets], minlength=len(whole))[unit] > 1


def _common_box(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Area of what the boxes around two shapes have in common, in m2: they share no more."""
    first, second = (shapely.bounds(shapes).reshape(-1, 4) for shapes in (one, other))
    low, high = np.maximum(first, second), np.minimum(first, second)
    sides = np.maximum(high[:, 2:] - low[:, :2], 0.0)
    return sides.prod(axis=1)


def members_of(patches: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Find the patches of every unit that has several: the rows that are members."""
    found = ground_of_units(patches, units)
    return found[found["is_member"]].reset_index(drop=True)
