"""Kills in the middle of saving a plan and of exporting files: the old or the new, never a mixture.

A child writes state after state, each with its number in several tables and files, notes it when
the call has returned, and is killed at a random moment. Then what lies there is whole and of one
state: the last that was told, or the one after it. `benchmarks.publication_kills` runs both.
"""

import random
import shutil
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.kills import in_child
from gridmap.handover.delivery import into_folder, into_zip
from gridmap.handover.kinds import File
from gridmap.plan.plan import Plan
from gridmap.store import load_plan
from gridmap.store.plan_lock import change_plan
from gridmap.versions.boundaries import boundary_files
from layers.files.atomic import write_atomically
from layers.files.drafts import sweep_drafts

__all__ = ["Left", "kill_exporting", "kill_saving"]

TOLD = "told.log"
NUMBER = b"state of the kills: "  # before the number of a state, in a file beside the boundaries


@dataclass
class Left:
    """What lay there after the kills."""

    kills: int = 0
    told: int = 0  # states that were told as written
    lost: int = 0  # kills after which a state that was told is not there
    broken: int = 0  # files that do not open, or are those of no state
    mixed: int = 0  # kills after which a plan or a zip file is of two states
    between: int = 0  # kills between two files that replace those of a folder, each of them whole
    debris: int = 0  # drafts left after the next writer


def kill_saving(plan: Path, rounds: int, *, seed: int = 0) -> Left:
    """Kill a writer of a plan so many times, each time at a random moment.

    Parameters
    ----------
    plan
        A plan in a folder of its own; it is changed.
    rounds
        How many kills.
    seed
        Of the moments.
    """

    def numbers() -> list[list[str]]:
        now = load_plan(plan)
        told = {*now.micro_grids["label"], *now.patches["name"], now.receipt.get("saved", "")}
        return [sorted(told)]

    return _kill(plan.parent, lambda n: _save(plan, n), numbers, rounds, seed)


def kill_exporting(plan: Path, rounds: int, *, seed: int = 0) -> Left:
    """Kill an exporter so many times: of one file, of several into a folder, of a zip file.

    Parameters
    ----------
    plan
        A plan in a folder of its own; files are written beside it.
    rounds, seed
        As in `kill_saving`.
    """
    place = plan.parent
    made = boundary_files(load_plan(plan), with_patches=True)
    assert made.patches is not None
    grids, patches = made.grids, made.patches

    def write(number: int) -> None:
        mark = NUMBER + f"{number}\n".encode()
        files = [File("grids.geojson", mark + grids), File("patches.geojson", mark + patches)]
        write_atomically(place / "one.geojson", files[0].data, overwrite=True)
        into_zip(files, place / "all.zip", overwrite=True)
        into_folder(files, place / f"new-{number}", overwrite=True)
        into_folder(files, place / "folder", overwrite=True)

    def numbers() -> list[list[str]]:
        found = [[_number(place / "one.geojson", grids)], _numbers_in(place / "all.zip")]
        names = {"grids.geojson": grids, "patches.geojson": patches}
        for folder in place.glob("new-*"):  # all of its files are there, or it is not
            wanted = folder.name.removeprefix("new-")
            if any(_number(folder / one, names[one]) != wanted for one in names):
                found.append([""])
            shutil.rmtree(folder)
        return [*found, *([_number(place / "folder" / one, names[one])] for one in names)]

    return _kill(place, write, numbers, rounds, seed)


def _save(plan: Path, number: int) -> None:
    def changed(now: Plan) -> Plan:
        text = str(number)
        grids, patches = now.grids.copy(), now.patches.assign(name=text)
        grids.loc[grids["kind"] == "micro", "label"] = text
        receipt = {**now.receipt, "saved": text}
        return now.with_tables(grids=grids, patches=patches, receipt=receipt)

    change_plan(plan, changed)


def _kill(
    folder: Path,
    write: Callable[[int], None],
    numbers: Callable[[], list[list[str]]],
    rounds: int,
    seed: int,
) -> Left:
    """Kill a writer, and hold what lies there against what it has told."""
    chance, left, log = random.Random(seed), Left(), folder / TOLD

    def work(first: int) -> None:
        for number in range(first, first + 10_000):
            write(number)
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{number}\n")

    begin = time.perf_counter()
    state, answer = in_child(lambda: write(0))
    assert state == "done", answer
    longest, last = 3 * (time.perf_counter() - begin), 0
    log.write_text("0\n", encoding="utf-8")
    while left.kills < rounds:
        first = last + 1
        state, answer = in_child(lambda n=first: work(n), chance.uniform(0.0, longest))
        assert state == "killed", answer
        left.kills += 1
        # The last state that was written whole: by the child, or after the kill before.
        told = max(int(log.read_text(encoding="utf-8").split()[-1]), last)
        last = max(told, first)
        _look(left, told, *in_child(numbers))
        state, answer = in_child(lambda n=last: write(n))
        assert state == "done", answer
        left.debris += sum(sweep_drafts(one) for one in (folder, folder / "folder"))
    left.told = last
    return left


def _look(left: Left, told: int, state: str, found: list[list[str]]) -> None:
    if state != "done":
        left.broken += 1
        return
    # Several files of one call: each is of the state that was told, or of the next.
    allowed = {str(told), str(told + 1)}
    left.broken += any("" in one for one in found)
    left.mixed += any(len(one) > 1 for one in found)
    left.lost += any(not allowed.issuperset(one) for one in found if "" not in one)
    left.between += len(found) > 2 and found[-1] != found[-2]


def _number(path: Path, content: bytes) -> str:
    """Read the number of a file; "" when it is not whole."""
    head, _, rest = path.read_bytes().partition(b"\n")
    return head.removeprefix(NUMBER).decode() if rest == content else ""


def _numbers_in(book: Path) -> list[str]:
    with zipfile.ZipFile(book) as files:
        if files.testzip() is not None:
            return [""]
        heads = {files.read(name).partition(b"\n")[0] for name in files.namelist()}
    return sorted(head.removeprefix(NUMBER).decode() for head in heads)
