"""Files dropped in any mixture, made inputs of a town: unpacked, grouped, named by what they are.

What comes from a browser is hostile: names are cleaned, archives are opened with suspicion, sizes
have a limit. Only copies are touched; what is of no use is named with the reason.
"""

import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from layers.contract.errors import GridmapError, LayerFileError, Named, UsageError, quoted
from layers.files.archives import unpacked
from layers.files.atomic import watched_write
from layers.files.drafts import draft_folder, sweep_drafts
from layers.files.formats import FORMATS, find_format
from layers.files.paths import clean_name
from layers.files.reader_faults import reason_zh

__all__ = ["MOST_MB", "Taken", "right_ending", "take_in"]

MOST_MB = 500
_MOST_FILES = 2_000
_DEEPEST = 3  # archives in each other
_CHUNK = 2**20
_SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SILENT = (".sbn", ".sbx", ".qix", ".qmd", ".xml", ".ovr", ".aux", ".fbn", ".fbx")  # of programs
_JUNK = re.compile(r"^(?:\.|~\$|thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_GEODATABASE = (".gdbtable", ".gdbtablx", ".gdbindexes", ".atx", ".spx", ".freelist", ".horizon")
_TABLE = re.compile(r"[,;\t|，；]")


@dataclass(frozen=True)
class Taken:
    """What came of files that were dropped."""

    names: tuple[str, ...]  # of the inputs, as they are called in the town
    left_out: tuple[Named, ...]  # what was not taken, and why
    renamed: tuple[Named, ...]  # what lies under another name, and why


@dataclass(frozen=True)
class _Part:
    """A file on its way in: where it is, what it was called, and the folder it came from."""

    path: Path
    name: str
    home: str


def take_in(folder: Path, files: Iterable[tuple[str, BinaryIO | Path]]) -> Taken:
    """Put dropped files into the folder of a town that is being made.

    Parameters
    ----------
    folder
        The folder. An input of the same name there is replaced as a whole.
    files
        What the sender calls each file, and its bytes or where it lies on this machine.

    Returns
    -------
    The inputs that came of them. Archives with several files are unpacked; a file with a wrong or
    no ending gets the right one; parts of a geodatabase without their folder get one.

    Raises
    ------
    LayerFileError
        If the folder cannot be written.
    """
    left: list[Named] = []
    renamed: list[Named] = []
    sweep_drafts(folder)
    try:
        with watched_write(folder), draft_folder(folder) as draft:
            parts = list(_copies(files, draft, left))
            parts = _opened(parts, draft, left, _DEEPEST)
            if len(parts) > _MOST_FILES:
                raise UsageError(
                    f"{len(parts):,} files are more than {_MOST_FILES:,}. Drop fewer at once.",
                    f"共有 {len(parts):,} 个文件，超过 {_MOST_FILES:,} 个。请分批放入。",
                )
            parts = _with_geodatabase(parts, draft)
            parts = [_rightly_named(part, renamed) for part in parts]
            names = _moved(_sorted(parts, folder, left), folder, renamed)
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"{folder.name!r} cannot be written: {why}. Nothing was taken.",
            f"{quoted(folder.name)}无法写入：{why_zh}。没有放入任何文件。",
        ) from None
    return Taken(tuple(names), tuple(left), tuple(renamed))


