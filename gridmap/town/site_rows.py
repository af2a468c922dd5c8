"""What carving sites has done to the given grids, in rows: several grids, a rim, a grid in two."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.outlines import name_of, name_of_zh
from boundaries.topology.connected import number_parts
from boundaries.topology.neighbours import neighbours
from layers.contract.errors import Named
from layers.contract.issues import Issue
from layers.contract.phrases import few, few_texts

__all__ = ["carving_rows"]

_RIM_M = 1.0  # a shorter common border is a corner
_NAMED = 3  # exclusive grids that a sentence about many of them names


def carving_rows(
    pieces: gpd.GeoDataFrame,
    codes: dict[str, str],
    grids: gpd.GeoDataFrame,
    before: gpd.GeoDataFrame,
) -> Iterator[Issue]:
    """Say what has become of the given grids.

    Parameters
    ----------
    pieces
        The tiling of the deepest given grids by sites: `grid`, `site`, `top`.
    codes
        Code of the exclusive grid of each site.
    grids, before
        HIERARCHY with the exclusive grids, and without.

    Yields
    ------
    SITE-3 for a site in several grids (a warning where only the town holds all of it), SITE-4 for
    one along the rim of its parent, SITE-5 for a grid that is in more parts than before.
    """
    taken = pieces[pieces["top"] != ""]
    for site, rows in taken.groupby("top", sort=True):
        yield from _of_site(str(codes[str(site)]), sorted(rows["grid"].unique()), grids)
    touched = taken["grid"].unique()
    parts_before = _parts(before.geometry[touched])
    rest = pieces[pieces["top"] == ""]
    for grid in sorted(touched):
        own = rest.geometry[rest["grid"] == grid]
        parts = _parts_of_tiling(own)
        if parts > parts_before[grid]:
            there = taken.loc[taken["grid"] == grid, "top"].unique()
            yield _cut_in_two(grid, parts, sorted(codes[site] for site in there), grids, own)


def _of_site(code: str, inside: list[str], grids: gpd.GeoDataFrame) -> Iterator[Issue]:
    parent = str(grids.at[code, "parent_code"])
    own, over = grids.loc[code], grids.loc[parent]
    who, who_zh = _called(code, own)
    place, place_zh = name_of(parent, over), name_of_zh(parent, over)
    if len(inside) > 1:
        town = int(over["level"]) == 1
        named = few_texts([Named(f"{one!r}", one) for one in inside])
        more = " Its ground belongs to no village or community: check that this is meant."
        yield Issue(
            "SITE-3",
            "warning" if town else "info",
            f"{who} lies in {len(inside)} grids ({named.en}); it hangs under {place}, the lowest "
            f"grid that holds all of it.{more if town else ''}",
            f"{who_zh}跨 {len(inside)} 个网格（{named.zh}），归入能容纳其全部的最低一级："
            f"{place_zh}。{'其用地不属于任何村或社区，请确认。' if town else ''}",
            level=int(own["level"]),
            code=code,
            other_code=parent,
            geometry=own.geometry,
        )
    rim = shapely.intersection(shapely.boundary(own.geometry), shapely.boundary(over.geometry))
    length = float(shapely.length(rim))
    if length > _RIM_M:
        yield Issue(
            "SITE-4",
            "info",
            f"{who} runs along the rim of {place} for {length:,.0f} m.",
            f"{who_zh}沿{place_zh}边界 {length:,.0f} 米。",
            level=int(own["level"]),
            code=code,
            other_code=parent,
            size=length,
            unit="m",
            geometry=own.geometry,
        )


def _cut_in_two(
    grid: str, parts: int, sites: list[str], grids: gpd.GeoDataFrame, rest: gpd.GeoSeries
) -> Issue:
    row = grids.loc[grid]
    named = few([str(grids.at[code, "name"]) or code for code in sites], _NAMED)
    sizes = sorted(rest.area, reverse=True)
    return Issue(
        "SITE-5",
        "warning",
        f"{name_of(grid, row)} is cut into {parts} parts by exclusive grids ({named.en}); the "
        f"smallest has {sizes[-1]:,.0f} m2. Each part gets micro-grids of its own.",
        f"{name_of_zh(grid, row)}被专属网格{named.zh}分成 {parts} 块，"
        f"最小的 {sizes[-1]:,.0f} 平方米，各块分别划分微网格。",
        level=int(row["level"]),
        code=grid,
        other_code=sites[0],
        size=float(parts),
        unit="parts",
        geometry=row.geometry,
    )


def _called(code: str, row: pd.Series) -> tuple[str, str]:
    return f"Exclusive grid {code!r} ({row['name']})", f"专属网格 {code}（{row['name']}）"


def _parts(shapes: gpd.GeoSeries) -> dict[str, int]:
    return dict(zip(shapes.index, shapely.get_num_geometries(shapes.to_numpy()), strict=True))


def _parts_of_tiling(pieces: gpd.GeoSeries) -> int:
    """Count the connected parts of some pieces of a tiling."""
    pairs = neighbours(pieces.reset_index(drop=True))
    return len(np.unique(number_parts(len(pieces), pairs["left"], pairs["right"])))
