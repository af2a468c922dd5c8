"""Real maps: the engine beside METIS at the same number of zones in every connected piece.

The sample towns with their own hours of work, counties and tracts with real borders and invented
loads (they come with libpysal), and the graphs of the districting instances, which have real
populations but no geometry.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from benchmarks import peers
from benchmarks.measures import Figures, judge
from benchmarks.report import Report, timed
from benchmarks.worlds import (
    Array,
    Instance,
    World,
    districting_instances,
    pieces,
    town_world,
)
from boundaries.topology.neighbours import neighbours
from gridmap.partition import partition

COUNTIES = {
    "North Carolina counties": "sids2/sids2.shp",
    "Georgia counties": "georgia/G_utm.shp",
    "St. Louis counties": "stl/stl_hom.shp",
    "Virginia counties": "virginia/vautm17n.shp",
    "Albuquerque tracts": "10740/10740.shp",
}


def real_worlds() -> Iterator[World]:
    """Read all maps, one after another."""
    for name in ("cambridge", "zhengan"):
        yield town_world(name)
    if peers.installed("libpysal"):
        import libpysal

        folder = Path(libpysal.__file__).parent / "examples"
        for name, path in COUNTIES.items():
            if (folder / path).exists():
                yield county_world(name, gpd.read_file(folder / path).geometry)
    yield from map(graph_world, districting_instances())


def graph_world(one: Instance) -> World:
    """Make a world of a graph alone: every border is 1, and there are no shapes."""
    count = len(one.load)
    return World(
        one.name, one.load.astype(float), one.edges, np.ones(len(one.edges)), np.ones(count),
        np.zeros(count), np.zeros((count, 2)),
    )  # fmt: skip


def county_world(name: str, shapes: gpd.GeoSeries) -> World:
    """Make a world of real shapes, scaled to a hectare each, with lognormal(0.7) loads."""
    whole = shapely.make_valid(shapes.to_numpy())
    scale = 100.0 / math.sqrt(shapely.area(whole).mean())
    placed = shapely.set_precision(shapely.transform(whole, lambda xy: xy * scale), 1e-4)
    pairs = neighbours(gpd.GeoSeries(placed))
    pairs = pairs[pairs["border_m"] > 0.01]
    edges, border = pairs[["left", "right"]].to_numpy(), pairs["border_m"].to_numpy()
    outer = shapely.length(placed)
    for column in (0, 1):
        np.subtract.at(outer, edges[:, column], border)
    centre = shapely.centroid(placed)
    return World(
        name, np.random.default_rng(0).lognormal(0, 0.7, len(placed)), edges, border,
        shapely.area(placed), np.maximum(outer, 0.0),
        np.column_stack([shapely.get_x(centre), shapely.get_y(centre)]),
    )  # fmt: skip


def keep(world: World, kept: Array) -> World:
    """Take some patches; what bordered on the others becomes outer border."""
    both = kept[world.edges]
    outer = world.outer_m.copy()
    torn = both.sum(axis=1) == 1
    for column in (0, 1):
        np.add.at(outer, world.edges[torn, column], world.border_m[torn])
    inside = both.all(axis=1)
    place = np.cumsum(kept) - 1
    return replace(
        world, load=world.load[kept], edges=place[world.edges[inside]],
        border_m=world.border_m[inside], area_m2=world.area_m2[kept], outer_m=outer[kept],
        xy=world.xy[kept],
    )  # fmt: skip


def compare(world: World, limit: float, slack: float) -> tuple[list[Figures], list[float]]:
    """Cut every piece with METIS and with the engine; figures and CPU seconds of both.

    A piece gets `slack` times its load over capacity in zones, and never fewer than the engine
    finds alone, for fewer may not exist.
    """
    piece = pieces(world)
    labels = np.zeros((2, world.load.size), np.int64)
    cpu = [0.0, 0.0]
    total = 0
    for number in range(int(piece.max()) + 1):
        here = piece == number
        part = keep(world, here)
        fewest = partition(part.load, part.edges, part.border_m, capacity=limit).zones
        zones = max(math.ceil(slack * part.load.sum() / limit), fewest)
        by_metis, spent = timed(peers.metis(part, zones))
        cpu[0] += spent
        plan, spent = timed(
            lambda part=part, zones=zones: partition(
                part.load, part.edges, part.border_m, capacity=limit, zones=zones
            )
        )
        cpu[1] += spent
        labels[0, here], labels[1, here] = by_metis + total, plan.labels + total
        total += zones
    return [judge(world, one, limit) for one in labels], cpu


def real_maps(report: Report) -> None:
    """Compare on every map, at two sizes of zones and two numbers of them."""
    report.table(
        "Real maps",
        "Capacity is 10 or 30 mean loads; patches above it are left out, and every connected "
        "piece above it is cut by both methods into the same number of zones: 1.10 x load over "
        "capacity, or the fewest the engine finds without being told (\"fewest\"). The engine is "
        "asked for `zones=` and `capacity=` at default effort. The graphs named county_ and "
        "tract_ have no geometry: their border is cut edges, and PP stays empty. Loads of towns "
        "are their hours of work, of county_ and tract_ populations; others are invented.",
        ("map", "patches", "pieces", "a zone", "number", "zones, METIS", "zones, engine",
         "over, METIS", "over, engine", "broken, METIS", "broken, engine", "PP, METIS",
         "PP, engine", "border, engine / METIS", "CPU s, METIS", "CPU s, engine"),
    )  # fmt: skip
    shorter = rounder = kept = count = with_shape = 0
    for whole in real_worlds():
        for size in (10, 30):
            limit = whole.load.mean() * size
            world = keep(whole, whole.load <= limit)
            weight = np.bincount(pieces(world), world.load)
            world = keep(world, (weight > limit)[pieces(world)])
            if world.load.size < 20:
                continue
            for slack in (1.1, 0.0):
                (a, b), cpu = compare(world, limit, slack)
                shaped = bool(world.xy.any())
                count += 1
                with_shape += shaped
                shorter += b.border_m <= a.border_m
                rounder += shaped and b.compactness > a.compactness
                kept += b.over == 0 and b.broken == 0
                report.row(
                    whole.name, world.load.size, int(pieces(world).max()) + 1, size,
                    "1.10" if slack else "fewest", a.zones, b.zones, a.over, b.over, a.broken,
                    b.broken, *([f"{f.compactness:.3f}" if shaped else "" for f in (a, b)]),
                    f"{b.border_m / a.border_m:.3f}", f"{cpu[0]:.3f}", f"{cpu[1]:.3f}",
                )  # fmt: skip
    report.say(
        f"\nOf {count} comparisons, in {kept} the engine has no zone over capacity and none "
        f"broken, in {shorter} its border is no longer than METIS's, and in {rounder} of the "
        f"{with_shape} with geometry its mean PP is better. METIS knows no capacity: where zones "
        "are few it is shorter at times by overloading zones, or leaves zones empty."
    )
