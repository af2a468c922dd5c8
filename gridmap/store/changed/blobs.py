"""Shapes as a GeoPackage keeps them, and the functions that its triggers call.

A blob is a header (magic, flags, reference system, bounds) before the shape in WKB; the triggers of
the spatial index ask for the bounds by functions that the database does not have itself.
"""

import sqlite3
import struct
from collections.abc import Callable

import numpy as np
import shapely

__all__ = ["blobs_of", "serve_triggers", "shapes_in"]

_MAGIC = b"GP\x00"
_LITTLE, _EMPTY, _BOXED = 0x01, 0x10, 0x02  # flags; the bounds are west, east, south, north
_SIZES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}  # bytes of the bounds by their kind
_START = 8  # bytes before the bounds


def blobs_of(shapes: np.ndarray, srs_id: int, *, multi: bool) -> list[bytes | None]:
    """Lay shapes out for a layer; None for none.

    Parameters
    ----------
    shapes
        The shapes; an empty one has no place and cannot be laid out.
    srs_id
        Reference system as the file numbers it.
    multi
        Whether the layer declares polygons of many parts.

    Raises
    ------
    ValueError
        For an empty shape.
    """
    there = ~shapely.is_missing(shapes)
    if shapely.is_empty(shapes[there]).any():
        raise ValueError("an empty shape")
    given = shapes.copy()
    if multi:
        single = shapely.get_type_id(given) == shapely.GeometryType.POLYGON
        given[single] = [shapely.MultiPolygon([one]) for one in given[single]]
    binary = shapely.to_wkb(given, byte_order=1, flavor="iso", include_srid=False)
    boxes, points = shapely.bounds(given), shapely.get_type_id(given) == 0
    found: list[bytes | None] = []
    for is_there, wkb, box, is_point in zip(there, binary, boxes, points, strict=True):
        if not is_there:
            found.append(None)
        elif is_point:
            found.append(_MAGIC + struct.pack("<Bi", _LITTLE, srs_id) + wkb)
        else:
            west, south, east, north = box
            bounds = struct.pack("<4d", west, east, south, north)
            found.append(_MAGIC + struct.pack("<Bi", _LITTLE | _BOXED, srs_id) + bounds + wkb)
    return found


def shapes_in(blobs: list[bytes | None]) -> np.ndarray:
    """Read shapes out of a layer."""
    inner = [None if blob is None else blob[_body(blob) :] for blob in blobs]
    return shapely.from_wkb(np.array(inner, dtype=object))


def serve_triggers(base: sqlite3.Connection) -> None:
    """Give a connection the functions by which triggers keep the spatial index."""

    def side(place: int) -> Callable[[bytes | None], float | None]:
        def of(blob: bytes | None) -> float | None:
            if blob is None or blob[3] & _EMPTY:
                return None
            if _SIZES[blob[3] >> 1 & 7]:
                order = "<" if blob[3] & _LITTLE else ">"
                return float(struct.unpack(f"{order}4d", blob[_START : _START + 32])[place])
            west, south, east, north = shapely.from_wkb(blob[_START:]).bounds
            return float((west, east, south, north)[place])

        return of

    for place, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        base.create_function(name, 1, side(place), deterministic=True)
    base.create_function(
        "ST_IsEmpty", 1, lambda blob: blob is None or bool(blob[3] & _EMPTY), deterministic=True
    )


def _body(blob: bytes) -> int:
    return _START + _SIZES[blob[3] >> 1 & 7]
