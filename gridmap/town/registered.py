"""What a town registers beside its ground: sites, objects, groups, boards, cases.

A town or a plan that has none of them holds an empty frame in their place.
"""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from gridmap.rules.files import Register
from gridmap.rules.governance import Boards
from gridmap.rules.schema import Rules
from layers.contract.columns import (
    BOARDS,
    BUSINESS,
    CASES,
    CROSSWALK,
    GROUPS,
    MEMBERS,
    OBJECTS,
    SITES,
    empty_frame,
)
from layers.contract.issues import make_issues
from layers.reading.features import Declared
from layers.registers.boards import read_boards
from layers.registers.register import read_register

__all__ = [
    "ROWS",
    "empty_business",
    "empty_objects",
    "empty_rows",
    "empty_sites",
    "read_board_list",
    "read_objects",
    "town_boards",
    "town_objects",
]

# Tables without shapes: their columns, and the name of their index where rows have an id.
ROWS = {
    "groups": (GROUPS, "group_id"),
    "members": (MEMBERS, None),
    "crosswalk": (CROSSWALK, None),
    "boards": (BOARDS, "board_id"),
    "cases": (CASES, None),
}


def read_objects(
    folder: Path, entry: Register, crs: CRS
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read one of `[[registers]]`: its OBJECTS, and the ISSUES of reading."""
    return read_register(
        folder / entry.file,
        category=entry.category or "",
        kind=entry.kind or "",
        id_column=entry.id_column,
        crs=crs,
        layer=entry.layer,
        name_column=entry.name_column,
        record_column=entry.record_column,
        position=entry.position(),
        facts=entry.facts(),
        fields=entry.fields,
        declared=Declared(crs=entry.crs, datum=entry.datum, encoding=entry.encoding),
    )


def town_objects(
    folder: Path, rules: Rules, crs: CRS
) -> list[tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]]:
    """Read all of `[[registers]]`, with the ISSUES of each."""
    return [read_objects(folder, entry, crs) for entry in rules.registers]


def read_board_list(folder: Path, entry: Boards, crs: Any) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Read one of `[[boards]]`: its BOARDS, and the ISSUES of reading."""
    boards, notes = read_boards(
        folder / entry.file, layer=entry.layer, encoding=entry.encoding, columns=entry.columns()
    )
    return boards, make_issues(notes, crs)


def town_boards(
    folder: Path, rules: Rules, crs: CRS
) -> tuple[pd.DataFrame, list[gpd.GeoDataFrame]]:
    """Read all of `[[boards]]` as one BOARDS frame, with the ISSUES of each."""
    read = [read_board_list(folder, entry, crs) for entry in rules.boards]
    if not read:
        return empty_rows("boards"), []
    return pd.concat([boards for boards, _ in read]), [issues for _, issues in read]


def empty_objects(crs: Any) -> gpd.GeoDataFrame:
    """Make the OBJECTS of a town without registers."""
    return _shapes(empty_frame(OBJECTS, index="object_id"), crs)


def empty_business(crs: Any) -> gpd.GeoDataFrame:
    """Make the BUSINESS areas of a town that names none."""
    return _shapes(empty_frame(BUSINESS, index="area_id"), crs)


def empty_sites(crs: Any) -> gpd.GeoDataFrame:
    """Make the SITES of a town without exclusive grids."""
    return _shapes(empty_frame(SITES, index="site_id"), crs)


def empty_rows(table: str) -> pd.DataFrame:
    """Make one of the tables of `ROWS` without rows."""
    columns, index = ROWS[table]
    frame = empty_frame(columns, index=index or "row")
    return frame if index else frame.set_index(pd.RangeIndex(0))


def _shapes(frame: pd.DataFrame, crs: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], index=frame.index, crs=crs))
