"""Files that their readers would not take as they are, or would change: put right on a copy.

GeoJSON, KML and OSM files have to be UTF-8; older programs write GBK or UTF-16. The KML reader
turns a Chinese sign of a field name into underscores, so that names of one length become one field,
gives up at an & in a name, and bends ids of many digits that are declared as numbers. SQLite folds
a log that lies beside a GeoPackage into it.
"""

import codecs
import html
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from layers.contract.errors import LayerFileError, Named, quoted
from layers.contract.identifiers import listed
from layers.contract.phrases import counted
from layers.files.broken_shapes import Repaired
from layers.files.encoding import DECLARED, Encoding, text_encoding
from layers.files.formats import Format, find_format
from layers.files.geojson import broken_lines, with_numbers
from layers.files.paths import log_of
from layers.reading.hidden_objects import shown_drawing
from layers.reading.kml import readable_kml
from layers.reading.osm import readable_osm

__all__ = ["NormalizedCopy", "normalized_copy"]

_TEXT_FORMATS = ("GeoJSON", "KML", "OSM XML")
_DECLARATION = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_FIELD = re.compile(
    r"""(<(?:\w+:)?(?:Data|SimpleData|SimpleField)\b[^>]*?\bname\s*=\s*)(["'])(.*?)\2"""
)
# A field declared as a number, and a number too long for some kind of them.
_NUMBERS = re.compile(
    r"""(<(?:\w+:)?SimpleField\b[^>]*?\btype\s*=\s*["'])(?:u?int|u?short|float|double)(?=["'])""",
    re.IGNORECASE,
)
_LONG = re.compile(r"SimpleData\b[^>]*>\s*-?\d{10,}\s*<")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_BARE = re.compile(r"&(?!#\d+;|#x[0-9A-Fa-f]+;|\w+;)")
_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_HAN = re.compile(r"[\u3400-\u9fff]")
_CHINESE_PER_DAMAGE = 10
_CHUNK = 2**22  # bytes read at once
_LEFT_OPEN = Named(
    "it was copied while a program may have had it open: its log (-wal) is not beside it, and the "
    "last changes may be missing. Close that program and copy the file again",
    "拷贝时可能正被其他程序打开：旁边没有 -wal 日志文件，最后的修改可能缺失。"
    "请关闭该程序后重新拷贝",
)


@dataclass(frozen=True)
class NormalizedCopy:
    """A file that can be read: itself, or a copy with its encoding and the true names of fields."""

    path: Path
    encoding: Encoding | None = None  # when it is not UTF-8
    names: Mapping[str, str] = field(default_factory=dict)  # name in the copy -> true name
    repaired: Sequence[tuple[int, Repaired]] = ()  # shapes put right, by row from 1
    id_base: int = 0  # see `layers.reading.osm.osm_ids`
    told: Sequence[Named] = ()  # what was left out of a copy


@contextmanager
def normalized_copy(path: Path, format: Format, encoding: str | None) -> Iterator[NormalizedCopy]:
    """Give a file that its reader understands; a copy goes away afterwards.

    Raises
    ------
    LayerFileError
        If its texts are not in the encoding that is declared, or the copy is dangerous.
    """
    if format.name == "GeoPackage" and _has_log(path):
        with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
            for file in (path, log_of(path)):
                if file.exists():
                    shutil.copy(file, Path(folder) / file.name)
            told = () if log_of(path).exists() else (_LEFT_OPEN,)
            yield NormalizedCopy(Path(folder) / path.name, told=told)
        return
    if format.name == "DXF":
        with _shown(path) as script:
            yield script
        return
    if format.name not in _TEXT_FORMATS or path.is_dir():
        yield NormalizedCopy(path)
        return
    found = Encoding(encoding, DECLARED) if encoding else _encoding(path)
    second = {"GeoJSON": _numbered, "OSM XML": _with_ids}.get(format.name)
    if found is None and second is not None:
        with second(path) as script:
            yield script
        return
    if found is None and not (format.name == "KML" and _is_odd(path)):
        yield NormalizedCopy(path)
        return
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        text = _decoded(path, found)
        if format.name != "GeoJSON":
            head, body = text[:200], text[200:]
            text = re.sub(r"<\?xml.*?\?>", '<?xml version="1.0" encoding="UTF-8"?>', head) + body
        names: dict[str, str] = {}
        if format.name == "KML":
            text = _FIELD.sub(lambda match: _renamed(match, names), _with_signs(text))
            text = readable_kml(text)
            text = _NUMBERS.sub(r"\1string", text) if _LONG.search(text) else text
        copy = Path(folder) / path.name
        copy.write_bytes(text.encode("utf-8", "replace"))
        if found is not None:
            find_format(copy)  # what was hidden by the encoding counts too
        script = NormalizedCopy(copy, found, {token: name for name, token in names.items()})
        if second is None:
            yield script
            return
        with second(copy) as again:
            yield replace(again, encoding=found)


