"""Least change of a plan in force, and offers that repair an edit."""

from __future__ import annotations

import numpy as np

from benchmarks.measures import judge
from benchmarks.report import Report, timed
from benchmarks.touched import fewest_touched
from benchmarks.worlds import voronoi_world
from gridmap.partition import match_labels, partition, repair_offers


def changes(report: Report) -> None:
    """Least change and repair offers on a town of 5,000 patches."""
    world = voronoi_world(5000)
    limit = world.load.mean() * 30
    plan = partition(world.load, world.edges, world.border_m, capacity=limit)
    report.table(
        "Least change",
        "5,000 patches; loads change at random by 5 or 20 %. Moved: share of the load whose zone "
        "has another number. The plan from scratch gets the best matching of numbers. At least: no "
        "re-plan touches fewer zones, for those over capacity must hand on load, and only what "
        "neighbours have room for (HiGHS, as if load flowed).",
        (
            "change",
            "moved, re-plan",
            "moved, from scratch",
            "over capacity at first",
            "zones touched",
            "at least",
            "from scratch",
            "CPU s",
        ),
    )
    for change in (0.05, 0.2):
        load = world.load * np.random.default_rng(3).lognormal(0, change, world.load.size)
        load *= world.load.sum() / load.sum()
        again, cpu = timed(
            lambda load=load: partition(
                load, world.edges, world.border_m, capacity=limit, start=plan.labels
            )
        )
        scratch = partition(load, world.edges, world.border_m, capacity=limit, seed=1)
        renamed = match_labels(plan.labels, scratch.labels, load)
        differs = again.labels != plan.labels
        moved = renamed != plan.labels
        before = np.bincount(plan.labels, weights=load)
        report.row(
            f"{change:.0%}",
            f"{load[differs].sum() / load.sum():.2%}",
            f"{load[moved].sum() / load.sum():.2%}",
            f"{(before > limit).sum()} of {plan.zones}",
            np.union1d(again.labels[differs], plan.labels[differs]).size,
            fewest_touched(world, plan.labels, load, limit),
            np.union1d(renamed[moved], plan.labels[moved]).size,
            f"{cpu:.3f}",
        )
    rng = np.random.default_rng(0)
    cpus, repaired, moves = [], 0, []
    a, b = world.edges[plan.labels[world.edges[:, 0]] != plan.labels[world.edges[:, 1]]].T
    for e in rng.choice(a.size, 100, replace=False):
        labels = plan.labels.copy()
        labels[a[e]] = labels[b[e]]
        broken = judge(world, labels, limit)
        if not broken.over and not broken.broken:
            continue
        offers, cpu = timed(
            lambda labels=labels, e=e: repair_offers(
                world.load, world.edges, world.border_m, labels, capacity=limit, edited=[a[e]]
            )
        )
        cpus.append(cpu)
        repaired += bool(offers)
        moves += [len(offers[0].moves)] if offers else []
    report.say(
        f"\nRepair offers: of 100 single moves over a border, {len(cpus)} broke a rule; "
        f"{repaired} got an offer, with {np.mean(moves):.1f} further moves on average; "
        f"{1000 * np.median(cpus):.0f} ms each (median; worst {1000 * max(cpus):.0f} ms)."
    )
