"""The ground of a plan on the decimals of a file: the smallest is rounded, the rest joined of it.

Every grid above is the union of what was rounded, so that parent and parts agree to the last
decimal. What a reader may trust is checked on the very numbers that are written.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from boundaries.export.geojson.figures import number, owners_of
from boundaries.export.rounding import DECIMALS, RoundedTiling, is_tiling, round_tiling
from boundaries.topology.dissolve import dissolve
from boundaries.topology.neighbours import neighbours
from layers.location.datum import wgs_to_gcj

__all__ = ["WGS84", "Ground", "joined_ground", "rounded_ground", "transformed"]

WGS84 = "OGC:CRS84"
CRACK_M = 0.05  # narrower gaps between grids are cracks that snapping closes


@dataclass(frozen=True)
class Ground:
    """What was rounded.

    Attributes
    ----------
    shapes
        Polygons of grids by code, on whole units of the last decimal.
    pieces
        The smallest ground, of which they are joined: patches where these are written too.
    topology
        What the check found.
    mended
        Grids whose border moved by more than the rounding of its vertices.
    """

    shapes: gpd.GeoSeries
    pieces: gpd.GeoSeries
    topology: dict[str, Any]
    mended: list[str]


def rounded_ground(
    grids: gpd.GeoDataFrame,
    patches: gpd.GeoDataFrame,
    *,
    by_patch: bool,
    decimals: int,
    gcj02: bool = False,
) -> Ground:
    """Round the ground of a plan and join every grid of it.

    Parameters
    ----------
    grids, patches
        Tables of a plan in one work CRS, in order of their codes.
    by_patch
        Whether the patches themselves are rounded, and not the lowest grids.
    decimals
        Of a degree.
    gcj02
        Shifted to where GCJ-02 maps draw it.

    Raises
    ------
    BoundaryError
        If no valid tiling comes out.
    """

    def to_degrees(ground: gpd.GeoSeries, matched: bool) -> RoundedTiling:
        moved = transformed(ground, WGS84, gcj02=gcj02)
        return round_tiling(moved, matched=matched, decimals=decimals)

    ground = joined_ground(grids, patches, by_patch=by_patch, fit=to_degrees)
    if decimals < DECIMALS:
        ground.topology["neighbours"] = _other_neighbours(grids, ground.shapes)
    return ground


def joined_ground(
    grids: gpd.GeoDataFrame,
    patches: gpd.GeoDataFrame,
    *,
    by_patch: bool,
    fit: Callable[[gpd.GeoSeries, bool], RoundedTiling],
) -> Ground:
    """Bring the smallest ground of a plan into the numbers of a file and join every grid of it.

    Parameters
    ----------
    grids, patches, by_patch
        As `rounded_ground` has them.
    fit
        Gives the smallest ground as it is written; it is told whether the borders in the plan are
        shared vertex by vertex.

    Raises
    ------
    BoundaryError
        If `fit` does.
    """
    ground, owners = _smallest_ground(grids, patches, by_patch=by_patch)
    matched = is_tiling(ground.to_numpy(), gap_width=CRACK_M)
    rounded = fit(ground, matched)
    pieces = gpd.GeoSeries(rounded.shapes, index=ground.index)
    chains = _chains(grids)
    shapes = _unite(pieces, owners, chains).reindex(grids.index)
    topology = {
        **_topology(grids, shapes, _joined(owners, chains)),
        "valid_tiling_before_rounding": matched,
        "mended": sorted(set(owners[rounded.repaired])),
        "vanished": sorted(ground.index[rounded.vanished]),
        "largest_difference_to_parts_m2": _difference(grids, ground, owners, chains),
        "left_with_parents_m2": number(patches["area_m2"][patches["grid_code"] == ""].sum()),
    }
    return Ground(shapes, pieces, topology, topology["mended"])


def transformed(ground: gpd.GeoSeries, crs: Any, *, gcj02: bool = False) -> NDArray[np.object_]:
    """Transform polygons, every place once: neighbours have most vertices in common.

    Parameters
    ----------
    ground
        Polygons in any CRS.
    crs
        Where they are to lie; x is east or longitude, whatever order of axes it has.
    gcj02
        In degrees: shifted to where GCJ-02 maps draw them.
    """
    shapes = ground.to_numpy()
    points = shapely.get_coordinates(shapes)
    places, where = np.unique(points.view(np.complex128).ravel(), return_inverse=True)
    flat = places.view(np.float64).reshape(-1, 2)
    there = Transformer.from_crs(ground.crs, crs, always_xy=True)
    x, y = there.transform(flat[:, 0], flat[:, 1])
    moved = np.column_stack(wgs_to_gcj(x, y) if gcj02 else (x, y))
    return np.asarray(shapely.set_coordinates(shapes.copy(), moved[where]))


def _smallest_ground(
    grids: gpd.GeoDataFrame, patches: gpd.GeoDataFrame, *, by_patch: bool
) -> tuple[gpd.GeoSeries, pd.Series]:
    """Give the polygons that tile the town, and the grid that each lies in directly."""
    leaves = grids.index[~grids.index.isin(grids["parent_code"]) & grids["spatial"]]
    owner = owners_of(patches)
    if by_patch and len(patches):
        return patches.geometry, owner
    # Ground that a grid with parts holds itself, as left or as a unit's: the rest of that grid.
    rest = dissolve(patches.geometry, owner.where(~owner.isin(leaves), ""))
    ground = pd.concat([grids.geometry.loc[leaves], rest]).sort_index()
    return gpd.GeoSeries(ground, crs=grids.crs), pd.Series(ground.index, index=ground.index)


def _chains(grids: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Give every grid with all grids above it, lowest first."""
    parents = grids["parent_code"].to_dict()
    chains = {}
    for code in parents:
        chain, above = [code], parents[code]
        while above in parents and above not in chain:
            chain.append(above)
            above = parents[above]
        chains[code] = tuple(chain)
    return chains


