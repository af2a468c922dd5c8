"""Kills in the middle of publishing, saving and exporting: the old or the new, never a mixture.

A child publishes version after version, notes each when the call has returned, and is killed at a
random moment. Then every version that was told is there and proves itself, and publishing again
makes the plan good. Saving and exporting: `benchmarks.output_kills`.
`python -m benchmarks.publication_kills PLAN --rounds 200` kills so many times at each of the three.
"""

import argparse
import random
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.kills import in_child
from benchmarks.output_kills import kill_exporting, kill_saving
from gridmap.publications import check_record, publish_plan, versions_of
from gridmap.store import load_plan

__all__ = ["Found", "kill_publishing", "main"]

START = date(2026, 1, 1)
TOLD = "told.log"


@dataclass
class Found:
    """What was found after the kills."""

    kills: int = 0
    told: int = 0  # versions that were told as published
    lost: int = 0  # of these not there
    faults: int = 0  # versions that do not prove themselves, days or numbers out of line
    not_made_good: int = 0  # plans that do not bear the last version after publishing it again


def kill_publishing(plan: Path, rounds: int, *, seed: int = 0) -> Found:
    """Kill a publisher of a plan so many times, each time at a random moment.

    Parameters
    ----------
    plan
        A plan without errors in an empty folder; it is changed.
    rounds
        How many kills.
    seed
        Of the moments.
    """
    chance, found = random.Random(seed), Found()
    begin = time.perf_counter()
    in_child(lambda: _publish(plan, 0))
    longest = 2 * (time.perf_counter() - begin)
    while found.kills < rounds:
        state, _ = in_child(lambda: _work(plan), chance.uniform(0.0, longest))
        assert state == "killed", state
        found.kills += 1
        _look(plan, found)
    return found


def _publish(plan: Path, serial: int) -> None:
    first = (START + timedelta(days=serial)).isoformat()
    who = {"who": "harness", "when": f"{first}T08:00:00"}
    publish_plan(plan, why=f"version {serial}", first_day=first, number=str(serial), **who)
    with (plan.parent / TOLD).open("a", encoding="utf-8") as file:
        file.write(f"{serial}\n")


def _work(plan: Path) -> None:
    for serial in range(len(versions_of(plan)), 10_000):
        _publish(plan, serial)


def _look(plan: Path, found: Found) -> None:
    versions = versions_of(plan)
    numbers = [one.number for one in versions]
    told = (plan.parent / TOLD).read_text(encoding="utf-8").split()
    found.told = len(set(told))
    found.lost = len(set(told) - set(numbers))
    found.faults += len(check_record(plan))
    found.faults += numbers != [str(serial) for serial in range(len(versions))]
    ends = [date.fromisoformat(one.last_day) for one in versions[:-1]]
    found.faults += any(
        (date.fromisoformat(after.first_day) - end).days != 1
        for end, after in zip(ends, versions[1:], strict=True)
    )
    found.faults += bool(versions[-1].last_day)
    in_child(lambda: _publish(plan, len(versions) - 1))
    good = load_plan(plan).rules.town.version == versions[-1].number
    found.not_made_good += not good or versions_of(plan) != versions


WORKS = {"publish": kill_publishing, "save": kill_saving, "export": kill_exporting}


def main() -> None:
    """Run the kills and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--what", nargs="+", choices=list(WORKS), default=list(WORKS))
    given = parser.parse_args()
    for what in given.what:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "town.gridmap.gpkg"
            shutil.copyfile(given.plan, copy)
            print(what, WORKS[what](copy, given.rounds, seed=given.seed), flush=True)


if __name__ == "__main__":
    main()
