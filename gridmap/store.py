"""The store: a plan in one GeoPackage, `<town>.gridmap.gpkg`, which any GIS opens.

Patches, grids and issues are layers, the rest are plain tables beside them; `layers.columns` says
what each column means. The table `frame_columns` keeps what a GeoPackage cannot say itself: dtypes,
order and index of the frames. A plan is written whole or not at all.
"""

import sqlite3
import struct
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from shapely.errors import ShapelyError

from gridmap.plan import Plan
from gridmap.rules import parse_rules
from layers import columns
from layers.atomic import check_free, replacing
from layers.errors import GridmapError, LayerFileError, UsageError, quoted
from layers.reader_faults import reason_zh

__all__ = ["FORMAT", "SUFFIX", "check_place", "load_plan", "save_plan"]

FORMAT = 1  # raised when an older gridmap can no longer read the file
SUFFIX = ".gridmap.gpkg"

# Layers with the geometry type they declare; issues are points, lines, polygons or nowhere.
LAYERS = {"patches": "MultiPolygon", "grids": "MultiPolygon", "issues": "Unknown"}
# Written only when the town gives such lines; a plan without the layer has none.
BARRIERS = "barriers"
TABLES = ("people", "posts", "assignments", "ledger", "edits", "versions")
TEXTS = ("rules", "receipt", "frame_columns")
CONTRACTS: Mapping[str, columns.Columns] = {
    "patches": columns.PATCHES,
    "grids": columns.GRIDS,
    "issues": columns.ISSUES,
    "people": columns.PEOPLE,
    "posts": columns.POSTS,
    "assignments": columns.ASSIGNMENTS,
    "ledger": columns.LEDGER,
}
SQL_TYPES = {"str": "TEXT", "int64": "INTEGER", "float64": "REAL", "bool": "BOOLEAN"}
FORMAT_KEY = "store_format"
GIVE_PLAN = "Give a file that 'python -m gridmap plan' has made."
GIVE_PLAN_ZH = "请给出由 python -m gridmap plan 生成的文件。"
ANEW = "Take the file as it was made, or make the plan anew."
ANEW_ZH = "请使用原始文件，或重新生成方案。"
# How a polygon of many parts begins in the file that has but one: byte order, kind, count.
ONE_PART = struct.pack("<BII", 1, 6, 1)
ROW = "row"  # column that holds an index without a name
DATABASE_ERRORS = (
    sqlite3.DatabaseError,
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
)


def save_plan(plan: Plan, path: Path | str, *, overwrite: bool = False) -> None:
    """Write a plan to one GeoPackage, whole or not at all.

    The same plan gives the same bytes: the only date in the file is the day it is valid from.

    Raises
    ------
    UsageError
        If the file exists and `overwrite` is False, or its name does not end with .gpkg.
    LayerFileError
        If it cannot be written: disk full, no permission, a folder in the way.
    """
    check_place(path, overwrite=overwrite)
    stamp = f"{plan.rules.town.valid_from.isoformat()}T00:00:00.000Z"
    layers = LAYERS | ({BARRIERS: "Unknown"} if len(plan.barriers) else {})
    frames = {name: getattr(plan, name) for name in (*layers, *TABLES)}
    flat = {
        name: frame.rename_axis(frame.index.name or ROW).reset_index()
        for name, frame in frames.items()
    } | _texts(plan, frames)
    with replacing(path, overwrite=overwrite) as draft:
        try:
            with _dated(stamp):
                for name, geometry_type in layers.items():
                    _write_layer(flat[name], draft, name, geometry_type)
            with closing(sqlite3.connect(draft)) as base:
                for name in (*TABLES, *TEXTS):
                    _write_table(base, flat[name], name, stamp)
                base.commit()
                _check_whole(base, flat)
        except DATABASE_ERRORS as error:
            raise LayerFileError(
                f"Cannot write {str(path)!r}: the disk is full or failing ({error}). Make room or "
                "write to another disk; nothing was changed.",
                f"无法写入{quoted(path)}：磁盘已满或有故障（{reason_zh(error)}）。请腾出空间或换一个磁盘；"
                "原有内容没有改动。",
            ) from None


