"""The formats that can be read, told apart by ending and by the first bytes.

The ending alone is not trusted: GDAL opens a file by its content, and some contents (such as a
virtual layer) point to other files or to the web.
"""

import mmap
import re
from dataclasses import dataclass
from pathlib import Path

from layers.errors import LayerFileError

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
    Format("GeoJSON", (".geojson", ".json", ".topojson"), _text(rb"\{"), "ogr"),
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


def known_formats() -> str:
    """List the formats for an error message."""
    return ", ".join(f"{format.name} ({format.endings[0]})" for format in FORMATS)


def find_format(path: Path) -> Format:
    """Find the format of a file by its ending and make sure that its content agrees.

    Raises
    ------
    LayerFileError
        If the ending is not known, or the content is of something else.
    """
    found = _BY_ENDING.get(path.suffix.lower())
    if found is None:
        raise LayerFileError(
            f"{path.name!r} is of no format that can be read. Save it as one of: {known_formats()}."
        )
    if path.is_dir():
        if found.name != "FileGDB":
            raise LayerFileError(f"{path.name!r} is a folder, not a file. Name the layer in it.")
        _require_geodatabase(path)
        return found
    with path.open("rb") as file:
        start = file.read(4096)
    if not found.begins.match(start):
        raise LayerFileError(
            f"{path.name!r} does not begin like {found.name}: it is damaged, or another kind of "
            "file with a changed ending. Export it again."
        )
    if found.name in ("KML", "OSM XML"):
        _refuse_words(path, b"<!ENTITY", "defines XML entities, which no layer needs")
    if found.name == "GeoJSON":
        _refuse_words(path, b"gdal_streamed_alg", "holds commands for a program, not a layer")
    return found


def _require_geodatabase(path: Path) -> None:
    files = list(path.iterdir())
    if not any(file.suffix == ".gdbtable" for file in files):
        raise LayerFileError(f"{path.name!r} is no file geodatabase: it holds no .gdbtable files.")
    if any(file.is_symlink() for file in files):
        raise LayerFileError(
            f"{path.name!r} holds links to other places. Copy the files themselves."
        )


def _refuse_words(path: Path, words: bytes, fault: str) -> None:
    """Refuse contents that would make the reader fetch other files, or swell without end."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if text.find(words) >= 0:
            raise LayerFileError(f"{path.name!r} {fault}. Save it again as plain data.")
