"""Run all benchmarks and write ``benchmarks/RESULTS.md``.

``python -m benchmarks`` takes some minutes, ``--quick`` one, ``--full`` goes up to 1,000,000
patches. All figures of time are CPU seconds of one process on one core, after the compiled code is
loaded; compare them within a table, not between machines.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.measures import Figures, judge
from benchmarks.worlds import World, districting_instances, town_world, voronoi_world
from gridmap.partition import match_labels, partition, repair_offers

PACKAGES = ("numpy", "numba", "pymetis", "kahip", "gerrychain", "spopt", "scikit-learn")


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """Run something and measure its CPU seconds."""
    start = time.process_time()
    answer = run()
    return answer, time.process_time() - start


class Report:
    """Tables of the report, printed as they are made."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str = "") -> None:
        """Add a line."""
        print(line, flush=True)
        self.lines.append(line)

    def table(self, title: str, note: str, head: tuple[str, ...]) -> None:
        """Begin a table."""
        self.say(f"\n## {title}\n\n{note}\n")
        self.say("| " + " | ".join(head) + " |")
        self.say("|" + " --- |" * len(head))

    def row(self, *cells: Any) -> None:
        """Add a row."""
        self.say("| " + " | ".join(str(cell) for cell in cells) + " |")


def figures_row(report: Report, world: World, who: str, f: Figures, bound: int, cpu: float,
                base: float | None) -> None:  # fmt: skip
    """Write one row of a table of plans."""
    ratio = f"{cpu / base:.2f}" if base else ""
    size = np.sqrt(world.area_m2.sum() * f.zones)
    report.row(
        world.name, who, f"{cpu:.3f}", ratio, f.zones, f"{f.zones / bound:.3f}", f.over, f.broken,
        f"{f.compactness:.3f}", f"{f.border_m / size:.3f}",
    )  # fmt: skip


PLAN_HEAD = ("map", "method", "CPU s", "/ METIS", "zones", "zones / LB", "over", "broken",
             "mean PP", "border")  # fmt: skip


def tight(report: Report, quick: bool) -> None:
    """Few zones within half a percent: nine instances with proven answers."""
    report.table(
        "Few zones within 0.5 % of the mean load",
        "Fewest cut edges; `effort=\"best\"`, seeds 0, 1, 2. GerryChain's columns: the published "
        "10,000 steps (cut, seconds on the paper's machine), and its speed here over 100 steps, "
        "scaled to 10,000.",
        ("instance", "patches", "zones", "proven", "engine, seeds 0 1 2", "CPU s", "status",
         "GerryChain", "its s", "its CPU s here"),
    )  # fmt: skip
    for one in districting_instances():
        cuts, cpus, states = [], [], []
        for seed in (0, 1, 2):
            plan, cpu = timed(
                lambda one=one, seed=seed: partition(
                    one.load,
                    one.edges,
                    np.ones(len(one.edges)),
                    capacity=one.high,
                    min_load=one.low,
                    zones=one.zones,
                    effort="best",
                    seed=seed,
                )
            )
            cuts.append(f"{plan.cut_m:.0f}" if not plan.reasons else "none")
            cpus.append(f"{cpu:.2f}")
            states.append(plan.status)
        here = ""
        if not quick and peers.installed("gerrychain") and one.load.size < 60:
            met, cpu = timed(peers.recombination(one, 100))
            here = f"{cpu * 100:.0f}" if met is not None else "finds no cut"
        report.row(
            one.name, one.load.size, one.zones, one.proven, " ".join(cuts), " ".join(cpus),
            states[0], one.gerrychain_cut, f"{one.gerrychain_s:.0f}", here,
        )  # fmt: skip


