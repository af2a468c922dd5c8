"""Draw the sample data/yaozhai: a dense urban village that does not exist.

The committed files are the data; this script draws them, and draws them again:

    python data/make_yaozhai.py

Only figures are those of the reports on Yaozhai: about 50,000 people and 3,800 firms on 0.35 km²
with 24 entrances, one community. Outline, streets, buildings, households, firms and people are
invented, the code of the place as well. Nothing is taken from a map.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from invented_people import COLUMNS, NO_PHONE, invent_cadres, write_roster
from shapely import LineString, Point, Polygon

FOLDER = Path(__file__).parent / "yaozhai"
CRS = "EPSG:4547"
SEED = 20251201
COLS, ROWS = 8, 5  # 40 level-3 grids
CODE, COMMUNITY = "410105990000", "410105990001"
PEOPLE, FIRMS, ENTRANCES, CADRES = 50_000, 3_800, 24, 330
AREA_M2 = 350_000.0
CENTRE = (467_300.0, 3_849_500.0)
ALLEY_M = 6.0  # half of a street, from the middle line to the walls
# What stands on each block, row by row from the north: houses of the village, slabs with several
# stairwells, towers with one, courtyards, the market, the school with the park.
PLAN = (
    "HHHSHHHH",
    "HSHHYHSH",
    "THHMHHHS",
    "HHSHPHHH",
    "HYHHSHHT",
)
NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Block:
    """One level-3 grid: its number, what stands on it, and its corners from the south-west."""

    number: int
    use: str
    corners: np.ndarray

    def place(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Put shares of the block's width and depth (0 to 1) on the ground."""
        a, b, c, d = self.corners
        x, y = np.asarray(x)[:, None], np.asarray(y)[:, None]
        return (1 - x) * (1 - y) * a + x * (1 - y) * b + x * y * c + (1 - x) * y * d

    def rectangle(self, west: float, south: float, east: float, north: float) -> Polygon:
        """Draw a rectangle given in shares of the block."""
        return Polygon(
            np.round(self.place([west, east, east, west], [south, south, north, north]), 2)
        )

    @property
    def shape(self) -> Polygon:
        """The whole block, to the middle of the streets around."""
        return Polygon(self.corners)

    @property
    def size(self) -> tuple[float, float]:
        """Width and depth in m."""
        a, b, _, d = self.corners
        return float(np.hypot(*(b - a))), float(np.hypot(*(d - a)))


@dataclass
class Built:
    """A building: where, how many households, stairwells, and what it is."""

    shape: Polygon
    households: int
    stairwells: int
    use: str
    block: int


