"""The drawn town's files as an office may send them: a zone number in front, a shifted web map."""

import warnings
from pathlib import Path

import drawn_town
import geopandas as gpd
import numpy as np
import shapely

from layers.location.datum import wgs_to_gcj

__all__ = ["GRIDS", "LAND", "PREFIXED_ZONE", "ROSTER", "SHIFTED", "write_office_files"]

GRIDS, LAND, SHIFTED, ROSTER = "网格体系.gpkg", "dltb.shp", "水面.geojson", "花名册.xlsx"
PREFIXED_ZONE = "EPSG:4526"  # CGCS2000, 3-degree zone 38: eastings begin with 38


def write_office_files(folder: Path) -> list[Path]:
    """Write them and give their paths.

    `网格体系.gpkg` is right. `dltb.shp` is in GBK, without .prj and .cpg, its eastings begin with
    38. `水面.geojson` says CGCS2000 in degrees and was drawn on a GCJ-02 map, 562 m off.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn_town.draw_hierarchy().to_file(folder / GRIDS, layer="grids")
    land = drawn_town.draw_layers()["landuse"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the file names no system is the point
        zoned = land.to_crs(PREFIXED_ZONE).set_crs(None, allow_override=True)
        zoned.to_file(folder / LAND, encoding="GBK")
    for ending in (".cpg", ".prj"):
        (folder / LAND).with_suffix(ending).unlink(missing_ok=True)
    degrees = land.to_crs(4490)
    moved = shapely.transform(
        degrees.geometry.to_numpy(),
        lambda at: np.column_stack(wgs_to_gcj(at[:, 0], at[:, 1])),
    )
    shifted = gpd.GeoDataFrame({"名称": ["水"] * len(land)}, geometry=moved, crs=4490)
    shifted.to_file(folder / SHIFTED)
    drawn_town.draw_roster().to_excel(folder / ROSTER, index=False)
    return sorted(path for path in folder.iterdir() if path.is_file())
