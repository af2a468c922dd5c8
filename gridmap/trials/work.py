"""The process that makes trials: `python -m gridmap.trials.work FOLDER NUMBER`, started by the app.

The folder is the store of the trials; the task in it names the town and what to try.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gridmap.trials import Attempt, run_trials
from gridmap.trials.background import carry_out, start_work

__all__ = ["start_trials"]

# What is kept is read back as it is: the place of it comes from the server alone, not from a file.
_KEEP = "GRIDMAP_KEEP"


def start_trials(town: Path, store: Path, attempts: list[Attempt], *, keep: Path) -> None:
    """Start making trials of a town in a process of its own.

    Parameters
    ----------
    town
        Folder of the town.
    store
        Folder of trials.
    attempts
        What to try.
    keep
        Private folder for the town as read.

    Raises
    ------
    WorkBusyError
        If trials of the store are being made.
    """
    task = {
        "town": str(town.resolve()),
        "attempts": [asdict(attempt) for attempt in attempts],
    }
    start_work(store, "gridmap.trials.work", task, private={_KEEP: str(keep)})


def _make(store: Path) -> Callable[[Mapping[str, Any], Callable[[str, float], None]], None]:
    def work(task: Mapping[str, Any], tell: Callable[[str, float], None]) -> None:
        attempts = [Attempt(**one) for one in task["attempts"]]
        keep = Path(os.environ[_KEEP]) if _KEEP in os.environ else None
        run_trials(Path(task["town"]), store, attempts, tell=tell, keep=keep)

    return work


if __name__ == "__main__":
    place = Path(sys.argv[1])
    sys.exit(carry_out(place, sys.argv[2], _make(place)))
