"""The door of a room: its public names, each fetched from its module when first asked for.

A command that needs little starts at once, and modules can move without anybody outside noticing.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["forward", "open_door"]


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


def forward(moved: Mapping[str, str]) -> None:
    """Let modules be imported by the names they had before: scripts of others hold on to them.

    Parameters
    ----------
    moved
        Present name of every module, by the former one. Both names give the same module.
    """
    sys.meta_path.append(_Forwarding(dict(moved)))


class _Forwarding(MetaPathFinder, Loader):
    """Finds a module under its former name, after everything else has not found it."""

    def __init__(self, moved: Mapping[str, str]) -> None:
        self.moved = moved

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Tell of a module that it stands elsewhere."""
        return ModuleSpec(name, self) if name in self.moved else None

    def exec_module(self, module: ModuleType) -> None:
        """Put the module of today in the place of the one asked for."""
        sys.modules[module.__name__] = import_module(self.moved[module.__name__])
