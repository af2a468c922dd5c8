"""Buildings, roads and ponds on the sites of the sample town Zheng'an.

Used by `make_zhengan.py`: estates with towers, plants with halls, the car market, schools, ponds,
greenhouses. A site keeps a wall: its compound, a little inside the plot of the land-use layer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import shapely
from zhengan_cells import Cell, Line

__all__ = ["COMPOUNDS", "Built", "build_site"]

WALL_M = 1.2
# Kind of compound by use; what is not here has no wall.
COMPOUNDS = {
    "urban": "小区", "estate": "小区", "plant": "厂区", "works": "厂区",
    "school": "校园", "hospital": "院落", "government": "院落", "police": "院落",
    "station": "院落", "water_works": "院落", "clinic": "院落", "care_home": "院落",
}  # fmt: skip


@dataclass
class Built:
    """What stands on one site of the board."""

    houses: list[tuple[shapely.Polygon, str]] = field(default_factory=list)  # shape, class
    roads: list[Line] = field(default_factory=list)
    ponds: list[shapely.Polygon] = field(default_factory=list)
    compound: shapely.Polygon | None = None


def build_site(cell: Cell, rng) -> Built:
    """Draw what stands on a site."""
    built = Built()
    if cell.use in COMPOUNDS:
        built.compound = cell.inner.buffer(-WALL_M, join_style="mitre")
    draw = _DRAWN.get(cell.use)
    if draw is not None:
        draw(cell, rng, built)
    return built


def _rows(area: shapely.Polygon, wide, deep, gap_x, gap_y, rng) -> Iterator[shapely.Polygon]:
    """Buildings in rows, moved a little off their places."""
    x0, y0, x1, y1 = area.bounds
    columns = int((x1 - x0 + gap_x) / (wide + gap_x))
    rows = int((y1 - y0 + gap_y) / (deep + gap_y))
    if columns < 1 or rows < 1:
        return
    step_x = (x1 - x0 - wide) / max(columns - 1, 1)
    step_y = (y1 - y0 - deep) / max(rows - 1, 1)
    for row in range(rows):
        shift = rng.uniform(-0.12, 0.12) * gap_x if columns > 1 else 0.0
        for column in range(columns):
            x = min(max(x0 + column * step_x + shift, x0), x1 - wide)
            y = y0 + row * step_y
            yield shapely.box(x, y, x + wide, y + deep)


def _ring_road(cell: Cell, inset: float, built: Built) -> None:
    """A road inside the wall, and the gate to the street in the south."""
    ring = cell.inner.buffer(-inset, join_style="mitre")
    x0, y0, x1, _ = ring.bounds
    built.roads.append(Line(shapely.LineString(ring.exterior), "service"))
    gate = shapely.LineString([((x0 + x1) / 2, y0), ((x0 + x1) / 2, cell.y0)])
    built.roads.append(Line(gate, "service"))


def _towers(cell: Cell, rng, built: Built) -> None:
    _ring_road(cell, 8.0, built)
    area = cell.inner.buffer(-15.0, join_style="mitre")
    if rng.random() < 0.5:
        rows = _rows(area, rng.uniform(28, 36), 14.0, 14.0, 27.0, rng)
        built.houses += [(one, "tower") for one in rows]
    else:
        rows = _rows(area, rng.uniform(44, 58), 12.0, 11.0, 18.0, rng)
        built.houses += [(one, "slab") for one in rows]


def _estate(cell: Cell, rng, built: Built) -> None:
    """Towers, of which a third were never finished and carry no households."""
    _ring_road(cell, 8.0, built)
    area = cell.inner.buffer(-15.0, join_style="mitre")
    for one in _rows(area, rng.uniform(28, 34), 15.0, 17.0, 30.0, rng):
        built.houses.append((one, "shell" if rng.random() < 0.4 else "tower"))


def _halls(cell: Cell, rng, built: Built) -> None:
    _ring_road(cell, 9.0, built)
    area = cell.inner.buffer(-16.0, join_style="mitre")
    wide, deep = rng.uniform(48, 64), rng.uniform(24, 34)
    if area.bounds[3] - area.bounds[1] > area.bounds[2] - area.bounds[0]:
        wide, deep = deep, wide
    built.houses += [(one, "plant") for one in _rows(area, wide, deep, 16.0, 16.0, rng)]


def _market(cell: Cell, rng, built: Built) -> None:
    _ring_road(cell, 10.0, built)
    area = cell.inner.buffer(-18.0, join_style="mitre")
    built.houses += [
        (one, "hall") for one in _rows(area, rng.uniform(62, 84), 24.0, 14.0, 22.0, rng)
    ]


def _campus(cell: Cell, rng, built: Built) -> None:
    """Slabs in the north, a yard or a sports ground in the south."""
    x0, y0, x1, y1 = cell.inner.buffer(-9.0, join_style="mitre").bounds
    area = shapely.box(x0, y0 + 0.45 * (y1 - y0), x1, y1)
    wide = min(rng.uniform(34, 52), x1 - x0)
    built.houses += [(one, "public") for one in _rows(area, wide, 12.0, 12.0, 18.0, rng)]
    gate = shapely.LineString([((x0 + x1) / 2, y0 + 0.4 * (y1 - y0)), ((x0 + x1) / 2, cell.y0)])
    built.roads.append(Line(gate, "service"))


def _ponds(cell: Cell, rng, built: Built) -> None:
    area = cell.inner.buffer(-4.0, join_style="mitre")
    for one in _rows(area, rng.uniform(46, 60), rng.uniform(70, 95), 5.0, 5.0, rng):
        built.ponds.append(one.buffer(-2).buffer(2))
    x0, y0, *_ = area.bounds
    built.houses.append((shapely.box(x0 - 2, y0 - 2, x0 + 5, y0 + 2), "shed"))


def _greenhouses(cell: Cell, rng, built: Built) -> None:
    area = cell.inner.buffer(-6.0, join_style="mitre")
    rows = _rows(area, rng.uniform(60, 75), 9.0, 8.0, 7.0, rng)
    built.houses += [(one, "greenhouse") for one in rows]


def _park(cell: Cell, rng, built: Built) -> None:
    area = cell.inner
    x, y = area.centroid.coords[0]
    size = 0.2 * min(cell.wide, cell.high)
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = size * (1 + 0.25 * np.sin(2 * angle + rng.uniform(0, 6)) + 0.1 * np.sin(3 * angle))
    ring = np.column_stack([x + 1.3 * radius * np.cos(angle), y + radius * np.sin(angle)])
    built.ponds.append(shapely.Polygon(ring))
    x0, y0, x1, y1 = area.buffer(-12.0).bounds
    walk = [(cell.x0, y0), (x, y0 + 0.1 * cell.high), (x1, y), (x, y1), (x0, y), (cell.x0, y0)]
    built.roads.append(Line(shapely.LineString(walk), "path"))


def _hut(cell: Cell, rng, built: Built) -> None:
    x0, y0, x1, y1 = cell.inner.buffer(-10.0).bounds
    for _ in range(int(rng.integers(1, 3))):
        x, y = rng.uniform(x0, x1), rng.uniform(y0, y1)
        built.houses.append((shapely.box(x, y, x + 8, y + 5).intersection(cell.inner), "shed"))


_DRAWN = {
    "urban": _towers, "estate": _estate, "plant": _halls, "works": _halls, "market": _market,
    "shops": _market, "school": _campus, "hospital": _campus, "government": _campus,
    "police": _campus, "station": _campus, "water_works": _campus, "clinic": _campus,
    "care_home": _campus, "pond": _ponds, "greenhouse": _greenhouses, "park": _park,
    "supplied": _hut, "developable": _hut,
}  # fmt: skip
