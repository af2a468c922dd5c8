"""What was derived or repaired of a hierarchy, one row a thing, for the preview."""

from dataclasses import dataclass
from typing import Literal

from layers.contract.errors import Named

__all__ = ["Change", "ChangeKind"]

ChangeKind = Literal["level", "parent", "code", "town", "ground", "double", "rest"]


@dataclass(frozen=True)
class Change:
    """One thing that was derived or repaired: before and after, in words."""

    kind: ChangeKind
    grid: str  # its name
    before: str
    after: str
    why: Named
