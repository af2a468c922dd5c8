"""Lines, areas and texts in millimetres of paper, from the upper left corner of a sheet."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import numpy as np
import shapely
from PIL import Image
from reportlab.lib.utils import ImageReader

from gridmap.maps.pdf.fonts import Font, faces_of, lacking
from gridmap.maps.pdf.paper import POINTS_A_MM, Paper, filled, rectangle, stroked, units
from gridmap.maps.pdf.sheets import Box

__all__ = ["BASELINE", "MM_A_PX", "Pen", "Stroke", "dash_of", "lighter", "on_paper"]

MM_A_PX = 25.4 / 96  # of the widths in `gridmap.maps.signs`
BASELINE = 0.36  # of the size of letters, from the middle of a line of text down to its baseline


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
    page_mm
        Width and height of the sheets.
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
        self,
        page_mm: tuple[float, float],
        font: Font,
        *,
        title: str,
        made: date,
        grey: bool = False,
        language: str = "zh",
    ) -> None:
        self._file = BytesIO()
        self._faces = faces_of(font)
        spoken = "zh-CN" if language == "zh" else "en"
        self._paper = Paper(self._file, page_mm, spoken, self._faces)
        self._paper.describe(title, made)
        self._grey = grey
        self._begun = False
        self._drawings: dict[str, str] = {}
        self.font, self.page_mm = font, page_mm
        self.written: set[str] = set()  # every sign of every text

    def new_sheet(self) -> None:
        """Begin the next sheet."""
        if self._begun:
            self._paper.showPage()
        self._begun = True

    def chapter(self, title: str, key: str, *, level: int = 0) -> None:
        """Enter the sheet in the outline that a reader shows beside it, and name it for links.

        Parameters
        ----------
        title
            What the outline says.
        key
            Name for `link`, of one sheet only.
        level
            How deep the entry lies: 0 for the outermost.
        """
        self._paper.bookmarkPage(key)
        self._paper.addOutlineEntry(title, key, level, closed=level > 0)
        self._paper.showOutline()

    def link(self, box: Box, key: str) -> None:
        """Lead from a box of a sheet to the sheet of `chapter` with this key."""
        high = self.page_mm[1]
        sides = (box.left, high - box.high, box.right, high - box.low)
        self._paper.linkRect("", key, [side * POINTS_A_MM for side in sides], relative=0)

    def output(self) -> bytes:
        """Give the file."""
        self._paper.finish()
        return self._file.getvalue()

    def lacking(self) -> str:
        """Give the signs that were written but are not in the font: they are shown as boxes."""
        return lacking(self.font, self.written)

    @contextmanager
    def inside(self, box: Box) -> Iterator[None]:
        """Draw nothing outside a box."""
        with self._paper.kept():
            self._paper.write(f"{rectangle(box)} W n")
            yield

    def reuse(
        self,
        name: str,
        box: Box,
        draw: Callable[[], None],
        *,
        right: float = 0.0,
        down: float = 0.0,
    ) -> None:
        """Draw what is on many sheets once, and only place it from then on.

        Parameters
        ----------
        name
            The same name is the same drawing.
        box
            The part of a sheet that it is drawn in; what lies outside is cut off.
        draw
            Draws it, with this pen; called the first time alone.
        right, down
            How far from where it was drawn it is placed, in mm.
        """
        if name not in self._drawings:
            self._drawings[name] = f"drawing{len(self._drawings)}"
            sides = [units(side) for side in (box.left, box.low, box.right, box.high)]
            with self._paper.drawing(self._drawings[name], sides):
                draw()
        with self._paper.kept():
            self._paper.write(f"1 0 0 1 {units(right)} {units(down)} cm")
            self._paper.doForm(self._drawings[name])

    def image(self, image: Image.Image, box: Box) -> None:
        """Draw an image so that it fills a box; the same image is in the file once."""
        with self._paper.kept():
            shown = image.convert("LA" if "A" in image.getbands() else "L") if self._grey else image
            wide, high = units(box.width), units(box.height)
            self._paper.write(f"{wide} 0 0 {-high} {units(box.left)} {units(box.high)} cm")
            self._paper.drawImage(ImageReader(shown), 0, 0, 1, 1, mask="auto")

    def fill(self, shapes: Iterable[shapely.Geometry], colour: str, opacity: float = 1.0) -> None:
        """Fill polygons."""
        with self._paper.kept(fill=opacity):
            self._paper.write(f"{self._rgb(colour)} rg")
            self._paper.write(filled(shapes))

    def lines(self, shapes: Iterable[shapely.Geometry], stroke: Stroke) -> None:
        """Draw lines, and the outlines of polygons."""
        with self._stroking(stroke):
            self._paper.write(stroked(shapes))

    def line(self, points: Sequence[tuple[float, float]], stroke: Stroke) -> None:
        """Draw one line through points."""
        with self._stroking(stroke):
            self._paper.write(stroked([shapely.LineString(points)]))

    def box(self, box: Box, *, fill: str = "", stroke: Stroke | None = None) -> None:
        """Draw a rectangle."""
        if fill:
            self.fill([box.polygon()], fill)
        if stroke is not None:
            self.lines([box.polygon()], stroke)

    def squares(self, boxes: Iterable[Box], colour: str) -> None:
        """Fill rectangles as one shape, so that no light shows between neighbours."""
        with self._paper.kept():
            self._paper.write(f"{self._rgb(colour)} rg " + " ".join(map(rectangle, boxes)) + " f")

    @contextmanager
    def _stroking(self, stroke: Stroke) -> Iterator[None]:
        with self._paper.kept(stroke=stroke.opacity):
            dash = " ".join(str(units(length)) for length in stroke.dash)
            self._paper.write(
                f"{self._rgb(stroke.colour)} RG {max(1, units(stroke.width))} w 1 j "
                f"{int(stroke.round_ends)} J" + (f" [{dash}] 0 d" if dash else "")
            )
            yield

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width of a text in mm, for letters of a size in mm."""
        return self._faces[bold].width(text, size)

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
        back = share * self.width(text, size, bold=bold) if share else 0.0
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        x = units(at[0] - back * cos + BASELINE * size * sin)
        y = units(at[1] + back * sin + BASELINE * size * cos)
        # Letters stand upright, while the paper counts downwards.
        place = f"{cos:.5f} {-sin:.5f} {-sin:.5f} {-cos:.5f} {x} {y} Tm"
        face = self._faces[bold]
        shown = f"/{face.name} {units(size)} Tf {place} <{face.codes(text)}> Tj"
        with self._paper.kept():
            fill = f"BT {self._rgb(colour)} rg 0 Tr {shown} ET"
            if halo:
                edge = f"BT {self._rgb('#ffffff')} RG {units(2 * halo)} w 1 j 1 Tr {shown} ET"
                # Both are one text for whoever selects or searches it.
                told = text.encode("utf-16-be", "replace").hex()
                fill = f"/Span <</ActualText <FEFF{told}>>> BDC {edge} {fill} EMC"
            self._paper.write(fill)

    def _rgb(self, colour: str) -> str:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        if self._grey:
            red = green = blue = round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
        return " ".join(f"{part / 255:.3f}" for part in (red, green, blue))
