"""A place of the post of a cadre, a grid, a group or an object, and what is told of it."""

from dataclasses import dataclass
from typing import Literal

import shapely

from gridmap.sheets.beside import Beside

__all__ = ["Held", "Kind", "OnPost", "Part", "Place", "Thing"]

Kind = Literal["grid", "group", "object"]


@dataclass(frozen=True)
class Held:
    """A post that the cadre holds: its role, hours a week (0 where none are fixed) and duties."""

    role: str
    hours: float
    duties: tuple[str, ...]


@dataclass(frozen=True)
class OnPost:
    """Somebody of the place, or a leader above it."""

    person_id: str
    name: str
    office: str
    role: str
    of: str  # name of the grid above; "" for the place itself


@dataclass(frozen=True)
class Thing:
    """An object of the registers; `at` is None where it has no place on the map."""

    key: str
    kind: str  # name of its class
    name: str
    grid: str  # name of the grid it lies in
    at: shapely.Point | None


@dataclass(frozen=True)
class Part:
    """A grid right below a given grid: its number there, and who is in charge."""

    code: str
    number: str
    name: str
    kind: str
    person: str  # "" while nobody is on post
    role: str


@dataclass(frozen=True)
class Place:
    """A place of one or several posts of a cadre.

    Attributes
    ----------
    kind, key
        What it is, and its code or id.
    name, within
        Its name, and what it lies in, from the village down.
    about
        Codes of the grids that the map shows bright.
    outline
        In the work CRS; empty for a place without any ground.
    bare
        Whether the outline is that of what the place lies in.
    facts
        Pairs of a name and a value.
    people, beside, things
        Who is there and above, neighbours, and objects.
    withheld
        How many objects are not told on paper.
    held
        The posts of the cadre there.
    parts, level
        Of a given grid: the grids right below it, and its level.
    """

    kind: Kind
    key: str
    name: str
    within: str
    about: frozenset[str]
    outline: shapely.Geometry
    bare: bool
    facts: tuple[tuple[str, str], ...]
    people: tuple[OnPost, ...]
    beside: tuple[Beside, ...]
    things: tuple[Thing, ...]
    withheld: int
    held: tuple[Held, ...] = ()
    parts: tuple[Part, ...] = ()
    level: int = 0
