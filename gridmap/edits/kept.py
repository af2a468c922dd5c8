"""Pending changes on the disk: what a planner has not accepted yet outlives page and machine.

Every list, that of one window of one planner, is a file beside the plan which only its owner on the
machine can read. It holds the edits as data and the state they were made on, never a plan: on
opening, the list is made anew on the plan as it is then. It is written before a change is shown,
whole or not at all, and is gone when the list is empty.

Whoever accepts writes first under which time and name. Should the machine stop between the plan
and this file, the log of the plan tells that the list was accepted, and nothing comes back twice.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridmap.access.sidecar import DRAFT, beside, put_aside, remove_private, write_private
from gridmap.edits.moves.edit import Edit
from gridmap.edits.moves.edit_text import edit_of, edit_values
from gridmap.edits.moves.log import edit_log, state_id
from gridmap.edits.pending import Base, Pending, base_of, rebuild_pending, transfer_edits
from gridmap.plan.plan import Plan
from layers.contract.errors import LayerFileError, PlanError, quoted

__all__ = [
    "MARK",
    "Kept",
    "copy_kept",
    "keep_pending",
    "new_place",
    "places_of",
    "read_kept",
    "restore",
    "was_accepted",
]

FORMAT = 1
MARK = 8  # signs at the end of a name that tell lists of one planner apart
MOST_MB = 32  # of a list; an edit of a thousand patches takes 40 kB


@dataclass(frozen=True)
class Kept:
    """A list as it lies on the disk: edits, each with the codes that it had created."""

    base: Base
    edits: tuple[tuple[Edit, tuple[str, ...]], ...]
    dropped: tuple[Edit, ...] = ()
    accepting: tuple[str, str] = ("", "")  # time and name under which the log got it, if it did


def new_place(plan_path: Path, account: str) -> Path:
    """Name a file for a new list of a planner; "" is the one at this machine."""
    return beside(plan_path, f"{_prefix(account)}{secrets.token_hex(MARK // 2)}")


def places_of(plan_path: Path, account: str) -> list[Path]:
    """Find the lists that a planner has beside a plan, the one changed last first."""
    start = beside(plan_path, _prefix(account)).name
    fits = re.compile(re.escape(start) + f"[0-9a-f]{{{MARK}}}")
    found = []
    try:
        for path in plan_path.parent.iterdir():
            if fits.fullmatch(path.name):
                found.append((-path.stat().st_mtime_ns, path))
    except OSError:  # a folder that is gone or closed: whoever opens the plan says so
        return []
    return [path for _, path in sorted(found)]


def copy_kept(plan_path: Path, other: Path) -> None:
    """Give a copy of a plan the lists of all planners; those that nobody can use stay.

    Raises
    ------
    LayerFileError
        If one cannot be read or written.
    """
    start, of_other = (beside(one, f"{DRAFT}-").name for one in (plan_path, other))
    fits = re.compile(re.escape(start) + f"(local|[0-9a-f]{{12}})-[0-9a-f]{{{MARK}}}")
    for name in sorted(one.name for one in plan_path.parent.iterdir() if fits.fullmatch(one.name)):
        text = _read(plan_path.with_name(name))
        if text:
            write_private(other.with_name(of_other + name.removeprefix(start)), text)


def keep_pending(
    place: Path,
    account: str,
    plan: Plan,
    pending: Sequence[Pending],
    dropped: Sequence[Edit] = (),
    *,
    accepting: tuple[str, str] = ("", ""),
) -> None:
    """Write a list down; when this returns it is on the disk.

    Parameters
    ----------
    place
        File of the list.
    account
        Whose list; "" for the planner at this machine.
    plan
        The plan without the changes.
    pending, dropped
        The list, and what was taken back and may come again; both empty remove the file.
    accepting
        ISO time and name that the log will show, when the list is about to be accepted.

    Raises
    ------
    LayerFileError
        If it cannot be written; what lay there stays.
    """
    if not pending and not dropped:
        remove_private(place)
        return
    base = base_of(plan)
    values = {
        "format": FORMAT,
        "account": account,
        "state": base.state,
        "entries": base.entries,
        "edits": [[edit_values(one.edit), list(one.seen.created)] for one in pending],
        "dropped": [edit_values(edit) for edit in dropped],
        "accepting": list(accepting),
    }
    write_private(place, json.dumps(values, ensure_ascii=False), overwrite=True)


def read_kept(path: Path, account: str) -> Kept | None:
    """Read a list of a planner; None when the file is gone.

    Raises
    ------
    PlanError
        If the file is damaged or another planner's: it is put aside under the name that is told.
    LayerFileError
        If it cannot be read or put aside.
    """
    text = _read(path)
    if text is None:
        return None
    try:
        return _kept(json.loads(text), account)
    except (ValueError, TypeError, KeyError, RecursionError):
        aside = put_aside(path)
        raise PlanError(
            f"The pending changes in {path.name!r} are damaged or somebody else's. The file was "
            f"put aside as {aside.name!r}, nothing in the plan has changed; make the changes anew.",
            f"{quoted(path.name)}中的待定调整已损坏，或不属于当前账号。该文件已改名为"
            f"{quoted(aside.name)}留存，方案未受影响；请重新调整。",
        ) from None


def was_accepted(plan: Plan, kept: Kept) -> bool:
    """Whether the log shows that a list was accepted before its file could be removed."""
    time, who = kept.accepting
    log = edit_log(plan)
    return bool(time) and bool(((log["time"] == time) & (log["who"] == who)).any())


def restore(
    plan: Plan, kept: Kept, *, part: bool = False
) -> tuple[tuple[Pending, ...], tuple[Edit, ...]]:
    """Make a list anew on the plan as it is now.

    Parameters
    ----------
    plan
        The plan in the file.
    kept
        What was kept.
    part
        Whether to leave out what is not possible any more, instead of refusing the whole.

    Returns
    -------
    The list, and the edits that are not possible any more.

    Raises
    ------
    PlanError
        If the plan has changed so that the list cannot go on; not with `part`.
    """
    same = state_id(plan).partition(":")[2] == kept.base.state.partition(":")[2]
    if part or same:
        return rebuild_pending(plan, (), kept.edits)
    return transfer_edits(plan, kept.base, kept.edits), ()


def _read(path: Path) -> str | None:
    """Read the text of a list; None when the file is gone, "" when it can be none."""
    try:
        size = path.stat().st_size
        return path.read_text(encoding="utf-8") if size <= MOST_MB * 2**20 else ""
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        return ""
    except OSError as error:
        raise LayerFileError(
            f"Cannot read the pending changes in {str(path)!r}: {error.strerror}. Allow the app "
            "to read it.",
            f"无法读取待定调整{quoted(path)}：{error.strerror}。请允许程序读取该文件。",
        ) from None


def _prefix(account: str) -> str:
    """Begin the names of a planner's files; accounts may hold signs that no file name may."""
    mark = hashlib.sha256(account.encode()).hexdigest()[:12] if account else "local"
    return f"{DRAFT}-{mark}-"


def _kept(values: Any, account: str) -> Kept:
    if values["format"] != FORMAT or values["account"] != account:
        raise ValueError("another format or another planner")
    state, entries = values["state"], values["entries"]
    if not (isinstance(state, str) and state.partition(":")[0].isdecimal()):
        raise ValueError("no state")
    time, who = values["accepting"]
    edits = []
    for edit, created in values["edits"]:
        if not all(isinstance(code, str) for code in created):
            raise ValueError("no codes")
        edits.append((edit_of(edit), tuple(created)))
    dropped = tuple(edit_of(edit) for edit in values["dropped"])
    return Kept(Base(state, str(entries)), tuple(edits), dropped, (str(time), str(who)))
