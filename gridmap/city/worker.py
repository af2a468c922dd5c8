"""One town planned, saved and derived of: what a worker does, in whatever process it is.

It writes the plan beside what is derived, and moves it to its place at the end: whoever is killed
on the way leaves the old plan, or the new one, and never a town that is half the one and half the
other.
"""

import hashlib
import time
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

from gridmap.city.derived import write_derived
from gridmap.city.fingerprint import plan_logic
from gridmap.city.outcomes import Outcome, read_outcome, write_outcome
from gridmap.plan.plan import Plan
from gridmap.publications import issued_beside
from gridmap.store import SUFFIX, load_plan, save_plan
from gridmap.store.plan_lock import holding_plan
from gridmap.town import load_town
from gridmap.workflow.workflow import plan_town
from layers.contract.errors import GridmapError, Named, PlanError
from layers.files.atomic import cannot_write, flush, move_over, watched_write
from layers.files.database_files import FileMark, alone_with, mark_of, require_unchanged, settle

__all__ = [
    "Task",
    "carry_out",
    "derive_again",
    "digest_of",
    "draft_plan",
    "finish",
    "make",
    "place",
]

NEXT = f"next{SUFFIX}"  # the new plan until it is in its place
_CHUNK = 2**20
_KEPT = Named(
    "Its plan was edited after the new one was begun, so the edited one is kept. Plan it anew by "
    "name ('--anew'), and lose the edits.",
    "新方案开始编制后，原方案又有修改，故保留修改后的方案。如需重新划分并放弃修改，"
    "请用 --anew 指定该镇。",
)


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
    before
        SHA-256 of the plan that is there, which alone may be replaced; "" for none.
    logic
        Digest of the sources that `inputs` counts on: a worker that has others plans nothing.
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
    before: str = ""
    logic: str = ""


def carry_out(task: Task) -> Outcome:
    """Plan a town, or derive of its plan; a fault is an outcome, never an error.

    Returns
    -------
    The outcome, which also lies in the folder of what is derived.
    """
    return place(task, make(task))


def make(task: Task) -> Outcome:
    """Make the plan of a town and what is derived of it, or only that; a fault is an outcome.

    Returns
    -------
    The outcome; with a plan that is still to be put in its place it is ``placing``.
    """
    derived = Path(task.derived)
    derived.mkdir(parents=True, exist_ok=True)
    begun, cpu = time.perf_counter(), time.process_time()
    try:
        _require_logic(task)
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
    return replace(outcome, costs=costs)


def place(task: Task, outcome: Outcome) -> Outcome:
    """Keep the outcome of a town, and put a plan that was made in its place."""
    write_outcome(Path(task.derived), outcome)
    return _placed(task, outcome) if outcome.state == "placing" else outcome


def _require_logic(task: Task) -> None:
    if task.logic not in ("", plan_logic()):
        raise PlanError(
            "The program of this worker is another one than that of the run: it was updated "
            "meanwhile, or another version is installed there. Put one version on all machines, "
            "and start the workers and the run anew.",
            "本进程的程序与发起运行的程序不同：程序中途已更新，或该处安装的版本不同。"
            "请在所有机器上使用同一版本，重新启动各进程，再次运行。",
        )


def finish(task: Task) -> Outcome:
    """Put a plan that is made in its place, also where a worker was killed just before.

    Returns
    -------
    The outcome; with a fault where the plan in that place is another one than was looked at, and
    so was kept.

    Raises
    ------
    GridmapError
        If the plan is open in another program or cannot be written: then all is as it was, and
        can be finished later.
    """
    derived, target = Path(task.derived), Path(task.plan)
    outcome = read_outcome(derived)
    assert outcome is not None
    draft, done = derived / NEXT, replace(outcome, state="done")
    if draft.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with holding_plan(target):
            settle(target)  # what another program left beside it belongs to it
            mark, now = mark_of(target), digest_of(target)
            if now in ("", outcome.before, outcome.plan):
                _replace_plan(draft, target, mark)
            else:
                done = replace(done, inputs="", plan="", derived_of="", fault=_KEPT)
    write_outcome(derived, done)
    draft.unlink(missing_ok=True)  # last: without it the plan counts as moved
    return done


def _replace_plan(draft: Path, place: Path, mark: FileMark | None) -> None:
    try:
        with alone_with(place):
            require_unchanged(place, mark)
            with watched_write(place):
                move_over(draft, place)
            flush(place.parent)
    except OSError as error:
        raise cannot_write(place, error) from None


def _placed(task: Task, outcome: Outcome) -> Outcome:
    """Put the new plan in its place; where the old one was edited, derive of that instead."""
    try:
        done = finish(task)
    except GridmapError as error:
        # The record still says that all is made: the next run puts it in its place.
        return replace(outcome, state="failed", fault=Named(str(error), error.zh))
    if done.fault is None:
        return done
    again = carry_out(replace(task, derive_only=True, inputs=""))
    if again.state == "done":
        again = replace(again, fault=done.fault)
        write_outcome(Path(task.derived), again)
    return again


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
    return Outcome(task.town, task.code, "placing", task.inputs, digest, digest, before=task.before)


def _derive(task: Task) -> Outcome:
    before = read_outcome(Path(task.derived))
    place = Path(task.plan)
    digest = digest_of(place)
    _write_derived(load_plan(place), Path(task.derived))
    made = before.plan if before is not None else ""
    return Outcome(task.town, task.code, "done", task.inputs, made, digest)


def derive_again(plan: Path, derived: Path) -> bool:
    """Derive the tables of a town again that are damaged; False where its plan cannot be read."""
    outcome, digest = read_outcome(derived), digest_of(plan)
    if not digest:
        return False
    try:
        _write_derived(load_plan(plan), derived)
    except GridmapError:
        return False
    # Of a plan that is still to be put in its place the tables are another's: made at that end.
    if outcome is not None and outcome.state != "placing":
        write_outcome(derived, replace(outcome, derived_of=digest))
    return True


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
