"""SQLite files that another program may have open, or has left something beside.

Such a program writes to files of its own beside the database: `-wal`, `-shm` and `-journal`. What
is in them is part of the content. Laid beside a new file of the same name they spoil it: SQLite
writes pages of the old one over it. So a file is read together with them, from a copy where they
are there, and replaced only when they are brought into it and nobody else writes.
"""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from layers.contract.errors import LayerFileError, quoted
from layers.files.drafts import draft_folder, sweep_drafts
from layers.files.locks import Part, is_at, lock_parts, unlock_parts

__all__ = [
    "LEFTOVERS",
    "FileMark",
    "InUseError",
    "alone_with",
    "cells_of",
    "connect_to",
    "is_busy",
    "leftovers_of",
    "mark_of",
    "require_unchanged",
    "rows_of",
    "settle",
    "still",
]

LEFTOVERS = ("-wal", "-journal", "-shm")
WAIT_S = 5.0  # for a program that writes just now; one that stays open is told of
COPIES_S = 6.0  # a copy that a writer runs through is made again for so long
HEAD = b"SQLite format 3\0"
HEADER = 100  # bytes; among them the count of all changes
READ_VERSION = 19  # byte of the header: 2 where changes go to a -wal
# What SQLite locks in a file, far behind what files have: many may hold the shared bytes, one the
# reserved byte, and who is about to change the file waits at the byte before that for the readers.
_PENDING = 0x40000000
RESERVED: Part = (_PENDING + 1, 1, False)
SHARED: Part = (_PENDING + 2, 510, True)
_AGAIN_S = 0.02  # between two attempts
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class InUseError(LayerFileError):
    """Another program has the file open and may change it."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"{str(path)!r} is open in another program, such as a GIS or a script. Nothing was "
            "changed and nothing is lost. Close it there, then try again.",
            f"{quoted(path)}正被其他程序打开（例如 GIS 软件或脚本）。没有改动，也没有丢失任何内容。"
            "请在那个程序中关闭它，然后重试。",
        )
        self.path = path

    def __reduce__(self) -> tuple[type["InUseError"], tuple[Path | str]]:
        return type(self), (self.path,)


class FileMark(NamedTuple):
    """What a file is known by; it is another one as soon as a program has changed it."""

    inode: int
    size: int
    changed_ns: int
    head: bytes  # SQLite counts its changes there


def mark_of(path: Path | str) -> FileMark | None:
    """Give the mark of a file; None where there is none."""
    try:
        with open(path, "rb") as file:
            head, state = file.read(HEADER), os.fstat(file.fileno())
    except FileNotFoundError:
        return None
    return FileMark(state.st_ino, state.st_size, state.st_mtime_ns, head)


def leftovers_of(path: Path | str) -> list[Path]:
    """List the files beside a database that hold content of it which is not in it yet."""
    target = Path(os.path.realpath(path))
    found = [target.with_name(target.name + ending) for ending in LEFTOVERS[:2]]
    return [one for one in found if _holds_content(one)]


def connect_to(
    path: Path, *, write: bool = False, wait_s: float | None = None
) -> sqlite3.Connection:
    """Open a database that exists; nothing is begun or written by that."""
    mode = "rw" if write else "ro"
    address = f"{path.resolve().as_uri()}?mode={mode}"
    return sqlite3.connect(
        address, uri=True, timeout=WAIT_S if wait_s is None else wait_s, isolation_level=None
    )


def rows_of(
    base: sqlite3.Connection, query: str, values: tuple[object, ...] = ()
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Give the names of the columns and all rows of a query.

    A row that cannot be read leaves no query open: that would keep the file locked for others
    until Python gets round to its rubbish, even after the database was closed.
    """
    with closing(base.execute(query, values)) as cursor:
        return [column[0] for column in cursor.description], cursor.fetchall()


def cells_of(path: Path, *queries: str) -> tuple[str, ...]:
    """Give the first cell of what each query finds, as text; "" for each if one finds nothing.

    So it is for what cannot be read, too. Neither the file nor what lies beside it is changed.
    """
    try:
        with still(path) as file, closing(connect_to(file)) as base:
            return tuple(str(rows_of(base, one)[1][0][0] or "") for one in queries)
    except (LayerFileError, OSError, sqlite3.Error, LookupError):
        return ("",) * len(queries)


