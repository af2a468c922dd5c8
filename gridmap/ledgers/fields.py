"""What a template of the announcement may name: every field in Chinese and in English.

The names stand in gridmap/words (`ledger.field.KEY`); both languages work in any template.
"""

from collections.abc import Mapping
from typing import Any

from boundaries.export.placeholders import Fields
from gridmap.words import LANGUAGES, Language, say

__all__ = ["FIELDS", "field_names", "fields_of_template", "in_both_languages"]

_GRID: Fields = dict.fromkeys(
    ("code", "name", "village", "category", "area_ha", "area_mu", "leader", "members")
)
_PLACE: Fields = dict.fromkeys(("code", "name"))
FIELDS: Fields = {
    **dict.fromkeys(("town", "issuer", "town_code", "version", "in_force_from", "printed")),
    **dict.fromkeys(("hotline", "line", "borders", "credit")),
    **dict.fromkeys(("grid_count", "village_count", "area_ha", "area_km2", "names_people")),
    "kinds": dict.fromkeys(("name", "count", "area_ha")),
    "villages": {
        **dict.fromkeys(("code", "name", "leader", "grid_count", "area_ha")),
        "grids": _GRID,
    },
    "grids": _GRID,
    **dict.fromkeys(("has_earlier", "earlier", "new_count", "gone_count", "redrawn_count")),
    "new_grids": _PLACE,
    "gone_grids": _PLACE,
    "redrawn_grids": _PLACE,
}
"""Keys of all fields; of a list those of its entries, of anything else None."""


def field_names(language: Language) -> list[tuple[str, list[str]]]:
    """List the names of all fields in a language; of a list with those of its entries."""
    return [
        (_name(key, language), [_name(one, language) for one in inside or ()])
        for key, inside in FIELDS.items()
    ]


def fields_of_template(fields: Fields = FIELDS) -> Fields:
    """Give what a template may name: every field by both of its names."""
    return {
        _name(key, language): None if inside is None else fields_of_template(inside)
        for key, inside in fields.items()
        for language in LANGUAGES
    }


def in_both_languages(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give values by both names of their fields."""
    return {
        _name(key, language): [in_both_languages(one) for one in value]
        if isinstance(value, list)
        else value
        for key, value in values.items()
        for language in LANGUAGES
    }


def _name(key: str, language: Language) -> str:
    return say(f"ledger.field.{key}", language)
