"""From labels on patches to the polygons of grids.

Polygons of grids are never drawn: they are the union of their patches, made from exactly shared
edges, so that neighbours keep identical vertices and no gap or overlap can arise.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.topology.joining import outlines_of, plain_rings, shapes_of

__all__ = ["dissolve", "join_groups", "join_shapes", "polsby_popper"]


def dissolve(geometry: gpd.GeoSeries, labels: pd.Series) -> gpd.GeoSeries:
    """Join the patches of each label into one polygon or multipolygon.

    Parameters
    ----------
    geometry
        Patches, a valid tiling.
    labels
        Code of the grid of each patch, on the same index. Patches labelled "" are left out.

    Returns
    -------
    Geometry by label, in order of label, in the CRS of `geometry`.
    """
    kept = (labels != "").to_numpy()
    group, codes = pd.factorize(labels[kept], sort=True)
    order = np.argsort(group, kind="stable")
    shapes = geometry.to_numpy()[kept][order]
    first = np.searchsorted(group[order], np.arange(len(codes) + 1))
    joined = shapely.normalize(join_groups(shapes, first))
    index = pd.Index(codes, dtype="str", name=labels.name)
    return gpd.GeoSeries(joined, index=index, crs=geometry.crs)


def join_groups(shapes: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Join pieces group by group, each as `join_shapes` does.

    Parameters
    ----------
    shapes
        Polygons or multipolygons.
    first
        (g + 1,) where each group begins in `shapes`, and the end; no group is empty.

    Returns
    -------
    (g,) shapes.
    """
    size = np.diff(first)
    result = shapes[first[:-1]]
    several = np.flatnonzero(size > 1)
    rough = np.r_[0, np.cumsum(~plain_rings(shapes))]
    easy = several[rough[first[several + 1]] == rough[first[several]]]
    done = np.zeros(len(size), dtype=bool)
    if len(easy):
        member = np.zeros(len(size), dtype=bool)
        member[easy] = True
        found = outlines_of(shapes[np.repeat(member, size)], np.r_[0, np.cumsum(size[easy])])
        done[easy] = found.plain
        result[easy[found.plain]] = shapes_of(found)
    for at in several[~done[several]].tolist():
        result[at] = join_shapes(shapes[first[at] : first[at + 1]])
    return result


def join_shapes(shapes: np.ndarray) -> BaseGeometry:
    """Join pieces of a tiling into one shape.

    Where their shared edges are not exact, which the checks of a plan report as COV-3, the general
    union takes over: slower, and right for any polygons.
    """
    if len(shapes) == 1:
        return shapes[0]
    try:
        return shapely.coverage_union_all(shapes)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapes)


def polsby_popper(geometry: gpd.GeoSeries) -> pd.Series:
    """Compactness 4 pi area / perimeter², between 0 and 1 for a circle (Polsby and Popper 1991)."""
    perimeter = geometry.length.to_numpy()
    squared = np.where(perimeter > 0, perimeter, 1.0) ** 2
    return pd.Series(4 * np.pi * geometry.area.to_numpy() / squared, index=geometry.index)
