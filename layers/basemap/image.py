"""A georeferenced image, cut into tiles when they are asked for."""

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from PIL import Image
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import RasterioError
from rasterio.transform import from_bounds
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds

from layers.basemap.tiles import HALF_WORLD_M, SIDE_PX, Facts, Tile, mercator_box, unreadable
from layers.contract.errors import LayerFileError, quoted

__all__ = ["GeoImage"]

WEB_MERCATOR = "EPSG:3857"
# By first bytes: the library takes some texts for images, which send it to other files and hosts.
DRIVERS = {
    b"II*\0": "GTiff", b"MM\0*": "GTiff", b"II+\0": "GTiff", b"MM\0+": "GTiff",
    b"\xff\xd8\xff": "JPEG", b"\x89PNG": "PNG",
}  # fmt: skip
FINER = 1  # zooms beyond the one whose pixels are as large as those of the image


class GeoImage:
    """A GeoTIFF, or a picture with a world file.

    Parameters
    ----------
    path
        The file.
    crs
        Its coordinate system, where the file names none or a wrong one.

    Raises
    ------
    LayerFileError
        When it cannot be read, has no place on earth, or no 8-bit colours.
    """

    def __init__(self, path: Path, crs: str | None = None) -> None:
        self._path, self._crs = path, crs
        try:
            if crs is not None:
                CRS.from_user_input(crs)
            with rasterio.open(path, driver=_driver(path)) as image:
                self.facts = self._look(image)
        except (RasterioError, CRSError, OSError) as error:
            raise unreadable(path.name, "TIFF, JPEG, PNG", error) from error

    def _look(self, image: Any) -> Facts:
        name, system = self._path.name, self._crs or image.crs
        if system is None or image.transform.is_identity:
            raise LayerFileError(
                f"The base map {name!r} does not say where it lies. Give a GeoTIFF, or a picture "
                "with a world file and its coordinate system as crs in [basemap].",
                f"底图{quoted(name)}没有位置信息。请提供 GeoTIFF，或带坐标文件的图片，"
                "并在 [basemap] 的 crs 中写明坐标系。",
            )
        if set(image.dtypes) != {"uint8"}:
            found = ", ".join(sorted(set(image.dtypes)))
            raise LayerFileError(
                f"The base map {name!r} holds values of type {found}; 8-bit colours are needed. "
                "Export it as an 8-bit picture.",
                f"底图{quoted(name)}的数值类型为 {found}；须为 8 位颜色，请另存为 8 位图片。",
            )
        bounds = transform_bounds(system, "EPSG:4326", *image.bounds)
        with WarpedVRT(image, src_crs=system, crs=WEB_MERCATOR) as warped:
            pixel_m = abs(warped.transform.a)
        zoom = math.log2(2 * HALF_WORLD_M / SIDE_PX / pixel_m)
        return Facts(0, max(0, math.ceil(zoom) + FINER), bounds)

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """Give a tile; None where the image has nothing."""
        try:
            picture = self._cut(mercator_box(zoom, column, row))
        except (RasterioError, OSError) as error:
            raise unreadable(self._path.name, "TIFF, JPEG, PNG", error) from error
        if picture is None:
            return None
        written = io.BytesIO()
        Image.fromarray(picture, "RGBA").save(written, "PNG", compress_level=1)
        return Tile(written.getvalue(), "image/png")

    def _cut(self, box: tuple[float, float, float, float]) -> np.ndarray | None:
        """Give red, green, blue and opacity of a square of web Mercator."""
        with rasterio.open(self._path, driver=_driver(self._path)) as image:
            palette = image.colorinterp[0] == ColorInterp.palette
            with WarpedVRT(
                image,
                src_crs=self._crs or image.crs,
                crs=WEB_MERCATOR,
                transform=from_bounds(*box, SIDE_PX, SIDE_PX),
                width=SIDE_PX,
                height=SIDE_PX,
                resampling=Resampling.nearest if palette else Resampling.bilinear,
                add_alpha=ColorInterp.alpha not in image.colorinterp,
            ) as warped:
                seen = warped.dataset_mask()
                if not seen.any():
                    return None
                bands = warped.read()
            colours = _colours(bands, image.colormap(1) if palette else None)
        return np.dstack([*colours, seen])


def _driver(path: Path) -> str:
    """Tell which kind of image a file is.

    Raises
    ------
    OSError
        When it is none, or cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(4)
    for sign, name in DRIVERS.items():
        if head.startswith(sign):
            return name
    raise OSError("no TIFF, JPEG or PNG / 不是 TIFF、JPEG 或 PNG")


def _colours(bands: np.ndarray, palette: dict[int, tuple[int, ...]] | None) -> np.ndarray:
    """Give red, green and blue of an image of one band, a palette, or three bands and more."""
    if palette is not None:
        table = np.zeros((256, 3), dtype=np.uint8)
        for value, colour in palette.items():
            table[value] = colour[:3]
        return np.moveaxis(table[bands[0]], -1, 0)
    return bands[:3] if len(bands) > 3 else np.repeat(bands[:1], 3, axis=0)
