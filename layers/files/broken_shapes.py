"""Shapes of which a part is broken: the sound parts are kept, and what was left out is said.

A ring of two points, an empty one or one with coordinates that are no numbers makes the libraries
give up the whole shape, with all its sound parts. Here a shape is taken apart, from its bytes
(WKB), from its text (WKT) or from the member `coordinates` of a GeoJSON, and put together again.
"""

import json
import math
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from layers.contract.errors import Named
from layers.contract.text import narrow

__all__ = ["Repaired", "from_json", "from_wkb", "from_wkt", "without_parts"]

_POINT, _LINE, _POLYGON = 1, 2, 3  # kinds of shapes as WKB numbers them
_MULTI = (4, 5, 6, 7)
_KINDS = {
    "point": _POINT, "linestring": _LINE, "polygon": _POLYGON, "multipoint": 4,
    "multilinestring": 5, "multipolygon": 6, "geometrycollection": 7,
}  # fmt: skip
# How deep the member `coordinates` of one part is nested.
_AS_DEEP = {_POINT: 1, _LINE: 2, _POLYGON: 3}
_WKT = re.compile(r"\s*(?:SRID=\d+;)?\s*([A-Za-z]+)\s*(?:Z\s*M|ZM|Z|M)?\s*(\(.*\))\s*", re.DOTALL)
_NUMBER = r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|nan|inf)"
_PLACE = re.compile(rf"{_NUMBER}(?:[ \t\r\n]+{_NUMBER})+", re.IGNORECASE)
_DEEPEST = 8  # collections in collections; deeper ones are an attack on the stack

_BETWEEN = re.compile(r"\s*[,;]\s*|\s+")

_FEW = Named("a ring or line with too few points", "点数不足的环或线")
_NO_NUMBER = Named("coordinates that are not numbers", "坐标不是数字")
_CUT = Named("a part that the file does not hold whole", "文件中不完整的部件")


@dataclass
class Repaired:
    """What is left of a shape, and what was done to it."""

    shape: shapely.Geometry | None = None
    lost: list[Named] = field(default_factory=list)  # a reason for every part left out
    closed: int = 0  # rings that ended short of their start
    texts: int = 0  # numbers that were written as texts
    name: str = ""  # of the feature, for a sentence about it
    nested: bool = False  # deeper than its type says
    parts: int = 0  # points, lines and polygons that the shape was given with


class _Fault(ValueError):
    def __init__(self, said: Named) -> None:
        super().__init__(said.en)
        self.said = said


def from_wkb(raw: bytes) -> Repaired:
    """Read what can be read of a shape in WKB; a part that is cut off or broken is left out."""
    repaired = Repaired()
    leaves: list[shapely.Geometry] = []
    try:
        _Bytes(raw).read(repaired, leaves, 0)
    except (struct.error, ValueError, IndexError):
        repaired.lost.append(_CUT)
    repaired.shape = _together(leaves)
    return repaired


def from_json(geometry: object) -> Repaired:
    """Read what can be read of a GeoJSON geometry; numbers written as texts count as numbers."""
    repaired = Repaired()
    leaves: list[shapely.Geometry] = []
    _add_json(geometry, repaired, leaves, 0)
    repaired.shape = _together(leaves)
    return repaired


def from_wkt(text: str) -> Repaired:
    """Read what can be read of a shape in WKT."""
    match = _WKT.fullmatch(text)
    kind = _KINDS.get(match[1].lower(), 0) if match else 0
    if match is None or kind == 0:
        return Repaired()
    if kind == 7:
        return _collection(match[2][1:-1])
    nested = re.sub(r"\bEMPTY\b", "()", match[2], flags=re.IGNORECASE)
    nested = _PLACE.sub(lambda place: f"[{','.join(map(_quoted, place[0].split()))}]", nested)
    try:
        coordinates = json.loads(nested.replace("(", "[").replace(")", "]"))
    except (ValueError, RecursionError):
        return Repaired()
    if kind == _POINT:
        coordinates = coordinates[0] if coordinates else []
    elif kind == 4:  # MULTIPOINT ((1 2), (3 4)) is as right as MULTIPOINT (1 2, 3 4)
        coordinates = [one[0] if one and isinstance(one[0], list) else one for one in coordinates]
    return from_json({"type": match[1], "coordinates": coordinates})


