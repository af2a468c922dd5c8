"""Outlines of towns and of the areas above them, thinned for a map of the whole city.

They are derived of the grids of all towns. Ground is measured on the plans; these are to be seen.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gridmap.city.derived import CRS
from gridmap.city.folder import City
from layers.files.atomic import replacing

__all__ = ["OUTLINES", "area_outlines", "town_outlines", "write_outlines"]

OUTLINES = "towns.parquet"
_STEPS = 6_000  # across the city: a pixel of its map is several of them


def write_outlines(city: City) -> gpd.GeoDataFrame:
    """Write the outlines of all planned towns; corners that two towns share stay shared.

    Returns
    -------
    `town`, `area` and the thinned outline in EPSG:4490, in the order of towns; none where no town
    is planned.
    """
    towns = _thinned(city)
    if len(towns):
        with replacing(city.catalogue / OUTLINES, overwrite=True) as draft:
            towns.to_parquet(draft, index=False, compression="zstd")
    return towns


def _thinned(city: City) -> gpd.GeoDataFrame:
    path = city.catalogue / "grids.parquet"
    if not path.exists():
        return gpd.GeoDataFrame({"town": [], "area": []}, geometry=[], crs=CRS)
    grids = gpd.read_parquet(
        path, columns=["town", "area", "geometry"], filters=[("level", "==", 1)]
    )
    grids = grids[grids.geometry.notna() & ~grids.geometry.is_empty]
    thin = shapely.coverage_simplify(grids.geometry.to_numpy(), _step(grids))
    towns = grids.set_geometry(gpd.GeoSeries(thin, index=grids.index, crs=grids.crs))
    return towns.sort_values("town", ignore_index=True)


def town_outlines(city: City) -> gpd.GeoDataFrame:
    """Give the outlines as `write_outlines` does; thinned now where they are not there."""
    path = city.catalogue / OUTLINES
    return gpd.read_parquet(path) if path.exists() else _thinned(city)


def area_outlines(city: City, towns: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Dissolve the outlines of towns to those of the areas that they lie in, at every level.

    Parameters
    ----------
    city
        The city.
    towns
        What `town_outlines` gives, or some of its rows.

    Returns
    -------
    `level` (number of the level, 1 right below the top) and the outline, by `code` of the area;
    areas without a planned town are left out. Slits between two drawings of one border are closed.
    """
    levels = [level.key for level in city.settings.levels]
    inside: dict[str, list[Any]] = {one.code: [] for one in city.settings.areas}
    for area, shape in zip(towns["area"], towns.geometry, strict=True):
        if area in inside:
            inside[area].append(shape)
    slit = 4 * _step(towns) if len(towns) else 0.0
    rows = []
    # An area is joined of those below it, which stand after it, and of the towns right in it.
    for one in reversed(city.settings.areas):
        if inside[one.code]:
            shape = _joined(inside[one.code], slit)
            rows.append((one.code, levels.index(one.level), shape))
            if one.parent in inside:
                inside[one.parent].append(shape)
    rows.reverse()
    codes, numbers, shapes = zip(*rows, strict=True) if rows else ((), (), ())
    return gpd.GeoDataFrame(
        {"level": np.array(numbers, dtype=np.int64)},
        geometry=list(shapes),
        index=list(codes),
        crs=CRS,
    ).rename_axis("code")


def _step(towns: gpd.GeoDataFrame) -> float:
    """Degrees that a corner may move by."""
    west, south, east, north = towns.total_bounds
    return float(max(east - west, north - south)) / _STEPS


def _joined(shapes: list[Any], slit: float) -> shapely.Geometry:
    grown = shapely.buffer(shapely.union_all(shapes), slit, join_style="mitre", mitre_limit=2)
    return shapely.buffer(grown, -slit, join_style="mitre", mitre_limit=2)
