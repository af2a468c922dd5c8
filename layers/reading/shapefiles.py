"""Shapefiles that a reader would stumble over, put right on a copy: never beside the input.

The index is missing, the parts differ in case, or names and texts are cut in mid-character.
"""

import codecs
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contract.errors import Named
from layers.contract.phrases import counted
from layers.files.encoding import in_gb18030
from layers.files.sidecar_files import found_by_readers, sidecar_files

__all__ = [
    "blank_records",
    "copied",
    "needs_copy",
    "unequal_rows",
    "unlike_areas",
    "whole_characters",
]

_DBF_HEAD = 32  # bytes at the start of a .dbf
_HEAD = 100  # bytes at the start of a .shp and of a .shx
# Columns in which programs keep the area or the border of the shape itself.
_AREAS = (
    "shape_area",
    "shape_ar",
    "shapearea",
    "st_area",
    "st_area_sh",
    "area",
    "tbmj",
    "图斑面积",
)
_BORDERS = ("shape_leng", "shape_len", "shapelen", "st_length", "st_length_", "perimeter", "tbzc")
_FEWEST, _UNLIKE, _OFF = 5, 0.5, 0.25  # rows, share of rows that are off, and by how much
_BOX = slice(36, 68)  # of them: the extent, the same in both


def needs_copy(path: Path) -> bool:
    """Tell whether a reader would not find all parts of a shapefile."""
    parts = sidecar_files(path)
    whole = ".shx" in parts and found_by_readers(path, parts)
    return not whole or not _is_index_of(parts[".shx"], path)


def _is_index_of(index: Path, path: Path) -> bool:
    """Tell whether an index was written with these shapes: it knows their extent and every end."""
    entries, size = index.read_bytes(), path.stat().st_size
    if size < _HEAD:
        return True  # too short to be compared: its reader says so
    raw = np.memmap(path, np.uint8, "r")
    if (len(entries) - _HEAD) % 8 or raw[_BOX].tobytes() != entries[_BOX]:
        return False
    table = np.frombuffer(entries, ">i4", offset=_HEAD).reshape(-1, 2).astype(np.int64)
    starts, sizes = 2 * table[:, 0], 2 * table[:, 1]
    if not len(table):
        return True
    if (starts < _HEAD).any() or (starts + 8 > size).any():
        return False
    said = raw[starts[:, None] + np.arange(4, 8)].copy().view(">i4").ravel().astype(np.int64)
    return bool((2 * said == sizes).all())


def unequal_rows(path: Path) -> Named | None:
    """Say that the table of a shapefile has more or fewer rows than there are shapes.

    Then table and shapes are of two exports, and nobody knows which row belongs to which shape.
    """
    parts = sidecar_files(path)
    if ".dbf" not in parts or ".shx" not in parts or not _is_index_of(parts[".shx"], path):
        return None
    shapes = (parts[".shx"].stat().st_size - _HEAD) // 8
    with parts[".dbf"].open("rb") as file:
        head = file.read(32)
    rows = int.from_bytes(head[4:8], "little")
    if len(head) < 32 or rows == shapes:
        return None
    in_table, drawn = counted(rows, "row", "rows"), counted(shapes, "shape", "shapes")
    return Named(
        f"its table (.dbf) has {in_table} for {drawn} (.shp): the parts are of two exports, and "
        "the attributes may stand on the wrong shapes. Copy all parts of one export",
        f"属性表（.dbf）有 {rows:,} 行，图形（.shp）有 {shapes:,} 个：两者不是同一次导出，"
        "属性可能对错图形。请把同一次导出的全部文件一起拷贝",
    )


def blank_records(table: Path) -> Named | None:
    """Say that rows of a .dbf are nothing but zero bytes, as a broken copy leaves them."""
    raw = np.memmap(table, np.uint8, "r")
    start, size = (int.from_bytes(raw[at : at + 2].tobytes(), "little") for at in (8, 10))
    if len(raw) < _DBF_HEAD or not size or start >= len(raw):
        return None
    count = min(int.from_bytes(raw[4:8].tobytes(), "little"), (len(raw) - start) // size)
    records = raw[start : start + count * size].reshape(count, size)
    # A mark of zero alone is how some programs write a row that is not deleted.
    rows = np.flatnonzero(records[:, 0] == 0)
    rows = rows[~records[rows].any(axis=1)] + 1
    if not len(rows):
        return None
    return Named(
        f"{counted(len(rows), 'row', 'rows')} of its table (.dbf) from row {rows[0]} on hold zero "
        "bytes alone, as a copy that was broken off leaves them. Copy it again",
        f"属性表（.dbf）自第 {rows[0]} 行起有 {len(rows):,} 行全为零字节，是拷贝中断所致。"
        "请重新拷贝",
    )


def unlike_areas(frame: gpd.GeoDataFrame) -> Named | None:
    """Say that the areas in a table are not those of the shapes: the two may be of two exports.

    The unit does not matter, but it has to be the same in most rows.
    """
    for names, measure in ((_AREAS, shapely.area), (_BORDERS, shapely.length)):
        for name in frame.columns:
            if str(name).lower() not in names:
                continue
            numbers = pd.to_numeric(frame[name], errors="coerce")  # some exports write texts
            with np.errstate(over="ignore", invalid="ignore"):  # coordinates of a damaged file
                drawn = measure(frame.geometry.to_numpy())
            said = numbers.to_numpy(dtype=float, na_value=np.nan)
            fine = np.isfinite(said) & np.isfinite(drawn) & (said > 0) & (drawn > 0)
            if fine.sum() < _FEWEST:
                continue
            scale = said[fine] / drawn[fine]
            off = np.abs(scale / np.median(scale) - 1) > _OFF
            if off.mean() <= _UNLIKE:
                continue
            rows = frame.index[fine][off]
            return Named(
                f"column {str(name)!r} does not go with the shapes in {len(rows):,} of "
                f"{int(fine.sum()):,} rows (row {rows[0]} first): table (.dbf) and shapes (.shp) "
                "may be of two exports, or shapes were changed since. Copy all parts of one "
                "export, or compare some rows on the map",
                f"“{name}”列与图形不符（{int(fine.sum()):,} 行中有 {len(rows):,} 行，"
                f"首行为第 {rows[0]} 行）：属性表（.dbf）与图形（.shp）可能不是同一次导出，"
                "或图形后来改过。请把同一次导出的全部文件一起拷贝，或在地图上核对几行",
            )
    return None


def copied(path: Path, folder: Path) -> tuple[Path, list[Named]]:
    """Copy the parts of a shapefile under names that readers find; say what was odd."""
    parts = sidecar_files(path)
    foreign = ".shx" in parts and not _is_index_of(parts[".shx"], path)
    if foreign:
        del parts[".shx"]
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
    if foreign:
        told.append(
            Named(
                "its .shx file is of another export; the index was made again from the shapes. "
                "Copy all parts of one export",
                ".shx 文件来自另一次导出，已由图形重建索引。请把同一次导出的全部文件一起拷贝",
            )
        )
    elif ".shx" not in parts:
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
