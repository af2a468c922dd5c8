"""The audit: who logged in, who tried, who changed what, from where; for planners to read.

A record beside the accounts that only its owner may read. It holds no passwords and no tokens; a
name that is nobody's is not written down, for people type passwords into the field for names. When
it has grown large it is put aside under a number, and the oldest is dropped.
"""

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from gridmap.access.scope import town_at
from gridmap.access.sidecar import Fields, add_event, read_events
from layers.contract.errors import GridmapError
from layers.files.atomic import watching_writes
from layers.files.locks import LockTimeout, take_lock

__all__ = ["FAILURES_SHOWN", "FILE", "Audit", "audit_events"]

FILE = "audit.gridmap.jsonl"
LOCK = "audit.gridmap.lock"
MOST_KB = 1024  # of one file; some 7,000 events
FILES_KEPT = 12  # some 84,000 events with `MOST_KB`
WAIT_S = 5.0  # nobody's log-in waits longer for a note of it
FAILURES_SHOWN = 6  # of one address in a minute; the rest is counted
FIELDS: Fields = {"time": "time", "who": "text", "address": "text"}
KINDS = (
    "log-in", "log-in-failed", "log-in-failed-more", "log-out", "timed-out", "ended",
    "account-added", "account-role", "account-scope", "account-removed", "link-made",
    "link-revoked", "links-taken-over", "written", "plan-named", "plan-duplicated",
    "plan-branched", "plan-frozen", "plan-thawed", "plan-deleted", "plan-restored",
    "plan-thrown-away",
)  # fmt: skip
EVENTS: dict[str, Fields] = dict.fromkeys(KINDS, FIELDS)


class Audit:
    """The audit of one folder of plans.

    An event that cannot be written is no reason to refuse a log-in or to lose a change: it goes to
    the log of the server instead.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._minute: dict[str, tuple[int, int]] = {}  # by address: minute, failures in it
        self._guard = threading.Lock()

    def note(self, kind: str, *, who: str, address: str = "", **facts: str) -> None:
        """Write down an event, now.

        Parameters
        ----------
        kind
            One of `KINDS`.
        who
            Name of the account; "" for nobody known.
        address
            From where; "" for this machine.
        facts
            What else there is to say: `file`, `town`, `name`, `scope`, `role`, `person`, `serial`,
            `count`.
        """
        if kind == "log-in-failed" and not self._is_shown(address):
            return
        told = {"event": kind, "time": _now(), "who": who, "address": address, **facts}
        try:
            # Nobody is asked whether this may be written, least of all who it is about.
            with watching_writes(None):
                self._write(told)
        except (GridmapError, OSError, LockTimeout) as error:
            print(f"gridmap: the audit could not be written: {error}: {told}", flush=True)

    def note_file(
        self, kind: str, path: Path, *, who: str, address: str = "", **facts: str
    ) -> None:
        """Write down an event of a file, with where it lies in the folder and of which town it is.

        Parameters
        ----------
        path
            The file.
        kind, who, address, facts
            As in `note`; a fact that is "" is left out.
        """
        try:
            shown = path.resolve().relative_to(self._folder.resolve()).as_posix()
        except ValueError:
            shown = path.name
        town = town_at(path, self._folder)
        facts = {"town": town.folder if town else "", **facts}
        told = {key: text for key, text in facts.items() if text}
        self.note(kind, who=who, address=address, file=shown, **told)

    def _is_shown(self, address: str) -> bool:
        minute = int(time.time() // 60)
        with self._guard:
            last, count = self._minute.get(address, (minute, 0))
            if last != minute:
                count, more = 0, count - FAILURES_SHOWN
                if more > 0:
                    self.note("log-in-failed-more", who="", address=address, count=str(more))
            self._minute[address] = (minute, count + 1)
            if len(self._minute) > 1000:
                self._minute.pop(next(iter(self._minute)))
        return count < FAILURES_SHOWN

    def _write(self, told: Mapping[str, Any]) -> None:
        if not self._folder.is_dir():
            return
        path = self._folder / FILE
        with take_lock(self._folder / LOCK, wait_s=WAIT_S):
            if path.exists() and path.stat().st_size > MOST_KB * 1024:
                # Windows does not rename what somebody reads: then it is put aside later.
                with suppress(PermissionError):
                    _put_aside(path)
            add_event(path, told)


def audit_events(folder: Path) -> list[dict[str, Any]]:
    """List the events of a folder of plans, the newest first.

    Raises
    ------
    LayerFileError
        If a record cannot be read.
    """
    paths = [*(_numbered(folder / FILE, number) for number in range(FILES_KEPT, 0, -1))]
    found = [event for path in [*paths, folder / FILE] for event in read_events(path, EVENTS)]
    return found[::-1]


def _put_aside(path: Path) -> None:
    for number in range(FILES_KEPT - 1, 0, -1):
        older = _numbered(path, number)
        if older.exists():
            older.replace(_numbered(path, number + 1))
    path.replace(_numbered(path, 1))


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
