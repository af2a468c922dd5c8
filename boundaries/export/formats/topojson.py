"""Layers as TopoJSON: every border once, as an arc that the grids of all levels have in common.

Rings are cut where borders meet. Coordinates stay decimals and are not quantised: a reader
multiplies and adds in floating point, and 1e-7 is no binary number, so that most quantised vertices
would come back a last bit beside those of the GeoJSON. So they are the same to the last bit.

References
----------
The TopoJSON Format Specification 1.0, 2017.
"""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.export.formats.layers import Layer
from boundaries.export.formats.records import records_of
from boundaries.export.rounding import DECIMALS

__all__ = ["topojson_bytes"]

Ints = NDArray[np.int64]
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_DIRECTIONS = 2


def topojson_bytes(layers: Sequence[Layer], *, head: dict[str, Any] | None = None) -> bytes:
    """Write layers as one topology.

    Parameters
    ----------
    layers
        In degrees, on whole units of the last decimal. Each becomes an object of its name.
    head
        Member `gridmap` of the topology, as the GeoJSON has it.

    Returns
    -------
    UTF-8 text with an arc a line; the same layers give the same bytes.
    """
    rings = _Rings(layers)
    arcs = _Arcs(rings.points, rings.starts)
    lines = [
        f'{_json(layer.name)}:{{"type":"GeometryCollection","geometries":[\n'
        + ",\n".join(_features(layer, place, rings, arcs))
        + "]}"
        for place, layer in enumerate(layers)
    ]
    start = '{"type":"Topology",'
    if head:
        start += f'"gridmap":{_json(head)},'
    if len(rings.vertices):
        low, high = rings.vertices.min(axis=0), rings.vertices.max(axis=0)
        start += f'"bbox":[{_numbers(low)},{_numbers(high)}],'
    texts = ",\n".join(arcs.text(rings.vertices))
    objects = ",\n".join(lines)
    return f'{start}"objects":{{\n{objects}\n}},"arcs":[\n{texts}\n]}}\n'.encode()


class _Rings:
    """All rings of all layers: where each vertex is, and which rings a polygon has.

    Attributes
    ----------
    vertices
        Places in units of the last decimal, each once, in order.
    points
        Numbers of the places along all rings, without the last of each, which is the first.
    starts
        Where each ring begins in `points`, and the end.
    owners
        Layer, row and part of each ring.
    """

    vertices: Ints
    points: Ints
    starts: Ints
    owners: Ints

    def __init__(self, layers: Sequence[Layer]) -> None:
        found, owners = [], []
        for place, layer in enumerate(layers):
            shapes = layer.frame.geometry.to_numpy()
            areal = shapely.get_dimensions(shapes) == _DIRECTIONS
            rows = np.flatnonzero(areal)
            # The same polygon begins at the same vertex in every file.
            parts, row = shapely.get_parts(
                shapely.orient_polygons(shapely.normalize(shapes[rows]), exterior_cw=True),
                return_index=True,
            )
            rings, part = shapely.get_rings(parts, return_index=True)
            found.append(rings)
            owners.append(np.column_stack([np.full(len(rings), place), rows[row[part]], part]))
        rings = np.concatenate(found) if found else np.array([], dtype=object)
        self.owners = np.concatenate(owners) if owners else np.zeros((0, 3), np.int64)
        points, ring = shapely.get_coordinates(rings, return_index=True)
        whole = np.rint(points * 10**DECIMALS).astype(np.int64)
        last = np.r_[ring[1:] != ring[:-1], True] if len(ring) else np.zeros(0, bool)
        self.vertices, numbers = np.unique(whole[~last], axis=0, return_inverse=True)
        self.points = numbers.ravel()
        counts = np.bincount(ring[~last], minlength=len(rings))
        self.starts = np.concatenate([[0], np.cumsum(counts)])


class _Arcs:
    """Rings cut into arcs where borders meet, each arc once."""

    def __init__(self, points: Ints, starts: Ints) -> None:
        self._numbers: dict[bytes, int] = {}
        self._arcs: list[Ints] = []
        is_junction = _junctions(points, starts)
        self.of_rings: list[list[int]] = []
        for start, end in pairwise(starts.tolist()):
            self.of_rings.append(self._cut(points[start:end], is_junction))

    def text(self, vertices: Ints) -> list[str]:
        """Write the arcs."""
        return [
            f"[{','.join(f'[{_numbers(one)}]' for one in vertices[arc])}]" for arc in self._arcs
        ]

    def _cut(self, ring: Ints, is_junction: NDArray[np.bool_]) -> list[int]:
        places = np.flatnonzero(is_junction[ring])
        # A ring that meets no other begins at its lowest vertex: whoever has it, has it so.
        first = int(places[0]) if len(places) else int(np.argmin(ring))
        closed = np.append(np.roll(ring, -first), ring[first])
        cuts = np.flatnonzero(is_junction[closed[1:-1]]) + 1
        bounds = [0, *cuts.tolist(), len(closed) - 1]
        return [self._number(closed[low : high + 1]) for low, high in pairwise(bounds)]

    def _number(self, arc: Ints) -> int:
        """Number an arc; run backwards it is the complement of the number, as the format has it."""
        key = arc.tobytes()
        if key in self._numbers:
            return self._numbers[key]
        backwards = arc[::-1].tobytes()
        if backwards in self._numbers:
            return ~self._numbers[backwards]
        self._numbers[key] = len(self._arcs)
        self._arcs.append(arc)
        return self._numbers[key]


def _junctions(points: Ints, starts: Ints) -> NDArray[np.bool_]:
    """Say of every place whether borders meet there: whether not exactly two edges end in it."""
    following = np.arange(1, len(points) + 1)
    following[starts[1:] - 1] = starts[:-1]
    ends = np.sort(np.column_stack([points, points[following]]), axis=1)
    edges = np.unique(ends, axis=0)
    count = np.bincount(edges.ravel(), minlength=int(points.max(initial=-1)) + 1)
    return count != _DIRECTIONS


def _features(layer: Layer, place: int, rings: _Rings, arcs: _Arcs) -> list[str]:
    """Write the features of a layer."""
    parts: dict[int, dict[int, list[list[int]]]] = {}
    for number in np.flatnonzero(rings.owners[:, 0] == place).tolist():
        _, row, part = rings.owners[number].tolist()
        parts.setdefault(row, {}).setdefault(part, []).append(arcs.of_rings[number])
    made = []
    shapes = layer.frame.geometry
    for row, record in enumerate(records_of(layer)):
        shape = shapes.iloc[row]
        feature: dict[str, Any] = {"type": None}
        if row in parts:
            feature = {"type": "MultiPolygon", "arcs": list(parts[row].values())}
        elif shape is not None and not shape.is_empty:
            feature = {"type": "Point", "coordinates": [shape.x, shape.y]}
        feature |= {"id": f"{layer.name}.{record[layer.key]}", "properties": record}
        made.append(_json(feature))
    return made


def _numbers(place: Ints) -> str:
    return ",".join(f"{one / 10**DECIMALS:.{DECIMALS}f}" for one in place.tolist())
