"""One town of a city divided in several ways, in a process of its own, and one of them its plan.

`python -m gridmap.city.one_town.dividing FOLDER NUMBER` works in the store of the trials of a town.
A trial is made under the rules that a run of the city would take, so that one that is taken is the
plan which such a run would have made: same place, same record of what it was made of, and catalogue
and tiles are brought up to it. What stood there before is kept until the next one is taken.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gridmap.access.behalf import acting_for, require_valid
from gridmap.city.folder import open_city
from gridmap.city.one_town.placing import put_back, put_in_place
from gridmap.city.one_town.rules_files import town_file
from gridmap.publications import issued_beside
from gridmap.publications.record import record_of
from gridmap.trials import Attempt, drop_trial, read_trials, run_trials
from gridmap.trials.background import carry_out, start_work
from layers.contract.errors import PlanError
from layers.files.database_files import mark_of

__all__ = ["start_placing", "start_trials_of_town", "start_undo"]

_MODULE = "gridmap.city.one_town.dividing"
_KEEP = "GRIDMAP_KEEP"  # as of `gridmap.trials.work`: of the server alone
Tell = Callable[[str, float], None]


def start_trials_of_town(
    city: Path, town: str, store: Path, attempts: list[Attempt], *, keep: Path
) -> None:
    """Start dividing a town in several ways.

    Parameters
    ----------
    city
        Folder of the city.
    town
        Name of the town.
    store
        Folder of its trials.
    attempts
        What to try.
    keep
        Private folder for the town as read.

    Raises
    ------
    WorkBusyError
        If the town is being worked on.
    """
    task = _task(city, town, "try") | {"attempts": [asdict(one) for one in attempts]}
    start_work(store, _MODULE, task, private={_KEEP: str(keep)})


def start_placing(city: Path, town: str, store: Path, number: int, *, lose_edits: bool) -> None:
    """Start making a trial the plan of its town.

    Parameters
    ----------
    city, town, store
        As of `start_trials_of_town`.
    number
        Of the trial.
    lose_edits
        Whether a plan that was edited or frozen since it was made may go.
    """
    more = {"number": number, "lose_edits": lose_edits}
    start_work(store, _MODULE, _task(city, town, "take") | more)


def start_undo(city: Path, town: str, store: Path) -> None:
    """Start bringing back the plan and the rules that were there before a trial was taken."""
    start_work(store, _MODULE, _task(city, town, "undo"))


def _task(city: Path, town: str, what: str) -> dict[str, Any]:
    return {"city": str(city.resolve()), "town": town, "what": what}


def _work(store: Path) -> Callable[[Mapping[str, Any], Tell], None]:
    def work(task: Mapping[str, Any], tell: Tell) -> None:
        if task["what"] == "try":
            _try(store, task, tell)
            return
        city = open_city(task["city"])
        plan, behalf = city.plan_of(city.town(task["town"]).name), acting_for()

        def still_may() -> None:
            if behalf is not None:
                require_valid(behalf, plan)

        still_may()
        if task["what"] == "undo":
            put_back(city, task["town"], store, tell=tell, still_may=still_may)
            return
        trial = next((one for one in read_trials(store) if one.number == task["number"]), None)
        if trial is None or not trial.is_plan:
            raise PlanError("That division is not there any more.", "该划分方案已不存在。")
        put_in_place(
            city, task["town"], store, trial, lose_edits=task["lose_edits"], tell=tell,
            still_may=still_may,
        )  # fmt: skip

    return work


def _try(store: Path, task: Mapping[str, Any], tell: Tell) -> None:
    city = open_city(task["city"])
    town = city.town(task["town"])
    keep = Path(os.environ[_KEEP]) if _KEEP in os.environ else None
    record = record_of(city.plan_of(town.name))
    published = mark_of(record)
    made = run_trials(
        town.folder,
        store,
        [Attempt(**one) for one in task["attempts"]],
        tell=tell,
        keep=keep,
        file=town_file(city.folder, town.folder),
        issued=issued_beside(city.plan_of(town.name)),
    )
    if mark_of(record) != published:  # they know nothing of its codes
        for trial in made:
            drop_trial(trial)
        raise PlanError(
            "A version was published while the town was divided, and its codes may not be used "
            "again. Divide again.",
            "试划期间发布了新版本，其中的编码不得再用。请重新划分。",
        )


if __name__ == "__main__":
    place = Path(sys.argv[1])
    sys.exit(carry_out(place, sys.argv[2], _work(place)))
