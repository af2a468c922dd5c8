"""The tables that are known to be the content of a plan file: as they were read, or written.

Whoever saves a changed plan need then compare and write the difference alone. Nothing is kept alive
for that: a plan that nobody holds any more is forgotten, and its file is written whole.
"""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Mapping

import pandas as pd

from layers.files.database_files import FileMark

__all__ = ["known_content", "remember"]

_MOST = 64  # files
_LOCK = threading.Lock()
_KNOWN: OrderedDict[FileMark, dict[str, weakref.ref[pd.DataFrame]]] = OrderedDict()


def remember(mark: FileMark | None, frames: Mapping[str, pd.DataFrame]) -> None:
    """Say that a file of this mark holds exactly these tables, and no other tables of a plan."""
    if mark is None:
        return
    with _LOCK:
        _KNOWN[mark] = {name: weakref.ref(frame) for name, frame in frames.items()}
        _KNOWN.move_to_end(mark)
        while len(_KNOWN) > _MOST:
            _KNOWN.popitem(last=False)


def known_content(mark: FileMark) -> dict[str, pd.DataFrame] | None:
    """Give the tables that a file of this mark holds; None where that is not known any more."""
    with _LOCK:
        found = {name: ref() for name, ref in _KNOWN.get(mark, {}).items()}
    frames = {name: frame for name, frame in found.items() if frame is not None}
    return frames if frames and len(frames) == len(found) else None
