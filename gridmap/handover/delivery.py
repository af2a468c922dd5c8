"""Files put into a folder or one zip file: all of them, or none when something comes between."""

import io
import os
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from gridmap.handover.kinds import File
from layers.contract.errors import Named
from layers.files.atomic import cannot_write, check_free, replacing
from layers.files.drafts import draft_folder, sweep_drafts

__all__ = ["Delivered", "into_folder", "into_zip", "zipped"]

_DAY = (1980, 1, 1, 0, 0, 0)  # zip has no earlier; no clock, so that bytes are the same again
_PACKED = (".zip", ".xlsx", ".docx", ".pdf", ".gpkg")  # packed already


@dataclass(frozen=True)
class Delivered:
    """A file that was put in its place: without its bytes, with their number."""

    name: str
    kind: str
    size: int
    remarks: tuple[Named, ...]


def into_zip(files: Iterable[File], path: Path, *, overwrite: bool = False) -> list[Delivered]:
    """Write files into one zip file as they are made; it is there when all are in it.

    Raises
    ------
    UsageError, LayerFileError
        If it cannot be written.
    """
    done = []
    last: list[Callable[[], None] | None] = []
    with (
        replacing(path, overwrite=overwrite, private=True) as draft,
        zipfile.ZipFile(draft, "w") as book,
    ):
        for file in files:
            book.writestr(_entry(file.name), file.data)
            done.append(_delivered(file))
            last.append(file.settle)
    _settle(last)
    return done


def into_folder(files: Iterable[File], folder: Path, *, overwrite: bool = False) -> list[Delivered]:
    """Write files into a folder; they appear there when the last of them is made.

    Parameters
    ----------
    files
        As they are made.
    folder
        Made where there is none; what else is in it stays.
    overwrite
        Whether files of the same names may be replaced.

    Raises
    ------
    UsageError, LayerFileError
        If one of them cannot be written.
    """
    is_new, done, free = not folder.exists(), [], set[str]()
    last: list[Callable[[], None] | None] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep_drafts(folder)
        with draft_folder(folder) as drafts:
            for file in files:
                if file.replaces or overwrite:
                    free.add(file.name)
                check_free(folder / file.name, overwrite=file.name in free)
                (drafts / file.name).write_bytes(file.data)
                done.append(_delivered(file))
                last.append(file.settle)
            for one in done:
                place = folder / one.name
                with replacing(place, overwrite=one.name in free, private=True) as draft:
                    os.replace(drafts / one.name, draft)
    except OSError as error:
        raise cannot_write(folder, error) from None
    finally:
        if is_new and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    _settle(last)
    return done


def _settle(last: Iterable[Callable[[], None] | None]) -> None:
    """Do what was to be done once all files are in their place."""
    for do in last:
        if do is not None:
            do()


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Give files by name as one zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, data in files:
            book.writestr(_entry(name), data)
    return out.getvalue()


def _delivered(file: File) -> Delivered:
    return Delivered(file.name, file.kind, len(file.data), file.remarks)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.external_attr = 0o600 << 16
    entry.create_system = 3
    packed = name.lower().endswith(_PACKED)
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    return entry
