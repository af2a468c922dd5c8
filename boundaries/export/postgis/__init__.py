"""Layers of towns in the tables of a PostGIS, each town written whole or not at all.

docs/postgis.md lists the tables. Its modules:

    connecting  a connection without a password on the command line, and errors without one
    tables      the tables with types, keys, indexes and comments; made once, and known as ours
    writing     the rows of a town put in the place of those of before
"""

from boundaries.export.postgis.connecting import Connection, DatabaseError, connected
from boundaries.export.postgis.tables import require_tables
from boundaries.export.postgis.writing import TownHead, TownState, has_town, remove_town, write_town

__all__ = [
    "Connection",
    "DatabaseError",
    "TownHead",
    "TownState",
    "connected",
    "has_town",
    "remove_town",
    "require_tables",
    "write_town",
]
