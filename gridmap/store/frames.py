"""Tables of a plan file as frames: by whole columns, with dtypes, order and index as they were."""

import pickle
import sqlite3
import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from gridmap.split.micro_category import subclass_of
from gridmap.store.digest import single_parts
from gridmap.store.faults import ANEW, ANEW_ZH
from gridmap.store.form import CONTRACTS, quoted_name
from layers.contract import columns
from layers.contract.categories import RESIDUAL
from layers.contract.errors import LayerFileError, quoted
from layers.files.database_files import rows_of

__all__ = ["crs_in", "read_layer", "read_table", "restore", "with_later", "with_subclass"]

# How a polygon of many parts begins in the file that has but one: byte order, kind, count.
ONE_PART = struct.pack("<BII", 1, 6, 1)


def read_layer(
    path: Path, table: str, *, shapes: bool
) -> tuple[pd.DataFrame, gpd.GeoSeries | None]:
    """Read a table by whole columns, and its shapes: a city has hundreds of thousands of rows."""
    read = pyogrio.read_dataframe(path, layer=table, use_arrow=True, read_geometry=False)
    # What is read lies in memory of GDAL, which keeps some 5 MB behind each table for as long as a
    # column of it lives: nine tenths of a town's plan in memory. A copy is the plan's alone.
    plain = pickle.loads(pickle.dumps(read, protocol=5))
    return plain, _read_shapes(path, table) if shapes else None


def read_table(base: sqlite3.Connection, table: str) -> pd.DataFrame:
    """Read a small table as it is, in order of its rows."""
    names, rows = rows_of(base, f"SELECT * FROM {quoted_name(table)} ORDER BY fid")
    return pd.DataFrame(rows, columns=names, dtype=object)


def crs_in(base: sqlite3.Connection, table: str) -> str:
    """Give what the file says about the coordinate system of a layer; "" when it says nothing."""
    _, rows = rows_of(
        base,
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_geometry_columns "
        "JOIN gpkg_spatial_ref_sys USING (srs_id) WHERE table_name = ?",
        (table,),
    )
    return "\n".join(map(str, rows[0])) if rows else ""


def restore(
    frame: pd.DataFrame,
    shapes: gpd.GeoSeries | None,
    described: pd.DataFrame,
    table: str,
    path: Path,
) -> pd.DataFrame:
    """Give a frame the columns, dtypes and index back that it was written with."""
    names, roles = list(described["column_name"]), list(described["role"])
    contract = CONTRACTS.get(table, {})
    wanted = [name for name in contract if name not in columns.later_columns(contract)]
    lost = [name for name in (*wanted, *names) if name not in frame]
    lost += [name for name in wanted if name not in names]
    lost = list(dict.fromkeys(lost))
    if lost or not names:
        raise LayerFileError(
            f"The table {table!r} of {str(path)!r} lacks {', '.join(map(repr, lost)) or 'all'}. "
            f"{ANEW}",
            f"{quoted(path)}的表“{table}”缺少{quoted(*lost) or '全部列'}。{ANEW_ZH}",
        )
    given = zip(names, described["dtype"], strict=True)
    result = pd.DataFrame(
        {name: _typed(frame[name], dtype, contract.get(name) == "str") for name, dtype in given}
    ).set_index(names[0])
    if roles[0] == "row":
        result.index.name = None
    if shapes is None:
        return result
    return gpd.GeoDataFrame(result, geometry=shapes.array, crs=shapes.crs)


def with_later(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Add the columns that a plan of an earlier version does not have yet, each in its place."""
    whole = CONTRACTS.get(table, {})
    contract, later = list(whole), columns.later_columns(whole)
    names = list(frame.columns)
    for name in [one for one in contract if one in later and one not in names]:
        before = contract[: contract.index(name)]
        path = max((names.index(one) + 1 for one in before if one in names), default=0)
        names = [*names[:path], name, *names[path:]]
        value = columns.later_value(whole, name)
        frame = frame.assign(**{name: pd.Series(value, index=frame.index, dtype=whole[name])})
    return frame[names]


def with_subclass(grids: pd.DataFrame, patches: pd.DataFrame) -> pd.DataFrame:
    """Derive the sub-class of residual micro-grids where an earlier version did not write it."""
    unknown = (grids["category"] == RESIDUAL.key) & (grids["subclass"] == "")
    own = patches[patches["grid_code"].isin(grids.index[unknown])]
    if own.empty:
        return grids
    code = own["grid_code"]
    residual = pd.Series(RESIDUAL.key, index=own.index)
    found = subclass_of(own, code, residual).groupby(code).first().reindex(grids.index)
    return grids.assign(subclass=grids["subclass"].where(~unknown, found.fillna("")).astype("str"))


def _read_shapes(path: Path, table: str) -> gpd.GeoSeries:
    meta, read = pyogrio.read_arrow(path, layer=table, columns=[])
    found = read.column(meta["geometry_name"] or "wkb_geometry").to_numpy()
    # The layers declare many parts for all. Of a polygon that has one the rest is passed over
    # here already: made with its frame and taken out of it, it would cost memory and time twice.
    inner = [one[len(ONE_PART) :] if one and one.startswith(ONE_PART) else one for one in found]
    shapes = shapely.from_wkb(np.array(inner, dtype=object))
    return gpd.GeoSeries(single_parts(shapes), crs=meta["crs"])


def _typed(values: pd.Series, dtype: str, is_text: bool) -> pd.Series:
    """Give a column its dtype; a GIS that saves the file may turn empty text into none."""
    typed = values if str(values.dtype) == dtype else values.astype(dtype)
    return typed.fillna("") if is_text and typed.hasnans else typed
