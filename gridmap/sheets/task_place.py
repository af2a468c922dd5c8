"""What a task sheet shows of a place: map, post, facts, duties, people, neighbours, objects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gridmap.maps.pdf.pen import Pen, Stroke
from gridmap.maps.pdf.setting import fitted, write
from gridmap.maps.pdf.sheets import Box
from gridmap.sheets.flow import (
    INK,
    QUIET,
    Block,
    Column,
    heading,
    pairs,
    paragraphs,
    side_by_side,
    stacked,
    table,
)
from gridmap.sheets.map_box import Marked, draw_map
from gridmap.sheets.places import Place
from gridmap.sheets.task_facts import TaskFacts
from gridmap.words import say

__all__ = ["WAYS", "PlaceBlocks", "Way"]

LETTERS = 0.82  # of A4, as in `gridmap.maps.pdf.sheets`
LOW_MM = 72.0  # height of a wide map, at least
MAP_SHARE = 0.64  # of the width, the map's
GAP_MM = 5.0
TABLE_MM, SMALL_MM = 2.8, 2.5  # letters of tables
WIDE = 1.7  # ground that is so much wider than high has the whole width
LONG = 6  # signs of a number that needs a wide column
MOST_NUMBERS = 40  # micro-grids or objects that a map numbers; more would hide it


@dataclass(frozen=True)
class Way:
    """A way to lay a sheet out.

    Attributes
    ----------
    map_mm
        Height of maps.
    turned
        Whether a wide map stands beside texts, and any other over them.
    short
        Whether neighbours and objects are told in sentences, and not in tables.
    """

    map_mm: float
    turned: bool
    short: bool


# The first of these that takes no page more than another is taken.
WAYS = tuple(
    Way(map_mm, turned, short)
    for short in (False, True)
    for turned in (False, True)
    for map_mm in (116.0, 104.0, 92.0)
)


class PlaceBlocks:
    """Makes the blocks of the places of one cadre.

    Parameters
    ----------
    pen, facts
        Draw, and say what there is.
    person
        Whose sheet it is.
    contacts
        Phones by person id, of those whose phone is printed.
    room
        Width in mm.
    way
        How the sheet is laid out.
    """

    def __init__(
        self, pen: Pen, facts: TaskFacts, person: str, contacts: Mapping[str, str], room: float,
        way: Way,
    ) -> None:  # fmt: skip
        self.pen, self.facts, self.person, self.contacts = pen, facts, person, contacts
        self.room, self.way, self.language = room, way, facts.language

    def say(self, key: str, **values: object) -> str:
        """Give a word of task sheets."""
        return say(f"sheets.task.{key}", self.language, **values)

    def of(self, place: Place) -> list[Block]:
        """Give all blocks of a place."""
        return [
            self._place_head(place), *self._ground(place), *self._parts(place),
            *self._beside(place), *self._things(place),
        ]  # fmt: skip

    def _place_head(self, place: Place) -> Block:
        pen, room = self.pen, self.room
        name = fitted(pen, place.name, (room * 0.7, 11.0), 4.6, bold=True)
        code = fitted(pen, place.key, (room * 0.28, 5.0), 3.4)
        within = fitted(pen, place.within, (room, 8.0), 3.0)
        lower = within.height + 1.6 if place.within else 0.0
        height = name.height + 3.4 + lower

        def draw(box: Box) -> None:
            pen.line([(box.left, box.low), (box.right, box.low)], Stroke(0.6, INK))
            line = Box(box.left, box.low + 1.2, box.right, box.low + 1.2 + name.height + 1.6)
            write(pen, name, line)
            write(pen, code, line, anchor="right", colour=QUIET)
            if place.within:
                below = Box(box.left, line.high - 0.4, box.right, box.high)
                write(pen, within, below, colour=QUIET)

        return Block(height, draw, above=4.0, together=True)

    def _ground(self, place: Place) -> list[Block]:
        """Give the map with post, facts, duties and people beside it, or under a wide one."""
        room = self.room
        half = (room - GAP_MM) * 0.5
        if place.outline.is_empty:
            none = paragraphs(self.pen, self.say("no_ground"), room, colour=QUIET)
            return [*none, *self._told(place, room), *self._people(place, room)]
        west, south, east, north = place.outline.bounds
        if (east - west > WIDE * (north - south)) != self.way.turned:
            left = stacked(self._posts_and_facts(place, half))
            right = stacked([*self._duties(place, half), *self._people(place, half)])
            wide = self._map(place, max(LOW_MM, self.way.map_mm - 24.0))
            if max(left.height, right.height) <= self.way.map_mm:
                return [wide, side_by_side(left, right, share=0.5, gap=GAP_MM)]
            return [wide, *self._told(place, room), *self._people(place, room)]
        side = (room - GAP_MM) * (1 - MAP_SHARE)
        told, people = self._told(place, side), self._people(place, side)
        drawn = self._map(place, self.way.map_mm)
        for beside, below in (([*told, *people], []), (told, self._people(place, room))):
            if stacked(beside).height <= self.way.map_mm:
                return [side_by_side(drawn, stacked(beside), share=MAP_SHARE, gap=GAP_MM), *below]
        return [drawn, *self._told(place, room), *self._people(place, room)]

    def _map(self, place: Place, height: float) -> Block:
        numbers = _numbers(place)
        points = [(numbers.get(one.key, ""), one.at) for one in place.things if one.at is not None]
        few = len(place.about) <= MOST_NUMBERS
        single = place.kind != "grid" or place.bare or len(place.about) == 1
        marked = Marked(
            place.outline,
            place.about,
            title=place.name if single else "",
            within=place.key if not single and few else "",
            named=[one.code for one in place.parts] if not few else (),
            beside=place.beside,
            points=points,
        )

        def draw(box: Box) -> None:
            draw_map(self.pen, self.facts.painter, box, marked, size=LETTERS)

        return Block(height, draw, above=1.5)

    def _told(self, place: Place, room: float) -> list[Block]:
        return [*self._posts_and_facts(place, room), *self._duties(place, room)]

    def _posts_and_facts(self, place: Place, room: float) -> list[Block]:
        pen = self.pen
        blocks = [heading(pen, self.say("role"), room)]
        for post in place.held:
            hours = self.say("hours", hours=f"{post.hours:g}") if post.hours else self.say(
                "no_hours")  # fmt: skip
            blocks += paragraphs(pen, f"{post.role} · {hours}", room, bold=True)
        if place.bare:
            blocks += paragraphs(pen, self.say("bare"), room, size=2.8, colour=QUIET)
        if place.facts:
            blocks += [heading(pen, self.say("facts"), room), *pairs(pen, place.facts, room)]
        return blocks

    def _duties(self, place: Place, room: float) -> list[Block]:
        pen = self.pen
        blocks = [heading(pen, self.say("duties"), room)]
        duties = list(dict.fromkeys(duty for post in place.held for duty in post.duties))
        for number, duty in enumerate(duties, start=1):
            blocks += paragraphs(pen, duty, room, mark=f"{number}.")
        if not duties:
            blocks += paragraphs(pen, self.say("no_duties"), room, colour=QUIET)
        return blocks

    def _beside(self, place: Place) -> list[Block]:
        if place.kind != "grid" or place.bare or place.level == 1:
            return []
        room = self.room
        title = heading(self.pen, self.say("beside"), room)
        columns = [Column(self.say("side"), 1.2), Column(self.say("grid"), 5),
                   Column(self.say("charge"), 3, bold=True), Column(self.say("role"), 2),
                   Column(self.say("border"), 1.6, "right")]  # fmt: skip
        if self.way.short and place.beside:
            told = self._listed(
                (one.side, f"{one.name}{self._who(one.role, one.person)}") for one in place.beside
            )
            return [title, *paragraphs(self.pen, told, room, size=SMALL_MM)]
        rows = [
            (one.side, one.name, one.person or self.say("nobody"), one.role, f"{one.border_m:,.0f}")
            for one in place.beside
        ]
        if not rows:
            return [title, *paragraphs(self.pen, self.say("no_beside"), room, colour=QUIET)]
        return [title, *self._table(columns, rows, room)]

    def _parts(self, place: Place) -> list[Block]:
        """List the grids right below a given grid, with who is in charge of each."""
        if not place.parts:
            return []
        numbered = 2.8 if any(len(one.number) > LONG for one in place.parts) else 1.2
        columns = [Column(self.say("part"), numbered, "right"), Column(self.say("grid"), 5),
                   Column(self.say("class"), 2.4), Column(self.say("charge"), 3, bold=True),
                   Column(self.say("role"), 2)]  # fmt: skip
        rows = [
            (one.number, one.name, one.kind, one.person or self.say("nobody"), one.role)
            for one in place.parts
        ]
        title = self.say("parts", count=f"{len(rows):,}")
        return [heading(self.pen, title, self.room), *self._table(columns, rows, self.room)]

    def _people(self, place: Place, room: float) -> list[Block]:
        phones = any(one.person_id in self.contacts for one in place.people)
        columns = [Column(self.say("name"), 2.6, bold=True), Column(self.say("role"), 3.6)]
        columns += [Column(self.say("phone"), 3)] if phones else []
        rows = []
        for one in place.people:
            role = self.say("above", role=one.role, grid=one.of) if one.of else one.role
            me = self.say("me") if one.person_id == self.person else ""
            phone = [self.contacts.get(one.person_id, "")] if phones else []
            rows.append((one.name, role + me, *phone))
        if not rows:
            return []
        return [heading(self.pen, self.say("people"), room),
                *self._table(columns, rows, room)]  # fmt: skip

    def _things(self, place: Place) -> list[Block]:
        room, numbers = self.room, _numbers(place)
        blocks: list[Block] = []
        if place.things and place.kind != "object":
            columns = [Column(self.say("number"), 1, "right"), Column(self.say("class"), 1.6),
                       Column(self.say("thing"), 5, bold=True),
                       Column(self.say("where"), 4)]  # fmt: skip
            rows = [
                (numbers.get(one.key, ""), one.kind, one.name,
                 one.grid if one.at is not None else f"{one.grid} {self.say('off_map')}".strip())
                for one in place.things
            ]  # fmt: skip
            title = heading(self.pen, self.say("things", count=f"{len(rows):,}"), room)
            if self.way.short:
                told = self._listed(
                    (number, name + say("map.in_brackets", self.language, count=grid))
                    for number, _, name, grid in rows
                )
                blocks = [title, *paragraphs(self.pen, told, room, size=SMALL_MM)]
            else:
                blocks = [title, *self._table(columns, rows, room)]
        if place.withheld:
            told = self.say("withheld", count=f"{place.withheld:,}")
            blocks += paragraphs(self.pen, told, room, size=2.8, colour=QUIET)
        return blocks

    def _listed(self, rows: Iterable[tuple[str, str]]) -> str:
        """Tell rows one after the other, each behind its number or side."""
        colon = say("mark.colon", self.language)
        return say("sheets.task.next", self.language).join(
            f"{before}{colon}{told}" if before else told for before, told in rows
        )

    def _who(self, role: str, person: str) -> str:
        who = f"{role} {person}" if person else self.say("nobody")
        return say("map.in_brackets", self.language, count=who)

    def _table(
        self, columns: list[Column], rows: Sequence[Sequence[str]], room: float
    ) -> list[Block]:
        """Set a table without the columns that nothing stands in."""
        kept = [place for place in range(len(columns)) if any(row[place] for row in rows)]
        shown = [[row[place] for place in kept] for row in rows]
        size = SMALL_MM if self.way.short else TABLE_MM
        return table(self.pen, [columns[place] for place in kept], shown, room, size=size)


def _numbers(place: Place) -> dict[str, str]:
    """Number the objects that the map shows, in the order of the list; none where they are many."""
    shown = [one.key for one in place.things if one.at is not None]
    return {key: str(number) for number, key in enumerate(shown, start=1)
            if len(shown) <= MOST_NUMBERS}  # fmt: skip
