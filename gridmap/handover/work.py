"""The process that carries an order out for a page: `python -m gridmap.handover.work FOLDER N`.

The folder is of whoever ordered, and of nobody else; the task in it is the order. What is made
lies in a folder below it, until something else is ordered or the app ends.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from boundaries.export.manifest import MANIFEST
from gridmap.handover.carrying import Progress, carry_out
from gridmap.handover.delivery import Delivered, into_folder
from gridmap.handover.order import Order, from_json, to_json
from gridmap.store import load_plan
from gridmap.trials.background import carry_out as work_through
from gridmap.trials.background import start_work
from gridmap.workflow.steps import Step
from layers.contract.errors import Named
from layers.files.atomic import write_atomically

__all__ = ["MADE", "Result", "forget_result", "read_result", "start_order"]

MADE = "made"
_RESULT = "result.json"
_READING = 0.05  # share of the work that reading the plan is said to take


@dataclass(frozen=True)
class Result:
    """What came of an order: the files in the folder, and what they are of."""

    order: Order
    files: tuple[Delivered, ...]
    folder: Path

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def each(self) -> Iterator[tuple[str, bytes]]:
        """Read all files by name, their manifest last."""
        for file in self.files:
            yield file.name, self.data(file.name)
        yield MANIFEST, self.data(MANIFEST)

    def data(self, name: str) -> bytes:
        """Read a file that was made."""
        return (self.folder / Path(name).name).read_bytes()


def start_order(folder: Path, order: Order, source: Path, *, printed: date) -> None:
    """Start making the files of an order in a process of its own; those of the last one are gone.

    Parameters
    ----------
    folder
        Private to who orders.
    order, source, printed
        As `carry_out` gets them.

    Raises
    ------
    WorkBusyError
        If files are being made there.
    LayerFileError
        If the folder cannot be written.
    """
    task = {"order": to_json(order), "plan": str(source.resolve()), "printed": printed.isoformat()}
    start_work(folder, "gridmap.handover.work", task)


def forget_result(folder: Path) -> None:
    """Remove what was made."""
    (folder / _RESULT).unlink(missing_ok=True)
    shutil.rmtree(folder / MADE, ignore_errors=True)


def read_result(folder: Path) -> Result | None:
    """Give what was made last; None when there is nothing."""
    try:
        given = json.loads((folder / _RESULT).read_text(encoding="utf-8"))
        files = tuple(
            Delivered(**(one | {"remarks": tuple(Named(**each) for each in one["remarks"])}))
            for one in given["files"]
        )
        return Result(from_json(given["order"]), files, folder / MADE)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _make(folder: Path) -> Callable[[Mapping[str, Any], Callable[[str, float], None]], None]:
    def work(task: Mapping[str, Any], tell: Callable[[str, float], None]) -> None:
        forget_result(folder)
        tell(Step.READ, 0.0)
        source, order = Path(task["plan"]), from_json(task["order"])
        plan = load_plan(source)

        def told(now: Progress) -> None:
            share = _READING + (1 - _READING) * now.share
            tell(f"{now.kind}|{now.done}|{now.all}", share)

        day = date.fromisoformat(task["printed"])
        place = folder / MADE
        files = carry_out(order, plan, source=source, printed=day, tell=told, manifest=place)
        made = into_folder(files, place)
        listed = [asdict(one) for one in made if one.name != MANIFEST]
        content = {"order": to_json(order), "files": listed}
        write_atomically(folder / _RESULT, json.dumps(content).encode(), overwrite=True)

    return work


if __name__ == "__main__":
    place = Path(sys.argv[1])
    sys.exit(work_through(place, sys.argv[2], _make(place)))
