"""The file of publications beside a plan: read as it is, and written whole or not at all.

A version is added to a copy of the file, which then takes its place in one step: killed at any
moment, the old record or the new one is there, never a mixture, and readers wait for nobody.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from gridmap.access.sidecar import beside
from gridmap.publications.form import (
    ADDED,
    CODES,
    KIND,
    LAYERS,
    LINEAGE,
    TABLES,
    VERSIONS,
    Row,
    blob_of,
    row_digest,
    shape_of,
    sql_columns,
)
from gridmap.publications.version import Version
from gridmap.store.form import LIBRARY_ERRORS, SQL_TYPES
from layers.contract.errors import LayerFileError, quoted
from layers.files.atomic import replacing
from layers.files.database_files import connect_to, mark_of, still
from layers.files.plain_paths import plain_path
from layers.files.reader_faults import reason_zh

__all__ = ["add_rows", "changing", "close_rows", "crs_of", "open_rows", "reading", "record_of",
           "rows_in", "versions_in"]  # fmt: skip

_FORM = 1  # raised when an older gridmap can no longer read the file
_STAMP = "2000-01-01T00:00:00.000Z"  # the same publications give the same bytes
_OWN = {"from_version": "int64", "to_version": "int64", "row_key": "str", "digest": "str"}
_OWN_SQL = "from_version INTEGER NOT NULL, to_version INTEGER, row_key TEXT, digest TEXT"


def record_of(plan_path: Path | str) -> Path:
    """Name the record of publications that belongs to a plan."""
    return beside(plan_path, KIND)


@contextmanager
def reading(plan_path: Path | str) -> Iterator[sqlite3.Connection | None]:
    """Open the record of a plan to read it; None when nothing was ever published.

    Raises
    ------
    LayerFileError
        If it cannot be read, or a newer gridmap wrote it.
    """
    path = record_of(plan_path)
    if not path.exists():
        yield None
        return
    try:
        with still(path) as file, closing(connect_to(file)) as base:
            _require_known(base, path)
            yield base
    except (sqlite3.Error, OSError, shapely.errors.ShapelyError) as error:
        raise _damaged(path, error) from None


@contextmanager
def changing(
    plan_path: Path | str, crs: Any, *, base: Path | str | None = None
) -> Iterator[sqlite3.Connection]:
    """Open a copy of the record to change it; when the block ends well it takes its place.

    The caller holds the plan (`gridmap.store.plan_lock`), so that nobody else adds a version. The
    copy is that of the record of `base`, another plan, where one is given.
    """
    path = record_of(plan_path)
    source = path if base is None else record_of(base)
    mark = mark_of(path)
    with replacing(path, overwrite=True, private=True, unchanged=mark) as draft:
        try:
            if not source.exists():
                _new(draft, crs)
            else:
                with still(source) as file:
                    shutil.copyfile(file, draft)
            with closing(sqlite3.connect(draft, isolation_level=None)) as rows:
                _require_known(rows, path)
                rows.execute("PRAGMA journal_mode = MEMORY")  # the draft is nobody's yet
                rows.execute("BEGIN IMMEDIATE")
                _complete(rows)
                yield rows
                rows.execute("COMMIT")
                (state,) = rows.execute("PRAGMA quick_check(1)").fetchone()
                if state != "ok":
                    raise sqlite3.DatabaseError(state)
        except (sqlite3.Error, *LIBRARY_ERRORS) as error:
            raise LayerFileError(
                f"Cannot write {str(path)!r}: {error}. Make room or allow writing in the folder; "
                "nothing was published.",
                f"无法写入{quoted(path)}：{reason_zh(error)}。请腾出空间或开放写入权限；"
                "没有发布任何内容。",
            ) from None


def versions_in(base: sqlite3.Connection) -> list[Version]:
    """List the versions, the first first."""
    names = ", ".join(("serial", *VERSIONS))
    return [Version(*row) for row in base.execute(f"SELECT {names} FROM versions ORDER BY serial")]


def crs_of(base: sqlite3.Connection) -> str:
    """Give the work CRS."""
    row = base.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_geometry_columns "
        "JOIN gpkg_spatial_ref_sys USING (srs_id) WHERE table_name = 'grids'"
    ).fetchone()
    organization, number, definition = row
    return f"EPSG:{number}" if str(organization).upper() == "EPSG" else str(definition)


def open_rows(base: sqlite3.Connection, table: str) -> dict[str, tuple[int, str]]:
    """Give row number and digest of the rows of the last version, by key."""
    rows = base.execute(f"SELECT row_key, fid, digest FROM {table} WHERE to_version IS NULL")
    return {key: (fid, digest) for key, fid, digest in rows}


def rows_in(base: sqlite3.Connection, table: str, serial: int) -> list[Row]:
    """Read the rows of a table that a version has."""
    lacking = _lacking(base, table)
    names = ", ".join("?" if name in lacking else f'"{name}"' for name in TABLES[table])
    shape = "geom" if table in LAYERS else "NULL"
    found = base.execute(
        f"SELECT row_key, {shape}, {names} FROM {table} WHERE from_version <= ? "
        "AND (to_version IS NULL OR to_version >= ?) ORDER BY fid",
        (*lacking.values(), serial, serial),
    )
    return [(row[0], row[2:], shape_of(row[1])) for row in found]


def _lacking(base: sqlite3.Connection, table: str) -> dict[str, Any]:
    """Give the columns that a record made before them does not have, and what stands for them."""
    there = {row[1] for row in base.execute(f"PRAGMA table_info({table})")}
    added = ADDED.get(table, {})
    return {name: added[name] for name in TABLES[table] if name in added and name not in there}


def _complete(base: sqlite3.Connection) -> None:
    """Add the columns that the record does not have yet."""
    for table in TABLES:
        for name, value in _lacking(base, table).items():
            kind = SQL_TYPES[TABLES[table][name]]
            base.execute(f'ALTER TABLE {table} ADD COLUMN "{name}" {kind}')
            base.execute(f'UPDATE {table} SET "{name}" = ?', (value,))


def close_rows(base: sqlite3.Connection, table: str, fids: list[int], last: int) -> None:
    """Say of rows that a version is the last that has them."""
    base.executemany(
        f"UPDATE {table} SET to_version = ? WHERE fid = ?", [(last, fid) for fid in fids]
    )


def add_rows(base: sqlite3.Connection, table: str, rows: list[Row], serial: int) -> None:
    """Add the rows that a version is the first to have."""
    names = [*_OWN, *TABLES[table], *(["geom"] if table in LAYERS else [])]
    marks = ", ".join("?" * len(names))
    listed = ", ".join(f'"{name}"' for name in names)
    srs = _srs(base)
    for row in rows:
        key, values, shape = row
        own = (serial, None, key, row_digest(table, row))
        laid = (blob_of(shape, srs),) if table in LAYERS else ()
        added = base.execute(
            f"INSERT INTO {table} ({listed}) VALUES ({marks})", (*own, *values, *laid)
        )
        if table == "grids" and shape is not None:
            left, bottom, right, top = shapely.from_wkb(shape).bounds
            place = (added.lastrowid, left, right, bottom, top)
            base.execute("INSERT INTO places VALUES (?, ?, ?, ?, ?)", place)


def _srs(base: sqlite3.Connection) -> int:
    (srs,) = base.execute(
        "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = 'grids'"
    ).fetchone()
    return int(srs)


def _new(draft: Path, crs: Any) -> None:
    """Make a record without versions: layers and tables as a GIS lists them."""
    for name in LAYERS:
        columns = {**_OWN, **TABLES[name]}
        frame = pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in columns.items()})
        shapes = gpd.GeoSeries([], crs=crs)
        with plain_path(draft) as file:
            pyogrio.write_dataframe(
                gpd.GeoDataFrame(frame, geometry=shapes), file, layer=name, driver="GPKG",
                geometry_type="Unknown" if name == "objects" else "MultiPolygon",
                dataset_options={"ADD_GPKG_OGR_CONTENTS": "NO"} if not draft.exists() else None,
                layer_options={"GEOMETRY_NAME": "geom", "FID": "fid", "SPATIAL_INDEX": "NO"},
            )  # fmt: skip
    fields = {
        name: f"fid INTEGER PRIMARY KEY, {_OWN_SQL}, {sql_columns(name)}"
        for name in TABLES
        if name not in LAYERS
    }
    for name, first, columns in (
        ("versions", "serial INTEGER PRIMARY KEY, ", VERSIONS),
        ("codes", "fid INTEGER PRIMARY KEY, ", CODES),
        ("lineage", "fid INTEGER PRIMARY KEY, ", LINEAGE),
    ):
        fields[name] = first + ", ".join(f"{one} {kind}" for one, kind in columns.items())
    with closing(sqlite3.connect(draft, isolation_level=None)) as base:
        base.execute("BEGIN")
        for name, told in fields.items():
            base.execute(f"CREATE TABLE {name} ({told})")
            base.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
                "VALUES (?, 'attributes', ?)",
                (name, name),
            )
        for name in TABLES:
            base.execute(f"CREATE INDEX {name}_by_key ON {name} (row_key, from_version)")
        base.execute("CREATE INDEX posts_by_grid ON posts (grid_code, from_version)")
        base.execute("CREATE INDEX assignments_by_post ON assignments (post_id, from_version)")
        base.execute("CREATE UNIQUE INDEX versions_by_number ON versions (number)")
        base.execute("CREATE UNIQUE INDEX codes_by_code ON codes (code)")
        base.execute("CREATE VIRTUAL TABLE places USING rtree (fid, x0, x1, y0, y1)")
        base.execute("CREATE TABLE form (form INTEGER)")
        base.execute("INSERT INTO form VALUES (?)", (_FORM,))
        base.execute("UPDATE gpkg_contents SET last_change = ?", (_STAMP,))
        base.execute("COMMIT")


def _require_known(base: sqlite3.Connection, path: Path) -> None:
    try:
        (form,) = base.execute("SELECT form FROM form").fetchone()
    except (sqlite3.OperationalError, TypeError):
        raise _damaged(path, sqlite3.DatabaseError("form")) from None
    if form > _FORM:
        raise LayerFileError(
            f"{str(path)!r} was made by a newer gridmap. Update gridmap to open it.",
            f"{quoted(path)}由较新的 gridmap 写成，请更新 gridmap 后再打开。",
        )


def _damaged(path: Path, error: BaseException) -> LayerFileError:
    return LayerFileError(
        f"The record of publications {str(path)!r} cannot be read: {error}. Keep it, and bring it "
        "back from a backup.",
        f"发布记录{quoted(path)}无法读取：{reason_zh(error)}。请保留该文件，并从备份恢复。",
    )
