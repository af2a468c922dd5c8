"""Objects of the registers on a sheet: the sign of their class, or a dot where there is no room."""

from collections.abc import Sequence

import numpy as np
import shapely

from gridmap.maps.pdf.labels import Taken
from gridmap.maps.pdf.pen import Pen
from gridmap.maps.signs import OBJECT_COLOURS
from layers.registers.classes import CLASSES

__all__ = ["draw_dots", "draw_sign", "draw_signs"]

SIGN_MM = 1.5  # half its width, times the size of the letters of a sheet
LETTER_MM = 2.1
DOT_MM = 0.45
EDGE_MM = 0.2


def draw_dots(pen: Pen, points: np.ndarray, classes: Sequence[str], size: float) -> None:
    """Draw a dot for every object, under the texts; see `draw_signs`."""
    for (x, y), key in zip(points, classes, strict=True):
        _disc(pen, (x, y), DOT_MM * size, OBJECT_COLOURS[key])


def draw_signs(
    pen: Pen, taken: Taken, points: np.ndarray, classes: Sequence[str], size: float
) -> None:
    """Draw the sign of each object over its dot, where no text and no other sign stands.

    Parameters
    ----------
    pen, taken
        Draw, and keep what is taken.
    points
        Places in mm of paper, (objects, 2).
    classes
        Key of the class of each.
    size
        Of the letters of the sheet.
    """
    half = SIGN_MM * size
    for (x, y), key in zip(points, classes, strict=True):
        box = shapely.box(x - half, y - half, x + half, y + half)
        if taken.free(box):
            taken.take(box)
            draw_sign(pen, key, (x, y), size)


def draw_sign(pen: Pen, key: str, at: tuple[float, float], size: float) -> None:
    """Draw the sign of a class of objects: its letter on a disc."""
    _disc(pen, at, SIGN_MM * size, "#ffffff")
    _disc(pen, at, SIGN_MM * size - EDGE_MM, OBJECT_COLOURS[key])
    text = CLASSES[key].sign
    pen.text(text, at, LETTER_MM * size, anchor="middle", bold=True, colour="#ffffff")


def _disc(pen: Pen, at: tuple[float, float], radius: float, colour: str) -> None:
    pen.fill([shapely.Point(at).buffer(radius, quad_segs=6)], colour)
