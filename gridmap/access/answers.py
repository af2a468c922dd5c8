"""What cadres answer: receipts and disputes, kept beside the plan and never lost.

A receipt is for one state of a grid: when its outline or duties change, it is asked for again. A
dispute is a proposal to the planner, a place and a sentence (of a post on a group or object the
sentence alone); it changes nothing in the plan. The planner settles it with an outcome and a reply,
which the cadre reads; should the edit that followed it be undone, it is open again.
"""

import secrets
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import shapely

from gridmap.access.place import place_in_work_crs
from gridmap.access.sidecar import Fields, add_event, beside, faulty_lines, read_events
from gridmap.access.view import CadreView, GridView, grid_state
from gridmap.plan.plan import Plan
from layers.contract.errors import PlanError, UsageError, quoted
from layers.contract.sentence import LONGEST_SENTENCE, said

__all__ = ["LONGEST_SENTENCE", "Outcome", "add_dispute", "confirm", "confirmed_on", "dispute",
           "disputes", "faulty_answers", "reopen", "responses", "settle",
           "with_receipts"]  # fmt: skip

Outcome = Literal["accepted", "refused", "done"]  # done: dealt with in another way
FARTHEST_M = 5_000  # of a disputed place from the grid
MOST_OPEN = 50  # disputes of one person that wait for the planner
EVENTS: dict[str, Fields] = {
    "confirmed": {"time": "time", "person": "text", "grid": "text", "state": "text"},
    "disputed": {
        "id": "text",
        "time": "time",
        "person": "text",
        "grid": "text",
        "lon": "number",
        "lat": "number",
        "sentence": "text",
    },
    # Of a post on a group or object: its id stands for the grid, and it has no place on the map.
    "disputed_post": {
        "id": "text",
        "time": "time",
        "person": "text",
        "grid": "text",
        "sentence": "text",
    },
    "settled": {"id": "text", "time": "time"},
    "reopened": {"id": "text", "time": "time"},
}
DISPUTES = ("id", "time", "person_id", "grid_code", "lon", "lat", "sentence", "settled",
            "outcome", "reply", "settled_by", "edit")  # fmt: skip
_ONE_AT_A_TIME = threading.Lock()  # a double click asks twice at once


def confirm(plan_path: Path, view: CadreView, code: str, *, when: datetime) -> None:
    """Note that a cadre has received a grid as it is now.

    Raises
    ------
    PlanError
        If it is not a grid of the cadre.
    LayerFileError
        If it cannot be saved.
    """
    grid = _own(view, code)
    if confirmed_on(plan_path, view, code):
        return
    add_event(
        _record(plan_path),
        {
            "event": "confirmed",
            "time": when.isoformat(timespec="seconds"),
            "person": view.person_id,
            "grid": code,
            "state": grid.state,
            "version": view.version,
        },
    )


def dispute(
    plan_path: Path, view: CadreView, code: str, *, lon: float, lat: float, sentence: str,
    when: datetime, facts: Mapping[str, str | bool] | None = None,
) -> str:  # fmt: skip
    """Send the planner a place where the border is wrong, and why; sent twice it is there once.

    Parameters
    ----------
    plan_path, view, code
        The plan, what the cadre may see, and the grid.
    lon, lat
        The place in degrees, WGS84.
    sentence
        What is wrong there; up to 500 signs. Line breaks become spaces.
    when
        Time it is sent.
    facts
        What else the record keeps of it, such as the state that the cadre saw.

    Returns
    -------
    The id of the dispute; of the one that is open already when place and sentence are the same.

    Raises
    ------
    PlanError
        If it is not a grid of the cadre.
    UsageError
        If the sentence is empty or too long, the place far away, or too many disputes are open.
    LayerFileError
        If it cannot be saved.
    """
    grid = _own(view, code)
    text = said(sentence)
    away = shapely.distance(grid.outline, place_in_work_crs(view, lon, lat))
    if not away <= FARTHEST_M:
        raise UsageError(
            f"The place is {away:,.0f} m from the grid. Choose one within {FARTHEST_M} m.",
            f"该位置距网格 {away:,.0f} 米。请选择 {FARTHEST_M} 米以内的位置。",
        )
    event = {
        "event": "disputed",
        "person": view.person_id,
        "grid": code,
        "lon": round(lon, 7),
        "lat": round(lat, 7),
        "sentence": text,
        "state": grid.state,
        **(facts or {}),
    }
    return add_dispute(plan_path, event, when=when)


