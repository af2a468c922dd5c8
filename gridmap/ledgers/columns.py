"""Every column of every ledger: its key, what its cells are, and who may see it.

The words of a column stand in gridmap/words: `column.KEY` as on the pages, or `ledger.column.KEY`.
Files, page and help follow from this one table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from boundaries.export.workbook import Form
from gridmap.words import WORDS, Language, say

__all__ = ["COLUMNS", "KINDS", "Audience", "Kind", "LedgerColumn", "head_of", "shown_columns"]

Kind = Literal["grids", "people", "objects", "vacancies", "changes"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# "named": also for the public, where its plan names people at all; "contacts": where phones are
# passed.
Audience = Literal["all", "named", "house", "contacts"]


@dataclass(frozen=True)
class LedgerColumn:
    """One column of a ledger."""

    key: str
    form: Form = "text"
    audience: Audience = "house"
    summed: bool = False


def _of(
    audience: Audience, *columns: tuple[str, Form] | str, summed: bool = False
) -> tuple[LedgerColumn, ...]:
    """Lay out columns of one audience; of which only the key is told is a text."""
    pairs: list[tuple[str, Form]] = [
        (one, "text") if isinstance(one, str) else one for one in columns
    ]
    return tuple(LedgerColumn(key, form, audience, summed) for key, form in pairs)


# The first column of each stays in view.
COLUMNS: Mapping[str, tuple[LedgerColumn, ...]] = {
    "summary": (
        *_of("all", ("code", "code"), "name"),
        *_of("all", ("micro_grids", "whole"), ("area_ha", "two"), ("area_mu", "one"), summed=True),
        *_of("house", ("households", "whole"), ("objects", "whole"), ("load_h", "one"),
             ("officers", "whole"), ("on_post", "whole"), ("vacant", "whole"), summed=True),
    ),
    "grids": (
        *_of("all", ("code", "code"), "name", ("level", "whole"), "kind", "category"),
        *_of("all", ("parent", "code"), "village", ("area_ha", "two"), ("area_mu", "one")),
        *_of("house", ("households", "whole"), ("objects", "whole"), ("load_h", "one")),
        *_of("house", ("capacity_h", "one"), ("used", "share"), ("officers", "whole")),
        *_of("house", ("on_post", "whole"), ("vacant", "whole")),
        *_of("named", "leader"), *_of("contacts", "leader_phone"),
        *_of("named", "members"), *_of("contacts", "member_phones"),
        *_of("named", "others"),
        *_of("house", ("boards_hung", "whole"), ("boards_old", "whole")),
        *_of("all", ("version", "code"), ("valid_from", "day")),
    ),
    "people": (
        *_of("named", "person"), *_of("contacts", "phone"),
        *_of("house", "office", "employment"),
        *_of("named", "roles", "grids", "grid_names"),
        *_of("house", "other_posts", ("posts", "whole"), ("gives_h", "one"), ("asked_h", "one")),
        *_of("house", ("load_h", "one"), ("used", "share")),
        *_of("house", ("confirmed_on", "day"), ("until", "day")),
    ),
    "objects": (
        *_of("all", ("object_id", "code"), "class", "object"),
        *_of("house", ("credit_code", "code")),
        *_of("all", ("grid", "code"), "grid_name"),
        *_of("named", "charge_role", "charge_person"),
        *_of("house", "charge_office", ("charge_code", "code"), ("staff", "whole"), "size"),
        *_of("house", ("households", "whole"), "register", ("record", "code")),
        *_of("house", ("seen_on", "day"), "missing", "sensitive"),
    ),
    "vacancies": _of(
        "house", ("place", "code"), "place_name", "village", "role", "skill", ("hours", "one"),
        "there", "next_up", ("next_grid", "code"), "duties", "why",
    ),
    "grid_changes": _of(
        "house", "change", ("code", "code"), ("code_before", "code"), "name", "village",
        ("moved_ha", "two"), ("moved_households", "whole"), ("moved_h", "one"),
        "people_before", "people_now", "why",
    ),
    "person_changes": _of(
        "house", "change", "person", "office", "code_before", "grid_before",
        "code", "grid_name", "why",
    ),
}  # fmt: skip


def shown_columns(
    ledger: str, *, public: bool = False, named: bool = True, contacts: bool = False
) -> tuple[LedgerColumn, ...]:
    """Give the columns of a ledger that somebody may see, in order.

    Parameters
    ----------
    ledger
        A key of `COLUMNS`.
    public
        Whether the file is for the public.
    named
        Whether the plan names anybody; it always does in the house.
    contacts
        Whether phones are passed.
    """
    seen = {"all"}
    seen |= {"named"} if named else set()
    seen |= {"contacts"} if contacts else set()
    seen |= set() if public else {"house"}
    return tuple(one for one in COLUMNS[ledger] if one.audience in seen)


def head_of(column: LedgerColumn, language: Language) -> str:
    """Give the head of a column."""
    page = f"column.{column.key}"
    return say(page if page in WORDS else f"ledger.column.{column.key}", language)
