"""Features found in the file: a page after a code, one by its code, and how many there are.

A page is found by its place in an index and never counted off from the start, so that the last one
takes as long as the first. Where ground is asked for, the codes that fit are found once and kept
for the pages that follow.
"""

import os
import sqlite3
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from threading import Lock, local
from typing import Any

import numpy as np
import shapely

from gridmap.ogc.catalogue import Catalogue
from gridmap.ogc.parameters import Question
from gridmap.ogc.systems import region_of
from layers.files.database_files import connect_to

__all__ = ["Page", "find_one", "find_page", "given_up"]

KEPT = 64  # answers to "how many" and "which ones"
_IN_FORCE = "audience = ? AND collection = ? AND first <= ? AND last >= ? AND next > ?"
_counts: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_LOCK = Lock()
_of_thread = local()


@dataclass(frozen=True)
class Page:
    """Texts of a page, how many fit in all, and the code after which the next page begins.

    `fids` are the numbers of the texts in the file of features.
    """

    texts: list[bytes]
    matched: int
    after: str = ""
    fids: tuple[int, ...] = ()


def find_page(catalogue: Catalogue, collection: str, question: Question) -> Page:
    """Give a page of the features of a collection, in order of their codes."""
    if question.span is None:
        return Page([], 0)
    if question.box is not None:
        return _page_of_ground(catalogue, collection, question)
    where, values = _where(catalogue, collection, question)
    query = (
        f"SELECT f.key, fid, t.text FROM features AS f JOIN texts AS t USING (fid) WHERE {where} "
        "AND key > ? ORDER BY key LIMIT ?"
    )
    with _open(catalogue) as base:
        rows = base.execute(query, (*values, question.after, question.limit + 1)).fetchall()
        matched = _kept(
            (catalogue.path, catalogue.mark, where, *values),
            lambda: base.execute(f"SELECT count(*) FROM features WHERE {where}", values)
            .fetchone()[0],
        )  # fmt: skip
    more = len(rows) > question.limit
    fids, texts = (
        zip(*(row[1:] for row in rows[: question.limit]), strict=True) if rows else ((), ())
    )
    return Page(list(texts), matched, rows[question.limit - 1][0] if more else "", fids)


def find_one(
    catalogue: Catalogue, collection: str, key: str, span: tuple[int, int]
) -> bytes | None:
    """Give the feature of a code as it was last in the span; None when there is none."""
    question = Question(span)
    where, values = _where(catalogue, collection, question)
    with _open(catalogue) as base:
        row = base.execute(
            "SELECT t.text FROM features AS f JOIN texts AS t USING (fid) "
            f"WHERE {where} AND key = ?",
            (*values, key),
        ).fetchone()
    return row[0] if row else None


def given_up(catalogue: Catalogue, code: str) -> tuple[str, str] | None:
    """Tell the last day of a code that was given up, and what took its ground; None for others."""
    with _open(catalogue) as base:
        row = base.execute(
            "SELECT valid_to, merged_into FROM codes WHERE code = ? AND valid_to != ''", (code,)
        ).fetchone()
    return (row[0], row[1]) if row else None


def _where(catalogue: Catalogue, collection: str, question: Question) -> tuple[str, list[Any]]:
    """Give the condition; of several texts of a code in a span the last one fits."""
    assert question.span is not None
    low, high = question.span
    values: list[Any] = [catalogue.audience, collection, high, low, high]
    more = [f'AND "{name}" = ?' for name in question.filters]
    return " ".join([_IN_FORCE, *more]), [*values, *question.filters.values()]


def _page_of_ground(catalogue: Catalogue, collection: str, question: Question) -> Page:
    assert question.box is not None
    region = region_of(question.box, question.box_crs)
    where, values = _where(catalogue, collection, question)
    key = (catalogue.path, catalogue.mark, question.box, question.box_crs, where, *values)
    with _open(catalogue) as base:
        keys, fids = _kept(key, lambda: _on_ground(base, region, where, values))
        start = bisect_right(keys, question.after)
        stop = start + question.limit
        marks = ", ".join("?" * len(fids[start:stop]))
        found = dict(
            base.execute(f"SELECT fid, text FROM texts WHERE fid IN ({marks})", fids[start:stop])
        )
    texts = [found[fid] for fid in fids[start:stop]]
    after = keys[stop - 1] if stop < len(keys) else ""
    return Page(texts, len(keys), after, tuple(fids[start:stop]))


def _on_ground(
    base: sqlite3.Connection, region: shapely.Geometry, where: str, values: list[Any]
) -> tuple[list[str], list[int]]:
    """Give codes and numbers of the texts whose ground meets a region, in order of their codes."""
    found: dict[int, tuple[str, bool]] = {}
    is_box = all(part.equals(part.envelope) for part in shapely.get_parts(region))
    for part in shapely.get_parts(region):
        west, south, east, north = part.bounds
        rows = base.execute(
            "SELECT f.fid, f.key, f.x0 >= ? AND f.x1 <= ? AND f.y0 >= ? AND f.y1 <= ? "
            f"FROM places AS p JOIN features AS f USING (fid) WHERE {where} AND p.x1 >= ? AND "
            "p.x0 <= ? AND p.y1 >= ? AND p.y0 <= ? AND f.x1 >= ? AND f.x0 <= ? AND f.y1 >= ? AND "
            "f.y0 <= ?",
            (west, east, south, north, *values, *(west, east, south, north) * 2),
        )
        found.update({fid: (key, bool(inside) and is_box) for fid, key, inside in rows})
    # What lies across the edge is looked at itself.
    doubtful = [fid for fid, (_, inside) in found.items() if not inside]
    for start in range(0, len(doubtful), 500):
        some = doubtful[start : start + 500]
        marks = ", ".join("?" * len(some))
        texts = base.execute(f"SELECT fid, text FROM texts WHERE fid IN ({marks})", some).fetchall()
        shapes = shapely.from_geojson(
            [text.partition(b',"geometry":')[2][:-1] for _, text in texts]
        )
        for (fid, _), meets in zip(
            texts, np.asarray(shapely.intersects(shapes, region)), strict=True
        ):
            if not meets:
                del found[fid]
    ordered = sorted((key, fid) for fid, (key, _) in found.items())
    return [key for key, _ in ordered], [fid for _, fid in ordered]


def _kept(key: tuple[Any, ...], ask: Any) -> Any:
    """Give an answer that was found before for the same question of the same file."""
    with _LOCK:
        if key in _counts:
            _counts.move_to_end(key)
            return _counts[key]
    found = ask()
    with _LOCK:
        _counts[key] = found
        while len(_counts) > KEPT:
            _counts.popitem(last=False)
    return found


@contextmanager
def _open(catalogue: Catalogue) -> Iterator[sqlite3.Connection]:
    """Give a connection to the file; a thread keeps that of its last answer.

    To open a file, to read its tables and to parse the query anew takes as long as the query.
    """
    if os.name == "nt":  # a file that is open could not be replaced there
        with closing(connect_to(catalogue.path)) as base:
            yield base
        return
    state = os.stat(catalogue.path)
    key = (catalogue.path, state.st_dev, state.st_ino, state.st_mtime_ns)
    kept: tuple[Any, sqlite3.Connection] | None = getattr(_of_thread, "kept", None)
    if kept is None or kept[0] != key:
        if kept is not None:
            _of_thread.kept = None  # also where the other file cannot be opened
            kept[1].close()
        kept = _of_thread.kept = (key, connect_to(catalogue.path))
    yield kept[1]
