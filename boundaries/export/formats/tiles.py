"""Layers as vector tiles in one PMTiles file, for web maps that read it piece by piece.

GDAL cuts each layer into tiles of its own; here they are put together, so that a map of the town
has its villages from afar and its micro-grids from near.
"""

import gzip
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyogrio
from pmtiles.reader import MemorySource, Reader, all_tiles

from boundaries.export.formats.arrow import GEOMETRY, arrow_table, shape_type
from boundaries.export.formats.layers import Layer
from boundaries.export.formats.records import sayings_of
from boundaries.export.formats.tile_book import Place, tile_book

__all__ = ["NEAREST", "first_zoom", "tile_unit_m", "tiles_bytes"]

NEAREST = 15  # at 35 degrees north a unit of a tile is 24 cm; maps enlarge it further
_FIRST = {1: 6, 2: 8, 3: 10}  # zoom from which a level of given grids is seen
_FIRST_SMALL = 12
_FARTHEST = 6
_EQUATOR_M, _UNITS = 40_075_016.686, 4096  # of web Mercator; of a tile along its side


def tiles_bytes(layers: Sequence[Layer], *, title: str, about: Mapping[str, Any]) -> bytes:
    """Write layers as vector tiles in web Mercator.

    Parameters
    ----------
    layers
        In one CRS; those without a place on the map are left out. Each is a layer of the tiles.
    title, about
        For the metadata: name, and what is said of the plan; credit and licence are `attribution`,
        which maps show.

    Returns
    -------
    The file. The same layers give the same bytes.
    """
    tiles: dict[Place, list[bytes]] = defaultdict(list)
    told: list[dict[str, Any]] = []
    boxes = []
    for layer in layers:
        if not layer.frame.geometry.notna().any():
            continue
        source = MemorySource(_cut(layer))
        for place, packed in all_tiles(source):
            tiles[place].append(gzip.decompress(packed))
        header, metadata = Reader(source).header(), Reader(source).metadata()
        told += [one | {"description": layer.title} for one in metadata["vector_layers"]]
        boxes.append(
            [header[f"{side}_e7"] for side in ("min_lon", "min_lat", "max_lon", "max_lat")]
        )
    metadata = {"name": title, "type": "overlay", "vector_layers": told}
    west, south, east, north = (
        pick(box[side] for box in boxes) for side, pick in enumerate((min, min, max, max))
    )
    box = (west, south, east, north)
    return tile_book(tiles, box, metadata | _said(about), centre=_FIRST_SMALL)


def first_zoom(layer: Layer) -> int:
    """Say from which zoom on a layer is in the tiles."""
    name, _, level = layer.name.rpartition("_")
    return _FIRST.get(int(level), _FIRST_SMALL) if name == "grids" else _FIRST_SMALL


def tile_unit_m(data: bytes) -> float:
    """Give the unit of the coordinates of the nearest tiles, in m on the ground of their middle.

    Borders are rounded to it, each layer by itself, so that tiles are for drawing alone.

    Parameters
    ----------
    data
        A PMTiles file of ours.
    """
    header = Reader(MemorySource(data)).header()
    middle = math.radians((header["min_lat_e7"] + header["max_lat_e7"]) / 2e7)
    size = _EQUATOR_M * math.cos(middle) / 2 ** header["max_zoom"] / _UNITS
    return round(size, 3)


def _cut(layer: Layer) -> bytes:
    """Let GDAL cut a layer into tiles."""
    crs = layer.frame.crs
    with TemporaryDirectory(prefix="gridmap-") as folder:
        place = Path(folder) / "layer.pmtiles"
        pyogrio.write_arrow(
            arrow_table(layer, lambda field: {}),
            place,
            layer=layer.name,
            driver="PMTiles",
            geometry_name=GEOMETRY,
            geometry_type=shape_type(layer),
            crs=crs.to_wkt(),
            dataset_options={"MINZOOM": str(first_zoom(layer)), "MAXZOOM": str(NEAREST)},
        )
        return place.read_bytes()


def _said(about: Mapping[str, Any]) -> dict[str, str]:
    told = dict(sayings_of(about))
    # Maps show the attribution as HTML.
    rights = [escape(told[name]) for name in ("credit", "licence") if name in told]
    description = "; ".join(f"{name}: {value}" for name, value in told.items())
    return {"description": description} | ({"attribution": ", ".join(rights)} if rights else {})