def add_dispute(plan_path: Path, event: dict[str, Any], *, when: datetime) -> str:
    """Note a dispute that has been checked, unless it is open already.

    Parameters
    ----------
    plan_path, when
        The plan, and the time it is sent.
    event
        What stands in the record but for id and time; see `EVENTS`.

    Returns
    -------
    Its id, or that of the open one that says the same.

    Raises
    ------
    UsageError
        If too many disputes of the person are open.
    LayerFileError
        If it cannot be saved.
    """
    with _ONE_AT_A_TIME:
        known = disputes(plan_path)
        waiting = known[(known["person_id"] == event["person"]) & (known["settled"] == "")]
        said_before = (waiting["grid_code"] == event["grid"]) & (
            waiting["sentence"] == event["sentence"]
        )
        for axis in ("lon", "lat"):
            at = event.get(axis)
            said_before &= waiting[axis].isna() if at is None else waiting[axis] == at
        if said_before.any():
            return str(waiting.loc[said_before, "id"].iloc[0])
        if len(waiting) >= MOST_OPEN:
            raise UsageError(
                f"{len(waiting)} of your disputes wait for an answer already. Ask the planner "
                "first.",
                f"已有 {len(waiting)} 条异议待处理。请先联系规划人员。",
            )
        number = secrets.token_hex(6)
        sent = {"id": number, "time": when.isoformat(timespec="seconds")}
        add_event(_record(plan_path), event | sent)
    return number


def settle(
    plan_path: Path, number: str, *, when: datetime, outcome: Outcome = "done", reply: str = "",
    by: str = "", edit: str = "",
) -> None:  # fmt: skip
    """Note how the planner has dealt with a dispute; the last word holds.

    Parameters
    ----------
    plan_path, number, when
        The plan, the dispute, and the time.
    outcome
        Whether it was accepted, refused, or dealt with in another way.
    reply
        What the cadre reads; up to 500 signs, or "".
    by
        Who settles it.
    edit
        The edit that followed it, as `gridmap.edits.moves.log.entry_name` has it; "" for none.

    Raises
    ------
    UsageError
        If there is no such dispute or outcome, or the reply is too long.
    """
    _require_dispute(plan_path, number)
    if outcome not in get_args(Outcome):
        outcomes = ", ".join(get_args(Outcome))
        raise UsageError(
            f"{outcome!r} is no outcome of a dispute. Choose one of: {outcomes}.",
            f"异议没有{quoted(outcome)}这种处理结果。请选用：{outcomes}。",
        )
    event = {"event": "settled", "id": number, "time": when.isoformat(timespec="seconds")}
    text = said(reply, may_be_empty=True)
    add_event(
        _record(plan_path), {**event, "outcome": outcome, "reply": text, "by": by, "edit": edit}
    )


def reopen(plan_path: Path, number: str, *, when: datetime) -> None:
    """Note that a dispute waits again, for what followed it was undone.

    Raises
    ------
    UsageError
        If there is no such dispute.
    """
    _require_dispute(plan_path, number)
    event = {"event": "reopened", "id": number, "time": when.isoformat(timespec="seconds")}
    add_event(_record(plan_path), event)


def _require_dispute(plan_path: Path, number: str) -> None:
    if number not in set(disputes(plan_path)["id"]):
        raise UsageError(f"There is no dispute {number!r}.", f"没有异议{quoted(number)}。")


def confirmed_on(plan_path: Path, view: CadreView, code: str) -> str:
    """Give the day on which a cadre confirmed a grid as it is now; "" when not yet."""
    grid = _own(view, code)
    return _receipts(read_events(_record(plan_path), EVENTS)).get(
        (view.person_id, code, grid.state), ""
    )


def disputes(plan_path: Path) -> pd.DataFrame:
    """List all disputes, the oldest first; `settled` is the day or "" while it is open.

    `outcome`, `reply`, `settled_by` and `edit` are as `settle` got them. A dispute that is open
    again keeps what was replied. One of a post on a group or object has its id in `grid_code`, and
    NaN for the place. Texts are as people wrote them: escape them where they are shown.
    """
    rows: dict[str, dict[str, Any]] = {}
    for event in read_events(_record(plan_path), EVENTS):
        if event["event"] in ("disputed", "disputed_post"):
            rows[event["id"]] = {
                "id": event["id"],
                "time": event["time"],
                "person_id": event["person"],
                "grid_code": event["grid"],
                "lon": event.get("lon", np.nan) if event["event"] == "disputed" else np.nan,
                "lat": event.get("lat", np.nan) if event["event"] == "disputed" else np.nan,
                "sentence": event["sentence"],
                "settled": "",
                **dict.fromkeys(("outcome", "reply", "settled_by", "edit"), ""),
            }
        elif event["event"] == "settled" and event["id"] in rows:
            told = {name: _text(event.get(name)) for name in ("outcome", "reply", "edit")}
            rows[event["id"]] |= {
                **told,
                "settled": event["time"][:10],
                "outcome": told["outcome"] or "done",  # older versions knew no other
                "settled_by": _text(event.get("by")),
            }
        elif event["event"] == "reopened" and event["id"] in rows:
            rows[event["id"]]["settled"] = ""
    frame = pd.DataFrame(list(rows.values()), columns=list(DISPUTES))
    texts = [name for name in DISPUTES if name not in ("lon", "lat")]
    return frame.astype(dict.fromkeys(texts, "str") | {"lon": "float64", "lat": "float64"})


