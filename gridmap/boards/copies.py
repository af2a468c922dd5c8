"""Boards of one plan known to another: a draft, a copy, the plan that a new division made.

What hangs on a wall does not ask which file the town works with. Events are added that are not
there yet, so nothing is lost or counted twice, whichever plan was kept and however often.
"""

import json
import os
from pathlib import Path
from typing import Any

from gridmap.access.sidecar import BOARDS, PHOTOS, add_events, beside, read_events
from gridmap.boards.record import EVENTS
from gridmap.receipts.photos import keep_photo, photo_of
from layers.files.atomic import watched_write

__all__ = ["take_over_boards"]


def take_over_boards(source: Path, target: Path) -> int:
    """Add what the record of one plan knows of boards to that of another, with the photos.

    Parameters
    ----------
    source, target
        The plan whose boards hang, and the plan that is to know of them.

    Returns
    -------
    How many events were new.

    Raises
    ------
    LayerFileError
        If a record cannot be read or written.
    """
    known = {_line(event) for event in read_events(beside(target, BOARDS), EVENTS)}
    events = read_events(beside(source, BOARDS), EVENTS)
    new = [event for event in events if _line(event) not in known]
    for name in sorted({str(event.get("photo") or "") for event in new} - {""}):
        _take_photo(source, target, name)
    add_events(beside(target, BOARDS), new)
    return len(new)


def _line(event: dict[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=False, sort_keys=True)


def _take_photo(source: Path, target: Path, name: str) -> None:
    """Let both plans have a photo; it never changes, so that one on the disk is enough."""
    if photo_of(target, name) is not None:
        return
    copy = photo_of(source, name)
    if copy is None:
        return
    folder = beside(target, PHOTOS)
    try:
        with watched_write(folder / name):
            folder.mkdir(mode=0o700, exist_ok=True)
            os.link(beside(source, PHOTOS) / name, folder / name)
    except OSError:  # another disk, or one without hard links
        keep_photo(target, copy)
