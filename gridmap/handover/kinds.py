"""What a kind of file is, and what its maker is given.

A kind says of itself for whom it may be made, what a target of it is and which options it heeds,
so that page, command and tests go through all kinds alike.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from gridmap.handover.order import Option, Order
from gridmap.plan.plan import Plan
from gridmap.words import LANGUAGES, Language, say
from layers.contract.errors import Named

__all__ = ["File", "Job", "Kind", "Shelf", "said"]

Shelf = Literal["hang", "give", "keep", "systems"]
Of = Literal["town", "grids", "people"]


def _quiet(_done: int, _all: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True)
class File:
    """One file that was made.

    Attributes
    ----------
    name
        Its name, without a folder.
    data
        All of it.
    kind
        Key of its kind.
    remarks
        What is to be said about it.
    settle
        Called once all files of the order are in their place; None for nothing to do.
    replaces
        Whether it takes the place of one of its name, whatever was said of other files.
    """

    name: str
    data: bytes = field(repr=False)
    kind: str = ""
    remarks: tuple[Named, ...] = ()
    settle: Callable[[], None] | None = field(default=None, repr=False, compare=False)
    replaces: bool = False


@dataclass(frozen=True)
class Job:
    """What a maker is given.

    Attributes
    ----------
    kind
        What is to be made.
    plan, given
        The plan as it may go out, and as it is in its file: the latter for the numbers of boards
        alone.
    source
        File of the plan, for the one kind that gives it as it is.
    codes
        Grids or people, as the kind has them; of a kind of the town the grids that were chosen,
        none for all.
    order
        With its options.
    printed
        Day that is written on what is made.
    contacts
        Phones that were chosen, as `gridmap.publish.contacts` gives them.
    tell
        Called with (done, all); it may raise to cancel.
    is_preview
        Whether only the first page is looked at.
    """

    kind: "Kind"
    plan: Plan
    given: Plan
    source: Path
    codes: tuple[str, ...]
    order: Order
    printed: date
    contacts: Mapping[str, str] = field(default_factory=dict)
    tell: Callable[[int, int], None] = _quiet
    is_preview: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    key
        Its name in orders. Its words are `handover.kind.KEY` and `handover.kind.KEY_note`.
    shelf
        What it is for: hung up, given to cadres, kept, or read by other systems.
    suffix
        Of its file.
    make
        Makes its files; their names are what comes after the name of the plan.
    of
        What a target of it is: the town as a whole, a grid, or a person.
    audiences
        For whom it may be made.
    for_viewer
        Whether who may only look may have it.
    contacts
        Whether phones that were chosen are on it.
    options
        Options of an order that it heeds.
    needs
        Says of a plan as it may go out whether there is anything to make.
    cost
        Seconds that a target takes on an office's machine, roughly: for the progress.
    """

    key: str
    shelf: Shelf
    suffix: str
    make: Callable[[Job], Iterable[File]]
    of: Of = "town"
    audiences: tuple[str, ...] = ("house", "public")
    for_viewer: bool = False
    contacts: bool = False
    options: tuple[Option, ...] = ()
    needs: Callable[[Plan], bool] = lambda plan: True
    cost: float = 1.0

    def title(self, language: Language) -> str:
        """Say what it is."""
        return say(f"handover.kind.{self.key}", language)

    def note(self, language: Language) -> str:
        """Say what it holds, and what to mind."""
        return say(f"handover.kind.{self.key}_note", language)


def said(key: str, **values: object) -> Named:
    """Say a word of the tables in both languages."""
    zh, en = (say(key, language, **values) for language in LANGUAGES)
    return Named(en, zh)
