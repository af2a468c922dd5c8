"""Hidden folders in which files are made before they take their place, and what a crash left there.

Each folder is held by a lock of the system while its writer lives. A folder that nobody holds is
what a killed writer left, perhaps with a copy of a roster in it: the next writer sweeps it away.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from layers.files.locks import HeldLock, LockTimeout, take_lock

__all__ = ["DRAFTS", "draft_folder", "sweep_drafts"]

DRAFTS = ".gridmap-"
# What `tempfile` puts behind: a hidden folder that somebody has named so by hand stays.
_MADE = re.compile(re.escape(DRAFTS) + r"[a-z0-9_]{8}")
_LOCK = ".lock"
_TRIES = 20  # new names, each taken by a sweeper just before it was held


@contextmanager
def draft_folder(parent: Path) -> Iterator[Path]:
    """Give a new hidden folder that only its owner may enter; it is gone after the block.

    Raises
    ------
    OSError
        If there is no permission or no room.
    """
    folder, lock = _new_folder(parent)
    try:
        yield folder
    finally:
        # On Windows a file that is held cannot be deleted, so the lock goes first.
        if lock is not None:
            lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def sweep_drafts(parent: Path) -> int:
    """Remove the drafts in a folder whose writers are gone, and say how many there were.

    Drafts of writers at work stay. Where the file system knows no locks, all stay.
    """
    swept = 0
    with suppress(OSError):
        for folder in sorted(parent.iterdir()):
            if _MADE.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink():
                swept += _sweep(folder)
    return swept


def _new_folder(parent: Path) -> tuple[Path, HeldLock | None]:
    for _ in range(_TRIES):
        folder = Path(tempfile.mkdtemp(prefix=DRAFTS, dir=parent))
        try:
            lock = take_lock(folder / _LOCK, wait_s=0)
        except (LockTimeout, FileNotFoundError):
            continue  # a sweeper saw the folder before it was held
        except (OSError, NotImplementedError):
            return folder, None  # a file system without locks: sweepers leave it alone
        if (folder / _LOCK).exists():
            return folder, lock
        lock.release()
    return folder, None


def _sweep(folder: Path) -> bool:
    try:
        lock = take_lock(folder / _LOCK, wait_s=0)
    except (LockTimeout, OSError, NotImplementedError):
        return False
    try:
        for path in folder.iterdir():
            if path.name != _LOCK:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    except OSError:
        return False
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)
    return True
