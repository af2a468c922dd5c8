"""Photos kept beside a plan, for its owner alone to read: of boards, and of what cadres dispute.

What a phone sends is hostile until it was drawn anew: only the picture itself is kept, as a JPEG
without anything that a camera notes, such as the place where it was taken.
"""

import hashlib
import io
import re
import warnings
from pathlib import Path

from PIL import Image

from gridmap.access.sidecar import PHOTOS, beside
from layers.contract.errors import LayerFileError, UsageError
from layers.files.atomic import watched_write, write_atomically
from layers.files.reader_faults import reason_zh

__all__ = ["KEPT_PX", "MOST_SENT_BYTES", "bare_jpeg", "drawn_anew", "keep_photo", "photo_of",
           "remove_photo"]  # fmt: skip

MOST_SENT_BYTES = 600_000  # of a photo that a phone page has made small; it makes at most 400,000
KEPT_PX, _QUALITY = 1280, 80  # of what is kept: the longer side
_NAME = re.compile(r"[0-9a-f]{24}\.jpg")
_PRIVATE = 0o700


def bare_jpeg(picture: Image.Image) -> bytes:
    """Write a picture as a JPEG of nothing but its pixels.

    Pillow writes what it has read of a file into the next one unless it is told otherwise.
    """
    out = io.BytesIO()
    whole = picture.convert("RGB")
    Image.frombytes("RGB", whole.size, whole.tobytes()).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def drawn_anew(sent: bytes) -> bytes:
    """Draw a photo anew that a phone page has made small.

    Raises
    ------
    UsageError
        If it is no JPEG, damaged, or larger than pages make them.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of oddities of a file that is hostile in any case
            if len(sent) > MOST_SENT_BYTES:
                raise ValueError("too many bytes")
            with Image.open(io.BytesIO(sent), formats=("JPEG",)) as opened:
                if max(opened.size) > KEPT_PX:
                    raise ValueError("too large")  # before it is unpacked
                return bare_jpeg(opened)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError):
        raise UsageError(
            f"The photo is no JPEG of up to {MOST_SENT_BYTES:,} bytes and {KEPT_PX} px that can be "
            "read. It was left out.",
            f"照片不是可读取的图片（不超过 {MOST_SENT_BYTES:,} 字节、{KEPT_PX} 像素），已略去。",
        ) from None


def keep_photo(plan_path: Path, copy: bytes) -> str:
    """Keep a photo beside the plan.

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
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"Cannot make the folder of photos: {why}. Allow writing beside the plan.",
            f"无法建立照片文件夹：{why_zh}。请开放方案所在文件夹的写入权限。",
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
