"""Tiles of one layer cut by GDAL, and tiles of several put into one PMTiles file.

A vector tile is a list of its layers, so that lists written one after the other are one list.
"""

import gzip
import io
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import pyogrio
from pmtiles.reader import MemorySource, all_tiles
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

__all__ = ["Box", "Place", "cut_frame", "tile_book"]

Place = tuple[int, int, int]  # zoom, column from the west, row from the north
Box = tuple[int, int, int, int]  # west, south, east, north in 1e-7 degrees
_PACKED = 9
_MERCATOR = "EPSG:3857"


def cut_frame(frame: gpd.GeoDataFrame, layer: str, zooms: tuple[int, int]) -> dict[Place, bytes]:
    """Cut shapes into vector tiles of web Mercator.

    Parameters
    ----------
    frame
        Polygons or points in any CRS, with the columns that tiles tell of each.
    layer
        Name of the layer in the tiles.
    zooms
        First and last zoom; in the last one a unit is 1/4096 of a tile's side.

    Returns
    -------
    Tiles by place, not packed. The same frame gives the same bytes.
    """
    written = io.BytesIO()
    # GDAL takes twice as long when it has to bring the shapes to the projection itself.
    pyogrio.write_dataframe(
        frame.to_crs(_MERCATOR),
        written,
        layer=layer,
        driver="PMTiles",
        dataset_options={"MINZOOM": str(zooms[0]), "MAXZOOM": str(zooms[1])},
    )
    source = MemorySource(written.getvalue())
    return {at: gzip.decompress(packed) for at, packed in all_tiles(source)}


def tile_book(
    tiles: Mapping[Place, Iterable[bytes]], box: Box, metadata: Mapping[str, Any], *, centre: int
) -> bytes:
    """Put tiles into one PMTiles file.

    Parameters
    ----------
    tiles
        Of each place the tiles that are to be one.
    box
        What they cover.
    metadata
        As JSON has it.
    centre
        Zoom that a viewer begins with.

    Returns
    -------
    The file, in the order of places: the same tiles give the same bytes.
    """
    out = io.BytesIO()
    writer = Writer(out)
    for number, place in sorted((zxy_to_tileid(*place), place) for place in tiles):
        writer.write_tile(number, gzip.compress(b"".join(tiles[place]), _PACKED, mtime=0))
    west, south, east, north = box
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        **{"min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north},
        "center_zoom": centre,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }
    writer.finalize(header, metadata)
    return out.getvalue()
