"""Writers of plans that are killed while another program works on the same file.

A run is a process of its own that saves, accepts an edit, copies a plan as publishing does, or
changes accounts or links, and is killed (SIGKILL) at a random moment. In four of five runs a real
other program with SQLite works on the same plan, in WAL or in a journal mode, and is killed too,
with what it then leaves beside the plan. After every run the plan must open with everything that
any of them was told is saved. Needs a system with fork: not Windows.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.big_plan import big_plan
from benchmarks.tally import MISLEADING, SIDE, Tally
from gridmap.access.accounts import accounts_in, add_account, remove_account
from gridmap.access.links import links_of, make_link
from gridmap.edits import Edit, apply, state_id
from gridmap.plan.plan import Plan
from gridmap.store import load_plan, save_plan
from gridmap.store.plan_lock import change_plan
from layers.contract.errors import GridmapError
from layers.files.database_files import InUseError

__all__ = ["in_child", "kill_writers"]

MODES = ("none", "WAL", "DELETE", "TRUNCATE", "PERSIST")
BY = {"who": "harness", "when": "2026-01-01T00:00:00"}
# Another program: it knows nothing of gridmap. Each number it prints is committed.
OTHER = """
import sqlite3, sys, time
path, mode, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
while True:
    try:
        base = sqlite3.connect(path, timeout=0.05, isolation_level=None)
        base.execute(f"PRAGMA journal_mode = {mode}").fetchall()
        base.execute("PRAGMA cache_size = 2")
        base.execute("CREATE TABLE IF NOT EXISTS notes (number INTEGER, text BLOB)")
        for _ in range(3):
            base.execute("BEGIN IMMEDIATE")
            base.execute("INSERT INTO notes VALUES (?, randomblob(12000))", (number,))
            base.execute("COMMIT")
            print(number, flush=True)
            number += 1
            time.sleep(0.002)
        base.close()
        time.sleep(0.004)
    except sqlite3.Error:
        time.sleep(0.004)  # held by somebody, or moved: it opens the file again
