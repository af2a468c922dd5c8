"""Locks of the system, which keep other processes and threads out while a file changes.

A lock is held by the operating system and ends with its process, also when that is killed. Usually
it stands on a file of its own, which stays behind, empty, and says nothing by being there. Other
programs know nothing of it.

The only module that knows `filelock`.
"""

import os
import struct
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout, lock_descriptor

__all__ = ["HeldLock", "LockTimeout", "Part", "is_at", "is_locked", "lock_open_file", "lock_parts",
           "take_lock", "unlock_parts"]  # fmt: skip

Part = tuple[int, int, bool]
"""First byte and number of bytes of a part of a file, and whether others may read-lock it too."""

LockTimeout = Timeout
"""Somebody else held the lock for longer than one waits."""

# Seconds between two attempts at the lock of an open file: an entry of a record is on the disk
# after some milliseconds, so that whoever waits longer between attempts waits for nothing.
_AGAIN_S = 0.005
_FAR_BEHIND = 0x40000000  # first byte that Windows locks of an open file: no record is so long


class HeldLock:
    """A lock that is held until `release`, or the end of its `with` block, in the same thread."""

    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    def __enter__(self) -> "HeldLock":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.release()

    def release(self) -> None:
        """Let others have it; nothing happens when it was let go already."""
        self._lock.release(force=True)


def take_lock(path: Path, *, wait_s: float) -> HeldLock:
    """Take the lock that a file stands for; the file is made when it is not there.

    Parameters
    ----------
    path
        The file of the lock. A thread that holds it already must not take it again.
    wait_s
        Seconds to wait for whoever holds it; 0 to try once.

    Raises
    ------
    LockTimeout
        If it was held by somebody else all that time.
    OSError, NotImplementedError
        If the file cannot be made, or the file system knows no locks.
    """
    lock = FileLock(path)
    lock.acquire(timeout=wait_s)
    return HeldLock(lock)


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock that a file stands for; False where it cannot be tried."""
    try:
        with take_lock(path, wait_s=0):
            return False
    except LockTimeout:
        return True
    except OSError:
        return False


def lock_open_file(handle: int) -> None:
    """Lock an open file itself until it is closed; waits for whoever has locked it.

    For short additions to a file that many read. On Windows a lock keeps readers out of the bytes
    that it covers, so there it lies on a byte far behind what the file holds.

    Parameters
    ----------
    handle
        Descriptor of the file.

    Raises
    ------
    OSError
        If the file system knows no locks.
    """
    if sys.platform != "win32":
        lock_descriptor(handle, poll_interval=_AGAIN_S)
        return
    import msvcrt

    place = os.lseek(handle, 0, os.SEEK_CUR)
    os.lseek(handle, _FAR_BEHIND, os.SEEK_SET)
    try:
        while True:
            with suppress(PermissionError, BlockingIOError):  # somebody else holds it
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
                return
            time.sleep(_AGAIN_S)
    finally:
        os.lseek(handle, place, os.SEEK_SET)


def lock_parts(handle: int, parts: Iterable[Part]) -> bool | None:
    """Lock parts of an open file until it is closed, against other processes and other threads.

    The locks belong to this opening of the file (open file description locks). Those that POSIX has
    belong to the process, and end as soon as any of its threads closes any opening of the file.

    Parameters
    ----------
    handle
        Descriptor of a file that is open for reading and writing.
    parts
        What to lock, in this order; nothing is waited for.

    Returns
    -------
    Whether they are held; False where somebody else holds one: close the file then, for those
    before it are held. None where the system or the disk knows no such locks.
    """
    if sys.platform != "linux":
        return None
    import fcntl

    for start, length, is_shared in parts:
        kind = fcntl.F_RDLCK if is_shared else fcntl.F_WRLCK
        # struct flock, whose last field, a process, must be 0.
        wanted = struct.pack("hhqqi4x", kind, os.SEEK_SET, start, length, 0)
        try:
            fcntl.fcntl(handle, fcntl.F_OFD_SETLK, wanted)
        except (BlockingIOError, PermissionError):  # POSIX lets a system say either
            return False
        except OSError:
            return None
    return True


def unlock_parts(handle: int) -> None:
    """Give up what `lock_parts` has locked, which a forked process would hold as long as it lives.

    Parameters
    ----------
    handle
        Descriptor of the file, which is closed next.
    """
    if sys.platform != "linux":
        return
    import fcntl

    with suppress(OSError):
        wanted = struct.pack("hhqqi4x", fcntl.F_UNLCK, os.SEEK_SET, 0, 0, 0)
        fcntl.fcntl(handle, fcntl.F_OFD_SETLK, wanted)


def is_at(state: os.stat_result, place: Path) -> bool:
    """Whether the file that was opened, or had a state, is the one that lies at a place now.

    Who waits for the lock of an open file may get it when another file has taken its place.
    """
    try:
        return os.path.samestat(state, os.stat(place))
    except FileNotFoundError:
        return False
