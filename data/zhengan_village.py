"""A village of the sample town Zheng'an: rows of houses on lanes, in village groups.

Used by `make_zhengan.py`. Houses face south in rows from west to east; lanes lie between the rows,
wider ones between bands of five to eight plots; two main streets cross in the middle. A village
group (村民小组) is a quarter of the village, or two in a larger one.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from zhengan_cells import Cell, Line

__all__ = ["Village", "build_village"]

LANE_M, ALLEY_M, MAIN_M = 4.5, 5.0, 9.0
EDGE_M = 5.0
# So many plots of a hundred stand empty: the family moved to the city.
EMPTY_SHARE = 0.04
WING_SHARE = 0.4
COLUMNS_OF_A_GROUP = 9  # plots in a row of one village group, about
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Village:
    """A village on the board."""

    name: str
    groups: list[tuple[str, shapely.Polygon]]
    houses: np.ndarray
    lanes: list[Line]
    rim: list[shapely.Polygon]  # trees and gardens between the houses and the road around them


def build_village(cell: Cell, rng) -> Village:
    """Draw a village into a cell."""
    inner = cell.inner
    x0, y0, x1, y1 = inner.buffer(-EDGE_M).bounds
    wide, deep = rng.uniform(12.4, 14.6), rng.uniform(17.5, 20.5)
    columns, street_x = _bands(x0, x1, wide, rng)
    rows, street_y = _rows(y0, y1, deep)
    plots, place = [], []
    for row, y in enumerate(rows):
        for band in columns:
            for x in band:
                plots.append(shapely.box(x, y, x + wide, y + deep))
                place.append((row, x))
    plots = np.array(plots)
    keep = _kept(plots, inner, rng)
    areas = _groups(plots[keep], inner, columns, wide, street_x, street_y)
    built = shapely.union_all(areas)
    keep &= shapely.contains(built.buffer(0.1), plots)
    stands = keep & (rng.random(len(plots)) > EMPTY_SHARE)
    houses = np.array([_house(plot, rng) for plot in plots[stands]])
    lanes = _lanes(rows, columns, wide, deep, built)
    lanes += _streets(cell, street_x, street_y)
    rim = shapely.get_parts(inner.difference(built.buffer(0.01)))
    rim = [one for one in rim if one.area > 120 and not one.buffer(-2.0).is_empty]
    names = [f"{cell.label}{NUMERALS[number]}组" for number in range(len(areas))]
    return Village(cell.label, list(zip(names, areas, strict=True)), houses, lanes, rim)


def _bands(x0: float, x1: float, wide: float, rng) -> tuple[list[np.ndarray], float]:
    """West edges of the plots in bands between alleys, and the main street between two bands."""
    bands: list[np.ndarray] = []
    x, street = x0, 0.0
    while x + 3 * wide < x1:
        count = min(int(rng.integers(5, 9)), int((x1 - x) / wide))
        bands.append(x + wide * np.arange(count))
        x += wide * count + ALLEY_M
        if not street and x > (x0 + x1) / 2 - 3 * wide:
            street = x - ALLEY_M + MAIN_M / 2
            x += MAIN_M - ALLEY_M
    return bands, street


def _rows(y0: float, y1: float, deep: float) -> tuple[list[float], float]:
    """South edges of the rows, and the main street between two rows."""
    rows: list[float] = []
    y, street = y0, 0.0
    while y + deep < y1:
        rows.append(y)
        y += deep + LANE_M
        if not street and y > (y0 + y1) / 2 - deep / 2:
            street = y - LANE_M + MAIN_M / 2
            y += MAIN_M - LANE_M
    return rows, street


def _kept(plots: np.ndarray, inner: shapely.Polygon, rng) -> np.ndarray:
    """Which plots are built on: a rounded outline with bays, not a rectangle."""
    x0, y0, x1, y1 = inner.bounds
    x, y = shapely.get_coordinates(shapely.centroid(plots)).T
    u, v = 2 * (x - x0) / (x1 - x0) - 1, 2 * (y - y0) / (y1 - y0) - 1
    angle = np.arctan2(v, u)
    phase = rng.uniform(0, 2 * np.pi, 3)
    bays = sum(
        size * np.sin(number * angle + turn)
        for size, number, turn in zip((0.07, 0.09, 0.07), (2, 3, 5), phase, strict=True)
    )
    out = (np.abs(u) ** 3.6 + np.abs(v) ** 3.6) ** (1 / 3.6)
    return np.asarray(out < 0.96 + bays)


def _groups(plots, inner, columns, wide, street_x, street_y) -> list[shapely.Polygon]:
    """Village groups: parts of the village between main streets and alleys, one polygon each."""
    x0, y0, x1, y1 = inner.bounds
    cuts = [street_x]
    for west, east in ((x0, street_x), (street_x, x1)):
        if east - west > 2 * COLUMNS_OF_A_GROUP * wide:
            alleys = [band[-1] + wide + ALLEY_M / 2 for band in columns]
            cuts.append(min(alleys, key=lambda x, m=(west + east) / 2: abs(x - m)))
    xs = [x0 - 9, *sorted(cuts), x1 + 9]
    areas = []
    for south, north in ((street_y, y1 + 9), (y0 - 9, street_y)):
        for west, east in pairwise(xs):
            part = shapely.box(west, south, east, north)
            own = plots[shapely.contains(part, plots)]
            if len(own) < 4:
                continue
            near = shapely.union_all(own).buffer(7.5, join_style="mitre")
            near = near.buffer(-2.5, join_style="mitre").intersection(part).intersection(inner)
            largest = max(shapely.get_parts(near), key=shapely.area)
            areas.append(shapely.Polygon(largest.exterior))
    return areas


def _house(plot: shapely.Polygon, rng) -> shapely.Polygon:
    """A house at the north of its plot, often with a wing along one side of the yard."""
    x0, y0, x1, y1 = plot.bounds
    x0, x1, y1 = x0 + 0.7, x1 - 0.7, y1 - 0.8
    deep = rng.uniform(7.5, 10.0)
    if rng.random() > WING_SHARE:
        return shapely.box(x0, y1 - deep, x1 - rng.uniform(0, 1.5), y1)
    south = y0 + rng.uniform(1.0, 4.0)
    wing = rng.uniform(3.4, 4.4)
    if rng.random() < 0.5:
        ring = [(x0, south), (x0 + wing, south), (x0 + wing, y1 - deep), (x1, y1 - deep)]
    else:
        ring = [(x0, y1 - deep), (x1 - wing, y1 - deep), (x1 - wing, south), (x1, south)]
    return shapely.Polygon([*ring, (x1, y1), (x0, y1)])


def _lanes(rows, columns, wide, deep, built) -> list[Line]:
    """Lanes south of each row and alleys between the bands, as far as there are houses."""
    west, east = columns[0][0] - ALLEY_M, columns[-1][-1] + wide + ALLEY_M
    south, north = rows[0] - LANE_M, rows[-1] + deep + LANE_M
    across = [shapely.LineString([(west, y - LANE_M / 2), (east, y - LANE_M / 2)]) for y in rows]
    ends = [band[-1] + wide + ALLEY_M / 2 for band in columns[:-1]]
    along = [shapely.LineString([(x, south), (x, north)]) for x in ends]
    inside = shapely.intersection(np.array(across + along), built.buffer(1.0))
    parts = shapely.get_parts(inside)
    return [Line(part, "lane") for part in parts[shapely.length(parts) > 30]]


def _streets(cell: Cell, street_x: float, street_y: float) -> list[Line]:
    """The two main streets, out to the roads around the village."""
    across = shapely.LineString([(cell.x0, street_y), (cell.x1, street_y)])
    along = shapely.LineString([(street_x, cell.y0), (street_x, cell.y1)])
    names = (f"{cell.label}中心街", f"{cell.label}南北街")
    return [Line(line, "lane", name) for line, name in zip((across, along), names, strict=True)]
