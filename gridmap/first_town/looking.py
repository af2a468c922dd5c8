"""One layer or sheet of a dropped file: what was found in it, its cells as texts, its shapes."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.first_town.column_kinds import ColumnKind, kinds_of
from layers.contract.errors import GridmapError
from layers.contract.text import as_text
from layers.inspect.file import LayerInspection, inspect_file
from layers.reading.features import read_features
from layers.sheets.reading import TABLE_ENDINGS, open_table

__all__ = ["Looked", "Unread", "look_at"]


@dataclass(frozen=True)
class Looked:
    """A layer or sheet."""

    file: str
    found: LayerInspection
    cells: pd.DataFrame  # texts, one row a feature
    shapes: gpd.GeoSeries  # on the same index, as the file has them; missing in a table
    alone: bool = True  # whether it is the only one of its file
    notes: tuple[tuple[str, str], ...] = ()  # what reading a table left out or repaired, en and zh

    @property
    def key(self) -> str:
        """Name it among all that were dropped."""
        return f"{self.file}|{self.found.layer}"

    @property
    def words(self) -> str:
        """What file and layer are called."""
        return f"{Path(self.file).stem} {self.found.layer}"

    @cached_property
    def kinds(self) -> dict[str, ColumnKind]:
        """What its columns hold."""
        return kinds_of(self.cells)

    @cached_property
    def family(self) -> str:
        """Give "area", "line", "point" or "table", whichever most of it is."""
        dimensions = shapely.get_dimensions(self.shapes.to_numpy())
        counts = {name: int((dimensions == at).sum()) for at, name in enumerate(_FAMILIES)}
        collections = shapely.get_type_id(self.shapes.to_numpy()) == 7
        counts["area"] += int((collections & (dimensions == 2)).sum())
        best = max(counts, key=lambda name: counts[name])
        return best if counts[best] else "table"

    def columns_of(self, kind: ColumnKind) -> list[str]:
        """List the columns that hold something, in the order of the file."""
        return [name for name, one in self.kinds.items() if one == kind]


_FAMILIES = ("point", "line", "area")


@dataclass(frozen=True)
class Unread:
    """A file that cannot be read, and why."""

    file: str
    fault: GridmapError


def look_at(path: Path, outline: gpd.GeoSeries | None = None) -> list[Looked | Unread]:
    """Look into a file, layer by layer.

    Parameters
    ----------
    path
        A file of any known format.
    outline
        Outline of the town, where it is known: a shift against it is looked for.
    """
    try:
        found = inspect_file(path, outline=outline)
    except GridmapError as error:
        return [Unread(path.name, error)]
    seen: list[Looked | Unread] = []
    for layer in found.layers:
        try:
            seen.append(_looked(path, layer, alone=len(found.layers) == 1))
        except GridmapError as error:
            seen.append(Unread(path.name, error))
    return [*seen, *(Unread(path.name, fault) for fault in found.faults)]


def _looked(path: Path, layer: LayerInspection, *, alone: bool) -> Looked:
    is_table = path.suffix.lower() in TABLE_ENDINGS and set(layer.geometry) == {"none"}
    if is_table:
        table = open_table(path, sheet=layer.layer or None)
        cells, bare = table.frame, np.full(len(table.frame), None, dtype=object)
        told = tuple((one.message, one.message_zh) for one in table.issues)
        return Looked(path.name, layer, cells, gpd.GeoSeries(bare, cells.index), alone, told)
    frame = read_features(path, layer=layer.layer or None).frame
    cells = pd.DataFrame(frame.drop(columns=frame.geometry.name)).apply(as_text)
    cells = cells.set_axis(list(map(str, cells.columns)), axis=1)
    return Looked(path.name, layer, cells, frame.geometry, alone)
