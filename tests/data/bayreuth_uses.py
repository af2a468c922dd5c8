"""What stands on the ground of the test town: real land cover and invented uses.

Used by `make_bayreuth.py`. OpenStreetMap never sets problem estates, key enterprises or the status
of supply by itself; those are invented on real polygons by the rule in `invent_uses`.
"""

from collections import Counter
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

__all__ = ["invent_uses", "make_layers", "make_registers", "make_road_ground"]

# A level-3 grid with more buildings than this a hectare is built up: its housing is urban.
URBAN_BUILDINGS_HA = 2.0
# Blank ground this near to the middle of a road is road ground; scraps of it are left out.
ROAD_HALF_WIDTH_M = 8.0
LEAST_STRIP_M2 = 50.0

FARMLAND = frozenset({"landuse=farmland", "landuse=farm"})
WATER = frozenset({"natural=water", "landuse=basin"})
PARK = frozenset({"landuse=grass", "landuse=recreation_ground", "leisure=garden", "leisure=common"})
MEADOW = frozenset({"landuse=meadow"})
HOUSING = frozenset({"landuse=residential"})
BUSINESS = frozenset(
    {"landuse=industrial", "landuse=commercial", "landuse=retail", "landuse=farmyard"}
)
OPEN = frozenset({"landuse=meadow", "natural=scrub", "landuse=brownfield"})
WOOD = frozenset({"natural=wood"})


@dataclass(frozen=True)
class Use:
    """A use to invent, and the real polygons that may serve for it."""

    key: str
    prefix: str  # of the records
    name: str  # of the polygons
    tags: frozenset[str]
    hectares: tuple[float, float]
    near: str  # "housing", "stream" or "" for anywhere
    within_m: float
    count: int
    a_grid: int  # at most so many in one level-3 grid


USES = (
    Use("problem_estate", "LP", "示例楼盘", HOUSING, (0.8, 6), "", 0, 8, 1),
    Use("key_enterprise", "QY", "示例企业园", BUSINESS, (0.8, 8), "", 0, 14, 3),
    Use("water", "YT", "示例鱼塘", OPEN, (1.5, 8), "stream", 80, 7, 1),
    Use("park_green", "GY", "示例公园", OPEN | WOOD, (1.5, 6), "housing", 200, 6, 1),
    Use("supplied_unbuilt", "GD", "示例已供地块", OPEN | FARMLAND, (1.5, 8), "housing", 200, 9, 1),
    Use("developable", "KF", "示例可开发地块", OPEN | FARMLAND, (2, 14), "housing", 500, 10, 1),
)
# At most so many invented polygons of all uses in one level-3 grid.
MOST_A_GRID = 3
# A candidate has this share of its ground in one level-3 grid.
WHOLE_SHARE = 0.9


def invent_uses(
    ground: gpd.GeoDataFrame, *, grids: gpd.GeoDataFrame, streams: gpd.GeoDataFrame, seed: int
) -> dict[str, gpd.GeoDataFrame]:
    """Choose real polygons for the uses that OSM cannot know; each polygon serves once.

    A candidate is a polygon of the right tags and size, near enough to what it belongs to and with
    nine tenths of its ground in one level-3 grid. Chance with a fixed seed decides.

    Returns
    -------
    The polygons by use, with columns `record`, `name`, `on_osm` and `on_record` (the real polygon).
    """
    near = {
        "housing": ground[ground["osm"].isin(HOUSING)].union_all(),
        "stream": streams.union_all(),
    }
    parent, share = _main_grid(ground, grids)
    rng = np.random.default_rng(seed)
    taken: set[int] = set()
    in_grid: Counter[str] = Counter()
    picks = {}
    for use in USES:
        right = ground["osm"].isin(use.tags) & (ground.area / 10_000).between(*use.hectares)
        right &= share >= WHOLE_SHARE
        if use.near:
            right &= ground.distance(near[use.near]) <= use.within_m
        rows: list[int] = []
        own: Counter[str] = Counter()
        for row in rng.permutation(ground.index[right]).tolist():
            grid = parent[row]
            full = own[grid] >= use.a_grid or in_grid[grid] >= MOST_A_GRID
            if len(rows) == use.count or row in taken or full:
                continue
            rows.append(row)
            own[grid] += 1
            in_grid[grid] += 1
        if len(rows) < use.count:
            raise SystemExit(f"Only {len(rows)} of {use.count} polygons found for {use.key}.")
        taken.update(rows)
        picks[use.key] = _invented(ground.loc[sorted(rows)], use)
    return picks


