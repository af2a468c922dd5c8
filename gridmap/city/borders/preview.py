"""How a border is drawn by two towns, and which ground would become whose: to be seen on a map."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from gridmap.city.borders.checking import NEAR_M, Outlines
from gridmap.city.borders.settling import OWN, agreed_with, agreement_by
from gridmap.city.folder import City

__all__ = ["Preview", "preview_border"]


@dataclass(frozen=True)
class Preview:
    """A border between two towns, in degrees.

    Attributes
    ----------
    drawings
        The outline of each town, by name.
    taken
        Polygons that each town would get, by name; what it would lose to nobody is in `left`.
    left
        Polygons that no town of the two would have any more.
    moves
        By `town`: `given_m2`, `taken_m2`.
    bounds
        West, south, east, north of what changes; of the common border where nothing does.
    """

    drawings: Mapping[str, shapely.Geometry]
    taken: Mapping[str, shapely.Geometry]
    left: shapely.Geometry
    moves: pd.DataFrame
    bounds: tuple[float, float, float, float]


def preview_border(city: City, outlines: Outlines, one: str, other: str, *, by: str) -> Preview:
    """Say which ground would become whose; nothing is made or changed.

    Parameters
    ----------
    city, outlines
        The city, and the outlines of its plans.
    one, other
        Names of the towns.
    by
        As of `gridmap.city.borders.settle_border`.

    Raises
    ------
    GridmapError
        If a line does not divide their ground.
    """
    pair = city.town(one), city.town(other)
    shapes = dict(zip(outlines.names, outlines.shapes, strict=True))
    if by == OWN:
        given, taken = agreed_with(pair, outlines.crs)[::-1]  # they go back
    else:
        found = agreement_by(pair, outlines, by)
        given, taken = found.given, found.taken
    left = shapely.difference(
        shapely.union_all(list(given.values())), shapely.union_all(list(taken.values()))
    )
    changed = shapely.union_all([*given.values(), *taken.values()])
    if changed.is_empty:
        near = shapely.buffer(shapely.boundary(shapes[one]), NEAR_M)
        changed = shapely.intersection(near, shapely.boundary(shapes[other]))
    rows = [
        (name, *(round(float(shapely.area(part[name])), 2) for part in (given, taken)))
        for name in (one, other)
    ]

    def degrees(shape: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(shape, outlines.to_degrees.transform, interleaved=False)

    return Preview(
        {name: degrees(shapes[name]) for name in (one, other)},
        {name: degrees(taken[name]) for name in (one, other)},
        degrees(left),
        pd.DataFrame(rows, columns=["town", "given_m2", "taken_m2"]),
        tuple(np.round(shapely.bounds(degrees(changed)), 7).tolist()),
    )
