"""A small drawn town for tests: 2 km x 1 km, 1 / 2 / 4 grids, all seven categories, a roster.

The town lies at x 513000 to 515000, y 3838000 to 3839000 of EPSG:4547. `draw_*` give frames,
`write_town` lays them into a folder with its rules.toml. Change a frame before writing to draw a
fault.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd
from shapely import LineString, Point, box

__all__ = [
    "CRS",
    "EAST",
    "NORTH",
    "SOUTH",
    "TOWN_CODE",
    "WEST",
    "draw_hierarchy",
    "draw_layers",
    "draw_roads",
    "draw_roster",
    "four_squares",
    "rules_text",
    "write_town",
]

CRS = "EPSG:4547"
WEST, SOUTH, EAST, NORTH = 513_000, 3_838_000, 515_000, 3_839_000
TOWN_CODE = "410122106"
SIDE = 250

# Land use in squares of 250 m, north row first; the bar is the border of the two villages, the
# level-3 border runs between the second and the third row. W is one lake through all four rows.
LAND_USE = (
    "FFVV FWPP",
    "FFVF FWUU",
    "FFFI IWFF",
    "FGFF FWFF",
)
CODES = {"F": "0102", "V": "0702", "W": "1104", "P": "0810", "U": "0701", "I": "0601", "G": "0301"}


def draw_hierarchy() -> gpd.GeoDataFrame:
    """Draw the grids: the town, a west and an east village, a north and a south grid in each.

    +-----------+-----------+
    | 200 001   | 201 001   |   each level-3 grid 1000 m x 500 m = 50 ha
    +-----------+-----------+
    | 200 002   | 201 002   |
    +-----------+-----------+
    """
    middle_x, middle_y = (WEST + EAST) / 2, (SOUTH + NORTH) / 2
    west, east = f"{TOWN_CODE}200", f"{TOWN_CODE}201"
    rows = [
        (TOWN_CODE, "测试镇", "Test Town", 1, "", 0, 0, box(WEST, SOUTH, EAST, NORTH)),
        (west, "西村", "West Village", 2, TOWN_CODE, 0, 0, box(WEST, SOUTH, middle_x, NORTH)),
        (east, "东村", "East Village", 2, TOWN_CODE, 0, 0, box(middle_x, SOUTH, EAST, NORTH)),
        (f"{west}001", "西村第一网格", "West 1", 3, west, 200, 640,
         box(WEST, middle_y, middle_x, NORTH)),
        (f"{west}002", "西村第二网格", "West 2", 3, west, 40, 120,
         box(WEST, SOUTH, middle_x, middle_y)),
        (f"{east}001", "东村第一网格", "East 1", 3, east, 320, 900,
         box(middle_x, middle_y, EAST, NORTH)),
        (f"{east}002", "东村第二网格", "East 2", 3, east, 20, 55,
         box(middle_x, SOUTH, EAST, middle_y)),
    ]  # fmt: skip
    columns = ["code", "name", "name_en", "level", "parent_code", "households", "population"]
    frame = pd.DataFrame([row[:-1] for row in rows], columns=columns)
    return gpd.GeoDataFrame(frame, geometry=[row[-1] for row in rows], crs=CRS)


def draw_layers() -> dict[str, gpd.GeoDataFrame]:
    """Draw the land-use layers, by file name without its ending. The registers overlap the rest."""
    squares = []
    for row, line in enumerate(LAND_USE):
        for column, letter in enumerate(line.replace(" ", "")):
            x, y = WEST + column * SIDE, NORTH - (row + 1) * SIDE
            if letter != "W":
                squares.append((CODES[letter], box(x, y, x + SIDE, y + SIDE)))
    lake_x = WEST + 5 * SIDE
    squares.append((CODES["W"], box(lake_x, SOUTH, lake_x + SIDE, NORTH)))
    landuse = gpd.GeoDataFrame(
        {
            "BSM": [f"T{number:03d}" for number in range(1, len(squares) + 1)],
            "DLBM": [code for code, _ in squares],
        },
        geometry=[square for _, square in squares],
        crs=CRS,
    )
    return {
        "landuse": landuse,
        "estates": _named("XMBH", [("E1", "阳光花园", box(514600, 3838550, 514700, 3838700))]),
        "enterprises": _named(
            "QYBH",
            [
                ("Q1", "东风汽配厂", box(513800, 3838300, 513950, 3838450)),
                ("Q2", "绿源食品厂", box(514050, 3838300, 514200, 3838450)),
            ],
        ),
        "supplied": _named("PZWH", [("S1", "供地一号", box(514550, 3838050, 514700, 3838200))]),
        "developable": _named("DKBH", [("D1", "储备地块", box(514750, 3838000, 515000, 3838250))]),
    }


def _named(id_column: str, rows: list[tuple[str, str, object]]) -> gpd.GeoDataFrame:
    data = {id_column: [row[0] for row in rows], "名称": [row[1] for row in rows]}
    return gpd.GeoDataFrame(data, geometry=[row[2] for row in rows], crs=CRS)


def draw_roads() -> gpd.GeoDataFrame:
    """Draw three roads: along the level-3 border, and across the western and the eastern half."""
    lines = [
        LineString([(WEST - 200, 3838500), (EAST + 200, 3838500)]),
        LineString([(513300, NORTH + 100), (513400, SOUTH - 100)]),
        LineString([(514130, NORTH + 100), (514130, SOUTH - 100)]),
    ]
    return gpd.GeoDataFrame({"name": ["中路", "西路", "东路"]}, geometry=lines, crs=CRS)


def draw_firms() -> gpd.GeoDataFrame:
    """Draw the register of enterprises as points with an id and a name."""
    return gpd.GeoDataFrame(
        {"编号": ["F1", "F2"], "名称": ["东风汽配厂", "绿源食品厂"]},
        geometry=[Point(513870, 3838370), Point(514120, 3838380)],
        crs=CRS,
    )


def draw_roster() -> pd.DataFrame:
    """Draw 25 people: a standing leader for each given grid, then 18 cadres."""
    west, east = f"{TOWN_CODE}200", f"{TOWN_CODE}201"
    leaders = list(draw_hierarchy()["code"])
    rows = [
        (f"L{number:02d}", f"网格长{number:02d}", "村干部", "网格长", "", grid[:12], grid)
        for number, grid in enumerate(leaders, start=1)
    ]
    skills = (
        "耕地",
        "水域；公园绿地",
        "重点企业",
        "问题楼盘、已供未建用地",
        "可开发用地",
        "",
        "耕地",
    )
    rows += [
        (f"C{number:02d}", f"干部{number:02d}", "镇机关干部", "干部", skills[number % 7],
         (west, east, "")[number % 3], "")
        for number in range(1, 19)
    ]  # fmt: skip
    columns = ["编号", "姓名", "单位职务", "身份", "技能", "家庭村", "现任网格"]
    roster = pd.DataFrame(rows, columns=columns)
    return roster.assign(电话=[f"0000000{number:04d}" for number in range(1, len(roster) + 1)])


RULES = """\
hierarchy = { file = "hierarchy.gpkg" }
roads = { file = "roads.gpkg" }
roster = { file = "roster.xlsx" }

