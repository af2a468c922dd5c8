"""Writing a plan to its file, whole or not at all, and read back before it takes its place."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyogrio

from gridmap.plan.plan import Plan
from gridmap.store.changed.proven import known_content, remember
from gridmap.store.changed.rows import RowChanges, table_changes
from gridmap.store.changed.updating import update_copy
from gridmap.store.contract import contract_faults, faults_of_changes
from gridmap.store.digest import GEOMETRY, digest_table, digests_of
from gridmap.store.form import (
    DIGESTS,
    FORMAT,
    FORMAT_KEY,
    LAYERS,
    LIBRARY_ERRORS,
    OPTIONAL,
    OPTIONAL_TABLES,
    ROW,
    SQL_TYPES,
    SUFFIX,
    TABLES,
    TEXTS,
    describe,
    dtype_key,
    quoted_name,
)
from gridmap.store.frames import crs_in
from gridmap.store.glance import refuse_frozen
from gridmap.store.others import carry_over
from gridmap.store.reading import check_draft
from layers.contract.errors import LayerFileError, PlanError, UsageError, quoted
from layers.files.atomic import check_free, replacing
from layers.files.database_files import FileMark, mark_of
from layers.files.plain_paths import plain_path
from layers.files.reader_faults import reason_zh

__all__ = ["check_place", "save_plan"]


def save_plan(
    plan: Plan, path: Path | str, *, overwrite: bool = False, unchanged: FileMark | None = None
) -> None:
    """Write a plan to one GeoPackage, whole or not at all; only its owner may read it.

    The same plan gives the same digests, and the same bytes where it is written as a whole: the
    only date in the file is the day it is valid from.

    Parameters
    ----------
    plan
        The plan.
    path
        Its place.
    overwrite
        Whether a file there may be replaced.
    unchanged
        Mark of the file that may be replaced; another one there is left alone. Tables that other
        programs keep in it are carried over. Who gives it has asked whether the plan is frozen.

    Raises
    ------
    FrozenPlanError
        If a frozen plan would be written over.
    UsageError
        If the file exists and `overwrite` is False, or its name does not end with .gpkg.
    PlanError
        If the tables do not fit together, so that nobody could open the file.
    InUseError
        If another program has the file open.
    LayerFileError
        If it cannot be written: disk full, no permission, a folder in the way.
    """
    check_place(path, overwrite=overwrite, frozen_too=unchanged is not None)
    stamp = f"{plan.rules.town.valid_from.isoformat()}T00:00:00.000Z"
    layers = LAYERS | {name: kind for name, kind in OPTIONAL.items() if len(getattr(plan, name))}
    tables = (*TABLES, *(name for name in OPTIONAL_TABLES if len(getattr(plan, name))))
    frames = {name: getattr(plan, name) for name in (*layers, *tables)}
    texts = _texts(plan, frames)
    known = known_content(unchanged) if unchanged is not None else None
    # What the file holds was found sound when it was read or written: the rest is looked at.
    changes = None if known is None else table_changes(known, frames)
    _require_sound(frames, path, changes)
    with replacing(path, overwrite=overwrite, private=True, unchanged=unchanged) as draft:
        try:
            source = Path(os.path.realpath(path))
            if known is None or not _by_rows(
                source, draft, known, frames, texts, changes or {}, stamp=stamp
            ):
                others = None if unchanged is None else Path(path)
                _write_whole(draft, frames, texts, layers, stamp=stamp, others=others)
            mark = mark_of(draft)  # of what was written, and nobody else can have changed
        except (sqlite3.DatabaseError, *LIBRARY_ERRORS) as error:
            raise LayerFileError(
                f"Cannot write {str(path)!r}: the disk is full or failing ({error}). Make room or "
                "write to another disk; nothing was changed.",
                f"无法写入{quoted(path)}：磁盘已满或有故障（{reason_zh(error)}）。请腾出空间或换一个磁盘；"
                "原有内容没有改动。",
            ) from None
    remember(mark, frames)


def _by_rows(
    source: Path, draft: Path, known: Mapping[str, pd.DataFrame],
    frames: Mapping[str, pd.DataFrame], texts: Mapping[str, pd.DataFrame],
    changes: Mapping[str, RowChanges | None], *, stamp: str,
) -> bool:  # fmt: skip
    """Save the rows that differ; False when the file is to be written anew, whatever came up."""
    try:
        return update_copy(source, draft, known, frames, texts, changes, stamp=stamp)
    except (sqlite3.Error, ValueError, LookupError):
        # Another program has laid the file out otherwise. Of a full disk the whole file tells.
        draft.unlink(missing_ok=True)
        return False


def _write_whole(
    draft: Path,
    frames: Mapping[str, pd.DataFrame],
    texts: Mapping[str, pd.DataFrame],
    layers: Mapping[str, str],
    *,
    stamp: str,
    others: Path | None,
) -> None:
    """Write all tables, with those that other programs keep in another file, and read them back."""
    flat = {
        name: frame.rename_axis(frame.index.name or ROW).reset_index()
        for name, frame in frames.items()
    } | dict(texts)
    with plain_path(draft) as file:
        for name, geometry_type in layers.items():
            _write_layer(flat[name], file, name, geometry_type)
    with closing(sqlite3.connect(draft.as_uri(), uri=True)) as base:
        # The file library enters the time of day: the same plan is to give the same bytes.
        base.execute("UPDATE gpkg_contents SET last_change = ?", (stamp,))
        for name in (*(name for name in frames if name not in layers), *TEXTS):
            _write_table(base, flat[name], name, stamp)
        crs = {name: crs_in(base, name) for name in layers}
        flat[DIGESTS] = _digests({**frames, **texts}, crs)
        _write_table(base, flat[DIGESTS], DIGESTS, stamp)
        base.commit()
        if others is not None:
            carry_over(base, others, shown=others)
        _check_whole(base, flat)
    check_draft(draft)


def check_place(path: Path | str, *, overwrite: bool = False, frozen_too: bool = False) -> None:
    """Refuse a place that cannot take a plan; ask before long work, not after it."""
    if Path(path).suffix.lower() != ".gpkg":
        raise UsageError(
            f"{str(path)!r} does not end with .gpkg, by which any GIS knows a plan. "
            f"Name it like 'town{SUFFIX}'.",
            f"{quoted(path)}不以 .gpkg 结尾，GIS 软件无法辨认为方案。请命名为“town{SUFFIX}”之类。",
        )
    check_free(path, overwrite=overwrite)
    if overwrite and not frozen_too:
        refuse_frozen(path)


def _require_sound(
    frames: Mapping[str, pd.DataFrame],
    path: Path | str,
    changes: Mapping[str, RowChanges | None] | None,
) -> None:
    """Refuse to write what no reader would take."""
    faults = contract_faults(frames) if changes is None else faults_of_changes(frames, changes)
    if faults:
        raise PlanError(
            f"Cannot write {str(path)!r}: {faults[0].en} Nothing was changed.",
            f"无法写入{quoted(path)}：{faults[0].zh}原有内容没有改动。",
        )


def _digests(frames: Mapping[str, pd.DataFrame], crs: Mapping[str, str]) -> pd.DataFrame:
    return digest_table(
        {
            name: (len(frame), digests_of(frame, name, crs=crs.get(name, "")))
            for name, frame in frames.items()
        }
    )


def _texts(plan: Plan, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Make the tables that are no frames of the plan."""
    receipt = {FORMAT_KEY: str(FORMAT)} | plan.receipt
    described = [row for name, frame in frames.items() for row in describe(frame, name)]
    return {
        "rules": pd.DataFrame({"file": ["rules.toml"], "text": [plan.rules_text]}, dtype="str"),
        "receipt": pd.DataFrame(receipt.items(), columns=["key", "value"], dtype="str"),
        "frame_columns": pd.DataFrame(
            described, columns=["table_name", "column_name", "dtype", "role"], dtype="str"
        ),
    }


