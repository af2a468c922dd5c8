"""Why a file cannot be read or written, in English and Chinese.

What systems and libraries say is English; what they often say is told in Chinese here, the rest
stays in their own words.
"""

import errno
import re
from collections.abc import Mapping
from pathlib import Path

from layers.contract.errors import Named, printable

__all__ = [
    "CutOffError",
    "WideRowError",
    "reader_fault",
    "reason_zh",
    "record_reason_zh",
    "remark_of",
]

_SYSTEM: Mapping[int | None, str] = {
    errno.ENOENT: "没有这个文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EEXIST: "已有同名文件",
    errno.EISDIR: "是文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EIO: "磁盘读写出错",
}
# Words that zipfile, SQLite, GDAL and pandas say, and what they mean.
_SAID: Mapping[str, str] = {
    "not a zip file": "不是有效的压缩文件",
    "Not a gzipped file": "不是有效的压缩文件",
    "Bad CRC": "压缩内容已损坏",
    "Compressed file ended": "压缩内容不完整",
    "file is not a database": "不是数据库文件",
    "disk image is malformed": "数据库内容已损坏",
    "database or disk is full": "磁盘已满",
    "Failed to read GeoJSON": "GeoJSON 内容有误",
    "not recognized as being in a supported file format": "格式无法识别",
    "Error tokenizing data": "各行的列数不一致",
    "Length of header or names": "各行的列数不一致",
    "Fatal error parsing feature": "要素内容已损坏",
    "parsing kml": "KML 内容有误",
    "Missing geo metadata": "没有图形信息",
}
# What libraries say of a single record; no more is told there.
_SAID_OF_RECORDS: Mapping[str, str] = {
    "parse_error": "坐标不是数字",
    "ParseException": "坐标有误",
    "IllegalArgumentException": "图形有误",
}


# Remarks of the readers that tell a user nothing.
_NOISE = (
    "Could not parse column",
    "Non closed ring detected",
    "driver may",
    "invalid value encountered",  # a coordinate that is no number: its row is named
)
# What they warn of while they read on.
_REMARKS: Mapping[str, Named] = {
    "couldn't be converted correctly": Named(
        "some characters of its texts cannot be read in the encoding that it says",
        "部分文字无法按文件所称编码读取",
    ),
    "Invalid coord dimension": Named(
        "a place has fewer than two numbers, and its shape is left out or changed",
        "有坐标不足两个数，相应图形已略去或改变",
    ),
    "winding order": Named("rings run the wrong way round", "环的方向有误"),
    "Unsupported geometry type": Named(
        "shapes of a kind that cannot be read are left out", "无法读取的图形类型已略去"
    ),
    "parsed incompletely": Named(
        "some numbers of its table cannot be read", "属性表中部分数字无法读取"
    ),
    "too many members in array": Named(
        "coordinates with more than three numbers are read by their first three",
        "坐标多于三个数，只取前三个",
    ),
    "not consistent with type in gpkg_geometry_columns": Named(
        "it says two kinds of shapes of one layer", "对同一图层的图形类型说法不一"
    ),
}


# Where in its own text a library found a fault, with folders of the machine that it was built on.
_SOURCE = re.compile(r"\S+\.(?:cpp|cc|c|h), \d+: ")


class WideRowError(ValueError):
    """A row has more cells than the header has names: `WideRowError(row, cell)`."""


class CutOffError(ValueError):
    """Fewer features came than the file says it holds: `CutOffError(came, expected)`."""


def reader_fault(error: BaseException, path: Path) -> tuple[str, str]:
    """Say in English and Chinese why a reader of layers gave up on a file."""
    if isinstance(error, NameError):  # pyogrio, of a coordinate system
        return (
            "its coordinate system cannot be understood (look at the .prj file)",
            "坐标系无法识别（请查看 .prj 文件）",
        )
    if isinstance(error, IndexError):  # pyogrio, of a file that opens
        return "it holds no layer", "其中没有图层"
    if isinstance(error, WideRowError):
        row, cell = error.args
        return (
            f"row {row} has more cells than the header has names (found {cell!r}): put texts with "
            "a comma in quotes, or name the column",
            f"第 {row} 行的单元格多于表头（多出“{cell}”）：含逗号的文字请加引号，或给该列加上列名",
        )
    if isinstance(error, CutOffError):
        came, expected = error.args
        return (
            f"only {came} of {expected} features came through",
            f"应有 {expected} 个要素，只读到 {came} 个",
        )
    return _without_folders(_first_line(error), path), _without_folders(reason_zh(error), path)


def remark_of(said: str) -> Named | None:
    """Say what a reader warned of; None for what nobody needs to know."""
    if any(words in said for words in _NOISE):
        return None
    known = next((text for words, text in _REMARKS.items() if words in said), None)
    plain = printable(said.rstrip("."))
    return known or Named(plain, f"读取程序提示：{plain}")


def record_reason_zh(said: str) -> str:
    """Say in Chinese what a library says of a record; "" where its words are not known."""
    return next((zh for words, zh in _SAID_OF_RECORDS.items() if words in said), "")


def reason_zh(error: BaseException) -> str:
    """Say in Chinese what a system or a library says, with its own words where they tell more."""
    if isinstance(error, UnicodeDecodeError):
        return f"文字不是 {error.encoding.upper()} 编码"
    if isinstance(error, OSError) and error.errno in _SYSTEM:
        return _SYSTEM[error.errno]
    said = _first_line(error)
    known = next((zh for words, zh in _SAID.items() if words in said), None)
    return f"{known}（{said}）" if known else said


def _first_line(error: BaseException) -> str:
    plain = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    plain = _SOURCE.sub("", plain)
    first = (plain.strip().splitlines() or [type(error).__name__])[0]
    plain = first.partition("; It might help")[0].partition("; Error occurred in")[0].rstrip(".")
    return printable(plain)


def _without_folders(text: str, path: Path) -> str:
    """Leave out the folders of this machine: an archive is unpacked in one nobody knows."""
    return text.replace(str(path), path.name).replace(str(path.parent), "")
