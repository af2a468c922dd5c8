"""Look up a million points of a sample town from a file, and print time and memory.

``python -m benchmarks.lookups [--points 1000000] [--plan FILE]``. The points lie at random in the
box of the town, some outside, one row in a thousand is damaged. CPU seconds of one process; the
memory is the most it has held, above what it held with the plan open.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from gridmap.lookup.point_files import locate_file
from gridmap.plan.plan import Plan
from gridmap.store import load_plan
from gridmap.workflow import make_plan

ROOT = Path(__file__).parents[1]
PIECE = 100_000
DAMAGED_EVERY = 1000
MOST_S = 30.0


def write_points(plan: Plan, path: Path, count: int) -> None:
    """Write points in and around a town, as a phone would give them."""
    west, south, east, north = plan.grids.to_crs("EPSG:4326").total_bounds
    rng = np.random.default_rng(0)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("编号,经度,纬度,说明\n")
        for first in range(0, count, PIECE):
            size = min(PIECE, count - first)
            lon, lat = rng.uniform((west, south), (east, north), (size, 2)).T
            file.writelines(
                f"{first + row},{x:.6f},{y:.6f},井盖缺失\n"
                if (first + row) % DAMAGED_EVERY
                else f"{first + row},{x:.6f}\n"
                for row, (x, y) in enumerate(zip(lon, lat, strict=True))
            )


def main() -> None:
    """Run the look-up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--plan", type=Path, help="default: data/zhengan is planned")
    chosen = parser.parse_args()
    plan = load_plan(chosen.plan) if chosen.plan else make_plan(ROOT / "data" / "zhengan")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "points.csv", Path(folder) / "answers.csv"
        write_points(plan, source, chosen.points)
        before = memory_mb()
        start = time.process_time()
        found = locate_file(plan, source, target)
        took = time.process_time() - start
        print(f"points       {found.rows:,} ({source.stat().st_size / 1e6:.0f} MB)")
        print(f"answers      {target.stat().st_size / 1e6:.0f} MB, located {found.located:,}")
        print(f"damaged      {sum(found.faults.values()):,}")
        print(f"CPU time     {took:.1f} s, {1e6 * took / found.rows:.1f} µs a point")
        print(f"memory       {memory_mb() - before:.0f} MB above {before:.0f} MB")
    if took > MOST_S * chosen.points / 1_000_000:
        sys.exit(f"slower than {MOST_S:g} s a million")


def memory_mb() -> float:
    """Say how much memory the process has held at most, in MB."""
    import resource  # not on Windows

    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / 1e6 if sys.platform == "darwin" else held / 1024


if __name__ == "__main__":
    main()