[town]
name = "测试镇"
name_en = "Test Town"
code = "410122106"
crs = "EPSG:4547"
valid_from = 2026-01-01

[[layers]]
file = "landuse.gpkg"
codes = "gbt21010"
code_column = "DLBM"
record_column = "BSM"

[[layers]]
file = "estates.gpkg"
category = "problem_estate"
record_column = "XMBH"
name_column = "名称"

[[layers]]
file = "enterprises.gpkg"
category = "key_enterprise"
record_column = "QYBH"
name_column = "名称"

[[layers]]
file = "supplied.gpkg"
category = "supplied_unbuilt"
record_column = "PZWH"
name_column = "名称"

[[layers]]
file = "developable.gpkg"
category = "developable"
record_column = "DKBH"
name_column = "名称"

[[registers]]
file = "firms.gpkg"
category = "key_enterprise"
id_column = "编号"
name_column = "名称"

[[registers]]
file = "estates.csv"
category = "problem_estate"
id_column = "编号"
name_column = "名称"
record_column = "地块"

[load]
default = { hectare = 0.2, patch = 0.5 }
problem_estate = { hectare = 0.5, patch = 2.0, object = 4.0 }
key_enterprise = { hectare = 0.5, patch = 1.0, object = 3.0 }
village_res = { hectare = 0.2, household = 0.05 }
urban_res = { hectare = 0.2, household = 0.05 }

[capacity]
officer_hours = 12.0
officers_min = 1
officers_max = 4

[residual]
default = "absorb"

[residual.by_subclass]
village_res = "own"
urban_res = "own"

[duties]
default = ["安全生产排查", "人居环境"]
problem_estate = ["问题楼盘化解"]
"""


def rules_text() -> str:
    """Return the text of the drawn town's rules.toml."""
    return RULES


def write_town(
    folder: Path,
    *,
    hierarchy: gpd.GeoDataFrame | None = None,
    layers: Mapping[str, gpd.GeoDataFrame] | None = None,
    roster: pd.DataFrame | None = None,
    rules: str | None = None,
) -> Path:
    """Write the drawn town into a folder; a frame that is given replaces the drawn one."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _drawn_files().items():
        (folder / name).write_bytes(content)
    if hierarchy is not None:
        _replace(folder / "hierarchy.gpkg", hierarchy, "grids")
    for name, layer in (layers or {}).items():
        _replace(folder / f"{name}.gpkg", layer, name)
    if roster is not None:
        roster.to_excel(folder / "roster.xlsx", index=False)
    (folder / "rules.toml").write_text(rules_text() if rules is None else rules, encoding="utf-8")
    return folder


def _replace(path: Path, frame: gpd.GeoDataFrame, layer: str) -> None:
    path.unlink(missing_ok=True)
    frame.to_file(path, layer=layer)


@cache
def _drawn_files() -> dict[str, bytes]:
    """Give what stands in the files of the town as it is drawn: they are written once a process."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        draw_hierarchy().to_file(folder / "hierarchy.gpkg", layer="grids")
        for name, layer in draw_layers().items():
            layer.to_file(folder / f"{name}.gpkg", layer=name)
        draw_roads().to_file(folder / "roads.gpkg", layer="roads")
        draw_firms().to_file(folder / "firms.gpkg", layer="firms")
        register = pd.DataFrame({"编号": ["W1"], "名称": ["阳光花园"], "地块": ["E1"]})
        register.to_csv(folder / "estates.csv", index=False, encoding="utf-8-sig")
        draw_roster().to_excel(folder / "roster.xlsx", index=False)
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def four_squares() -> gpd.GeoDataFrame:
    """Draw four squares of 100 m x 100 m that tile a square, indexed by letter.

    b d
    a c
    """
    squares = {"a": (0, 0), "b": (0, 100), "c": (100, 0), "d": (100, 100)}
    geometry = [
        box(WEST + x, SOUTH + y, WEST + x + 100, SOUTH + y + 100) for x, y in squares.values()
    ]
    return gpd.GeoDataFrame(index=pd.Index(list(squares), name="code"), geometry=geometry, crs=CRS)
