"""What a cadre is told of a grid, as plain texts: facts, duties, places, people, neighbours.

Both the page in the app and the file for a phone are made of it; nothing but a view goes in.
"""

from dataclasses import dataclass
from typing import Literal

from gridmap.access.view import Contact, GridView, Neighbour
from gridmap.coverage.duty import level_zh
from gridmap.plan.kinds import kind_name
from gridmap.split.homes import HOUSEHOLD
from gridmap.words import Language, say

__all__ = ["Part", "grid_parts", "office_part"]

M2_A_HECTARE = 10_000
MU_A_HECTARE = 15

Row = tuple[str, str]


@dataclass(frozen=True)
class Part:
    """One part of the sheet. All texts are as the data has them: escape them where they are shown.

    Attributes
    ----------
    title
        Of the part.
    look
        "facts" for names with values, "list" for duties, "pairs" for names with a line below.
    rows
        Two texts each; of a list the second is empty.
    phone
        Of the office, to be called; "" for none.
    empty
        What is said when there are no rows.
    """

    title: str
    look: Literal["facts", "list", "pairs"]
    rows: tuple[Row, ...]
    phone: str = ""
    empty: str = ""


def grid_parts(grid: GridView, language: Language, *, office_phone: str = "") -> tuple[Part, ...]:
    """Give all that a cadre is told of a grid, with the phone of the office to call."""

    def word(key: str) -> str:
        return say(f"my_grids.{key}", language)

    duties = tuple((duty, "") for duty in grid.duties)
    parts = [
        Part(word("facts"), "facts", _facts(grid, language)),
        Part(word("duties"), "list", duties, empty=word("no_duties")),
    ]
    if grid.named_objects:
        parts.append(Part(word("objects"), "pairs", _places(grid, language)))
    people = tuple((_called(one, language), _place_of(one, language)) for one in grid.contacts)
    parts.append(Part(word("contacts"), "pairs", people, phone=office_phone))
    beside = tuple(_beside(one, language) for one in grid.neighbours)
    parts.append(Part(word("neighbours"), "pairs", beside, empty=word("no_neighbours")))
    return tuple(parts)


def office_part(office_phone: str, language: Language) -> Part:
    """Give the phone of the office for whoever has no grid."""
    return Part(say("my_grids.contacts", language), "pairs", (), phone=office_phone)


def _facts(grid: GridView, language: Language) -> tuple[Row, ...]:
    level = level_zh(grid.level) if language == "zh" else grid.level
    rows = [
        (say("card.code", language), grid.code),
        (say("my_grids.role", language), _role(grid, language)),
        (say("card.level", language), say("card.level.value", language, level=level)),
        (say("card.category", language), kind_name(grid.category, language)),
        (say("card.area", language), _area(grid.area_m2, language)),
        (say("card.load", language), _load(grid, language)),
        (say("card.households", language), _households(grid, language)),
        (say("card.objects", language), f"{grid.objects:,}"),
    ]
    return tuple(row for row in rows if row[1])


def _area(area_m2: float, language: Language) -> str:
    hectares = area_m2 / M2_A_HECTARE
    mu = f"{hectares * MU_A_HECTARE:,.0f}"
    return say("card.area.value", language, ha=f"{hectares:,.2f}", mu=mu)


def _households(grid: GridView, language: Language) -> str:
    if not grid.households:
        return ""
    count = say("unit.households", language, value=f"{grid.households:,.0f}")
    return count + (say("card.of_households", language) if grid.family == HOUSEHOLD else "")


def _load(grid: GridView, language: Language) -> str:
    load = f"{grid.load_h:,.1f}"
    if not grid.officers:
        return say("card.load.value", language, load=load)
    return say("card.capacity.value", language, load=load, capacity=f"{grid.capacity_h:,.1f}")


def _places(grid: GridView, language: Language) -> tuple[Row, ...]:
    mark = say("mark.list", language)
    return tuple(
        (one.name, kind_name(one.category, language) + mark + _area(one.area_m2, language))
        for one in grid.named_objects
    )


def _beside(one: Neighbour, language: Language) -> Row:
    """Tell of a neighbour how long the border is, and who is in charge there."""
    name, role = (one.name, one.role_name) if language == "zh" else (one.name_en, one.role_name_en)
    told = say("my_grids.border", language, metres=f"{one.border_m:,.0f}")
    if one.in_charge:
        told += say("my_grids.in_charge", language, role=role, name=one.in_charge)
    return name, told


def _called(person: Contact, language: Language) -> str:
    me = say("map.in_brackets", language, count=say("my_grids.me", language))
    return person.name + (me if person.is_self else "")


def _place_of(person: Contact, language: Language) -> str:
    if person.own_grid:
        role = _role(person, language)
    else:
        name = person.grid_name if language == "zh" else person.grid_name_en
        role = say("my_grids.leader_of", language, grid=name)
    if not person.office:
        return role
    return say("my_grids.who", language, name=role, office=person.office)


def _role(who: GridView | Contact, language: Language) -> str:
    return who.role_name if language == "zh" else who.role_name_en