def main() -> None:
    """Draw the place and write its files."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-12-01T00:00:00.000Z"})
    FOLDER.mkdir(exist_ok=True)
    rng = np.random.default_rng(SEED)
    blocks = make_blocks(rng)
    buildings = [one for block in blocks for one in build(block, rng)]
    yards = [one for block in blocks if block.use == "Y" for one in courtyards(block)]
    write(hierarchy(blocks, buildings), "hierarchy.gpkg", layer="grids")
    homes = [block for block in blocks if block.use not in "MP"]
    write(parcels(homes), "urban_res.fgb")
    write(others([block for block in blocks if block.use in "MP"]), "other.fgb")
    write(frame_of_buildings(buildings), "buildings.fgb")
    write(compounds(yards), "compounds.fgb")
    write(roads(blocks), "roads.fgb")
    write(entrances(blocks), "entrances.fgb")
    firms(buildings, rng).to_csv(
        FOLDER / "firms.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n"
    )
    write_roster(people(blocks), FOLDER / "roster.xlsx")


def write(frame: gpd.GeoDataFrame, name: str, **options: str) -> None:
    """Write a layer, replacing it."""
    (FOLDER / name).unlink(missing_ok=True)
    driver = {} if name.endswith(".gpkg") else {"SPATIAL_INDEX": "NO"}
    frame.to_file(FOLDER / name, engine="pyogrio", **driver, **options)


def make_blocks(rng: np.random.Generator) -> list[Block]:
    """Lay the streets out: lines that lean a little, crossings that both sides share."""
    wide = np.concatenate([[0], np.cumsum(rng.uniform(0.9, 1.1, COLS))])
    deep = np.concatenate([[0], np.cumsum(rng.uniform(0.9, 1.1, ROWS))])
    x, y = np.meshgrid(wide / wide[-1], deep / deep[-1])
    width, depth = 740.0, 480.0
    lean = 0.06
    points = np.stack([width * (x + lean * y * (1 - x)), depth * (y + lean * x * (1 - y) / 2)], -1)
    ring = np.concatenate([points[0], points[1:, -1], points[-1, -2::-1], points[-2:0:-1, 0]])
    points *= np.sqrt(AREA_M2 / Polygon(ring).area)
    points = np.round(points - points.reshape(-1, 2).mean(axis=0) + CENTRE, 2)
    blocks = []
    for row in range(ROWS):
        for column in range(COLS):
            south = ROWS - 1 - row
            corners = [points[south, column], points[south, column + 1],
                       points[south + 1, column + 1], points[south + 1, column]]  # fmt: skip
            number = row * COLS + column + 1
            blocks.append(Block(number, PLAN[row][column], np.array(corners)))
    return blocks


def build(block: Block, rng: np.random.Generator) -> list[Built]:
    """Put buildings on a block."""
    width, depth = block.size
    made: list[Built] = []

    def row_of(
        count: int, west: float, east: float, south: float, north: float, gap_m: float
    ) -> list[Polygon]:
        """A row of equal buildings, in m from the south-west corner, as shares of the block."""
        side = (east - west - gap_m * (count - 1)) / count
        starts = [west + at * (side + gap_m) for at in range(count)]
        return [
            block.rectangle(at / width, south / depth, (at + side) / width, north / depth)
            for at in starts
        ]

    west, east, south, north = ALLEY_M, width - ALLEY_M, ALLEY_M, depth - ALLEY_M
    if block.use in "HY":
        rows, each = (6, 6) if block.use == "H" else (4, 6)
        lanes = (north - south) / rows
        for at in range(rows):
            bottom = south + at * lanes
            # Houses of a village stand wall to wall, a lane before every second row.
            lane = 3.0 if at % 2 else 1.0
            for shape in row_of(each, west, east, bottom, bottom + lanes - lane, 0.0):
                low, high = (9, 18) if block.use == "H" else (8, 13)
                made.append(Built(shape, int(rng.integers(low, high)), 1, "house", block.number))
    elif block.use == "S":
        for at in range(4):
            bottom = south + at * (north - south) / 4 + 4
            shape = row_of(1, west + 2, east - 2, bottom, bottom + 12, 0.0)[0]
            stairwells = int(rng.integers(3, 6))
            made.append(
                Built(shape, stairwells * int(rng.integers(24, 31)), stairwells, "slab",
                      block.number)
            )  # fmt: skip
    elif block.use == "T":
        for at, bottom in enumerate((south + 4, south + (north - south) / 2)):
            for shape in row_of(2, west + 6, west + 52, bottom, bottom + 20, 6.0):
                floors = int(rng.integers(26, 34)) if at else int(rng.integers(15, 17))
                made.append(Built(shape, floors * 4, 1, "tower", block.number))
    elif block.use == "M":
        for bottom in (south + 3, south + (north - south) / 2 + 3):
            made += [
                Built(shape, 0, 0, "hall", block.number)
                for shape in row_of(3, west, east, bottom, bottom + 26, 5.0)
            ]
    else:
        shape = row_of(1, west, east, south + 4, south + 18, 0.0)[0]
        made.append(Built(shape, 0, 0, "school", block.number))
    return made


def courtyards(block: Block) -> list[tuple[Polygon, int]]:
    """Walled courtyards 院落: in each two rows of houses, three wide."""
    width, depth = block.size
    middle = [ALLEY_M, depth / 2 - 0.5, depth - ALLEY_M]
    return [
        (
            block.rectangle(
                (ALLEY_M + half * (width - 2 * ALLEY_M) / 2) / width, low / depth,
                (ALLEY_M + (half + 1) * (width - 2 * ALLEY_M) / 2) / width, high / depth,
            ),
            block.number,
        )
        for low, high in pairwise(middle)
        for half in range(2)
    ]  # fmt: skip


def grid_code(number: int) -> str:
    """Code of a level-3 grid."""
    return f"{COMMUNITY}{number:03d}"


def numeral(number: int) -> str:
    """Write a number up to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else NUMERALS[tens]) + "十" if tens else ""
    return head + (NUMERALS[ones] if ones or not tens else "")


