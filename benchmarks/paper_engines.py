"""The same pages by several PDF engines: what is drawn for boards is recorded and drawn again."""

import html
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import numpy as np
import pypdfium2
import shapely

from gridmap.maps.pdf.fonts import find_font
from gridmap.maps.pdf.pen import BASELINE, Pen, Stroke
from gridmap.maps.pdf.sheets import Box
from gridmap.paper import boards_pdf
from gridmap.plan.plan import Plan

__all__ = ["ENGINES", "Drawn", "recorded", "text_of"]

A3 = (420.0, 297.0)
POINTS = 72 / 25.4
AREA = 3  # type number of a polygon


@dataclass(frozen=True)
class Drawn:
    """What one call draws: areas or lines of one look, or a text at a place in mm."""

    kind: str
    shapes: Sequence[shapely.Geometry]
    colour: str
    size: float = 0.0
    text: str = ""
    bold: bool = False

    @property
    def at(self) -> tuple[float, float]:
        """Where a text begins, on its baseline."""
        return self.shapes[0].x, self.shapes[0].y

    def paths(self) -> Iterable[list[np.ndarray]]:
        """Points of each shape, ring by ring."""
        for shape in self.shapes:
            rings = [shape] if self.kind == "line" else [shape.exterior, *shape.interiors]
            yield [np.array(ring.coords) for ring in rings]


class _Recorder(Pen):
    """A pen that keeps what it draws, upright texts without their light edge."""

    pages: list[list[Drawn]]

    def new_sheet(self) -> None:
        super().new_sheet()
        self.pages = [*getattr(self, "pages", []), []]

    def reuse(
        self, name: str, box: Box, draw: Callable[[], None], *, right: float = 0, down: float = 0
    ) -> None:
        draw()

    def fill(self, shapes: Iterable[shapely.Geometry], colour: str, opacity: float = 1.0) -> None:
        parts = shapely.get_parts(np.array(list(shapes), dtype=object))
        kept = [each for each in parts if each.geom_type == "Polygon" and not each.is_empty]
        self.pages[-1].append(Drawn("area", kept, colour))

    def squares(self, boxes: Iterable[Box], colour: str) -> None:
        self.fill([box.polygon() for box in boxes], colour)

    def lines(self, shapes: Iterable[shapely.Geometry], stroke: Stroke) -> None:
        parts = shapely.get_parts(np.array(list(shapes), dtype=object))
        areas = shapely.get_type_id(parts) == AREA
        parts = shapely.get_parts(np.where(areas, shapely.boundary(parts), parts))
        kept = [each for each in parts if not each.is_empty and each.geom_type.startswith("Line")]
        self.pages[-1].append(Drawn("line", kept, stroke.colour, stroke.width))

    def line(self, points: Sequence[tuple[float, float]], stroke: Stroke) -> None:
        self.lines([shapely.LineString(points)], stroke)

    def text(
        self, text: str, at: tuple[float, float], size: float, *, anchor: str = "left",
        bold: bool = False, colour: str = "#111111", halo: float = 0.0, angle: float = 0.0,
    ) -> None:  # fmt: skip
        share = {"left": 0.0, "middle": 0.5, "right": 1.0}[anchor]
        x = at[0] - share * self.width(text, size, bold=bold)
        place = [shapely.Point(x, at[1] + BASELINE * size)]
        self.pages[-1].append(Drawn("text", place, colour, size, text, bold))


def recorded(plan: Plan, codes: list[str], day: date) -> tuple[list[list[Drawn]], list[str]]:
    """Give the drawings of boards, page by page, and their long texts."""
    kept: list[_Recorder] = []
    with _every_pen_recorded(kept):
        boards_pdf(plan, codes, printed=day)
    pages = kept[0].pages
    words = {one.text for page in pages for one in page if len(one.text) > 3}
    return pages, sorted(words)


@contextmanager
def _every_pen_recorded(kept: list[_Recorder]) -> Any:
    from gridmap.paper import boards

    def pen(*values: Any, **named: Any) -> _Recorder:
        kept.append(_Recorder(*values, **named))
        return kept[-1]

    before, boards.Pen = boards.Pen, pen  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        boards.Pen = before  # type: ignore[misc]


def text_of(pdf: bytes) -> str:
    """Read all text of a file back."""
    pages = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def ours(pages: list[list[Drawn]]) -> bytes:
    """Draw with the pen of this project, on ReportLab."""
    pen = Pen(A3, find_font(), title="", made=date(2026, 1, 1))
    for page in pages:
        pen.new_sheet()
        for one in page:
            if one.kind == "area":
                pen.fill(one.shapes, one.colour)
            elif one.kind == "line":
                pen.lines(one.shapes, Stroke(one.size, one.colour))
            else:
                at = (one.at[0], one.at[1] - BASELINE * one.size)
                pen.text(one.text, at, one.size, bold=one.bold, colour=one.colour)
    return pen.output()


