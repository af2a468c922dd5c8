"""What is in the files of a town, looked into once, and what the user has to be asked about each.

The answers are those of `layers.inspect.file`; a file is read again only when it has changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import geopandas as gpd
import streamlit as st
from pyproj import CRS

from gridmap.rules.entries import PLACELESS, Entry
from gridmap.ui.data.town_files import TownFile
from gridmap.workflow.entry_check import Trial, check_entry, check_sites
from layers.contract.errors import GridmapError
from layers.inspect.file import Inspection, LayerInspection, inspect_file
from layers.landuse.grids import HEADERS, read_hierarchy
from layers.location.crs import WORK_CRS, parse_work_crs
from layers.location.site_shift import SiteVerdict
from layers.reading.features import Declared

__all__ = [
    "FileLook",
    "Question",
    "look_into",
    "outline_of",
    "sites_of",
    "state_of",
    "try_entry",
]

Question = Literal["role", "crs", "datum", "faulty", "untried"]
KEPT = 200
DEGREES = CRS(4490)
FROM_NUMBERS = "READ-5"  # the system was told from the numbers: a person confirms it


@dataclass(frozen=True)
class FileLook:
    """What was found in one file, or why it cannot be read at all."""

    file: TownFile
    found: Inspection | None
    fault: GridmapError | None

    @property
    def layers(self) -> tuple[LayerInspection, ...]:
        """The layers that can be read."""
        return self.found.layers if self.found else ()

    def layer(self, name: str) -> LayerInspection | None:
        """Give the layer of a name, or the only one."""
        if len(self.layers) == 1:
            return self.layers[0]
        return next((layer for layer in self.layers if layer.layer == name), None)


def look_into(town: Path, file: TownFile, outline: gpd.GeoSeries | None, key: str) -> FileLook:
    """Look into a file of a town.

    Parameters
    ----------
    town, file
        The folder and the file in it.
    outline, key
        Outline of the town, and a text that changes with it.
    """
    return _look(str(town / file.name), file, key, outline)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _look(path: str, file: TownFile, key: str, _outline: gpd.GeoSeries | None) -> FileLook:
    try:
        return FileLook(file, inspect_file(Path(path), outline=_outline), None)
    except GridmapError as error:
        return FileLook(file, None, error)


def outline_of(town: Path, entries: Sequence[Entry], crs: str) -> tuple[gpd.GeoSeries | None, str]:
    """Give the outline of a town from its hierarchy, and a text that changes with it.

    None when the town has no hierarchy or work CRS yet, or they cannot be read: the page of the
    file says why.
    """
    grids, stamp = _grids_of(town, entries, crs)
    return (None if grids is None else grids.geometry[grids["level"] == 1]), stamp


def _grids_of(
    town: Path, entries: Sequence[Entry], crs: str
) -> tuple[gpd.GeoDataFrame | None, str]:
    entry = next((one for one in entries if one.role == "hierarchy"), None)
    path = town / entry.file if entry else None
    if entry is None or path is None or not crs or not path.exists():
        return None, ""
    stamp = f"{path} {path.stat().st_mtime_ns} {crs} {sorted(entry.values.items())}"
    return _grids(stamp, path, entry, crs), stamp


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _grids(stamp: str, _path: Path, _entry: Entry, _crs: str) -> gpd.GeoDataFrame | None:
    values = _entry.values
    try:
        declared = Declared(
            crs=values.get("crs"), datum=values.get("datum"), encoding=values.get("encoding")
        )
        named = {one: values.get(f"{one}_column") for one in HEADERS}
        return read_hierarchy(
            _path,
            crs=_crs,
            layer=values.get("layer"),
            declared=declared,
            columns={column: str(name) for column, name in named.items() if name},
        )[0]
    except (GridmapError, ValueError):
        return None


def try_entry(
    town: Path, look: FileLook, entry: Entry, entries: Sequence[Entry], crs: str
) -> Trial | GridmapError | None:
    """Read a file as dividing will, and give what came of it or what would stop there.

    Parameters
    ----------
    town, look
        The folder and what was found in the file.
    entry
        What the rules say of it.
    entries
        All that they name.
    crs
        Work CRS; without one nothing can be read yet, and None comes back.
    """
    if look.fault is not None or not look.layers or not (crs or entry.role in PLACELESS):
        return None
    tables = [town / str(entry.values["codes"])] if entry.values.get("codes") else []
    stamps = [(path.name, path.stat().st_mtime_ns) for path in tables if path.is_file()]
    stamp = f"{town} {look.file} {entry.role} {sorted(entry.values.items())} {crs} {stamps}"
    grids = None
    if entry.role == "roster":
        grids, of_grids = _grids_of(town, entries, crs)
        stamp += of_grids
    return _trial(stamp, town, entry, crs, grids)


def sites_of(
    town: Path, tried: Trial | GridmapError | None, entries: Sequence[Entry], crs: str
) -> SiteVerdict | None:
    """Hold the sites of a register against the ground of the town; None where there are none.

    Parameters
    ----------
    town, entries, crs
        As in `try_entry`.
    tried
        What came of reading the register.
    """
    objects = tried.objects if isinstance(tried, Trial) else None
    if objects is None or not crs or objects.geometry.isna().all():
        return None
    others = [one for one in entries if one.role in ("layer", "roads")]
    paths = [town / one.file for one in others]
    times = [path.stat().st_mtime_ns if path.exists() else 0 for path in paths]
    said = [(one.role, sorted(one.values.items())) for one in others]
    places = hash(tuple(objects.geometry.to_wkb()))
    stamp = f"{town} {places} {list(objects['category'][:1])} {said} {times} {crs}"
    return _sites(stamp, town, others, objects, crs)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _sites(
    stamp: str, _town: Path, _others: Sequence[Entry], _objects: gpd.GeoDataFrame, _crs: str
) -> SiteVerdict | None:
    try:
        return check_sites(_town, _others, _objects, parse_work_crs(_crs, WORK_CRS))
    except (GridmapError, ValueError, KeyError):  # told at the files
        return None


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _trial(
    stamp: str, _town: Path, _entry: Entry, _crs: str, _grids: gpd.GeoDataFrame | None
) -> Trial | GridmapError | None:
    try:
        # People have no place: their roster can be read before the system is chosen.
        work = parse_work_crs(_crs, WORK_CRS) if _crs else DEGREES
        return check_entry(_town, _entry.role, _entry.values, work, grids=_grids)
    except GridmapError as error:
        return error
    except (ValueError, KeyError):  # what the rules say is no answer yet; their page tells
        return None


def state_of(look: FileLook, entry: Entry | None) -> list[Question]:
    """Say what has to be asked or repaired before the file can be part of a plan.

    Parameters
    ----------
    look
        What was found.
    entry
        What the rules say of the file.

    Returns
    -------
    "faulty" when it cannot be read; "role" when nobody has said what it is; "crs" when its system
    is not in the file and nobody has confirmed it; "datum" when it seems shifted and nothing is
    declared.
    """
    layer = look.layer(entry.layer if entry else "")
    if look.fault is not None or (look.found is not None and not look.layers):
        return ["faulty"]
    if entry is None:
        return ["role"]
    asked: list[Question] = []
    if layer is None or entry.role in PLACELESS:
        return asked
    told = layer.crs_sure and not (layer.issues["rule"] == FROM_NUMBERS).any()
    if not told and "crs" not in entry.values:
        asked.append("crs")
    # Judged in another system than is declared, a shift says nothing.
    elsewhere = entry.values.get("crs", layer.crs) != layer.crs
    if layer.shift is not None and "datum" not in entry.values and not elsewhere:
        asked.append("datum")
    return asked
