"""The tables of published towns: types, keys, indexes, comments; made once, and known as ours.

Nothing is ever dropped. A schema in which somebody else has tables of these names is refused, and
so is one that another form of these tables or another audience has been written into.
"""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from boundaries.export.formats.fields import GRID_FIELDS, OBJECT_FIELDS, Field
from boundaries.export.formats.layers import CONTACTS
from boundaries.export.postgis.connecting import DatabaseError

if TYPE_CHECKING:
    import psycopg

__all__ = ["CRS", "SRID", "TABLES", "Audience", "Table", "require_tables"]

SRID = 4490  # CGCS2000 in degrees
CRS = f"EPSG:{SRID}"
Audience = Literal["internal", "public"]
_TYPES = {
    "text": "text", "whole": "bigint", "number": "double precision", "day": "date",
    "flag": "boolean",
}  # fmt: skip
_TOWN_CODE = Field("town_code", "text", "town_code", "镇编码", "Town", "Code of the town")
_TOWN_FIELDS = (
    _TOWN_CODE,
    Field("name", "text", "name", "镇名称", "Name", "Name in Chinese"),
    Field("name_en", "text", "name_en", "英文名称", "English name", "Name in English"),
    Field("area_code", "text", "area_code", "所属区域编码", "Area", "Code of its county or city"),
    Field("area_name", "text", "area_name", "所属区域", "Name of the area", "In Chinese"),
    Field("version", "text", "version", "发布版本", "Version", "Number of the published version"),
    Field("valid_from", "day", "valid_from", "启用日期", "Valid from", "First day of the version"),
    Field("licence", "text", "licence", "数据许可", "Licence", "What may be done with the data"),
    Field("credit", "text", "credit", "数据来源", "Credit", "Where the ground comes from"),
    Field("notice", "text", "notice", "使用声明", "Notice", "What has to stand on every map"),
    Field("grids", "whole", "grids", "网格数", "Grids", "Rows of the town in grids"),
    Field("objects", "whole", "objects", "对象数", "Objects", "Rows of the town in objects"),
    Field("content", "text", "content", "内容校验码", "Content", "SHA-256 of all its rows"),
)


@dataclass(frozen=True)
class Table:
    """A table: its columns, what tells rows apart, and the kind of its geometry ("" for none)."""

    name: str
    title: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    shape: str = ""


def _without_people(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(one for one in fields if one.name not in CONTACTS)


TABLES = (
    Table("towns", "镇。Towns: a row each, with the version that is here", _TOWN_FIELDS,
          ("town_code",)),
    Table("grids", "网格。Grids of all levels, given ones and micro-grids; no people",
          (_TOWN_CODE, *_without_people(tuple(GRID_FIELDS.values()))),
          ("town_code", "grid_code"), "MultiPolygon"),
    Table("objects", "对象。Objects of the registers, with the post in charge; no people",
          (_TOWN_CODE, *_without_people(tuple(OBJECT_FIELDS.values()))),
          ("town_code", "object_id"), "Point"),
)  # fmt: skip
_ABOUT = "gridmap_about"  # one row: the form of the tables and who may have them


def require_tables(connection: "psycopg.Connection", schema: str, audience: Audience) -> None:
    """Make the tables where there are none yet, or see that those there are ours and fit.

    Parameters
    ----------
    connection
        Of `connected`.
    schema
        Where the tables are; made too if it is not there.
    audience
        Who may have what is written: one schema holds what is for the house, or for the public.

    Raises
    ------
    DatabaseError
        If PostGIS is missing, tables of other making have the names, or the schema holds another
        form or audience.
    """
    with connection.transaction():
        # Two runs that both find nothing make the tables one after the other.
        connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [schema])
        home = _home_of_postgis(connection)
        there = {
            row[0]
            for row in connection.execute(
                "select relname from pg_class c join pg_namespace n on n.oid = relnamespace "
                "where nspname = %s and relname = any(%s)",
                [schema, [_ABOUT, *(table.name for table in TABLES)]],
            )
        }
        if _ABOUT in there:
            _require_fit(connection, schema, audience)
            return
        if there:
            names = ", ".join(sorted(there))
            raise DatabaseError(
                f"The schema {schema!r} has tables of others called {names}; they are left as they "
                "are. Give another schema (--schema).",
                f"模式“{schema}”中已有他人的同名表：{names}，未作任何改动。请用 --schema "
                "另选一个模式。",
            )
        _make(connection, schema, home, audience)


