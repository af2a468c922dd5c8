"""A run of a city in a process of its own: `python -m gridmap.city.overview.background FOLDER N`.

Whoever started it may leave: it goes on, and whoever comes sees how far it is. What is done when it
is cancelled stays done, and the catalogue tells so.
"""

import json
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from gridmap.city.catalogue import write_catalogue
from gridmap.city.folder import City, open_city
from gridmap.city.outcomes import read_outcome
from gridmap.city.running import PROGRESS, Progress, alone_in, is_running, plan_city
from gridmap.city.tiles import renew_city_tiles
from gridmap.trials.background import Work, carry_out, end_work, look_at_work, start_work

__all__ = ["cancel_run", "look_at_run", "read_progress", "start_run", "town_progress"]

_MODULE = "gridmap.city.overview.background"


def start_run(city: City, *, only: Collection[str] = (), anew: Collection[str] = ()) -> None:
    """Start planning a city, as `plan_city` does.

    Parameters
    ----------
    city
        The city.
    only
        Names of towns; none for all.
    anew
        Names of towns to plan whatever has changed, and though edits are lost.

    Raises
    ------
    WorkBusyError
        If a run that was started here is going on.
    LayerFileError
        If the folder of the city cannot be written.
    """
    start_work(_place(city), _MODULE, _task(city, "plan", only, anew))


def cancel_run(city: City) -> None:
    """End the run that was started here; the catalogue is written by another process.

    When this returns no process of the run works any more.
    """
    work = look_at_run(city)
    end_work(_place(city))
    if work is not None and work.task["what"] == "plan":
        start_work(_place(city), _MODULE, _task(city, "tables", ()))


def look_at_run(city: City) -> Work | None:
    """Say how the last run that was started here stands; None when there was none."""
    return look_at_work(_place(city))


def read_progress(city: City) -> Progress | None:
    """Say how far the run is that is going on, wherever it was started.

    None where there is none, or none that has told anything yet.
    """
    if not is_running(city):
        return None
    place, work = city.catalogue / PROGRESS, look_at_run(city)
    try:
        if work is not None and work.is_running and place.stat().st_mtime < work.started:
            return None  # of a run before: this one has not told anything yet
        told = json.loads(place.read_text(encoding="utf-8"))
        left = float("nan") if told["left_s"] is None else float(told["left_s"])
        names = {key: tuple(told[key]) for key in ("running", "waiting")}
        return Progress(**{**told, **names, "left_s": left})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def town_progress(city: City) -> pd.DataFrame:
    """Say of every town what the last run made of it, or whether it is at work.

    Returns
    -------
    `state` (running, placing, done, failed, waiting), `seconds` that it took, nan where it is not
    done, `fault` and `fault_zh`, by the name of the town. No file of a town is read; what has
    changed since is told by `gridmap.city.status`.
    """
    now = read_progress(city)
    at_work = now.running if now is not None else ()
    waiting = now.waiting if now is not None else ()
    rows = []
    for town in city.towns:
        outcome = read_outcome(city.derived_of(town.name))
        fault = town.fault or (outcome.fault if outcome is not None else None)
        state: str = outcome.state if outcome is not None else "waiting"
        seconds = outcome.costs.get("wall_s") if outcome is not None else None
        if town.fault:
            state = "failed"
        elif town.name in (*at_work, *waiting):
            state = "running" if town.name in at_work else "waiting"
            fault, seconds = None, None
        rows.append((town.name, state, seconds, str(fault or ""), fault.zh if fault else ""))
    frame = pd.DataFrame(rows, columns=["town", "state", "seconds", "fault", "fault_zh"])
    return frame.astype({"seconds": "float64"}).set_index("town")


def _place(city: City) -> Path:
    return city.catalogue / "run"


def _task(
    city: City, what: str, only: Collection[str], anew: Collection[str] = ()
) -> dict[str, Any]:
    place = str(city.folder.resolve())
    return {"city": place, "what": what, "only": sorted(only), "anew": sorted(anew)}


def _work(task: Mapping[str, Any], tell: Callable[[str, float], None]) -> None:
    city = open_city(task["city"])
    tell(task["what"], 0.0)
    if task["what"] == "tables":
        with alone_in(city):
            write_catalogue(city)
        return

    def told(now: Progress) -> None:
        tell("plan", (now.done + now.failed) / now.all if now.all else 1.0)

    plan_city(city, only=task["only"], anew=task["anew"], tell=told)
    renew_city_tiles(city)


if __name__ == "__main__":
    sys.exit(carry_out(Path(sys.argv[1]), sys.argv[2], _work))
