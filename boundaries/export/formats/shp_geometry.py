"""Geometry of a Shapefile: the records of the .shp file and their index, the .shx file.

Exterior rings run clockwise and holes the other way round, as the format has it and as GeoJSON has
it not.

References
----------
ESRI Shapefile Technical Description, ESRI White Paper, July 1998.
"""

import struct

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.contract.errors import BoundaryError

__all__ = ["shp_bytes"]

_NULL, _POINT, _POLYGON = 0, 1, 5
_MOST_BYTES = 2**31 - 1  # what readers can address
_NOTHING = np.zeros(4)


def shp_bytes(shapes: NDArray[np.object_]) -> tuple[bytes, bytes]:
    """Write shapes.

    Parameters
    ----------
    shapes
        Polygons and multipolygons, or points; None and empty ones become null shapes.

    Returns
    -------
    The files .shp and .shx.

    Raises
    ------
    BoundaryError
        If it becomes larger than the format can be.
    """
    solid = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    kind = _POINT if len(solid) and shapely.get_type_id(solid[0]) == 0 else _POLYGON
    write = _point if kind == _POINT else _polygon
    turned = shapely.orient_polygons(shapes, exterior_cw=True)
    records, index, at = [], [], 50  # offsets count words of two bytes
    for number, shape in enumerate(turned, 1):
        content = struct.pack("<i", _NULL) if _is_none(shape) else write(shape)
        words = len(content) // 2
        records.append(struct.pack(">ii", number, words) + content)
        index.append((at, words))
        at += 4 + words
    if 2 * at > _MOST_BYTES:
        raise BoundaryError(
            "The Shapefile would be larger than 2 GB, which its readers cannot open. Take a "
            "GeoPackage or a GeoParquet file.",
            "Shapefile 将超过 2 GB，读取软件无法打开。请改用 GeoPackage 或 GeoParquet。",
        )
    box = shapely.total_bounds(solid) if len(solid) else _NOTHING
    offsets = np.array(index, dtype=">i4").tobytes()
    return (
        _head(kind, at, box) + b"".join(records),
        _head(kind, 50 + 4 * len(index), box) + offsets,
    )


def _is_none(shape: shapely.Geometry | None) -> bool:
    return shape is None or shape.is_empty


def _head(kind: int, words: int, box: NDArray[np.float64]) -> bytes:
    return struct.pack(">i20xi", 9994, words) + struct.pack("<ii4d32x", 1000, kind, *box)


def _point(shape: shapely.Point) -> bytes:
    return struct.pack("<idd", _POINT, shape.x, shape.y)


def _polygon(shape: shapely.Polygon | shapely.MultiPolygon) -> bytes:
    rings = shapely.get_rings(shapely.get_parts(shape))
    counts = shapely.get_num_coordinates(rings)
    points = shapely.get_coordinates(rings)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype("<i4")
    box = struct.pack("<i4d", _POLYGON, *shape.bounds)
    sizes = struct.pack("<ii", len(rings), len(points))
    return box + sizes + starts.tobytes() + points.astype("<f8").tobytes()
