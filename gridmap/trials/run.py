"""Trials: several divisions of one town, made side by side to be compared before one is the plan.

Reading a town and tiling it takes most of the time and does not depend on what is tried, so it is
done once. A trial is a whole plan in a file with its figures beside it; the figures are written
last, so that a trial that was cut short is none.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from boundaries.hierarchy.codes import Issued
from gridmap.coverage.metrics import coverage
from gridmap.coverage.split_figures import split_figures
from gridmap.plan.plan import Plan
from gridmap.rules import Rules, parse_rules
from gridmap.rules.changes import apply_changes
from gridmap.rules.history import RulesFile
from gridmap.split.certificate import Proof, prove
from gridmap.split.dividing import divide
from gridmap.split.infeasibility import Remedy, reasons_of
from gridmap.split.split import Split
from gridmap.staffing.posts import count_cadres
from gridmap.store import save_plan
from gridmap.town.town import Town
from gridmap.trials.ground_store import TiledTown, ground_of
from gridmap.trials.thumbnail import thumbnail
from gridmap.workflow.remedies import ways_for_cadres, ways_to_target
from gridmap.workflow.shortage import missing_cadres, shortage_text
from gridmap.workflow.steps import Step
from gridmap.workflow.workflow import plan_town
from layers.contract.errors import LayerFileError, Named, PlanError
from layers.files.atomic import watched_write, write_atomically
from layers.files.reader_faults import reason_zh

__all__ = [
    "FIGURES",
    "Attempt",
    "Trial",
    "adopt_trial",
    "drop_trial",
    "mark_under",
    "read_trials",
    "rules_mark",
    "run_trials",
]

# By key; what a trial that made no plan lacks.
FIGURES = ("micro_grids", "officers", "over_capacity", "broken", "compactness", "load_index",
           "border_km", "seconds", "gap")  # fmt: skip
# What an attempt sets itself, whatever its draft says, and the attribute that says it.
_OWN = {f"split.{name}": name for name in ("effort", "target", "seed")}
READING = 0.35  # share of the work of a first run that reading and tiling take
Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Attempt:
    """What is tried; all else is as in the rules."""

    effort: str = "default"
    target: int | None = None  # as few as capacity allows
    seed: int = 0
    draft: str = ""  # name of the rules draft that it uses; "": the rules in force
    changes: Mapping[str, Any] = field(default_factory=dict)  # those of the draft, by dotted key


@dataclass(frozen=True)
class Trial:
    """One division and what is known about it."""

    number: int
    attempt: Attempt
    status: str  # of the engine: optimal, feasible, infeasible, unsolved; "refused": no plan
    figures: Mapping[str, float]
    proof: Proof | None
    reasons: tuple[Named, ...]
    ways_out: tuple[Remedy, ...]
    pictures: Mapping[str, str] = field(repr=False)  # SVG by what it is coloured by
    rules_mark: str  # of all other rules it was made with, see `rules_mark`
    path: Path

    @property
    def is_plan(self) -> bool:
        """Whether there is a plan that can be taken."""
        return self.status != "refused"


def run_trials(
    town: Path,
    store: Path,
    attempts: Sequence[Attempt],
    *,
    tell: Tell,
    keep: Path | None = None,
    file: RulesFile | None = None,
    issued: Issued | None = None,
) -> list[Trial]:
    """Divide a town in several ways and put each plan into the store of trials.

    Parameters
    ----------
    town
        Folder of the town.
    store
        Folder of trials; those there are stay, unless the same is tried again.
    attempts
        What to try, in this order.
    tell
        Called with a step (`sentence|number|count` while dividing) and the share done.
    keep
        Private folder in which the town as read is kept for the next run; None: it is read anew.
    file
        Rules file of the town, where it shares rules with other towns of a city.
    issued
        Codes that were published, where a trial may take the place of a plan.

    Raises
    ------
    GridmapError
        If files or rules do not allow any plan. An attempt that fails alone is a trial with its
        reasons.
    """
    own = file.read() if file is not None else ""
    ground = ground_of(
        town,
        keep=keep,
        tell=lambda step, share: tell(step, READING * share),
        rules_text=file.whole(own) if file is not None else None,
    )
    ground = replace(ground, town=replace(ground.town, issued=issued))

    def written(changes: Mapping[str, Any]) -> tuple[str, str]:
        text = apply_changes(own if file is not None else ground.town.rules_text, changes)
        return text, file.whole(text) if file is not None else text

    made = []
    for path, attempt in enumerate(attempts):

        def tell_part(step: str, share: float, path: int = path) -> None:
            done = (path + share) / len(attempts)
            tell(f"{step}|{path + 1}|{len(attempts)}", READING + (1 - READING) * done)

        before = read_trials(store)
        number = max((one.number for one in before), default=0) + 1
        under = with_attempt(ground.town, attempt, written=written)
        made.append(_try(replace(ground, town=under), store, number, attempt, tell_part))
        for one in before:  # the same again takes the place of the older one
            if (one.attempt, one.rules_mark) == (attempt, made[-1].rules_mark):
                drop_trial(one)
    return made


def read_trials(store: Path) -> list[Trial]:
    """Give the trials of a store in order of number; damaged ones are passed over."""
    found = []
    for path in sorted(store.glob("trial-*.json")):
        with suppress(OSError, ValueError, LookupError, TypeError):
            found.append(_from_json(json.loads(path.read_text(encoding="utf-8")), store))
    return sorted(found, key=lambda trial: trial.number)


def drop_trial(trial: Trial) -> None:
    """Delete a trial."""
    with watched_write(trial.path):
        trial.path.with_suffix(".json").unlink(missing_ok=True)
        trial.path.unlink(missing_ok=True)


def adopt_trial(trial: Trial, target: Path) -> None:
    """Make a trial the plan at a place that is free.

    Raises
    ------
    UsageError
        If there is a file already.
    LayerFileError
        If it cannot be read or written.
    """
    try:
        data = trial.path.read_bytes()
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"Trial {trial.number} cannot be taken: {why}. Divide again.",
            f"无法采用第 {trial.number} 次划分：{why_zh}。请重新划分。",
        ) from None
    write_atomically(target, data)


def rules_mark(rules: Rules) -> str:
    """Give a short mark of all rules but those that a trial sets itself."""
    whole = rules.model_dump(mode="json")
    for key in ("target", "effort", "seed"):
        whole["split"].pop(key)
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]


def with_attempt(
    town: Town,
    attempt: Attempt,
    *,
    written: Callable[[Mapping[str, Any]], tuple[str, str]] | None = None,
) -> Town:
    """Give the town under the rules of an attempt, as if its rules file said so.

    Parameters
    ----------
    town, attempt
        The town under its rules, and what is tried.
    written
        Gives the text of the rules file with changes, and the rules then in force; None where they
        are the same.
    """
    split = town.rules.split
    changes = {key: value for key, value in attempt.changes.items() if key not in _OWN}
    changes |= {
        key: getattr(attempt, name)
        for key, name in _OWN.items()
        if getattr(attempt, name) != getattr(split, name)
    }
    if not changes:
        return town
    if written is not None:
        own, text = written(changes)
    else:
        own = text = apply_changes(town.rules_text, changes)
    hashes = town.hashes | {"rules.toml": hashlib.sha256(own.encode()).hexdigest()}
    return replace(town, rules=parse_rules(text), rules_text=text, hashes=hashes)


def mark_under(rules_text: str, attempt: Attempt) -> str:
    """Give the mark that a trial would have if it were made under some rules of the town now."""
    return rules_mark(parse_rules(apply_changes(rules_text, attempt.changes)))


def _try(ground: TiledTown, store: Path, number: int, attempt: Attempt, tell: Tell) -> Trial:
    town = ground.town
    start = time.perf_counter()
    tell(Step.SPLIT, 0.0)
    division = divide(town, ground.tiling)
    answer, patches = division.answer, division.tiling.patches
    ways = ways_to_target(town, division)
    seconds = time.perf_counter() - start
    trial = Trial(
        number=number,
        attempt=attempt,
        status=answer.partition.status,
        figures={"seconds": seconds, "micro_grids": float(answer.partition.zones)},
        proof=None,
        reasons=reasons_of(answer, patches, names=town.hierarchy["name"], rules=town.rules),
        ways_out=ways,
        pictures={},
        rules_mark=rules_mark(town.rules),
        path=store / f"trial-{number:03d}.gpkg",
    )
    try:
        missing = missing_cadres(town.people, answer.partition.zones)
        if missing:
            short = ways_for_cadres(town, division, count_cadres(town.people))
            why = shortage_text(town.people, answer.partition.zones)
            # Too few people come first; a click on one way is tried again with the other requests.
            trial = replace(
                trial, reasons=(why, *trial.reasons), ways_out=(*short, *trial.ways_out)
            )
        plan = plan_town(
            town,
            division=division,
            ways=ways,
            ways_for_people=short if missing else (),
            progress=lambda step, share: tell(step, 0.5 * share),
        )
    except PlanError as error:
        reasons = (*trial.reasons, Named(str(error), error.zh))
        trial = replace(trial, status="refused", reasons=reasons)
    else:
        tell(Step.COMPARE, 0.6)
        proof = prove(
            plan.patches, rules=town.rules, grids=plan.grids, barriers=town.barriers.geometry
        )
        trial = replace(
            trial,
            figures=dict(trial.figures) | _figures(plan, proof, answer),
            proof=proof,
            pictures={key: thumbnail(plan, colour_by=key) for key in ("category", "load")},
        )
        tell(Step.SAVE, 0.8)
        save_plan(plan, trial.path, overwrite=True)
    content = json.dumps(_to_json(trial), ensure_ascii=False)
    write_atomically(trial.path.with_suffix(".json"), content.encode(), overwrite=True)
    return trial


def _figures(plan: Plan, proof: Proof, answer: Split) -> dict[str, float]:
    micro = plan.micro_grids
    town = coverage(plan).iloc[0]
    return {
        "micro_grids": float(len(micro)),
        "officers": float(micro["officers"].sum()),
        "unstaffed": float(missing_cadres(plan.people, len(micro))),
        "over_capacity": float(len(proof.over_capacity)),
        "broken": float((micro["parts"] > 1).sum()),
        "compactness": float(town["compactness_mean"]),
        "load_index": float(town["load_index"]),
        "border_km": answer.border_m / 1_000,
        "gap": proof.gap,
        **split_figures(plan),
    }


def _to_json(trial: Trial) -> dict[str, Any]:
    whole = asdict(trial)
    whole["path"] = trial.path.name
    whole["ways_out"] = [_way(way) for way in trial.ways_out]
    whole["reasons"] = [[one.en, one.zh] for one in trial.reasons]
    # No number stands for what is not there: JSON has none.
    whole["figures"] = {key: value for key, value in trial.figures.items() if not pd.isna(value)}
    return whole


def _way(way: Remedy) -> list[Any]:
    cost = [way.cost.en, way.cost.zh] if way.cost else []
    return [[way.text.en, way.text.zh], dict(way.changes), cost]


def _from_json(given: Mapping[str, Any], store: Path) -> Trial:
    proof = given["proof"]
    if proof:
        lists = {key: tuple(value) for key, value in proof.items() if isinstance(value, list)}
        lists["limits"] = tuple((key, int(count)) for key, count in proof["limits"])
        lists["heavy"] = tuple(
            Named(**one) if isinstance(one, dict) else Named(one, one)  # before they had places
            for one in proof["heavy"]
        )
        proof = Proof(**(proof | lists))
    return Trial(
        number=int(given["number"]),
        attempt=Attempt(**given["attempt"]),
        status=str(given["status"]),
        figures=given["figures"],
        proof=proof,
        reasons=tuple(Named(*one) for one in given["reasons"]),
        ways_out=tuple(
            Remedy(Named(*text), changes, Named(*cost) if cost else None)
            for text, changes, cost in given["ways_out"]
        ),
        pictures=given["pictures"],
        rules_mark=str(given["rules_mark"]),
        path=store / Path(str(given["path"])).name,
    )
