"""A border of the draft explained in the map editor: what put it there, what moving it costs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from gridmap.plan.plan import Plan
from gridmap.ui.redraw.redraw_session import Ask, EditSession
from gridmap.ui.shell.i18n import Translator
from gridmap.what_if import Explained, PlanGround, explain_border, prepare
from gridmap.what_if.answer import explained_text
from layers.contract.errors import GridmapError, Named

__all__ = ["explained", "told"]

DRAFTS_KEPT = 3


def explained(session: EditSession, ask: Ask) -> EditSession:
    """Explain the border between two micro-grids of the draft; no codes take the answer away."""
    calm = replace(session, fault=None, note="", facts=(), restored=0, border=None)
    codes = [str(code) for code in ask["grids"]]
    if len(codes) != 2:
        return calm
    try:
        found = explain_border(_ground(session.draft, str(id(session.draft))), (codes[0], codes[1]))
    except GridmapError as error:
        return replace(calm, fault=error)
    return replace(calm, border=(session.draft, found))


def told(session: EditSession, say: Translator) -> Mapping[str, Any] | None:
    """Lay the border that was asked for out as plain values; None when none was."""
    if session.border is None or session.border[0] is not session.draft:
        return None  # what has changed since may be otherwise now
    found: Explained = session.border[1]

    def text(line: Named) -> str:
        return line.zh if say.language == "zh" else line.en

    lines = explained_text(found)
    count = _pending(session, found)
    first = [say("redraw.border_pending", count=count)] if count else []
    return {
        "grids": list(found.border.codes),
        "head": text(lines.head),
        "why": [*first, *map(text, lines.why)],
        "moves": [
            {"patch": move.patch, "to": move.to_code, "text": text(line), "bad": bool(move.broken)}
            for move, line in zip(found.moves, lines.moves, strict=False)
        ],
        "more": text(lines.more) if lines.more else "",
    }


def _pending(session: EditSession, found: Explained) -> int:
    """Count the patches beside a border that pending changes have moved or cut."""
    beside = session.draft.patches.index[np.unique(found.border.pairs)]
    now = session.draft.patches.loc[beside, "grid_code"]
    return int((session.plan.patches["grid_code"].reindex(beside) != now).sum())


# The draft is held by what was measured of it, so that no other object gets its number meanwhile.
@st.cache_resource(max_entries=DRAFTS_KEPT, show_spinner=False)
def _ground(_draft: Plan, key: str) -> PlanGround:
    return prepare(_draft)
