"""What this machine remembers of access, whatever becomes of the files beside the plans.

Files beside a plan are copied and restored from backups, and an older copy knows nothing of what
was revoked since. So what was ended is noted here as well: in a record of the user who runs the
app, outside the folder of plans. It holds serials and marks, no names, no secrets.
"""

import hashlib
import os
import secrets
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from gridmap.access.sidecar import Fields, add_event, read_events
from layers.contract.errors import LayerFileError, quoted
from layers.files.atomic import watching_writes
from layers.files.reader_faults import reason_zh

__all__ = ["Memory", "machine_id", "memory", "note_ended", "note_place", "note_retired",
           "state_folder"]  # fmt: skip

STATE = "GRIDMAP_STATE"  # variable of the environment: another folder than the usual one
FILE = "access.jsonl"
EVENTS: dict[str, Fields] = {
    "machine": {"id": "text"},
    "ended": {"family": "text", "serial": "text"},
    "retired": {"mark": "text"},
    "place": {"place": "text", "family": "text"},
}


@dataclass(frozen=True)
class Memory:
    """What is remembered; families are the links that one secret signs."""

    machine: str = ""
    ended: frozenset[tuple[str, str]] = frozenset()  # family and serial of revoked links
    retired: frozenset[str] = frozenset()  # marks of accounts that were removed or changed
    families: Mapping[str, str] = field(default_factory=dict)  # by place of the plan

    def family_at(self, plan_path: Path) -> str:
        """Give the family that belongs to the place of a plan; "" when none was made there."""
        return self.families.get(_place(plan_path), "")


def state_folder() -> Path:
    """Folder in which this user's programs keep what they must not forget."""
    own = os.environ.get(STATE)
    if own:
        return Path(own)
    home = Path.home()
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "gridmap"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "gridmap"
    return Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "gridmap"


def memory() -> Memory:
    """Read what is remembered; a file that has not changed is not read again.

    Raises
    ------
    LayerFileError
        If there is a record that cannot be read: then nothing may open.
    """
    path = state_folder() / FILE
    try:
        found = path.stat()
    except FileNotFoundError:
        return Memory()
    except OSError as error:
        raise _cannot("read", "读取", path, error) from None
    return _memory(path, found.st_mtime_ns, found.st_size, found.st_ino)


def machine_id() -> str:
    """Give the name of this machine's memory, which is made when there is none yet.

    Raises
    ------
    LayerFileError
        If it cannot be written.
    """
    known = memory().machine
    if not known:
        _add({"event": "machine", "id": secrets.token_hex(8)})
        known = memory().machine  # of two at once the first is in force
    return known


def note_ended(family: str, serials: Iterable[str]) -> None:
    """Note that links were revoked."""
    known = memory().ended
    for serial in sorted(set(serials)):
        if (family, serial) not in known:
            _add({"event": "ended", "family": family, "serial": serial})


def note_retired(marks: Iterable[str]) -> None:
    """Note that accounts as they were are no more."""
    known = memory().retired
    for mark in sorted(set(marks) - known):
        _add({"event": "retired", "mark": mark})


def note_place(plan_path: Path, family: str) -> None:
    """Note which links belong to the place of a plan."""
    if memory().family_at(plan_path) != family:
        _add({"event": "place", "place": _place(plan_path), "family": family})


@lru_cache(maxsize=4)
def _memory(path: Path, _changed: int, _size: int, _inode: int) -> Memory:
    machine, ended, retired = "", set(), set()
    families: dict[str, str] = {}
    for event in read_events(path, EVENTS):
        kind = event["event"]
        if kind == "machine":
            machine = machine or event["id"]
        elif kind == "ended":
            ended.add((event["family"], event["serial"]))
        elif kind == "retired":
            retired.add(event["mark"])
        else:
            families[event["place"]] = event["family"]
    return Memory(machine, frozenset(ended), frozenset(retired), MappingProxyType(families))


def _add(event: dict[str, str]) -> None:
    folder = state_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _cannot("write in", "写入", folder, error) from None
    # Who may write is told from this record among others: asking here would ask for ever.
    with watching_writes(None):
        add_event(folder / FILE, event)


def _place(plan_path: Path) -> str:
    return hashlib.sha256(os.fsencode(Path(plan_path).resolve())).hexdigest()[:32]


def _cannot(what: str, what_zh: str, path: Path, error: OSError) -> LayerFileError:
    why, why_zh = error.strerror, reason_zh(error)
    return LayerFileError(
        f"Cannot {what} {str(path)!r}, where this machine remembers what was revoked: "
        f"{why}. Allow it, or name another folder in the variable {STATE}.",
        f"无法{what_zh}{quoted(path)}（本机在此记录已停用的链接和账号）：{why_zh}。"
        f"请开放权限，或用环境变量 {STATE} 指定其他文件夹。",
    )
