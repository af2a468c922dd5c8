"""Files beside a plan that are nobody else's to read, and a record of events that is never lost.

A record has one JSON object a line. Lines are only ever added, each flushed to the disk before the
call returns; a line that a crash cut short is passed over by the next reader.
"""

import errno
import json
import os
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gridmap.store import SUFFIX
from layers.atomic import replacing
from layers.errors import LayerFileError, quoted

try:
    import fcntl
except ImportError:  # Windows: one process at a time writes there
    fcntl = None  # type: ignore[assignment]

__all__ = ["add_event", "beside", "is_private", "read_events", "write_private"]

PRIVATE = 0o600
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ONE_AT_A_TIME = threading.Lock()


def beside(plan_path: Path | str, kind: str) -> Path:
    """Name the file of a kind that belongs to a plan: town.gridmap.gpkg, town.gridmap.links."""
    place = Path(plan_path)
    stem = place.name.removesuffix(SUFFIX).removesuffix(".gpkg")
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
    with replacing(path, overwrite=overwrite) as draft:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)


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
    line = json.dumps(event, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    try:
        with _ONE_AT_A_TIME:
            _append(path, line)
    except OSError as error:
        why, why_zh = error.strerror or str(error), error.strerror or str(error)
        if error.errno in _FULL:
            why, why_zh = "the disk is full", "磁盘已满"
        raise LayerFileError(
            f"Cannot write {str(path)!r}: {why}. Nothing was saved; make room or allow writing, "
            "then try again.",
            f"无法写入{quoted(path)}：{why_zh}。内容未保存；请腾出空间或开放写入权限后重试。",
        ) from None


def read_events(path: Path, kinds: Mapping[str, Collection[str]]) -> list[dict[str, Any]]:
    """Read all whole events of a record, the oldest first; none when there is no record.

    Parameters
    ----------
    path
        The record.
    kinds
        What an event of each kind must say; others are passed over.

    Raises
    ------
    LayerFileError
        If there is a record that cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise LayerFileError(
            f"Cannot read {str(path)!r}: {error.strerror}. Allow the app to read it.",
            f"无法读取{quoted(path)}：{error.strerror}。请允许程序读取该文件。",
        ) from None
    events = []
    for line in data.split(b"\n"):
        with suppress(ValueError):
            event = json.loads(line)
            kind = event.get("event") if isinstance(event, dict) else None
            if isinstance(kind, str) and kind in kinds and set(kinds[kind]) <= set(event):
                events.append(event)
    return events


def _append(path: Path, line: bytes) -> None:
    new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed
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
