"""Small base maps for tests: one colour a tile, so that a place is told by its colour."""

import io
import sqlite3
from pathlib import Path

import numpy as np
import rasterio
from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from rasterio.transform import from_bounds

__all__ = ["BLUE", "RED", "ZOOM", "colour_in", "picture", "tile_at", "write_geotiff",
           "write_mbtiles", "write_pmtiles"]  # fmt: skip

ZOOM = 14
RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(colour: tuple[int, int, int], kind: str = "PNG") -> bytes:
    """One tile of one colour."""
    written = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(written, kind)
    return written.getvalue()


def colour_in(data: bytes, x: int = 128, y: int = 128) -> tuple[int, ...]:
    """Colour of a pixel, with its opacity."""
    return Image.open(io.BytesIO(data)).convert("RGBA").getpixel((x, y))


def tile_at(lon: float, lat: float, zoom: int = ZOOM) -> tuple[int, int]:
    """Column and row of the tile that holds a place."""
    north = np.arcsinh(np.tan(np.radians(lat))) / np.pi
    return int((lon + 180) / 360 * 2**zoom), int((1 - north) / 2 * 2**zoom)


def write_mbtiles(path: Path, tiles: dict[tuple[int, int, int], bytes]) -> Path:
    """Write tiles by zoom, column and row from the north-west."""
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        base.execute(
            "CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)"
        )
        base.executemany(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)",
            [(zoom, x, 2**zoom - 1 - y, data) for (zoom, x, y), data in tiles.items()],
        )
    base.close()
    return path


def write_pmtiles(
    path: Path, tiles: dict[tuple[int, int, int], bytes], kind: TileType = TileType.PNG
) -> Path:
    """Write tiles by zoom, column and row."""
    with path.open("wb") as file:
        writer = Writer(file)
        for place, data in sorted(tiles.items(), key=lambda item: zxy_to_tileid(*item[0])):
            writer.write_tile(zxy_to_tileid(*place), data)
        zooms = [zoom for zoom, _, _ in tiles]
        writer.finalize(
            {
                "tile_type": kind, "tile_compression": Compression.NONE,
                "min_zoom": min(zooms), "max_zoom": max(zooms),
                "min_lon_e7": int(113e7), "min_lat_e7": int(34e7),
                "max_lon_e7": int(114e7), "max_lat_e7": int(35e7),
                "center_zoom": min(zooms), "center_lon_e7": 0, "center_lat_e7": 0,
            },
            {},
        )  # fmt: skip
    return path


def write_geotiff(path: Path, bounds: tuple[float, float, float, float], crs: str | None) -> Path:
    """Write an image of 64 x 64 px, its west half red and its east half blue."""
    data = np.zeros((3, 64, 64), dtype=np.uint8)
    data[:, :, :32] = np.array(RED)[:, None, None]
    data[:, :, 32:] = np.array(BLUE)[:, None, None]
    with rasterio.open(
        path, "w", driver="GTiff", width=64, height=64, count=3, dtype="uint8", crs=crs,
        transform=from_bounds(*bounds, 64, 64),
    ) as image:  # fmt: skip
        image.write(data)
    return path
