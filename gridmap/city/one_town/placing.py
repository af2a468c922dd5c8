"""A division of a town that was tried becomes its plan in the city, and can be taken back.

The rules of the town say then what was tried, so that the next run of the city finds nothing to do.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from gridmap.city.borders.journal import finish_settling
from gridmap.city.catalogue import write_catalogue
from gridmap.city.derived import write_derived
from gridmap.city.folder import City, open_city
from gridmap.city.needs import is_frozen, look_at
from gridmap.city.one_town.rules_files import town_file
from gridmap.city.outcomes import Outcome, read_outcome, write_outcome
from gridmap.city.running import CityBusyError, alone_in
from gridmap.city.settings import read_settings
from gridmap.city.tiles import renew_city_tiles
from gridmap.city.worker import NEXT, digest_of, place
from gridmap.publications.record import record_of
from gridmap.rules import parse_rules
from gridmap.rules.changes import apply_changes
from gridmap.rules.history import RulesFile, save_rules
from gridmap.store import load_plan
from gridmap.town import hash_inputs
from gridmap.trials import Attempt, Trial
from gridmap.workflow.steps import Step
from gridmap.workflow.workflow import code_hash
from layers.contract.errors import GridmapError, PlanError
from layers.files.atomic import watched_write, watching_writes, write_atomically
from layers.files.reader_faults import reason_zh

__all__ = ["can_put_back", "is_edited", "put_back", "put_in_place"]

_BEFORE, _RECORD = "before.gpkg", "before.json"  # what a trial has replaced, and its rules
Tell = Callable[[str, float], None]


def is_edited(folder: Path, town: str) -> bool:
    """Whether the plan of a town of a city would lose something by being replaced.

    It was edited since it was made, or is frozen, or was not made by a run of the city.
    """
    city = City(folder, read_settings(folder), ())
    plan = city.plan_of(town)
    if not plan.exists():
        return False
    outcome = read_outcome(city.derived_of(town))
    return outcome is None or outcome.plan != digest_of(plan) or is_frozen(plan)


def can_put_back(store: Path) -> bool:
    """Whether there is a plan to be brought back."""
    return bool(_record(store).get("after"))


def put_in_place(
    city: City, town: str, store: Path, trial: Trial, *, lose_edits: bool, tell: Tell,
    still_may: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Make a trial the plan of its town, its values those of the rules, and renew the catalogue.

    Parameters
    ----------
    city, town
        The city, and the name of the town.
    store
        Of the trials of the town.
    trial
        One with a plan.
    lose_edits
        Whether a plan that was edited or frozen since it was made may go.
    tell
        Called with a step and the share done.
    still_may
        Raises where who this is done for may not change the plan any more.

    Raises
    ------
    PlanError
        If data, rules or program are not those of the trial any more, or the plan that is there
        was edited. Nothing is changed then.
    CityBusyError
        If a run of the city is going on.
    """
    tell(Step.CHECK, 0.0)
    with alone_in(city):
        city = _settled(city)
        here = city.town(town)
        file, plan = town_file(city.folder, here.folder), city.plan_of(town)
        own, seen = file.read(), digest_of(plan)
        after = _with_values(file, own, trial.attempt)
        _require_same(here.folder, file.whole(after), trial)
        _require_unpublished_since(plan, trial.path)
        if not lose_edits and is_edited(city.folder, town):
            raise PlanError(
                "The plan was edited or frozen since it was made, so it is kept. Confirm that its "
                "edits may be lost, or keep it.",
                "方案生成后经过修改或已冻结，故予保留。如可放弃修改，请先确认。",
            )
        still_may()
        _keep_before(city, town, store, own)
        with _rules_of(file, own, after, plan, trial.path):
            _put(city, town, trial.path, seen, tell, still_may)
        _note_after(city, town, store, after)
    _renew(city, tell)


