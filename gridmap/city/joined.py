"""The tables of all towns, each in one file: only what has changed is encoded anew.

What is derived of a town is a row group that is copied as it lies. Of a town that has not changed
it is copied from the file of before, where it stands already beside the names of town and area;
notes beside the files tell where. The bytes are the same whether there were notes or not.
"""

import base64
import hashlib
import io
import json
import math
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from boundaries.export.formats.row_groups import (
    GroupWriter,
    NotMovable,
    RowGroup,
    beside,
    read_footer,
)
from gridmap.city.derived import TABLES
from gridmap.city.folder import City, TownPlace
from gridmap.city.search.names import town_row
from layers.files.atomic import replacing, write_atomically

__all__ = ["PARTS", "DamagedTables", "identity_of", "join_tables"]

# Towns of a group of what is read from end to end; of other tables each town is a group.
_TOGETHER = {"names": 100, "figures": 100, "people": 100, "objects": 100}
PARTS = "parts"  # folder of notes
_FORM = 1  # raised when the same parts are written in another way


@dataclass(frozen=True)
class Part:
    """What one town adds to a table.

    Attributes
    ----------
    town, path
        The town, and its table; None for a town without a plan, which has a row of names alone.
    key
        The same as long as the part is.
    kind
        Of its columns; "" where it is a row of names alone.
    box
        Bounds and kinds of its geometries; none where it has none.
    group
        Its row group as it lies, where the file has been read already.
    """

    town: TownPlace
    path: Path | None
    key: str
    kind: str = ""
    box: tuple[Any, ...] = ()
    group: RowGroup | None = None


@dataclass(frozen=True)
class Notes:
    """What is known of the file of all towns.

    Attributes
    ----------
    columns
        Digest of its columns: groups of others are of no use.
    kinds
        Columns (Arrow) and what is told of their geometries, by digest.
    parts
        Kind and box of each part by its key.
    groups
        Where the group of some parts lies, by their keys.
    whole
        Digest of all that the file was made of.
    """

    columns: str
    kinds: dict[str, tuple[str, str]]
    parts: dict[str, tuple[str, tuple[Any, ...]]]
    groups: dict[str, tuple[int, int, RowGroup]]
    whole: str


class DamagedTables(Exception):
    """Tables of some towns that cannot be read.

    Attributes
    ----------
    towns
        Their names.
    """

    def __init__(self, towns: Collection[str]) -> None:
        super().__init__(", ".join(sorted(towns)))
        self.towns = sorted(towns)


_NOTHING = Notes("", {}, {}, {}, "")


def join_tables(city: City) -> None:
    """Write the tables of all towns, a row group a town; a file that is as it should be stays.

    Raises
    ------
    DamagedTables
        If tables of some towns cannot be read.
    """
    for table in TABLES:
        _join(city, table)


def _join(city: City, table: str) -> None:
    target = city.catalogue / f"{table}.parquet"
    before = _read_notes(city, table)
    kinds = dict(before.kinds)
    parts = _all_told(city, table, before, kinds)
    schema = _schema(parts, kinds)
    if schema is None:
        return
    bare = io.BytesIO()
    pq.ParquetWriter(bare, schema, compression="zstd").close()
    columns = _digest(schema.remove_metadata().serialize().to_pybytes())
    together = _TOGETHER.get(table, 1)
    units = [parts[at : at + together] for at in range(0, len(parts), together)]
    whole = _digest(bare.getvalue(), *(_key(unit).encode() for unit in units))
    if whole == before.whole:
        return
    known = before.groups if columns == before.columns else {}
    own = pa.schema(list(schema)[2:])
    whole_kinds = {kind for kind in kinds if _columns_of(kinds[kind]).equals(own)}
    keys, groups = [], []
    with replacing(target, overwrite=True, private=True) as draft:
        old = target.open("rb") if known else None
        try:
            with draft.open("wb") as file:
                writer = GroupWriter(file, read_footer(bare.getvalue()))
                for unit in units:
                    for group, data in _group_of(unit, schema, whole_kinds, known, old):
                        writer.add(group, data)
                        keys.append(_key(unit))
                places = writer.close()
                groups = writer.groups
        finally:
            if old is not None:
                old.close()
    used = {part.kind for part in parts}
    told = {
        "file": identity_of(target),
        "columns": columns,
        "kinds": {kind: value for kind, value in kinds.items() if kind in used},
        "parts": {part.key: (part.kind, part.box) for part in parts},
        "groups": {
            key: (place, len(group.chunks), *astuple(group)[1:])
            for key, place, group in zip(keys, places, groups, strict=True)
        },
        "whole": whole,
    }
    text = json.dumps({"form": _FORM, **told}, separators=(",", ":"))
    (city.catalogue / PARTS).mkdir(exist_ok=True)
    write_atomically(city.catalogue / PARTS / f"{table}.json", text.encode(), overwrite=True)


