"""Comments pinned on the map, answered and closed, kept beside the plan and never lost.

Author and time come from the server; the text is hostile until escaped.
"""

import json
import math
import secrets
import threading
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from gridmap.access.sidecar import (
    COMMENTS,
    Fields,
    add_event,
    beside,
    faulty_lines,
    read_events,
    write_private,
)
from layers.contract.errors import UsageError, quoted
from layers.contract.sentence import said

__all__ = [
    "Comment",
    "Reply",
    "answer",
    "close",
    "comments",
    "copy_comments",
    "faulty_comments",
    "pin",
    "reopen",
]

MOST_OPEN = 500  # of a plan
MOST_ANSWERS = 100  # of a comment
EVENTS: dict[str, Fields] = {
    "pinned": {
        "id": "text",
        "time": "time",
        "by": "text",
        "lon": "number",
        "lat": "number",
        "text": "text",
    },
    "answered": {"id": "text", "time": "time", "by": "text", "text": "text"},
    "closed": {"id": "text", "time": "time", "by": "text"},
    "reopened": {"id": "text", "time": "time", "by": "text"},
}
_ONE_AT_A_TIME = threading.Lock()  # a double click asks twice at once


@dataclass(frozen=True)
class Reply:
    """An answer to a comment."""

    time: str  # ISO
    by: str
    text: str


@dataclass(frozen=True)
class Comment:
    """A comment as it is now."""

    id: str
    time: str  # ISO
    by: str
    lon: float  # degrees, WGS84
    lat: float
    text: str
    answers: tuple[Reply, ...] = ()
    closed: str = ""  # ISO time; "" while it is open
    closed_by: str = ""
    edit: str = ""  # the edit that it led to (`edits.moves.log.entry_name`); stays when reopened

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return not self.closed


def pin(plan_path: Path, *, lon: float, lat: float, text: str, by: str, when: datetime) -> str:
    """Pin a comment at a place; sent twice it is there once.

    Parameters
    ----------
    plan_path
        The plan.
    lon, lat
        The place in degrees, WGS84.
    text
        Up to 500 signs; line breaks become spaces.
    by, when
        Who says so, and the time.

    Returns
    -------
    The id of the comment; of the one that is open already when all is the same.

    Raises
    ------
    UsageError
        If the text is empty or too long, the place none on earth, or too many are open.
    LayerFileError
        If it cannot be saved.
    """
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise UsageError(
            f"{lon}, {lat} is no longitude and latitude. Click the place on the map again.",
            f"{lon}、{lat} 不是经纬度。请在图上重新点选位置。",
        )
    sentence, place = said(text), (round(lon, 7), round(lat, 7))
    with _ONE_AT_A_TIME:
        waiting = [one for one in comments(plan_path) if one.is_open]
        for one in waiting:
            if (one.by, one.lon, one.lat, one.text) == (by, *place, sentence):
                return one.id
        if len(waiting) >= MOST_OPEN:
            raise UsageError(
                f"{len(waiting)} comments are open already. Close some first.",
                f"已有 {len(waiting)} 条批注未办结。请先办结一部分。",
            )
        number = secrets.token_hex(6)
        where = {"lon": place[0], "lat": place[1]}
        _note(plan_path, "pinned", number, by=by, when=when, text=sentence, **where)
    return number


def answer(plan_path: Path, number: str, text: str, *, by: str, when: datetime) -> None:
    """Answer a comment.

    Raises
    ------
    UsageError
        If there is no such comment, or the text is empty or too long, or there are too many.
    """
    found, sentence = _found(plan_path, number), said(text)
    if found.answers and (found.answers[-1].by, found.answers[-1].text) == (by, sentence):
        return  # a double click
    if len(found.answers) >= MOST_ANSWERS:
        raise UsageError(
            f"This comment has {MOST_ANSWERS} answers already. Close it and pin a new one.",
            f"该批注已有 {MOST_ANSWERS} 条回复。请办结后另加批注。",
        )
    _note(plan_path, "answered", number, by=by, when=when, text=sentence)


def close(plan_path: Path, number: str, *, by: str, when: datetime, edit: str = "") -> None:
    """Close a comment; `edit` names the one it led to (`gridmap.edits.moves.log.entry_name`).

    Raises
    ------
    UsageError
        If there is no such comment.
    """
    _found(plan_path, number)
    _note(plan_path, "closed", number, by=by, when=when, edit=edit)


def reopen(plan_path: Path, number: str, *, by: str, when: datetime) -> None:
    """Open a comment again.

    Raises
    ------
    UsageError
        If there is no such comment.
    """
    _found(plan_path, number)
    _note(plan_path, "reopened", number, by=by, when=when)


def comments(plan_path: Path) -> list[Comment]:
    """List all comments of a plan, the oldest first.

    Texts are as people wrote them: escape them where they are shown.

    Raises
    ------
    LayerFileError
        If there is a record that cannot be read.
    """
    found: dict[str, Comment] = {}
    for event in read_events(_record(plan_path), EVENTS):
        number, time, by = event["id"], event["time"], event["by"]
        if event["event"] == "pinned":
            found[number] = Comment(number, time, by, event["lon"], event["lat"], event["text"])
            continue
        before = found.get(number)
        if before is None:
            continue
        if event["event"] == "answered":
            more = (*before.answers, Reply(time, by, event["text"]))
            found[number] = replace(before, answers=more)
        elif event["event"] == "closed":
            edit = event.get("edit")
            edit = edit if isinstance(edit, str) and edit else before.edit
            found[number] = replace(before, closed=time, closed_by=by, edit=edit)
        else:
            found[number] = replace(before, closed="", closed_by="")
    return list(found.values())


def copy_comments(plan_path: Path, other: Path, *, only_open: bool = False) -> None:
    """Give a plan that was made from another the comments of that, or those that are open.

    Raises
    ------
    LayerFileError
        If the record cannot be read or written.
    """
    kept = {one.id for one in comments(plan_path) if one.is_open or not only_open}
    events = [one for one in read_events(_record(plan_path), EVENTS) if one["id"] in kept]
    lines = [json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in events]
    if lines:
        write_private(_record(other), "".join(lines))


def faulty_comments(plan_path: Path) -> int:
    """Count the lines of the record that cannot be read; what they said is not shown."""
    return len(faulty_lines(_record(plan_path), EVENTS))


def _found(plan_path: Path, number: str) -> Comment:
    found = next((one for one in comments(plan_path) if one.id == number), None)
    if found is None:
        raise UsageError(f"There is no comment {number!r}.", f"没有批注{quoted(number)}。")
    return found


def _note(
    plan_path: Path, event: str, number: str, *, by: str, when: datetime, **more: object
) -> None:
    time = when.isoformat(timespec="seconds")
    add_event(_record(plan_path), {"event": event, "id": number, "time": time, "by": by, **more})


def _record(plan_path: Path) -> Path:
    return beside(plan_path, COMMENTS)
