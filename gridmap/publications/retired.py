"""Codes that are no longer, as the record of publications has them; else as the log of edits says.

What was published is told by the record alone: the day, the reason, who has the ground and how much
of it. The log adds what was given up since and is not published yet.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gridmap.edits.moves.retired import retired_codes
from gridmap.plan.plan import Plan
from gridmap.publications import record
from gridmap.publications.asking import plan_of, versions_of
from gridmap.publications.version import Version
from gridmap.publish.release import release
from layers.contract.errors import PlanError

__all__ = ["retired_of"]

_SHARES = ("area_share", "households_share", "load_share")


def retired_of(plan: Plan, path: Path | str | None) -> list[dict[str, Any]] | None:
    """List the codes that a plan has no more, in order of code.

    Parameters
    ----------
    plan
        The plan as it may go out.
    path
        File of the plan, beside which its record may lie; None for a plan that has none.

    Returns
    -------
    `grid_code`; `retired_on`, the first day without it; `reason`; `successors`, codes that took its
    ground then, the largest part first: these may be retired by now themselves. From the record
    also `version`, the number of the version that has it no more, `note`, why that was published,
    and `shares`: for each successor its shares of area, households and load. The public gets
    codes that were public in the last version that had them, without note, and without shares,
    which would tell of hidden ground; None where nothing was published, as a copy has no log.
    """
    known: list[dict[str, Any]] | None = None
    if path is not None:
        with record.reading(path) as base:
            if base is not None:
                known = list(_rows(base, plan))
    if plan.is_redacted:
        return None if known is None or path is None else _for_public(known, plan, path)
    from_log = retired_codes(plan)
    listed = {row["grid_code"] for row in known or []}
    found = [*(known or []), *(row for row in from_log if row["grid_code"] not in listed)]
    return sorted(found, key=lambda row: str(row["grid_code"]))


def _rows(base: sqlite3.Connection, plan: Plan) -> Iterator[dict[str, Any]]:
    """Read the codes that were given up with the version of the plan, or before."""
    versions = {one.serial: one for one in record.versions_in(base)}
    own = [one.serial for one in versions.values() if one.number == plan.rules.town.version]
    until = own[0] if own else max(versions)
    there = set(plan.grids.index)
    given_up = base.execute(
        "SELECT code, last_version + 1 FROM codes WHERE last_version < ? ORDER BY code", (until,)
    ).fetchall()
    for code, serial in given_up:
        if code not in there:
            yield _row(base, code, versions[serial])


def _row(base: sqlite3.Connection, code: str, version: Version) -> dict[str, Any]:
    shares = base.execute(
        f"SELECT successor, {', '.join(_SHARES)} FROM lineage WHERE version = ? AND code = ? "
        "ORDER BY area_m2 DESC, successor",
        (version.serial, code),
    ).fetchall()
    kind = {0: "given up", 1: "merged"}.get(len(shares), "divided among others")
    return {
        "grid_code": code,
        "retired_on": version.first_day,
        "reason": kind,
        "successors": [row[0] for row in shares],
        "version": version.number,
        "note": version.why,
        "shares": [dict(zip(("grid_code", *_SHARES), row, strict=True)) for row in shares],
    }


def _for_public(rows: list[dict[str, Any]], plan: Plan, path: Path | str) -> list[dict[str, Any]]:
    """Leave out what was not public in the last version that had it, and what nobody may know."""
    before = {one.number: one.predecessor for one in versions_of(path)}
    public = {
        number: _public_codes(path, before[number]) for number in {r["version"] for r in rows}
    }
    may_be_named = set(plan.grids.index).union(*public.values())
    kept = ("grid_code", "retired_on", "reason", "version")
    return [
        {key: row[key] for key in kept}
        | {"successors": [code for code in row["successors"] if code in may_be_named]}
        for row in rows
        if row["grid_code"] in public[row["version"]]
    ]


def _public_codes(path: Path | str, number: str) -> set[str]:
    """Give the codes that the public had of a version."""
    try:
        return set(release(plan_of(path, number), public=True).grids.index)
    except PlanError:  # all of its ground is hidden
        return set()
