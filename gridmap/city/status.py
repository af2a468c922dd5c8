"""How each town of a city stands now: what has changed since it was planned, and what is at work.

Files are compared by their digests, as planning does. The digest of a file that was read before is
known by its size, its times and its number on the disk, so that 180 towns are looked at without
reading them again; planning itself reads everything.
"""

import json
import time
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from gridmap.city.catalogue import read_catalogue
from gridmap.city.folder import City, TownPlace
from gridmap.city.needs import Need, look_at
from gridmap.city.running import PROGRESS, is_running
from gridmap.city.shared.given import read_given
from gridmap.city.shared.sorting import source_stamp
from layers.contract.errors import Named, quoted
from layers.files.atomic import read_noted, write_atomically
from layers.files.paths import file_hash

__all__ = ["KnownDigests", "changed_since_cut", "town_states"]

DIGESTS = "digests.json"
# A file that is as young as this may change again without its times telling.
_YOUNG_NS = 2_000_000_000
_CHANGED = Named(
    "Its data, its rules or the program have changed since it was planned.",
    "编制方案之后，数据、规则或程序有变。",
)
_TABLES = Named(
    "Its tables are older than its plan; 'city plan' makes them anew.",
    "汇总表早于方案；运行 city plan 即可更新。",
)


def town_states(city: City) -> pd.DataFrame:
    """Say how each town stands now.

    Parameters
    ----------
    city
        The city; nothing is changed but what is known of digests.

    Returns
    -------
    The rows of the catalogue, with `state`, `fault` and `fault_zh` of now: ``waiting`` (never
    planned), ``running``, ``placing`` (made, and not in its place yet), ``done``, ``failed``,
    ``stale`` (what its plan or its tables were made of has changed).
    """
    rows = read_catalogue(city).set_index("town").reindex([one.name for one in city.towns])
    known = KnownDigests(city.catalogue / DIGESTS)
    at_work = _at_work(city)
    found = []
    for town in city.towns:
        need = look_at(city, town, hash_of=known, may_finish=False)
        state, fault = _state(city, town, need, at_work)
        said = (str(fault), fault.zh) if fault else ("", "")
        found.append((town.code, town.area, state, *said))
    known.keep()
    names = ["code", "area", "state", "fault", "fault_zh"]
    rows[names] = pd.DataFrame(found, index=rows.index, columns=names, dtype="str")
    texts = rows.select_dtypes(include="str").columns
    return rows.assign(**{one: rows[one].fillna("") for one in texts}).reset_index()


def changed_since_cut(city: City) -> list[Named]:
    """Tell the shared files that have changed since towns were given their part."""
    known = KnownDigests(city.catalogue / DIGESTS)
    landuse, roster = city.settings.landuse, city.settings.roster
    cut_of = {}
    if landuse is not None:
        cut_of[landuse.file] = read_given(city, "landuse").get("source", "")
    if roster is not None:
        cut_of[roster.file] = read_given(city, "roster").get("source", "")
    found = [
        Named(
            f"{name!r} has changed since it was cut, or a town has not got its part. Give each "
            "town its part: 'city cut'.",
            f"{quoted(name)}已变，或有镇尚未分到。请运行 city cut。",
        )
        for name, digest in sorted(cut_of.items())
        if not (city.folder / name).exists()
        or source_stamp(city.folder / name, hash_of=known) != digest
    ]
    known.keep()
    return found


class KnownDigests:
    """Digests of files by what the system says of them, kept in a file from time to time."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._known: dict[str, list[object]] = read_noted(place)
        self._is_new = False

    def __call__(self, path: Path) -> str:
        """Give the SHA-256 of a file that is there."""
        now, found = time.time_ns(), path.stat()
        # Nobody sets the time of the last change of an entry (ctime), where there is one.
        mark = [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
        name = path.absolute().as_posix()
        *before, digest = self._known.get(name) or [""]
        if before == mark:
            return str(digest)
        fresh = file_hash(path)
        if now - max(found.st_mtime_ns, found.st_ctime_ns) > _YOUNG_NS:
            self._known[name] = [*mark, fresh]
            self._is_new = True
        return fresh

    def keep(self) -> None:
        """Keep what is known for the next time."""
        if self._is_new and self._place.parent.is_dir():
            text = json.dumps(self._known, sort_keys=True, indent=0)
            write_atomically(self._place, text.encode(), overwrite=True)


def _state(
    city: City, town: TownPlace, need: Need, at_work: Collection[str]
) -> tuple[str, Named | None]:
    if town.name in at_work:
        return "running", None
    outcome, task = need.outcome, need.task
    if outcome is not None and outcome.state == "placing":
        return "placing", None
    if task is None:
        return need.state, need.fault
    if task.derive_only:
        return "stale", need.fault or _TABLES
    if outcome is not None and outcome.state == "failed" and outcome.inputs == task.inputs:
        return "failed", outcome.fault
    if city.plan_of(town.name).exists():
        return "stale", _CHANGED
    return "waiting", None


def _at_work(city: City) -> set[str]:
    """Name the towns that a run is working on now."""
    if not is_running(city):
        return set()
    try:
        told = json.loads((city.catalogue / PROGRESS).read_text(encoding="utf-8"))
        return set(told["running"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()
