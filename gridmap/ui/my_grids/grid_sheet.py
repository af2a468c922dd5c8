"""The sheet of a cadre's grid as HTML: facts, duties, places, people, neighbours.

What it says is `gridmap.phone.sheet`; every text of it is escaped here.
"""

from html import escape

from gridmap.access.view import GridView
from gridmap.phone.sheet import Part, grid_parts, office_part
from gridmap.ui.shell.i18n import Translator
from layers.contract.phones import dialled

__all__ = ["grid_sheet", "office_contact"]


def grid_sheet(grid: GridView, say: Translator, *, office_phone: str = "") -> str:
    """Write all that a cadre is told of a grid, with the phone of the office to call."""
    parts = grid_parts(grid, say.language, office_phone=office_phone)
    return "".join(_section(part, say) for part in parts)


def office_contact(office_phone: str, say: Translator) -> str:
    """Write the phone of the office for whoever has no grid."""
    return _section(office_part(office_phone, say.language), say)


def _section(part: Part, say: Translator) -> str:
    body = _rows(part) if part.rows else f"<p>{escape(part.empty)}</p>" if part.empty else ""
    office = _office(part.phone, say)
    return f'<section class="my-grid-part"><h2>{escape(part.title)}</h2>{office}{body}</section>'


def _rows(part: Part) -> str:
    if part.look == "facts":
        cells = (f"<dt>{escape(head)}</dt><dd>{escape(text)}</dd>" for head, text in part.rows)
        return f"<dl>{''.join(cells)}</dl>"
    if part.look == "list":
        return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text, _ in part.rows)}</ul>"
    items = (
        f"<li><b>{escape(head)}</b><span>{escape(text)}</span></li>" for head, text in part.rows
    )
    return f'<ul class="my-grid-pairs">{"".join(items)}</ul>'


def _office(phone: str, say: Translator) -> str:
    """Write the one number that everybody may call; people's own phones are on no page."""
    if not phone:
        return ""
    return (
        f'<p class="my-grid-office"><b>{escape(say("my_grids.office"))}</b> '
        f'<a href="tel:{dialled(phone)}">{escape(phone)}</a></p>'
    )
