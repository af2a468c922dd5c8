"""What there is in the files of a first town, all of them together: the picture before the plan.

Pure: the same files and choices give the same findings. What reads a file may be given by the
caller, who keeps what was read.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.first_town.choices import Choices
from gridmap.first_town.column_roles import grid_columns, person_columns
from gridmap.first_town.finding import Finding, read_finding
from gridmap.first_town.guess import CODES, OTHER, Guess, guess_role
from gridmap.first_town.land import classify_ground, overlaps_of
from gridmap.first_town.looking import Looked, Unread, look_at
from gridmap.first_town.roster.posts import GridNames
from gridmap.first_town.roster.repair import Repair, find_repairs, standard_rows
from gridmap.first_town.trees.make import Tree, make_tree
from gridmap.rules.entries import PLACELESS
from layers.contract.errors import GridmapError, Named, quoted
from layers.files.paths import input_files
from layers.location.crs_guess import pick_work_crs
from layers.registers.roster_columns import ROSTER_KEYS

__all__ = [
    "MADE_CODES",
    "MADE_GRIDS",
    "MADE_PEOPLE",
    "Findings",
    "Roster",
    "find_out",
    "inputs_of",
    "stamp_of",
]

_SIDE = (".shx", ".dbf", ".prj", ".cpg")
_NEVER = {"rules.toml", "readme.md"}
# What settling makes beside the files that were given; it is no input when they are looked at anew.
MADE_GRIDS, MADE_PEOPLE, MADE_CODES = "网格体系-整理.geojson", "花名册-整理.csv", "地类对照-"


@dataclass(frozen=True)
class Roster:
    """The people of a town as they stand in the file, and what can be repaired."""

    key: str
    rows: pd.DataFrame  # under our names of columns
    repairs: tuple[Repair, ...]
    notes: tuple[Named, ...]  # what reading left out or put together, such as the header


@dataclass(frozen=True)
class Findings:
    """All that is known of the files."""

    found: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    crs: str  # work CRS; "" while no place is known
    tree: Tree | None
    tree_fault: GridmapError | None
    classes: pd.DataFrame  # see `land_codes.classes_of`, with `key` of the layer; areas of all
    ground: gpd.GeoDataFrame  # target, known, code, geometry in the work CRS
    roster: Roster | None
    overlaps: tuple[tuple[str, str, float], ...] = ()  # two maps of land use, hectares of both
    outline: gpd.GeoSeries | None = field(default=None, repr=False)

    def of_role(self, *roles: str) -> list[Finding]:
        """List the layers of roles, in order of the files."""
        return [one for one in self.found if one.role in roles]


Look = Callable[[Path], Sequence[Looked | Unread]]


def inputs_of(folder: Path) -> list[Path]:
    """List the inputs in a folder in order of name; parts of a shapefile go with their .shp."""
    paths = [one for one in sorted(folder.iterdir()) if one.name[0] != "."]
    stems = {one.stem.lower() for one in paths if one.suffix.lower() == ".shp"}
    return [
        one
        for one in paths
        if one.name.lower() not in _NEVER
        and one.name not in (MADE_GRIDS, MADE_PEOPLE)
        and not one.name.startswith(MADE_CODES)
        and not one.name.endswith(("-wal", "-shm", "-journal"))
        and (one.is_file() or one.suffix.lower() == ".gdb")
        and not (one.suffix.lower() in _SIDE and one.stem.lower() in stems)
    ]


def find_out(folder: Path, choices: Choices, *, look: Look = look_at) -> Findings:
    """Look at all files of a folder together.

    Parameters
    ----------
    folder
        Of the town that is being made.
    choices
        What a person has decided; it comes before what is guessed.
    look
        What reads a file; the caller may keep what it gave.
    """
    seen = [one for path in inputs_of(folder) for one in look(path)]
    looked = [one for one in seen if isinstance(one, Looked)]
    unread = tuple(one for one in seen if isinstance(one, Unread))
    guesses = _one_each([_guess(one, choices) for one in looked], looked, choices)
    crs = choices.answers.get("crs", "") or _work_crs(looked, choices)
    found = [
        _placed_finding(one, guess, choices, crs)
        for one, guess in zip(looked, guesses, strict=True)
    ]
    tree, fault, outline = _tree(folder, found, crs, choices)
    ground, classes, found = classify_ground(folder, found, crs, outline, choices)
    roster = _roster(found, tree)
    overlaps = overlaps_of(ground) if len(ground) else ()
    return Findings(
        tuple(found), unread, crs, tree, fault, classes, ground, roster, overlaps, outline
    )


def _guess(looked: Looked, choices: Choices) -> Guess:
    chosen = choices.roles.get(looked.key)
    if chosen is None:
        return guess_role(looked)
    why = Named("chosen by hand", "由您选定")
    return Guess(str(chosen["role"]), 1.0, why, dict(chosen["values"]))


def _one_each(guesses: list[Guess], looked: Sequence[Looked], choices: Choices) -> list[Guess]:
    """Let one file alone be the roster and one the roads: the surest, then the longest."""
    result = list(guesses)
    for role, instead in (("roster", OTHER), ("roads", "context"), ("growth_boundary", OTHER)):
        rivals = [at for at, one in enumerate(guesses) if one.role == role]
        rank = {
            at: (looked[at].key in choices.roles, guesses[at].sure, len(looked[at].cells), -at)
            for at in rivals
        }
        for at in sorted(rivals, key=lambda at: rank[at], reverse=True)[1:]:
            other = looked[max(rivals, key=lambda one: rank[one])].file
            why = Named(f"{other!r} is taken for it", f"已采用{quoted(other)}")
            values = {"kind": "road"} if instead == "context" else {}
            result[at] = Guess(instead, 0.5, why, values)
    return result


def _work_crs(looked: Sequence[Looked], choices: Choices) -> str:
    """Give the work CRS that suits most of what has a place."""
    told: Counter[str] = Counter()
    for one in looked:
        declared = choices.places.get(one.key, {}).get("crs")
        if declared and one.family != "table":
            told[_suits(one, declared)] += 2
        elif one.found.work_crs and one.found.crs_sure:
            told[one.found.work_crs] += 2
        elif one.found.work_crs:
            told[one.found.work_crs] += 1
    told.pop("", None)
    return min(told, key=lambda crs: (-told[crs], crs)) if told else ""


def _suits(looked: Looked, crs: str) -> str:
    try:
        places = looked.shapes.set_crs(crs, allow_override=True).to_crs(4326)
    except (ValueError, RuntimeError):
        return ""
    x, y = np.nanmedian(shapely.get_coordinates(shapely.centroid(places.to_numpy())), axis=0)
    return pick_work_crs(float(x), float(y)) if np.isfinite([x, y]).all() else ""


def _placed_finding(looked: Looked, guess: Guess, choices: Choices, crs: str) -> Finding:
    declared = choices.places.get(looked.key, {})
    if guess.role in (*PLACELESS, CODES, OTHER) or looked.family == "table":
        return Finding(looked, guess, looked.key in choices.roles, "", asks_crs=False,
                       datum=_datum(declared, guess))  # fmt: skip
    sure = looked.found.crs_sure and bool(looked.found.crs)
    given = declared.get("crs", "")
    # Eastings without the number of their zone fit the zone of the other files, if they have one.
    guessed = looked.found.crs or (crs if _fits(looked, crs) else "")
    return Finding(
        looked,
        guess,
        looked.key in choices.roles,
        given or guessed,
        asks_crs=not sure and not given,
        datum=_datum(declared, guess),
    )


def _datum(declared: Mapping[str, str], guess: Guess) -> str:
    return declared.get("datum", "") or str(guess.values.get("datum", ""))


def _fits(looked: Looked, crs: str) -> bool:
    """Whether plane coordinates may be in a system: six digits east, seven north."""
    if not crs:
        return False
    west, south, east, north = looked.found.bounds
    return 100_000 <= west <= east <= 900_000 and 1_000_000 <= south <= north <= 6_500_000


def _tree(
    folder: Path, found: Sequence[Finding], crs: str, choices: Choices
) -> tuple[Tree | None, GridmapError | None, gpd.GeoSeries | None]:
    """Put the hierarchy together; of several layers of grids all are parts of it."""
    frames = []
    for one in found:
        if one.role != "hierarchy" or not crs:
            continue
        placed = read_finding(folder, one, crs)
        if placed is None or placed.empty:
            continue
        frames.append(_grid_rows(one, placed))
    if not frames:
        return None, None, None
    rows = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=crs)
    try:
        tree = make_tree(
            rows, town_name=choices.answers.get("name", ""),
            town_code=choices.answers.get("code", ""), files=len(frames),
        )  # fmt: skip
    except GridmapError as error:
        return None, error, None
    outline = tree.grids.geometry[tree.grids["level"] == 1]
    return tree, None, gpd.GeoSeries(outline, crs=crs)


def _grid_rows(finding: Finding, placed: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    known = dict(grid_columns(finding.looked)[1])
    for key, name in finding.guess.values.items():
        if key.endswith("_column") and name in finding.looked.cells.columns:
            known[key.removesuffix("_column")] = str(name)
    cells = finding.looked.cells.reindex(placed.index).fillna("")
    columns: dict[str, Any] = {
        name: cells[known[name]] if name in known else ""
        for name in ("code", "name", "level", "parent_code", "households", "population")
    }
    rows = pd.DataFrame(columns, index=placed.index, dtype="str")
    for name in ("code", "parent_code"):
        rows[name] = rows[name].str.removesuffix(".0")
    return gpd.GeoDataFrame(rows, geometry=placed.geometry.to_numpy(), crs=placed.crs)


def _roster(found: Sequence[Finding], tree: Tree | None) -> Roster | None:
    one = next((one for one in found if one.role == "roster"), None)
    if one is None:
        return None
    guessed = person_columns(one.looked)[0]
    values = {**guessed, **one.guess.values} if not one.chosen else dict(one.guess.values)
    given = {column: str(values[key]) for column, key in ROSTER_KEYS.items() if values.get(key)}
    rows = standard_rows(one.looked.cells, given)
    names = GridNames.of(tree.grids) if tree is not None else None
    notes = tuple(Named(en, zh) for en, zh in one.looked.notes)
    return Roster(one.key, rows, tuple(find_repairs(rows, names)), notes)


def stamp_of(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Give what changes with a file and all that belongs to it."""
    files = input_files(path)
    return tuple((one.name, one.stat().st_mtime_ns, one.stat().st_size) for one in files)
