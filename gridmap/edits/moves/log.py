"""The log of edits, and what follows from it: what is undone, what is locked, which codes are used.

Rows are only ever added. An undo is a row of its own; nothing that was ever logged is lost, and
after a restart everything is read from the log again.
"""

import hashlib
import json
import weakref
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from gridmap.plan.plan import Plan
from layers.contract.columns import EDITS, empty_frame, with_dtypes
from layers.contract.errors import PlanError

__all__ = [
    "STAFF_KINDS",
    "VERBS",
    "History",
    "edit_log",
    "entry_name",
    "issued_codes",
    "issued_patches",
    "joined",
    "lineage",
    "locked_grids",
    "next_edit_id",
    "read_history",
    "require_author",
    "state_id",
    "with_entry",
    "words_of",
]

SEPARATOR = ";"
# What an entry did, in English and in Chinese.
VERBS = {
    "move": ("moved", "划转"),
    "split": ("split along a line", "画线拆分"),
    "divide": ("split into parts", "均分"),
    "merge": ("merged", "合并"),
    "cut": ("cut a patch", "切分图斑"),
    "close": ("closed an exclusive grid", "撤销专属网格"),
    "import": ("imported a division", "导入划分"),
    "lock": ("locked", "锁定"),
    "unlock": ("unlocked", "解锁"),
    "post": ("posted by hand", "人工定岗"),
    "free": ("freed a post", "人工腾岗"),
    "assign": ("assigned people again", "重新定人"),
    "undo": ("took back", "撤销"),
    "redo": ("did again", "重做"),
    "lost": ("cannot be read any more", "记录已丢失"),  # of a plan recovered from a damaged file
}
# Entries that change people and no ground.
STAFF_KINDS = frozenset({"post", "free", "assign"})
# Digests of labels by frame and version, as long as somebody holds the frame.
_BEGUN: dict[tuple[int, str], Any] = {}
# What tells one entry from another; it stays as it was written.
_TELLING = ("time", "who", "why", "kind", "patches", "from_codes", "to_codes")


@dataclass(frozen=True)
class History:
    """Ids of the edits in force, in order, and of those undone that a redo would bring back."""

    done: tuple[str, ...]
    undone: tuple[str, ...]  # the last one comes back first


def edit_log(plan: Plan) -> pd.DataFrame:
    """Return the log of a plan (`layers.contract.columns.EDITS`); empty for a plan never edited."""
    if len(plan.edits) == 0:
        return _no_edits().copy(deep=False)  # who changes it changes a copy
    return plan.edits


@cache
def _no_edits() -> pd.DataFrame:
    return empty_frame(EDITS, index="edit_id")


def read_history(log: pd.DataFrame) -> History:
    """Say which edits of a log are in force."""
    done: list[str] = []
    undone: list[str] = []
    for edit_id, kind, target in zip(log.index, log["kind"], log["target"], strict=True):
        if kind == "undo":
            done.remove(target)
            undone.append(target)
        elif kind == "redo":
            undone.remove(target)
            done.append(target)
        else:
            done.append(edit_id)
            undone.clear()
    return History(tuple(done), tuple(undone))


def locked_grids(plan: Plan) -> frozenset[str]:
    """Codes of the micro-grids that are locked: they do not change."""
    log = edit_log(plan)
    kinds = log["kind"]
    if not (kinds == "lock").any():
        return frozenset()
    locked: set[str] = set()
    for edit_id in read_history(log).done:
        kind = kinds[edit_id]
        if kind == "lock":
            locked.update(words_of(log.at[edit_id, "grids"]))
        elif kind == "unlock":
            locked.difference_update(words_of(log.at[edit_id, "grids"]))
    return frozenset(locked)


def issued_codes(plan: Plan) -> set[str]:
    """Every code that was ever given to a grid: those in force, retired and undone ones too."""
    codes = set(plan.grids.index.tolist())
    for column in ("grids", "created", "retired"):
        for text in edit_log(plan)[column]:
            codes.update(words_of(text))
    if "supersedes" in plan.versions:
        for text in plan.versions["supersedes"]:
            codes.update(words_of(text))
    return codes


