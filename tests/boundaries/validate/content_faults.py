"""One fault for every rule of load, size and category, and of what may be handed on."""

from dataclasses import replace

import geopandas as gpd
from faulty_tables import LIMITS, loaded, renamed, with_value
from plan_fixtures import (
    CRS,
    E1A,
    E1B,
    W1,
    W1A,
    W2,
    W2A,
    small_grids,
    small_patches,
    small_people,
)

UNIT = f"{W2}901"


def stray_water():
    """Half of a pond of 25 ha in a micro-grid of farmland."""
    shape = small_patches().geometry[f"{W1}-01"]
    parts = {"kind": "water", "grid_code": W1A, "area_m2": 125_000.0, "whole_m2": 250_000.0}
    return gpd.GeoDataFrame([parts | {"least_m2": 10_000.0}], geometry=[shape], crs=CRS)


def of_homes(code, households):
    grids = small_grids()
    grids.loc[code, "family"], grids.loc[code, "households"] = "household", households
    return {"grids": grids}


def with_unit(code=UNIT, **facts):
    """The key enterprise of W2 as an exclusive grid instead of a micro-grid."""
    tables = renamed(W2A, code)
    for column, value in ({"kind": "exclusive", "category": "", "purity": 0.0} | facts).items():
        tables["grids"].loc[code, column] = value
    own = tables["patches"]["grid_code"] == code
    tables["patches"].loc[own, "parent_code"] = code
    return tables


# rule: (maker of tables that have exactly this fault, limits, grid named, word of the sentence)
CONTENT_FAULTS = {
    "CAP-3": (
        lambda: of_homes(W1A, 81.0),
        replace(LIMITS, households_of_grid=(50, 70)),
        W1A,
        "81 households, above 70",
    ),
    "CAP-5": (lambda: {}, replace(LIMITS, area_max_m2=400_000.0), E1A, "50.00 ha, above 40 ha"),
    "CAP-6": (lambda: {}, replace(LIMITS, micro_grids_max=1), W1, "has 2 micro-grids"),
    "CAP-7": (
        lambda: with_unit(headcount=701),
        LIMITS,
        UNIT,
        "has 701 staff and no sub-grids; one takes 300 at most. Divide it into 3",
    ),
    "CAP-9": (
        lambda: {"grids": loaded(**{W1A: 17.0, E1A: 30.0, E1B: 30.0})},
        LIMITS,
        W1A,
        "asks for 17.0 officer-hours a week; its officers give 1 x 16 = 16.0, 1.0 too few: "
        "it needs 2 officers. ",
    ),
    "CAP-10": (
        lambda: {},
        replace(LIMITS, officers_max=1),
        E1A,
        "has 2 officers, the rules allow 1",
    ),
    "CAP-11": (
        lambda: {},
        replace(LIMITS, width_min_m=260.0),
        W1A,
        "is a ribbon of 250 m on average, narrower than 260 m",
    ),
    "CAT-1": (
        lambda: {"patches": with_value(small_patches(), f"{W1}-01", "category", "farmland")},
        LIMITS,
        W1A,
        "50% of micro-grid",
    ),
    "CAT-2": (
        lambda: {"patches": with_value(small_patches(), f"{W1}-01", "layer", "")},
        LIMITS,
        W1A,
        "125,000 m2 of micro-grid",
    ),
    "CAT-3": (
        lambda: {"strays": stray_water()},
        LIMITS,
        W1A,
        "12.50 ha of water lie in micro-grid",
    ),
    "PUB-4": (
        lambda: {"people": small_people().assign(office="call 138 1234 5678")},
        LIMITS,
        "",
        "texts in the column 'office' of people look like a mobile phone",
    ),
    "PUB-5": (
        lambda: {},
        replace(LIMITS, source_classification=""),
        "",
        "It has not been said whether",
    ),
    "PUB-6": (
        lambda: {},
        replace(LIMITS, source_classification="internal", secret_area_km2=1.0),
        "",
        "km², more than 1.",
    ),
    "PUB-7": (
        lambda: {
            "patches": small_patches().assign(
                sensitive_by=["code", *[""] * (len(small_patches()) - 1)]
            )
        },
        LIMITS,
        "",
        "1 patch (",
    ),
    "PUB-8": (
        lambda: {},
        replace(LIMITS, sensitive_records=("no such",)),
        "",
        "record 'no such' sensitive, but no patch",
    ),
}
