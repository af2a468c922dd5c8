"""What a plan file says of itself without being opened: who it is, of which town, its revision.

Some rows are read, a thousandth of a second a file, and again only once the file has changed.
"""

import hashlib
import sqlite3
from collections import OrderedDict
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from threading import Lock

import pandas as pd

from gridmap.plan.identity import identity_from
from gridmap.store.form import DIGESTS
from layers.contract.errors import GridmapError
from layers.files.database_files import (
    FileMark,
    connect_to,
    leftovers_of,
    mark_of,
    rows_of,
    still,
)

__all__ = ["Head", "State", "head_of", "state_of"]

KEPT = 10_000  # plans of a province, several times over
_DIGITS = 16
# What SQLite says of a file that is none of its, or spoiled, or has other tables than a plan.
_DAMAGE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR}
State = tuple[FileMark, ...]
_known: "OrderedDict[Path, tuple[State, Head]]" = OrderedDict()
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
    state = state_of(path)
    with _LOCK:
        found = _known.get(path)
        if found is not None and found[0] == state:
            _known.move_to_end(path)
            return found[1]
    try:
        with still(path) as file, closing(connect_to(file)) as base:
            head = _head_in(base, state)
    except (GridmapError, OSError, sqlite3.Error, ValueError, LookupError, TypeError) as error:
        head = Head("", "", "", _digest([repr(state)]))
        if not _is_damage(error):
            return head  # what keeps it from being read may be gone at the next look
    with _LOCK:
        _known[path] = (state, head)
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return head


def state_of(path: Path) -> State:
    """Give what a plan file and what lies beside it are known by: another one once it has changed.

    Time and size alone are the same for two changes within one tick of the disk's clock. Of a file
    that may not be read they have to do.

    Raises
    ------
    OSError
        If there is no such file.
    """
    return tuple(_mark(one) for one in (path, *leftovers_of(path)))


def _mark(path: Path) -> FileMark:
    found = path.stat()
    if S_ISREG(found.st_mode):
        with suppress(OSError):
            mark = mark_of(path)
            if mark is not None:
                return mark
    return FileMark(found.st_ino, found.st_size, found.st_mtime_ns, b"")


def _is_damage(error: Exception) -> bool:
    """Whether what could not be read is so for good, while the file stays as it is."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return code is not None and code & 0xFF in _DAMAGE
    return not isinstance(error, GridmapError | OSError)


def _head_in(base: sqlite3.Connection, state: State) -> Head:
    names, rows = rows_of(base, "SELECT * FROM versions ORDER BY fid")
    _, receipt = rows_of(base, "SELECT key, value FROM receipt")
    versions = pd.DataFrame(rows, columns=names, dtype=object)
    identity = identity_from(versions, {str(key): str(value) for key, value in receipt})
    town = ""
    with suppress(sqlite3.Error, LookupError):  # its grid of level 1; rules take longer to read
        town = str(rows_of(base, "SELECT grid_code FROM grids WHERE level = 1")[1][0][0])
    told = [repr(state)]
    with suppress(sqlite3.Error):  # the first format proves nothing: the file itself counts
        columns, digests = rows_of(base, f"SELECT * FROM {DIGESTS}")
        at = columns.index("fid") if "fid" in columns else -1
        told = sorted(repr([cell for i, cell in enumerate(row) if i != at]) for row in digests)
    return Head(identity.plan_id, identity.title, town, _digest(told))


def _digest(told: list[str]) -> str:
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:_DIGITS]
