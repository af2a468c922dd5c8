"""Files beside a plan that are nobody else's to read, and a record of events that is never lost.

A record has one JSON object a line. Lines are only ever added, each flushed to the disk before the
call returns. A line that cannot be read, because a crash cut it short or somebody changed it, is
passed over and never keeps the others from being read; `faulty_lines` tells which they are.
"""

import errno
import json
import math
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from layers.contract.errors import LayerFileError, quoted
from layers.files.atomic import replacing, watched_write
from layers.files.locks import lock_open_file

__all__ = ["BOARDS", "COMMENTS", "DRAFT", "PHOTOS", "Fields", "add_event", "add_events", "beside",
           "faulty_lines", "is_draft", "is_private", "put_aside", "read_events", "remove_private",
           "rewrite_events", "write_private"]  # fmt: skip

PRIVATE = 0o600  # the owner reads and writes, nobody else
BOARDS, PHOTOS = "boards", "photos"  # kinds of the record of boards and of their photos
COMMENTS = "comments"  # kind of the record of comments on the map
DRAFT = "pending"  # kind of the files with what is not accepted yet
MOST_MB = 64  # of a record
LONGEST_LINE = 100_000  # bytes; the longest that is ever written has some 3,000
Fields = Mapping[str, Literal["text", "day", "time", "number"]]
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ONE_AT_A_TIME = threading.Lock()


def beside(plan_path: Path | str, kind: str) -> Path:
    """Name the file of a kind that belongs to a plan: town.gridmap.gpkg, town.gridmap.links."""
    place = Path(plan_path)
    stem = place.name.removesuffix(".gpkg").removesuffix(".gridmap")
    return place.with_name(f"{stem}.gridmap.{kind}")


def write_private(path: Path, text: str, *, overwrite: bool = False) -> None:
    """Write a file, whole or not at all, that only its owner may read, from its first byte on.

    Raises
    ------
    UsageError
        If the file exists and `overwrite` is False.
    LayerFileError
        If it cannot be written.
    """
    with replacing(path, overwrite=overwrite, private=True) as draft:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:  # on any system
            file.write(text)


def remove_private(path: Path) -> None:
    """Remove a file beside a plan; nothing is said when there is none.

    Raises
    ------
    LayerFileError
        If it cannot be removed.
    """
    if not path.exists():
        return
    try:
        with watched_write(path):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_change(path, error) from None


def put_aside(path: Path) -> Path:
    """Give a file that cannot be used another name, so that nothing of it is lost.

    Returns
    -------
    The new place: the first free one of `….aside-1`, `….aside-2`, …

    Raises
    ------
    LayerFileError
        If it cannot be renamed.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.aside-{number}")).exists():
        number += 1
    try:
        with watched_write(aside):
            path.rename(aside)
    except OSError as error:
        raise _cannot_change(path, error) from None
    return aside


def is_draft(path: Path) -> bool:
    """Whether a file holds what a planner has not accepted yet."""
    return f".gridmap.{DRAFT}" in path.name


def _cannot_change(path: Path, error: OSError) -> LayerFileError:
    return LayerFileError(
        f"Cannot remove or rename {str(path)!r}: {error.strerror}. Allow writing in that folder.",
        f"无法删除或改名{quoted(path)}：{error.strerror}。请开放该文件夹的写入权限。",
    )


def is_private(path: Path) -> bool:
    """Whether nobody but the owner may read a file; Windows has no such marks and is believed."""
    return os.name == "nt" or not path.stat().st_mode & 0o077


def add_event(path: Path, event: Mapping[str, Any]) -> None:
    """Add an event to a record; when this returns, it is on the disk.

    Raises
    ------
    LayerFileError
        If it cannot be written; the record is then as it was.
    """
    add_events(path, [event])


def add_events(path: Path, events: Iterable[Mapping[str, Any]]) -> None:
    """Add several events in one go, with nobody else's between them; see `add_event`."""
    lines = b"".join(_line_of(event) for event in events)
    if not lines:
        return
    try:
        with watched_write(path), _ONE_AT_A_TIME:
            _append(path, lines)
    except OSError as error:
        why, why_zh = error.strerror or str(error), error.strerror or str(error)
        if error.errno in _FULL:
            why, why_zh = "the disk is full", "磁盘已满"
        raise LayerFileError(
            f"Cannot write {str(path)!r}: {why}. Nothing was saved; make room or allow writing, "
            "then try again.",
            f"无法写入{quoted(path)}：{why_zh}。内容未保存；请腾出空间或开放写入权限后重试。",
        ) from None


