"""The pages of an atlas: a grid with all in it numbered and in a table, or a micro-grid alone."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from gridmap.maps.pdf.pen import Pen
from gridmap.maps.pdf.setting import fitted, write
from gridmap.maps.pdf.sheets import Box
from gridmap.sheets.atlas_facts import AtlasFacts
from gridmap.sheets.atlas_front import LETTERS, page_cell
from gridmap.sheets.beside import Beside, beside
from gridmap.sheets.flow import (
    INK,
    QUIET,
    Block,
    Column,
    heading,
    paragraphs,
    side_by_side,
    stacked,
    table,
)
from gridmap.sheets.map_box import Marked, draw_map
from gridmap.words import say

__all__ = ["grid_ways"]

SHARES = (0.7, 0.62, 0.54, 0.46, 0.38)  # of the height of a page, tried for a map
MOST_NUMBERS = 120  # micro-grids that a map numbers; more would hide it


def grid_ways(
    pen: Pen, facts: AtlasFacts, room: Box, code: str, number_of: Callable[[str], int],
    unnumbered: set[str],
) -> Iterator[list[Block]]:  # fmt: skip
    """Give the ways to lay out the page of a grid, those with a larger map first.

    Parameters
    ----------
    pen, facts, room
        Draw, say what there is, and the room of a page.
    code
        The grid.
    number_of
        Gives the page of a grid; asked when the page is drawn.
    unnumbered
        Gets the micro-grids that have no number on the map.
    """
    near = beside(facts.painter, facts.duties, code)
    for share in SHARES:
        yield [
            _head(pen, facts, room, code),
            _map(pen, facts, code, share * room.height, near, number_of, unnumbered),
            *(_table(pen, facts, room, code, number_of) if facts.is_given(code)
              else _about(pen, facts, room, code, near, number_of)),
        ]  # fmt: skip


def _head(pen: Pen, facts: AtlasFacts, room: Box, code: str) -> Block:
    """Give name, code, what it lies in, who is in charge, and its figures."""
    row = facts.row(code)
    up = [facts.painter.named(one) for one in facts.line(code)[:-1]]
    chain = say("sheets.chain", facts.language).join(up[1:])
    told = [
        (say("sheets.atlas.who", facts.language), row.who),
        *((name, value) for name, value in facts.about(code)),
    ]
    colon = say("mark.colon", facts.language)
    line = " · ".join(f"{name}{colon}{value}" for name, value in told if value)
    name = fitted(pen, row.name, (room.width * 0.7, 12.0), 6.0, bold=True)
    number = fitted(pen, code, (room.width * 0.28, 5.0), 3.6)
    below = [(fitted(pen, text, (room.width, 9.0), 3.1), colour)
             for text, colour in ((chain, QUIET), (line, INK)) if text]  # fmt: skip
    height = name.height + 3.0 + sum(found.height + 1.6 for found, _ in below) + 1.6

    def draw(box: Box) -> None:
        top = Box(box.left, box.low, box.right, box.low + name.height + 2.0)
        write(pen, name, top)
        write(pen, number, top, anchor="right", colour=QUIET)
        y = top.high + 0.6
        for found, colour in below:
            write(pen, found, Box(box.left, y, box.right, y + found.height + 1.0), colour=colour)
            y += found.height + 1.6

    return Block(height, draw, together=True)


def _map(
    pen: Pen, facts: AtlasFacts, code: str, height: float, near: tuple[Beside, ...],
    number_of: Callable[[str], int], unnumbered: set[str],
) -> Block:  # fmt: skip
    painter = facts.painter
    about = painter.inside(code)
    inside = about & set(painter.micro.index)
    given = facts.is_given(code)
    few = len(inside) <= MOST_NUMBERS

    def draw(box: Box) -> None:
        told = [_paged(one, facts, number_of) for one in near]
        marked = Marked(
            painter.plan.outline(code), about,
            title="" if given else painter.named(code),
            within=code if given and few else "",
            named=set(facts.below(code)) - inside,
            beside=told,
        )  # fmt: skip
        numbered = draw_map(pen, painter, box, marked, size=LETTERS)
        if given and few:
            unnumbered.update(inside - numbered)

    return Block(height, draw, above=1.5)


def _paged(one: Beside, facts: AtlasFacts, number_of: Callable[[str], int]) -> Beside:
    """Name the page of a neighbour in place of a person."""
    page = facts.page_of(one.code)
    told = say("sheets.atlas.see", facts.language, number=number_of(page)) if page else ""
    return replace(one, person=told, role="")


def _table(
    pen: Pen, facts: AtlasFacts, room: Box, code: str, number_of: Callable[[str], int]
) -> list[Block]:
    """Give the table of what lies in a given grid."""
    rows = [facts.row(one, code) for one in facts.below(code)]
    language = facts.language
    titles = ("number", "name", "kind", "area", "households", "load", "who", "page")
    shares = (1.6, 5, 2, 1.4, 1.2, 1.5, 4, 1.0)
    anchors = ("left", "left", "left", "right", "right", "right", "left", "right")
    columns = [
        Column(say(f"sheets.atlas.{title}", language), share, anchor, bold=title == "number")
        for title, share, anchor in zip(titles, shares, anchors, strict=True)
    ]
    cells = [
        (row.number, row.name, row.kind, row.hectares, row.households, row.load, row.who, "")
        for row in rows
    ]
    kept = [place for place in range(len(columns))
            if place == len(columns) - 1 or any(row[place] for row in cells)]  # fmt: skip
    own = [row.code for row in rows]
    if all(facts.page_of(one) == code for one in own):  # all are on this page
        kept = kept[:-1]
    drawn = page_cell(pen, facts, own, number_of, len(kept) - 1)
    linked = kept[-1] == len(columns) - 1
    return table(
        pen, [columns[place] for place in kept],
        [[row[place] for place in kept] for row in cells], room.width,
        size=2.6, drawn=drawn if linked else None, above=3.0,
    )  # fmt: skip


def _about(
    pen: Pen, facts: AtlasFacts, room: Box, code: str, near: tuple[Beside, ...],
    number_of: Callable[[str], int],
) -> list[Block]:  # fmt: skip
    """Tell of a single grid: kind, duties, neighbours with their pages."""
    language = facts.language
    half = (room.width - 6.0) / 2
    posts = facts.plan.posts[facts.plan.posts["grid_code"] == code]
    parts = posts["duties"].str.split(";").explode().str.strip()
    duties = [duty for duty in dict.fromkeys(parts.dropna()) if duty]
    left = [heading(pen, say("sheets.task.duties", language), half)]
    for number, duty in enumerate(duties, start=1):
        left += paragraphs(pen, duty, half, mark=f"{number}.")
    right = [heading(pen, say("sheets.task.beside", language), half)]
    columns = [Column(say("sheets.task.side", language), 1.3),
               Column(say("sheets.atlas.name", language), 5),
               Column(say("sheets.atlas.page", language), 1.2, "right")]  # fmt: skip
    drawn = page_cell(pen, facts, [one.code for one in near], number_of, 2)
    right += table(pen, columns, [(one.side, one.name, "") for one in near], half, drawn=drawn)
    return [side_by_side(stacked(left), stacked(right), share=0.5, gap=6.0)]
