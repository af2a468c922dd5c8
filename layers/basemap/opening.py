"""Which reader the file of a base map takes."""

from pathlib import Path
from typing import Literal

from layers.basemap.tiles import Basemap
from layers.contract.errors import LayerFileError, quoted

__all__ = ["ENDINGS", "open_basemap"]

_IMAGES = (".tif", ".tiff", ".jpg", ".jpeg", ".png")
ENDINGS = (".mbtiles", ".pmtiles", *_IMAGES)


def open_basemap(
    path: Path, *, crs: str | None = None, datum: Literal["gcj02"] | None = None
) -> Basemap:
    """Open a base map on this machine's disk.

    Parameters
    ----------
    path
        MBTiles or PMTiles with pictures, a GeoTIFF, or a picture with a world file.
    crs
        Coordinate system of an image that names none or a wrong one.
    datum
        "gcj02" when the map was drawn on a shifted web map.

    Raises
    ------
    LayerFileError
        When there is no such file, or it cannot be drawn.
    """
    if not path.is_file():
        raise LayerFileError(
            f"The base map {str(path)!r} does not exist. Correct file in [basemap].",
            f"底图{quoted(path)}不存在，请更正 [basemap] 中的 file。",
        )
    basemap = _opened(path, crs)
    if datum == "gcj02":
        from layers.basemap.shifted import Shifted

        return Shifted(basemap)
    return basemap


def _opened(path: Path, crs: str | None) -> Basemap:
    ending = path.suffix.lower()
    if ending == ".mbtiles":
        from layers.basemap.mbtiles import MBTiles

        return MBTiles(path)
    if ending == ".pmtiles":
        from layers.basemap.pmtiles import PMTiles

        return PMTiles(path)
    if ending in _IMAGES:
        from layers.basemap.image import GeoImage  # its library takes a moment

        return GeoImage(path, crs)
    endings = ", ".join(ENDINGS)
    raise LayerFileError(
        f"The base map {path.name!r} is of no known kind. Known are {endings}.",
        f"底图{quoted(path.name)}的格式不认识。可用的有 {endings}。",
    )
