"""The atlas of a town: cover, legend, index, then a page a grid with its numbers and a table."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from gridmap.maps.pdf.fonts import Font, find_font
from gridmap.maps.pdf.painter import Painter
from gridmap.maps.pdf.pen import Pen
from gridmap.maps.pdf.sheets import PAPERS, Box, require_paper
from gridmap.plan.plan import Plan
from gridmap.sheets.atlas_facts import AtlasFacts
from gridmap.sheets.atlas_front import cover_blocks, index_blocks, legend_blocks
from gridmap.sheets.atlas_pages import grid_ways
from gridmap.sheets.flow import Block, in_pages
from gridmap.sheets.house_page import house_page
from gridmap.words import Language, say

__all__ = ["Atlas", "atlas_pdf"]

Pages = list[list[tuple[Block, Box]]]


@dataclass(frozen=True)
class Atlas:
    """An atlas.

    Attributes
    ----------
    pdf
        The file.
    pages
        How many pages it has.
    begins
        On which page each grid begins, by code, from 1.
    unnumbered
        Micro-grids with no number on the map of their page, for want of room.
    lacking
        Signs that the font does not have: they are shown as boxes.
    """

    pdf: bytes
    pages: int
    begins: dict[str, int]
    unnumbered: tuple[str, ...]
    lacking: str


@dataclass(frozen=True)
class _Part:
    """Pages that begin together: an entry of the outline, and the ways to lay them out."""

    key: str
    title: str
    depth: int
    ways: Callable[[], Iterable[list[Block]]]


def atlas_pdf(
    plan: Plan,
    codes: Sequence[str] | None = None,
    *,
    printed: date,
    paper: str = "A4",
    each: bool = False,
    language: Language = "zh",
    grey: bool = False,
    font: Font | None = None,
    tell: Callable[[int, int], None] = lambda done, count: None,
) -> Atlas:
    """Make the atlas of a plan, for inside the house.

    Parameters
    ----------
    plan
        The plan, as `gridmap.publish.release` gives it.
    codes
        Given grids that have pages, with all in them, and single grids that have one; None for all
        given grids.
    printed
        Day that is written on the pages.
    paper
        A4 to A0, upright.
    each
        Whether every micro-grid has a page of its own too.
    language
        Language of the atlas.
    grey
        Greys and hatches in place of colours.
    font
        Font of the texts; None for the one of the program.
    tell
        Called with how many parts of how many are done; what it raises ends the work.

    Returns
    -------
    The file, and what is in it. The same arguments give the same bytes.

    Raises
    ------
    UsageError
        For paper or a grid that there is not, and a plan with nothing to show.
    """
    require_paper(paper)
    painter = Painter(plan, grey=grey, language=language)
    facts = AtlasFacts(painter, codes, each=each)
    edges = house_page(plan, PAPERS[paper], printed=printed, language=language)
    town = plan.rules.town
    title = say("sheets.atlas.title", language,
                town=town.name_in(language))  # fmt: skip
    pen = Pen(edges.page_mm, font or find_font(), title=title, made=printed, grey=grey,
              language=language)  # fmt: skip
    room, begins, unnumbered = edges.room, dict[str, int](), set[str]()

    def number_of(code: str) -> int:
        return begins[code]

    parts = [
        _Part("cover", title, 0, partial(_one, cover_blocks, pen, facts, room, title,
                                         edges.version)),
        _Part("legend", say("sheets.atlas.legend", language), 0,
              partial(_one, legend_blocks, pen, facts, room)),
        _Part("index", say("sheets.atlas.index", language), 0,
              partial(_one, index_blocks, pen, facts, room, number_of)),
    ]  # fmt: skip
    for code in facts.pages:
        ways = partial(grid_ways, pen, facts, room, code, number_of, unnumbered)
        parts.append(_Part(code, f"{painter.named(code)} · {code}", facts.depth(code), ways))
    laid: list[Pages] = []
    for part in parts:
        laid.append(_fewest(in_pages(blocks, lambda number: room) for blocks in part.ways()))
        begins[part.key] = sum(len(pages) for pages in laid[:-1]) + 1
    count = sum(len(pages) for pages in laid)
    for done, (part, pages) in enumerate(zip(parts, laid, strict=True), start=1):
        for number, page in enumerate(pages):
            pen.new_sheet()
            if number == 0:
                pen.chapter(part.title, part.key, level=part.depth)
            right = "" if part.key == "cover" else part.title
            edges.draw(pen, begins[part.key] + number, count, left=title, right=right)
            for block, box in page:
                block.draw(box)
        tell(done, len(parts))
    codes_on_pages = {code: page for code, page in begins.items() if code in facts.pages}
    return Atlas(pen.output(), count, codes_on_pages, tuple(sorted(unnumbered)), pen.lacking())


def _one(make: Callable[..., list[Block]], *given: object) -> Iterable[list[Block]]:
    """Give the one way of pages that have no other."""
    yield make(*given)


def _fewest(ways: Iterable[Pages]) -> Pages:
    """Take the first way of those that need the fewest pages."""
    best: Pages = []
    for pages in ways:
        if not best or len(pages) < len(best):
            best = pages
        if len(best) == 1:
            break
    return best
