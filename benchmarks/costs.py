"""Cost and memory by size, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.report import Report
from benchmarks.start import first_plans
from benchmarks.worlds import voronoi_world

ALONE = """
import sys, time
from pathlib import Path
import numpy as np
from gridmap.partition import partition
with np.load(sys.argv[1]) as town:
    load, edges, border = town["load"], town["edges"], town["border"]
for n in (400, 4000):  # small and larger graphs load different compiled code
    few = (edges < n).all(axis=1)
    partition(load[:n], edges[few], border[few], capacity=load[:n].mean() * 30, effort=1)
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
        "graph and plans it: Python, all packages and the graph itself included.",
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


def starts(report: Report) -> None:
    """Say what the first plan of a process costs, with and without compiled code on disk."""
    report.table(
        "The first plan of a process",
        "5,000 patches. Cold: no compiled code on disk, as once after an update; warm: all other "
        "starts.",
        ("start", "CPU s"),
    )
    for name, told in first_plans():
        report.row(name, told)
