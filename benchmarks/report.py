"""The report of the benchmarks: tables as they are made, and how things are timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.measures import Figures
from benchmarks.worlds import World

PLAN_HEAD = ("map", "method", "CPU s", "/ METIS", "zones", "zones / LB", "over", "broken",
             "mean PP", "border")  # fmt: skip


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

    def plan(
        self, world: World, who: str, f: Figures, bound: int, cpu: float, base: float | None
    ) -> None:
        """Add the row of one plan to a table with `PLAN_HEAD`."""
        ratio = f"{cpu / base:.2f}" if base else ""
        size = np.sqrt(world.area_m2.sum() * f.zones)
        self.row(
            world.name, who, f"{cpu:.3f}", ratio, f.zones, f"{f.zones / bound:.3f}", f.over,
            f.broken, f"{f.compactness:.3f}", f"{f.border_m / size:.3f}",
        )  # fmt: skip
