"""Writing files whole or not at all: a crash at any point leaves the old file or the new one.

A file is made under its own name in a hidden folder beside its place, flushed to the disk, and then
moved there in one step. Used by every writer: the store, exports and maps; whoever notes plain
values as JSON reads them by `read_noted`. A database that another program has open is not replaced
(`layers.files.database_files`). Who writes for somebody else, as the pages do, sets a `WriteWatch`:
it is asked at the last moment before anything changes.
"""

import errno
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers.contract.errors import LayerFileError, UsageError, quoted
from layers.files.database_files import (
    FileMark,
    alone_with,
    require_unchanged,
    settle,
)
from layers.files.drafts import draft_folder, sweep_drafts
from layers.files.reader_faults import reason_zh

__all__ = ["PRIVATE", "WriteWatch", "cannot_write", "check_free", "flush", "move_over",
           "move_to_free", "read_noted", "replacing", "watched_write", "watching_writes",
           "write_atomically"]  # fmt: skip

PRIVATE = 0o600  # the owner reads and writes, nobody else
OTHERS = 0o007  # who is neither the owner nor of the group

# Windows moves no file, and none over one, that somebody reads, as pages do all the time.
READERS_BLOCK = os.name == "nt"
READERS_S = 5.0  # how long they are waited for
_AGAIN_S = 0.02

FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(frozen=True)
class WriteWatch:
    """What is asked before a place is written, and told after it."""

    before: Callable[[Path], None]  # raises to refuse
    after: Callable[[Path], None]


_WATCH: ContextVar[WriteWatch | None] = ContextVar("write_watch", default=None)


@contextmanager
def watching_writes(watch: WriteWatch | None) -> Iterator[None]:
    """Let a watch see every write of this thread while the block lasts; None: nobody looks."""
    token = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(token)


@contextmanager
def watched_write(path: Path | str) -> Iterator[None]:
    """Ask the watch before the block, which writes, moves or removes `path`, and tell it after."""
    watch, target = _WATCH.get(), Path(path)
    if watch is not None:
        watch.before(target)
    yield
    if watch is not None:
        watch.after(target)


def write_atomically(
    path: Path | str, data: bytes, *, overwrite: bool = False, private: bool = False
) -> None:
    """Write a whole file, or leave what was there.

    Parameters
    ----------
    path
        Place of the file; its folder must exist.
    data
        All of its content. It is on the disk when the function returns.
    overwrite
        Whether a file there may be replaced.
    private
        Whether only its owner may read it (not on Windows).

    Raises
    ------
    UsageError
        If the file exists and `overwrite` is False.
    LayerFileError
        If it cannot be written: disk full, no permission, a folder in the way.
    """
    with replacing(path, overwrite=overwrite, private=private) as draft:
        draft.write_bytes(data)


