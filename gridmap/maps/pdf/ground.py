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

__all__ = ["border_lines", "draw_borders", "draw_hatch", "draw_hatches", "fill_grids", "sign_of"]

LEAST_MM = 0.4  # of a border on paper, where ground and roads are drawn more finely than on screens
THINNER = 0.7  # lines of hatches on paper, which is sharper than a screen
PALE = 0.16  # opacity of the grids round the one that is printed


def sign_of(level: int, size: float) -> Stroke:
    """Give the line of the borders of a level, as `gridmap.maps.signs` has it.

    Parameters
    ----------
    level
        0 for micro-grids.
    size
        Size of the letters; a large sheet, looked at from afar, has heavier lines.
    """
    sign, grown = level_sign(level), max(1.0, size)
    width = max(LEAST_MM, sign.weight * MM_A_PX) * grown
    return Stroke(width, sign.colour, tuple(grown * length for length in dash_of(sign.dash)))


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
    frame: Box, *, opacity: float, size: float,
) -> None:  # fmt: skip
    """Draw the hatch of every class over its grids; `size` as of letters."""
    key = shapes.index.map(classes).to_numpy()
    for look in looks:
        here = shapes.to_numpy()[key == look.key]
        if len(here):
            draw_hatch(pen, shapely.union_all(here), look, frame, opacity=opacity, size=size)


def draw_hatch(
    pen: Pen, region: shapely.Geometry, look: Look, frame: Box, *, opacity: float, size: float
) -> None:
    """Draw the hatch of a class over a region in mm of paper."""
    motif = hatch(look.hatch, max(1.0, size))
    drawn = hatch_over(region, motif, frame)
    if motif.width:
        pen.lines([drawn], Stroke(motif.width * THINNER, look.ink, opacity=opacity))
    elif motif.lines:
        pen.fill([drawn], look.ink, opacity)


def draw_borders(pen: Pen, lines: np.ndarray, level: int, size: float) -> None:
    """Draw borders of a level with a light edge, which keeps them apart from dark ground."""
    stroke, sign = sign_of(level, size), level_sign(level)
    edge = stroke.width + sign.halo * MM_A_PX
    pen.lines(lines, Stroke(edge, sign.edge, opacity=1.0 if level else 0.6))
    pen.lines(lines, stroke)
