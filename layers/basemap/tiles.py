"""A tile: its place, its type, and what a base map is."""

import math
from dataclasses import dataclass
from typing import Protocol

from layers.contract.errors import LayerFileError, quoted

__all__ = ["MOST_ZOOM", "SIDE_PX", "Basemap", "Facts", "Tile", "degree_box", "is_tile",
           "mercator_box", "not_pictures", "tile_of", "type_of", "unreadable"]  # fmt: skip

SIDE_PX = 256
MOST_ZOOM = 24
HALF_WORLD_M = math.pi * 6_378_137.0  # from the middle of web Mercator to its edge
_SIGNS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


@dataclass(frozen=True)
class Tile:
    """A picture of a square of the ground, or its shapes."""

    data: bytes
    media_type: str
    packed: str = ""  # how the data are packed, as HTTP calls it


@dataclass(frozen=True)
class Facts:
    """What a base map covers: zooms of its tiles, and west, south, east, north in degrees."""

    least_zoom: int
    most_zoom: int
    bounds: tuple[float, float, float, float]


class Basemap(Protocol):
    """A source of tiles in web Mercator, numbered from the north-west as the web does."""

    @property
    def facts(self) -> Facts:
        """What it covers."""

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """Give a tile; None where the base map has none."""


def is_tile(zoom: int, column: int, row: int) -> bool:
    """Whether there is such a place."""
    return 0 <= zoom <= MOST_ZOOM and 0 <= column < 2**zoom and 0 <= row < 2**zoom


def type_of(data: bytes) -> str:
    """Tell the type of a picture from its first bytes; "" for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((name for sign, name in _SIGNS if data.startswith(sign)), "")


def tile_of(data: bytes | None) -> Tile | None:
    """Make a tile of what a file holds; what is no picture is no tile."""
    kind = type_of(data) if data else ""
    return Tile(data, kind) if data and kind else None


def mercator_box(zoom: int, column: int, row: int) -> tuple[float, float, float, float]:
    """Left, low, right and high of a tile in metres of web Mercator (EPSG:3857)."""
    side = 2 * HALF_WORLD_M / 2**zoom
    left, high = column * side - HALF_WORLD_M, HALF_WORLD_M - row * side
    return left, high - side, left + side, high


def degree_box(zoom: int, column: int, row: int) -> tuple[float, float, float, float]:
    """West, south, east and north of a tile in degrees."""
    left, low, right, high = (side / HALF_WORLD_M for side in mercator_box(zoom, column, row))
    south, north = (math.degrees(math.atan(math.sinh(math.pi * side))) for side in (low, high))
    return 180 * left, south, 180 * right, north


def unreadable(name: str, kind: str, error: Exception) -> LayerFileError:
    """Say that a file cannot be read as what it ought to be."""
    why = str(error) or type(error).__name__
    return LayerFileError(
        f"The base map {name!r} cannot be read as {kind}: {why}. Check the file.",
        f"底图{quoted(name)}不能按 {kind} 读取：{why}。请检查文件。",
    )


def not_pictures(name: str) -> LayerFileError:
    """Say that a file holds tiles, but none that are pictures."""
    return LayerFileError(
        f"The base map {name!r} holds vector tiles, which the maps cannot draw. Give one whose "
        "tiles are pictures: PNG, JPEG or WebP.",
        f"底图{quoted(name)}是矢量瓦片，地图不能绘制。请换成图片瓦片（PNG、JPEG 或 WebP）。",
    )
