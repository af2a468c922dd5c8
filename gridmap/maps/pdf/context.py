"""Roads, rail, water and buildings, drawn quietly so that the place is recognised."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gridmap.maps.pdf.pen import Pen, Stroke

__all__ = ["ROADS", "draw_lines", "draw_under", "straight_stretches"]


@dataclass(frozen=True)
class Road:
    """How roads of a class look: width in mm, and the smallest scale at which they are drawn."""

    width: float
    smallest: int  # denominator
    colour: str = "#ffffff"
    dash: tuple[float, float] | None = None


ROADS = {
    "motorway": Road(1.5, 100_000, "#f6d08a"),
    "trunk": Road(1.3, 100_000, "#f6d08a"),
    "primary": Road(1.1, 100_000, "#fbe6b3"),
    "secondary": Road(0.95, 100_000, "#fff4d6"),
    "tertiary": Road(0.8, 50_000),
    "street": Road(0.65, 30_000),
    "lane": Road(0.5, 20_000),
    "service": Road(0.4, 12_500),
    "track": Road(0.22, 25_000, "#6f6250", (1.1, 0.5)),
    "path": Road(0.18, 12_500, "#6f6250", (0.5, 0.5)),
    "": Road(0.5, 30_000),
}
CASING = "#85807a"
WATER, BUILDING = "#7fb2df", "#8d857b"
BUILDINGS_FROM = 25_000
BEND_MM = 0.4  # a stretch that leaves its chord by no more counts as straight


def draw_under(pen: Pen, context: gpd.GeoDataFrame, scale: int) -> None:
    """Draw areas of water and buildings."""
    kind = context["kind"].to_numpy()
    shapes = context.geometry.to_numpy()
    areas = np.isin(shapely.get_type_id(shapes), (3, 6))
    pen.fill(shapes[(kind == "water") & areas], WATER, 0.8)
    if scale <= BUILDINGS_FROM:
        pen.fill(shapes[(kind == "building") & areas], BUILDING, 0.75)


def draw_lines(pen: Pen, context: gpd.GeoDataFrame, scale: int) -> None:
    """Draw water lines, roads by class with the lesser ones first, and rail."""
    kind = context["kind"].to_numpy()
    shapes = context.geometry.to_numpy()
    lines = np.isin(shapely.get_type_id(shapes), (1, 5))
    pen.lines(shapes[(kind == "water") & lines], Stroke(0.4, WATER, round_ends=True))
    classes = context["class"].where(context["class"].isin(list(ROADS)), "").to_numpy()
    shown = [
        (road, shapes[(kind == "road") & lines & (classes == name)])
        for name, road in sorted(ROADS.items(), key=lambda entry: entry[1].width)
        if scale <= road.smallest
    ]
    for road, here in shown:
        if not road.dash:
            pen.lines(here, Stroke(road.width + 0.22, CASING, round_ends=True))
    for road, here in shown:
        pen.lines(here, Stroke(road.width, road.colour, road.dash, round_ends=not road.dash))
    rail = shapes[(kind == "rail") & lines]
    pen.lines(rail, Stroke(0.75, "#333333"))
    pen.lines(rail, Stroke(0.45, "#ffffff", (1.6, 1.6)))


def straight_stretches(line: shapely.LineString, least: float) -> list[np.ndarray]:
    """Find stretches of a line that are straight enough for a name, the longest first.

    Parameters
    ----------
    line
        A line in mm of paper.
    least
        Least length of a stretch.

    Returns
    -------
    Both ends of each stretch, from left to right.
    """
    corners = shapely.get_coordinates(shapely.simplify(line, BEND_MM))
    ends = np.stack([corners[:-1], corners[1:]], axis=1)
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    order = np.argsort(-length, kind="stable")
    return [
        pair if pair[0, 0] <= pair[1, 0] else pair[::-1]
        for pair in ends[order]
        if np.hypot(*(pair[1] - pair[0])) >= least
    ]
