"""The context of a plan made ready to draw: by sign, in drawing order, with fewer points.

Pieces of one road that meet end to end become one line, so that a name has room along it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.maps import geometry, packing
from gridmap.maps.signs import CONTEXT_SIGNS, ContextSign, sign_key

__all__ = ["Drawn", "context_lines", "context_values", "drawn_context"]

Array = np.ndarray[Any, Any]
_MOST_ROOMY = 500  # finding the roomiest place of an area takes a moment
_DIMENSION = {"point": 0, "line": 1, "area": 2}


@dataclass(frozen=True)
class Drawn:
    """All of the context that one sign draws."""

    sign: ContextSign
    shapes: Array  # single points, lines or polygons
    names: list[str]  # of each shape; "" where none


def drawn_context(context: gpd.GeoDataFrame) -> list[Drawn]:
    """Sort a context by sign, in the order in which it is drawn.

    Parameters
    ----------
    context
        CONTEXT in the work CRS, in metres.

    Returns
    -------
    One entry a sign that occurs. Shapes are single parts with as many points as the sign needs.
    """
    parts = _single_parts(context)
    return [
        drawn
        for sign in CONTEXT_SIGNS
        for drawn in _of_sign(sign, parts[parts["sign"] == sign.key])
    ]


def context_values(drawn: list[Drawn]) -> dict[str, Any]:
    """Write what a page knows of the context beside its shapes: names, each once, and signs."""
    known = ["", *sorted({name for one in drawn for name in one.names if name})]
    place = {name: number for number, name in enumerate(known)}
    signs = [sign.key for sign in CONTEXT_SIGNS]
    return {
        "names": known,
        "groups": [
            {"sign": signs.index(one.sign.key), "names": [place[name] for name in one.names]}
            for one in drawn
        ],
    }


def context_lines(drawn: list[Drawn], crs: Any) -> list[packing.Lines]:
    """Write the shapes for `gridmap.maps.packing.pack`, in the order of the signs.

    After areas comes where the names of those that have one stand: a bent river lies beside the
    middle of its box.
    """
    packed: list[packing.Lines] = []
    for one in drawn:
        if one.sign.shape != "area":
            packed.append(packing.lines(one.shapes, crs))
            continue
        named = one.shapes[np.array([bool(name) for name in one.names], dtype=bool)]
        packed += [packing.rings(one.shapes, crs), packing.points(_rooms(named), crs)]
    return packed


def _rooms(areas: Array) -> Array:
    """Find where a name has room in each area."""
    if len(areas) > _MOST_ROOMY:
        return shapely.point_on_surface(areas)
    return np.array([geometry.roomiest(area) for area in areas], dtype=object)


def _single_parts(context: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give every part of every shape with its sign; what no sign draws is left out."""
    parts, row = shapely.get_parts(context.geometry.to_numpy(), return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)  # of collections in collections
    row = row[inner]
    frame = pd.DataFrame(
        {
            "kind": context["kind"].to_numpy()[row],
            "class": context["class"].to_numpy()[row],
            "name": context["name"].to_numpy()[row],
            "dimension": shapely.get_dimensions(parts),
            "shape": parts,
        }
    )
    keys = frame[["kind", "class", "dimension"]].drop_duplicates()
    signs = {
        (kind, class_, dimension): sign_key(kind, class_, dimension)
        for kind, class_, dimension in keys.itertuples(index=False)
    }
    rows = zip(frame["kind"], frame["class"], frame["dimension"], strict=True)
    frame["sign"] = [signs[row] for row in rows]
    return frame[(frame["sign"] != "") & ~shapely.is_empty(parts)]


def _of_sign(sign: ContextSign, parts: pd.DataFrame) -> Iterator[Drawn]:
    shapes, names = parts["shape"].to_numpy(), parts["name"].to_numpy()
    if sign.shape == "point":
        # A place that is drawn as an area is named in its middle.
        shapes = shapely.point_on_surface(shapes)
    else:
        fits = shapely.get_dimensions(shapes) == _DIMENSION[sign.shape]
        shapes, names = shapes[fits], names[fits]
    if sign.shape == "line":
        shapes, names = _joined(shapes, names)
    if sign.shape != "point":
        shapes = shapely.simplify(shapes, sign.simplify_m)
        kept = ~shapely.is_empty(shapes)
        shapes, names = shapes[kept], names[kept]
    if len(shapes):
        yield Drawn(sign, shapes, [str(name) for name in names])


def _joined(lines: Array, names: Array) -> tuple[Array, Array]:
    """Join lines of one name where they meet end to end."""
    found: list[Array] = []
    owner: list[str] = []
    number, texts = pd.factorize(names, sort=True)
    for place, text in enumerate(texts):
        merged = shapely.line_merge(shapely.multilinestrings(lines[number == place]))
        single = shapely.get_parts(shapely.normalize(merged))
        found.append(single)
        owner += [str(text)] * len(single)
    if not found:
        return lines, names
    return np.concatenate(found), np.array(owner, dtype=object)
