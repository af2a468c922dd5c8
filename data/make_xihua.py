"""Draw the sample park data/xihua: 45 invented enterprises on 62 exclusive grids.

The committed files are the data; this script draws them, and draws them again:

    python data/make_xihua.py

The numbers of enterprises, grids and staff are those of a newspaper report on the economic
development zone of Xihua; outlines, names, staff of each enterprise and people are invented.
Nothing is taken from a map.
"""

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from invented_people import COLUMNS, NO_PHONE, invent_cadres, write_roster
from shapely import Polygon
from shapely.geometry import LineString
from zhengan_registers import FIRM, credit_code

FOLDER = Path(__file__).parent / "xihua"
CRS = "EPSG:4547"
SEED = 20251201
ORIGIN = (556_000.0, 3_737_000.0)  # 114.6 E, 33.8 N
ACROSS, DOWN, BLOCK_M, JITTER_M = 8, 6, 400.0, 18.0
TOWN = "411622498000"  # county 411622; the digits after it are invented
ESTATES = {f"{TOWN[:9]}{number}": name for number, name in ((201, "东区社区"), (202, "西区社区"))}

# What each block of the park is, from the north-west: two small enterprises, one large one …
BLOCKS = """
T T L F F T T D
T F T L T T W D
P T L T F L T F
R T T T L T F F
R S T L T P T F
F F S T L S W F
"""
USES = {
    "F": "farmland", "D": "developable", "W": "water", "P": "park_green", "R": "urban_res",
    "S": "supplied_unbuilt",
}  # fmt: skip
PARTS = (4, 4, 3, 3, 3, 0, 0)  # sub-grids of the large enterprises: 17
LARGE_STAFF = (1160, 1080, 860, 820, 780, 290, 280)
SMALL_STAFF = (60, 295)
CREDIT_FROM = 5_000  # codes of a region that no authority has, others than those of Zheng'an
STAFF = 12_100  # "more than 12,000"
TRADES = ("食品", "纺织", "服装", "机械", "电子", "包装", "建材", "医药", "制鞋", "家具")
WORDS = ("恒", "盛", "丰", "瑞", "泰", "兴", "源", "达", "华", "安")
SHOPS = ("一车间", "二车间", "三车间", "四车间")
TEAMS = ("甲班组", "乙班组", "丙班组", "丁班组")


