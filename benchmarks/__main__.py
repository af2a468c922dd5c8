"""Run all benchmarks of the engine and write ``benchmarks/RESULTS.md``.

``python -m benchmarks`` takes some minutes, ``--quick`` one, ``--full`` goes up to 1,000,000
patches. All figures of time are CPU seconds of one process on one core, after the compiled code is
loaded; compare them within a table, not between machines.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import platform
import sys
from pathlib import Path

import numpy as np

from benchmarks.capacity import capacity, order
from benchmarks.changes import changes
from benchmarks.costs import growth, starts
from benchmarks.instances import more, tight
from benchmarks.maps import real_maps
from benchmarks.report import Report, timed
from benchmarks.worlds import districting_instances, voronoi_world
from gridmap.partition import partition, repair_offers

PACKAGES = ("numpy", "numba", "pymetis", "kahip", "gerrychain", "spopt", "scikit-learn")


def warm_up() -> None:
    """Load, or compile, every kernel once."""
    world = voronoi_world(600)
    for zones, low, effort in ((None, None, 3), (20, None, 3), (4, 1.0, 600), (3, 1.0, 600)):
        partition(
            world.load[:600], world.edges, world.border_m, capacity=world.load.sum() / 3,
            zones=zones, min_load=low, effort=effort,
        )  # fmt: skip
    plan = partition(world.load, world.edges, world.border_m, capacity=world.load.sum() / 18)
    world_big = voronoi_world(21_000)
    for size in (30, 1500):
        limit = world_big.load.mean() * size
        partition(world_big.load, world_big.edges, world_big.border_m, capacity=limit, effort=1)
    repair_offers(
        world.load, world.edges, world.border_m, np.roll(plan.labels, 9),
        capacity=world.load.sum() / 18,
    )  # fmt: skip
    partition(
        np.roll(world.load, 9), world.edges, world.border_m, capacity=world.load.sum() / 18,
        start=plan.labels,
    )  # fmt: skip
    tiny = districting_instances()[1]
    partition(
        tiny.load, tiny.edges, np.ones(len(tiny.edges)), capacity=tiny.high, min_load=tiny.low,
        zones=2, effort=600,
    )  # fmt: skip


def versions() -> str:
    """Name the versions of what runs."""
    out = [f"Python {platform.python_version()}"]
    for name in PACKAGES:
        try:
            out.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            out.append(f"{name} not installed")
    return ", ".join(out)


def processor() -> str:
    """Name the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main() -> None:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small maps only, a minute")
    parser.add_argument("--full", action="store_true", help="up to 1,000,000 patches")
    chosen = parser.parse_args()
    report = Report()
    report.say("# Benchmarks of the partition engine\n")
    report.say(
        f"Made by `python -m benchmarks{' --full' * chosen.full}{' --quick' * chosen.quick}` on "
        f"{datetime.date.today():%Y-%m-%d}: {processor()}, one core, {platform.system()}; "
        f"{versions()}. Times are CPU seconds with all code loaded; one run a cell, so differences "
        "under 20 % mean nothing."
    )
    _, cold = timed(warm_up)
    report.say(f"\nLoading (or, the first time, compiling) all kernels took {cold:.1f} CPU s.")
    tight(report, chosen.quick)
    sizes = [500, 5_000] + [50_000] * (not chosen.quick) + [500_000] * chosen.full
    capacity(report, sizes)
    changes(report)
    growth(report, [5_000, 20_000, 100_000] + [1_000_000] * chosen.full)
    if chosen.quick:
        return
    order(report)
    more(report)
    real_maps(report)
    starts(report)
    Path(__file__).with_name("RESULTS.md").write_text(
        "\n".join(report.lines) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    sys.exit(main())
