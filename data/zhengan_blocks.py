"""Outline, main roads, river and the 24 level-3 grids of the sample town Zheng'an.

Used by `make_zhengan.py`. Rows of blocks lie between roads that run from west to east; blocks of a
row lie between roads from south to north. A block is a level-3 grid; its borders are middle lines.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from zhengan_cells import HALF_M, Cell, Line

__all__ = [
    "BLOCKS",
    "CANAL_Y",
    "RIVER_X",
    "Block",
    "canal",
    "canal_bank",
    "main_lines",
    "outline",
    "river",
]

SIDE = 4820.0
# From north to south: county road, national road, county road, canal with its track.
ROWS = ((3880.0, "tertiary"), (2930.0, "primary"), (1930.0, "tertiary"), (960.0, "track"))
ROW_NAMES = ("双槐路", "郑庵大道", "枣林路", "团结渠路")
MAIN_X, RIVER_X, CANAL_Y = 1950.0, 3720.0, 960.0
MAIN_NAME, BANK_NAME, RIVER, CANAL = "庵中路", "沿河路", "柳溪河", "团结渠"
# Roads between the blocks of a row, from north to south; the main road and the river run through.
COLUMNS = (
    ((980.0, "tertiary"), (MAIN_X, "secondary"), (2830.0, "track"), (RIVER_X, "tertiary")),
    ((1000.0, "street"), (MAIN_X, "secondary"), (2900.0, "tertiary"), (RIVER_X, "tertiary")),
    ((930.0, "track"), (MAIN_X, "secondary"), (2780.0, "tertiary"), (RIVER_X, "tertiary")),
    ((1050.0, "street"), (MAIN_X, "secondary"), (2880.0, "track"), (RIVER_X, "tertiary")),
    ((1280.0, "street"), (2560.0, "track"), (RIVER_X, "tertiary")),
)
# The village of each block, row by row; a village has three.
VILLAGE_OF = ((0, 0, 1, 1, 1), (0, 2, 2, 3, 3), (4, 2, 5, 5, 3), (4, 6, 6, 5, 7), (4, 6, 7, 7))
RIVER_BROAD_M, RIVER_GROUND_M = 40.0, 62.0
CANAL_BROAD_M, CANAL_KEEP_M = 6.0, 13.0
BEYOND_M = 260.0
# The outline follows the edges of fields: it steps in and out by so much (m).
STEP_M = 130.0


@dataclass(frozen=True)
class Block:
    """A level-3 grid on the board."""

    row: int
    column: int
    village: int
    cell: Cell


def _blocks() -> tuple[Block, ...]:
    edges = [SIDE + BEYOND_M, *(y for y, _ in ROWS), -BEYOND_M]
    keeps = [0.0, *(HALF_M[kind] for _, kind in ROWS), 0.0]
    blocks = []
    for row, columns in enumerate(COLUMNS):
        xs = [-BEYOND_M, *(x for x, _ in columns), SIDE + BEYOND_M]
        halves = [0.0, *(HALF_M[kind] for _, kind in columns), 0.0]
        for column, village in enumerate(VILLAGE_OF[row]):
            beside_river = column == len(columns)
            cell = Cell(
                x0=xs[column] + (RIVER_GROUND_M if beside_river else 0.0),
                y0=edges[row + 1],
                x1=xs[column + 1],
                y1=edges[row],
                keep_w=HALF_M["track"] if beside_river else halves[column],
                keep_e=halves[column + 1],
                keep_s=keeps[row + 1],
                keep_n=CANAL_KEEP_M if row == len(ROWS) and not beside_river else keeps[row],
                block=len(blocks),
            )
            blocks.append(Block(row, column, village, cell))
    return tuple(blocks)


BLOCKS = _blocks()


def outline(seed: int) -> shapely.Polygon:
    """The outline of the town: stepped along fields, two corners cut by field tracks."""
    rng = np.random.default_rng(seed)
    south, north = _steps(rng, 0.0), _steps(rng, SIDE)
    west, east = _steps(rng, 0.0), _steps(rng, SIDE)
    ring = [(x, y) for x, y in south]
    ring += [(x, y) for y, x in east]
    ring += [(x, y) for x, y in reversed(north)]
    ring += [(x, y) for y, x in reversed(west)]
    town = shapely.Polygon(_joined(ring))
    corners = [
        [(-400, 4330), (-400, 5300), (520, 5300), (330, 4730), (190, 4420)],
        [(4240, -400), (5300, -400), (5300, 640), (4700, 480), (4420, 150)],
    ]
    left = town.difference(shapely.union_all([shapely.Polygon(ring) for ring in corners]))
    return max(shapely.get_parts(left), key=shapely.area)


def _steps(rng: np.random.Generator, level: float) -> list[tuple[float, float]]:
    """A line from 0 to the far side that steps about a level, as pairs of place and level."""
    at = np.sort(rng.uniform(500, SIDE - 500, 6))
    at = at[np.insert(np.diff(at) > 260, 0, True)]
    levels = level + rng.uniform(-STEP_M, STEP_M, len(at) + 1)
    places = [0.0, *np.repeat(at, 2), SIDE]
    return list(zip(places, np.repeat(levels, 2), strict=True))


def _joined(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Corners at which two stepped sides meet, instead of their two loose ends."""
    joined = []
    for number, (x, y) in enumerate(ring):
        after, before = ring[(number + 1) % len(ring)], ring[number - 1]
        if x in (0.0, SIDE) and y not in (0.0, SIDE):  # end of the south or north side
            other = after if after[1] in (0.0, SIDE) else before
            joined.append((other[0], y))
        elif y not in (0.0, SIDE) or x not in (0.0, SIDE):
            joined.append((x, y))
    return [place for number, place in enumerate(joined) if place != joined[number - 1]]


