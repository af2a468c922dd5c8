"""The rows that differ written into a copy of the plan file, with their digests, and read back.

The copy takes the place of the file as a whole, as any file that gridmap writes: who reads, copies
or kills meanwhile finds the old file or the new one. What is not written is what the file held
already, proven when it was read or written.
"""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.store.changed.blobs import blobs_of, serve_triggers, shapes_in
from gridmap.store.changed.rows import RowChanges
from gridmap.store.digest import GEOMETRY, digest_table, digests_of, prove_themselves
from gridmap.store.form import DIGESTS, LAYERS, ROW, quoted_name
from gridmap.store.frames import crs_in, read_table
from layers.files.database_files import connect_to, rows_of

__all__ = ["update_copy"]

_WHOLE = ("people",)  # who is gone from the roster leaves no trace in the unused parts of a file
_MOST = 0.5  # of all rows: with more it is as quick to write the file anew
_TRIGGERS = ("rtree_", "trigger_insert_feature_count_", "trigger_delete_feature_count_", "gpkg_")


def update_copy(
    source: Path,
    draft: Path,
    known: Mapping[str, pd.DataFrame],
    frames: Mapping[str, pd.DataFrame],
    texts: Mapping[str, pd.DataFrame],
    changes: Mapping[str, RowChanges | None],
    *,
    stamp: str,
) -> bool:
    """Copy a plan file, and bring the copy to another state of the plan.

    Parameters
    ----------
    source
        The plan file, with nothing beside it.
    draft
        Place of the copy.
    known
        All tables that the file holds.
    frames, texts
        All tables and texts that it is to hold.
    changes
        In what the tables differ (`gridmap.store.changed.rows.table_changes`).
    stamp
        Day of the tables, as the contents of a GeoPackage tell it.

    Returns
    -------
    False when the file has to be written anew: too much differs, or it is not laid out as gridmap
    lays it out. Nothing is left at `draft` then.

    Raises
    ------
    OSError, sqlite3.Error
        If the disk is full or failing, or what was written does not come back.
    """
    written = _written(known, frames, changes)
    if written is None:
        return False
    shutil.copyfile(source, draft)
    with closing(connect_to(draft, write=True)) as base:
        # The copy is nobody's yet: it is flushed as a whole before it takes its place.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "secure_delete = ON"):
            base.execute(f"PRAGMA {pragma}").fetchall()
        serve_triggers(base)
        base.execute("BEGIN IMMEDIATE")
        done = _updated(base, known, frames, texts, written, stamp)
        base.execute("COMMIT")
    if not done:
        draft.unlink()
    return done


def _written(
    known: Mapping[str, pd.DataFrame],
    frames: Mapping[str, pd.DataFrame],
    changes: Mapping[str, RowChanges | None],
) -> dict[str, RowChanges] | None:
    """Tables with rows that differ; None when these cannot be written by themselves."""
    if set(known) != set(frames):
        return None
    found = {}
    touched = 0
    for name, change in changes.items():
        if change is None or (change and name in _WHOLE):
            return None
        if change:
            found[name] = change
            touched += len(change.places(frames[name]))
    return found if touched <= _MOST * sum(map(len, frames.values())) else None


def _updated(
    base: sqlite3.Connection,
    known: Mapping[str, pd.DataFrame],
    frames: Mapping[str, pd.DataFrame],
    texts: Mapping[str, pd.DataFrame],
    changes: Mapping[str, RowChanges],
    stamp: str,
) -> bool:
    """Write what differs; False when the file is not laid out as expected."""
    digests = read_table(base, DIGESTS).drop(columns="fid").astype("str")
    described = read_table(base, "frame_columns").drop(columns="fid").astype("str")
    if not prove_themselves(digests) or not described.equals(texts["frame_columns"]):
        return False
    triggers = rows_of(base, "SELECT name FROM sqlite_master WHERE type = 'trigger'")[1]
    if not all(name.startswith(_TRIGGERS) for (name,) in triggers):
        return False
    crs = {name: crs_in(base, name) for name in frames if name in _layers(frames)}
    told = _told(digests)
    for name, change in changes.items():
        if not _write_rows(base, name, known[name], frames[name], change):
            return False
        columns = None if change.tail is not None else change.columns
        fresh = digests_of(frames[name], name, crs=crs.get(name, ""), columns=columns)
        told[name] = (len(frames[name]), {**told[name][1], **fresh})
    for name, frame in texts.items():
        if not read_table(base, name).drop(columns="fid").astype("str").equals(frame):
            _write_text(base, name, frame)
            told[name] = (len(frame), digests_of(frame, name))
    table = digest_table({name: told[name] for name in (*frames, *texts)})
    if not table.equals(digests):  # where nothing differs the bytes stay, too
        _write_text(base, DIGESTS, table)
    ours = (*frames, *texts, DIGESTS)
    base.execute(
        "UPDATE gpkg_contents SET last_change = ? WHERE last_change != ? AND table_name IN "
        f"({', '.join('?' * len(ours))})",
        (stamp, stamp, *ours),
    )
    return True


def _layers(frames: Mapping[str, pd.DataFrame]) -> list[str]:
    return [name for name, frame in frames.items() if isinstance(frame, gpd.GeoDataFrame)]


def _told(digests: pd.DataFrame) -> dict[str, tuple[int, dict[str, str]]]:
    """Number of rows and digests of the columns by table, as the file has them."""
    found: dict[str, tuple[int, dict[str, str]]] = {}
    for table, column, count, digest in digests.itertuples(index=False, name=None):
        if table != DIGESTS:
            found.setdefault(table, (int(count), {}))[1][column] = digest
    return found