def _read_notes(city: City, table: str) -> Notes:
    """Give what is known of the file of all towns; nothing where it is another one by now."""
    target = city.catalogue / f"{table}.parquet"
    try:
        told = json.loads((city.catalogue / PARTS / f"{table}.json").read_bytes())
        if told["form"] != _FORM or told["file"] != identity_of(target):
            return _NOTHING
        groups = {
            key: (place, length, RowGroup(b"", tuple(cuts), *rest))
            for key, (place, length, cuts, *rest) in told["groups"].items()
        }
        parts = {key: (kind, tuple(box)) for key, (kind, box) in told["parts"].items()}
        kinds = {kind: (columns, geo) for kind, (columns, geo) in told["kinds"].items()}
        return Notes(str(told["columns"]), kinds, parts, groups, str(told["whole"]))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return _NOTHING  # derived: made anew


def _parts(city: City, table: str) -> Iterator[Part]:
    for town in city.towns:
        path = city.derived_of(town.name) / f"{table}.parquet"
        try:
            yield Part(town, path, json.dumps([town.name, town.area, *identity_of(path)]))
        except FileNotFoundError:
            if table == "names":
                told = [town.name, town.area, town.code, *_named(town)]
                yield Part(town, None, json.dumps(told, ensure_ascii=False))


def _all_told(
    city: City, table: str, before: Notes, kinds: dict[str, tuple[str, str]]
) -> list[Part]:
    parts, damaged = [], []
    for part in _parts(city, table):
        try:
            with _reading(part):
                parts.append(_told(part, before, kinds))
        except DamagedTables as error:
            damaged += error.towns
    if damaged:
        raise DamagedTables(damaged)
    return parts


