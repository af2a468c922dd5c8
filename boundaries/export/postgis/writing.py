"""The rows of a town put in the place of those of before: all of them, or none."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import shapely

from boundaries.export.formats.layers import Layer
from boundaries.export.postgis.connecting import refusals
from boundaries.export.postgis.tables import SRID, TABLES, Table

if TYPE_CHECKING:
    import psycopg

__all__ = ["TownHead", "TownState", "has_town", "remove_town", "write_town"]

TownState = Literal["new", "changed", "same"]
Row = tuple[Any, ...]


@dataclass(frozen=True)
class TownHead:
    """What the table of towns says of a town; "" for what is not known."""

    town_code: str
    name: str
    name_en: str
    area_code: str
    area_name: str
    version: str
    valid_from: str
    licence: str
    credit: str
    notice: str


def write_town(
    connection: "psycopg.Connection", schema: str, head: TownHead, layers: Sequence[Layer]
) -> tuple[TownState, str]:
    """Put a town into the tables in one transaction; what is there already is not written again.

    Parameters
    ----------
    connection, schema
        As `require_tables` has them, after it.
    head
        What is told of the town.
    layers
        Of `boundaries.export.formats.receiver_layers` in EPSG:4490: grids of all levels,
        micro-grids, objects. Columns of people are not written.

    Returns
    -------
    Whether the town is new, changed, or the same and nothing was written; and the digest of its
    rows.

    Raises
    ------
    DatabaseError
        If the database refuses a row or the connection breaks: then the town is as it was.
    """
    grids = [row for one in layers if one.name != "objects" for row in _rows(one, TABLES[1])]
    objects = [row for one in layers if one.name == "objects" for row in _rows(one, TABLES[2])]
    own = (head.town_code, *(value or None for value in list(vars(head).values())[1:]))
    content = _digest([own, *grids, *objects])
    with refusals(), connection.transaction():
        _alone(connection, schema, head.town_code)
        before = _found(connection, schema, head.town_code)
        if before == (content, len(grids), len(objects)):
            return "same", content
        _remove(connection, schema, head.town_code)
        town = [*own[:6], date.fromisoformat(head.valid_from), *own[7:]]
        _copy(connection, schema, TABLES[0], [(*town, len(grids), len(objects), content)])
        for table, rows in zip(TABLES[1:], (grids, objects), strict=True):
            _copy(connection, schema, table, [(head.town_code, *row) for row in rows])
    return "new" if before is None else "changed", content


def has_town(
    connection: "psycopg.Connection",
    schema: str,
    town_code: str,
    *,
    content: str,
    grids: int,
    objects: int,
) -> bool:
    """Whether a town is in the tables as it was written, by digest and numbers of its rows."""
    with refusals(), connection.transaction():
        return _found(connection, schema, town_code) == (content, grids, objects)


def _found(connection: "psycopg.Connection", schema: str, town_code: str) -> tuple[Any, ...] | None:
    """Give the digest of a town as it was written, and how many rows there are now."""
    from psycopg import sql

    return connection.execute(
        sql.SQL(
            "select content, (select count(*) from {} where town_code = t.town_code), "
            "(select count(*) from {} where town_code = t.town_code) "
            "from {} t where town_code = %s"
        ).format(*(sql.Identifier(schema, name) for name in ("grids", "objects", "towns"))),
        [town_code],
    ).fetchone()


def remove_town(connection: "psycopg.Connection", schema: str, town_code: str) -> bool:
    """Take a town out of the tables in one transaction; say whether it was there."""
    with refusals(), connection.transaction():
        _alone(connection, schema, town_code)
        return _remove(connection, schema, town_code)


def _alone(connection: "psycopg.Connection", schema: str, town_code: str) -> None:
    """Keep other runs away from a town until the transaction ends."""
    connection.execute("set local lock_timeout = '60s'")
    name = f"{schema}.{town_code}"
    connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _remove(connection: "psycopg.Connection", schema: str, town_code: str) -> bool:
    from psycopg import sql

    found = 0
    for table in reversed(TABLES):
        found = connection.execute(
            sql.SQL("delete from {} where town_code = %s").format(
                sql.Identifier(schema, table.name)
            ),
            [town_code],
        ).rowcount
    return found > 0


def _copy(connection: "psycopg.Connection", schema: str, table: Table, rows: Sequence[Row]) -> None:
    from psycopg import sql

    names = [*(one.name for one in table.fields), *(["geom"] if table.shape else [])]
    command = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(schema, table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)


def _rows(layer: Layer, table: Table) -> Iterator[Row]:
    """Give the rows of a layer in the columns of a table after the code of the town."""
    frame = layer.frame
    columns = [
        _plain(frame[one.name]) if one.name in frame else [None] * len(frame)
        for one in table.fields[1:]
    ]
    shapes = frame.geometry.to_numpy()
    placed = shapely.to_wkb(shapely.set_srid(shapes, SRID), hex=True, include_srid=True)
    return zip(*columns, np.where(shapely.is_missing(shapes), None, placed), strict=True)


def _plain(column: pd.Series) -> list[Any]:
    """Give values as Python has them; days as days, None where nothing is known."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return [None if pd.isna(one) else one.date() for one in column]
    return [None if pd.isna(one) else one for one in column.astype("object")]


def _digest(rows: Sequence[Row]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(row).encode())
    return digest.hexdigest()