def _invented(chosen: gpd.GeoDataFrame, use: Use) -> gpd.GeoDataFrame:
    numbers = range(1, len(chosen) + 1)
    return gpd.GeoDataFrame(
        {
            "record": [f"{use.prefix}{number:02d}" for number in numbers],
            "name": [f"{use.name}{number:02d}" for number in numbers],
            "on_osm": chosen["osm"].to_numpy(),
            "on_record": chosen["record"].to_numpy(),
        },
        geometry=chosen.geometry.to_numpy(),
        crs=chosen.crs,
    )


def _main_grid(ground: gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> tuple[pd.Series, pd.Series]:
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
    best = best.drop_duplicates("row").set_index("row")
    best.index = ground.index[best.index]
    return best["grid"].map(dict(enumerate(grids["code"]))), best["area"] / ground.area


def make_layers(
    ground: gpd.GeoDataFrame,
    picks: dict[str, gpd.GeoDataFrame],
    *,
    grids: gpd.GeoDataFrame,
    buildings: gpd.GeoSeries,
) -> dict[str, gpd.GeoDataFrame]:
    """One frame a file: the seven categories, two kinds of housing, and the rest by OSM tag."""
    layers = dict(picks)
    for use, tags in (("water", WATER), ("park_green", PARK)):
        real = ground[ground["osm"].isin(tags)].assign(name="", on_osm="", on_record="")
        both = pd.concat([picks[use].assign(osm=""), real], ignore_index=True)
        layers[use] = both[["record", "name", "osm", "on_osm", "on_record", "geometry"]]
    homes = ground[ground["osm"].isin(HOUSING)]
    inside = shapely.STRtree(grids.geometry.to_numpy()).query(buildings.to_numpy(), "within")[1]
    density = np.bincount(inside, minlength=len(grids)) / (grids.area.to_numpy() / 10_000)
    built_up = set(grids["code"][density > URBAN_BUILDINGS_HA])
    urban = _main_grid(homes, grids)[0].isin(built_up).sort_index().to_numpy()
    rest = ~ground["osm"].isin(FARMLAND | MEADOW | WATER | PARK | HOUSING)
    return layers | {
        "farmland": ground[ground["osm"].isin(FARMLAND)],
        "grassland": ground[ground["osm"].isin(MEADOW)],
        "urban_res": homes[urban],
        "village_res": homes[~urban],
        "other": ground[rest],
    }


def make_road_ground(
    ground: gpd.GeoDataFrame, *, roads: gpd.GeoDataFrame, window: shapely.Polygon
) -> gpd.GeoDataFrame:
    """Ground in no polygon of OSM beside a road: the strips that fields leave for their tracks."""
    blank = window.difference(ground.union_all())
    strips = roads.buffer(ROAD_HALF_WIDTH_M, cap_style="flat").union_all().intersection(blank)
    parts = shapely.get_parts(shapely.set_precision(strips, 0.01))
    parts = parts[shapely.area(parts) >= LEAST_STRIP_M2]
    record = [f"DL{number:03d}" for number in range(1, len(parts) + 1)]
    return gpd.GeoDataFrame({"record": record}, geometry=parts, crs=ground.crs)


def make_registers(layers: dict[str, gpd.GeoDataFrame], *, seed: int) -> dict[str, pd.DataFrame]:
    """Invent the registers: 8 problem estates, 50 key enterprises on their sites."""
    rng = np.random.default_rng(seed)
    estates = layers["problem_estate"]
    causes = ("资金链断裂", "规划手续不全", "产权登记滞后", "司法查封")
    rows = {
        "编号": [f"WT{number:03d}" for number in range(1, len(estates) + 1)],
        "名称": estates["name"],
        "问题": rng.choice(causes, len(estates)),
        "地块编号": estates["record"],
    }
    registers = {"problem_estates": pd.DataFrame(rows)}
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
    return registers | {"key_enterprises": pd.DataFrame(rows)}
