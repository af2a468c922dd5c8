"""A map in a frame of a sheet: ground with context, scale bar and north, and labels of its own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely

from gridmap.maps.geometry import roomiest
from gridmap.maps.pdf.furniture import bar_length, draw_bar, draw_north
from gridmap.maps.pdf.labels import LINE, Taken, places_in
from gridmap.maps.pdf.painter import OUTLINE, Painter
from gridmap.maps.pdf.pen import Pen, Stroke
from gridmap.maps.pdf.setting import broken
from gridmap.maps.pdf.sheets import Box
from gridmap.maps.pdf.view import View, view_of
from gridmap.sheets.beside import Beside
from gridmap.words import say

__all__ = ["Marked", "draw_map"]

SPARE_MM = 13.0  # round the ground, for the grids beside it
EDGE_MM = 10.0  # where there are none
LEAST_M = 30.0  # ground that is shown round a point
NUMBER_MM = 2.3  # letters of the number of a micro-grid, on any paper
BAR_MM = 40.0  # most length of the scale bar
LABEL_MM = 34.0  # most width of the label of a neighbour
# Where the number of an object is tried, in mm from it.
_NEAR = ((0.0, -2.6), (0.0, 2.6), (3.2, 0.0), (-3.2, 0.0), (3.2, -3.2), (-3.2, -3.2), (3.2, 3.2),
         (-3.2, 3.2), (6.4, 0.0), (-6.4, 0.0), (0.0, 6.0), (0.0, -6.0))  # fmt: skip
_TURNS = tuple(np.arange(12) * np.pi / 6)  # directions in which a number is tried
INK, SIGN = "#111111", "#7a1f1f"


@dataclass(frozen=True)
class Marked:
    """What a map shows beside the ground.

    Attributes
    ----------
    outline
        What it is about, in the work CRS.
    about
        Codes of the grids that are bright; none shows all of them bright.
    title
        Written in the outline.
    within
        Code of the grid in which its micro-grids are numbered; "" for no numbers.
    named
        Codes of given grids in it that are named.
    beside
        Neighbours, each named at its side.
    points
        Objects with their numbers; "" is a dot alone.
    """

    outline: shapely.Geometry
    about: Collection[str] = ()
    title: str = ""
    within: str = ""
    named: Collection[str] = ()
    beside: Sequence[Beside] = ()
    points: Sequence[tuple[str, shapely.Point]] = field(default=())


def view_for(ground: shapely.Geometry, frame: Box, *, spare_mm: float, size: float) -> View:
    """Lay ground with what lies round it into a frame."""
    west, south, east, north = ground.bounds
    x, y = (west + east) / 2, (south + north) / 2
    half = LEAST_M / 2
    bounds = (min(west, x - half), min(south, y - half), max(east, x + half), max(north, y + half))
    return view_of(bounds, frame, spare_mm=spare_mm, size=size)


def draw_map(pen: Pen, painter: Painter, frame: Box, marked: Marked, *, size: float) -> set[str]:
    """Draw a map with its frame; gives the micro-grids that have a number on it.

    Parameters
    ----------
    pen, painter
        Draw.
    frame
        Where it goes, in mm.
    marked
        What it shows.
    size
        How much larger letters and lines are than on A3.
    """
    spare = SPARE_MM if marked.beside else EDGE_MM
    points = [point for _, point in marked.points]  # of a group some lie apart from its grids
    ground = shapely.GeometryCollection([marked.outline, *points])
    view = view_for(ground, frame, spare_mm=spare, size=size)
    about = set(marked.about) or None
    with pen.inside(frame):
        micro = painter.paint(pen, view, about=about)
        own = view.cut(np.array([marked.outline], dtype=object))
        pen.lines(own, OUTLINE)
        taken = Taken(frame)
        _furniture(pen, painter, view, taken)
        _points(pen, view, taken, marked)
        numbered = set()
        if marked.title:
            _title(pen, taken, own[0], marked.title, 3.4 * size)
        if marked.within:
            numbered = painter.number_micro(
                pen, view, taken, micro, about=about, within=marked.within, letters=NUMBER_MM / size
            )
            left = painter.about(micro, about)
            numbers = {code: painter.number_in(code, marked.within) for code in left.index}
            numbered |= _outside(pen, taken, left[~left.index.isin(numbered)], numbers)
        if len(marked.named):
            painter.name_given(pen, view, taken, only=marked.named)
        _beside(pen, painter, view, taken, marked.beside, own[0])
        painter.name_context(pen, view, taken)
    pen.lines([frame.polygon()], Stroke(0.4, INK))
    return numbered


def _furniture(pen: Pen, painter: Painter, view: View, taken: Taken) -> None:
    """Draw scale bar and north on the map, on light ground that no label takes."""
    frame, language = view.frame, painter.language
    ratio, unit = f"1:{view.scale:,}".replace(",", " "), say("print.metres", language)
    start = frame.left + 4.5 + pen.width(ratio, 3.2, bold=True)
    end = start + bar_length(BAR_MM, view.scale) + pen.width(f"0 {unit}", 2.0) + 4.0
    bar = Box(frame.left, frame.high - 9.0, end, frame.high)
    pen.box(bar, fill="#ffffff")
    pen.text(ratio, (bar.left + 2.0, bar.low + 3.4), 3.2, bold=True)
    draw_bar(pen, (start, bar.low + 2.2), BAR_MM, view.scale, size=0.9, unit=unit)
    north = Box(frame.right - 8.5, frame.low, frame.right, frame.low + 14.5)
    pen.box(north, fill="#ffffff")
    draw_north(
        pen, (north.left + north.right) / 2, north.low + 0.6, 0.9, say("map.north", language)
    )
    taken.take(bar.polygon())
    taken.take(north.polygon())


def _points(pen: Pen, view: View, taken: Taken, marked: Marked) -> None:
    """Draw the objects with their numbers, each where it stands or as near as there is room."""
    for number, point in marked.points:
        at = view.cut(np.array([point], dtype=object))[0]
        if at.is_empty:
            continue
        half = 1.0 + pen.width(number, 2.3) / 2
        for right, down in _NEAR if number else ():
            x, y = at.x + right, at.y + down
            box = shapely.box(x - half, y - 1.7, x + half, y + 1.7)
            if taken.free(box):
                taken.take(box)
                pen.line([(at.x, at.y), (x, y)], Stroke(0.25, SIGN))
                pen.fill([shapely.Point(at.x, at.y).buffer(0.5, quad_segs=4)], SIGN)
                pen.fill([box.buffer(0.5, quad_segs=4)], SIGN)
                pen.text(number, (x, y), 2.3, anchor="middle", bold=True, colour="#ffffff")
                break
        else:
            pen.fill([shapely.Point(at.x, at.y).buffer(0.5, quad_segs=4)], SIGN)


def _outside(
    pen: Pen, taken: Taken, shapes: gpd.GeoDataFrame, numbers: Mapping[str, str]
) -> set[str]:
    """Number what is too small for a number beside it, with a line to it; gives what has room."""
    numbered = set()
    for code, shape in zip(shapes.index, shapes.geometry, strict=True):
        at, text = roomiest(shape), numbers[str(code)]
        half = pen.width(text, NUMBER_MM, bold=True) / 2 + 0.4
        for reach in (4.0, 6.0, 8.5, 11.0, 14.0):
            places = [(at.x + reach * np.cos(turn), at.y + reach * np.sin(turn)) for turn in _TURNS]
            free = [
                (x, y) for x, y in places
                if taken.free(shapely.box(x - half, y - NUMBER_MM / 2, x + half, y + NUMBER_MM / 2))
            ]  # fmt: skip
            if free:
                x, y = free[0]
                taken.take(shapely.box(x - half, y - NUMBER_MM / 2, x + half, y + NUMBER_MM / 2))
                for stroke in (Stroke(0.9, "#ffffff"), Stroke(0.3, INK)):
                    pen.line([(at.x, at.y), (x, y)], stroke)
                pen.text(text, (x, y), NUMBER_MM, anchor="middle", bold=True, halo=0.5)
                numbered.add(str(code))
                break
    return numbered


def _title(pen: Pen, taken: Taken, shape: shapely.Geometry, title: str, size: float) -> None:
    """Write what the map is about into its outline, where it has room."""
    if shape.is_empty or not shape.area:
        return
    for grown in (1.0, 0.85, 0.7):
        for room in (60.0, 30.0):
            lines = broken(pen, title, grown * size, room, bold=True)
            if _written(pen, taken, shape, [(line, grown * size, True) for line in lines]):
                return


def _beside(
    pen: Pen, painter: Painter, view: View, taken: Taken, beside: Sequence[Beside],
    own: shapely.Geometry,
) -> None:  # fmt: skip
    """Name every neighbour on its side of the border, with who is in charge there."""
    shapely.prepare(own)
    for one in beside:
        outline = painter.ground_of(one.code)
        shape = shapely.difference(view.cut(np.array([outline], dtype=object))[0], own)
        at = view.cut(np.array([one.middle], dtype=object))[0]
        if shape.is_empty or at.is_empty:
            continue
        for size in (2.7 * view.size, 2.2 * view.size):
            named = [
                (line, size, True) for line in broken(pen, one.name, size, LABEL_MM, bold=True)
            ]
            who = f"{one.role} {one.person}" if one.person else ""
            lines = broken(pen, who, size, LABEL_MM) if who else []
            told = [*named, *((line, size, False) for line in lines)]
            if _written(pen, taken, shape, told, near=at, apart=own):
                break


def _written(
    pen: Pen, taken: Taken, shape: shapely.Geometry, lines: Sequence[tuple[str, float, bool]],
    *, near: shapely.Point | None = None, apart: shapely.Geometry | None = None,
) -> bool:  # fmt: skip
    """Write lines inside a shape, or at least with their middle there; False without room."""
    width = max(pen.width(text, size, bold=bold) for text, size, bold in lines)
    height = sum(size * LINE for _, size, _ in lines)
    places = list(places_in(shape))
    if near is not None:
        places.sort(key=lambda at: (at[0] - near.x) ** 2 + (at[1] - near.y) ** 2)
    shapely.prepare(shape)
    for whole in (True, False):
        for x, y in places:
            box = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            if whole and not shape.contains(box):
                continue
            if (apart is not None and apart.intersects(box)) or not taken.free(box):
                continue
            taken.take(box)
            y -= height / 2
            for text, size, bold in lines:
                pen.text(text, (x, y + size * LINE / 2), size, anchor="middle", bold=bold, halo=0.4)
                y += size * LINE
            return True
        if near is None:
            return False
    return False