def main_lines() -> list[Line]:
    """The roads between blocks."""
    low, high = -BEYOND_M, SIDE + BEYOND_M
    lines = [
        Line(shapely.LineString([(low, y), (high, y)]), kind, name)
        for (y, kind), name in zip(ROWS, ROW_NAMES, strict=True)
    ]
    edges = [high, *(y for y, _ in ROWS), low]
    for row, columns in enumerate(COLUMNS):
        for x, kind in columns:
            name = {MAIN_X: MAIN_NAME, RIVER_X: BANK_NAME}.get(x, "")
            line = shapely.LineString([(x, edges[row + 1]), (x, edges[row])])
            lines.append(Line(line, kind, name))
        bank = RIVER_X + RIVER_GROUND_M
        line = shapely.LineString([(bank, edges[row + 1]), (bank, edges[row])])
        lines.append(Line(line, "track", "河东堤路"))
    return lines


def river() -> tuple[shapely.Polygon, shapely.Polygon]:
    """The river and the ground up to the roads on its banks."""
    y = np.arange(-BEYOND_M, SIDE + BEYOND_M + 1, 20.0)
    west = RIVER_X + HALF_M["tertiary"] + 3.0 + 2.0 * np.sin(y / 170.0)
    east = west + RIVER_BROAD_M + 5.0 * np.sin(y / 230.0 + 1.0)
    water = shapely.Polygon([*zip(west, y, strict=True), *zip(east[::-1], y[::-1], strict=True)])
    ground = shapely.box(
        RIVER_X + HALF_M["tertiary"],
        y[0],
        RIVER_X + RIVER_GROUND_M - HALF_M["track"],
        y[-1],
    )
    return water, ground


def canal_bank() -> shapely.Polygon:
    """The ground of the canal with its banks, from the middle of its track to the fields."""
    return shapely.box(-BEYOND_M, CANAL_Y - CANAL_KEEP_M, RIVER_X, CANAL_Y)


def canal() -> shapely.Polygon:
    """The canal south of its track, from the western outline to the river."""
    north = CANAL_Y - HALF_M["track"] - 1.5
    return shapely.box(-BEYOND_M, north - CANAL_BROAD_M, RIVER_X, north)
