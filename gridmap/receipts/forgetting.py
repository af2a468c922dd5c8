"""Links and answers of people who are no longer named: gone with their names.

What stays says how many links there were and when they ended, under the number that the plan has
for the person now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gridmap.access.links import links_of, revoke
from gridmap.access.sidecar import beside, rewrite_events
from gridmap.receipts.by_phone import photos_of_people
from gridmap.receipts.photos import remove_photo

__all__ = ["Forgotten", "forget_people"]


@dataclass(frozen=True)
class Forgotten:
    """How many personal links lost their person, and how many answers are gone."""

    links: int
    answers: int


def forget_people(
    plan_path: Path, people: Mapping[str, str], *, today: date, dry_run: bool = False
) -> Forgotten:
    """Take people out of the records beside a plan.

    Parameters
    ----------
    plan_path
        The plan.
    people
        The number of each person in the plan from now on, by id.
    today
        Day on which links that are still good end.
    dry_run
        Only count.

    Returns
    -------
    Links that belong to nobody any more: those that were good are revoked in all copies first. And
    answers that are gone: receipts and disputes, with their photos and all that was said to them.

    Raises
    ------
    LayerFileError
        If a record cannot be read or written.
    """
    if not people:
        return Forgotten(0, 0)
    theirs = [link for link in links_of(plan_path) if link.person_id in people]
    if not dry_run:
        for person in sorted({link.person_id for link in theirs if not link.revoked}):
            revoke(plan_path, today=today, person_id=person)
        rewrite_events(beside(plan_path, "links"), lambda events: _numbered(events, people))
    record = beside(plan_path, "answers")
    photos = photos_of_people(plan_path, people)
    answers = rewrite_events(record, lambda events: _without(events, people), dry_run=dry_run)
    if not dry_run:
        for name in sorted(photos):
            remove_photo(plan_path, name)
    return Forgotten(len(theirs), answers)


def _numbered(events: list[dict[str, Any]], people: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        event | {"person": people[event["person"]]} if event.get("person") in people else event
        for event in events
    ]


def _without(events: list[dict[str, Any]], people: Mapping[str, str]) -> list[dict[str, Any]]:
    """Drop what people said, and what was said to it: that names it by its id."""
    own = [event for event in events if event.get("person") in people]
    ids = {event["id"] for event in own if event.get("id")}
    return [
        event
        for event in events
        if event.get("person") not in people and not ids & {event.get("id"), event.get("dispute")}
    ]
