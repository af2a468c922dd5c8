"""Make the sample town data/zhengan: real ground of one place, set down at another.

The committed files are the data; this script documents how they were made and makes them again:

    python data/make_zhengan.py --osm north_bayreuth_osm.gpkg --villages 410122_villages.csv

No open vector data of the real Zheng'an exists. The ground is a window of OpenStreetMap moved
rigidly; registers, status of supply, fish ponds, some parks, households and people are invented by
the rules written here.
"""

import argparse
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from grid_cutting import cut_regions, make_faces
from invented_people import COLUMNS, NO_PHONE, invent_cadres, write_roster

FOLDER = Path(__file__).parent / "zhengan"
CRS = "EPSG:4547"
SEED = 20251201
WINDOW_32632 = shapely.box(682176, 5538483, 682176 + 4820, 5538483 + 4820)
# Whole metres, so that the window's middle lies at 113.93 E, 34.68 N in EPSG:4547.
SHIFT = (-191001, -1701798)
PRECISION_M = 0.01

TOWN = ("410122106000", "郑庵镇", "Zheng'an town")
VILLAGES = {
    "大庄": "Dazhuang",
    "东赵": "Dongzhao",
    "台前": "Taiqian",
    "郝庄": "Haozhuang",
    "刘巧": "Liuqiao",
    "前李庄": "Qianlizhuang",
    "韩河": "Hanhe",
    "小庄": "Xiaozhuang",
}
HOUSEHOLDS, PERSONS = 10_000, 30_000
LEAST_HOUSEHOLDS = 300
# A level-3 grid with more buildings than this a hectare is built up: its housing is urban.
URBAN_BUILDINGS_HA = 2.0

ROAD_KINDS = {
    "secondary": "main",
    "tertiary": "main",
    "unclassified": "road",
    "residential": "road",
    "track": "track",
    "service": "track",
    "path": "track",
}
FARMLAND = {"landuse=farmland", "landuse=farm"}
WATER = {"natural=water", "landuse=basin"}
PARK = {"landuse=grass", "landuse=recreation_ground", "leisure=garden", "leisure=common"}
HOUSING = {"landuse=residential"}
BUSINESS = {"landuse=industrial", "landuse=commercial", "landuse=retail", "landuse=farmyard"}
OPEN = {"landuse=meadow", "natural=scrub", "landuse=brownfield"}

SKILLS = {
    "耕地": 70,
    "重点企业": 38,
    "问题楼盘": 24,
    "可开发用地": 24,
    "已供未建用地": 20,
    "水域": 18,
    "公园绿地": 17,
}
OFFICES = (
    "党政办公室",
    "党建工作办公室",
    "经济发展办公室",
    "综合治理办公室",
    "应急管理办公室",
    "农业农村办公室",
    "规划建设办公室",
    "自然资源所",
    "综合行政执法队",
    "便民服务中心",
    "财政所",
)
POSTS = ("副主任", "科员", "科员", "工作人员", "工作人员")


def main() -> None:
    """Read the sources named on the command line and write the town."""
    parser = argparse.ArgumentParser(description="Make the sample town data/zhengan.")
    parser.add_argument("--osm", type=Path, required=True, help="north_bayreuth_osm.gpkg")
    parser.add_argument("--villages", type=Path, required=True, help="410122_villages.csv")
    sources = parser.parse_args()
    # GeoPackages carry the date of writing; a fixed one makes the same bytes on every run.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-12-01T00:00:00.000Z"})
    FOLDER.mkdir(exist_ok=True)

    window = shapely.transform(WINDOW_32632, _shift)
    ground = _read_ground(sources.osm, window)
    buildings = _read(sources.osm, "buildings", window).centroid
    roads = _read_roads(sources.osm, window)
    streams = _read(sources.osm, "waterways", window)

    hierarchy = make_hierarchy(sources.villages, roads, streams, buildings, window)
    write(hierarchy, "hierarchy.gpkg", layer="grids")
    write(roads[["kind", "geometry"]], "roads.fgb")

    grids = hierarchy[hierarchy["level"] == 3]
    picks = invent_uses(ground, grids, streams)
    layers = make_layers(ground, picks, grids, buildings)
    for name, layer in layers.items():
        write(layer, f"{name}.fgb")
    make_registers(layers)
    write_roster(make_roster(hierarchy), FOLDER / "roster.xlsx")


def _shift(points: np.ndarray) -> np.ndarray:
    return points + np.array(SHIFT)


