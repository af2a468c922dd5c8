"""A border tried or settled in a process of its own: `python -m gridmap.city.borders.running`.

It is done for whoever asked for it, who must be allowed to change both plans: at the start, and
again before anything is put in place. What belongs to no town, such as the record of agreed borders
and the tables of all towns, changes with the plans, also for who is for some towns alone.
"""

import json
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from gridmap.access.behalf import acting_for, acting_scope, require_valid
from gridmap.city.borders.journal import towns_in_hand
from gridmap.city.borders.settling import settle_border, try_border
from gridmap.city.folder import City, open_city
from gridmap.city.running import CityBusyError
from gridmap.city.tiles import renew_city_tiles
from gridmap.city.worker import digest_of
from gridmap.trials.background import Work, carry_out, look_at_work, start_work
from layers.contract.errors import BoundaryError, GridmapError, Named, PlanError
from layers.files.atomic import read_noted, watched_write, watching_writes, write_atomically

__all__ = ["StoppedSettlingError", "look_at_border", "place_of", "result_of", "start_border"]


class StoppedSettlingError(PlanError):
    """A border of other towns was being settled, was stopped, and is neither ended nor undone."""


# What is told of faults that name other towns to who is not for these.
_OF_OTHERS = {
    "BoundaryError": Named(
        "The new plans do not fit to those of other towns, so nothing was changed. Ask whoever "
        "plans the whole city.",
        "新方案与其他镇的方案不衔接，未作任何更改。请联系负责全市的规划人员。",
    ),
    "StoppedSettlingError": Named(
        "A border of other towns was being settled and was stopped, and it can be neither ended "
        "nor undone now. Nothing of this border was changed; ask whoever plans the whole city.",
        "其他镇的边界商定中途停止，目前既无法完成也无法撤回。本边界未作任何更改，"
        "请联系负责全市的规划人员。",
    ),
}
_MODULE = "gridmap.city.borders.running"
_RESULT = "result.json"


def place_of(city: City, one: str) -> Path:
    """Give the folder of the work on a border: it belongs to the first of both towns by name."""
    return city.derived_of(one) / "border"


def start_border(
    city: City, one: str, other: str, *, by: str, is_trial: bool, anew: Collection[str] = ()
) -> None:
    """Begin to try a border, or to settle it.

    Parameters
    ----------
    city, one, other, by, anew
        As of `gridmap.city.borders.settle_border`; the towns by name.
    is_trial
        Whether plans are only made and compared.

    Raises
    ------
    AccessEndedError
        If who this is done for may not change both plans.
    WorkBusyError
        If work on a border of the first town is going on.
    """
    first, second = sorted((one, other))
    _require_both(city, (first, second))
    task = {
        "city": str(city.folder.resolve()),
        "towns": [first, second],
        "by": by,
        "is_trial": is_trial,
        "anew": sorted(anew),
    }
    start_work(place_of(city, first), _MODULE, task)


def look_at_border(city: City, one: str, other: str) -> Work | None:
    """Say how the last work on the border of two towns stands; None when there was none."""
    first, second = sorted((one, other))
    work = look_at_work(place_of(city, first))
    if work is None or work.task.get("towns") != [first, second]:
        return None
    if work.fault_kind in _OF_OTHERS and not acting_scope().everything:
        return replace(work, fault=_OF_OTHERS[work.fault_kind])  # somebody for all towns began it
    return work


def result_of(city: City, work: Work) -> dict[str, Any]:
    """Give what came of work that is done: rows of `moves`, and of a trial `figures`, `losing`.

    {} where it cannot be read, and of a trial when a plan has changed since.
    """
    place = place_of(city, str(work.task["towns"][0])) / _RESULT
    told = read_noted(place)
    if told.get("task") != dict(work.task):
        return {}
    tried = dict(told.get("plans", {}))
    return told if tried == {town: digest_of(city.plan_of(town)) for town in tried} else {}


def _require_both(city: City, towns: Collection[str]) -> None:
    behalf = acting_for()
    if behalf is not None:
        for town in towns:
            require_valid(behalf, city.plan_of(town))


def _work(task: Mapping[str, Any], tell: Callable[[str, float], None]) -> None:
    city = open_city(task["city"])
    one, other = task["towns"]
    _require_both(city, (one, other))
    tell("trial" if task["is_trial"] else "settle", 0.0)
    try:
        _carry_out(city, task)
    except GridmapError as error:
        fault = _fault_of(city, (one, other), error)
        if fault is error:
            raise
        raise fault from None


def _fault_of(city: City, pair: Collection[str], error: GridmapError) -> GridmapError:
    """Give what is told of a fault: one of other towns names them to who is for all towns alone."""
    others = set(towns_in_hand(city)) - set(pair)
    if isinstance(error, CityBusyError) or not (others or isinstance(error, BoundaryError)):
        return error
    kind = StoppedSettlingError if others else BoundaryError
    if acting_scope().everything:
        return kind(str(error), error.zh) if others else error
    told = _OF_OTHERS[kind.__name__]
    return kind(str(told), told.zh)


def _carry_out(city: City, task: Mapping[str, Any]) -> None:
    one, other = task["towns"]
    if task["is_trial"]:
        plans = {town: digest_of(city.plan_of(town)) for town in (one, other)}
        with watching_writes(None):
            tried = try_border(city, one, other, by=task["by"])
        figures = tried.figures.to_dict("records")
        result = {"figures": figures, "losing": list(tried.losing), "plans": plans}
        moves = tried.moves
    else:
        with ExitStack() as both:
            for town in (one, other):
                both.enter_context(watched_write(city.plan_of(town)))
            with watching_writes(None):
                settled = settle_border(
                    city,
                    one,
                    other,
                    by=task["by"],
                    anew=task["anew"],
                    ask=lambda: _require_both(city, (one, other)),
                )
                renew_city_tiles(open_city(city.folder))
        result, moves = {}, settled.moves
    told = {"task": dict(task), "moves": moves.to_dict("records"), **result}
    with watching_writes(None):
        place = place_of(city, one) / _RESULT
        write_atomically(place, json.dumps(told, ensure_ascii=False).encode(), overwrite=True)


if __name__ == "__main__":
    sys.exit(carry_out(Path(sys.argv[1]), sys.argv[2], _work))
