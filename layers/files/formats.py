"""The formats that can be read, told apart by ending and by the first bytes.

The ending alone is not trusted: GDAL opens a file by its content, and some contents (such as a
virtual layer) point to other files or to the web.
"""

import mmap
import re
from dataclasses import dataclass
from pathlib import Path

from layers.contract.errors import LayerFileError, quoted

__all__ = ["FORMATS", "Format", "find_format", "known_formats"]


@dataclass(frozen=True)
class Format:
    """A format: its name, endings, how its files begin, and how it is read."""

    name: str
    endings: tuple[str, ...]
    begins: re.Pattern[bytes]
    how: str  # ogr | parquet | table | archive


def _text(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?:\xef\xbb\xbf)?\s*" + pattern, re.DOTALL | re.IGNORECASE)


def _bytes(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


_XML = rb"(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*"
_KML_ROOT = rb"<(?:\w+:)?(?:kml|document|folder|placemark|\w+overlay)\b"
_ANYTHING = _bytes(rb"")

FORMATS: tuple[Format, ...] = (
    Format("GeoPackage", (".gpkg",), _bytes(rb"SQLite format 3\0"), "ogr"),
    Format("Shapefile", (".shp",), _bytes(rb"\0\0\x27\x0a"), "ogr"),
    Format("GeoJSON", (".geojson", ".json", ".topojson", ".geojsonl", ".geojsons", ".ndjson"),
           _text(rb"\x1e?\{"), "ogr"),
    Format("FlatGeobuf", (".fgb",), _bytes(rb"fgb.fgb"), "ogr"),
    Format("GeoParquet", (".parquet", ".geoparquet"), _bytes(rb"PAR1"), "parquet"),
    Format("KML", (".kml",), _text(_XML + _KML_ROOT), "ogr"),
    Format("KMZ", (".kmz",), _bytes(rb"PK"), "archive"),
    Format("DXF", (".dxf",), _text(rb"(?:999\s.*?)?0\s+SECTION|AutoCAD Binary DXF"), "ogr"),
    Format("FileGDB", (".gdb",), _ANYTHING, "ogr"),
    Format("OSM XML", (".osm",), _text(_XML + rb"<osm\b"), "ogr"),
    Format("OSM PBF", (".pbf",), _bytes(rb".{0,16}OSMHeader"), "ogr"),
    Format("gzip", (".gz",), _bytes(rb"\x1f\x8b"), "archive"),
    Format("zip", (".zip",), _bytes(rb"PK"), "archive"),
    Format("CSV", (".csv", ".txt"), _ANYTHING, "table"),
    Format("XLSX", (".xlsx",), _bytes(rb"PK"), "table"),
    Format("DBF", (".dbf",), _bytes(rb"[\x02\x03\x04\x05\x30-\x32\x43\x63\x83\x8b\xcb\xf5\xfb]"),
           "table"),
)  # fmt: skip
_BY_ENDING = {ending: format for format in FORMATS for ending in format.endings}


# Files of offices that are no layers, or of programs that write their own kinds.
_ADVICE: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        (".xls", ".et", ".ods", ".xlsm", ".xlsb"),
        (
            "Open it in a spreadsheet program and save it as .xlsx",
            "请用电子表格程序打开，另存为 .xlsx",
        ),
    ),
    **dict.fromkeys(
        (".doc", ".docx", ".wps", ".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff"),
        (
            "It is a document or a picture, not a layer: ask for the layer that it was made from",
            "这是文档或图片，不是图层：请索取其原始图层",
        ),
    ),
    **dict.fromkeys(
        (".dwg", ".dgn"),
        ("Save it as .dxf in the drawing program", "请在制图软件中另存为 .dxf"),
    ),
    ".lfs": (
        "Fetch the file itself where the pointer came from",
        "请从来源处取得数据文件本身",
    ),
    **dict.fromkeys(
        (
            ".crdownload",
            ".part",
            ".partial",
            ".download",
            ".opdownload",
            ".xltd",
            ".downloading",
            ".td",
            ".!ut",
            ".aria2",
        ),
        (
            "Its download has not ended: wait for it, or download it again",
            "下载尚未完成：请等待完成，或重新下载",
        ),
    ),
    **dict.fromkeys(
        (".rar", ".7z", ".tar", ".tgz"),
        ("Unpack it, or pack it as .zip", "请解压，或改用 .zip 打包"),
    ),
    **dict.fromkeys(
        (".mdb", ".tab", ".mif", ".wp", ".wl", ".wt", ".mpk", ".gml"),
        (
            "Export it as GeoPackage or Shapefile in the program that made it",
            "请在原软件中导出为 GeoPackage 或 Shapefile",
        ),
    ),
    **dict.fromkeys(
        (".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix"),
        (
            "It is a part of a shapefile: give the .shp file",
            "这是 Shapefile 的附属文件：请给出 .shp",
        ),
    ),
    **dict.fromkeys(
        (".lyr", ".lyrx", ".mxd", ".aprx", ".qgz", ".qgs"),
        (
            "It says how a layer looks and does not hold it: give the layer itself",
            "这是样式或工程文件，不含图层本身：请给出图层文件",
        ),
    ),
}


