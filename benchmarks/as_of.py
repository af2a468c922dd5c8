"""Who was responsible on a day, asked of a plan with many published versions: time and size.

``python -m benchmarks.as_of PLAN --versions 100`` publishes so many versions, each with other
people and names on some grids, then asks for points and days at random.
"""

import argparse
import random
import shutil
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from gridmap.plan.plan import Plan
from gridmap.publications import plan_of, publish_plan, version_on, versions_of, who_was
from gridmap.publications.record import record_of
from gridmap.store.plan_lock import change_plan

__all__ = ["main", "publish_many"]

START = date(2020, 1, 1)
APART = 20  # days from one version to the next


def publish_many(plan: Path, count: int, *, seed: int = 0) -> None:
    """Publish versions of a plan in which some people change places and some grids names."""
    chance = random.Random(seed)
    for serial in range(count):
        change_plan(plan, lambda now, n=serial: _changed(now, chance, n))  # type: ignore[misc]
        first = (START + timedelta(days=APART * serial)).isoformat()
        who = {"who": "bench", "when": f"{first}T08:00:00"}
        publish_plan(plan, why="bench", first_day=first, number=f"v{serial}", **who)


def _changed(plan: Plan, chance: random.Random, serial: int) -> Plan:
    grids, rows = plan.grids.copy(), plan.assignments.copy()
    micro = plan.micro_grids.index.tolist()
    for code in chance.sample(micro, min(5, len(micro))):
        grids.loc[code, "label"] = f"v{serial}"
    fit = rows.index[(rows["status"] == "filled") & rows["grid_code"].isin(micro)].tolist()
    one, two = chance.sample(fit, 2)
    rows.loc[[one, two], "person_id"] = rows.loc[[two, one], "person_id"].to_numpy()
    return plan.with_tables(grids=grids, assignments=rows)


def main() -> None:
    """Publish, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--versions", type=int, default=100)
    parser.add_argument("--asked", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "town.gridmap.gpkg"
        shutil.copyfile(given.plan, copy)
        start = time.perf_counter()
        publish_many(copy, given.versions)
        took = (time.perf_counter() - start) / given.versions
        number = versions_of(copy)[-1].number
        points = plan_of(copy, number).micro_grids.geometry.representative_point()
        chance, times = random.Random(1), []
        for _ in range(given.asked):
            day = START + timedelta(days=chance.randrange(APART * given.versions))
            point = chance.choice(points.tolist())
            start = time.perf_counter()
            who_was(copy, day.isoformat(), lon=point.x, lat=point.y, coordinates="work")
            times.append(1000 * (time.perf_counter() - start))
        start = time.perf_counter()
        plan_of(copy, version_on(copy, START.isoformat()).number)
        whole = time.perf_counter() - start
        size = record_of(copy).stat().st_size / 2**20
        print(
            f"{given.versions} versions: {took:.2f} s each to publish, {size:.1f} MB "
            f"(plan {copy.stat().st_size / 2**20:.1f} MB)\n"
            f"who was responsible: median {statistics.median(times):.1f} ms, "
            f"worst of {given.asked} {max(times):.1f} ms\nplan of a day: {whole:.2f} s"
        )


if __name__ == "__main__":
    main()
