"""Patches matched to the grids of a source by the ground they share.

A patch goes to the grid that holds most of it. Parts that are no more than noise of drawing (by the
rules on slivers) count for nothing; ground in no grid counts as a grid of its own.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.rules import Rules

__all__ = ["NOWHERE", "Match", "flattened", "homes_of", "is_solid", "match"]

NOWHERE = -1  # in the place of a grid: ground in none
# Of a grid: a smaller part in another given grid is noise of its border, not a second place.
_PART = 0.05


@dataclass(frozen=True)
class Match:
    """Where patches lie in the grids of a source.

    `parts` has a row for every solid part: `patch` and `grid` (positions), `m2`, `share` of the
    patch; by patch, largest first. `best` is the grid of every patch, or `NOWHERE`.
    """

    parts: pd.DataFrame
    best: np.ndarray

    @property
    def straddling(self) -> np.ndarray:
        """Positions of the patches with solid parts in several grids, or in one and in none."""
        count = np.bincount(self.parts["patch"], minlength=len(self.best))
        return np.flatnonzero(count > 1)


def is_solid(shapes: np.ndarray, rules: Rules) -> np.ndarray:
    """Mark the shapes that are no slivers by the rules of the town."""
    area, length = shapely.area(shapes), shapely.length(shapes)
    least = rules.tiling
    solid: np.ndarray = (area >= max(least.sliver_area_m2, 1e-6)) & (
        2 * area >= least.sliver_width_m * length
    )
    return solid


def flattened(shapes: np.ndarray, rules: Rules) -> tuple[np.ndarray, pd.DataFrame]:
    """Give ground that several grids claim to the first of them.

    Returns
    -------
    The shapes without overlaps, and a row for every pair that overlapped: `one`, `two`
    (positions), `m2`, `same` (both are the same ground) and `geometry`; noise of drawing is given
    away too, but is no row.
    """
    flat = shapes.copy()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = sorted((int(i), int(j)) for i, j in zip(one, two, strict=True) if i < j)
    rows = []
    for first, second in pairs:
        common = shapely.intersection(flat[first], flat[second])
        if common.area <= 0:
            continue
        if is_solid(np.array([common], dtype=object), rules)[0]:
            larger = max(shapes[first].area, shapes[second].area)
            rows.append((first, second, common.area, common.area > 0.99 * larger, common))
        flat[second] = shapely.difference(flat[second], flat[first])
    table = pd.DataFrame(rows, columns=["one", "two", "m2", "same", "geometry"])
    return flat, table


def homes_of(shapes: np.ndarray, given: gpd.GeoSeries) -> tuple[pd.DataFrame, np.ndarray]:
    """Say in which given grids the grids of a source lie.

    Parameters
    ----------
    shapes
        Grids of the source.
    given
        Ground of the lowest given grids, by code.

    Returns
    -------
    A row for every grid and given grid that share more than noise: `grid` (position), `parent`,
    `m2`, `share` of the grid's ground in the town, largest first; and the m² of every grid inside
    the town.
    """
    places, codes = given.to_numpy(), given.index.to_numpy(dtype=object)
    grid, place = shapely.STRtree(places).query(shapes, predicate="intersects")
    m2 = shapely.area(shapely.intersection(shapes[grid], places[place]))
    inside = np.bincount(grid, weights=m2, minlength=len(shapes))
    table = pd.DataFrame({"grid": grid, "parent": codes[place], "m2": m2})
    table["share"] = m2 / np.maximum(inside[grid], 1e-9)
    table = table[(table["share"] >= _PART) & (table["m2"] > 0)]
    table = table.sort_values(["grid", "m2", "parent"], ascending=[True, False, True])
    return table.reset_index(drop=True), inside


def match(
    patches: gpd.GeoDataFrame, shapes: np.ndarray, homes: pd.DataFrame, *, rules: Rules
) -> Match:
    """Match patches to grids.

    Parameters
    ----------
    patches
        Patches that may be in a micro-grid.
    shapes
        Grids of the source, flattened.
    homes
        What `homes_of` gave: a grid holds no patch of another given grid.
    rules
        What a sliver is.
    """
    ground = patches.geometry.to_numpy()
    patch, grid = shapely.STRtree(shapes).query(ground, predicate="intersects")
    allowed = set(zip(homes["grid"].tolist(), homes["parent"].tolist(), strict=True))
    parent = patches["parent_code"].to_numpy(dtype=object)
    fits = [pair in allowed for pair in zip(grid.tolist(), parent[patch].tolist(), strict=True)]
    common = shapely.intersection(ground[patch], shapes[grid])
    m2, area = shapely.area(common), shapely.area(ground)
    # Ground in a grid of another given grid is the noise of its border, not bare.
    rest = area - np.bincount(patch, weights=m2, minlength=len(ground))
    bare, gaps = _gaps(ground, patch, shapes[grid], rest, rules)
    patch, grid, m2, solid = (one[fits] for one in (patch, grid, m2, is_solid(common, rules)))
    table = pd.DataFrame(
        {
            "patch": np.r_[patch, bare],
            "grid": np.r_[grid, np.full(len(bare), NOWHERE)],
            "m2": np.r_[m2, shapely.area(gaps)],
            "solid": np.r_[solid, np.ones(len(bare), dtype=bool)],
        }
    )
    table["share"] = table["m2"] / area[table["patch"]]
    table = table.sort_values(["patch", "m2", "grid"], ascending=[True, False, True])
    first = table.drop_duplicates("patch")
    best = np.full(len(ground), NOWHERE)
    best[first["patch"]] = first["grid"]
    parts = table[table["solid"]].drop(columns="solid").reset_index(drop=True)
    return Match(parts.astype({"patch": "int64", "grid": "int64"}), best)


def _gaps(
    ground: np.ndarray, patch: np.ndarray, shapes: np.ndarray, rest: np.ndarray, rules: Rules
) -> tuple[np.ndarray, np.ndarray]:
    """Find the solid parts of patches that lie in no grid: positions and shapes."""
    rows = np.flatnonzero(rest >= max(rules.tiling.sliver_area_m2, 1e-6))
    found = []
    for row in rows.tolist():
        over = shapes[patch == row]
        found.append(
            shapely.difference(ground[row], shapely.union_all(over)) if len(over) else ground[row]
        )
    gaps = np.array(found, dtype=object)
    solid = is_solid(gaps, rules) if len(gaps) else np.zeros(0, dtype=bool)
    return rows[solid], gaps[solid]
