"""Make the test town tests/data/bayreuth: real ground of one place, set down at another.

The committed files are the data; this script documents how they were made and makes them again:

    python tests/data/make_bayreuth.py --osm north_bayreuth_osm.gpkg --villages 410122_villages.csv

The ground is a window of OpenStreetMap, moved rigidly to where the sample town Zheng'an lies, whose
names, codes and figures it has; registers, status of supply, fish ponds, some parks, households and
people are invented by the rules written here.
"""

import argparse
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from bayreuth_grids import ROAD_KINDS, make_hierarchy
from bayreuth_uses import invent_uses, make_layers, make_registers, make_road_ground

sys.path.append(str(Path(__file__).parents[2] / "data"))
from invented_people import write_roster
from zhengan_people import make_roster

FOLDER = Path(__file__).parent / "bayreuth"
CRS = "EPSG:4547"
# Chosen among a few dozen for grids of even size and uses that do not fall on top of each other.
GRID_SEED, USE_SEED = 5, 3
WINDOW_32632 = shapely.box(682176, 5538483, 682176 + 4820, 5538483 + 4820)
# Whole metres, so that the window's middle lies at 113.93 E, 34.68 N in EPSG:4547.
SHIFT = (-191001, -1701798)
PRECISION_M = 0.01


def main() -> None:
    """Read the sources named on the command line and write the town."""
    parser = argparse.ArgumentParser(description="Make the test town tests/data/bayreuth.")
    parser.add_argument("--osm", type=Path, required=True, help="north_bayreuth_osm.gpkg")
    parser.add_argument("--villages", type=Path, required=True, help="410122_villages.csv")
    sources = parser.parse_args()
    # GeoPackages carry the date of writing; a fixed one makes the same bytes on every run.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-12-01T00:00:00.000Z"})
    FOLDER.mkdir(exist_ok=True)

    window = shapely.transform(WINDOW_32632, _shift)
    ground = _read_ground(sources.osm, window)
    houses = _read(sources.osm, "buildings", window)
    buildings = houses.centroid
    roads = _read_roads(sources.osm, window)
    streams = _read(sources.osm, "waterways", window)

    hierarchy = make_hierarchy(
        sources.villages,
        roads=roads,
        streams=streams,
        buildings=buildings,
        window=window,
        seed=GRID_SEED,
    )
    write(hierarchy, "hierarchy.gpkg", layer="grids")
    write(roads[["kind", "geometry"]], "roads.fgb")
    houses["id"] = houses["osm_id"].where(houses["osm_way_id"].isna(), houses["osm_way_id"])
    write(houses[["id", "geometry"]].sort_values("id", kind="stable"), "buildings.fgb")

    grids = hierarchy[hierarchy["level"] == 3]
    picks = invent_uses(ground, grids=grids, streams=streams, seed=USE_SEED)
    layers = make_layers(ground, picks, grids=grids, buildings=buildings)
    layers["road_ground"] = make_road_ground(ground, roads=roads, window=window)
    for name, layer in layers.items():
        write(layer, f"{name}.fgb")
    for name, register in make_registers(layers, seed=USE_SEED).items():
        path = FOLDER / f"{name}.csv"
        register.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
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


def write(frame: gpd.GeoDataFrame, name: str, *, layer: str | None = None) -> None:
    """Write a layer, replacing the file."""
    path = FOLDER / name
    path.unlink(missing_ok=True)
    kind = shapely.get_type_id(frame.geometry.to_numpy())
    options = {} if (kind == kind[0]).all() else {"promote_to_multi": True}
    frame.to_file(path, layer=layer or path.stem, engine="pyogrio", **options)


if __name__ == "__main__":
    main()