def issued_patches(plan: Plan) -> set[str]:
    """Every id that was ever given to a patch, those of cut and rejoined ground too."""
    ids = set(plan.patches.index.tolist())
    log = edit_log(plan)
    for text in log.loc[log["rows"].str.contains('"cuts"', regex=False), "rows"]:
        for side in json.loads(text)["cuts"].values():
            ids.update(row["patch_id"] for row in side)
    return ids


def lineage(plan: Plan) -> pd.DataFrame:
    """Say which micro-grids every new one took its ground from, by the edits in force.

    Returns
    -------
    One row a code that an edit has created, in order: `edit_id`, `time` and `supersedes`, the codes
    its ground came from, separated by ";". Codes of later edits may be retired again by now.
    """
    log = edit_log(plan)
    rows = []
    for edit_id in read_history(log).done:
        entry = log.loc[edit_id]
        came = pd.DataFrame(
            {"from": words_of(entry["from_codes"]), "to": words_of(entry["to_codes"])}
        )
        for code in words_of(entry["created"]):
            parents = sorted(set(came.loc[came["to"] == code, "from"]))
            rows.append((code, edit_id, entry["time"], joined(parents)))
    frame = pd.DataFrame(rows, columns=["code", "edit_id", "time", "supersedes"], dtype="str")
    return frame.set_index("code")


def state_id(plan: Plan) -> str:
    """Name the state of a plan: the same labels, locks, postings and version have the same name.

    It begins with the length of the log, so that what happened since can be told.
    """
    digest = _labels_digest(plan.patches, plan.rules.town.version)
    log = edit_log(plan)
    kinds = log["kind"]
    staffed = [one for one in read_history(log).done if kinds[one] in STAFF_KINDS]
    for values in (sorted(locked_grids(plan)), *([staffed] if staffed else [])):
        digest.update(_told(values))
    return f"{len(log)}:{digest.hexdigest()[:24]}"


def _labels_digest(patches: pd.DataFrame, version: str) -> Any:
    """Begin the digest of a state: frames are never changed, so that one is read only once."""
    key = (id(patches), version)
    frame, digest = _BEGUN.get(key, (None, None))
    if frame is None or frame() is not patches:
        digest = hashlib.sha256(version.encode())
        for values in (patches.index.tolist(), patches["grid_code"].tolist()):
            digest.update(_told(values))
        _BEGUN[key] = weakref.ref(patches, lambda _: _BEGUN.pop(key, None)), digest
    return digest.copy()


def _told(values: list[str]) -> bytes:
    return b"\x00" + "\x1f".join(values).encode()


def entry_name(log: pd.DataFrame, edit_id: str) -> str:
    """Name an entry so that no entry of another log has the name.

    Ids begin anew with every division; who did what when does not come twice. Records beside the
    plan that outlive it, such as comments, name an entry so.
    """
    row = log.loc[edit_id]
    told = [edit_id, *(str(row[name]) for name in _TELLING)]
    return f"{edit_id}:{hashlib.sha256(chr(0x1F).join(told).encode()).hexdigest()[:16]}"


def next_edit_id(log: pd.DataFrame) -> str:
    """Id of the next row of a log."""
    return f"E{len(log) + 1:06d}"


def with_entry(log: pd.DataFrame, **entry: Any) -> pd.DataFrame:
    """Add one row to a log; columns not given are ""."""
    row = pd.DataFrame(
        [{name: entry.get(name, "") for name in EDITS}],
        index=pd.Index([next_edit_id(log)], dtype="str", name="edit_id"),
    )
    return with_dtypes(pd.concat([log[list(EDITS)], row]), EDITS)


def require_author(who: str, when: str) -> None:
    """Refuse an entry of the log without a name or a time."""
    if not who.strip() or not when.strip():
        raise PlanError(
            f"The log needs to know who changes the plan and when. Found: {who!r}, {when!r}. Give "
            "a name and an ISO date and time.",
            f"调整记录须注明操作人和时间。目前为“{who}”、“{when}”。请填写姓名与时间。",
        )


def joined(words: Any) -> str:
    """Lay codes out as one text."""
    return SEPARATOR.join(words)


def words_of(text: str) -> list[str]:
    """Read codes from one text."""
    return text.split(SEPARATOR) if text else []