def hierarchy(blocks: list[Block], buildings: list[Built]) -> gpd.GeoDataFrame:
    """Make the given grids: the place, its one community, and a level-3 grid a block."""
    count = {block.number: 0 for block in blocks}
    for one in buildings:
        count[one.block] += one.households
    total = sum(count.values())
    exact = {number: PEOPLE * households / total for number, households in count.items()}
    people = {number: int(share) for number, share in exact.items()}
    rest = sorted(exact, key=lambda number: people[number] - exact[number])
    for number in rest[: PEOPLE - sum(people.values())]:
        people[number] += 1
    whole = shapely.coverage_union_all([block.shape for block in blocks])
    rows = [
        (CODE, "姚砦（示例）", "Yaozhai (sample)", 1, "", total, PEOPLE, whole),
        (COMMUNITY, "姚砦社区", "Yaozhai community", 2, CODE, total, PEOPLE, whole),
        *(
            (grid_code(block.number), f"第{numeral(block.number)}网格", f"Grid {block.number}", 3,
             COMMUNITY, count[block.number], people[block.number], block.shape)
            for block in blocks
        ),
    ]  # fmt: skip
    names = ["code", "name", "name_en", "level", "parent_code", "households", "population"]
    table = pd.DataFrame([row[:-1] for row in rows], columns=names)
    return gpd.GeoDataFrame(table, geometry=[row[-1] for row in rows], crs=CRS)


def parcels(blocks: list[Block]) -> gpd.GeoDataFrame:
    """Make the ground of homes: one parcel a block."""
    return gpd.GeoDataFrame(
        {
            "record": [f"ZZ{block.number:02d}" for block in blocks],
            "name": [f"姚砦{block.number}号地块" for block in blocks],
        },
        geometry=[block.shape for block in blocks],
        crs=CRS,
    )


def others(blocks: list[Block]) -> gpd.GeoDataFrame:
    """Make the market, the school and the park beside it, by codes of GB/T 21010."""
    rows = []
    for block in blocks:
        if block.use == "M":
            rows.append(("SC01", "姚砦市场", "0501", block.shape))
        else:
            rows.append(("XX01", "姚砦小学", "0803", block.rectangle(0, 0, 1, 0.5)))
            rows.append(("GY01", "姚砦游园", "0810", block.rectangle(0, 0.5, 1, 1)))
    table = pd.DataFrame([row[:-1] for row in rows], columns=["record", "name", "dlbm"])
    return gpd.GeoDataFrame(table, geometry=[row[-1] for row in rows], crs=CRS)


def frame_of_buildings(buildings: list[Built]) -> gpd.GeoDataFrame:
    """Number the buildings and lay them out as a layer."""
    return gpd.GeoDataFrame(
        {
            "id": [f"L{number:04d}" for number in range(1, len(buildings) + 1)],
            "楼号": [f"姚砦{number}号楼" for number in range(1, len(buildings) + 1)],
            "class": [one.use for one in buildings],
            "户数": [one.households for one in buildings],
            "单元数": [one.stairwells for one in buildings],
        },
        geometry=[one.shape for one in buildings],
        crs=CRS,
    )