def check_place(path: Path | str, *, overwrite: bool = False) -> None:
    """Refuse a place that cannot take a plan; ask before long work, not after it."""
    if Path(path).suffix.lower() != ".gpkg":
        raise UsageError(
            f"{str(path)!r} does not end with .gpkg, by which any GIS knows a plan. "
            f"Name it like 'town{SUFFIX}'.",
            f"{quoted(path)}不以 .gpkg 结尾，GIS 软件无法辨认为方案。请命名为“town{SUFFIX}”之类。",
        )
    check_free(path, overwrite=overwrite)


def load_plan(path: Path | str) -> Plan:
    """Read a plan that `save_plan` wrote.

    Raises
    ------
    LayerFileError
        If there is no such file, it is not a plan, it is damaged, or a newer gridmap wrote it.
    """
    place = Path(path)
    if not place.is_file():
        what, what_zh = "does not exist", "不存在"
        if place.is_dir():
            what, what_zh = "is a folder", "是文件夹"
        raise LayerFileError(
            f"The plan {str(path)!r} {what}. {GIVE_PLAN}",
            f"方案{quoted(path)}{what_zh}。{GIVE_PLAN_ZH}",
        )
    try:
        return _read(place)
    except GridmapError:
        raise
    # A damaged file, or one that somebody else has edited, fails in any of these ways.
    except (*DATABASE_ERRORS, ShapelyError, OSError, ValueError, TypeError, LookupError) as error:
        raise LayerFileError(
            f"The plan {str(path)!r} cannot be read: {error}. It is damaged or not a plan. {ANEW}",
            f"方案{quoted(path)}无法读取：{reason_zh(error)}。文件已损坏，或不是方案。{ANEW_ZH}",
        ) from None


def _read(place: Path) -> Plan:
    # Read-only: the file may lie where we must not write, and stays as it is.
    with closing(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)) as base:
        receipt = _read_receipt(base, place)
        texts = {name: _read_table(base, name) for name in TEXTS}
    described = texts["frame_columns"]
    layers = [*LAYERS, *([BARRIERS] if BARRIERS in set(described["table_name"]) else [])]
    frames = {
        name: _restore(
            _read_columns(place, name),
            _read_shapes(place, name) if name in layers else None,
            described[described["table_name"] == name],
            name,
            place,
        )
        for name in (*layers, *TABLES)
    }
    rules_text = str(texts["rules"]["text"].iloc[0])
    rules = parse_rules(rules_text, source=f"{place.name}, table rules")
    return Plan(rules=rules, rules_text=rules_text, receipt=receipt, **frames)


def _read_columns(place: Path, table: str) -> pd.DataFrame:
    """Read a table by whole columns: a city has hundreds of thousands of rows."""
    return pyogrio.read_dataframe(place, layer=table, use_arrow=True, read_geometry=False)


def _read_shapes(place: Path, table: str) -> gpd.GeoSeries:
    meta, read = pyogrio.read_arrow(place, layer=table, columns=[])
    found = read.column(meta["geometry_name"] or "wkb_geometry").to_numpy()
    # The layers declare many parts for all. Of a polygon that has one the rest is passed over
    # here already: made with its frame and taken out of it, it would cost memory and time twice.
    inner = [one[len(ONE_PART) :] if one and one.startswith(ONE_PART) else one for one in found]
    shapes = shapely.from_wkb(np.array(inner, dtype=object))
    return gpd.GeoSeries(_single(shapes), crs=meta["crs"])


