"""What one moved patch costs in a large town, step by step: CPU seconds of one process.

    python -m benchmarks.edit_costs [--side N] [--keep FILE] [--rules] [--page]

The town is drawn: N times N patches (232: 53,824; 464: 215,296) in micro-grids of about nine. With
`--page` also what the server does for the map editor: the list of pending changes, and the answer.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from pandas.testing import assert_frame_equal

from benchmarks.big_plan import redrawable_plan
from boundaries.validate import catalogue
from gridmap import edits
from gridmap.edits.pending import accept_pending
from gridmap.plan.plan import Plan
from gridmap.store import load_plan, save_plan
from gridmap.store.plan_lock import change_plan
from gridmap.ui.redraw.redraw_answer import answer
from gridmap.ui.redraw.redraw_find import findable
from gridmap.ui.redraw.redraw_map import ground_key, make_sheet
from gridmap.ui.redraw.redraw_session import EditSession, handle
from gridmap.ui.shell.i18n import Translator
from gridmap.workflow.workflow import recheck

__all__ = ["main"]

T = TypeVar("T")
WHO = {"who": "benchmark", "when": "2026-01-01T00:00:00"}


@dataclass
class Clock:
    """CPU and wall seconds by step, printed as they come."""

    rows: list[tuple[str, float, float]] = field(default_factory=list)

    def __call__(self, step: str, work: Callable[[], T]) -> T:
        cpu, wall = time.process_time(), time.perf_counter()
        result = work()
        row = (step, time.process_time() - cpu, time.perf_counter() - wall)
        self.rows.append(row)
        print(f"{row[0]:<44}{row[1]:8.2f}{row[2]:8.2f}", flush=True)
        return result


def movable(plan: Plan, *, after: int = 0) -> tuple[str, str]:
    """Give a patch on the border of its micro-grid, and the neighbour there that can take it."""
    micro = plan.micro_grids
    parents = micro["parent_code"].unique()
    one, two = micro.index[micro["parent_code"] == parents[len(parents) // 2 + after]][:2]
    own = plan.patches[plan.patches["grid_code"] == two]
    near = own.geometry.distance(plan.grids.geometry[one])
    return str(own.index[np.argmin(near.to_numpy())]), str(one)


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--side", type=int, default=232)
    reader.add_argument("--keep", type=Path, help="the plan as it is, made once and kept here")
    reader.add_argument("--rules", action="store_true", help="the time of every rule by itself")
    reader.add_argument("--page", action="store_true", help="what the map editor asks for, too")
    options = reader.parse_args()
    print(f"{'step':<44}{'CPU s':>8}{'wall s':>8}")
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.gridmap.gpkg"
        kept = options.keep
        if kept and kept.exists():
            path.write_bytes(kept.read_bytes())
        else:
            save_plan(recheck(redrawable_plan(options.side)), path)
            if kept:
                kept.write_bytes(path.read_bytes())
        print(f"file: {path.stat().st_size / 1e6:.1f} MB")
        plan = clock("open the plan", lambda: load_plan(path))
        print(
            f"{len(plan.patches):,} patches, {len(plan.micro_grids):,} micro-grids, "
            f"{len(plan.people):,} people, {len(plan.issues):,} issues"
        )
        for turn in range(2):
            print(f"-- edit {turn + 1}")
            plan = one_edit(plan, path, clock, turn)
        if options.page:
            as_the_page(plan, clock)
        if options.rules:
            by_rule(plan, clock)
        clock(
            "undo, and save",
            lambda: change_plan(path, lambda _: edits.undo(plan, **WHO), read=lambda _: plan),
        )
        clock("open it again", lambda: load_plan(path))


def one_edit(plan: Plan, path: Path, clock: Clock, turn: int) -> Plan:
    """Move one patch and save it, as the page does; give the plan after it."""
    patch, to = movable(plan, after=turn)
    edit = clock("make the edit", lambda: edits.move_patches(plan, [patch], to))
    clock("preview", lambda: edits.preview(plan, edit, offers=False))
    clock("apply without checks", lambda: edits.apply(plan, edit, **WHO, check=False))
    after = clock("apply with checks", lambda: edits.apply(plan, edit, **WHO))
    anew = clock("  for comparison: check everything", lambda: recheck(after))
    assert_frame_equal(after.issues, anew.issues)
    clock("save", lambda: change_plan(path, lambda _: after, read=lambda _: plan))
    both = [row[1:] for row in clock.rows if row[0] in ("apply with checks", "save")][-2:]
    cpu, wall = (sum(seconds) for seconds in zip(*both, strict=True))
    print(f"{'apply, check and save':<44}{cpu:8.2f}{wall:8.2f}")
    whole = path.with_name("whole.gridmap.gpkg")
    clock("  for comparison: write everything", lambda: save_plan(after, whole, overwrite=True))
    return after


def as_the_page(plan: Plan, clock: Clock) -> None:
    """Put an edit on the list and accept it, and make what the editor is told each time."""
    patch, to = movable(plan, after=2)
    sheet, say = clock("page: the ground, once", lambda: make_sheet(plan)), Translator("zh")
    ask = {"kind": "move", "patches": [patch], "to": to, "limit": ""}
    session = EditSession(plan)
    session = clock("page: put on the list", lambda: handle(session, ask))
    clock("page: answer", lambda: answer(session, sheet, say))
    pending = session.pending
    after = clock("page: accept the list", lambda: accept_pending(plan, plan, pending, **WHO))
    clock("page: answer", lambda: answer(EditSession(after), sheet, say))
    clock("page: what can be found", lambda: findable(after, ("", 0, 0, "")))
    clock("page: name the ground", lambda: ground_key(after))


def by_rule(plan: Plan, clock: Clock) -> None:
    """Time every rule, in order of the catalogue; what rules share falls on the first."""
    tables = []
    real = catalogue.Tables

    def keep(*args: Any, **named: Any) -> Any:
        tables.append(real(*args, **named))
        return tables[-1]

    catalogue.Tables = keep  # type: ignore[misc,assignment]
    rules, catalogue.RULES = catalogue.RULES, ()
    try:
        recheck(plan)
    finally:
        catalogue.Tables, catalogue.RULES = real, rules  # type: ignore[misc]
    for rule in rules:
        clock(rule.key, lambda rule=rule: list(rule.find(tables[0])))  # type: ignore[misc]


if __name__ == "__main__":
    main()
