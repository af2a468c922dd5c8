"""Reading a plan from its file, which stays as it is, with all that lies beside it.

What is read is proven by the digests in the file: a plan that came back otherwise than it was
written is never opened as if nothing had been.
"""

import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd
import pyarrow as pa
from shapely.errors import ShapelyError

from gridmap.plan.plan import Plan
from gridmap.rules import parse_rules
from gridmap.store.changed.proven import remember
from gridmap.store.contract import contract_faults
from gridmap.store.digest import changed_columns, digests_of, newer_format
from gridmap.store.earlier import with_what_it_lacks
from gridmap.store.faults import ANEW, ANEW_ZH, columns_told, made_by_newer, plan_changed
from gridmap.store.form import (
    DIGESTED,
    DIGESTS,
    FORMAT,
    FORMAT_KEY,
    GIVE_PLAN,
    GIVE_PLAN_ZH,
    LAYERS,
    LIBRARY_ERRORS,
    OBJECTS_SINCE,
    OPTIONAL,
    OPTIONAL_TABLES,
    TABLES,
    TEXTS,
)
from gridmap.store.frames import (
    crs_in,
    read_layer,
    read_table,
    restore,
    with_later,
    with_subclass,
)
from layers.contract.errors import GridmapError, LayerFileError, quoted
from layers.files.database_files import (
    FileMark,
    InUseError,
    connect_to,
    is_busy,
    leftovers_of,
    mark_of,
    rows_of,
    still,
)
from layers.files.plain_paths import plain_path
from layers.files.reader_faults import reason_zh

__all__ = ["READ_ERRORS", "Stored", "check_draft", "load_plan", "read_place"]

T = TypeVar("T")

# A damaged file, or one that somebody else has edited, fails in any of these ways.
READ_ERRORS = (
    sqlite3.Error,
    *LIBRARY_ERRORS,
    ShapelyError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    NotImplementedError,  # shapes of a kind that nobody can read
    pa.ArrowException,  # texts that are none
)
TRIES = 5  # of reading a file that is written anew at the same time
PAUSE_S = 0.1  # before a file that was just being replaced is opened again


@dataclass(frozen=True)
class Stored:
    """What a file holds: tables with the columns that were written, not those of later versions."""

    frames: Mapping[str, pd.DataFrame]
    texts: Mapping[str, pd.DataFrame]
    receipt: dict[str, str]
    format: int
    crs: Mapping[str, str]
    digests: pd.DataFrame | None  # None in plans of versions that wrote none

    def changed(self) -> dict[str, list[str]]:
        """Say in which tables which columns are not as they were written."""
        if self.digests is None:
            return {}
        found = {
            name: (len(frame), digests_of(frame, name, crs=self.crs.get(name, "")))
            for name, frame in {**self.frames, **self.texts}.items()
        }
        return changed_columns(found, self.digests)


def load_plan(path: Path | str) -> Plan:
    """Read a plan that `save_plan` wrote; what another program left beside it is read with it.

    Parameters
    ----------
    path
        A plan of this or any earlier format. Neither it nor what lies beside it is changed.

    Returns
    -------
    The plan, whose digests agree with its content.

    Raises
    ------
    InUseError
        If another program is writing it.
    PlanChangedError
        If it is damaged, or another program has changed it.
    LayerFileError
        If there is no such file, it is not a plan, or a newer gridmap wrote it.
    """
    before = _seen_mark(path)
    plan, held = read_place(Path(path), _load)
    untouched = before is not None and before == _seen_mark(path)
    if held is not None and untouched and not leftovers_of(path):
        remember(before, held)
    return plan


def _seen_mark(path: Path | str) -> FileMark | None:
    """Give the mark of a file; of one that cannot be read, whoever reads it says why."""
    with suppress(OSError):
        return mark_of(path)
    return None


def read_place(path: Path, read: Callable[[Path, Path], T]) -> T:
    """Read a file, from a copy where another program has left something beside it.

    Parameters
    ----------
    path
        The file.
    read
        Gets the file to read from, and `path` for its words. It is called again when the file was
        written anew meanwhile.

    Raises
    ------
    InUseError
        If another program is writing it.
    LayerFileError
        If there is no such file, or it cannot be read.
    """
    _require_file(path)
    for turn in range(TRIES):
        mark = None
        try:
            mark = mark_of(path)
            with still(path) as source:
                return read(source, path)
        except READ_ERRORS as error:
            if _is_another(path, mark) and turn < TRIES - 1:
                time.sleep(PAUSE_S * (turn + 1))
                continue
            told = _told(error, path)
            if leftovers_of(path) and not isinstance(told, InUseError):
                told = _told_with_leftovers(told, path, read)
            raise told from None
    raise AssertionError


