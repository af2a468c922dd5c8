"""Files put into a folder or one zip file: all of them, or none when something comes between."""

import io
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from gridmap.handover.kinds import File
from layers.contract.errors import Named
from layers.files.atomic import (
    PRIVATE,
    cannot_write,
    check_free,
    flush,
    replacing,
    watched_write,
)
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


def into_zip(
    files: Iterable[File], path: Path, *, overwrite: bool = False, private: bool = True
) -> list[Delivered]:
    """Write files into one zip file as they are made; it is there when all are in it.

    Parameters
    ----------
    files, overwrite, private
        As `into_folder` has them.
    path
        The zip file.

    Raises
    ------
    UsageError, LayerFileError
        If it cannot be written.
    """
    done = []
    last: list[Callable[[], None] | None] = []
    with (
        replacing(path, overwrite=overwrite, private=private) as draft,
        zipfile.ZipFile(draft, "w") as book,
    ):
        for file in files:
            book.writestr(_entry(file.name), file.data)
            done.append(_delivered(file))
            last.append(file.settle)
    _settle(last)
    return done


def into_folder(
    files: Iterable[File], folder: Path, *, overwrite: bool = False, private: bool = True
) -> list[Delivered]:
    """Write files into a folder; they appear there when the last of them is made.

    A new folder appears with all of them in one step; into one that is there they are put one after
    the other, each whole.

    Parameters
    ----------
    files
        As they are made.
    folder
        Made where there is none; what else is in it stays.
    overwrite
        Whether files of the same names may be replaced.
    private
        Whether nobody else of the machine may read them, as orders may hold names and phones.

    Raises
    ------
    UsageError, LayerFileError
        If one of them cannot be written.
    """
    done: list[Delivered] = []
    last: list[Callable[[], None] | None] = []
    put = _into_there if folder.exists() else _into_new
    try:
        put(_noted(files, done, last), folder, overwrite=overwrite, private=private)
    except OSError as error:
        raise cannot_write(folder, error) from None
    _settle(last)
    return done


def _noted(
    files: Iterable[File], done: list[Delivered], last: list[Callable[[], None] | None]
) -> Iterator[File]:
    """Pass files on, and note each."""
    for file in files:
        yield file
        done.append(_delivered(file))
        last.append(file.settle)


def _into_new(files: Iterable[File], folder: Path, *, overwrite: bool, private: bool) -> None:
    """Make a folder with all files beside its place, and move it there in one step."""
    above = next(one for one in folder.absolute().parents if one.is_dir())
    sweep_drafts(above)
    with draft_folder(above) as drafts:
        top = folder.absolute().relative_to(above)
        made = drafts / top
        made.mkdir(parents=True)
        names = []
        for file in files:
            check_free(made / file.name, overwrite=overwrite or file.replaces)
            (made / file.name).write_bytes(file.data)
            if private:
                (made / file.name).chmod(PRIVATE)
            flush(made / file.name)
            names.append(file.name)
        if not names:
            return
        flush(made)
        with ExitStack() as watched:
            for name in names:
                watched.enter_context(watched_write(folder / name))
            os.rename(drafts / top.parts[0], above / top.parts[0])
            flush(above)


def _into_there(files: Iterable[File], folder: Path, *, overwrite: bool, private: bool) -> None:
    """Put files among those of a folder, one after the other, each whole."""
    sweep_drafts(folder)
    with draft_folder(folder) as drafts:
        may_replace: dict[str, bool] = {}
        for file in files:
            may_replace[file.name] = overwrite or file.replaces
            check_free(folder / file.name, overwrite=may_replace[file.name])
            (drafts / file.name).write_bytes(file.data)
        for name, allowed in may_replace.items():
            with replacing(folder / name, overwrite=allowed, private=private) as draft:
                os.replace(drafts / name, draft)


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
