"""Removing hairline mismatches, so that all levels of the hierarchy share borders exactly."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely

from boundaries.hierarchy.outlines import (
    GRID_M,
    HAIRLINE_M,
    NOISE_M2,
    name_of,
    name_of_zh,
    parts_of,
    polygonal,
    valid_grids,
)
from boundaries.overlay.lattice import moved, origin_of, settled
from layers.contract.columns import HIERARCHY, with_dtypes
from layers.contract.issues import Issue, make_issues

__all__ = ["repair_hierarchy"]

# Corners closer than this become one.
SNAP_M = 0.05
# Borders that move less than this on average have moved by rounding alone.
NOISE_M = 1e-3
# A detached bit of a grid smaller than this is left over from cleaning, not drawn by anybody.
CRUMB_M2 = 1.0


def repair_hierarchy(grids: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Make every level an exact tiling of the level above.

    The deepest grids are cleaned of hairline gaps and overlaps, then every grid above is dissolved
    from the ones below it, so that all levels share their borders vertex by vertex.

    Parameters
    ----------
    grids
        HIERARCHY frame without errors (see `require_sound_hierarchy`).

    Returns
    -------
    The repaired frame, and an ISSUES frame with a COV-3 row for every grid that lost or gained more
    than rounding (size in m²).
    """
    origin = origin_of(grids.geometry.to_numpy())
    near = moved(grids, origin)
    given = valid_grids(near)
    repaired = given.geometry.to_numpy().copy()
    levels = given["level"].to_numpy()
    deepest = np.flatnonzero(levels == levels.max())
    # In order of code, so that the order of rows in the file decides nothing.
    deepest = deepest[np.argsort(given.index.to_numpy()[deepest], kind="stable")]
    repaired[deepest] = _exact_tiling(repaired[deepest], given.geometry[levels == 1].union_all())
    for level in range(int(levels.max()) - 1, 0, -1):
        for at in np.flatnonzero(levels == level):
            below = (given["parent_code"] == given.index[at]).to_numpy() & (levels == level + 1)
            repaired[at] = shapely.coverage_union_all(repaired[below])
    repaired = settled(repaired)
    result = given.set_geometry(gpd.GeoSeries(repaired, index=given.index, crs=grids.crs))
    rows = make_issues(_repaired_rows(near, result), grids.crs)
    result = gpd.GeoDataFrame(with_dtypes(moved(result, origin.back), HIERARCHY))
    return result, moved(rows, origin.back)


def _exact_tiling(polygons: np.ndarray, outline: shapely.Geometry) -> np.ndarray:
    """Close hairline gaps up to the outline, resolve hairline overlaps, share all vertices."""
    covered = shapely.union_all(polygons, grid_size=GRID_M)
    gaps = parts_of(shapely.difference(outline, covered, grid_size=GRID_M))
    filled = polygons.copy()
    # Snapping alone would not close a slit that is open at the outline of the town.
    tree = shapely.STRtree(polygons)
    for gap in gaps:
        for at in np.sort(tree.query(gap.buffer(HAIRLINE_M))):
            reach = shapely.buffer(polygons[at], HAIRLINE_M, join_style="mitre")
            taken = polygonal(shapely.intersection(gap, reach, grid_size=GRID_M))
            filled[at] = polygonal(shapely.union(filled[at], taken, grid_size=GRID_M))
            gap = polygonal(shapely.difference(gap, reach, grid_size=GRID_M))
    whole = np.array([_without_crumbs(polygon) for polygon in _clean(filled)])
    return _clean(whole)


def _clean(polygons: np.ndarray) -> np.ndarray:
    return np.asarray(
        shapely.coverage_clean(polygons, gap_width=HAIRLINE_M, snapping_distance=SNAP_M)
    )


def _without_crumbs(polygon: shapely.Geometry) -> shapely.Geometry:
    """Drop detached bits that cleaning cuts off; the neighbours close the gap."""
    parts = parts_of(polygon)
    kept = [part for part in parts if part.area >= CRUMB_M2]
    return polygonal(shapely.MultiPolygon(kept or parts))


def _repaired_rows(given: gpd.GeoDataFrame, repaired: gpd.GeoDataFrame) -> Iterator[Issue]:
    changed = shapely.symmetric_difference(
        valid_grids(given).geometry.to_numpy(), repaired.geometry.to_numpy()
    )
    areas, lengths = shapely.area(changed), shapely.length(repaired.geometry.to_numpy())
    for at in np.flatnonzero(areas > NOISE_M2 + NOISE_M * lengths):
        code, row = str(repaired.index[at]), repaired.iloc[at]
        yield Issue(
            "COV-3",
            "info",
            f"{name_of(code, row)}: its border was moved by hairlines, "
            f"{areas[at]:,.2f} m² changed.",
            f"{name_of_zh(code, row)}：边界微调，变动 {areas[at]:,.2f} 平方米。",
            level=int(row["level"]),
            code=code,
            size=float(areas[at]),
            unit="m2",
            geometry=changed[at],
        )
