"""Draw the sample district data/zhongyuan: streets, stations and patrol areas that do not exist.

The committed files are the data; this script draws them, and draws them again:

    python data/make_zhongyuan.py

Everything is invented but the figures of the report: 181 stations of which 107 at streets, 562
professional staff, and three counts of cases. Nothing is taken from a map.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from invented_people import COLUMNS, NO_PHONE, invent_cadres, write_roster
from zhengan_grids import shared_out

FOLDER = Path(__file__).parent / "zhongyuan"
CRS, CORNER = "EPSG:4547", (461_500.0, 3_844_000.0)  # near 113.6 E, 34.7 N
SEED = 20251203
COLUMNS_OF_BLOCKS, ROWS_OF_BLOCKS = 12, 9
BLOCK_M, JITTER_M = 620.0, 70.0
STATIONS, AT_STREETS, STAFF = 181, 107, 562
HOUSEHOLDS, PEOPLE = 120_000, 320_000
CODE = "410102000000"
# Counts of the report (of another street office: only their form is of use here). They have three
# bases: reported, accepted at level 3, and notes taken on the way.
CASES = (("found", "上报事件", 3522), ("filed", "三级网格受理", 1312), ("other", "随手记", 11580))
HEADERS = {"found": "上报", "filed": "受理", "other": "随手记"}
# Land-use codes of GB/T 21010 with how often a parcel has them, in the west and in the far east.
USES = ("0701", "0501", "0801", "0810", "0601", "0301")
WEST, EAST = (0.62, 0.12, 0.10, 0.08, 0.05, 0.03), (0.10, 0.08, 0.05, 0.10, 0.55, 0.12)
CADRES = 240


def main() -> None:
    """Draw the district and write its files."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-12-01T00:00:00.000Z"})
    FOLDER.mkdir(exist_ok=True)
    rng = np.random.default_rng(SEED)
    corners = make_corners(rng)
    blocks = make_blocks(corners)
    parcels = make_parcels(blocks, rng)
    hierarchy = make_hierarchy(blocks, parcels)
    town = hierarchy.geometry.iloc[0]
    write(hierarchy, "hierarchy.gpkg", layer="grids")
    write(parcels.drop(columns=["block", "homes"]), "landuse.fgb")
    roads = make_roads(corners, blocks)
    write(roads, "roads.fgb")
    save(make_stations(roads, parcels, town, rng), "stations.csv")
    write(make_business(town, rng), "business.fgb")
    save(make_cases(hierarchy, rng), "cases.csv")
    write_roster(make_roster(hierarchy), FOLDER / "roster.xlsx")


def make_corners(rng: np.random.Generator) -> np.ndarray:
    """Where streets cross: a lattice shaken a little, (rows + 1, columns + 1, 2)."""
    x, y = np.meshgrid(np.arange(COLUMNS_OF_BLOCKS + 1), np.arange(ROWS_OF_BLOCKS + 1))
    places = np.stack([x, y], axis=-1) * BLOCK_M
    places += rng.uniform(-JITTER_M, JITTER_M, places.shape)
    # The whole leans and bends, so that no street runs due north.
    places[..., 0] += 0.06 * places[..., 1] + 60 * np.sin(places[..., 1] / 900)
    places[..., 1] += 80 * np.sin(places[..., 0] / 1500)
    return np.round(places + CORNER, 2)


def make_blocks(corners: np.ndarray) -> gpd.GeoDataFrame:
    """Ground between the streets, by row and column, with its subdistrict and community."""
    rows = []
    for row in range(ROWS_OF_BLOCKS):
        for column in range(COLUMNS_OF_BLOCKS):
            ring = [corners[row + up, column + on] for up, on in ((0, 0), (0, 1), (1, 1), (1, 0))]
            office = row // 3 * 3 + column // 4
            rows.append((row, column, office, 3 * office + row % 3, shapely.Polygon(ring)))
    names = ["row", "column", "office", "community", "geometry"]
    return gpd.GeoDataFrame(rows, columns=names, crs=CRS)


