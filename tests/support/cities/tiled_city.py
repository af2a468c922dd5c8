"""A city with tiles: the catalogue of two small towns beside each other, without any planning."""

import geopandas as gpd
import shapely

from gridmap.city.catalogue import write_catalogue
from gridmap.city.folder import City, TownPlace
from gridmap.city.outcomes import Outcome, write_outcome
from gridmap.city.settings import City as Top
from gridmap.city.settings import Settings

__all__ = ["SIDE", "SOUTH", "TOWNS", "WEST", "catalogued_city", "put_town", "town_table"]

TOWNS = ("甲镇", "b")
SIDE = 0.01  # degrees: a town is two micro-grids beside each other
WEST, SOUTH = 113.68, 34.33


def town_table(number, *, load=3.0):
    """Give a town with one village, whose two micro-grids have an officer of 8 h, and none."""
    west, code = WEST + number * 2 * SIDE, f"4101{number:02d}"
    shapes = [shapely.box(west + at * SIDE, SOUTH, west + (at + 1) * SIDE, SOUTH + SIDE)
              for at in (0, 1)]  # fmt: skip
    whole = shapely.box(west, SOUTH, west + 2 * SIDE, SOUTH + SIDE)
    rows = {
        "grid_code": [code, f"{code}1", f"{code}1a", f"{code}1b"],
        "name": [f"镇{number}", "村", "甲", "乙"],
        "level": [1, 2, 3, 3],
        "kind": ["base", "base", "micro", "exclusive"],
        "parent_code": ["", code, f"{code}1", f"{code}1"],
        "category": ["", "", "residual", "water"],
        "subclass": ["", "", "village_res", ""],
        "area_m2": [2e6, 2e6, 1.2e6, 0.8e6],
        "load_h": [load + 1, load + 1, load, 1.0],
        "officers": [0, 0, 1, 0],
        "capacity_h": [0.0, 0.0, 8.0, 0.0],
        "leader": ["张三丰"] * 4,
    }
    return gpd.GeoDataFrame(rows, geometry=[whole, whole, *shapes], crs="EPSG:4490")


def put_town(city, name, table, plan):
    """Put what is derived of the plan of a town into the catalogue, before it is written."""
    folder = city.derived_of(name)
    folder.mkdir(parents=True, exist_ok=True)
    table.to_parquet(folder / "grids.parquet", index=False)
    write_outcome(folder, Outcome(name, "", "done", "", plan, plan))


def catalogued_city(folder):
    """Write the catalogue of a city with `TOWNS`."""
    places = tuple(TownPlace(name, folder, None, None, "4101") for name in TOWNS)
    made = City(folder, Settings(city=Top(code="4101", name="市")), places)
    for number, name in enumerate(TOWNS):
        put_town(made, name, town_table(number), f"plan of {name}")
    write_catalogue(made)
    return made
