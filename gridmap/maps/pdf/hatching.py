"""Hatches of the classes as lines on paper.

The motifs are those of the screen: they are read from `assets/hatches.js`, so that a class has the
same hatch on both.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path

from gridmap.maps.page import asset
from gridmap.maps.pdf.sheets import Box

__all__ = ["Hatch", "hatch", "hatch_over"]

MM_A_PX = 0.27
CURVE_STEPS = 6
_ENTRY = re.compile(r'^\s+(\w+): \[(\d+), "([^"]*)", ([\d.]+)\],', re.MULTILINE)


@dataclass(frozen=True)
class Hatch:
    """A motif that is repeated: side of its tile, lines in it and their width, all in mm.

    A width of 0 means that the lines are outlines of what is filled.
    """

    side: float
    lines: tuple[np.ndarray[Any, Any], ...]
    width: float


@cache
def hatch(name: str, size: float = 1.0) -> Hatch:
    """Give the motif of a name used in `gridmap.maps.legend`, so many times as large."""
    mm = MM_A_PX * size
    for key, side, path, width in _ENTRY.findall(asset("hatches.js")):
        if key == name:
            lines = tuple(line * mm for line in _polylines(path))
            return Hatch(int(side) * mm, lines, float(width) * mm)
    raise KeyError(name)


def hatch_over(region: shapely.Geometry, motif: Hatch, frame: Box) -> shapely.Geometry:
    """Cover a region of a sheet with a motif.

    Parameters
    ----------
    region
        Polygons in mm of paper.
    motif
        The motif.
    frame
        Where the tiles begin, so that neighbouring grids of a class are hatched through.

    Returns
    -------
    Lines inside the region, or polygons to fill for a motif of no width.
    """
    if region.is_empty or not motif.lines:
        return shapely.MultiLineString()
    left, low, right, high = region.bounds
    side = motif.side
    columns = np.arange(np.floor((left - frame.left) / side), (right - frame.left) / side)
    rows = np.arange(np.floor((low - frame.low) / side), (high - frame.low) / side)
    corners = np.meshgrid(frame.left + columns * side, frame.low + rows * side)
    x, y = corners[0].ravel(), corners[1].ravel()
    tiles = shapely.box(x, y, x + side, y + side)
    shapely.prepare(region)
    touched = shapely.intersects(region, tiles)
    origin = np.column_stack([x, y])[touched]
    drawn = [_repeated(line, origin, filled=motif.width == 0) for line in motif.lines]
    shapes = np.concatenate(drawn)
    if motif.width == 0:
        return shapely.multipolygons(shapes[shapely.contains_properly(region, shapes)])
    inside = shapely.contains_properly(region, shapes)
    cut = shapely.intersection(shapes[~inside], region)
    parts = shapely.get_parts(np.concatenate([shapes[inside], cut]))
    return shapely.multilinestrings(parts[shapely.get_type_id(parts) == 1])


def _repeated(
    line: np.ndarray[Any, Any], origin: np.ndarray[Any, Any], *, filled: bool
) -> np.ndarray[Any, Any]:
    points = (origin[:, None, :] + line[None, :, :]).reshape(-1, 2)
    which = np.repeat(np.arange(len(origin)), len(line))
    if filled:
        return shapely.polygons(shapely.linearrings(points, indices=which))
    return shapely.linestrings(points, indices=which)


def _polylines(path: str) -> list[np.ndarray[Any, Any]]:
    """Lines of an SVG path, its curves as short straight pieces."""
    pen = RecordingPen()
    parse_path(path, pen)
    lines: list[list[tuple[float, float]]] = []
    for step, points in pen.value:
        if step == "moveTo":
            lines.append([points[0]])
        elif step == "lineTo":
            lines[-1].append(points[0])
        elif step in ("curveTo", "qCurveTo"):
            lines[-1] += _curve(lines[-1][-1], points)
        elif step == "closePath" and lines[-1][0] != lines[-1][-1]:
            lines[-1].append(lines[-1][0])
    return [np.array(line, dtype=float) for line in lines if len(line) > 1]


def _curve(
    start: tuple[float, float], points: tuple[tuple[float, float], ...]
) -> list[tuple[float, float]]:
    """Points on a Bézier curve of any degree, by de Casteljau."""
    made = []
    for step in np.linspace(0, 1, CURVE_STEPS + 1)[1:]:
        left = np.array([start, *points])
        while len(left) > 1:
            left = left[:-1] + step * (left[1:] - left[:-1])
        made.append((float(left[0, 0]), float(left[0, 1])))
    return made
