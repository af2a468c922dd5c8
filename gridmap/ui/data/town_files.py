"""The files in a town folder: put in, put aside and brought back, never outside of the folder.

What comes from a browser is hostile: names are cleaned, endings must be known, sizes have a limit.
Nothing is deleted: what goes lies in `.removed`. Nothing here knows Streamlit.
"""

import shutil
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO

from gridmap.city.borders.record import NAME as AGREED_BORDERS
from gridmap.ui.shell.towns import RULES, clean_name
from layers.contract.errors import GridmapError, LayerFileError, UsageError, quoted
from layers.files.atomic import replacing, watched_write
from layers.files.drafts import draft_folder, sweep_drafts
from layers.files.formats import FORMATS
from layers.files.paths import input_files
from layers.files.reader_faults import reason_zh

__all__ = [
    "ENDINGS",
    "MOST_MB",
    "TownFile",
    "bring_back",
    "files_in_folder",
    "files_of",
    "put_aside",
    "put_in",
    "put_in_path",
    "set_aside",
]

REMOVED = ".removed"
MOST_MB = 500
CHUNK = 2**20
PARTS = (".shx", ".dbf", ".prj", ".cpg")  # of a shapefile
NEVER = {RULES, "readme.md"}
ENDINGS = tuple(sorted({end for one in FORMATS for end in one.endings} | set(PARTS)))


@dataclass(frozen=True)
class TownFile:
    """One input: a file with all that belongs to it, such as the parts of a shapefile."""

    name: str
    parts: tuple[Path, ...]
    size: int
    changed_ns: int


def files_of(town: Path) -> list[TownFile]:
    """List the inputs in a town folder, in order of name."""
    found = {path.name: path for path in town.iterdir() if _may_be_input(path)}
    stems = {path.stem.lower() for path in found.values() if path.suffix.lower() == ".shp"}
    shown = [
        path
        for path in found.values()
        if not (path.suffix.lower() in PARTS and path.stem.lower() in stems)
    ]
    return [_town_file(path) for path in sorted(shown, key=lambda path: path.name)]


def put_in(town: Path, name: str, data: BinaryIO, *, replace: bool = False) -> str:
    """Put a file that somebody sent into a town folder.

    Parameters
    ----------
    town
        The folder.
    name
        What the sender calls it; it is cleaned.
    data
        Its bytes.
    replace
        Whether a file of that name is put aside for it. A shapefile goes as a whole: a part of
        another export would give its shapes the attributes or the place of others.

    Returns
    -------
    The name it has in the folder.

    Raises
    ------
    UsageError
        If the ending is not known, the file too large, or the name taken and `replace` is False.
    LayerFileError
        If it cannot be written.
    """
    clean = clean_name(name)
    _require_input(clean, name)
    path = town / clean
    old = _in_the_way(path, replace=replace)
    with replacing(path, overwrite=path.exists(), private=True) as draft:
        _copy(data, draft, clean)
        if old:
            _aside(town, old)
    return clean


