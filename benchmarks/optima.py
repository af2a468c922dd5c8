"""Few patches, many zones, tight limits: more instances, and their least number of cut edges.

``python -m benchmarks.optima`` plans the nine instances and these at best effort for seeds 0 to 5
and prints known and found answers, status and CPU seconds. ``python -m benchmarks.optima --prove``
proves the stored answers anew without the engine, where that ends in a few minutes: by counting
out all zones (`oracle`), and where they are too many by CP-SAT (`separators`, if OR-Tools of
``requirements.txt`` is installed).

The instances are the graphs of `districting_instances` with other numbers of zones, and random
planar graphs (Voronoi cells) of which a few patches weigh more than half a zone each. Limits are
0.5 % around the mean. ``data/optima.json`` holds the answers and how each was proven.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.oracle import Proof, prove
from benchmarks.report import Report, timed
from benchmarks.worlds import Instance, districting_instances, voronoi_world
from gridmap.partition import Partition, partition

ANSWERS = Path(__file__).parent / "data" / "optima.json"

ZONES = {
    "county_WV": (4, 5, 6, 7),
    "county_OK": (2, 3, 4),
    "county_NE": (2,),
    "county_KS": (2, 3),
}
"""Other numbers of zones for the graphs of counties: those up to 9 that have a plan."""

PLANAR = (
    (20, 4, 1), (25, 5, 2), (30, 5, 2), (36, 6, 3), (40, 5, 2), (44, 7, 2), (50, 6, 3), (56, 8, 2),
    (64, 6, 2), (64, 6, 3), (64, 6, 4), (64, 7, 1), (72, 7, 3), (80, 6, 2), (80, 8, 3), (100, 9, 4),
)  # fmt: skip
"""Random planar graphs: patches, zones, heavy patches."""


def within(load: Any, zones: int, width: Fraction = Fraction(1, 200)) -> tuple[int, int]:
    """Give the whole limits of a load around the mean of so many zones."""
    mean = Fraction(int(load.sum()), zones)
    return math.ceil(mean * (1 - width)), math.floor(mean * (1 + width))


def planar(patches: int, zones: int, heavy: int) -> Instance:
    """Make a random planar graph with a few patches of 55 to 97 % of a zone's mean load."""
    seed = patches * 100 + zones * 10 + heavy
    rng = np.random.default_rng(seed)
    edges = voronoi_world(patches, seed=seed).edges
    load = rng.lognormal(0.0, 0.7, patches)
    chosen = rng.choice(patches, heavy, replace=False)
    share = rng.uniform(0.55, 0.97, heavy) / zones
    light = np.ones(patches, bool)
    light[chosen] = False
    load[light] *= (1 - share.sum()) / load[light].sum()
    load[chosen] = share
    whole = np.maximum(np.rint(load * zones * 100_000), 1).astype(np.int64)
    low, high = within(whole, zones)
    return Instance(f"planar_{patches}", whole, edges, zones, low, high, 0, 0, 0.0)


def instances() -> Iterator[Instance]:
    """All instances of this page; their answers are in ``data/optima.json``."""
    for one in districting_instances():
        for zones in ZONES.get(one.name, ()):
            low, high = within(one.load, zones)
            yield replace(one, zones=zones, low=low, high=high, proven=0)
    for patches, zones, heavy in PLANAR:
        yield planar(patches, zones, heavy)


def name_of(one: Instance) -> str:
    """Name an instance by its graph, its heavy patches and its number of zones."""
    heavy = int((2 * one.load >= one.low).sum())
    return f"{one.name}, {heavy} heavy, {one.zones} zones"


def answers() -> dict[str, dict[str, Any]]:
    """Read the stored answers: `cut` (None where no plan exists) and how it was proven, `by`."""
    return json.loads(ANSWERS.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def plan(one: Instance, seed: int) -> Partition:
    """Plan an instance at best effort."""
    return partition(
        one.load, one.edges, np.ones(len(one.edges)), capacity=one.high, min_load=one.low,
        zones=one.zones, effort="best", seed=seed,
    )  # fmt: skip


def table(report: Report) -> None:
    """Plan all instances for seeds 0 to 5."""
    known = answers()
    report.table(
        "Few patches, many zones, heavy patches",
        'Fewest cut edges within 0.5 %; `effort="best"`, seeds 0 to 5. A dash: no plan exists.',
        ("instance", "patches", "known", "engine, seeds 0 to 5", "status", "CPU s"),
    )
    for one in [*districting_instances(), *instances()]:
        plans, cpus = zip(
            *(timed(lambda seed=seed, one=one: plan(one, seed)) for seed in range(6)), strict=True
        )
        cut = one.proven or known[name_of(one)]["cut"]
        report.row(
            name_of(one), one.load.size, "-" if cut is None else cut,
            " ".join("-" if p.reasons else f"{p.cut_m:.0f}" for p in plans),
            " ".join(sorted({p.status for p in plans})), " ".join(f"{cpu:.1f}" for cpu in cpus),
        )  # fmt: skip


def prove_anew(one: Instance) -> Proof:
    """Prove the stored answer of an instance without the engine."""
    proof = prove(one)
    if proof.ended or not peers.installed("ortools"):
        return proof
    from benchmarks.separators import prove_fewest

    cut = answers()[name_of(one)]["cut"]
    return prove_fewest(one, cut, None if cut is None else plan(one, seed=0).labels)


def main() -> None:
    """Print the table, or prove the answers anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prove", action="store_true", help="prove the answers without the engine")
    if parser.parse_args().prove:
        for one in instances():
            proof, cpu = timed(lambda one=one: prove_anew(one))
            known = answers()[name_of(one)]["cut"]
            print(f"{name_of(one)}: known {known}, proven {proof}, CPU s {cpu:.1f}", flush=True)
        return
    table(Report())


if __name__ == "__main__":
    sys.exit(main())
