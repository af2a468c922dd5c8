"""One task sheet (任务单) a cadre: own ground, neighbours, duties, objects, and a signature."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gridmap.maps.pdf.codes import draw_code
from gridmap.maps.pdf.fonts import Font, find_font
from gridmap.maps.pdf.painter import Painter
from gridmap.maps.pdf.pen import Pen
from gridmap.maps.pdf.setting import fitted, write
from gridmap.maps.pdf.sheets import PAPERS, Box
from gridmap.plan.plan import Plan
from gridmap.publish.contacts import OFFICE
from gridmap.sheets.flow import (
    INK,
    Block,
    Column,
    heading,
    in_pages,
    paragraphs,
    table,
)
from gridmap.sheets.house_page import HousePage, house_page
from gridmap.sheets.task_facts import TaskFacts
from gridmap.sheets.task_place import WAYS, PlaceBlocks, Way
from gridmap.sheets.task_signed import signed_block
from gridmap.words import Language, say
from layers.contract.errors import UsageError

__all__ = ["TaskSheets", "task_sheets_pdf"]

LETTERS = 0.82  # of A4, as in `gridmap.maps.pdf.sheets`
CODE_MM = 24.0
MAPS_MM = (116.0, 106.0, 96.0, 86.0)  # heights tried for a map
LOW_MM = 80.0  # height of a wide map, at least
MAP_SHARE = 0.64  # of the width, the map's
GAP_MM = 5.0
WIDE = 1.7  # ground that is so much wider than high has the whole width
SIGNED_MM = 25.0
CODES_SHOWN = 4  # in a QR code: each sign makes it finer


@dataclass(frozen=True)
class TaskSheets:
    """Task sheets.

    Attributes
    ----------
    pdf
        The file.
    people
        Ids of the people in it, in order.
    pages
        On which page the sheet of each begins, from 1.
    without_post
        Those who hold no post; their sheet says so.
    lacking
        Signs that the font does not have: they are shown as boxes.
    """

    pdf: bytes
    people: tuple[str, ...]
    pages: tuple[int, ...]
    without_post: tuple[str, ...]
    lacking: str


def task_sheets_pdf(
    plan: Plan,
    people: Sequence[str] | None = None,
    *,
    contacts: Mapping[str, str] | None = None,
    printed: date,
    language: Language = "zh",
    grey: bool = False,
    font: Font | None = None,
    tell: Callable[[int, int], None] = lambda done, count: None,
) -> TaskSheets:
    """Make the task sheets of cadres, for inside the house.

    Parameters
    ----------
    plan
        The plan, as `gridmap.publish.release` gives it for the house.
    people
        Ids of people, in the order of the file; None for all who hold a post, by place.
    contacts
        Phones to be printed, as `gridmap.publish.contacts.contacts_of` gives them; none without it.
    printed
        Day that is written on the sheets.
    language
        Language of the sheets.
    grey
        Greys and hatches in place of colours.
    font
        Font of the texts; None for the one of the program.
    tell
        Called with how many sheets of how many are done; what it raises ends the work.

    Returns
    -------
    The file, and what is in it. The same arguments give the same bytes.

    Raises
    ------
    UsageError
        For somebody who is not on the roster, and where nobody holds a post.
    """
    painter = Painter(plan, grey=grey, language=language)
    facts = TaskFacts(painter)
    chosen = facts.people() if people is None else list(dict.fromkeys(people))
    _require(plan, chosen)
    page = house_page(plan, PAPERS["A4"], printed=printed, language=language)
    town = plan.rules.town
    name = town.name_in(language)
    title = say("sheets.task.file", language, town=name)
    pen = Pen(page.page_mm, font or find_font(), title=title, made=printed, grey=grey,
              language=language)  # fmt: skip
    begun, idle, number = [], [], 1
    for done, person in enumerate(chosen, start=1):
        sheet = _Sheet(pen, facts, page, person, contacts or {}, name)
        begun.append(number)
        number += sheet.draw(number)
        if not sheet.places:
            idle.append(person)
        tell(done, len(chosen))
    return TaskSheets(pen.output(), tuple(chosen), tuple(begun), tuple(idle), pen.lacking())


def _require(plan: Plan, people: Sequence[str]) -> None:
    unknown = [one for one in people if one not in plan.people.index]
    if unknown:
        raise UsageError(
            f"Nobody on the roster has the number {unknown[0]!r}. Take one from the table of "
            "people.",
            f"花名册中没有编号“{unknown[0]}”，请从人员表中取编号。",
        )
    if not people:
        raise UsageError(
            "Nobody holds a post in this plan, so there are no task sheets. Assign people first.",
            "方案中没有在岗人员，无法生成任务单。请先分配人员。",
        )


class _Sheet:
    """The sheet of one cadre."""

    def __init__(
        self, pen: Pen, facts: TaskFacts, page: HousePage, person: str,
        contacts: Mapping[str, str], town: str,
    ) -> None:  # fmt: skip
        self.pen, self.facts, self.page, self.person = pen, facts, page, person
        self.contacts, self.town, self.language = contacts, town, facts.language
        row = facts.plan.people.loc[person]
        self.name, self.office = str(row["name"]) or person, str(row["office"])
        self.places = facts.places(person)
        self.room = page.room

    def say(self, key: str, **values: object) -> str:
        return say(f"sheets.task.{key}", self.language, **values)

    def draw(self, first: int) -> int:
        """Draw all pages; gives how many there are."""
        office = self.contacts.get(OFFICE, "")
        signed = signed_block(self.pen, self.room.width, office, self.language)
        pages = self._laid(signed)
        last = pages[-1]
        if last[-1][0] is signed:  # it stands at the foot of the last page
            box = Box(self.room.left, self.room.high - signed.height,
                      self.room.right, self.room.high)  # fmt: skip
            last[-1] = signed, box
        head = f"{self.town} · {self.say('task')}"
        for number, page in enumerate(pages, start=1):
            self.pen.new_sheet()
            if number == 1:
                self.pen.chapter(f"{self.name} · {self._codes()}", f"person {self.person}")
            right = self.name if number > 1 else ""
            self.page.draw(self.pen, number, len(pages), left=head, right=right)
            for block, box in page:
                block.draw(box)
        return len(pages)

    def _laid(self, signed: Block) -> list[list[tuple[Block, Box]]]:
        """Lay the sheet out: the largest map, in its best place, that takes no page more."""
        best: list[list[tuple[Block, Box]]] = []
        for way in WAYS:
            pages = in_pages([*self._blocks(way), signed], lambda number: self.room)
            if not best or len(pages) < (2 if way.short else len(best)):
                best = pages
            if len(best) == 1 or not self.places:
                break
        return best

    def _blocks(self, way: Way) -> list[Block]:
        blocks = [self._head()]
        if len(self.places) > 1:
            blocks += self._posts()
        made = PlaceBlocks(self.pen, self.facts, self.person, self.contacts, self.room.width, way)
        for place in self.places:
            blocks += made.of(place)
        if not self.places:
            blocks += paragraphs(self.pen, self.say("none"), self.room.width, above=6.0)
        return blocks

    def _codes(self) -> str:
        keys = [place.key for place in self.places]
        more = f" +{len(keys) - CODES_SHOWN}" if len(keys) > CODES_SHOWN else ""
        return " ".join(keys[:CODES_SHOWN]) + more

    def _head(self) -> Block:
        """Give name, office, roles and version, and the code that a phone reads."""
        pen, language = self.pen, self.language
        roles = list(dict.fromkeys(post.role for place in self.places for post in place.held))
        hours = sum(post.hours for place in self.places for post in place.held)
        told = [say("mark.list", language).join(roles)]
        if hours:
            told.append(self.say("all_hours" if len(self.places) > 1 else "hours",
                                 hours=f"{hours:g}"))  # fmt: skip
        town = self.facts.plan.rules.town
        version = say("map.version", language, version=town.version,
                      date=town.valid_from.isoformat())  # fmt: skip
        lines = [
            (self.name, 7.6, True, INK),
            (self.office, 3.6, False, INK),
            (" · ".join(one for one in (*told, version) if one), 3.6, False, INK),
        ]
        room = self.room.width - CODE_MM - 5.0
        kept = [(*line, fitted(pen, line[0], (room, 2.6 * line[1]), line[1], bold=line[2]))
                for line in lines if line[0]]  # fmt: skip
        height = max(CODE_MM, sum(one[-1].height + 0.55 * one[1] for one in kept))

        def draw(box: Box) -> None:
            y = box.low
            for _, size, _, colour, found in kept:
                line = Box(box.left, y, box.left + room, y + found.height + 0.4 * size)
                write(pen, found, line, colour=colour)
                y = line.high + 0.15 * size
            code = Box(box.right - CODE_MM, box.low, box.right, box.low + CODE_MM)
            draw_code(pen, self._code_text(), code)

        return Block(height, draw)

    def _code_text(self) -> str:
        """Say what the code of a sheet says: no more than which grids, and which version."""
        version = self.facts.plan.rules.town.version
        return f"任务单\n编码 {self._codes() or '-'}\n版本 {version}"

    def _posts(self) -> list[Block]:
        """List all posts of somebody who has several."""
        columns = [Column(self.say("place"), 6, bold=True), Column(self.say("role"), 3),
                   Column(self.say("time"), 2, "right")]  # fmt: skip
        rows = [
            (place.name, post.role, f"{post.hours:g}" if post.hours else self.say("no_hours"))
            for place in self.places
            for post in place.held
        ]
        return [heading(self.pen, self.say("posts"), self.room.width),
                *table(self.pen, columns, rows, self.room.width)]  # fmt: skip