_PARCELS = "[地块坐标]"  # how offices of natural resources hand parcels over as text

# What other kinds of files begin with, by which a changed ending is told.
_BEGINNINGS: tuple[tuple[bytes, str, str, str], ...] = (
    (
        b"version https://git-lfs",
        "a pointer of Git LFS to the file, not the file itself",
        " Git LFS 指针文件，不是数据本身",
        ".lfs",
    ),
    (b"Rar!", "a RAR archive", " RAR 压缩包", ".rar"),
    (b"7z\xbc\xaf", "a 7z archive", " 7z 压缩包", ".7z"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "旧版 Excel 或 Word 文件", ".xls"),
    (b"%PDF", "a PDF document", " PDF 文档", ".pdf"),
    (b"AC10", "a DWG drawing", " DWG 图纸", ".dwg"),
    (b"<!DOCTYPE html", "a web page, as a failed download leaves", "网页（可能下载失败）", ""),
    (b"<html", "a web page, as a failed download leaves", "网页（可能下载失败）", ""),
    (b"<table", "a web page, as some systems export tables", "网页（某些系统导出的表格）", ".xls"),
    (b"PK\3\4", "a zip archive or an .xlsx table", " zip 压缩包或 .xlsx 表格", ""),
    (b"SQLite format 3", "a GeoPackage or another database", " GeoPackage 或其他数据库", ""),
    (b"\x1f\x8b", "a gzip archive", " gzip 压缩包", ""),
    (b"<?xml", "an XML text, such as KML", " XML 文本，如 KML", ""),
    (b"<kml", "a KML text", " KML 文本", ""),
    (b'{"type"', "a GeoJSON text", " GeoJSON 文本", ""),
    (b"\0\0\x27\x0a", "a shapefile", " Shapefile", ""),
)


def _foreign(start: bytes) -> tuple[str, str] | None:
    """Say what a file is by its first bytes, and what to do with it; None for no known kind."""
    plain = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    for begin, kind, kind_zh, ending in _BEGINNINGS:
        if plain[: len(begin)].lower() == begin.lower():
            do, do_zh = _ADVICE.get(
                ending, ("Give it its right ending, or export it again", "请改回扩展名，或重新导出")
            )
            return f"is {kind}. {do}", f"{kind_zh}。{do_zh}"
    return None


def known_formats(between: str = ", ") -> str:
    """List the formats for an error message."""
    return between.join(f"{format.name} ({format.endings[0]})" for format in FORMATS)


