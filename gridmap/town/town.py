"""A town as read from its folder: rules, ground, grids, roads, registers and people in one CRS."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from boundaries.hierarchy.codes import Issued
from boundaries.hierarchy.consistency import repair_hierarchy, require_sound_hierarchy
from boundaries.overlay.lattice import corner_of, read_onto
from gridmap.rules.files import File, Layer
from gridmap.rules.roles import role_word_keys, town_names
from gridmap.rules.schema import Rules, load_rules, parse_rules
from gridmap.town.agreed_borders import with_agreed_borders
from gridmap.town.columns import require_named_columns
from gridmap.town.departments import empty_cases, town_business, town_cases
from gridmap.town.exclusive import with_exclusive_grids
from gridmap.town.groups import town_groups
from gridmap.town.registered import (
    empty_business,
    empty_rows,
    empty_sites,
    town_boards,
    town_objects,
)
from gridmap.town.surroundings import town_context, town_units
from gridmap.town.unit_sites import town_sites
from layers.contract.columns import GROUND, OBJECTS, PEOPLE, empty_frame
from layers.contract.errors import BoundaryError, LayerFileError, Named, quoted
from layers.contract.issues import join_issues, make_issues, once_for_files
from layers.landuse.candidates import Evidence
from layers.landuse.code_tables import CODE_SYSTEMS
from layers.landuse.grids import read_hierarchy
from layers.landuse.ground import read_ground_and_issues
from layers.landuse.lines import empty_lines, read_lines
from layers.location.alignment import require_aligned_roads
from layers.location.crs import parse_work_crs
from layers.location.crs_guess import misfit_of_work_crs
from layers.location.datum_shift import require_position
from layers.location.fragments import require_placed_fragments
from layers.location.site_shift import find_shifted_sites
from layers.reading.features import Declared
from layers.reading.layer import file_hash, input_files
from layers.registers.grid_names import with_grid_codes
from layers.registers.joining import find_doubtful, find_unjoined
from layers.registers.roster import read_roster_and_issues

__all__ = ["Town", "hash_inputs", "load_town"]

Progress = Callable[[str], None]
# A bad row or two is named and left out; a file that has lost more is no basis for a plan.
_FEW_LOST = 5
_LOST_SHARE = 0.02


@dataclass(frozen=True)
class Town:
    """All that a plan is made from. Frames follow `layers.contract.columns`; none is changed."""

    folder: Path
    rules: Rules
    rules_text: str  # the file as given, comments and all
    ground: gpd.GeoDataFrame  # GROUND of all layers, in the order of the rules
    # HIERARCHY: every level of the given grids an exact tiling of the one above, and the exclusive
    # grids, whose ground is in no grid below their parent
    hierarchy: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame  # lines with the column `name`; empty when the town gives none
    barriers: gpd.GeoDataFrame  # the same for lines no micro-grid may cross
    context: gpd.GeoDataFrame  # CONTEXT: drawn, and followed by borders; empty when none is given
    units: gpd.GeoDataFrame  # UNITS that no border of ours cuts
    objects: gpd.GeoDataFrame  # OBJECTS of all registers
    people: pd.DataFrame  # PEOPLE; empty when the town gives no roster
    issues: gpd.GeoDataFrame  # ISSUES: what was repaired, left out or not understood
    hashes: dict[str, str]  # every input file, relative to the folder, with its SHA-256
    sites: gpd.GeoDataFrame = field(default_factory=lambda: empty_sites(None))  # SITES of units
    groups: pd.DataFrame = field(default_factory=lambda: empty_rows("groups"))
    members: pd.DataFrame = field(default_factory=lambda: empty_rows("members"))
    business: gpd.GeoDataFrame = field(default_factory=lambda: empty_business(None))
    boards: pd.DataFrame = field(default_factory=lambda: empty_rows("boards"))
    cases: gpd.GeoDataFrame = field(default_factory=lambda: empty_cases(None))  # with points
    issued: Issued | None = None  # codes that were published before

    @property
    def crs(self) -> Any:
        """Work CRS, in metres."""
        return self.hierarchy.crs


def load_town(
    folder: Path, *, rules_text: str | None = None, progress: Progress | None = None
) -> Town:
    """Read the folder of a town.

    Parameters
    ----------
    folder
        Folder with `rules.toml` and the files that it names.
    rules_text
        Rules in the place of that file: those of a city with what the town says otherwise.
    progress
        Called with the name of each file before it is read.

    Returns
    -------
    Everything a plan is made from: the rules, GROUND of all layers in the work CRS, HIERARCHY,
    OBJECTS, PEOPLE, lines, the ISSUES of reading, and the SHA-256 of every file.

    Raises
    ------
    GridmapError
        Saying which file is missing or wrong, what was found in it and what to do.
    """
    folder = Path(folder)
    if folder.is_file():
        raise LayerFileError(
            f"{str(folder)!r} is a file, not a folder. Give the folder that it lies in: "
            f"{str(folder.parent)!r}.",
            f"{quoted(folder)}是文件，不是文件夹。请给出它所在的文件夹：{quoted(folder.parent)}。",
        )
    if not folder.is_dir():
        raise LayerFileError(
            f"There is no folder {str(folder)!r}. A town is a folder with a rules.toml and its "
            "layers; data/zhengan is one.",
            f"没有文件夹{quoted(folder)}。一个镇对应一个文件夹，内有 rules.toml 和各图层，"
            "如 data/zhengan。",
        )
    tell = progress or (lambda name: None)
    tell("rules.toml")
    if rules_text is None:
        rules = load_rules(folder / "rules.toml")
        rules_text = (folder / "rules.toml").read_text(encoding="utf-8-sig")
    else:
        rules = parse_rules(rules_text)
    crs = parse_work_crs(rules.town.crs, Named("rules.toml, town.crs", "rules.toml 的 town.crs"))
    _require_files(folder, rules)
    require_named_columns(folder, rules)
    people, told = _people(folder, rules, crs)  # quickly read, and most often refused
    tell(rules.hierarchy.file)
    hierarchy, issues = _hierarchy(folder, rules, crs)
    registers = town_objects(folder, rules, crs)
    objects = _stacked([frame for frame, _ in registers], OBJECTS, "object_id", crs)
    boards, found_of_boards = town_boards(folder, rules, crs)
    boundary, found = _boundary(folder, rules.growth_boundary, crs)
    issues.append(found)
    evidence = Evidence(boundary, gpd.GeoDataFrame(objects[objects["category"] != ""]))
    grounds = {}
    for entry in rules.layers:
        tell(entry.file)
        frame, found = _ground(folder, entry, crs, evidence)
        key = entry.file if entry.file not in grounds else f"{entry.file}#{entry.layer}"
        grounds[key] = frame
        issues.append(found)
    outline = hierarchy.geometry[hierarchy["level"] == 1].iloc[0]
    # A person has said so; what was converted back is looked at like the others.
    sure = {entry.file for entry in rules.layers if entry.datum == "cgcs2000"}
    confirmed = {key for key in grounds if key.partition("#")[0] in sure}
    require_position(outline, grounds, crs, sure=confirmed)
    misfit = misfit_of_work_crs(crs, outline.centroid.x, outline.centroid.y)
    issues.append(make_issues([misfit] if misfit else [], crs))
    roads, found = _lines(folder, rules.roads, crs)
    ground = _stacked(list(grounds.values()), GROUND, "row", crs)
    if rules.roads is not None:
        require_aligned_roads(roads, ground, file=rules.roads.file, crs=crs)
    lines = pd.concat([hierarchy.boundary, roads.geometry])
    declared = {entry.file for entry in rules.layers if entry.datum is not None}
    doubts = require_placed_fragments(grounds, lines, outline, crs, sure=declared)
    issues.append(make_issues(doubts, crs))
    barriers, found_too = _lines(folder, rules.contiguity.barriers, crs)
    context, found_of_context = town_context(folder, rules, crs)
    units, found_of_units = town_units(folder, rules, crs)
    sites, found_of_sites = town_sites(
        folder, rules, crs, ground=ground, units=units, objects=objects
    )
    hierarchy, carved = with_exclusive_grids(hierarchy, sites, rules=rules)
    if rules.roster is not None:
        people, named = with_grid_codes(people, hierarchy, file=Path(rules.roster.file).name)
        issues.append(make_issues(named, crs))
    cases, found_of_cases = town_cases(folder, rules, crs)
    business, found_of_business = town_business(folder, rules, crs)
    unjoined = make_issues(find_unjoined(objects, ground, outline), crs)
    doubtful = make_issues(find_doubtful(objects, ground, outline), crs)
    undeclared = [
        (Path(entry.file).name, frame)
        for entry, (frame, _) in zip(rules.registers, registers, strict=True)
        if entry.datum is None
    ]
    shifted = make_issues(
        find_shifted_sites(undeclared, ground, roads.geometry.to_numpy(), crs), crs
    )
    unplaced = [read for _, read in registers]
    groups, members, found_of_groups = town_groups(folder, rules)
    issues += [*found_of_context, *found_of_units, *found_of_boards]
    issues += [found, found_too, *unplaced, unjoined, doubtful, shifted, told]
    issues += [found_of_sites, carved, make_issues(found_of_groups, crs)]
    issues += [*found_of_cases, *found_of_business]
    return Town(
        folder=folder,
        rules=rules,
        rules_text=rules_text,
        ground=ground,
        hierarchy=hierarchy,
        roads=roads,
        barriers=barriers,
        context=context,
        units=units,
        objects=objects,
        people=people,
        boards=boards,
        business=business,
        cases=cases,
        issues=once_for_files(join_issues(issues, crs)),
        hashes=hash_inputs(folder, rules),
        sites=sites,
        groups=groups,
        members=members,
    )


def _hierarchy(
    folder: Path, rules: Rules, crs: CRS
) -> tuple[gpd.GeoDataFrame, list[gpd.GeoDataFrame]]:
    entry = rules.hierarchy
    given, read = read_hierarchy(
        folder / entry.file,
        crs=crs,
        layer=entry.layer,
        declared=_declared(entry),
        columns=entry.columns(),
    )
    given, told = with_agreed_borders(given, folder, rules)
    given = read_onto(given, corner_of(given.geometry.to_numpy()))
    noticed = require_sound_hierarchy(given)
    top = str(given.index[given["level"] == 1][0])
    if top != rules.town.code:
        raise BoundaryError(
            f"The level-1 grid of {rules.hierarchy.file!r} has code {top!r}, but town.code in "
            f"rules.toml is {rules.town.code!r}. Make them the same.",
            f"{quoted(rules.hierarchy.file)}中一级网格的编码为{quoted(top)}，而 rules.toml 的 "
            f"town.code 为{quoted(rules.town.code)}。请改为一致。",
        )
    repaired, moved = repair_hierarchy(given)
    return repaired, [read, make_issues(told, crs), noticed, moved]


def _boundary(
    folder: Path, entry: File | None, crs: CRS
) -> tuple[shapely.Geometry | None, gpd.GeoDataFrame]:
    """Read the growth boundary of the town as one shape; None when it gives none."""
    if entry is None:
        return None, make_issues([], crs)
    ground, issues = read_ground_and_issues(
        folder / entry.file,
        crs=crs,
        layer=entry.layer,
        subclass="other_land",
        declared=_declared(entry),
    )
    return shapely.union_all(ground.geometry.to_numpy()), issues


def _ground(
    folder: Path, entry: Layer, crs: CRS, evidence: Evidence
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    codes: str | Path | None = entry.codes
    if entry.codes is not None and entry.codes not in CODE_SYSTEMS:
        codes = _inside(folder, entry.codes)
    ground, issues = read_ground_and_issues(
        folder / entry.file,
        crs=crs,
        layer=entry.layer,
        category=entry.category,
        subclass=entry.subclass,
        code_column=entry.code_column,
        codes=codes,
        record_column=entry.record_column,
        name_column=entry.name_column,
        date=entry.date.isoformat() if entry.date else "",
        date_column=entry.date_column,
        sensitive=entry.sensitive,
        evidence=evidence,
        declared=_declared(entry),
    )
    _require_whole(entry.file, len(ground), int(issues["size"][issues["unit"] == "rows"].sum()))
    return ground, issues


def _require_whole(file: str, read: int, lost: int) -> None:
    """Refuse a layer of which much cannot be read: its lost ground would pass for unmapped."""
    if lost <= _FEW_LOST or lost <= _LOST_SHARE * (read + lost):
        return
    raise LayerFileError(
        f"{file!r} is damaged: {lost} of its {read + lost} rows cannot be read, perhaps because "
        "the file was cut off while copying. Copy or export it again.",
        f"{quoted(file)}已损坏：共 {read + lost} 行，其中 {lost} 行无法读取，可能是复制时中断。"
        "请重新复制或导出该文件。",
    )


def _people(folder: Path, rules: Rules, crs: CRS) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    entry = rules.roster
    if entry is None:
        return empty_frame(PEOPLE, index="person_id"), make_issues([], crs)
    people, notes = read_roster_and_issues(
        folder / entry.file,
        layer=entry.layer,
        encoding=entry.encoding,
        columns=entry.columns(),
        roles=role_word_keys(rules),
        towns=town_names(rules),
    )
    return people, make_issues(notes, crs)


def _stacked(
    frames: list[gpd.GeoDataFrame], columns: Any, index: str, crs: CRS
) -> gpd.GeoDataFrame:
    if not frames:
        return gpd.GeoDataFrame(empty_frame(columns, index=index, crs=crs))
    joined = pd.concat(frames, ignore_index=index == "row")
    joined.index.name = index
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=crs)


def _lines(folder: Path, entry: File | None, crs: CRS) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    if entry is None:
        return empty_lines(crs), make_issues([], crs)
    return read_lines(folder / entry.file, crs=crs, layer=entry.layer, declared=_declared(entry))


def _declared(entry: File) -> Declared:
    return Declared(crs=entry.crs, datum=entry.datum, encoding=entry.encoding)


def _require_files(folder: Path, rules: Rules) -> None:
    """Name every missing file at once, before anything is read."""
    names = list(dict.fromkeys(entry.file for entry in rules.files))
    missing = [name for name in names if not _inside(folder, name).exists()]
    for name in names:
        for part in input_files(folder / name) if name not in missing else []:
            _inside(folder, part.relative_to(folder).as_posix())
    if missing:
        found = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        raise LayerFileError(
            f"{', '.join(repr(name) for name in missing)} of rules.toml "
            f"{'is' if len(missing) == 1 else 'are'} not in {str(folder)!r}. Found there: "
            f"{', '.join(repr(name) for name in found[:20])}{' …' if len(found) > 20 else ''}. "
            "Put the file there or correct its name.",
            f"文件夹{quoted(folder)}中没有 rules.toml 所列的{quoted(*missing)}。"
            f"其中有：{quoted(*found[:20])}{'…' if len(found) > 20 else ''}。"
            "请放入文件，或更正文件名。",
        )


def _inside(folder: Path, name: str) -> Path:
    """Give the path of a file of the town; a link that leads out of the folder is refused."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise LayerFileError(
            f"{name!r} leads out of the folder of the town, to {str(path.resolve())!r}. Put the "
            "file itself into the folder.",
            f"{quoted(name)}指向镇文件夹之外的{quoted(path.resolve())}。请把文件本身放入文件夹。",
        )
    return path


def hash_inputs(
    folder: Path, rules: Rules, *, hash_of: Callable[[Path], str] = file_hash
) -> dict[str, str]:
    """Give the SHA-256 of the rules and of every file they name, by path in the folder.

    `hash_of` gives that of a file, where somebody knows it without reading.
    """
    paths = [folder / "rules.toml"]
    paths += [file for entry in rules.files for file in input_files(folder / entry.file)]
    tables = {entry.codes for entry in rules.layers if entry.codes} - set(CODE_SYSTEMS)
    paths += [folder / str(table) for table in tables]
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: hash_of(named[name]) for name in sorted(named)}