def capacity(report: Report, sizes: list[int]) -> None:
    """Many zones under capacity, beside METIS and the others."""
    report.table(
        "Capacity, many zones",
        "Voronoi maps of 1 ha patches, clustered lognormal loads. Capacity is 30, 300 or 1,500 "
        "mean loads; LB = ceil(total / capacity). The engine finds its own number of zones; the "
        "peers are given 1.10 LB, for none knows a capacity. PP: Polsby-Popper; border: inner "
        "border / sqrt(area x zones).",
        PLAN_HEAD,
    )
    for patches in sizes:
        world = voronoi_world(patches)
        for zone_size in (30, 300, 1500):
            if patches < 4 * zone_size:
                continue
            limit = world.load.mean() * zone_size
            bound = int(np.ceil(world.load.sum() / limit))
            count = int(np.ceil(1.1 * bound))
            base = None
            named = World(f"{world.name}, {zone_size} a zone", *list(vars(world).values())[1:])
            if peers.installed("pymetis"):
                labels, base = timed(peers.metis(world, count))
                figures_row(report, named, "METIS", judge(world, labels, limit), bound, base, base)
            if zone_size == 30:
                others(report, named, count, limit, bound, base)
            efforts = ["fast", "default"] + ["best"] * (patches <= 5000 and zone_size == 30)
            for effort in efforts:
                plan, cpu = timed(
                    lambda limit=limit, effort=effort, world=world: partition(
                        world.load, world.edges, world.border_m, capacity=limit, effort=effort
                    )
                )
                found = judge(world, plan.labels, limit)
                figures_row(report, named, f"engine, {effort}", found, bound, cpu, base)


def others(
    report: Report, world: World, count: int, limit: float, bound: int, base: float | None
) -> None:
    """Run the peers other than METIS at the sizes they bear."""
    crowd: list[tuple[str, str, Any, int]] = [
        ("KaHIP fast", "kahip", peers.kahip, 50_000),
        ("Ward, scikit-learn", "sklearn", peers.ward, 5_000),
        ("max-p, spopt", "spopt", peers.maxp, 500),
        ("SKATER, spopt", "spopt", peers.skater, 500),
    ]
    for who, module, prepare, most in crowd:
        if world.load.size <= most and peers.installed(module):
            labels, cpu = timed(prepare(world, count))
            figures_row(report, world, who, judge(world, labels, limit), bound, cpu, base)


def towns(report: Report) -> None:
    """Real ground: the sample towns, at the same number of zones as METIS."""
    report.table(
        "Real maps",
        "The largest connected piece of each sample town, categories left out, capacity 10 mean "
        "loads; METIS is given as many zones as the engine used. A patch above capacity alone "
        "counts as over for every method.",
        PLAN_HEAD,
    )
    for name in ("cambridge", "zhengan"):
        world = town_world(name)
        limit = world.load.mean() * 10
        plan, cpu = timed(
            lambda world=world, limit=limit: partition(
                world.load, world.edges, world.border_m, capacity=limit
            )
        )
        bound = plan.lower_bound
        base = None
        if peers.installed("pymetis"):
            labels, base = timed(peers.metis(world, plan.zones))
            figures_row(report, world, "METIS", judge(world, labels, limit), bound, base, base)
        found = judge(world, plan.labels, limit)
        figures_row(report, world, "engine, default", found, bound, cpu, base)