def reportlab(pages: list[list[Drawn]]) -> bytes:
    """Draw with the functions of ReportLab."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    font, made = find_font(), BytesIO()
    registerFont(TTFont("regular", str(font.regular)))
    registerFont(TTFont("bold", str(font.bold)))
    canvas = Canvas(made, pagesize=(A3[0] * POINTS, A3[1] * POINTS), pageCompression=1)
    for page in pages:
        for one in page:
            if one.kind == "text":
                x, y = one.at
                canvas.setFillColor(one.colour)
                canvas.setFont("bold" if one.bold else "regular", one.size * POINTS)
                canvas.drawString(x * POINTS, (A3[1] - y) * POINTS, one.text)
                continue
            area = one.kind == "area"
            canvas.setFillColor(one.colour)
            canvas.setStrokeColor(one.colour)
            canvas.setLineWidth(one.size * POINTS)
            for rings in one.paths():
                path = canvas.beginPath()
                for ring in rings:
                    path.moveTo(ring[0][0] * POINTS, (A3[1] - ring[0][1]) * POINTS)
                    for x, y in ring[1:]:
                        path.lineTo(x * POINTS, (A3[1] - y) * POINTS)
                canvas.drawPath(path, stroke=int(not area), fill=int(area))
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def fpdf2(pages: list[list[Drawn]]) -> bytes:
    """Draw with fpdf2."""
    from fpdf import FPDF

    font = find_font()
    pdf = FPDF(unit="mm", format=A3)
    pdf.add_font("face", "", font.regular)
    pdf.add_font("face", "B", font.bold)
    for page in pages:
        pdf.add_page()
        for one in page:
            if one.kind == "text":
                pdf.set_font("face", "B" if one.bold else "", one.size * POINTS)
                with pdf.local_context(text_color=one.colour):
                    pdf.text(*one.at, one.text)
                continue
            area = one.kind == "area"
            width = one.size or 0.2
            with pdf.local_context(fill_color=one.colour, draw_color=one.colour, line_width=width):
                for rings in one.paths():  # holes are left out: it is slower with them
                    pdf.polyline(rings[0].tolist(), polygon=area, style="F" if area else "D")
    return bytes(pdf.output())


def weasyprint(pages: list[list[Drawn]]) -> bytes:
    """Draw with WeasyPrint: an SVG picture a page, and texts as HTML."""
    try:
        from weasyprint import HTML
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:  # a library of the system that it needs is not there
        raise ImportError(str(error), name="weasyprint (Pango)") from error
    font = find_font()
    parts = [
        "<style>@page { size: 420mm 297mm; margin: 0 } svg, p { position: absolute; margin: 0 } "
        f"@font-face {{ font-family: f; src: url({font.regular.as_uri()}) }} "
        f"@font-face {{ font-family: f; font-weight: bold; src: url({font.bold.as_uri()}) }} "
        "p { font-family: f; white-space: pre; line-height: 1 } "
        "section { position: relative; width: 420mm; height: 296.9mm; page-break-after: always }"
        "</style>"
    ]
    for page in pages:
        shapes, texts = [], []
        for one in page:
            if one.kind == "text":
                x, y = one.at
                texts.append(
                    f'<p style="left: {x:.2f}mm; top: {y - 0.86 * one.size:.2f}mm; '
                    f"font-size: {one.size:.2f}mm; color: {one.colour}; "
                    f'font-weight: {"bold" if one.bold else "normal"}">{html.escape(one.text)}</p>'
                )
                continue
            area = one.kind == "area"
            look = f'fill="{one.colour}"' if area else f'fill="none" stroke="{one.colour}"'
            for rings in one.paths():
                d = " ".join("M" + " ".join(f"{x:.2f},{y:.2f}" for x, y in each) for each in rings)
                shapes.append(f'<path d="{d}" {look} stroke-width="{one.size:.2f}"/>')
        parts.append(
            '<section><svg width="420mm" height="297mm" viewBox="0 0 420 297">'
            + "".join(shapes) + "</svg>" + "".join(texts) + "</section>"
        )  # fmt: skip
    made: bytes = HTML(string="".join(parts)).write_pdf(font_config=FontConfiguration())
    return made


ENGINES: dict[str, Callable[[list[list[Drawn]]], bytes]] = {
    "ours, on ReportLab": ours,
    "ReportLab's own functions": reportlab,
    "fpdf2": fpdf2,
    "WeasyPrint": weasyprint,
}
