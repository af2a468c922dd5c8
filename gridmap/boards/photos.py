"""Photos of boards: the QR code and the point are read from one, and a small copy is made to keep.

What a phone sends is hostile. It is decoded within limits, and the copy is encoded anew: of what
the phone wrote into the file, such as its place and its owner, nothing is in it. Where copies are
kept: `gridmap.receipts.photos`.
"""

import io
import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import zxingcpp
from PIL import ExifTags, Image, ImageOps

from gridmap.boards.qr import read_qr
from gridmap.boards.record import Spot
from gridmap.receipts.photos import KEPT_PX, bare_jpeg
from layers.contract.errors import UsageError

__all__ = ["MOST_MB", "Photo", "read_photo"]

MOST_MB = 20  # of what is sent
_FORMATS = ("JPEG", "PNG")
_MOST_PIXELS = 120_000_000  # more than any phone of today takes
_READ_PX = 2600  # of what the code is looked for in; then smaller, where a blur is less in the way


@dataclass(frozen=True)
class Photo:
    """What a photo of a board says.

    Attributes
    ----------
    numbers
        Numbers of boards whose QR codes are on it, each once.
    spot
        Where it was taken, as the phone wrote it; None where it did not.
    copy
        The copy to keep, a JPEG.
    """

    numbers: tuple[str, ...]
    spot: Spot | None
    copy: bytes


def read_photo(data: bytes) -> Photo:
    """Read a photo that somebody sends.

    Raises
    ------
    UsageError
        If it is too large, or no picture.
    """
    if len(data) > MOST_MB * 2**20:
        raise UsageError(
            f"The photo is larger than {MOST_MB} MB. Take a smaller one.",
            f"照片超过 {MOST_MB} 兆，请换一张小些的。",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of oddities of a file that is hostile in any case
            return _read(data)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError):
        raise UsageError(
            "This is no photo that can be read. Send a JPEG or PNG.",
            "无法读取这张照片，请使用常见的图片格式（如相机直接拍摄的照片）。",
        ) from None


def _read(data: bytes) -> Photo:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        if opened.width * opened.height > _MOST_PIXELS:
            raise ValueError("too many pixels")
        spot = _spot(opened.getexif().get_ifd(ExifTags.IFD.GPSInfo))
        opened.draft("RGB", (_READ_PX, _READ_PX))
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((_READ_PX, _READ_PX))
    small = picture.copy()
    small.thumbnail((KEPT_PX, KEPT_PX))
    return Photo(_numbers(picture) or _numbers(small), spot, bare_jpeg(small))


def _numbers(picture: Image.Image) -> tuple[str, ...]:
    wanted = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    codes = zxingcpp.read_barcodes(picture.convert("L"), formats=wanted)
    found = (read_qr(code.text) for code in codes)
    return tuple(dict.fromkeys(number for number in found if number is not None))


def _spot(told: Mapping[int, Any]) -> Spot | None:
    gps = ExifTags.GPS
    lon = _degrees(told.get(gps.GPSLongitude), told.get(gps.GPSLongitudeRef), "W")
    lat = _degrees(told.get(gps.GPSLatitude), told.get(gps.GPSLatitudeRef), "S")
    accuracy = _number(told.get(gps.GPSHPositioningError))
    # Phones that do not know where they are write zeros.
    known = math.isfinite(lon + lat) and abs(lon) <= 180 and abs(lat) <= 90 and (lon, lat) != (0, 0)
    return Spot(lon, lat, accuracy) if known else None


def _degrees(parts: Any, side: Any, minus: str) -> float:
    if not isinstance(parts, tuple | list) or len(parts) != 3:
        return math.nan
    degrees, minutes, seconds = map(_number, parts)
    found = degrees + minutes / 60 + seconds / 3600
    return -found if str(side).strip().upper() == minus else found


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return math.nan