def _numbered(path: Path) -> AbstractContextManager[NormalizedCopy]:
    """Give a JSON layer of which every coordinate is a number."""
    text, repaired = with_numbers(path) or (None, ())
    content = None if text is None else text.encode("utf-8")
    return _written(path, content, repaired=repaired, told=_broken(path))


def _broken(path: Path) -> tuple[Named, ...]:
    """Say which lines of a file with a feature on every line are none: its reader leaves them."""
    lines = broken_lines(path)
    if not lines:
        return ()
    shown, shown_zh = listed(lines)
    return (
        Named(
            f"{counted(len(lines), 'line that is', 'lines that are')} cut off or damaged (line "
            f"{shown}) left out. Copy or export it again",
            f"有 {len(lines)} 行中断或损坏（第 {shown_zh} 行），已略去。请重新拷贝或导出",
        ),
    )


def _shown(path: Path) -> AbstractContextManager[NormalizedCopy]:
    """Give a drawing of which every object is shown."""
    content, remark = shown_drawing(path) or (None, None)
    return _written(path, content, told=() if remark is None else (remark,))


def _with_ids(path: Path) -> AbstractContextManager[NormalizedCopy]:
    """Give an OpenStreetMap file of which every id is positive and in order."""
    content, base = readable_osm(path) or (None, 0)
    return _written(path, content, id_base=base)


@contextmanager
def _written(path: Path, content: bytes | None, **known: Any) -> Iterator[NormalizedCopy]:
    """Give a copy of other bytes with what is known of it; without any, the file itself."""
    if content is None:
        yield NormalizedCopy(path, **known)
        return
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(content)
        yield NormalizedCopy(copy, **known)


def _encoding(path: Path) -> Encoding | None:
    """Find the encoding of a text file; None for UTF-8."""
    with path.open("rb") as file:
        start = file.read(4096)
        declared = _DECLARATION.match(start.lstrip(b"\xef\xbb\xbf"))
        if declared is not None and _is_utf8(declared[1]):
            declared = None
        if start[:2] not in (b"\xff\xfe", b"\xfe\xff") and declared is None:
            file.seek(0)
            decoder = codecs.getincrementaldecoder("utf-8")()
            try:
                while chunk := file.read(_CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                pass
            else:
                return None
    raw = path.read_bytes()
    text = raw.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if damaged and len(_HAN.findall(text)) >= _CHINESE_PER_DAMAGE * damaged:
        why = Named(
            f"its texts are UTF-8 but for {damaged} damaged signs",
            f"文字为 UTF-8，但有 {damaged} 处损坏",
        )
        return Encoding("utf-8", why, sure=False)
    return text_encoding(path)


def _is_utf8(name: bytes) -> bool:
    return name.decode("ascii", "replace").lower().replace("-", "") in ("utf8", "usascii", "ascii")


def _decoded(path: Path, encoding: Encoding | None) -> str:
    name = encoding.name if encoding and encoding.name else "utf-8-sig"
    damaged = encoding is not None and not encoding.sure
    try:
        text = path.read_bytes().decode(name, "replace" if damaged else "strict")
        return text.removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError):
        raise LayerFileError(
            f"{path.name!r}: its texts are not {name}. Declare another encoding in rules.toml, or "
            "save the file as UTF-8.",
            f"{quoted(path.name)}的文字不是 {name} 编码。请在 rules.toml 中声明正确的 encoding，"
            "或将文件另存为 UTF-8。",
        ) from None


def _is_odd(path: Path) -> bool:
    text = path.read_bytes().decode("utf-8", "replace")
    names = any(not _PLAIN_NAME.fullmatch(match[3]) for match in _FIELD.finditer(text))
    long = _NUMBERS.search(text) is not None and _LONG.search(text) is not None
    return names or long or _with_signs(text) != text or readable_kml(text) != text


def _with_signs(text: str) -> str:
    """Write a bare & as XML wants it, but not in CDATA, where it may stand."""
    pieces = _CDATA.split(text)
    return "".join(_BARE.sub("&amp;", one) if at % 2 == 0 else one for at, one in enumerate(pieces))


def _has_log(path: Path) -> bool:
    """Tell whether a GeoPackage is kept with a log; even opening it writes files beside it."""
    with path.open("rb") as file:
        return b"\2" in file.read(20)[18:20]


def _renamed(match: re.Match[str], names: dict[str, str]) -> str:
    name = html.unescape(match[3])
    if _PLAIN_NAME.fullmatch(name):
        return match[0]
    token = names.setdefault(name, f"gridmap_field_{len(names) + 1}")
    return f"{match[1]}{match[2]}{token}{match[2]}"
