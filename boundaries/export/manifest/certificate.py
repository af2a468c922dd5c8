"""Proof on written numbers that grids tile: per parent no gap, no overlap, every patch once.

The proof needs no tolerance. Walk around every child counter-clockwise and around the parent
clockwise: where each edge is walked as often one way as the other, the children cover the parent
exactly once, because a sum of polygons without an outline is nothing. Only what does not cancel
is measured, to say where and how much.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

__all__ = ["Certificate", "certify"]

_LEFT_SHARE = 0.01  # by which ground left with a parent may differ from what the plan says of it
_LEAST_M2 = 0.01  # less is no ground
_DEGREES = "EPSG:4326"
_POINTS = 400_000  # of shapes that are walked around at a time: some 100 MB


@dataclass(frozen=True)
class Certificate:
    """What the check found.

    Attributes
    ----------
    holds
        Whether there is no fault.
    parents
        A row for each grid with ground that has grids below: `grid_code`, `parts` (how many),
        `gaps`, `gaps_m2`, `overlaps`, `overlaps_m2`, `left_m2`.
    patches
        `count`, `once` (how many lie in exactly one grid), `again` (ids that do not); None where
        no patches are written.
    leftovers
        Ground that a grid with grids below holds itself, left by the rules or as a unit's:
        `grid_code` of that grid, `patch_id` (None where no
        patches are written), `area_m2`.
    faults
        All that is wrong: `kind`, `grid_code`, `codes`, `area_m2`.
    """

    holds: bool
    parents: list[dict[str, Any]]
    patches: dict[str, Any] | None
    leftovers: list[dict[str, Any]]
    faults: list[dict[str, Any]] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """Give it as plain values, with the sums first."""
        return {
            "holds": self.holds,
            "gaps": sum(row["gaps"] for row in self.parents),
            "overlaps": sum(row["overlaps"] for row in self.parents),
            "parents": self.parents,
            "patches": self.patches,
            "leftovers": self.leftovers,
            "faults": self.faults,
        }


def certify(
    grids: gpd.GeoDataFrame,
    patches: gpd.GeoDataFrame | None = None,
    *,
    left: Mapping[str, float] | None = None,
) -> Certificate:
    """Check grids, and patches where there are any, on the numbers as they were read.

    Parameters
    ----------
    grids
        All grids of a file: `grid_code`, `parent_code`; null geometry for no ground.
    patches
        Its patches: `patch_id`, `grid_code` (null for ground left with its parent), `parent_code`.
    left
        Ground that grids with grids below hold themselves, in m² by code, as the plan says. Needed
        where no patches are written: nothing else tells it from a gap.
    """
    ground = _ground(grids, "grid_code")
    faults: list[dict[str, Any]] = [
        {"kind": kind, "grid_code": "", "codes": codes, "area_m2": None}
        for kind, codes in (
            ("repeated", _repeated(grids["grid_code"])),
            ("unsound", _unsound(ground)),
            ("orphaned", _orphans(grids)),
        )
        if codes
    ]
    if not faults:
        faults += _beside(ground)
    pieces = None if patches is None else _ground(patches, "patch_id")
    if patches is not None and pieces is not None:
        wrong = sorted({*_repeated(patches["patch_id"]), *_unsound(pieces)})
        if wrong:
            faults.append({"kind": "unsound patches", "grid_code": "", "codes": wrong,
                           "area_m2": None})  # fmt: skip
    rows, leftovers, more = _below(ground, pieces, left or {})
    faults += more
    counted = None
    if pieces is not None:
        counted, more = _patches(ground, pieces)
        faults += more
    return Certificate(not faults, rows, counted, leftovers, faults)


def _ground(frame: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """Give what has ground, by its key, rings by the right-hand rule."""
    solid = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    turned = shapely.orient_polygons(solid.geometry.to_numpy())
    columns = {
        name: solid[name].astype(object).where(solid[name].notna(), "").astype(str).to_numpy()
        for name in {key, "parent_code", "grid_code"}
    }
    index = pd.Index(columns.pop(key), name=key, dtype="object")
    made = gpd.GeoDataFrame(columns, index=index, geometry=turned, crs=frame.crs)
    return made[~made.index.duplicated()].sort_index()


def _repeated(codes: pd.Series) -> list[str]:
    return sorted({str(code) for code in codes[codes.duplicated()]})


def _unsound(ground: gpd.GeoDataFrame) -> list[str]:
    return [str(code) for code in ground.index[~shapely.is_valid(ground.geometry.to_numpy())]]


def _orphans(grids: pd.DataFrame) -> list[str]:
    above = grids["parent_code"].astype(object)
    known = above.isna() | (above == "") | above.isin(grids["grid_code"])
    return sorted(str(code) for code in grids["grid_code"][~known])


def _beside(ground: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Find grids without a parent that overlap one another."""
    top = ground[~ground["parent_code"].isin(ground.index)]
    return [
        {"kind": "overlap", "grid_code": "", "codes": pair, "area_m2": area}
        for pair, area in _overlaps(top)
    ]