def check_draft(draft: Path) -> None:
    """Be sure that a file that was just written comes back as it went in.

    Raises
    ------
    sqlite3.DatabaseError
        If it does not.
    """
    changed = _read(draft, draft).changed()
    if changed:
        raise sqlite3.DatabaseError(f"not as written: {columns_told(changed)}")


def _load(source: Path, path: Path) -> tuple[Plan, Mapping[str, pd.DataFrame] | None]:
    """Read a plan, and give its tables again where they are those of the file to the column."""
    stored = _read(source, path)
    changed = stored.changed()
    frames = {name: with_later(frame, name) for name, frame in stored.frames.items()}
    frames["grids"] = with_subclass(frames["grids"], frames["patches"])
    faults = contract_faults(frames)
    reasons = [_first_of([(fault.en, fault.zh) for fault in faults])] if faults else []
    if changed:
        told = columns_told(changed)
        reasons.append((f"Not as gridmap wrote it: {told}.", f"与 gridmap 写入时不同的有 {told}。"))
    if reasons:
        whole, whole_zh = zip(*reasons, strict=True)
        raise plan_changed(path, " ".join(whole), "".join(whole_zh))
    rules_text = str(stored.texts["rules"]["text"].iloc[0])
    rules = parse_rules(rules_text, source=f"{path.name}, table rules")
    plan = Plan(rules=rules, rules_text=rules_text, receipt=stored.receipt, **frames)
    if stored.format < OBJECTS_SINCE:
        return with_what_it_lacks(plan, stored.format), None
    own = {name: getattr(plan, name) for name in stored.frames}
    same = all(list(own[name]) == list(frame) for name, frame in stored.frames.items())
    same = same and own["grids"]["subclass"].equals(stored.frames["grids"]["subclass"])
    return plan, own if same and stored.format == FORMAT and stored.digests is not None else None


def _read(source: Path, path: Path) -> Stored:
    with closing(connect_to(source)) as base:
        receipt, written, has_digests = _read_receipt(base, path)
        names = (*TEXTS, *([DIGESTS] if has_digests else []))
        texts = {name: read_table(base, name).drop(columns="fid").astype("str") for name in names}
        described = texts["frame_columns"]
        told = set(described["table_name"])
        layers = [*LAYERS, *(name for name in OPTIONAL if name in told)]
        tables = [*TABLES, *(name for name in OPTIONAL_TABLES if name in told)]
        crs = {name: crs_in(base, name) for name in layers}
    frames = {}
    with plain_path(source) as file:
        for name in (*layers, *tables):
            plain, shapes = read_layer(file, name, shapes=name in layers)
            own = described[described["table_name"] == name]
            frames[name] = restore(plain, shapes, own, name, path)
    digests = texts.pop(DIGESTS, None)
    return Stored(frames, texts, receipt, written, crs, digests)


def _read_receipt(base: sqlite3.Connection, path: Path) -> tuple[dict[str, str], int, bool]:
    """Read the receipt, the format, and whether there are digests.

    A file that is no plan is refused, and one that a newer gridmap wrote.
    """
    # A view is no table: it may show anything, and without end.
    listed = rows_of(base, "SELECT name FROM sqlite_master WHERE type = 'table'")[1]
    found = {name for (name,) in listed}
    wanted = (*LAYERS, *TABLES, *TEXTS)
    missing = [name for name in wanted if name not in found]
    # One layer of such a name makes no plan; all but the receipt were one once.
    if "receipt" in missing and len(missing) > len(wanted) // 2:
        raise LayerFileError(
            f"{str(path)!r} is not a plan of gridmap: it has no table 'receipt'. {GIVE_PLAN}",
            f"{quoted(path)}不是 gridmap 方案：缺少“receipt”表。{GIVE_PLAN_ZH}",
        )
    if "receipt" in missing:
        raise _lacking(path, missing)
    frame = read_table(base, "receipt")[["key", "value"]]
    newer = newer_format(frame, read_table(base, DIGESTS) if DIGESTS in found else None)
    receipt = dict(frame.itertuples(index=False))
    written = str(receipt.pop(FORMAT_KEY, ""))
    if not written.isdecimal():
        raise LayerFileError(
            f"{str(path)!r} is not a plan of gridmap: its receipt has no {FORMAT_KEY!r}. "
            f"{GIVE_PLAN} If it was one, {ANEW[0].lower()}{ANEW[1:]}",
            f"{quoted(path)}不是 gridmap 方案：“receipt”表缺少“{FORMAT_KEY}”。{GIVE_PLAN_ZH}"
            f"如果它曾是方案，{ANEW_ZH}",
        )
    if newer:
        raise made_by_newer(path, newer)
    if DIGESTS not in found and int(written) >= DIGESTED:
        missing.append(DIGESTS)
    if missing:
        raise _lacking(path, missing)
    return receipt, int(written), DIGESTS in found


