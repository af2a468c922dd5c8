"""A frozen plan in the map editor: to look at and to comment on, with the way out of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.plan.identity import identity_of, require_thawed
from gridmap.plan.plan import Plan
from gridmap.ui.redraw.redraw_session import EditSession
from gridmap.ui.shell.context import PageContext, choose_plan
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.plans import revision_seen, store_with
from gridmap.versions.by_id import FileVersions
from layers.contract.errors import GridmapError

__all__ = ["branched", "refused", "run_anew_if_branched", "told"]

BRANCHED = "redraw-branched"
# What may be asked of a frozen plan: to look, to talk, and to let go what was pending.
FREE = frozenset(
    ("look", "border", "cancel", "cancel_all", "drop", "reapply", "keep_possible", "note_pin",
     "note_answer", "note_close", "note_reopen", "note_settle")
)  # fmt: skip


def told(plan: Plan, say: Translator) -> dict[str, str] | None:
    """Say that a plan is frozen, by whom and why; None for one that may be changed."""
    found = identity_of(plan)
    if not found.is_frozen:
        return None
    text = say("redraw.frozen", who=found.frozen_by, day=found.frozen_at[:10])
    why = say("plans.why", why=found.frozen_why) if found.frozen_why else ""
    return {"text": text, "why": why}


def refused(session: EditSession, path: Path, ask: Mapping[str, Any]) -> EditSession | None:
    """Refuse to change a frozen plan, in whatever way that is asked; None where it may go on."""
    if ask["kind"] in FREE:
        return None
    try:
        require_thawed(identity_of(session.plan), path.name)
    except GridmapError as error:
        return replace(session, fault=error, note="", facts=(), restored=0)
    return None


def branched(session: EditSession, path: Path, context: PageContext) -> EditSession:
    """Make a draft of the plan as it is shown, which the page opens in its place."""
    when = datetime.now().isoformat(timespec="seconds")
    try:
        store, id = store_with(path, context.folder)
        made = FileVersions(store, context.folder).branch(
            id, who=context.who, when=when, expected=revision_seen()
        )
        target = store.path_of(made)
    except GridmapError as error:
        return replace(session, fault=error, note="", facts=())
    choose_plan(target, context.folder, context.towns)
    st.session_state[BRANCHED] = True
    return session


def run_anew_if_branched() -> None:
    """Run the whole page when a draft was just made: the editor alone would keep the old plan."""
    if st.session_state.pop(BRANCHED, False):
        st.rerun()
