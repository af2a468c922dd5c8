"""Lines, areas and texts in millimetres of paper, from the upper left corner of a sheet."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np
import shapely
from fpdf import FPDF
from fpdf.enums import StrokeCapStyle, StrokeJoinStyle, TextMode

from gridmap.maps.pdf.fonts import Font
from gridmap.maps.pdf.sheets import Box, Layout

__all__ = ["BASELINE", "MM_A_PX", "Pen", "Stroke", "dash_of", "lighter", "on_paper"]

POINTS_A_MM = 72 / 25.4
MM_A_PX = 25.4 / 96  # of the widths in `gridmap.maps.signs`
SIMPLE_DASH = 2  # lengths: drawn and left out
BASELINE = 0.36  # of the size of letters, from the middle of a line of text down to its baseline
_FAMILY = "gridmap"


@dataclass(frozen=True)
class Stroke:
    """How a line looks: width in mm, colour as #rrggbb, lengths drawn and left out in mm."""

    width: float
    colour: str = "#222222"
    dash: tuple[float, ...] = ()
    opacity: float = 1.0
    round_ends: bool = False


def on_paper(shapes: np.ndarray, window: Box, frame: Box, scale: int) -> np.ndarray:
    """Bring geometry of the work CRS to millimetres of paper.

    Parameters
    ----------
    shapes
        Geometry in metres of the work CRS.
    window
        The ground that the frame shows, in the same metres.
    frame
        The frame of the map on the sheet, in mm.
    scale
        Denominator of the scale: a metre becomes 1000 / scale mm.
    """
    mm = 1000 / scale
    return shapely.transform(
        shapes,
        lambda xy: np.column_stack(
            [frame.left + (xy[:, 0] - window.left) * mm, frame.low + (window.high - xy[:, 1]) * mm]
        ),
    )


def dash_of(pixels: str) -> tuple[float, ...]:
    """Bring the lengths of a dash, "12 4" in px, to mm."""
    return tuple(float(length) * MM_A_PX for length in pixels.split())


