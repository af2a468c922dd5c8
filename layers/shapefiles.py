"""Shapefiles that a reader would stumble over, put right on a copy: never beside the input.

The index is missing, the parts differ in case, or names and texts are cut in mid-character.
"""

import codecs
import shutil
from pathlib import Path

from layers.companions import companions, found_by_readers
from layers.encoding import in_gb18030
from layers.errors import Named

__all__ = ["copied", "needs_copy", "whole_characters"]


def needs_copy(path: Path) -> bool:
    """Tell whether a reader would not find all parts of a shapefile."""
    parts = companions(path)
    return ".shx" not in parts or not found_by_readers(path, parts)


def copied(path: Path, folder: Path) -> tuple[Path, list[Named]]:
    """Copy the parts of a shapefile under names that readers find; say what was odd."""
    parts = companions(path)
    for ending, file in parts.items():
        shutil.copy(file, folder / f"{path.stem}{ending}")
    told = []
    odd = sorted(file.name for file in parts.values() if file.stem != path.stem)
    if odd:
        names = ", ".join(map(repr, odd))
        told.append(
            Named(
                f"its parts {names} are written in another case", f"其部分文件大小写不同：{names}"
            )
        )
    if ".shx" not in parts:
        told.append(
            Named(
                "the .shx file is missing; its index was made again from the shapes",
                "缺少 .shx 文件，已由图形重建索引",
            )
        )
    return folder / f"{path.stem}.shp", told


def whole_characters(table: Path, encoding: str, *, mixed: bool = False) -> int:
    """Cut names and texts of a .dbf back to whole characters, in place.

    Fields have a width in bytes, and programs cut a character in two at its end. When the texts
    are mixed, those in UTF-8 are written in GB18030 first.

    Returns
    -------
    How many names and texts were cut back.
    """
    raw = bytearray(table.read_bytes())
    if len(raw) < 32:
        return 0
    start, size = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    spans, offset, cut = [], 1, 0
    for at in range(32, min(start, len(raw)) - 31, 32):
        if raw[at] == 0x0D:
            break
        cut += _cut_back(raw, at, at + 11, encoding, b"\0", mixed)
        if raw[at + 11 : at + 12] == b"C":
            spans.append((offset, offset + raw[at + 16]))
        offset += raw[at + 16]
    if size:
        for at in range(start, len(raw) - size + 1, size):
            for left, right in spans:
                cut += _cut_back(raw, at + left, at + right, encoding, b" ", mixed)
    table.write_bytes(raw)
    return cut


def _cut_back(
    raw: bytearray, left: int, right: int, encoding: str, blank: bytes, mixed: bool
) -> int:
    """Blank out the bytes from the first one that is not part of a whole character."""
    text = bytes(raw[left:right]).split(b"\0")[0] if blank == b"\0" else bytes(raw[left:right])
    if text.isascii():
        return 0
    if mixed:
        text = in_gb18030(text.rstrip(b" \0"))
        raw[left:right] = text.ljust(right - left, blank)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    whole = decoder.decode(text.rstrip(b" "), final=False)
    kept = whole.encode(encoding, "replace")[: right - left]
    if text.rstrip(b" ") == kept:
        return 0
    raw[left:right] = kept.ljust(right - left, blank)
    return 1
