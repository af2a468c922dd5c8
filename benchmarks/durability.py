"""Kill writers of plans at random while other programs work beside them, and spoil plan files.

``python -m benchmarks.durability`` takes a minute or two; ``--full`` makes 1,000 kills and 300
corruptions. It prints how many runs were struck, and what was lost, opened in silence with another
content, or told with advice that loses edits; it ends with 1 unless all of that is 0.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.corruptions import corrupt_plans
from benchmarks.kills import kill_writers
from benchmarks.tally import Tally

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run kills and corruptions and print the table; 1 when anything was lost or silent."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.durability", description=__doc__)
    parser.add_argument("--full", action="store_true", help="1,000 kills and 300 corruptions")
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--corruptions", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    kills, count = (1000, 300) if given.full else (given.kills, given.corruptions)
    folder = Path(tempfile.mkdtemp(prefix="durability-"))
    try:
        tallies = kill_writers(kills, folder, seed=given.seed)
        tallies["corruptions"] = corrupt_plans(count, folder, seed=given.seed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _print(tallies)
    return int(any(one.lost or one.silent or one.misleading for one in tallies.values()))


def _print(tallies: dict[str, Tally]) -> None:
    columns = ("runs", "struck", "refused", "lost", "silent", "misleading", "debris")
    print(f"{'what, other program':24}" + "".join(f"{name:>11}" for name in columns))
    whole = Tally()
    for name, tally in sorted(tallies.items()):
        print(f"{name:24}" + "".join(f"{getattr(tally, one):>11}" for one in columns))
        for one in columns:
            setattr(whole, one, getattr(whole, one) + getattr(tally, one))
    print(f"{'all':24}" + "".join(f"{getattr(whole, one):>11}" for one in columns))
    for tally in tallies.values():
        for text in tally.told[:5]:
            print(text)


if __name__ == "__main__":
    sys.exit(main())
