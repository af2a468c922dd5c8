"""Boards that somebody names in a text: numbers typed, or pasted from a table."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from gridmap.boards.numbers import as_number

__all__ = ["NamedBoards", "boards_named"]

_BETWEEN = re.compile(r"[\s,;，；、]+")
_MOST_SIGNS = 100_000


@dataclass(frozen=True)
class NamedBoards:
    """Boards that are known, each once, and words that name none."""

    known: tuple[str, ...]
    unknown: tuple[str, ...]


def boards_named(text: str, boards: Collection[str]) -> NamedBoards:
    """Find the boards that a text names.

    Parameters
    ----------
    text
        Numbers with anything between them that separates words: lines, commas, cells of a table.
        Boards of the town's list go by their id, with or without the name of its file.
    boards
        The numbers that there are.
    """
    there = set(boards)
    short: dict[str, list[str]] = {}
    for one in there:
        if as_number(one) is None:
            short.setdefault(one.partition(":")[2], []).append(one)
    known, unknown = [], []
    for word in dict.fromkeys(_BETWEEN.split(text[:_MOST_SIGNS])):
        number = as_number(word)
        alike = short.get(word, [])
        found = number if number in there else word if word in there else None
        if found is None and len(alike) == 1:
            found = alike[0]
        if found is not None:
            known.append(found)
        elif word:
            unknown.append(word)
    return NamedBoards(tuple(dict.fromkeys(known)), tuple(unknown))