def without_parts(shape: shapely.Geometry, bad: np.ndarray) -> shapely.Geometry | None:
    """Leave out some of the parts of a shape, as `shapely.get_parts` counts them."""
    kept = shapely.get_parts(shape)[~bad]
    return _together(list(kept))


def _quoted(number: str) -> str:
    """Write a number of WKT so that JSON reads it; those that JSON lacks become texts."""
    return f'"{number}"' if number.lower().lstrip("+-") in ("nan", "inf") else str(float(number))


def _collection(text: str) -> Repaired:
    """Read the members of a collection in WKT, each for itself."""
    whole = Repaired()
    leaves: list[shapely.Geometry] = []
    depth, start = 0, 0
    for at, sign in enumerate(text + ","):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign != "," or depth:
            continue
        one, start = from_wkt(text[start:at]), at + 1
        whole.lost += one.lost
        whole.closed += one.closed
        whole.parts += one.parts
        leaves += [] if one.shape is None else list(shapely.get_parts(one.shape))
    whole.shape = _together(leaves)
    return whole


def _add_json(
    geometry: object, repaired: Repaired, leaves: list[shapely.Geometry], depth: int
) -> None:
    """Add the parts of a GeoJSON geometry that can be read."""
    if not isinstance(geometry, dict) or depth > _DEEPEST:
        repaired.lost.append(_CUT)
        return
    kind = _KINDS.get(str(geometry.get("type", "")).lower(), 0)
    if kind == 7:
        members = geometry.get("geometries")
        for member in members if isinstance(members, list) else []:
            _add_json(member, repaired, leaves, depth + 1)
        return
    coordinates = geometry.get("coordinates")
    if kind == 0 or not isinstance(coordinates, list):
        repaired.lost.append(_NO_NUMBER)
        return
    if kind in _AS_DEEP and _depth(coordinates) == _AS_DEEP[kind] + 1:
        kind += 3  # a Polygon that holds what a MultiPolygon holds
        repaired.nested = True
    elif kind in (5, 6) and _depth(coordinates) == _AS_DEEP[kind - 3]:
        kind -= 3  # a MultiPolygon that holds what a Polygon holds
        repaired.nested = True
    single = {4: _POINT, 5: _LINE, 6: _POLYGON}
    for one in coordinates if kind in single else [coordinates]:
        given = _as_rings(one, single.get(kind, kind), repaired)
        _add(given, single.get(kind, kind), repaired, leaves)


def _depth(given: object) -> int:
    depth = 0
    while isinstance(given, list) and given:
        given, depth = given[0], depth + 1
    return depth


def _as_rings(given: object, kind: int, repaired: Repaired) -> list[np.ndarray | Named]:
    """Give the rows of points of one part: a point and a line have one, a polygon its rings."""
    lists = given if kind == _POLYGON else [[given]] if kind == _POINT else [given]
    if not isinstance(lists, list):
        return [_NO_NUMBER]
    return [_points(one, repaired) for one in lists]


def _points(given: object, repaired: Repaired) -> np.ndarray | Named:
    if not isinstance(given, list):
        return _NO_NUMBER
    rows = []
    for place in given:
        if isinstance(place, str):  # "113.92,34.68"
            place = _BETWEEN.split(narrow(place))
        if not isinstance(place, list) or len(place) < 2:
            return _NO_NUMBER
        pair = [_number(value, repaired) for value in place[:2]]
        if not all(map(math.isfinite, pair)):
            return _NO_NUMBER
        rows.append(pair)
    return np.array(rows, dtype=float).reshape(-1, 2)


def _number(value: object, repaired: Repaired) -> float:
    if isinstance(value, bool):
        return math.nan
    if isinstance(value, (int, float)):
        return float(value)
    try:
        number = float(narrow(value)) if isinstance(value, str) else math.nan
    except ValueError:
        return math.nan
    repaired.texts += math.isfinite(number)
    return number