def _read(path: Path, layer: str, window: shapely.Polygon) -> gpd.GeoDataFrame:
    """Read a layer, move it to its new place and clip it to the window."""
    frame = gpd.read_file(path, layer=layer).to_crs("EPSG:32632")
    frame.geometry = shapely.transform(shapely.make_valid(frame.geometry.to_numpy()), _shift)
    frame = frame.set_crs(CRS, allow_override=True)
    frame.geometry = shapely.set_precision(
        shapely.intersection(frame.geometry.to_numpy(), window), PRECISION_M
    )
    dimension = shapely.get_dimensions(frame.geometry.to_numpy())
    return frame[~frame.geometry.is_empty & (dimension == dimension.max())].reset_index(drop=True)


def _read_ground(path: Path, window: shapely.Polygon) -> gpd.GeoDataFrame:
    """Land-use polygons with their OSM tag and record, single parts of at least 50 m²."""
    frame = _read(path, "landuse", window)
    keys = ("landuse", "natural", "leisure", "amenity")
    tags = [
        next((f"{key}={row[key]}" for key in keys if isinstance(row[key], str)), "")
        for _, row in frame.iterrows()
    ]
    record = np.where(
        frame["osm_way_id"].isna(), "r" + frame["osm_id"].astype(str), "w" + frame["osm_way_id"]
    )
    ground = gpd.GeoDataFrame({"record": record, "osm": tags}, geometry=frame.geometry, crs=CRS)
    ground = ground[ground["osm"] != ""].explode(ignore_index=True)
    ground = ground[(ground.geom_type == "Polygon") & (ground.area >= 50)]
    return ground.sort_values(["record", "osm"], kind="stable").reset_index(drop=True)


def _read_roads(path: Path, window: shapely.Polygon) -> gpd.GeoDataFrame:
    roads = _read(path, "roads", window)
    roads["kind"] = roads["highway"]
    return roads[roads["kind"].isin(ROAD_KINDS)].sort_values("osm_id", kind="stable")


def make_hierarchy(villages_csv, roads, streams, buildings, window) -> gpd.GeoDataFrame:
    """Cut the town into 8 villages of 3 level-3 grids each, along roads and streams."""
    lines = {
        kind: roads.geometry[roads["kind"].map(ROAD_KINDS) == kind].to_numpy()
        for kind in ("main", "road", "track")
    }
    faces, costs = make_faces(lines | {"stream": streams.geometry.to_numpy()}, window)
    counts = np.bincount(
        shapely.STRtree(faces).query(buildings.to_numpy(), "within")[1], minlength=len(faces)
    )
    weight = 1.2 * shapely.area(faces) / window.area + counts / counts.sum()
    centre = shapely.get_coordinates(shapely.centroid(faces))
    village_of = cut_regions(weight, centre, costs, regions=8, seed=SEED)

    listed = pd.read_csv(villages_csv, dtype=str)
    listed = listed[listed["code"].str.startswith(TOWN[0][:9])].set_index("name")["code"]
    codes = {name: listed[f"{name}村委会"] for name in VILLAGES}
    order = _reading_order(
        np.array([shapely.coverage_union_all(faces[village_of == v]) for v in range(8)])
    )
    rows = []
    for village, (name, english) in zip(order, VILLAGES.items(), strict=True):
        inside = np.flatnonzero(village_of == village)
        position = {int(face): number for number, face in enumerate(inside)}
        within = {
            (position[a], position[b]): cost
            for (a, b), cost in costs.items()
            if a in position and b in position
        }
        part = cut_regions(weight[inside], centre[inside], within, regions=3, seed=SEED)
        grids = np.array([shapely.coverage_union_all(faces[inside[part == p]]) for p in range(3)])
        for number, p in enumerate(_reading_order(grids), start=1):
            rows.append(
                {
                    "code": f"{codes[name]}{number:03d}",
                    "name": f"{name}村第{'一二三'[number - 1]}网格",
                    "name_en": f"{english} village grid {number}",
                    "level": 3,
                    "parent_code": codes[name],
                    "buildings": int(counts[inside[part == p]].sum()),
                    "geometry": grids[p],
                }
            )
    return _with_parents(gpd.GeoDataFrame(rows, crs=CRS), codes)


def _with_parents(grids: gpd.GeoDataFrame, codes: dict[str, str]) -> gpd.GeoDataFrame:
    """Add villages and town as unions of their grids, and the invented households."""
    more = grids["buildings"] ** 0.5
    exact = LEAST_HOUSEHOLDS + (HOUSEHOLDS - LEAST_HOUSEHOLDS * len(grids)) * more / more.sum()
    grids["households"] = _whole(exact, HOUSEHOLDS)
    grids["population"] = _whole(grids["households"] * PERSONS / HOUSEHOLDS, PERSONS)
    rows = [_parent(*TOWN, level=1, parent="", grids=grids)]
    for name, english in VILLAGES.items():
        own = grids[grids["parent_code"] == codes[name]]
        label = (codes[name], f"{name}村", f"{english} village")
        rows.append(_parent(*label, level=2, parent=TOWN[0], grids=own))
    above = gpd.GeoDataFrame(rows, crs=CRS)
    return pd.concat([above, grids[above.columns]], ignore_index=True).sort_values(
        ["level", "code"], kind="stable"
    )


