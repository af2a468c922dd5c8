"""MBTiles: tiles in an SQLite file, numbered from the south-west."""

import math
import sqlite3
from contextlib import closing
from pathlib import Path

from layers.basemap.tiles import Facts, Tile, not_pictures, tile_of, type_of, unreadable
from layers.files.database_files import connect_to, rows_of

__all__ = ["MBTiles"]

_TILE = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
_ZOOMS = "SELECT min(zoom_level), max(zoom_level) FROM tiles"
_CORNERS = (
    "SELECT min(tile_column), min(tile_row), max(tile_column), max(tile_row) FROM tiles "
    "WHERE zoom_level = ?"
)


class MBTiles:
    """An MBTiles file.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    LayerFileError
        When it is none, holds no tile, or vector tiles.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with closing(connect_to(path)) as base:
                self.facts = _facts(base)
                first = base.execute("SELECT tile_data FROM tiles LIMIT 1").fetchone()
        except (sqlite3.Error, OSError, TypeError, ValueError) as error:
            raise unreadable(path.name, "MBTiles", error) from error
        if not type_of(bytes(first[0])):
            raise not_pictures(path.name)

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """Give a tile; None where there is none."""
        try:
            with closing(connect_to(self._path)) as base:
                _, found = rows_of(base, _TILE, (zoom, column, 2**zoom - 1 - row))
        except sqlite3.Error as error:
            raise unreadable(self._path.name, "MBTiles", error) from error
        return tile_of(bytes(found[0][0])) if found else None


def _facts(base: sqlite3.Connection) -> Facts:
    _, [(least, most)] = rows_of(base, _ZOOMS)
    if least is None:
        raise ValueError("no tile / 没有瓦片")
    _, [(left, low, right, high)] = rows_of(base, _CORNERS, (most,))
    # The tiles themselves are asked, not the table `metadata`, which many programs leave wrong.
    whole = 2**most
    bounds = (
        360 * left / whole - 180,
        _latitude(low / whole),
        360 * (right + 1) / whole - 180,
        _latitude((high + 1) / whole),
    )
    return Facts(int(least), int(most), bounds)


def _latitude(share: float) -> float:
    """Latitude in degrees at a share of web Mercator, from the south."""
    return math.degrees(math.atan(math.sinh(math.pi * (2 * share - 1))))
