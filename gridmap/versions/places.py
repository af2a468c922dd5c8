"""Places of plan files: the next one that is free, what lies beside a plan, and its removal."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridmap.access.scope import is_named_after_a_town
from gridmap.access.sidecar import PHOTOS
from gridmap.store.form import SUFFIX
from gridmap.store.glance import stem_of
from gridmap.store.plan_lock import LOCK, holding_plan

__all__ = ["companions", "free_place", "holding_free_place", "throw_away"]


def free_place(wanted: Path) -> Path:
    """Give a place that no plan has: the one wanted, or town-2.gridmap.gpkg and so on.

    A file that lies beside a plan of that name, left by another, takes the place as well. A name
    with a number that another town of the city bears is left to the plan of that town.
    """
    stem, number = stem_of(wanted), 1
    target = wanted
    while _is_taken(target) or (number > 1 and is_named_after_a_town(target)):
        number += 1
        target = wanted.with_name(f"{stem}-{number}{SUFFIX}")
    return target


@contextmanager
def holding_free_place(wanted: Path) -> Iterator[Path]:
    """Give a place as `free_place` does, which nobody else takes for a plan in the block.

    Raises
    ------
    PlanBusyError, LayerFileError
        As `gridmap.store.plan_lock.holding_plan`.
    """
    while True:
        target = free_place(wanted)
        with holding_plan(target):
            if not _is_taken(target):  # somebody took it meanwhile
                yield target
                return


def _is_taken(place: Path) -> bool:
    return place.exists() or place.is_symlink() or bool(companions(place))


def companions(path: Path) -> list[str]:
    """Name what lies beside a plan and belongs to it: links, answers, what is pending, photos."""
    start = f"{stem_of(path)}{SUFFIX.removesuffix('.gpkg')}."
    names = sorted(one.name for one in path.parent.glob("*") if one.name.startswith(start))
    # What SQLite has beside it is brought into the plan before that is moved.
    others = [name for name in names if not name.startswith(path.name)]
    return [
        name
        for name in others
        if name != start + LOCK
        and not name.endswith(SUFFIX)
        and (name == start + PHOTOS or (path.parent / name).is_file())
    ]


def throw_away(path: Path) -> None:
    """Remove a plan or what lies beside it, for good; nothing is said when it is gone."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
