"""Time the table of two divisions: two versions of a plan, and a plan and its own written file.

``python -m benchmarks.crosswalks PLAN`` gives some patches of the plan to other grids of the same
parent, as edits do, and relates both; then the plan and its boundaries as GeoJSON, where every
patch is measured anew, with the ground of all parts. It prints processor seconds, reading included.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from boundaries.changes.features import read_state
from boundaries.relations.writing import relationship_csv, relationship_geojson
from gridmap.plan.plan import Plan
from gridmap.store import load_plan
from gridmap.versions.boundaries import boundary_files
from gridmap.versions.relations import relationship_of

__all__ = ["main", "redrawn"]

SHARE = 0.05  # of the patches that change their grid


def redrawn(plan: Plan, *, seed: int = 0) -> Plan:
    """Give some patches to other micro-grids of the same parent."""
    chance, patches = np.random.default_rng(seed), plan.patches.copy()
    codes = patches["grid_code"].to_numpy(dtype=object).copy()
    of_parent = patches.groupby("parent_code")["grid_code"].unique()
    for row in np.flatnonzero(chance.random(len(patches)) < SHARE):
        near = [code for code in of_parent[patches["parent_code"].iloc[row]] if code]
        if codes[row] and near:
            codes[row] = chance.choice(near)
    return plan.with_tables(patches=patches.assign(grid_code=codes))


def main() -> None:
    """Relate, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    given = parser.parse_args()
    plan = load_plan(given.plan)
    other, written = redrawn(plan), boundary_files(plan).grids

    def versions() -> int:
        found = relationship_of(load_plan(given.plan), other).table
        return len(relationship_csv(found))

    def file() -> int:
        found = relationship_of(load_plan(given.plan), read_state(written), with_ground=True)
        return len(relationship_geojson(found.table, found.head))

    print(f"{len(plan.patches)} patches, {len(plan.grids)} grids")
    _time("two versions, as CSV", versions)
    _time("plan and its GeoJSON, with ground", file)


def _time(name: str, work: Callable[[], int]) -> None:
    start = time.process_time()
    size = work()
    print(f"{name}: {time.process_time() - start:.2f} CPU s, {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