def find_format(path: Path) -> Format:
    """Find the format of a file by its ending and make sure that its content agrees.

    Raises
    ------
    LayerFileError
        If the ending is not known, or the content is of something else.
    """
    found = _BY_ENDING.get(path.suffix.lower())
    if path.is_dir() and (found is None or found.name != "FileGDB"):
        raise LayerFileError(
            f"{path.name!r} is a folder, not a file. Name the layer in it.",
            f"{quoted(path.name)}是文件夹，不是文件。请给出其中的图层文件。",
        )
    if found is None:
        advice, advice_zh = _ADVICE.get(path.suffix.lower(), ("", ""))
        if advice:
            raise LayerFileError(
                f"{path.name!r} is of a format that cannot be read. {advice}.",
                f"{quoted(path.name)}的格式无法读取。{advice_zh}。",
            )
        raise LayerFileError(
            f"{path.name!r} is of no format that can be read. Save it as one of: "
            f"{known_formats()}.",
            f"{quoted(path.name)}的格式无法读取。请另存为以下格式之一：{known_formats('、')}。",
        )
    if path.is_dir():
        _require_geodatabase(path)
        return found
    with path.open("rb") as file:
        start = file.read(4096)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") and found.name in ("GeoJSON", "KML", "OSM XML"):
        start = start[: len(start) // 2 * 2].decode("utf-16", "replace").encode("utf-8")
    foreign = _foreign(start)
    # Anything may begin a text table, but not what is another kind of file for certain.
    if foreign is not None and (found.name == "CSV" or not found.begins.match(start)):
        raise LayerFileError(
            f"{path.name!r} does not begin like {found.name}: it {foreign[0]}.",
            f"{quoted(path.name)}的内容不是 {found.name}，而是{foreign[1]}。",
        )
    if not found.begins.match(start):
        raise LayerFileError(
            f"{path.name!r} does not begin like {found.name}: it is damaged, or another kind of "
            "file with a changed ending. Export it again.",
            f"{quoted(path.name)}的内容不是 {found.name}：文件已损坏，或是改了扩展名的其他文件。"
            "请重新导出。",
        )
    if found.name == "CSV" and any(_PARCELS.encode(name) in start for name in ("gbk", "utf-8")):
        raise LayerFileError(
            f"{path.name!r} is an exchange file of parcel corners ({_PARCELS}), not a table. Make "
            "a layer of areas of it with the tool it comes from, such as a Shapefile.",
            f"{quoted(path.name)}是界址点坐标交换文件（{_PARCELS}），不是表格。"
            "请用原软件转换为面图层，如 Shapefile。",
        )
    if found.name in ("KML", "OSM XML"):
        _refuse_words(
            path,
            b"<!ENTITY",
            ("defines XML entities, which no layer needs", "定义了 XML 实体，图层不需要这些"),
        )
    if found.name == "GeoJSON":
        _refuse_words(
            path,
            b"gdal_streamed_alg",
            ("holds commands for a program, not a layer", "是程序指令，不是图层"),
        )
    return found


def _require_geodatabase(path: Path) -> None:
    files = list(path.iterdir())
    if not any(file.suffix == ".gdbtable" for file in files):
        raise LayerFileError(
            f"{path.name!r} is no file geodatabase: it holds no .gdbtable files. Copy the whole "
            "folder again.",
            f"{quoted(path.name)}不是文件地理数据库：其中没有 .gdbtable 文件。"
            "请重新拷贝整个文件夹。",
        )
    if any(file.is_symlink() for file in files):
        raise LayerFileError(
            f"{path.name!r} holds links to other places. Copy the files themselves.",
            f"{quoted(path.name)}内有指向别处的链接。请拷贝文件本身。",
        )


def _refuse_words(path: Path, words: bytes, faults: tuple[str, str]) -> None:
    """Refuse contents that would make the reader fetch other files, or swell without end."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if text.find(words) >= 0:
            fault, fault_zh = faults
            raise LayerFileError(
                f"{path.name!r} {fault}. Save it again as plain data.",
                f"{quoted(path.name)}{fault_zh}。请另存为普通数据。",
            )
