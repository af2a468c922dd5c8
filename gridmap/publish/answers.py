"""What the public may read of figures and of the answer to "who is in charge here?"."""

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["PUBLIC_FIGURES", "public_answers", "public_figures"]

# Figures of ground alone: none of posts, loads, households and objects.
PUBLIC_FIGURES = frozenset(
    {"area_m2", "micro_grids", "compactness_mean", "leftover_m2", "area_km2_declared", "area_km2",
     "area_difference", *(f"grids_level_{level}" for level in range(1, 7))}
)  # fmt: skip
_OF_ANSWER = ("chosen", "rule", "rule_zh", "inside", "border_m")
_OF_GRID = ("level", "kind", "code", "name", "name_en", "label", "category", "subclass")
_OF_PERSON = ("name", "role", "role_zh", "role_en")


def public_figures(keys: Iterable[str]) -> list[str]:
    """Keep the keys of figures that the public may read, in the order given."""
    return [key for key in keys if key in PUBLIC_FIGURES]


def public_answers(answers: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Reduce the answers of `gridmap.lookup.locate` about a copy for the public.

    They keep the grids, and the people on them where the copy names any; never a vacancy.
    """
    return [
        _part(answer, _OF_ANSWER)
        | {
            "grids": [
                _part(grid, _OF_GRID)
                | {"people": [_part(person, _OF_PERSON) for person in grid["people"]]}
                for grid in answer["grids"]
            ]
        }
        for answer in answers
    ]


def _part(whole: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: whole[key] for key in keys if key in whole}
