"""Findings become a town: its rules with every file named, and the files that were made for it.

The files that were given stay as they are; what was derived, repaired or chosen lies beside them.
What cannot be read as dividing will is left out and named, so that the rest goes on.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from boundaries.export.csv_table import csv_bytes
from gridmap.first_town.choices import Choices
from gridmap.first_town.finding import Finding, declared_for
from gridmap.first_town.findings import MADE_CODES, MADE_GRIDS, MADE_PEOPLE, Findings
from gridmap.first_town.guess import CODES, OTHER
from gridmap.first_town.land_codes import table_for
from gridmap.first_town.questions import loser_of_overlap
from gridmap.first_town.roster.repair import repaired
from gridmap.rules.entries import Entry, Role, declare
from gridmap.rules.text import set_value
from gridmap.workflow.entry_check import Trial, check_entry, check_sites
from layers.contract.errors import GridmapError, Named
from layers.files.atomic import write_atomically
from layers.location.crs import WORK_CRS, parse_work_crs
from layers.registers.roster_columns import HEADERS

__all__ = ["Settled", "lacks_of", "settle"]

_DATUMS = {"GCJ-02": "gcj02", "BD-09": "bd09"}
_UNSAFE = re.compile(r"[^\w-]")


@dataclass(frozen=True)
class Settled:
    """The rules of the town, and what did not get in."""

    text: str
    left_out: tuple[Named, ...]
    made: tuple[str, ...]  # files that were made


def lacks_of(findings: Findings) -> list[str]:
    """Say what a plan still needs: "files", "crs", "hierarchy", "layer", in that order."""
    needs = {
        "files": not findings.found,
        "crs": bool(findings.found) and not findings.crs,
        "hierarchy": findings.tree is None,
        "layer": not findings.of_role("layer") or findings.ground.empty,
    }
    return [part for part, lacks in needs.items() if lacks]


def settle(folder: Path, findings: Findings, choices: Choices, text: str) -> Settled:
    """Write the files that a town needs into its folder and give its rules.

    Parameters
    ----------
    folder
        With the files of the findings. Files that were made before are replaced.
    findings, choices
        What there is and what was decided.
    text
        Rules to start from.

    Returns
    -------
    The rules, which are not written; nothing is lacking but what `lacks_of` says.
    """
    made: list[str] = []
    left: list[Named] = []
    text = _town(text, findings, choices)
    text = _hierarchy(folder, findings, text, made)
    work = parse_work_crs(findings.crs, WORK_CRS)
    loser = loser_of_overlap(findings, choices)
    settled: list[Entry] = []
    for one in findings.found:
        if one.role in ("hierarchy", CODES, OTHER) or one.key == loser:
            continue
        values = _values(folder, one, findings, choices, made)
        role: Role = one.role  # type: ignore[assignment]
        try:
            tried = check_entry(folder, role, values, work)
        except (GridmapError, ValueError, KeyError) as error:
            left.append(_left_out(one, error))
            continue
        values = _with_datum(folder, role, values, tried, settled, findings)
        settled.append(Entry(role, (), one.looked.file, one.looked.found.layer, values))
        text = declare(text, role, values)
    return Settled(text, tuple(left), tuple(made))


def _town(text: str, findings: Findings, choices: Choices) -> str:
    tree = findings.tree
    top = tree.grids[tree.grids["level"] == 1].iloc[0] if tree is not None else None
    name = choices.answers.get("name", "").strip() or (str(top["name"]) if top is not None else "")
    code = str(top["code"]) if top is not None else choices.answers.get("code", "")
    for key, value in (("name", name or "新乡镇"), ("code", code), ("crs", findings.crs)):
        text = set_value(text, ("town", key), value)
    hours, target = choices.answers.get("hours", ""), choices.answers.get("target", "")
    if hours:
        text = set_value(text, ("capacity", "officer_hours"), float(hours))
    if target:
        text = set_value(text, ("split", "target"), int(target))
    return text


def _hierarchy(folder: Path, findings: Findings, text: str, made: list[str]) -> str:
    tree, given = findings.tree, findings.of_role("hierarchy")
    if tree is None:
        return text
    if not tree.is_made and len(given) == 1:
        return declare(text, "hierarchy", _base(given[0]))
    frame = gpd.GeoDataFrame(tree.grids).rename_axis(None)
    write_atomically(
        folder / MADE_GRIDS, frame.to_json(drop_id=True, ensure_ascii=False).encode(),
        overwrite=True, private=True,
    )  # fmt: skip
    made.append(MADE_GRIDS)
    return declare(text, "hierarchy", {"file": MADE_GRIDS})


def _values(
    folder: Path, one: Finding, findings: Findings, choices: Choices, made: list[str]
) -> dict[str, Any]:
    """Give the entry of a layer in the rules, and write what it needs beside it."""
    if one.role == "roster" and findings.roster is not None and findings.roster.key == one.key:
        if not findings.roster.repairs:
            return _base(one)
        people = repaired(findings.roster.rows, findings.roster.repairs, refused=choices.refused)
        used = [
            name for name in HEADERS if (people[name] != "").any() or name in ("person_id", "name")
        ]
        data = csv_bytes(
            [HEADERS[name][0] for name in used], people[used].itertuples(index=False, name=None)
        )
        write_atomically(folder / MADE_PEOPLE, data, overwrite=True, private=True)
        made.append(MADE_PEOPLE)
        return {"file": MADE_PEOPLE}
    values = _base(one)
    if one.role == "layer" and "code_column" in values:
        values["codes"] = _codes(folder, one, findings, choices, made) or values["codes"]
    return values


def _codes(
    folder: Path, one: Finding, findings: Findings, choices: Choices, made: list[str]
) -> str:
    """Write a table of codes for a layer whose classes no system has, or some were chosen of."""
    classes = findings.classes[findings.classes["key"] == one.key]
    chosen = any(key.rpartition("|")[0] == one.key for key in choices.targets)
    if one.guess.values.get("codes") and not chosen:
        return ""
    name = f"{MADE_CODES}{_UNSAFE.sub('-', Path(one.looked.file).stem)[:24]}.csv"
    data = csv_bytes(["编码", "类别"], table_for(classes))
    write_atomically(folder / name, data, overwrite=True)
    made.append(name)
    return name


def _base(one: Finding) -> dict[str, Any]:
    declared = declared_for(one)
    values: dict[str, Any] = {"file": one.looked.file}
    if not one.looked.alone:
        values["layer"] = one.looked.found.layer
    known: Mapping[str, Any] = one.guess.values
    values |= {key: value for key, value in known.items() if key not in ("file", "layer")}
    values |= {"crs": declared.crs, "datum": declared.datum}
    return {key: value for key, value in values.items() if value not in (None, "")}


def _with_datum(
    folder: Path,
    role: Role,
    values: dict[str, Any],
    tried: Trial,
    settled: list[Entry],
    findings: Findings,
) -> dict[str, Any]:
    """Undo the shift of a web map that the sites of a register show against the ground."""
    objects = tried.objects
    if role != "register" or objects is None or "datum" in values:
        return values
    if objects.geometry.isna().all():
        return values
    work = parse_work_crs(findings.crs, WORK_CRS)
    others = [one for one in settled if one.role in ("layer", "roads")]
    try:
        verdict = check_sites(folder, others, objects, work)
    except (GridmapError, ValueError, KeyError):
        return values
    if verdict is None or verdict.state != "shifted" or verdict.shift is None:
        return values
    kind = _DATUMS.get(verdict.shift.kind, "")
    return {**values, "datum": kind} if kind else values


def _left_out(one: Finding, error: Exception) -> Named:
    en, zh = (str(error), error.zh) if isinstance(error, GridmapError) else (str(error), "无法读取")
    return Named(f"{one.looked.file!r} is left out: {en}", f"“{one.looked.file}”未采用：{zh}")
