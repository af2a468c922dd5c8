"""Outlines of towns and of the areas above them, thinned for a map of the whole city.

They are derived of the grids of all towns. Ground is measured on the plans; these are to be seen.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from gridmap.city.derived import CRS
from gridmap.city.folder import City
from gridmap.city.joined import PARTS, identity_of
from layers.files.atomic import replacing, write_atomically

__all__ = ["OUTLINES", "area_outlines", "town_outlines", "write_outlines"]

OUTLINES = "towns.parquet"
# Notes are of this folder alone: a pattern that finds what is derived does not find them.
_DRAWN, _NOTES = "outlines.kept", "outlines.json"
_AREAS, _FORM = "areas.kept", 1  # the number counts ways to work them out
_STEPS = 6_000  # across the city: a pixel of its map is several of them


def write_outlines(city: City) -> None:
    """Write the outlines of all planned towns; corners that two towns share stay shared.

    Nothing is thinned where all outlines are as they were when that was done last.
    """
    drawn = _drawn(city)
    if drawn.empty:
        return
    target, notes = city.catalogue / OUTLINES, city.catalogue / PARTS / _NOTES
    digest = hashlib.sha256("\n".join([*drawn["town"], *drawn["area"]]).encode())
    for shape in shapely.to_wkb(drawn.geometry.to_numpy()):
        digest.update(shape)
    if target.exists() and _noted(notes) == [digest.hexdigest(), *identity_of(target)]:
        if not (city.catalogue / PARTS / _AREAS).exists():
            _keep_areas(city)
        return
    with replacing(target, overwrite=True) as draft:
        _thinned(drawn).to_parquet(draft, index=False, compression="zstd")
    told = json.dumps([digest.hexdigest(), *identity_of(target)])
    write_atomically(notes, told.encode(), overwrite=True)
    _keep_areas(city)


def town_outlines(city: City) -> gpd.GeoDataFrame:
    """Give the outlines as `write_outlines` writes them; thinned now where they are not there.

    Returns
    -------
    `town`, `area` and the thinned outline in EPSG:4490, in the order of towns; none where no town
    is planned.
    """
    path = city.catalogue / OUTLINES
    return gpd.read_parquet(path) if path.exists() else _thinned(_drawn(city))


def _thinned(drawn: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    towns = drawn.drop(columns="read_of")
    if towns.empty:
        return towns
    thin = shapely.coverage_simplify(towns.geometry.to_numpy(), _step(towns))
    return towns.set_geometry(gpd.GeoSeries(thin, index=towns.index, crs=towns.crs))


def _drawn(city: City) -> gpd.GeoDataFrame:
    """Give the outlines as they are drawn, read of the towns whose grids are others than before."""
    kept = city.catalogue / PARTS / _DRAWN
    before = _by_table(kept)
    rows, is_new = [], False
    for town in city.towns:
        path = city.derived_of(town.name) / "grids.parquet"
        try:
            read_of = json.dumps([town.name, *identity_of(path)])
        except FileNotFoundError:
            continue
        is_new |= read_of not in before
        shapes = before[read_of] if read_of in before else _read(path)
        rows += [(town.name, town.area, read_of, shape) for shape in shapes]
    names = ["town", "area", "read_of", "geometry"]
    drawn = gpd.GeoDataFrame(rows, columns=names, geometry="geometry", crs=CRS)
    drawn = drawn.astype(dict.fromkeys(names[:3], "str"))
    if is_new and city.catalogue.is_dir():
        kept.parent.mkdir(exist_ok=True)
        with replacing(kept, overwrite=True, private=True) as draft:
            drawn.to_parquet(draft, index=False, compression="zstd")
    return drawn


def _by_table(kept: Path) -> dict[str, list[Any]]:
    """Give the outlines that have been read before, by the table of grids that they are of."""
    before: dict[str, list[Any]] = {}
    try:
        known = gpd.read_parquet(kept)
        for read_of, shape in zip(known["read_of"], known.geometry, strict=True):
            before.setdefault(read_of, []).append(shape)
    except (OSError, ValueError, KeyError):
        return {}  # derived: read anew
    return before


def _read(path: Path) -> list[Any]:
    """Read the outline of a town of its grids."""
    with pq.ParquetFile(path) as file:
        table = file.read(columns=["level", "geometry"], use_threads=False)
    mine = table.filter(pc.equal(table["level"], 1))["geometry"]
    shapes = shapely.from_wkb(mine.to_numpy(zero_copy_only=False))
    return [shape for shape in shapes if shape is not None and not shape.is_empty]


def _noted(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


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
    They are those that `write_outlines` has kept, where these are of the same towns.
    """
    kept = _kept_areas(city, _made_of(city, towns))
    return _dissolved(city, towns) if kept is None else kept


def _keep_areas(city: City) -> None:
    """Keep the outlines of areas, so that whoever opens the city does not wait for them."""
    towns = town_outlines(city)
    made_of = _made_of(city, towns)
    if _kept_areas(city, made_of) is not None:
        return
    areas = _dissolved(city, towns).reset_index()
    path = city.catalogue / PARTS / _AREAS
    path.parent.mkdir(exist_ok=True)
    with replacing(path, overwrite=True, private=True) as draft:
        areas.assign(made_of=made_of).to_parquet(draft, index=False, compression="zstd")


def _kept_areas(city: City, made_of: str) -> gpd.GeoDataFrame | None:
    """Give the outlines of areas that were kept; None where there are none of the same towns."""
    try:
        kept = gpd.read_parquet(city.catalogue / PARTS / _AREAS)
        if not len(kept) or (kept.pop("made_of") != made_of).any():
            return None
        return gpd.GeoDataFrame(kept[["code", "level", "geometry"]]).set_index("code")
    except (OSError, ValueError, KeyError):
        return None  # derived: worked out again


def _made_of(city: City, towns: gpd.GeoDataFrame) -> str:
    """Give the digest of what the outlines of areas are worked out of."""
    areas = [one.model_dump(include={"code", "parent", "level"}) for one in city.settings.areas]
    levels = [one.key for one in city.settings.levels]
    digest = hashlib.sha256(json.dumps([_FORM, _STEPS, areas, levels]).encode())
    digest.update("\n".join([*towns["town"], *towns["area"]]).encode())
    for shape in shapely.to_wkb(towns.geometry.to_numpy()):
        digest.update(shape)
    return digest.hexdigest()


def _dissolved(city: City, towns: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
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
