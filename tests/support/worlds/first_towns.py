"""Three invented towns as the files of an office: loose parts, one package, a sketch.

Each is written into a folder in one of the states that offices' files are in. None of it is real.
"""

import csv
import io
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import shapely
from shapely import LineString, Point, box

from layers.location.datum import wgs_to_gcj

__all__ = ["draw_grids", "draw_land", "write_loose", "write_package", "write_sketch"]

CRS = "EPSG:4547"
WEST, SOUTH, SIDE = 506_000, 3_846_000, 200.0
VILLAGES = ("柳河村", "石桥村", "马庄村")
WIDE, HIGH = 6, 8  # squares of a village
CODES = (
    ("0102", "水浇地"), ("0103", "旱地"), ("0702", "农村宅基地"), ("1104", "坑塘水面"),
    ("0810", "公园与绿地"), ("0601", "工业用地"), ("0301", "乔木林地"), ("1006", "农村道路"),
)  # fmt: skip


def draw_grids(*, code: str = "410199101") -> gpd.GeoDataFrame:
    """Draw a town, three villages from west to east, a northern and a southern grid in each."""
    rows = []
    east, north = WEST + 3 * WIDE * SIDE, SOUTH + HIGH * SIDE
    rows.append((code, "柳河镇", 1, "", 0, box(WEST, SOUTH, east, north)))
    for at, name in enumerate(VILLAGES):
        village, x = f"{code}{201 + at}", WEST + at * WIDE * SIDE
        middle = SOUTH + HIGH / 2 * SIDE
        far = x + WIDE * SIDE
        rows.append((village, name, 2, code, 0, box(x, SOUTH, far, north)))
        for number, (low, high, count) in enumerate(((middle, north, 240), (SOUTH, middle, 60))):
            title = f"{name}第{'一二'[number]}网格"
            shape = box(x, low, far, high)
            rows.append((f"{village}{number + 1:03d}", title, 3, village, count, shape))
    columns = ["code", "name", "level", "parent_code", "households"]
    frame = pd.DataFrame([row[:-1] for row in rows], columns=columns)
    return gpd.GeoDataFrame(frame, geometry=[row[-1] for row in rows], crs=CRS)


def draw_land(seed: int = 5) -> gpd.GeoDataFrame:
    """Draw land use in squares of 200 m, a pattern that stays the same for a seed."""
    random = np.random.default_rng(seed)
    shares = [0.4, 0.15, 0.15, 0.08, 0.05, 0.07, 0.07, 0.03]
    kinds = random.choice(len(CODES), size=(3 * WIDE, HIGH), p=shares)
    rows = []
    for (column, row), kind in np.ndenumerate(kinds):
        x, y = WEST + column * SIDE, SOUTH + row * SIDE
        rows.append((*CODES[kind], box(x, y, x + SIDE, y + SIDE)))
    frame = pd.DataFrame({"BSM": [f"T{at:04d}" for at in range(len(rows))],
                          "DLBM": [row[0] for row in rows],
                          "DLMC": [row[1] for row in rows]})  # fmt: skip
    return gpd.GeoDataFrame(frame, geometry=[row[2] for row in rows], crs=CRS)


