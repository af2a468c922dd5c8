"""How a contact card looks: what stands where on its two sides, in mm from its corner."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridmap.maps.pdf.codes import draw_code
from gridmap.maps.pdf.pen import Pen, lighter
from gridmap.maps.pdf.setting import fitted, write
from gridmap.maps.pdf.sheets import Box
from gridmap.paper.people import Posted
from gridmap.paper.template import Template
from gridmap.words import Language, say

__all__ = ["CARD", "CardFacts", "CardPage", "map_box"]

CARD = (90.0, 54.0)
HEAD, BASE = 11.0, 43.5
SAFE = 4.0  # from the cut, which is never quite true
ROWS = (18.6, 42.6)
MOST_ROW = 8.0
MAP_SIDE, CODE = 36.0, 22.0
INK, QUIET, WHITE, PALE, WARNING = "#14181d", "#5a636d", "#ffffff", "#dfe8f1", "#a01414"


@dataclass(frozen=True)
class CardFacts:
    """What a card says.

    Attributes
    ----------
    title, town, name
        Of the card, the town and the grid.
    people, vacant
        Who is called, and what stands for who is not there yet.
    duties
        What the grid does: in place of people where none are named.
    hotline, slogan
        Public telephone, and what stands in its place where there is none.
    told
        What the code says.
    version, notice
        Small lines on the back.
    """

    title: str
    town: str
    name: str
    people: Sequence[Posted]
    vacant: str
    duties: Sequence[str]
    hotline: str
    slogan: str
    told: str
    version: str
    notice: str


def map_box(left: float, top: float) -> Box:
    """Give where the map is on the back of a card at a place of the sheet."""
    return Box(left + SAFE, top + 13.0, left + SAFE + MAP_SIDE, top + 13.0 + MAP_SIDE)


class CardPage:
    """Draws cards in the look of a template."""

    def __init__(self, pen: Pen, template: Template, language: Language) -> None:
        self._pen, self._language = pen, language
        self._main, self._accent = template.colours.main, template.colours.accent

    def _text(
        self, text: str, box: Box, size: float, *,
        bold: bool = False, anchor: str = "left", colour: str = INK,
    ) -> None:  # fmt: skip
        if text:
            found = fitted(self._pen, text, (box.width, box.height), size, bold=bold)
            write(self._pen, found, box, anchor=anchor, colour=colour)

    def front(self, facts: CardFacts, left: float, top: float) -> None:
        """Draw the front: who is called, and the telephone for everything."""
        pen, right, x = self._pen, left + CARD[0], left + SAFE
        pen.box(Box(left, top, right, top + HEAD), fill=self._main)
        pen.box(Box(left, top + HEAD, right, top + HEAD + 0.7), fill=self._accent)
        self._text(facts.title, Box(x, top + 2.5, x + 46, top + 9), 5.0, bold=True, colour=WHITE)
        self._text(
            facts.town, Box(x + 48, top + 3.5, right - SAFE, top + 8.5), 3.2,
            anchor="right", colour=PALE,
        )  # fmt: skip
        self._text(facts.name, Box(x, top + 13, right - SAFE, top + 17.6), 3.9, bold=True)
        if facts.people:
            self._people(facts, x, right - SAFE, top)
        else:
            said = ("、" if self._language == "zh" else ", ").join(facts.duties)
            self._text(said, Box(x, top + 22, right - SAFE, top + 38), 4.4)
        pen.box(Box(left, top + BASE, right, top + CARD[1]), fill=lighter(self._main, 0.1))
        if facts.hotline:
            label = say("paper.hotline", self._language)
            self._text(label, Box(x, top + 45, x + 27, top + CARD[1] - 2), 3.4, colour=self._main)
            self._text(
                facts.hotline, Box(x + 28, top + 45, right - SAFE, top + CARD[1] - 2), 7.0,
                bold=True, anchor="right", colour=self._main,
            )  # fmt: skip
        else:
            inner = Box(x, top + 45, right - SAFE, top + CARD[1] - 2)
            self._text(facts.slogan, inner, 4.4, bold=True, anchor="middle", colour=self._main)

    def _people(self, facts: CardFacts, left: float, right: float, top: float) -> None:
        high = min(MOST_ROW, (ROWS[1] - ROWS[0]) / len(facts.people))
        y = top + ROWS[0]
        for one in facts.people:
            self._text(one.title, Box(left, y + 0.4, left + 19, y + high - 0.4), 3.0, colour=QUIET)
            name = Box(left + 21, y + 0.4, left + (44 if one.phone else 82), y + high - 0.4)
            if one.name:
                self._text(one.name, name, 4.4, bold=True)
            else:
                self._text(facts.vacant, name, 3.2, colour=QUIET)
            if one.phone:
                self._text(
                    one.phone, Box(left + 46, y + 0.4, right, y + high - 0.4), 4.4,
                    bold=True, anchor="right", colour=self._main,
                )  # fmt: skip
            y += high

    def back(self, facts: CardFacts, left: float, top: float) -> None:
        """Draw the back but for its map: the name, the code, and the small lines."""
        pen, right, x = self._pen, left + CARD[0], left + SAFE
        pen.box(Box(left, top, right, top + 1.2), fill=self._main)
        self._text(
            facts.name, Box(x, top + 4, right - SAFE, top + 11), 4.6, bold=True, colour=self._main
        )
        start = x + MAP_SIDE + 4
        middle = (start + right - SAFE) / 2
        draw_code(
            pen, facts.told, Box(middle - CODE / 2, top + 12.5, middle + CODE / 2, top + 34.5)
        )
        self._text(
            facts.slogan, Box(start, top + 36, right - SAFE, top + 41), 3.2,
            anchor="middle", colour=self._main,
        )  # fmt: skip
        self._text(
            facts.version, Box(start, top + 42, right - SAFE, top + 45), 2.0,
            anchor="middle", colour=QUIET,
        )  # fmt: skip
        self._text(
            facts.notice, Box(start, top + 45.6, right - SAFE, top + 49), 2.3,
            bold=True, anchor="middle", colour=WARNING,
        )  # fmt: skip