def main() -> None:
    """Draw the park and write its files."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-12-01T00:00:00.000Z"})
    FOLDER.mkdir(exist_ok=True)
    rng = np.random.default_rng(SEED)
    nodes = _nodes(rng)
    blocks = _blocks(nodes)
    write(make_hierarchy(blocks), "hierarchy.gpkg", layer="grids")
    write(make_roads(nodes), "roads.fgb")
    firms = make_firms(blocks, rng)
    for use in USES.values():
        own = blocks[blocks["use"] == use]
        layer = gpd.GeoDataFrame(
            {"record": [f"{use[:2].upper()}{n:03d}" for n in range(1, len(own) + 1)]},
            geometry=own.geometry.to_numpy(), crs=CRS,
        )  # fmt: skip
        write(layer, f"{use}.fgb")
    ground = firms[["编号", "名称", "geometry"]].rename(columns={"编号": "record", "名称": "name"})
    write(ground, "key_enterprise.fgb")
    shops, teams = make_parts(firms)
    sites = pd.concat([firms[["编号", "名称", "类型", "职工人数", "企业编号", "geometry"]], shops])
    sites = gpd.GeoDataFrame(sites.fillna(""), geometry="geometry", crs=CRS)
    write(sites, "sites.fgb")
    write_table(teams, "teams.csv")
    register = firms.drop(columns=["geometry", "编号", "类型"]).rename(columns={"企业编号": "编号"})
    write_table(register.assign(地块编号=firms["编号"]), "enterprises.csv")
    # Heads of firms and of teams hold the grids that the plan makes of the sites: their codes.
    write_roster(make_roster({}), FOLDER / "roster.xlsx")
    sys.path.insert(0, str(FOLDER.parents[1]))
    from gridmap.town.town import load_town

    grids = load_town(FOLDER).hierarchy.sort_index()
    write_roster(make_roster(grids), FOLDER / "roster.xlsx")


def make_roster(grids: pd.DataFrame | dict[str, str]) -> pd.DataFrame:
    """Invent people: leaders, cadres, enterprise cadres, heads of firms and teams, advisers."""
    homes = list(ESTATES)
    cadres = invent_cadres(
        24, skills={"耕地": 8, "可开发用地": 6, "水域": 4, "公园绿地": 6}, homes=homes,
        offices=("经济发展局", "建设环保局", "党政办"), posts=("科员", "干事"),
        second_skill_share=0.3, seed=SEED,
    )  # fmt: skip
    rows = [(*row, "", "兼职") for row in cadres.itertuples(index=False)]

    def add(key: str, count: int, role: str, office: str, hours: str, how: str, codes=()) -> None:
        for n in range(count):
            present = codes[n] if n < len(codes) else ""
            name = f"示例{role}{n + 1:02d}"
            home = homes[n % 2]
            rows.append(
                (f"{key}{n + 1:03d}", name, office, role, "", home, present, NO_PHONE, hours, how)
            )

    base, firms, parts = [], [], []
    if len(grids):
        exclusive = grids["kind"] == "exclusive"
        under = grids["parent_code"].isin(grids.index[exclusive])
        base = grids.index[~exclusive].tolist()
        firms = grids.index[exclusive & ~under].tolist()
        parts = grids.index[exclusive & under].tolist()
    add("WG", 7, "网格长", "管委会", "", "专职", base)
    add("BQ", 12, "包企干部", "企业服务局", "16", "兼职")
    add("QF", 45, "专职网格员", "企业负责人", "", "专职", firms)
    add("BZ", 17, "兼职网格员", "车间主任、班组长", "", "兼职", parts)
    add("DJ", 9, "党建指导员", "党群工作部", "10", "兼职")
    return pd.DataFrame(rows, columns=[*COLUMNS, "每周工时", "用工"])


def _nodes(rng: np.random.Generator) -> np.ndarray:
    """Corners of the blocks; those inside stand a little off the lattice."""
    x, y = np.meshgrid(np.arange(ACROSS + 1), np.arange(DOWN, -1, -1))
    nodes = np.stack([x, y], axis=-1) * BLOCK_M + ORIGIN
    nodes[1:-1, 1:-1] += np.round(rng.uniform(-JITTER_M, JITTER_M, nodes[1:-1, 1:-1].shape), 2)
    return nodes


def _blocks(nodes: np.ndarray) -> gpd.GeoDataFrame:
    uses = [line.split() for line in BLOCKS.strip().splitlines()]
    rows = []
    for row in range(DOWN):
        for column in range(ACROSS):
            ring = [
                nodes[row, column], nodes[row, column + 1],
                nodes[row + 1, column + 1], nodes[row + 1, column],
            ]  # fmt: skip
            east = column >= ACROSS // 2
            south = row >= DOWN // 2
            use = uses[row][column]
            rows.append((USES.get(use, use), east, south, Polygon(ring)))
    table = pd.DataFrame(rows, columns=["use", "east", "south", "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def make_hierarchy(blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The park, two communities, four grids: each a union of blocks."""
    east, west = ESTATES
    rows = [(TOWN, 1, "", "西华经开区（示例）", "Xihua park (sample)", blocks.union_all())]
    for code, side in ((east, True), (west, False)):
        name, name_en = ESTATES[code], "East community" if side else "West community"
        here = blocks["east"] == side
        rows.append((code, 2, TOWN, name, name_en, blocks[here].union_all()))
        for number, south in ((1, False), (2, True)):
            part = blocks[here & (blocks["south"] == south)].union_all()
            label = f"{name}第{'一二'[number - 1]}网格"
            rows.append((f"{code}{number:03d}", 3, code, label, f"{name_en} grid {number}", part))
    columns = ["code", "level", "parent_code", "name", "name_en", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=CRS)


def make_roads(nodes: np.ndarray) -> gpd.GeoDataFrame:
    """One road along every row and column of blocks."""
    lines = [LineString(row) for row in nodes[1:-1]]
    lines += [LineString(nodes[:, column]) for column in range(1, ACROSS)]
    names = [f"经开{'一二三四五'[n]}路" for n in range(DOWN - 1)]
    names += [f"创业{'一二三四五六七'[n]}街" for n in range(ACROSS - 1)]
    kinds = ["secondary"] * len(lines)
    table = {"name": names, "class": kinds}
    return gpd.GeoDataFrame(table, geometry=lines, crs=CRS)


