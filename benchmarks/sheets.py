"""How long sheets for inside the house take, and how large they are: `benchmarks.sheets`.

    python -m benchmarks.sheets                    the sample town Zheng'an, made from data/
    python -m benchmarks.sheets A.gridmap.gpkg     a plan that exists

What is promised: the sheets of 211 cadres, and an atlas of 142 micro-grids, in less than 30 s of
CPU time each.
"""

import argparse
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from gridmap import load_plan, make_plan
from gridmap.maps.pdf.painter import Painter
from gridmap.publish import release
from gridmap.sheets import atlas_pdf, certificate_pdf, task_sheets_pdf
from gridmap.sheets.task_facts import TaskFacts

__all__ = ["main"]

DAY = date(2026, 11, 30)
CADRES = 211


def main() -> None:
    """Print a table in Markdown."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("plan", nargs="?", type=Path, help="a plan file; none: the sample town")
    asked = options.parse_args()
    plan = release(load_plan(asked.plan) if asked.plan else make_plan(Path("data/zhengan")))
    people = TaskFacts(Painter(plan)).people()
    print("| what | CPU s | s | promised CPU s | MB |\n|" + " --- |" * 5)
    ways: list[tuple[str, Callable[[], bytes], str]] = [
        ("one task sheet", lambda: task_sheets_pdf(plan, people[-1:], printed=DAY).pdf, ""),
        (f"task sheets of {len(people[-CADRES:])} cadres",
         lambda: task_sheets_pdf(plan, people[-CADRES:], printed=DAY).pdf, "30"),
        (f"atlas of {len(plan.micro_grids)} micro-grids",
         lambda: atlas_pdf(plan, printed=DAY).pdf, "30"),
        ("the same with a page each", lambda: atlas_pdf(plan, printed=DAY, each=True).pdf, ""),
        ("coverage certificate", lambda: certificate_pdf(plan, printed=DAY).pdf, ""),
    ]  # fmt: skip
    for what, make, promised in ways:
        cpu, wall = time.process_time(), time.perf_counter()
        size = len(make()) / 1e6
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        print(f"| {what} | {cpu:.1f} | {wall:.1f} | {promised} | {size:.2f} |", flush=True)


if __name__ == "__main__":
    main()
