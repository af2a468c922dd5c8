"""Questions to the record of publications: the plan of a day, and what changed between versions."""

import sqlite3
from pathlib import Path

import geopandas as gpd
import pandas as pd

from boundaries.hierarchy.codes import Issued
from gridmap.plan.plan import Plan
from gridmap.publications import record
from gridmap.publications.checking import require_whole
from gridmap.publications.form import CODES, LINEAGE, TABLES, frame_of
from gridmap.publications.lineage import lineage_between, same_ground, successors
from gridmap.publications.refusals import day_of
from gridmap.publications.version import Version
from gridmap.rules import parse_rules
from gridmap.rules.publishing import Publish
from gridmap.store import load_plan
from gridmap.store.glance import rules_in
from layers.contract import columns
from layers.contract.errors import PlanError, quoted

__all__ = ["changes_between", "decided_last", "find_version", "issued_beside", "lineage_of",
           "plan_of", "published_codes", "town_codes_of", "version_on", "versions_of"]  # fmt: skip

# What belongs to the place and not to a version; it comes from the plan as it is today.
OF_THE_PLACE = ("barriers", "context", "units")
_NO_RECORD = PlanError(
    "Nothing of this plan was published yet. 'python -m gridmap publish PLAN' makes a version.",
    "该方案尚未发布过。可用 python -m gridmap publish 发布。",
)


def versions_of(path: Path | str) -> list[Version]:
    """List the published versions of a plan, the first first; none when nothing was published.

    Raises
    ------
    LayerFileError
        If there is a record that cannot be read.
    """
    with record.reading(path) as base:
        return record.versions_in(base) if base is not None else []


def find_version(path: Path | str, number: str) -> Version:
    """Give the version of a number.

    Raises
    ------
    PlanError
        If there is none.
    """
    versions = versions_of(path)
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        known = ", ".join(one.number for one in versions) or "none"
        known_zh = quoted(*(one.number for one in versions)) or "无"
        raise PlanError(
            f"There is no published version {number!r}. Published: {known}.",
            f"没有已发布的版本{quoted(number)}。已发布：{known_zh}。",
        )
    return found


def version_on(path: Path | str, day: str) -> Version:
    """Give the version that was in force on a day (ISO).

    Raises
    ------
    UsageError
        If the day is none.
    PlanError
        If none was in force then.
    """
    iso = day_of(day).isoformat()
    with record.reading(path) as base:
        if base is None:
            raise _NO_RECORD
        return version_in(base, iso)


def version_in(base: sqlite3.Connection, iso: str) -> Version:
    """Give the version of a record that was in force on a day."""
    versions = record.versions_in(base)
    found = next((one for one in versions if one.holds_on(iso)), None)
    if found is None:
        first = versions[0]
        raise PlanError(
            f"No version was in force on {iso}: the first, {first.number!r}, begins on "
            f"{first.first_day}. Ask for that day or a later one.",
            f"{iso} 尚无版本生效：第一个版本{quoted(first.number)}自 {first.first_day} 起。"
            "请查询该日或以后的日期。",
        )
    return found


def decided_last(path: Path | str) -> Publish:
    """Give what is decided by now about what may go out: it holds for all versions.

    That is what the last version says. What the plan has found out since counts as well, for a plan
    whose layers are state secrets is never published: that they are, and records that are
    sensitive. A plan that is not there any more says nothing.

    Raises
    ------
    PlanError
        If nothing was published.
    LayerFileError
        If the record or the plan cannot be read.
    """
    with record.reading(path) as base:
        if base is None:
            raise _NO_RECORD
        last = record.versions_in(base)[-1]
        (row,) = record.rows_in(base, "rules", last.serial)
    decided = parse_rules(row[1][0]).publish
    if not Path(path).exists():
        return decided
    now = rules_in(path).publish
    source = now if now.is_secret else decided
    return decided.model_copy(
        update={
            "source_classification": source.source_classification,
            "sensitive_records": (*decided.sensitive_records, *now.sensitive_records),
        }
    )


def town_codes_of(path: Path | str) -> list[str]:
    """List the codes that the town had in its published versions, each once; none without any."""
    with record.reading(path) as base:
        if base is None:
            return []
        rows = [record.rows_in(base, "rules", one.serial) for one in record.versions_in(base)]
    return sorted({parse_rules(row[1][0]).town.code for (row,) in rows})


def plan_of(path: Path | str, number: str, *, of_the_place: bool = True) -> Plan:
    """Give a published version as a plan, proven by its digests.

    It has no phones, no log of edits and no issues. Barriers, roads, buildings and units are those
    of the plan today, when it lies there.

    Parameters
    ----------
    path, number
        The plan and the number of the version.
    of_the_place
        Whether barriers, roads, buildings and units are asked for.

    Raises
    ------
    PlanError
        If there is no such version.
    LayerFileError
        If the record is damaged or was changed by another program.
    """
    version = find_version(path, number)
    with record.reading(path) as base:
        assert base is not None
        require_whole(base, Path(path), version)
        crs = record.crs_of(base)
        rows = {table: record.rows_in(base, table, version.serial) for table in TABLES}
        codes = [code for (code,) in base.execute("SELECT code FROM codes ORDER BY code")]
    text = rows.pop("rules")[0][1][0]
    receipt = {key: values[0] for key, values, _ in rows.pop("receipt")}
    frames = {table: frame_of(table, found, crs) for table, found in rows.items()}
    told = {"version": version.number, "valid_from": version.first_day,
            "valid_to": version.last_day, "reason": version.why, "plan_id": version.plan_id,
            # No edit of a draft gives a code again that was ever published.
            "supersedes": ";".join(sorted(set(codes) - set(frames["grids"].index)))}  # fmt: skip
    of_place = {}
    if of_the_place and Path(path).exists():
        today = load_plan(path)
        of_place = {name: getattr(today, name) for name in OF_THE_PLACE}
    return Plan(
        rules=parse_rules(text),
        rules_text=text,
        **frames,
        issues=columns.empty_frame(columns.ISSUES, index="issue", crs=crs),
        ledger=columns.empty_frame(columns.LEDGER, index="kind"),
        edits=columns.empty_frame(columns.EDITS, index="edit_id"),
        versions=pd.DataFrame([told], dtype="str"),
        receipt=receipt,
        **of_place,
    )