def _parent(code, name, name_en, *, level, parent, grids) -> dict:
    return {
        "code": code,
        "name": name,
        "name_en": name_en,
        "level": level,
        "parent_code": parent,
        "households": int(grids["households"].sum()),
        "population": int(grids["population"].sum()),
        "geometry": shapely.coverage_union_all(grids.geometry.to_numpy()),
    }


def _whole(exact: pd.Series, total: int) -> pd.Series:
    """Round to whole numbers that still sum up to the total (largest remainders)."""
    floor = np.floor(exact).astype(int)
    lacking = total - int(floor.sum())
    floor.iloc[np.argsort(floor - exact, kind="stable")[:lacking]] += 1
    return floor


def _reading_order(areas: np.ndarray) -> np.ndarray:
    """Positions from west to east in north to south bands, a band 1/√n of the height."""
    centre = shapely.get_coordinates(shapely.centroid(areas))
    west, south, east, north = shapely.total_bounds(areas)
    band = (north - centre[:, 1]) // ((north - south) / np.sqrt(len(areas)))
    return np.lexsort((centre[:, 0], band))


def invent_uses(ground, grids, streams) -> dict[str, gpd.GeoDataFrame]:
    """Choose real polygons for the uses that OSM cannot know; each serves once.

    A candidate is a polygon of the right tags and size (ha), near enough (m) to what it belongs to
    and with nine tenths of its ground in one level-3 grid. Chosen by chance with a fixed seed, at
    most `a_grid` of one use and four of all uses in one level-3 grid.
    """
    housing = ground[ground["osm"].isin(HOUSING)].union_all()
    flow = streams.union_all()
    plan = (  # use, prefix of the record, tags, least ha, most ha, near, within m, count, a_grid
        ("problem_estate", "LP", HOUSING, 0.8, 6, None, 0, 8, 1),
        ("key_enterprise", "QY", BUSINESS, 0.8, 8, None, 0, 14, 3),
        ("water", "YT", OPEN, 1.5, 8, flow, 80, 8, 1),
        ("park_green", "GY", OPEN | {"natural=wood"}, 1.2, 6, housing, 200, 8, 1),
        ("supplied_unbuilt", "GD", OPEN | FARMLAND, 1.5, 8, housing, 200, 10, 1),
        ("developable", "KF", OPEN | FARMLAND, 2, 14, housing, 500, 12, 1),
    )
    index, parent, share = _main_grid(ground, grids)
    usable = pd.Series(parent, index=index)[share >= 0.9]
    rng = np.random.default_rng(SEED)
    used: set[int] = set()
    in_grid: dict[str, int] = {}
    picks = {}
    for use, prefix, tags, least, most, near, within, count, a_grid in plan:
        area = ground.area / 10_000
        right = ground["osm"].isin(tags) & area.between(least, most)
        if near is not None:
            right &= ground.distance(near) <= within
        rows: list[int] = []
        own: dict[str, int] = {}
        for row in rng.permutation(ground.index[right & ground.index.isin(usable.index)]):
            grid = usable[row]
            full = own.get(grid, 0) >= a_grid or in_grid.get(grid, 0) >= 4
            if len(rows) == count or row in used or full:
                continue
            rows.append(int(row))
            own[grid] = own.get(grid, 0) + 1
            in_grid[grid] = in_grid.get(grid, 0) + 1
        if len(rows) < count:
            raise SystemExit(f"Only {len(rows)} of {count} polygons found for {use}.")
        used.update(rows)
        chosen = ground.loc[sorted(rows)]
        record = [f"{prefix}{number:02d}" for number in range(1, count + 1)]
        picks[use] = chosen.assign(on_record=chosen["record"], on_osm=chosen["osm"], record=record)
    return picks


