"""The layers of the sample town Zheng'an: one frame a file.

Used by `make_zhengan.py`. Offices survey one by one: each layer drifts by decimetres from the
others, a few fields are missing, some overlap their neighbour, and plots that were supplied for
building are still fields in the layer of fields.
"""

import geopandas as gpd
import numpy as np
import shapely
from zhengan_blocks import RIVER
from zhengan_plane import CRS, Bend

__all__ = ["CODES", "NAMED_USES", "frame_of", "others", "spoiled", "waters"]

# File, letters of the records and name of the uses that stand in registers or files of their own.
NAMED_USES = {
    "estate": ("problem_estate", "LP", "示例楼盘"),
    "plant": ("key_enterprise", "QY", "示例企业园"),
    "supplied": ("supplied_unbuilt", "GD", "示例已供地块"),
    "developable": ("developable", "KF", "示例可开发地块"),
    "park": ("park_green", "GY", "示例公园"),
    "urban": ("urban_res", "XQ", "示例小区"),
}
# Codes of GB/T 21010 of the ground in `other.fgb`.
CODES = {
    "market": "0501", "shops": "0501", "works": "0601", "orchard": "0201", "greenhouse": "1202",
    "school": "0803", "hospital": "0805", "clinic": "0805", "government": "0801",
    "police": "0801", "station": "0809", "water_works": "0809", "care_home": "0806",
}  # fmt: skip
OTHER_NAMES = {"works": "示例工厂", "orchard": "示例果园", "greenhouse": "示例大棚"}
RIM_CODE = "0307"
MISSING, OVERLAPPING, OVERLAP_M = 7, 9, 2.5


def frame_of(bend: Bend, file: str, shapes, columns: dict[str, list]) -> gpd.GeoDataFrame:
    """Set shapes down as a layer; parts that the bend leaves empty are left out."""
    frame = gpd.GeoDataFrame(
        columns, geometry=list(bend.ground(np.array(shapes), layer=file)), crs=CRS
    )
    return frame[~frame.geometry.is_empty].explode(ignore_index=True)


def spoiled(fields: list[tuple[shapely.Polygon, str]], plots: list[shapely.Polygon], rng):
    """Leave out a few fields, stretch some over their neighbour, keep the fields under plots."""
    large = [number for number, (shape, _) in enumerate(fields) if shape.area > 8_000]
    chosen = rng.permutation(large)
    missing = set(chosen[:MISSING].tolist())
    over = set(chosen[MISSING : MISSING + OVERLAPPING].tolist())
    kept = []
    for number, (shape, crop) in enumerate(fields):
        if number in missing:
            continue
        if number in over:
            shape = shape.buffer(OVERLAP_M, join_style="mitre")
        kept.append((shape, crop))
    return kept + [(plot, "小麦玉米") for plot in plots]


def waters(bend: Bend, reaches: list, ponds: list) -> gpd.GeoDataFrame:
    """The layer of water: reaches of the river with its banks, fish ponds with their dikes."""
    record = [f"HL{n:02d}" for n in range(1, len(reaches) + 1)]
    record += [f"YT{n:02d}" for n in range(1, len(ponds) + 1)]
    name = [RIVER] * len(reaches)
    name += [f"示例鱼塘{n:02d}" for n in range(1, len(ponds) + 1)]
    shapes = [*reaches, *(cell.inner for cell in ponds)]
    return frame_of(bend, "water", shapes, {"record": record, "name": name})


def others(bend: Bend, cells: list, rims: list) -> gpd.GeoDataFrame:
    """The layer of all other ground, by its code of GB/T 21010."""
    number: dict[str, int] = {}
    names = []
    for cell in cells:
        number[cell.use] = number.get(cell.use, 0) + 1
        names.append(cell.label or f"{OTHER_NAMES[cell.use]}{number[cell.use]:02d}")
    codes = [CODES[cell.use] for cell in cells]
    codes += [RIM_CODE] * len(rims)
    shapes = [*(cell.inner for cell in cells), *rims]
    columns = {
        "record": [f"QT{n:03d}" for n in range(1, len(shapes) + 1)],
        "dlbm": codes,
        "name": names + [""] * len(rims),
    }
    return frame_of(bend, "other", shapes, columns)
