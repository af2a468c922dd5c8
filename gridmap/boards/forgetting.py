"""Names and photos that go when people are forgotten; what hangs where stays known."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridmap.access.sidecar import BOARDS, beside, rewrite_events
from gridmap.boards.listing import board_list
from gridmap.plan.plan import Plan
from gridmap.receipts.photos import remove_photo

__all__ = ["forget_in_boards"]


def forget_in_boards(
    plan: Plan, plan_path: Path, people: Mapping[str, str], *, dry_run: bool = False
) -> int:
    """Put numbers in the place of people in the record of boards, and remove photos.

    Parameters
    ----------
    plan, plan_path
        The plan as it was before, and its file.
    people
        The number of each person from now on, by id.
    dry_run
        Only count.

    Returns
    -------
    How many photos are gone: those that these people sent, and those of boards that do not hang
    any more or are outdated, for they show who was in charge then.

    Raises
    ------
    LayerFileError
        If the record cannot be read or written.
    """
    if not people:
        return 0
    boards = board_list(plan, plan_path, history=True)
    told = (boards["state"] != "current") | boards["hung_by"].isin(list(people))
    photos = set(boards["photo"][told]) - {"", *boards["photo"][~told]}
    if not dry_run:
        rewrite_events(
            beside(plan_path, BOARDS),
            lambda events: [_numbered(event, people, photos) for event in events],
        )
        for name in sorted(photos):
            remove_photo(plan_path, name)
    return len(photos)


def _numbered(event: dict[str, Any], people: Mapping[str, str], photos: set[str]) -> dict[str, Any]:
    changed = dict(event)
    if changed.get("who") in people:
        changed["who"] = people[changed["who"]]
        changed.pop("why", None)  # of a board that was taken down, in their words
    if changed.get("photo") in photos:
        changed["photo"] = ""
    return changed
