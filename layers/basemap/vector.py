"""The layers of a vector tile, without looking into them.

A tile is a message of Protocol Buffers whose parts are layers; each has its name in field 1.
"""

from collections.abc import Iterator

__all__ = ["MEDIA_TYPE", "tile_layers"]

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
_VARINT, _EIGHT, _COUNTED, _FOUR = 0, 1, 2, 5
_LAYER, _NAME = 3, 1
_MOST_BITS = 64


def tile_layers(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the layers of a tile: their names, and each as a tile of its own.

    Parameters
    ----------
    data
        A tile that is not packed.

    Raises
    ------
    ValueError
        If it is no vector tile.
    """
    for field, begin, start, end in _fields(data, 0, len(data)):
        if field == _LAYER:
            yield _name(data, start, end), data[begin:end]


def _name(data: bytes, start: int, end: int) -> str:
    for field, _, first, last in _fields(data, start, end):
        if field == _NAME:
            return data[first:last].decode()
    return ""


def _fields(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Give each field of a message: its number, where it begins, and the ends of its value."""
    while at < end:
        begin = at
        key, at = _varint(data, at, end)
        kind, start = key & 7, at
        if kind == _COUNTED:
            length, start = _varint(data, at, end)
            at = start + length
        elif kind == _VARINT:
            _, at = _varint(data, at, end)
        elif kind in (_EIGHT, _FOUR):
            at += 8 if kind == _EIGHT else 4
        else:
            raise ValueError(f"no vector tile: kind {kind} of a field / 不是矢量瓦片")
        if at > end:
            raise ValueError("a vector tile that ends too soon / 矢量瓦片不完整")
        yield key >> 3, begin, start, at


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < _MOST_BITS:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("a vector tile that ends too soon / 矢量瓦片不完整")