def _home_of_postgis(connection: "psycopg.Connection") -> str:
    """Give the schema of PostGIS."""
    row = connection.execute(
        "select nspname from pg_extension e join pg_namespace n on n.oid = extnamespace "
        "where extname = 'postgis'"
    ).fetchone()
    if row is None:
        raise DatabaseError(
            "The database has no PostGIS. Let its administrator run: create extension postgis.",
            "数据库未启用空间扩展。请管理员执行：create extension postgis。",
        )
    return str(row[0])


def _require_fit(connection: "psycopg.Connection", schema: str, audience: Audience) -> None:
    from psycopg import sql

    row = connection.execute(
        sql.SQL("select form, audience from {}").format(sql.Identifier(schema, _ABOUT))
    ).fetchone()
    form, found = row if row is not None else ("", "")
    if form != _form():
        raise DatabaseError(
            f"The tables of the schema {schema!r} were made by another version of this program. "
            "Give another schema (--schema), or remove those tables yourself.",
            f"模式“{schema}”中的表由本程序的另一版本建立。请用 --schema 另选一个模式，"
            "或自行删除这些表。",
        )
    if found != audience:
        named = {"internal": "内部", "public": "公开"}
        raise DatabaseError(
            f"The schema {schema!r} holds what is {found}, and this is {audience}. Give another "
            "schema (--schema) for it.",
            f"模式“{schema}”存放的是{named.get(found, found)}数据，这次是{named[audience]}数据。"
            "请用 --schema 另选一个模式。",
        )


def _form() -> str:
    """Name the form of the tables: another one when a column is."""
    told = [(table.name, table.key, table.shape, [(f.name, f.kind) for f in table.fields])
            for table in TABLES]  # fmt: skip
    return hashlib.sha256(repr((SRID, told)).encode()).hexdigest()[:16]


def _make(connection: "psycopg.Connection", schema: str, home: str, audience: Audience) -> None:
    from psycopg import sql

    known = connection.execute("select 1 from pg_namespace where nspname = %s", [schema]).fetchone()
    if known is None:
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
    about = sql.Identifier(schema, _ABOUT)
    connection.execute(
        sql.SQL("create table {} (form text not null, audience text not null)").format(about)
    )
    connection.execute(
        sql.SQL("insert into {} values ({}, {})").format(
            about, sql.Literal(_form()), sql.Literal(audience)
        )
    )
    connection.execute(
        sql.SQL("comment on table {} is {}").format(
            about, sql.Literal("建表程序的标记，请勿改动。Made by gridmap: do not change")
        )
    )
    for table in TABLES:
        _make_table(connection, schema, home, table)


def _make_table(connection: "psycopg.Connection", schema: str, home: str, table: Table) -> None:
    from psycopg import sql

    place = sql.Identifier(schema, table.name)
    columns = [
        sql.SQL("{} {}").format(sql.Identifier(one.name), sql.SQL(_TYPES[one.kind]))
        for one in table.fields
    ]
    if table.shape:
        columns.append(
            sql.SQL("geom {}.geometry({}, {})").format(
                sql.Identifier(home), sql.SQL(table.shape), sql.Literal(SRID)
            )
        )
    key = sql.SQL(", ").join(map(sql.Identifier, table.key))
    columns.append(sql.SQL("primary key ({})").format(key))
    if table.name != "towns":
        towns = sql.Identifier(schema, "towns")
        columns.append(sql.SQL("foreign key (town_code) references {}").format(towns))
    connection.execute(sql.SQL("create table {} ({})").format(place, sql.SQL(", ").join(columns)))
    if table.shape:
        connection.execute(
            sql.SQL("create index {} on {} using gist (geom)").format(
                sql.Identifier(f"{table.name}_geom"), place
            )
        )
    notes = {one.name: f"{one.title}。{one.title_en}: {one.note}" for one in table.fields}
    if table.shape:
        notes["geom"] = "位置（国家大地坐标系，经纬度）。Place: CGCS2000, longitude and latitude"
    connection.execute(sql.SQL("comment on table {} is {}").format(place, sql.Literal(table.title)))
    for name, note in notes.items():
        column = sql.Identifier(schema, table.name, name)
        connection.execute(sql.SQL("comment on column {} is {}").format(column, sql.Literal(note)))
