"""Draw the sample subdistrict data/jiangshan: ten units with exclusive grids, outlines invented.

The committed files are the data; this script draws them, and draws them again:

    python data/make_jiangshan.py

Everything is invented but the figures of the report: ten exclusive grids (two universities, eight
firms and markets) over 1.46 km², a service officer each, a team of ten departments. Nothing is
taken from a map.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from invented_people import COLUMNS, NO_PHONE, invent_cadres, write_roster
from shapely import box
from shapely.affinity import rotate

FOLDER = Path(__file__).parent / "jiangshan"
CRS = "EPSG:4547"
SEED = 20251201
CORNER = (461_000.0, 3_857_000.0)
TURN = 7.0  # degrees: streets of the plain rarely run due north
TOWN = "410108098000"  # 410108 is the district of Huiji; the digits after it are invented
# Metres from the south-west corner, before the turn. Communities from west to east, two grids each.
WIDE, HIGH = 3_300, 2_400
COMMUNITIES = (("滨河社区", "Binhe", 0, 1_100), ("江山社区", "Jiangshan", 1_100, 2_200),
               ("新苑社区", "Xinyuan", 2_200, 3_300))  # fmt: skip
MIDDLE = 1_200

# Sites: id, name, class, staff, west, south, wide, high. Together 1.46 km².
SITES = (
    ("U1", "示例理工大学", "学校", 700, 100, 1_500, 800, 500),
    ("U2", "示例师范学院", "学校", 520, 1_450, 1_500, 640, 500),
    ("F1", "汽配大市场", "市场", 850, 300, 300, 400, 300),
    ("F2", "果品批发市场", "市场", 290, 1_250, 250, 350, 300),
    ("F3", "精密仪器厂", "企业", 280, 2_400, 200, 300, 300),
    ("F4", "电缆公司", "企业", 210, 2_800, 700, 300, 250),
    ("F5", "建材市场", "市场", 295, 1_300, 720, 400, 250),
    ("F6", "物流园", "企业", 160, 2_450, 1_800, 320, 250),
    ("F7", "食品公司", "企业", 240, 1_200, 2_000, 300, 300),
    ("F8", "软件园", "企业", 295, 2_850, 1_300, 320, 250),
)
# Parts of units: id, name, unit, staff, and their ground as a share of the unit from the west.
PARTS = (
    ("U1A", "教学区", "U1", 280, 0.0, 0.6), ("U1B", "学生生活区", "U1", 180, 0.6, 1.0),
    ("U1C", "后勤集团", "U1", 240, None, None),
    ("U2A", "本部", "U2", 290, 0.0, 0.7), ("U2B", "附属中学", "U2", 230, 0.7, 1.0),
    ("F1A", "一区商户", "F1", 290, 0.0, 0.5), ("F1B", "二区商户", "F1", 280, 0.5, 1.0),
    ("F1C", "物业与保安", "F1", 280, None, None),
)  # fmt: skip
DEPARTMENTS = ("党建办", "经济发展办", "综治中心", "应急管理办", "市场监管所", "税务所", "派出所",
               "司法所", "人社所", "城管执法队")  # fmt: skip


def main() -> None:
    """Draw the subdistrict and write its files."""
    # GeoPackages carry the date of writing; a fixed one makes the same bytes on every run.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-12-01T00:00:00.000Z"})
    FOLDER.mkdir(exist_ok=True)
    grids = make_grids()
    write(grids, "hierarchy.gpkg", layer="grids")
    write(make_land(np.random.default_rng(SEED)), "land.fgb")
    write(make_roads(), "roads.fgb")
    sites, parts = make_sites()
    write(sites, "sites.fgb")
    parts.to_csv(FOLDER / "parts.csv", index=False, lineterminator="\n")
    make_firms().to_csv(FOLDER / "units.csv", index=False, lineterminator="\n")
    make_groups().to_csv(FOLDER / "groups.csv", index=False, lineterminator="\n")
    write_roster(make_roster(grids), FOLDER / "roster.xlsx")


def placed(shape: shapely.Geometry) -> shapely.Geometry:
    """Bring a shape from the drawing to its place, to the centimetre."""
    turned = rotate(shape, TURN, origin=(WIDE / 2, HIGH / 2))
    return shapely.transform(turned, lambda places: np.round(places + CORNER, 2))


def make_grids() -> gpd.GeoDataFrame:
    """Draw 1 subdistrict, 3 communities and 6 level-3 grids: each is the union of its parts."""
    rows = []
    for number, (name, english, west, east) in enumerate(COMMUNITIES, start=1):
        code = f"{TOWN[:9]}{number:03d}"
        halves = []
        for part, (low, high) in enumerate(((MIDDLE, HIGH), (0, MIDDLE)), start=1):
            named = f"{name}第{'一二'[part - 1]}网格"
            halves.append(placed(box(west, low, east, high)))
            named_en = f"{english} grid {part}"
            rows.append((f"{code}{part:03d}", named, named_en, 3, code, 420, halves[-1]))
        rows.append((code, name, english, 2, TOWN, 0, shapely.coverage_union_all(halves)))
    whole = shapely.coverage_union_all([row[-1] for row in rows if row[3] == 2])
    rows.append((TOWN, "江山路街道", "Jiangshan Road (sample)", 1, "", 0, whole))
    rows.sort(key=lambda row: row[0])
    columns = ["code", "name", "name_en", "level", "parent_code", "households"]
    frame = pd.DataFrame([row[:-1] for row in rows], columns=columns)
    return gpd.GeoDataFrame(frame, geometry=[row[-1] for row in rows], crs=CRS)


def make_land(rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Draw parcels by code of GB/T 21010: what the sites stand on, and the ground around them."""
    codes = {"学校": "0803", "市场": "0501", "企业": "0601"}
    rows = [
        (f"D{number:03d}", codes[kind], name, box(x, y, x + wide, y + high))
        for number, (_, name, kind, _, x, y, wide, high) in enumerate(SITES, start=1)
    ]
    taken = shapely.union_all([row[-1] for row in rows])
    number = len(rows)
    uses = ("0701", "0701", "0701", "0102", "0810", "0501")
    for x in range(0, WIDE, 300):
        for y in range(0, HIGH, 300):
            ground = box(x, y, x + 300, y + 300).difference(taken)
            use = str(rng.choice(uses))
            for shape in shapely.get_parts(ground) if not ground.is_empty else ():
                number += 1
                rows.append((f"D{number:03d}", use, "", shape))
    frame = pd.DataFrame([row[:-1] for row in rows], columns=["record", "dlbm", "name"])
    return gpd.GeoDataFrame(frame, geometry=[placed(row[-1]) for row in rows], crs=CRS)