def make_firms(blocks: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Enterprises with their sites: a block each, or half of one."""
    shapes, large = [], []
    for use, block in zip(blocks["use"], blocks.geometry, strict=True):
        if use == "L":
            shapes.append(block)
            large.append(True)
        elif use == "T":
            shapes += _halves(block)
            large += [False, False]
    staff = np.zeros(len(shapes), dtype=int)
    staff[np.flatnonzero(large)] = LARGE_STAFF
    small = np.flatnonzero(~np.array(large))
    staff[small] = _shared(STAFF - sum(LARGE_STAFF), len(small), rng)
    number = [f"{n:03d}" for n in range(1, len(shapes) + 1)]
    pairs = [f"{one}{two}" for one in WORDS for two in WORDS if one != two]
    words = rng.permutation(pairs)[: len(shapes)]
    trades = rng.choice(TRADES, len(shapes))
    names = [f"{word}{trade}有限公司" for word, trade in zip(words, trades, strict=True)]
    return gpd.GeoDataFrame(
        {
            "编号": [f"S{one}" for one in number],
            "名称": names,
            "类型": "enterprise",
            "职工人数": staff,
            "企业编号": [f"QY{one}" for one in number],
            "规模": np.where(staff >= 300, "规上", ""),
            "信用代码": [credit_code(FIRM, CREDIT_FROM + n) for n in range(len(shapes))],
            "核实日期": "2025-11-15",
        },
        geometry=shapes,
        crs=CRS,
    )


def _halves(block: Polygon) -> list[Polygon]:
    """Cut a block from the middle of its north side to that of its south side."""
    a, b, c, d = shapely.get_coordinates(block)[:4]
    top, bottom = np.round((a + b) / 2, 2), np.round((c + d) / 2, 2)
    return [Polygon([a, top, bottom, d]), Polygon([top, b, c, bottom])]


def _shared(total: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Share staff out, each within the limits of a small enterprise."""
    staff = rng.integers(*SMALL_STAFF, count)
    while (over := int(staff.sum()) - total) != 0:
        one = rng.integers(0, count)
        moved = staff[one] - np.sign(over) * min(abs(over), 5)
        if SMALL_STAFF[0] <= moved <= SMALL_STAFF[1]:
            staff[one] = moved
    return staff


def make_parts(firms: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Workshops with ground of two large enterprises, teams without ground of the others."""
    shops, teams = [], []
    order = firms[firms["职工人数"] > 300].sort_values("职工人数", ascending=False, kind="stable")
    for parts, (_, firm) in zip([one for one in PARTS if one], order.iterrows(), strict=True):
        share = [int(firm["职工人数"]) // parts] * parts
        share[0] += int(firm["职工人数"]) - sum(share)
        with_ground = parts == 4
        names = (SHOPS if with_ground else TEAMS)[:parts]
        ground = _strips(firm.geometry, parts) if with_ground else [None] * parts
        for n, (name, staff, shape) in enumerate(zip(names, share, ground, strict=True), start=1):
            row = {
                "编号": f"{firm['编号']}-{n}", "名称": f"{firm['名称']}{name}",
                "类型": "enterprise", "职工人数": staff, "企业编号": "", "所属单位": firm["编号"],
            }  # fmt: skip
            if with_ground:
                shops.append(row | {"geometry": shape})
            else:
                teams.append(row)
    return gpd.GeoDataFrame(shops, geometry="geometry", crs=CRS), pd.DataFrame(teams)


def _strips(site: Polygon, parts: int) -> list[Polygon]:
    """Workshops side by side over the southern part of a site; the yard in front stays."""
    a, b, c, d = shapely.get_coordinates(site)[:4]
    left, right = a + (d - a) * 0.3, b + (c - b) * 0.3
    cuts = [k / parts for k in range(parts + 1)]
    top = [np.round(left + (right - left) * cut, 2) for cut in cuts]
    low = [np.round(d + (c - d) * cut, 2) for cut in cuts]
    low[0], low[-1] = d, c
    return [Polygon([top[k], top[k + 1], low[k + 1], low[k]]) for k in range(parts)]


def write(frame: gpd.GeoDataFrame, name: str, *, layer: str | None = None) -> None:
    """Write a layer, the same bytes on every run."""
    path = FOLDER / name
    path.unlink(missing_ok=True)
    options = {"SPATIAL_INDEX": "NO"} if path.suffix == ".fgb" else {}
    pyogrio.write_dataframe(frame, path, layer=layer, **options)


def write_table(frame: pd.DataFrame, name: str) -> None:
    """Write a table as spreadsheet programs read it."""
    frame.to_csv(FOLDER / name, index=False, encoding="utf-8-sig", lineterminator="\n")


if __name__ == "__main__":
    main()
