"""One town planned, saved and derived of: what a worker does, in whatever process it is.

It writes the plan beside what is derived, and moves it to its place at the end: whoever is killed
on the way leaves the old plan, or the new one, and never a town that is half the one and half the
other.
"""

import hashlib
import os
import time
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

from gridmap.city.derived import write_derived
from gridmap.city.outcomes import Outcome, read_outcome, write_outcome
from gridmap.plan.plan import Plan
from gridmap.publications import issued_beside
from gridmap.store import SUFFIX, load_plan, save_plan
from gridmap.store.plan_lock import holding_plan
from gridmap.town import load_town
from gridmap.workflow.workflow import plan_town
from layers.contract.errors import GridmapError, Named

__all__ = ["Task", "carry_out", "digest_of", "draft_plan", "finish"]

NEXT = f"next{SUFFIX}"  # the new plan until it is in its place
_CHUNK = 2**20


@dataclass(frozen=True)
class Task:
    """What is to be done for a town; plain values, so that it can be sent anywhere.

    Attributes
    ----------
    town, code
        Name and code.
    folder, plan, derived
        Paths: its layers, its plan, the folder of what is derived.
    rules_text
        Merged rules.
    inputs
        Digest of what the plan depends on.
    derive_only
        The plan is right, or has been edited by hand: only what is derived of it is made.
    size
        Bytes of the layers: large towns are begun first.
    """

    town: str
    code: str
    folder: str
    plan: str
    derived: str
    rules_text: str
    inputs: str
    derive_only: bool = False
    size: int = 0


def carry_out(task: Task) -> Outcome:
    """Plan a town, or derive of its plan; a fault is an outcome, never an error.

    Returns
    -------
    The outcome, which also lies in the folder of what is derived.
    """
    derived = Path(task.derived)
    derived.mkdir(parents=True, exist_ok=True)
    begun, cpu = time.perf_counter(), time.process_time()
    try:
        outcome = _derive(task) if task.derive_only else _plan(task)
    except GridmapError as error:
        outcome = _failed(task, Named(str(error), error.zh))
    except Exception:
        fault = Named(
            "The program is at fault; the log of the town says where. Please report it.",
            "程序出错，详见该镇日志。请报告此问题。",
        )
        outcome = _failed(task, fault, traceback.format_exc())
    costs = {
        "wall_s": round(time.perf_counter() - begun, 3),
        "cpu_s": round(time.process_time() - cpu, 3),
        "memory_mb": _most_memory_mb(),
    }
    outcome = replace(outcome, costs=costs)
    write_outcome(derived, outcome)
    return finish(task) if outcome.state == "placing" else outcome


def finish(task: Task) -> Outcome:
    """Put a plan that is made in its place, also where a worker was killed just before."""
    derived, place = Path(task.derived), Path(task.plan)
    outcome = read_outcome(derived)
    assert outcome is not None
    draft = derived / NEXT
    if draft.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with holding_plan(place):
            os.replace(draft, place)
    done = replace(outcome, state="done")
    write_outcome(derived, done)
    return done


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file; "" where there is none."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return ""
    return digest.hexdigest()


def draft_plan(task: Task, draft: Path) -> Plan:
    """Make the plan of a town and save it as a draft, whose folder exists.

    Raises
    ------
    GridmapError
        If it cannot be made.
    """
    town = load_town(Path(task.folder), rules_text=task.rules_text)
    made = plan_town(replace(town, issued=issued_beside(Path(task.plan))))
    save_plan(made, draft, overwrite=True)
    return made


def _plan(task: Task) -> Outcome:
    derived = Path(task.derived)
    draft = derived / NEXT
    made = draft_plan(task, draft)
    digest = digest_of(draft)
    _write_derived(made, derived)
    return Outcome(task.town, task.code, "placing", task.inputs, digest, digest)


def _derive(task: Task) -> Outcome:
    before = read_outcome(Path(task.derived))
    place = Path(task.plan)
    digest = digest_of(place)
    _write_derived(load_plan(place), Path(task.derived))
    made = before.plan if before is not None else ""
    return Outcome(task.town, task.code, "done", task.inputs, made, digest)


def _write_derived(plan: Plan, derived: Path) -> None:
    """Write the tables; until they are whole, those of before count as out of date."""
    before = read_outcome(derived)
    if before is not None:
        write_outcome(derived, replace(before, derived_of=""))
    write_derived(plan, derived)


def _failed(task: Task, fault: Named, log: str = "") -> Outcome:
    before = read_outcome(Path(task.derived))
    plan, derived_of = (before.plan, before.derived_of) if before is not None else ("", "")
    return Outcome(task.town, task.code, "failed", task.inputs, plan, derived_of, fault, log)


def _most_memory_mb() -> float:
    """Memory of this process at most; nan where the system does not say."""
    try:
        import resource
    except ImportError:
        return float("nan")
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
