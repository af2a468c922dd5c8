"""Tiles of a GCJ-02 web map, moved back to where the ground is.

The shift of GCJ-02 hardly changes within a tile, so that each tile is put together from up to four
tiles of the shifted map, moved by the shift in its middle.
"""

import io
import math
from dataclasses import replace

import numpy as np
from PIL import Image

from layers.basemap.tiles import SIDE_PX, Basemap, Facts, Tile, is_tile
from layers.location.datum import gcj_to_wgs, wgs_to_gcj

__all__ = ["Shifted"]


class Shifted:
    """A base map in GCJ-02 as one at true places.

    Parameters
    ----------
    basemap
        The base map as its file has it.
    """

    def __init__(self, basemap: Basemap) -> None:
        self._basemap = basemap

    @property
    def facts(self) -> Facts:
        """What it covers, at true places."""
        facts = self._basemap.facts
        west, south, east, north = facts.bounds
        lon, lat = gcj_to_wgs(np.array([west, east]), np.array([south, north]))
        return replace(facts, bounds=(float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])))

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """Put a tile together; None where the base map has none of its parts."""
        right, down = _shift_px(zoom, column, row)
        first_column, first_row = column + right // SIDE_PX, row + down // SIDE_PX
        left, top = right % SIDE_PX, down % SIDE_PX
        picture = Image.new("RGBA", (SIDE_PX, SIDE_PX))
        found = False
        for beside in (0, 1):
            for below in (0, 1):
                place = (zoom, first_column + beside, first_row + below)
                drawn = self._part(*place) if is_tile(*place) else None
                if drawn is not None:
                    found = True
                    picture.paste(drawn, (beside * SIDE_PX - left, below * SIDE_PX - top))
        if not found:
            return None
        written = io.BytesIO()
        picture.save(written, "PNG", compress_level=1)
        return Tile(written.getvalue(), "image/png")

    def _part(self, zoom: int, column: int, row: int) -> Image.Image | None:
        tile = self._basemap.tile(zoom, column, row)
        if tile is None:
            return None
        try:
            drawn = Image.open(io.BytesIO(tile.data)).convert("RGBA")
        except (OSError, Image.DecompressionBombError):
            return None  # a browser would not draw it either
        return drawn if drawn.size == (SIDE_PX, SIDE_PX) else drawn.resize((SIDE_PX, SIDE_PX))


def _shift_px(zoom: int, column: int, row: int) -> tuple[int, int]:
    """How far GCJ-02 moves the middle of a tile, in px to the right and down."""
    lon = 360 * (column + 0.5) / 2**zoom - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (row + 0.5) / 2**zoom))))
    moved = wgs_to_gcj(np.array([lon]), np.array([lat]))
    x, y = (float(value[0]) for value in moved)
    whole = SIDE_PX * 2**zoom
    north = math.asinh(math.tan(math.radians(y))) / math.pi
    return (
        round((x + 180) / 360 * whole - (column + 0.5) * SIDE_PX),
        round((1 - north) / 2 * whole - (row + 0.5) * SIDE_PX),
    )
