"""From labels on patches to the polygons of grids.

Polygons of grids are never drawn: they are the union of their patches, made from exactly shared
edges, so that neighbours keep identical vertices and no gap or overlap can arise.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

__all__ = ["dissolve", "join_shapes", "polsby_popper"]


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
    codes, group = np.unique(labels.to_numpy(dtype=object)[kept], return_inverse=True)
    order = np.argsort(group, kind="stable")
    shapes = geometry.to_numpy()[kept][order]
    ends = np.flatnonzero(np.diff(group[order], append=len(codes))) + 1
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    joined = [
        shapely.normalize(join_shapes(shapes[start:end]))
        for start, end in zip(starts, ends, strict=True)
    ]
    index = pd.Index(codes, dtype="str", name=labels.name)
    return gpd.GeoSeries(joined, index=index, crs=geometry.crs)


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