def make_parcels(blocks: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Cut every block into two to four strips with a use each; a river runs along one street."""
    rows = []
    for number, block in enumerate(blocks.itertuples()):
        (a, b, c, d), count = shapely.get_coordinates(block.geometry)[:4], int(rng.integers(2, 5))
        at = np.linspace(0, 1, count + 1)
        low, high = a + at[:, None] * (b - a), d + at[:, None] * (c - d)
        chances = EAST if block.column >= 9 else WEST
        for place in range(count):
            ring = [low[place], low[place + 1], high[place + 1], high[place]]
            use = str(rng.choice(USES, p=chances))
            if block.row == 4 and block.column < 9 and place == 0:
                use = "1101"
            rows.append((number, use, shapely.Polygon(ring), rng.uniform(0.5, 2.0)))
    frame = gpd.GeoDataFrame(rows, columns=["block", "dlbm", "geometry", "homes"], crs=CRS)
    frame["homes"] = frame["homes"].where(frame["dlbm"] == "0701", 0.0) * frame.area
    frame.insert(0, "record", [f"DK{number:04d}" for number in range(1, len(frame) + 1)])
    return frame


def make_hierarchy(blocks: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The district, its nine subdistricts and their 27 communities."""
    homes = parcels.groupby(blocks["community"].to_numpy()[parcels["block"]])["homes"].sum()
    households = shared_out(homes * HOUSEHOLDS / homes.sum(), HOUSEHOLDS)
    people = shared_out(homes * PEOPLE / homes.sum(), PEOPLE)
    shapes = blocks.geometry.to_numpy()

    def grid(code: str, zh: str, en: str, level: int, parent: str, own: np.ndarray) -> dict:
        inside = np.unique(blocks["community"].to_numpy()[own])
        return {
            "code": code,
            "name": zh,
            "name_en": en,
            "level": level,
            "parent_code": parent,
            "households": int(households[inside].sum()),
            "population": int(people[inside].sum()),
            "geometry": shapely.coverage_union_all(shapes[own]),
        }

    rows = [grid(CODE, "中原区（示例）", "Zhongyuan (sample)", 1, "", np.full(len(blocks), True))]
    for office in range(9):
        zh, en = f"示例街道{office + 1}", f"Sample subdistrict {office + 1}"
        own = (blocks["office"] == office).to_numpy()
        rows.append(grid(f"{CODE[:9]}{office + 1:03d}", zh, en, 2, CODE, own))
    for community in range(27):
        office = community // 3
        zh = f"示例街道{office + 1}第{'一二三'[community % 3]}社区"
        en = f"Sample subdistrict {office + 1} community {community % 3 + 1}"
        parent, own = f"{CODE[:9]}{office + 1:03d}", (blocks["community"] == community).to_numpy()
        rows.append(grid(f"{parent}{community % 3 + 1:03d}", zh, en, 3, parent, own))
    return gpd.GeoDataFrame(rows, crs=CRS)


def make_roads(corners: np.ndarray, blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Streets between the blocks, a motorway in the north, a lane through each block."""
    rows = []
    for row in range(ROWS_OF_BLOCKS + 1):
        kind = "motorway" if row == ROWS_OF_BLOCKS else "primary" if row % 3 == 0 else "street"
        rows.append((kind, f"示例{row + 1}街", shapely.LineString(corners[row])))
    for column in range(COLUMNS_OF_BLOCKS + 1):
        kind = "secondary" if column % 4 == 0 else "street"
        rows.append((kind, f"示例{column + 1}路", shapely.LineString(corners[:, column])))
    for block in blocks.itertuples():
        a, b, c, d = shapely.get_coordinates(block.geometry)[:4]
        if block.column < 9:  # works in the east have no way through
            rows.append(("lane", "", shapely.LineString(np.round([(a + d) / 2, (b + c) / 2], 2))))
    return gpd.GeoDataFrame(rows, columns=["class", "name", "geometry"], crs=CRS)


def make_stations(
    roads: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame, town: shapely.Polygon, rng
) -> pd.DataFrame:
    """Put 107 stations beside streets and 74 inside residential ground, none in the far east."""
    west = town.bounds[0] + 0.72 * (town.bounds[2] - town.bounds[0])
    streets = roads[roads["class"].isin(["primary", "secondary", "street"])].geometry.to_numpy()
    homes = parcels[parcels["dlbm"] == "0701"].geometry.to_numpy()
    inside = shapely.buffer(town, -20)
    places = []
    while len(places) < AT_STREETS:
        line = streets[rng.integers(len(streets))]
        spot = line.interpolate(rng.uniform(0, line.length))
        spot = shapely.Point(spot.x + rng.uniform(-15, 15), spot.y + rng.uniform(-15, 15))
        if spot.x < west and inside.contains(spot):
            places.append(spot)
    while len(places) < STATIONS:
        home = homes[rng.integers(len(homes))]
        spot = home.centroid
        spot = shapely.Point(spot.x + rng.uniform(-90, 90), spot.y + rng.uniform(-90, 90))
        if spot.x < west and home.contains(spot):
            places.append(spot)
    degrees = gpd.GeoSeries(places, crs=CRS).to_crs("EPSG:4326")
    return pd.DataFrame(
        {
            "编号": [f"YZ{number:03d}" for number in range(1, STATIONS + 1)],
            "名称": [f"暖心驿站{number:03d}" for number in range(1, STATIONS + 1)],
            "类型": ["临街"] * AT_STREETS + ["院内"] * (STATIONS - AT_STREETS),
            "经度": degrees.x.map("{:.7f}".format),
            "纬度": degrees.y.map("{:.7f}".format),
        }
    )


def make_business(town: shapely.Polygon, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Patrol areas of the city bureau that follow no subdistrict."""
    west, south, east, north = town.bounds
    seeds = np.column_stack([rng.uniform(west, east, 14), rng.uniform(south, north, 14)])
    # In the south-west the bureau's areas reach over the border of the district.
    corner = shapely.box(west - 200, south - 200, west + 2_500, south + 1_500)
    reach = town.union(town.buffer(150, join_style="mitre").intersection(corner))
    cells = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=reach)
    shapes = shapely.intersection(shapely.get_parts(cells), reach)
    shapes = shapes[np.lexsort([shapely.get_x(shapely.centroid(shapes)),
                                shapely.get_y(shapely.centroid(shapes))])]  # fmt: skip
    staff = shared_out(pd.Series(shapely.area(shapes)) * STAFF / shapely.area(shapes).sum(), STAFF)
    numbers = range(1, len(shapes) + 1)
    columns = {
        "area_id": [f"XC{number:02d}" for number in numbers],
        "department": "城市管理局",
        "name": [f"巡查责任区{number:02d}" for number in numbers],
        "staff": staff.to_numpy(),
    }
    rounded = shapely.set_precision(shapes, 0.01)
    return gpd.GeoDataFrame(columns, geometry=rounded, crs=CRS)


def make_cases(hierarchy: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Share the three counts of the report over the subdistricts: their sums are its figures."""
    offices = hierarchy[hierarchy["level"] == 2]
    rows = []
    for key, base, total in CASES:
        weight = offices["population"] * rng.uniform(0.7, 1.4, len(offices))
        shared = shared_out(weight * total / weight.sum(), total)
        for code, count in zip(offices["code"], shared, strict=True):
            counts = {header: "" for header in HEADERS.values()} | {HEADERS[key]: str(count)}
            rows.append({"网格编码": code, "时段": "2025", **counts, "统计口径": base})
    return pd.DataFrame(rows)


def make_roster(hierarchy: gpd.GeoDataFrame) -> pd.DataFrame:
    """Invent a leader of every given grid, and cadres."""
    leaders = [
        (
            f"WG{number:03d}",
            f"示例网格长{number:03d}",
            {1: "区委社会工作部", 2: "街道党工委", 3: "社区党支部书记"}[grid.level],
            *("网格长", "", grid.code if grid.level == 2 else "", grid.code, NO_PHONE),
        )
        for number, grid in enumerate(hierarchy.itertuples(), start=1)
    ]
    cadres = invent_cadres(
        CADRES,
        skills={"公园绿地": 1, "水域": 1, "可开发用地": 1},
        homes=list(hierarchy.loc[hierarchy["level"] == 2, "code"]),
        offices=("区直机关", "街道办事处"),
        posts=("科员", "工作人员"),
        second_skill_share=0.2,
        seed=SEED,
    )
    return pd.concat([pd.DataFrame(leaders, columns=list(COLUMNS)), cadres], ignore_index=True)


def write(frame: gpd.GeoDataFrame, name: str, *, layer: str | None = None) -> None:
    """Write a layer, replacing the file."""
    path = FOLDER / name
    path.unlink(missing_ok=True)
    options = {} if path.suffix == ".gpkg" else {"SPATIAL_INDEX": "NO"}
    frame.to_file(path, layer=layer or path.stem, engine="pyogrio", **options)


def save(table: pd.DataFrame, name: str) -> None:
    """Write a table as offices send it."""
    table.to_csv(FOLDER / name, index=False, encoding="utf-8-sig", lineterminator="\n")


if __name__ == "__main__":
    main()
