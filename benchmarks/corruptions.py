"""Plan files that are spoiled in the ways of disks, cables and people, and what then is said.

Each must open with the content that was written, or be refused in words whose advice works.
"""

from __future__ import annotations

import random
import sqlite3
import traceback
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pandas as pd

from benchmarks.big_plan import big_plan
from benchmarks.tally import MISLEADING, SIDE, Tally
from gridmap.plan.plan import Plan
from gridmap.store import load_plan, save_plan
from gridmap.store.recovery import recover_plan
from gridmap.store.verifying import verify_plan
from layers.contract.errors import GridmapError
from layers.files.database_files import leftovers_of

__all__ = ["corrupt_plans"]

PAGE = 4096
FRAMES = (
    "patches", "grids", "issues", "people", "posts", "assignments", "ledger", "edits", "versions",
)  # fmt: skip


def corrupt_plans(count: int, folder: Path, *, seed: int = 0) -> Tally:
    """Spoil a plan file in many ways, and count what went by in silence.

    Parameters
    ----------
    count
        Files to spoil.
    folder
        A folder to work in.
    seed
        Of the damage.
    """
    rng = random.Random(seed)
    place, new = folder / "whole.gridmap.gpkg", folder / "new.gridmap.gpkg"
    plan = big_plan(SIDE)
    save_plan(plan, place)
    whole, content = place.read_bytes(), _content(load_plan(place))
    tally = Tally()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the file library, on what it skips
        for _ in range(count):
            tally.runs += 1
            place.write_bytes(whole)
            WAYS[rng.choice(list(WAYS))](place, rng)
            spoiled = place.read_bytes()
            try:
                if _content(load_plan(place)) != content:
                    tally.fault("silent", "another content was opened")
            except GridmapError as error:
                tally.struck += 1
                if any(word in str(error) + error.zh for word in MISLEADING):
                    tally.fault("misleading", str(error))
                _try_ways_on(tally, place, new)
            except Exception:
                tally.fault("silent", traceback.format_exc())
            if place.read_bytes() != spoiled or leftovers_of(place):
                tally.fault("lost", "the damaged file was changed")
    return tally


def _try_ways_on(tally: Tally, place: Path, new: Path) -> None:
    """Follow the advice: verify must call it unsound, and what recover writes must open."""
    try:
        if verify_plan(place).is_sound:
            tally.fault("misleading", "verify calls a plan sound that does not open")
        save_plan(recover_plan(place).plan, new, overwrite=True)
        load_plan(new)
    except GridmapError:
        tally.refused += 1  # too little can be read; said in words


def _content(plan: Plan) -> str:
    parts = []
    for name in FRAMES:
        frame = getattr(plan, name)
        plain = pd.DataFrame(frame.to_wkb(hex=True) if "geometry" in frame else frame)
        parts.append(repr(plain.reset_index().to_dict("list")))
    return "\n".join([*parts, plan.rules_text, repr(sorted(plan.receipt.items()))])


def _bytes(place: Path, rng: random.Random) -> None:
    data = bytearray(place.read_bytes())
    for _ in range(rng.choice([1, 5, 50, 500])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    place.write_bytes(data)


def _cut(place: Path, rng: random.Random) -> None:
    data = place.read_bytes()
    place.write_bytes(data[: rng.randrange(len(data))])


def _zeroed(place: Path, rng: random.Random) -> None:
    data, page = bytearray(place.read_bytes()), rng.randrange(len(place.read_bytes()) // PAGE)
    data[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    place.write_bytes(data)


def _swapped(place: Path, rng: random.Random) -> None:
    data = bytearray(place.read_bytes())
    one, two = (page * PAGE for page in rng.sample(range(1, len(data) // PAGE), 2))
    first, second = data[one : one + PAGE], data[two : two + PAGE]
    data[one : one + PAGE], data[two : two + PAGE] = second, first
    place.write_bytes(data)


def _by_sql(place: Path, rng: random.Random) -> None:
    table = rng.choice(["people", "posts", "assignments", "ledger", "versions", "rules", "receipt"])
    with closing(sqlite3.connect(place)) as base:
        columns = [row[1] for row in base.execute(f"PRAGMA table_info({table})")][1:]
        column, names = rng.choice(columns), ", ".join(f'"{name}"' for name in columns)
        fids = [row[0] for row in base.execute(f"SELECT fid FROM {table}")]
        statement = rng.choice(
            [
                f"UPDATE {table} SET \"{column}\" = 'x' WHERE fid = ?",
                f'UPDATE {table} SET "{column}" = NULL WHERE fid = ?',
                f'UPDATE {table} SET "{column}" = 9e999 WHERE fid = ?',
                f"DELETE FROM {table} WHERE fid = ?",
                f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} WHERE fid = ?",
            ]
        )
        base.execute(statement, (rng.choice(fids or [1]),))
        base.commit()


WAYS: dict[str, Callable[[Path, random.Random], None]] = {
    "bytes": _bytes,
    "cut": _cut,
    "zeroed": _zeroed,
    "swapped": _swapped,
    "sql": _by_sql,
}
