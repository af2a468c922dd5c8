"""The villages and level-3 grids of the test town, and their invented households.

Used by `make_bayreuth.py`. The names and codes of the villages are real, where they lie is not.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from grid_cutting import cut_regions, make_faces

__all__ = ["ROAD_KINDS", "make_hierarchy"]

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
# Regions are balanced by ground and buildings; ground counts so many times as much.
AREA_WEIGHT = 2.0
ROAD_KINDS = {
    "secondary": "main",
    "tertiary": "main",
    "unclassified": "road",
    "residential": "road",
    "track": "track",
    "service": "track",
    "path": "track",
}


def make_hierarchy(
    villages_csv: Path,
    *,
    roads: gpd.GeoDataFrame,
    streams: gpd.GeoDataFrame,
    buildings: gpd.GeoSeries,
    window: shapely.Polygon,
    seed: int,
) -> gpd.GeoDataFrame:
    """Cut the town into 8 villages of 3 level-3 grids each, along roads and streams."""
    lines = {
        kind: roads.geometry[roads["kind"].map(ROAD_KINDS) == kind].to_numpy()
        for kind in ("main", "road", "track")
    }
    faces, costs = make_faces(lines | {"stream": streams.geometry.to_numpy()}, window)
    counts = np.bincount(
        shapely.STRtree(faces).query(buildings.to_numpy(), "within")[1], minlength=len(faces)
    )
    weight = AREA_WEIGHT * shapely.area(faces) / window.area + counts / counts.sum()
    centre = shapely.get_coordinates(shapely.centroid(faces))
    village_of = cut_regions(weight, centre, costs, regions=8, seed=seed)

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
        part = cut_regions(weight[inside], centre[inside], within, regions=3, seed=seed)
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
    return _with_parents(gpd.GeoDataFrame(rows, crs=roads.crs), codes)


def _with_parents(grids: gpd.GeoDataFrame, codes: dict[str, str]) -> gpd.GeoDataFrame:
    """Add villages and town as unions of their grids, and the invented households."""
    # A root keeps every grid between 300 and 500 households, as the rules of the field ask (CAP-1).
    more = grids["buildings"] ** 0.4
    exact = LEAST_HOUSEHOLDS + (HOUSEHOLDS - LEAST_HOUSEHOLDS * len(grids)) * more / more.sum()
    grids["households"] = _whole(exact, HOUSEHOLDS)
    grids["population"] = _whole(grids["households"] * PERSONS / HOUSEHOLDS, PERSONS)
    rows = [_parent(*TOWN, level=1, parent="", grids=grids)]
    for name, english in VILLAGES.items():
        own = grids[grids["parent_code"] == codes[name]]
        label = (codes[name], f"{name}村", f"{english} village")
        rows.append(_parent(*label, level=2, parent=TOWN[0], grids=own))
    above = gpd.GeoDataFrame(rows, crs=grids.crs)
    return pd.concat([above, grids[above.columns]], ignore_index=True).sort_values(
        ["level", "code"], kind="stable"
    )


def _parent(
    code: str, name: str, name_en: str, *, level: int, parent: str, grids: gpd.GeoDataFrame
) -> dict[str, object]:
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
    """Positions from west to east in about √n bands from north to south, by inner points."""
    x, y = shapely.get_coordinates(shapely.point_on_surface(areas)).T
    bands = round(np.sqrt(len(areas)))
    band = np.minimum(((y.max() - y) / (y.max() - y.min()) * bands).astype(int), bands - 1)
    return np.lexsort((-y, x, band))
