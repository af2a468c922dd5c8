"""The door of a room: its public names, each fetched from its module when first asked for.

A command that needs little starts at once, and modules can move without anybody outside noticing.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["open_door"]


def open_door(
    room: str, homes: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make `__getattr__` and `__dir__` of a room.

    Parameters
    ----------
    room
        Name of the room.
    homes
        Module of every public name.
    """

    def fetch(name: str) -> Any:
        """Fetch a public name from its module on first use."""
        if name not in homes:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    def names() -> list[str]:
        """List what is offered, also what was not asked for yet."""
        return sorted({*vars(import_module(room)), *homes})

    return fetch, names