def _texts(plan: Plan, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Make the tables that are no frames of the plan."""
    receipt = {FORMAT_KEY: str(FORMAT)} | plan.receipt
    described = [row for name, frame in frames.items() for row in _describe(frame, name)]
    return {
        "rules": pd.DataFrame({"file": ["rules.toml"], "text": [plan.rules_text]}, dtype="str"),
        "receipt": pd.DataFrame(receipt.items(), columns=["key", "value"], dtype="str"),
        "frame_columns": pd.DataFrame(
            described, columns=["table_name", "column_name", "dtype", "role"], dtype="str"
        ),
    }


def _describe(frame: pd.DataFrame, table: str) -> list[tuple[str, str, str, str]]:
    """List table, column, dtype and role of every column: what `_restore` needs."""
    missing = [column for column in CONTRACTS.get(table, ()) if column not in frame]
    if missing:
        raise TypeError(f"frame {table!r} lacks the columns {missing}")
    named = frame.index.name
    index = (table, named or ROW, _dtype_key(frame.index, table), "index" if named else "row")
    shape = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    plain = [column for column in frame.columns if column != shape]
    return [
        index,
        *((table, str(name), _dtype_key(frame[name], table), "column") for name in plain),
    ]


def _dtype_key(values: pd.Series | pd.Index, table: str) -> str:
    """Name the dtype of a column; an empty or mixed one without a dtype of its own is text."""
    key = str(values.dtype)
    key = "str" if key == "object" else key
    if key not in SQL_TYPES:
        raise TypeError(f"{table}.{values.name} has dtype {key}; the store keeps {[*SQL_TYPES]}")
    return key


@contextmanager
def _dated(stamp: str) -> Iterator[None]:
    """Make the file library take this time for its clock: same plan, same bytes."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_layer(frame: pd.DataFrame, draft: Path, table: str, geometry_type: str) -> None:
    pyogrio.write_dataframe(
        frame,
        draft,
        layer=table,
        driver="GPKG",
        geometry_type=geometry_type,
        promote_to_multi=geometry_type.startswith("Multi"),
        layer_options={"GEOMETRY_NAME": "geom", "FID": "fid"},
    )


def _write_table(base: sqlite3.Connection, frame: pd.DataFrame, table: str, stamp: str) -> None:
    """Write a table without geometry and enter it in the contents that a GIS lists."""
    names = [_quoted(name) for name in frame.columns]
    kinds = [SQL_TYPES[_dtype_key(frame[name], table)] for name in frame.columns]
    fields = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
    base.execute(
        f"CREATE TABLE {_quoted(table)} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {fields})"
    )
    values = frame.astype(object).where(frame.notna(), None)
    base.executemany(
        f"INSERT INTO {_quoted(table)} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        values.itertuples(index=False, name=None),
    )
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES (?, 'attributes', ?, '', ?)",
        (table, table, stamp),
    )


def _check_whole(base: sqlite3.Connection, frames: Mapping[str, pd.DataFrame]) -> None:
    """Be sure that every row arrived: the file library may not notice a full disk."""
    for table, frame in frames.items():
        (rows,) = base.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()
        if rows != len(frame):
            raise sqlite3.DatabaseError(f"{rows} of {len(frame)} rows of {table}")
    (state,) = base.execute("PRAGMA quick_check(1)").fetchone()
    if state != "ok":
        raise sqlite3.DatabaseError(state)


