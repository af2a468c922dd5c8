"""A tile of all the towns that somebody may see, as the server gives it."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from gridmap.city.tiles.features import FARTHEST, NEAREST, OVERVIEW
from gridmap.city.tiles.making import FOLDER, INDEX, OVERALL, place_of
from layers.basemap.pmtiles import VectorTiles
from layers.basemap.tiles import Facts, Tile, degree_box, unreadable
from layers.basemap.vector import MEDIA_TYPE, tile_layers
from layers.contract.errors import LayerFileError, quoted

__all__ = ["CityTiles", "has_tiles"]

_PACKED = 5
_KEPT = 512  # directories of files; one is some kilobytes
_MARGIN = 1 / 32  # of a tile's side: shapes reach so far beyond it, so that no edge is seen


def has_tiles(catalogue: Path) -> bool:
    """Whether there are tiles in the catalogue of a city."""
    return (catalogue / FOLDER / INDEX).exists()


class CityTiles:
    """Tiles of a city, of which each that is asked for has the towns that may be seen.

    Parameters
    ----------
    catalogue
        Folder of the catalogue.
    seen
        Gives, of towns by their folders, those that may be seen; asked for every tile, so that a
        right that ends is gone at once.

    Attributes
    ----------
    folder
        Of the tiles.
    kinds
        Categories, sub-classes of residual ground, and `exclusive`: what micro-grids are.

    Raises
    ------
    LayerFileError
        If there are no tiles.
    """

    def __init__(
        self, catalogue: Path, seen: Callable[[Sequence[str]], Sequence[str]] = lambda towns: towns
    ) -> None:
        self.folder = catalogue / FOLDER
        self._seen = seen
        try:
            told = json.loads((self.folder / INDEX).read_text(encoding="utf-8"))
            boxes = told["towns"]
            self._made_of = str(told["made_of"])
            self.kinds = frozenset(map(str, told["kinds"]))
            self._names = list(boxes)
            self._boxes = np.array(list(boxes.values()), dtype=float).reshape(-1, 4)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise LayerFileError(
                f"The city in {str(catalogue.parent)!r} has no tiles of its map. Make them: "
                "'city tiles'.",
                f"{quoted(catalogue.parent)}还没有全市地图的瓦片。请运行 city tiles。",
            ) from error

    @property
    def facts(self) -> Facts:
        """Zooms, and the box of the towns that may be seen; of all where none may."""
        boxes = self._boxes[self._chosen(np.ones(len(self._names), bool))]
        boxes = boxes if len(boxes) else self._boxes
        west, south = boxes[:, :2].min(axis=0).tolist()
        east, north = boxes[:, 2:].max(axis=0).tolist()
        return Facts(FARTHEST, NEAREST, (west, south, east, north))

    @property
    def mark(self) -> str:
        """What is another one for other tiles, and for other towns that may be seen."""
        seen = [self._names[at] for at in self._chosen(np.ones(len(self._names), bool))]
        return hashlib.sha256("\n".join([self._made_of, *seen]).encode()).hexdigest()

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """Give a tile, packed; None where there is nothing to be seen.

        Raises
        ------
        LayerFileError
            If a file is damaged, or just being replaced.
        """
        find = self._from_afar if zoom <= OVERVIEW else self._near
        try:
            data = find(zoom, column, row)
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise unreadable(str(self.folder), "PMTiles", error) from error
        return Tile(data, MEDIA_TYPE, "gzip") if data else None

    def _from_afar(self, zoom: int, column: int, row: int) -> bytes | None:
        packed = _opened(self.folder / OVERALL).tile(zoom, column, row)
        left = self._seen(self._names)
        if packed is None or left is self._names:  # tiles may be newer than what is known of them
            return packed
        seen = set(left)
        kept = [
            layer
            for name, layer in tile_layers(gzip.decompress(packed))
            if name.partition("/")[2] in seen
        ]
        return _packed(kept)

    def _near(self, zoom: int, column: int, row: int) -> bytes | None:
        west, south, east, north = degree_box(zoom, column, row)
        beside, above = (east - west) * _MARGIN, (north - south) * _MARGIN
        boxes = self._boxes
        meets = (
            (boxes[:, 0] <= east + beside)
            & (boxes[:, 2] >= west - beside)
            & (boxes[:, 1] <= north + above)
            & (boxes[:, 3] >= south - above)
        )
        files = [_opened(place_of(self.folder, self._names[at])) for at in self._chosen(meets)]
        tiles = [one for file in files if (one := file.tile(zoom, column, row)) is not None]
        return tiles[0] if len(tiles) == 1 else _packed([gzip.decompress(one) for one in tiles])

    def _chosen(self, which: np.ndarray) -> list[int]:
        """Give the places of those towns, of some, that may be seen."""
        places: list[int] = np.flatnonzero(which).tolist()
        seen = set(self._seen([self._names[at] for at in places]))
        return [at for at in places if self._names[at] in seen]


def _packed(parts: list[bytes]) -> bytes | None:
    return gzip.compress(b"".join(parts), _PACKED, mtime=0) if parts else None


def _opened(path: Path) -> VectorTiles:
    """Open a file of tiles; one that was replaced is opened again."""
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0  # said when it is opened
    return _kept(path, changed)


@lru_cache(_KEPT)
def _kept(path: Path, _changed: int) -> VectorTiles:
    return VectorTiles(path)
