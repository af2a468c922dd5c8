"""Micro-grids filled by class, and the borders of every level."""

from collections.abc import Iterable, Mapping

import geopandas as gpd
import numpy as np
import shapely

from gridmap.maps.legend import Look
from gridmap.maps.pdf.hatching import hatch, hatch_over
from gridmap.maps.pdf.pen import MM_A_PX, Pen, Stroke, dash_of
from gridmap.maps.pdf.sheets import Box
from gridmap.maps.signs import level_sign

__all__ = ["border_lines", "draw_borders", "draw_hatches", "fill_grids", "sign_of"]

LEAST_MM = 0.4  # of a border on paper, where ground and roads are drawn more finely than on screens
PALE = 0.16  # opacity of the grids round the one that is printed


def sign_of(level: int) -> Stroke:
    """Give the line of the borders of a level, as `gridmap.maps.signs` has it; 0: micro-grids."""
    sign = level_sign(level)
    return Stroke(max(LEAST_MM, sign.weight * MM_A_PX), sign.colour, dash_of(sign.dash))


def border_lines(polygons: np.ndarray) -> np.ndarray:
    """Draw the borders of neighbouring polygons, every shared one once, or dashes run together."""
    rings = shapely.get_rings(shapely.get_parts(polygons))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(points):
        return np.array([], dtype=object)
    same = ring[1:] == ring[:-1]
    edges = np.column_stack([points[:-1], points[1:]])[same]
    turned = (edges[:, 0] > edges[:, 2]) | (
        (edges[:, 0] == edges[:, 2]) & (edges[:, 1] > edges[:, 3])
    )
    edges[turned] = edges[turned][:, [2, 3, 0, 1]]
    once = np.unique(edges, axis=0).reshape(-1, 2, 2)
    merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(once)))
    return shapely.get_parts(shapely.normalize(merged))


def fill_grids(
    pen: Pen, shapes: gpd.GeoSeries, classes: Mapping[str, str], looks: Iterable[Look],
    *, bright: set[str] | None,
) -> None:  # fmt: skip
    """Fill grids with the colour of their class.

    Parameters
    ----------
    pen
        Draws.
    shapes
        Shapes of grids in mm of paper, by code.
    classes
        Key of a look by code.
    looks
        The looks.
    bright
        Codes of the grids that the print is about, the others are pale; None for all.
    """
    key = shapes.index.map(classes).to_numpy()
    near = np.ones(len(shapes), dtype=bool) if bright is None else shapes.index.isin(bright)
    for look in looks:
        here = shapes.to_numpy()
        pen.fill(here[(key == look.key) & near], look.colour)
        pen.fill(here[(key == look.key) & ~near], look.colour, PALE)


def draw_hatches(
    pen: Pen, shapes: gpd.GeoSeries, classes: Mapping[str, str], looks: Iterable[Look],
    frame: Box, *, opacity: float,
) -> None:  # fmt: skip
    """Draw the hatch of every class over its grids."""
    key = shapes.index.map(classes).to_numpy()
    for look in looks:
        motif = hatch(look.hatch)
        here = shapes.to_numpy()[key == look.key]
        if not len(here) or not motif.lines:
            continue
        drawn = hatch_over(shapely.union_all(here), motif, frame)
        if motif.width:
            pen.lines([drawn], Stroke(motif.width * 0.7, look.ink, opacity=opacity))
        else:
            pen.fill([drawn], look.ink, opacity)


def draw_borders(pen: Pen, lines: np.ndarray, level: int) -> None:
    """Draw borders of a level with a light edge, which keeps them apart from dark ground."""
    stroke, sign = sign_of(level), level_sign(level)
    edge = stroke.width + sign.halo * MM_A_PX
    pen.lines(lines, Stroke(edge, sign.edge, opacity=1.0 if level else 0.6))
    pen.lines(lines, stroke)
