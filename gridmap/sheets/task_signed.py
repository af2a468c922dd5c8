"""The foot of a task sheet: what is asked of the cadre, with room to confirm or to dispute."""

from gridmap.maps.pdf.pen import Pen, Stroke
from gridmap.maps.pdf.setting import fitted, write
from gridmap.maps.pdf.sheets import Box
from gridmap.sheets.flow import INK, QUIET, Block, heading, paragraphs, stacked
from gridmap.words import Language, say

__all__ = ["signed_block"]

SIGNED_MM = 25.0


def signed_block(pen: Pen, room: float, office_phone: str, language: Language) -> Block:
    """Say what is expected, and leave lines for remarks, signature and day.

    Parameters
    ----------
    pen
        Measures and draws.
    room
        Width in mm.
    office_phone
        Of the office of the town; "" for none.
    language
        Of the texts.
    """
    told = say("sheets.task.expect", language)
    if office_phone:
        told += say("sheets.task.office_phone", language, phone=office_phone)
    title = heading(pen, say("sheets.task.expected", language), room)
    lines = Block(SIGNED_MM, lambda box: _lines(pen, box, language), above=2.0)
    return stacked([title, *paragraphs(pen, told, room, size=3.0), lines])


def _lines(pen: Pen, box: Box, language: Language) -> None:
    size = 3.2
    y = box.low + 3.0
    middle = box.left + 0.42 * box.width
    for x, key in ((box.left, "confirm"), (middle, "dispute")):
        pen.box(Box(x, y - 1.9, x + 3.8, y + 1.9), stroke=Stroke(0.35, INK))
        found = fitted(pen, say(f"sheets.task.{key}", language), (0.38 * box.width, 8.0), size)
        write(pen, found, Box(x + 5.4, y - 4.0, box.right, y + 4.0))
    for key, left, right, down in (
        ("remarks", box.left, box.right, 8.6),
        ("signed", box.left, middle - 6.0, 23.0),
        ("day", middle, box.right, 23.0),
    ):
        text, at = say(f"sheets.task.{key}", language), box.low + down
        pen.text(text, (left, at), size)
        start = left + pen.width(text, size) + 1.0
        pen.line([(start, at + 2.0), (right, at + 2.0)], Stroke(0.25, QUIET))
    pen.line([(box.left, box.low + 17.6), (box.right, box.low + 17.6)], Stroke(0.25, QUIET))
