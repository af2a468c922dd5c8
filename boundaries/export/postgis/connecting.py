"""A connection to a database: without a password on the command line, and errors without one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from layers.contract.errors import GridmapError, UsageError

if TYPE_CHECKING:
    import psycopg

__all__ = ["Connection", "DatabaseError", "connected", "refusals"]

Connection: TypeAlias = "psycopg.Connection"

_SECRETS = (
    "password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key",
)  # fmt: skip
_PATIENCE_S = 10
_HIDDEN = "***"


class DatabaseError(GridmapError):
    """The database cannot be reached, or does not take what is written."""


@contextmanager
def connected(database: str) -> "Iterator[psycopg.Connection]":
    """Open a database for a block; each transaction of it is its own.

    Parameters
    ----------
    database
        As libpq reads it: "service=gridmap", "host=db dbname=gis user=writer", or an address
        (postgresql://…); "" for what the environment says (PGSERVICE, PGHOST …). Without a
        password: libpq finds it in its file (~/.pgpass or PGPASSFILE), in a service, or in
        PGPASSWORD.

    Raises
    ------
    UsageError
        If the driver is not installed, or the words are none of a connection, or hold a password.
    DatabaseError
        If the database cannot be reached, or refuses what is asked of it. No password is told.
    """
    try:
        import psycopg
    except ImportError:
        raise UsageError(
            "The driver of PostgreSQL is not installed here. Install it: "
            "pip install 'psycopg[binary]'.",
            "未安装连接数据库的组件。请安装：pip install 'psycopg[binary]'。",
        ) from None
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    try:
        words = conninfo_to_dict(database)
    except psycopg.Error:  # its message repeats what was given, perhaps with a password
        raise UsageError(
            '--database is no connection. Give words such as "host=db dbname=gis user=writer", '
            '"service=gridmap" or postgresql://writer@db/gis.',
            "--database 不是有效的连接信息。写法如 “host=db dbname=gis user=writer”、"
            "“service=gridmap”或 postgresql://writer@db/gis。",
        ) from None
    if any(words.get(name) for name in _SECRETS):
        raise UsageError(
            "A password or key on the command line is seen by others and stays in the history. "
            "Take it out of --database and put it into ~/.pgpass (PGPASSFILE), a service "
            "(PGSERVICE) or PGPASSWORD. If it has been used here, change it.",
            "命令行中的密码或密钥会被他人看到，并留在历史记录中。请从 --database 中去掉，"
            "改放到 ~/.pgpass（PGPASSFILE）、服务文件（PGSERVICE）或 PGPASSWORD。"
            "如果已这样用过，请更换密码。",
        )
    told_so: dict[str, Any] = {
        "connect_timeout": _PATIENCE_S, "application_name": "gridmap", **words,
    }  # fmt: skip
    with (
        refusals(),
        psycopg.connect(make_conninfo(**told_so), autocommit=True) as connection,
    ):
        yield connection


@contextmanager
def refusals() -> Iterator[None]:
    """Tell what a database refuses in a block in words of ours, without passwords and rows."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        if error.sqlstate is None and isinstance(error, psycopg.OperationalError):
            told = _without_secrets(str(error))
            raise DatabaseError(
                f"The database cannot be reached, or the connection broke: {told}",
                f"无法连接数据库，或连接中断：{told}",
            ) from None
        # Details of the server may repeat rows; its first words name what it refuses.
        told = _without_secrets(error.diag.message_primary or type(error).__name__)
        raise DatabaseError(
            f"The database refuses this: {told}. What is there was not changed.",
            f"数据库拒绝执行：{told}。库中数据没有改动。",
        ) from None


def _without_secrets(text: str) -> str:
    """Give a message on one line, without the password of the environment."""
    secret = os.environ.get("PGPASSWORD", "")
    return " ".join(text.replace(secret, _HIDDEN).split() if secret else text.split())
