"""Named drafts of rules: changes to the rules of a town that are kept and not in force.

They lie in one file in the store of trials of the town. A draft holds changes by dotted key and not
a whole file, so that it stays right when other rules of the town are changed.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from layers.contract.errors import UsageError, quoted
from layers.files.atomic import watched_write, write_atomically

__all__ = ["LONGEST_NAME", "RulesDraft", "drop_draft", "read_drafts", "save_draft"]

LONGEST_NAME = 30
_FILE = "rules-drafts.json"


@dataclass(frozen=True)
class RulesDraft:
    """Changes to the rules of a town under a name."""

    name: str
    changes: Mapping[str, Any]  # by dotted key; None takes the key out


def read_drafts(store: Path) -> list[RulesDraft]:
    """Give the drafts of a store, in the order they were made in; a damaged file counts as none."""
    try:
        rows = json.loads((store / _FILE).read_text(encoding="utf-8"))
        return [RulesDraft(str(row["name"]), dict(row["changes"])) for row in rows]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def save_draft(store: Path, draft: RulesDraft) -> None:
    """Keep a draft; one of the same name is replaced.

    Parameters
    ----------
    store
        Folder of trials of the town (`gridmap.ui.shell.towns.trial_store`).
    draft
        The draft.

    Raises
    ------
    UsageError
        If the name is empty or too long, or nothing is changed.
    LayerFileError
        If the folder cannot be written.
    """
    name = " ".join(draft.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise UsageError(
            f"A draft needs a name of 1 to {LONGEST_NAME} signs; found {len(name)}. Give it one.",
            f"规则草稿须有名称，最多 {LONGEST_NAME} 个字，现为 {len(name)} 个。请填写名称。",
        )
    if not draft.changes:
        raise UsageError(
            f"The draft {name!r} would change nothing. Change a value first.",
            f"草稿{quoted(name)}没有改动任何规则。请先改动一个数值。",
        )
    kept = [one for one in read_drafts(store) if one.name != name]
    _write(store, [*kept, RulesDraft(name, draft.changes)])


def drop_draft(store: Path, name: str) -> None:
    """Delete a draft; one that is not there is no fault."""
    _write(store, [one for one in read_drafts(store) if one.name != name])


def _write(store: Path, drafts: list[RulesDraft]) -> None:
    with watched_write(store):
        store.mkdir(parents=True, exist_ok=True)
        rows = [asdict(one) for one in drafts]
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        write_atomically(store / _FILE, text.encode(), overwrite=True)
