"""Draw the pictures of docs/partition.md: ``python -m benchmarks.pictures``."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import shapely

from benchmarks.measures import judge
from benchmarks.worlds import Array, World, voronoi_world
from gridmap.partition import partition
from gridmap.partition.model.graph import Graph, build_rows
from gridmap.partition.model.request import whole_loads
from gridmap.partition.search.bisection import bisect, join_parts

FOLDER = Path(__file__).parent.parent / "docs" / "img"
SIDE = 300
COLOURS = ("#8dd3c7", "#ffed9f", "#bebada", "#fb9a86", "#9ac7e0", "#fdc086", "#b8de7c", "#f7c8de")


def shapes(world: World) -> Array:
    """Draw the polygon of every patch (a Voronoi cell cut at the edge of the map)."""
    side = np.sqrt(world.area_m2.sum())
    box = shapely.box(0, 0, side, side)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(world.xy), extend_to=box)
    )
    tree = shapely.STRtree(cells)
    cell, _ = tree.query(shapely.points(world.xy), predicate="within")[::-1]
    return shapely.transform(shapely.intersection(cells[cell], box), lambda xy: xy * (SIDE / side))


def colours(world: World, labels: Array) -> list[str]:
    """Choose a colour for every zone, different from its neighbours' where that is possible."""
    near: dict[int, set[int]] = {}
    for a, b in labels[world.edges].tolist():
        if a != b:
            near.setdefault(a, set()).add(b)
            near.setdefault(b, set()).add(a)
    chosen: dict[int, int] = {}
    for z in sorted(near, key=lambda z: -len(near[z])):
        used = {chosen[y] for y in near[z] if y in chosen}
        free = [c for c in range(len(COLOURS)) if c not in used] or [0]
        chosen[z] = free[z % len(free)]
    return [COLOURS[chosen.get(z, 0)] for z in range(int(labels.max()) + 1)]


def panel(
    world: World, polygons: Array, labels: Array, title: str, left: float, marked: Array | None
) -> str:
    """Draw one map: zones coloured, their outlines bold, some patches marked."""
    paint = colours(world, labels)
    parts = [f'<g transform="translate({left:.0f},34)">']
    for v, polygon in enumerate(polygons):
        points = " ".join(f"{x:.0f},{y:.0f}" for x, y in polygon.exterior.coords[:-1])
        fill = paint[labels[v]] if marked is None or not marked[v] else "#d7301f"
        parts.append(f'<path d="M{points}z" fill="{fill}"/>')
    for z in range(int(labels.max()) + 1):
        outline = shapely.union_all(shapely.set_precision(polygons[labels == z], 0.01))
        for ring in shapely.get_rings(outline):
            points = " ".join(f"{x:.0f},{y:.0f}" for x, y in ring.coords[:-1])
            parts.append(f'<path d="M{points}z" fill="none" stroke="#222" stroke-width="1.6"/>')
    parts.append("</g>")
    for i, line in enumerate(title.split("\n")):
        weight = "bold" if i == 0 else "normal"
        parts.append(f'<text x="{left:.0f}" y="{12 + 14 * i}" font-weight="{weight}">{line}</text>')
    return "".join(parts)


def save(name: str, panels: list[str], words: str) -> None:
    """Write some maps side by side as one picture."""
    width = len(panels) * (SIDE + 20) - 20
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 -4 {width + 12} {SIDE + 46}" '
        f'font-family="sans-serif" font-size="11" role="img" aria-label="{words}">'
        f"<title>{words}</title>"
        f'<rect x="-6" y="-4" width="{width + 12}" height="{SIDE + 46}" fill="white"/>'
        f'<g stroke="#777" stroke-width="0.3" stroke-linejoin="round">'
    )
    body = "".join(panels).replace("<text", '<text stroke="none" fill="#111"')
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_text(text + body + "</g></svg>\n", encoding="utf-8")


def draw_steps() -> None:
    """Draw the way of one plan: first cut, annealed, repaired."""
    world = voronoi_world(600, seed=4)
    polygons = shapes(world)
    capacity = world.load.mean() * 30
    plan = partition(world.load, world.edges, world.border_m, capacity=capacity, seed=1)
    units, _ = whole_loads(world.load, np.array([capacity]))
    head, tail = world.edges[:, 0].copy(), world.edges[:, 1].copy()
    rows = build_rows(600, head, tail, world.border_m, np.zeros(600, np.int64))
    first = bisect(rows[0], rows[1], units, np.full(plan.zones, int(units.sum())))
    join_parts(Graph(*rows, units), first, plan.zones)
    panels = []
    for i, (labels, name) in enumerate(
        [(first, "1  First plan: bisection"), (plan.labels, "2  Annealed, repaired, polished")]
    ):
        f = judge(world, labels, capacity)
        title = (
            f"{name}\n{f.over} of {f.zones} zones over capacity, fullest {f.fullest:.2f}, "
            f"mean PP {f.compactness:.2f}"
        )
        panels.append(panel(world, polygons, labels, title, i * (SIDE + 20), None))
    save("partition-steps.svg", panels, "A first plan by bisection, and the same town annealed")


def draw_change() -> None:
    """Draw a plan, and the least change after loads have changed."""
    world = voronoi_world(600, seed=4)
    polygons = shapes(world)
    capacity = world.load.mean() * 31
    plan = partition(world.load, world.edges, world.border_m, capacity=capacity, seed=1)
    later = world.load * np.random.default_rng(2).lognormal(0, 0.05, 600)
    later *= world.load.sum() / later.sum()
    again = partition(
        later, world.edges, world.border_m, capacity=capacity, start=plan.labels, seed=1
    )
    differs = again.labels != plan.labels
    over = int((np.bincount(plan.labels, later) > capacity).sum())
    panels = [
        panel(world, polygons, plan.labels, f"Plan in force\nwith the new loads {over} zones are "
              "over capacity", 0, None),
        panel(world, polygons, again.labels, "Planned again with start=\n"
              f"{differs.sum()} patches move (red), {later[differs].sum() / later.sum():.1%} of "
              "the load", SIDE + 20, differs),
    ]  # fmt: skip
    save("partition-change.svg", panels, "A plan in force and the least change to it")


def main() -> None:
    """Draw all pictures."""
    draw_steps()
    draw_change()


if __name__ == "__main__":
    sys.exit(main())