def _unite(
    pieces: gpd.GeoSeries, owners: pd.Series, chains: Mapping[str, tuple[str, ...]]
) -> gpd.GeoSeries:
    """Give every grid the union of its ground, from the lowest up: of what was joined below it."""
    height = owners.map({code: len(chain) for code, chain in chains.items()})
    solid = ~pieces.is_empty
    found = [gpd.GeoSeries([], dtype="geometry")]
    for level in range(max((len(chain) for chain in chains.values()), default=0), 0, -1):
        own = solid & (height == level)
        below = found[-1]
        above = pd.Series([_above(chains[code]) for code in below.index], dtype="str")
        parts = np.r_[pieces[own].to_numpy(), below.to_numpy()]
        label = np.r_[owners[own].to_numpy(), above.to_numpy()]
        found.append(dissolve(gpd.GeoSeries(parts), pd.Series(label, dtype="str")))
    return gpd.GeoSeries(pd.concat(found), dtype="geometry")


def _above(chain: tuple[str, ...]) -> str:
    return chain[1] if len(chain) > 1 else ""


def _joined(owners: pd.Series, chains: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Name the grids that are joined of several pieces."""
    pieces = Counter(above for code in owners for above in chains.get(code, ()))
    return {code for code, count in pieces.items() if count > 1}


def _topology(grids: gpd.GeoDataFrame, shapes: gpd.GeoSeries, joined: set[str]) -> dict[str, Any]:
    """Say what a reader may trust, checked on the very numbers that are written."""
    levels = []
    for level, codes in grids.groupby("level").groups.items():
        solid = shapes.loc[codes].dropna()
        # Pieces that nothing was joined to are part of the tiling that rounding has proven.
        valid = joined.isdisjoint(codes) or is_tiling(solid.to_numpy())
        levels.append({"level": int(level), "grids": len(codes), "valid_tiling": valid})
    # Ground in no grid shows as a hole that the town did not have.
    top = grids.index[~grids["parent_code"].isin(grids.index)]
    gaps = max(0, _holes(shapes.loc[top].dropna()) - _holes(grids.geometry.loc[top]))
    valid = gaps == 0 and all(level["valid_tiling"] for level in levels)
    return {"valid_tiling": valid, "levels": levels, "gaps": gaps}


def _other_neighbours(
    grids: gpd.GeoDataFrame, shapes: gpd.GeoSeries
) -> dict[str, list[tuple[str, str]]]:
    """List pairs of a level whose border became a point, and those whose point became a border."""
    lost: set[tuple[str, str]] = set()
    new: set[tuple[str, str]] = set()
    for _, codes in grids.groupby("level").groups.items():
        before, after = (
            {
                (str(solid.index[left]), str(solid.index[right]))
                for left, right in neighbours(solid)[["left", "right"]].to_numpy()
            }
            for solid in (grids.geometry.loc[codes].dropna(), shapes.loc[codes].dropna())
        )
        lost |= before - after
        new |= after - before
    return {"lost": sorted(lost), "new": sorted(new)}


def _holes(shapes: gpd.GeoSeries) -> int:
    return int(shapely.get_num_interior_rings(shapely.get_parts(shapes.to_numpy())).sum())


def _difference(
    grids: gpd.GeoDataFrame,
    ground: gpd.GeoSeries,
    owners: pd.Series,
    chains: Mapping[str, tuple[str, ...]],
) -> float | None:
    """Measure the largest difference between a grid and the sum of its ground, in m²."""
    sums = dict.fromkeys(grids.index, 0.0)
    for area, code in zip(ground.area, owners, strict=True):
        for above in chains.get(code, ()):
            sums[above] += area
    apart = (pd.Series(sums) - grids.area.where(grids["spatial"], 0.0)).abs()
    return number(apart.max()) if sums else 0.0
