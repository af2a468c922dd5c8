"""The log of edits in a plan file, whatever else is wrong: lost entries keep their number."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from gridmap.store.faults import made_by_newer
from gridmap.store.order import Loss, lost_table
from gridmap.store.reading import read_place
from gridmap.store.salvage import Salvage
from gridmap.store.verifying import newer_than_ours, salvaged_from, verified
from layers.contract.columns import EDITS, empty_frame, with_dtypes

__all__ = ["LOST", "SavedLog", "read_log", "salvaged_known", "whole_log"]

MOST_GONE = 1000  # entries that may be gone without a trace
LOST = "lost"  # kind of an entry of the log that cannot be read any more


@dataclass(frozen=True)
class SavedLog:
    """The log of edits as far as it can be read, and what it lacks."""

    entries: pd.DataFrame
    losses: tuple[Loss, ...]
    changed: tuple[str, ...]  # columns that are not as gridmap wrote them


def read_log(path: Path | str) -> SavedLog:
    """Read the log of edits alone, of a damaged plan too; lost entries are named as such.

    Raises
    ------
    InUseError, LayerFileError
        As `recover_plan`, but for what the log does not need.
    """
    found = salvaged_known(Path(path))
    losses: list[Loss] = []
    if found.frame("edits") is None:
        losses.append(lost_table("edits"))
    entries = whole_log(found, losses)
    tables = {one.table: one.columns for one in verified(found).tables}
    return SavedLog(entries, tuple(losses), tables.get("edits", ()))


def salvaged_known(path: Path) -> Salvage:
    """Read what can be read, of a plan whose format is known."""
    found = read_place(path, lambda source, _: salvaged_from(source, path))
    newer = newer_than_ours(found)
    if newer:
        raise made_by_newer(path, newer)
    return found


def whole_log(found: Salvage, losses: list[Loss]) -> pd.DataFrame:
    """Read the log, with an entry in the place of each that is lost: no number is given twice."""
    frame, lost = found.frame("edits"), 0
    if "edits" in found.tables:
        lost = found.tables["edits"].lost
    if frame is None or not set(EDITS) <= set(frame.columns):
        frame = empty_frame(EDITS, index="edit_id")
    log = with_dtypes(frame, EDITS)
    known = log.index.str.fullmatch(r"E\d{6}") & ~log.index.duplicated()
    log = log[known.astype(bool)]
    numbers = log.index.str[1:].astype("int64")
    # Numbers are given one after another: one far beyond all that were is damage.
    log = log[numbers <= len(frame) + lost + MOST_GONE]
    last = max([len(frame) + lost, *log.index.str[1:].astype("int64")])
    wanted = [f"E{number:06d}" for number in range(1, last + 1)]
    whole = log.reindex(pd.Index(wanted, dtype="str", name="edit_id"))
    gone = (whole["kind"].isna() | (whole["kind"] == LOST)).to_numpy()
    whole = with_dtypes(whole, EDITS)
    whole["kind"] = whole["kind"].where(~gone, LOST)
    torn = ~gone & ~whole["rows"].map(_is_json).to_numpy(dtype=bool)
    whole["rows"] = whole["rows"].where(~torn, "")
    losses += _lost_entries(whole.index, gone)
    losses += [
        Loss(
            "edits", str(key), f"What entry {key} of the log replaced is lost: no undo of it.",
            f"调整记录 {key} 替换掉的内容已丢失，不能撤销。",
        )
        for key in whole.index[torn]
    ]  # fmt: skip
    return whole


def _lost_entries(keys: pd.Index, gone: np.ndarray) -> list[Loss]:
    """Name the entries that are lost, one sentence for all that follow one another."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], gone, [False]]).astype(int)))
    losses = []
    for first, end in steps.reshape(-1, 2):
        one, last, count = str(keys[first]), str(keys[end - 1]), int(end - first)
        if count == 1:
            told = (f"Entry {one} of the log is lost.", f"调整记录 {one} 已丢失。")
        else:
            told = (
                f"Entries {one} to {last} of the log are lost: {count}.",
                f"调整记录 {one} 至 {last} 共 {count} 条已丢失。",
            )
        losses.append(Loss("edits", one, *told))
    return losses


def _is_json(text: str) -> bool:
    try:
        return not text or isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