def files_in_folder(folder: Path) -> list[Path]:
    """List the inputs that lie in another folder of this machine; links are left out.

    Raises
    ------
    UsageError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(
            f"There is no folder {str(folder)!r}. Check the path.",
            f"没有文件夹{quoted(folder)}。请检查路径。",
        )
    return sorted(path for path in folder.iterdir() if _may_be_input(path))


def put_in_path(town: Path, path: Path, *, replace: bool = False) -> str:
    """Copy a file or geodatabase of this machine into a town folder; errors are those of `put_in`.

    Its size has no limit: nobody sends it.
    """
    clean = clean_name(path.name)
    target = town / clean
    old = _in_the_way(target, replace=replace)
    try:
        # Made aside first: a kill leaves no half of it under its name.
        sweep_drafts(town)
        with draft_folder(town) as folder, watched_write(target):
            copy = folder / clean
            if path.is_dir():
                shutil.copytree(path, copy, symlinks=True, copy_function=shutil.copyfile)
            else:
                shutil.copyfile(path, copy)
                copy.chmod(0o600)  # it may name people
            if old:
                _aside(town, old)
            copy.rename(target)
    except OSError as error:
        raise _failed(path.name, error) from None
    return clean


def put_aside(town: Path, name: str) -> str:
    """Take an input with all its parts out of a town folder.

    Returns
    -------
    Under what it lies in `.removed`, for `bring_back`.
    """
    found = next((one for one in files_of(town) if one.name == name), None)
    if found is not None:
        return _aside(town, list(found.parts))
    part = next((one for one in town.iterdir() if one.name == name and _may_be_input(one)), None)
    if part is None:
        raise UsageError(f"There is no file {name!r}.", f"没有文件{quoted(name)}。")
    return _aside(town, [part])  # a part of a shapefile alone, such as a .prj that was added


def set_aside(town: Path) -> list[tuple[str, str]]:
    """List what was put aside, the last first: under what it lies, and the name it had."""
    folder = town / REMOVED
    if not folder.is_dir():
        return []
    found = []
    for one in sorted(folder.iterdir(), reverse=True):
        if one.is_dir() and one.name.isdigit():
            names = sorted((path.name for path in one.iterdir()), key=_main_first)
            if names:
                found.append((one.name, names[0]))
    return found


def bring_back(town: Path, number: str) -> str:
    """Put something that was put aside back; what has taken its name meanwhile is put aside.

    Returns
    -------
    Its name.
    """
    source = town / REMOVED / number
    if not number.isdigit() or not source.is_dir():
        raise UsageError("That is not there any more.", "该文件已不在回收处。")
    paths = sorted(source.iterdir(), key=lambda path: _main_first(path.name))
    try:
        taken = {town / path.name for path in paths if (town / path.name).exists()}
        if paths[0].suffix.lower() == ".shp":
            taken |= set(_parts_of_shapefile(town / paths[0].name))
        if taken:
            _aside(town, sorted(taken))
        with watched_write(source):
            for path in paths:
                path.rename(town / path.name)
            source.rmdir()
    except OSError as error:
        raise _failed(paths[0].name if paths else number, error) from None
    return paths[0].name if paths else ""


def _main_first(name: str) -> tuple[bool, str]:
    return Path(name).suffix.lower() in PARTS, name


def _aside(town: Path, paths: list[Path]) -> str:
    try:
        folder = town / REMOVED
        with watched_write(folder):
            folder.mkdir(exist_ok=True)
            taken = [int(one.name) for one in folder.iterdir() if one.name.isdigit()]
            number = f"{max(taken, default=0) + 1:06d}"
            (folder / number).mkdir()
            for path in paths:
                path.rename(folder / number / path.name)
    except OSError as error:
        raise _failed(paths[0].name, error) from None
    return number


def _copy(data: BinaryIO, draft: Path, name: str) -> None:
    written = 0
    with draft.open("wb") as file:
        while chunk := data.read(CHUNK):
            written += len(chunk)
            if written > MOST_MB * 2**20:
                raise UsageError(
                    f"{name!r} is larger than {MOST_MB} MB. Give the path of its folder on this "
                    "machine instead.",
                    f"{quoted(name)}超过 {MOST_MB} 兆。请改为填写它在本机的文件夹路径。",
                )
            file.write(chunk)


def _may_be_input(path: Path) -> bool:
    if path.name[0] == "." or path.name.lower() in NEVER or path.is_symlink():
        return False
    if fnmatch(path.name, AGREED_BORDERS):  # what towns of a city have agreed on, no input
        return False
    if path.is_dir():
        return path.suffix.lower() == ".gdb"
    return path.suffix.lower() in ENDINGS


def _in_the_way(path: Path, *, replace: bool) -> list[Path]:
    """List the files that go when a file is put in; a name that is taken is refused or replaced.

    Names that differ in capitals alone are the same name: Windows takes them so, and a shapefile
    would be read with either part. A name that is a link would lead the writing out of the folder.
    """
    same = [one for one in path.parent.iterdir() if one.name.lower() == path.name.lower()]
    for one in same:
        if one.is_symlink():
            raise UsageError(
                f"{one.name!r} in the town is a link to another place. Remove it first.",
                f"本镇中的{quoted(one.name)}是指向别处的链接。请先将它移除。",
            )
    if same and not replace:
        raise UsageError(
            f"There is a file {same[0].name!r} already. Choose “replace”, or give it another name.",
            f"已有文件{quoted(same[0].name)}。请选择“替换”，或换一个文件名。",
        )
    parts = _parts_of_shapefile(path) if same else []
    return sorted({*same, *parts})


def _parts_of_shapefile(path: Path) -> list[Path]:
    """List all parts of the shapefile that a file belongs to; none when there is no such one."""
    endings = (".shp", *PARTS)
    if path.suffix.lower() not in endings:
        return []
    stem = path.stem.lower()
    found = [
        one
        for one in path.parent.iterdir()
        if one.stem.lower() == stem and one.suffix.lower() in endings and not one.is_symlink()
    ]
    return found if any(one.suffix.lower() == ".shp" for one in found) else []


def _require_input(clean: str, given: str) -> None:
    if Path(clean).suffix.lower() in ENDINGS and clean.lower() not in NEVER:
        return
    raise UsageError(
        f"{given!r} is of no format that can be read. Take one of: {', '.join(ENDINGS)}.",
        f"{quoted(given)}的格式无法读取。可用的格式：{'、'.join(ENDINGS)}。",
    )


def _town_file(path: Path) -> TownFile:
    try:
        parts = tuple(input_files(path))
        stats = [part.stat() for part in parts]
    except (OSError, GridmapError):
        return TownFile(path.name, (path,), 0, 0)
    size = sum(stat.st_size for stat in stats)
    changed = max((stat.st_mtime_ns for stat in stats), default=0)
    return TownFile(path.name, (path,) if path.is_dir() else parts, size, changed)


def _failed(name: str, error: OSError) -> LayerFileError:
    why, why_zh = error.strerror, reason_zh(error)
    return LayerFileError(
        f"{name!r} cannot be moved or written: {why}. Nothing was lost.",
        f"{quoted(name)}无法移动或写入：{why_zh}。没有丢失任何内容。",
    )
