"""Roads, rail, water and buildings, drawn quietly so that the place is recognised.

They look as `gridmap.maps.signs` says; a px of its widths is 0.26 mm of paper.
"""

from collections.abc import Iterable

import numpy as np
import shapely

from gridmap.maps.context import Drawn
from gridmap.maps.pdf.pen import MM_A_PX, Pen, Stroke, dash_of
from gridmap.maps.signs import ContextSign

__all__ = ["draw_context", "is_drawn", "is_named", "straight_stretches", "stroke_of"]

CASING_MM = 0.22  # that the edge of a road is wider than the road
BEND_MM = 0.4  # a stretch that leaves its chord by no more counts as straight


def is_drawn(sign: ContextSign, scale: int) -> bool:
    """Whether a sign is drawn at a scale."""
    return _metres_a_px(scale) <= sign.drawn_from


def is_named(sign: ContextSign, scale: int) -> bool:
    """Whether what a sign draws is named at a scale."""
    return is_drawn(sign, scale) and _metres_a_px(scale) <= sign.named_from


def stroke_of(sign: ContextSign, scale: int) -> Stroke:
    """Give the line of a sign at a scale: as wide as on the ground, within its limits."""
    least, most = sign.least_px * MM_A_PX, max(sign.least_px, sign.most_px) * MM_A_PX
    width = float(np.clip(sign.ground_m * 1000 / scale, least, most))
    return Stroke(width, sign.fill, dash_of(sign.dash), round_ends=not sign.dash)


def draw_context(pen: Pen, context: Iterable[Drawn], scale: int) -> None:
    """Draw areas, then the edges of all lines, then the lines: crossings stay open."""
    shown = [one for one in context if is_drawn(one.sign, scale)]
    for one in shown:
        if one.sign.shape == "area":
            pen.fill(one.shapes, one.sign.fill, one.sign.opacity)
    lines = [one for one in shown if one.sign.shape == "line"]
    for one in lines:
        if one.sign.casing:
            width = stroke_of(one.sign, scale).width + CASING_MM
            pen.lines(one.shapes, Stroke(width, one.sign.casing, round_ends=True))
    for one in lines:
        pen.lines(one.shapes, stroke_of(one.sign, scale))


def _metres_a_px(scale: int) -> float:
    """Ground that a px of a sign covers, in metres."""
    return scale * MM_A_PX / 1000


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
