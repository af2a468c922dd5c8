"""What has to be done for each town of a city: planned, only derived of, or nothing at all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from gridmap.city.derived import is_whole
from gridmap.city.fingerprint import inputs_digest, plan_logic
from gridmap.city.folder import City, TownPlace
from gridmap.city.outcomes import Outcome, read_outcome
from gridmap.city.worker import Task, finish
from gridmap.plan.identity import FrozenPlanError
from gridmap.store.glance import refuse_frozen
from layers.contract.errors import GridmapError, Named
from layers.files.paths import file_hash
from layers.reading.layer import input_files

__all__ = ["Need", "is_frozen", "look_at"]

_EDITED = Named(
    "Its data or rules have changed, but the plan has been edited or frozen since it was made, so "
    "it is kept. Plan it anew by name ('--anew'), and lose the edits.",
    "数据或规则已变，但方案生成后经过修改或已冻结，故予保留。如需重新划分并放弃修改，"
    "请用 --anew 指定该镇。",
)


@dataclass(frozen=True)
class Need:
    """How a town stands before a run.

    Attributes
    ----------
    town
        The town.
    state
        ``waiting``: something is to be done; ``done``: nothing is; ``stale``: what its plan was
        made of has changed, but the plan was edited by hand or is frozen; ``failed``: its rules
        cannot be read, or a plan that is made cannot be put in its place.
    task
        What is to be done; None for nothing.
    outcome
        The last outcome.
    fault
        Why it failed or is stale.
    """

    town: TownPlace
    state: Literal["waiting", "done", "stale", "failed"]
    task: Task | None = None
    outcome: Outcome | None = None
    fault: Named | None = None


def look_at(
    city: City,
    town: TownPlace,
    *,
    anew: bool = False,
    hash_of: Callable[[Path], str] = file_hash,
    may_finish: bool = True,
) -> Need:
    """Say what is to be done for a town; its files are read.

    Parameters
    ----------
    city, town
        The city and the town.
    anew
        Plan it whatever it was made of, also where edits are lost.
    hash_of
        What gives the SHA-256 of a file that is there.
    may_finish
        Put a plan in its place whose worker was killed when all was made: only for who has the
        city to himself.
    """
    if town.rules is None:
        return Need(town, "failed", fault=town.fault)
    place, task = city.plan_of(town.name), _task(city, town, hash_of)
    outcome = read_outcome(city.derived_of(town.name))
    if may_finish and outcome is not None and outcome.state == "placing":
        try:
            outcome = finish(task)  # a worker was killed when all was made
        except GridmapError as error:
            return Need(town, "failed", None, outcome, Named(str(error), error.zh))
    now = hash_of(place) if place.exists() else ""
    task = replace(task, before=now)
    if anew or not now:
        return Need(town, "waiting", task, outcome)
    made_of = outcome.inputs if outcome is not None and outcome.state == "done" else ""
    is_current = made_of != "" and made_of == task.inputs
    is_as_made = outcome is not None and outcome.plan == now
    if not is_current and is_as_made and not is_frozen(place):
        return Need(town, "waiting", task, outcome)
    fault = None if is_current else _EDITED
    derived = city.derived_of(town.name)
    if outcome is None or outcome.derived_of != now or not is_whole(derived):
        return Need(
            town, "waiting", replace(task, derive_only=True, inputs=made_of), outcome, fault
        )
    return Need(town, "stale" if fault else "done", None, outcome, fault)


def _task(city: City, town: TownPlace, hash_of: Callable[[Path], str]) -> Task:
    assert town.rules is not None
    try:
        inputs = inputs_digest(town, hash_of=hash_of)
        files = [one for entry in town.rules.files for one in input_files(town.folder / entry.file)]
        size = sum(one.stat().st_size for one in files)
    except OSError:
        inputs, size = "", 0  # a file is missing: planning says which, and what to do
    return Task(
        town=town.name,
        code=town.code,
        folder=str(town.folder.resolve()),
        plan=str(city.plan_of(town.name).resolve()),
        derived=str(city.derived_of(town.name).resolve()),
        rules_text=town.rules_text,
        inputs=inputs,
        size=size,
        logic=plan_logic(),
    )


def is_frozen(plan: Path) -> bool:
    """Whether somebody has frozen the plan."""
    try:
        refuse_frozen(plan)
    except FrozenPlanError:
        return True
    return False
