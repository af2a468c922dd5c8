"""How long an estimate takes, and how near it is to a full division: `benchmarks.what_if`.

    python -m benchmarks.what_if                     the sample towns, made from data/
    python -m benchmarks.what_if A.gridmap.gpkg B…   plans that exist
    python -m benchmarks.what_if --full              and the full divisions (some minutes)

Seconds of CPU time, each change tried three times; the ratio is to what the page promises: 1 s at
1,300 patches, 3 s at 13,000, in proportion between and beyond.
"""

import argparse
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gridmap import Plan, load_plan, make_plan
from gridmap.rules import parse_rules
from gridmap.rules.changes import apply_changes
from gridmap.split.dividing import divide
from gridmap.town.patches import tile_ground
from gridmap.town.town import load_town
from gridmap.what_if import PlanGround, estimate, figures_of_plan, prepare
from gridmap.workflow.workflow import plan_town

__all__ = ["main"]

TOWNS = ("zhengan", "cambridge")
ROUNDS = 3
CHANGES: tuple[Mapping[str, Any], ...] = (
    {},
    {"split.target": None},
    {"split.target": None, "capacity.officer_hours": 6.0},
    {"split.target": None, "capacity.officer_hours": 10.0},
    {"split.target": None, "capacity.officers_max": 2},
    {"split.target": None, "load.default.hectare": 0.5},
    {"borders.road": 1.0, "borders.river": 1.0, "borders.track": 1.0},
)


def main() -> None:
    """Print a table for each town."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("plans", nargs="*", type=Path, help="plan files; none: the sample towns")
    options.add_argument("--full", action="store_true", help="compare with full divisions")
    asked = options.parse_args()
    given = [(path.name.partition(".")[0], load_plan(path)) for path in asked.plans]
    for name, plan in given or [(town, make_plan(Path("data") / town)) for town in TOWNS]:
        _town(name, plan, full=asked.full)


def _town(name: str, plan: Plan, *, full: bool) -> None:
    start = time.process_time()
    ground = prepare(plan)
    prepared = time.process_time() - start
    allowed = 1.0 + max(len(plan.patches) - 1_300, 0) * 2.0 / 11_700
    print(f"\n{name}: {len(plan.patches):,} patches, opened in {prepared:.2f} s, once")
    now = figures_of_plan(ground)
    print(f"  as it is: {now.grids} grids, {now.posts} posts, {now.border_km:.1f} km")
    for changes in CHANGES:
        _change(ground, changes, allowed)
    if full:
        _beside_full(name, ground)


def _change(ground: PlanGround, changes: Mapping[str, Any], allowed: float) -> None:
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        rules = parse_rules(apply_changes(ground.plan.rules_text, changes))
        found = estimate(ground, rules, seed=rules.split.seed)
        taken.append(time.process_time() - start)
    told = ", ".join(f"{key} = {value}" for key, value in changes.items()) or "no change"
    figures = found.figures
    print(
        f"  {told}: {figures.grids} grids, {figures.posts} posts, {figures.border_km:.1f} km; "
        f"{min(taken):.2f} s ({min(taken) / allowed:.0%} of {allowed:.1f} s)",
        flush=True,
    )


def _beside_full(name: str, ground: PlanGround) -> None:
    town = load_town(Path("data") / name)
    tiled = tile_ground(town)
    for changes in CHANGES:
        text = apply_changes(town.rules_text, changes)
        tried = replace(town, rules=parse_rules(text), rules_text=text)
        whole = figures_of_plan(prepare(plan_town(tried, division=divide(tried, tiled))))
        quick = estimate(ground, tried.rules, seed=tried.rules.split.seed).figures
        print(
            f"  {dict(changes)}: estimate {quick.grids} grids, {quick.posts} posts, "
            f"{quick.border_km:.1f} km; full {whole.grids}, {whole.posts}, {whole.border_km:.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
