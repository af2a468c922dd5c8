"""Why a grid differs between two states: its ground, its people, its attributes, or rounding."""

from collections.abc import Collection, Mapping
from typing import Any

__all__ = ["REASONS", "other_fields", "reasons_of"]

# In the order in which they are told.
REASONS = ("ground", "people", "attributes", "version", "rounding")
_PEOPLE = frozenset({"posts_filled", "posts_vacant", "contacts", "leader", "members", "others"})
_VERSION = frozenset({"version", "valid_from", "valid_to"})
# What is measured on the outline follows it and is no reason of its own.
_MEASURED = frozenset({"area_m2", "area_mu"})


def other_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """List the properties that differ, by name."""
    nothing = object()
    names = old.keys() | new.keys()
    return tuple(sorted(one for one in names if old.get(one, nothing) != new.get(one, nothing)))


def reasons_of(
    fields: Collection[str], *, ground: bool, outline: bool, people: bool
) -> tuple[str, ...]:
    """Say why a grid of both states differs.

    Parameters
    ----------
    fields
        Properties that differ.
    ground
        Whether ground was gained or lost.
    outline
        Whether the written outline differs, if only by rounding.
    people
        Whether others are on its posts.

    Returns
    -------
    Some of `REASONS`; none for a grid that is the same.
    """
    left = set(fields) - _PEOPLE - _VERSION - (_MEASURED if outline else frozenset())
    found = {
        "ground": ground,
        "people": people or not _PEOPLE.isdisjoint(fields),
        "attributes": bool(left),
        "version": not _VERSION.isdisjoint(fields),
        "rounding": outline and not ground,
    }
    return tuple(one for one in REASONS if found[one])
