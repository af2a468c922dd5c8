"""Files on disk: their names, that they are there, what belongs to them, the hash of a plan."""

import hashlib
import re
import unicodedata
from pathlib import Path

from layers.contract.errors import LayerFileError, quoted
from layers.files.sidecar_files import sidecar_files

__all__ = ["LONGEST_NAME", "clean_name", "file_hash", "input_files", "log_of", "require_file"]

LONGEST_NAME = 40  # signs of a folder or file name; four bytes each still fit any disk
_KEPT = "-_.()（）"
# Windows knows these as devices, with any ending.
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{name}{n}" for name in ("com", "lpt") for n in range(10)
}

# Addresses that GDAL would open; Path has made one slash of two. A drive has one letter only.
_ADDRESS = re.compile(r"/vsi\w|\w{2,}:/")


def clean_name(name: str) -> str:
    """Make a name that any system takes for a file or folder, and that leads nowhere else."""
    plain = unicodedata.normalize("NFKC", name.replace("\\", "/").rsplit("/", 1)[-1])
    signs = [sign if sign.isalnum() or sign in _KEPT else "-" for sign in plain]
    stem, dot, ending = "".join(signs).strip("-. ").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    stem = (stem[: LONGEST_NAME - len(ending)] or "file").strip("-. ")
    if stem.lower() in _DEVICES:
        stem += "_"
    return f"{stem}{dot}{ending}"


def require_file(path: Path) -> None:
    """Refuse a path without a file, a file without bytes, and names that GDAL reads as an address.

    Raises
    ------
    LayerFileError
        With what lies beside the missing file.
    """
    if _ADDRESS.match(path.as_posix()):
        raise LayerFileError(
            f"{str(path)!r} is an address, not a file. Download it first and give the file.",
            f"{quoted(path)}是网址，不是文件。请先下载，再给出文件。",
        )
    if not path.exists():
        near = sorted(file.name for file in path.parent.glob("*") if not file.name.startswith("."))
        beside = ", ".join(repr(name) for name in near[:12])
        beside_zh = quoted(*near[:12])
        raise LayerFileError(
            f"There is no file {path.name!r} in {str(path.parent)!r}. "
            f"Found there: {beside or 'nothing'}{' …' if len(near) > 12 else ''}. "
            "Put the file there or correct its name.",
            f"文件夹{quoted(path.parent)}中没有文件{quoted(path.name)}。"
            f"其中有：{beside_zh or '无'}{'…' if len(near) > 12 else ''}。"
            "请放入该文件，或更正文件名。",
        )
    if path.is_file() and path.stat().st_size == 0:
        raise LayerFileError(
            f"{path.name!r} is empty: 0 bytes. Copy or export it again.",
            f"文件{quoted(path.name)}是空的（0 字节）。请重新拷贝或导出。",
        )


def input_files(path: Path) -> list[Path]:
    """List all files of an input: a shapefile's companions, a database's log, a folder's files."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    if path.suffix.lower() == ".shp":
        return sorted(sidecar_files(path).values())
    if path.suffix.lower() == ".gpkg" and log_of(path).exists():
        return [path, log_of(path)]
    return [path]


def log_of(path: Path) -> Path:
    """Name the log beside a GeoPackage: what was saved last may stand in it alone."""
    return path.with_name(f"{path.name}-wal")


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as hex."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
