"""What a plan file says of being a copy: asked only where its name is that of two towns.

A copy of the plan of `east` is `east-2`; when a town of that name comes later, the name alone does
not say any more whose plan it is. In all other cases what a plan says of itself does not count.
"""

import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from layers.contract.errors import GridmapError
from layers.files.database_files import FileMark, connect_to, mark_of, rows_of, still

__all__ = ["is_copy"]


def is_copy(plan: Path, *, of: str, own: str) -> bool:
    """Whether a plan was made from that of another town, as a copy or draft.

    Parameters
    ----------
    plan
        Its file; one that cannot be read is no copy.
    of
        Code of the other town.
    own
        Code of the town whose name the file has.
    """
    try:
        mark = mark_of(plan)
        origin, code = ("", "") if mark is None else _told(plan, mark)
    except (GridmapError, OSError, sqlite3.Error, LookupError):
        return False
    return origin != "" and code == of != own


@lru_cache(maxsize=256)
def _told(plan: Path, _mark: FileMark) -> tuple[str, str]:
    """Read how a plan was made from another, "" for one that was not, and the code of its town."""
    with still(plan) as file, closing(connect_to(file)) as base:
        origin = rows_of(base, "SELECT origin FROM versions ORDER BY fid LIMIT 1")[1][0][0]
        code = rows_of(base, "SELECT grid_code FROM grids WHERE level = 1")[1][0][0]
    return str(origin or ""), str(code)
