"""Who was responsible on a day, for a point or an object: asked of the record, without the plan.

Only the rows around the point are read, so that the answer is there at once however many versions
there are.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from gridmap.lookup.coordinates import Coordinates, to_work
from gridmap.publications import record
from gridmap.publications.asking import version_in
from gridmap.publications.form import shape_of
from gridmap.publications.refusals import day_of
from gridmap.publications.version import Version
from layers.contract.errors import PlanError, UsageError, quoted

__all__ = ["Charge", "OnPost", "Responsible", "who_was"]

_MOST_LEVELS = 20  # a circle of parents ends here


@dataclass(frozen=True)
class OnPost:
    """A person on a post: id, name, role (its key), duties (with ";")."""

    person_id: str
    name: str
    role: str
    duties: str


@dataclass(frozen=True)
class Charge:
    """A grid or object, and who was on its posts, the leader first."""

    kind: str  # object | micro | exclusive | base
    code: str
    name: str
    level: int  # 0 for an object
    people: tuple[OnPost, ...]


@dataclass(frozen=True)
class Responsible:
    """Who was responsible: the version, the day, and the line from the deepest grid to the town."""

    version: Version
    day: str
    line: tuple[Charge, ...]


def who_was(
    path: Path | str,
    day: str,
    *,
    lon: float | None = None,
    lat: float | None = None,
    object_id: str = "",
    coordinates: Coordinates = "wgs84",
) -> Responsible:
    """Say who was responsible for a point or an object on a day.

    Parameters
    ----------
    path
        The plan; it is not opened, the record beside it is.
    day
        ISO date.
    lon, lat
        Degrees, or metres for "work".
    object_id
        An object of the registers, instead of a point.
    coordinates
        As in `gridmap.lookup.coordinates.to_work`.

    Raises
    ------
    UsageError
        If the day is none, or neither a point nor an object is given.
    PlanError
        If nothing was in force then, or the place or object was in no grid.
    """
    iso = day_of(day).isoformat()
    if (lon is None or lat is None) == (not object_id):
        raise UsageError(
            "Give either a point (longitude and latitude) or an object.",
            "请给出一个点（经度和纬度）或一个对象，二者取一。",
        )
    with record.reading(path) as base:
        if base is None:
            raise PlanError(
                "Nothing of this plan was published yet.", "该方案尚未发布过，无从查询。"
            )
        version = version_in(base, iso)
        line: list[Charge] = []
        if object_id:
            code, name = _object(base, object_id, version)
            people = _people(base, "object_id", object_id, version, iso)
            line.append(Charge("object", object_id, name, 0, people))
        else:
            assert lon is not None
            assert lat is not None
            code = _grid_at(base, lon, lat, version, coordinates)
        line += _upwards(base, code, version, iso)
    return Responsible(version, iso, tuple(line))


def _object(base: sqlite3.Connection, object_id: str, version: Version) -> tuple[str, str]:
    row = base.execute(
        "SELECT grid_code, name FROM objects WHERE row_key = ? AND from_version <= ? "
        "AND (to_version IS NULL OR to_version >= ?)",
        (object_id, version.serial, version.serial),
    ).fetchone()
    if row is None:
        raise PlanError(
            f"Version {version.number!r} has no object {object_id!r}. Give an id of the register.",
            f"版本{quoted(version.number)}中没有对象{quoted(object_id)}。请给出登记表中的编号。",
        )
    return row


def _grid_at(
    base: sqlite3.Connection, lon: float, lat: float, version: Version, coordinates: Coordinates
) -> str:
    """Find the deepest grid that holds a point; of several on a border the lowest code."""
    x, y = to_work(
        np.array([lon]), np.array([lat]), crs=record.crs_of(base), coordinates=coordinates
    )
    east, north = float(x[0]), float(y[0])
    found = base.execute(
        "SELECT g.row_key, g.geom FROM places p JOIN grids g ON g.fid = p.fid "
        "WHERE p.x0 <= ? AND p.x1 >= ? AND p.y0 <= ? AND p.y1 >= ? AND g.from_version <= ? "
        "AND (g.to_version IS NULL OR g.to_version >= ?) ORDER BY g.level DESC, g.row_key",
        (east, east, north, north, version.serial, version.serial),
    )
    point = shapely.Point(east, north)
    for code, blob in found:
        if shapely.intersects(shapely.from_wkb(shape_of(blob)), point):
            return str(code)
    raise PlanError(
        f"The point {lon}, {lat} lies in no grid of version {version.number!r}. Check that "
        "longitude comes first.",
        f"点 {lon}、{lat} 不在版本{quoted(version.number)}的任何网格内。请核对，经度在前。",
    )


def _upwards(base: sqlite3.Connection, code: str, version: Version, iso: str) -> list[Charge]:
    line: list[Charge] = []
    while code and len(line) < _MOST_LEVELS:
        row = base.execute(
            "SELECT kind, name, label, level, parent_code FROM grids WHERE row_key = ? "
            "AND from_version <= ? AND (to_version IS NULL OR to_version >= ?)",
            (code, version.serial, version.serial),
        ).fetchone()
        if row is None:
            break
        kind, name, label, level, above = row
        people = _people(base, "grid_code", code, version, iso)
        line.append(Charge(kind, code, label or name, level, people))
        code = above
    return line


def _people(
    base: sqlite3.Connection, column: str, key: str, version: Version, iso: str
) -> tuple[OnPost, ...]:
    """Name who was on the posts of a grid or object on the day, by number of the post."""
    in_version = "{0}.from_version <= :n AND ({0}.to_version IS NULL OR {0}.to_version >= :n)"
    rows = base.execute(
        "SELECT w.row_key, w.name, p.role, p.duties FROM posts p "
        "JOIN assignments a ON a.post_id = p.row_key JOIN people w ON w.row_key = a.person_id "
        f"WHERE p.{column} = :key AND a.status = 'filled' "
        "AND (a.valid_from = '' OR a.valid_from <= :day) "
        "AND (a.valid_to = '' OR a.valid_to >= :day) "
        f"AND {' AND '.join(in_version.format(one) for one in 'paw')} "
        "ORDER BY p.number, w.row_key",
        {"n": version.serial, "key": key, "day": iso},
    )
    return tuple(OnPost(*row) for row in rows)
