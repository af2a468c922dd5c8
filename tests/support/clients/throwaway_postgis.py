"""A PostgreSQL with PostGIS for one run of tests, in a folder of its own that ends with the run.

It listens on a socket in its folder alone, so that it meets no other server and no other user. A
guard beside it, begun with it, waits for the end of the run: when that closes the guard's input, or
dies in any way, the guard stops the server and removes the folder.
"""

import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.support.clients import programs

__all__ = ["END_SECONDS", "Database", "Server", "throwaway_server"]

USER = "gridmap"
TEMPLATE = "with_postgis"
ACCOUNT = "postgres"  # of Debian: the server refuses to run as root
END_SECONDS = 30
# What is lost with the machine is lost: nothing is kept beyond the run.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off",
         "shared_buffers=64MB", "autovacuum=off", "max_connections=40")  # fmt: skip


@dataclass(frozen=True)
class Database:
    """One database with PostGIS.

    Attributes
    ----------
    name
        Of the database.
    folder
        Where the socket is: `host` of a connection.
    """

    name: str
    folder: Path

    @property
    def dsn(self) -> str:
        """Words of a connection, as libpq, psycopg and GDAL read them."""
        return f"host={self.folder} user={USER} dbname={self.name}"

    @property
    def url(self) -> str:
        """The same as an address, as SQLAlchemy reads it; the driver is put in front of it."""
        return f"postgresql://{USER}@/{self.name}?host={self.folder}"

    def rows(self, sql: str) -> list[dict[str, str]]:
        """Run statements by psql; where one selects, give its rows as texts."""
        answer = _psql(self.folder, self.name, sql)
        return list(csv.DictReader(io.StringIO(answer)))


class Server:
    """A running server; each test gets a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)

    def new_database(self) -> Database:
        """Make an empty database with PostGIS, and its topology."""
        name = f"test_{next(self._numbers)}"
        _psql(self.folder, "postgres", f"create database {name} template {TEMPLATE}")
        return Database(name, self.folder)


@contextmanager
def throwaway_server() -> Iterator[Server]:
    """Start a server; a test that needs it is left out where PostGIS is not installed."""
    programs.needed("PostGIS")
    guard = subprocess.Popen(
        [sys.executable, "-m", "tests.support.clients.throwaway_postgis"],
        cwd=Path(__file__).resolve().parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert guard.stdin is not None
    assert guard.stdout is not None
    try:
        folder = guard.stdout.readline().strip()
        assert folder, "the server did not start: its own words stand above"
        yield Server(Path(folder))
    finally:
        guard.stdin.close()
        guard.wait(timeout=END_SECONDS)
        guard.stdout.close()


def _psql(folder: Path, database: str, sql: str) -> str:
    place = programs.postgres_folder()
    assert place is not None
    options = ("--no-psqlrc", "--quiet", "--csv", "--set=ON_ERROR_STOP=1", "--file=-")
    at = ("-h", folder, "-U", USER, "-d", database)
    return programs.run(place / "psql", *options, *at, told=sql)


def _guard() -> int:
    """Start the server, say where it is, wait for the end of the run, and stop it."""
    # Who interrupts the run at a terminal interrupts this process too, before the run has ended.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder = Path(tempfile.mkdtemp(prefix="gridmap-pg-", dir="/tmp"))  # names of sockets are short
    owner = ACCOUNT if os.geteuid() == 0 else None
    try:
        if owner:
            shutil.chown(folder, owner, owner)
        with (folder / "log").open("wb") as log:
            server = _started(folder, owner, log)
            if server is not None:
                print(folder, flush=True)
                sys.stdin.read()  # nothing is said here: it ends when the run does
                server.send_signal(signal.SIGQUIT)  # at once: nothing is worth keeping
                server.wait(timeout=END_SECONDS)
                return 0
        print((folder / "log").read_text(errors="replace"), file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder, owner, log):
    """Make the files of a server and begin it; None if it does not come up."""
    place = programs.postgres_folder()
    rights = {"user": owner, "group": owner, "extra_groups": []} if owner else {}
    common = {"cwd": folder, "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **rights}
    data = folder / "data"
    make = [place / "initdb", "-D", data, "-E", "UTF8", "--locale=C", "-A", "trust", "-U", USER]
    if subprocess.run([*make, "--no-sync"], check=False, **common).returncode:
        return None
    settings = ("listen_addresses=", f"unix_socket_directories={folder}", *QUICK)
    options = [word for setting in settings for word in ("-c", setting)]
    server = subprocess.Popen([place / "postgres", "-D", data, *options], **common)
    ready = [place / "pg_isready", "-q", "-h", folder, "-U", USER, "-d", "postgres"]
    while subprocess.run(ready, check=False, **common).returncode:
        if server.poll() is not None:
            return None
    _psql(folder, "postgres", f"create database {TEMPLATE}")
    _psql(folder, TEMPLATE, "create extension postgis; create extension postgis_topology;")
    return server


if __name__ == "__main__":
    sys.exit(_guard())