def faulty_answers(plan_path: Path) -> int:
    """Count the lines of the record that cannot be read; what they said is not shown."""
    return len(faulty_lines(_record(plan_path), EVENTS))


def responses(plan: Plan, plan_path: Path) -> pd.DataFrame:
    """Say of every filled post whether its person has confirmed the grid or disputes it.

    Returns
    -------
    Columns `grid_code`, `person_id`, `role`, `state` (disputed | unconfirmed | confirmed),
    `confirmed_on` (ISO date or "") and `open_disputes`, in order of grid and person.
    """
    receipts = _receipts(read_events(_record(plan_path), EVENTS))
    known = disputes(plan_path)
    waiting = known[known["settled"] == ""].groupby(["grid_code", "person_id"]).size()
    posts = plan.assignments
    there = plan.grids.index.get_indexer(posts["grid_code"]) >= 0
    filled = posts[(posts["status"] == "filled").to_numpy() & there]
    pair = ["grid_code", "person_id"]
    # Of two posts on one grid the first role has the last word.
    held = pd.DataFrame(filled[[*pair, "role"]]).sort_values([*pair, "role"]).drop_duplicates(pair)
    states = np.full(len(held), "unconfirmed", dtype=object)
    days, counts = np.full(len(held), "", dtype=object), np.zeros(len(held), dtype="int64")
    confirmed = {(code, person) for person, code, _ in receipts}
    # Most have no answer yet: only those that have one are gone through.
    for row in _rows_of(held, confirmed.union(waiting.index)):
        code, person = held["grid_code"].iloc[row], held["person_id"].iloc[row]
        if (code, person) in confirmed:
            days[row] = receipts.get((person, code, grid_state(plan, code, person)), "")
        counts[row] = waiting.get((code, person), 0)
        states[row] = "disputed" if counts[row] else "confirmed" if days[row] else "unconfirmed"
    texts = {"state": states, "confirmed_on": days}
    told = {
        name: pd.Series(values, index=held.index, dtype="str") for name, values in texts.items()
    }
    return held.assign(**told, open_disputes=counts).reset_index(drop=True)


def with_receipts(plan: Plan, plan_path: Path) -> Plan:
    """Write into the assignments of a plan on which day people confirmed them on their pages.

    A receipt is for one state of a grid; where outline or duties have changed since, the day is
    taken out again. Posts on groups and objects have no page of their own yet and keep what they
    say.
    """
    told = responses(plan, plan_path)
    days = {
        (code, person): day
        for code, person, day in zip(
            told["grid_code"], told["person_id"], told["confirmed_on"], strict=True
        )
    }
    rows = plan.assignments
    pairs = zip(
        rows["grid_code"], rows["person_id"], rows["status"], rows["confirmed_on"], strict=True
    )
    confirmed = [
        days.get((code, person), "") if status == "filled" and code else day
        for code, person, status, day in pairs
    ]
    column = pd.Series(confirmed, index=rows.index, dtype="str")
    return plan.with_tables(assignments=rows.assign(confirmed_on=column))


def _rows_of(held: pd.DataFrame, pairs: set[tuple[str, str]]) -> list[int]:
    """Rows of pairs of grid and person."""
    if not pairs:
        return []
    every = zip(held["grid_code"].tolist(), held["person_id"].tolist(), strict=True)
    return [row for row, pair in enumerate(every) if pair in pairs]


def _record(plan_path: Path) -> Path:
    return beside(plan_path, "answers")


def _receipts(events: list[dict[str, Any]]) -> dict[tuple[str, str, str], str]:
    """Day of the first receipt by person, grid and state."""
    days: dict[tuple[str, str, str], str] = {}
    for event in events:
        if event["event"] == "confirmed":
            days.setdefault((event["person"], event["grid"], event["state"]), event["time"][:10])
    return days


def _own(view: CadreView, code: str) -> GridView:
    grid = view.grid(code)
    if grid is None:
        raise PlanError(
            f"{code!r} is not a grid of {view.person_id!r}. Open the link again.",
            f"{quoted(code)}不是{quoted(view.person_id)}的网格。请重新打开链接。",
        )
    return grid


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