def compounds(yards: list[tuple[Polygon, int]]) -> gpd.GeoDataFrame:
    """Number the courtyards."""
    numbers = range(1, len(yards) + 1)
    return gpd.GeoDataFrame(
        {
            "id": [f"Y{number:02d}" for number in numbers],
            "name": [f"{number}号院" for number in numbers],
        },
        geometry=[shape for shape, _ in yards],
        crs=CRS,
    )


def roads(blocks: list[Block]) -> gpd.GeoDataFrame:
    """Draw the middle lines of the streets: the sides of the blocks, each once."""
    sides: dict[tuple[tuple[float, ...], ...], LineString] = {}
    for block in blocks:
        for one, other in zip(block.corners, np.roll(block.corners, -1, axis=0), strict=True):
            ends = tuple(sorted([tuple(one.tolist()), tuple(other.tolist())]))
            sides[ends] = LineString(ends)
    lines = list(sides.values())
    return gpd.GeoDataFrame(
        {
            "class": ["street"] * len(lines),
            "name": [f"姚砦{number}街" for number in range(1, len(lines) + 1)],
        },
        geometry=lines,
        crs=CRS,
    )


def entrances(blocks: list[Block]) -> gpd.GeoDataFrame:
    """Set the entrances along the rim, at equal distances."""
    rim = shapely.coverage_union_all([block.shape for block in blocks]).exterior
    at = [rim.interpolate((number + 0.5) / ENTRANCES, normalized=True) for number in range(24)]
    return gpd.GeoDataFrame(
        {"class": "entrance", "name": [f"{number}号口" for number in range(1, ENTRANCES + 1)]},
        geometry=at,
        crs=CRS,
    )


def firms(buildings: list[Built], rng: np.random.Generator) -> pd.DataFrame:
    """Invent the firms: most in the market halls and on the ground floors of houses."""
    weight = np.array([80.0 if one.use == "hall" else 3.0 for one in buildings])
    weight[[one.use == "school" for one in buildings]] = 0.0
    where = rng.choice(len(buildings), FIRMS, p=weight / weight.sum())
    rows = []
    for number, at in enumerate(np.sort(where).tolist(), start=1):
        shape = buildings[at].shape
        corners = np.asarray(shape.exterior.coords)[:4]
        share = rng.dirichlet(np.ones(4))
        point = Point(share @ corners)
        kind, word = ("企业", "商贸有限公司") if rng.random() < 0.06 else ("个体", "商店")
        rows.append(
            (f"ZT{number:04d}", f"示例{number:04d}{word}", kind, round(point.x, 2),
             round(point.y, 2))
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["编号", "名称", "类型", "X", "Y"])


def people(blocks: list[Block]) -> pd.DataFrame:
    """Invent the cadres of the micro-grids and the standing leaders of the given grids."""
    cadres = invent_cadres(
        CADRES,
        skills={"重点企业": 40, "公园绿地": 10},
        homes=[COMMUNITY],
        offices=("街道办事处", "社区居委会", "派出所", "司法所", "综合执法中队"),
        posts=("干部", "科员", "网格员"),
        second_skill_share=0.2,
        seed=SEED,
    )
    codes = [CODE, COMMUNITY, *(grid_code(block.number) for block in blocks)]
    leaders = pd.DataFrame(
        [
            (f"WZ{number:03d}", f"示例网格长{number:03d}", "网格长", "网格长", "", COMMUNITY, code,
             NO_PHONE)
            for number, code in enumerate(codes, start=1)
        ],
        columns=list(COLUMNS),
    )  # fmt: skip
    return pd.concat([leaders, cadres], ignore_index=True)


if __name__ == "__main__":
    main()
