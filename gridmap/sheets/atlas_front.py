"""The first pages of an atlas: cover with overview and figures, legend, index."""

import math
from collections.abc import Callable

import shapely

from gridmap.maps.pdf.furniture import draw_entry
from gridmap.maps.pdf.pen import Pen, Stroke
from gridmap.maps.pdf.setting import fitted, write
from gridmap.maps.pdf.sheets import Box
from gridmap.sheets.atlas_facts import AtlasFacts
from gridmap.sheets.flow import (
    INK,
    QUIET,
    Block,
    Column,
    heading,
    paragraphs,
    table,
)
from gridmap.sheets.map_box import Marked, draw_map
from gridmap.words import say

__all__ = ["LETTERS", "cover_blocks", "index_blocks", "legend_blocks", "page_cell"]

LETTERS = 0.82  # size of letters and lines on maps
TILE_MM = 17.0
TILES = 4  # of a row
ENTRY_MM = 6.2
LEGEND_SCALE = 5000  # at which the samples of roads are drawn
GAP_MM = 6.0


def cover_blocks(pen: Pen, facts: AtlasFacts, room: Box, title: str, version: str) -> list[Block]:
    """Give title, overview and figures."""
    figures = facts.figures()
    tiles = TILE_MM * math.ceil(len(figures) / TILES)
    head = 26.0
    high = room.height - head - tiles - 2 * GAP_MM
    given = facts.painter.given
    town = shapely.union_all(given.geometry[given["level"] == given["level"].min()].to_numpy())
    villages = given.index[given["level"] == given["level"].min() + 1]
    marked = Marked(town, named=villages)

    def draw_head(box: Box) -> None:
        told = fitted(pen, title, (box.width, 14.0), 11.0, bold=True)
        write(pen, told, Box(box.left, box.low + 2.0, box.right, box.low + 16.0))
        told = fitted(pen, version, (box.width, 6.0), 4.0)
        write(pen, told, Box(box.left, box.low + 18.0, box.right, box.high), colour=QUIET)

    def draw_overview(box: Box) -> None:
        draw_map(pen, facts.painter, box, marked, size=LETTERS)

    def draw_figures(box: Box) -> None:
        wide = box.width / TILES
        for place, (name, value) in enumerate(figures):
            left = box.left + wide * (place % TILES)
            top = box.low + TILE_MM * (place // TILES)
            tile = Box(left, top, left + wide - 3.0, top + TILE_MM)
            pen.line([(tile.left, top), (tile.right, top)], Stroke(0.35, INK))
            told = fitted(pen, value, (tile.width, 7.0), 5.6, bold=True)
            write(pen, told, Box(tile.left, top + 1.4, tile.right, top + 8.4))
            told = fitted(pen, name, (tile.width, 7.0), 2.7)
            write(pen, told, Box(tile.left, top + 8.6, tile.right, top + 15.4), colour=QUIET)

    return [
        Block(head, draw_head),
        Block(high, draw_overview),
        Block(tiles, draw_figures, above=GAP_MM),
    ]


def legend_blocks(pen: Pen, facts: AtlasFacts, room: Box) -> list[Block]:
    """Give the signs of all maps in two columns, and how to read the atlas."""
    painter, language = facts.painter, facts.language
    entries = painter.legend(LEGEND_SCALE)
    half = math.ceil(len(entries) / 2)
    wide = (room.width - GAP_MM) / 2

    def draw(box: Box) -> None:
        for place, entry in enumerate(entries):
            left = box.left + (wide + GAP_MM) * (place >= half)
            top = box.low + ENTRY_MM * (place % half)
            line = Box(left, top, left + wide, top + ENTRY_MM)
            draw_entry(pen, entry, LEGEND_SCALE, line, painter.grey)

    blocks = [
        heading(pen, say("sheets.atlas.legend", language), room.width, size=5.0),
        Block(ENTRY_MM * half, draw, above=2.0),
        heading(pen, say("sheets.atlas.reading", language), room.width),
    ]
    for key in ("numbers", "colours", "people", "scale", "not_legal"):
        told = say(f"sheets.atlas.read_{key}", language)
        blocks += paragraphs(pen, told, room.width, mark="·")
    return blocks


def index_blocks(
    pen: Pen, facts: AtlasFacts, room: Box, number_of: Callable[[str], int]
) -> list[Block]:
    """Give the table of pages, then every grid by its code with the page that shows it."""
    language = facts.language

    def word(key: str) -> str:
        return say(f"sheets.atlas.{key}", language)

    given = [code for code in facts.pages if facts.is_given(code)]
    columns = [Column(word("code"), 3), Column(word("name"), 5, bold=True),
               Column(word("area"), 1.8, "right"), Column(word("who"), 4),
               Column(word("page"), 1.2, "right")]  # fmt: skip
    rows = [facts.row(code) for code in given]
    told = [
        (row.code, "　" * facts.depth(row.code) + row.name, row.hectares, row.who, "")
        for row in rows
    ]
    drawn = page_cell(pen, facts, [row.code for row in rows], number_of, len(columns) - 1)
    blocks = [
        heading(pen, word("contents"), room.width, size=5.0),
        *table(pen, columns, told, room.width, drawn=drawn),
    ]
    rows = [facts.row(code) for code in facts.index()]
    columns = [*columns[:2], Column(word("kind"), 2.2), *columns[2:]]
    full = [(row.code, row.name, row.kind, row.hectares, row.who, "") for row in rows]
    drawn = page_cell(pen, facts, [row.code for row in rows], number_of, len(columns) - 1)
    if rows:
        blocks.append(heading(pen, word("index"), room.width, size=5.0))
    return [*blocks, *table(pen, columns, full, room.width, size=2.6, drawn=drawn)]


def page_cell(
    pen: Pen, facts: AtlasFacts, codes: list[str], number_of: Callable[[str], int], column: int
) -> Callable[[int, int, Box], None]:
    """Write the number of the page of each row into its last cell, and lead there from the row."""

    def drawn(row: int, place: int, box: Box) -> None:
        page = facts.page_of(codes[row])
        if not page:
            return
        if place == column:
            at = (box.right - 1.4, (box.low + box.high) / 2)
            pen.text(str(number_of(page)), at, 2.8, anchor="right", bold=True)
        pen.link(box, page)

    return drawn