def _read_receipt(base: sqlite3.Connection, place: Path) -> dict[str, str]:
    """Read the receipt; refuse a file that is no plan, or one that a newer gridmap wrote."""
    found = {name for (name,) in base.execute("SELECT name FROM sqlite_master")}
    wanted = (*LAYERS, *TABLES, *TEXTS)
    missing = [name for name in wanted if name not in found]
    if len(missing) == len(wanted) or "receipt" in missing:
        raise LayerFileError(
            f"{str(place)!r} is not a plan of gridmap: it has no table 'receipt'. {GIVE_PLAN}",
            f"{quoted(place)}不是 gridmap 方案：缺少“receipt”表。{GIVE_PLAN_ZH}",
        )
    receipt = dict(_read_table(base, "receipt")[["key", "value"]].itertuples(index=False))
    written = str(receipt.pop(FORMAT_KEY, ""))
    if not written.isdecimal():
        raise LayerFileError(
            f"{str(place)!r} is not a plan of gridmap: its receipt has no {FORMAT_KEY!r}. "
            f"{GIVE_PLAN}",
            f"{quoted(place)}不是 gridmap 方案：“receipt”表缺少“{FORMAT_KEY}”。{GIVE_PLAN_ZH}",
        )
    if int(written) > FORMAT:
        raise LayerFileError(
            f"{str(place)!r} was made by a newer gridmap: format {written}, this one reads up to "
            f"{FORMAT}. Update gridmap.",
            f"{quoted(place)}由较新的 gridmap 生成：格式 {written}，本版最高支持 {FORMAT}。"
            "请更新 gridmap。",
        )
    if missing:
        raise LayerFileError(
            f"The plan {str(place)!r} lacks the tables {', '.join(map(repr, missing))}. {ANEW}",
            f"方案{quoted(place)}缺少表{quoted(*missing)}。{ANEW_ZH}",
        )
    return receipt


def _read_table(base: sqlite3.Connection, table: str) -> pd.DataFrame:
    cursor = base.execute(f"SELECT * FROM {_quoted(table)} ORDER BY fid")
    names = [column[0] for column in cursor.description]
    return pd.DataFrame(cursor.fetchall(), columns=names, dtype=object)


def _restore(
    frame: pd.DataFrame,
    shapes: gpd.GeoSeries | None,
    described: pd.DataFrame,
    table: str,
    place: Path,
) -> pd.DataFrame:
    """Give a frame its columns, dtypes and index back."""
    names, roles = list(described["column_name"]), list(described["role"])
    frame, names, dtypes = _with_later(frame, names, list(described["dtype"]), table)
    lost = [name for name in (*CONTRACTS.get(table, ()), *names) if name not in frame]
    lost += [name for name in CONTRACTS.get(table, ()) if name not in names]
    lost = list(dict.fromkeys(lost))
    if lost or not names:
        raise LayerFileError(
            f"The table {table!r} of {str(place)!r} lacks {', '.join(map(repr, lost)) or 'all'}. "
            f"{ANEW}",
            f"{quoted(place)}的表“{table}”缺少{quoted(*lost) or '全部列'}。{ANEW_ZH}",
        )
    contract = CONTRACTS.get(table, {})
    given = zip(names, dtypes, strict=True)
    result = pd.DataFrame(
        {name: _typed(frame[name], dtype, contract.get(name) == "str") for name, dtype in given}
    ).set_index(names[0])
    if roles[0] == "row":
        result.index.name = None
    if shapes is None:
        return result
    return gpd.GeoDataFrame(result, geometry=shapes.array, crs=shapes.crs)


def _typed(values: pd.Series, dtype: str, is_text: bool) -> pd.Series:
    """Give a column its dtype; a GIS that saves the file may turn empty text into none."""
    typed = values if str(values.dtype) == dtype else values.astype(dtype)
    return typed.fillna("") if is_text and typed.hasnans else typed


def _with_later(
    frame: pd.DataFrame, names: list[str], dtypes: list[str], table: str
) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Add the columns that a plan of an earlier version does not have yet, each in its place."""
    contract = list(CONTRACTS.get(table, ()))
    for name in columns.LATER.intersection(contract).difference(names):
        before = contract[: contract.index(name)]
        place = max((names.index(one) + 1 for one in before if one in names), default=len(names))
        names, dtypes = (
            [*names[:place], name, *names[place:]],
            [*dtypes[:place], "str", *dtypes[place:]],
        )
        frame = frame.assign(**{name: ""})
    return frame, names, dtypes


def _single(shapes):
    """Turn polygons of one part back that another program has written in its own way."""
    multi = shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOLYGON
    one = multi & (shapely.get_num_geometries(shapes) == 1)
    if not one.any():
        return shapes
    result = shapes.copy()
    result[one] = shapely.get_geometry(shapes[one], 0)
    return result


def _quoted(name: object) -> str:
    return '"' + str(name).replace('"', '""') + '"'
