"""Roads, water, buildings and names of a copy for the public: without what lies on hidden ground.

Nothing is cut at the edge of hidden ground, which would draw it: lines lose whole segments, areas
and points stay or go.
"""

from collections.abc import Collection

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.publish.frames import only

__all__ = ["outside"]

_LINE = 1  # dimension
_TOUCHES_M2 = 1.0  # an area that shares less ground than this lies beside it


def outside(
    frame: gpd.GeoDataFrame,
    ground: NDArray[np.object_],
    *,
    columns: Collection[str],
    names: Collection[str] = (),
) -> gpd.GeoDataFrame:
    """Keep the features of a layer that do not lie on hidden ground.

    Parameters
    ----------
    frame
        Features in the CRS of the ground.
    ground
        Hidden polygons.
    columns
        Columns that are told; the others are emptied.
    names
        Names of what is hidden: nothing else bears them.

    Returns
    -------
    The features left. Of lines the segments that touch hidden ground are gone, from corner to
    corner. Names that hold a hidden one are empty.
    """
    if not len(frame):
        return frame
    result = only(frame, columns)
    if "name" in result and names:
        told = result["name"].map(lambda text: any(name in text for name in names))
        result["name"] = result["name"].where(~told, "")
    if not len(ground):
        return result
    shapes = result.geometry.to_numpy().copy()
    tree = shapely.STRtree(ground)
    touching = np.unique(tree.query(shapes, predicate="intersects")[0])
    hidden = shapely.union_all(ground)
    for at in touching:
        shapes[at] = _outside(shapes[at], hidden)
    result = result.set_geometry(gpd.GeoSeries(shapes, index=result.index, crs=frame.crs))
    kept = result[~shapely.is_empty(shapes)]
    return kept if frame.index.name != "row" else kept.reset_index(drop=True).rename_axis("row")


def _outside(shape: shapely.Geometry, hidden: shapely.Geometry) -> shapely.Geometry:
    dimension = shapely.get_dimensions(shape)
    if dimension == _LINE:
        return _segments_outside(shape, hidden)
    if dimension > _LINE:
        return shape if shape.intersection(hidden).area <= _TOUCHES_M2 else shapely.Polygon()
    return shapely.Point()


def _segments_outside(line: shapely.Geometry, hidden: shapely.Geometry) -> shapely.Geometry:
    kept = []
    for part in shapely.get_parts(line):
        corners = shapely.get_coordinates(part)
        segments = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
        free = segments[~shapely.intersects(segments, hidden)]
        kept += shapely.get_parts(shapely.line_merge(shapely.multilinestrings(free))).tolist()
    if not kept:
        return shapely.LineString()
    return kept[0] if len(kept) == 1 else shapely.MultiLineString(kept)
