"""Public boards (公示牌) of a plan as one PDF file: a sheet a board."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from PIL import Image

from gridmap.boards.board import Board
from gridmap.boards.qr import qr_text
from gridmap.maps.pdf.fonts import Font, find_font
from gridmap.maps.pdf.pen import Pen
from gridmap.maps.pdf.sheets import PAPERS
from gridmap.paper.board_map import GridMaps
from gridmap.paper.board_page import MAP, BoardFacts, BoardPage
from gridmap.paper.made import MadePaper, Tell, finished, quiet
from gridmap.paper.people import People
from gridmap.paper.template import Template, default_template
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.publish.contacts import OFFICE
from gridmap.words import Language, say
from layers.contract.errors import UsageError, quoted

__all__ = ["boards_pdf"]


def boards_pdf(
    plan: Plan,
    codes: Sequence[str] = (),
    *,
    printed: date,
    template: Template | None = None,
    places: Sequence[Board] = (),
    contacts: Mapping[str, str] | None = None,
    language: Language = "zh",
    tell: Tell = quiet,
    font: Font | None = None,
) -> MadePaper:
    """Make public boards, a sheet each.

    Parameters
    ----------
    plan
        The plan, as `gridmap.publish.release` gives it.
    codes
        Grids that get a board without a number, in this order; left out where there are `places`.
    printed
        Day that is written on them, and on which people have to be on post to be named.
    template
        How they look; None for the one that comes along.
    places
        Boards with their numbers and places, in the order of the sheets.
    contacts
        Phones that were chosen, as `gridmap.publish.contacts` gives them; none by default.
    language
        Language of the words.
    tell
        Called after each board with how many are done, of how many; it may raise to cancel.
    font
        Font of the texts; None for the one that comes along.

    Returns
    -------
    The file, and what is to be said about it. The same arguments give the same bytes.

    Raises
    ------
    UsageError
        For a grid that the plan does not have, or no board at all.
    """
    boards = list(places) or [Board("", grid_code=code) for code in codes]
    making = _Making(plan, template or default_template(), contacts or {}, language, printed)
    made = [(board, *making.target_of(board)) for board in boards]
    if not made:
        raise UsageError(
            "No board was asked for. Name one grid or more.",
            "没有要打印的公示牌，请至少选一个网格。",
        )
    making.begin(font or find_font())
    for number, (board, target, grid) in enumerate(made, start=1):
        making.draw(board, target, grid)
        tell(number, len(made))
    return making.finished(len(made))


class _Making:
    """What all boards of a file share."""

    def __init__(
        self, plan: Plan, template: Template, contacts: Mapping[str, str],
        language: Language, printed: date,
    ) -> None:  # fmt: skip
        self.plan, self.template, self.language = plan, template, language
        self.printed = printed
        self.people = People(plan, template, contacts, language, day=printed.isoformat())
        self.hotline = template.hotline or contacts.get(OFFICE, "")
        self.fields = set(template.fields)
        self.without_ground: set[str] = set()
        self.vacant: set[tuple[str, str]] = set()

    def target_of(self, board: Board) -> tuple[str, str]:
        """Give what a board is for, and the grid that it shows."""
        plan = self.plan
        if not board.object_id:
            if board.grid_code in plan.grids.index:
                return board.grid_code, board.grid_code
        else:
            objects = plan.objects
            found = [board.object_id] if board.object_id in objects.index else []
            # In a copy for the public objects have other ids, and their names.
            found = found or objects.index[objects["name"] == board.name].tolist()
            grids = [str(objects.at[each, "grid_code"]) for each in found[:1]]
            if grids and grids[0] in plan.grids.index:
                return str(found[0]), grids[0]
        raise UsageError(
            f"The plan has no grid or object {board.target!r} for a board. Take a code from its "
            "table of grids; what is hidden from the public has no board.",
            f"方案中没有网格或对象{quoted(board.target)}，无法制作公示牌。请从网格表中取编码；"
            "不对公众显示的没有公示牌。",
        )

    def begin(self, font: Font) -> None:
        """Begin the file."""
        town, template = self.plan.rules.town, self.template
        name = town.name_in(self.language)
        short, long = PAPERS[template.size]
        title = say("paper.boards", self.language, town=name)
        self.pen = Pen((long, short), font, title=title, made=self.printed, language=self.language)
        logo = Image.open(io.BytesIO(template.image)) if template.image else None
        self.page = BoardPage(self.pen, template, logo, self.language)
        self.maps = GridMaps(self.pen, self.plan, self.language)
        self.town = name

    def draw(self, board: Board, target: str, grid: str) -> None:
        """Draw a board."""
        shown = self.maps.ground_of(grid) if "map" in self.fields else ""
        self.pen.new_sheet()
        self.page.draw(self._facts(board, target, grid, has_map=bool(shown)))
        if "map" in self.fields and shown != grid:
            self.without_ground.add(grid)
        if shown:
            frame = self.page.on_sheet(MAP)
            marked = target if target != grid else ""
            self.maps.draw(shown, frame, self.page.size, marked=marked)

    def _facts(self, board: Board, target: str, grid: str, *, has_map: bool) -> BoardFacts:
        template, language = self.template, self.language
        of_object = target != grid
        name = str(self.plan.objects.at[target, "name"]) if of_object else self.people.names[grid]
        parent = next((self.people.names[code] for code in self.people.above(grid)), "")
        places = {"town": self.town, "parent": parent, "name": name, "code": grid}
        people = self.people.of(target, grid) if "people" in self.fields else []
        if "duties" not in self.fields:
            people = [replace(one, duties=()) for one in people]
        self.vacant |= {(target, one.title) for one in people if not one.name}
        has_phone = bool(self.hotline) and "hotline" in self.fields
        code = say("paper.grid_code", language, code=grid)
        if of_object:
            code = say("paper.object_in", language, name=self.people.names[grid])
        return BoardFacts(
            title=template.said("title", language).format(**places),
            sub_title=template.said("sub_title", language).format(**places),
            number=self._if("number", board.number and say(
                "paper.board_number", language, number=board.number)),
            code=self._if("number", code),
            place=self._if("place", board.place and say(
                "paper.place", language, place=board.place)),
            people=people,
            vacant=say("paper.vacant_call" if has_phone else "paper.vacant", language),
            duties=template.duties_of("all", language) if "duties" in self.fields else (),
            hotline=self._if("hotline", self.hotline),
            supervision=self._if("supervision", template.supervision),
            slogan=template.said("slogan", language),
            ask=say("paper.ask" if has_phone else "paper.ask_plain", language),
            told=self._if("qr", self._code(board, grid, name)),
            has_map=has_map,
            foot=self._foot(grid),
            notice=self._notice,
        )  # fmt: skip

    def _if(self, field: str, text: str) -> str:
        return text if field in self.fields else ""

    def _code(self, board: Board, grid: str, name: str) -> str:
        """Say what the code of a board tells; without a number it is a draft, and has none."""
        if not board.number:
            return ""
        told = Board(
            board.number, board.grid_code, board.object_id, name=name,
            version=board.version or str(self.plan.grids.at[grid, "version"]),
            hotline=self._if("hotline", self.hotline),
        )  # fmt: skip
        return qr_text(told, self.template.address)

    @property
    def _notice(self) -> str:
        said = notice(self.plan)
        return said.zh if self.language == "zh" else said.en

    def _foot(self, grid: str) -> str:
        town, language = self.plan.rules.town, self.language
        version = str(self.plan.grids.at[grid, "version"])
        since = str(self.plan.grids.at[grid, "valid_from"]) or town.valid_from.isoformat()
        credits = (town.credit_zh, town.credit)[:: 1 if language == "zh" else -1]
        parts = [
            say("map.version", language, version=version, date=since),
            say("map.printed", language, date=self.printed.isoformat()),
            say("map.not_legal", language),
            credits[0] or credits[1],
            self.template.footer,
        ]
        return " · ".join(part for part in parts if part)

    def finished(self, pages: int) -> MadePaper:
        """Give the file with what is to be said."""
        return finished(
            self.pen, pages,
            is_nameless=not self.people.told and "people" in self.fields,
            is_phoneless=not self.hotline and "hotline" in self.fields,
            vacant=self.vacant, without_ground=self.without_ground,
        )  # fmt: skip
