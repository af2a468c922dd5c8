"""What a plan file says at a glance: who it is, its town, its last change and a few figures.

Read by counting in the file, so that a folder of many large plans is listed at once. What cannot be
read is said and keeps no other plan from the list. A file that may be written over is asked here
whether it is frozen.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from gridmap.plan.identity import Identity, identity_from, require_thawed
from gridmap.plan.plan import REDACTED
from gridmap.rules import Rules, parse_rules
from gridmap.store.form import SUFFIX
from gridmap.store.frames import read_table
from gridmap.store.reading import read_place
from layers.contract.errors import GridmapError, Named, PlanError, quoted
from layers.files.database_files import connect_to, rows_of, still

__all__ = ["Glance", "glance", "identity_in", "people_in", "refuse_frozen", "rules_in", "stem_of"]

_EPSILON_H = 1e-6  # what adding many hours up leaves


@dataclass(frozen=True)
class Glance:
    """A plan file at a glance.

    Attributes
    ----------
    path
        The file.
    identity
        Who the plan is.
    town, town_en
        Name of the town.
    version, valid_from, valid_to
        Of the rules and the first version; days as ISO dates, "" for open.
    is_public
        Whether it is a copy for the public.
    steps
        Entries of the log of edits.
    changed_by, changed_at
        Who made the last entry, and when.
    micro_grids, over_capacity, vacant
        Micro-grids, those with more load than all officers that one may have give, and posts that
        nobody holds.
    fault
        Why it cannot be read; then all else is empty.
    """

    path: Path
    identity: Identity = field(default_factory=Identity)
    town: str = ""
    town_en: str = ""
    version: str = ""
    valid_from: str = ""
    valid_to: str = ""
    is_public: bool = False
    steps: int = 0
    changed_by: str = ""
    changed_at: str = ""
    micro_grids: int = 0
    over_capacity: int = 0
    vacant: int = 0
    fault: Named | None = None

    @property
    def name(self) -> str:
        """The title that a planner gave, or the file's name without its ending."""
        return self.identity.title or stem_of(self.path)


def stem_of(path: Path) -> str:
    """Name of a plan file without its ending."""
    return path.name.removesuffix(SUFFIX)


def glance(path: Path) -> Glance:
    """Look into a plan file; neither it nor what lies beside it is changed.

    Parameters
    ----------
    path
        The file. One that is no plan, or damaged, has a `fault`.
    """
    try:
        with still(path) as file, closing(connect_to(file)) as base:
            return _read(base, path)
    except GridmapError as error:
        return Glance(path, fault=Named(str(error), error.zh))
    except (OSError, sqlite3.Error, ValueError, LookupError, TypeError):
        return Glance(
            path,
            fault=Named(
                "It cannot be read as a plan; 'python -m gridmap verify' says what is wrong.",
                "无法作为方案读取；可用 python -m gridmap verify 查明原因。",
            ),
        )


def identity_in(path: Path | str) -> Identity:
    """Say who the plan in a file is; neither the file nor what lies beside it is changed.

    Raises
    ------
    OSError, sqlite3.Error
        If it cannot be read or is no plan.
    InUseError
        If another program writes it all the time.
    """
    with still(path) as file, closing(connect_to(file)) as base:
        return _identity(base)


def _identity(base: sqlite3.Connection) -> Identity:
    """Say who the plan in an open database is."""
    names, rows = rows_of(base, "SELECT * FROM versions ORDER BY fid")
    _, receipt = rows_of(base, "SELECT key, value FROM receipt")
    versions = pd.DataFrame(rows, columns=names, dtype=object)
    return identity_from(versions, {str(key): str(value) for key, value in receipt})


def rules_in(path: Path | str) -> Rules:
    """Give the rules of a plan file; nothing else is read, and the file stays as it is.

    Raises
    ------
    InUseError
        If another program is writing it.
    LayerFileError
        If it cannot be read or is no plan.
    """

    def read(source: Path, _path: Path) -> Rules:
        with closing(connect_to(source)) as base:
            return parse_rules(str(rows_of(base, "SELECT text FROM rules")[1][0][0]))

    return read_place(Path(path), read)


def people_in(path: Path) -> pd.DataFrame:
    """Give the people of a plan file, by id, with name and phone; nothing else is read.

    Raises
    ------
    PlanError
        If they cannot be read.
    """
    try:
        with closing(connect_to(path)) as base:
            people = read_table(base, "people")
        return people.set_index("person_id")[["name", "phone"]].fillna("")
    except (OSError, sqlite3.Error, LookupError):
        raise PlanError(
            f"The people of {str(path)!r} cannot be read. 'verify' says what is wrong with the "
            "file.",
            f"无法读取{quoted(path)}中的人员。可用 verify 查看文件的问题。",
        ) from None


def refuse_frozen(path: Path | str) -> None:
    """Refuse to write over a frozen plan; what is no plan at all may be written over.

    Raises
    ------
    FrozenPlanError
        If the plan there is frozen.
    """
    try:
        found = identity_in(path)
    except (OSError, sqlite3.Error, ValueError, LookupError):
        return
    require_thawed(found, Path(path).name)


def _read(base: sqlite3.Connection, path: Path) -> Glance:
    rules = parse_rules(str(rows_of(base, "SELECT text FROM rules")[1][0][0]))
    names, rows = rows_of(base, "SELECT * FROM versions ORDER BY fid")
    version = dict(zip(names, rows[0], strict=True)) if rows else {}
    _, receipt = rows_of(base, "SELECT key FROM receipt")
    who, when = _last_entry(base)
    town = rules.town
    return Glance(
        path,
        identity=_identity(base),
        town=town.name,
        town_en=town.name_in("en"),
        version=town.version,
        valid_from=town.valid_from.isoformat(),
        valid_to=str(version.get("valid_to") or ""),
        is_public=(REDACTED,) in receipt,
        steps=_count(base, "SELECT count(*) FROM edits"),
        changed_by=who,
        changed_at=when,
        micro_grids=_count(base, "SELECT count(*) FROM grids WHERE kind = 'micro'"),
        over_capacity=_count(
            base,
            "SELECT count(*) FROM grids WHERE kind = 'micro' AND load_h > ?",
            _most_hours(rules) + _EPSILON_H,
        ),
        vacant=_count(base, "SELECT count(*) FROM assignments WHERE status = 'vacant'"),
    )


def _most_hours(rules: Rules) -> float:
    return rules.capacity.officer_hours * rules.capacity.officers_max


def _count(base: sqlite3.Connection, query: str, *values: object) -> int:
    return int(rows_of(base, query, values)[1][0][0])


def _last_entry(base: sqlite3.Connection) -> tuple[str, str]:
    """Say who made the last entry of the log and when; "" when there is none."""
    names, _ = rows_of(base, "SELECT * FROM edits LIMIT 0")
    if not {"who", "time"} <= set(names):
        return "", ""  # a plan that was never edited
    _, rows = rows_of(base, "SELECT who, time FROM edits ORDER BY fid DESC LIMIT 1")
    return (str(rows[0][0] or ""), str(rows[0][1] or "")) if rows else ("", "")