def lighter(colour: str, share: float) -> str:
    """Mix a colour, #rrggbb, with white: a share of 1 leaves it, 0 is white."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)


class Pen:
    """Draws on the sheets of one file.

    Parameters
    ----------
    layout
        Paper of all sheets.
    font
        Font of all texts.
    title
        Title of the file.
    made
        Day of the file.
    grey
        Whether every colour becomes a grey of its lightness.
    language
        Language of the texts, as PDF readers are told.
    """

    def __init__(
        self, layout: Layout, font: Font, *, title: str, made: date, grey: bool, language: str
    ) -> None:
        self._pdf = FPDF(unit="mm", format=layout.page_mm)
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.add_font(_FAMILY, "", font.regular, collection_font_number=font.regular_face)
        self._pdf.add_font(_FAMILY, "B", font.bold, collection_font_number=font.bold_face)
        self._pdf.set_title(title)
        self._pdf.set_lang("zh-CN" if language == "zh" else "en")
        self._pdf.set_creation_date(datetime.combine(made, time()).astimezone())
        self._pdf.set_producer("gridmap")
        self.font = font
        self._grey = grey
        self._widths: dict[tuple[str, bool], float] = {}
        self.written: set[str] = set()  # every sign of every text

    def new_sheet(self) -> None:
        """Begin the next sheet."""
        self._pdf.add_page()

    def output(self) -> bytes:
        """Give the file."""
        return bytes(self._pdf.output())

    @contextmanager
    def inside(self, box: Box) -> Iterator[None]:
        """Draw nothing outside a box."""
        with self._pdf.rect_clip(box.left, box.low, box.width, box.height):
            yield

    def fill(self, shapes: Iterable[shapely.Geometry], colour: str, opacity: float = 1.0) -> None:
        """Fill polygons."""
        with self._pdf.local_context(fill_opacity=opacity, fill_color=self._rgb(colour)):
            for polygon in shapely.get_parts(list(shapes)):
                if polygon.geom_type != "Polygon" or polygon.is_empty:
                    continue
                if len(polygon.interiors):
                    self._fill_with_holes(polygon, colour, opacity)
                else:
                    points = shapely.get_coordinates(polygon).tolist()
                    self._pdf.polyline(points, polygon=True, style="F")

    def _fill_with_holes(self, polygon: shapely.Polygon, colour: str, opacity: float) -> None:
        with self._pdf.new_path() as path:
            path.style.fill_color = self._hex(colour)
            path.style.fill_opacity = opacity
            path.style.stroke_color = None
            path.style.intersection_rule = "evenodd"
            for ring in (polygon.exterior, *polygon.interiors):
                points = shapely.get_coordinates(ring).tolist()
                path.move_to(*points[0])
                for point in points[1:-1]:
                    path.line_to(*point)
                path.close()

    def lines(self, shapes: Iterable[shapely.Geometry], stroke: Stroke) -> None:
        """Draw lines, and the outlines of polygons."""
        with self._stroking(stroke):
            for line in shapely.get_parts(list(shapes)):
                rings = [line] if line.geom_type != "Polygon" else [line.exterior, *line.interiors]
                for each in rings:
                    if each.geom_type in ("LineString", "LinearRing") and not each.is_empty:
                        self._draw(shapely.get_coordinates(each).tolist(), stroke)

    def line(self, points: Sequence[tuple[float, float]], stroke: Stroke) -> None:
        """Draw one line through points."""
        with self._stroking(stroke):
            self._draw(points, stroke)

    def _draw(self, points: Sequence[Sequence[float]], stroke: Stroke) -> None:
        if len(stroke.dash) <= SIMPLE_DASH:
            self._pdf.polyline([(x, y) for x, y in points])
            return
        with self._pdf.new_path() as path:  # dashes of two lengths are set on a path alone
            path.style.fill_color = None
            path.style.stroke_color = self._hex(stroke.colour)
            path.style.stroke_width = stroke.width
            path.style.stroke_dash_pattern = stroke.dash
            path.style.auto_close = False
            path.move_to(*points[0])
            for point in points[1:]:
                path.line_to(*point)

    def box(self, box: Box, *, fill: str = "", stroke: Stroke | None = None) -> None:
        """Draw a rectangle."""
        if fill:
            self.fill([box.polygon()], fill)
        if stroke is not None:
            self.lines([box.polygon()], stroke)

    @contextmanager
    def _stroking(self, stroke: Stroke) -> Iterator[None]:
        with self._pdf.local_context(
            line_width=stroke.width,
            draw_color=self._rgb(stroke.colour),
            stroke_opacity=stroke.opacity,
            stroke_join_style=StrokeJoinStyle.ROUND,
            stroke_cap_style=StrokeCapStyle.ROUND if stroke.round_ends else StrokeCapStyle.BUTT,
        ):
            if 0 < len(stroke.dash) <= SIMPLE_DASH:
                self._pdf.set_dash_pattern(*stroke.dash)
            yield

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width of a text in mm, for letters of a size in mm."""
        key = (text, bold)
        if key not in self._widths:
            self._pdf.set_font(_FAMILY, "B" if bold else "", 100)
            self._widths[key] = self._pdf.get_string_width(text) / (100 / POINTS_A_MM)
        return self._widths[key] * size

    def text(
        self,
        text: str,
        at: tuple[float, float],
        size: float,
        *,
        anchor: str = "left",
        bold: bool = False,
        colour: str = "#111111",
        halo: float = 0.0,
        angle: float = 0.0,
    ) -> None:
        """Write a line of text.

        Parameters
        ----------
        text
            The text.
        at
            A point on its middle height, in mm.
        size
            Size of the letters in mm.
        anchor
            What of the text lies at the point: "left", "middle" or "right".
        bold, colour
            Its look.
        halo
            Width in mm of a light edge round the letters.
        angle
            Degrees it is turned by, against the clock.
        """
        self.written.update(text)
        share = {"left": 0.0, "middle": 0.5, "right": 1.0}[anchor]
        x = at[0] - share * self.width(text, size, bold=bold)
        y = at[1] + BASELINE * size
        self._pdf.set_font(_FAMILY, "B" if bold else "", size * POINTS_A_MM)
        with self._pdf.rotation(angle, *at):
            if halo:
                # The library writes the width of strokes of letters in points, whatever its unit.
                with self._pdf.local_context(
                    text_mode=TextMode.STROKE,
                    line_width=2 * halo * POINTS_A_MM,
                    draw_color=self._rgb("#ffffff"),
                    stroke_join_style=StrokeJoinStyle.ROUND,
                ):
                    self._pdf.text(x, y, text)
            with self._pdf.local_context(text_color=self._rgb(colour)):
                self._pdf.text(x, y, text)

    def _rgb(self, colour: str) -> tuple[int, int, int]:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        if not self._grey:
            return red, green, blue
        luma = round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
        return luma, luma, luma

    def _hex(self, colour: str) -> str:
        return "#" + "".join(f"{part:02x}" for part in self._rgb(colour))
