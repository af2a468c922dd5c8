"""PMTiles: tiles in one file with a directory."""

from pathlib import Path
from typing import Any

from pmtiles.reader import Reader
from pmtiles.tile import MagicNumberNotFound, SpecVersionUnsupported, TileType

from layers.basemap.tiles import Facts, Tile, not_pictures, tile_of, unreadable

__all__ = ["PMTiles"]

_PICTURES = (TileType.PNG, TileType.JPEG, TileType.WEBP)
_DAMAGED = (MagicNumberNotFound, SpecVersionUnsupported)
_DEGREE = 1e7


class PMTiles:
    """A PMTiles file, version 3.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    LayerFileError
        When it is none, or holds vector tiles.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                head: dict[str, Any] = Reader(_bytes_of(file)).header()
        except (*_DAMAGED, OSError, ValueError, IndexError) as error:
            raise unreadable(path.name, "PMTiles", error) from error
        if head["tile_type"] not in _PICTURES:
            raise not_pictures(path.name)
        west, south = head["min_lon_e7"] / _DEGREE, head["min_lat_e7"] / _DEGREE
        east, north = head["max_lon_e7"] / _DEGREE, head["max_lat_e7"] / _DEGREE
        self.facts = Facts(head["min_zoom"], head["max_zoom"], (west, south, east, north))

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """Give a tile; None where there is none."""
        try:
            with self._path.open("rb") as file:
                return tile_of(Reader(_bytes_of(file)).get(zoom, column, row))
        except (*_DAMAGED, OSError, ValueError, IndexError) as error:
            raise unreadable(self._path.name, "PMTiles", error) from error


def _bytes_of(file: Any) -> Any:
    """Read parts of an open file, as the library asks for them."""

    def part(offset: int, length: int) -> bytes:
        file.seek(offset)
        return bytes(file.read(length))

    return part
