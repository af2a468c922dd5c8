"""Long strips are cut across where their neighbours change, so that each neighbour gets its part.

A gap between two layers runs along many parcels; given whole to one of them it would become a tail
hundreds of metres long. Cuts run from a corner of the neighbours straight across the strip.
"""

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString, Polygon

from boundaries.overlay.slicing import slices
from boundaries.topology.neighbours import around, edges_of, match_edges

__all__ = ["cut_strips"]

_REACH = 5.0  # a strip is not wider anywhere than this many times the width of a sliver
_STRAIGHT = -np.cos(np.radians(135))  # at a sharper corner the strip ends, and is not cut
_BEYOND_M = 0.001  # so far past an edge a line begins, or ends, surely beyond it


def cut_strips(
    patches: gpd.GeoDataFrame, strips: np.ndarray, *, width_m: float
) -> tuple[list[Polygon], np.ndarray]:
    """Cut strips across wherever another neighbour begins beside them.

    Parameters
    ----------
    patches
        Polygons that tile the ground.
    strips
        Positions of the strips.
    width_m
        About how wide they are at most.

    Returns
    -------
    All pieces and the position of the strip that each comes from, in order of strip. They share
    vertices with each other; neighbours lack those at the end of a cut until `tiling.sealed`.
    """
    beside = _beside(patches.geometry, strips)
    pieces: list[Polygon] = []
    origin: list[int] = []
    for row, strip in zip(strips.tolist(), patches.geometry.to_numpy()[strips], strict=True):
        cut = _cut(strip, _junctions(strip, beside[row]), _REACH * width_m)
        pieces += cut
        origin += [row] * len(cut)
    return pieces, np.array(origin, dtype=np.int64)


def _beside(geometry: gpd.GeoSeries, strips: np.ndarray) -> dict[int, dict[tuple, int]]:
    """Neighbour along every edge of each strip, by the ends of the edge."""
    rows = around(geometry.to_numpy(), np.isin(np.arange(len(geometry)), strips))
    start, end, owner = edges_of(geometry.iloc[rows])
    owner = rows[owner]
    first, second = match_edges(start, end, owner)
    one, two = np.r_[first, second], np.r_[second, first]
    own = np.isin(owner[one], strips)
    result: dict[int, dict[tuple, int]] = {row: {} for row in strips.tolist()}
    for edge, other in zip(one[own].tolist(), owner[two[own]].tolist(), strict=True):
        result[int(owner[edge])][(*start[edge].tolist(), *end[edge].tolist())] = other
    return result


def _junctions(strip: Polygon, beside: dict[tuple, int]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Corners of the strip where another neighbour begins: place, and the way into the strip."""
    found = []
    for ring in shapely.get_rings(shapely.orient_polygons(strip)):
        corners = shapely.get_coordinates(ring)[:-1]
        after = np.roll(corners, -1, axis=0)
        owner = [
            beside.get((*here, *there), beside.get((*there, *here), -1))
            for here, there in zip(corners.tolist(), after.tolist(), strict=True)
        ]
        along = (after - corners) / np.maximum(np.hypot(*(after - corners).T), 1e-12)[:, None]
        for at in range(len(corners)):
            before = at - 1
            turn = along[before] @ along[at]
            left = along[before][0] * along[at][1] - along[before][1] * along[at][0]
            if owner[at] == owner[before] or (left > 0 and turn < _STRAIGHT):
                continue
            way = along[before] + along[at]
            inward = np.array([-way[1], way[0]])  # the strip is on the left of its outline
            size = np.hypot(*inward)
            if size > 1e-6:
                found.append((corners[at], inward / size))
    return found


def _cut(
    strip: Polygon, junctions: list[tuple[np.ndarray, np.ndarray]], reach_m: float
) -> list[Polygon]:
    """Cut a strip from each junction to the other side; whole if that would lose ground."""
    outline = strip.boundary
    places = np.array([place for place, _ in junctions]).reshape(-1, 2)
    cuts: dict[tuple, LineString] = {}
    for place, way in junctions:
        ray = LineString([place + way * _BEYOND_M, place + way * reach_m])
        hits = shapely.get_coordinates(shapely.intersection(ray, outline))
        if len(hits) == 0:
            continue
        away = np.hypot(*(hits - place).T)
        hit, width = hits[np.argmin(away)], float(away.min())
        aside = np.hypot(*(places - hit).T)
        nearest = int(np.argmin(aside))
        line = LineString([place, hit + way * _BEYOND_M])
        if aside[nearest] < width / 2:  # two neighbours change here: one cut serves both
            straight = LineString([place, places[nearest]])
            if strip.covers(straight):
                line = straight
        ends = sorted(map(tuple, (line.coords[0], line.coords[-1])))
        cuts[tuple(ends)] = line
    if not cuts:
        return [strip]
    faces = slices(strip, [cuts[key] for key in sorted(cuts)])
    return sorted(faces, key=lambda face: face.bounds)
