"""What is served of a plan to somebody: its versions, its collections, and what they cover.

Read from the file of features and kept until a version is published or the plan is changed, for
its rules may say now that it is secret; the file is made first where it is not there. One file is
made at a time, that of a large town in a process of its own.
"""

import hashlib
import json
import sqlite3
import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pyproj import CRS

from gridmap.ogc.feature_file import HOUSE, PUBLIC, SECRET, refresh_apart
from gridmap.ogc.messages import RequestFault
from gridmap.publications import record
from layers.files.database_files import FileMark, connect_to, mark_of

__all__ = ["Catalogue", "Collection", "PublishedVersion", "catalogue_of", "has_versions"]

KEPT = 64  # plans
PATIENCE_S = 20.0  # for a file that is made; who asks gives up not long after
_Marks = tuple[FileMark | None, FileMark | None]
_Made = tuple[_Marks, tuple["Catalogue", "Catalogue"]]
_known: OrderedDict[Path, _Made] = OrderedDict()
_making: dict[Path, "Future[_Made]"] = {}
_GUARD = threading.Lock()
_TURN = threading.Lock()  # one file is made at a time: each may take gigabytes


@dataclass(frozen=True)
class PublishedVersion:
    """A published version; `closed` says why it is not for the public: "" when it is."""

    serial: int
    number: str
    first_day: str
    last_day: str
    licence: str
    credit: str
    notice: str
    closed: str


@dataclass(frozen=True)
class Collection:
    """Features of one kind; `bounds` in degrees over all versions, None without ground."""

    name: str
    bounds: tuple[float, float, float, float] | None
    first: int  # serials of the versions that have any
    last: int


@dataclass(frozen=True)
class Catalogue:
    """What is served of a plan to the house, or to the public.

    Attributes
    ----------
    path
        The file of features.
    audience
        `HOUSE` or `PUBLIC`.
    mark
        Another one when anything that is served is another.
    town, town_en
        Name of the town.
    work_crs
        URI of the work CRS where it has a number of EPSG; "" else.
    versions
        Those that are served, the first first.
    closed
        Why nothing is for this audience: "secret" (for either), "licence" or "sensitive"; "" else.
    collections
        In the order of their names: given grids from the top, micro-grids, objects.
    """

    path: Path
    audience: int
    mark: str
    code: str
    town: str
    town_en: str
    work_crs: str
    versions: tuple[PublishedVersion, ...]
    closed: str
    collections: dict[str, Collection]

    def on(self, day: date) -> PublishedVersion | None:
        """Give the version in force on a day."""
        iso = day.isoformat()
        return next(
            (one for one in self.versions
             if one.first_day <= iso and (not one.last_day or iso <= one.last_day)), None,
        )  # fmt: skip

    def between(self, first: date | None, last: date | None) -> tuple[int, int] | None:
        """Give the first and the last serial of versions in force in a span; None for none."""
        found = [
            one.serial
            for one in self.versions
            if (last is None or one.first_day <= last.isoformat())
            and (first is None or not one.last_day or first.isoformat() <= one.last_day)
        ]
        return (found[0], found[-1]) if found else None


def has_versions(plan_path: Path) -> bool:
    """Whether anything of a plan was ever published."""
    return record.record_of(plan_path).exists()


def catalogue_of(plan_path: Path, *, public: bool) -> Catalogue:
    """Give what is served of a plan: all that was published when it was asked for, and no less.

    Raises
    ------
    LayerFileError
        If the record of publications is damaged, or the file of features cannot be written.
    RequestFault
        503 while the features of a large town are being made.
    """
    mark, until = _marks(plan_path), time.monotonic() + PATIENCE_S
    found, is_own = _known.get(plan_path), False
    # What was being made already may lack a version that was published since it was begun: then it
    # is waited for, and made once more. Gone when somebody has cleared away: it is made again.
    while not is_own and (found is None or found[0] != mark or not found[1][0].path.exists()):
        making, is_own = _making_now(plan_path)
        try:
            found = making.result(max(until - time.monotonic(), 0.0))
        except TimeoutError:
            raise RequestFault(
                503,
                "The features of a large town are being made. Come again in a while.",
                "正在准备数据，请稍后再试。",
                {"retry-after": str(round(PATIENCE_S))},
            ) from None
        except Exception:
            if is_own:
                raise
    assert found is not None
    return found[1][PUBLIC if public else HOUSE]


def _making_now(plan_path: Path) -> tuple["Future[_Made]", bool]:
    """Give what makes the file of features now, and whether it is begun by this call."""
    with _GUARD:
        making = _making.get(plan_path)
        if making is not None:
            return making, False
        making = Future()
        # A daemon: an app that is ended does not wait for it.
        threading.Thread(
            target=_make, args=(plan_path, making), name="features", daemon=True
        ).start()
        _making[plan_path] = making  # not where there was no thread for it
        return making, True


def _make(plan_path: Path, making: "Future[_Made]") -> None:
    """Make the file of features fit the record, and read what is in it."""
    try:
        with _TURN:
            mark = _marks(plan_path)
            path = refresh_apart(plan_path)
        with closing(connect_to(path)) as base:  # one file for both, should another take its place
            found = (mark, (_read(base, path, HOUSE), _read(base, path, PUBLIC)))
        with _GUARD:
            _known[plan_path] = found
            _known.move_to_end(plan_path)
            while len(_known) > KEPT:
                _known.popitem(last=False)
    except BaseException as error:  # told to all who wait
        _end(plan_path)
        making.set_exception(error)
    else:
        _end(plan_path)
        making.set_result(found)


def _end(plan_path: Path) -> None:
    """Let the file be made again: before it is told that this is done, which may lead to that."""
    with _GUARD:
        _making.pop(plan_path, None)


def _marks(plan_path: Path) -> _Marks:
    return mark_of(record.record_of(plan_path)), mark_of(plan_path)


def _read(base: sqlite3.Connection, path: Path, audience: int) -> Catalogue:
    rows = base.execute(
        "SELECT serial, number, first_day, last_day, licence, credit, notice, closed, "
        "town, chain FROM versions ORDER BY serial"
    ).fetchall()
    digest = hashlib.sha256(repr((audience, rows)).encode())
    digest.update(repr(base.execute("SELECT code, publish FROM made_by").fetchone()).encode())
    collections = {
        name: Collection(name, None if west is None else (west, south, east, north), *serials)
        for name, west, south, east, north, *serials in base.execute(
            "SELECT collection, min(x0), min(y0), max(x1), max(y1), min(first), max(last) "
            "FROM features WHERE audience = ? GROUP BY collection ORDER BY "
            "collection = 'objects', collection",
            (audience,),
        )
    }
    code, town, town_en, crs = json.loads(rows[-1][8])
    versions = [PublishedVersion(*row[:8]) for row in rows]
    closed = rows[-1][7]
    if audience == PUBLIC or closed == SECRET:
        versions = [one for one in versions if not one.closed]
    return Catalogue(
        path, audience, digest.hexdigest()[:16], code, town, town_en, _uri(crs), tuple(versions),
        "" if versions else closed, collections,
    )  # fmt: skip


def _uri(crs: str) -> str:
    authority = CRS.from_user_input(crs).to_authority(min_confidence=100)
    if authority is None or authority[0] != "EPSG":
        return ""
    return f"http://www.opengis.net/def/crs/EPSG/0/{authority[1]}"