def _write_rows(
    base: sqlite3.Connection, table: str, one: pd.DataFrame, two: pd.DataFrame, change: RowChanges
) -> bool:
    """Write the rows of a table that differ; False when it does not hold the rows of `one`."""
    place = quoted_name(table)
    # Rows are numbered from 1 in their order, as gridmap writes them and reads them.
    last = rows_of(base, f"SELECT max(fid) FROM {place}")[1][0][0] or 0
    if last != len(one):
        return False
    tail = change.tail
    rows = change.places(two)
    columns = list(change.columns)
    shape = two.geometry.name if isinstance(two, gpd.GeoDataFrame) else None
    shapes_too = shape is not None and (tail is not None or shape in columns)
    key = str(two.index.name or ROW)
    part = two.iloc[rows]
    plain = part.drop(columns=shape) if shape is not None else part
    plain = pd.DataFrame(plain).rename_axis(key).reset_index()
    names = [key if name == "" else name for name in columns if name != shape]
    cells = plain[names].astype(object)
    values = list(cells.where(plain[names].notna(), None).itertuples(index=False, name=None))
    if not names:  # shapes alone: of no columns pandas before 3.1 gives no rows
        values = [()] * len(part)
    if shapes_too:
        given = part.geometry.to_numpy()
        srs = rows_of(
            base, "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (table,)
        )[1]
        try:
            blobs = blobs_of(given, int(srs[0][0]), multi=_is_multi(table))
        except ValueError:
            return False
        values = [(*row, blob) for row, blob in zip(values, blobs, strict=True)]
        names = [*names, GEOMETRY]
    if not _put(base, table, one, key, names, rows, values, tail):
        return False
    _require_there(base, table, names, rows, values)
    if shapes_too:
        _require_shapes(base, table, part, rows)
        _set_extent(base, table, two)
    return True


def _put(
    base: sqlite3.Connection, table: str, one: pd.DataFrame, key: str, names: list[str],
    rows: np.ndarray, values: list[tuple[object, ...]], tail: int | None,
) -> bool:  # fmt: skip
    """Update rows in their place, or write a table anew from a row on."""
    place, fids = quoted_name(table), [int(row) + 1 for row in rows]
    if tail is not None:
        base.execute(f"DELETE FROM {place} WHERE fid > ?", (tail,))
        listed = ", ".join(map(quoted_name, ["fid", *names]))
        marks = ", ".join("?" * (len(names) + 1))
        base.executemany(
            f"INSERT INTO {place} ({listed}) VALUES ({marks})",
            [(fid, *row) for fid, row in zip(fids, values, strict=True)],
        )
        return True
    was = one.index[rows].astype(object).tolist()
    setting = ", ".join(f"{quoted_name(name)} = ?" for name in names)
    done = base.executemany(
        f"UPDATE {place} SET {setting} WHERE fid = ? AND {quoted_name(key)} IS ?",
        [(*row, fid, old) for row, fid, old in zip(values, fids, was, strict=True)],
    )
    return done.rowcount == len(fids)


def _require_there(
    base: sqlite3.Connection, table: str, names: list[str], rows: np.ndarray,
    values: list[tuple[object, ...]],
) -> None:  # fmt: skip
    """Be sure that the rows come back as they went in."""
    listed = ", ".join(map(quoted_name, names))
    query = f"SELECT {listed} FROM {quoted_name(table)} WHERE fid = ?"
    for row, value in zip(rows.tolist(), values, strict=True):
        if base.execute(query, (row + 1,)).fetchone() != value:
            raise sqlite3.DatabaseError(f"row {row + 1} of {table} is not as written")
    over = rows_of(base, f"SELECT max(fid) FROM {quoted_name(table)}")[1][0][0] or 0
    if len(rows) and over < int(rows[-1]) + 1:
        raise sqlite3.DatabaseError(f"{over} rows of {table}")


def _require_shapes(
    base: sqlite3.Connection, table: str, part: gpd.GeoDataFrame, rows: np.ndarray
) -> None:
    query = f"SELECT {GEOMETRY} FROM {quoted_name(table)} WHERE fid = ?"
    blobs = [base.execute(query, (row + 1,)).fetchone()[0] for row in rows.tolist()]
    back = part.set_geometry(gpd.GeoSeries(shapes_in(blobs), index=part.index, crs=part.crs))
    columns = (part.geometry.name,)
    found, wanted = (digests_of(one, table, columns=columns)[GEOMETRY] for one in (back, part))
    if found != wanted:
        raise sqlite3.DatabaseError(f"shapes of {table} are not as written")


def _set_extent(base: sqlite3.Connection, table: str, frame: gpd.GeoDataFrame) -> None:
    """Tell in the contents how far a layer reaches."""
    bounds = [None if np.isnan(side) else float(side) for side in frame.total_bounds]
    base.execute(
        "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
        (*bounds, table),
    )


def _write_text(base: sqlite3.Connection, table: str, frame: pd.DataFrame) -> None:
    """Write a small table anew."""
    base.execute(f"DELETE FROM {quoted_name(table)}")
    names = ", ".join(map(quoted_name, ["fid", *frame.columns]))
    marks = ", ".join("?" * (len(frame.columns) + 1))
    base.executemany(
        f"INSERT INTO {quoted_name(table)} ({names}) VALUES ({marks})",
        [(fid + 1, *row) for fid, row in enumerate(frame.itertuples(index=False, name=None))],
    )


def _is_multi(table: str) -> bool:
    return LAYERS.get(table, "").startswith("Multi")
