"""Measure how long the first plan of a process takes: ``python -m benchmarks.start``.

Once with an empty cache of compiled code (cold), then with the cache that this run filled (warm).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

FIRST_PLAN = """
import time
start = time.process_time()
import numpy as np
from gridmap.partition import partition
imported = time.process_time()
rng = np.random.default_rng(0)
number = np.arange(5000).reshape(50, 100)
across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
down = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
edges, load = np.vstack([across, down]), rng.lognormal(0, 0.7, 5000)
times = []
for _ in range(2):
    begin = time.process_time()
    partition(load, edges, np.ones(len(edges)), capacity=load.mean() * 30)
    times.append(time.process_time() - begin)
print(f"import {imported - start:.2f} s, first plan {times[0]:.2f} s, next {times[1]:.3f} s")
"""


def first_plans() -> Iterator[tuple[str, str]]:
    """Measure the first plan of a process, cold and warm."""
    with tempfile.TemporaryDirectory() as folder:
        place = {**os.environ, "NUMBA_CACHE_DIR": folder}
        for name in ("cold", "warm"):
            told = subprocess.run(
                [sys.executable, "-c", FIRST_PLAN],
                env=place, capture_output=True, check=True, text=True,
            )  # fmt: skip
            yield name, told.stdout.strip()


def main() -> None:
    """Print both lines."""
    for name, told in first_plans():
        print(f"{name}: {told} (CPU, 5,000 patches)")


if __name__ == "__main__":
    sys.exit(main())
