"""The file system that a path lies on, as each system tells it: Linux, macOS, Windows.

On Linux /proc/self/mountinfo names all mounts, among them those within a container. Windows tells
the kind of a drive, and a path that begins with two backslashes leads to another machine.
"""

import ctypes
import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import psutil

__all__ = ["UNC", "Mount", "mount_in", "mount_of", "mounts_in", "share_in"]

MOUNTINFO = Path("/proc/self/mountinfo")
UNC = "UNC"  # kind of a path that names a share of another machine
REMOTE = "remote drive"  # kind of a drive letter that stands for one
_DRIVE_REMOTE = 4  # as GetDriveTypeW says it
_ESCAPED = re.compile(r"\\([0-7]{3})")  # signs that would end a field of mountinfo


class Mount(NamedTuple):
    """A file system where it is mounted: the place, its kind ("ext4", "nfs4"), and its options."""

    place: str
    kind: str
    options: str = ""


def mount_of(path: Path | str) -> Mount | None:
    """Give the file system that a path lies on; None where the system does not tell.

    A path that is not there yet lies where it would be made.
    """
    real = os.path.realpath(path)
    if os.name == "nt":
        return _windows_mount(os.path.abspath(path)) or _windows_mount(real)
    with suppress(OSError):
        os.stat(real)  # what is mounted when it is first asked for
    if sys.platform.startswith("linux"):
        try:
            return mount_in(
                mounts_in(MOUNTINFO.read_text(encoding="utf-8", errors="replace")), real
            )
        except OSError:
            return None
    parts = psutil.disk_partitions(all=True)
    return mount_in([Mount(one.mountpoint, one.fstype, one.opts) for one in parts], real)


def mounts_in(mountinfo: str) -> list[Mount]:
    """Read the mounts of a text as /proc/self/mountinfo is, in its order; see proc(5)."""
    found = []
    for line in mountinfo.splitlines():
        before, dash, after = line.partition(" - ")
        own, of_system = before.split(" "), after.split(" ")
        if dash and len(own) > 4 and of_system[0]:
            place = _ESCAPED.sub(lambda match: chr(int(match[1], 8)), own[4])
            found.append(Mount(place, of_system[0], of_system[-1]))
    return found


def mount_in(mounts: Iterable[Mount], path: str) -> Mount | None:
    """Give the mount that a path lies on: the deepest, and of several at one place the last."""
    target, best = PurePosixPath(path), None
    for mount in mounts:
        place = PurePosixPath(mount.place)
        lies_in = target == place or place in target.parents
        if lies_in and (best is None or len(place.parts) >= len(PurePosixPath(best.place).parts)):
            best = mount
    return best


def share_in(path: str) -> str:
    r"""Name the share that a path of Windows begins with, such as \\server\plans; "" for none."""
    text = path.replace("/", "\\")
    if text[:8].upper() == "\\\\?\\UNC\\":
        text = "\\\\" + text[8:]
    if not text.startswith("\\\\") or text[2:4] in ("?\\", ".\\"):
        return ""
    return "\\".join(text.split("\\")[:4])


def _windows_mount(path: str) -> Mount | None:
    share = share_in(path)
    if share:
        return Mount(share, UNC)
    drive = os.path.splitdrive(path.removeprefix("\\\\?\\"))[0]
    system: Any = getattr(ctypes, "windll", None)
    if drive and system is not None:
        kind = system.kernel32.GetDriveTypeW(f"{drive}\\")
        return Mount(drive, REMOTE if kind == _DRIVE_REMOTE else "local drive")
    return None