@contextmanager
def _reading(part: Part) -> Iterator[None]:
    """Tell whose table it was that could not be read."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError, ArithmeticError):
        if part.path is None:
            raise
        raise DamagedTables([part.town.name]) from None


def _told(part: Part, before: Notes, kinds: dict[str, tuple[str, str]]) -> Part:
    """Say what columns and geometries a part has; it is read where that is not known."""
    if part.path is None:
        return part
    if part.key in before.parts:
        kind, box = before.parts[part.key]
        return Part(part.town, part.path, part.key, kind, box)
    data = part.path.read_bytes()
    group, schema = None, None
    try:
        footer = read_footer(data)
        texts = footer.texts
        group = footer.groups[0] if len(footer.groups) == 1 else None
        if b"ARROW:schema" in texts:
            schema = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(texts[b"ARROW:schema"])))
    except NotMovable:
        texts = pq.read_schema(pa.BufferReader(data)).metadata or {}
    schema = schema if schema is not None else pq.read_schema(pa.BufferReader(data))
    columns = schema.remove_metadata().serialize().to_pybytes()
    geo, box = _geo_of(texts)
    kind = _digest(columns, geo.encode())
    kinds.setdefault(kind, (base64.b64encode(columns).decode(), geo))
    return Part(part.town, part.path, part.key, kind, box, group)


def _geo_of(texts: dict[bytes, bytes]) -> tuple[str, tuple[Any, ...]]:
    """Cut what is told of geometries into what all towns have alike, and bounds and kinds."""
    if b"geo" not in texts:
        return "", ()
    geo = json.loads(texts[b"geo"])
    column = geo["columns"][geo["primary_column"]]
    box = list(column.pop("bbox", ()))
    kinds = column.pop("geometry_types", [])
    # A town whose objects have no place has no box.
    return json.dumps(geo), (box if all(map(math.isfinite, box)) else [], kinds)


def _group_of(
    unit: Sequence[Part],
    schema: pa.Schema,
    whole_kinds: Collection[str],
    known: dict[str, tuple[int, int, RowGroup]],
    old: BinaryIO | None,
) -> Iterator[tuple[RowGroup, bytes]]:
    """Give the row group of some parts with its bytes, from the file of before if it is there."""
    key = _key(unit)
    if old is not None and key in known:
        place, length, group = known[key]
        old.seek(place)
        chunks = old.read(length)
        old.seek(group.start)
        yield RowGroup(chunks, *astuple(group)[1:]), old.read(group.length)
        return
    path = unit[0].path
    if len(unit) == 1 and path is not None and unit[0].kind in whole_kinds:
        mine = unit[0].group or _only_group(path)
        if mine is not None and mine.rows:
            named, data = _encoded(_names(unit[0].town, mine.rows))
            with path.open("rb") as file:
                file.seek(mine.start)
                yield beside(named, mine), data + file.read(mine.length)
            return
    fitted = []
    for part in unit:
        with _reading(part):
            fitted.append(_fitted(part, schema))
    table = pa.concat_tables(fitted)
    if len(table):
        yield _encoded(table)


def _only_group(path: Path) -> RowGroup | None:
    """Give the row group of a file as it lies; None where it has to be encoded anew."""
    try:
        groups = read_footer(path.read_bytes()).groups
    except NotMovable:
        return None
    return groups[0] if len(groups) == 1 else None


def _encoded(table: pa.Table) -> tuple[RowGroup, bytes]:
    """Encode a table as one row group."""
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd", row_group_size=len(table))
    group = read_footer(file.getvalue()).groups[0]
    return group, file.getvalue()[group.start : group.start + group.length]


def _names(town: TownPlace, rows: int) -> pa.Table:
    """Give the columns that stand in front: the town and its area."""
    told = {"town": town.name, "area": town.area}
    return pa.table({key: pa.array([value] * rows, pa.string()) for key, value in told.items()})


def _fitted(part: Part, schema: pa.Schema) -> pa.Table:
    """Bring a table into the columns of all; one that an earlier program did not know is empty."""
    table = _row_of(part.town)
    if part.path is not None:
        with pq.ParquetFile(part.path) as file:
            table = file.read(use_threads=False)
    front = _names(part.town, len(table))
    columns = [
        front[field.name] if field.name in front.column_names
        else table[field.name] if field.name in table.column_names
        else pa.nulls(len(table), field.type)
        for field in schema
    ]  # fmt: skip
    return pa.table(columns, names=schema.names).cast(schema)


def _row_of(town: TownPlace) -> pa.Table:
    """Give what can be found of a town without a plan: its name alone."""
    return pa.Table.from_pandas(town_row(town.code, *_named(town)), preserve_index=False)


def _named(town: TownPlace) -> tuple[str, str]:
    named = town.rules.town if town.rules is not None else None
    return (named.name, named.name_en) if named else (town.name, "")


def _schema(parts: Sequence[Part], kinds: dict[str, tuple[str, str]]) -> pa.Schema | None:
    """Give the columns of all, with the bounds of all in what is told of geometries."""
    order = list(dict.fromkeys(part.kind for part in parts if part.kind))
    if not order:
        return None
    # A column that is empty in one town has its kind from another.
    each = [_columns_of(kinds[kind]) for kind in order]
    own = pa.unify_schemas(each, promote_options="permissive")
    front = [pa.field("town", pa.string()), pa.field("area", pa.string())]
    whole = pa.schema([*front, *own])
    geo = next((json.loads(kinds[kind][1]) for kind in order if kinds[kind][1]), None)
    if geo is None:
        return whole
    column = geo["columns"][geo["primary_column"]]
    boxes = [part.box[0] for part in parts if part.box and part.box[0]]
    if boxes:
        column["bbox"] = [
            *(min(one[at] for one in boxes) for at in (0, 1)),
            *(max(one[at] for one in boxes) for at in (2, 3)),
        ]
    column["geometry_types"] = sorted({kind for part in parts if part.box for kind in part.box[1]})
    return whole.with_metadata({b"geo": json.dumps(geo).encode()})


def _columns_of(kind: tuple[str, str]) -> pa.Schema:
    return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(kind[0])))


def _key(unit: Sequence[Part]) -> str:
    """Tell some parts from all others; many together by a digest."""
    keys = [part.key for part in unit]
    return keys[0] if len(keys) == 1 else _digest(*(key.encode() for key in keys))


def _digest(*texts: bytes) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(len(text).to_bytes(8, "little") + text)
    return digest.hexdigest()


def identity_of(path: Path) -> list[int]:
    """Tell a file that was put in place as a whole from every other."""
    told = path.stat()
    return [told.st_size, told.st_mtime_ns, told.st_ino]
