"""Comments and disputes in the map editor: pinned, answered, opened as ready edits, settled.

Author and time are the server's; what the editor sends is a place, a name or a text.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap import edits
from gridmap.access import answers
from gridmap.plan.identity import identity_of, require_thawed
from gridmap.plan.plan import Plan
from gridmap.remarks import board, comments
from gridmap.ui.redraw.redraw_session import Ask, EditSession, handle
from gridmap.ui.shell.context import go_to
from gridmap.ui.shell.i18n import Translator
from layers.contract.errors import GridmapError, PlanError

__all__ = ["KINDS", "after_write", "answered", "ask_to_look", "ask_to_open", "open_asked", "told"]

KINDS = ("note_pin", "note_answer", "note_close", "note_reopen", "note_settle", "note_edit")
WANTED = "redraw-remark"  # the remark that another page has asked to open
LOOK = "redraw-remark-look"  # whether it is only looked at, without its ready edit
MOST_SHOWN = 300


def ask_to_open(name: str) -> None:
    """Open the page 调整 with the ready edit of a comment or dispute."""
    st.session_state[WANTED] = name
    go_to("redraw")


def ask_to_look(name: str) -> None:
    """Open the page 调整 at the place of a comment or dispute."""
    st.session_state[LOOK] = True
    ask_to_open(name)


def open_asked(session: EditSession, path: Path) -> EditSession:
    """Open the remark that another page has asked for, if any."""
    name = st.session_state.pop(WANTED, "")
    only_look = st.session_state.pop(LOOK, False)
    if not name:
        return session
    try:
        if only_look:
            return _there(session, path, name, datetime.now().isoformat())[0]
        return _as_edit(session, path, name, datetime.now().isoformat())
    except GridmapError as error:
        return replace(session, fault=error)


def answered(session: EditSession, path: Path, who: str, ask: Ask) -> EditSession:
    """Do what the editor asks about a remark; a refusal is told, not raised."""
    calm = replace(session, fault=None, note="", facts=(), restored=0)
    try:
        return _answered(calm, path, who, ask)
    except GridmapError as error:
        return replace(calm, fault=error)


def _answered(session: EditSession, path: Path, who: str, ask: Ask) -> EditSession:
    kind, now = str(ask["kind"]), datetime.now()
    if kind == "note_pin":
        lon, lat = _degrees(session.plan, ask)
        comments.pin(path, lon=lon, lat=lat, text=str(ask["text"]), by=who, when=now)
        return session
    name = str(ask["name"])
    number = name.partition(":")[2]
    if kind == "note_answer":
        comments.answer(path, number, str(ask["text"]), by=who, when=now)
    elif kind == "note_close":
        comments.close(path, number, by=who, when=now)
    elif kind == "note_reopen":
        comments.reopen(path, number, by=who, when=now)
    elif kind == "note_settle":
        outcome, reply = str(ask["outcome"]), str(ask["text"])
        answers.settle(path, number, when=now, outcome=outcome, reply=reply, by=who)  # type: ignore[arg-type]
        return _without(session, name)
    else:
        return _as_edit(session, path, name, str(ask["seq"]))
    return session


def _degrees(plan: Plan, ask: Ask) -> tuple[float, float]:
    x, y = float(ask["x"]), float(ask["y"])
    if not (math.isfinite(x) and math.isfinite(y)):
        raise PlanError("This is no place. Click the map again.", "未取得位置。请在图上重新点选。")
    return board.to_degrees(plan, x, y)


def _without(session: EditSession, name: str) -> EditSession:
    """Cancel the pending changes that a remark has asked for."""
    for at in reversed(range(len(session.pending))):
        if session.pending[at].edit.about == name:
            session = handle(session, {"kind": "cancel", "change": at})
    return session


def _as_edit(session: EditSession, path: Path, name: str, mark: str) -> EditSession:
    """Go to a remark, and make its ready edit pending, or say why there is none."""
    there, remark = _there(session, path, name, mark)
    if any(change.edit.about == name for change in session.pending) or not remark.is_open:
        return there
    require_thawed(identity_of(session.plan), path.name)
    found = board.ready_edit(session.draft, remark)
    if found.edit is None:
        why = found.why_not
        if why is None:
            return there
        told = PlanError(
            f"There is no ready edit for this remark. {why.en}",
            f"此处没有可直接采用的调整。{why.zh}",
        )
        return replace(there, fault=told)
    try:
        pending = edits.add_pending(session.plan, session.pending, found.edit)
    except GridmapError as error:
        return replace(there, fault=error)
    return replace(there, pending=pending, dropped=())


def _there(
    session: EditSession, path: Path, name: str, mark: str
) -> tuple[EditSession, board.Remark]:
    """Go to a remark."""
    remark = board.find(board.remarks_of(session.plan, path), name)
    return replace(session, go=(name, remark.x, remark.y, mark)), remark


def after_write(
    after: EditSession, before: EditSession, path: Path, who: str, ask: Mapping[str, Any]
) -> EditSession:
    """Close the remarks of accepted edits, and open those of undone ones again."""
    now = datetime.now()
    try:
        if ask["kind"] == "accept":
            ids = edits.edit_log(after.plan).index[-len(before.pending) :]
            done = zip((one.edit for one in before.pending), ids, strict=True)
            told_by_editor = ask.get("replies")
            replies = told_by_editor if isinstance(told_by_editor, Mapping) else {}
            texts = {str(name): str(text) for name, text in replies.items()}
            board.finish(after.plan, path, done, by=who, when=now, replies=texts)
        else:
            board.follow_log(before.plan, after.plan, path, by=who, when=now)
    except GridmapError as error:
        return replace(after, fault=error)
    return after


def told(session: EditSession, path: Path, say: Translator) -> dict[str, Any]:
    """Lay out all remarks as plain values for the editor, and where it shall go."""
    try:
        found, fault = board.remarks_of(session.plan, path), ""
    except GridmapError as error:
        found, fault = [], error.text(say.language)
    names = session.plan.grids["name"]
    name, x, y, mark = session.go
    return {
        "list": [
            {
                "name": one.name,
                "dispute": one.is_dispute,
                "x": one.x,
                "y": one.y,
                "text": one.text,
                "by": one.by,
                "time": _minute(one.time),
                "open": one.is_open,
                "outcome": one.outcome,
                "edit": one.edit,
                "grid": str(names.get(one.grid, one.grid)),
                "answers": [
                    {"by": each.by, "time": _minute(each.time), "text": each.text}
                    for each in one.answers
                ],
            }
            for one in found[:MOST_SHOWN]
        ],
        "count": sum(one.is_open for one in found),
        "fault": fault,
        "go": {"name": name, "x": x, "y": y, "mark": mark} if name else None,
    }


def _minute(time: str) -> str:
    return time.replace("T", " ")[:16]