def _add(
    rings: Iterable[np.ndarray | Named],
    kind: int,
    repaired: Repaired,
    leaves: list[shapely.Geometry],
) -> None:
    """Add one point, line or polygon, or say why it is left out; a broken hole costs itself."""
    repaired.parts += 1
    try:
        leaves.append(_leaf(rings, kind, repaired))
    except _Fault as fault:
        repaired.lost.append(fault.said)


def _leaf(rings: Iterable[np.ndarray | Named], kind: int, repaired: Repaired) -> shapely.Geometry:
    given = list(rings)
    if not given:
        raise _Fault(_FEW)
    if isinstance(given[0], Named):
        raise _Fault(given[0])
    if kind == _POINT:
        return shapely.Point(given[0][0]) if len(given[0]) else _refuse(_FEW)
    if kind == _LINE:
        return shapely.LineString(given[0]) if len(given[0]) > 1 else _refuse(_FEW)
    shell = _ring(given[0], repaired)
    holes = []
    for one in given[1:]:
        try:
            holes.append(_ring(one, repaired) if not isinstance(one, Named) else _refuse(one))
        except _Fault as fault:
            repaired.lost.append(fault.said)
    return shapely.Polygon(shell, holes)


def _ring(points: np.ndarray, repaired: Repaired) -> np.ndarray:
    """Give the points of a ring, closed; one with fewer than three places is none."""
    if len(np.unique(points, axis=0)) < 3:
        raise _Fault(_FEW)
    if not (points[0] == points[-1]).all():
        repaired.closed += 1
        return np.vstack([points, points[:1]])
    return points


def _refuse(said: Named) -> Any:
    raise _Fault(said)


def _together(leaves: list[shapely.Geometry]) -> shapely.Geometry | None:
    """Put parts together again: one alone, several of a kind, or a mixed collection."""
    if not leaves:
        return None
    if len(leaves) == 1:
        return leaves[0]
    kinds = {int(shapely.get_type_id(leaf)) for leaf in leaves}
    builders = {0: shapely.MultiPoint, 1: shapely.MultiLineString, 3: shapely.MultiPolygon}
    builder = builders.get(kinds.pop()) if len(kinds) == 1 else None
    return shapely.GeometryCollection(leaves) if builder is None else builder(leaves)


class _Bytes:
    """A shape in WKB, read from its start; points of two, three or four numbers."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def read(self, repaired: Repaired, leaves: list[shapely.Geometry], depth: int) -> None:
        order = "<" if self._take("<B") == 1 else ">"
        kind = int(self._take(f"{order}I"))
        numbers = 2 + bool(kind & 0x80000000) + bool(kind & 0x40000000)
        if kind & 0x20000000:
            self._take(f"{order}I")  # the number of the system
        kind &= 0x0FFFFFFF
        numbers += (0, 1, 1, 2)[kind // 1000 % 4]
        kind %= 1000
        if kind in _MULTI and depth < _DEEPEST:
            for _ in range(int(self._take(f"{order}I"))):
                if self.at >= len(self.raw):
                    # GDAL counts the bare ring of a KML and writes nothing of it.
                    repaired.lost.append(_CUT)
                    return
                self.read(repaired, leaves, depth + 1)
            return
        if kind not in (_POINT, _LINE, _POLYGON):
            raise ValueError(f"no shape of kind {kind}")
        _add(list(self._rings(kind, order, numbers)), kind, repaired, leaves)

    def _rings(self, kind: int, order: str, numbers: int) -> Iterator[np.ndarray | Named]:
        for _ in range(int(self._take(f"{order}I")) if kind == _POLYGON else 1):
            count = 1 if kind == _POINT else int(self._take(f"{order}I"))
            size = 8 * numbers * count
            if self.at + size > len(self.raw):
                raise ValueError("cut off")
            rows = np.frombuffer(self.raw, f"{order}f8", numbers * count, self.at)
            self.at += size
            rows = rows.reshape(-1, numbers)[:, :2].astype(float)
            yield rows if np.isfinite(rows).all() else _NO_NUMBER

    def _take(self, form: str) -> Any:
        value = struct.unpack_from(form, self.raw, self.at)[0]
        self.at += struct.calcsize(form)
        return value
