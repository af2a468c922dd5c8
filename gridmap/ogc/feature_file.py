"""The file of ready features beside a plan, `town.gridmap.features`, made of what is published.

It is a cache: what is published lies in the record of publications alone. It is made when somebody
first asks after a version was published, and made anew when it is gone, was made by another
gridmap, or of versions whose digests are not those of the record. A text that does not change from
one version to the next stands there once. That of a large town is made by a process of its own
(`refresh_apart`), so that its memory is given back and nobody in the app waits for it.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from gridmap.access.sidecar import beside
from gridmap.ogc.queryables import COLUMNS
from gridmap.ogc.texts import FeatureText, texts_of
from gridmap.plan.notice import notice_line
from gridmap.plan.plan import Plan
from gridmap.publications import (
    Version,
    decided_last,
    plan_of,
    published_codes,
    record,
    versions_of,
)
from gridmap.publish.licence import licence_of
from gridmap.publish.release import release, require_release
from gridmap.publish.sensitive import hiding_too
from layers.contract.errors import GridmapError, LayerFileError, Named, quoted
from layers.files.atomic import replacing
from layers.files.database_files import connect_to
from layers.files.reader_faults import reason_zh

__all__ = [
    "HOUSE",
    "OPEN",
    "PUBLIC",
    "SECRET",
    "features_file",
    "main",
    "refresh",
    "refresh_apart",
]

KIND = "features"
HOUSE, PUBLIC = 0, 1  # for whom a text is
SECRET = "secret"  # why a version is for nobody
OPEN = 2**40  # serial after the last one, of what is still there
LARGE = 4_000_000  # bytes of a record: some 2,000 grids, whose texts take longer than a process
_POLITE = 10  # of the process: what people wait for goes first
_PROGRAM = "from gridmap.ogc.feature_file import main; main()"
_ROOMS = ("boundaries/export", "gridmap/ogc", "gridmap/publish", "layers/contract")
_SCHEMA = f"""
CREATE TABLE made_by (code TEXT, publish TEXT);
CREATE TABLE versions (serial INTEGER PRIMARY KEY, number TEXT, first_day TEXT, last_day TEXT,
    chain TEXT, ground TEXT, people TEXT, licence TEXT, credit TEXT, notice TEXT,
    town TEXT, closed TEXT);
CREATE TABLE features (fid INTEGER PRIMARY KEY, audience INTEGER, collection TEXT, key TEXT,
    first INTEGER, last INTEGER, next INTEGER, digest TEXT, x0 REAL, y0 REAL, x1 REAL, y1 REAL,
    {", ".join(f'"{name}" TEXT' for name in COLUMNS)});