def rewrite_events(
    path: Path,
    change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
    *,
    dry_run: bool = False,
) -> int:
    """Write a record anew, for what the law wants forgotten; nobody adds to it meanwhile.

    Parameters
    ----------
    path
        The record; nothing happens where there is none.
    change
        Given all events, gives those that stay. Lines that cannot be read go: nobody knows of whom
        they tell.
    dry_run
        Only count.

    Returns
    -------
    How many events are gone.

    Raises
    ------
    LayerFileError
        If it cannot be read or written. The whole new record then lies beside it, as `.rewrite`.
    """
    if not _bytes_of(path):
        return 0
    with watched_write(path), _ONE_AT_A_TIME, path.open("r+b", buffering=0) as file:
        lock_open_file(file.fileno())
        lines = file.read().split(b"\n")
        events = [event for line in lines if (event := _event(line)) is not None]
        kept = change(events)
        written = b"".join(_line_of(event) for event in kept)
        if not dry_run and kept != events:
            draft = path.with_name(f"{path.name}.rewrite")
            write_private(draft, written.decode(), overwrite=True)
            file.seek(0)
            file.write(written)
            file.truncate(len(written))
            os.fsync(file.fileno())
            draft.unlink()
    return len(events) - len(kept)


def _line_of(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _event(line: bytes) -> dict[str, Any] | None:
    with suppress(ValueError, RecursionError):
        event = json.loads(line)
        return event if isinstance(event, dict) else None
    return None


def read_events(path: Path, kinds: Mapping[str, Fields]) -> list[dict[str, Any]]:
    """Read all whole events of a record, the oldest first; none when there is no record.

    Parameters
    ----------
    path
        The record.
    kinds
        What an event of each kind must say, and as what; others are passed over.

    Raises
    ------
    LayerFileError
        If there is a record that cannot be read, or it is larger than any that was ever written.
    """
    return [event for _, event in _events(path, kinds) if event is not None]


def faulty_lines(path: Path, kinds: Mapping[str, Fields]) -> list[int]:
    """Number the lines of a record that `read_events` cannot use, the first is 1.

    Kinds of events that this version does not know are no fault: a newer one may have written them.
    """
    return [number for number, event in _events(path, kinds) if event is None]


def _events(path: Path, kinds: Mapping[str, Fields]) -> Iterator[tuple[int, dict[str, Any] | None]]:
    for number, line in enumerate(_bytes_of(path).split(b"\n"), start=1):
        if not line.strip():
            continue
        event = None
        if len(line) <= LONGEST_LINE:
            with suppress(ValueError, RecursionError):
                event = json.loads(line)
        kind = event.get("event") if isinstance(event, dict) else None
        if not isinstance(event, dict) or not isinstance(kind, str):
            yield number, None
        elif kind in kinds:
            yield number, event if _says(event, kinds[kind]) else None


def _says(event: Mapping[str, Any], fields: Fields) -> bool:
    """Whether an event has all fields, each of its kind."""
    try:
        for name, kind in fields.items():
            value = event[name]
            if kind == "number":
                if isinstance(value, bool) or not math.isfinite(value):
                    return False
            elif not isinstance(value, str):
                return False
            elif kind == "day":
                date.fromisoformat(value)
            elif kind == "time":
                datetime.fromisoformat(value)
    except (KeyError, ValueError, TypeError, OverflowError):
        return False
    return True


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_MB * 2**20:
            raise LayerFileError(
                f"{str(path)!r} is larger than {MOST_MB} MB and is not read. Move it away, or "
                "bring it back from a backup.",
                f"{quoted(path)}超过 {MOST_MB} 兆，不予读取。请移走该文件，或从备份恢复。",
            )
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise LayerFileError(
            f"Cannot read {str(path)!r}: {error.strerror}. Allow the app to read it.",
            f"无法读取{quoted(path)}：{error.strerror}。请允许程序读取该文件。",
        ) from None


def _append(path: Path, line: bytes) -> None:
    new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        lock_open_file(handle)
        end = file.seek(0, os.SEEK_END)
        if end:
            file.seek(end - 1)
            if file.read(1) != b"\n":
                line = b"\n" + line  # after a line that a crash cut short
        try:
            if file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(handle)
        except OSError:
            with suppress(OSError):
                file.truncate(end)
            raise
    if new and os.name != "nt":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
