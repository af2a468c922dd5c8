"""What is worked out of plan files and kept in memory for all who look, within bounds of size.

Many planners, each in another town, would push each other's plans out of a cache that counts: every
click would read its plan again. So what is kept is bounded by megabytes, as estimated from the
file, and of a file only what it says now is kept: what was there before it was written again goes
at once.
"""

import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

from gridmap.ui.shell.memory.collector import note_kept

__all__ = ["Stamp", "kept_by_file"]

# Path, time of change, size, and a digest of what else tells the file from the one before.
Stamp = tuple[str, int, int, str]
P = ParamSpec("P")
R = TypeVar("R")
_MB = 2**20


@dataclass
class _Entry(Generic[R]):
    """One thing that is kept, or being made."""

    version: Hashable
    mb: float
    making: threading.Lock = field(default_factory=threading.Lock)
    value: R | None = None
    is_made: bool = False


def kept_by_file(
    most_mb: float, *, share: float = 1.0
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep what a function makes of files while they stay as they are; made once for all who ask.

    Parameters
    ----------
    most_mb
        Megabytes that all that is kept may have; what nobody has asked for longest goes first.
    share
        Megabytes that one megabyte of the files becomes in memory.

    Returns
    -------
    A decorator. Arguments that are a `Stamp` say the files; those whose names begin with `_` do not
    tell one result from another. What is given out is for all: nobody changes it. `clear()` of the
    function forgets all.
    """

    def decorate(make: Callable[P, R]) -> Callable[P, R]:
        names = inspect.signature(make)
        entries: OrderedDict[Hashable, _Entry[R]] = OrderedDict()
        guard = threading.Lock()

        def find(key: Hashable, version: Hashable, mb: float) -> _Entry[R]:
            with guard:
                entry = entries.get(key)
                if entry is None or entry.version != version:
                    entry = entries[key] = _Entry(version, mb)
                entries.move_to_end(key)
                while len(entries) > 1 and sum(one.mb for one in entries.values()) > most_mb:
                    entries.popitem(last=False)
                return entry

        @wraps(make)
        def kept(*args: P.args, **more: P.kwargs) -> R:
            key, version, size = _told(names.bind(*args, **more).arguments)
            entry = find(key, version, size * share)
            with entry.making:  # whoever asks meanwhile waits for the same
                if not entry.is_made:
                    try:
                        entry.value = make(*args, **more)
                    except BaseException:
                        with guard:
                            if entries.get(key) is entry:
                                del entries[key]
                        raise
                    entry.is_made = True
                    note_kept()
            return entry.value  # type: ignore[return-value]

        def clear() -> None:
            with guard:
                entries.clear()

        kept.clear = clear  # type: ignore[attr-defined]
        return kept

    return decorate


def _told(arguments: dict[str, Any]) -> tuple[Hashable, Hashable, float]:
    """Give what the arguments name, in which state its files are, and the size of these."""
    key: list[Hashable] = []
    version: list[Hashable] = []
    size = 0.0
    for name, value in arguments.items():
        if name.startswith("_"):
            continue
        if isinstance(value, tuple) and len(value) == 4 and isinstance(value[0], str):
            key.append(value[0])
            version.append(value)
            size += value[2] / _MB
        else:
            key.append(value)
    return tuple(key), tuple(version), size
