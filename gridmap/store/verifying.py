"""Saying what is wrong with a plan file: tables, columns and rows, and what lies beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from gridmap.store.contract import TableFault, contract_faults
from gridmap.store.digest import changed_columns, digests_of, newer_format
from gridmap.store.faults import PlanChangedError, made_by_newer
from gridmap.store.form import (
    DIGESTS,
    FORMAT_KEY,
    LAYERS,
    TABLES,
    TEXTS,
)
from gridmap.store.others import tables_of_others
from gridmap.store.reading import READ_ERRORS, load_plan, read_place
from gridmap.store.salvage import Salvage, salvage
from layers.contract.errors import GridmapError, LayerFileError, quoted
from layers.files.database_files import is_busy, leftovers_of
from layers.files.reader_faults import reason_zh

__all__ = ["TableReport", "Verified", "format_of", "newer_than_ours", "salvaged_from", "verified",
           "verify_plan"]  # fmt: skip

State = Literal["written", "changed", "unread", "unproven"]


@dataclass(frozen=True)
class TableReport:
    """What became of one table since it was written."""

    table: str
    state: State  # as written, changed, not to be read, or nothing proves it
    rows: int
    lost: int  # rows that cannot be read
    columns: tuple[str, ...]  # those changed
    why: str = ""
    why_zh: str = ""


@dataclass(frozen=True)
class Verified:
    """What is known about a plan file."""

    format: str  # "" when the receipt does not say
    proven: bool  # whether it carries digests
    tables: tuple[TableReport, ...]
    faults: tuple[TableFault, ...]
    beside: tuple[str, ...]  # files of another program, read together with it
    others: tuple[str, ...]  # tables of other programs in it
    refused: tuple[str, str] | None = None  # why it does not open, in both languages
    newer: bool = False  # whether a newer gridmap wrote it

    @property
    def is_sound(self) -> bool:
        """Whether gridmap opens it: nothing changed, nothing lost, nothing against the contract."""
        states = {one.state for one in self.tables}
        whole = not self.faults and states <= {"written", "unproven"}
        return whole and self.refused is None


def verify_plan(path: Path | str) -> Verified:
    """Look at every table of a plan file; nothing is changed.

    Raises
    ------
    InUseError
        If another program is writing it.
    LayerFileError
        If there is no such file, or nothing of it can be read.
    """
    target = Path(path)
    found = read_place(target, lambda source, _: salvaged_from(source, target))
    report = verified(found, beside=[one.name for one in leftovers_of(target)])
    newer = newer_than_ours(found)
    if newer:
        error = made_by_newer(target, newer)
        return replace(report, refused=(str(error), error.zh), newer=True)
    try:
        # The index of a file may be spoiled where its rows are not.
        load_plan(target)
    except PlanChangedError as error:
        return report if not report.is_sound else replace(report, refused=(str(error), error.zh))
    except GridmapError as error:
        return replace(report, refused=(str(error), error.zh))
    return report


def salvaged_from(source: Path, path: Path) -> Salvage:
    """Read what can be read of a plan; refuse a file of which that is nothing."""
    try:
        found = salvage(source)
    except READ_ERRORS as error:
        if isinstance(error, GridmapError | OSError) or is_busy(error):
            raise
        raise _nothing(path, str(error), reason_zh(error)) from None
    if not found.listed.intersection((*LAYERS, *TABLES)):
        why = found.torn or ("" if path.stat().st_size else "it is empty")
        if why:
            raise _nothing(path, why, reason_zh(ValueError(why)) if found.torn else "文件为空")
        raise LayerFileError(
            f"{str(path)!r} is not a plan of gridmap: it has none of its tables. Give a file that "
            "'python -m gridmap plan' has made. If it was one, keep it, and take a copy of it from "
            "before.",
            f"{quoted(path)}不是 gridmap 方案：没有方案的任何表。请给出由 python -m gridmap plan "
            "生成的文件。如果它曾是方案，请保留该文件，并取用先前的备份。",
        )
    return found


def _nothing(path: Path, why: str, why_zh: str) -> LayerFileError:
    return LayerFileError(
        f"Nothing can be read of {str(path)!r}: {why}. Keep the file, and take a copy of it from "
        "before.",
        f"{quoted(path)}中没有内容能读出：{why_zh}。请保留该文件，并取用先前的备份。",
    )


def newer_than_ours(found: Salvage) -> str:
    """Give the format of a plan that a newer gridmap wrote; "" for any other."""
    receipt = found.frame("receipt")
    if receipt is None or not {"key", "value"} <= set(receipt.columns):
        return ""
    return newer_format(receipt, found.digests)


def verified(found: Salvage, *, beside: Iterable[str] = ()) -> Verified:
    """Compare what was read with what was written."""
    format_ = format_of(found)
    changed = _changed(found)
    needed = [name for name in (*LAYERS, *TABLES, *TEXTS) if name not in found.tables]
    reports = [_report(found, name, changed) for name in (*found.tables, *needed)]
    if DIGESTS in changed or (found.digests is None and format_ not in ("", "1")):
        columns = tuple(changed.get(DIGESTS, ()))
        state: State = "changed" if found.digests is not None else "unread"
        reports.append(TableReport(DIGESTS, state, _length(found.digests), 0, columns))
    frames = {
        name: one.frame
        for name, one in found.tables.items()
        if one.frame is not None and name not in TEXTS
    }
    return Verified(
        format=format_,
        proven=found.digests is not None,
        tables=tuple(reports),
        faults=tuple(contract_faults(frames)),
        beside=tuple(beside),
        others=tuple(tables_of_others(found.listed)),
    )


def _length(frame: pd.DataFrame | None) -> int:
    return 0 if frame is None else len(frame)


def format_of(found: Salvage) -> str:
    """Give the format that the receipt names; "" when it does not."""
    receipt = found.frame("receipt")
    if receipt is None or not {"key", "value"} <= set(receipt.columns):
        return ""
    told = receipt.loc[receipt["key"] == FORMAT_KEY, "value"]
    return str(told.iloc[0]) if len(told) else ""


def _changed(found: Salvage) -> dict[str, list[str]]:
    if found.digests is None:
        return {}
    now = {
        name: (len(one.frame), digests_of(one.frame, name, crs=found.crs.get(name, "")))
        for name, one in found.tables.items()
        if one.frame is not None
    }
    try:
        return changed_columns(now, found.digests)
    except LookupError:  # the table of digests has lost a column itself
        return {DIGESTS: ["*"]}


def _report(found: Salvage, name: str, changed: dict[str, list[str]]) -> TableReport:
    one = found.tables.get(name)
    if one is None or one.frame is None:
        why = one.why if one else "there is no such table"
        why_zh = one.why_zh if one else "没有这个表"
        return TableReport(name, "unread", 0, one.lost if one else 0, (), why, why_zh)
    columns = tuple(dict.fromkeys([*one.gone, *changed.get(name, ())]))
    state: State = "written"
    if columns or one.lost:
        state = "changed"
    elif found.digests is None:
        state = "unproven"
    return TableReport(name, state, len(one.frame), one.lost, columns, one.why, one.why_zh)