def _main_grid(ground, grids) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Level-3 grid with most of each polygon, and its share of the polygon."""
    left, right = shapely.STRtree(grids.geometry.to_numpy()).query(
        ground.geometry.to_numpy(), "intersects"
    )
    shared = shapely.area(
        shapely.intersection(ground.geometry.to_numpy()[left], grids.geometry.to_numpy()[right])
    )
    best = pd.DataFrame({"row": left, "grid": right, "area": shared}).sort_values(
        ["row", "area"], ascending=[True, False], kind="stable"
    )
    best = best.drop_duplicates("row")
    share = best["area"].to_numpy() / ground.area.to_numpy()[best["row"]]
    return ground.index[best["row"]], grids["code"].to_numpy()[best["grid"]], share


def make_layers(ground, picks, grids, buildings) -> dict[str, gpd.GeoDataFrame]:
    """One frame a file: the seven categories, two kinds of housing, and the rest by OSM tag."""
    columns = ["record", "osm", "geometry"]
    invented = ["record", "name", "on_osm", "on_record", "geometry"]
    names = {
        "problem_estate": "示例楼盘",
        "key_enterprise": "示例企业园",
        "water": "示例鱼塘",
        "park_green": "示例公园",
        "supplied_unbuilt": "示例已供地块",
        "developable": "示例可开发地块",
    }
    layers = {}
    for use, frame in picks.items():
        label = [f"{names[use]}{number:02d}" for number in range(1, len(frame) + 1)]
        layers[use] = frame.assign(name=label)[invented]
    for use, tags in (("water", WATER), ("park_green", PARK)):
        real = ground[ground["osm"].isin(tags)].assign(name="", on_osm="", on_record="")
        both = pd.concat([layers[use], real], ignore_index=True)
        both["osm"] = both["osm"].fillna("") if "osm" in both else ""
        layers[use] = both[["record", "name", "osm", "on_osm", "on_record", "geometry"]]
    layers["farmland"] = ground[ground["osm"].isin(FARMLAND)][columns]

    homes = ground[ground["osm"].isin(HOUSING)]
    inside = shapely.STRtree(grids.geometry.to_numpy()).query(buildings.to_numpy(), "within")[1]
    density = np.bincount(inside, minlength=len(grids)) / (grids.area.to_numpy() / 10_000)
    _, parent, _ = _main_grid(homes, grids)
    urban = pd.Series(density > URBAN_BUILDINGS_HA, index=grids["code"])[parent].to_numpy()
    layers["urban_res"] = homes[urban][columns]
    layers["village_res"] = homes[~urban][columns]
    rest = ~ground["osm"].isin(FARMLAND | WATER | PARK | HOUSING)
    layers["other"] = ground[rest][columns]
    return layers


def make_registers(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Write the invented registers: 8 problem estates, 50 key enterprises on their sites."""
    rng = np.random.default_rng(SEED)
    estates = layers["problem_estate"]
    causes = ("资金链断裂", "规划手续不全", "产权登记滞后", "司法查封")
    rows = {
        "编号": [f"WT{number:03d}" for number in range(1, len(estates) + 1)],
        "名称": estates["name"],
        "问题": rng.choice(causes, len(estates)),
        "地块编号": estates["record"],
    }
    _write_csv(pd.DataFrame(rows), "problem_estates.csv")
    sites = layers["key_enterprise"]
    # Every site has one firm; the others settle by area.
    more = rng.choice(sites["record"], 50 - len(sites), p=sites.area / sites.area.sum())
    place = sorted([*sites["record"], *more])
    rows = {
        "编号": [f"QY{number:03d}" for number in range(1, 51)],
        "名称": [f"示例企业{number:02d}" for number in range(1, 51)],
        "行业": rng.choice(("汽车配件", "机械加工", "商贸物流", "农产品加工", "新材料"), 50),
        "地块编号": place,
    }
    _write_csv(pd.DataFrame(rows), "key_enterprises.csv")


def _write_csv(frame: pd.DataFrame, name: str) -> None:
    frame.to_csv(FOLDER / name, index=False, encoding="utf-8-sig", lineterminator="\n")


def make_roster(hierarchy: gpd.GeoDataFrame) -> pd.DataFrame:
    """Invent 33 standing leaders of the given grids and 211 cadres for the micro-grids."""
    titles = {1: "镇党委书记", 2: "村党支部书记", 3: "三级网格长"}
    leaders = [
        (
            f"WG{number:03d}",
            f"示例网格长{number:03d}",
            titles[grid.level],
            "网格长",
            "",
            grid.code if grid.level == 2 else grid.parent_code if grid.level == 3 else "",
            grid.code,
            NO_PHONE,
        )
        for number, grid in enumerate(hierarchy.itertuples(), start=1)
    ]
    cadres = invent_cadres(
        211,
        skills=SKILLS,
        homes=list(hierarchy.loc[hierarchy["level"] == 2, "code"]),
        offices=OFFICES,
        posts=POSTS,
        second_skill_share=0.4,
        seed=SEED,
    )
    return pd.concat([pd.DataFrame(leaders, columns=list(COLUMNS)), cadres], ignore_index=True)


def write(frame: gpd.GeoDataFrame, name: str, *, layer: str | None = None) -> None:
    """Write a layer, replacing the file."""
    path = FOLDER / name
    path.unlink(missing_ok=True)
    kind = shapely.get_type_id(frame.geometry.to_numpy())
    options = {} if (kind == kind[0]).all() else {"promote_to_multi": True}
    frame.to_file(path, layer=layer or path.stem, engine="pyogrio", **options)


if __name__ == "__main__":
    main()
