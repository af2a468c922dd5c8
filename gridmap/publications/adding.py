"""What was published before, and the rows that a version adds to the record."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from gridmap.plan.plan import Plan
from gridmap.publications import record
from gridmap.publications.checking import require_whole
from gridmap.publications.form import CODES, LINEAGE, frame_of, row_digest, rows_of
from gridmap.publications.lineage import successors
from gridmap.publications.version import Version

__all__ = ["Before", "add_codes", "add_lineage", "add_table", "before_of"]


@dataclass(frozen=True)
class Before:
    """What was published before, as far as the next version needs it."""

    versions: list[Version]
    grids: pd.DataFrame | None = None  # of the last version
    patches: pd.DataFrame | None = None
    codes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(CODES)))

    @property
    def retired(self) -> Mapping[str, str]:
        """Codes that were given up, with their last day."""
        gone = self.codes[self.codes["valid_to"] != ""]
        return dict(zip(gone["code"], gone["valid_to"], strict=True))


def before_of(path: Path) -> Before:
    """Read what was published of a plan before."""
    with record.reading(path) as base:
        if base is None:
            return Before([])
        versions = record.versions_in(base)
        require_whole(base, path, versions[-1])
        crs, last = record.crs_of(base), versions[-1].serial
        names = ", ".join(CODES)
        return Before(
            versions,
            frame_of("grids", record.rows_in(base, "grids", last), crs),
            frame_of("patches", record.rows_in(base, "patches", last), crs),
            pd.DataFrame(base.execute(f"SELECT {names} FROM codes").fetchall(), columns=[*CODES]),
        )


def add_table(base: sqlite3.Connection, plan: Plan, table: str, serial: int) -> None:
    """Add the rows of a table that are not as in the version before, and close those that were."""
    known = record.open_rows(base, table)
    rows = {row[0]: row for row in rows_of(plan, table)}
    new = [row for key, row in rows.items() if known.get(key, (0, ""))[1] != row_digest(table, row)]
    changed = {row[0] for row in new}
    gone = [fid for key, (fid, _) in known.items() if key not in rows or key in changed]
    record.close_rows(base, table, gone, serial - 1)
    record.add_rows(base, table, new, serial)


def add_lineage(base: sqlite3.Connection, lineage: pd.DataFrame, version: Version) -> None:
    """Keep where ground went, of all grids that are not the same as before."""
    whole = (lineage["code"] == lineage["successor"]) & (lineage["area_share"] >= 1 - 1e-9)
    alone = lineage.groupby("successor")["code"].transform("size") == 1
    names = [name for name in LINEAGE if name != "version"]
    rows = lineage.loc[~(whole & alone), names].astype(object).to_numpy().tolist()
    marks = ", ".join("?" * len(LINEAGE))
    base.executemany(
        f"INSERT INTO lineage ({', '.join(LINEAGE)}) VALUES ({marks})",
        [(version.serial, *row) for row in rows],
    )


def add_codes(
    base: sqlite3.Connection, plan: Plan, before: Before, lineage: pd.DataFrame, version: Version
) -> None:
    """Enter new codes, and close those that are given up; no code ever leaves the list."""
    end = (date.fromisoformat(version.first_day) - timedelta(days=1)).isoformat()
    known = set(before.codes["code"])
    was = set(before.grids.index) if before.grids is not None else set()
    for code, row in plan.grids[~plan.grids.index.isin(known)].iterrows():
        came = lineage.loc[lineage["successor"] == code].sort_values("area_m2", ascending=False)
        base.execute(
            f"INSERT INTO codes ({', '.join(CODES)}) VALUES ({', '.join('?' * len(CODES))})",
            (
                *(code, row["label"] or row["name"], int(row["level"]), row["kind"]),
                *(row["parent_code"], version.serial, version.first_day, None, ""),
                *("", ";".join(map(str, came["code"])), ""),
            ),
        )
    for code in sorted(was - set(plan.grids.index)):
        base.execute(
            "UPDATE codes SET last_version = ?, valid_to = ?, reason = ?, merged_into = ? "
            "WHERE code = ?",
            (version.serial - 1, end, version.why, ";".join(successors(lineage, code)), code),
        )
    # The ground that a grid had until now is dated in the layer too.
    changed = plan.grids.index[(plan.grids["valid_from"] == version.first_day).to_numpy()]
    for code in sorted((was - set(plan.grids.index)) | (was & set(changed))):
        base.execute(
            "UPDATE grids SET valid_to = ? WHERE row_key = ? AND valid_to = '' "
            "AND to_version IS NOT NULL",
            (end, code),
        )
