"""Whether a record of publications is as it was written: row by row, and version by version."""

import sqlite3
from pathlib import Path

from gridmap.publications import record
from gridmap.publications.form import GROUND, PEOPLE, VERSIONS, row_digest, values_digest
from gridmap.publications.version import Version
from layers.contract.errors import LayerFileError, Named, quoted

__all__ = ["chain_of", "check_record", "content_digest", "require_whole"]


def check_record(path: Path | str) -> list[Named]:
    """Compare all versions of a record with their digests; nothing when all are as written.

    Raises
    ------
    LayerFileError
        If it cannot be read at all.
    """
    told: list[Named] = []
    with record.reading(path) as base:
        chain = ""
        for version in record.versions_in(base) if base is not None else []:
            assert base is not None
            told += _content_faults(base, version)
            if chain_of(version, chain) != version.chain:
                told.append(
                    _said(version, "number, days, author or reason", "版本号、日期、发布人或原因")
                )
            chain = version.chain
    return told


def require_whole(base: sqlite3.Connection, path: Path, version: Version) -> None:
    """Refuse a version whose content is not as it was published.

    Raises
    ------
    LayerFileError
        If it is damaged, or another program has changed it.
    """
    faults = _content_faults(base, version)
    if faults:
        place = record.record_of(path)
        raise LayerFileError(
            f"{str(place)!r}: {faults[0].en} Bring the file back from a backup.",
            f"{quoted(place)}：{faults[0].zh}请从备份恢复该文件。",
        )


def content_digest(base: sqlite3.Connection, tables: tuple[str, ...], serial: int) -> str:
    """Give the digest of tables of a version, from the values that are there now."""
    return values_digest(
        [
            (table, sorted(row_digest(table, row) for row in record.rows_in(base, table, serial)))
            for table in tables
        ]
    )


def chain_of(version: Version, before: str) -> str:
    """Give the digest of what is said of a version, and of all versions before."""
    left_out = {"last_day", "people", "chain"}
    told = [version.serial, *(getattr(version, one) for one in VERSIONS if one not in left_out)]
    return values_digest([*told, before])


def _content_faults(base: sqlite3.Connection, version: Version) -> list[Named]:
    told = []
    if content_digest(base, GROUND, version.serial) != version.ground:
        told.append(_said(version, "grids, patches, objects or rules", "网格、图斑、对象或规则"))
    if content_digest(base, PEOPLE, version.serial) != version.people:
        told.append(_said(version, "people or posts", "人员或岗位"))
    return told


def _said(version: Version, what: str, what_zh: str) -> Named:
    return Named(
        f"Version {version.number!r} is not as it was published ({what}): the file is damaged, "
        "or another program has changed it.",
        f"版本{quoted(version.number)}与发布时不同（{what_zh}）：文件已损坏，或被其他程序改动。",
    )
