"""Finding grids, objects, people, groups and boards by code, name, part of a name, or pinyin."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from gridmap.lookup.readings import reads_as
from gridmap.plan.plan import Plan
from layers.contract.text import narrow, without_invisible

__all__ = ["Hit", "HitKind", "Names", "find_names"]

HitKind = Literal["object", "grid", "person", "group", "board"]
_LETTER = re.compile(r"[a-z]")  # without one nothing is pinyin
_BLANKS = re.compile(r"\s+")
LEAST_OF_CODE = 3  # signs: fewer begin or end too many codes
# Ranks of a hit, the best first.
EXACT, CODE_PART, NAME_START, NAME_PART, SOUNDS = range(5)


@dataclass(frozen=True)
class Hit:
    """Something that fits what was typed.

    Attributes
    ----------
    kind, id
        What it is, and its code or id in the plan.
    name, name_en
        What it is called; "" where it has no name.
    rank
        How well it fits; 0 is the whole code, id or name.
    """

    kind: HitKind
    id: str
    name: str
    name_en: str
    rank: int


@dataclass(frozen=True)
class _Entry:
    kind: HitKind
    id: str
    name: str
    name_en: str
    codes: tuple[str, ...]
    names: tuple[str, ...]


def find_names(plan: Plan, text: str, *, most: int = 20) -> list[Hit]:
    """Find what a text may mean in a plan.

    Parameters
    ----------
    plan
        The plan.
    text
        A code, id, credit code or name, a part of one, or the pinyin of a name: in full, its first
        letters, or both mixed.
    most
        How many hits are given.

    Returns
    -------
    The best first: whole codes and names, ends and beginnings of codes, beginnings of names, parts,
    then pinyin; objects before grids before people, in order of id.
    """
    return Names(plan).find(text, most=most)


class Names:
    """All that has a name or a code in a plan, gathered once and searched often."""

    def __init__(self, plan: Plan) -> None:
        """Gather the names when they are first asked for."""
        self._plan = plan

    def find(self, text: str, *, most: int = 20) -> list[Hit]:
        """Do as `find_names`."""
        wanted = _BLANKS.sub(" ", narrow(without_invisible(text)).lower())
        if not wanted:
            return []
        typed = wanted.replace(" ", "").replace("ü", "v")
        letters = typed if len(typed) > 1 and _LETTER.search(typed) else ""
        ranked = [
            (rank, number)
            for number, entry in enumerate(self._entries)
            if (rank := _rank(entry, wanted, letters)) is not None
        ]
        return [
            Hit(entry.kind, entry.id, entry.name, entry.name_en, rank)
            for rank, number in sorted(ranked)[:most]
            for entry in [self._entries[number]]
        ]

    @cached_property
    def _entries(self) -> list[_Entry]:
        plan = self._plan
        grids = plan.grids[~plan.grids.index.duplicated()].sort_index()
        shown = grids["label"].where(grids["label"] != "", grids["name"])
        english = grids["label"].where(grids["label"] != "", grids["name_en"])
        objects = plan.objects.sort_index()
        people = plan.people.sort_index()
        groups, boards = plan.groups.sort_index(), plan.boards.sort_index()
        return [
            *_entries("object", objects, objects["name"], codes=[objects["credit_code"]]),
            *_entries("grid", grids, shown, english, names=[grids["name"]]),
            *_entries("person", people, people["name"]),
            *_entries("group", groups, groups["name"], groups["name_en"]),
            *_entries("board", boards, boards["place"]),
        ]


def _entries(
    kind: HitKind,
    frame: pd.DataFrame,
    name: pd.Series,
    name_en: pd.Series | None = None,
    *,
    codes: list[pd.Series] | None = None,
    names: list[pd.Series] | None = None,
) -> list[_Entry]:
    english = name if name_en is None else name_en.where(name_en != "", name)
    more_codes = zip(*codes, strict=True) if codes else [()] * len(frame)
    more_names = zip(*names, strict=True) if names else [()] * len(frame)
    return [
        _Entry(
            kind,
            str(key),
            str(zh),
            str(en),
            # The id of an object is `<file>:<id>`; people know the second part.
            _small([key, str(key).rpartition(":")[2], *others]),
            _small([zh, en, *further]),
        )
        for key, zh, en, others, further in zip(
            frame.index, name, english, more_codes, more_names, strict=True
        )
    ]


def _small(texts: list[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(narrow(str(text)).lower() for text in texts if str(text)))


def _rank(entry: _Entry, wanted: str, letters: str) -> int | None:
    """Say how well an entry fits; None when it does not."""
    if wanted in entry.codes or wanted in entry.names:
        return EXACT
    long = len(wanted) >= LEAST_OF_CODE
    if long and any(code.endswith(wanted) or code.startswith(wanted) for code in entry.codes):
        return CODE_PART
    if any(name.startswith(wanted) for name in entry.names):
        return NAME_START
    if any(wanted in name for name in entry.names):
        return NAME_PART
    if long and any(wanted in code for code in entry.codes):
        return NAME_PART
    if letters:
        fits = [fit for name in entry.names if (fit := reads_as(name, letters)) >= 0]
        return SOUNDS + min(fits) if fits else None
    return None
