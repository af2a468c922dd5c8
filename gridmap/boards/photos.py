"""Photos of boards: the QR code and the point are read from one, and a small copy is kept.

What a phone sends is hostile. It is decoded within limits, and the copy is encoded anew: of what
the phone wrote into the file, such as its place and its owner, nothing is in it.
"""

import hashlib
import io
import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import ExifTags, Image, ImageOps

from gridmap.access.sidecar import PHOTOS, beside
from gridmap.boards.qr import read_qr
from gridmap.boards.record import Spot
from layers.contract.errors import LayerFileError, UsageError
from layers.files.atomic import watched_write, write_atomically

__all__ = ["MOST_MB", "Photo", "keep_photo", "photo_of", "read_photo", "remove_photo"]

MOST_MB = 20  # of what is sent
_FORMATS = ("JPEG", "PNG")
_MOST_PIXELS = 120_000_000  # more than any phone of today takes
_KEPT_PX, _QUALITY = 1280, 80  # of the copy: the longer side
_READ_PX = 2600  # of what the code is looked for in; then smaller, where a blur is less in the way
_NAME = re.compile(r"[0-9a-f]{24}\.jpg")
_PRIVATE = 0o700


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


def keep_photo(plan_path: Path, copy: bytes) -> str:
    """Keep a copy beside the plan, for its owner alone to read.

    Returns
    -------
    Its name; the same photo has one name.

    Raises
    ------
    LayerFileError
        If it cannot be saved.
    """
    name = f"{hashlib.sha256(copy).hexdigest()[:24]}.jpg"
    folder = beside(plan_path, PHOTOS)
    try:
        with watched_write(folder):
            folder.mkdir(mode=_PRIVATE, exist_ok=True)
    except OSError as error:
        raise LayerFileError(
            f"Cannot make the folder of photos: {error.strerror}. Allow writing beside the plan.",
            "无法建立照片文件夹，请开放方案所在文件夹的写入权限。",
        ) from None
    write_atomically(folder / name, copy, overwrite=True, private=True)
    return name


def photo_of(plan_path: Path, name: str) -> bytes | None:
    """Give a photo that was kept; None for one that is not there."""
    if not _NAME.fullmatch(name):
        return None
    try:
        return (beside(plan_path, PHOTOS) / name).read_bytes()
    except OSError:
        return None


def remove_photo(plan_path: Path, name: str) -> None:
    """Remove a photo; nothing is said when there is none."""
    if _NAME.fullmatch(name):
        place = beside(plan_path, PHOTOS) / name
        with watched_write(place):
            place.unlink(missing_ok=True)


def _read(data: bytes) -> Photo:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        if opened.width * opened.height > _MOST_PIXELS:
            raise ValueError("too many pixels")
        spot = _spot(opened.getexif().get_ifd(ExifTags.IFD.GPSInfo))
        opened.draft("RGB", (_READ_PX, _READ_PX))
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((_READ_PX, _READ_PX))
    small = picture.copy()
    small.thumbnail((_KEPT_PX, _KEPT_PX))
    copy = io.BytesIO()
    # Pillow writes what it has read of a file into the next one unless it is told otherwise.
    Image.frombytes("RGB", small.size, small.tobytes()).save(copy, "JPEG", quality=_QUALITY)
    return Photo(_numbers(picture) or _numbers(small), spot, copy.getvalue())


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
