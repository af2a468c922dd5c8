"""What the page 划分 does otherwise for a town of a city: its one plan is replaced, and comes back.

A run of the city plans each town by its rules, so what was tried goes into the rules of the town
with the plan, and the catalogue follows.
"""

from pathlib import Path

import streamlit as st

from gridmap.city.one_town.dividing import start_undo
from gridmap.city.one_town.placing import can_put_back, is_edited
from gridmap.trials.background import Work
from gridmap.ui.shell.context import go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError

__all__ = ["before_taking", "outcome", "undo"]


def before_taking(city: Path, town: Path, say: Translator) -> bool:
    """Say what taking a division does; give whether edits of the plan may be lost by it."""
    st.caption(say("split.city.take_note"))
    if not is_edited(city, town.name):
        return False
    st.warning(say("split.city.edited"))
    return st.checkbox(say("split.city.lose"), key=f"split-lose-{town.name}")


def undo(city: Path, town: Path, store: Path, say: Translator) -> None:
    """Offer to bring back the plan that was replaced last, with the rules of then."""
    if not can_put_back(store):
        return
    if st.button(say("split.city.undo"), key="split-undo", icon=":material/undo:"):
        try:
            start_undo(city, town.name, store)
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            return
        st.rerun()


def outcome(work: Work, say: Translator) -> bool:
    """Say that a plan is in its place, and lead on; whether that is what became of the work."""
    what = work.task.get("what")
    if work.state != "done" or what not in ("take", "undo"):
        return False
    st.success(say(f"split.city.done.{what}"))
    with st.container(horizontal=True):
        for page in ("coverage", "redraw"):
            if st.button(say(f"split.go_{page}"), key=f"split-go-{page}"):
                go_to(page)
    return True
