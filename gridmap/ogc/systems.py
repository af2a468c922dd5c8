"""Coordinate systems of requests and answers (Part 2), each with the axes as EPSG has them.

Texts are kept in WGS84, longitude first. EPSG:4326 and 4490 are the same numbers, latitude first
(CGCS2000 and WGS84 differ by less than the last decimal shows); a projected CRS is computed from
them, every corner in the same way, so that neighbours stay on the same corners.
"""

import re
from functools import lru_cache

import numpy as np
import shapely
from pyproj import CRS, Transformer

from gridmap.ogc.messages import RequestFault

__all__ = ["CRS84", "crs_list", "in_crs", "region_of", "require_crs"]

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
_SWAPPED = (f"{_EPSG}4326", f"{_EPSG}4490")
_PAIR = re.compile(rb"\[(-?[0-9.]+),(-?[0-9.]+)\]")
_PLACES = b',"geometry":'  # once in a text: within strings of JSON quotes are escaped
_METRES = 3  # decimals: millimetres, finer than the degrees they come from
_STEPS = 21  # points along an edge of a box that is transformed

Box = tuple[float, float, float, float]


def crs_list(work_crs: str) -> list[str]:
    """List the systems that are answered in, that of the texts first."""
    found = [CRS84, *_SWAPPED]
    return found if not work_crs or work_crs in found else [*found, work_crs]


def require_crs(asked: str, known: list[str], name: str) -> str:
    """Give the system that a parameter asks for; `[URI]` and `EPSG:4490` are taken too.

    Raises
    ------
    RequestFault
        400 for any that is not served.
    """
    uri = asked.strip().removeprefix("[").removesuffix("]")
    short = re.fullmatch(r"EPSG:(\d{4,6})", uri)
    uri = f"{_EPSG}{short[1]}" if short else uri
    if uri in known:
        return uri
    raise RequestFault(
        400,
        f"{name}={asked[:200]!r} is not served. Served: {', '.join(known)}.",
        f"{name} 的坐标系不提供。可用：{'、'.join(known)}。",
    )


def in_crs(text: bytes, uri: str) -> bytes:
    """Write a feature in another system."""
    if uri == CRS84:
        return text
    head, _, places = text.partition(_PLACES)
    return head + _PLACES + _moved(places, uri)


def region_of(box: Box, uri: str) -> shapely.Geometry:
    """Give a box in any system as ground in degrees, longitude first.

    One that goes over the line of 180 degrees has two parts; the edges of one in a projected
    system are bent as they are on the globe.

    Raises
    ------
    RequestFault
        400 if the box has no place on earth.
    """
    if uri == CRS84 or uri in _SWAPPED:
        west, south, east, north = box if uri == CRS84 else (box[1], box[0], box[3], box[2])
        if south > north:
            raise _no_box(box)
        if west > east:
            parts = (
                shapely.box(west, south, 180.0, north),
                shapely.box(-180.0, south, east, north),
            )
            return shapely.multipolygons(parts)
        return shapely.box(west, south, east, north)
    if box[0] > box[2] or box[1] > box[3]:
        raise _no_box(box)
    shape = shapely.box(*box)
    edge = max(box[2] - box[0], box[3] - box[1]) / _STEPS
    corners = shapely.get_coordinates(shapely.segmentize(shape, edge) if edge > 0 else shape)
    # As EPSG has the axes: of our projected systems northing comes first.
    lat, lon = _to_degrees(uri).transform(corners[:, 0], corners[:, 1])
    if not (np.isfinite(lat).all() and np.isfinite(lon).all()):
        raise _no_box(box)
    return shapely.Polygon(np.column_stack([lon, lat]))


def _moved(places: bytes, uri: str) -> bytes:
    if uri in _SWAPPED:
        return _PAIR.sub(rb"[\2,\1]", places)
    pairs = _PAIR.findall(places)
    if not pairs:
        return places
    degrees = np.array(pairs, dtype="S").astype(float)
    first, second = _from_degrees(uri).transform(degrees[:, 1], degrees[:, 0])
    form = _PAIR.sub(f"[%.{_METRES}f,%.{_METRES}f]".encode(), places)
    return form % tuple(np.column_stack([first, second]).ravel().tolist())


@lru_cache(maxsize=8)
def _from_degrees(uri: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", CRS.from_user_input(uri))


@lru_cache(maxsize=8)
def _to_degrees(uri: str) -> Transformer:
    return Transformer.from_crs(CRS.from_user_input(uri), "EPSG:4326")


def _no_box(box: Box) -> RequestFault:
    told = ",".join(f"{value:g}" for value in box)
    return RequestFault(
        400,
        f"bbox={told} is no box: its second corner lies before the first, or off the earth.",
        f"bbox={told} 不是有效范围：第二个角点在第一个之前，或不在地球上。",
    )
