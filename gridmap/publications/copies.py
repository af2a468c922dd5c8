"""The record of publications when a plan is copied or branched, and when people are forgotten."""

import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from gridmap.publications import record
from gridmap.publications.checking import content_digest
from gridmap.publications.form import PEOPLE, TABLES, row_digest
from gridmap.store.plan_lock import holding_plan
from layers.files.atomic import replacing
from layers.files.database_files import still

__all__ = ["copy_publications", "forget_in_publications"]


def copy_publications(source: Path, target: Path) -> None:
    """Let a copy or a draft know what was published: it goes on with the numbers and codes.

    Parameters
    ----------
    source, target
        The plans; there is no record beside the target.

    Raises
    ------
    LayerFileError
        If the record cannot be read or written.
    """
    path = record.record_of(source)
    if not path.exists():
        return
    place = record.record_of(target)
    with still(path) as file, replacing(place, private=True) as draft:
        shutil.copyfile(file, draft)


def forget_in_publications(path: Path, people: Mapping[str, str], *, dry_run: bool = False) -> int:
    """Put numbers in the place of people whom the town no longer keeps, in all versions.

    Ground, days and codes stay, and so do their digests; that of the people is made anew.

    Parameters
    ----------
    path
        The plan.
    people
        The number of each person from now on, by id.
    dry_run
        Only count.

    Returns
    -------
    How many of them were named in a published version.
    """
    with record.reading(path) as base:
        if base is None or not people:
            return 0
        known = {row[0] for row in base.execute("SELECT DISTINCT row_key FROM people")}
        names = {row[0]: row[1] for row in base.execute("SELECT row_key, name FROM people")}
        crs = record.crs_of(base)
    found = sorted(known & set(people))
    if dry_run or not found:
        return len(found)
    with holding_plan(path), record.changing(path, crs) as base:
        plain = ("office", "skills", "home_code", "present_grid", "roles")
        blank = ", ".join(f"{name} = ''" for name in plain)
        for person in found:
            number = people[person]
            base.execute(
                f"UPDATE people SET row_key = ?, name = ?, {blank} WHERE row_key = ?",
                (number, number, person),
            )
            base.execute(
                "UPDATE assignments SET person_id = ?, reason = '', reason_zh = '' "
                "WHERE person_id = ?",
                (number, person),
            )
            if names[person]:  # sentences of others that name them
                base.execute(
                    "UPDATE assignments SET reason = replace(reason, ?, ?), "
                    "reason_zh = replace(reason_zh, ?, ?)",
                    (names[person], number) * 2,
                )
        _prove_again(base)
    return len(found)


def _prove_again(base: sqlite3.Connection) -> None:
    """Make the digests of people anew."""
    for table in PEOPLE:
        columns = ", ".join(f'"{name}"' for name in TABLES[table])
        rows = base.execute(f"SELECT fid, row_key, {columns} FROM {table}").fetchall()
        base.executemany(
            f"UPDATE {table} SET digest = ? WHERE fid = ?",
            [(row_digest(table, (row[1], row[2:], None)), row[0]) for row in rows],
        )
    for version in record.versions_in(base):
        digest = content_digest(base, PEOPLE, version.serial)
        base.execute("UPDATE versions SET people = ? WHERE serial = ?", (digest, version.serial))
