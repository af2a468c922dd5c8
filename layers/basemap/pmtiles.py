"""PMTiles: tiles in one file with a directory."""

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from pmtiles.reader import Reader
from pmtiles.tile import (
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    tileid_to_zxy,
    zxy_to_tileid,
)

from layers.basemap.tiles import Facts, Tile, not_pictures, tile_of, unreadable

__all__ = ["PMTiles", "VectorTiles"]

_PICTURES = (TileType.PNG, TileType.JPEG, TileType.WEBP)
_DAMAGED = (MagicNumberNotFound, SpecVersionUnsupported)
_FAULTS = (*_DAMAGED, OSError, ValueError, IndexError, EOFError, KeyError)
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
        head = _head(path)
        if head["tile_type"] not in _PICTURES:
            raise not_pictures(path.name)
        self.facts = _facts(head)

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """Give a tile; None where there is none."""
        try:
            with self._path.open("rb") as file:
                return tile_of(Reader(_bytes_of(file)).get(zoom, column, row))
        except (*_DAMAGED, OSError, ValueError, IndexError) as error:
            raise unreadable(self._path.name, "PMTiles", error) from error


class VectorTiles:
    """A PMTiles file of vector tiles, packed by gzip; its directory is read once.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    LayerFileError
        When it is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                self._version = _version(file)
        except OSError as error:
            raise unreadable(path.name, "PMTiles", error) from error
        self._head = _head(path)
        self.facts = _facts(self._head)

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """What the file says of itself."""
        try:
            with self._path.open("rb") as file:
                told = Reader(_bytes_of(file)).metadata()
        except _FAULTS as error:
            raise unreadable(self._path.name, "PMTiles", error) from error
        return told if isinstance(told, dict) else {}

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """Give a tile as it is packed; None where there is none."""
        try:
            found = self._places.get(zxy_to_tileid(zoom, column, row))
            if found is None:
                return None
            offset, length = found
            with self._path.open("rb") as file:
                if _version(file) != self._version:
                    raise OSError("it is just being replaced / 文件正在更换")
                return bytes(_bytes_of(file)(self._head["tile_data_offset"] + offset, length))
        except _FAULTS as error:
            raise unreadable(self._path.name, "PMTiles", error) from error

    def tiles(self, most_zoom: int) -> Iterator[tuple[tuple[int, int, int], bytes]]:
        """Give all tiles up to a zoom with their places, as they are packed."""
        for number in sorted(self._places):
            zoom, column, row = tileid_to_zxy(number)
            if zoom > most_zoom:
                return
            found = self.tile(zoom, column, row)
            if found is not None:
                yield (zoom, column, row), found

    @cached_property
    def _places(self) -> dict[int, tuple[int, int]]:
        """Where each tile lies, by its number."""
        found: dict[int, tuple[int, int]] = {}
        with self._path.open("rb") as file:
            part = _bytes_of(file)
            parts = [(self._head["root_offset"], self._head["root_length"])]
            while parts:
                for one in deserialize_directory(part(*parts.pop())):
                    if one.run_length == 0:  # a directory below
                        parts.append((self._head["leaf_directory_offset"] + one.offset, one.length))
                    for number in range(one.tile_id, one.tile_id + one.run_length):
                        found[number] = (one.offset, one.length)
        return found


def _head(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            head: dict[str, Any] = Reader(_bytes_of(file)).header()
    except _FAULTS as error:
        raise unreadable(path.name, "PMTiles", error) from error
    return head


def _version(file: Any) -> tuple[int, int, int]:
    """Tell an open file from one that takes its place."""
    told = os.fstat(file.fileno())
    return told.st_ino, told.st_mtime_ns, told.st_size


def _facts(head: dict[str, Any]) -> Facts:
    west, south = head["min_lon_e7"] / _DEGREE, head["min_lat_e7"] / _DEGREE
    east, north = head["max_lon_e7"] / _DEGREE, head["max_lat_e7"] / _DEGREE
    return Facts(head["min_zoom"], head["max_zoom"], (west, south, east, north))


def _bytes_of(file: Any) -> Any:
    """Read parts of an open file, as the library asks for them."""

    def part(offset: int, length: int) -> bytes:
        file.seek(offset)
        return bytes(file.read(length))

    return part