def put_back(
    city: City, town: str, store: Path, *, tell: Tell, still_may: Callable[[], None] = lambda: None
) -> None:
    """Bring back the plan that a trial has replaced, and the rules of the town as they were.

    Raises
    ------
    PlanError
        If there is none, or plan or rules were changed since. Nothing is changed then.
    CityBusyError
        If a run of the city is going on.
    """
    tell(Step.CHECK, 0.0)
    with alone_in(city):
        city, told = _settled(city), _record(store)
        file, plan = town_file(city.folder, city.town(town).folder), city.plan_of(town)
        seen = digest_of(plan)
        if told.get("after") != seen or told.get("rules") != file.read():
            raise PlanError(
                "The plan or the rules were changed since, so nothing was brought back.",
                "此后方案或规则又有修改，未恢复原方案。",
            )
        _require_unpublished_since(plan, store / _RECORD)
        still_may()
        before = store / _BEFORE
        with _rules_of(file, str(told["rules"]), str(told["own"]), plan, before):
            _put(city, town, before, seen, tell, still_may, made_of=told["outcome"])
        for name in (_RECORD, _BEFORE):
            (store / name).unlink(missing_ok=True)
    _renew(city, tell)


def _settled(city: City) -> City:
    """Finish a settled border that somebody was stopped at, as every run of the city does."""
    try:
        with watching_writes(None):
            settled = finish_settling(city)
    except GridmapError:
        # What stands in the way names towns that whoever asks, or looks here later, is not for.
        raise PlanError(
            "A border between towns was being settled and was stopped, and it can be neither ended "
            "nor undone now. Nothing was changed; whoever plans the whole city is told more by the "
            "page 城市 or by 'city plan'.",
            "有镇的边界商定中途停止，目前既无法完成也无法撤回。未作任何更改，"
            "请负责全市的规划人员在“城市”页处理。",
        ) from None
    return city if settled is None else open_city(city.folder)


@contextmanager
def _rules_of(file: RulesFile, before: str, after: str, plan: Path, source: Path) -> Iterator[None]:
    """Change the rules of the town for good, unless the block ends before its plan is in place.

    It may end at any moment, for whoever asked for it can cancel it.
    """
    if after != before:
        save_rules(file.path, lambda _: after, seen=before, whole=file.whole)
    try:
        yield
    except BaseException:
        if after != before and digest_of(plan) != digest_of(source):
            save_rules(file.path, lambda _: before, seen=after, whole=file.whole)
        raise


def _with_values(file: RulesFile, own: str, attempt: Attempt) -> str:
    """Give the town's rules with what was tried, as `gridmap.trials.run.with_attempt` reads it."""
    split = parse_rules(file.whole(own)).split
    wanted = {f"split.{name}": getattr(attempt, name) for name in ("effort", "target", "seed")}
    changes = {key: value for key, value in attempt.changes.items() if key not in wanted}
    changes |= {
        key: value
        for key, value in wanted.items()
        if value != getattr(split, key.partition(".")[2])
    }
    return apply_changes(own, changes)


def _require_same(folder: Path, rules_text: str, trial: Trial) -> None:
    """Refuse a trial that a run of the city would not make now."""
    rules, plan = parse_rules(rules_text), load_plan(trial.path)
    data = {f"data:{name}": of for name, of in hash_inputs(folder, rules).items()}
    made_of = {name: of for name, of in plan.receipt.items() if name.startswith("data:")}
    for one in (data, made_of):
        one.pop("data:rules.toml", None)  # a part of the rules in force, which are compared whole
    is_same = rules == plan.rules and data == made_of and plan.receipt["code"] == code_hash()
    if not is_same:
        raise PlanError(
            "Data, rules or the program have changed since this division was tried. Nothing was "
            "changed; divide again.",
            "试划之后，数据、规则或程序有变。未作任何更改，请重新划分。",
        )


def _require_unpublished_since(plan: Path, made: Path) -> None:
    """Refuse a plan that knows nothing of the codes of a version that came after a file."""
    record = record_of(plan)
    if record.exists() and record.stat().st_mtime_ns > made.stat().st_mtime_ns:
        raise PlanError(
            "A version was published after this division was tried or taken, and its codes may not "
            "be used again. Nothing was changed; divide again.",
            "试划或采用之后又发布了版本，其中的编码不得再用。未作任何更改，请重新划分。",
        )


