"""What came with disputes from phone pages: photo, time on the phone, whether the page was old.

It stands in the record of answers beside the disputes themselves, and goes with their person.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gridmap.access.sidecar import Fields, add_event, beside, read_events
from gridmap.receipts.photos import keep_photo
from layers.contract.errors import UsageError

__all__ = ["Sent", "attach_photo", "photos_of_people", "sent_by_phone"]

MOST_PHOTOS, MOST_OF_ONE = 1000, 60  # beside a plan, and of one person
_DISPUTE: Fields = {"id": "text", "person": "text"}
EVENTS: dict[str, Fields] = {
    "disputed": _DISPUTE,
    "disputed_post": _DISPUTE,
    "photo": {"id": "text", "time": "time", "person": "text", "photo": "text"},
}


@dataclass(frozen=True)
class Sent:
    """What came with a dispute.

    Attributes
    ----------
    said
        Time on the phone when it was written; "" if it did not know.
    outdated
        Whether grid or post had changed since the page was made.
    photo
        Name of the photo (`gridmap.receipts.photos.photo_of`); "" for none.
    """

    said: str
    outdated: bool
    photo: str = ""


def attach_photo(
    plan_path: Path, number: str, person_id: str, jpeg: bytes, *, when: datetime
) -> None:
    """Keep the photo of a dispute; one that has a photo keeps that.

    Parameters
    ----------
    plan_path, number, person_id, when
        The plan, the dispute, whose it is, and now.
    jpeg
        What `gridmap.receipts.photos.drawn_anew` gave.

    Raises
    ------
    UsageError
        If there are too many photos already.
    LayerFileError
        If it cannot be saved.
    """
    known = [event for event in _events(plan_path) if event["event"] == "photo"]
    own = sum(event["person"] == person_id for event in known)
    if any(event["id"] == number for event in known):
        return
    if len(known) >= MOST_PHOTOS or own >= MOST_OF_ONE:
        raise UsageError(
            f"There are {len(known)} photos already, {own} of them of this person. The photo was "
            f"left out: {MOST_PHOTOS} are kept of a plan, {MOST_OF_ONE} of a person.",
            f"已有 {len(known)} 张照片，其中此人 {own} 张。照片已略去："
            f"每个方案最多保留 {MOST_PHOTOS} 张，每人 {MOST_OF_ONE} 张。",
        )
    name = keep_photo(plan_path, jpeg)
    event = {"event": "photo", "id": number, "person": person_id, "photo": name}
    time = when.isoformat(timespec="seconds")
    add_event(beside(plan_path, "answers"), event | {"time": time})


def sent_by_phone(plan_path: Path) -> dict[str, Sent]:
    """Give what came with the disputes of phone pages, by their ids.

    Raises
    ------
    LayerFileError
        If the record cannot be read.
    """
    found: dict[str, Sent] = {}
    for event in _events(plan_path):
        number = event["id"]
        if event["event"] == "photo":
            found[number] = replace(found.get(number, Sent("", False)), photo=event["photo"])
        elif isinstance(event.get("said"), str):
            found[number] = Sent(event["said"], event.get("outdated") is True)
    return found


def photos_of_people(plan_path: Path, people: Iterable[str]) -> set[str]:
    """Give the photos that some people have sent, and nobody else."""
    gone = set(people)
    known = [event for event in _events(plan_path) if event["event"] == "photo"]
    theirs = {event["photo"] for event in known if event["person"] in gone}
    return theirs - {event["photo"] for event in known if event["person"] not in gone}


def _events(plan_path: Path) -> list[dict[str, Any]]:
    return read_events(beside(plan_path, "answers"), EVENTS)