def published_codes(path: Path | str) -> pd.DataFrame:
    """List every code that was ever published, with its days and where its ground went.

    Returns
    -------
    One row a code, in order: `name`, `level`, `kind`, `parent_code`, `valid_from`, `valid_to`
    ("" while in force), `reason` it was given up for, `split_from`, `merged_into` (codes with ";").
    """
    with record.reading(path) as base:
        rows = [] if base is None else base.execute(
            f"SELECT {', '.join(CODES)} FROM codes ORDER BY code").fetchall()  # fmt: skip
    return pd.DataFrame(rows, columns=[*CODES]).set_index("code")


def issued_beside(path: Path | str) -> Issued | None:
    """Give the codes that a new division at the place of a plan may not give to other ground."""
    with record.reading(path) as base:
        if base is None:
            return None
        last = record.versions_in(base)[-1].serial
        grids = frame_of("grids", record.rows_in(base, "grids", last), record.crs_of(base))
        codes = frozenset(code for (code,) in base.execute("SELECT code FROM codes"))
    return Issued(codes, grids.geometry[grids["kind"] == "micro"])


def lineage_of(path: Path | str, code: str) -> pd.DataFrame:
    """List where the ground of a grid came from and went to, version by version, with shares."""
    with record.reading(path) as base:
        rows = [] if base is None else base.execute(
            f"SELECT {', '.join(LINEAGE)} FROM lineage WHERE code = ? OR successor = ? "
            "ORDER BY version, code, successor", (code, code)).fetchall()  # fmt: skip
    return pd.DataFrame(rows, columns=[*LINEAGE])


def changes_between(path: Path | str, first: str, second: str) -> pd.DataFrame:
    """Say what changed between two published versions, grid by grid.

    Returns
    -------
    One row for each grid that is not the same, by `code`: `name`, `level`, `change` (new, gone,
    ground, people, attributes; with ";" where several are), `area_before`, `area_after` in m²,
    `people_before`, `people_after` (names with ";"), and `successors` of its ground.
    """
    numbers = (find_version(path, first), find_version(path, second))
    with record.reading(path) as base:
        assert base is not None
        crs = record.crs_of(base)
        states = [
            {table: frame_of(table, record.rows_in(base, table, one.serial), crs)
             for table in ("grids", "patches", "people", "posts", "assignments")}
            for one in numbers
        ]  # fmt: skip
    return _changes(*states)


def _changes(one: dict[str, gpd.GeoDataFrame], two: dict[str, gpd.GeoDataFrame]) -> pd.DataFrame:
    before, after = one["grids"], two["grids"]
    lineage = lineage_between(one["patches"], two["patches"], before, after)
    same, people = same_ground(before, after), (_people(one), _people(two))
    plain = [name for name in ("name", "label", "category", "subclass", "family", "load_h",
                               "households", "officers", "objects")]  # fmt: skip
    rows = []
    for code in sorted({*before.index, *after.index}):
        told = []
        if code not in before.index:
            told.append("new")
        elif code not in after.index:
            told.append("gone")
        else:
            if code not in same:
                told.append("ground")
            if people[0].get(code) != people[1].get(code):
                told.append("people")
            if (before.loc[code, plain] != after.loc[code, plain]).any():
                told.append("attributes")
        if told:
            row = (after if code in after.index else before).loc[code]
            rows.append(
                {
                    "code": code, "name": row["label"] or row["name"], "level": int(row["level"]),
                    "change": ";".join(told),
                    "area_before": float(before["area_m2"].get(code, 0.0)),
                    "area_after": float(after["area_m2"].get(code, 0.0)),
                    "people_before": ";".join(people[0].get(code, ())),
                    "people_after": ";".join(people[1].get(code, ())),
                    "successors": ";".join(successors(lineage, code)),
                }
            )  # fmt: skip
    names = ["code", "name", "level", "change", "area_before", "area_after", "people_before",
             "people_after", "successors"]  # fmt: skip
    return pd.DataFrame(rows, columns=names).set_index("code")


def _people(state: dict[str, pd.DataFrame]) -> dict[str, tuple[str, ...]]:
    """Name who is on post in every grid."""
    rows = state["assignments"]
    rows = rows[(rows["status"] == "filled") & (rows["grid_code"] != "")]
    names = rows["person_id"].map(state["people"]["name"])
    return {str(code): tuple(sorted(group)) for code, group in names.groupby(rows["grid_code"])}
