"""Capacity with many zones, beside METIS and the other peers; and what order and seed change."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.measures import judge
from benchmarks.report import PLAN_HEAD, Report, timed
from benchmarks.worlds import World, voronoi_world
from gridmap.partition import partition


def capacity(report: Report, sizes: list[int]) -> None:
    """Many zones under capacity, beside METIS and the others."""
    report.table(
        "Capacity, many zones",
        "Voronoi maps of 1 ha patches, clustered lognormal loads. Capacity is 30, 300 or 1,500 "
        "mean loads; LB = ceil(total / capacity). The engine finds its own number of zones; the "
        "peers are given 1.10 LB, for none knows a capacity. PP: Polsby-Popper; border: inner "
        "border / sqrt(area x zones).",
        PLAN_HEAD,
    )
    for patches in sizes:
        world = voronoi_world(patches)
        for zone_size in (30, 300, 1500):
            if patches < 4 * zone_size:
                continue
            limit = world.load.mean() * zone_size
            bound = int(np.ceil(world.load.sum() / limit))
            count = int(np.ceil(1.1 * bound))
            base = None
            named = World(f"{world.name}, {zone_size} a zone", *list(vars(world).values())[1:])
            if peers.installed("pymetis"):
                labels, base = timed(peers.metis(world, count))
                report.plan(named, "METIS", judge(world, labels, limit), bound, base, base)
            if zone_size == 30:
                others(report, named, count, limit, bound, base)
            efforts = ["fast", "default"] + ["best"] * (patches <= 5000 and zone_size == 30)
            for effort in efforts:
                plan, cpu = timed(
                    lambda limit=limit, effort=effort, world=world: partition(
                        world.load, world.edges, world.border_m, capacity=limit, effort=effort
                    )
                )
                found = judge(world, plan.labels, limit)
                report.plan(named, f"engine, {effort}", found, bound, cpu, base)


def others(
    report: Report, world: World, count: int, limit: float, bound: int, base: float | None
) -> None:
    """Run the peers other than METIS at the sizes they bear."""
    crowd: list[tuple[str, str, Any, int]] = [
        ("KaHIP fast", "kahip", peers.kahip, 50_000),
        ("Ward, scikit-learn", "sklearn", peers.ward, 5_000),
        ("max-p, spopt", "spopt", peers.maxp, 500),
        ("SKATER, spopt", "spopt", peers.skater, 500),
    ]
    for who, module, prepare, most in crowd:
        if world.load.size <= most and peers.installed(module):
            labels, cpu = timed(prepare(world, count))
            report.plan(world, who, judge(world, labels, limit), bound, cpu, base)


def order(report: Report) -> None:
    """Plan one town for several seeds, and in several orders of its patches."""
    world = voronoi_world(5000)
    limit = world.load.mean() * 30

    def spread(plans: list[Any]) -> tuple[str, str]:
        cuts = np.array([plan.cut_m for plan in plans])
        return f"{cuts.mean() / 1000:.1f}", f"{cuts.std(ddof=1) / cuts.mean():.2%}"

    by_seed = [
        partition(world.load, world.edges, world.border_m, capacity=limit, seed=seed)
        for seed in range(8)
    ]
    again = partition(world.load, world.edges, world.border_m, capacity=limit, seed=0)
    by_order = []
    for shuffle in range(8):
        turn = np.random.default_rng(shuffle).permutation(world.load.size)
        edges = np.argsort(turn)[world.edges]
        by_order.append(partition(world.load[turn], edges, world.border_m, capacity=limit))
    report.table(
        "Repeatable",
        "5,000 patches, default effort. The engine runs on one thread, so that nothing depends on "
        "the number of workers. Same input and seed, same labels: "
        f"{'yes' if (again.labels == by_seed[0].labels).all() else 'NO'}.",
        ("what changes", "runs", "mean border km", "its standard deviation"),
    )
    report.row("the seed", 8, *spread(by_seed))
    report.row("the order of the patches", 8, *spread(by_order))
