"""The form of the record of publications: its tables, its rows, and the digest of each row.

A row that does not change from one version to the next stands there once, with the first and the
last version that has it. The record is a GeoPackage, so that any GIS shows the grids of a version
(`from_version <= n` and `to_version` empty or `>= n`); phones are in no row.
"""

import hashlib
import math
import struct
from collections.abc import Iterator, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.plan.plan import Plan
from gridmap.store.digest import single_parts
from gridmap.store.form import CONTRACTS, INDEX_NAMES, SQL_TYPES

__all__ = [
    "ADDED",
    "CODES",
    "GROUND",
    "KIND",
    "LAYERS",
    "LINEAGE",
    "PEOPLE",
    "TABLES",
    "VERSIONS",
    "Row",
    "blob_of",
    "frame_of",
    "row_digest",
    "rows_of",
    "shape_of",
    "sql_columns",
    "values_digest",
]

KIND = "published.gpkg"  # what it is called beside a plan: town.gridmap.published.gpkg
LAYERS = ("grids", "patches", "objects")
# What is ground and what is people is proven apart: names may have to go one day (`retain`).
GROUND = (*LAYERS, "groups", "members", "rules", "receipt")
PEOPLE = ("people", "posts", "assignments")
_TEXTS = {"rules": {"text": "str"}, "receipt": {"value": "str"}}
TABLES: dict[str, dict[str, str]] = {
    name: dict(_TEXTS.get(name) or CONTRACTS[name]) for name in (*GROUND, *PEOPLE)
}
# Columns that records made before them do not have, with what stands for their rows. Where that
# stands, the column is no part of the digest, so that what was published stays as it was. Whoever
# adds a column to a table adds it here.
ADDED: dict[str, dict[str, Any]] = {"grids": {"source_code": ""}}
# Written when the grid is given up, so no part of what was published.
_LATER = {"grids": ("valid_to",)}

VERSIONS = {
    "number": "TEXT", "first_day": "TEXT", "last_day": "TEXT", "time": "TEXT", "who": "TEXT",
    "why": "TEXT", "state": "TEXT", "predecessor": "TEXT", "plan_id": "TEXT",
    "ground": "TEXT", "people": "TEXT", "chain": "TEXT",
}  # fmt: skip
# Every code that was ever published: those given up stay for ever.
CODES = {
    "code": "TEXT", "name": "TEXT", "level": "INTEGER", "kind": "TEXT", "parent_code": "TEXT",
    "first_version": "INTEGER", "valid_from": "TEXT", "last_version": "INTEGER",
    "valid_to": "TEXT", "reason": "TEXT", "split_from": "TEXT", "merged_into": "TEXT",
}  # fmt: skip
# Where the ground of a grid went with a version, and how much of it.
LINEAGE = {
    "version": "INTEGER", "code": "TEXT", "successor": "TEXT", "area_m2": "REAL",
    "area_share": "REAL", "households": "REAL", "households_share": "REAL", "load_h": "REAL",
    "load_share": "REAL",
}  # fmt: skip

_HEAD = struct.Struct("<2sBBi")  # how a shape begins in a GeoPackage: GP, version, flags, srs
_LITTLE_ENDIAN = 0x01
Row = tuple[str, tuple[Any, ...], bytes | None]


def rows_of(plan: Plan, table: str) -> Iterator[Row]:
    """Give key, values and shape (as WKB) of every row of a table of a plan, as they are kept."""
    if table == "rules":
        yield "rules.toml", (plan.rules_text,), None
        return
    if table == "receipt":
        yield from ((key, (value,), None) for key, value in sorted(plan.receipt.items()))
        return
    frame = getattr(plan, table)
    columns = [_plain(frame[name], dtype) for name, dtype in TABLES[table].items()]
    keys = frame.index.astype(str).tolist()
    shapes: Sequence[bytes | None] = [None] * len(keys)
    if table in LAYERS:
        shapes = _binary(frame.geometry.to_numpy(), many=table != "objects")
    yield from zip(keys, zip(*columns, strict=True), shapes, strict=True)


def row_digest(table: str, row: Row) -> str:
    """Give the digest of a row; what is written when a grid is given up is no part of it."""
    key, values, shape = row
    later, added = _LATER.get(table, ()), ADDED.get(table, {})
    named = [pair for pair in zip(TABLES[table], values, strict=True) if pair[0] not in later]
    told = [value for name, value in named if name not in added]
    told += [pair for pair in named if pair[0] in added and pair[1] != added[pair[0]]]
    digest = hashlib.sha256(repr((table, key, told)).encode())
    digest.update(shape or b"")
    return digest.hexdigest()[:32]


def values_digest(values: Sequence[Any]) -> str:
    """Give the digest of plain values, in their order."""
    return hashlib.sha256(repr(tuple(values)).encode()).hexdigest()


def frame_of(table: str, rows: Sequence[Row], crs: Any) -> pd.DataFrame:
    """Make a table of a plan of its rows, in the order of their keys; grids by level and code."""
    names = list(TABLES[table])
    numbered = table not in INDEX_NAMES
    ordered = sorted(rows, key=lambda row: (int(row[0]) if numbered else 0, row[0]))
    if table == "grids":
        level = names.index("level")
        ordered.sort(key=lambda row: int(row[1][level]))
    columns = zip(*(row[1] for row in ordered), strict=True) if ordered else ([] for _ in names)
    frame = pd.DataFrame(
        {
            name: pd.Series(list(values), dtype=dtype)
            for (name, dtype), values in zip(TABLES[table].items(), columns, strict=True)
        }
    )
    keys = [row[0] for row in ordered]
    if numbered:
        frame.index = pd.Index([int(key) for key in keys], dtype="int64")
    else:
        frame.index = pd.Index(keys, dtype="str", name=INDEX_NAMES[table])
    if table not in LAYERS:
        return frame
    shapes = shapely.from_wkb(np.array([row[2] for row in ordered], dtype=object))
    return gpd.GeoDataFrame(frame, geometry=single_parts(shapes), crs=crs)


def shape_of(blob: bytes | None) -> bytes | None:
    """Take the WKB out of a shape of a GeoPackage."""
    return None if blob is None else blob[_HEAD.size :]


def blob_of(shape: bytes | None, srs: int) -> bytes | None:
    """Make a shape of a GeoPackage of WKB."""
    return None if shape is None else _HEAD.pack(b"GP", 0, _LITTLE_ENDIAN, srs) + shape


def sql_columns(table: str) -> str:
    """Lay out the columns of a table for SQL."""
    return ", ".join(f'"{name}" {SQL_TYPES[dtype]}' for name, dtype in TABLES[table].items())


def _plain(values: pd.Series, dtype: str) -> list[Any]:
    """Give the values of a column as a database gives them back."""
    if dtype == "str":
        return values.fillna("").astype(str).tolist()
    if dtype == "float64":
        return [None if math.isnan(one) else one + 0.0 for one in values.astype(float).tolist()]
    return values.astype("int64").tolist()


def _binary(shapes: np.ndarray, *, many: bool) -> list[bytes | None]:
    """Give WKB; of polygons as of many parts, as the layer declares."""
    given = np.asarray(shapes, dtype=object)
    gone = shapely.is_missing(given) | shapely.is_empty(given)
    one = (shapely.get_type_id(given) == shapely.GeometryType.POLYGON) & many & ~gone
    given = given.copy()
    given[one] = shapely.multipolygons(given[one][:, None]) if one.any() else given[one]
    binary = shapely.to_wkb(given, byte_order=1, flavor="iso", include_srid=False)
    return [None if none else shape for none, shape in zip(gone, binary, strict=True)]
