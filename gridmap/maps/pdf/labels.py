"""Names and numbers where there is room for them, none over another."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
import shapely.affinity

from gridmap.maps.context import Drawn
from gridmap.maps.geometry import roomiest
from gridmap.maps.pdf.context import is_named, straight_stretches
from gridmap.maps.pdf.pen import Pen
from gridmap.maps.pdf.sheets import Box
from gridmap.maps.signs import LABELS

__all__ = ["Taken", "name_grids", "name_lines", "name_places", "number_grids", "places_in"]

LINE = 1.25  # height of a line of text, in sizes of its letters
GROWN = (1.7, 1.3, 1.0)  # sizes tried for the number of a grid, the largest first
TRIES = 7  # places tried along each side of a grid for its label
ROAD_REPEAT_MM = 120.0  # between two names of one road


class Taken:
    """What of a sheet texts have taken already.

    Parameters
    ----------
    frame
        The frame of the map: no text crosses it.
    """

    def __init__(self, frame: Box) -> None:
        self._frame = frame.polygon()
        shapely.prepare(self._frame)
        self._boxes: list[shapely.Geometry] = []

    def free(self, box: shapely.Geometry) -> bool:
        """Whether a text there would lie over no other."""
        if not self._frame.contains(box):
            return False
        return not (self._boxes and shapely.intersects(box, self._boxes).any())

    def take(self, box: shapely.Geometry) -> None:
        """Keep a place for a text."""
        self._boxes.append(box)


@dataclass(frozen=True)
class _Text:
    """Lines of one label, with the size of the letters and whether they are bold."""

    lines: tuple[tuple[str, float, bool], ...]

    def extent(self, pen: Pen) -> tuple[float, float]:
        widths = [pen.width(text, size, bold=bold) for text, size, bold in self.lines]
        return max(widths), sum(size * LINE for _, size, _ in self.lines)

    def draw(self, pen: Pen, x: float, y: float, colour: str, halo: float) -> None:
        y -= self.extent(pen)[1] / 2
        for text, size, bold in self.lines:
            pen.text(
                text, (x, y + size * LINE / 2), size,
                anchor="middle", bold=bold, colour=colour, halo=halo,
            )  # fmt: skip
            y += size * LINE


def name_grids(
    pen: Pen, taken: Taken, shapes: gpd.GeoSeries, names: Sequence[str], size: float
) -> None:
    """Write the names of given grids, the largest first; one without room is left out.

    Parameters
    ----------
    pen, taken
        Draw, and keep what is taken.
    shapes
        The grids in mm of paper, cut to the frame.
    names
        Their names, in the same order.
    size
        Size of the letters in mm.
    """
    for row in np.argsort(-shapes.area.to_numpy(), kind="stable"):
        shape = shapes.iloc[row]
        text = _Text(((names[row], size, True),))
        width, height = text.extent(pen)
        for x, y in places_in(shape):
            box = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            if taken.free(box):
                taken.take(box)
                text.draw(pen, x, y, "#111111", 0.45)
                break


def number_grids(
    pen: Pen,
    taken: Taken,
    shapes: gpd.GeoSeries,
    texts: Sequence[tuple[str, str, str]],
    size: float,
) -> set[str]:
    """Number every micro-grid that has room, with as much of its name as fits inside it.

    Parameters
    ----------
    pen, taken
        Draw, and keep what is taken.
    shapes
        The micro-grids in mm of paper, cut to the frame.
    texts
        Of each its name in its parent, its code and its number.
    size
        Size of the letters in mm.

    Returns
    -------
    Codes of those that are numbered; the others have no room.
    """
    numbered = set()
    order = np.argsort(
        shapes.area.to_numpy(), kind="stable"
    )  # the small ones have the least choice
    for row in order:
        name, code, number = texts[row]
        ways = [
            *(_Text(((name, grown * size, True), (code, 0.8 * grown * size, False)))
              for grown in GROWN),
            *(_Text(((name, grown * size, True),)) for grown in GROWN[1:]),
            *(_Text(((number, share * size, True),)) for share in (*GROWN[1:], 0.8)),
        ]  # fmt: skip
        if _fit(pen, taken, shapes.iloc[row], ways):
            numbered.add(str(shapes.index[row]))
    return numbered


def _fit(pen: Pen, taken: Taken, shape: shapely.Geometry, ways: Sequence[_Text]) -> bool:
    shapely.prepare(shape)
    places = list(places_in(shape))
    for text in ways:
        width, height = text.extent(pen)
        if width * height > shape.area:
            continue
        for x, y in places:
            box = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            if shape.contains(box) and taken.free(box):
                taken.take(box)
                text.draw(pen, x, y, "#111111", 0.3)
                return True
    return False


def places_in(shape: shapely.Geometry) -> Iterator[tuple[float, float]]:
    """Places for a label in a polygon, the roomiest first, then those next to it."""
    best = roomiest(shape)
    yield best.x, best.y
    left, low, right, high = shape.bounds
    x, y = np.meshgrid(
        *(a + (b - a) * (np.arange(TRIES) + 0.5) / TRIES for a, b in ((left, right), (low, high)))
    )
    x, y = x.ravel(), y.ravel()
    inside = shapely.contains_xy(shape, x, y)
    x, y = x[inside], y[inside]
    for place in np.argsort(np.hypot(x - best.x, y - best.y), kind="stable"):
        yield float(x[place]), float(y[place])


def name_lines(pen: Pen, taken: Taken, context: Sequence[Drawn], scale: int, size: float) -> None:
    """Write names of roads, rail and water along them, again after a hand's breadth."""
    for one in reversed(context):  # the greater roads lie over the lesser ones, and go first
        if one.sign.shape == "line" and is_named(one.sign, scale):
            colour = LABELS["water" if one.sign.key.startswith("water") else "road"][0]
            for name in sorted({name for name in one.names if name}):
                lines = [
                    line for line, own in zip(one.shapes, one.names, strict=True) if own == name
                ]
                _along(pen, taken, name, lines, size, colour)


