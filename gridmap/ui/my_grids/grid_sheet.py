"""The sheet of a cadre's grid as HTML: facts, duties, places, neighbours, people.

Every text of the data is escaped here; nothing but a view goes in.
"""

from collections.abc import Iterable
from html import escape

from gridmap.access.view import Contact, GridView
from gridmap.coverage.duty import level_zh
from gridmap.split.homes import HOUSEHOLD
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.tables import kind_name
from layers.contract.phones import dialled

__all__ = ["grid_sheet", "office_contact"]

M2_A_HECTARE = 10_000
MU_A_HECTARE = 15


def grid_sheet(grid: GridView, say: Translator, *, office_phone: str = "") -> str:
    """Write all that a cadre is told of a grid, with the phone of the office to call."""
    return "".join(
        [
            _section(say("my_grids.facts"), _facts(grid, say)),
            _section(
                say("my_grids.duties"), _list(grid.duties) or _note(say("my_grids.no_duties"))
            ),
            _section(say("my_grids.objects"), _places(grid, say)) if grid.named_objects else "",
            _section(say("my_grids.contacts"), _office(office_phone, say) + _contacts(grid, say)),
            _section(say("my_grids.neighbours"), _neighbours(grid, say)),
        ]
    )


def _facts(grid: GridView, say: Translator) -> str:
    level = level_zh(grid.level) if say.language == "zh" else grid.level
    hectares = grid.area_m2 / M2_A_HECTARE
    rows = [
        (say("card.code"), grid.code),
        (say("my_grids.role"), _role(grid, say)),
        (say("card.level"), say("card.level.value", level=level)),
        (say("card.category"), kind_name(grid.category, say.language)),
        (
            say("card.area"),
            say("card.area.value", ha=f"{hectares:,.2f}", mu=f"{hectares * MU_A_HECTARE:,.0f}"),
        ),
        (say("card.load"), _load(grid, say)),
        (say("card.households"), _households(grid, say)),
        (say("card.objects"), f"{grid.objects:,}"),
    ]
    cells = (f"<dt>{escape(head)}</dt><dd>{escape(text)}</dd>" for head, text in rows if text)
    return f"<dl>{''.join(cells)}</dl>"


def _households(grid: GridView, say: Translator) -> str:
    if not grid.households:
        return ""
    count = say("unit.households", value=f"{grid.households:,.0f}")
    return count + (say("card.of_households") if grid.family == HOUSEHOLD else "")


def _load(grid: GridView, say: Translator) -> str:
    if not grid.officers:
        return say("card.load.value", load=f"{grid.load_h:,.1f}")
    return say(
        "card.capacity.value", load=f"{grid.load_h:,.1f}", capacity=f"{grid.capacity_h:,.1f}"
    )


def _places(grid: GridView, say: Translator) -> str:
    return _pairs(
        (one.name, kind_name(one.category, say.language) + say("mark.list")
         + say("card.area.value", ha=f"{one.area_m2 / M2_A_HECTARE:,.2f}",
               mu=f"{one.area_m2 / M2_A_HECTARE * MU_A_HECTARE:,.0f}"))
        for one in grid.named_objects
    )  # fmt: skip


def _neighbours(grid: GridView, say: Translator) -> str:
    if not grid.neighbours:
        return _note(say("my_grids.no_neighbours"))
    return _pairs(
        (
            one.name if say.language == "zh" else one.name_en,
            say("my_grids.border", metres=f"{one.border_m:,.0f}"),
        )
        for one in grid.neighbours
    )


def _contacts(grid: GridView, say: Translator) -> str:
    return _pairs((_called(one, say), _place_of(one, say)) for one in grid.contacts)


def office_contact(office_phone: str, say: Translator) -> str:
    """Write the phone of the office for whoever has no grid."""
    return _section(say("my_grids.contacts"), _office(office_phone, say))


def _office(phone: str, say: Translator) -> str:
    """Write the one number that everybody may call; people's own phones are on no page."""
    if not phone:
        return ""
    return (
        f'<p class="my-grid-office"><b>{escape(say("my_grids.office"))}</b> '
        f'<a href="tel:{dialled(phone)}">{escape(phone)}</a></p>'
    )


def _called(person: Contact, say: Translator) -> str:
    return person.name + (
        say("map.in_brackets", count=say("my_grids.me")) if person.is_self else ""
    )


def _place_of(person: Contact, say: Translator) -> str:
    if person.own_grid:
        role = _role(person, say)
    else:
        name = person.grid_name if say.language == "zh" else person.grid_name_en
        role = say("my_grids.leader_of", grid=name)
    return say("my_grids.who", name=role, office=person.office) if person.office else role


def _role(who: GridView | Contact, say: Translator) -> str:
    return who.role_name if say.language == "zh" else who.role_name_en


def _section(title: str, body: str) -> str:
    return f'<section class="my-grid-part"><h2>{escape(title)}</h2>{body}</section>'


def _note(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _list(texts: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def _pairs(rows: Iterable[tuple[str, str]]) -> str:
    items = (f"<li><b>{escape(head)}</b><span>{escape(text)}</span></li>" for head, text in rows)
    return f'<ul class="my-grid-pairs">{"".join(items)}</ul>'
