"""The logo of a town: a picture from outside, made anew so that nothing hostile gets on paper."""

import io
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from layers.contract.errors import LayerFileError, quoted

__all__ = ["checked_logo", "read_logo"]

LARGEST = 5_000_000  # bytes of a file
MOST_PIXELS = 25_000_000  # more would take the memory of an office PC
SIDE = 800  # pixels that are kept of its longer side: 30 mm on paper at 600 dpi
_FORMATS = ("PNG", "JPEG")


def read_logo(path: Path) -> bytes:
    """Read a logo.

    Returns
    -------
    A PNG file of at most 800 pixels a side, made anew: nothing but the picture is left.

    Raises
    ------
    LayerFileError
        If it is too large, or no PNG or JPEG picture.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise _refused(path.name, "it is too large", "文件太大")
        data = path.read_bytes()
    except OSError as error:
        raise _refused(path.name, "it is not there", "找不到该文件") from error
    return checked_logo(data, path.name)


def checked_logo(data: bytes, name: str) -> bytes:
    """Check a picture that somebody gave for a logo; see `read_logo`."""
    if len(data) > LARGEST:
        raise _refused(name, "it is too large", "文件太大")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise _refused(name, "it has too many pixels", "像素太多")
            image = opened.convert("RGBA" if _is_clear(opened) else "RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise _refused(name, "it is no such picture", "不是这样的图片") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, LayerFileError):
            raise
        raise _refused(name, "it is damaged", "图片已损坏") from error
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _is_clear(image: Image.Image) -> bool:
    return "A" in image.getbands() or "transparency" in image.info


def _refused(name: str, why: str, why_zh: str) -> LayerFileError:
    return LayerFileError(
        f"The logo {name!r} cannot be used: {why}. Take a PNG or JPEG picture of at most "
        f"{LARGEST // 1_000_000} MB and {MOST_PIXELS // 1_000_000} million pixels.",
        f"徽标{quoted(name)}不能用：{why_zh}。请用不超过 {LARGEST // 1_000_000} MB、"
        f"{MOST_PIXELS // 10_000} 万像素的 PNG 或 JPEG 图片。",
    )
