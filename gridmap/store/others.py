"""Tables that other programs keep in a plan file: carried over when gridmap writes it anew."""

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from gridmap.store.form import (
    DIGESTS,
    LAYERS,
    OPTIONAL,
    OPTIONAL_TABLES,
    TABLES,
    TEXTS,
    quoted_name,
)
from layers.contract.errors import LayerFileError, quoted

__all__ = ["OURS", "THEIRS", "carry_over", "tables_of_others"]

OURS = frozenset({*LAYERS, *TABLES, *TEXTS, *OPTIONAL, *OPTIONAL_TABLES, DIGESTS})
# Tables that SQLite and the file library keep for themselves.
THEIRS = ("sqlite_", "rtree_", "gpkg_")
# What a GeoPackage says about a table, in tables that all have the column `table_name`.
ABOUT = ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents", "gpkg_data_columns")


def tables_of_others(names: Iterable[str]) -> list[str]:
    """Give the names that are neither ours nor those of the database itself."""
    return sorted(name for name in names if name not in OURS and not name.startswith(THEIRS))


def carry_over(base: sqlite3.Connection, old: Path, *, shown: Path | str) -> None:
    """Copy the tables of other programs from an old plan file into a new one.

    Spatial indexes are left out: a GIS makes them again.

    Parameters
    ----------
    base
        The new file, with all tables of ours.
    old
        The old file, with nothing beside it.
    shown
        The name of the file for words.

    Raises
    ------
    LayerFileError
        If a table is of a kind that cannot be copied.
    """
    base.execute("ATTACH DATABASE ? AS old", (f"{old.resolve().as_uri()}?mode=ro",))
    try:
        _copy_all(base, shown)
        base.commit()
    finally:
        base.rollback()
        base.execute("DETACH DATABASE old")


def _copy_all(base: sqlite3.Connection, shown: Path | str) -> None:
    listing = "SELECT type, name, tbl_name, sql FROM {}.sqlite_master WHERE sql IS NOT NULL"
    there = {name for _, name, _, _ in base.execute(listing.format("main"))}
    found = sorted(base.execute(listing.format("old")).fetchall())
    tables = {name: sql for kind, name, _, sql in found if kind == "table"}
    carried = tables_of_others(tables)
    # What the file library keeps of a kind that the new file has none of, such as metadata.
    carried += sorted(name for name in tables if name.startswith("gpkg_") and name not in there)
    if not carried and all(name in there or kind == "table" for kind, name, _, _ in found):
        return
    for name in carried:
        try:
            base.execute(tables[name])
            base.execute(
                f"INSERT INTO main.{quoted_name(name)} SELECT * FROM old.{quoted_name(name)}"
            )
        except sqlite3.DatabaseError as error:
            raise LayerFileError(
                f"The table {name!r} that another program keeps in {str(shown)!r} cannot be taken "
                f"along ({error}). Nothing was saved, so that it is not lost. Move it to a file of "
                "its own with that program.",
                f"其他程序存放在{quoted(shown)}中的表“{name}”无法一并保存（{error}）。"
                "为不丢失它，内容未保存。请用那个程序把它移到单独的文件。",
            ) from None
    _tell_about(base, carried)
    for kind, name, _, sql in found:
        if kind != "table" and name not in there and not name.startswith(THEIRS):
            with suppress(sqlite3.DatabaseError):  # of a table or column that is no more
                base.execute(sql)


def _tell_about(base: sqlite3.Connection, carried: list[str]) -> None:
    marks = ", ".join("?" * len(carried))
    listed = "SELECT name FROM {}.sqlite_master WHERE name LIKE 'gpkg_%'"
    both = {name for (name,) in base.execute(listed.format("main"))} & {
        name for (name,) in base.execute(listed.format("old"))
    }
    if "gpkg_spatial_ref_sys" in both:
        base.execute(
            "INSERT OR IGNORE INTO main.gpkg_spatial_ref_sys SELECT * FROM old.gpkg_spatial_ref_sys"
        )
    for name in ABOUT:
        if name in both and name not in carried:
            base.execute(
                f"INSERT OR IGNORE INTO main.{name} SELECT * FROM old.{name} "
                f"WHERE table_name IN ({marks})",
                carried,
            )