def _lacking(path: Path, missing: list[str]) -> LayerFileError:
    return LayerFileError(
        f"The plan {str(path)!r} lacks the tables {', '.join(map(repr, missing))}. {ANEW}",
        f"方案{quoted(path)}缺少表{quoted(*missing)}。{ANEW_ZH}",
    )


def _is_another(path: Path, mark: FileMark | None) -> bool:
    """Whether a file was written anew since its mark was taken."""
    try:
        return mark is not None and mark_of(path) != mark
    except OSError:  # nobody may read it
        return False


def _require_file(path: Path) -> None:
    what, what_zh = "does not exist", "不存在"
    try:
        if path.is_file():
            return
        if path.is_dir():
            what, what_zh = "is a folder", "是文件夹"
        elif path.exists():
            what, what_zh = "is not an ordinary file", "不是普通文件"
    except OSError as error:  # a name too long, a folder that nobody may enter
        what, what_zh = f"cannot be opened: {error.strerror}", f"无法打开：{reason_zh(error)}"
    raise LayerFileError(
        f"The plan {str(path)!r} {what}. {GIVE_PLAN}",
        f"方案{quoted(path)}{what_zh}。{GIVE_PLAN_ZH}",
    )


def _told(error: BaseException, path: Path) -> GridmapError:
    """Say why a plan cannot be read; a file that another program holds is not damaged."""
    if isinstance(error, GridmapError):
        return error
    if is_busy(error) or _is_held(path):
        return InUseError(path)
    if isinstance(error, OSError):
        why, why_zh = error.strerror or str(error), reason_zh(error)
        # What another program left beside the plan may be what nobody may read.
        which = Path(error.filename or path)
        beside, beside_zh = "", ""
        if which.name in {one.name for one in leftovers_of(path)}:
            beside, beside_zh = f" together with {which.name!r}", f"及旁边的{quoted(which.name)}"
        return LayerFileError(
            f"The plan {str(path)!r} cannot be read{beside}: {why}. Allow reading it, or look at "
            "the disk.",
            f"方案{quoted(path)}{beside_zh}无法读取：{why_zh}。请开放读取权限，或检查磁盘。",
        )
    return LayerFileError(
        f"The plan {str(path)!r} cannot be read: {error}. It is damaged or not a plan. {ANEW}",
        f"方案{quoted(path)}无法读取：{reason_zh(error)}。文件已损坏，或不是方案。{ANEW_ZH}",
    )


def _told_with_leftovers(
    told: GridmapError, path: Path, read: Callable[[Path, Path], T]
) -> GridmapError:
    """Say so when it is what another program left beside the file that is not as it was."""
    names = [one.name for one in leftovers_of(path)]
    try:
        with still(path, alone=True) as source:
            read(source, path)
    except READ_ERRORS:
        return told
    listed = ", ".join(map(repr, names))
    what, what_zh = getattr(told, "what", None) or (str(told), told.zh)
    return plan_changed(
        path,
        f"the file itself is as gridmap wrote it, but not together with {listed}, which another "
        f"program left beside it: {what} If nobody meant to change the plan by another program, "
        "move that to another folder.",
        f"文件本身与 gridmap 写入时相同，但与其他程序留在旁边的{quoted(*names)}合在一起后不同："
        f"{what_zh}如果没有人有意用其他程序修改方案，请把它移到别的文件夹。",
    )


def _is_held(path: Path) -> bool:
    try:
        with closing(connect_to(path, wait_s=0)) as base:
            rows_of(base, "SELECT count(*) FROM sqlite_master")
    except (sqlite3.Error, ValueError) as error:
        return is_busy(error)
    return False


def _first_of(told: list[tuple[str, str]]) -> tuple[str, str]:
    (en, zh), rest = told[0], len(told) - 1
    if not rest:
        return en, zh
    return f"{en} Faults more of this kind: {rest}.", f"{zh}类似问题另有 {rest} 处。"
