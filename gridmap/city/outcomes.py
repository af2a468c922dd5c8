"""What became of a town the last time it was planned, kept beside what is derived of its plan.

The file is written last, so that a town whose worker was killed counts as not done. Between plan
and catalogue there is one state more, `placing`: all is made and only has to be put in its place.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from layers.contract.errors import Named
from layers.files.atomic import write_atomically

__all__ = ["OUTCOME", "Outcome", "read_outcome", "write_outcome"]

OUTCOME = "outcome.json"
State = Literal["placing", "done", "failed"]


@dataclass(frozen=True)
class Outcome:
    """The last outcome of a town.

    Attributes
    ----------
    town, code
        Name of its folder, and its code; "" where its rules cannot be read.
    state
        ``done``, ``failed``, or ``placing`` where a worker was killed at the very end.
    inputs
        Digest of what the plan was made of (`gridmap.city.fingerprint`).
    plan
        SHA-256 of the file of the plan as it was made.
    derived_of
        SHA-256 of the file that the derived tables were made of; another one than `plan` after
        edits.
    fault
        Why it failed, or why the plan that is there was kept, in English and Chinese.
    log
        The traceback, where the program itself is at fault.
    costs
        Wall and CPU seconds, and megabytes of memory at most: of this run, and never in the
        catalogue, which is the same whoever computed it.
    before
        SHA-256 of the plan that the new one was made to replace; "" for none.
    """

    town: str
    code: str
    state: State
    inputs: str
    plan: str = ""
    derived_of: str = ""
    fault: Named | None = None
    log: str = ""
    costs: Mapping[str, float] = field(default_factory=dict)
    before: str = ""


def write_outcome(folder: Path, outcome: Outcome) -> None:
    """Keep an outcome in the folder of what is derived of a town."""
    told: dict[str, Any] = asdict(outcome)
    if outcome.fault is not None:
        told["fault"] = {"en": str(outcome.fault), "zh": outcome.fault.zh}
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    write_atomically(folder / OUTCOME, text.encode(), overwrite=True)


def read_outcome(folder: Path) -> Outcome | None:
    """Give the last outcome; None where there is none, or none that can be read."""
    try:
        told = json.loads((folder / OUTCOME).read_text(encoding="utf-8"))
        fault = told.pop("fault")
        known = {one.name for one in fields(Outcome)}
        return Outcome(
            **{key: value for key, value in told.items() if key in known},
            fault=Named(fault["en"], fault["zh"]) if fault else None,
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None  # as if it had never been planned: it is derived, and made anew