def write_loose(folder: Path) -> list[Path]:
    """Town a: parts of shapefiles in GBK without .prj, and a roster under a title and two headers.

    The eastings begin with the number of their zone. The roster has a merged header, a heading
    among its rows, doubles, phones as numbers, leaders named by their post alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = {"code": "WGBM", "name": "WGMC", "level": "JB", "parent_code": "SJBM",
             "households": "HS"}  # fmt: skip
    grids = draw_grids().rename(columns=names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the files name no system is the point
        for frame, stem in ((grids, "网格"), (draw_land(), "DLTB")):
            zoned = frame.to_crs("EPSG:4526").set_crs(None, allow_override=True)
            zoned.to_file(folder / f"{stem}.shp", encoding="GBK")
            for ending in (".cpg", ".prj"):
                (folder / f"{stem}.shp").with_suffix(ending).unlink(missing_ok=True)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "干部"
    sheet.append(["柳河镇下沉干部花名册（二〇二六年）"])
    sheet.merge_cells("A1:F1")
    sheet.append(["序号", "基本情况", "", "任职情况", "", "备注"])
    sheet.merge_cells("B2:C2")
    sheet.merge_cells("D2:E2")
    sheet.append(["", "姓名", "联系电话", "单位及职务", "包联村", ""])
    for row in _people():
        sheet.append(row)
    book.save(folder / "花名册（最新）.xlsx")
    return sorted(path for path in folder.iterdir())


def _people() -> list[list[object]]:
    """Rows as a clerk writes them: a heading, doubles, phones as numbers, leaders by their post."""
    rows: list[list[object]] = [["一、村干部", "", "", "", "", ""]]
    number = 0
    for village in VILLAGES:
        for post in ("党支部书记、网格长", "第一网格网格长", "第二网格网格长"):
            number += 1
            office = f"{village}{post}"
            rows.append([number, f"王{village[0]}{number}"[:2] + "一二三四五六七八九"[number - 1],
                         13800000000 + number, office, "", ""])  # fmt: skip
    rows.append(["二、机关干部", "", "", "", "", ""])
    for at in range(14):
        number += 1
        village = VILLAGES[at % 3] if at % 2 else ""
        office = ("党政办", "农业办", "城建办")[at % 3]
        name = "李张刘陈杨赵黄周吴徐孙胡朱高"[at] + "强"
        name = f"{name[0]} {name[1]}" if at == 3 else name
        rows.append([number, name, f"139-0000-{at:04d}", office, village, ""])
    rows.append([number + 1, "李强", "13900000000", "党政办", "", "重复"])
    return rows


def write_package(folder: Path) -> list[Path]:
    """Town b: everything in one package, its land off as on a web map; a register as text.

    The package has grids, land, roads and houses; the register's positions are in GCJ-02.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "石桥资料汇总.gpkg"
    grids = draw_grids(code="410199102").replace({"name": {"柳河镇": "石桥镇"}})
    grids.to_file(path, layer="三级网格")
    land = draw_land(seed=8).to_crs(4490)
    moved = shapely.transform(
        land.geometry.to_numpy(), lambda at: np.column_stack(wgs_to_gcj(at[:, 0], at[:, 1]))
    )
    land.set_geometry(gpd.GeoSeries(moved, crs=4490)).to_file(path, layer="dltb")
    middle = SOUTH + HIGH / 2 * SIDE
    roads = gpd.GeoDataFrame(
        {"name": ["中心路"], "highway": ["secondary"]},
        geometry=[LineString([(WEST, middle), (WEST + 3 * WIDE * SIDE, middle)])],
        crs=CRS,
    )
    roads.to_file(path, layer="道路")
    houses = [box(WEST + 40 * at, SOUTH + 30, WEST + 40 * at + 20, SOUTH + 50) for at in range(20)]
    gpd.GeoDataFrame({"楼名": [f"{at}号楼" for at in range(20)]}, geometry=houses, crs=CRS).to_file(
        path, layer="房屋建筑"
    )
    firms = gpd.GeoSeries(
        [Point(WEST + 150 + 330 * at, SOUTH + 170 + 90 * at) for at in range(8)], crs=CRS
    ).to_crs(4490)
    lon, lat = wgs_to_gcj(firms.x.to_numpy(), firms.y.to_numpy())
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["统一社会信用代码", "企业名称", "高德经度", "高德纬度", "职工人数"])
    for at in range(8):
        writer.writerow([f"91410199MA4{at:07d}", f"石桥第{at + 1}机械有限公司",
                         f"{lon[at]:.6f}", f"{lat[at]:.6f}", 20 + at])  # fmt: skip
    # Without an ending that tells, as a program of an office exports it.
    (folder / "重点企业台账.dat").write_bytes(out.getvalue().encode("gb18030"))
    return sorted(folder.iterdir())


def write_sketch(folder: Path) -> list[Path]:
    """Town c: a sketch in KML and GeoJSON in an archive, and a roster without codes.

    The areas have names alone: no codes, levels or parents, and no outline of the town.
    """
    folder.mkdir(parents=True, exist_ok=True)
    grids = draw_grids(code="").to_crs(4326)
    grids = grids[grids["level"] > 1]
    marks = "".join(
        f"<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{' '.join(f'{x:.9f},{y:.9f}' for x, y in shape.exterior.coords)}"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for name, shape in zip(grids["name"], grids.geometry, strict=True)
    )
    kml = (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document>{marks}</Document></kml>"
    )
    land = draw_land(seed=11).to_crs(4326)[["DLMC", "geometry"]].rename(columns={"DLMC": "地类"})
    with zipfile.ZipFile(folder / "马庄.zip", "w") as archive:
        archive.writestr("底图/各村范围.kml", kml)
        archive.writestr("底图/现状.json", land.to_json(drop_id=True))
        archive.writestr("说明.docx", b"PK\3\4")
    people = [
        ["张大山", "柳河村支书", "13700000001"],
        ["王小河", "石桥村支部书记", "13700000002"],
        ["李马", "马庄村支书", "13700000003"],
        ["李马", "马庄村支书", "13700000003"],
        *([f"赵{name}", "镇机关", f"1360000000{at}"] for at, name in enumerate("甲乙丙丁")),
    ]
    frame = pd.DataFrame(people, columns=["人员", "岗位说明", "手机号"])
    frame.to_csv(folder / "人员.txt", index=False, encoding="gb18030")
    return sorted(folder.iterdir())
