"""Few zones within tight limits: instances with proven answers, and more like them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from benchmarks import peers
from benchmarks.report import Report, timed
from benchmarks.worlds import Instance, districting_instances
from gridmap.partition import partition


def solve(one: Instance) -> tuple[list[str], list[str], list[str]]:
    """Plan an instance at best effort for seeds 0, 1, 2: cuts, CPU seconds, statuses."""
    cuts, cpus, states = [], [], []
    for seed in (0, 1, 2):
        plan, cpu = timed(
            lambda seed=seed: partition(
                one.load,
                one.edges,
                np.ones(len(one.edges)),
                capacity=one.high,
                min_load=one.low,
                zones=one.zones,
                effort="best",
                seed=seed,
            )
        )
        cuts.append(f"{plan.cut_m:.0f}" if not plan.reasons else "none")
        cpus.append(f"{cpu:.2f}")
        states.append(plan.status)
    return cuts, cpus, states


def tight(report: Report, quick: bool) -> None:
    """Few zones within half a percent: nine instances with proven answers."""
    report.table(
        "Few zones within 0.5 % of the mean load",
        "Fewest cut edges; `effort=\"best\"`, seeds 0, 1, 2. GerryChain's columns: the published "
        "10,000 steps (cut, seconds on the paper's machine), and its speed here over 100 steps, "
        "scaled to 10,000.",
        ("instance", "patches", "zones", "proven", "engine, seeds 0 1 2", "CPU s", "status",
         "GerryChain", "its s", "its CPU s here"),
    )  # fmt: skip
    for one in districting_instances():
        cuts, cpus, states = solve(one)
        here = ""
        if not quick and peers.installed("gerrychain") and one.load.size < 60:
            met, cpu = timed(peers.recombination(one, 30))
            here = f"{cpu * 10_000 / 30:.0f}" if met is not None else "finds no cut"
        report.row(
            one.name, one.load.size, one.zones, one.proven, " ".join(cuts), " ".join(cpus),
            states[0], one.gerrychain_cut, f"{one.gerrychain_s:.0f}", here,
        )  # fmt: skip


def others_like_them() -> Iterator[tuple[Instance, Fraction]]:
    """Make more instances: the same graphs with other numbers of zones and other limits."""
    wishes = {
        "county_NM": (2, 4),
        "county_ID": (3, 4),
        "county_WV": (2, 4),
        "county_OK": (3, 4),
        "county_NE": (2,),
        "county_KS": (3, 5),
        "tract_NH": (4,),
        "tract_ID": (4,),
    }
    for one in districting_instances():
        for zones in wishes.get(one.name, ()):
            width = Fraction(1, 200) if zones % 2 else Fraction(1, 100)
            mean = Fraction(int(one.load.sum()), zones)
            low, high = math.ceil(mean * (1 - width)), math.floor(mean * (1 + width))
            if one.load.max() <= high:
                yield replace(one, zones=zones, low=low, high=high), width


def more(report: Report) -> None:
    """Plan instances without a published answer: seeds should agree, some are proven."""
    report.table(
        "More instances like these",
        'The same graphs with other numbers of zones and limits; `effort="best"`, seeds 0, 1, 2. '
        '"optimal" is the engine\'s own proof; "none" with "infeasible" is a proof that no plan '
        "exists.",
        ("instance", "zones", "limits", "engine, seeds 0 1 2", "CPU s", "status"),
    )
    for one, width in others_like_them():
        cuts, cpus, states = solve(one)
        report.row(
            one.name, one.zones, f"{float(width):.1%}", " ".join(cuts), " ".join(cpus), states[0]
        )
