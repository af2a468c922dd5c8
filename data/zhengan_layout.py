"""What stands in which block of the sample town Zheng'an.

Used by `make_zhengan.py`. The tables say what a block holds; chance with a fixed seed says where in
the block, within the rules of the trade: shops on the national road, ponds by the water, schools
beside the village, plots for building near a road.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from zhengan_blocks import BLOCKS, MAIN_X, RIVER_GROUND_M, RIVER_X, Block
from zhengan_cells import Cell, Line, cut, cut_off, halved, parted, pinwheel

__all__ = ["VILLAGES", "lay_out"]

FIELD_HA, FIELD_LONGEST_M = 18.0, 520.0
GROWN_M = 130.0
SITE_HA = 4.1  # of a site of the town with its share of the streets
CENTRE = (MAIN_X, 2930.0)


@dataclass(frozen=True)
class Site:
    """Something to build: its use, size, name and how many firms."""

    use: str
    hectares: float
    name: str = ""
    firms: int = 0


# The village in a block: name and number of houses. Names of villages are invented, but for the
# eight that give the administrative villages their names.
VILLAGES = {
    (0, 0): ("大庄", 262), (0, 1): ("马寨", 205), (1, 0): ("小李庄", 188),
    (0, 2): ("东赵", 270), (0, 3): ("西赵", 196), (0, 4): ("槐树岗", 222),
    (1, 3): ("郝庄", 182), (1, 4): ("前郝", 236), (2, 4): ("白寨", 214),
    (2, 0): ("刘巧", 285), (3, 0): ("后刘", 232), (4, 0): ("枣林", 204),
    (2, 3): ("前李庄", 206), (3, 3): ("南李庄", 240),
    (3, 1): ("韩河", 268), (3, 2): ("毛庄", 210), (4, 1): ("韩洼", 226),
    (3, 4): ("小庄", 246), (4, 2): ("孟营", 218), (4, 3): ("柳园", 192),
}  # fmt: skip

# Blocks of the town itself: what stands there, from the crossing outwards.
TOWN = {
    (1, 1): (
        Site("government", 2.0, "镇政府"), Site("urban", 3.4), Site("urban", 3.4),
        Site("park", 3.0), Site("urban", 3.4), Site("hospital", 2.2, "镇卫生院"),
        Site("estate", 3.0), Site("school", 3.4, "镇初级中学"), Site("supplied", 4.0),
        Site("urban", 3.4), Site("developable", 4.5),
    ),
    (1, 2): (
        Site("market", 5.0, "汽车交易市场一区"), Site("market", 5.0, "汽车交易市场二区"),
        Site("urban", 3.4), Site("estate", 3.0), Site("urban", 3.4), Site("park", 2.4),
        Site("police", 1.4, "派出所"), Site("supplied", 4.0), Site("plant", 4.5, firms=4),
        Site("urban", 3.4), Site("works", 3.4),
    ),
    (2, 1): (
        Site("urban", 3.4), Site("urban", 3.4), Site("estate", 3.0),
        Site("school", 2.6, "镇中心小学"),
        Site("urban", 3.4), Site("park", 2.8), Site("shops", 2.4, "农贸市场"),
        Site("developable", 5.0), Site("urban", 3.4), Site("supplied", 3.6), Site("estate", 2.6),
    ),
    (2, 2): (
        Site("market", 5.0, "汽车配件城"), Site("urban", 3.4), Site("estate", 3.0),
        Site("urban", 3.4), Site("park", 2.4), Site("urban", 3.4), Site("plant", 4.0, firms=4),
        Site("developable", 5.0), Site("station", 1.6, "供电所"), Site("supplied", 3.6),
    ),
}  # fmt: skip

# Industry along the national road: a strip of so many metres, on the block's south or north side.
STRIPS = {
    (1, 3): ("s", 430.0, (
        Site("plant", 5, firms=4), Site("works", 5), Site("plant", 5, firms=4),
        Site("supplied", 4), Site("plant", 5, firms=4),
    )),
    (2, 3): ("n", 400.0, (
        Site("plant", 5, firms=4), Site("works", 5), Site("plant", 5, firms=4),
        Site("developable", 5), Site("plant", 5, firms=4),
    )),
}  # fmt: skip

# Sites among the fields, each cut off a corner of a field.
SITES = {
    (0, 0): (Site("pond", 3.2), Site("orchard", 4.0), Site("clinic", 0.8, "大庄卫生所")),
    (0, 1): (Site("plant", 2.6, firms=3), Site("supplied", 3.0), Site("greenhouse", 3.0)),
    (1, 0): (Site("estate", 2.6), Site("developable", 5.0), Site("orchard", 3.0)),
    (0, 2): (Site("school", 1.8, "东赵小学"), Site("greenhouse", 4.0)),
    (0, 3): (Site("developable", 4.0), Site("orchard", 5.0)),
    (0, 4): (Site("pond", 3.6), Site("water_works", 1.4, "水厂"), Site("orchard", 3.0)),
    (1, 4): (Site("plant", 3.0, firms=3), Site("estate", 2.4), Site("supplied", 3.4)),
    (2, 4): (Site("developable", 5.5), Site("plant", 2.6, firms=3), Site("greenhouse", 3.0)),
    (2, 0): (Site("school", 2.0, "刘巧小学"), Site("developable", 4.5), Site("park", 2.0)),
    (3, 0): (Site("pond", 3.0), Site("greenhouse", 3.0), Site("orchard", 4.0)),
    (4, 0): (Site("pond", 4.0), Site("developable", 4.0)),
    (3, 3): (Site("supplied", 3.0), Site("plant", 2.6, firms=3), Site("clinic", 0.8, "李庄卫生所")),
    (3, 1): (Site("school", 2.0, "韩河小学"), Site("estate", 2.4), Site("park", 2.2)),
    (3, 2): (Site("plant", 3.0, firms=3), Site("developable", 4.5), Site("orchard", 3.0)),
    (4, 1): (Site("pond", 3.4), Site("care_home", 1.4, "敬老院"), Site("greenhouse", 3.0)),
    (3, 4): (Site("supplied", 3.0), Site("park", 2.0), Site("orchard", 4.0)),
    (4, 2): (Site("plant", 2.6, firms=3), Site("greenhouse", 2.4)),
    (4, 3): (Site("pond", 3.0), Site("orchard", 6.0)),
}  # fmt: skip
BY_WATER = ("pond", "water_works")
BY_VILLAGE = ("school", "clinic", "care_home", "park", "developable", "estate")
FRONTAGE = ("market",)


def lay_out(seed: int) -> tuple[list[Cell], list[Line]]:
    """Cells and roads of all blocks."""
    rng = np.random.default_rng(seed)
    cells: list[Cell] = []
    lines: list[Line] = []
    for block in BLOCKS:
        place = (block.row, block.column)
        build = _town if place in TOWN else _country
        new, roads = build(block, rng)
        cells += new
        lines += roads
    return cells, lines


def _town(block: Block, rng) -> tuple[list[Cell], list[Line]]:
    """A block of the town: streets and uses from the crossing outwards, fields behind them."""
    sites = TOWN[block.row, block.column]
    cell = block.cell
    share = (len(sites) * SITE_HA / cell.hectares) ** 0.5
    east, south = cell.x0 < CENTRE[0], cell.y0 < CENTRE[1]
    x = cell.x1 - share * cell.wide if east else cell.x0 + share * cell.wide
    y = cell.y1 - share * cell.high if south else cell.y0 + share * cell.high
    low, high, first = cut(cell, "x", x, "tertiary")
    core, side = (high, low) if east else (low, high)
    low, high, second = cut(core, "y", y, "street")
    core, behind = (high, low) if south else (low, high)
    cells, streets = parted(core, rng, count=len(sites), road="street")
    fields, tracks = halved(
        [side, behind], rng, most_ha=FIELD_HA, longest_m=FIELD_LONGEST_M, road="track"
    )
    return _given(cells, sites) + fields, [first, second, *streets, *tracks]


def _given(cells: list[Cell], sites: tuple[Site, ...]) -> list[Cell]:
    """Give sites to cells: shops at the national road, the others from the crossing outwards."""
    free = sorted(cells, key=lambda cell: np.hypot(*np.subtract(cell.middle, CENTRE)))
    done = []
    for site in sites:
        at_road = [cell for cell in free if max(cell.keep_n, cell.keep_s) > 20.0]
        few = at_road if site.use in FRONTAGE and at_road else free[:4]
        best = min(few, key=lambda cell: abs(cell.hectares - site.hectares))
        free.remove(best)
        done.append(_used(best, site))
    return done


def _used(cell: Cell, site: Site) -> Cell:
    return replace(cell, use=site.use, label=site.name, count=site.firms)


def _country(block: Block, rng) -> tuple[list[Cell], list[Line]]:
    """A block of the country: a village, fields between tracks, sites at their edges."""
    place = (block.row, block.column)
    open_land, done, lines = block.cell, [], []
    if place in STRIPS:
        side, broad, sites = STRIPS[place]
        at = open_land.y0 + broad if side == "s" else open_land.y1 - broad
        low, high, line = cut(open_land, "y", at, "street")
        strip, open_land = (low, high) if side == "s" else (high, low)
        cells, streets = halved([strip], rng, most_ha=9.0, longest_m=330.0, road="street")
        cells.sort(key=lambda cell: cell.x0)
        done += [_used(cell, site) for cell, site in zip(cells, sites, strict=False)]
        done += cells[len(sites) :]
        lines += [line, *streets]
    name, houses = VILLAGES[place]
    village = _village_rectangle(open_land, houses, rng)
    inside, around, roads = pinwheel(
        open_land, village, road="street", lane="track", left=bool(rng.random() < 0.5)
    )
    done.append(replace(inside, use="village", label=name, count=houses))
    fields, tracks = halved(around, rng, most_ha=FIELD_HA, longest_m=FIELD_LONGEST_M, road="track")
    lines += roads + tracks
    for site in SITES.get(place, ()):
        fields, new, roads = _cut_site(fields, site, inside, rng)
        done.append(new)
        lines += roads
    return done + fields, lines


def _village_rectangle(cell: Cell, houses: int, rng) -> shapely.Polygon:
    """Choose where in a block its village lies: near the middle, off it by chance."""
    area = houses * 500.0
    broad = (area * rng.uniform(1.0, 1.75)) ** 0.5
    high = area / broad
    x0, x1 = max(cell.x0, 150.0), min(cell.x1, 4660.0)
    y0, y1 = max(cell.y0, 150.0), min(cell.y1, 4660.0)
    x = x0 + (x1 - x0 - broad) * rng.uniform(0.05, 0.95)
    y = y0 + (y1 - y0 - high) * rng.uniform(0.05, 0.95)
    # A village near a road has grown up to it.
    x = x0 if x - x0 < GROWN_M else x1 - broad if x1 - x - broad < GROWN_M else x
    y = y0 if y - y0 < GROWN_M else y1 - high if y1 - y - high < GROWN_M else y
    return shapely.box(x, y, x + broad, y + high)


def _cut_site(fields: list[Cell], site: Site, village: Cell, rng):
    """Cut a site off the field that suits it best."""
    large = [
        cell
        for cell in fields
        if cell.hectares > site.hectares * 1.3
        and min(cell.wide, cell.high) > 80
        and min(cell.x0, cell.y0) > 140
        and max(cell.x1, cell.y1) < 4680
        and not (cell.x1 > 4300 and cell.y0 < 500)
        and not (cell.x0 < 400 and cell.y1 > 4400)
    ]
    near = None
    if site.use in BY_VILLAGE:
        near = village.middle
        large.sort(key=lambda cell: cell.whole.distance(village.whole) + rng.uniform(0, 40))
    elif site.use in BY_WATER:
        large.sort(key=_to_water)
    else:
        large.sort(key=lambda cell: -max(cell.keep_w, cell.keep_e, cell.keep_s, cell.keep_n))
    chosen = large[0]
    piece, rest, lines = cut_off(chosen, rng, hectares=site.hectares, road="track", near=near)
    left = [cell for cell in fields if cell is not chosen]
    return left + rest, _used(piece, site), lines


def _to_water(cell: Cell) -> float:
    """How far a cell lies from the river or the canal."""
    bank = RIVER_X + RIVER_GROUND_M
    river = min(abs(cell.x0 - bank), abs(cell.x1 - RIVER_X))
    canal = min(abs(cell.y1 - 960.0), abs(cell.y0 - 960.0)) if cell.x1 < RIVER_X else river
    return min(river, canal)
