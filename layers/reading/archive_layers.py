"""Which files of an unpacked archive are layers, and which of them is meant."""

from pathlib import Path

from layers.contract.errors import LayerFileError, Named, quoted
from layers.files.formats import FORMATS, Format, known_formats
from layers.reading.kml import has_features

__all__ = ["chosen_file", "files_with_layers", "layer_name", "unread_documents"]

_MAPS = tuple(
    ending for format in FORMATS for ending in format.endings if format.how in ("ogr", "parquet")
)
# Looked for when there is no map: notes in .txt and tables of shapefiles are no layers.
_TABLES = (".csv", ".xlsx")
_ARCHIVES = tuple(
    ending for format in FORMATS for ending in format.endings if format.how == "archive"
)
_SHOWN = 20  # names in one sentence


def files_with_layers(folder: Path, format: Format, file: str) -> list[Path]:
    """List the layer files of an unpacked archive: maps, else tables, else archives in it.

    Raises
    ------
    LayerFileError
        If there is none; `file` is the name of the archive.
    """
    _name_databases(folder, file)
    databases = [path for path in folder.rglob("*.gdb") if path.is_dir()]
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(database in path.parents for database in databases)
        and "__MACOSX" not in path.parts
        and not path.name.startswith("._")
    ]
    maps = [path for path in files if path.suffix.lower() in _MAPS]
    found = sorted([*databases, *maps])
    if format.name == "KMZ":
        found = _documents(found)
    for endings in (_TABLES, _ARCHIVES):
        found = found or [path for path in files if path.suffix.lower() in endings]
    parts = [path.name for path in files if path.suffix.lower() in (".dbf", ".shx", ".prj")]
    if not found and parts:
        raise LayerFileError(
            f"{file!r} holds parts of a shapefile ({', '.join(map(repr, parts[:_SHOWN]))}), but no "
            ".shp file. Pack all files of the layer.",
            f"{quoted(file)}中有 Shapefile 的附属文件（{quoted(*parts[:_SHOWN])}），但没有 .shp。"
            "请将该图层的全部文件一起打包。",
        )
    if not found:
        raise LayerFileError(
            f"{file!r} holds no layer. Pack one of: {known_formats()}, with all its files.",
            f"{quoted(file)}中没有图层。请打包以下格式之一，并包含其全部文件："
            f"{known_formats('、')}。",
        )
    return found


def _documents(found: list[Path]) -> list[Path]:
    """List the KML files of a KMZ that hold features, the one that programs open first.

    When none does, that one alone: reading it says what it holds instead.
    """
    documents = sorted(found, key=lambda path: (path.name.lower() != "doc.kml", path))
    filled = [
        path for path in documents if path.suffix.lower() != ".kml" or has_features(_text_of(path))
    ]
    return filled or documents[:1]


def _text_of(path: Path) -> str:
    """Give the text of a KML; only its words in ASCII are looked for."""
    raw = path.read_bytes()
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    return raw.decode("utf-16" if wide else "utf-8", "replace")


def unread_documents(found: list[Path], folder: Path, read: Path) -> Named | None:
    """Say which KML files of a KMZ were not read beside the one that programs open."""
    others = [path.relative_to(folder).as_posix() for path in found if path != read]
    if not others:
        return None
    more, more_zh = (" …", "等") if len(others) > _SHOWN else ("", "")
    shown = ", ".join(map(repr, others[:_SHOWN]))
    return Named(
        f"only {read.name!r} in it is read; {len(others)} more KML with features are not: "
        f'{shown}{more}. Read them too with layer = "…", or put all features into one file',
        f"只读取其中的“{read.name}”；另有 {len(others)} 个含要素的 KML 未读取："
        f"{quoted(*others[:_SHOWN])}{more_zh}。请用 layer 指明，或将要素合并到一个文件",
    )


def _name_databases(folder: Path, file: str) -> None:
    """Give the folder of a file geodatabase its ending back, which packing it can lose."""
    for home in sorted({table.parent for table in folder.rglob("*.gdbtable")}):
        if home.suffix.lower() == ".gdb":
            continue
        if home != folder:
            home.rename(home.with_name(f"{home.name}.gdb"))
            continue
        database = folder / f"{Path(file).stem}.gdb"
        database.mkdir()
        for one in [one for one in folder.iterdir() if one.is_file()]:
            one.rename(database / one.name)


def layer_name(path: Path, found: list[Path], folder: Path) -> str:
    """Name one of several layer files: by its stem, or by its whole path when two share that."""
    alone = sum(other.stem == path.stem for other in found) == 1
    return path.stem if alone else path.relative_to(folder).as_posix()


def chosen_file(
    found: list[Path], folder: Path, layer: str | None, file: str
) -> tuple[Path, str | None]:
    """Find the file that is meant; `layer` may name it, or a layer in the only one.

    Raises
    ------
    LayerFileError
        If there are several and none of them is named.
    """
    named = [
        path
        for path in found
        if layer is not None
        and layer in (path.stem, path.name, path.relative_to(folder).as_posix())
    ]
    if len(named) == 1:
        return named[0], None
    if len(found) == 1 or (found[0].name.lower() == "doc.kml" and file.lower().endswith(".kmz")):
        return found[0], layer
    names = [path.relative_to(folder).as_posix() for path in found[:_SHOWN]]
    shown, shown_zh = ", ".join(map(repr, names)), quoted(*names)
    raise LayerFileError(
        f'{file!r} holds {len(found)} layers: {shown}. Say which one with layer = "…".',
        f'{quoted(file)}中有 {len(found)} 个图层：{shown_zh}。请用 layer = "…" 指明一个。',
    )
