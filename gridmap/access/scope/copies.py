"""What a plan file says of being a copy: asked only where its name is that of two towns.

A copy of the plan of `east` is `east-2`; when a town of that name comes later, the name alone does
not say any more whose plan it is. In all other cases what a plan says of itself does not count.
"""

from functools import lru_cache
from pathlib import Path

from layers.files.database_files import FileMark, cells_of, mark_of

__all__ = ["is_copy"]

_ORIGIN = "SELECT origin FROM versions ORDER BY fid LIMIT 1"
_CODE = "SELECT grid_code FROM grids WHERE level = 1"


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
    except OSError:
        return False
    origin, code = ("", "") if mark is None else _told(plan, mark)
    return origin != "" and code == of != own


@lru_cache(maxsize=256)
def _told(plan: Path, _mark: FileMark) -> tuple[str, str]:
    origin, code = cells_of(plan, _ORIGIN, _CODE)
    return origin, code
