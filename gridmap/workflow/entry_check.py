"""One file of a town, read as dividing will read it: what would stop there is known here already.

The page of the data shows a file as settled only when it has been read like this. The readers are
those of `gridmap.town.town`; nothing is decided here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pydantic import ValidationError
from pyproj import CRS

from boundaries.hierarchy.consistency import require_sound_hierarchy
from gridmap.rules.entries import Entry, Role, entries_of
from gridmap.rules.faults import rule_faults
from gridmap.rules.files import (
    Context,
    File,
    Hierarchy,
    Layer,
    Register,
    Roster,
    TableFile,
    Units,
)
from gridmap.rules.governance import Boards, Business, Cases, Groups, Sites
from gridmap.rules.text import get_value, set_value
from gridmap.town.departments import business_of, cases_of
from gridmap.town.groups import groups_of
from gridmap.town.registered import read_board_list, read_objects
from gridmap.town.surroundings import read_surroundings
from gridmap.workflow.roster_check import RosterFacts, find_odd_entries, roster_facts
from layers.contract.columns import GROUND, empty_frame
from layers.contract.errors import GridmapError, LayerSchemaError, quoted
from layers.contract.issues import join_issues, make_issues
from layers.contract.phrases import few_texts
from layers.landuse.grids import HEADERS, read_hierarchy
from layers.landuse.ground import read_ground_and_issues
from layers.landuse.lines import read_lines
from layers.location.crs import WORK_CRS, parse_work_crs
from layers.location.site_shift import SiteVerdict, judge_sites
from layers.reading.features import Declared
from layers.registers.grid_names import with_grid_codes
from layers.registers.roster import RULE as ROSTER_RULE
from layers.registers.roster import read_roster_and_issues
from layers.registers.roster_columns import ROSTER_KEYS
from layers.registers.sites import read_sites

__all__ = ["Trial", "check_entry", "check_sites", "with_code_of_hierarchy"]

_MODELS: Mapping[Role, type[TableFile]] = {
    "hierarchy": Hierarchy,
    "layer": Layer,
    "roads": File,
    "barriers": File,
    "growth_boundary": File,
    "context": Context,
    "unit": Units,
    "register": Register,
    "roster": Roster,
    "site": Sites,
    "group": Groups,
    "board": Boards,
    "cases": Cases,
    "business": Business,
}


@dataclass(frozen=True)
class Trial:
    """What came of reading a file as dividing will."""

    issues: gpd.GeoDataFrame  # ISSUES: what dividing will tell of the file
    people: RosterFacts | None = None  # of a roster
    objects: gpd.GeoDataFrame | None = None  # OBJECTS of a register


def has_lost_people(trial: Trial) -> bool:
    """Whether a roster has people whom dividing will leave out, or who can take no post."""
    told = trial.issues
    return bool(((told["rule"] == ROSTER_RULE) & (told["severity"] == "error")).any())


def check_entry(
    folder: Path,
    role: Role,
    values: Mapping[str, Any],
    crs: CRS,
    *,
    grids: gpd.GeoDataFrame | None = None,
) -> Trial:
    """Read a file of a town as the rules name it.

    Parameters
    ----------
    folder
        Of the town.
    role
        What the file is.
    values
        Its table in the rules.
    crs
        Work CRS of the town, in metres.
    grids
        HIERARCHY of the town, for the homes and present grids of its roster.

    Raises
    ------
    GridmapError
        As dividing would be stopped.
    """
    _require_good_entry(role, values)
    path = folder / str(values["file"])
    text = _texts(values)
    layer, declared = text.get("layer"), _declared(text)
    if role == "roster":
        return _try_roster(path, text, crs, grids, _roles_named(folder))
    if role == "hierarchy":
        read, issues = _hierarchy(path, text, crs)
        return Trial(join_issues([issues, require_sound_hierarchy(read)], crs))
    if role == "register":
        objects, issues = read_objects(folder, Register.model_validate(dict(values)), crs)
        return Trial(issues, objects=objects)
    if role == "board":
        return Trial(read_board_list(folder, Boards.model_validate(dict(values)), crs)[1])
    if role == "site":
        columns = Sites.model_validate(dict(values)).columns()
        return Trial(read_sites(path, crs=crs, layer=layer, declared=declared, columns=columns)[1])
    if role == "group":
        return Trial(make_issues(groups_of(folder, Groups.model_validate(dict(values)))[2], crs))
    if role == "cases":
        return Trial(cases_of(path, Cases.model_validate(dict(values)), crs)[1])
    if role == "business":
        return Trial(business_of(path, Business.model_validate(dict(values)), crs)[1])
    if role in ("roads", "barriers"):
        return Trial(read_lines(path, crs=crs, layer=layer, declared=declared)[1])
    if role in ("context", "unit"):
        model = Context if role == "context" else Units
        return Trial(read_surroundings(folder, model.model_validate(dict(values)), crs)[1])
    return Trial(_ground(folder, path, role, text, crs)[1])


def check_sites(
    folder: Path, entries: Sequence[Entry], objects: gpd.GeoDataFrame, crs: CRS
) -> SiteVerdict | None:
    """Hold the sites of a register against the ground and the roads of the town, as dividing will.

    Parameters
    ----------
    folder, entries
        The town and all files that its rules name; those that cannot be read are left out.
    objects
        OBJECTS of the register.
    crs
        Work CRS of the town.
    """
    if objects.geometry.isna().all():
        return None
    grounds, roads = [], np.array([], dtype=object)
    for entry in entries:
        path, text = folder / entry.file, _texts(entry.values)
        try:
            if entry.role == "layer":
                grounds.append(_ground(folder, path, entry.role, text, crs)[0])
            elif entry.role == "roads":
                lines, _ = read_lines(
                    path, crs=crs, layer=text.get("layer"), declared=_declared(text)
                )
                roads = lines.geometry.to_numpy()
        except GridmapError:  # told at that file
            continue
    empty = gpd.GeoDataFrame(empty_frame(GROUND, index="row", crs=crs))
    ground = gpd.GeoDataFrame(pd.concat(grounds, ignore_index=True)) if grounds else empty
    return judge_sites(objects, ground, roads, crs)


def with_code_of_hierarchy(rules_text: str, folder: Path) -> str:
    """Take the code of a town from its hierarchy: it is there, and nobody types it twice.

    Parameters
    ----------
    rules_text
        The rules of the town; they need not be complete.
    folder
        Of the town.

    Returns
    -------
    The rules; the same where there is no hierarchy or work CRS yet, or it has not one top grid.
    """
    entry = next((one for one in entries_of(rules_text) if one.role == "hierarchy"), None)
    crs = str(get_value(rules_text, ("town", "crs"), ""))
    if entry is None or not crs:
        return rules_text
    try:
        work = parse_work_crs(crs, WORK_CRS)
        grids, _ = _hierarchy(folder / entry.file, _texts(entry.values), work)
    except (GridmapError, ValueError):  # told at the file
        return rules_text
    tops = [str(code) for code in grids.index[grids["level"] == 1]]
    known = str(get_value(rules_text, ("town", "code"), ""))
    if len(tops) != 1 or tops[0] == known:
        return rules_text
    return set_value(rules_text, ("town", "code"), tops[0])


def _require_good_entry(role: Role, values: Mapping[str, Any]) -> None:
    """Refuse what the rules would refuse when a plan is made."""
    model = _MODELS[role]
    try:
        model.model_validate(dict(values))
    except ValidationError as error:
        faults = few_texts(rule_faults(error, values, model), lines=True)
        name = str(values.get("file", ""))
        raise LayerSchemaError(
            f"What the rules say of {name!r} is not allowed:\n{faults.en}",
            f"规则中{quoted(name)}的条目有误：\n{faults.zh}",
        ) from None


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if isinstance(value, str) and value}


def _position(text: Mapping[str, str]) -> tuple[str, str] | None:
    both = text.get("x_column"), text.get("y_column")
    return (both[0], both[1]) if both[0] and both[1] else None


def _try_roster(
    path: Path,
    text: Mapping[str, str],
    crs: CRS,
    grids: gpd.GeoDataFrame | None,
    roles: Mapping[str, str],
) -> Trial:
    columns = {column: text[key] for column, key in ROSTER_KEYS.items() if key in text}
    people, notes = read_roster_and_issues(
        path, layer=text.get("layer"), encoding=text.get("encoding"), columns=columns,
        roles=roles,
    )  # fmt: skip
    if grids is not None:
        people, named = with_grid_codes(people, grids, file=path.name)
        notes = [*notes, *named, *find_odd_entries(people, grids, roles=set(roles.values()))]
    return Trial(make_issues(notes, crs), roster_facts(people, grids))


def _roles_named(folder: Path) -> dict[str, str]:
    """Give the roles of a town that is being put together by their words, as far as they go."""
    path = folder / "rules.toml"
    if not path.is_file():
        return {}
    given = get_value(path.read_text(encoding="utf-8-sig"), ["roles"], {})
    named = given.items() if isinstance(given, Mapping) else ()
    return {
        str(word): str(key)
        for key, role in named
        if isinstance(role, Mapping)
        for word in (key, role.get("name"), role.get("name_en"))
        if word
    }


def _hierarchy(
    path: Path, text: Mapping[str, str], crs: CRS
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    columns = {one: text[f"{one}_column"] for one in HEADERS if f"{one}_column" in text}
    return read_hierarchy(
        path, crs=crs, layer=text.get("layer"), declared=_declared(text), columns=columns
    )


def _ground(
    folder: Path, path: Path, role: Role, text: Mapping[str, str], crs: CRS
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    codes: str | Path | None = text.get("codes")
    if codes and (folder / codes).is_file():
        codes = folder / codes
    return read_ground_and_issues(
        path,
        crs=crs,
        layer=text.get("layer"),
        code_column=text.get("code_column"),
        codes=codes,
        record_column=text.get("record_column"),
        name_column=text.get("name_column"),
        category=text.get("category"),
        subclass="other_land" if role == "growth_boundary" else text.get("subclass"),
        declared=_declared(text),
    )


def _declared(text: Mapping[str, str]) -> Declared:
    return Declared(**{name: text.get(name) for name in ("crs", "datum", "encoding")})
