"""Borders that two towns of a city have agreed on: ground that a town gives and takes, as a layer.

What the town was given as its grids is never changed; the agreed ground is taken from them, or
added to the grids beside it, whenever they are read.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from boundaries.hierarchy.outlines import parts_of, polygonal
from gridmap.rules.schema import Rules
from layers.contract.errors import LayerSchemaError, Named, quoted
from layers.contract.issues import Issue
from layers.location.placing import read_placed
from layers.reading.features import Declared

__all__ = ["GIVEN", "TAKEN", "with_agreed_borders", "with_ground_moved"]

GIVEN, TAKEN = "given", "taken"
_STEP_M = 1.0  # between places of a border to which new ground is nearest
_NOTHING_M2 = 1.0  # a grid with less has given all its ground
_REACH_M = 50.0  # around new ground: the borders that may be nearest to it
_FINE_M = 1e-5  # overlays then cannot fail over the last digits


def with_agreed_borders(
    grids: gpd.GeoDataFrame, folder: Path, rules: Rules
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Move the agreed ground between a town and its neighbours.

    Parameters
    ----------
    grids
        HIERARCHY as given, in the work CRS.
    folder, rules
        Of the town. `agreed_borders` names a layer of polygons with `number`, the order in which
        they were agreed, and `kind`: ``given`` or ``taken``.

    Returns
    -------
    The grids with their agreed ground, and the issues of reading.

    Raises
    ------
    LayerFileError, LayerSchemaError
        If the layer cannot be read or lacks a column.
    """
    entry = rules.agreed_borders
    if entry is None:
        return grids, []
    path = folder / entry.file
    what = Named(f"Layer {path.name!r}", f"图层{quoted(path.name)}")
    declared = Declared(crs=entry.crs, datum=entry.datum, encoding=entry.encoding)
    moves, notes = read_placed(
        path, crs=CRS(grids.crs), what=what, layer=entry.layer, declared=declared
    )
    lacks = [column for column in ("number", "kind") if column not in moves]
    if lacks or not set(moves["kind"]) <= {GIVEN, TAKEN}:
        raise LayerSchemaError(
            f"{what} needs the columns 'number' and 'kind' with {GIVEN!r} or {TAKEN!r}. Let 'city "
            "settle' write it, or add them.",
            f"{what.zh}须有 number 和 kind 两列，kind 为{quoted(GIVEN, TAKEN)}。"
            "请用 city settle 写入，或补上。",
        )
    moves = moves.sort_values("number", kind="stable")
    for kind, shape in zip(moves["kind"], moves.geometry, strict=True):
        grids = with_ground_moved(grids, kind, polygonal(shape))
    return grids, notes


def with_ground_moved(
    grids: gpd.GeoDataFrame, kind: str, ground: shapely.Geometry
) -> gpd.GeoDataFrame:
    """Take ground from the grids of a town, or add it to the lowest grids beside it.

    A grid that has given all its ground is no longer there. New ground goes to the grid of the
    lowest level that it is nearest to, and to all grids above that.
    """
    shapes = grids.geometry.to_numpy().copy()
    if kind == GIVEN:
        shapes = np.array([polygonal(_without(one, ground)) for one in shapes])
        kept = shapely.area(shapes) >= _NOTHING_M2
        return gpd.GeoDataFrame(
            grids.set_geometry(gpd.GeoSeries(shapes, index=grids.index, crs=grids.crs))[kept]
        )
    levels, parents = grids["level"].to_numpy(), grids["parent_code"]
    deepest = np.flatnonzero(levels == levels.max())
    place = {str(code): at for at, code in enumerate(grids.index)}
    top = shapely.union_all(shapes[levels == 1])
    for part in parts_of(_without(ground, top)):
        for at, share in _shared_out(part, shapes, deepest):
            above = at
            while True:
                shapes[above] = polygonal(shapely.union(shapes[above], share, grid_size=_FINE_M))
                code = str(parents.iloc[above])
                if code not in place:
                    break
                above = place[code]
    return gpd.GeoDataFrame(
        grids.set_geometry(gpd.GeoSeries(shapes, index=grids.index, crs=grids.crs))
    )


def _without(shape: shapely.Geometry, ground: shapely.Geometry) -> shapely.Geometry:
    return shapely.difference(shape, ground, grid_size=_FINE_M)


def _shared_out(
    part: shapely.Geometry, shapes: np.ndarray, among: np.ndarray
) -> list[tuple[int, shapely.Geometry]]:
    """Share new ground out to the grids that it is nearest to."""
    distance = shapely.distance(shapes[among], part)
    near = among[distance <= distance.min() + _REACH_M]
    edges = shapely.intersection(
        shapely.boundary(shapes[near]), shapely.buffer(part, distance.min() + _REACH_M)
    )
    dense = shapely.segmentize(edges, _STEP_M)
    points, owner = shapely.get_coordinates(dense, return_index=True)
    # A corner of two grids counts for the first.
    points, first = np.unique(points.round(3), axis=0, return_index=True)
    owner = owner[first]
    if len(set(owner.tolist())) == 1:
        return [(int(near[owner[0]]), part)]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=part))
    cell, point = shapely.STRtree(shapely.points(points)).query(cells, predicate="contains")[:2]
    whose = pd.Series(owner[point], index=cell).groupby(level=0).first()
    found, left = [], part
    owners = sorted(set(whose))
    for one in owners[:-1]:
        region = shapely.union_all(cells[whose.index[whose == one]])
        share = polygonal(shapely.intersection(left, region, grid_size=_FINE_M))
        left = polygonal(_without(left, region))
        if not share.is_empty:
            found.append((int(near[one]), share))
    return [*found, (int(near[owners[-1]]), left)] if not left.is_empty else found
