"""Fields in strips and the ground of roads of the sample town Zheng'an.

Used by `make_zhengan.py`. A field is the ground of a few families: a strip as long as its cell,
which ends at the tracks. The ground of roads, with their ditches and trees, lies between the cells.
"""

from itertools import pairwise

import numpy as np
import shapely
from zhengan_cells import HALF_M, Cell, Line

__all__ = ["cut_fields", "road_ground"]

CROPS = ("小麦玉米", "小麦玉米", "小麦玉米", "小麦花生", "大蒜", "蔬菜", "西瓜")
BROAD_M = (38.0, 150.0)
LEAST_M2 = 400.0
BIG = ("primary", "secondary", "tertiary")


def cut_fields(cell: Cell, block: shapely.Polygon, rng) -> list[tuple[shapely.Polygon, str]]:
    """Cut a cell into fields, with what grows on them."""
    inner = cell.inner
    x0, y0, x1, y1 = inner.bounds
    along_y = (y1 - y0) > 0.7 * (x1 - x0)  # strips from north to south, as most are
    low, high = (x0, x1) if along_y else (y0, y1)
    breadths = []
    while sum(breadths) < high - low:
        breadths.append(rng.uniform(*BROAD_M))
    edges = low + np.cumsum([0.0, *breadths]) * (high - low) / sum(breadths)
    fields = []
    crop = CROPS[rng.integers(len(CROPS))]
    for a, b in pairwise(edges):
        strip = shapely.box(a, y0, b, y1) if along_y else shapely.box(x0, a, x1, b)
        if rng.random() < 0.5:
            crop = CROPS[rng.integers(len(CROPS))]
        inside = shapely.intersection(strip, block)
        for part in shapely.get_parts(inside):
            if part.geom_type == "Polygon" and part.area > LEAST_M2:
                fields.append((part, crop))
    return fields


def road_ground(
    lines: list[Line], block: shapely.Polygon, *, canal: shapely.Polygon
) -> list[tuple[shapely.Polygon, str]]:
    """Ground of the roads in a block: large roads, and streets with tracks and the canal."""
    found = []
    for kinds, name in ((BIG, "公路"), (("street", "service", "track"), "村道田间路沟渠")):
        strips = [
            line.shape.buffer(HALF_M[line.kind], cap_style="flat")
            for line in lines
            if line.kind in kinds and line.shape.intersects(block)
        ]
        if "track" in kinds:
            strips.append(canal)
        ground = shapely.union_all(strips).intersection(block)
        found += [
            (part, name)
            for part in shapely.get_parts(ground)
            if part.geom_type == "Polygon" and part.area > 50
        ]
    return found
