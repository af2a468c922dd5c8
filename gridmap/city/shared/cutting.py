"""The shared land use of a city cut for its towns: each gets the parcels that its ground touches.

The parcels stay whole: the tiling of a town clips them. A town whose parcels are the same keeps its
file, so that it is not planned again.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from gridmap.city.folder import City, TownPlace
from gridmap.city.shared.given import read_given, write_given
from gridmap.city.shared.sorting import sort_ground, sorted_of
from gridmap.city.worker import digest_of
from gridmap.town.agreed_borders import with_agreed_borders
from layers.contract.errors import GridmapError, Named, UsageError
from layers.files.atomic import write_atomically
from layers.landuse.grids import read_hierarchy
from layers.location.crs import parse_work_crs
from layers.reading.features import Declared

__all__ = ["Cut", "cut_ground"]

SORTED = "ground.parquet"
_FOREIGN = Named(
    "The land use there was not written by 'city cut', or was changed since; it is left as it is. "
    "Take it away, or give 'name' under [landuse] in city.toml another name.",
    "该用地文件不是由 city cut 写入的，或写入后改过，故保持不变。"
    "请移走，或在 city.toml 的 [landuse] 中另取 name。",
)
BUFFER_M = 50.0  # beyond the border: what hardly touches the town is taken too


@dataclass(frozen=True)
class Cut:
    """What a town got.

    Attributes
    ----------
    town
        Name of its folder.
    parcels
        How many.
    is_new
        Whether they differ from those it had.
    fault
        Why it got none.
    """

    town: str
    parcels: int
    is_new: bool
    fault: Named | None = None


def cut_ground(city: City, *, tell: Callable[[str, float], None] | None = None) -> list[Cut]:
    """Cut the shared land-use file for every town.

    Parameters
    ----------
    city
        A city whose settings name the file (`landuse`).
    tell
        Called with what is being done and the share done.

    Returns
    -------
    What each town got, by name.

    Raises
    ------
    UsageError
        If the settings name no file.
    GridmapError
        If it cannot be read.
    """
    tell = tell or (lambda _text, _share: None)
    entry = city.settings.landuse
    if entry is None:
        raise UsageError(
            "city.toml names no shared land use. Write '[landuse]' with 'file = \"…\"' into it.",
            'city.toml 未指定共用的用地文件。请写入 [landuse] 和 file = "…"。',
        )
    city.make_folders(plans=False)
    source, ordered = city.folder / entry.file, city.catalogue / SORTED
    sort_ground(source, ordered, tell=lambda text, share: tell(text, 0.5 * share))
    crs = gpd.read_parquet(ordered, columns=["geometry"], bbox=(0, 0, 0, 0)).crs
    given: dict[str, str] = read_given(city, "landuse").get("towns", {})
    found = []
    for number, town in enumerate(city.towns):
        tell(town.name, 0.5 + 0.5 * number / len(city.towns))
        cut = _cut(town, ordered, crs, entry.name, given.get(town.name, ""))
        found.append(cut)
        if cut.fault is None:
            given = {**given, town.name: digest_of(town.folder / entry.name)}
    is_whole = all(one.fault in (None, _FOREIGN) for one in found)
    source_was = sorted_of(ordered) if is_whole else ""
    write_given(city, "landuse", {"source": source_was, "towns": given})
    return found


def _cut(town: TownPlace, ordered: Path, crs: CRS, name: str, written: str) -> Cut:
    """Write the parcels of a town, unless they are the same or somebody put a file there."""
    if town.rules is None:
        return Cut(town.name, 0, False, town.fault)
    try:
        outline = _outline(town, crs)
    except (GridmapError, OSError) as error:
        zh = error.zh if isinstance(error, GridmapError) else str(error)
        return Cut(town.name, 0, False, Named(str(error), zh))
    parcels = gpd.read_parquet(ordered, bbox=tuple(outline.bounds))
    shapely.prepare(outline)
    parcels = parcels[outline.intersects(parcels.geometry.to_numpy())]
    # By their shape, so that the file is the same whatever the parcels of other towns are.
    parcels = parcels.iloc[np.argsort(shapely.to_wkb(parcels.geometry.to_numpy()), kind="stable")]
    place = town.folder / name
    content = io.BytesIO()
    parcels.to_parquet(content, index=False, compression="zstd")
    there = digest_of(place)
    if hashlib.sha256(content.getvalue()).hexdigest() == there:
        return Cut(town.name, len(parcels), False)
    if there not in ("", written):
        return Cut(town.name, len(parcels), False, _FOREIGN)
    write_atomically(place, content.getvalue(), overwrite=True)
    return Cut(town.name, len(parcels), True)


def _outline(town: TownPlace, crs: CRS) -> shapely.Geometry:
    """Give the ground of a town with what lies near its border, in the CRS of the parcels."""
    assert town.rules is not None
    rules, entry = town.rules, town.rules.hierarchy
    work = parse_work_crs(rules.town.crs, Named("rules.toml, town.crs", "rules.toml 的 town.crs"))
    grids, _ = read_hierarchy(
        town.folder / entry.file,
        crs=work,
        layer=entry.layer,
        declared=Declared(crs=entry.crs, datum=entry.datum, encoding=entry.encoding),
        columns=entry.columns(),
    )
    grids, _ = with_agreed_borders(grids, town.folder, rules)
    top = grids.geometry[grids["level"] == 1].buffer(BUFFER_M)
    return top.to_crs(crs).iloc[0]
