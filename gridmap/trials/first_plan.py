"""The process that makes the first plan of a town: `python -m gridmap.trials.first_plan FOLDER N`.

It ends in a plan: a number of micro-grids that is impossible is replaced by the nearest that is
possible, in the rules too, and the plan is saved at its place without anybody waiting for it.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridmap.rules import load_rules
from gridmap.rules.changes import apply_changes
from gridmap.rules.history import save_rules
from gridmap.split.dividing import divide
from gridmap.split.infeasibility import reasons_of
from gridmap.trials.background import carry_out, start_work
from gridmap.trials.ground_store import ground_of
from gridmap.trials.run import Attempt, Trial, adopt_trial, run_trials, with_attempt
from gridmap.workflow.steps import Step
from layers.contract.errors import Named, PlanError
from layers.files.atomic import write_atomically

__all__ = ["FirstPlan", "read_first_plan", "start_first_plan"]

_KEEP = "GRIDMAP_KEEP"
_RESULT = "first-plan.json"
_FIRST = 0.3  # share of the work that looking for the nearest number takes


@dataclass(frozen=True)
class FirstPlan:
    """What came of it."""

    path: Path
    asked: int | None  # micro-grids that were asked for
    made: int
    reasons: tuple[Named, ...]  # why it is not as asked, and who is missing


def start_first_plan(town: Path, store: Path, place: Path, *, keep: Path) -> None:
    """Start making the first plan of a town in a process of its own.

    Parameters
    ----------
    town, store
        Folder of the town, and of its trials.
    place
        Where the plan goes; nothing may be there.
    keep
        Private folder for the town as read.

    Raises
    ------
    WorkBusyError
        If the town is being divided.
    """
    task = {"town": str(town.resolve()), "place": str(place.resolve())}
    start_work(store, "gridmap.trials.first_plan", task, private={_KEEP: str(keep)})


def read_first_plan(store: Path) -> FirstPlan | None:
    """Give what came of the last first plan of a town; None when there is none."""
    try:
        given = json.loads((store / _RESULT).read_text(encoding="utf-8"))
        path = Path(given["path"]).resolve(strict=True)
        reasons = tuple(Named(*one) for one in given["reasons"])
        return (
            FirstPlan(path, given["asked"], int(given["made"]), reasons) if path.exists() else None
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None


def make_first_plan(
    town: Path, store: Path, place: Path, *, tell: Callable[[str, float], None], keep: Path | None
) -> FirstPlan:
    """Divide a town as its rules say, or as nearly as possible, and save the plan.

    Raises
    ------
    GridmapError
        If the files or rules allow no plan at all.
    """
    split = load_rules(town / "rules.toml").split
    target = split.target
    reasons: tuple[Named, ...] = ()
    if target is not None:
        target, reasons = _nearest(town, target, tell=tell, keep=keep)
        if target != split.target:
            # Nothing is asked that cannot be: the rules say what the plan has.
            change = {"split.target": target}
            save_rules(town / "rules.toml", lambda text: apply_changes(text, change))
    begun = _FIRST if split.target is not None else 0.0

    def second(step: str, share: float) -> None:
        tell(step.partition("|")[0], begun + (1 - begun) * share)

    attempt = Attempt(split.effort, target, split.seed)
    trial = run_trials(town, store, [attempt], tell=second, keep=keep)[0]
    reasons = (*reasons, *(one for one in trial.reasons if one not in reasons))
    made = int(trial.figures.get("micro_grids", 0))
    _require_plan(trial)
    adopt_trial(trial, place)
    result = FirstPlan(place, split.target, made, reasons)
    content = {
        "path": str(place), "asked": result.asked, "made": made,
        "reasons": [[one.en, one.zh] for one in reasons],
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False)
    write_atomically(store / _RESULT, text.encode(), overwrite=True)
    return result


def _nearest(
    town: Path, target: int, *, tell: Callable[[str, float], None], keep: Path | None
) -> tuple[int, tuple[Named, ...]]:
    """Give the number of micro-grids nearest to the one that is wanted, and why it is not that."""
    ground = ground_of(town, keep=keep, tell=lambda step, share: tell(step, _FIRST * share))
    split = ground.town.rules.split
    asked = with_attempt(ground.town, Attempt(split.effort, target, split.seed))
    tell(Step.SPLIT, _FIRST)
    answer = (division := divide(asked, ground.tiling)).answer
    if answer.partition.zones == target:
        return target, ()
    reasons = reasons_of(
        answer, division.tiling.patches, names=asked.hierarchy["name"], rules=asked.rules
    )
    return answer.partition.zones, reasons


def _require_plan(trial: Trial) -> None:
    if not trial.is_plan:
        told = trial.reasons or (Named("it was refused", "未能划分"),)
        raise PlanError(" ".join(one.en for one in told), "".join(one.zh for one in told))


def _work(store: Path) -> Callable[[Mapping[str, Any], Callable[[str, float], None]], None]:
    def work(task: Mapping[str, Any], tell: Callable[[str, float], None]) -> None:
        keep = Path(os.environ[_KEEP]) if _KEEP in os.environ else None
        make_first_plan(Path(task["town"]), store, Path(task["place"]), tell=tell, keep=keep)

    return work


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    sys.exit(carry_out(folder, sys.argv[2], _work(folder)))