CREATE TABLE texts (fid INTEGER PRIMARY KEY, text BLOB);
CREATE TABLE codes (code TEXT PRIMARY KEY, valid_to TEXT, merged_into TEXT);
CREATE VIRTUAL TABLE places USING rtree (fid, x0, x1, y0, y1);
CREATE INDEX features_by_key ON features (audience, collection, key, first, last, next);
CREATE INDEX features_by_parent ON features (audience, collection, parent_code, key);
CREATE INDEX features_by_category ON features (audience, collection, category, key);
"""


def features_file(plan_path: Path) -> Path:
    """Name the file of features of a plan."""
    return beside(plan_path, KIND)


def refresh(plan_path: Path) -> Path:
    """See that the file of features holds all published versions, each as it was published.

    Parameters
    ----------
    plan_path
        A plan of which something was published.

    Raises
    ------
    LayerFileError
        If the record of publications is damaged, the plan cannot be read, or the file cannot be
        written.
    """
    path = features_file(plan_path)
    told, versions, start = _state(plan_path)
    if start == len(versions):
        return path
    try:
        with replacing(path, overwrite=True, private=True) as draft:
            if start:
                shutil.copyfile(path, draft)
            with closing(sqlite3.connect(draft, isolation_level=None)) as base:
                base.execute("PRAGMA journal_mode = MEMORY")
                base.execute("PRAGMA synchronous = OFF")  # a draft: flushed as a whole at the end
                if not start:
                    base.executescript(_SCHEMA)
                base.execute("BEGIN")
                _add(base, plan_path, versions, start)
                base.execute("DELETE FROM made_by")
                base.execute("INSERT INTO made_by VALUES (?, ?)", (_code(), json.dumps(told)))
                base.execute("COMMIT")
    except sqlite3.Error as error:
        raise LayerFileError(
            f"Cannot write {str(path)!r}: {error}. Make room or allow writing in the folder.",
            f"无法写入{quoted(path)}：{reason_zh(error)}。请腾出空间或开放写入权限。",
        ) from None
    return path


def refresh_apart(plan_path: Path) -> Path:
    """Do what `refresh` does, for a large town in a process of its own.

    Parameters
    ----------
    plan_path
        A plan of which something was published.

    Raises
    ------
    LayerFileError
        As `refresh` does, and if the process is ended before it is done.
    """
    _, versions, start = _state(plan_path)
    if start == len(versions) or record.record_of(plan_path).stat().st_size < LARGE:
        return refresh(plan_path)
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(plan_path.absolute())],
        env={**os.environ, "PYTHONPATH": paths},
        stdin=subprocess.PIPE,  # ends when the app ends, and the process with it
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        said = child.stdout.read()
    if child.returncode == 0:
        return features_file(plan_path)
    try:
        why = Named(*json.loads(said))
    except (ValueError, TypeError):  # killed before it could say why
        code = child.returncode
        why = Named(f"its process ended early ({code})", f"进程提前结束（{code}）")
    raise LayerFileError(
        f"The features of {plan_path.name!r} are not made: {why}. See that memory and disk have "
        "room, and ask again.",
        f"未能准备{quoted(plan_path.name)}的要素：{why.zh}。请确认内存和磁盘有余量后重试。",
    )


def main() -> None:
    """Make the file of the plan that is the argument, as `refresh_apart` asks; exits."""
    if hasattr(os, "nice"):
        os.nice(_POLITE)
    threading.Thread(target=_end_with_app, daemon=True).start()
    try:
        refresh(Path(sys.argv[1]))
    except GridmapError as error:
        print(json.dumps([str(error), error.zh]), flush=True)
        os._exit(1)
    os._exit(0)  # at once: the thread waits for a word that never comes


def _end_with_app() -> None:
    os.read(sys.stdin.fileno(), 1)  # not by `buffer`: Python aborts where that is still read
    os._exit(1)


def _state(plan_path: Path) -> tuple[list[Any], list[Version], int]:
    """Give what is decided about going out, all versions, and how many are in the file already."""
    versions, told = versions_of(plan_path), _publish_table(plan_path)
    known = _known(features_file(plan_path), told)
    good = [tuple(row) for row in known] == [_mark(one) for one in versions[: len(known)]]
    return told, versions, len(known) if good else 0


def _known(path: Path, told: list[Any]) -> list[tuple[Any, ...]]:
    """Give the marks of the versions in a file; none when nothing of it can be used."""
    try:
        with closing(connect_to(path)) as base:
            if base.execute("SELECT code, publish FROM made_by").fetchone() != (
                *(_code(), json.dumps(told)),
            ):
                return []
            names = "serial, chain, ground, people"
            return base.execute(f"SELECT {names} FROM versions ORDER BY serial").fetchall()
    except sqlite3.Error:  # not there, cut short, or no database: a cache is made anew
        return []


def _mark(version: Version) -> tuple[Any, ...]:
    return version.serial, version.chain, version.ground, version.people


@cache
def _code() -> str:
    """Give the digest of the code that makes texts: another gridmap may write others."""
    root, digest = Path(__file__).parents[2], hashlib.sha256()
    for room in _ROOMS:
        for source in sorted((root / room).rglob("*.py")):
            digest.update(source.relative_to(root).as_posix().encode())
            digest.update(source.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _publish_table(plan_path: Path) -> list[Any]:
    """Give what is decided by now about what may go out: it holds for all versions."""
    rules = decided_last(plan_path)
    return [rules.is_secret, sorted({*rules.sensitive_records})]


def _add(base: sqlite3.Connection, plan_path: Path, versions: list[Version], start: int) -> None:
    """Add all versions from one on.

    What the version before it closes gets its last day by that, so its own texts are made again.
    """
    is_secret, records = _publish_table(plan_path)
    for version in versions[max(start - 1, 0) :]:
        plan = plan_of(plan_path, version.number, of_the_place=False)
        public, closed = _public(plan, is_secret, records)
        if version.serial <= start:
            _put_again(base, HOUSE, release(plan))
            if public is not None:
                _put_again(base, PUBLIC, public)
        else:
            _put(base, HOUSE, texts_of(release(plan)), version.serial)
            _put(base, PUBLIC, texts_of(public) if public is not None else (), version.serial)
        town = plan.rules.town
        told = (town.code, town.name, town.name_en, str(plan.crs.to_string()))
        licence = plan.rules.publish.licence.strip()
        base.execute(
            f"INSERT OR REPLACE INTO versions VALUES ({', '.join('?' * 12)})",
            (*(version.serial, version.number, version.first_day, version.last_day),
             *(version.chain, version.ground, version.people),
             *(licence, town.credit, notice_line(plan), json.dumps(told), closed)),
        )  # fmt: skip
    codes = published_codes(plan_path)
    base.execute("DELETE FROM codes")
    base.executemany(
        "INSERT INTO codes VALUES (?, ?, ?)",
        codes[["valid_to", "merged_into"]].reset_index().astype(str).to_numpy().tolist(),
    )


def _public(plan: Plan, is_secret: bool, records: Iterable[str]) -> tuple[Plan | None, str]:
    """Give the copy for the public, or why there is none: 'secret', 'licence' or 'sensitive'."""
    if is_secret:
        return None, SECRET
    plan = hiding_too(plan, records)
    try:
        require_release(plan)
        licence_of(plan, public=True)
    except GridmapError:
        return None, "licence"
    try:
        return release(plan, public=True), ""
    except GridmapError:
        return None, "sensitive"


def _put(
    base: sqlite3.Connection, audience: int, texts: Iterable[FeatureText], serial: int
) -> None:
    """Add the texts of a version that are new, and close those that are no longer."""
    rows = base.execute(
        "SELECT collection, key, fid, digest FROM features WHERE audience = ? AND last = ?",
        (audience, OPEN),
    )
    known = {(collection, key): (fid, digest) for collection, key, fid, digest in rows}
    gone = {fid for fid, _ in known.values()}
    for one in texts:
        fid, digest = known.get((one.collection, one.key), (0, ""))
        if digest == _digest(one):
            gone.discard(fid)
        else:
            _insert(base, audience, one, serial)
    base.executemany(
        "UPDATE features SET last = ? WHERE fid = ?", [(serial - 1, fid) for fid in sorted(gone)]
    )
    # What comes after a text of the same code, at once or later.
    base.execute(
        "UPDATE features SET next = ? WHERE audience = ? AND next = ? AND first < ? AND EXISTS "
        "(SELECT 1 FROM features AS new WHERE new.audience = features.audience AND "
        "new.collection = features.collection AND new.key = features.key AND new.first = ?)",
        (serial, audience, OPEN, serial, serial),
    )


def _put_again(base: sqlite3.Connection, audience: int, plan: Plan) -> None:
    """Write the texts of the last version again where it says now when something ended."""
    rows = base.execute(
        "SELECT collection, key, fid, digest FROM features WHERE audience = ? AND last = ?",
        (audience, OPEN),
    )
    known = {(collection, key): (fid, digest) for collection, key, fid, digest in rows}
    for one in texts_of(plan):
        fid, digest = known[one.collection, one.key]
        if digest != _digest(one):
            base.execute("UPDATE texts SET text = ? WHERE fid = ?", (one.text, fid))
            base.execute("UPDATE features SET digest = ? WHERE fid = ?", (_digest(one), fid))


def _insert(base: sqlite3.Connection, audience: int, one: FeatureText, serial: int) -> None:
    names = ["audience", "collection", "key", "first", "last", "next", "digest",
             "x0", "y0", "x1", "y1", *one.filters]  # fmt: skip
    bounds = one.bounds or (None,) * 4
    values = [audience, one.collection, one.key, serial, OPEN, OPEN, _digest(one), *bounds,
              *one.filters.values()]  # fmt: skip
    listed = ", ".join(f'"{name}"' for name in names)
    added = base.execute(
        f"INSERT INTO features ({listed}) VALUES ({', '.join('?' * len(names))})",
        values,
    )
    base.execute("INSERT INTO texts VALUES (?, ?)", (added.lastrowid, one.text))
    if one.bounds is not None:
        west, south, east, north = one.bounds
        place = (added.lastrowid, west, east, south, north)
        base.execute("INSERT INTO places VALUES (?, ?, ?, ?, ?)", place)


def _digest(one: FeatureText) -> str:
    return hashlib.blake2b(one.text, digest_size=16).hexdigest()