def _along(
    pen: Pen, taken: Taken, name: str, lines: list[shapely.Geometry], size: float, colour: str
) -> None:
    width, height = pen.width(name, size), size * LINE
    stretches = [
        ends
        for line in shapely.get_parts(lines)
        if line.geom_type == "LineString"
        for ends in straight_stretches(line, width)
    ]
    stretches.sort(key=lambda ends: -math.dist(*ends))
    written: list[np.ndarray] = []
    for ends in stretches:
        middle = ends.mean(axis=0)
        if any(math.dist(middle, other) < ROAD_REPEAT_MM for other in written):
            continue
        run, rise = ends[1] - ends[0]
        angle = math.degrees(math.atan2(rise, run))  # downwards: the paper's y
        box = shapely.affinity.rotate(
            shapely.box(
                middle[0] - width / 2, middle[1] - height / 2,
                middle[0] + width / 2, middle[1] + height / 2,
            ), angle,
        )  # fmt: skip
        if taken.free(box):
            taken.take(box)
            pen.text(
                name, (middle[0], middle[1]), size,
                anchor="middle", colour=colour, halo=0.3, angle=-angle,
            )  # fmt: skip
            written.append(middle)


def name_places(pen: Pen, taken: Taken, context: Sequence[Drawn], scale: int, size: float) -> None:
    """Write the names of places, points and areas where they lie, those with room."""
    for one in context:
        if one.sign.shape == "line" or not is_named(one.sign, scale):
            continue
        colour = LABELS["water" if one.sign.key.startswith("water") else "place"][0]
        named = [pair for pair in zip(one.names, one.shapes, strict=True) if pair[0]]
        for name, shape in sorted(named, key=lambda pair: (-pair[1].area, pair[0])):
            at = shapely.point_on_surface(shape)
            width, height = pen.width(name, size), size * LINE
            for down in (0.0, height, -height):
                box = shapely.box(
                    at.x - width / 2, at.y + down - height / 2,
                    at.x + width / 2, at.y + down + height / 2,
                )  # fmt: skip
                if taken.free(box):
                    taken.take(box)
                    pen.text(
                        name, (at.x, at.y + down), size, anchor="middle", colour=colour, halo=0.3
                    )
                    break
