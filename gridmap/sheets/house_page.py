"""What stands on every page of a file for inside the house: running head, foot, page number."""

from dataclasses import dataclass
from datetime import date

from gridmap.maps.pdf.pen import Pen, Stroke
from gridmap.maps.pdf.setting import LEADING, fitted, write
from gridmap.maps.pdf.sheets import Box
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.sheets.flow import INK, QUIET
from gridmap.words import Language, say

__all__ = ["MARGIN_MM", "HousePage", "house_page"]

MARGIN_MM = 13.0  # holes are punched into the left edge
FOOT_MM = 11.0
HEAD_MM = 7.0
WARNING = "#a01414"


@dataclass(frozen=True)
class HousePage:
    """Paper, and what its edges say.

    Attributes
    ----------
    page_mm
        Width and height.
    notice
        The line on every file: for internal use, or its audit number.
    version
        Town, version and day of printing.
    remarks
        What holds for all maps: borders of grids are no legal borders, and the sources.
    language
        Of the page numbers.
    """

    page_mm: tuple[float, float]
    notice: str
    version: str
    remarks: str
    language: Language

    @property
    def room(self) -> Box:
        """What is left of a page between head and foot."""
        width, height = self.page_mm
        return Box(MARGIN_MM, MARGIN_MM + HEAD_MM, width - MARGIN_MM, height - MARGIN_MM - FOOT_MM)

    def draw(self, pen: Pen, number: int, count: int, *, left: str, right: str = "") -> None:
        """Draw the edges of a page.

        Parameters
        ----------
        pen
            Draws.
        number, count
            Which page of how many it is.
        left, right
            Running head.
        """
        room, size = self.room, 2.6
        y = room.low - HEAD_MM + 2.0
        head = fitted(pen, right, (0.45 * room.width, size * LEADING), size)
        told = Box(room.right - 0.45 * room.width, y - 2.0, room.right, y + 2.0)
        write(pen, head, told, anchor="right", colour=QUIET)
        head = fitted(pen, left, (0.53 * room.width, size * LEADING), size)
        write(pen, head, Box(room.left, y - 2.0, told.left, y + 2.0), colour=QUIET)
        pen.line([(room.left, y + 2.4), (room.right, y + 2.4)], Stroke(0.2, QUIET))
        self._foot(pen, number, count, room)

    def _foot(self, pen: Pen, number: int, count: int, room: Box) -> None:
        top, size = room.high + 3.4, 2.4
        pen.line([(room.left, top - 1.4), (room.right, top - 1.4)], Stroke(0.2, QUIET))
        page = say("sheets.page", self.language, number=number, count=count)
        taken = pen.width(page, 2.8, bold=True) + 4.0
        line = Box(room.left, top, room.right - taken, top + 3.6)
        pen.text(page, (room.right, top + 1.8), 2.8, anchor="right", bold=True, colour=INK)
        told = fitted(pen, self.notice, (line.width * 0.6, 3.6), 3.0, bold=True)
        write(pen, told, line, colour=WARNING)
        told = fitted(pen, self.version, (line.width * 0.38, 3.6), size)
        write(pen, told, line, anchor="right", colour=QUIET)
        below = Box(room.left, top + 3.8, room.right, top + 7.2)
        told = fitted(pen, self.remarks, (below.width, 3.4), size, least=0.4)
        write(pen, told, below, colour=QUIET)


def house_page(
    plan: Plan, page_mm: tuple[float, float], *, printed: date, language: Language
) -> HousePage:
    """Give the edges of the pages of a plan."""
    town, said = plan.rules.town, notice(plan)
    credits = (town.credit_zh, town.credit) if language == "zh" else (town.credit, town.credit_zh)
    remarks = [say("map.not_legal", language), *(text for text in credits[:1] if text)]
    if len(remarks) == 1:
        remarks += [text for text in credits[1:] if text]
    version = say("map.version", language, version=town.version, date=town.valid_from.isoformat())
    day = say("map.printed", language, date=printed.isoformat())
    return HousePage(
        page_mm,
        said.zh if language == "zh" else said.en,
        f"{version} · {day}",
        " · ".join(remarks),
        language,
    )
