"""Deleted plans: moved to a hidden folder with all that lies beside them, and brought back.

Where the plan file lies decides. It is moved in one step of the file system: before that step the
plan is where it was, after it it is deleted (or back). What lies beside it follows; a crash in
between is made good by the next look into the wastebasket. Nothing is ever thrown away but by
`empty`, and only what has been there for `KEEP_DAYS`.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from gridmap.access.behalf import seen_of
from gridmap.access.scope.places import BIN, BIN_RECORD
from gridmap.access.sidecar import write_private
from gridmap.plan_store import require_as_seen
from gridmap.store.form import SUFFIX
from gridmap.store.glance import Glance, glance, refuse_frozen, stem_of
from gridmap.store.plan_lock import holding_plan
from gridmap.versions.places import companions, holding_free_place, throw_away
from layers.contract.errors import LayerFileError, PlanError, UsageError, quoted
from layers.disks.local_only import require_local
from layers.files.atomic import move_over, move_to_free, watched_write, watching_writes
from layers.files.database_files import alone_with
from layers.files.drafts import sweep_drafts
from layers.files.locks import LockTimeout, take_lock
from layers.files.reader_faults import reason_zh

__all__ = ["FOLDER", "KEEP_DAYS", "Deleted", "delete", "deleted_plans", "empty",
           "restore"]  # fmt: skip

FOLDER = BIN  # beside the plans; hidden folders hold no plans for the app
KEEP_DAYS = 30
_RECORD = BIN_RECORD
_KEY = re.compile(r"\d{8}-\d{6}-\d{3}")
_WAIT_S = 10.0
_MOST_BYTES = 100_000  # of a record


@dataclass(frozen=True)
class Deleted:
    """A deleted plan.

    Attributes
    ----------
    key
        Name of its folder in the wastebasket.
    place
        Where it lay, below the folder of plans, with "/".
    who, when
        Who deleted it, and the ISO time.
    beside
        Names of the files that lay beside it.
    state
        "deleting", "deleted" or "restoring".
    restored_to
        Where it is being brought back to; "" else.
    """

    key: str
    place: str
    who: str
    when: str
    beside: tuple[str, ...] = ()
    state: str = "deleting"
    restored_to: str = ""

    @property
    def name(self) -> str:
        """Name of the plan file."""
        return PurePosixPath(self.place).name

    def days(self, today: date) -> int:
        """How many days it has been in the wastebasket."""
        return max((today - datetime.fromisoformat(self.when).date()).days, 0)


def delete(
    path: Path, folder: Path, *, who: str, when: str, expected: str | None = None
) -> Deleted:
    """Move a plan into the wastebasket, with all that lies beside it.

    Parameters
    ----------
    path
        A plan in the folder.
    folder
        The folder of plans.
    who, when
        For the record: a name, an ISO date and time.
    expected
        Revision of the plan as they have seen it (`gridmap.plan_store`); None for any.

    Raises
    ------
    PlanConflictError
        If somebody else has changed the plan since.
    NetworkDiskError
        If it lies on another machine's disk.
    FrozenPlanError
        If the plan is frozen.
    UsageError
        If it does not lie in the folder, or is a link to a file elsewhere.
    InUseError, PlanBusyError
        If somebody else is writing it.
    LayerFileError
        If it cannot be moved; then it is where it was.
    """
    place = _place_of(path, folder)
    require_local(path)
    with _told(path), _alone(folder), holding_plan(path):
        _make_good(folder)
        refuse_frozen(path)
        require_as_seen(path, expected=expected)
        with watched_write(path):
            entry = Deleted(_new_key(folder, when), place, who, when, tuple(companions(path)))
            home = folder / FOLDER / entry.key
            home.mkdir(mode=0o700)
            _write(folder, entry)
            with alone_with(path):
                move_over(path, home / path.name)
        return _finish(folder, entry)


def deleted_plans(folder: Path) -> list[tuple[Deleted, Glance]]:
    """List what lies in the wastebasket, the last deleted first, with a glance at each plan.

    Plans of towns that who this is done for may not see are left out.

    What a crash left half done is made good first.

    Raises
    ------
    LayerFileError
        If the wastebasket cannot be read.
    """
    if not (folder / FOLDER).is_dir():
        return []
    with _told(folder / FOLDER), _alone(folder):
        _make_good(folder)
        entries = _entries(folder)
        seen = set(seen_of(folder / entry.place for entry in entries))
        return [
            (entry, glance(folder / FOLDER / entry.key / entry.name))
            for entry in entries
            if folder / entry.place in seen
        ]


def restore(key: str, folder: Path) -> Path:
    """Bring a deleted plan back to where it lay; under another name when that is taken.

    Returns
    -------
    Where it is now.

    Raises
    ------
    UsageError
        If there is no such plan in the wastebasket.
    LayerFileError
        If it cannot be moved; then it is still in the wastebasket.
    """
    with _told(folder / FOLDER), _alone(folder):
        _make_good(folder)
        entry = next((one for one in _entries(folder) if one.key == key), None)
        if entry is None:
            raise UsageError(
                f"There is no deleted plan {key!r}. 'python -m gridmap plans' lists those there "
                "are.",
                f"回收站中没有{quoted(key)}。可用 python -m gridmap plans 查看。",
            )
        wanted = folder / entry.place
        if not wanted.parent.exists():
            with watched_write(wanted):
                wanted.parent.mkdir(parents=True)
        home = folder / FOLDER / key
        with holding_free_place(wanted) as target, watched_write(target):
            to = target.relative_to(folder).as_posix()
            entry = replace(entry, state="restoring", restored_to=to)
            _write(folder, entry)
            for name in entry.beside:
                with suppress(FileNotFoundError):
                    os.rename(home / name, target.with_name(_renamed(name, entry, target)))
            try:
                move_to_free(home / entry.name, target)
            except OSError:
                _make_good(folder)  # such as a plan that a command has written there meanwhile
                raise
        _clear(home)
        return target


def empty(folder: Path, *, today: date, days: int = KEEP_DAYS) -> list[Deleted]:
    """Throw away for good what has been in the wastebasket for so many days.

    Parameters
    ----------
    folder
        The folder of plans.
    today
        The day.
    days
        Younger ones stay; at least 1.

    Returns
    -------
    What was thrown away: of the towns that who this is done for may see.

    Raises
    ------
    UsageError
        If `days` is less than 1.
    LayerFileError
        If it cannot be deleted.
    """
    if days < 1:
        raise UsageError(
            f"Plans stay in the wastebasket for at least 1 day; {days} was asked. Give 1 or more.",
            f"删除的方案至少保留 1 天，现为 {days} 天。请给出 1 或更大的数。",
        )
    if not (folder / FOLDER).is_dir():
        return []
    with _told(folder / FOLDER), _alone(folder):
        _make_good(folder)
        old = [entry for entry in _entries(folder) if entry.days(today) >= days]
        seen = set(seen_of(folder / entry.place for entry in old))
        old = [entry for entry in old if folder / entry.place in seen]
        for entry in old:
            home = folder / FOLDER / entry.key
            with watched_write(home):
                # The plan goes last: what is left of a crash is a deleted plan still.
                for name in (*entry.beside, entry.name, _RECORD):
                    throw_away(home / name)
                _clear(home)
        return old


def _make_good(folder: Path) -> None:
    """End what a crash left half done; where the plan lies says in which direction."""
    for entry in _entries(folder, also_gone=True):
        home = folder / FOLDER / entry.key
        if entry.state == "deleted":
            continue
        inside = (home / entry.name).exists()
        with suppress(OSError):  # stopped between two names of the one file
            if inside and (folder / entry.restored_to).samefile(home / entry.name):
                (home / entry.name).unlink()
                inside = False
        if entry.state == "deleting" and inside:
            _finish(folder, entry)
        elif entry.state == "restoring" and inside:
            target = folder / entry.restored_to
            for name in entry.beside:
                with suppress(FileNotFoundError):
                    os.rename(target.with_name(_renamed(name, entry, target)), home / name)
            _write(folder, replace(entry, state="deleted", restored_to=""))
        else:  # it was never moved here, or it is back
            _clear(home)


def _finish(folder: Path, entry: Deleted) -> Deleted:
    """Let what lay beside a plan follow it into the wastebasket, written meanwhile or before."""
    home, old = folder / FOLDER / entry.key, folder / entry.place
    late = set() if old.exists() else {*companions(old)} - {*entry.beside}
    if late:
        entry = replace(entry, beside=(*entry.beside, *sorted(late)))
        _write(folder, entry)
    for name in entry.beside:
        if not old.exists() and not (home / name).exists():
            with suppress(FileNotFoundError):
                os.rename(old.with_name(name), home / name)
    done = replace(entry, state="deleted")
    _write(folder, done)
    return done


def _clear(home: Path) -> None:
    """Remove a folder of the wastebasket that holds no plan any more; what is unknown stays."""
    sweep_drafts(home)
    (home / _RECORD).unlink(missing_ok=True)
    with suppress(OSError):
        home.rmdir()


def _renamed(name: str, entry: Deleted, target: Path) -> str:
    """Name a file beside a plan after the name that the plan comes back under."""
    return stem_of(target) + name.removeprefix(entry.name.removesuffix(SUFFIX))


def _place_of(path: Path, folder: Path) -> str:
    if path.is_symlink():
        raise UsageError(
            f"{str(path)!r} is a link to a file elsewhere. Delete the plan where it lies.",
            f"{quoted(path)}是指向别处文件的链接。请到原文件所在处删除。",
        )
    try:
        place = path.resolve().relative_to(folder.resolve())
    except ValueError:
        place = None
    if place is None or not _is_place(place.as_posix()):
        raise UsageError(
            f"{str(path)!r} is no plan in the folder {str(folder)!r}. Give one that "
            "'python -m gridmap plans' lists.",
            f"{quoted(path)}不是文件夹{quoted(folder)}中的方案。请给出 python -m gridmap plans "
            "列出的方案。",
        )
    return place.as_posix()


def _is_place(place: str) -> bool:
    """Whether a place lies below the folder of plans and is one of a plan."""
    parts = PurePosixPath(place).parts
    plain = all(not part.startswith(".") and "\\" not in part and ":" not in part for part in parts)
    return bool(parts) and plain and place.endswith(SUFFIX) and not place.startswith("/")


def _new_key(folder: Path, when: str) -> str:
    (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
    start = datetime.fromisoformat(when).strftime("%Y%m%d-%H%M%S")
    number = 0
    while (folder / FOLDER / f"{start}-{number:03d}").exists():
        number += 1
    return f"{start}-{number:03d}"


def _entries(folder: Path, *, also_gone: bool = False) -> list[Deleted]:
    """Read the records, the last deleted first; what is no record of ours is passed over."""
    found = []
    for home in sorted((folder / FOLDER).glob("*"), reverse=True):
        entry = _read(home) if _KEY.fullmatch(home.name) else None
        if entry is not None and (also_gone or (home / entry.name).exists()):
            found.append(entry)
    return found


def _read(home: Path) -> Deleted | None:
    path = home / _RECORD
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        if path.stat().st_size > _MOST_BYTES:
            return None
        told = json.loads(path.read_text(encoding="utf-8"))
        entry = Deleted(**{**told, "beside": tuple(map(str, told["beside"]))})
        datetime.fromisoformat(entry.when)
        places = [entry.place, *([entry.restored_to] if entry.restored_to else [])]
        start = entry.name.removesuffix(".gpkg") + "."
        names = all(name.startswith(start) and PurePosixPath(name).name == name
                    and "\\" not in name for name in entry.beside)  # fmt: skip
        if entry.key == home.name and all(map(_is_place, places)) and names:
            return entry
    if not path.exists():  # a crash before the record was there
        _clear(home)
    return None


def _write(folder: Path, entry: Deleted) -> None:
    text = json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True)
    # Whoever may move the plan, which is asked for that, may have it written down.
    with watching_writes(None):
        write_private(folder / FOLDER / entry.key / _RECORD, text, overwrite=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one at a time change the wastebasket."""
    (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
    try:
        held = take_lock(folder / FOLDER / ".lock", wait_s=_WAIT_S)
    except LockTimeout:
        raise PlanError(
            "Somebody else is deleting or bringing back plans, and that did not end in time. "
            "Nothing was changed; try again.",
            "他人正在删除或恢复方案，未能及时结束。没有改动任何内容，请稍后重试。",
        ) from None
    with held:
        yield


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say why files cannot be moved."""
    try:
        yield
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"{str(path)!r} cannot be moved: {why}. Allow writing in the folder, and "
            "close programs that have the file open; then try again.",
            f"无法移动{quoted(path)}：{why_zh}。请开放该文件夹的写入权限，"
            "关闭正打开该文件的程序，然后重试。",
        ) from None
