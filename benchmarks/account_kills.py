"""Kills in the middle of account changes, links and the audit: what was told is there, whole.

A process changes accounts, makes and revokes links and notes each step in a file of its own once
the call has returned. It is killed at a random moment; then everything must be readable, and
whatever was noted must hold. `gridmap.access` loads in a tenth of a second, so that rounds cost
little.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from gridmap.access import accounts
from gridmap.access.accounts import accounts_in, add_account, change_role, remove_account
from gridmap.access.audit import Audit, audit_events
from gridmap.access.links import check_token, links_of, make_link, revoke
from layers.contract.errors import GridmapError

__all__ = ["Found", "kill_account_changes", "main"]

ROOT = Path(__file__).parents[1]
TOLD, PLAN = "told.log", "town.gridmap.gpkg"
PASSWORD = "tea lamp river nine"
LONGEST_S = 0.6  # of a writer's life
DAY = date(2026, 11, 20)


@dataclass
class Found:
    """What was found after the kills."""

    kills: int = 0
    steps: int = 0  # that were told as done
    lost: int = 0  # told as done, and not there
    unreadable: int = 0  # files that the kill has spoiled
    advice: int = 0  # messages that tell somebody to do what would lose something


def kill_account_changes(rounds: int, *, seed: int = 0, folder: Path | None = None) -> Found:
    """Kill a writer of accounts, links and audit so many times, each time at a random moment.

    Parameters
    ----------
    rounds
        How many kills.
    seed
        Of the moments.
    folder
        Where it happens; a folder for the moment when not given.
    """
    with tempfile.TemporaryDirectory() as own:
        place = folder or Path(own)
        os.environ["GRIDMAP_STATE"] = str(place / "state")
        (place / PLAN).write_bytes(b"a plan")
        chance, found = random.Random(seed), Found()
        for number in range(rounds):
            writer = _started(place, number)
            time.sleep(chance.uniform(0.0, LONGEST_S))
            writer.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
            writer.wait()
            found.kills += 1
            _look(place, found)
        return found


def _started(place: Path, number: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "benchmarks.account_kills", "--work", str(place), str(number)]
    writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()  # it has loaded and begins now
    return writer


def _work(place: Path, number: int) -> None:
    """Change what there is to change, again and again, and tell each step when it is done."""
    accounts._HASHER = accounts.PasswordHasher(time_cost=1, memory_cost=64)
    audit = Audit(place)
    print("begun", flush=True)
    for step in range(10_000):
        name = f"u{number}-{step}"
        add_account(place, name, PASSWORD, role="planner")
        _tell(place, f"planner {name}")
        change_role(place, name, "viewer")
        _tell(place, f"viewer {name}")
        link, token = make_link(place / PLAN, name, expires=DAY + timedelta(days=9), today=DAY)
        _tell(place, f"good {token}")
        revoke(place / PLAN, serial=link.serial, today=DAY)
        _tell(place, f"revoked {token}")
        audit.note("account-role", who=name)
        _tell(place, f"audit {name}")
        remove_account(place, name)
        _tell(place, f"removed {name}")


def _tell(place: Path, text: str) -> None:
    with (place / TOLD).open("a", encoding="utf-8") as file:
        file.write(text + "\n")


def _look(place: Path, found: Found) -> None:
    """Compare what is there with what was told; the last step may be done and not yet told."""
    told = [line.split() for line in _lines(place / TOLD)]
    found.steps = len(told)
    try:
        roles = {account.name: account.role for account in accounts_in(place)}
        audited = {event["who"] for event in audit_events(place)}
        links_of(place / PLAN)
        last = {what: kind for kind, what in told}
        for what, kind in last.items():
            found.lost += _is_lost(place, kind, what, roles, audited)
    except GridmapError as error:
        found.unreadable += 1
        found.advice += "elete" in str(error)


def _is_lost(place: Path, kind: str, what: str, roles: dict[str, str], audited: set[str]) -> bool:
    if kind == "planner":  # the next step makes a viewer of them
        return roles.get(what) not in ("planner", "viewer")
    if kind == "viewer":
        return roles.get(what) != "viewer"
    if kind == "audit":  # the next step removes them
        return what not in audited or roles.get(what, "viewer") != "viewer"
    if kind == "removed":
        return what in roles
    state = check_token(place / PLAN, what, today=DAY).state
    return state != "revoked" if kind == "revoked" else state not in ("good", "revoked")


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return text.split("\n")[:-1]  # a line that was cut short was not told


def main() -> None:
    """Run the kills and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        _work(Path(given.work[0]), int(given.work[1]))
        return
    print(kill_account_changes(given.rounds, seed=given.seed))


if __name__ == "__main__":
    main()
