"""The tiles of all towns made, where they are not right, and put together for what is seen afar.

A file of tiles says which plan it was made of. So what is done stays done when the making is
stopped, and a changed town costs its own tiles and the overview.
"""

import gzip
import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from boundaries.export.formats.tile_book import Box, Place, cut_frame, tile_book
from gridmap.city.catalogue import GRIDS, none_planned, read_catalogue, town_grids
from gridmap.city.folder import City
from gridmap.city.running import CityBusyError, alone_in
from gridmap.city.slots import open_executor
from gridmap.city.tiles.features import COLUMNS, NEAREST, OVERVIEW, sheets_of
from layers.basemap.pmtiles import VectorTiles
from layers.basemap.vector import tile_layers
from layers.contract.errors import GridmapError
from layers.files.atomic import write_atomically

__all__ = [
    "FOLDER",
    "INDEX",
    "OVERALL",
    "Task",
    "cut_towns",
    "make_city_tiles",
    "place_of",
    "renew_city_tiles",
]

FOLDER, TOWNS, OVERALL, INDEX = "tiles", "towns", "overview.pmtiles", "index.json"
_FORM = 2  # counted up when the same plan is to give other tiles
_AT_ONCE = 16  # towns a process is given: the catalogue is opened once for them
_FEW = 32  # towns that are not worth a process of their own, which takes a second to begin
_DEGREE = 1e7
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Task:
    """Towns whose tiles are to be made, with what they are made of; plain values."""

    source: str
    folder: str
    towns: tuple[tuple[str, str], ...]


def make_city_tiles(city: City, *, workers: int = 0, tell: Tell | None = None) -> Path:
    """Make the vector tiles of a city: of every town whose plan has changed, and the overview.

    Parameters
    ----------
    city
        The city; towns without a plan are left out.
    workers
        Processes of this machine; 0 for as many as it has cores.
    tell
        Told how many towns are done, and of how many.

    Returns
    -------
    The folder of the tiles. The same plans give the same bytes.

    Raises
    ------
    PlanError
        If no town is planned.
    CityBusyError
        If a run is going on: tables that it replaces would be read under the plans of before.
    """
    city.make_folders(plans=False)
    with alone_in(city):
        return _make(city, workers, tell)


def renew_city_tiles(city: City, *, workers: int = 0) -> None:
    """Bring the tiles of a city up to its plans, where there are plans.

    Where another run has begun meanwhile it is left to that one, which does so at its end.
    """
    if (read_catalogue(city)["plan"] != "").any():
        with suppress(CityBusyError):
            make_city_tiles(city, workers=workers)


def _make(city: City, workers: int, tell: Tell | None) -> Path:
    catalogue = read_catalogue(city)
    planned = catalogue[catalogue["plan"] != ""]
    if planned.empty:
        raise none_planned(city.folder)
    folder = city.catalogue / FOLDER
    (folder / TOWNS).mkdir(parents=True, exist_ok=True)
    made_of = {
        town: hashlib.sha256(f"{_FORM}\n{area}\n{plan}".encode()).hexdigest()
        for town, area, plan in planned[["town", "area", "plan"]].itertuples(index=False)
    }
    due = [
        (town, digest)
        for town, digest in made_of.items()
        if _says(place_of(folder, town)) != digest
    ]
    source = city.catalogue / GRIDS
    tasks = [
        Task(str(source), str(folder), tuple(due[at : at + _AT_ONCE]))
        for at in range(0, len(due), _AT_ONCE)
    ]
    count = min(len(tasks), workers or os.cpu_count() or 1)
    if len(due) <= _FEW or count == 1:
        done = 0
        for task in tasks:
            cut_towns(task)
            done += len(task.towns)
            if tell is not None:
                tell(done, len(due))
    else:
        _on_all_cores(tasks, count, len(due), tell)
    for path in (folder / TOWNS).glob("*.pmtiles"):  # of towns that are there no more
        if path.stem not in made_of:
            path.unlink()
    _write_overview(folder, made_of)
    return folder


