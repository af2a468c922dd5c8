"""The map on a board or a card: the own grid with roads and names, what lies round it quietly."""

import numpy as np
import shapely

from gridmap.maps.pdf.furniture import bar_length, draw_bar, draw_north
from gridmap.maps.pdf.labels import Taken, name_grids
from gridmap.maps.pdf.objects import draw_sign
from gridmap.maps.pdf.painter import Painter
from gridmap.maps.pdf.pen import Pen, Stroke
from gridmap.maps.pdf.sheets import Box
from gridmap.maps.pdf.view import View, view_of
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.words import Language, say

__all__ = ["GridMaps"]

SPARE_MM = 9.0  # round the grid, times the size
LETTERS = 1.4  # times the size, of names and lines: a board is read from afar
LEAST_M = 60.0  # of ground shown for a small site
BAR_MM, BAR_HIGH = 46.0, 9.6
NORTH = (9.0, 15.5)  # width and height of the field of the arrow
WARNING, EDGE = "#a01414", "#b9c0c7"


class GridMaps:
    """Draws the maps of a file, each once however many boards show it.

    Parameters
    ----------
    pen
        Draws.
    plan
        A released plan.
    language
        Language of the names.
    """

    def __init__(self, pen: Pen, plan: Plan, language: Language) -> None:
        self._pen, self._plan, self._language = pen, plan, language
        self._painter = Painter(plan, language=language)
        said = notice(plan)
        self._notice = said.zh if language == "zh" else said.en

    def ground_of(self, code: str) -> str:
        """Give the grid whose ground is shown: the grid, or the next above; "" for none."""
        grids = self._plan.grids
        while code in grids.index and not grids.at[code, "spatial"]:
            code = str(grids.at[code, "parent_code"])
        return code if code in grids.index else ""

    def draw(self, code: str, frame: Box, size: float, *, marked: str = "") -> int:
        """Draw the map of a grid; gives the denominator of its scale.

        Parameters
        ----------
        code
            A grid with ground.
        frame
            Where it goes, in mm.
        size
            Of letters and lines: 1 on A3.
        marked
            Id of an object whose place is shown; "" for none.
        """
        view = self._view(code, frame, size)
        name = f"map {code} {marked} {frame.left:g} {frame.low:g} {frame.width:g} {frame.height:g}"
        self._pen.reuse(name, frame, lambda: self._paint(code, view, marked))
        self._pen.lines([frame.polygon()], Stroke(0.35 * size, EDGE))
        return view.scale

    def small(self, code: str, frame: Box, size: float) -> None:
        """Draw a map without names, bar and arrow, as on a card."""
        view = view_of(self._bounds(code), frame, spare_mm=2.0, size=size)
        name = f"small {code} {frame.width:g} {frame.height:g}"
        home = Box(0.0, 0.0, frame.width, frame.height)
        placed = View(home, view.window, view.scale, size)

        def paint() -> None:
            with self._pen.inside(home):
                about = self._painter.inside(code)
                self._painter.paint(self._pen, placed, about=about)
                own = np.array([self._plan.outline(code)], dtype=object)
                self._pen.lines(placed.cut(own), Stroke(0.7, WARNING))

        self._pen.reuse(name, home, paint, right=frame.left, down=frame.low)
        self._pen.lines([frame.polygon()], Stroke(0.2, EDGE))

    def _bounds(self, code: str) -> tuple[float, float, float, float]:
        west, south, east, north = self._plan.outline(code).bounds
        x, y, half = (west + east) / 2, (south + north) / 2, LEAST_M / 2
        return min(west, x - half), min(south, y - half), max(east, x + half), max(north, y + half)

    def _view(self, code: str, frame: Box, size: float) -> View:
        return view_of(self._bounds(code), frame, spare_mm=SPARE_MM * size, size=LETTERS * size)

    def _paint(self, code: str, view: View, marked: str) -> None:
        pen, painter, frame = self._pen, self._painter, view.frame
        with pen.inside(frame):
            about = painter.inside(code)
            micro = painter.paint(pen, view, about=about, outlined=code)
            taken = Taken(frame)
            self._furniture(view, taken)
            if marked:
                self._mark(view, marked)
            if not painter.given.index.isin(about - {code}).any():
                # Of a town or a village the grids in it are named, whose boards say more.
                painter.number_micro(pen, view, taken, micro, about=about)
            units = painter.about(micro[micro["kind"] == "exclusive"], about)
            named = [painter.names[each] for each in units.index]
            name_grids(pen, taken, units.geometry, named, 3.4 * view.size)
            self._name_others(view, taken, code, about)
            painter.name_context(pen, view, taken)

    def _name_others(self, view: View, taken: Taken, code: str, about: set[str]) -> None:
        """Name the given grids beside the own one, and not those that it lies in."""
        painter = self._painter
        given, own = painter.given, {code}
        while code := str(self._plan.grids["parent_code"].get(code, "")):
            own.add(code)
        beside = (given["level"] > 1) & ~given.index.isin(own - about)
        for level, grids in view.shown(given[beside]).groupby("level"):
            names = [painter.names[each] for each in grids.index]
            letters = {2: 4.4, 3: 3.2}.get(int(level), 2.8) * view.size / 1.2
            name_grids(self._pen, taken, grids.geometry, names, letters)

    def _mark(self, view: View, marked: str) -> None:
        """Show the place of an object."""
        row = self._plan.objects.loc[marked]
        if row.geometry is None or row.geometry.is_empty:
            return
        point = shapely.point_on_surface(row.geometry)
        at = view.cut(np.array([point], dtype=object))[0]
        if not at.is_empty:
            draw_sign(self._pen, str(row["class"]), (at.x, at.y), 2.4 * view.size)

    def _furniture(self, view: View, taken: Taken) -> None:
        """Draw scale bar, north and the line on every map, on light ground that no name takes."""
        pen, frame, size = self._pen, view.frame, view.size / LETTERS
        ratio = f"1:{view.scale:,}".replace(",", " ")
        start = frame.left + 6 * size + pen.width(ratio, 4.2 * size, bold=True)
        long = bar_length(BAR_MM * size, view.scale)
        bar = Box(frame.left, frame.high - BAR_HIGH * size, start + long + 11 * size, frame.high)
        pen.box(bar, fill="#ffffff")
        middle = (bar.left + 2.5 * size, bar.low + 0.5 * BAR_HIGH * size)
        pen.text(ratio, middle, 4.2 * size, bold=True)
        draw_bar(
            pen, (start, bar.low + 2.0 * size), BAR_MM * size, view.scale,
            size=1.3 * size, unit=say("print.metres", self._language),
        )  # fmt: skip
        wide, high = NORTH[0] * size, NORTH[1] * size
        north = Box(frame.right - wide, frame.low, frame.right, frame.low + high)
        pen.box(north, fill="#ffffff")
        word = say("map.north", self._language)
        draw_north(pen, (north.left + north.right) / 2, north.low + 0.6 * size, size, word)
        letters = 3.4 * size
        room = frame.right - bar.right - 4 * size
        letters *= min(1.0, room / pen.width(self._notice, letters, bold=True))
        width = pen.width(self._notice, letters, bold=True) + 3 * size
        line = Box(frame.right - width, frame.high - 1.9 * letters, frame.right, frame.high)
        pen.box(line, fill="#ffffff")
        pen.text(
            self._notice, (line.left + 1.5 * size, (line.low + line.high) / 2), letters,
            bold=True, colour=WARNING,
        )  # fmt: skip
        for box in (bar, north, line):
            taken.take(box.polygon())
