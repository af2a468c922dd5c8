"""What a plan file says of itself without being opened: who it is, of which town, its revision.

Some rows are read, a thousandth of a second a file, and again only once the file has changed.
"""

import hashlib
import sqlite3
from collections import OrderedDict
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import pandas as pd

from gridmap.plan.identity import identity_from
from gridmap.store.form import DIGESTS
from layers.contract.errors import GridmapError
from layers.files.database_files import connect_to, leftovers_of, rows_of, still

__all__ = ["Head", "head_of"]

KEPT = 10_000  # plans of a province, several times over
_DIGITS = 16
_Mark = tuple[tuple[int, int, int], ...]
_known: "OrderedDict[Path, tuple[_Mark, Head]]" = OrderedDict()
_LOCK = Lock()


@dataclass(frozen=True)
class Head:
    """The plan's own id and title, the code of its town, and its revision.

    All but the revision are "" where the file cannot be read.
    """

    plan_id: str
    title: str
    town: str
    revision: str


def head_of(path: Path) -> Head:
    """Look at the head of a plan file; neither it nor what lies beside it is changed.

    The revision follows from the content: a file that was copied, moved or vacuumed has the same.

    Raises
    ------
    OSError
        If there is no such file.
    """
    mark = _mark_of(path)
    with _LOCK:
        found = _known.get(path)
        if found is not None and found[0] == mark:
            _known.move_to_end(path)
            return found[1]
    head = _read(path, mark)
    with _LOCK:
        _known[path] = (mark, head)
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return head


def _mark_of(path: Path) -> _Mark:
    states = [one.stat() for one in (path, *leftovers_of(path))]
    return tuple((one.st_ino, one.st_size, one.st_mtime_ns) for one in states)


def _read(path: Path, mark: _Mark) -> Head:
    try:
        with still(path) as file, closing(connect_to(file)) as base:
            return _head_in(base, mark)
    except (GridmapError, OSError, sqlite3.Error, ValueError, LookupError, TypeError):
        return Head("", "", "", _digest([repr(mark)]))


def _head_in(base: sqlite3.Connection, mark: _Mark) -> Head:
    names, rows = rows_of(base, "SELECT * FROM versions ORDER BY fid")
    _, receipt = rows_of(base, "SELECT key, value FROM receipt")
    versions = pd.DataFrame(rows, columns=names, dtype=object)
    identity = identity_from(versions, {str(key): str(value) for key, value in receipt})
    town = ""
    with suppress(sqlite3.Error, LookupError):  # its grid of level 1; rules take longer to read
        town = str(rows_of(base, "SELECT grid_code FROM grids WHERE level = 1")[1][0][0])
    told = [repr(mark)]
    with suppress(sqlite3.Error):  # the first format proves nothing: the file itself counts
        columns, digests = rows_of(base, f"SELECT * FROM {DIGESTS}")
        at = columns.index("fid") if "fid" in columns else -1
        told = sorted(repr([cell for i, cell in enumerate(row) if i != at]) for row in digests)
    return Head(identity.plan_id, identity.title, town, _digest(told))


def _digest(told: list[str]) -> str:
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:_DIGITS]
