"""Make the sample town data/cambridge: a whole real town from open cadastral data.

The committed files are the data; this script documents how they were made and makes them again:

    python data/make_cambridge.py --source cambridge_ma.gpkg

Parcels, water, open space, streets, neighbourhoods and census blocks are real; households are
estimated from the assessed use of the parcels; people are invented.
"""

import argparse
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from invented_people import COLUMNS, NO_PHONE, invent_cadres, write_roster

FOLDER = Path(__file__).parent / "cambridge"
CRS = "EPSG:26986"
SEED = 20251201
CADRES = 260
# 12 characters: FIPS state 25, county 017, place 11000, then two digits of the neighbourhood.
TOWN_CODE = "250171100000"
# Gaps and overlaps between neighbourhoods are narrower than this (m); clean edges stay as given.
GAP_M = 5.0

# Homes on a parcel by assessed use, first match wins; a condominium has one a tax record.
HOMES = (
    ("CONDO", None),
    ("CNDO", None),
    ("UNIT CNDO", None),
    (">8-UNIT", 24),
    ("4-8-UNIT", 6),
    ("4-8-APT", 6),
    ("THREE-FM", 3),
    ("MULT-RES-3FAM", 3),
    ("TWO-FAM", 2),
    ("MULT-RES-2FAM", 2),
    ("MULT-RES-1FAM", 2),
    ("SNGL-FAM", 1),
    ("SINGLE FAM W/AUX", 2),
    ("BOARDING", 6),
    ("Housing Authority", 60),
    ("ASSISTED", 40),
)
# Kinds of open space (FCODE) that are parks and greens. Left out: school grounds (3), cemeteries
# (5), strips along roads (7, 22, 24, 27), pools and rinks, roof gardens, paths, private pitches
# (49), the reservoir (99: the water layer has it).
PARK_KINDS = (1, 6, 8, 11, 13, 14, 21, 41)
# The city numbers its major streets: 1 for the arteries (Massachusetts Ave, Memorial Dr), 2 for
# those that gather a neighbourhood's traffic (Cambridge St, Broadway); the rest has no number.
CLASSES = {1: "primary", 2: "secondary"}
ROAD_LOTS = ("R", "RR", "RR3", "MD", "--")

SKILLS = {"公园绿地": 90, "重点企业": 70, "可开发用地": 50, "水域": 50}
OFFICES = (
    "Public Works",
    "Community Development",
    "Inspectional Services",
    "City Manager's Office",
)
POSTS = (" officer", " inspector", " planner")


def main() -> None:
    """Read the source named on the command line and write the town."""
    parser = argparse.ArgumentParser(description="Make the sample town data/cambridge.")
    parser.add_argument("--source", type=Path, required=True, help="cambridge_ma.gpkg")
    source = parser.parse_args().source
    # GeoPackages carry the date of writing; a fixed one makes the same bytes on every run.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-12-01T00:00:00.000Z"})
    FOLDER.mkdir(exist_ok=True)

    parcels = _read(source, "parcels_fy2014")
    parcels["record"] = parcels["ML"].fillna("")
    parcels["use"] = _use(parcels)
    hierarchy = make_hierarchy(_read(source, "neighborhoods"), parcels)
    write(hierarchy, "hierarchy.gpkg", layer="grids")
    write(parcels[["record", "use", "geometry"]], "parcels.fgb")

    water = _read(source, "water_bodies").rename(columns={"NAME": "name", "TYPE": "kind"})
    water["name"] = water["name"].replace("<Null>", "").fillna("")
    water["record"] = [f"W{number:03d}" for number in range(1, len(water) + 1)]
    water = water[~water["kind"].isin(("WETAREA", "FWETAREA"))]
    write(water[["record", "kind", "name", "geometry"]], "water.fgb")

    parks = _read(source, "open_space")
    parks = parks[parks["FCODE"].isin(PARK_KINDS)]
    parks["record"] = "P" + parks["OBJECTID"].astype(str)
    parks["name"] = parks["NAME"].fillna("").str.strip()
    write(parks[["record", "name", "geometry"]], "park_green.fgb")

    streets = _read(source, "street_centerlines")
    streets["kind"] = np.where(streets["MajorRoad"] == 1, "major", "street")
    streets["name"] = streets["Street"].fillna("")
    streets["class"] = streets["MajorRoad"].map(CLASSES).fillna("street")
    streets.loc[streets["Street_Type"] == "Aly", "class"] = "lane"
    write(streets[["kind", "class", "name", "geometry"]], "roads.fgb")

    blocks = _read(source, "census_blocks_2020").sort_values("GEOID20", kind="stable")
    blocks = blocks.rename(columns={"GEOID20": "id", "NAME20": "name"})
    write(blocks[["id", "name", "geometry"]], "compounds.fgb")
    write_roster(make_roster(hierarchy), FOLDER / "roster.xlsx")


