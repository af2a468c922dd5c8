"""Where households live as the buildings tell it: counts by building, by stairwell, on patches.

A town that counts households building by building need not share them out by area. For household
grids the ground is cut so that every building has a piece of its own; a building with more
households than one grid may have is cut stairwell by stairwell. Stairwells are taken to stand side
by side along the building, with households shared out evenly: no layer says better.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.tiling.build import kind_of
from boundaries.tiling.cells import sliced
from gridmap.rules import Rules
from layers.registers.joining import largest_overlap

__all__ = [
    "divided_buildings",
    "dwellings_of",
    "households_of_units",
    "indivisible_shapes",
    "shared_whole",
]

_INSIDE = 0.5  # share of a building that lies in a compound it belongs to


def divided_buildings(units: gpd.GeoDataFrame, rules: Rules) -> pd.Series:
    """Mark the buildings that are cut stairwell by stairwell.

    They have more households than one household grid may have, more than one stairwell, and lie in
    no compound, as a compound is never cut.

    Returns
    -------
    By unit; nowhere True where the rules make no household grids.
    """
    if not rules.household_grids.on or units.empty:  # a plan may have no layer of them
        return pd.Series(False, index=units.index)
    large = units["households"] > rules.household_grids.households[1]
    several = (units["kind"] == "building") & (units["stairwells"] > 1)
    return large & several & ~units.index.isin(_in_compounds(units))


def indivisible_shapes(units: gpd.GeoDataFrame, rules: Rules) -> np.ndarray:
    """Give what ground of household grids is shared out among: no border is drawn through one.

    Returns
    -------
    (m,) polygons: compounds, buildings outside them, and the slices of divided buildings.
    """
    free = (units["kind"] == "building") & ~units.index.isin(_in_compounds(units))
    kept = units[free | (units["kind"] == "compound")]
    return _sliced(kept, divided_buildings(units, rules))[0]


def dwellings_of(units: gpd.GeoDataFrame, rules: Rules) -> gpd.GeoDataFrame:
    """List where households are counted.

    Returns
    -------
    One row for each building with households, and for each compound or village group with some that
    holds no such building (its own number says less than those of its buildings): `unit`, its id,
    `kind`, and `households`. A divided building has a row for each stairwell.
    """
    counted = units[units["households"] > 0]
    homes = counted[counted["kind"] == "building"]
    others = counted[counted["kind"] != "building"]
    one, _ = _pairs(others.geometry.to_numpy(), homes.geometry.to_numpy())
    empty = ~np.isin(np.arange(len(others)), one)
    smaller = others[empty & (others["kind"] == "compound").to_numpy()]
    larger = others[empty & (others["kind"] == "village_group").to_numpy()]
    one, _ = _pairs(larger.geometry.to_numpy(), smaller.geometry.to_numpy())
    larger = larger[~np.isin(np.arange(len(larger)), one)]
    rows = gpd.GeoDataFrame(pd.concat([homes, smaller, larger]))
    shapes, row = _sliced(rows, divided_buildings(units, rules))
    number = np.bincount(row, minlength=len(rows))[row]
    whole = rows["households"].to_numpy()[row]
    at = np.arange(len(row)) - np.searchsorted(row, row)
    share = np.floor(whole * (at + 1) / number + 1e-9) - np.floor(whole * at / number + 1e-9)
    share = np.where(number > 1, share, whole)
    return gpd.GeoDataFrame(
        {
            "unit": rows.index.to_numpy()[row],
            "kind": rows["kind"].to_numpy()[row],
            "households": share,
        },
        geometry=shapes,
        crs=units.crs,
    )


def households_of_units(
    patches: gpd.GeoDataFrame, dwellings: gpd.GeoDataFrame, *, live_on: tuple[str, ...]
) -> np.ndarray:
    """Put the households of dwellings on patches.

    Those of a building are on the patch that holds most of it; those of a compound or a village
    group are shared out by area over its housing, in whole households.

    Returns
    -------
    (n,) households on each patch. Dwellings on no patch are lost here: see
    `gridmap.workflow.household_rows`.
    """
    result = np.zeros(len(patches))
    grounds = patches.geometry.to_numpy()
    is_home = (dwellings["kind"] == "building").to_numpy()
    homes = dwellings[is_home]
    at = largest_overlap(homes.geometry.to_numpy(), grounds)
    np.add.at(result, at[at >= 0], homes["households"].to_numpy()[at >= 0])
    housing = kind_of(patches).isin(live_on).to_numpy()
    tree = shapely.STRtree(grounds)
    for shape, households in zip(
        dwellings.geometry[~is_home], dwellings["households"][~is_home], strict=True
    ):
        rows = np.sort(tree.query(shape, predicate="intersects"))
        area = shapely.area(shapely.intersection(grounds[rows], shape))
        area = np.where(housing[rows], area, 0.0) if area[housing[rows]].sum() > 0 else area
        if area.sum() > 0:
            result[rows] += shared_whole(float(households), area)
    return result


def shared_whole(count: float, weights: np.ndarray) -> np.ndarray:
    """Share a number out by weight in whole numbers, the largest remainders first."""
    exact = count * weights / weights.sum()
    result = np.floor(exact + 1e-9)
    left = round(count - result.sum())
    result[np.argsort(result - exact, kind="stable")[:left]] += 1
    return result


def _sliced(units: gpd.GeoDataFrame, divided: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Shapes of units, divided ones stairwell by stairwell, and the row that each is of."""
    shapes: list[shapely.Geometry] = []
    row: list[int] = []
    cut = divided.reindex(units.index).to_numpy(dtype=bool)
    for at, (shape, stairwells) in enumerate(zip(units.geometry, units["stairwells"], strict=True)):
        parts = sliced(shape, int(stairwells)) if cut[at] else np.array([shape], dtype=object)
        shapes.extend(parts)
        row.extend([at] * len(parts))
    return np.array(shapes, dtype=object), np.array(row, dtype=np.int64)


def _in_compounds(units: gpd.GeoDataFrame) -> np.ndarray:
    """Ids of the buildings that lie in a compound."""
    homes = units[units["kind"] == "building"]
    compounds = units[units["kind"] == "compound"]
    _, home = _pairs(compounds.geometry.to_numpy(), homes.geometry.to_numpy())
    return homes.index.to_numpy()[np.unique(home)]


def _pairs(wholes: np.ndarray, parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which wholes hold most of which parts, as positions."""
    one, other = shapely.STRtree(parts).query(wholes, predicate="intersects")
    inside = shapely.area(shapely.intersection(wholes[one], parts[other]))
    keep = inside > _INSIDE * shapely.area(parts[other])
    return one[keep], other[keep]