def place_of(folder: Path, town: str) -> Path:
    """Give the file of a town's tiles."""
    return folder / TOWNS / f"{town}.pmtiles"


def cut_towns(task: Task) -> None:
    """Make the tiles of some towns."""
    towns = dict(task.towns)
    for town, grids in town_grids(Path(task.source), list(towns), columns=COLUMNS):
        data = _town_book(town, grids, towns[town])
        write_atomically(place_of(Path(task.folder), town), data, overwrite=True, private=True)


def _on_all_cores(tasks: Sequence[Task], count: int, towns: int, tell: Tell | None) -> None:
    left, done = list(tasks)[::-1], 0
    with open_executor(count, "", _warm) as (executor, width):
        at_work: dict[Future[None], Task] = {}
        while left or at_work:
            while left and len(at_work) < width:
                task = left.pop()
                at_work[executor.submit(cut_towns, task)] = task
            for future in wait(at_work, return_when=FIRST_COMPLETED).done:
                task = at_work.pop(future)
                future.result()
                done += len(task.towns)
                if tell is not None:
                    tell(done, towns)


def _warm() -> None:
    """Get a new process ready: its modules are loaded with this one."""


def _town_book(town: str, grids: gpd.GeoDataFrame, made_of: str) -> bytes:
    tiles: dict[Place, list[bytes]] = defaultdict(list)
    layers: list[dict[str, Any]] = []
    kinds: list[str] = []
    for sheet in sheets_of(grids):
        name = f"{sheet.name}/{town}"
        for place, tile in cut_frame(sheet.frame, name, sheet.zooms).items():
            tiles[place].append(tile)
        fields = {
            column: "String" if column in ("code", "name", "kind") else "Number"
            for column in sheet.frame.columns.drop("geometry")
        }
        zooms = dict(zip(("minzoom", "maxzoom"), sheet.zooms, strict=True))
        layers.append({"id": name, "fields": fields, **zooms})
        kinds = sorted(set(sheet.frame["kind"]) - {""})  # the last layer is the micro-grids
    west, south, east, north = (round(side * _DEGREE) for side in grids.total_bounds)
    metadata = {
        **{"name": town, "type": "overlay", "vector_layers": layers},
        **{"made_of": made_of, "kinds": kinds},
    }
    return tile_book(tiles, (west, south, east, north), metadata, centre=NEAREST)


def _says(path: Path) -> str:
    """Give what a file of tiles says that it was made of; "" where there is none."""
    try:
        return str(VectorTiles(path).metadata.get("made_of", ""))
    except GridmapError:  # missing, or damaged: made anew
        return ""


def _write_overview(folder: Path, made_of: dict[str, str]) -> None:
    """Put the far tiles of all towns together, and write where each town lies."""
    whole = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
    index = folder / INDEX
    if _says(folder / OVERALL) == whole and index.exists():
        return
    tiles: dict[Place, list[bytes]] = defaultdict(list)
    boxes: dict[str, tuple[float, ...]] = {}
    kinds: set[str] = set()
    for town in sorted(made_of):
        source = VectorTiles(place_of(folder, town))
        boxes[town] = source.facts.bounds
        kinds.update(source.metadata.get("kinds", ()))
        for place, packed in source.tiles(OVERVIEW):
            tiles[place].append(gzip.decompress(packed))
    layers = sorted({name.split("/")[0] for parts in tiles.values() for one in parts
                     for name, _ in tile_layers(one)})  # fmt: skip
    metadata = {"type": "overlay", "layers": layers, "made_of": whole}
    box: Box = tuple(
        round(pick(one[side] for one in boxes.values()) * _DEGREE)
        for side, pick in enumerate((min, min, max, max))
    )  # type: ignore[assignment]
    data = tile_book(tiles, box, metadata, centre=OVERVIEW)
    write_atomically(folder / OVERALL, data, overwrite=True, private=True)
    told = {"form": _FORM, "made_of": whole, "kinds": sorted(kinds), "towns": boxes}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    write_atomically(index, text.encode(), overwrite=True, private=True)
