"""What a plan file holds: its layers and tables, their columns and dtypes, and its words for users.

Patches, grids and issues are layers; barriers, context, units, objects and business areas are
layers of the plans that have them, and the rest are plain tables beside them;
`layers.contract.columns` says what each column means. The table `frame_columns` keeps what a
GeoPackage cannot say itself: dtypes, order and index of the frames. The table `digests` keeps the
digest of every column.
"""

from collections.abc import Iterable, Mapping

import geopandas as gpd
import pandas as pd
import pyogrio

from layers.contract import columns

__all__ = [
    "CONTRACTS",
    "DIGESTED",
    "DIGESTS",
    "FORMAT",
    "FORMAT_KEY",
    "GIVE_PLAN",
    "GIVE_PLAN_ZH",
    "INDEX_NAMES",
    "LAYERS",
    "LIBRARY_ERRORS",
    "OBJECTS",
    "OBJECTS_SINCE",
    "OPTIONAL",
    "OPTIONAL_TABLES",
    "ROW",
    "SQL_TYPES",
    "SUFFIX",
    "TABLES",
    "TEXTS",
    "describe",
    "dtype_key",
    "quoted_name",
]

# Raised when an older gridmap can no longer read the file. 1: without digests, 2: with them,
# 3: with a context or units, 4: with objects, groups, boards and cases, several posts a person and
# grids of every kind.
FORMAT = 4
DIGESTED = 2  # the first format with digests
OBJECTS_SINCE = 4  # the first format that keeps the objects of the registers
SUFFIX = ".gridmap.gpkg"

# Layers with the geometry type they declare; issues are points, lines, polygons or nowhere.
LAYERS = {"patches": "MultiPolygon", "grids": "MultiPolygon", "issues": "Unknown"}
# Written only when the town gives such shapes; a plan without the layer has none.
OBJECTS = "objects"
OPTIONAL = dict.fromkeys(("barriers", "context", "units", OBJECTS, "business"), "Unknown")
TABLES = ("people", "posts", "assignments", "ledger", "edits", "versions")
# As the layers that not every plan has.
OPTIONAL_TABLES = ("groups", "members", "crosswalk", "boards", "cases")
TEXTS = ("rules", "receipt", "frame_columns")
DIGESTS = "digests"
CONTRACTS: Mapping[str, columns.Columns] = {
    "patches": columns.PATCHES,
    "grids": columns.GRIDS,
    "issues": columns.ISSUES,
    "people": columns.PEOPLE,
    "posts": columns.POSTS,
    "assignments": columns.ASSIGNMENTS,
    "ledger": columns.LEDGER,
    "context": columns.CONTEXT,
    "units": columns.UNITS,
    "objects": columns.OBJECTS,
    "business": columns.BUSINESS,
    "groups": columns.GROUPS,
    "members": columns.MEMBERS,
    "crosswalk": columns.CROSSWALK,
    "boards": columns.BOARDS,
    "cases": columns.CASES,
}
# Names of the indexes, for files that do not say so any more.
INDEX_NAMES = {
    "patches": "patch_id",
    "grids": "grid_code",
    "people": "person_id",
    "posts": "post_id",
    "edits": "edit_id",
    "ledger": "kind",
    "issues": "issue",
    "units": "unit_id",
    "objects": "object_id",
    "business": "area_id",
    "groups": "group_id",
    "boards": "board_id",
}
SQL_TYPES = {"str": "TEXT", "int64": "INTEGER", "float64": "REAL", "bool": "BOOLEAN"}
FORMAT_KEY = "store_format"
ROW = "row"  # column that holds an index without a name
GIVE_PLAN = "Give a file that 'python -m gridmap plan' has made."
GIVE_PLAN_ZH = "请给出由 python -m gridmap plan 生成的文件。"
LIBRARY_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
)


def describe(frame: pd.DataFrame, table: str) -> list[tuple[str, str, str, str]]:
    """List table, column, dtype and role of every column but the geometry."""
    missing = [column for column in CONTRACTS.get(table, ()) if column not in frame]
    if missing:
        raise TypeError(f"frame {table!r} lacks the columns {missing}")
    named = frame.index.name
    index = (table, named or ROW, dtype_key(frame.index, table), "index" if named else "row")
    shape = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    plain: Iterable[str] = [column for column in frame.columns if column != shape]
    return [
        index,
        *((table, str(name), dtype_key(frame[name], table), "column") for name in plain),
    ]


def dtype_key(values: pd.Series | pd.Index, table: str) -> str:
    """Name the dtype of a column; an empty or mixed one without a dtype of its own is text."""
    key = str(values.dtype)
    key = "str" if key == "object" else key
    if key not in SQL_TYPES:
        raise TypeError(f"{table}.{values.name} has dtype {key}; the store keeps {[*SQL_TYPES]}")
    return key


def quoted_name(name: object) -> str:
    """Quote the name of a table or column for SQL."""
    return '"' + str(name).replace('"', '""') + '"'