def make_roads() -> gpd.GeoDataFrame:
    """Draw the streets along the communities and grids."""
    lines = [
        *(("江山路" if x == 1_100 else "新苑路", ((x, 0), (x, HIGH))) for x in (1_100, 2_200)),
        ("中原街", ((0, MIDDLE), (WIDE, MIDDLE))),
    ]
    shapes = [placed(shapely.LineString(ends)) for _, ends in lines]
    names = {"name": [name for name, _ in lines], "class": "primary"}
    return gpd.GeoDataFrame(names, geometry=shapes, crs=CRS)


def make_sites() -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Draw the sites and the parts that have ground, and list the parts that have none."""
    rows, bare = [], []
    place = {}
    for site, name, kind, staff, x, y, wide, high in SITES:
        place[site] = (x, y, wide, high)
        rows.append((site, name, kind, staff, "", site, placed(box(x, y, x + wide, y + high))))
    for part, name, unit, staff, first, last in PARTS:
        if first is None:
            bare.append((part, name, staff, unit))
            continue
        x, y, wide, high = place[unit]
        shape = placed(box(x + first * wide, y, x + last * wide, y + high))
        rows.append((part, name, "", staff, unit, "", shape))
    columns = ["编号", "名称", "类型", "职工人数", "所属单位", "对象编号"]
    frame = pd.DataFrame([row[:-1] for row in rows], columns=columns)
    sites = gpd.GeoDataFrame(frame, geometry=[row[-1] for row in rows], crs=CRS)
    return sites, pd.DataFrame(bare, columns=["编号", "名称", "职工人数", "所属单位"])


def make_firms() -> pd.DataFrame:
    """List the ten units as a register, each on its parcel."""
    rows = [(site, name, kind, staff, f"D{number:03d}")
            for number, (site, name, kind, staff, *_) in enumerate(SITES, start=1)]  # fmt: skip
    return pd.DataFrame(rows, columns=["编号", "名称", "类型", "职工人数", "地块编号"])


def exclusive_codes() -> list[str]:
    """Give the codes that carving gives the ten units, as the groups name them."""
    numbers = {(1, 1): 1, (1, 2): 1, (2, 1): 2, (2, 2): 2, (3, 1): 2, (3, 2): 2}
    return [
        f"{TOWN[:9]}{community:03d}{part:03d}{900 + one}"
        for (community, part), count in numbers.items()
        for one in range(1, count + 1)
    ]


def make_groups() -> pd.DataFrame:
    """List the alliance of the ten exclusive grids, and the team that serves it."""
    columns = ["组合编号", "名称", "类型", "成员类型", "成员"]
    rows = [("ZSLM", "江山路专属网格联盟", "alliance", "grid", code) for code in exclusive_codes()]
    rows += [("FWD", "专属网格联盟服务队", "team", "grid", TOWN)]
    return pd.DataFrame(rows, columns=columns)


def make_roster(grids: gpd.GeoDataFrame) -> pd.DataFrame:
    """Invent leaders of the given grids, service officers, the team of departments, and cadres."""
    rows = []
    for number, (code, name) in enumerate(zip(grids["code"], grids["name"], strict=True), start=1):
        rows.append(
            (f"WGZ{number:02d}", f"示例网格长{number:02d}", name, "网格长", "", code[:12], code)
        )
    office = "街道办事处"
    rows += [(f"FWG{number:02d}", f"示例服务官{number:02d}", office, "专属网格服务官", "", TOWN, "")
             for number in range(1, 11)]  # fmt: skip
    rows.append(("SXFWG", "示例首席服务官", office, "首席服务官", "", TOWN, ""))
    rows += [(f"LLY{number:02d}", f"示例联络员{number:02d}", name, "单位联络员", "", TOWN, "")
             for number, (_, name, *_) in enumerate(PARTS, start=1)]  # fmt: skip
    rows += [(f"BM{number:02d}", f"示例队员{number:02d}", office, "服务队队员", "", TOWN, "")
             for number, office in enumerate(DEPARTMENTS, start=1)]  # fmt: skip
    staff = pd.DataFrame(rows, columns=list(COLUMNS[:7])).assign(电话=NO_PHONE)
    cadres = invent_cadres(
        70,
        skills={"耕地": 1, "公园绿地": 1, "重点企业": 2},
        homes=list(grids["code"][grids["level"] == 2]),
        offices=("党政办", "经发办", "综治办"),
        posts=("科员", "副主任"),
        second_skill_share=0.3,
        seed=SEED,
    )
    return pd.concat([staff, cadres], ignore_index=True)


def write(frame: gpd.GeoDataFrame, name: str, **options: str) -> None:
    """Write a layer; an older file of the name is replaced."""
    path = FOLDER / name
    path.unlink(missing_ok=True)
    frame.to_file(path, engine="pyogrio", **options)


if __name__ == "__main__":
    main()