def _below(
    ground: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame | None, left: Mapping[str, float]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Check every parent against its parts: rows, leftovers, faults."""
    parts = ground[ground["parent_code"].isin(ground.index)]
    rest = None
    if pieces is not None:
        held = pieces.assign(parent_code=_owners(pieces))
        rest = held[held["parent_code"].isin(parts["parent_code"])]
        parts = pd.concat([parts, rest])
    above = parts["parent_code"].to_numpy()
    codes = sorted(set(above))
    whole = ground.loc[codes]
    apart = _uncancelled(parts.geometry.to_numpy(), above, whole.geometry.to_numpy(), codes)
    rows, leftovers, faults = [], [], []
    groups = parts.groupby("parent_code", sort=False).indices
    for code in codes:
        row: dict[str, Any] = {
            "grid_code": code, "parts": len(groups[code]), "gaps": 0, "gaps_m2": 0.0,
            "overlaps": 0, "overlaps_m2": 0.0, "left_m2": 0.0,
        }  # fmt: skip
        rows.append(row)
        if rest is not None:
            row["left_m2"] = _measured(rest.geometry[rest["parent_code"] == code], ground.crs)
            row["parts"] -= int((rest["parent_code"] == code).sum())
        if code in apart:
            inside = parts.iloc[groups[code]]
            found, told = _measure(code, whole.geometry[code], inside, row, left.get(code, 0.0))
            faults += found
            leftovers += told
    if rest is not None:
        leftovers += [
            {"grid_code": code, "patch_id": str(piece), "area_m2": _area(shape, ground.crs)}
            for piece, code, shape in zip(
                rest.index, rest["parent_code"], rest.geometry, strict=True
            )
        ]
    return rows, leftovers, faults


def _patches(
    ground: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Check every lowest grid against its patches; patches left with a parent were part of it."""
    owners = _owners(pieces)
    is_lowest = ~ground.index.isin(ground["parent_code"])
    codes = sorted(set(ground.index[is_lowest]))
    inside = pieces[owners.isin(codes)].assign(owner=owners)
    apart = _uncancelled(
        inside.geometry.to_numpy(), inside["owner"].to_numpy(),
        ground.loc[codes].geometry.to_numpy(), codes,
    )  # fmt: skip
    astray = set(pieces.index[~owners.isin(ground.index)])
    again = sorted(astray | set(inside.index[inside["owner"].isin(apart)]))
    faults = [
        {"kind": "patches", "grid_code": code,
         "codes": sorted(inside.index[inside["owner"] == code]), "area_m2": None}
        for code in sorted(apart)
    ]  # fmt: skip
    if astray:
        faults.append({"kind": "astray", "grid_code": "", "codes": sorted(astray),
                       "area_m2": None})  # fmt: skip
    return {"count": len(pieces), "once": len(pieces) - len(again), "again": again}, faults


def _owners(pieces: pd.DataFrame) -> pd.Series:
    """Give the grid that each patch lies in directly."""
    return pieces["grid_code"].where(pieces["grid_code"] != "", pieces["parent_code"])


def _uncancelled(
    parts: NDArray[np.object_], above: NDArray[np.object_], wholes: NDArray[np.object_],
    codes: list[str],
) -> set[str]:  # fmt: skip
    """Name the parents whose outline is not, edge by edge, that of the sum of their parts."""
    number = {code: place for place, code in enumerate(codes)}
    group = np.array([number[code] for code in above], dtype=np.int64)
    in_order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[in_order], np.arange(len(codes) + 1))
    # Parents have no edge in common: so many at a time as have a bounded number of points.
    points = np.bincount(group, weights=shapely.get_num_coordinates(parts), minlength=len(codes))
    batch = (np.cumsum(points + shapely.get_num_coordinates(wholes)) // _POINTS).astype(np.int64)
    found: set[str] = set()
    for first in np.unique(batch, return_index=True)[1].tolist():
        last = int(np.searchsorted(batch, batch[first], side="right"))
        inside = in_order[starts[first] : starts[last]]
        groups = np.r_[group[inside], np.arange(first, last)]
        signs = np.r_[np.ones(len(inside), np.int64), -np.ones(last - first, np.int64)]
        apart = _open_groups(np.r_[parts[inside], wholes[first:last]], groups, signs)
        found |= {codes[one] for one in apart}
    return found


def _open_groups(
    shapes: NDArray[np.object_], groups: NDArray[np.int64], signs: NDArray[np.int64]
) -> list[int]:
    """Name the groups whose shapes, each walked around one way or the other, leave an edge."""
    polygons, shape_of = shapely.get_parts(shapes, return_index=True)
    rings, polygon_of = shapely.get_rings(polygons, return_index=True)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    if not len(points):
        return []
    _, place = np.unique(points.view(np.complex128).ravel(), return_inverse=True)
    same_ring = ring_of[:-1] == ring_of[1:]
    start, end = place[:-1][same_ring], place[1:][same_ring]
    shape = shape_of[polygon_of[ring_of[:-1][same_ring]]]
    low, high = np.minimum(start, end), np.maximum(start, end)
    way = np.sign(end - start) * signs[shape]
    group = groups[shape]
    order = np.lexsort((high, low, group))
    keys = np.column_stack([group, low, high])[order]
    first = np.r_[True, (keys[1:] != keys[:-1]).any(axis=1)]
    sums = np.add.reduceat(way[order], np.flatnonzero(first))
    return [int(one) for one in np.unique(keys[first, 0][sums != 0])]


def _measure(
    code: str, whole: shapely.Geometry, parts: gpd.GeoDataFrame, row: dict[str, Any], left: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Say where a parent differs from its parts, into its row too; faults and leftovers."""
    shapes, crs = shapely.make_valid(parts.geometry.to_numpy()), parts.crs
    union = shapely.union_all(shapes)
    open_ground = shapely.difference(shapely.make_valid(whole), union)
    gaps = [gap for gap in shapely.get_parts(open_ground) if _area(gap, crs) > _LEAST_M2]
    size = round(sum(_area(gap, crs) for gap in gaps), 2)
    over = _overlaps(parts)
    beyond = _area(shapely.difference(union, shapely.make_valid(whole)), crs)
    faults = [
        {"kind": "overlap", "grid_code": code, "codes": pair, "area_m2": area}
        for pair, area in over
    ]
    row["overlaps"], row["overlaps_m2"] = len(over), round(sum(area for _, area in over), 2)
    if beyond > _LEAST_M2:
        faults.append({"kind": "beyond", "grid_code": code, "codes": [], "area_m2": beyond})
    leftovers = []
    if left > 0 and abs(size - left) <= max(_LEAST_M2, left * _LEFT_SHARE):
        row["left_m2"] = size
        leftovers.append({"grid_code": code, "patch_id": None, "area_m2": size})
    elif gaps:
        row["gaps"], row["gaps_m2"] = len(gaps), size
        faults.append({"kind": "gap", "grid_code": code, "codes": [], "area_m2": size})
    if not faults and not leftovers:
        # The same ground, but corners that not all of its neighbours have.
        faults.append({"kind": "corners", "grid_code": code, "codes": [], "area_m2": 0.0})
    return faults, leftovers


def _overlaps(shapes: gpd.GeoDataFrame) -> list[tuple[list[str], float]]:
    """Find pairs that have ground in common, with how much."""
    sound = shapely.make_valid(shapes.geometry.to_numpy())
    first, second = shapely.STRtree(sound).query(sound, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    common = shapely.intersection(sound[first], sound[second])
    found = []
    for one, other, shape in zip(first, second, common, strict=True):
        area = _area(shape, shapes.crs)
        if area > _LEAST_M2:
            found.append((sorted([str(shapes.index[one]), str(shapes.index[other])]), area))
    return sorted(found)


def _measured(shapes: gpd.GeoSeries, crs: Any) -> float:
    return round(sum(_area(shape, crs) for shape in shapes), 2)


def _area(shape: shapely.Geometry, crs: Any) -> float:
    """Measure in m², on the ellipsoid where coordinates are degrees."""
    # TopoJSON names no system, and a copy for GCJ-02 maps has none: both are degrees.
    known = CRS(_DEGREES if crs is None else crs)
    if not known.is_geographic:
        return round(float(shapely.area(shape)), 2)
    geod = known.get_geod()
    size = geod.geometry_area_perimeter(shape)[0] if geod is not None else 0.0
    return round(abs(size), 2)
