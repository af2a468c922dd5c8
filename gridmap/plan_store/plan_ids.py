"""Ids of plans, kept in the folder while files are renamed, moved, copied and replaced.

An id follows from what the plan says it is, never from where it lies. Which id belongs to which
file is kept in a record of the folder, for two cases in which the plan alone does not say it: a
copy that a file manager made says it is the plan it was copied from, and a plan made anew in the
place of another has other data. Where nothing can be written, ids are the same without a record,
except for these two.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from gridmap.access.sidecar import Fields, add_events, read_events, rewrite_events
from layers.contract.errors import GridmapError
from layers.files.atomic import watching_writes
from layers.files.locks import LockTimeout, take_lock

__all__ = ["RECORD", "ids_in", "matched_ids"]

RECORD, LOCK = ".plan-ids.jsonl", ".plan-ids.lock"
EVENTS: dict[str, Fields] = {"plan": {"id": "text", "place": "text", "plan": "text"}}
_DIGITS = 16
_WAIT_S = 5.0
_MOST_BYTES = 4 * 2**20  # a larger record is written anew, with what was noted last of each id


class _Noted(NamedTuple):
    """Where the plan of an id was seen last, and who it said it was."""

    place: str  # "" for one that is gone, and may come back
    plan_id: str


def ids_in(folder: Path, found: Mapping[str, str]) -> dict[str, str]:
    """Give the ids of the plans of a folder, and note those that are new or elsewhere.

    Parameters
    ----------
    folder
        The folder, in which the record is kept.
    found
        Who each plan says it is, by its place below the folder; "" where it cannot be read.

    Returns
    -------
    Ids by place.
    """
    noted = _read(folder)
    ids = matched_ids(noted or {}, found)
    if noted is not None and _news(noted, ids, found):
        # Whoever looks, a planner or a guest: what is noted is nobody's work.
        with (
            suppress(GridmapError, OSError, LockTimeout, NotImplementedError),
            watching_writes(None),
            take_lock(folder / LOCK, wait_s=_WAIT_S),
        ):
            now = _read(folder)
            if now is not None:
                ids = matched_ids(now, found)
                add_events(folder / RECORD, _news(now, ids, found))
                if (folder / RECORD).stat().st_size > _MOST_BYTES:
                    rewrite_events(folder / RECORD, _last_of_each)
    return ids


def _read(folder: Path) -> Mapping[str, _Noted] | None:
    """Read the record, and again only once it has changed.

    None where there is one that cannot be read: what it says is not known, and nothing is added.
    """
    try:
        state = (folder / RECORD).stat()
        return _noted_in(folder / RECORD, state.st_mtime_ns, state.st_size, state.st_ino)
    except FileNotFoundError:
        return {}
    except (OSError, GridmapError):
        return None


def _last_of_each(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    last: dict[str, dict[str, Any]] = {}
    for event in events:
        last.pop(event.get("id", ""), None)
        last[event.get("id", "")] = event
    return list(last.values())


@lru_cache(maxsize=16)
def _noted_in(path: Path, _changed: int, _size: int, _inode: int) -> Mapping[str, _Noted]:
    """Give what was noted last of each id, in that order."""
    noted: dict[str, _Noted] = {}
    for event in read_events(path, EVENTS):
        noted.pop(event["id"], None)
        noted[event["id"]] = _Noted(event["place"], event["plan"])
    return MappingProxyType(noted)


def matched_ids(noted: Mapping[str, _Noted], found: Mapping[str, str]) -> dict[str, str]:
    """Give each place its id: where the plan stayed, where it went, what took its place, new.

    Parameters
    ----------
    noted
        What is known of each id, in the order in which it was noted.
    found
        As in `ids_in`.
    """
    ids: dict[str, str] = {}
    free = dict(noted)

    def give(place: str, id: str) -> None:
        ids[place] = id
        del free[id]

    for id, (place, plan_id) in noted.items():
        if place not in ids and (found.get(place) == plan_id or found.get(place) == ""):
            give(place, id)  # as it was, or unreadable for the moment
    left = [place for place in sorted(found) if place not in ids]
    by_plan: dict[str, list[str]] = {}
    for id, one in sorted(free.items(), key=lambda item: item[1].place != ""):
        by_plan.setdefault(one.plan_id, []).append(id)
    for place in left:
        moved = by_plan.get(found[place], []) if found[place] else []
        if moved:
            give(place, moved.pop())  # what was there until now comes before what was gone
    by_place = {one.place: id for id, one in free.items() if one.place}
    for place in left:
        if place not in ids and place in by_place:
            give(place, by_place[place])
    taken = {*noted, *ids.values()}
    for place in left:
        if place not in ids:
            ids[place] = _new_id(found[place], taken)
            taken.add(ids[place])
    return ids


def _new_id(plan_id: str, taken: set[str]) -> str:
    number = 1
    while (id := _id_of(plan_id, number)) in taken:
        number += 1
    return id


def _id_of(plan_id: str, number: int) -> str:
    text = f"plan\n{plan_id}\n{number}"
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _news(
    noted: Mapping[str, _Noted], ids: Mapping[str, str], found: Mapping[str, str]
) -> list[dict[str, str]]:
    """Say what is to be noted: what is new, elsewhere, another plan, or gone."""
    now = {id: _Noted(place, found[place]) for place, id in ids.items()}
    news = {
        id: one
        for id, one in now.items()
        if id not in noted or (one.plan_id and noted[id] != one)  # "": unreadable for the moment
    }
    # Its place is free for another plan, which must not be taken for it.
    news |= {
        id: _Noted("", one.plan_id) for id, one in noted.items() if one.place and id not in now
    }
    return [
        {"event": "plan", "id": id, "place": one.place, "plan": one.plan_id}
        for id, one in sorted(news.items())
    ]
