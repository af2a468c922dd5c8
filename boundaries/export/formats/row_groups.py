"""Row groups of Parquet files put into another file as they lie, without reading what they hold.

What a row group holds lies in the file in one piece; where it lies stands in the footer, in the
compact protocol of Thrift. A row group is moved by copying that piece and by writing its places
anew, so that a file of a thousand towns costs no more than to copy it. Encoded anew, each value
would be read, packed and pressed again.

https://parquet.apache.org/docs/file-format/ and parquet.thrift of apache/parquet-format.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

__all__ = ["Footer", "GroupWriter", "NotMovable", "RowGroup", "beside", "read_footer"]

MAGIC = b"PAR1"
_I64, _BINARY, _LIST, _STRUCT = 6, 8, 9, 12
# Of ColumnChunk: another file, page indexes, secrets; of ColumnMetaData: Bloom filters.
_LIES_ELSEWHERE, _BLOOM = frozenset((1, 4, 5, 6, 7, 8, 9)), frozenset((14, 15))
_OFFSETS = frozenset((9, 10, 11))  # of data, index and dictionary pages


class NotMovable(ValueError):
    """A row group has parts that lie elsewhere; encode it anew."""


@dataclass(frozen=True)
class RowGroup:
    """A row group and where the offsets stand in its entry of the footer.

    Attributes
    ----------
    chunks
        Entries of its columns, one after the other.
    cuts
        Where in `chunks` the offsets stand.
    columns, rows, unpacked
        How many, and the bytes that it has unpacked.
    start, length
        Where its bytes lie in the file.
    """

    chunks: bytes
    cuts: tuple[int, ...]
    columns: int
    rows: int
    unpacked: int
    start: int
    length: int


@dataclass(frozen=True)
class Footer:
    """What the footer of a file says.

    Attributes
    ----------
    schema
        Its entry of all columns, as it stands there.
    texts
        Texts that programs have put beside it, by key.
    groups
        Its row groups.
    parts
        The footer cut at its fields: number, header with what stands before the value, value.
    """

    schema: bytes
    texts: dict[bytes, bytes]
    groups: tuple[RowGroup, ...]
    parts: tuple[tuple[int, bytes, bytes], ...]


def read_footer(data: bytes) -> Footer:
    """Read the footer of a Parquet file.

    Parameters
    ----------
    data
        The file, or its end with the whole footer.

    Raises
    ------
    NotMovable
        If it is no plain Parquet file, or its row groups cannot be moved.
    """
    try:
        length = int.from_bytes(data[-8:-4], "little")
        foot = data[-8 - length : -8]
        if data[-4:] != MAGIC or len(foot) != length:
            raise NotMovable("no Parquet file")
        parts, before = [], 0
        groups: tuple[RowGroup, ...] = ()
        for number, kind, start, end in _fields(foot, 0):
            parts.append((number, foot[before:start], foot[start:end]))
            before = end
            if number == 4 and kind == _LIST:
                groups = tuple(_group(foot, at) for at in _items(foot, start))
        texts = {}
        for number, _, value in parts:
            if number == 5:
                texts = dict(_text(value, at) for at in _items(value, 0))
        schema = next(value for number, _, value in parts if number == 2)
    except (IndexError, StopIteration, KeyError):
        raise NotMovable("a footer that is not whole") from None
    return Footer(schema, texts, groups, tuple(parts))


def beside(one: RowGroup, other: RowGroup) -> RowGroup:
    """Put the columns of a row group before those of another, whose bytes follow its own."""
    other = _moved(other, one.start + one.length)
    return RowGroup(
        one.chunks + other.chunks,
        (*one.cuts, *(cut + len(one.chunks) for cut in other.cuts)),
        one.columns + other.columns,
        one.rows,
        one.unpacked + other.unpacked,
        one.start,
        one.length + other.length,
    )


class GroupWriter:
    """Writes row groups into a file, one after the other.

    Parameters
    ----------
    file
        Open for writing, at its beginning.
    model
        Footer of a file without rows, which has the columns of all.
    """

    def __init__(self, file: BinaryIO, model: Footer) -> None:
        self._file, self._model = file, model
        self._at = file.write(MAGIC)
        self.groups: list[RowGroup] = []

    def add(self, group: RowGroup, *data: bytes | memoryview) -> None:
        """Write a row group whose bytes are given."""
        self.groups.append(_moved(group, self._at))
        for part in data:
            self._at += self._file.write(part)
        if self._at != self.groups[-1].start + group.length:
            raise ValueError("a row group is not as long as it says")

    def close(self) -> list[int]:
        """Write the footer, and give where in the file the entries of columns of each group begin.

        The file itself stays open.
        """
        rows = sum(group.rows for group in self.groups)
        foot, places = bytearray(), []
        for number, header, value in self._model.parts:
            foot += header
            if number == 3:
                foot += _zigzag(rows)
            elif number == 4:
                foot += _list_header(len(self.groups))
                for group in self.groups:
                    head, tail = _entry(group)
                    places.append(self._at + len(foot) + len(head))
                    foot += head + group.chunks + tail
            else:
                foot += value
        foot += b"\0"
        self._file.write(bytes(foot) + len(foot).to_bytes(4, "little") + MAGIC)
        return places


def _moved(group: RowGroup, start: int) -> RowGroup:
    """Give a row group as it is told when its bytes begin elsewhere."""
    if start == group.start:
        return group
    by, old = start - group.start, group.chunks
    chunks, cuts, before = bytearray(), [], 0
    for cut in group.cuts:
        value, end = _number(old, cut)
        chunks += old[before:cut]
        cuts.append(len(chunks))
        chunks += _zigzag((value >> 1) + by)
        before = end
    chunks += old[before:]
    return RowGroup(
        bytes(chunks), tuple(cuts), group.columns, group.rows, group.unpacked, start, group.length
    )


def _entry(group: RowGroup) -> tuple[bytes, bytes]:
    """Give what stands around the columns of a row group: bytes, rows, and where it begins."""
    return b"\x19" + _list_header(group.columns), b"".join(
        (
            *(b"\x16", _zigzag(group.unpacked), b"\x16", _zigzag(group.rows)),
            *(b"\x26", _zigzag(group.start), b"\x16", _zigzag(group.length), b"\0"),
        )
    )


def _group(foot: bytes, at: int) -> RowGroup:
    chunks, cuts, columns, unpacked, rows = bytearray(), [], 0, 0, 0
    begins, length = [], 0
    for number, _, start, _ in _fields(foot, at):
        if number == 1:
            for chunk in _items(foot, start):
                end, mine, begin, packed = _chunk(foot, chunk)
                cuts += [len(chunks) + cut - chunk for cut in mine]
                chunks += foot[chunk:end]
                begins.append(begin)
                length += packed
                columns += 1
        elif number in (2, 3):
            value = _number(foot, start)[0] >> 1
            unpacked, rows = (value, rows) if number == 2 else (unpacked, value)
    return RowGroup(
        bytes(chunks), tuple(cuts), columns, rows, unpacked, min(begins, default=0), length
    )


def _chunk(foot: bytes, at: int) -> tuple[int, list[int], int, int]:
    """Give the end of an entry of a column, its places of offsets, its first byte and its bytes."""
    cuts, begins, packed, end = [], [], 0, at
    for number, _, start, stop in _fields(foot, at):
        end = stop
        if number in _LIES_ELSEWHERE:
            raise NotMovable("a column lies elsewhere")
        if number == 2 and _number(foot, start)[0]:
            cuts.append(start)
        if number != 3:
            continue
        for inner, _, place, _ in _fields(foot, start):
            if inner in _BLOOM:
                raise NotMovable("a column has a Bloom filter")
            if inner == 7:
                packed = _number(foot, place)[0] >> 1
            if inner in _OFFSETS and (value := _number(foot, place)[0] >> 1):
                cuts.append(place)
                begins.append(value)
    return end + 1, cuts, min(begins, default=0), packed


def _text(value: bytes, at: int) -> tuple[bytes, bytes]:
    found = {1: b"", 2: b""}
    for number, _, start, end in _fields(value, at):
        found[number] = value[_number(value, start)[1] : end]
    return found[1], found[2]


def _fields(data: bytes, at: int) -> Iterator[tuple[int, int, int, int]]:
    """Go through the fields of a struct: number, kind, where the value begins and ends."""
    number = 0
    while head := data[at]:
        kind, step = head & 15, head >> 4
        at += 1
        if step:
            number += step
        else:
            value, at = _number(data, at)
            number = (value >> 1) ^ -(value & 1)
        end = _skip(data, at, kind)
        yield number, kind, at, end
        at = end


def _items(data: bytes, at: int) -> Iterator[int]:
    """Go through the structs of a list: where each begins."""
    count, kind, at = _list(data, at)
    for _ in range(count):
        yield at
        at = _skip(data, at, kind)


def _list(data: bytes, at: int) -> tuple[int, int, int]:
    count, kind = data[at] >> 4, data[at] & 15
    if count < 15:
        return count, kind, at + 1
    count, at = _number(data, at + 1)
    return count, kind, at


def _list_header(count: int) -> bytes:
    return bytes([count << 4 | _STRUCT]) if count < 15 else bytes([0xF0 | _STRUCT]) + _plain(count)


def _skip(data: bytes, at: int, kind: int) -> int:
    """Give the end of a value."""
    if kind in (1, 2):  # a truth stands in the header
        return at
    if kind == 3:
        return at + 1
    if kind in (4, 5, _I64):
        while data[at] & 128:
            at += 1
        return at + 1
    if kind == 7:
        return at + 8
    if kind == _BINARY:
        length, at = _number(data, at)
        return at + length
    if kind == _LIST:
        count, inner, at = _list(data, at)
        for _ in range(count):
            at = at + 1 if inner in (1, 2) else _skip(data, at, inner)
        return at
    if kind == _STRUCT:
        while head := data[at]:
            at += 1
            if not head >> 4:
                at = _number(data, at)[1]
            at = _skip(data, at, head & 15)
        return at + 1
    raise NotMovable(f"a value of kind {kind}")


def _number(data: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while (byte := data[at]) & 128:
        value |= (byte & 127) << shift
        shift += 7
        at += 1
    return value | byte << shift, at + 1


def _plain(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(value: int) -> bytes:
    return _plain(value << 1)
