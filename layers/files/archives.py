"""Archives that hold layers: unpacked into a folder of their own, with suspicion.

Refused: names that leave the archive, links, encrypted files, and archives that grow out of all
proportion (zip bombs). Chinese file names of old programs are read as GBK.
"""

import gzip
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath
from typing import IO

from layers.contract.errors import LayerFileError, quoted
from layers.files.reader_faults import reason_zh

__all__ = ["require_no_bomb", "unpacked"]

MAX_FILES = 5_000  # far more than the parts of all layers of a town
MAX_BYTES = 2 * 2**30
# Small archives may shrink as much as they like: a table of blanks shrinks to nearly nothing.
FREE_BYTES = 128 * 2**20
MAX_RATIO = 200
_CHUNK = 2**20  # bytes copied at once


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Unpack a .zip, .kmz or .gz into a temporary folder, which goes away afterwards.

    Raises
    ------
    LayerFileError
        If the archive is broken, encrypted, a bomb, or leads out of itself.
    """
    with tempfile.TemporaryDirectory(prefix="gridmap-") as name:
        folder = Path(name)
        try:
            if path.suffix.lower() == ".gz":
                _unpack_gzip(path, folder)
            else:
                _unpack_zip(path, folder)
        except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError,
                OSError, RuntimeError, UnicodeError) as error:  # fmt: skip
            raise LayerFileError(
                f"{path.name!r} cannot be unpacked: {error}. Pack it again, or unpack it yourself "
                "and give the layer in it.",
                f"{quoted(path.name)}无法解压：{reason_zh(error)}。"
                "请重新打包，或自行解压后给出其中的图层。",
            ) from None
        yield folder


def require_no_bomb(path: Path) -> None:
    """Refuse a zip file, such as an .xlsx, that would grow out of all proportion."""
    try:
        with zipfile.ZipFile(path) as archive:
            _require_sane(path, archive.infolist())
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise LayerFileError(
            f"{path.name!r} cannot be unpacked: {error}. Save it again.",
            f"{quoted(path.name)}无法解压：{reason_zh(error)}。请重新保存。",
        ) from None


def _unpack_zip(path: Path, folder: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        _require_sane(path, entries)
        left = MAX_BYTES
        for entry in entries:
            if entry.is_dir():
                continue
            target = folder / _safe_name(path, entry)
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as packed:
                left -= _copy(packed, target, left, path)


def _unpack_gzip(path: Path, folder: Path) -> None:
    allowed = min(MAX_BYTES, max(FREE_BYTES, MAX_RATIO * path.stat().st_size))
    with gzip.open(path) as packed:
        _copy(packed, folder / path.stem, allowed, path)


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, allowed: int, path: Path) -> int:
    """Copy by chunks, and stop when more comes out than the archive said or may hold."""
    written = 0
    with target.open("xb") as file:
        while chunk := packed.read(_CHUNK):
            written += len(chunk)
            if written > allowed:
                raise _bomb(path, written)
            file.write(chunk)
    return written


def _require_sane(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_FILES:
        raise LayerFileError(
            f"{path.name!r} holds {len(entries):,} files, more than {MAX_FILES:,}. Pack the layer "
            "alone.",
            f"{quoted(path.name)}内有 {len(entries):,} 个文件，超过 {MAX_FILES:,} 个。"
            "请只打包图层。",
        )
    size = sum(entry.file_size for entry in entries)
    packed = max(1, path.stat().st_size)
    if size > MAX_BYTES or (size > FREE_BYTES and size > MAX_RATIO * packed):
        raise _bomb(path, size)


def _bomb(path: Path, size: int) -> LayerFileError:
    unpacked_mb, packed_mb = size / 2**20, path.stat().st_size / 2**20
    return LayerFileError(
        f"{path.name!r} would unpack to {unpacked_mb:,.0f} MB or more from {packed_mb:,.2f} MB: "
        "that looks like a zip bomb and is refused. Unpack it yourself if you trust it, and give "
        "the layer in it.",
        f"{quoted(path.name)}压缩后 {packed_mb:,.2f} MB，解压后将达 {unpacked_mb:,.0f} MB 以上，"
        "疑似压缩炸弹，不予读取。如确认可信，请自行解压后给出其中的图层。",
    )


def _safe_name(path: Path, entry: zipfile.ZipInfo) -> str:
    name = entry.filename
    if not entry.flag_bits & 0x800:
        # Without the UTF-8 flag Python has read the name as cp437; Chinese Windows wrote GBK.
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = name.encode("cp437", "replace").decode("gb18030", "replace")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise LayerFileError(
            f"{path.name!r} holds the link {name!r}. Pack the file itself.",
            f"{quoted(path.name)}内有链接{quoted(name)}。请打包文件本身。",
        )
    if entry.flag_bits & 0x1:
        raise LayerFileError(
            f"{path.name!r} is encrypted. Pack it without a password.",
            f"{quoted(path.name)}已加密。请不设密码重新打包。",
        )
    parts = PureWindowsPath(name)
    if parts.anchor or ".." in parts.parts or "\0" in name:
        raise LayerFileError(
            f"{path.name!r} holds a file {name!r} that leads out of the archive. Pack it again "
            "with plain names.",
            f"{quoted(path.name)}内的文件{quoted(name)}指向压缩包之外。请用普通文件名重新打包。",
        )
    return parts.as_posix()
