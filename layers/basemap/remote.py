"""Tiles from an address of the network, when a town has switched one on in its rules.

The server asks for them and passes them on, so that pages still ask nobody but their own server and
the key in the address does not leave it. Nothing else in the program asks the network.
"""

import urllib.error
import urllib.request
from collections.abc import Mapping
from urllib.parse import urlsplit

from layers.basemap.tiles import Facts, Tile, tile_of

__all__ = ["Remote", "host_of"]

PATIENCE_S = 8.0
LARGEST = 4_000_000  # bytes of a tile
WORLD = (-180.0, -85.05, 180.0, 85.05)
MOST = 18  # beyond, the tiles of this zoom are drawn larger


class Remote:
    """Tiles of an address.

    Parameters
    ----------
    url
        Address with {z}, {x} and {y}.
    """

    facts = Facts(0, MOST, WORLD)

    def __init__(self, url: str) -> None:
        self._url = url

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """Ask for a tile; None when the answer is none, is late, or is no picture."""
        url = _filled(self._url, {"z": zoom, "x": column, "y": row})
        asked = urllib.request.Request(url, headers={"User-Agent": "gridmap"})
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
                return tile_of(answer.read(LARGEST))
        except (urllib.error.URLError, OSError, ValueError):
            return None  # the map is drawn without it


def host_of(url: str) -> str:
    """Name the machine that an address asks."""
    return urlsplit(url).hostname or ""


def _filled(url: str, values: Mapping[str, int]) -> str:
    for name, value in values.items():
        url = url.replace("{" + name + "}", str(value))
    return url
