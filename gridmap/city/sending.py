"""A town sent to another machine as bytes, planned there in a folder of its own, and sent back.

Workers of a cluster need no folder in common with the machine that runs the city: that one alone
reads the towns and writes plans and catalogue, on its own disk.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from gridmap.city.derived import TABLES
from gridmap.city.outcomes import OUTCOME, Outcome, read_outcome, write_outcome
from gridmap.city.worker import NEXT, Task, make, place
from gridmap.publications.record import record_of
from gridmap.rules import parse_rules
from gridmap.town import hash_inputs
from layers.contract.errors import GridmapError, Named
from layers.files.atomic import write_atomically
from layers.files.database_files import leftovers_of
from layers.files.drafts import draft_folder, sweep_drafts

__all__ = ["Parcel", "Result", "pack", "unpack", "work_on"]

_TOWNS, _PLANS, _DERIVED = "towns", "plans", "catalogue"  # folders of the worker


@dataclass(frozen=True)
class Parcel:
    """A task with all that it reads.

    Attributes
    ----------
    task
        What is to be done; its paths are those of the sender, and say nothing to the worker.
    files
        What lies in the folders of the worker, by name.
    """

    task: Task
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Result:
    """What became of a town, with the files that were made: the plan and what is derived of it."""

    outcome: Outcome
    files: Mapping[str, bytes]


def pack(task: Task) -> Parcel:
    """Read what a town is planned from: its files, and what is known of its plan of before.

    A file that cannot be read is left out; the worker says which, and what to do.
    """
    plan, derived = Path(task.plan), Path(task.derived)
    files = {f"{_DERIVED}/{OUTCOME}": derived / OUTCOME}
    # Codes that were published are not given again; a plan is sent only to derive of it.
    for one in (record_of(plan), *([plan] if task.derive_only else [])):
        files |= {f"{_PLANS}/{path.name}": path for path in (one, *leftovers_of(one))}
    if not task.derive_only:
        named = _inputs(Path(task.folder), task.rules_text)
        files |= {f"{_TOWNS}/{task.town}/{name}": file for name, file in named}
    found = {}
    for name, path in files.items():
        with suppress(OSError):
            found[name] = path.read_bytes()
    return Parcel(task, found)


def work_on(parcel: Parcel) -> Result:
    """Carry out a task that was sent, in a folder that is gone afterwards.

    Nothing is read or written at the paths of the sender, whether they are there or not. A fault is
    an outcome, never an error.
    """
    task = parcel.task
    own = Path(tempfile.gettempdir())
    sweep_drafts(own)  # what a killed worker left
    with draft_folder(own) as folder:
        _lay_out(parcel.files, folder)
        here = replace(
            task,
            folder=str(folder / _TOWNS / task.town),
            plan=str(folder / _PLANS / Path(task.plan).name),
            derived=str(folder / _DERIVED),
        )
        Path(here.folder).mkdir(parents=True, exist_ok=True)
        outcome = make(here)
        return Result(_as_at_home(outcome, here, task), dict(_made(folder / _DERIVED)))


def unpack(task: Task, result: Result) -> Outcome:
    """Write what a worker has made, and put the plan in its place.

    As where a town is planned on this machine, whoever is killed on the way leaves the old plan
    with tables that count as out of date, or the new one.
    """
    derived, outcome = Path(task.derived), result.outcome
    derived.mkdir(parents=True, exist_ok=True)
    try:
        if outcome.state != "failed":
            _keep(result.files, derived)
    except GridmapError as error:
        outcome = replace(outcome, state="failed", fault=Named(str(error), error.zh))
    if outcome.state == "failed":
        before = read_outcome(derived)
        plan, derived_of = (before.plan, before.derived_of) if before is not None else ("", "")
        outcome = replace(outcome, plan=plan, derived_of=derived_of)
    return place(task, outcome)


def _keep(files: Mapping[str, bytes], derived: Path) -> None:
    """Write the new plan, then the tables; until all are there, those of before are outdated."""
    for name in sorted(files, key=lambda one: one != NEXT):
        before = read_outcome(derived)
        if name != NEXT and before is not None and before.derived_of:
            write_outcome(derived, replace(before, derived_of=""))
        write_atomically(derived / name, files[name], overwrite=True, private=True)


def _inputs(folder: Path, rules_text: str) -> Iterator[tuple[str, Path]]:
    """Name the files that rules name, as they do: all lie in the folder of the town."""
    for name in hash_inputs(folder, parse_rules(rules_text), hash_of=str):
        yield name, folder / name


def _lay_out(files: Mapping[str, bytes], folder: Path) -> None:
    for name, data in files.items():
        path = folder.joinpath(*PurePosixPath(name).parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _made(derived: Path) -> Iterator[tuple[str, bytes]]:
    for name in (NEXT, *(f"{table}.parquet" for table in TABLES)):
        with suppress(FileNotFoundError):
            yield name, (derived / name).read_bytes()


def _as_at_home(outcome: Outcome, here: Task, task: Task) -> Outcome:
    """Name files as the sender knows them, not by the folder of the worker."""

    def told(text: str) -> str:
        for path in ("folder", "plan", "derived"):
            text = text.replace(getattr(here, path), getattr(task, path))
        return text

    fault = outcome.fault
    if fault is not None:
        fault = Named(told(str(fault)), told(fault.zh))
    return replace(outcome, fault=fault, log=told(outcome.log))
