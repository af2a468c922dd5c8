"""Drawings that are kept in bytes (binary DXF), written as the text that all readers take.

A binary drawing holds the same pairs of code and value as one of text; the code says how the value
is kept.
"""

import struct
from collections.abc import Iterator

__all__ = ["BINARY", "is_binary", "pairs_of_binary"]

BINARY = b"AutoCAD Binary DXF\r\n\x1a\x00"
_START = BINARY[:18]
# Up to which code values are kept how: the first of these whose code is not less.
_DOUBLE, _SHORT, _LONG, _HUGE, _BYTE, _TEXT, _CHUNK = "<d", "<h", "<i", "<q", "<b", "text", "chunk"
_KINDS: tuple[tuple[int, str], ...] = (
    (9, _TEXT), (59, _DOUBLE), (79, _SHORT), (99, _LONG), (109, _TEXT), (149, _DOUBLE),
    (159, _TEXT), (169, _HUGE), (179, _SHORT), (209, _TEXT), (239, _DOUBLE), (269, _TEXT),
    (289, _SHORT), (299, _BYTE), (309, _TEXT), (319, _CHUNK), (369, _TEXT), (389, _SHORT),
    (399, _TEXT), (409, _SHORT), (419, _TEXT), (429, _LONG), (439, _TEXT), (459, _LONG),
    (469, _DOUBLE), (1003, _TEXT), (1004, _CHUNK), (1009, _TEXT), (1059, _DOUBLE), (1070, _SHORT),
    (1071, _LONG),
)  # fmt: skip
_EXTENDED = 255  # in old drawings a code is one byte, and this one says that two more follow


def is_binary(raw: bytes) -> bool:
    """Tell a binary drawing by its first bytes."""
    return raw.startswith(_START)


def pairs_of_binary(raw: bytes) -> list[tuple[bytes, bytes]]:
    """Give the pairs of code and value of a binary drawing, as a drawing of text writes them.

    Raises
    ------
    ValueError
        If the drawing is cut off or holds a code that no drawing has.
    """
    # The first pair is 0 SECTION: its code takes one byte in an old drawing, else two.
    wide = raw[len(BINARY) : len(BINARY) + 2] == b"\0\0"
    try:
        return list(_pairs(raw, len(BINARY), wide))
    except (struct.error, IndexError) as error:
        raise ValueError("the drawing is cut off") from error


def _pairs(raw: bytes, at: int, wide: bool) -> Iterator[tuple[bytes, bytes]]:
    while at < len(raw):
        if wide:
            (code,) = struct.unpack_from("<h", raw, at)
            at += 2
        else:
            code, at = raw[at], at + 1
            if code == _EXTENDED:
                (code,) = struct.unpack_from("<h", raw, at)
                at += 2
        kind = next((kind for last, kind in _KINDS if 0 <= code <= last), None)
        if kind is None:
            raise ValueError(f"code {code} is none of a drawing")
        if kind == _TEXT:
            end = raw.index(b"\0", at)
            value, at = raw[at:end], end + 1
        elif kind == _CHUNK:
            end = at + 1 + raw[at]
            value, at = raw[at + 1 : end].hex().upper().encode(), end
        else:
            (number,) = struct.unpack_from(kind, raw, at)
            value, at = repr(number).encode(), at + struct.calcsize(kind)
        yield str(code).encode(), value
        if code == 0 and value == b"EOF":
            return
    raise ValueError("the drawing has no end")
