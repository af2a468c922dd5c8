"""Parts of a page that follow one another: headings, paragraphs, tables; and their way onto pages.

A `Block` is never broken; a table is a block a row, whose head comes again on the next page. All
blocks are measured and shared out among pages before anything is drawn, so that every page knows
how many there are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from gridmap.maps.pdf.pen import Pen, Stroke
from gridmap.maps.pdf.setting import LEADING, SetText, broken, fitted, write
from gridmap.maps.pdf.sheets import Box

__all__ = ["INK", "QUIET", "RULE", "Block", "Column", "heading", "in_pages", "pairs",
           "paragraphs", "side_by_side", "stacked", "table"]  # fmt: skip

INK, QUIET, RULE, BAND = "#111111", "#555555", "#b9bec5", "#f1f3f5"
CELL_MM = 1.4  # left and right of a text in a cell, and a little less over and under it
TITLE_LINES = 3
MOST_LINES = 12  # of a cell: what is longer has smaller letters
_NOISE = 1e-6


@dataclass(frozen=True)
class Block:
    """A part of a page that is not broken.

    Attributes
    ----------
    height
        In mm.
    draw
        Draws it into a box of this height.
    above
        Room over it, unless it is the first of a page.
    together
        Whether the block after it has to be on the same page.
    head
        What comes again over it where it begins a page.
    """

    height: float
    draw: Callable[[Box], None]
    above: float = 0.0
    together: bool = False
    head: "Block | None" = None


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its share of the width, and the side that texts lie at."""

    title: str
    share: float
    anchor: str = "left"
    bold: bool = False


def in_pages(blocks: Sequence[Block], rooms: Callable[[int], Box]) -> list[list[tuple[Block, Box]]]:
    """Share blocks out among pages.

    Parameters
    ----------
    blocks
        In order.
    rooms
        Gives the room on a page by its number, from 0; a block that is higher than any is put on a
        page of its own.

    Returns
    -------
    Of each page the blocks on it with their boxes.
    """
    pages: list[list[tuple[Block, Box]]] = [[]]
    room = rooms(0)
    y = room.low
    for group in _kept_together(blocks):
        above = group[0].above if pages[-1] else 0.0
        needed = sum(each.height for each in group) + sum(each.above for each in group[1:])
        if pages[-1] and y + above + needed > room.high + _NOISE:
            room = rooms(len(pages))
            pages.append([])
            y = room.low
        for block in group:
            if pages[-1]:
                y += block.above
            elif block.head is not None:
                y = _put(pages[-1], block.head, room, y)
            y = _put(pages[-1], block, room, y)
    return pages


def _put(page: list[tuple[Block, Box]], block: Block, room: Box, y: float) -> float:
    page.append((block, Box(room.left, y, room.right, y + block.height)))
    return y + block.height


def _kept_together(blocks: Iterable[Block]) -> list[list[Block]]:
    groups: list[list[Block]] = []
    joined = False
    for block in blocks:
        if joined:
            groups[-1].append(block)
        else:
            groups.append([block])
        joined = block.together
    return groups


def heading(pen: Pen, text: str, room: float, *, size: float = 3.6) -> Block:
    """Give the heading of what follows, with a line under it."""
    found = fitted(pen, text, (room, 2 * size * LEADING), size, bold=True)
    height = found.height + 0.9 * size

    def draw(box: Box) -> None:
        write(pen, found, Box(box.left, box.low, box.right, box.high - 0.3 * size))
        pen.line([(box.left, box.high), (box.right, box.high)], Stroke(0.35, INK))

    return Block(height, draw, above=3.0, together=True)


def paragraphs(
    pen: Pen, text: str, room: float, *, size: float = 3.2, colour: str = INK, bold: bool = False,
    above: float = 1.2, mark: str = "",
) -> list[Block]:  # fmt: skip
    """Set a text, a block a line, so that a page may end within it.

    Parameters
    ----------
    pen
        Measures and draws.
    text
        The text.
    room
        Width in mm.
    size, colour, bold
        Look of the letters.
    above
        Room over the first line.
    mark
        Stands before the first line; the others are as far to the right.
    """
    indent = pen.width(mark, size) + 0.4 * size if mark else 0.0
    lines = broken(pen, text, size, room - indent, bold=bold)

    def line(number: int, told: str) -> Block:
        def draw(box: Box) -> None:
            y = (box.low + box.high) / 2
            if mark and not number:
                pen.text(mark, (box.left, y), size, colour=colour)
            if told:
                pen.text(told, (box.left + indent, y), size, colour=colour, bold=bold)

        return Block(size * LEADING, draw, above=0.0 if number else above)

    return [line(number, told) for number, told in enumerate(lines)]


