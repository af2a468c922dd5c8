"""A division of the ground: pieces with what lies on them, and the unit that each piece is of.

A plan is measured on its patches. Of a division that a file with its own codes makes only the
ground is known.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.export.geojson.figures import figures_of, number, owners_of
from boundaries.hierarchy.ancestors import ancestors
from boundaries.relations.overlay import NOTHING_M2

__all__ = ["MEASURES", "UNITS", "WITHOUT_LEVELS", "Division", "Overlap", "areas_division",
           "codes_of_pieces", "plan_division"]  # fmt: skip

MEASURES = ("households", "load_h")
WITHOUT_LEVELS = 0  # the level of units that have none
UNITS = {"name": "str", "level": "int64", "area_m2": "float64", "households": "float64",
         "load_h": "float64"}  # fmt: skip


@dataclass(frozen=True)
class Division:
    """A division.

    Attributes
    ----------
    ground
        Pieces without overlaps, in metres, with `households` and `load_h`; NaN for not known.
    codes
        The unit of each piece on each level, "" for none: a column a level, rows as in `ground`.
    units
        By code: `name`, `level`, and as its own files write them `area_m2`, whole `households`,
        `load_h` to a hundredth; NaN for not known.
    """

    ground: gpd.GeoDataFrame
    codes: pd.DataFrame
    units: pd.DataFrame

    @property
    def levels(self) -> list[int]:
        """The levels of its units, the highest first."""
        return [int(level) for level in self.codes.columns]


@dataclass(frozen=True)
class Overlap:
    """Ground that two units of a file both have: it is counted for the first."""

    first: str
    second: str
    area_m2: float


def codes_of_pieces(grids: pd.DataFrame, owners: pd.Series) -> pd.DataFrame:
    """Give the grid of every level that each piece lies in, by that which it lies in directly."""
    line = ancestors(grids[["level", "parent_code"]])
    found = line.reindex(owners.to_numpy()).fillna("")
    return found.set_axis(owners.index, axis=0)


def plan_division(grids: gpd.GeoDataFrame, patches: gpd.GeoDataFrame) -> Division:
    """Give the division of a plan.

    Parameters
    ----------
    grids, patches
        GRIDS and PATCHES of a plan.
    """
    known = figures_of(grids, patches)
    units = pd.DataFrame(
        {
            "name": grids["label"].where(grids["label"] != "", grids["name"]),
            "level": grids["level"].to_numpy(),
            "area_m2": [number(area) for area in grids["area_m2"]],
            "households": [known[str(code)]["households"] for code in grids.index],
            "load_h": [known[str(code)]["load_h"] for code in grids.index],
        },
        index=grids.index,
    ).astype(UNITS)  # fmt: skip
    ground = patches[[*MEASURES, patches.geometry.name]].copy()
    for measure in MEASURES:
        if units[measure].isna().all():
            ground[measure] = float("nan")
    return Division(ground, codes_of_pieces(grids, owners_of(patches)), units)


def areas_division(areas: gpd.GeoDataFrame) -> tuple[Division, list[Overlap]]:
    """Give the division that a file with its own codes makes.

    Parameters
    ----------
    areas
        Valid polygons by code with `name`, in metres.

    Returns
    -------
    The division, and the ground that two of its units both have: it is the first one's.
    """
    areas = areas.sort_index()
    shapes = areas.geometry.to_numpy().copy()
    overlaps = []
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for row, later in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        if row < later:
            area = shapely.area(shapely.intersection(shapes[row], shapes[later]))
            if area > NOTHING_M2:
                shapes[later] = shapely.difference(shapes[later], shapes[row])
                overlaps.append(
                    Overlap(str(areas.index[row]), str(areas.index[later]), float(area))
                )
    ground = gpd.GeoDataFrame(
        dict.fromkeys(MEASURES, np.full(len(areas), np.nan)), index=areas.index, geometry=shapes,
        crs=areas.crs,
    )  # fmt: skip
    units = pd.DataFrame(
        {"name": areas["name"], "level": WITHOUT_LEVELS, "area_m2": shapely.area(shapes).round(2),
         **dict.fromkeys(MEASURES, float("nan"))},
        index=areas.index,
    ).astype(UNITS)  # fmt: skip
    codes = pd.DataFrame({WITHOUT_LEVELS: areas.index.astype("str")}, index=areas.index)
    return Division(ground, codes, units), overlaps