def read_noted(path: Path) -> dict[str, Any]:
    """Read the plain values of a small file of JSON; {} where there is none, or it is no such."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def replacing(
    path: Path | str,
    *,
    overwrite: bool = False,
    private: bool = False,
    unchanged: FileMark | None = None,
) -> Iterator[Path]:
    """Give a draft to write to; when the block ends well, the draft takes the place of `path`.

    The draft does not exist yet and bears the final name. When the block fails or is interrupted,
    the draft and everything beside it (journals of a database) are removed. Drafts of writers that
    were killed are swept away.

    Parameters
    ----------
    path
        The place.
    overwrite
        Whether a file there may be replaced.
    private
        For files with names of people: only the owner may read it, and the group where the owner
        has let it into the file that is replaced.
    unchanged
        Mark of the file that may be replaced; another one there is left alone.

    Raises
    ------
    InUseError
        If another program has the file open.
    UsageError, LayerFileError
        As `write_atomically`.
    """
    # A link stays a link: the file it points to is replaced.
    target = Path(os.path.realpath(path))
    check_free(path, overwrite=overwrite)
    sweep_drafts(target.parent)
    try:
        with draft_folder(target.parent) as folder:
            draft = folder / target.name
            yield draft
            _set_mode(draft, target, private=private)
            flush(draft)
            with alone_with(path):
                if unchanged is not None:
                    require_unchanged(target, unchanged)
                with watched_write(target):
                    _put_in_place(draft, target, shown=path, overwrite=overwrite)
                    flush(target.parent)
    except OSError as error:
        raise cannot_write(path, error) from None


def check_free(path: Path | str, *, overwrite: bool = False, endings: tuple[str, ...] = ()) -> None:
    """Refuse a place that cannot take a file; ask before long work, not after it.

    Parameters
    ----------
    path
        The place.
    overwrite
        Whether a file there may be replaced.
    endings
        Endings that the content goes by, in lower case; any when left out. Under another one no
        program would know what to do with the file.
    """
    target = Path(path)
    try:
        if target.is_dir():
            raise LayerFileError(
                f"{str(path)!r} is a folder. Give the name of a file in it.",
                f"{quoted(path)}是文件夹。请给出其中的文件名。",
            )
        if target.exists() and not target.is_file():
            raise LayerFileError(
                f"{str(path)!r} is not an ordinary file. Give another name.",
                f"{quoted(path)}不是普通文件。请换一个文件名。",
            )
        if not target.parent.is_dir():
            raise LayerFileError(
                f"Cannot write {str(path)!r}: there is no folder {str(target.parent)!r}. "
                "Make it first or correct the path.",
                f"无法写入{quoted(path)}：没有文件夹{quoted(target.parent)}。请先建立该文件夹，"
                "或更正路径。",
            )
        if target.exists() and not overwrite:
            raise UsageError(
                f"{str(path)!r} exists already. Give another name, or allow overwriting "
                "(--overwrite).",
                f"{quoted(path)}已存在。请换一个文件名，或允许覆盖（--overwrite）。",
            )
        settle(target)
    except OSError as error:
        raise cannot_write(path, error) from None
    if endings and target.suffix.lower() not in endings:
        wanted, wanted_zh = " or ".join(endings), " 或 ".join(endings)
        raise UsageError(
            f"{str(path)!r} has not the ending of what is written to it. Give a name that ends in "
            f"{wanted}.",
            f"{quoted(path)}的扩展名与所写内容不符。请给出以 {wanted_zh} 结尾的文件名。",
        )


def _set_mode(draft: Path, target: Path, *, private: bool) -> None:
    """Let those read the draft who may read the file that it replaces."""
    if target.exists():
        shutil.copymode(target, draft)
        private = private and bool(target.stat().st_mode & OTHERS)
    if private:
        draft.chmod(PRIVATE)


def _put_in_place(draft: Path, target: Path, *, shown: Path | str, overwrite: bool) -> None:
    if overwrite:
        move_over(draft, target)
        return
    try:
        # A hard link refuses a name that was taken meanwhile; a rename would run over it.
        os.link(draft, target)
    except FileExistsError:
        check_free(shown, overwrite=False)
        raise
    except OSError:  # file systems without hard links, such as exFAT and some network shares
        check_free(shown, overwrite=False)
        move_over(draft, target)


def move_over(source: Path, target: Path) -> None:
    """Move a file to a place, over what is there, in one step; on Windows once nobody reads it.

    Raises
    ------
    OSError
        If it cannot be moved; then all is as it was.
    """
    until = time.monotonic() + READERS_S
    while True:
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if not READERS_BLOCK or time.monotonic() >= until:
                raise
        time.sleep(_AGAIN_S)


def move_to_free(source: Path, target: Path) -> None:
    """Move a file to a place that was free; one that somebody has written there meanwhile stays.

    Stopped half way, the file lies at both places, as one file with two names.

    Raises
    ------
    FileExistsError
        If something lies there.
    OSError
        If it cannot be moved; then it is where it was.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # file systems without hard links
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        move_over(source, target)
        return
    source.unlink()


def flush(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    if path.is_dir():
        if os.name == "nt":  # Windows cannot open folders and does not need it
            return
        handle = os.open(path, os.O_RDONLY)
    else:
        handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def cannot_write(path: Path | str, error: OSError) -> LayerFileError:
    """Say why a place could not be written, and what to do."""
    if error.errno in FULL:
        why = "the disk is full. Make room or write to another disk; nothing was changed"
        why_zh = "磁盘已满。请腾出空间或换一个磁盘；原有内容没有改动"
    elif error.errno in FORBIDDEN:
        folder = Path(path).parent
        why = (
            f"no permission to write in {str(folder)!r}, or the file is open in another program. "
            "Choose another folder"
        )
        why_zh = f"没有写入{quoted(folder)}的权限，或该文件正被其他程序打开。请换一个文件夹"
    elif error.errno == errno.ENAMETOOLONG:
        why, why_zh = "the name is too long. Give a shorter one", "文件名过长。请缩短"
    else:
        why = f"{error.strerror or error}. Choose another place"
        why_zh = f"{reason_zh(error)}。请换一个位置"
    return LayerFileError(
        f"Cannot write {str(path)!r}: {why}.", f"无法写入{quoted(path)}：{why_zh}。"
    )
