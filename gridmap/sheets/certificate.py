"""The coverage certificate: whether every piece of ground has its grid, recounted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from gridmap.maps.pdf.fonts import Font, find_font
from gridmap.maps.pdf.pen import Pen
from gridmap.maps.pdf.sheets import PAPERS
from gridmap.plan.plan import Plan
from gridmap.sheets.certificate_facts import CertificateFacts
from gridmap.sheets.certificate_parts import CertificateParts
from gridmap.sheets.flow import Block, in_pages
from gridmap.sheets.house_page import house_page
from gridmap.words import Language, say

__all__ = ["Certificate", "certificate_pdf"]


@dataclass(frozen=True)
class Certificate:
    """A coverage certificate.

    Attributes
    ----------
    pdf
        The file.
    pages
        How many pages it has.
    passed
        Whether no check found an error, and every patch is in one grid or left with its parent.
    lacking
        Signs that the font does not have: they are shown as boxes.
    """

    pdf: bytes
    pages: int
    passed: bool
    lacking: str


def certificate_pdf(
    plan: Plan,
    *,
    printed: date,
    language: Language = "zh",
    grey: bool = False,
    font: Font | None = None,
    tell: Callable[[int, int], None] = lambda done, count: None,
) -> Certificate:
    """Recount a plan, and write what holds of it as a certificate for inside the house.

    Parameters
    ----------
    plan
        The plan, as `gridmap.publish.release` gives it for the house.
    printed
        Day that is written on the pages.
    language
        Language of the certificate.
    grey
        Greys in place of colours.
    font
        Font of the texts; None for the one of the program.
    tell
        Called with how many pages of how many are done; what it raises ends the work.

    Returns
    -------
    The file, and whether the plan passed. The same arguments give the same bytes.
    """
    facts = CertificateFacts(plan)
    page = house_page(plan, PAPERS["A4"], printed=printed, language=language)
    town = plan.rules.town
    name = town.name_in(language)
    title = say("sheets.proof.title", language, town=name)
    pen = Pen(page.page_mm, font or find_font(), title=title, made=printed, grey=grey,
              language=language)  # fmt: skip
    parts = CertificateParts(pen, facts, page.room.width, language)
    blocks = list(_blocks(parts, title, page.version))
    pages = in_pages(blocks, lambda number: page.room)
    for number, laid in enumerate(pages, start=1):
        pen.new_sheet()
        if number == 1:
            pen.chapter(title, "certificate")
        page.draw(pen, number, len(pages), left=title)
        for block, box in laid:
            block.draw(box)
        tell(number, len(pages))
    return Certificate(pen.output(), len(pages), facts.passed, pen.lacking())


def _blocks(parts: CertificateParts, title: str, version: str) -> Iterator[Block]:
    yield from parts.head(title, version)
    yield from parts.counted()
    yield from parts.proven()
    yield from parts.by_parent()
    yield from parts.rates()
    yield from parts.checks()
    yield from parts.listed()
    yield from parts.inputs()
    yield from parts.signed()