def right_ending(path: Path) -> str:
    """Tell by its first bytes what a file should end with; "" when they do not tell.

    Parameters
    ----------
    path
        A file with any ending or none.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if start[:4] == b"PK\3\4":
        return _ending_of_zip(path)
    told = ("GeoPackage", "Shapefile", "FlatGeobuf", "GeoParquet", "KML", "DXF", "OSM XML")
    for one in FORMATS:
        if one.name in told and one.begins.match(start):
            return one.endings[0]
    plain = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if plain[:1] == b"{" and b'"type"' in plain:
        return ".geojson"
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            text = start[: len(start) - 4].decode(encoding) if len(start) == 4096 else ""
            text = text or start.decode(encoding)
            lines = [line for line in text.splitlines() if line.strip()]
            printable = text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable()
            if len(lines) > 1 and printable and _TABLE.search(lines[0]) and plain[:1] != b"<":
                return ".csv"
    return ""


def _ending_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return ""
    if "[Content_Types].xml" in names:
        return ".xlsx" if any(name.startswith("xl/") for name in names) else ""
    documents = [name for name in names if name.lower().endswith(".kml")]
    return ".kmz" if documents == ["doc.kml"] else ".zip"


def _copies(
    files: Iterable[tuple[str, BinaryIO | Path]], draft: Path, left: list[Named]
) -> Iterator[_Part]:
    for number, (name, data) in enumerate(files):
        target = draft / f"{number}"
        if isinstance(data, Path) and data.is_dir():
            if data.suffix.lower() == ".gdb":
                shutil.copytree(data, target, symlinks=True, copy_function=shutil.copyfile)
                yield _Part(target, name, "")
            continue
        if isinstance(data, Path):
            shutil.copyfile(data, target)
        elif not _copied(data, target):
            left.append(
                Named(
                    f"{name!r} is larger than {MOST_MB} MB. Give the path of its folder instead.",
                    f"{quoted(name)}超过 {MOST_MB} 兆。请改为填写它在本机的文件夹路径。",
                )
            )
            continue
        yield _Part(target, name, "")


def _copied(data: BinaryIO, target: Path) -> bool:
    """Copy bytes that somebody sends; whether there were not too many."""
    written = 0
    with target.open("wb") as file:
        while chunk := data.read(_CHUNK):
            written += len(chunk)
            if written > MOST_MB * 2**20:
                return False
            file.write(chunk)
    return True


def _opened(parts: list[_Part], draft: Path, left: list[Named], depth: int) -> list[_Part]:
    """Unpack archives; one that holds a geodatabase becomes its folder."""
    found: list[_Part] = []
    for number, part in enumerate(parts):
        if part.path.is_dir() or part.path.stat().st_size == 0:
            found.append(part)
            continue
        is_zip = part.path.open("rb").read(4) == b"PK\3\4" and _ending_of_zip(part.path) == ".zip"
        if not is_zip or not depth:
            found.append(part)
            continue
        place = draft / f"unpacked-{depth}-{number}"
        named = part.path.with_name(f"{part.path.name}.zip")
        part.path.rename(named)
        try:
            with unpacked(named) as folder:
                shutil.copytree(folder, place, copy_function=shutil.copyfile)
        except GridmapError as error:
            left.append(Named(str(error), error.zh))
            continue
        finally:
            named.unlink()
        found += _opened(list(_inside(place, part.name)), draft, left, depth - 1)
    return found


def _inside(place: Path, archive: str) -> Iterator[_Part]:
    """List what an archive held; a geodatabase is one thing."""
    bases = [one for one in sorted(place.rglob("*.gdb")) if one.is_dir()]
    for base in bases:
        yield _Part(base, base.name, archive)
    for file in sorted(place.rglob("*")):
        inside = any(base in file.parents for base in bases)
        if file.is_file() and not inside and "__MACOSX" not in file.parts:
            home = PurePosixPath(file.relative_to(place).as_posix()).parent
            yield _Part(file, file.name, f"{Path(archive).stem}/{home}")


def _with_geodatabase(parts: list[_Part], draft: Path) -> list[_Part]:
    """Give loose parts of a geodatabase, whose folder a browser has left out, a folder again."""
    if not any(part.name.lower().endswith(".gdbtable") for part in parts):
        return parts
    base = draft / "geodatabase"
    base.mkdir()
    others = []
    for part in parts:
        name = part.name.lower()
        if name.endswith(_GEODATABASE) or name in ("gdb", "timestamps"):
            if not (base / clean_name(part.name)).exists():
                part.path.rename(base / clean_name(part.name))
        else:
            others.append(part)
    return [*others, _Part(base, "资料.gdb", "")]


def _rightly_named(part: _Part, renamed: list[Named]) -> _Part:
    """Give a file the ending that its content asks for; what is known and right stays."""
    if part.path.is_dir() or _is_junk(part.name) or part.path.stat().st_size == 0:
        return part
    ending = Path(part.name).suffix.lower()
    if ending in (*_SHAPE_PARTS[1:], *_SILENT):
        return part
    begins = part.path.open("rb").read(4096)
    known = [one for one in FORMATS if ending in one.endings and one.name != "CSV"]
    if known and known[0].begins.match(begins) and ending != ".zip":
        right = right_ending(part.path) if begins[:2] == b"PK" else ending
        if right in ("", ending):
            return part
    right = right_ending(part.path)
    if right in ("", ".zip", ending) or (ending in (".csv", ".txt") and right == ".csv"):
        return part
    stem = part.name[: len(part.name) - len(ending)] if ending else part.name
    name = f"{stem}{right}"
    renamed.append(
        Named(
            f"{part.name!r} is taken as {name!r}, because of what is in it.",
            f"{quoted(part.name)}按内容改名为{quoted(name)}。",
        )
    )
    return _Part(part.path, name, part.home)


def _sorted(
    parts: list[_Part], folder: Path, left: list[Named]
) -> list[tuple[str, str, dict[str, Path]]]:
    """Group the files: stem, folder they came from, and the files by ending."""
    groups: dict[tuple[str, str], dict[str, Path]] = {}
    stems: dict[tuple[str, str], str] = {}
    shapes = {
        (part.home, Path(part.name).stem.lower())
        for part in parts
        if Path(part.name).suffix.lower() == ".shp"
    }
    there = {path.stem.lower() for path in folder.glob("*") if path.suffix.lower() == ".shp"}
    for part in parts:
        clean = clean_name(part.name)
        stem, ending = Path(clean).stem, Path(clean).suffix.lower()
        if _is_junk(part.name) or ending in _SILENT:
            continue
        key = (part.home, stem.lower())
        beside = key in shapes or stem.lower() in there
        if ending not in _SHAPE_PARTS or not beside:
            key = (*key[:1], f"{key[1]}{ending}")
        if ending not in _SHAPE_PARTS[1:] or not beside:
            fault = _fault_of(part, clean)
            if fault is not None:
                left.append(fault)
                continue
        groups.setdefault(key, {})[ending] = part.path
        stems.setdefault(key, stem)
    return [(stems[key], key[0], files) for key, files in groups.items()]


def _fault_of(part: _Part, clean: str) -> Named | None:
    """Say why a file is of no use; None for one that can be read."""
    shown = part.path.with_name(f"{part.path.name}-{clean}")
    part.path.rename(shown)
    try:
        if shown.is_file() and shown.stat().st_size == 0:
            return Named(f"{clean!r} is empty: 0 bytes.", f"{quoted(clean)}是空文件（0 字节）。")
        find_format(shown)
    except GridmapError as error:
        return Named(str(error).replace(shown.name, clean), error.zh.replace(shown.name, clean))
    finally:
        shown.rename(part.path)
    return None


def _is_junk(name: str) -> bool:
    """Whether a file is one that systems and programs leave about."""
    return bool(_JUNK.match(PurePosixPath(name.replace("\\", "/")).name))


def _moved(
    groups: list[tuple[str, str, dict[str, Path]]], folder: Path, renamed: list[Named]
) -> list[str]:
    """Put every group under one name that is free among those dropped together."""
    taken: set[str] = set()
    names = []
    for stem, home, files in groups:
        main = ".shp" if ".shp" in files else next(iter(files))
        name = stem
        if f"{name}{main}".lower() in taken:
            place = PurePosixPath(home).name
            number = 2
            name = clean_name(f"{place}-{stem}") if place not in ("", ".") else f"{stem}-2"
            while f"{name}{main}".lower() in taken:
                number += 1
                name = f"{stem}-{number}"
            renamed.append(
                Named(
                    f"A second {stem + main!r} is taken as {name + main!r}.",
                    f"第二个{quoted(stem + main)}改名为{quoted(name + main)}。",
                )
            )
        taken.add(f"{name}{main}".lower())
        if main == ".shp":
            _remove(folder, name, _SHAPE_PARTS)
        for ending, path in files.items():
            _remove(folder, name, (ending,))
            target = folder / f"{name}{ending}"
            path.rename(target)
            if target.is_file():
                target.chmod(0o600)  # it may name people
        names.append(f"{name}{main}")
    return sorted(set(names))


def _remove(folder: Path, stem: str, endings: tuple[str, ...]) -> None:
    for one in folder.iterdir():
        if one.stem.lower() == stem.lower() and one.suffix.lower() in endings:
            shutil.rmtree(one) if one.is_dir() else one.unlink()
