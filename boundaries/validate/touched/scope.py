"""What the faults of a rule depend on, so that after an edit the others need no second look."""

from dataclasses import dataclass
from enum import Enum, auto

__all__ = ["FAMILY", "FIT", "STAFF", "Depends", "Scope", "reads"]


class Depends(Enum):
    """On which part of a plan the faults of one place depend."""

    FAMILY = auto()  # a given grid with its micro-grids and patches; another one changes nothing
    FIT = auto()  # the polygons of a level and of the grids above: on those that lie beside, too
    STAFF = auto()  # a grid, the line above it, its posts, the people there and where else they are
    PLAN = auto()  # whole tables


@dataclass(frozen=True)
class Scope:
    """On what the faults of a rule depend.

    `tables` are named for rules of the whole plan: a table ("people"), or a column of one
    ("grids.level"), the index with it. While none of them changes, the rule finds what it found.
    """

    on: Depends
    tables: tuple[str, ...] = ()


FAMILY, FIT, STAFF = Scope(Depends.FAMILY), Scope(Depends.FIT), Scope(Depends.STAFF)


def reads(*tables: str) -> Scope:
    """Give the scope of a rule of the whole plan that reads these tables or columns."""
    return Scope(Depends.PLAN, tables)
