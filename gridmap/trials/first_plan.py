"""The process that makes the first plan of a town: `python -m gridmap.trials.first_plan FOLDER N`.

It ends in a plan: a number of micro-grids that is impossible is replaced by the nearest that is
possible, in the rules too, and the plan is saved at its place without anybody waiting for it. Where
the town has boundaries of grids already (`gridmap.first_town.division`), the plan is made of these.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gridmap.first_town.division import Division, read_division
from gridmap.imports import Imported, Source, read_source
from gridmap.imports.report import report_bytes
from gridmap.imports.town import first_plan, outline_of
from gridmap.plan.plan import Plan
from gridmap.publications import issued_beside
from gridmap.rules import load_rules
from gridmap.rules.changes import apply_changes
from gridmap.rules.history import save_rules
from gridmap.split.dividing import divide
from gridmap.split.infeasibility import reasons_of
from gridmap.store import save_plan
from gridmap.trials.background import carry_out, start_work
from gridmap.trials.ground_store import ground_of
from gridmap.trials.run import Attempt, Trial, adopt_trial, run_trials, with_attempt
from gridmap.workflow.steps import Step
from layers.contract.errors import Named, PlanError
from layers.files.atomic import write_atomically

__all__ = ["FirstPlan", "TakenIn", "read_first_plan", "start_first_plan"]

_KEEP = "GRIDMAP_KEEP"
_RESULT, _REPORT = "first-plan.json", "first-import.xlsx"
_FIRST = 0.3  # share of the work that looking for the nearest number takes


@dataclass(frozen=True)
class TakenIn:
    """What became of the boundaries that the town had.

    Attributes
    ----------
    grids, kept
        How many there were, and how many of them have their own codes.
    totals
        Sums in m², as `gridmap.imports.Imported` has them.
    faults
        What does not fit, with its places.
    """

    grids: int
    kept: int
    totals: Mapping[str, float]
    faults: tuple[Named, ...]


@dataclass(frozen=True)
class FirstPlan:
    """What came of it."""

    path: Path
    asked: int | None  # micro-grids that were asked for
    made: int
    reasons: tuple[Named, ...]  # why it is not as asked, and who is missing
    taken: TakenIn | None = None  # where it is made of boundaries that the town had
    report: Path | None = None  # of these, a workbook


def start_first_plan(town: Path, store: Path, place: Path, *, keep: Path, who: str) -> None:
    """Start making the first plan of a town in a process of its own.

    Parameters
    ----------
    town, store
        Folder of the town, and of its trials.
    place
        Where the plan goes; nothing may be there.
    keep
        Private folder for the town as read.
    who
        Makes it.

    Raises
    ------
    WorkBusyError
        If the town is being divided.
    """
    task = {"town": str(town.resolve()), "place": str(place.resolve()), "who": who}
    start_work(store, "gridmap.trials.first_plan", task, private={_KEEP: str(keep)})


def read_first_plan(store: Path) -> FirstPlan | None:
    """Give what came of the last first plan of a town; None when there is none."""
    try:
        given = json.loads((store / _RESULT).read_text(encoding="utf-8"))
        path = Path(given["path"]).resolve(strict=True)
        reasons = tuple(Named(*one) for one in given["reasons"])
        told, taken = given["taken"], None
        if told is not None:
            faults = tuple(Named(*one) for one in told.pop("faults"))
            taken = TakenIn(**told, faults=faults)
        report = store / _REPORT if taken is not None else None
        return FirstPlan(path, given["asked"], int(given["made"]), reasons, taken, report)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def make_first_plan(
    town: Path, store: Path, place: Path, *, tell: Callable[[str, float], None],
    keep: Path | None, who: str = "",
) -> FirstPlan:  # fmt: skip
    """Divide a town as its rules say, or as nearly as possible, and save the plan.

    Where boundaries of grids are kept with the town, it is divided by these, whatever number of
    micro-grids the rules ask for.

    Raises
    ------
    GridmapError
        If the files or rules allow no plan at all.
    """
    division = read_division(town)
    if division is not None:
        return _taken_in(town, division, store, place, tell=tell, who=who)
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
    return _told(store, FirstPlan(place, split.target, made, reasons))


def _taken_in(
    town: Path, division: Division, store: Path, place: Path, *,
    tell: Callable[[str, float], None], who: str,
) -> FirstPlan:  # fmt: skip
    """Make the plan of the boundaries that the town has, and keep what was found of them."""
    split = load_rules(town / "rules.toml").split
    if split.target is not None:  # how many there are is what the boundaries say
        save_rules(town / "rules.toml", lambda text: apply_changes(text, {"split.target": None}))

    def read(plan: Plan) -> Source:
        return read_source(
            division.path, crs=plan.crs, outline=outline_of(plan), **division.reading
        )

    imported, source = first_plan(
        town, read, who=who, when=datetime.now().astimezone().isoformat(timespec="seconds"),
        straddle=division.straddle, issued=issued_beside(place),
        progress=lambda step, share: tell(step.partition("|")[0], share),
    )  # fmt: skip
    tell(Step.SAVE, 1.0)
    save_plan(imported.plan, place)
    write_atomically(store / _REPORT, report_bytes(imported, source, ".xlsx"), overwrite=True)
    made = len(imported.plan.micro_grids)
    return _told(store, FirstPlan(place, None, made, (), _account(imported), store / _REPORT))


def _account(imported: Imported) -> TakenIn:
    listed = imported.issues[imported.issues["severity"] != "info"]
    return TakenIn(
        len(imported.grids),
        int((imported.grids["grid_codes"] == imported.grids["source_code"]).sum()),
        {key: float(m2) for key, m2 in imported.totals.items()},
        tuple(
            Named(str(one["message"]), str(one["message_zh"])) for one in listed.to_dict("records")
        ),
    )


def _told(store: Path, result: FirstPlan) -> FirstPlan:
    """Leave word of a plan for the page."""
    taken = result.taken
    content = {
        "path": str(result.path), "asked": result.asked, "made": result.made,
        "reasons": [[one.en, one.zh] for one in result.reasons],
        "taken": taken and {**asdict(taken), "faults": [[one.en, one.zh] for one in taken.faults]},
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
        make_first_plan(
            Path(task["town"]), store, Path(task["place"]), tell=tell, keep=keep, who=task["who"]
        )

    return work


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    sys.exit(carry_out(folder, sys.argv[2], _work(folder)))
