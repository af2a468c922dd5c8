"""The pending list of a session and the one on the disk are the same, before anything is shown.

Each window of a planner has a list of its own. One that no open window has in hand, because page,
browser, app or machine ended, is taken up by the next window of the same planner.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from weakref import WeakValueDictionary

from gridmap.access.behalf import acting_account
from gridmap.edits import edit_log
from gridmap.edits.kept import (
    MARK,
    Kept,
    keep_pending,
    new_place,
    places_of,
    read_kept,
    restore,
    was_accepted,
)
from gridmap.remarks import board
from gridmap.ui.redraw.redraw_session import EditSession
from gridmap.ui.shell.streamlit_private import is_connected, session_id
from layers.contract.errors import GridmapError

__all__ = ["announce", "as_kept", "decide", "forget", "taken_up"]


@dataclass(eq=False)
class _Place:
    """The file of a list, in the hand of a window."""

    path: Path
    account: str
    window: str


# By the file; a window that is gone drops its place with everything else it had.
_IN_HAND: "WeakValueDictionary[Path, _Place]" = WeakValueDictionary()


def taken_up(session: EditSession, path: Path) -> EditSession:
    """Give a session that has no list yet one of its planner that no window has in hand.

    A list that cannot go on, because somebody else has changed its ground, waits in `held`.
    """
    if session.place is not None:
        return session
    account = acting_account()
    session = replace(session, place=_in_hand(new_place(path, account), account))
    for found in places_of(path, account):
        holder = _IN_HAND.get(found)
        if holder is not None and is_connected(holder.window):
            continue
        return _taken(replace(session, place=_in_hand(found, account)), path)
    return session


def _taken(session: EditSession, path: Path) -> EditSession:
    """Bring back the list of the session's file."""
    place: _Place = session.place
    try:
        kept = read_kept(place.path, place.account)
    except GridmapError as error:
        fresh = _in_hand(new_place(path, place.account), place.account)
        return replace(session, place=fresh, fault=error)
    if kept is None:
        return session
    if was_accepted(session.plan, kept):
        _close_remarks(session, kept, path)
        return forget(session)
    return _restored(session, kept, part=False)


def _close_remarks(session: EditSession, kept: Kept, path: Path) -> None:
    """Do what the machine did not come to when it stopped: close what the accepted edits answer."""
    time, who = kept.accepting
    log = edit_log(session.plan)
    ids = log.index[(log["time"] == time) & (log["who"] == who)][-len(kept.edits) :]
    done = zip((edit for edit, _ in kept.edits), ids, strict=False)
    with suppress(GridmapError):  # told where the records are shown
        board.finish(session.plan, path, done, by=who, when=datetime.fromisoformat(time))


def _restored(session: EditSession, kept: Kept, *, part: bool) -> EditSession:
    try:
        pending, lost = restore(session.plan, kept, part=part)
    except GridmapError as error:
        return replace(session, pending=(), dropped=(), held=kept, clash=error)
    note = "redraw.note_restored_part" if lost else "redraw.note_restored" if pending else ""
    return replace(
        session,
        pending=pending,
        dropped=kept.dropped,
        held=None,
        clash=None,
        restored=len(pending),
        note=note,
        facts=(("count", len(pending)), ("lost", len(lost))),
    )


def decide(session: EditSession, kind: str) -> EditSession:
    """Do what was decided about a list that cannot go on: what is possible of it, or nothing."""
    if session.held is None:
        return session
    if kind == "drop":
        return forget(replace(session, held=None, clash=None, note="", facts=()))
    if kind != "keep_possible":
        return replace(session, note="redraw.note_decide", facts=())
    return as_kept(session, _restored(session, session.held, part=True))


def as_kept(before: EditSession, after: EditSession) -> EditSession:
    """Write the list down if it has changed; where that fails, the change is refused."""
    same = _edits(before) == _edits(after) and before.plan is after.plan
    if same and before.held is after.held:
        return after
    place = _own(after)
    try:
        keep_pending(place.path, place.account, after.plan, after.pending, after.dropped)
    except GridmapError as error:
        return replace(before, fault=error, note="", facts=())
    return replace(after, place=place)


def announce(session: EditSession, accepting: tuple[str, str]) -> EditSession:
    """Write down under which time and name the list is about to be accepted.

    Raises
    ------
    LayerFileError
        If it cannot be written: then nothing is accepted.
    """
    place = _own(session)
    keep_pending(
        place.path,
        place.account,
        session.plan,
        session.pending,
        session.dropped,
        accepting=accepting,
    )
    return replace(session, place=place)


def forget(session: EditSession) -> EditSession:
    """Remove what was kept: the list is in the plan now, or dropped; another one may come up."""
    place: _Place = session.place
    try:
        if _own(session) is place:
            keep_pending(place.path, place.account, session.plan, ())
    except GridmapError as error:
        return replace(session, fault=error)
    return replace(session, place=None)


def _in_hand(path: Path, account: str) -> _Place:
    place = _Place(path, account, session_id())
    _IN_HAND[path] = place
    return place


def _own(session: EditSession) -> _Place:
    """Give the place of a session; a new one when another window took the list up meanwhile.

    A window that was cut off for a while and comes back finds its list still in its memory.
    """
    place: _Place = session.place
    if _IN_HAND.get(place.path) is place:
        return place
    fresh = place.path.with_name(f"{place.path.name[:-MARK]}{secrets.token_hex(MARK // 2)}")
    return _in_hand(fresh, place.account)


def _edits(session: EditSession) -> tuple[object, ...]:
    return (*(one.edit for one in session.pending), None, *session.dropped)