def _write_layer(frame: pd.DataFrame, draft: Path, table: str, geometry_type: str) -> None:
    pyogrio.write_dataframe(
        frame,
        draft,
        layer=table,
        driver="GPKG",
        geometry_type=geometry_type,
        promote_to_multi=geometry_type.startswith("Multi"),
        # The GIS of an office warns of what is newer, and the plan needs nothing of it.
        dataset_options={"VERSION": "1.3"},
        layer_options={"GEOMETRY_NAME": GEOMETRY, "FID": "fid"},
    )


def _write_table(base: sqlite3.Connection, frame: pd.DataFrame, table: str, stamp: str) -> None:
    """Write a table without geometry and enter it in the contents that a GIS lists."""
    names = [quoted_name(name) for name in frame.columns]
    kinds = [SQL_TYPES[dtype_key(frame[name], table)] for name in frame.columns]
    fields = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
    base.execute(
        f"CREATE TABLE {quoted_name(table)} "
        f"(fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {fields})"
    )
    values = frame.astype(object).where(frame.notna(), None)
    base.executemany(
        f"INSERT INTO {quoted_name(table)} ({', '.join(names)}) "
        f"VALUES ({', '.join('?' * len(names))})",
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
        (rows,) = base.execute(f"SELECT count(*) FROM {quoted_name(table)}").fetchone()
        if rows != len(frame):
            raise sqlite3.DatabaseError(f"{rows} of {len(frame)} rows of {table}")
    (state,) = base.execute("PRAGMA quick_check(1)").fetchone()
    if state != "ok":
        raise sqlite3.DatabaseError(state)