def changes(report: Report) -> None:
    """Least change and repair offers on a town of 5,000 patches."""
    world = voronoi_world(5000)
    limit = world.load.mean() * 30
    plan = partition(world.load, world.edges, world.border_m, capacity=limit)
    report.table(
        "Least change",
        "5,000 patches; loads change at random by 5 or 20 %. Moved: share of the load whose zone "
        "has another number. The plan from scratch gets the best matching of numbers.",
        ("change", "moved, re-plan", "moved, from scratch", "zones touched", "CPU s"),
    )
    for change in (0.05, 0.2):
        load = world.load * np.random.default_rng(3).lognormal(0, change, world.load.size)
        load *= world.load.sum() / load.sum()
        again, cpu = timed(
            lambda load=load: partition(
                load, world.edges, world.border_m, capacity=limit, start=plan.labels
            )
        )
        scratch = partition(load, world.edges, world.border_m, capacity=limit, seed=1)
        renamed = match_labels(plan.labels, scratch.labels, load)
        differs = again.labels != plan.labels
        touched = np.union1d(again.labels[differs], plan.labels[differs]).size
        report.row(
            f"{change:.0%}",
            f"{load[differs].sum() / load.sum():.2%}",
            f"{load[renamed != plan.labels].sum() / load.sum():.2%}",
            f"{touched} of {plan.zones}",
            f"{cpu:.3f}",
        )
    rng = np.random.default_rng(0)
    cpus, mended, moves = [], 0, []
    a, b = world.edges[plan.labels[world.edges[:, 0]] != plan.labels[world.edges[:, 1]]].T
    for e in rng.choice(a.size, 100, replace=False):
        labels = plan.labels.copy()
        labels[a[e]] = labels[b[e]]
        broken = judge(world, labels, limit)
        if not broken.over and not broken.broken:
            continue
        offers, cpu = timed(
            lambda labels=labels, e=e: repair_offers(
                world.load, world.edges, world.border_m, labels, capacity=limit, edited=[a[e]]
            )
        )
        cpus.append(cpu)
        mended += bool(offers)
        moves += [len(offers[0].moves)] if offers else []
    report.say(
        f"\nRepair offers: of 100 single moves over a border, {len(cpus)} broke a rule; "
        f"{mended} got an offer, with {np.mean(moves):.1f} further moves on average; "
        f"{1000 * np.median(cpus):.0f} ms each (median; worst {1000 * max(cpus):.0f} ms)."
    )


ALONE = """
import sys, time
from pathlib import Path
import numpy as np
from gridmap.partition import partition
with np.load(sys.argv[1]) as town:
    load, edges, border = town["load"], town["edges"], town["border"]
few = (edges < 400).all(axis=1)
partition(load[:400], edges[few], border[few], capacity=load[:400].sum() / 9, effort=1)
start = time.process_time()
partition(load, edges, border, capacity=load.mean() * 30)
cpu = time.process_time() - start
status = Path("/proc/self/status")
peak = status.read_text().split("VmHWM:")[1].split()[0] if status.exists() else "nan"
print(cpu, float(peak) / 1024)
"""


def growth(report: Report, sizes: list[int]) -> None:
    """Cost and memory by size, each in a process of its own."""
    report.table(
        "Cost by size",
        "30 patches a zone, default effort. Memory is the peak of a process that only loads the "
        "graph and plans it, Python and all packages included.",
        ("patches", "CPU s", "microseconds a patch", "peak memory MB"),
    )
    cost = []
    for patches in sizes:
        world = voronoi_world(patches)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "town.npz"
            np.savez(path, load=world.load, edges=world.edges, border=world.border_m)
            told = subprocess.run(
                [sys.executable, "-c", ALONE, str(path)], capture_output=True, check=True, text=True
            ).stdout.split()
        cpu, peak = float(told[0]), float(told[1])
        cost.append(cpu)
        report.row(f"{patches:,}", f"{cpu:.3f}", f"{cpu / patches * 1e6:.1f}", f"{peak:.0f}")
    power = np.polyfit(np.log(sizes), np.log(cost), 1)[0]
    report.say(f"\nCost grows as n^{power:.2f}.")


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
    sizes = [500, 5_000] if chosen.quick else [500, 5_000, 50_000, 500_000]
    tight(report, chosen.quick)
    capacity(report, sizes)
    if not chosen.quick:
        towns(report)
    changes(report)
    growth(report, [1_000, 10_000, 100_000] + [1_000_000] * chosen.full)
    if not chosen.quick:
        Path(__file__).with_name("RESULTS.md").write_text(
            "\n".join(report.lines) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    sys.exit(main())