"""


def _save(place: Path, number: int) -> None:
    change_plan(place, lambda plan: replace(plan, receipt={**plan.receipt, "saved": str(number)}))


def _accept(place: Path, number: int) -> None:
    def lock(plan: Plan) -> Plan:
        code = plan.micro_grids.index[0]
        kind = "unlock" if len(plan.edits) % 2 else "lock"
        edit = Edit(kind=kind, grids=(code,), state=state_id(plan))  # type: ignore[arg-type]
        return apply(plan, edit, **BY, why=str(number), check=False)

    change_plan(place, lock)


def _copy(place: Path, number: int) -> None:
    plan = load_plan(place)
    copy = replace(plan, receipt={**plan.receipt, "copy": str(number)})
    save_plan(copy, place.with_name("published.gridmap.gpkg"), overwrite=True)


def _accounts(place: Path, number: int) -> None:
    add_account(place.parent, f"user{number}", f"a-long-password-{number}", role="viewer")
    if number > 2:
        with suppress(GridmapError):
            remove_account(place.parent, f"user{number - 3}")


def _links(place: Path, number: int) -> None:
    make_link(place, f"person{number}", expires=date(2030, 1, 1), today=date(2026, 1, 1))


TASKS: dict[str, Callable[[Path, int], None]] = {
    "save": _save,
    "accept": _accept,
    "copy": _copy,
    "accounts": _accounts,
    "links": _links,
}


def _look(place: Path) -> dict[str, Any]:
    """Say what is saved: numbers of the last saving, copy, edit, account, links and notes."""
    plan = load_plan(place)
    found: dict[str, Any] = {
        "save": int(plan.receipt.get("saved", 0)),
        "accept": plan.edits["why"].astype(int).tolist(),
        "accounts": [one.name for one in accounts_in(place.parent)],
        "links": [one.person_id for one in links_of(place)],
        "copy": 0,
        "notes": [],
    }
    published = place.with_name("published.gridmap.gpkg")
    if published.exists():
        found["copy"] = int(load_plan(published).receipt["copy"])
    with closing(sqlite3.connect(place)) as base:
        # From here on the leftovers are in it: this is what any program that opens it does.
        state = base.execute("PRAGMA integrity_check").fetchone()[0]
        found["integrity"] = state
        with suppress(sqlite3.OperationalError):
            found["notes"] = [row[0] for row in base.execute("SELECT number FROM notes")]
    return found


def in_child(work: Callable[[], Any], kill_after: float | None = None) -> tuple[str, Any]:
    """Run in a process of its own: "done", "told" (an error of ours), "bug" or "killed"."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            answer: tuple[str, Any] = ("done", work())
        except GridmapError as error:
            busy = isinstance(error, InUseError)
            answer = ("told", {"text": str(error) + error.zh, "busy": busy})
        except BaseException:
            answer = ("bug", traceback.format_exc())
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(answer).encode())  # all of it: notes of many runs are long
        os._exit(0)
    os.close(writing)
    if kill_after is not None:
        select.select([reading], [], [], kill_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return tuple(json.loads(data)) if data else ("killed", None)


class _Other:
    """The other program, and what it has been told is committed."""

    def __init__(self, place: Path, mode: str, first: int) -> None:
        words = [sys.executable, "-S", "-c", OTHER, str(place), mode, str(first)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE)

    def end(self) -> list[int]:
        """Kill it, and give the numbers that it has committed."""
        self.process.kill()
        out, _ = self.process.communicate()
        return [int(line) for line in out.split(b"\n")[:-1] if line]


def kill_writers(kills: int, folder: Path, *, seed: int = 0) -> dict[str, Tally]:
    """Kill writers until so many have been killed, and count what was lost.

    Parameters
    ----------
    kills
        Writers to kill before they end.
    folder
        An empty folder to work in.
    seed
        Of the moments and modes; the machine's own timing changes what is struck.

    Returns
    -------
    By task and mode of the other program, what came of it.
    """
    rng = random.Random(seed)
    place = folder / "town.gridmap.gpkg"
    in_child(lambda: save_plan(big_plan(SIDE), place))
    spans = {name: _span(task, place) for name, task in TASKS.items()}
    tallies: dict[str, Tally] = {}
    before = in_child(lambda: _look(place))[1]
    notes: set[int] = set()
    number, struck = 100, 0
    while struck < kills:
        number += 1
        name, mode = rng.choice(list(TASKS)), rng.choice(MODES)
        tally = tallies.setdefault(f"{name}, {mode}", Tally())
        tally.runs += 1
        other = _Other(place, mode, number * 1000) if mode != "none" else None
        if other is not None:
            time.sleep(rng.uniform(0.0, 0.08))
        task = TASKS[name]
        after = rng.uniform(0.0, 1.1) * spans[name]
        state, answer = in_child(lambda task=task, n=number: task(place, n), kill_after=after)
        committed = other.end() if other is not None else []
        if state == "killed":
            tally.struck += 1
            struck += 1
        elif state != "done":
            _judge(tally, state, answer)
        notes.update(committed)
        before = _compare(tally, place, name, number, state, before, notes)
        if number % 20 == 0:
            in_child(lambda n=number: _save(place, n))  # sweeps what the killed ones left
            left = [one for one in folder.iterdir() if one.name.startswith(".gridmap-")]
            tally.debris += len(left)
            before = in_child(lambda: _look(place))[1]
    return tallies


def _span(task: Callable[[Path, int], None], place: Path) -> float:
    start = time.monotonic()
    for number in (1, 2):
        in_child(lambda n=number: task(place, n))
    return (time.monotonic() - start) / 2


def _judge(tally: Tally, state: str, answer: Any) -> None:
    if state == "bug":
        tally.fault("lost", str(answer))
        return
    tally.refused += 1
    if any(word in answer["text"] for word in MISLEADING):
        tally.fault("misleading", answer["text"])
    # Nothing here damages a file: a plan that is called damaged is a wrong word.
    if not answer["busy"] and "meanwhile" not in answer["text"]:
        tally.fault("misleading", answer["text"])


def _compare(
    tally: Tally, place: Path, name: str, number: int, state: str, before: dict[str, Any],
    notes: set[int],
) -> dict[str, Any]:  # fmt: skip
    """Hold what is saved now against what was saved before and what this run was told."""
    told, now = in_child(lambda: _look(place))
    if told != "done":
        tally.fault("lost", f"{name} {number} {state}: the plan does not open: {now}")
        return before
    if now["integrity"] != "ok":
        tally.fault("silent", f"{name} {number}: {now['integrity']}")
    lost = notes - set(now["notes"])
    if lost:
        tally.fault(
            "lost", f"{name} {number} {state}: notes {sorted(lost)[:5]} of the other program"
        )
        notes.difference_update(lost)
    allowed = {key: [before[key]] for key in TASKS}
    made = {
        "save": number,
        "copy": number,
        "accept": [*before["accept"], number],
        "links": [*before["links"], f"person{number}"],
    }
    if name == "accounts":
        allowed[name] = _accounts_after(before["accounts"], number)
    else:
        allowed[name].append(made[name])
    if state == "done":
        allowed[name] = allowed[name][-1:]
    for key, values in allowed.items():
        if now[key] not in values:
            tally.fault("lost", f"{name} {number} {state}: {key} is {now[key]}, not {values[-1]}")
    return now


def _accounts_after(before: list[str], number: int) -> list[list[str]]:
    added = sorted([*before, f"user{number}"])
    removed = [one for one in added if one != f"user{number - 3}"]
    return [before, added, removed]