def is_busy(error: BaseException) -> bool:
    """Whether SQLite says that somebody else holds the file."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in BUSY
    return "database is locked" in str(error)  # as GDAL says it


@contextmanager
def still(path: Path | str, *, alone: bool = False) -> Iterator[Path]:
    """Give a file to read the content of a database from: itself, or a copy with all leftovers.

    The database and what lies beside it stay as they are. The copy is private, and gone after the
    block.

    Parameters
    ----------
    path
        The database.
    alone
        Whether to leave the leftovers out, so as to see what the file itself holds.

    Raises
    ------
    InUseError
        If another program writes all the time.
    OSError, sqlite3.Error
        If it cannot be read.
    """
    target = Path(os.path.realpath(path))
    if not (leftovers_of(target) or _uses_wal(target)):
        yield target
        return
    own = Path(tempfile.gettempdir())
    sweep_drafts(own)  # copies that a killed reader left
    with draft_folder(own) as folder:
        copy = folder / target.name
        _copy(target, copy, ("",) if alone else ("", *LEFTOVERS[:2]))
        # A copy that is damaged is for the reader to look at, who says what is wrong with it.
        with suppress(sqlite3.DatabaseError), closing(connect_to(copy, write=True)) as base:
            base.execute("PRAGMA journal_mode = DELETE").fetchall()
            base.execute("BEGIN IMMEDIATE")  # what was begun and not ended is rolled back
            base.execute("ROLLBACK")
        yield copy


def settle(path: Path | str, *, wait_s: float | None = None) -> None:
    """Bring what a program left beside a database into it, as any program that opens it does.

    Raises
    ------
    InUseError
        If another program has it open.
    LayerFileError
        If something lies there that belongs to no database, or cannot be brought in.
    """
    target = Path(os.path.realpath(path))
    found = leftovers_of(target)
    if not found and not _uses_wal(target):
        return
    if not _is_database(target):
        raise _in_the_way(path, found)
    try:
        with closing(connect_to(target, write=True, wait_s=wait_s)) as base:
            # Only when nobody else has it open is a -wal given up; else SQLite says "locked".
            base.execute("PRAGMA journal_mode = DELETE").fetchall()
            base.execute("BEGIN IMMEDIATE")
            base.execute("ROLLBACK")
    except sqlite3.Error as error:
        if is_busy(error):
            raise InUseError(path) from None
        raise _in_the_way(path, found) from None
    if leftovers_of(target) or _uses_wal(target):
        raise InUseError(path)


@contextmanager
def alone_with(path: Path | str, *, wait_s: float | None = None) -> Iterator[None]:
    """Hold a database so that no other program writes it in the block, which may replace it.

    A program that has it open and idle is told by SQLite that the file was moved, when it writes
    next. Windows itself refuses to replace what somebody has open, so there nothing is held.

    Raises
    ------
    InUseError
        If another program writes it, or has begun to.
    LayerFileError
        If something lies there that belongs to no database.
    """
    target = Path(os.path.realpath(path))
    settle(target, wait_s=wait_s)
    if not _is_database(target):
        yield
        return
    with _alone_by_sqlite(target, path, wait_s=wait_s):
        pass  # SQLite knows who of this process writes; the system forgets that as told below
    handle = _locked_as_writer(target, path, wait_s=wait_s)
    if handle is None:
        with _alone_by_sqlite(target, path, wait_s=wait_s):
            yield
        return
    try:
        if leftovers_of(target) or _says_wal(os.pread(handle, HEADER, 0)):
            raise InUseError(path)
        yield
    finally:
        unlock_parts(handle)
        os.close(handle)


def _locked_as_writer(target: Path, path: Path | str, *, wait_s: float | None) -> int | None:
    """Open a database and lock it as SQLite does that begins to write; None where it cannot be.

    Others may read, and nobody else may write, whatever other threads of this process open and
    close. On Windows an open file could not be replaced.
    """
    if os.name == "nt":
        return None
    until = time.monotonic() + (WAIT_S if wait_s is None else wait_s)
    while True:
        try:
            handle = os.open(target, os.O_RDWR)
        except OSError:
            return None
        held = lock_parts(handle, (SHARED,))
        # While readers are locked in, a writer writes no more than a journal: what lies there now
        # may have to be rolled back, which nobody does once the file is locked for writing.
        if held and not leftovers_of(target):
            held = lock_parts(handle, (RESERVED,))
            # Who held it until now may have put another file in its place: nobody writes this one.
            if held and is_at(os.fstat(handle), target):
                return handle
        unlock_parts(handle)
        os.close(handle)
        if held is None:
            return None
        if time.monotonic() >= until:
            raise InUseError(path)
        time.sleep(_AGAIN_S)


@contextmanager
def _alone_by_sqlite(
    target: Path, path: Path | str, *, wait_s: float | None = None
) -> Iterator[None]:
    """Hold a database by SQLite itself, whose locks are of the process.

    They end when another thread of this process opens and closes the file.
    """
    base = _begun(target, path, wait_s=wait_s)
    try:
        # Asked of the connection: whoever opens and closes the file itself ends the locks that this
        # process has on it, for so POSIX wants it.
        if leftovers_of(target) or _is_in_wal(base):
            raise InUseError(path)
        if os.name == "nt":
            base.close()
        yield
    finally:
        base.close()


def _begun(target: Path, path: Path | str, *, wait_s: float | None) -> sqlite3.Connection:
    """Open a database and begin to write it: the file that is at its place, no earlier one."""
    until = time.monotonic() + (WAIT_S if wait_s is None else wait_s)
    while True:
        state = os.stat(target)
        with ExitStack() as opened:
            base = opened.enter_context(closing(connect_to(target, write=True, wait_s=wait_s)))
            try:
                base.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                if is_busy(error):
                    raise InUseError(path) from None
                # Damaged, or not ours to write: no program can write it either.
            if is_at(state, target):
                opened.pop_all()
                return base
        if time.monotonic() >= until:
            raise InUseError(path)


def _is_in_wal(base: sqlite3.Connection) -> bool:
    with suppress(sqlite3.Error):  # damaged, or not ours to read
        return str(base.execute("PRAGMA journal_mode").fetchone()[0]) == "wal"
    return False


def require_unchanged(path: Path | str, mark: FileMark | None) -> None:
    """Refuse when a file is not the one any more that it was when its mark was taken.

    Raises
    ------
    LayerFileError
        If another program has changed it since.
    """
    if mark_of(path) != mark:
        raise LayerFileError(
            f"{str(path)!r} was changed by another program meanwhile. Nothing was saved, so that "
            "its change is not lost. Look at the file as it is now, then try again.",
            f"{quoted(path)}刚被其他程序改动。为不丢失那次改动，内容未保存。请查看现在的文件，"
            "然后重试。",
        )


def _copy(path: Path, copy: Path, endings: tuple[str, ...]) -> None:
    """Copy a database with what lies beside it, so that all of it is of one moment."""
    until = time.monotonic() + COPIES_S
    while time.monotonic() < until:
        before = _marks(path)
        for ending in endings:
            source, target = Path(f"{path}{ending}"), Path(f"{copy}{ending}")
            target.unlink(missing_ok=True)
            try:
                shutil.copyfile(source, target)
            except FileNotFoundError:
                if not ending:
                    raise
        if _marks(path) == before:
            return
        time.sleep(0.05)
    raise InUseError(path)


def _marks(path: Path) -> list[FileMark | None]:
    return [mark_of(f"{path}{ending}") for ending in ("", *LEFTOVERS[:2])]


def _holds_content(leftover: Path) -> bool:
    """Whether SQLite would look into it: a journal whose first byte is 0 is spent.

    What is there and cannot be read may hold anything.
    """
    try:
        with leftover.open("rb") as file:
            return file.read(1) not in (b"", b"\0")
    except OSError as error:
        return not isinstance(error, FileNotFoundError)


def _is_database(path: Path) -> bool:
    return _header(path).startswith(HEAD)


def _uses_wal(path: Path) -> bool:
    return _says_wal(_header(path))


def _says_wal(header: bytes) -> bool:
    return header.startswith(HEAD) and len(header) > READ_VERSION and header[READ_VERSION] == 2


def _header(path: Path) -> bytes:
    with suppress(OSError), path.open("rb") as file:
        return file.read(HEADER)
    return b""


def _in_the_way(path: Path | str, found: list[Path]) -> LayerFileError:
    names = [one.name for one in found]
    return LayerFileError(
        f"Beside {str(path)!r} another program has left {', '.join(map(repr, names)) or 'a log'}, "
        "which cannot be brought into the file and would spoil a new one. Nothing was changed. "
        "Open the file in that program, or move what it left to another folder.",
        f"{quoted(path)}旁有其他程序留下的{quoted(*names) if names else '日志'}，无法并入该文件，"
        "并会损坏新写的文件。没有改动任何内容。请用那个程序打开该文件，或把留下的文件移到别的文件夹。",
    )