def _put(
    city: City, town: str, source: Path, seen: str, tell: Tell, still_may: Callable[[], None], *,
    made_of: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Put a plan in its place, with the tables derived of it and the record of what it is made of.

    `seen` is the digest of the plan that may be replaced. `made_of` is that record where a plan is
    brought back; None for one that was made just now.
    """
    now = open_city(city.folder)
    task = look_at(now, now.town(town), anew=True, may_finish=False).task
    if task is None:
        raise PlanError("The rules of the town cannot be read.", "该镇的规则无法读取。")
    if task.before != seen:
        raise PlanError(
            "The plan was changed by somebody just now. Nothing was changed; look at it and try "
            "again.",
            "方案刚被他人修改，未作任何更改。请查看后重试。",
        )
    derived = Path(task.derived)
    tell(Step.SAVE, 0.2)
    with watched_write(city.plan_of(town)), watching_writes(None):
        still_may()
        derived.mkdir(parents=True, exist_ok=True)
        with _tables_of(derived, city.plan_of(town), source):
            draft = derived / NEXT
            _copied(source, draft)
            write_derived(load_plan(draft), derived)
            digest = digest_of(draft)
            record = {"inputs": task.inputs, "plan": digest} if made_of is None else made_of
            outcome = Outcome(
                town, task.code, "placing", record.get("inputs", ""), record.get("plan", ""),
                digest, before=task.before,
            )  # fmt: skip
            done = place(task, outcome)
            if done.fault is not None:
                why, why_zh = done.fault.en, done.fault.zh
                raise PlanError(f"The plan is not put in place: {why}", f"方案未能更换：{why_zh}")


@contextmanager
def _tables_of(derived: Path, plan: Path, source: Path) -> Iterator[None]:
    """Let the tables of a town count as out of date in the block.

    They stay so, and nothing waits to be put in place, unless the plan is in place at its end: the
    next run makes them anew.
    """
    before = read_outcome(derived)
    stale = replace(before, derived_of="") if before is not None else None
    if stale is not None:
        write_outcome(derived, stale)
    try:
        yield
    except BaseException:
        if digest_of(plan) != digest_of(source):
            (derived / NEXT).unlink(missing_ok=True)
            if stale is not None:
                write_outcome(derived, stale)
        raise


def _copied(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
        with target.open("rb+") as file:
            os.fsync(file.fileno())
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise PlanError(
            f"The plan cannot be copied: {why}. Nothing was changed.",
            f"方案无法复制：{why_zh}。未作任何更改。",
        ) from None


def _keep_before(city: City, town: str, store: Path, own: str) -> None:
    """Keep the plan that is about to be replaced, with the rules and the record it was made of."""
    plan, outcome = city.plan_of(town), read_outcome(city.derived_of(town))
    with watched_write(store):
        (store / _RECORD).unlink(missing_ok=True)
        if plan.exists():
            _copied(plan, store / _BEFORE)
    told = {"own": own, "outcome": _plain(outcome), "after": "", "rules": "", "town": town}
    if plan.exists():
        _write_record(store, told)


def _note_after(city: City, town: str, store: Path, own: str) -> None:
    told = _record(store)
    if told:
        _write_record(store, told | {"after": digest_of(city.plan_of(town)), "rules": own})


def _plain(outcome: Outcome | None) -> dict[str, str]:
    if outcome is None or outcome.state != "done":
        return {}
    keys = ("town", "code", "state", "inputs", "plan")
    return {key: str(getattr(outcome, key)) for key in keys}


def _record(store: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        told = json.loads((store / _RECORD).read_text(encoding="utf-8"))
        return told if isinstance(told, dict) else {}
    return {}


def _write_record(store: Path, told: Mapping[str, Any]) -> None:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    write_atomically(store / _RECORD, text.encode(), overwrite=True)


def _renew(city: City, tell: Tell) -> None:
    """Bring catalogue and tiles up to the plan; where a run has begun, it does so at its end."""
    tell(Step.COMPARE, 0.7)
    city = open_city(city.folder)
    with watching_writes(None), suppress(CityBusyError):
        with alone_in(city):
            write_catalogue(city)
        renew_city_tiles(city)
