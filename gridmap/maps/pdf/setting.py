"""Text set into a width: broken as Chinese is, or made smaller until it fits, and never cut."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gridmap.maps.pdf.pen import Pen
from gridmap.maps.pdf.sheets import Box

__all__ = ["LEADING", "SetText", "broken", "fitted", "paragraph", "write"]

LEADING = 1.4  # height of a line, in sizes of its letters
LEAST = 0.72  # of the size that is wished: smaller than that, a text is rather broken
STEP = 0.96  # from one size that is tried to the next
# Signs that no line begins with, and signs that no line ends with (GB/T 15834).
_NEVER_FIRST = "，。、；：？！…—·）》〉」』】〕”’％%)]},.;:?!"
_NEVER_LAST = "（《〈「『【〔“‘([{¥￥"
_PIECE = re.compile(r"\s+|[0-9A-Za-z\u00c0-\u024f_@#&+\-/'.:=?]+|.", re.DOTALL)


@dataclass(frozen=True)
class SetText:
    """Lines of text, and the size of their letters in mm."""

    lines: tuple[str, ...]
    size: float
    bold: bool = False

    @property
    def height(self) -> float:
        """Height of all lines in mm, without the room over the first and under the last."""
        return self.size * (1 + LEADING * (len(self.lines) - 1))


def broken(pen: Pen, text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines no wider than there is room.

    Breaks are between Chinese signs and between words, not before a closing sign nor after an
    opening one. A word that is wider than a line is broken within.

    Parameters
    ----------
    pen
        Measures.
    text
        The text; its line ends are kept.
    size
        Size of the letters in mm.
    room
        Width of a line in mm.
    bold
        Whether the letters are bold.

    Returns
    -------
    The lines; at least one.
    """
    lines = []
    for part in text.splitlines() or [""]:
        line = ""
        for piece in _pieces(pen, part, size, room, bold):
            longer = line + piece
            if line and pen.width(longer.rstrip(), size, bold=bold) > room:
                lines.append(line.rstrip())
                longer = piece.lstrip()
            line = longer
        lines.append(line.rstrip())
    return lines


def _pieces(pen: Pen, text: str, size: float, room: float, bold: bool) -> Iterator[str]:
    """Parts of a text between which a line may end."""
    held = ""
    for piece in _PIECE.findall(text):
        if held and (piece[0] in _NEVER_FIRST or held[-1] in _NEVER_LAST):
            held += piece
            continue
        if held:
            yield from _short(pen, held, size, room, bold)
        held = piece
    if held:
        yield from _short(pen, held, size, room, bold)


def _short(pen: Pen, piece: str, size: float, room: float, bold: bool) -> Iterator[str]:
    if pen.width(piece.strip(), size, bold=bold) <= room:
        yield piece
    else:
        yield from piece


def fitted(
    pen: Pen,
    text: str,
    room: tuple[float, float],
    size: float,
    *,
    bold: bool = False,
    least: float = LEAST,
) -> SetText:
    """Set a text into a width and a height: on one line, smaller, or on several lines.

    Parameters
    ----------
    pen
        Measures.
    text
        The text.
    room
        Width and height in mm.
    size
        Size of the letters that is wished, in mm.
    bold
        Whether the letters are bold.
    least
        Share of that size down to which a text stays on one line rather than being broken.

    Returns
    -------
    The text, all of it; where even small letters have no room, as small as it takes.
    """
    wide, high = room
    text = " ".join(text.split())
    tried = min(size, high)
    natural = pen.width(text, tried, bold=bold)
    if natural <= wide:
        return SetText((text,), tried, bold)
    alone = tried * wide / natural
    if alone >= least * size:
        return SetText((text,), alone, bold)
    while True:
        lines = broken(pen, text, tried, wide, bold=bold)
        found = SetText(tuple(lines), tried, bold)
        widest = max(pen.width(line, tried, bold=bold) for line in lines)
        if found.height <= high and widest <= wide * (1 + 1e-9):
            return _evened(pen, text, found, wide)
        if tried < alone:  # breaking it helps no more
            return SetText((text,), alone, bold)
        tried *= STEP


def _evened(pen: Pen, text: str, found: SetText, wide: float) -> SetText:
    """Give the lines about the same length, so that no word stands alone on the last."""
    for tenths in range(5, 10):
        room = wide * tenths / 10
        lines = broken(pen, text, found.size, room, bold=found.bold)
        widest = max(pen.width(line, found.size, bold=found.bold) for line in lines)
        if len(lines) == len(found.lines) and widest <= room:
            return SetText(tuple(lines), found.size, found.bold)
    return found


def write(
    pen: Pen, found: SetText, box: Box, *, anchor: str = "left", colour: str = "#111111"
) -> None:
    """Write a set text into the middle of the height of a box.

    Parameters
    ----------
    pen
        Draws.
    found
        The text.
    box
        Where it goes.
    anchor
        Side of the box that lines lie at: "left", "middle" or "right".
    colour
        Colour of the letters.
    """
    x = {"left": box.left, "middle": (box.left + box.right) / 2, "right": box.right}[anchor]
    y = (box.low + box.high) / 2 - found.height / 2 + found.size / 2
    for line in found.lines:
        if line:
            pen.text(line, (x, y), found.size, anchor=anchor, bold=found.bold, colour=colour)
        y += found.size * LEADING


def paragraph(
    pen: Pen,
    text: str,
    place: tuple[float, float, float],
    size: float,
    *,
    bold: bool = False,
    colour: str = "#111111",
    leading: float = LEADING,
) -> float:
    """Write a paragraph downwards.

    Parameters
    ----------
    pen
        Draws.
    text
        The text.
    place
        Left side, top and width in mm.
    size
        Size of the letters in mm.
    bold, colour
        Their look.
    leading
        Height of a line, in sizes of its letters.

    Returns
    -------
    Where the paragraph ends, in mm from the top of the sheet.
    """
    left, top, room = place
    for line in broken(pen, text, size, room, bold=bold):
        if line:
            middle = (left, top + leading * size / 2)
            pen.text(line, middle, size, bold=bold, colour=colour)
        top += leading * size
    return top
