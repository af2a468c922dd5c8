"""Reading what can be read of a plan file, table by table and row by row, whatever is wrong.

`gridmap.store.reading` gives a whole plan or none; this is for a file that it refuses.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.store.digest import GEOMETRY, prove_themselves, single_parts
from gridmap.store.form import (
    CONTRACTS,
    DIGESTS,
    INDEX_NAMES,
    LAYERS,
    OPTIONAL,
    OPTIONAL_TABLES,
    ROW,
    SQL_TYPES,
    TABLES,
    TEXTS,
    quoted_name,
)
from gridmap.store.frames import crs_in
from layers.contract.columns import EDITS, later_columns
from layers.files.database_files import connect_to, is_busy, rows_of
from layers.files.reader_faults import reason_zh

__all__ = ["Salvage", "Salvaged", "salvage"]

MOST_ROWS = 2**22  # that a table may have
MOST_FAILED = 50_000  # readings of a range of rows that may fail before a table is given up
# A geometry in a GeoPackage: two letters, version, flags, the system, a box of so many bytes.
HEAD, BOXES = 8, {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


@dataclass(frozen=True)
class Salvaged:
    """What came of one table."""

    frame: pd.DataFrame | None  # None when nothing of it can be read
    lost: int = 0  # rows that were written and are gone or cannot be read
    why: str = ""  # in the words of the library
    why_zh: str = ""
    gone: tuple[str, ...] = ()  # columns that are not there


@dataclass(frozen=True)
class Salvage:
    """What came of all tables, and of what the file says about them."""

    tables: Mapping[str, Salvaged]
    crs: Mapping[str, str]
    digests: pd.DataFrame | None
    listed: frozenset[str] = field(default_factory=frozenset)  # names of the tables in the file
    torn: str = ""  # why the list of the tables ends before its end

    def frame(self, table: str) -> pd.DataFrame | None:
        """Give what can be read of a table."""
        return self.tables[table].frame if table in self.tables else None


def salvage(source: Path) -> Salvage:
    """Read what can be read.

    Raises
    ------
    sqlite3.Error
        If not even the list of tables can be read.
    """
    with closing(connect_to(source)) as base:
        # SQLite then reads on past a file cut short and past entries of its list that are damaged.
        base.execute("PRAGMA writable_schema = ON")
        base.text_factory = lambda text: text.decode("utf-8", "replace")
        listed, torn = _listed(base)
        digests = _text_table(base, DIGESTS).frame if DIGESTS in listed else None
        written = _row_counts(digests)
        tables = {name: _text_table(base, name, written.get(name)) for name in TEXTS}
        described = tables["frame_columns"].frame
        told = {*listed, *written, *_names_in(described)}
        layers = [*LAYERS, *(name for name in OPTIONAL if name in told)]
        crs = {}
        more = [name for name in OPTIONAL_TABLES if name in told]
        for name in (*layers, *TABLES, *more):
            with suppress(sqlite3.Error):
                crs[name] = crs_in(base, name)
            tables[name] = _table(
                base, name, described, written.get(name), crs.get(name, ""), name in layers
            )
    return Salvage(tables, crs, digests, listed, torn)


def _listed(base: sqlite3.Connection) -> tuple[frozenset[str], str]:
    """Give the names of the tables; of a list that is damaged those before the damage, and why."""
    names: set[str] = set()
    torn = ""
    try:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        with closing(base.execute(query)) as cursor:
            names.update(str(name) for (name,) in cursor)
    except sqlite3.Error as error:
        if is_busy(error):
            raise
        torn = str(error)
        # Tables that are there although the list does not come to them.
        for name in (*LAYERS, *OPTIONAL, *TABLES, *OPTIONAL_TABLES, *TEXTS, DIGESTS):
            with suppress(sqlite3.Error):
                base.execute(f"SELECT fid FROM {quoted_name(name)} LIMIT 0")
                names.add(name)
        if not names:
            raise
    return frozenset(names), torn


def _text_table(base: sqlite3.Connection, table: str, written: int | None = None) -> Salvaged:
    found = _rows(base, table, written)
    if found.frame is None:
        return found
    frame = found.frame.drop(columns="fid", errors="ignore").astype("str")
    return Salvaged(frame.reset_index(drop=True), found.lost, found.why, found.why_zh)


def _table(
    base: sqlite3.Connection, table: str, described: pd.DataFrame | None, written: int | None,
    crs: str, is_layer: bool,
) -> Salvaged:  # fmt: skip
    found = _rows(base, table, written)
    if found.frame is None:
        return found
    rows = found.frame
    index, dtypes = _description(table, described, rows)
    contract = CONTRACTS.get(table, {})
    gone = [name for name in dtypes if name not in rows and name != ROW]
    values = {
        name: _typed(rows[name], dtype, fill=contract.get(name) == "str")
        if name in rows
        else pd.Series(["" if dtype == "str" else 0] * len(rows), dtype=dtype)
        for name, dtype in dtypes.items()
    }
    keys = pd.Index(values.pop(index)).rename(None if index == ROW else index)
    frame = pd.DataFrame(values, index=rows.index).set_axis(keys, axis=0)
    if is_layer:
        shapes = _shapes(rows[GEOMETRY]) if GEOMETRY in rows else np.full(len(rows), None)
        frame = gpd.GeoDataFrame(frame, geometry=shapes, crs=_crs(crs))
    return Salvaged(frame, found.lost, found.why, found.why_zh, tuple(gone))


def _description(
    table: str, described: pd.DataFrame | None, rows: pd.DataFrame
) -> tuple[str, dict[str, str]]:
    """Give the name of the index and all dtypes; the contract knows where the file does not."""
    whole = CONTRACTS.get(table, EDITS if table == "edits" else {})
    later = later_columns(whole)
    contract = {name: dtype for name, dtype in whole.items() if name not in later or name in rows}
    own = described[described["table_name"] == table] if described is not None else None
    if own is not None and len(own) and own["dtype"].isin(list(SQL_TYPES)).all():
        index = own.loc[own["role"].isin(["index", "row"]), "column_name"]
        if len(index) == 1:
            told = dict(zip(own["column_name"], own["dtype"], strict=True))
            needed = contract if table in CONTRACTS else {}
            return index.iloc[0], {**told, **{k: v for k, v in needed.items() if k not in told}}
    index_name = INDEX_NAMES.get(table, ROW)
    if not contract:
        plain = [str(name) for name in rows.columns if name not in ("fid", GEOMETRY, index_name)]
        contract = dict.fromkeys(plain, "str")
    return index_name, {index_name: "str" if table in INDEX_NAMES else "int64", **contract}


def _rows(base: sqlite3.Connection, table: str, written: int | None) -> Salvaged:
    """Read all rows of a table; where that fails, every row that can be read."""
    name = quoted_name(table)
    if _is_view(base, table):
        return Salvaged(None, written or 0, "it is a view, not a table", "是视图，不是表")
    try:
        names, found = rows_of(base, f"SELECT * FROM {name} ORDER BY fid")
        frame = pd.DataFrame(found, columns=names, dtype=object)
        return Salvaged(frame, max(0, (written or 0) - len(frame)))
    except sqlite3.Error as error:
        if is_busy(error):
            raise
        why, why_zh = str(error), reason_zh(error)
    try:
        names = [row[1] for row in rows_of(base, f"PRAGMA table_info({name})")[1]]
    except sqlite3.Error:
        names = []
    if not names:
        return Salvaged(None, written or 0, why, why_zh)
    last = max(written or 0, _last_row(base, table)) or MOST_ROWS
    rows: dict[Any, tuple[Any, ...]] = {}
    lost = _grab(base, name, 1, last, rows)
    if not rows:
        return Salvaged(None, written or 0, why, why_zh)
    frame = pd.DataFrame([rows[key] for key in sorted(rows)], columns=names, dtype=object)
    return Salvaged(frame, max(lost, (written or 0) - len(rows)) if written else lost, why, why_zh)


def _is_view(base: sqlite3.Connection, table: str) -> bool:
    """Whether something that may show anything, and without end, has the name of a table."""
    with suppress(sqlite3.Error):
        query = "SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = ? COLLATE NOCASE"
        return bool(rows_of(base, query, (table,))[1])
    return False


def _grab(
    base: sqlite3.Connection, name: str, first: int, last: int, rows: dict[Any, tuple[Any, ...]]
) -> int:
    """Read a range of rows, by halves around what cannot be read; say how many that is."""
    lost, failed, ranges = 0, 0, [(first, last)]
    while ranges and failed < MOST_FAILED:
        low, high = ranges.pop()
        try:
            # Step by step: what comes before the fault is kept. The limit ends the reading of a
            # single row before the next page is looked at, which may be the damaged one.
            query = f"SELECT * FROM {name} WHERE fid BETWEEN ? AND ? ORDER BY fid LIMIT ?"
            with closing(base.execute(query, (low, high, high - low + 1))) as cursor:
                for row in cursor:
                    rows[row[0]] = row
                    low = max(low, int(row[0]) + 1)
        except (sqlite3.Error, ValueError, TypeError):
            failed += 1
            if low >= high:
                lost += 1
            else:
                middle = (low + high) // 2
                ranges += [(middle + 1, high), (low, middle)]
    return lost


def _last_row(base: sqlite3.Connection, table: str) -> int:
    for query in (
        "SELECT seq FROM sqlite_sequence WHERE name = ?",
        f"SELECT max(fid) FROM {quoted_name(table)} WHERE ? <> ''",
    ):
        with suppress(sqlite3.Error, TypeError, ValueError):
            row = base.execute(query, (table,)).fetchone()
            if row and row[0]:
                return min(int(row[0]), MOST_ROWS)
    return 0


def _names_in(described: pd.DataFrame | None) -> set[str]:
    return set() if described is None else set(described.get("table_name", ()))


def _row_counts(digests: pd.DataFrame | None) -> dict[str, int]:
    """Give the numbers of rows that were written; a table of digests that was changed has none."""
    if digests is None or not prove_themselves(digests):
        return {}
    counts = pd.to_numeric(digests["row_count"], errors="coerce").fillna(0).clip(0, MOST_ROWS)
    return {
        str(key): int(value) for key, value in counts.groupby(digests["table_name"]).max().items()
    }


def _typed(values: pd.Series, dtype: str, *, fill: bool) -> pd.Series:
    """Give a column its dtype; what is no number is missing."""
    if dtype == "str":
        texts = values.map(lambda value: value if value is None else str(value)).astype("str")
        return texts.fillna("") if fill else texts
    if dtype != "float64" and values.map(lambda value: isinstance(value, int)).all():
        return values.astype(dtype)
    return pd.to_numeric(values, errors="coerce").astype("float64")


def _shapes(blobs: pd.Series) -> np.ndarray[Any, Any]:
    inner = np.array([_inner(blob) for blob in blobs], dtype=object)
    try:
        return single_parts(shapely.from_wkb(inner, on_invalid="ignore"))
    except NotImplementedError:  # a curve among them: that one is lost, and not the others
        return single_parts(np.array([_shape(one) for one in inner], dtype=object))


def _shape(binary: bytes | None) -> shapely.Geometry | None:
    try:
        return shapely.from_wkb(binary, on_invalid="ignore")
    except NotImplementedError:
        return None


def _inner(blob: object) -> bytes | None:
    """Take the shape out of a geometry of a GeoPackage; None where it is none."""
    if not isinstance(blob, bytes) or len(blob) < HEAD or blob[:2] != b"GP":
        return None
    return blob[HEAD + BOXES.get((blob[3] >> 1) & 7, 0) :]


def _crs(told: str) -> str | None:
    organization, _, rest = told.partition("\n")
    number, _, definition = rest.partition("\n")
    known = f"{organization}:{number}" if organization.upper() == "EPSG" else definition
    return known or None
