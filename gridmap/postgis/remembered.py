"""What of each town of a city was written last, so that a run with nothing new works nothing out.

A town is the same while its plan and its record of publications are the files they were, and what
the run is asked for and the program too. What is remembered is a digest, not where it was written:
a database in which something else lies gets the town as ever.
"""

import hashlib
import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyproj
import shapely

from gridmap.publications.record import record_of
from layers.contract.errors import GridmapError
from layers.files.atomic import read_noted, write_atomically
from layers.files.database_files import leftovers_of, mark_of

__all__ = ["FILE", "Known", "Remembered"]

FILE = "postgis.json"
_SETTINGS = 4  # of runs, whose results are remembered: for the house, for the public …
_ROOT = Path(__file__).resolve().parents[2]
_PAGES = ("gridmap/ui", "gridmap/cli")  # take no part in what is written


@dataclass(frozen=True)
class Known:
    """What was written of a town.

    Attributes
    ----------
    made_of
        Digest of what it follows from.
    first_day, last_day
        Of the version; "" while it is in force. On another day it may be another one.
    code, version, grids, objects, content
        Of the town in the database.
    """

    made_of: str
    first_day: str
    last_day: str
    code: str
    version: str
    grids: int
    objects: int
    content: str

    def holds_on(self, day: str) -> bool:
        """Whether its version is in force on a day (ISO)."""
        return self.first_day <= day and (not self.last_day or day <= self.last_day)


class Remembered:
    """What is known of the towns of a city for one kind of run.

    Parameters
    ----------
    path
        The file that keeps it; one that cannot be read or written is as none.
    settings
        What the run was asked for, besides the day.
    """

    def __init__(self, path: Path, settings: Collection[object]) -> None:
        self._path = path
        self._key = _digest([_program(), *settings])
        self._before = read_noted(path)
        own = self._before.get(self._key, {})
        self._towns: dict[str, Any] = own if isinstance(own, dict) else {}

    def find(self, town: str, plan: Path, day: str, more: Collection[object]) -> Known | None:
        """Give what was written of a town, if the same would be written again.

        Parameters
        ----------
        town, plan
            Its name and its plan.
        day
            ISO date whose version is asked for.
        more
            What else of the town goes into the database, such as its area.
        """
        with suppress(TypeError, OSError):
            known = Known(**self._towns[town]) if town in self._towns else None
            if known and known.holds_on(day) and known.made_of == made_of(plan, more):
                return known
        return None

    def note(self, town: str, known: Known) -> None:
        """Remember what was written of a town."""
        self._towns[town] = asdict(known)

    def keep(self) -> None:
        """Write down what is remembered, with what the latest runs of other kinds noted."""
        others = [one for one in self._before.items() if one[0] != self._key][1 - _SETTINGS :]
        text = json.dumps(dict([*others, (self._key, self._towns)]), ensure_ascii=False)
        if self._path.parent.is_dir():
            with suppress(GridmapError, OSError):  # it only saves time
                write_atomically(self._path, text.encode(), overwrite=True)


def made_of(plan: Path, more: Collection[object]) -> str:
    """Give the digest of what is written of a town: its files as they are, and what is told of it.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    files = [plan, *leftovers_of(plan), record_of(plan), *leftovers_of(record_of(plan))]
    return _digest([*(mark_of(one) for one in files), *more])


def _digest(told: Collection[object]) -> str:
    return hashlib.sha256(repr(list(told)).encode()).hexdigest()


@cache
def _program() -> str:
    """Give the digest of the sources that may take part, and of the libraries that place ground."""
    libraries = (shapely.__version__, shapely.geos_version_string, pyproj.__version__)
    digest = hashlib.sha256(repr((*libraries, pyproj.proj_version_str)).encode())
    for room in ("layers", "boundaries", "gridmap"):
        for source in sorted((_ROOT / room).rglob("*.py")) + sorted((_ROOT / room).rglob("*.csv")):
            place = source.relative_to(_ROOT).as_posix()
            if not place.startswith(_PAGES):
                digest.update(place.encode() + source.read_bytes())
    return digest.hexdigest()
