"""Contact cards (便民服务连心卡) of a plan as one PDF file: ten on a sheet of A4, with cut marks.

Sheets come in pairs, the fronts and their backs: printed on both sides and turned on the long edge,
every back lies behind its front.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from gridmap.maps.pdf.fonts import Font, find_font
from gridmap.maps.pdf.pen import Pen, Stroke
from gridmap.maps.pdf.sheets import PAPERS
from gridmap.paper.board_map import GridMaps
from gridmap.paper.card_page import CARD, CardFacts, CardPage, map_box
from gridmap.paper.made import MadePaper, Tell, finished, quiet, remark
from gridmap.paper.people import People
from gridmap.paper.template import Template, default_template
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.publish.contacts import OFFICE
from gridmap.words import Language, say
from layers.contract.errors import UsageError, quoted

__all__ = ["A_SHEET", "MOST_COPIES", "cards_pdf"]

COLUMNS, ROWS = 2, 5
A_SHEET = COLUMNS * ROWS
MOST_COPIES = 1000
PAPER = PAPERS["A4"]
LEFT, TOP = (PAPER[0] - COLUMNS * CARD[0]) / 2, (PAPER[1] - ROWS * CARD[1]) / 2
MARK, APART = 5.0, 1.5  # length of a cut mark, and how far it stays from the cards


def cards_pdf(
    plan: Plan,
    codes: Sequence[str],
    *,
    printed: date,
    template: Template | None = None,
    contacts: Mapping[str, str] | None = None,
    copies: int = 1,
    language: Language = "zh",
    tell: Tell = quiet,
    font: Font | None = None,
) -> MadePaper:
    """Make contact cards, ten on a sheet of A4.

    Parameters
    ----------
    plan
        The plan, as `gridmap.publish.release` gives it.
    codes
        Grids that get a card, in this order.
    printed
        Day that is written on them, and on which people have to be on post to be named.
    template
        How they look; None for the one that comes along.
    contacts
        Phones that were chosen, as `gridmap.publish.contacts` gives them; none by default.
    copies
        How many cards of each grid.
    language
        Language of the words.
    tell
        Called after each sheet with how many are done, of how many; it may raise to cancel.
    font
        Font of the texts; None for the one that comes along.

    Returns
    -------
    The file, and what is to be said about it. The same arguments give the same bytes.

    Raises
    ------
    UsageError
        For a grid that the plan does not have, no card at all, or an impossible number of copies.
    """
    _require(plan, codes, copies)
    making = _Making(
        plan, template or default_template(), contacts or {}, language, printed, font or find_font()
    )
    cards = [code for code in codes for _ in range(copies)]
    sheets = [cards[start : start + A_SHEET] for start in range(0, len(cards), A_SHEET)]
    for number, sheet in enumerate(sheets, start=1):
        making.draw(sheet)
        tell(number, len(sheets))
    return making.finished(2 * len(sheets))


def _require(plan: Plan, codes: Sequence[str], copies: int) -> None:
    if not codes:
        raise UsageError(
            "No card was asked for. Name one grid or more.",
            "没有要打印的连心卡，请至少选一个网格。",
        )
    unknown = [code for code in codes if code not in plan.grids.index]
    if unknown:
        raise UsageError(
            f"The plan has no grid {unknown[0]!r} for a card. Take a code from its table of grids.",
            f"方案中没有网格{quoted(unknown[0])}，无法制作连心卡。请从网格表中取编码。",
        )
    if not 1 <= copies <= MOST_COPIES:
        raise UsageError(
            f"{copies} cards of each grid were asked for. Give 1 to {MOST_COPIES}.",
            f"每个网格的卡数为 {copies}。请填写 1 至 {MOST_COPIES}。",
        )


class _Making:
    """What all cards of a file share."""

    def __init__(
        self, plan: Plan, template: Template, contacts: Mapping[str, str],
        language: Language, printed: date, font: Font,
    ) -> None:  # fmt: skip
        self.plan, self.template, self.language = plan, template, language
        town = plan.rules.town
        self.town = town.name_in(language)
        self.people = People(plan, template, contacts, language, day=printed.isoformat())
        self.hotline = template.hotline or contacts.get(OFFICE, "")
        title = say("paper.cards", language, town=self.town)
        self.pen = Pen(PAPER, font, title=title, made=printed, language=language)
        self.page = CardPage(self.pen, template, language)
        self.maps = GridMaps(self.pen, plan, language)
        self.printed = printed
        self.without_ground: set[str] = set()
        self.vacant: set[tuple[str, str]] = set()
        self._facts: dict[str, CardFacts] = {}

    def draw(self, codes: Sequence[str]) -> None:
        """Draw a sheet of fronts, and the sheet of their backs."""
        self.pen.new_sheet()
        self._marks()
        for place, code in enumerate(codes):
            row, column = divmod(place, COLUMNS)
            self.page.front(self._of(code), LEFT + column * CARD[0], TOP + row * CARD[1])
        self.pen.new_sheet()
        self._marks()
        for place, code in enumerate(codes):
            row, column = divmod(place, COLUMNS)
            left, top = LEFT + (COLUMNS - 1 - column) * CARD[0], TOP + row * CARD[1]
            self.page.back(self._of(code), left, top)
            shown = self.maps.ground_of(code)
            if shown != code:
                self.without_ground.add(code)
            if shown:
                self.maps.small(shown, map_box(left, top), 0.45)

    def _marks(self) -> None:
        """Draw where the sheet is cut: marks outside the cards, on all four sides."""
        stroke = Stroke(0.15, "#000000")
        right, low = PAPER[0] - LEFT, PAPER[1] - TOP
        for column in range(COLUMNS + 1):
            x = LEFT + column * CARD[0]
            for start, way in ((TOP - APART, -MARK), (low + APART, MARK)):
                self.pen.line([(x, start), (x, start + way)], stroke)
        for row in range(ROWS + 1):
            y = TOP + row * CARD[1]
            for start, way in ((LEFT - APART, -MARK), (right + APART, MARK)):
                self.pen.line([(start, y), (start + way, y)], stroke)

    def _of(self, code: str) -> CardFacts:
        if code not in self._facts:
            self._facts[code] = self._made(code)
        return self._facts[code]

    def _made(self, code: str) -> CardFacts:
        template, language, plan = self.template, self.language, self.plan
        cards = template.cards
        people = self.people.of_card(code, cards.roles)
        self.vacant |= {(code, one.title) for one in people if not one.name}
        name = self.people.names[code]
        said = notice(plan)
        version = str(plan.grids.at[code, "version"])
        since = str(plan.grids.at[code, "valid_from"]) or plan.rules.town.valid_from.isoformat()
        lines = [name, code, self.hotline] if self.hotline else [name, code]
        return CardFacts(
            title=cards.title if language == "zh" else cards.title_en or cards.title,
            town=self.town,
            name=name,
            people=people,
            vacant=say("paper.vacant", language),
            duties=template.duties_of("all", language),
            hotline=self.hotline,
            slogan=template.said("slogan", language),
            told=template.address or "\n".join(lines),
            version=say("map.version", language, version=version, date=since),
            notice=said.zh if language == "zh" else said.en,
        )

    def finished(self, pages: int) -> MadePaper:
        """Give the file with what is to be said."""
        return finished(
            self.pen, pages, [remark("paper.said_cards")],
            is_nameless=not self.people.told, is_phoneless=not self.hotline,
            vacant=self.vacant, without_ground=self.without_ground,
        )  # fmt: skip
