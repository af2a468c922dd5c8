"""A board as it is to be printed: its number, where it hangs, and what stands on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["PARTS", "Board", "content_text"]

# What stands on a board, part by part: each has a mark that changes when it does.
PARTS = ("version", "name", "border", "people", "duties", "phones")


@dataclass(frozen=True)
class Board:
    """One board.

    Attributes
    ----------
    number
        As `gridmap.boards.numbers` gives it.
    grid_code, object_id
        What it is for: one of the two is "".
    name
        Of the grid or object, as printed.
    place
        Where it is to hang; "" where nobody has said.
    version
        Of the plan.
    hotline
        Telephone of the office where somebody chose to print it; else "".
    content
        Marks of what stands on it, by part (`gridmap.boards.content`).
    phone_posts
        Posts whose telephone is on it; `gridmap.publish.contacts.OFFICE` for the office.
    slot
        The spot on the wall: the number of the first board there; "" for this one.
    replaces
        Number of the board that comes down for it; "" for none.
    """

    number: str
    grid_code: str = ""
    object_id: str = ""
    name: str = ""
    place: str = ""
    version: str = ""
    hotline: str = ""
    content: Mapping[str, str] = field(default_factory=dict)
    phone_posts: tuple[str, ...] = ()
    slot: str = ""
    replaces: str = ""

    @property
    def target(self) -> str:
        """Code of the grid, or id of the object."""
        return self.object_id or self.grid_code


def content_text(marks: Mapping[str, str]) -> str:
    """Write the marks of a board on one line, for its number and for the record."""
    return " ".join(f"{part}:{marks.get(part, '')}" for part in PARTS)
