"""Ground drawn by hand for tilings: rows of category and polygon, grids by name, and their sums."""

import geopandas as gpd

from boundaries.tiling.build import kind_of

CRS = "EPSG:4547"


def ground(*rows):
    """Rows of category, subclass and polygon."""
    frame = gpd.GeoDataFrame(
        {
            "category": [row[0] for row in rows],
            "subclass": [row[1] for row in rows],
            "layer": "drawn",
            "record": [f"R{number}" for number in range(len(rows))],
            "name": "",
        },
        geometry=[row[2] for row in rows],
        crs=CRS,
    )
    return frame.astype({"category": "str", "subclass": "str"})


def parents(**shapes):
    return gpd.GeoSeries(shapes, crs=CRS)


def area_by_kind(tiling):
    return tiling.patches.area.groupby(kind_of(tiling.patches)).sum().round(6).to_dict()


def balance(ledger):
    told = ledger["claimed_m2"] - ledger["outside_m2"] - ledger["overlap_m2"]
    told += ledger["unmapped_m2"] + ledger["received_m2"] - ledger["given_m2"]
    return (told - ledger["patches_m2"]).abs().max()