def _read(path: Path, layer: str) -> gpd.GeoDataFrame:
    return gpd.read_file(path, layer=layer).to_crs(CRS)


def _use(parcels: gpd.GeoDataFrame) -> pd.Series:
    """Assessed use; ground without an assessment is street, railway or simply not assessed."""
    street = parcels["ML"].isin(("ROAD", "RR")) | parcels["LOT"].isin(ROAD_LOTS)
    other = pd.Series(np.where(street, "STREET", "NOT-ASSESSED"), index=parcels.index)
    return parcels["UseDescription"].fillna(other).str.removeprefix("MXD ")


def make_hierarchy(neighbourhoods: gpd.GeoDataFrame, parcels) -> gpd.GeoDataFrame:
    """Make the neighbourhoods an exact tiling, the town its union; add the homes estimated."""
    neighbourhoods = neighbourhoods.sort_values("N_HOOD", key=lambda column: column.astype(int))
    areas = shapely.coverage_clean(neighbourhoods.geometry.to_numpy(), gap_width=GAP_M)
    inside, place = (
        shapely.STRtree(areas)
        .query(shapely.point_on_surface(parcels.make_valid().to_numpy()), "within")
        .tolist()
    )
    homes = np.bincount(
        place, weights=_homes(parcels).to_numpy()[inside], minlength=len(areas)
    ).astype(int)
    numbers = neighbourhoods["N_HOOD"].astype(int)
    grids = gpd.GeoDataFrame(
        {
            "code": [f"{TOWN_CODE[:-2]}{number:02d}" for number in numbers],
            "name": neighbourhoods["NAME"].to_numpy(),
            "name_en": neighbourhoods["NAME"].to_numpy(),
            "level": 2,
            "parent_code": TOWN_CODE,
            "households": homes,
            "population": 0,
        },
        geometry=areas,
        crs=CRS,
    )
    town = {
        "code": TOWN_CODE,
        "name": "Cambridge",
        "name_en": "Cambridge",
        "level": 1,
        "parent_code": "",
        "households": int(homes.sum()),
        "population": 0,
        "geometry": shapely.coverage_union_all(areas),
    }
    return pd.concat([gpd.GeoDataFrame([town], crs=CRS), grids], ignore_index=True)


def _homes(parcels: gpd.GeoDataFrame) -> pd.Series:
    """Homes on every parcel, estimated from its assessed use."""
    homes = pd.Series(0.0, index=parcels.index)
    for text, number in reversed(HOMES):
        found = parcels["use"].str.contains(text, regex=False)
        homes[found] = parcels["n_records"][found].fillna(1) if number is None else number
    homes[parcels["use"].str.contains("OFFICE|RETAIL")] = 0
    return homes


def make_roster(hierarchy: gpd.GeoDataFrame) -> pd.DataFrame:
    """Invent a leader for the town and every neighbourhood, and cadres for the micro-grids."""
    leaders = [
        (
            f"L{number:03d}",
            f"Sample leader {number:03d}",
            "Mayor's deputy" if grid.level == 1 else "Neighbourhood leader",
            "网格长",
            "",
            grid.code if grid.level == 2 else "",
            grid.code,
            NO_PHONE,
        )
        for number, grid in enumerate(hierarchy.itertuples(), start=1)
    ]
    cadres = invent_cadres(
        CADRES,
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
    # One parcel has no shape; a spatial index would refuse it, and the file is small without one.
    options = {} if path.suffix == ".gpkg" else {"SPATIAL_INDEX": "NO"}
    frame.to_file(path, layer=layer or path.stem, engine="pyogrio", **options)


if __name__ == "__main__":
    main()
