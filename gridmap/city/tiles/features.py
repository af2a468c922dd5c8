"""What tiles tell of a town, of its lowest given grids and of its micro-grids; no names of people.

From afar a town is one shape, nearer its lowest given grids are, and near its micro-grids. Borders
of larger grids are there in all nearer zooms.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.tiling.build import kind_of
from layers.contract.categories import RESIDUAL

__all__ = ["COLUMNS", "FARTHEST", "NEAREST", "OVERVIEW", "Sheet", "sheets_of"]

FARTHEST, OVERVIEW, NEAREST = 4, 11, 13
"""First zoom; last one in which all towns are in one file; last one of all. A unit of a tile is
1 m in the last at 35 degrees north, and viewers enlarge it further."""
COLUMNS = (
    *("grid_code", "name", "level", "kind", "parent_code", "category", "subclass"),
    *("area_m2", "load_h", "officers", "capacity_h"),
)
"""Columns of the table of grids that are needed, beside `geometry`."""
_MICRO = 12  # zoom from which micro-grids are drawn: 6 to 20 units of the screen across
_PARENT = 9
_TOLERANCE = 1e-6
_PLACES = 5  # of degrees: a metre


@dataclass(frozen=True)
class Sheet:
    """A layer of the tiles of a town: `towns`, `parents` or `grids`, and its zooms."""

    name: str
    frame: gpd.GeoDataFrame
    zooms: tuple[int, int]


def sheets_of(grids: gpd.GeoDataFrame) -> Iterator[Sheet]:
    """Give the layers of a town.

    Parameters
    ----------
    grids
        All grids of the town, with `COLUMNS`.

    Yields
    ------
    Layers with `code`, `name`, `kind` (category, sub-class of residual ground, or `exclusive`; of
    larger grids the one with the most ground), `load` and `capacity` in hours, and `officers` (how
    many posts of officers); of larger grids also `grids` (micro-grids in it), `over` (how many of
    them have more load than capacity), and `lon` and `lat` of a point for the name. A layer that
    has no shape is left out.
    """
    placed = grids[grids.geometry.notna() & ~grids.geometry.is_empty]
    micro = placed[placed["kind"] != "base"]
    base = placed[placed["kind"] == "base"].set_index("grid_code", drop=False)
    parents = base[base.index.isin(micro["parent_code"])]
    town = base[base["level"] == base["level"].min()]
    whole = pd.Series(town.index[0] if len(town) else "", index=micro.index)
    for sheet in (
        Sheet("towns", _sums(town, micro, whole), (FARTHEST, NEAREST)),
        Sheet("parents", _sums(parents, micro, micro["parent_code"]), (_PARENT, NEAREST)),
        Sheet("grids", _told(micro), (_MICRO, NEAREST)),
    ):
        if len(sheet.frame):
            yield sheet


def _told(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give what a tile tells of micro-grids, in the order of codes."""
    told = gpd.GeoDataFrame(
        {
            "code": grids["grid_code"],
            "name": grids["name"].fillna(""),
            "kind": _kinds(grids),
            "load": grids["load_h"].fillna(0.0).round(1),
            "capacity": grids["capacity_h"].fillna(0.0).round(1),
            "officers": grids["officers"].fillna(0).astype("int32"),
        },
        geometry=grids.geometry,
    )
    return told.sort_values("code", ignore_index=True)


def _kinds(grids: gpd.GeoDataFrame) -> pd.Series:
    """Give the classes that maps colour: categories, sub-classes, and exclusive grids."""
    kind = kind_of(grids).fillna("")
    kind = kind.where(kind != "", RESIDUAL.key)
    return kind.mask(grids["kind"] == "exclusive", "exclusive")


def _sums(larger: gpd.GeoDataFrame, micro: gpd.GeoDataFrame, inside: pd.Series) -> gpd.GeoDataFrame:
    """Give larger grids with the sums of the micro-grids in each.

    Parameters
    ----------
    larger
        By code.
    micro
        Micro-grids.
    inside
        Code of the larger grid that each lies in.
    """
    parts = pd.DataFrame(
        {
            "inside": inside,
            "kind": _kinds(micro),
            "area": micro["area_m2"],
            "load": micro["load_h"],
            "capacity": micro["capacity_h"],
            "officers": micro["officers"],
            "over": (micro["load_h"] > micro["capacity_h"] + _TOLERANCE).astype("int32"),
            "grids": np.int32(1),
        }
    )
    sums = parts.groupby("inside")[["load", "capacity", "officers", "over", "grids"]].sum()
    ground = parts.groupby(["inside", "kind"], sort=True)["area"].sum().reset_index()
    most = ground.loc[ground.groupby("inside")["area"].idxmax()].set_index("inside")["kind"]
    sums = sums.reindex(larger.index).fillna(0)
    points = shapely.get_coordinates(shapely.point_on_surface(larger.geometry.to_numpy()))
    points = points.reshape(-1, 2).round(_PLACES)
    told = gpd.GeoDataFrame(
        {
            "code": larger["grid_code"],
            "name": larger["name"].fillna(""),
            **dict(zip(("lon", "lat"), points.T, strict=True)),
            "kind": most.reindex(larger.index).fillna(""),
            **{name: sums[name].round(1) for name in ("load", "capacity")},
            **{name: sums[name].astype("int32") for name in ("officers", "over", "grids")},
        },
        geometry=larger.geometry,
    )
    return told.sort_values("code", ignore_index=True)