def pairs(
    pen: Pen, rows: Sequence[tuple[str, str]], room: float, *, size: float = 3.0, share: float = 0.3
) -> list[Block]:
    """Set names with their values to the right of them, a block a row."""

    def row(name: str, value: str) -> Block:
        label = fitted(pen, name, (room * share - 1.0, 2 * size * LEADING), size)
        told = _cell(pen, value, room * (1 - share), size, bold=False)
        height = max(label.height, told.height) + 0.62 * size

        def draw(box: Box) -> None:
            write(pen, label, Box(box.left, box.low, box.right, box.high), colour=QUIET)
            write(pen, told, Box(box.left + room * share, box.low, box.right, box.high))

        return Block(height, draw)

    return [row(name, value) for name, value in rows]


def table(
    pen: Pen,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    room: float,
    *,
    size: float = 2.9,
    drawn: Callable[[int, int, Box], None] | None = None,
    above: float = 0.0,
) -> list[Block]:
    """Set a table, a block a row; its head comes again on every page.

    Parameters
    ----------
    pen
        Measures and draws.
    columns
        The columns; their shares are of the sum of all.
    rows
        Texts of the cells.
    room
        Width in mm.
    size
        Size of the letters.
    drawn
        Called with row, column and box of each cell after its text, for links and signs.
    above
        Room over the head.
    """
    whole = sum(column.share for column in columns)
    sides = [0.0]
    for column in columns:
        sides.append(sides[-1] + room * column.share / whole)

    def row(number: int, texts: Sequence[str], *, first: bool = False) -> Block:
        cells = [
            _cell(pen, text, sides[place + 1] - sides[place] - 2 * CELL_MM, size,
                  bold=first or columns[place].bold, title=first)
            for place, text in enumerate(texts)
        ]  # fmt: skip
        height = max(cell.height for cell in cells) + 1.9 * CELL_MM

        def draw(box: Box) -> None:
            if first:
                pen.box(box, fill=BAND)
            for place, cell in enumerate(cells):
                left, right = box.left + sides[place], box.left + sides[place + 1]
                inner = Box(left + CELL_MM, box.low, right - CELL_MM, box.high)
                write(pen, cell, inner, anchor=columns[place].anchor)
                if drawn is not None and not first:
                    drawn(number, place, Box(left, box.low, right, box.high))
            pen.line([(box.left, box.high), (box.right, box.high)], Stroke(0.2, RULE))

        return Block(height, draw)

    head = replace(row(-1, [column.title for column in columns], first=True), together=True)
    made = [replace(row(number, texts), head=head) for number, texts in enumerate(rows)]
    return [replace(head, above=above), *made] if made else []


def _cell(
    pen: Pen, text: str, room: float, size: float, *, bold: bool, title: bool = False
) -> SetText:
    if title:  # a word of a head is rather smaller than broken
        return fitted(pen, text, (room, TITLE_LINES * size * LEADING), size, bold=bold)
    lines = broken(pen, text, size, room, bold=bold)
    if len(lines) <= MOST_LINES:
        return SetText(tuple(lines), size, bold)
    return fitted(pen, text, (room, MOST_LINES * size * LEADING), size, bold=bold, least=1.0)


def stacked(blocks: Sequence[Block]) -> Block:
    """Make one block of several, which stay on one page."""
    height = sum(block.height + (block.above if place else 0.0)
                 for place, block in enumerate(blocks))  # fmt: skip

    def draw(box: Box) -> None:
        y = box.low
        for place, block in enumerate(blocks):
            y += block.above if place else 0.0
            block.draw(Box(box.left, y, box.right, y + block.height))
            y += block.height

    return Block(height, draw, above=blocks[0].above if blocks else 0.0)


def side_by_side(left: Block, right: Block, *, share: float, gap: float) -> Block:
    """Make one block of two that stand side by side; `share` of the width is the left one's."""

    def draw(box: Box) -> None:
        middle = box.left + (box.width - gap) * share
        left.draw(Box(box.left, box.low, middle, box.low + left.height))
        right.draw(Box(middle + gap, box.low, box.right, box.low + right.height))

    return Block(max(left.height, right.height), draw, above=max(left.above, right.above))
