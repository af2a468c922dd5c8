"""The villages and level-3 grids of the sample town Zheng'an, their households and people.

Used by `make_zhengan.py`. The names and codes of the villages are real, where they lie is not.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from zhengan_blocks import BLOCKS
from zhengan_plane import CRS

__all__ = ["make_hierarchy", "settle", "shared_out"]

TOWN = ("410122106000", "郑庵镇", "Zheng'an town")
# Statistical code, name and English name, in the order of the blocks' village numbers.
VILLAGES = (
    ("410122106208", "大庄", "Dazhuang"),
    ("410122106209", "东赵", "Dongzhao"),
    ("410122106212", "台前", "Taiqian"),
    ("410122106215", "郝庄", "Haozhuang"),
    ("410122106216", "刘巧", "Liuqiao"),
    ("410122106219", "前李庄", "Qianlizhuang"),
    ("410122106229", "韩河", "Hanhe"),
    ("410122106234", "小庄", "Xiaozhuang"),
)
HOUSEHOLDS, PERSONS = 10_000, 30_000
# Grids hold 300 to 500 households, as the rules of the field ask (CAP-1): each starts with 300, the
# rest goes where more homes are.
LEAST_HOUSEHOLDS = 300
# Homes a building may have, by class; others have none.
HOMES = {"house": 1.0, "tower": 16.0, "slab": 14.0}
MOST_HOMES = 480  # what a grid counts for at most when the rest is given out


def shared_out(exact: pd.Series, total: int) -> pd.Series:
    """Round to whole numbers that still sum up to the total (largest remainders)."""
    floor = np.floor(exact).astype(int)
    lacking = total - int(floor.sum())
    floor.iloc[np.argsort(floor - exact, kind="stable")[:lacking]] += 1
    return floor


def settle(buildings: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.Series, pd.Series]:
    """Invent the households of every building and of every block.

    Parameters
    ----------
    buildings
        Columns `class` and `block`.

    Returns
    -------
    Households of the buildings, and of the blocks; both sum up to 10,000.
    """
    homes = buildings["class"].map(HOMES).fillna(0.0) * rng.uniform(0.6, 1.6, len(buildings))
    of_block = homes.groupby(buildings["block"]).sum().clip(upper=MOST_HOMES)
    rest = HOUSEHOLDS - LEAST_HOUSEHOLDS * len(of_block)
    blocks = shared_out(LEAST_HOUSEHOLDS + rest * of_block / of_block.sum(), HOUSEHOLDS)
    found = pd.Series(0, index=buildings.index)
    for block, own in homes.groupby(buildings["block"]):
        found[own.index] = shared_out(own * blocks[block] / own.sum(), int(blocks[block]))
    return found, blocks


def make_hierarchy(shapes: np.ndarray, households: pd.Series) -> gpd.GeoDataFrame:
    """The 24 grids, the villages and the town as their unions.

    Parameters
    ----------
    shapes
        Ground of each block, an exact tiling.
    households
        Of each block.
    """
    grids = pd.DataFrame(
        {
            "village": [block.village for block in BLOCKS],
            "row": [block.row for block in BLOCKS],
            "column": [block.column for block in BLOCKS],
            "households": households.to_numpy(),
            "geometry": shapes,
        }
    )
    grids["population"] = shared_out(grids["households"] * PERSONS / HOUSEHOLDS, PERSONS)
    rows = [_grid(*TOWN, 1, "", grids)]
    for number, (code, name, english) in enumerate(VILLAGES):
        own = grids[grids["village"] == number]
        rows.append(_grid(code, f"{name}村", f"{english} village", 2, TOWN[0], own))
    for number, (code, name, english) in enumerate(VILLAGES):
        own = grids[grids["village"] == number].sort_values(["row", "column"])
        for place in range(len(own)):
            rows.append(
                _grid(
                    f"{code}{place + 1:03d}",
                    f"{name}村第{'一二三'[place]}网格",
                    f"{english} village grid {place + 1}",
                    3,
                    code,
                    own.iloc[[place]],
                )
            )
    return gpd.GeoDataFrame(rows, crs=CRS)


def _grid(code: str, name: str, name_en: str, level: int, parent: str, own) -> dict[str, object]:
    return {
        "code": code,
        "name": name,
        "name_en": name_en,
        "level": level,
        "parent_code": parent,
        "households": int(own["households"].sum()),
        "population": int(own["population"].sum()),
        "geometry": shapely.coverage_union_all(own["geometry"].to_numpy()),
    }
