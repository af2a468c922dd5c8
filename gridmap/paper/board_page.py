"""How a board looks: what stands where on its sheet, in mm of A3; other paper is in proportion."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from gridmap.maps.pdf.codes import draw_code
from gridmap.maps.pdf.pen import Pen, lighter
from gridmap.maps.pdf.setting import LEADING, fitted, write
from gridmap.maps.pdf.sheets import Box
from gridmap.paper.people import Posted
from gridmap.paper.template import Template
from gridmap.words import Language, say

__all__ = ["BoardFacts", "BoardPage"]

WIDE, HIGH = 420.0, 297.0  # A3 across
MARGIN = 14.0
HEAD, STRIPE = 46.0, 1.8
MAP = Box(14.0, 56.0, 250.0, 237.0)
SIDE = Box(260.0, 56.0, 406.0, 237.0)
BASE = Box(14.0, 245.0, 406.0, 281.0)
FOOT = Box(14.0, 283.0, 406.0, 292.0)
CODE = 36.0
MOST_ROW, MOST_ALONE, GAP = 46.0, 60.0, 4.0  # height of the field of a person, and between two
MOST_ROWS = 5  # of people below each other; more of them stand in two columns
NARROW = 100.0  # width of a field where the phone has no room beside the name
SERVICES = 34.0  # least height of the field of what the grid does
INK, QUIET, WHITE, WARNING = "#14181d", "#5a636d", "#ffffff", "#a01414"


@dataclass(frozen=True)
class BoardFacts:
    """What a board says.

    Attributes
    ----------
    title, sub_title
        In its head.
    number, code
        Of the board and of the grid, in words; "" for neither.
    place
        Where it hangs, in words.
    people, vacant
        Who answers for it, and what stands for who is not there yet.
    duties
        What is done for everybody.
    hotline, supervision
        Public telephones; "" for none.
    slogan, ask
        In place of a telephone, and how to ask without names.
    told
        What the code says; "" for none.
    has_map
        Whether there is a map beside the people.
    foot, notice
        Small lines at the foot.
    """

    title: str
    sub_title: str
    number: str
    code: str
    place: str
    people: Sequence[Posted]
    vacant: str
    duties: Sequence[str]
    hotline: str
    supervision: str
    slogan: str
    ask: str
    told: str
    has_map: bool
    foot: str
    notice: str


class BoardPage:
    """Draws boards in the look of a template.

    Parameters
    ----------
    pen
        Draws; its sheets are those of the template.
    template
        Colours and logo.
    logo
        The logo; None for none.
    language
        Language of the words.
    """

    def __init__(
        self, pen: Pen, template: Template, logo: Image.Image | None, language: Language
    ) -> None:
        self._pen, self._logo, self._language = pen, logo, language
        self.size = pen.page_mm[0] / WIDE
        self._main, self._accent = template.colours.main, template.colours.accent

    def on_sheet(self, box: Box) -> Box:
        """Bring a box of A3 to the sheet."""
        size = self.size
        return Box(box.left * size, box.low * size, box.right * size, box.high * size)

    def draw(self, facts: BoardFacts) -> None:
        """Draw all but the map."""
        self._head(facts)
        self._side(facts)
        self._base(facts)
        self._foot(facts)

    def _text(
        self, text: str, box: Box, size: float, *,
        bold: bool = False, anchor: str = "left", colour: str = INK,
    ) -> None:  # fmt: skip
        """Write a text into a box, as large as wished or as it fits."""
        if text:
            placed = self.on_sheet(box)
            room = (placed.width, placed.height)
            found = fitted(self._pen, text, room, size * self.size, bold=bold)
            write(self._pen, found, placed, anchor=anchor, colour=colour)

    def _box(self, box: Box, colour: str) -> None:
        self._pen.box(self.on_sheet(box), fill=colour)

    def _head(self, facts: BoardFacts) -> None:
        self._box(Box(0, 0, WIDE, HEAD), self._main)
        self._box(Box(0, HEAD, WIDE, HEAD + STRIPE), self._accent)
        left = MARGIN
        if self._logo is not None:
            left += self._draw_logo(Box(MARGIN, 8, MARGIN + 30, 38)) + 7
        right = WIDE - MARGIN
        aside = 96.0 if facts.number or facts.code else 0.0
        self._text(facts.sub_title, Box(left, 6.5, right - aside, 15), 7.2, colour="#dfe8f1")
        room = Box(left, 17, right - aside, 40.5)
        self._text(facts.title, room, 19, bold=True, colour=WHITE)
        at = Box(right - aside + 6, 0, right, 0)
        self._text(
            facts.number, Box(at.left, 17, at.right, 25), 6.2,
            bold=True, anchor="right", colour=WHITE,
        )  # fmt: skip
        self._text(
            facts.code, Box(at.left, 28, at.right, 35), 4.8, anchor="right", colour="#dfe8f1"
        )

    def _draw_logo(self, box: Box) -> float:
        """Draw the logo whole into a box, on white; gives the width that it takes."""
        if self._logo is None:
            return 0.0
        share = self._logo.width / self._logo.height
        wide = min(2 * box.height, box.height * share)
        self._box(Box(box.left, box.low, box.left + wide, box.high), WHITE)
        inner = Box(box.left + 1.5, box.low + 1.5, box.left + wide - 1.5, box.high - 1.5)
        side = min(inner.width / share, inner.height)
        x, y = (inner.left + inner.right) / 2, (inner.low + inner.high) / 2
        half = side * share / 2
        placed = Box(x - half, y - side / 2, x + half, y + side / 2)
        self._pen.image(self._logo, self.on_sheet(placed))
        return wide

    def _side(self, facts: BoardFacts) -> None:
        """Write who answers for the grid; where nobody is named, what is done and how to ask."""
        side = SIDE if facts.has_map else Box(MAP.left, SIDE.low, SIDE.right, SIDE.high)
        count = len(facts.people)
        if not count:
            self._services(facts, side, alone=True)
            return
        columns = 2 if count > MOST_ROWS or (not facts.has_map and count > 1) else 1
        rows = -(-count // columns)
        beside = bool(facts.duties) and side.height - rows * (MOST_ROW + GAP) >= SERVICES
        most = MOST_ROW if beside else MOST_ALONE
        high = min(most, (side.height - GAP * (rows - 1)) / rows)
        wide = (side.width - GAP * (columns - 1)) / columns
        for number, one in enumerate(facts.people):
            row, column = divmod(number, columns)
            left, top = side.left + column * (wide + GAP), side.low + row * (high + GAP)
            self._person(one, facts.vacant, Box(left, top, left + wide, top + high))
        if beside:
            top = side.low + rows * (high + GAP)
            self._services(facts, Box(side.left, top, side.right, side.high), alone=False)

    def _person(self, one: Posted, vacant: str, box: Box) -> None:
        self._box(box, lighter(self._main, 0.07))
        self._box(Box(box.left, box.low, box.left + 2.2, box.high), self._main)
        left, right, high = box.left + 8, box.right - 6, box.height
        title = f"{one.above} · {one.title}" if one.above else one.title
        top = box.low + 0.09 * high
        line = min(7.2, 0.14 * high)
        self._text(title, Box(left, top, right, top + line * 1.1), line, colour=self._main)
        low, letters = top + line * 1.35, min(15.0, 0.3 * high)
        name = Box(left, low, right, low + letters * 1.1)
        if one.name and one.phone:
            phone = name
            if box.width < NARROW:  # below the name
                letters *= 0.8
                name = Box(left, low, right, low + letters * 1.1)
                low += letters * 1.15
                phone = Box(left, low, right, low + letters * 0.9)
            else:
                middle = left + 0.46 * (right - left)
                name = Box(left, name.low, middle - 5, name.high)
                phone = Box(middle, name.low, right, name.high)
            anchor = "left" if box.width < NARROW else "right"
            self._text(
                one.phone, phone, min(11.0, letters), bold=True, anchor=anchor, colour=self._main
            )
        if one.name:
            self._text(one.name, name, letters, bold=True)
        else:
            self._text(vacant, name, min(8.0, 0.7 * letters), colour=QUIET)
        if one.duties:
            said = ("、" if self._language == "zh" else ", ").join(one.duties)
            low += letters * 1.25
            room = Box(left, low, right, box.high - 0.07 * high)
            if room.height > 2.5:
                self._text(said, room, min(6.4, 0.12 * high, room.height), colour=QUIET)

    def _services(self, facts: BoardFacts, box: Box, *, alone: bool) -> None:
        """Write what the grid does for everybody, large where nobody is named."""
        self._box(box, lighter(self._main, 0.07))
        self._box(Box(box.left, box.low, box.left + 2.2, box.high), self._accent)
        left, right = box.left + 10, box.right - 8
        rows = max(1, len(facts.duties))
        tail = 30.0 if alone else 0.0
        letters = min(9.5, (box.height - tail - 12) / (1.9 + 2.1 * rows))
        top = box.low + letters
        heading = say("paper.services", self._language) if facts.duties else ""
        self._text(
            heading, Box(left, top, right, top + 1.2 * letters), letters,
            bold=True, colour=self._main,
        )  # fmt: skip
        top += 1.9 * letters
        step, size = 2.1 * letters, letters
        for duty in facts.duties:
            y = top + step / 2
            self._box(Box(left, y - 0.16 * size, left + 0.32 * size, y + 0.16 * size), self._accent)
            self._text(duty, Box(left + size, top, right, top + step), size)
            top += step
        if alone:
            self._text(
                facts.ask, Box(left, box.high - tail, right, box.high - 6), 6.4, colour=QUIET
            )

    def _base(self, facts: BoardFacts) -> None:
        """Write telephones, and draw the code."""
        right = BASE.right
        if facts.told:
            code = Box(BASE.right - CODE, BASE.low, BASE.right, BASE.high)
            draw_code(self._pen, facts.told, self.on_sheet(code))
            right = code.left - 4
            words = Box(right - 26, BASE.low + 4, right, BASE.high - 4)
            scan = say("paper.scan", self._language)
            self._text(scan, words, 5.6, anchor="right", colour=QUIET)
            right = words.left - 5
        box = Box(BASE.left, BASE.low, right, BASE.high)
        self._box(box, self._main)
        told = [
            (say(f"paper.{key}", self._language), number)
            for key, number in (("hotline", facts.hotline), ("supervision", facts.supervision))
            if number
        ]
        if not told:
            inner = Box(box.left + 10, box.low + 5, box.right - 10, box.high - 5)
            self._text(facts.slogan, inner, 15, bold=True, anchor="middle", colour=WHITE)
            return
        share = box.width / (1 if len(told) == 1 else 1.62)
        left = box.left
        for (label, number), wide, size in zip(
            told, (share, box.width - share), (19.0, 11.0), strict=False
        ):
            inner = Box(left + 8, box.low + 4, left + wide - 6, box.high - 3)
            self._text(
                label, Box(inner.left, inner.low, inner.right, inner.low + 7), 5.8, colour="#dfe8f1"
            )
            self._text(
                number, Box(inner.left, inner.low + 8, inner.right, inner.high), size,
                bold=True, colour=WHITE,
            )  # fmt: skip
            left += wide

    def _foot(self, facts: BoardFacts) -> None:
        half = FOOT.left + 0.62 * FOOT.width
        letters = 3.2
        line = letters * LEADING
        self._text(
            facts.foot, Box(FOOT.left, FOOT.low, half - 4, FOOT.low + 2 * line), letters,
            colour=QUIET,
        )  # fmt: skip
        self._text(
            facts.place, Box(half, FOOT.low, FOOT.right, FOOT.low + line), letters,
            anchor="right", colour=QUIET,
        )  # fmt: skip
        self._text(
            facts.notice, Box(half, FOOT.low + line, FOOT.right, FOOT.low + 2 * line), letters,
            bold=True, anchor="right", colour=WARNING,
        )  # fmt: skip
